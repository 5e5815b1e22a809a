package report

import (
	"fmt"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/awscred/awscred/internal/redact"
	"github.com/awscred/awscred/scanner"
)

// safe makes text from outside fit for a line of a terminal or a log.
func safe(s string) string { return redact.Text(s) }

// safePath does so for a path, which is quoted if it is not plain.
func safePath(s string) string { return redact.Path(s) }

// noCommand breaks what a CI runner takes for a command in a line: "::" at its
// beginning, whatever blanks are before it, and "##[", "##vso[", "##teamcity["
// anywhere.
// Source: actions/runner src/Runner.Common/ActionCommand.cs (TryParseV2 trims
// blanks, TryParse searches the line).
func noCommand(line string) string {
	line = strings.ReplaceAll(line, "##", `#\x23`)
	if text := strings.TrimSpace(line); strings.HasPrefix(text, "::") {
		line = strings.Replace(line, "::", `:\x3a`, 1)
	}
	return line
}

// number writes a number with separators: 24,125.
func number(n int64) string {
	digits := strconv.FormatInt(n, 10)
	for i := len(digits) - 3; i > 0 && digits[i-1] != '-'; i -= 3 {
		digits = digits[:i] + "," + digits[i:]
	}
	return digits
}

// count writes a number with its noun: 1 secret, 2 secrets.
func count[T int | int64](n T, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	if stem, ok := strings.CutSuffix(noun, "sh"); ok {
		return number(int64(n)) + " " + stem + "shes"
	}
	return number(int64(n)) + " " + noun + "s"
}

// columns is how wide a text is on a terminal, near enough.
func columns(s string) int { return utf8.RuneCountInString(s) }

// pad fills a text up to a width.
func pad(s string, width int) string { return s + strings.Repeat(" ", max(0, width-columns(s))) }

// seconds writes a duration: 1.4 s, 12 min 5 s.
func seconds(s float64) string {
	if s < 90 {
		return fmt.Sprintf("%.1f s", s)
	}
	return fmt.Sprintf("%d min %d s", int(s)/60, int(s)%60)
}

// short shortens a commit's name as git does by default.
func short(commit string) string {
	const digits = 7
	if len(commit) > digits && strings.Trim(commit, "0123456789abcdef") == "" {
		return commit[:digits]
	}
	return safe(commit)
}

// author returns the name in "Name <address>". Addresses are not shown in text
// for people, who know each other.
func author(s string) string {
	if name, _, ok := strings.Cut(s, "<"); ok && strings.TrimSpace(name) != "" {
		s = strings.TrimSpace(name)
	}
	return safe(s)
}

// refName shortens a ref for reading.
func refName(ref string) string {
	for prefix, kind := range map[string]string{"refs/heads/": "", "refs/tags/": "tag ", "refs/remotes/": ""} {
		if name, ok := strings.CutPrefix(ref, prefix); ok && name != "" {
			return kind + safe(name)
		}
	}
	return safe(ref)
}

// date is the day of a time in the user's zone, or nothing if there is no time.
func date(rfc3339 string, in *time.Location) string {
	t, err := time.Parse(time.RFC3339, rfc3339)
	if err != nil {
		return ""
	}
	if in == nil {
		in = time.UTC
	}
	return t.In(in).Format(time.DateOnly)
}

// exposureWords say who can have seen a secret.
func exposureWords(e scanner.Exposure) string {
	switch e {
	case "":
		return ""
	case scanner.Pushed:
		return "PUSHED"
	case scanner.Unpushed:
		return "not pushed"
	case scanner.Staged:
		return "staged, not committed"
	case scanner.UntrackedExposure:
		return "in an untracked file"
	case scanner.IgnoredExposure:
		return "git-ignored"
	case scanner.StashExposure:
		return "only in a stash"
	case scanner.Unreached:
		return "unreachable: no ref leads to it"
	case scanner.LocalExposure:
		return "only in the git directory"
	}
	return safe(string(e))
}

// where names the place of an occurrence: config/prod.env:3.
func where(oc *scanner.Occurrence) string {
	at := safePath(oc.Path)
	for _, member := range oc.Via {
		at += "!/" + safePath(member)
	}
	switch oc.Field {
	case scanner.Message, scanner.Header:
		thing := "an object"
		switch {
		case oc.Commit != "":
			thing = short(oc.Commit)
		case oc.Ref != nil:
			thing = refName(*oc.Ref)
		case oc.Object != "":
			thing = short(oc.Object)
		}
		if oc.Path == "" {
			return fmt.Sprintf("%s of %s, line %d", oc.Field, thing, oc.Line)
		}
	case scanner.RefName:
		if oc.Ref != nil {
			return "name of " + safe(*oc.Ref)
		}
	case scanner.Name:
		return at + " (its name)"
	}
	if oc.Page != nil {
		at = pageName(oc)
	}
	if at == "" && oc.Object != "" {
		at = "object " + short(oc.Object)
	}
	return fmt.Sprintf("%s:%d", at, oc.Line)
}

// placeWords say what kind of place an occurrence outside history is.
func placeWords(oc *scanner.Occurrence) string {
	switch oc.Place {
	case scanner.InHistory:
		return ""
	case scanner.InIndex: // as it is in the commit, or staged: its exposure tells
		return "in the index"
	case scanner.InWorktree:
		return "in the work tree"
	case scanner.Untracked:
		return "untracked"
	case scanner.Ignored:
		return "git-ignored"
	case scanner.InStash:
		return "in a stash"
	case scanner.InReflog:
		return "only in a reflog"
	case scanner.Unreachable:
		return "unreachable"
	case scanner.InLFS:
		return "an LFS object"
	case scanner.InSubmodule:
		return "in a submodule"
	case scanner.InGitDir:
		return "in the git directory"
	case scanner.InWiki:
		return stateWords(oc)
	}
	return ""
}
