package report

import (
	"cmp"
	"slices"
	"strings"

	"github.com/awscred/awscred/scanner"
)

// The colours of severities.
const (
	red    = "31"
	yellow = "33"
)

func (p *printer) severity(s scanner.Severity) string {
	word := strings.ToUpper(safe(string(s)))
	if !p.opts.Color {
		return word
	}
	switch s {
	case scanner.Critical, scanner.High:
		return "\x1b[1;" + red + "m" + word + "\x1b[0m"
	case scanner.Medium:
		return "\x1b[1;" + yellow + "m" + word + "\x1b[0m"
	}
	return word
}

// width is that of the column for a severity, with its colour.
func (p *printer) width(s scanner.Severity) int {
	plain := strings.ToUpper(safe(string(s)))
	return max(margin, columns(plain)+2) + columns(p.severity(s)) - columns(plain)
}

// block writes one finding with its life.
func (p *printer) block(f *scanner.Finding) {
	head := joinNonEmpty(" · ", p.subject(f), exposureWords(f.Exposure))
	p.wrapped(pad(p.severity(f.Severity), p.width(f.Severity)), margin, head)
	rows := p.life(f)
	if p.opts.Verbose {
		rows = append(rows, p.places(f)...)
	}
	if !slices.ContainsFunc(rows, func(r row) bool { return r.when != "" }) {
		rows[0].when = "in"
	}
	p.rows(append(rows, advice(f)...), true)
}

// subject says what a finding is and whose.
func (p *printer) subject(f *scanner.Finding) string {
	parts := []string{
		name(f), account(f), when(f.Canary, "a canary: using it alarms its owner"), p.lifetime(f),
		when(f.SessionToken != nil, "with its session token"), doubt(f),
		verified(f),
	}
	for _, u := range f.UsedHere {
		parts = append(parts, "used here: "+safe(u.Source)+" ("+safe(u.Where)+")")
	}
	for _, s := range []*scanner.SecretInfo{f.Secret, f.SessionToken} {
		if s != nil && s.Value != nil {
			parts = append(parts, safe(*s.Value))
		}
	}
	return joinNonEmpty(" · ", parts...)
}

// when is the text if it applies.
func when(applies bool, text string) string {
	if applies {
		return text
	}
	return ""
}

func account(f *scanner.Finding) string {
	if f.Account == nil {
		return ""
	}
	return "account " + safe(*f.Account)
}

// lifetime says that a key is temporary, and since when it must be dead.
func (p *printer) lifetime(f *scanner.Finding) string {
	if f.Expires != nil && f.Severity == scanner.Low {
		if day := date(*f.Expires, p.opts.Location); day != "" {
			return "temporary, over since " + day
		}
	}
	return when(f.Temporary, "temporary")
}

// doubt says how sure it is that this is a secret, unless it is.
func doubt(f *scanner.Finding) string {
	switch {
	case f.Pairing != nil && f.Pairing.Certainty != string(scanner.Certain):
		contended := ""
		if n := f.Pairing.Candidates; f.Pairing.Certainty == scanner.Ambiguous && n > 1 {
			contended = "one of " + number(int64(n)) + " candidates"
		}
		return joinNonEmpty(", ", safe(f.Pairing.Certainty)+" pair", contended, safe(f.Pairing.Ground))
	case f.Pairing == nil && f.Confidence == scanner.Possible:
		return "perhaps no secret"
	}
	return ""
}

// name is the title with the id in it.
func name(f *scanner.Finding) string {
	switch {
	case f.KeyID == "" && f.Secret != nil && f.Secret.Length > 0:
		return safe(f.Title) + ", " + count(f.Secret.Length, "byte")
	case f.KeyID == "":
		return safe(f.Title)
	case f.Rule == scanner.KindAccessKey:
		return "AWS access key " + safe(f.KeyID) + " with its secret"
	}
	return safe(f.Title) + " " + safe(f.KeyID)
}

// A row is one line of a block: when, where, and what happened.
type row struct{ when, where, note string }

// stillThere is what people forget who have deleted a line.
const stillThere = "; still in its history"

// life tells when a secret came and when it went, and where it stands now.
func (p *printer) life(f *scanner.Finding) []row {
	first := f.First
	rows := []row{{p.date(first), where(first), joinNonEmpty(", ", half(f, first), firstWords(first), placeWords(first))}}
	told, here := map[string]bool{file(first): true}, false
	for i, iv := range ownIntervals(f) {
		if i > 0 || iv.From != first.Commit {
			back := row{when: date(iv.FromTime, p.opts.Location), note: joinNonEmpty(" ", backWords(i), short(iv.From))}
			if oc := byCommit(f, iv.From); oc != nil {
				back.where = where(oc)
				told[file(oc)] = true
			}
			rows = append(rows, back)
		}
		last := &rows[len(rows)-1]
		if here = iv.To == nil; here {
			last.note = joinNonEmpty(", ", last.note, stillWords(f, first)+refName(iv.Ref))
			continue
		}
		rows = append(rows, row{
			when: date(iv.ToTime, p.opts.Location),
			note: "removed from " + refName(iv.Ref) + " in " + short(*iv.To) + stillThere,
		})
	}
	if last := &rows[len(rows)-1]; !here && !f.InHead && len(f.Refs) > 0 {
		last.note = joinNonEmpty("; ", strings.TrimSuffix(last.note, stillThere), "still reachable from "+refList(f, 3))
	}
	rows = append(rows, p.stillOn(f)...)
	return append(rows, p.others(f, told)...)
}

// half says which part of a key stands in a file, if the file has no other.
func half(f *scanner.Finding, oc *scanner.Occurrence) string {
	if f.Pairing == nil {
		return ""
	}
	for i := range f.Occurrences {
		if x := &f.Occurrences[i]; x.Part != oc.Part && file(x) == file(oc) {
			return ""
		}
	}
	return map[scanner.Part]string{scanner.IDPart: "its id", scanner.SecretPart: "its secret", scanner.TokenPart: "its session token"}[oc.Part]
}

// firstWords name the commit in which a secret came.
func firstWords(oc *scanner.Occurrence) string {
	if oc.Revision != nil {
		return "first, " + revisionWords(oc)
	}
	if oc.Commit == "" {
		return ""
	}
	return "first, " + joinNonEmpty(" ", short(oc.Commit), author(oc.Author))
}

// stillWords say that a secret is still somewhere. Of a key whose halves stand
// apart one may be gone.
func stillWords(f *scanner.Finding, first *scanner.Occurrence) string {
	if half(f, first) != "" {
		return "and one half or both in "
	}
	return "and in "
}

func backWords(i int) string {
	if i > 0 {
		return "back in"
	}
	return "came in"
}

func (p *printer) date(oc *scanner.Occurrence) string { return date(oc.Time, p.opts.Location) }

// ownIntervals are the intervals of HEAD or, if it never had the secret, of the
// first ref that had.
func ownIntervals(f *scanner.Finding) []scanner.Interval {
	if len(f.Intervals) == 0 {
		return nil
	}
	ref := f.Intervals[0].Ref
	for _, iv := range f.Intervals {
		if iv.Ref == "HEAD" {
			ref = "HEAD"
		}
	}
	var own []scanner.Interval
	for _, iv := range f.Intervals {
		if iv.Ref == ref {
			own = append(own, iv)
		}
	}
	return own
}

func byCommit(f *scanner.Finding, commit string) *scanner.Occurrence {
	for i := range f.Occurrences {
		if f.Occurrences[i].Commit == commit {
			return &f.Occurrences[i]
		}
	}
	return nil
}

// refList names the refs of a finding, at most so many.
func refList(f *scanner.Finding, most int) string {
	refs, all := slices.Clone(f.Refs), max(len(f.Refs), f.RefCount)
	slices.SortStableFunc(refs, func(a, b string) int {
		return cmp.Compare(refRank(a), refRank(b))
	})
	var names []string
	for i, r := range refs {
		if i == most && all > most+1 {
			return strings.Join(names, ", ") + " and " + number(int64(all-i)) + " more"
		}
		names = append(names, refName(r))
	}
	return strings.Join(names, ", ")
}

// refRank puts branches before tags before everything else.
func refRank(ref string) int {
	for i, prefix := range []string{"refs/heads/", "refs/tags/", "refs/remotes/"} {
		if strings.HasPrefix(ref, prefix) {
			return i
		}
	}
	return 3
}

// file is what the lines of one file have in common.
func file(oc *scanner.Occurrence) string {
	if oc.Path == "" {
		return where(oc)
	}
	return strings.Join(append([]string{oc.Path, string(oc.Place)}, oc.Via...), "\x00")
}

// others names the files that have not been told yet.
func (p *printer) others(f *scanner.Finding, told map[string]bool) []row {
	const most = 3
	if p.opts.Verbose {
		return nil // all of them follow
	}
	var rows []row
	more := f.Count - len(f.Occurrences)
	for i := range f.Occurrences {
		oc := &f.Occurrences[i]
		if told[file(oc)] {
			continue
		}
		told[file(oc)] = true
		if len(rows) == most {
			more++
			continue
		}
		rows = append(rows, row{p.date(oc), where(oc), joinNonEmpty(", ", cmp.Or(half(f, oc), "also"), short(oc.Commit), revisionWords(oc), placeWords(oc), acceptedWords(f, oc))})
	}
	if more > 0 {
		rows = append(rows, row{note: "and in " + count(more, "more place") + " (--verbose)"})
	}
	return rows
}

// acceptedWords say that one place of a finding that counts does not.
func acceptedWords(f *scanner.Finding, oc *scanner.Occurrence) string {
	if oc.Suppressed == nil || f.Suppressed != nil {
		return ""
	}
	return "suppressed by " + safe(oc.Suppressed.By)
}

// places lists every occurrence.
func (p *printer) places(f *scanner.Finding) []row {
	var rows []row
	for i := range f.Occurrences {
		oc := &f.Occurrences[i]
		who := author(oc.Author)
		if oc.Revision != nil {
			who = revisionWords(oc)
		}
		note := joinNonEmpty(", ", string(oc.Part), short(oc.Commit), who, placeWords(oc), acceptedWords(f, oc))
		if len(oc.Decoded) > 0 {
			note += ", decoded from " + safe(strings.Join(oc.Decoded, ", "))
		}
		rows = append(rows, row{p.date(oc), where(oc), note})
	}
	if n := f.Count - len(f.Occurrences); n > 0 {
		rows = append(rows, row{note: "and " + count(n, "more place") + ", which no report lists"})
	}
	if len(f.Refs) > 0 {
		rows = append(rows, row{note: "reachable from " + refList(f, 20)})
	}
	return rows
}

// advice is what to do now.
func advice(f *scanner.Finding) []row {
	now := "revoke it where it was issued"
	switch {
	case f.Canary:
		now = "nothing to revoke; do not try it, find out who set it out"
	case f.Severity == scanner.Low:
		return nil
	case f.KeyID != "" && f.Temporary:
		now = "revoke the sessions of its role (IAM console: Revoke sessions)"
	case f.KeyID != "":
		now = "aws iam update-access-key --access-key-id " + safe(f.KeyID) + " --status Inactive"
	case f.Rule == scanner.KindSecretKey:
		now = "find the key that it belongs to and make it inactive"
	case f.Rule == scanner.KindSessionToken:
		now = "revoke the sessions of its role (IAM console: Revoke sessions)"
	}
	return append([]row{{"now", now, ""}}, hideAdvice(f)...)
}

// rows writes lines in columns. Without dates the first column is left out.
func (p *printer) rows(rows []row, dated bool) {
	const most = 48
	whenWidth, whereWidth := 0, 0
	for _, r := range rows {
		if dated {
			whenWidth = max(whenWidth, columns(r.when)+2)
		}
		if w := columns(r.where); r.note != "" && w <= most {
			whereWidth = max(whereWidth, w+2)
		}
	}
	for _, r := range rows {
		lead := strings.Repeat(" ", margin)
		if dated {
			lead += pad(r.when, whenWidth)
		}
		if r.note == "" {
			p.line(lead + r.where)
			continue
		}
		if r.where != "" || dated && r.when != "" {
			lead += pad(r.where, max(whereWidth, columns(r.where)+2))
		}
		p.wrapped(lead, margin+whenWidth+whereWidth, r.note)
	}
}

// wrapped writes a text behind a lead. On a terminal too narrow for it, it goes
// on below; no word is cut.
func (p *printer) wrapped(lead string, indent int, text string) {
	at := max(visible(lead), indent)
	if p.opts.Width == 0 || at+columns(text) <= p.opts.Width || p.opts.Width < indent+20 {
		p.line(lead + text)
		return
	}
	line := lead
	for i, word := range strings.Fields(text) {
		switch {
		case i == 0:
			line += word
			at += columns(word)
		case at+1+columns(word) > p.opts.Width:
			p.line(line)
			line = strings.Repeat(" ", indent) + word
			at = indent + columns(word)
		default:
			line += " " + word
			at += 1 + columns(word)
		}
	}
	p.line(line)
}

// visible is how wide a text with colours is. Nothing but them has an escape.
func visible(s string) int {
	n := columns(s)
	for {
		_, rest, ok := strings.Cut(s, "\x1b[")
		if !ok {
			return n
		}
		code, text, _ := strings.Cut(rest, "m")
		n -= columns(code) + len("\x1b[m")
		s = text
	}
}

func joinNonEmpty(sep string, parts ...string) string {
	return strings.Join(slices.DeleteFunc(parts, func(s string) bool { return s == "" }), sep)
}
