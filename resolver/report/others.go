package report

import (
	"fmt"
	"slices"
	"strings"

	"github.com/awscred/awscred/resolver"
)

// others says which of the SDKs that were not asked come to another end.
func (p *printer) others() {
	all := p.report.visible(p.opts.All)
	asked := p.report.asked()
	if len(asked) == 0 {
		return
	}
	if len(all) == len(asked) {
		if !p.opts.All && asked[0].Trace.Depth == resolver.Resolved {
			p.line("")
			p.line("the other SDKs were not resolved · add --all")
		}
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
	differ, first, shown := 0, "", 0
	for i := range agreed {
		g := &agreed[i]
		if slices.ContainsFunc(g.answers, func(a *Answer) bool { return a.Asked }) {
			shown++
			continue
		}
		differ += len(g.answers)
		if first == "" {
			first = g.first().SDK.Title + " " + p.does(g.first()) + " (" + g.because + ")"
		}
	}
	p.line("")
	if differ == 0 && shown > 1 {
		p.line("the others do one of these: " + plural(len(all)-len(asked), "SDK"))
		return
	}
	if differ == 0 {
		p.line("the others agree: " + plural(len(all)-len(asked), "SDK"))
		return
	}
	text := fmt.Sprintf("%d · %s", differ, first)
	if differ > 1 {
		text += fmt.Sprintf(", and %d more", differ-1)
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
		verb := p.does(g.first())
		if i > 0 {
			verb += " · " + g.because
		}
		p.wrap("  ", 4, p.safe(verb))
		p.wrap("    ", 4, p.safe(titles(g.answers)))
	}
}

// titles names SDKs. What several of them have in common is said once, behind
// the others: "AWS CLI v2 and the AWS SDKs for Go v2 and Rust".
func titles(answers []*Answer) string {
	const common = "AWS SDK for "
	var names, sdks []string
	for _, a := range answers {
		if name, ok := strings.CutPrefix(a.Trace.SDK.Title, common); ok {
			sdks = append(sdks, name)
			continue
		}
		names = append(names, a.Trace.SDK.Title)
	}
	switch len(sdks) {
	case 0:
	case 1:
		names = append(names, common+sdks[0])
	default:
		names = append(names, "the AWS SDKs for "+list(sdks))
	}
	return list(names)
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
