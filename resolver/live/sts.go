package live

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/credentials/stscreds"
	"github.com/aws/aws-sdk-go-v2/service/sts"
	"github.com/awscred/awscred/internal/redact"
	"github.com/awscred/awscred/resolver"
)

// newSTS returns a client of STS that signs with keys, and where it asks.
func newSTS(h *resolver.Host, s service, keys resolver.Keys) (*sts.Client, endpoint, error) {
	e, err := endpointOf(h, s)
	if err != nil {
		return nil, endpoint{}, err
	}
	return sts.New(sts.Options{
		Region:       e.region,
		BaseEndpoint: e.base,
		Credentials:  credentials.NewStaticCredentialsProvider(keys.ID, reveal(keys.Secret), reveal(keys.Token)),
		HTTPClient:   newClient(h, serviceTimeout),
		Retryer:      aws.NopRetryer{},
		EndpointOptions: sts.EndpointResolverOptions{
			UseFIPSEndpoint:      e.fips,
			UseDualStackEndpoint: e.dualStack,
		},
	}), e, nil
}

// assumeRole asks for the keys of a role with those of its base.
func assumeRole(ctx context.Context, h *resolver.Host, p *resolver.RolePlan, base resolver.Keys) (resolver.Keys, error) {
	if p.MFASerial != "" {
		return resolver.Keys{}, fmt.Errorf("assuming role %q needs a code of MFA device %q", p.RoleARN, p.MFASerial)
	}
	if base.ID == "" || base.Secret.IsZero() {
		return resolver.Keys{}, fmt.Errorf("the keys to assume role %q with are empty", p.RoleARN)
	}
	api, e, err := newSTS(h, service{"STS", p.Region, p.Endpoints}, base)
	if err != nil {
		return resolver.Keys{}, fmt.Errorf("assuming role %q: %w", p.RoleARN, err)
	}
	provider := stscreds.NewAssumeRoleProvider(api, p.RoleARN, func(o *stscreds.AssumeRoleOptions) {
		o.RoleSessionName = p.SessionName
		o.Duration = p.Duration
		if p.ExternalID != "" {
			o.ExternalID = aws.String(p.ExternalID)
		}
	})
	v, err := provider.Retrieve(ctx)
	if err != nil {
		return resolver.Keys{}, fmt.Errorf("assuming role %q: %w", p.RoleARN, serviceFault(err, e.own(), base.Secret, base.Token))
	}
	return complete(keysOf(v), "the answer of STS")
}

// exchangeToken exchanges the token of a file for the keys of a role.
func exchangeToken(ctx context.Context, h *resolver.Host, p *resolver.WebIdentityPlan) (resolver.Keys, error) {
	token, err := h.ReadFile(p.TokenFile, maxToken)
	if err != nil {
		return resolver.Keys{}, fmt.Errorf("reading the web identity token: %w", err)
	}
	api, e, err := newSTS(h, service{"STS", p.Region, p.Endpoints}, resolver.Keys{})
	if err != nil {
		return resolver.Keys{}, fmt.Errorf("exchanging the web identity token for role %q: %w", p.RoleARN, err)
	}
	provider := stscreds.NewWebIdentityRoleProvider(api, p.RoleARN, identityToken(token), func(o *stscreds.WebIdentityRoleOptions) {
		o.RoleSessionName = p.SessionName
	})
	v, err := provider.Retrieve(ctx)
	if err != nil {
		err = serviceFault(err, e.own(), hide(string(token)))
		return resolver.Keys{}, fmt.Errorf("exchanging the web identity token for role %q: %w", p.RoleARN, err)
	}
	return complete(keysOf(v), "the answer of STS")
}

// An identityToken is a token that has been read already.
type identityToken []byte

// GetIdentityToken returns it.
func (t identityToken) GetIdentityToken() ([]byte, error) { return t, nil }

func keysOf(v aws.Credentials) resolver.Keys {
	k := resolver.Keys{
		ID:      v.AccessKeyID,
		Secret:  hide(v.SecretAccessKey),
		Token:   hide(v.SessionToken),
		Account: v.AccountID,
	}
	if v.CanExpire {
		k.Expires = v.Expires
	}
	return k
}

// A Caller is whose keys they are, as STS answers it.
type Caller struct {
	Account, ARN, UserID string
	// Root is set for the keys of the account's root user, which AWS advises
	// never to have.
	Root bool
}

// Identity asks STS whose keys they are (GetCallerIdentity), which needs no
// permission. An empty region stands for us-east-1. The error holds no secret.
func Identity(ctx context.Context, h *resolver.Host, keys resolver.Keys, region string) (Caller, error) {
	if _, err := complete(keys, "what is to be identified"); err != nil {
		return Caller{}, err
	}
	api, e, err := newSTS(h, service{name: "STS", region: region}, keys)
	if err != nil {
		return Caller{}, fmt.Errorf("asking STS whose keys they are: %w", err)
	}
	out, err := api.GetCallerIdentity(ctx, &sts.GetCallerIdentityInput{})
	if err != nil {
		if ctx.Err() != nil {
			return Caller{}, ctx.Err()
		}
		return Caller{}, fmt.Errorf("asking STS whose keys they are: %w", serviceFault(err, e.own(), keys.Secret, keys.Token))
	}
	c := Caller{Account: aws.ToString(out.Account), ARN: aws.ToString(out.Arn), UserID: aws.ToString(out.UserId)}
	for _, text := range []string{c.Account, c.ARN, c.UserID} {
		if text == "" || text != line(text) || repeats(text, []redact.Secret{keys.Secret, keys.Token}) {
			return Caller{}, errors.New("asking STS whose keys they are: " + errGarbled.Error())
		}
	}
	c.Root = strings.HasSuffix(c.ARN, ":root")
	return c, nil
}
