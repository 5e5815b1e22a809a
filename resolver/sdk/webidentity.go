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
	// OrProfile takes each of the three from the chosen profile if its
	// variable is not set, or not heeded.
	OrProfile bool
	// EmptyIsSet takes an empty variable for one that is set, so that it
	// hides the profile's key.
	EmptyIsSet bool
	// NeedsRole takes a token file without a role for no source at all;
	// otherwise it is an error.
	NeedsRole bool
	// Least is what STS is sent at least.
	Least Least
	// Unless tells when the variables are not heeded, NoSTS why STS cannot be
	// asked.
	Unless, NoSTS Condition
}

// The profile's keys of a token file and its role.
const (
	tokenFileKey   = "web_identity_token_file"
	roleKey        = "role_arn"
	sessionNameKey = "role_session_name"
)

// Offers returns the role that the variables name.
func (l WebIdentity) Offers(_ context.Context, s *resolver.Situation) []resolver.Offer {
	ignored := l.Unless.holds(s)
	heeded := ignored == "" || !l.OrProfile
	file, role := l.setting(s, heeded, l.TokenFile, tokenFileKey), l.setting(s, heeded, l.Role, roleKey)
	step := resolver.Step{Source: resolver.FromWebIdentity, RoleARN: role.text}
	for _, from := range []setting{file, role} {
		if from.name != "" {
			step.Where = append(step.Where, from.at)
		}
		if from.at.Kind == resolver.InFile {
			step.Profile = s.Profile.Name
		}
	}
	switch noFile, noRole := file.text == "", role.text == ""; {
	case noFile && (noRole || role.at.Kind == resolver.InFile):
		step = resolver.Step{Source: step.Source, Status: resolver.Absent, Where: setEnvs(s.Host, l.TokenFile, l.Role)}
		step.Reason = "no token file is named in the environment"
		if l.OrProfile {
			step.Reason = "neither the environment nor the profile names a token file"
		}
		return one(step, nil)
	case ignored != "" && heeded:
		step.Status = resolver.Disabled
		step.Reason = ignored
		return one(step, nil)
	case noFile:
		step.Status = resolver.Partial
		step.Reason = l.Role + " is set, " + l.TokenFile + " is not"
		return one(step, nil)
	case noRole && l.NeedsRole:
		step.Status = resolver.Partial
		step.Reason = file.name + " is set, " + l.Role + " is not"
		return one(step, nil)
	case noRole:
		return []resolver.Offer{stopping(step, file.name+" is set, "+l.Role+" is not")}
	}
	x := exchange{noSTS: l.NoSTS, least: l.Least}
	return []resolver.Offer{x.offer(s, step, &resolver.WebIdentityPlan{
		TokenFile:   s.Host.Abs(file.text),
		RoleARN:     role.text,
		SessionName: l.setting(s, heeded, l.Session, sessionNameKey).text,
		Region:      region(s),
	})}
}

// setting returns the value of a variable, or of the key that stands in for it.
func (l WebIdentity) setting(s *resolver.Situation, heeded bool, variable, key string) setting {
	v, set := s.Host.LookupEnv(variable)
	if heeded && (v != "" || set && (l.EmptyIsSet || !l.OrProfile)) {
		at := resolver.Env(variable)
		if v == "" {
			at.Note = "empty"
		}
		return setting{variable, v, at}
	}
	p := chosen(s)
	if !l.OrProfile || !p.has(key) {
		return setting{}
	}
	return setting{key, p.value(key), p.at(key)}
}

// An exchange is how a token is exchanged for a role.
type exchange struct {
	noSTS Condition
	least Least
}

// offer offers a plan whose token file can be read, and is broken otherwise.
func (x exchange) offer(s *resolver.Situation, step resolver.Step, plan *resolver.WebIdentityPlan) resolver.Offer {
	plan.Endpoints = s.SDK.Endpoints
	token, status, reason := readToken(s.Host, plan.TokenFile)
	at := resolver.File(plan.TokenFile, 0)
	at.Note = reason
	step.Where = append(step.Where, at)
	step.Status = status
	step.Reason = "the token file is exchanged for the role"
	no := x.noSTS.holds(s)
	if no == "" {
		no = x.least.wrongRole(plan.RoleARN, plan.SessionName)
	}
	switch {
	case status == resolver.Broken:
		return stopping(step, "the token file "+reason)
	case status == resolver.Usable && len(token) < x.least.Token:
		return stopping(step, "the token file holds "+plural(len(token), "byte")+", which is no token")
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
