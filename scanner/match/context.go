package match

import (
	"bytes"
	"cmp"
	"slices"
	"sort"

	"github.com/awscred/awscred/scanner"
)

// A position is a line and a place in it, both from 0.
type position struct{ line, column int }

// A cursor finds positions, quickest in order.
type cursor struct {
	text            []byte
	at, line, start int
}

func (c *cursor) move(to int) position {
	if to < c.at {
		c.at, c.line, c.start = 0, 0, 0
	}
	part := c.text[c.at:to]
	if n := bytes.Count(part, []byte{'\n'}); n > 0 {
		c.line += n
		c.start = c.at + bytes.LastIndexByte(part, '\n') + 1
	}
	c.at = to
	return position{c.line, to - c.start}
}

// required drops matches whose rule requires others that are not near
// (gitleaks detect/detect.go:585, processRequiredRules). What stands in one
// decoded text may also be near there: in base64, lines are not lines.
func required(list []verdict) []verdict {
	if !slices.ContainsFunc(list, func(v verdict) bool { return len(v.Rule.Required) > 0 }) {
		return list
	}
	places := map[whereabouts][]position{}
	for i := range list {
		v := &list[i]
		if v.Suppressed != nil || v.Noise != "" {
			continue
		}
		anywhere := whereabouts{v.Rule.ID, 0}
		places[anywhere] = append(places[anywhere], v.position)
		if text := v.Inside.Text; text > 0 {
			here := whereabouts{v.Rule.ID, text}
			places[here] = append(places[here], v.inside)
		}
	}
	for _, p := range places { // those in a decoded text may come from one place
		slices.SortFunc(p, func(a, b position) int { return cmp.Or(a.line-b.line, a.column-b.column) })
	}
	return slices.DeleteFunc(slices.Clone(list), func(v verdict) bool {
		for i := range v.Rule.Required {
			q := &v.Rule.Required[i]
			if near(v.position, places[whereabouts{q.Rule, 0}], q) {
				continue
			}
			if text := v.Inside.Text; text == 0 || !near(v.inside, places[whereabouts{q.Rule, text}], q) {
				return true
			}
		}
		return false
	})
}

// whereabouts are all places where a rule matches, or those in one decoded text.
type whereabouts struct {
	rule string
	text int // its number, or 0
}

// near reports whether one of the places, which are in order of their lines, is
// near enough to p. Only the places within the lines are looked at.
func near(p position, places []position, q *scanner.Required) bool {
	first := 0
	if q.WithinLines != nil {
		first = sort.Search(len(places), func(i int) bool { return places[i].line >= p.line-*q.WithinLines })
	}
	for _, o := range places[first:] {
		if q.WithinLines != nil && o.line > p.line+*q.WithinLines {
			return false
		}
		if q.WithinColumns == nil || abs(o.column-p.column) <= *q.WithinColumns {
			return true
		}
	}
	return false
}

func abs(n int) int {
	if n < 0 {
		return -n
	}
	return n
}

// rivals is how many specific matches of one line a generic match is compared
// with: a line of a megabyte must not cost the product.
const rivals = 64

// giveWay drops matches of generic rules whose secret is part of one that a
// specific rule claims on the same line (gitleaks detect/utils.go:115, filter), or
// the encoded form of one. Where the specific rule depends on the place, its claim
// does. One that is never reported itself claims nothing.
func giveWay(list []verdict) []verdict {
	specific := map[int][]*verdict{} // by line
	generic := false
	for i := range list {
		v := &list[i]
		switch {
		case v.Rule.Generic:
			generic = true
		case v.Suppressed == nil && !v.Rule.Hidden:
			specific[v.line] = append(specific[v.line], v)
		}
	}
	if !generic || len(specific) == 0 {
		return list
	}
	kept := make([]verdict, 0, len(list))
	for _, v := range list {
		if !v.Rule.Generic || !v.claimed(nearby(specific[v.line], &v)) {
			kept = append(kept, v)
		}
	}
	return kept
}

// claimed reports whether one of the specific matches stands in the place of v
// wherever v does, and else notes those that do so in some places.
func (v *verdict) claimed(by []*verdict) bool {
	for _, s := range by {
		if !bytes.Contains(s.claim, v.claim) && !v.encodes(s) {
			continue
		}
		if s.Rule.Path == nil && allowedWith(s, v) {
			return true
		}
		v.Claims = append(v.Claims, scanner.Claim{Rule: s.Rule, Allowed: s.Allowed})
	}
	return false
}

// encodes reports whether the secret of v, as it stands, is what a part of an AWS
// key was decoded from.
func (v *verdict) encodes(s *verdict) bool {
	return s.Rule.Part != "" && s.Inside.Text > 0 && v.Inside.Text == 0 &&
		v.Secret.Start <= s.Secret.Start && s.Secret.End <= v.Secret.End
}

// nearby returns the matches around v of those on its line, which are in order.
func nearby(line []*verdict, v *verdict) []*verdict {
	i := sort.Search(len(line), func(i int) bool { return line[i].Span.Start >= v.Span.Start })
	return line[max(0, i-rivals/2):min(len(line), i+rivals/2)]
}

// allowedWith reports whether every allowance that may silence s later may
// silence v as well.
func allowedWith(s, v *verdict) bool {
	for _, a := range s.Allowed {
		if !slices.Contains(v.Allowed, a) {
			return false
		}
	}
	return true
}
