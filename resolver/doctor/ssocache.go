package doctor

import (
	"crypto/sha1"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"strings"

	"github.com/awscred/awscred/resolver"
)

// ssoCacheName finds profiles whose SSO token is missing or past under the name
// that SDKs look for, while a live one for the same start URL lies under
// another. A token is named after its session if the profile has one, and after
// the start URL otherwise (botocore utils.py, SSOTokenLoader).
func ssoCacheName(v *view) []Warning {
	var o once
	for _, t := range v.Traces {
		for i := range t.Steps {
			for hop := range hops(&t.Steps[i]) {
				v.otherToken(&o, t, hop)
			}
		}
	}
	return o.list
}

// otherToken judges the cache of one source.
func (v *view) otherToken(o *once, t *resolver.Trace, hop resolver.Hop) {
	if hop.Source != resolver.FromSSO {
		return
	}
	for _, u := range v.usedBy(t) {
		if u.name != hop.Profile {
			continue
		}
		for _, e := range hop.Where {
			if e.Kind != resolver.InCache || v.cacheState(e.Name) == "" {
				continue
			}
			other := v.tokenFor(u.startURL(), e.Name)
			if other.name == "" {
				continue
			}
			o.add(Warning{
				Message: fmt.Sprintf("profile %q looks for its SSO token in %s, %s; a live one for the same start URL is in %s, %s",
					u.name, baseOf(e.Name), u.namedAfter(e.Name, u.startURL()), baseOf(other.name), u.namedAfter(other.name, other.startURL)),
				Fix:   v.ssoLogin(u),
				Where: []resolver.Evidence{e, {Kind: resolver.InCache, Name: other.name}},
			})
		}
	}
}

// startURL is the start URL of a profile or of its session, or "".
func (u *used) startURL() string {
	if s := u.at("sso_start_url"); s != nil {
		return s.value
	}
	if u.sso != nil {
		if p, ok := u.sso.Get("sso_start_url"); ok {
			return p.Text
		}
	}
	return ""
}

// namedAfter says what a cache file of a start URL has its name from.
func (u *used) namedAfter(file, startURL string) string {
	if s := u.at("sso_session"); s != nil && baseOf(file) == hashName(s.value) {
		return "named after session " + word(s.value)
	}
	switch {
	case baseOf(file) != hashName(startURL):
		return "named after another session"
	case startURL == u.startURL():
		return "named after the start URL"
	}
	return "named after that URL in another spelling"
}

func hashName(text string) string {
	sum := sha1.Sum([]byte(text))
	return hex.EncodeToString(sum[:]) + ".json"
}

// A token is a cache file and the start URL that it is for.
type token struct{ name, startURL string }

// tokenFor returns a file beside the given one that holds a live token for a
// start URL, or none.
func (v *view) tokenFor(startURL, file string) token {
	dir, own := split(file)
	if startURL == "" || v.Host.Files == nil {
		return token{}
	}
	names, err := v.Host.Files.ReadDir(dir)
	if err != nil {
		return token{}
	}
	for _, base := range names[:min(len(names), maxCacheFiles)] {
		name := v.Host.Join(dir, base)
		data, err := v.Host.ReadFile(name, maxCacheFile)
		if base == own || err != nil || !strings.HasSuffix(base, ".json") {
			continue
		}
		// What clients are registered with has no start URL.
		var c struct {
			StartURL string `json:"startUrl"`
		}
		if json.Unmarshal(data, &c) == nil && sameStart(c.StartURL, startURL) && v.cacheState(name) == "" {
			return token{name, c.StartURL}
		}
	}
	return token{}
}

// sameStart reports whether two start URLs lead to the same portal; a fragment
// and a slash at the end change the name of the file and nothing else.
func sameStart(a, b string) bool {
	trim := func(u string) string {
		u, _, _ = strings.Cut(u, "#")
		return strings.TrimRight(u, "/")
	}
	return a != "" && strings.EqualFold(trim(a), trim(b))
}

// split takes a cache file's name from its directory, on any system.
func split(file string) (dir, base string) {
	i := strings.LastIndexAny(file, `/\`)
	return file[:max(i, 0)], file[i+1:]
}

func baseOf(file string) string {
	_, base := split(file)
	return base
}

// ssoLogin is the command that makes a token of the name that is looked for.
func (v *view) ssoLogin(u *used) string {
	if s := u.at("sso_session"); s != nil {
		if quoted, ok := v.shell.quote(s.value); ok {
			return "aws sso login --sso-session " + quoted
		}
	}
	return v.loginCommand("aws sso login", u.name)
}
