package gitleaks

import (
	"bytes"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/awscred/awscred/scanner"
)

// ByIgnoreFile is the By of a suppression by an ignore file.
const ByIgnoreFile = "ignore-file"

// RuleNames returns the ids under which gitleaks may report what a rule finds,
// the rule's own among them.
type RuleNames func(rule string) []string

// An IgnoreFile is a .gitleaksignore: a list of places, one a line, in the forms
// path:rule:line and commit:path:rule:line. It implements [scanner.Ignorer].
type IgnoreFile struct {
	name    string
	names   RuleNames
	entries map[string]*ignored
	commits map[string][]*ignored // entries with a commit, by path:rule
	strange []int

	// History looks at the versions that entries with a commit name. nil knows
	// none: then such an entry accepts what stands in that commit only.
	History *History
}

// ignored is one line of the file.
type ignored struct {
	line   int // of the file
	reason string
	met    bool

	commit string // what it names
	at     int
}

// ReadIgnoreFile reads an ignore file as gitleaks does: # begins a comment line,
// backslashes of a path become slashes, and a line of another form is kept as it
// is, since a path may have colons. A comment on the lines above an entry becomes
// its reason. name stands in the reasons.
func ReadIgnoreFile(name string, data []byte, names RuleNames) *IgnoreFile {
	f := &IgnoreFile{name: name, names: names, entries: map[string]*ignored{}, commits: map[string][]*ignored{}}
	var comment []string
	n := 0
	for raw := range bytes.Lines(bytes.TrimPrefix(data, []byte("\ufeff"))) {
		n++
		line := strings.TrimSpace(string(raw))
		if line == "" {
			comment = nil
			continue
		}
		if text, ok := strings.CutPrefix(line, "#"); ok {
			comment = append(comment, strings.TrimSpace(text))
			continue
		}
		f.add(line, n, reason(comment))
	}
	return f
}

// maxReason is how much of a comment becomes a reason, in bytes.
const maxReason = 500

func reason(comment []string) string {
	text := strings.ToValidUTF8(strings.TrimSpace(strings.Join(comment, " ")), "\uFFFD")
	if len(text) > maxReason {
		text = strings.ToValidUTF8(text[:maxReason], "") + "…"
	}
	return text
}

func (f *IgnoreFile) add(line string, n int, reason string) {
	parts := strings.Split(line, ":")
	switch len(parts) {
	case 3:
		parts[0] = strings.ReplaceAll(parts[0], `\`, "/")
	case 4:
		parts[1] = strings.ReplaceAll(parts[1], `\`, "/")
	default:
		f.strange = append(f.strange, n)
	}
	key := strings.Join(parts, ":")
	if f.entries[key] != nil {
		return
	}
	e := &ignored{line: n, reason: reason}
	f.entries[key] = e
	if at, err := strconv.Atoi(parts[len(parts)-1]); len(parts) == 4 && err == nil {
		e.commit, e.at = parts[0], at
		file := parts[1] + ":" + parts[2]
		f.commits[file] = append(f.commits[file], e)
	}
}

// Len is how many places the file lists.
func (f *IgnoreFile) Len() int { return len(f.entries) }

// Strange are the numbers of the lines that are of neither form.
func (f *IgnoreFile) Strange() []int { return f.strange }

// Unmet are the numbers of the lines that accepted nothing so far, in order.
func (f *IgnoreFile) Unmet() []int {
	var list []int
	for _, e := range f.entries {
		if !e.met {
			list = append(list, e.line)
		}
	}
	slices.Sort(list)
	return list
}

// Ignored reports whether the file lists a place, or a commit in whose version of
// the file the same lines stand. An entry goes with the line that it names into
// every version of the file: gitleaks reads diffs and sees a line once, in the
// commit that wrote it.
func (f *IgnoreFile) Ignored(s scanner.Standing) (*scanner.Suppression, bool) {
	if s.Path == "" {
		return nil, false
	}
	for _, place := range places(s, f.names) {
		e := f.entries[place]
		if e == nil && s.Commit != "" {
			e = f.entries[s.Commit+":"+place]
		}
		if e != nil {
			return f.accept(e), true
		}
	}
	for _, rule := range f.names(s.Rule.ID) {
		for _, e := range f.commits[s.Path+":"+rule] {
			if f.History.same(e.commit, e.at, s) {
				return f.accept(e), true
			}
		}
	}
	return nil, false
}

func (f *IgnoreFile) accept(e *ignored) *scanner.Suppression {
	e.met = true
	where := fmt.Sprintf("%s:%d", f.name, e.line)
	if e.reason != "" {
		where += ": " + e.reason
	}
	return &scanner.Suppression{By: ByIgnoreFile, Reason: where}
}

// places are the names that gitleaks may have for a place, without the commit.
// It counts the lines from the beginning of the match, and a file that is found
// by its path alone has none.
func places(s scanner.Standing, names RuleNames) []string {
	lines := []int{s.MatchLine}
	if s.Line != s.MatchLine {
		lines = append(lines, s.Line)
	}
	if s.Rule.Pattern == "" && s.Rule.Find == nil {
		lines = []int{0}
	}
	var list []string
	for _, rule := range names(s.Rule.ID) {
		for _, line := range lines {
			list = append(list, file(s.Path, s.Via)+":"+rule+":"+strconv.Itoa(line))
		}
	}
	return list
}

// file is how gitleaks names a file, and one in an archive
// (sources/common.go, InnerPathSeparator).
func file(path string, via []string) string {
	return strings.Join(append([]string{path}, via...), "!")
}
