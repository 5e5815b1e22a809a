package gitleaks

import (
	"cmp"
	"slices"
	"strconv"

	"github.com/awscred/awscred/internal/redact"
	"github.com/awscred/awscred/scanner"
)

// Grounds are what reasons for differences rest on. What is nil is not known.
type Grounds struct {
	// Narrowed is the flag that narrowed our scan; empty if nothing did.
	Narrowed string
	// Theirs reports whether gitleaks' own rules have one of this id.
	Theirs func(rule string) bool
	// Ours reports whether our rules look for what gitleaks calls so.
	Ours func(rule string) bool
	// Takes reports whether our rules find a secret in a text by itself.
	Takes func(match, secret redact.Secret) bool
	// LeavesOut reports whether gitleaks reads no file of this path.
	LeavesOut func(path string) bool
	// Parents is how many parents a commit has; ok is false if it is not here.
	Parents func(commit string) (n int, ok bool)
}

// Compare says how our report differs from one of gitleaks, and why, as far as
// the grounds tell. Secrets are compared in memory and stand in no result. file
// is the name of gitleaks' report.
func Compare(file string, theirs []Finding, ours *scanner.Report, g Grounds) *scanner.Comparison {
	c := &comparer{Grounds: g, report: ours, index: newIndex(ours.Findings), matched: map[*scanner.Finding]bool{}, hide: hider(theirs)}
	c.files = readsFiles(theirs, ours)
	out := &scanner.Comparison{With: "gitleaks", File: file, Plus: []scanner.Difference{}, Minus: []scanner.Difference{}}
	for _, t := range distinct(theirs) {
		out.Theirs++
		out.Redacted = out.Redacted || t.Secret.IsZero() && t.StartLine > 0
		because, found := c.lack(t)
		if because == "" {
			out.Same++
			continue
		}
		d := scanner.Difference{Rule: t.Rule, Commit: t.Commit, Path: c.hide.Hide(t.File), Line: t.StartLine, Because: because}
		if found != nil {
			d.Fingerprint = found.Fingerprint
		}
		out.Minus = append(out.Minus, d)
	}
	for _, f := range ours.Findings {
		if reported(f) && !c.matched[f] {
			out.Plus = append(out.Plus, scanner.Difference{
				Rule: f.Rule, Fingerprint: f.Fingerprint, Commit: f.First.Commit, Path: c.hide.Hide(f.First.Path), Line: f.First.Line, Because: c.extra(f),
			})
		}
	}
	return out
}

// reported reports whether a finding stands in a report without --all.
func reported(f *scanner.Finding) bool {
	return f.Suppressed == nil && f.Noise == "" && f.Severity != scanner.Info
}

// hider takes secrets out of paths. Short ones may be ordinary words.
func hider(theirs []Finding) redact.Hider {
	const shortest = 12
	var list []redact.Secret
	for i := range theirs {
		if theirs[i].Secret.Len() >= shortest {
			list = append(list, theirs[i].Secret)
		}
	}
	return redact.NewHider(list...)
}

// distinct leaves one finding for each rule and secret: gitleaks has one for each
// commit. Without secrets a place counts once, whatever the commit.
func distinct(theirs []Finding) []Finding {
	seen := map[string]bool{}
	var list []Finding
	for i := range theirs {
		f := &theirs[i]
		key := f.Rule + "\x00" + print(f.Secret)
		if f.Secret.IsZero() {
			key = f.place()
		}
		if !seen[key] {
			seen[key] = true
			list = append(list, *f)
		}
	}
	return list
}

// print names a secret for comparing.
func print(s redact.Secret) string { return s.Fingerprint(nil, "value") }

// readsFiles reports whether gitleaks read files and not a history: then no
// finding has a commit.
func readsFiles(theirs []Finding, ours *scanner.Report) bool {
	if len(theirs) == 0 {
		return ours.Target.Kind != "git"
	}
	return !slices.ContainsFunc(theirs, func(f Finding) bool { return f.Commit != "" })
}

// An index finds our findings by their secrets and by their places.
type index struct {
	byValue map[string][]*scanner.Finding
	byPlace map[string][]*scanner.Finding // path:line, and commit:path:line
}

func newIndex(ours []*scanner.Finding) *index {
	x := &index{byValue: map[string][]*scanner.Finding{}, byPlace: map[string][]*scanner.Finding{}}
	for _, f := range ours {
		for _, v := range values(f) {
			x.byValue[print(v)] = append(x.byValue[print(v)], f)
		}
		for i := range f.Occurrences {
			oc := &f.Occurrences[i]
			for line := oc.Line; line <= oc.EndLine && line < oc.Line+100; line++ {
				place := file(oc.Path, oc.Via) + ":" + strconv.Itoa(line)
				x.add(place, f)
				x.add(oc.Commit+":"+place, f)
			}
			if oc.Field == scanner.Name {
				x.add(oc.Path+":0", f)
			}
		}
	}
	return x
}

func (x *index) add(place string, f *scanner.Finding) {
	if list := x.byPlace[place]; len(list) == 0 || list[len(list)-1] != f {
		x.byPlace[place] = append(list, f)
	}
}

// values are the secrets of a finding, an id among them.
func values(f *scanner.Finding) []redact.Secret {
	list := []redact.Secret{redact.New(f.KeyID)}
	for _, s := range []*scanner.SecretInfo{f.Secret, f.SessionToken} {
		if s != nil {
			list = append(list, s.Secret())
		}
	}
	return slices.DeleteFunc(list, redact.Secret.IsZero)
}

// find returns our findings of a secret of theirs: those with the same value,
// else those at the same place, of which one value must hold the other if both
// are known.
func (x *index) find(t *Finding) []*scanner.Finding {
	if !t.Secret.IsZero() {
		if list := x.byValue[print(t.Secret)]; len(list) > 0 {
			return list
		}
	}
	var list []*scanner.Finding
	for line := t.StartLine; line <= t.lastLine(); line++ {
		for _, f := range x.at(t, line) {
			if t.Secret.IsZero() && line == t.StartLine || slices.ContainsFunc(values(f), func(v redact.Secret) bool {
				return !t.Secret.IsZero() && (v.Contains(t.Secret) || t.Secret.Contains(v))
			}) {
				list = append(list, f)
			}
		}
	}
	return list
}

// maxLines is how many lines of a match are looked at.
const maxLines = 500

// lastLine is the last line at which the secret of a match may stand: a match may
// begin on the line above it.
func (f *Finding) lastLine() int { return max(f.StartLine+1, min(f.EndLine, f.StartLine+maxLines)) }

// at returns our findings at a line of the file of one of theirs: in its commit,
// else in any.
func (x *index) at(t *Finding, line int) []*scanner.Finding {
	place := t.File + ":" + strconv.Itoa(line)
	if list := x.byPlace[t.Commit+":"+place]; len(list) > 0 {
		return list
	}
	return x.byPlace[place]
}

// A comparer compares one pair of reports.
type comparer struct {
	Grounds
	report  *scanner.Report
	index   *index
	files   bool // gitleaks read files
	matched map[*scanner.Finding]bool
	hide    redact.Hider
}

// lack says why we do not report a finding of theirs; empty means that we do.
func (c *comparer) lack(t Finding) (because string, found *scanner.Finding) {
	list := c.index.find(&t)
	for _, f := range list {
		if reported(f) {
			c.matched[f] = true
			because = "-"
		}
	}
	if because != "" {
		return "", nil
	}
	for _, f := range list {
		return unreported(f, &t), f
	}
	return c.absent(&t), nil
}

// unreported says why a finding of ours is not reported: what its places are
// suppressed by may differ.
func unreported(f *scanner.Finding, t *Finding) string {
	s := f.Suppressed
	for i := range f.Occurrences {
		oc := &f.Occurrences[i]
		if s != nil && oc.Suppressed != nil && file(oc.Path, oc.Via) == t.File && oc.Line == t.StartLine {
			s = oc.Suppressed
			break
		}
	}
	switch {
	case s != nil:
		text := "suppressed by " + s.By
		if s.Reason != "" {
			text += ": " + s.Reason
		}
		return text
	case f.Noise != "":
		return "it does not count: " + f.Noise
	}
	return "an identifier, no secret"
}

// absent says why we did not find something at all.
func (c *comparer) absent(t *Finding) string {
	if c.Parents != nil && t.Commit != "" {
		if _, here := c.Parents(t.Commit); !here {
			return "its commit is not in what was scanned"
		}
	}
	switch {
	case c.Narrowed != "":
		return "not in what --" + c.Narrowed + " reads"
	case c.Ours != nil && !c.Ours(t.Rule):
		return "the rules that were used have none of that name"
	case c.Takes != nil && !t.Match.IsZero() && !c.Takes(t.Match, t.Secret):
		return "by the rules that were used its text is no secret"
	case !c.report.Complete():
		return "not everything could be read"
	case c.overlaps(t):
		return "its lines have a finding of that rule with other bounds"
	}
	return "no reason is known"
}

// overlaps reports whether we report something of the same rule within the lines
// of one of theirs: a pattern without an end may run from one secret into the
// next.
func (c *comparer) overlaps(t *Finding) bool {
	for line := t.StartLine; line <= t.lastLine(); line++ {
		if slices.ContainsFunc(c.index.at(t, line), func(f *scanner.Finding) bool { return f.Rule == t.Rule && reported(f) }) {
			return true
		}
	}
	return false
}

// extra says why gitleaks does not report a finding of ours.
func (c *comparer) extra(f *scanner.Finding) string {
	var why []string
	out, read := true, false
	for i := range f.Occurrences {
		oc := &f.Occurrences[i]
		reason := c.unread(oc, f.InHead)
		if reason == "" {
			read = true
			out = out && c.LeavesOut != nil && c.LeavesOut(oc.Path)
		} else if !slices.Contains(why, reason) {
			why = append(why, reason)
		}
	}
	switch {
	case !read:
		slices.Sort(why)
		return "gitleaks does not read " + list(why)
	case out:
		return "gitleaks leaves out files of that path"
	case c.Theirs != nil && !c.Theirs(f.Rule):
		return "gitleaks has no such rule"
	case c.files:
		return "no reason is known"
	}
	return "no reason is known (gitleaks looks at the lines that a commit adds, awscred at whole files)"
}

// list joins words: a, b and c.
func list(words []string) string {
	text := ""
	for i, w := range words {
		switch {
		case i == 0:
		case i == len(words)-1:
			text += " and "
		default:
			text += ", "
		}
		text += w
	}
	return text
}

// unread says what gitleaks does not read of the place of an occurrence; empty
// means that it reads it. Of a history it reads the lines that commits add,
// merges left out, and decodes what its codec package knows.
func (c *comparer) unread(oc *scanner.Occurrence, inHead bool) string {
	switch oc.Field {
	case scanner.Content, "":
	case scanner.Name:
		return "names of files"
	case scanner.Message:
		return "messages"
	case scanner.Header:
		return "headers of commits and tags"
	case scanner.RefName:
		return "names of refs"
	case scanner.Reflog:
		return "reflogs"
	case scanner.Config:
		return "the configuration"
	default:
		return "what is no file"
	}
	switch {
	case len(oc.Via) > 0:
		return "archives, unless it is told to"
	case slices.ContainsFunc(oc.Decoded, func(d string) bool { return !slices.Contains(codecs(), d) }):
		return "such encodings"
	}
	if c.files {
		return unreadFile(oc.Place, inHead)
	}
	return c.unreadHistory(oc)
}

// codecs are the encodings that gitleaks takes off (detect/codec).
func codecs() []string { return []string{"base64", "jwt", "hex", "percent", "unicode"} }

func unreadFile(p scanner.Place, inHead bool) string {
	switch p {
	case scanner.InWorktree, scanner.Untracked, scanner.Ignored, scanner.InFile:
		return ""
	case scanner.InHistory:
		if inHead {
			return ""
		}
		return "the history when it scans a directory"
	}
	return cmp.Or(placeNames()[p], "the history when it scans a directory")
}

func (c *comparer) unreadHistory(oc *scanner.Occurrence) string {
	if oc.Place != scanner.InHistory {
		return cmp.Or(placeNames()[oc.Place], "such places")
	}
	if c.Parents != nil && oc.Commit != "" {
		if n, _ := c.Parents(oc.Commit); n > 1 {
			return "what merges change"
		}
	}
	return ""
}

// placeNames are the places outside the history of refs.
func placeNames() map[scanner.Place]string {
	return map[scanner.Place]string{
		scanner.InIndex: "the index", scanner.InWorktree: "the work tree", scanner.Untracked: "untracked files",
		scanner.Ignored: "files that git ignores", scanner.InStash: "all of a stash", scanner.InReflog: "reflogs",
		scanner.Unreachable: "what no ref reaches", scanner.InLFS: "LFS objects", scanner.InSubmodule: "objects of submodules",
		scanner.InGitDir: "the git directory", scanner.InWiki: "wikis",
	}
}
