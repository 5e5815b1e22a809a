package doctor

import (
	"fmt"
	"slices"

	"github.com/awscred/awscred/resolver"
)

// sdksDisagree finds asked SDKs that do not come to the same credentials: two
// programs of one directory then act as two identities.
func sdksDisagree(v *view) []Warning {
	// What a program's source sets is meant for that SDK alone.
	traces := slices.DeleteFunc(slices.Clone(v.Traces), setByCode)
	if len(traces) < 2 {
		return nil
	}
	first := traces[0]
	var o once
	seen := []resolver.End{first.End()}
	for _, t := range traces[1:] {
		if slices.Contains(seen, t.End()) {
			continue
		}
		seen = append(seen, t.End())
		w := Warning{
			Message: fmt.Sprintf("%s %s, %s %s", first.SDK.Title, uses(first), t.SDK.Title, uses(t)),
			Fix:     v.reconcile(first, t),
			Where:   slices.Concat(endedAt(first), endedAt(t)),
		}
		o.add(w)
	}
	return o.list
}

// reconcile is what makes two SDKs agree: where one has nothing, what stops it
// is to be mended, and otherwise the static keys of one are to go.
func (v *view) reconcile(a, b *resolver.Trace) string {
	for _, t := range []*resolver.Trace{a, b} {
		if t.Winner() != nil {
			continue
		}
		if s := t.Ended(); s != nil {
			return "mend what stops " + t.SDK.Title + ": " + s.Reason
		}
		return "give " + t.SDK.Title + " a source that it reads"
	}
	for _, t := range []*resolver.Trace{a, b} {
		if w := t.Winner(); static(w.Source) {
			return v.remove(w)
		}
	}
	return "leave one source only"
}

func endedAt(t *resolver.Trace) []resolver.Evidence {
	if s := t.Ended(); s != nil {
		return s.Where
	}
	return nil
}

// uses says in a few words which credentials an SDK comes to.
func uses(t *resolver.Trace) string {
	s := t.Winner()
	if s == nil {
		return "has none"
	}
	text := "uses " + words(s.Source)
	switch {
	case s.Source == resolver.FromEnv || s.Source == resolver.FromEnvLegacy:
		text = "uses the environment"
	case s.Source == resolver.FromProfile:
		text = fmt.Sprintf("uses profile %q", s.Profile)
	case s.Profile != "":
		text += fmt.Sprintf(" of profile %q", s.Profile)
	}
	if s.KeyID != "" {
		text += " " + word(s.KeyID)
	}
	return text
}

// words is what a person calls a source.
func words(s resolver.Source) string {
	switch s {
	case resolver.FromAssumeRole:
		return "a role"
	case resolver.FromWebIdentity:
		return "the web identity role"
	case resolver.FromSSO:
		return "SSO"
	case resolver.FromLogin:
		return "the login session"
	case resolver.FromProcess:
		return "the credential_process"
	case resolver.FromContainer:
		return "the container's role"
	case resolver.FromIMDS:
		return "the instance role"
	}
	return string(s)
}
