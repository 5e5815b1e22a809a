package doctor

import (
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"github.com/awscred/awscred/resolver"
)

const expirationVar = "AWS_CREDENTIAL_EXPIRATION"

// Bounds on what is read of the caches that AWS tools keep.
const (
	maxCacheFile  = 1 << 20
	maxCacheFiles = 256
)

// A life is when a session ends, and what says so.
type life struct {
	ends time.Time
	by   resolver.Evidence
}

// sessionExpired finds temporary keys in use whose end is known and past: by
// the variable, by what tools note beside the keys, or by the AWS CLI's cache,
// if it holds the same key id.
func sessionExpired(v *view) []Warning {
	now := v.Host.Time()
	if now.IsZero() {
		return nil
	}
	var o once
	if id := v.Host.Getenv(keyIDVar); id != "" {
		l, ok := v.envLife()
		if !ok {
			l, ok = v.cached(id)
		}
		if ok && l.ends.Before(now) {
			o.add(Warning{
				Message: fmt.Sprintf("the session of %s in the environment expired %s", word(id), when(l.ends, now)),
				Fix:     v.unsetKeys(),
				Where:   append(envs(keyIDVar), l.by),
			})
		}
	}
	for _, p := range v.used {
		id := p.at(keyIDKey)
		if id == nil || !temporary(id.value) {
			continue
		}
		l, ok := v.noted(p)
		if !ok {
			l, ok = v.cached(id.value)
		}
		if ok && l.ends.Before(now) {
			o.add(Warning{
				Message: fmt.Sprintf("the session of profile %q expired %s", p.name, when(l.ends, now)),
				Fix:     "log in again with the tool that wrote " + v.shell.tilde(id.file) + ", or " + v.deleteLines(p.pair()),
				Where:   []resolver.Evidence{id.evidence(), l.by},
			})
		}
	}
	return o.list
}

// expirationUnreadable finds an end that is no time; botocore fails over it
// even if the keys are good.
func expirationUnreadable(v *view) []Warning {
	text := v.Host.Getenv(expirationVar)
	if text == "" || v.Host.Getenv(keyIDVar) == "" {
		return nil
	}
	if _, ok := parseTime(text); ok {
		return nil
	}
	return one(Warning{
		Message: expirationVar + " is not a time: Python and the AWS CLI fail over it",
		Fix:     v.unset([]string{expirationVar}),
		Where:   envs(expirationVar),
	})
}

func (v *view) envLife() (life, bool) {
	ends, ok := parseTime(v.Host.Getenv(expirationVar))
	return life{ends, resolver.Env(expirationVar)}, ok
}

// noted returns the end that tools write beside the keys: saml2aws, aws-mfa
// and others.
func (v *view) noted(p *used) (life, bool) {
	for _, key := range []string{"x_security_token_expires", "aws_expiration", "expiration"} {
		s := p.at(key)
		if s == nil {
			continue
		}
		// By its name the first key holds a secret, so that its value is
		// hidden; the time is read from the line itself.
		_, text, _ := strings.Cut(v.textOf(s.file, s.line), "=")
		if ends, ok := parseTime(text); ok {
			return life{ends, s.evidence()}, true
		}
	}
	return life{}, false
}

// cached returns the end that the AWS CLI noted of the session with this key
// id in ~/.aws/cli/cache (botocore credentials.py JSONFileCache).
func (v *view) cached(id string) (life, bool) {
	if !temporary(id) || v.Host.Files == nil {
		return life{}, false
	}
	dir := v.Host.Join(v.home(), ".aws", "cli", "cache")
	names, err := v.Host.Files.ReadDir(dir)
	if err != nil {
		return life{}, false
	}
	for _, name := range names[:min(len(names), maxCacheFiles)] {
		if !strings.HasSuffix(name, ".json") {
			continue
		}
		file := v.Host.Join(dir, name)
		data, err := v.Host.ReadFile(file, maxCacheFile)
		if err != nil {
			continue
		}
		var c struct {
			Credentials struct {
				AccessKeyID string `json:"AccessKeyId"`
				Expiration  string
			}
		}
		if json.Unmarshal(data, &c) != nil || c.Credentials.AccessKeyID != id {
			continue
		}
		ends, ok := parseTime(c.Credentials.Expiration)
		return life{ends, resolver.Evidence{Kind: resolver.InCache, Name: file}}, ok
	}
	return life{}, false
}

// ssoExpired finds the profiles in use whose SSO token or login session is
// past, or was never there. It is an error only where the chain ends with it.
func ssoExpired(v *view) []Warning {
	var o once
	for _, t := range v.Traces {
		for i := range t.Steps {
			s := &t.Steps[i]
			if s.Status == resolver.Unknown {
				continue // it may be renewed
			}
			severity := Caution
			if s == t.Ended() {
				severity = Error
			}
			for hop := range hops(s) {
				if v.cacheNotMounted(t, hop) != "" {
					continue // sso-cache-not-mounted says more
				}
				v.lapsed(&o, hop, severity)
			}
		}
	}
	return o.list
}

// lapsed judges the cache file of one source.
func (v *view) lapsed(o *once, hop resolver.Hop, severity Severity) {
	if hop.Source != resolver.FromSSO && hop.Source != resolver.FromLogin {
		return
	}
	what, command := "SSO session", "aws sso login"
	if hop.Source == resolver.FromLogin {
		what, command = "login session", "aws login"
	}
	for _, e := range hop.Where {
		if e.Kind != resolver.InCache {
			continue
		}
		state := v.cacheState(e.Name)
		if state == "" {
			return
		}
		o.add(Warning{
			Severity: severity,
			Message:  fmt.Sprintf("the %s of profile %q %s", what, hop.Profile, state),
			Fix:      v.loginCommand(command, hop.Profile),
			Where:    []resolver.Evidence{e},
		})
	}
}

// cacheState says what is wrong with a token cache, or "". Only its expiry is
// looked at.
func (v *view) cacheState(file string) string {
	data, err := v.Host.ReadFile(file, maxCacheFile)
	if err != nil {
		return "has not begun: no token is cached"
	}
	var c struct {
		ExpiresAt   string `json:"expiresAt"`
		AccessToken struct {
			ExpiresAt string `json:"expiresAt"`
		} `json:"accessToken"`
	}
	// An SSO token is text where a login session is an object; the mismatch is
	// not an error of ours.
	_ = json.Unmarshal(data, &c)
	for _, text := range []string{c.ExpiresAt, c.AccessToken.ExpiresAt} {
		if ends, ok := parseTime(text); ok {
			if now := v.Host.Time(); ends.Before(now) {
				return "expired " + when(ends, now)
			}
			return ""
		}
	}
	return "cannot be read from its cache"
}

func (v *view) loginCommand(command, profile string) string {
	if profile == "" || profile == "default" {
		return command
	}
	quoted, ok := v.shell.quote(profile)
	if !ok {
		return command + " with that profile"
	}
	return command + " --profile " + quoted
}

// parseTime reads the forms in which AWS tools write times.
func parseTime(text string) (time.Time, bool) {
	text = strings.TrimSpace(text)
	for _, layout := range []string{
		time.RFC3339, "2006-01-02T15:04:05UTC", "2006-01-02T15:04:05-0700", "2006-01-02 15:04:05",
	} {
		if t, err := time.Parse(layout, text); err == nil {
			return t, true
		}
	}
	return time.Time{}, false
}

// when says how long ago a moment was if that is less than a day, and else its
// date.
func when(t, now time.Time) string {
	d := now.Sub(t)
	if d >= 24*time.Hour {
		return "on " + t.UTC().Format(time.DateOnly)
	}
	for _, unit := range []struct {
		size time.Duration
		name string
	}{{time.Hour, "hour"}, {time.Minute, "minute"}} {
		if n := int64(d / unit.size); n == 1 {
			return "1 " + unit.name + " ago"
		} else if n > 1 {
			return fmt.Sprintf("%d %ss ago", n, unit.name)
		}
	}
	return "just now"
}
