package report

import (
	"bufio"
	"cmp"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"github.com/awscred/awscred/internal/redact"
	"github.com/awscred/awscred/resolver"
	"github.com/awscred/awscred/resolver/doctor"
)

// gap separates columns.
const gap = "   "

// Text writes a report for people. The first line answers the question; then
// come the sources in the SDK's order, for each group of asked SDKs that
// agree, the warnings, and what other SDKs do differently. It returns the first
// error of w.
func Text(w io.Writer, r *Report, opts Options) error {
	out := bufio.NewWriter(w)
	p := &printer{out: out, report: r, opts: opts, place: doctor.Look(r.Host), ids: keyIDs(r)}
	asked := groups(r.asked())
	for i := range asked {
		if i > 0 {
			p.line("")
		}
		p.group(&asked[i], i < mostGroups || opts.Verbose)
	}
	if len(asked) == 0 {
		p.line(p.paint(red, "no credentials") + gap + "no SDK was asked")
	}
	p.identities(asked)
	p.expectations()
	p.warnings()
	p.program()
	p.others()
	return out.Flush()
}

// identities say whose keys they are, if STS was asked: group by group, for
// SDKs that agree have the same keys.
func (p *printer) identities(asked []group) {
	first := true
	for i := range asked {
		g := &asked[i]
		if g.answers[0].Identity == nil {
			continue
		}
		if first {
			p.line("")
			first = false
		}
		of := ""
		if len(asked) > 1 {
			of = " · " + titles(g.answers)
		}
		p.line("identity" + gap + p.whose(g.answers[0].Identity) + p.safe(of))
	}
}

func (p *printer) whose(i *Identity) string {
	if i.Error != "" {
		return "not known: " + p.safe(i.Error)
	}
	text := p.safe(i.ARN) + " · account " + p.safe(i.Account)
	if i.Root {
		text += " · " + p.paint(red, "the root user: delete these keys")
	}
	return text
}

// expectations says which demands are not met, and that the others are.
func (p *printer) expectations() {
	if len(p.report.Expectations) == 0 {
		return
	}
	p.line("")
	for _, x := range p.report.Expectations {
		demand := x.Flag
		if x.Want != "" {
			demand += " " + p.safe(x.Want)
		}
		of := ""
		if x.SDK != "" && len(p.report.asked()) > 1 {
			of = " · " + p.safe(x.SDK)
		}
		switch {
		case x.OK:
			p.line("expected" + gap + demand + ": yes")
		case x.Unknown:
			p.line(p.paint(red, "expected") + gap + demand + ": cannot be known" + p.further() + of)
		default:
			p.line(p.paint(red, "expected") + gap + demand + ": no, it is " + p.safe(x.Got) + of)
		}
	}
}

// further is the option that finds out more than was found out.
func (p *printer) further() string {
	switch {
	case p.report.identity() != nil:
		return ""
	case slices.ContainsFunc(p.report.asked(), func(a *Answer) bool { return a.Trace.Depth == resolver.Resolved }):
		return " without asking STS (--identity)"
	}
	return " without asking (--resolve, or --identity)"
}

// A printer writes the text of one report.
type printer struct {
	out    *bufio.Writer
	report *Report
	opts   Options
	place  doctor.Place
	// ids are the key ids of the report, to be masked.
	ids []string
}

// keyIDs collects every key id of a report, the longest first.
func keyIDs(r *Report) []string {
	var ids []string
	add := func(id string) {
		if id != "" && !slices.Contains(ids, id) {
			ids = append(ids, id)
		}
	}
	for i := range r.Answers {
		t := r.Answers[i].Trace
		for j := range t.Steps {
			add(t.Steps[j].KeyID)
			for _, hop := range t.Steps[j].Via {
				add(hop.KeyID)
			}
		}
		if t.Blocked != nil {
			add(t.Blocked.KeyID)
		}
	}
	for _, id := range codeKeyIDs(r.Program) {
		add(id)
	}
	add(r.Host.Getenv("AWS_ACCESS_KEY_ID"))
	add(r.Host.Getenv("AWS_ACCESS_KEY"))
	slices.SortFunc(ids, func(a, b string) int {
		return cmp.Or(cmp.Compare(len(b), len(a)), cmp.Compare(a, b))
	})
	return ids
}

// safe makes text from outside fit for a line: no control characters, and key
// ids masked if they are to be.
func (p *printer) safe(text string) string {
	if p.opts.Mask {
		text = maskIn(text, p.ids)
	}
	return redact.Text(text)
}

// mostGroups is how many answers are written with their sources. A program can
// have many; of the others the first line and the calls are told.
const mostGroups = 4

// group writes the answer of SDKs that agree, with their sources if it is to be
// whole.
func (p *printer) group(g *group, whole bool) {
	p.headline(g.first())
	p.line(p.who(g))
	if !whole {
		return
	}
	p.line("")
	p.steps(g.first())
}

// who names the SDKs of a group, with their versions and what shows them.
func (p *printer) who(g *group) string {
	var names []string
	for _, a := range g.answers {
		notes := make([]string, 0, 2)
		if a.Version != "" {
			notes = append(notes, a.Version)
		}
		if len(a.Detected) > 0 {
			notes = append(notes, a.Detected[0])
		}
		name := a.Trace.SDK.Title
		if len(notes) > 0 {
			name += " (" + strings.Join(notes, ", ") + ")"
		}
		name += p.at(a)
		names = append(names, name)
	}
	text := "for " + list(names)
	if len(g.answers) > 1 {
		text += "; sources in the order of " + g.first().SDK.Title
	}
	return p.safe(text)
}

// headline answers the question in one line.
func (p *printer) headline(t *resolver.Trace) {
	color, head, rest := green, "", ""
	s := t.Ended()
	switch t.Outcome() {
	case resolver.HasCredentials:
		head, rest = subject(s), p.summary(t, s)
	case resolver.NotKnown:
		color, head, rest = yellow, subject(s)+", if it answers", p.reason(t, s)
		if s.Source == resolver.FromCode {
			head, rest = "the code decides", "it "+strings.Join(append([]string{s.Reason}, p.calls(s.Where)), " · ")
		}
		if t.Blocked != nil {
			head = "cannot be told"
		}
	case resolver.HasNone:
		color, head, rest = red, "no credentials", strings.TrimPrefix(decision(t), "no credentials: ")
	default:
		color, head, rest = red, subject(s)+", but is broken", s.Reason
		if t.Blocked != nil || s.Source == "" {
			head, rest = "no credentials", "the SDK stops before it asks any source: "+s.Reason
		} else if strings.HasPrefix(head, "environment variables") || strings.HasPrefix(head, "keys in code") {
			head = strings.Replace(head, "but is", "but are", 1)
		}
	}
	p.wrap(p.paint(color, p.safe(head))+gap, width(p.safe(head))+len(gap), p.safe(rest))
}

// summary says what the winner hands on.
func (p *printer) summary(t *resolver.Trace, s *resolver.Step) string {
	var parts []string
	add := func(part string) {
		if part != "" {
			parts = append(parts, part)
		}
	}
	add(s.RoleARN)
	add(s.KeyID)
	add(kindOf(s.KeyID))
	reason := ""
	if s.Source == resolver.FromCode && len(s.Where) > 0 {
		add(p.calls(s.Where))
	} else if s.KeyID == "" && len(s.Via) == 0 {
		reason = p.summaryReason(t, s)
	}
	if account, _ := p.opts.account(s); account != "" && !strings.Contains(reason, account) {
		add("account " + account)
	}
	if !s.Expires.IsZero() {
		add("until " + p.time(s.Expires))
	}
	if len(s.Via) > 0 {
		add("keys from " + p.via(s))
	}
	add(reason)
	add(p.instead(s))
	return strings.Join(parts, " · ")
}

// summaryReason is what is known of a winner whose keys are not: the program or
// the endpoint that would be asked for them.
func (p *printer) summaryReason(t *resolver.Trace, s *resolver.Step) string {
	for _, e := range s.Where {
		if e.Kind == resolver.InProcess || e.Kind == resolver.AtEndpoint {
			return p.evidence(e) + " · " + p.reason(t, s)
		}
	}
	return p.reason(t, s)
}

// via names the stages on the way to a role, the nearest first; of a long way
// its two ends.
func (p *printer) via(s *resolver.Step) string {
	const most = 5
	var stages []string
	for i, hop := range s.Via {
		if left := len(s.Via) - most; left > 1 && !p.opts.Verbose && i >= most-1 && i < len(s.Via)-1 {
			if i == most-1 {
				stages = append(stages, plural(left, "role")+" more")
			}
			continue
		}
		stage := sourceName(hop.Source)
		if hop.Profile != "" {
			stage += fmt.Sprintf(" %q", hop.Profile)
			if hop.Source == resolver.FromProfile {
				stage = fmt.Sprintf("profile %q", hop.Profile)
			}
		}
		for _, detail := range []string{hop.RoleARN, hop.KeyID} {
			if detail != "" {
				stage += " (" + detail + ")"
			}
		}
		stages = append(stages, stage)
	}
	return strings.Join(stages, ", ")
}

// time writes a time as a date in the reader's zone.
func (p *printer) time(t time.Time) string {
	zone := p.opts.Location
	if zone == nil {
		zone = time.UTC
	}
	return t.In(zone).Format("2006-01-02 15:04 MST")
}

// warnings writes what the doctor found.
func (p *printer) warnings() {
	if len(p.report.Warnings) == 0 {
		return
	}
	p.line("")
	for _, w := range p.report.Warnings {
		color := yellow
		if w.Severity == doctor.Error {
			color = red
		}
		text := w.Message
		if parts := p.mentioned(w); len(parts) > 0 {
			text += " · " + strings.Join(parts, " · ")
		}
		head := string(w.Severity)
		indent := len("warning") + 2
		p.wrap(p.paint(color, head)+strings.Repeat(" ", indent-len(head)), indent, p.safe(p.tildes(text)))
		if w.Fix != "" {
			p.line(strings.Repeat(" ", indent) + "fix: " + p.safe(p.tildes(w.Fix)))
		}
	}
}

// tildes writes the home directory at the start of a word as ~, where a shell
// expands it as well. A path in quotes stays as it is.
func (p *printer) tildes(text string) string {
	h := home(p.report.Host)
	if h == "" || h == "/" || p.report.Host.OS == "windows" {
		return text
	}
	return strings.TrimPrefix(strings.ReplaceAll(" "+text, " "+h+"/", " ~/"), " ")
}

// mentioned are the places of a warning that its message does not name.
func (p *printer) mentioned(w doctor.Warning) []string {
	var rest []resolver.Evidence
	for _, e := range w.Where {
		named := strings.Contains(w.Message, e.Name) || strings.Contains(w.Message, tilde(p.report.Host, e.Name))
		if !named || e.Line > 0 {
			rest = append(rest, e)
		}
	}
	return p.where(rest)
}
