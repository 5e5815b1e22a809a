package report

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/awscred/awscred/internal/redact"
	"github.com/awscred/awscred/resolver"
)

// fold is how many absent sources in a row, of which there is nothing to say,
// share one row.
const fold = 3

// A row is one line of the list of sources.
type row struct {
	number, label, word, detail, color string
}

// steps lists the sources in the SDK's order.
func (p *printer) steps(t *resolver.Trace) {
	var rows []row
	for i := 0; i < len(t.Steps); {
		if n := p.silent(t, i); n >= fold {
			rows = append(rows, p.folded(t.Steps[i:i+n], i))
			i += n
			continue
		}
		rows = append(rows, p.row(t, i))
		i++
	}
	var numberWidth, labelWidth, wordWidth int
	for _, r := range rows {
		numberWidth = max(numberWidth, width(r.number))
		labelWidth = max(labelWidth, width(r.label))
		wordWidth = max(wordWidth, width(r.word))
	}
	for _, r := range rows {
		head := pad(r.number, max(3, numberWidth)) + r.number + "  " + r.label + pad(r.label, labelWidth) + "  "
		indent := width(head) + wordWidth + 2
		if r.color == "" {
			head += r.word
		} else {
			head += p.paint(r.color, r.word)
		}
		if r.detail == "" {
			p.line(head)
			continue
		}
		p.wrap(head+pad(r.word, wordWidth)+"  ", indent, r.detail)
	}
}

func (p *printer) row(t *resolver.Trace, i int) row {
	s := &t.Steps[i]
	r := row{number: strconv.Itoa(i + 1), label: p.safe(label(s, true)), word: p.word(t, i), detail: p.detail(t, i)}
	switch {
	case s == t.Winner():
		r.color = green
	case s == t.Ended():
		r.color = red
	}
	return r
}

// silent counts the absent sources from the i-th on of which there is nothing
// to say.
func (p *printer) silent(t *resolver.Trace, i int) int {
	n := 0
	for ; i+n < len(t.Steps); n++ {
		s := &t.Steps[i+n]
		if s.Status != resolver.Absent || s == t.Ended() || p.detail(t, i+n) != "" {
			break
		}
	}
	return n
}

// folded is the row of absent sources, of which the first is the i-th of its
// list.
func (p *printer) folded(steps []resolver.Step, i int) row {
	var names []string
	for j := range steps {
		name := sourceName(steps[j].Source)
		if !slices.Contains(names, name) {
			names = append(names, name)
		}
	}
	return row{
		number: fmt.Sprintf("%d–%d", i+1, i+len(steps)),
		label:  plural(len(steps), "source"),
		word:   string(resolver.Absent),
		detail: p.safe(list(names)),
	}
}

// word is what a source comes to.
func (p *printer) word(t *resolver.Trace, i int) string {
	s := &t.Steps[i]
	switch {
	case p.unread(s):
		return "not asked"
	case s == t.Winner() && s.Status == resolver.Unknown:
		return "wins?"
	case s == t.Winner():
		return "wins"
	case t.IsShadowed(i) && s.Status == resolver.Unknown:
		return "shadowed?"
	case t.IsShadowed(i):
		return "shadowed"
	case s.Offered():
		return "not asked"
	}
	return string(s.Status)
}

// unread reports whether a step stands for code that nobody looked at.
func (p *printer) unread(s *resolver.Step) bool {
	return s.Source == resolver.FromCode && s.Status == resolver.Absent && p.report.Program == nil
}

// detail says what a source is, and why it came to what it did.
func (p *printer) detail(t *resolver.Trace, i int) string {
	s := &t.Steps[i]
	if p.unread(s) {
		return "what the program itself sets was not looked at (--code DIR)"
	}
	if s.Status == resolver.Absent && s != t.Ended() && !p.opts.Verbose && (len(s.Where) == 0 || saidBefore(t, i)) {
		return ""
	}
	reason := p.reason(t, s)
	parts := p.where(s.Where)
	if p.names(reason, s) {
		// The reason says all that the names would, but for where they were set.
		parts[0], reason = reason, ""
	}
	if s.Offered() && s.Status == resolver.Unknown && t.Winner() == nil && !p.opts.Verbose {
		reason = "" // the word says that it was not asked
	}
	for _, part := range []string{s.RoleARN, s.KeyID} {
		if part != "" {
			parts = append(parts, part)
		}
	}
	if len(s.Via) > 0 && s != t.Winner() {
		parts = append(parts, "keys from "+p.via(s))
	}
	if reason != "" && !p.obvious(t, s, parts) {
		parts = append(parts, reason)
	}
	if s.Offered() && t.Winner() == nil {
		after := "the SDK stops at an earlier source"
		if t.Blocked != nil {
			after = "the SDK stops before it"
		}
		parts = append(parts, after)
	}
	return p.safe(strings.Join(parts, " · "))
}

// saidBefore reports whether an absent step rests on the same evidence as one
// before it: several ways to get keys from one profile that has none of them.
func saidBefore(t *resolver.Trace, i int) bool {
	for j := range i {
		if b := &t.Steps[j]; b.Status == resolver.Absent && b.Profile == t.Steps[i].Profile && slices.Equal(b.Where, t.Steps[i].Where) {
			return true
		}
	}
	return false
}

// names reports whether a reason names all the variables that are a step's
// evidence.
func (p *printer) names(reason string, s *resolver.Step) bool {
	for _, e := range s.Where {
		if e.Kind != resolver.InEnv || !strings.Contains(reason, e.Name) {
			return false
		}
	}
	return !p.opts.Verbose && len(s.Where) > 0
}

// obvious reports whether a reason adds nothing to the evidence: static keys
// are used where they stand, and keys that were got were got.
func (p *printer) obvious(t *resolver.Trace, s *resolver.Step, parts []string) bool {
	if s.Status != resolver.Usable || len(parts) == 0 {
		return false
	}
	if t.Depth == resolver.Resolved && s == t.Winner() {
		return true
	}
	switch s.Source {
	case resolver.FromEnv, resolver.FromEnvLegacy, resolver.FromProfile:
		return !p.opts.Verbose
	}
	return false
}

// reason is a step's reason; of a source that only a request or a program can
// settle, with the option that would do so.
func (p *printer) reason(t *resolver.Trace, s *resolver.Step) string {
	if t.Depth == resolver.Resolved || !s.Offered() || t.Winner() == nil || s.Source == resolver.FromCode {
		return s.Reason
	}
	switch {
	case s.Source == resolver.FromProcess && s.Status == resolver.Usable:
		return "not run (--resolve)"
	case s.Source == resolver.FromContainer && s.Status == resolver.Usable:
		return "not asked (--resolve)"
	case s.Source == resolver.FromIMDS && s.Status == resolver.Unknown:
		reason := s.Reason + " (--probe)"
		if p.place.Name == "ec2" {
			reason = "this is an EC2 instance; " + strings.Replace(reason, "this machine", "it", 1)
		}
		return reason
	case s.Status == resolver.Unknown:
		return s.Reason + " (--resolve)"
	}
	return s.Reason
}

// where names the evidence: variables, where they were set, then the rest.
// Lines of one file are named once, by the first of them, and the usual address
// of the metadata service not at all, unless the report is verbose.
func (p *printer) where(evidence []resolver.Evidence) []string {
	var vars, names, origins []string
	seen := make(map[string]bool)
	for _, e := range evidence {
		usual := e.Kind == resolver.AtEndpoint && e.Name == "http://169.254.169.254"
		if !p.opts.Verbose && (usual || seen[string(e.Kind)+e.Name]) {
			continue
		}
		seen[string(e.Kind)+e.Name] = true
		if e.Kind != resolver.InEnv {
			names = append(names, p.evidence(e))
			continue
		}
		vars = append(vars, p.evidence(e))
		file, origin := p.origin(e)
		if origin == "" || !p.opts.Verbose && seen["origin "+file] {
			continue
		}
		seen["origin "+file] = true
		origins = append(origins, origin)
	}
	if len(origins) == 0 {
		vars, names = nil, append(vars, names...)
	}
	var parts []string
	add := func(before string, list []string) {
		if len(list) > 0 {
			parts = append(parts, before+strings.Join(slices.Compact(list), ", "))
		}
	}
	add("", vars)
	add("set in ", origins)
	add("", names)
	return parts
}

func (p *printer) evidence(e resolver.Evidence) string {
	name := e.Name
	if e.Kind == resolver.InFile || e.Kind == resolver.InCache || e.Kind == resolver.InProcess {
		name = p.path(name)
	}
	if e.Line > 0 {
		name += fmt.Sprintf(":%d", e.Line)
	}
	if e.Note != "" && (p.opts.Verbose || e.Kind == resolver.InProcess || e.Kind == resolver.InCode) {
		name += " (" + e.Note + ")"
	}
	return name
}

// path shortens the home directory to ~ and quotes a name that is not plain.
func (p *printer) path(name string) string {
	name = tilde(p.report.Host, name)
	if p.report.Host.OS == "windows" {
		return name
	}
	return redact.Path(name)
}

// tilde shortens a path below the home directory.
func tilde(h *resolver.Host, name string) string {
	home := home(h)
	rest, ok := strings.CutPrefix(name, home)
	if home == "" || home == "/" || !ok {
		return name
	}
	if rest != "" && rest[0] != '/' && !(h.OS == "windows" && rest[0] == '\\') {
		return name
	}
	return "~" + rest
}

// origin returns the file that set a variable, and how to write its line.
func (p *printer) origin(e resolver.Evidence) (file, text string) {
	if e.Kind != resolver.InEnv || p.opts.Origin == nil {
		return "", ""
	}
	o, ok := p.opts.Origin(e.Name)
	if !ok {
		return "", ""
	}
	text = p.path(o.Name)
	if o.Line > 0 {
		text += fmt.Sprintf(":%d", o.Line)
	}
	if o.Note != "" {
		text += " " + p.safe(o.Note)
	}
	return o.Name, text
}

// home is the home directory that the Host's shell has.
func home(h *resolver.Host) string {
	name := "HOME"
	if h.OS == "windows" {
		name = "USERPROFILE"
	}
	return cmp.Or(h.Getenv(name), h.Home)
}
