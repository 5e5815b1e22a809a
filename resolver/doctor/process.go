package doctor

import (
	"fmt"
	"iter"
	"strings"

	"github.com/awscred/awscred/resolver"
)

// A program is what a credential_process runs.
type program struct {
	name string
	// where is the evidence of its source.
	where []resolver.Evidence
	// decisive is true if the chain ends with it.
	decisive bool
}

// programs returns the program of every credential_process in use.
func (v *view) programs() []program {
	var list []program
	for _, t := range v.Traces {
		for i := range t.Steps {
			s := &t.Steps[i]
			for hop := range hops(s) {
				for _, e := range hop.Where {
					if e.Kind == resolver.InProcess && e.Name != "" {
						list = append(list, program{e.Name, hop.Where, s == t.Ended()})
					}
				}
			}
		}
	}
	return list
}

// hops yields a step and the stages on the way to it.
func hops(s *resolver.Step) iter.Seq[resolver.Hop] {
	return func(yield func(resolver.Hop) bool) {
		if !yield(s.Hop()) {
			return
		}
		for _, hop := range s.Via {
			if !yield(hop) {
				return
			}
		}
	}
}

// evidence yields everything that a step and its stages looked at.
func evidence(s *resolver.Step) iter.Seq[resolver.Evidence] {
	return func(yield func(resolver.Evidence) bool) {
		for hop := range hops(s) {
			for _, e := range hop.Where {
				if !yield(e) {
					return
				}
			}
		}
	}
}

// processWritable finds a credential_process that others may replace: they can
// run what they like as this user.
func processWritable(v *view) []Warning {
	if v.Host.OS == "windows" {
		return nil
	}
	var o once
	for _, p := range v.programs() {
		name, ok := v.find(p.name)
		if !ok {
			continue
		}
		info, ok := v.stat(name)
		if !ok || info.Mode.Perm()&0o022 == 0 {
			continue
		}
		w := Warning{
			Message: fmt.Sprintf("%s, which credential_process runs, can be changed by %s (mode %03o)",
				v.shell.tilde(name), others(info.Mode.Perm()>>1), info.Mode.Perm()),
			Fix:   "take write permission on it away from others",
			Where: append(fileLines(p.where), resolver.File(name, 0)),
		}
		if quoted, ok := v.shell.path(name); ok {
			w.Fix = "chmod go-w " + quoted
		}
		o.add(w)
	}
	return o.list
}

// processMissing finds a credential_process whose program is not there.
func processMissing(v *view) []Warning {
	if v.Host.Files == nil || v.Host.OS == "windows" {
		return nil
	}
	var o once
	for _, p := range v.programs() {
		// Words that only a shell understands cannot be judged here.
		if strings.ContainsAny(p.name, "~$`=(){};|&<>*?") {
			continue
		}
		if _, ok := v.find(p.name); ok {
			continue
		}
		severity := Caution
		if p.decisive {
			severity = Error
		}
		what := word(p.name) + " does not exist"
		if !strings.Contains(p.name, "/") {
			what = word(p.name) + " is not on PATH"
		}
		at := fileLines(p.where)
		fix := "install it"
		if len(at) > 0 {
			fix = fmt.Sprintf("install it, or mend line %d of %s", at[0].Line, v.shell.tilde(at[0].Name))
		}
		if len(at) == 0 {
			at = p.where
		}
		o.add(Warning{
			Severity: severity,
			Message:  "credential_process: " + what,
			Fix:      fix,
			Where:    at,
		})
	}
	return o.list
}

// find returns the file that a program's name stands for.
func (v *view) find(program string) (string, bool) {
	if strings.Contains(program, "/") {
		name := v.Host.Abs(program)
		_, ok := v.stat(name)
		return name, ok
	}
	for dir := range strings.SplitSeq(v.Host.Getenv("PATH"), ":") {
		if dir == "" {
			continue
		}
		name := v.Host.Join(dir, program)
		if info, ok := v.stat(name); ok && info.Mode.IsRegular() {
			return name, true
		}
	}
	return "", false
}

// fileLines keeps the evidence that is a line of a file.
func fileLines(where []resolver.Evidence) []resolver.Evidence {
	var at []resolver.Evidence
	for _, e := range where {
		if e.Kind == resolver.InFile && e.Line > 0 {
			at = append(at, e)
		}
	}
	return at
}
