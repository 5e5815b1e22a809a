package report

import (
	"fmt"
	"slices"

	"github.com/awscred/awscred/resolver"
)

// others says which of the SDKs that were not asked come to another end.
func (p *printer) others() {
	all := p.report.visible(p.opts.All)
	asked := p.report.asked()
	if len(asked) == 0 || len(all) == len(asked) {
		return
	}
	// The asked ones come first, so that the first group is theirs.
	ordered := slices.Clone(asked)
	for _, a := range all {
		if !a.Asked {
			ordered = append(ordered, a)
		}
	}
	agreed := groups(ordered)
	if p.opts.All {
		p.everybody(agreed)
		return
	}
	differ, first := 0, ""
	for i := range agreed[1:] {
		for _, a := range agreed[1+i].answers {
			if a.Asked {
				continue
			}
			differ++
			if first == "" {
				first = a.Trace.SDK.Title + " " + p.does(a.Trace) + " (" + agreed[1+i].because + ")"
			}
		}
	}
	p.line("")
	if differ == 0 {
		p.line("the others agree: " + plural(len(all)-len(asked), "SDK"))
		return
	}
	text := fmt.Sprintf("%d · %s", differ, first)
	if differ > 1 {
		text += ", and others"
	}
	head := "others differ: "
	p.wrap(head, len(head), p.safe(text)+" · awscred which --all")
}

// everybody tells what each SDK does, group by group.
func (p *printer) everybody(agreed []group) {
	p.line("")
	p.line("all SDKs")
	for i := range agreed {
		g := &agreed[i]
		var names []string
		for _, a := range g.answers {
			names = append(names, a.Trace.SDK.Title)
		}
		verb := p.does(g.first())
		if i > 0 {
			verb += " · " + g.because
		}
		p.wrap("  ", 4, p.safe(list(names)+": "+verb))
	}
}

// does says in a few words what an SDK ends with.
func (p *printer) does(t *resolver.Trace) string {
	s := t.Ended()
	switch t.Outcome() {
	case resolver.HasCredentials, resolver.NotKnown:
		text := "uses " + label(s, true)
		if s.KeyID != "" {
			text += " " + s.KeyID
		}
		if t.Outcome() == resolver.NotKnown {
			text = "asks " + label(s, true)
		}
		return text
	case resolver.HasError:
		return "fails"
	}
	return "finds no credentials"
}
