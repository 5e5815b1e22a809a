package doctor

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/awscred/awscred/resolver"
)

// The variables of a key pair that every SDK reads.
const (
	keyIDVar  = "AWS_ACCESS_KEY_ID"
	secretVar = "AWS_SECRET_ACCESS_KEY"
	tokenVar  = "AWS_SESSION_TOKEN"
	// securityVar is the token's old name, which botocore still reads first.
	securityVar = "AWS_SECURITY_TOKEN"
)

// partialKeys finds one half of a key pair without the other. SDKs pass a
// partial pair in the environment over or fail, and so do profiles.
func partialKeys(v *view) []Warning {
	var o once
	id, secret := v.Host.Getenv(keyIDVar) != "", v.Host.Getenv(secretVar) != ""
	if id != secret {
		have, lack := keyIDVar, secretVar
		if secret {
			have, lack = lack, have
		}
		o.add(Warning{
			Message: have + " is set, " + lack + " is " + v.lacking(lack, "not"),
			Fix:     v.shell.unset(have),
			Where:   envs(have, lack),
		})
	}
	for _, p := range v.used {
		id, secret := p.at(keyIDKey), p.at(secretKey)
		if (id == nil) == (secret == nil) {
			continue
		}
		have, lack := id, secretKey
		if id == nil {
			have, lack = secret, keyIDKey
		}
		o.addFor(p.trace, Warning{
			Message: fmt.Sprintf("profile %q has %s and no %s", p.name, have.key, lack),
			Fix:     fmt.Sprintf("add %s below, or delete, line %d of %s", lack, have.line, v.shell.tilde(have.file)),
			Where:   []resolver.Evidence{have.evidence()},
		})
	}
	return o.named(v)
}

// lacking says in which way a variable holds nothing: it is empty, or as the
// words for an unset one say.
func (v *view) lacking(variable, unset string) string {
	if _, set := v.Host.LookupEnv(variable); set {
		return "empty"
	}
	return unset
}

// temporary and longTerm tell the two kinds of key by the prefixes of their
// ids, docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html.
// Other texts, as test services have them, are neither.
func temporary(id string) bool { return strings.HasPrefix(id, "ASIA") }
func longTerm(id string) bool  { return strings.HasPrefix(id, "AKIA") }

// temporaryWithoutToken finds temporary keys that lack their session token: AWS
// refuses them.
func temporaryWithoutToken(v *view) []Warning {
	var o once
	h := v.Host
	if id := h.Getenv(keyIDVar); temporary(id) && h.Getenv(tokenVar) == "" && h.Getenv(securityVar) == "" {
		o.add(Warning{
			Message: id + " is a temporary key, and " + tokenVar + " is " + v.lacking(tokenVar, "not set") + ": AWS refuses it",
			Fix:     v.unsetKeys(),
			Where:   envs(keyIDVar, tokenVar),
		})
	}
	for _, p := range v.used {
		id := p.at(keyIDKey)
		if id == nil || !temporary(id.value) || p.at(tokenKey) != nil || p.at(securityKey) != nil {
			continue
		}
		o.add(Warning{
			Message: fmt.Sprintf("%s of profile %q is a temporary key without %s: AWS refuses it", id.value, p.name, tokenKey),
			Fix:     fmt.Sprintf("add %s below line %d of %s", tokenKey, id.line, v.shell.tilde(id.file)),
			Where:   []resolver.Evidence{id.evidence()},
		})
	}
	return o.list
}

// longTermWithToken finds long-term keys with somebody else's session token,
// such as a function's own keys beside the token of its runtime: AWS refuses
// the pair.
func longTermWithToken(v *view) []Warning {
	var o once
	h := v.Host
	if id := h.Getenv(keyIDVar); longTerm(id) {
		for _, name := range []string{tokenVar, securityVar} {
			if h.Getenv(name) == "" {
				continue
			}
			o.add(Warning{
				Message: id + " is a long-term key, and " + name + " is set beside it: AWS refuses the two together",
				Fix:     v.shell.unset(name),
				Where:   envs(keyIDVar, name),
			})
		}
	}
	for _, p := range v.used {
		id, token := p.at(keyIDKey), p.at(tokenKey)
		if token == nil {
			token = p.at(securityKey)
		}
		if id == nil || token == nil || !longTerm(id.value) {
			continue
		}
		o.add(Warning{
			Message: fmt.Sprintf("%s of profile %q is a long-term key with a session token: AWS refuses the two together", id.value, p.name),
			Fix:     v.deleteLines([]resolver.Evidence{token.evidence()}),
			Where:   []resolver.Evidence{id.evidence(), token.evidence()},
		})
	}
	return o.list
}

// emptyProfile finds AWS_PROFILE set to nothing, which some SDKs take for a
// profile without a name: botocore session.py "The config profile () could not
// be found".
func emptyProfile(v *view) []Warning {
	var o once
	for _, name := range []string{"AWS_PROFILE", "AWS_DEFAULT_PROFILE"} {
		if value, set := v.Host.LookupEnv(name); set && value == "" {
			o.add(Warning{
				Message: name + " is set to nothing: Python and the AWS CLI look for a profile without a name, other SDKs use the default",
				Fix:     v.shell.unset(name),
				Where:   envs(name),
			})
		}
	}
	return o.list
}

// profileWithoutEffect finds a profile named by a variable that does not count,
// because keys in the environment come first.
func profileWithoutEffect(v *view) []Warning {
	var lost *resolver.Trace
	var titles []string
	effective := false
	for _, t := range living(v.Traces) {
		if t.Profile.By == "" || t.Profile.By == resolver.ByCode {
			continue
		}
		w := t.Winner()
		if w == nil || w.Source != resolver.FromEnv && w.Source != resolver.FromEnvLegacy {
			effective = effective || w != nil && w.Profile == t.Profile.Name
			continue
		}
		titles = append(titles, t.SDK.Title)
		if lost == nil {
			lost = t
		}
	}
	if lost == nil {
		return nil
	}
	here := "here"
	if effective {
		here = "on " + strings.Join(titles, ", ")
	}
	return one(Warning{
		Message: fmt.Sprintf("%s=%s has no effect %s: keys in the environment come first",
			lost.Profile.By, word(lost.Profile.Name), here),
		Fix:   v.remove(lost.Winner()),
		Where: append(envs(lost.Profile.By), lost.Winner().Where...),
	})
}

// word writes a name as it is if it is plain, quoted otherwise.
func word(name string) string {
	if plain(name) {
		return name
	}
	return strconv.Quote(name)
}

// bearerToken finds the tokens that SDKs use for one service in place of any
// credentials: AWS_BEARER_TOKEN_BEDROCK,
// docs.aws.amazon.com/sdkref/latest/guide/feature-auth-scheme-preference.html.
func bearerToken(v *view) []Warning {
	var names []string
	for name, value := range v.Host.Env {
		if v.Host.OS == "windows" {
			name = strings.ToUpper(name)
		}
		if strings.HasPrefix(name, "AWS_BEARER_TOKEN_") && value != "" {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	var o once
	for _, name := range names {
		service := strings.ToLower(strings.TrimPrefix(name, "AWS_BEARER_TOKEN_"))
		o.add(Warning{
			Message: name + " is set: requests to " + word(service) + " use it and none of the sources listed here",
			Fix:     v.shell.unset(name),
			Where:   envs(name),
		})
	}
	return o.list
}

// homeNotSet finds a missing home directory, without which SDKs look for the
// files in different places: under systemd, cron and in containers.
func homeNotSet(v *view) []Warning {
	name := "HOME"
	if v.Host.OS == "windows" {
		name = "USERPROFILE"
	}
	if v.Host.Getenv(name) != "" || v.place.Name == "lambda" {
		return nil
	}
	if len(homeInService(v))+len(homeInContainer(v)) > 0 {
		return nil // they say more
	}
	w := Warning{
		Message: name + " is not set: SDKs differ in where they look for the files, if they look at all",
		Fix:     "set " + name + " to the home directory",
		Where:   envs(name),
	}
	if command, ok := v.shell.set(name, v.Host.Home); ok && v.Host.Home != "" {
		w.Fix = command
	}
	return one(w)
}

// environmentValue finds variables whose value has white space or quotes around
// it, as a line break of Windows or docker run --env-file leaves them. SDKs take
// them for part of the value.
func environmentValue(v *view) []Warning {
	var o once
	for _, name := range []string{
		keyIDVar, secretVar, tokenVar, securityVar, "AWS_PROFILE", "AWS_DEFAULT_PROFILE", "AWS_ROLE_ARN",
		"AWS_WEB_IDENTITY_TOKEN_FILE", "AWS_CONFIG_FILE", "AWS_SHARED_CREDENTIALS_FILE", relativeVar, fullURIVar,
	} {
		what := around(v.Host.Getenv(name))
		if what == "" {
			continue
		}
		w := Warning{
			Message: name + " has " + what + " around its value: SDKs take them for part of it",
			Fix:     "set " + name + " anew without",
			Where:   envs(name),
		}
		if v.Origin != nil {
			if e, ok := v.Origin(name); ok && e.Line > 0 && !v.inGitHubEnv(e.Name) {
				w.Fix = fmt.Sprintf("take them away in line %d of %s", e.Line, v.shell.tilde(e.Name))
				w.Where = append(w.Where, e)
			}
		}
		o.add(w)
	}
	return o.list
}

// around says what stands around a value that does not belong to it, or "".
func around(value string) string {
	n := len(value)
	switch {
	case n == 0:
		return ""
	case strings.TrimSpace(value) != value && strings.TrimRight(value, "\r") == strings.TrimSpace(value):
		return "carriage returns"
	case strings.TrimSpace(value) != value:
		return "spaces or line breaks"
	case n > 1 && value[0] == value[n-1] && (value[0] == '"' || value[0] == '\''):
		return "quotes"
	}
	return ""
}
