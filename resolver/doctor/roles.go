package doctor

import (
	"fmt"
	"iter"
	"slices"
	"strings"

	"github.com/awscred/awscred/resolver"
)

// longTermWins yields the traces that a long-term key wins, once for each key
// and source.
func (v *view) longTermWins() iter.Seq2[*resolver.Trace, *resolver.Step] {
	return func(yield func(*resolver.Trace, *resolver.Step) bool) {
		seen := make(map[string]bool)
		for _, t := range v.Traces {
			w := t.Winner()
			if w == nil || !static(w.Source) || !longTerm(w.KeyID) {
				continue
			}
			key := string(w.Source) + " " + w.KeyID
			if seen[key] {
				continue
			}
			seen[key] = true
			if !yield(t, w) {
				return
			}
		}
	}
}

// static reports whether a source hands its keys on as they stand.
func static(s resolver.Source) bool {
	switch s {
	case resolver.FromCode, resolver.FromEnv, resolver.FromEnvLegacy, resolver.FromProfile,
		resolver.FromBotoConfig, resolver.FromCredentialFile:
		return true
	}
	return false
}

// staticShadowsRole finds long-term keys that win although the machine, the
// container or the function may have a role: AWS's own order of preference is
// the other way round, docs.aws.amazon.com/IAM/latest/UserGuide/best-practices.html.
func staticShadowsRole(v *view) []Warning {
	var o once
	for t, w := range v.longTermWins() {
		what, where := v.roleBehind(t)
		if what == "" {
			continue
		}
		o.add(Warning{
			Message: "static keys hide " + what + ", which AWS recommends instead",
			Fix:     v.remove(w),
			Where:   slices.Concat(w.Where, where),
		})
	}
	return o.list
}

// roleBehind names a role that would be used if the winner were not there.
func (v *view) roleBehind(t *resolver.Trace) (what string, where []resolver.Evidence) {
	for s := range t.Shadowed() {
		switch s.Source {
		case resolver.FromWebIdentity:
			return "the role of the web identity token", s.Where
		case resolver.FromContainer:
			return "the role of this container", s.Where
		case resolver.FromIMDS:
			if s.Status == resolver.Usable {
				return "the role of this instance", s.Where
			}
			if v.place.Name == "ec2" {
				return "the role that this instance may have", v.place.Where
			}
		}
	}
	if v.place.Name == "lambda" {
		return "the role of this function", v.place.Where
	}
	return "", nil
}

// staticShadowsSession finds static keys that win over an SSO or login session:
// after "aws login" or "aws sso login" the old keys stay in use.
func staticShadowsSession(v *view) []Warning {
	var o once
	for _, t := range v.Traces {
		w := t.Winner()
		if w == nil || !static(w.Source) {
			continue
		}
		for _, p := range v.usedBy(t) {
			what, at := p.session()
			if what == "" {
				continue
			}
			o.add(Warning{
				Message: fmt.Sprintf("static keys hide the %s of profile %q", what, p.name),
				Fix:     v.remove(w),
				Where:   append(slices.Clone(w.Where), at.evidence()),
			})
		}
	}
	return o.list
}

// staticKey advises against long-term keys where nothing graver was said.
func staticKey(v *view) []Warning {
	if len(staticShadowsRole(v)) > 0 || len(staticShadowsSession(v)) > 0 {
		return nil
	}
	var o once
	for _, w := range v.longTermWins() {
		if w.Source == resolver.FromCode && len(w.Where) > 0 {
			continue // that is said already
		}
		o.add(Warning{
			Message: "a long-term key wins; AWS recommends roles, and IAM Identity Center (SSO) for people",
			Fix:     "aws configure sso, then: " + v.remove(w),
			Where:   w.Where,
		})
	}
	return o.list
}

// remove is the one line that takes the keys of a step away.
func (v *view) remove(s *resolver.Step) string {
	var variables []string
	var files []resolver.Evidence
	for _, e := range s.Where {
		switch {
		case e.Kind == resolver.InCode && e.Line > 0:
			return fmt.Sprintf("take the keys out of %s:%d", e.Name, e.Line)
		case e.Kind == resolver.InEnv:
			variables = append(variables, e.Name)
		case e.Line > 0:
			files = append(files, e)
		}
	}
	switch {
	case len(variables) > 0:
		return v.unset(variables)
	case len(files) > 0:
		return v.deleteLines(files)
	}
	return "remove these keys from " + string(s.Source)
}

// unsetKeys takes the key pair of the environment away.
func (v *view) unsetKeys() string { return v.unset(v.keysSet()) }

// keysSet are the variables of the key pair that are set.
func (v *view) keysSet() []string {
	var set []string
	for _, name := range []string{keyIDVar, secretVar, tokenVar, securityVar} {
		if v.Host.Getenv(name) != "" {
			set = append(set, name)
		}
	}
	return set
}

// unset removes variables where they are set, if that is known of all, and
// otherwise from this shell.
func (v *view) unset(variables []string) string {
	var at []resolver.Evidence
	for _, name := range variables {
		if v.Origin == nil {
			break
		}
		if e, ok := v.Origin(name); ok && e.Line > 0 {
			at = append(at, e)
		}
	}
	// What a step of a workflow wrote is past by the time it is read.
	if len(at) < len(variables) || v.inGitHubEnv(at[0].Name) {
		return v.shell.unset(variables...)
	}
	return v.deleteLines(at) + ", " + again(at[0].Name)
}

// again is what makes a changed file count: a shell reads its own when it
// starts, a program that of its directory.
func again(file string) string {
	base := file[strings.LastIndexAny(file, `/\\`)+1:]
	if strings.HasPrefix(base, ".env") || strings.HasSuffix(base, ".env") || strings.HasSuffix(base, ".yml") || strings.HasSuffix(base, ".yaml") {
		return "start the program again"
	}
	return "open a new shell"
}

// deleteLines names the lines to delete, file by file.
func (v *view) deleteLines(at []resolver.Evidence) string {
	var files []string
	numbers := make(map[string][]int)
	for _, e := range at {
		if numbers[e.Name] == nil {
			files = append(files, e.Name)
		}
		numbers[e.Name] = append(numbers[e.Name], e.Line)
	}
	var parts []string
	for _, f := range files {
		n := numbers[f]
		slices.Sort(n)
		parts = append(parts, lines(slices.Compact(n))+" of "+v.shell.tilde(f))
	}
	return "delete " + strings.Join(parts, " and ")
}
