package sdk

import (
	"context"
	"errors"

	"github.com/awscred/awscred/resolver"
)

// maxToken is the size above which a token file is not read. Tokens have a few
// kilobytes.
const maxToken = 1 << 20

// WebIdentity is the link of a token file that environment variables name: how
// a Kubernetes service account gets a role.
type WebIdentity struct {
	// TokenFile, Role and Session are the variables.
	TokenFile, Role, Session string
	// Unless tells when the link is not used, NoSTS why STS cannot be asked.
	Unless, NoSTS Condition
}

// Offers returns the role that the variables name.
func (l WebIdentity) Offers(_ context.Context, s *resolver.Situation) []resolver.Offer {
	h := s.Host
	file, role := h.Getenv(l.TokenFile), h.Getenv(l.Role)
	step := resolver.Step{Source: resolver.FromWebIdentity, RoleARN: role}
	ignored := l.Unless.holds(s)
	switch {
	case file == "" && role == "":
		step.Status = resolver.Absent
		step.Reason = "no token file is named in the environment"
		step.Where = setEnvs(h, l.TokenFile, l.Role)
		return one(step, nil)
	case ignored != "":
		step.Status = resolver.Disabled
		step.Reason = ignored
		step.Where = setEnvs(h, l.TokenFile, l.Role)
		return one(step, nil)
	case file == "":
		step.Status = resolver.Partial
		step.Reason = l.Role + " is set, " + l.TokenFile + " is not"
		step.Where = setEnvs(h, l.TokenFile, l.Role)
		return one(step, nil)
	case role == "":
		step.Where = setEnvs(h, l.TokenFile, l.Role)
		return []resolver.Offer{stopping(step, l.TokenFile+" is set, "+l.Role+" is not")}
	}
	step.Where = envs(l.TokenFile, l.Role)
	return []resolver.Offer{tokenExchange(s, l.NoSTS, step, &resolver.WebIdentityPlan{
		TokenFile:   h.Abs(file),
		RoleARN:     role,
		SessionName: h.Getenv(l.Session),
		Region:      region(s),
	})}
}

// tokenExchange offers a plan whose token file can be read, and is broken
// otherwise.
func tokenExchange(s *resolver.Situation, noSTS Condition, step resolver.Step, plan *resolver.WebIdentityPlan) resolver.Offer {
	_, status, reason := readToken(s.Host, plan.TokenFile)
	at := resolver.File(plan.TokenFile, 0)
	at.Note = reason
	step.Where = append(step.Where, at)
	step.Status = status
	step.Reason = "the token file is exchanged for the role"
	no := noSTS.holds(s)
	switch {
	case status == resolver.Broken:
		return stopping(step, "the token file "+reason)
	case no != "":
		return stopping(step, no)
	case status == resolver.Unknown:
		step.Reason = "the token file " + reason + " and was not read"
	}
	return resolver.Offer{Step: step, Plan: plan}
}

// readToken reads a file that holds a token. The status is usable; or broken,
// with the reason, if an SDK cannot read it either; or unknown if it was not
// looked at, since it is a pipe or very large.
func readToken(h *resolver.Host, name string) (data []byte, status resolver.Status, reason string) {
	data, err := h.ReadFile(name, maxToken)
	if err == nil {
		return data, resolver.Usable, ""
	}
	info, failed := h.Stat(name)
	switch {
	case errors.Is(err, resolver.ErrNotRegular) && failed == nil && info.Mode.IsDir():
		return nil, resolver.Broken, "is a directory"
	case errors.Is(err, resolver.ErrNotRegular), errors.Is(err, resolver.ErrTooLarge):
		return nil, resolver.Unknown, why(err)
	}
	return nil, resolver.Broken, why(err)
}
