package doctor

import (
	"fmt"
	"slices"
	"strings"

	"github.com/awscred/awscred/internal/spelling"
	"github.com/awscred/awscred/resolver"
	"github.com/awscred/awscred/resolver/profile"
)

// maxListed is how many profiles a message lists.
const maxListed = 6

// unknownProfile finds a profile that was asked for by name and that no file
// has.
func unknownProfile(v *view) []Warning {
	var o once
	for _, t := range v.Traces {
		if t.Profile.By == "" || t.Profile.Name == "" || len(v.usedBy(t)) > 0 {
			continue
		}
		names := v.profileNames(t)
		near := spelling.Nearest(t.Profile.Name, names)
		w := Warning{
			Message: fmt.Sprintf("no profile is called %q; ", t.Profile.Name),
			Fix:     v.fixProfile(t.Profile, near),
		}
		switch {
		case near != "":
			w.Message += fmt.Sprintf("did you mean %q?", near)
		case len(names) > 0:
			w.Message += "there are: " + listed(names)
		default:
			w.Message += "no file has any"
		}
		if t.Profile.By != resolver.ByCode {
			w.Where = envs(t.Profile.By)
		}
		for _, name := range []string{t.ConfigPath, t.CredentialsPath} {
			if name != "" {
				w.Where = append(w.Where, resolver.File(name, 0))
			}
		}
		o.addFor(t, w)
	}
	return o.named(v)
}

// fixProfile names another profile, or none.
func (v *view) fixProfile(choice resolver.ProfileChoice, near string) string {
	if near != "" {
		if choice.By == resolver.ByCode {
			return fmt.Sprintf("name profile %q instead", near)
		}
		if command, ok := v.shell.set(choice.By, near); ok {
			return command
		}
	}
	if choice.By == resolver.ByCode {
		return v.createProfile(choice.Name)
	}
	return v.unset([]string{choice.By})
}

func (v *view) createProfile(name string) string {
	if quoted, ok := v.shell.quote(name); ok {
		return "aws configure sso --profile " + quoted
	}
	return "name a profile that there is"
}

// profileNames are the profiles that the SDK of a trace can use, sorted.
func (v *view) profileNames(t *resolver.Trace) []string {
	var names []string
	for _, f := range v.files {
		if f.trace != t || f.parsed == nil {
			continue
		}
		for _, s := range f.parsed.Sections {
			if s.Kind == profile.ProfileSection {
				names = append(names, s.Name)
			}
		}
	}
	slices.Sort(names)
	return slices.Compact(names)
}

// listed joins names, not too many of them.
func listed(names []string) string {
	shown := make([]string, 0, maxListed)
	for _, name := range names[:min(len(names), maxListed)] {
		shown = append(shown, word(name))
	}
	text := strings.Join(shown, ", ")
	if more := len(names) - len(shown); more > 0 {
		text += fmt.Sprintf(" and %d more", more)
	}
	return text
}

// mixedKeys finds key pairs of which one half stands in one file and the other
// in another: SDKs that join the config and the credentials file take keys of
// two identities for a pair, and so do all with variables that two files set.
func mixedKeys(v *view) []Warning {
	var o once
	if id, secret, ok := v.originsOfPair(); ok && id.Name != secret.Name {
		o.add(Warning{
			Message: fmt.Sprintf("%s is set in %s and %s in %s: they are hardly of one key",
				keyIDVar, v.shell.tilde(id.Name), secretVar, v.shell.tilde(secret.Name)),
			Fix:   "set the whole pair in one of the two files",
			Where: []resolver.Evidence{resolver.Env(keyIDVar), id, resolver.Env(secretVar), secret},
		})
	}
	for _, p := range v.used {
		id := p.at(keyIDKey)
		for _, key := range []string{secretKey, tokenKey} {
			other := p.at(key)
			if id == nil || other == nil || id.file == other.file {
				continue
			}
			o.add(Warning{
				Message: fmt.Sprintf("profile %q takes %s from %s and %s from %s: they are hardly of one key",
					p.name, id.key, v.shell.tilde(id.file), key, v.shell.tilde(other.file)),
				Fix:   "write the whole pair in one of the two files",
				Where: []resolver.Evidence{id.evidence(), other.evidence()},
			})
			break
		}
	}
	return o.list
}

// originsOfPair tells where the key pair of the environment was set, if that is
// known of both halves: the line of a file, and not a process. What two steps of
// a workflow wrote lies in two files by nature.
func (v *view) originsOfPair() (id, secret resolver.Evidence, ok bool) {
	if v.Origin == nil {
		return id, secret, false
	}
	id, known := v.Origin(keyIDVar)
	secret, ok = v.Origin(secretVar)
	return id, secret, known && ok && id.Line > 0 && secret.Line > 0 && !v.inGitHubEnv(id.Name)
}
