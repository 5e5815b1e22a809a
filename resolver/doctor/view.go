package doctor

import (
	"bytes"
	"slices"

	"github.com/awscred/awscred/resolver"
	"github.com/awscred/awscred/resolver/profile"
)

// maxShared is the size above which a shared file is not read.
const maxShared = 16 << 20

// The keys of a profile that the checks look at.
const (
	keyIDKey    = "aws_access_key_id"
	secretKey   = "aws_secret_access_key"
	tokenKey    = "aws_session_token"
	securityKey = "aws_security_token"
)

// A view is a Subject with what all checks need, read once.
type view struct {
	Subject
	place Place
	shell shell
	// files are the shared files, each as every dialect that is asked reads
	// it.
	files []file
	// used are the profiles that the asked SDKs choose and those that their
	// source_profile leads to, each once.
	used []*used
}

// A file is a shared file in the dialect of a trace's SDK.
type file struct {
	trace *resolver.Trace
	name  string
	data  []byte
	// parsed is nil if the SDK refuses the file; err then says why, and
	// lenient is the file as another SDK reads it.
	parsed, lenient *profile.File
	err             error
}

// A used profile is one that an SDK looks at.
type used struct {
	trace   *resolver.Trace
	name    string
	profile *profile.Section
	// sso is the section of the profile's sso_session, or nil.
	sso *profile.Section
}

// A setting is a key of a profile that has a value.
type setting struct {
	key string
	// value is "" for secrets.
	value string
	file  string
	line  int
}

func (s *setting) evidence() resolver.Evidence { return resolver.File(s.file, s.line) }

func newView(s Subject) *view {
	v := &view{Subject: s, place: Look(s.Host), shell: shellOf(s.Host)}
	for _, t := range s.Traces {
		config := v.parse(t, profile.ConfigFile, t.ConfigPath)
		credentials := v.parse(t, profile.CredentialsFile, t.CredentialsPath)
		v.use(t, profile.Merge(t.SDK.Dialect, config, credentials))
	}
	return v
}

// parse reads a shared file as the SDK of a trace does.
func (v *view) parse(t *resolver.Trace, kind profile.Kind, name string) *profile.File {
	if name == "" {
		return nil
	}
	data, err := v.Host.ReadFile(name, maxShared)
	if err != nil {
		return nil
	}
	f := file{trace: t, name: name, data: data}
	f.parsed, f.err = profile.Parse(name, kind, data, t.SDK.Dialect)
	if f.err != nil {
		f.parsed = nil
		// What the SDK refuses is read as the most lenient one does, for its
		// oddities.
		if lenient, err := profile.Parse(name, kind, data, profile.GoV2()); err == nil {
			f.lenient = lenient
		}
	}
	v.files = append(v.files, f)
	return f.parsed
}

// use notes the chosen profile and those that source_profile leads to.
func (v *view) use(t *resolver.Trace, shared *profile.Set) {
	var seen []string
	for name := t.Profile.Name; !slices.Contains(seen, name); {
		seen = append(seen, name)
		p := shared.Profile(name)
		if p == nil {
			return
		}
		u := &used{trace: t, name: name, profile: p}
		if s := u.at("sso_session"); s != nil {
			u.sso = shared.Session(s.value)
		}
		v.used = append(v.used, u)
		next := u.at("source_profile")
		if next == nil {
			return
		}
		name = next.value
	}
}

// usedBy returns the profiles that the SDK of a trace looks at.
func (v *view) usedBy(t *resolver.Trace) []*used {
	var list []*used
	for _, u := range v.used {
		if u.trace == t {
			list = append(list, u)
		}
	}
	return list
}

// at returns a key that has a value, or nil.
func (u *used) at(key string) *setting {
	p, ok := u.profile.Get(key)
	if !ok || p.Text == "" && p.Secret.IsZero() {
		return nil
	}
	return &setting{key, p.Text, p.File, p.Line}
}

// pair is the evidence of the profile's key pair and its token.
func (u *used) pair() []resolver.Evidence {
	var at []resolver.Evidence
	for _, key := range []string{keyIDKey, secretKey, tokenKey, securityKey} {
		if s := u.at(key); s != nil {
			at = append(at, s.evidence())
		}
	}
	return at
}

// session returns what kind of login the profile configures, and where, or "".
func (u *used) session() (what string, at *setting) {
	for _, key := range []string{"sso_session", "sso_start_url"} {
		if s := u.at(key); s != nil {
			return "SSO session", s
		}
	}
	if s := u.at("login_session"); s != nil {
		return "login session", s
	}
	return "", nil
}

// hasSecret reports whether a file holds a secret in any profile, as any asked
// SDK reads it.
func (v *view) hasSecret(name string) bool {
	for _, f := range v.files {
		if f.name != name || f.parsed == nil {
			continue
		}
		for _, section := range f.parsed.Sections {
			for _, p := range section.Properties {
				if p.IsSecret() && !p.Secret.IsZero() {
					return true
				}
			}
		}
	}
	return false
}

// textOf returns a line of a shared file.
func (v *view) textOf(name string, line int) string {
	for _, f := range v.files {
		if f.name != name {
			continue
		}
		for text := range bytes.Lines(f.data) {
			if line--; line == 0 {
				return string(text)
			}
		}
	}
	return ""
}
