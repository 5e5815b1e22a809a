package gitleaks

import (
	"strconv"

	"github.com/awscred/awscred/scanner"
)

// ByBaseline is the By of a suppression by a report that stands as a baseline.
const ByBaseline = "baseline"

// A Baseline is a report whose findings are accepted. It implements
// [scanner.Ignorer].
type Baseline struct {
	name    string
	names   RuleNames
	byPlace map[string][]*accepted
	bySpot  map[string][]*accepted // those with a secret, by commit:path:line
	byFile  map[string][]*accepted // those with a commit, by path:rule
	all     []*accepted

	// History is as for an [IgnoreFile].
	History *History
}

type accepted struct {
	Finding
	met bool
}

// NewBaseline accepts what a report lists. name stands in the reasons.
func NewBaseline(name string, report []Finding, names RuleNames) *Baseline {
	b := &Baseline{name: name, names: names, byPlace: map[string][]*accepted{}, byFile: map[string][]*accepted{}, bySpot: map[string][]*accepted{}}
	for i := range report {
		a := &accepted{Finding: report[i]}
		key := a.Commit + ":" + a.place()
		b.byPlace[key] = append(b.byPlace[key], a)
		b.all = append(b.all, a)
		if !a.Secret.IsZero() {
			b.bySpot[a.spot()] = append(b.bySpot[a.spot()], a)
		}
		if a.Commit != "" {
			b.byFile[a.File+":"+a.Rule] = append(b.byFile[a.File+":"+a.Rule], a)
		}
	}
	return b
}

// Len is how many findings the report lists.
func (b *Baseline) Len() int { return len(b.all) }

// Unmet is how many of them accepted nothing so far.
func (b *Baseline) Unmet() int {
	n := 0
	for _, a := range b.all {
		if !a.met {
			n++
		}
	}
	return n
}

// Ignored reports whether the report lists a match: the same file, line, commit
// and secret. The rule decides where the report does not tell the secret: which of
// two rules claims a secret may differ. gitleaks also compares author, date and
// message, which go with the commit, and columns, which go with the secret; a
// redacted report has no secret, so there the column decides, too. A finding in a
// commit goes with its line into later versions of the file; one of files stays
// where it is.
func (b *Baseline) Ignored(s scanner.Standing) (*scanner.Suppression, bool) {
	if s.Path == "" {
		return nil, false
	}
	for _, place := range places(s, b.names) {
		for _, a := range b.byPlace[s.Commit+":"+place] {
			if a.is(s) {
				return b.accept(a), s.Commit != ""
			}
		}
	}
	for _, line := range []int{s.MatchLine, s.Line} {
		spot := accepted{Finding: Finding{Commit: s.Commit, File: file(s.Path, s.Via), StartLine: line}}
		for _, a := range b.bySpot[spot.spot()] {
			if a.Secret.Equal(s.Value) {
				return b.accept(a), s.Commit != ""
			}
		}
	}
	for _, rule := range b.names(s.Rule.ID) {
		for _, a := range b.byFile[s.Path+":"+rule] {
			if a.is(s) && b.History.same(a.Commit, a.StartLine, s) {
				return b.accept(a), true
			}
		}
	}
	return nil, false
}

// spot names a place whatever the rule.
func (a *accepted) spot() string { return a.Commit + ":" + a.File + ":" + strconv.Itoa(a.StartLine) }

func (b *Baseline) accept(a *accepted) *scanner.Suppression {
	a.met = true
	return &scanner.Suppression{By: ByBaseline, Reason: "in " + b.name}
}

// is compares what the place alone does not decide.
func (a *accepted) is(s scanner.Standing) bool {
	switch {
	case s.Rule.Pattern == "" && s.Rule.Find == nil:
		return true // the file itself, by its path
	case !a.Secret.IsZero():
		return a.Secret.Equal(s.Value)
	}
	return a.StartColumn == s.MatchColumn || a.StartColumn == s.MatchColumn+1
}
