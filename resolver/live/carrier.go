package live

import (
	"context"
	"errors"
	"fmt"

	"github.com/awscred/awscred/internal/redact"
	"github.com/awscred/awscred/resolver"
)

// A Carrier carries plans out as the SDKs do: it runs processes, asks metadata
// services, and asks STS, IAM Identity Center and the sign-in service. It
// writes nothing. The zero Carrier is ready.
//
// An error wraps [resolver.ErrNoCredentials] if there is no instance metadata
// service or the instance has no role, and the error of the context if that
// ended. Everything else is a failure of the source. No error holds a secret.
type Carrier struct {
	// Note, if set, is told of what went beyond asking: a token that was
	// renewed and not stored.
	Note func(string)
}

var _ resolver.Carrier = Carrier{}

// Carry carries out a plan.
func (c Carrier) Carry(ctx context.Context, h *resolver.Host, p resolver.Plan) (resolver.Keys, error) {
	roles, base := unfold(p)
	keys, err := c.first(ctx, h, base)
	if err != nil && roles != nil {
		err = &resolver.BaseError{Err: err}
	}
	for i := len(roles) - 1; i >= 0 && err == nil; i-- {
		keys, err = assumeRole(ctx, h, roles[i], keys)
	}
	if err != nil {
		if ctx.Err() != nil {
			return resolver.Keys{}, ctx.Err()
		}
		return resolver.Keys{}, err
	}
	return keys, nil
}

// unfold takes the roles of a plan apart, the outermost first.
func unfold(p resolver.Plan) (roles []*resolver.RolePlan, base resolver.Plan) {
	for {
		role, ok := p.(*resolver.RolePlan)
		if !ok {
			return roles, p
		}
		roles = append(roles, role)
		p = role.Base
	}
}

// first carries out a plan that is no role: the keys of all others rest on it.
func (c Carrier) first(ctx context.Context, h *resolver.Host, p resolver.Plan) (resolver.Keys, error) {
	switch p := p.(type) {
	case *resolver.StaticPlan:
		return p.Keys, nil
	case *resolver.ProcessPlan:
		return runProcess(ctx, h, p)
	case *resolver.SSOPlan:
		return c.askPortal(ctx, h, p)
	case *resolver.LoginPlan:
		return c.login(ctx, h, p)
	case *resolver.ContainerPlan:
		return askContainer(ctx, h, p)
	case *resolver.InstancePlan:
		return askInstance(ctx, h, p)
	case *resolver.WebIdentityPlan:
		return exchangeToken(ctx, h, p)
	}
	return resolver.Keys{}, fmt.Errorf("no way to carry out a plan of type %T", p)
}

func (c Carrier) note(format string, args ...any) {
	if c.Note != nil {
		c.Note(fmt.Sprintf(format, args...))
	}
}

// complete refuses keys without an id or a secret.
func complete(k resolver.Keys, from string) (resolver.Keys, error) {
	switch {
	case k.ID == "":
		return resolver.Keys{}, errors.New(from + " names no access key id")
	case k.Secret.IsZero():
		return resolver.Keys{}, errors.New(from + " has no secret access key")
	}
	return k, nil
}

// reveal returns the text of a secret, to be sent where it belongs.
func reveal(s redact.Secret) string { return string(s.Reveal()) }

// hide makes a secret of a text, and none of "".
func hide(text string) redact.Secret {
	if text == "" {
		return redact.Secret{}
	}
	return redact.New([]byte(text))
}
