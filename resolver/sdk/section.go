package sdk

import (
	"github.com/awscred/awscred/internal/redact"
	"github.com/awscred/awscred/resolver"
	"github.com/awscred/awscred/resolver/profile"
)

// A section is a profile or a session of the shared files. The zero section
// does not exist and has no keys.
type section struct {
	name  string
	found *profile.Section
}

// chosen returns the profile that the SDK uses.
func chosen(s *resolver.Situation) section { return named(s, s.Profile.Name) }

// named returns a profile of both files together.
func named(s *resolver.Situation, name string) section {
	return section{name, s.Shared.Profile(name)}
}

// inFile returns a profile of one file.
func inFile(f *profile.File, name string) section {
	return section{name, f.Profile(name)}
}

// ssoSessionOf returns the section of an SSO session.
func ssoSessionOf(s *resolver.Situation, name string) section {
	return section{name, s.Shared.Session(name)}
}

func (s section) exists() bool { return s.found != nil }

// has reports whether a key is there, be it empty.
func (s section) has(key string) bool {
	_, ok := s.found.Get(key)
	return ok
}

// value returns the text of a key that is no secret, or "".
func (s section) value(key string) string {
	v, _ := s.found.Get(key)
	return v.Text
}

// secret returns the value of a key that is a secret.
func (s section) secret(key string) redact.Secret {
	v, _ := s.found.Get(key)
	return v.Secret
}

// at is the evidence of a key.
func (s section) at(key string) resolver.Evidence {
	v, _ := s.found.Get(key)
	return resolver.File(v.File, v.Line)
}

// step begins a step of the section, with those of the keys as evidence that it
// has.
func (s section) step(source resolver.Source, keys ...string) resolver.Step {
	step := resolver.Step{Source: source, Profile: s.name}
	for _, key := range keys {
		if s.has(key) {
			step.Where = append(step.Where, s.at(key))
		}
	}
	return step
}

// where is the evidence of the section itself.
func (s section) where() []resolver.Evidence {
	if s.found == nil {
		return nil
	}
	return []resolver.Evidence{resolver.File(s.found.File, s.found.Line)}
}
