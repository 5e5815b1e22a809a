package report

import (
	"cmp"
	"fmt"
	"slices"

	"github.com/awscred/awscred/resolver"
)

// A group is the SDKs that come to the same end: the same outcome, source and
// key. It is derived from their traces.
type group struct {
	answers []*Answer
	// because says in one clause why it ends so; for a group that differs
	// from the first, why it differs.
	because string
}

func (g *group) first() *resolver.Trace { return g.answers[0].Trace }

// groups puts together the answers that agree, of those that programs do the
// same to. The first group is that of the
// first answer, the others follow by size.
func groups(answers []*Answer) []group {
	var list []group
	type same struct {
		end  resolver.End
		does string
	}
	at := make(map[same]int)
	for _, a := range answers {
		e := same{a.Trace.End(), a.Does}
		i, ok := at[e]
		if !ok {
			i = len(list)
			at[e] = i
			list = append(list, group{})
		}
		list[i].answers = append(list[i].answers, a)
	}
	if len(list) > 1 {
		slices.SortStableFunc(list[1:], func(a, b group) int {
			return cmp.Compare(len(b.answers), len(a.answers))
		})
	}
	for i := range list {
		list[i].because = decision(list[i].first())
		if i > 0 {
			list[i].because = difference(list[0].first(), list[i].first())
		}
	}
	return list
}

// decision is the reason of the step that ends a chain.
func decision(t *resolver.Trace) string {
	if s := t.Ended(); s != nil {
		return s.Reason
	}
	return "every source is absent or was passed over"
}

// difference says why an SDK does not come to the same end as another: what it
// makes of the other's winner, or what it takes before that.
func difference(other, t *resolver.Trace) string {
	if t.Blocked != nil {
		return t.Blocked.Reason
	}
	w := other.Winner()
	if w == nil {
		return ownReason(other, t)
	}
	ended := t.Ended()
	known := false
	for i := range t.Steps {
		s := &t.Steps[i]
		if s.Source != w.Source {
			if s == ended && !s.Offered() {
				return s.Reason
			}
			continue
		}
		known = true
		switch {
		case s == ended:
			return s.Reason
		case t.IsShadowed(i):
			return fmt.Sprintf("it takes %s before %s", label(ended, false), label(s, false))
		case s.Reason != "":
			return s.Reason
		}
	}
	if d := deviation(other, t); d != "" {
		return d
	}
	if !known {
		return "it has no such source: " + label(w, false)
	}
	return decision(t)
}

// ownReason says why an SDK ends otherwise than one without a winner: because
// it passes over what stops the other, or knows a source that the other does
// not.
func ownReason(other, t *resolver.Trace) string {
	w, stop := t.Winner(), other.Ended()
	if w == nil {
		return decision(t)
	}
	for i := range other.Steps {
		s := &other.Steps[i]
		if s.Source == w.Source && s.Offered() && stop != nil {
			return "it passes over what stops the other: " + stop.Reason
		}
		if s.Source == w.Source && s.Reason != "" && !s.Offered() {
			return fmt.Sprintf("it takes %s, which the other does not: %s", label(w, false), s.Reason)
		}
	}
	return "it has a source more: " + label(w, false)
}

// deviation is the one point, if there is just one, in which the SDK differs
// by its own account and the other does not.
func deviation(other, t *resolver.Trace) string {
	var texts []string
	for _, d := range t.SDK.Deviations {
		shared := slices.ContainsFunc(other.SDK.Deviations, func(o resolver.Deviation) bool { return o.ID == d.ID })
		if !shared {
			texts = append(texts, d.Text)
		}
	}
	if len(texts) != 1 {
		return ""
	}
	return texts[0]
}
