package sdk

import (
	"slices"
	"strconv"
	"strings"

	"github.com/awscred/awscred/resolver"
)

// GoProfile are the rules by which the SDKs for Go check the chosen profile, and
// those that its source_profile leads to, when they load.
type GoProfile struct {
	// Values are the keys whose values must be valid.
	Values []Value
	// HalfPasses says that half a key pair is nothing; otherwise it is an
	// error.
	HalfPasses bool
	// KeysEnd says that a source profile with keys of its own is not followed
	// further.
	KeysEnd bool
}

// Check is the Check of the profiles: what it finds ends the chain even if
// environment keys are set (config@v1.33.16/shared_config.go:953).
func (r GoProfile) Check(s *resolver.Situation) *resolver.Step {
	v := &visit{section: chosen(s), situation: s, seen: []string{s.Profile.Name}}
	if !v.exists() {
		return nil
	}
	return r.walk(v)
}

// walk follows source_profile as far as the SDK does.
func (r GoProfile) walk(v *visit) *resolver.Step {
	var sessions []*visit
	for {
		if wrong := r.section(v); wrong != nil {
			return wrong
		}
		source := len(v.seen) > 1
		if source && v.hasPair() && r.KeysEnd {
			return goSessions(sessions)
		}
		if wrong := goOneType(v); wrong != nil {
			return wrong
		}
		if v.value(ssoSession) != "" {
			sessions = append(sessions, v)
		}
		name := v.sourceProfile()
		if name == "" {
			if source && !goHasCredentials(v) {
				return blocked("source_profile "+quote(v.name)+" has no credentials", v.where()...)
			}
			return goSessions(sessions)
		}
		if len(v.seen) > maxRoles {
			step := blocked(tooLong, v.at("source_profile"))
			step.Status = resolver.Unknown
			return step
		}
		next, ok := v.source(name)
		if !ok {
			return blocked("source_profile "+quote(name)+" of profile "+quote(v.name)+" does not exist", v.at("source_profile"))
		}
		v = next
	}
}

// section checks one profile by itself.
func (r GoProfile) section(v *visit) *resolver.Step {
	if wrong := goPartial(v); wrong != nil && !r.HalfPasses {
		return wrong
	}
	for _, value := range r.Values {
		if text := v.value(value.Name); v.has(value.Name) && !value.Valid(text) {
			return blocked(value.wrong(text), v.at(value.Name))
		}
	}
	if v.again || v.value("role_arn") != "" {
		return nil
	}
	// shared_config.go:1361
	for _, key := range []string{"source_profile", "credential_source", "web_identity_token_file"} {
		if v.value(key) != "" {
			return blocked(key+" needs a role_arn, which profile "+quote(v.name)+" does not have", v.at(key))
		}
	}
	return nil
}

// goPartial finds half a key pair. Each file is judged by itself, and what the
// credentials file says of a profile replaces the judgement of the config file
// (shared_config.go:829,843).
func goPartial(v *visit) *resolver.Step {
	file := inFile(v.situation.Shared.Credentials, v.name)
	if !file.exists() {
		file = inFile(v.situation.Shared.Config, v.name)
	}
	has, lacks := keyID, secretKey
	if !file.has(keyID) {
		has, lacks = secretKey, keyID
	}
	if file.has(lacks) || !file.has(has) {
		return nil
	}
	step := blocked("profile "+quote(v.name)+" has "+has+" and no "+lacks+" in the same file", file.at(has))
	step.Source = resolver.FromProfile
	step.Profile = v.name
	step.KeyID = file.value(keyID)
	return step
}

// goOneType finds ways to get keys that exclude each other
// (shared_config.go:1383).
func goOneType(v *visit) *resolver.Step {
	var set []string
	var where []resolver.Evidence
	for _, key := range []string{"source_profile", "credential_source", "credential_process", "web_identity_token_file"} {
		if v.value(key) == "" || key == "source_profile" && v.again {
			continue
		}
		set = append(set, key)
		where = append(where, v.at(key))
	}
	if len(set) < 2 {
		return nil
	}
	return blocked(strings.Join(set, " and ")+" exclude each other in one profile", where...)
}

// goHasCredentials reports whether a source profile counts as one. A login
// session does not (shared_config.go:1476).
func goHasCredentials(v *visit) bool {
	keys := []string{"credential_source", "credential_process", "web_identity_token_file",
		ssoSession, ssoRegion, ssoAccount, ssoStartURL, ssoRole}
	return v.hasPair() || slices.ContainsFunc(keys, func(key string) bool { return v.value(key) != "" })
}

// goSessions checks that the section of each sso_session exists
// (shared_config.go:1036). The source profile's comes first.
func goSessions(visits []*visit) *resolver.Step {
	for _, v := range slices.Backward(visits) {
		name := v.value(ssoSession)
		if !ssoSessionOf(v.situation, name).exists() {
			return blocked("there is no section [sso-session "+name+"]", v.at(ssoSession))
		}
	}
	return nil
}

// goInteger accepts what internal/ini reads as an integer, which is any base
// that Go writes numbers in, from low to high
// (config@v1.33.16/internal/ini/value.go:61).
func goInteger(low, high int64) func(string) bool {
	return func(v string) bool {
		n, err := strconv.ParseInt(v, 0, 64)
		return err == nil && n >= low && n <= high
	}
}
