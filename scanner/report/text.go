package report

import (
	"bufio"
	"fmt"
	"io"
	"slices"
	"strings"
	"unicode"

	"github.com/awscred/awscred/scanner"
)

const (
	// margin is the column at which blocks begin, behind the severity.
	margin = 10
	// full is how many findings have a block of their own, unless verbose;
	// brief is how many more have a line.
	full, brief = 4, 12
	// maxGaps is how many things that were not read are listed.
	maxGaps = 8
)

// text writes a report for people. The first line answers the question; then
// come the findings, the worst first, and what was not read.
func text(w io.Writer, r *scanner.Report, opts Options) error {
	out := bufio.NewWriter(w)
	p := &printer{out: out, r: r, opts: opts}
	p.sort()
	p.headline()
	p.blocks(append(append([]*scanner.Finding{}, p.act...), p.low...))
	p.group("on this machine only", p.local, func(f *scanner.Finding) string { return exposureWords(f.Exposure) })
	p.group("not counted", p.aside, reason)
	p.comparison()
	p.missing()
	return out.Flush()
}

// A printer writes the text of one report.
type printer struct {
	out  *bufio.Writer
	r    *scanner.Report
	opts Options
	// The findings by what is to be done about them.
	act, low, local, aside []*scanner.Finding
}

// sort puts the findings where they belong.
func (p *printer) sort() {
	for _, f := range p.r.Findings {
		switch {
		case f.Suppressed != nil || !shown(f):
			if p.opts.All {
				p.aside = append(p.aside, f)
			}
		case f.Exposure.OnlyHere():
			p.local = append(p.local, f)
		case f.Severity.AtLeast(scanner.Medium):
			p.act = append(p.act, f)
		default:
			p.low = append(p.low, f)
		}
	}
}

// line writes one line. Everything is written by it.
func (p *printer) line(text string) { fmt.Fprintln(p.out, noCommand(strings.TrimRight(text, " "))) }

// headline answers the question, with the counts that the answer rests on.
func (p *printer) headline() {
	var parts []string
	add := func(n int, what string) {
		if n > 0 {
			parts = append(parts, what)
		}
	}
	add(len(p.act), count(len(p.act), "secret")+" to act on")
	more := func(n int, what string) {
		how := number(int64(n))
		if len(parts) == 0 && p.r.Summary.Failing > 0 {
			how = count(n, "secret")
		}
		add(n, how+what)
	}
	more(len(p.low), " of low severity")
	more(len(p.local), " only on this machine")
	some := len(parts) > 0
	if some && len(p.act) == 0 && p.r.Summary.Failing == 0 { // --fail-on and --fail-on-local can say otherwise
		parts = append([]string{"nothing to act on"}, parts...)
	}
	add(p.r.Summary.Suppressed, number(int64(p.r.Summary.Suppressed))+" suppressed")
	switch complete := p.r.Complete(); {
	case !some && complete:
		parts = append([]string{"no secrets"}, parts...)
	case !some:
		parts = append([]string{"nothing found, but not everything could be read"}, parts...)
	case !complete:
		parts = append(parts, "not everything could be read")
	}
	if p.r.Complete() {
		parts = append(parts, p.read()+p.all(some), seconds(p.r.Summary.Seconds))
	}
	p.wrapped("", 2, strings.Join(parts, " · "))
}

// all says that what was counted is all of it.
func (p *printer) all(some bool) string {
	end := ": everything read"
	if some {
		end = ", everything read"
	}
	if n := total(p.r.Coverage.Opaque); n > 0 {
		end += ", but " + number(int64(n)) + " cannot be looked into"
	}
	return end
}

// read counts what was read.
func (p *printer) read() string {
	c := p.r.Coverage
	var parts []string
	for _, x := range [...]struct {
		n    int64
		noun string
	}{{c.Commits, "commit"}, {c.Objects, "object"}, {c.Stashes, "stash"}, {c.Pages, "page"}, {c.Revisions, "revision"}} {
		if x.n > 0 {
			parts = append(parts, count(x.n, x.noun))
		}
	}
	switch {
	case p.r.Target.Kind == "stdin":
		parts = append(parts, count(c.Bytes, "byte"))
	case c.Objects > 0 && c.Files > 0:
		parts = append(parts, "work tree")
	case c.Files > 0 || len(parts) == 0:
		parts = append(parts, count(c.Files, "file"))
	}
	return strings.Join(parts, ", ")
}

// total adds up gaps.
func total(list []scanner.Gap) int {
	n := 0
	for _, g := range list {
		n += max(1, g.Count)
	}
	return n
}

// blocks writes findings: the first ones whole, others in a line each.
func (p *printer) blocks(list []*scanner.Finding) {
	for i, f := range list {
		switch {
		case p.opts.Verbose || i < full:
			p.line("")
			p.block(f)
		case i < full+brief:
			if i == full {
				p.line("")
			}
			p.line(pad(p.severity(f.Severity), p.width(f.Severity)) + p.subject(f) + " · " + where(f.First))
		default:
			p.line("")
			p.line(strings.Repeat(" ", margin) + "and " + number(int64(len(list)-i)) + " more: awscred scan --verbose, or --format json")
			return
		}
	}
}

// group writes findings in a line each, under a heading.
func (p *printer) group(heading string, list []*scanner.Finding, note func(*scanner.Finding) string) {
	if len(list) == 0 {
		return
	}
	p.line("")
	p.line(heading)
	var rows []row
	for i, f := range list {
		if i == full && len(list) > full+1 && !p.opts.Verbose {
			rows = append(rows, row{note: "and " + number(int64(len(list)-i)) + " more (--verbose)"})
			break
		}
		rows = append(rows, row{where: where(f.First), note: joinNonEmpty(" · ", p.subject(f), note(f))})
	}
	p.rows(rows, false)
}

// reason says why a finding is not counted.
func reason(f *scanner.Finding) string {
	switch s := f.Suppressed; {
	case s == nil && f.Noise != "":
		return safe(f.Noise)
	case s == nil:
		if f.Confidence == scanner.Possible {
			return "too little to call it a secret"
		}
		return "an identifier, no secret"
	default:
		words := "suppressed by " + safe(s.By)
		if s.Reason != "" {
			words += ": " + safe(s.Reason)
		}
		if s.Until != "" {
			words += ", until " + safe(s.Until)
		}
		return words
	}
}

// missing writes what was not read, and what to know besides.
func (p *printer) missing() {
	c := p.r.Coverage
	found := len(p.act)+len(p.low)+len(p.local) > 0
	if len(c.Lost) > 0 || p.r.Interrupted != "" {
		if found || len(p.aside) > 0 {
			p.line("")
			p.line("not everything could be read")
		}
		p.interruption()
		p.gaps(c.Lost, maxGaps)
		p.less()
	}
	if !p.r.Complete() {
		p.line("  read were " + p.read() + " · " + seconds(p.r.Summary.Seconds))
	}
	if len(c.Opaque) > 0 {
		p.line("")
		p.line("read, but cannot be looked into")
		p.gaps(c.Opaque, maxGaps)
	}
	if n := total(c.Skipped); n > 0 && p.opts.Verbose {
		p.line("")
		p.line("left out")
		p.gaps(c.Skipped, maxGaps)
	} else if n > 0 {
		p.line("")
		p.line("left out: " + number(int64(n)) + " (--verbose)")
	}
	for _, n := range c.Notes {
		p.line("note  " + safe(n))
	}
	if from := p.r.Config.From; from != "" && from != "built-in" {
		p.line("note  rules of " + safePath(from))
	}
}

// less offers the scan of the work tree, where that loses less: for a repository
// that has one and was read with it and with its history, if what was lost does
// not stand in the work tree itself. A range, a bundle and a bare repository
// have no such smaller scan.
func (p *printer) less() {
	c := p.r.Coverage
	if p.r.Target.Kind != "git" || c.Commits == 0 || c.Files == 0 || !slices.ContainsFunc(c.Lost, inHistory) {
		return
	}
	switch name := p.r.Target.Name; {
	case name == "." || name == "":
		p.line("  or ask less: awscred scan --worktree")
	case plainWord(name):
		p.line("  or ask less: awscred scan --worktree " + name)
	default: // a name to be quoted, or several
		p.line("  or ask less: the same with --worktree")
	}
}

// inHistory reports whether a gap is one of the history and not of the files,
// which a scan of the work tree would lose too.
func inHistory(g scanner.Gap) bool {
	return !slices.ContainsFunc([]string{"file ", "work tree", "index"}, func(s string) bool { return strings.HasPrefix(g.What, s) })
}

// plainWord reports whether a shell takes s for one word as it stands.
func plainWord(s string) bool {
	return !strings.HasPrefix(s, "-") && !strings.ContainsFunc(s, func(r rune) bool {
		return !strings.ContainsRune("/._-", r) && (r > unicode.MaxASCII || !unicode.IsLetter(r) && !unicode.IsDigit(r))
	})
}

func (p *printer) interruption() {
	switch p.r.Interrupted {
	case "":
	case "timeout":
		p.line("  stopped: the time that --timeout gave was over")
	default:
		p.line("  stopped: " + safe(p.r.Interrupted))
	}
}

// gaps lists what was not read with what mends it.
func (p *printer) gaps(list []scanner.Gap, most int) {
	var texts []string
	width := 0
	for i, g := range list {
		if i == most && len(list) > most+1 && !p.opts.Verbose {
			p.pairs(texts, list, width)
			p.line("  and " + number(int64(total(list[i:]))) + " more (--verbose)")
			return
		}
		text := safe(g.What) + ": " + safe(g.Why)
		if g.Count > 1 {
			text += " (" + number(int64(g.Count)) + " times)"
		}
		texts = append(texts, text)
		width = max(width, min(columns(text), 60))
	}
	p.pairs(texts, list, width)
}

func (p *printer) pairs(texts []string, list []scanner.Gap, width int) {
	for i, text := range texts {
		if fix := list[i].Fix; fix != "" {
			text = pad(text, width) + "    " + safe(fix)
		}
		p.line("  " + text)
	}
}
