package match

import (
	"bytes"
	"strings"

	"github.com/awscred/awscred/scanner"
)

// An allowance is a scanner.Allow made ready.
type allowance struct {
	*scanner.Allow
	words stopWords
}

func allowances(list []scanner.Allow) []allowance {
	out := make([]allowance, len(list))
	for i := range list {
		out[i] = allowance{Allow: &list[i], words: newStopWords(list[i].StopWords)}
	}
	return out
}

// A permission is what an allowance says of a match.
type permission int

const (
	forbidden permission = iota
	allowed              // wherever the text stands
	depends              // on the path or the commit
)

// judge applies the conditions that look at the text (gitleaks
// detect/detect.go:753, checkCommitOrPathAllowed and checkFindingAllowed).
func (a *allowance) judge(text []byte, secret, match scanner.Span, lines func(scanner.Span) []byte) permission {
	elsewhere := len(a.Paths)+len(a.Commits) > 0
	pattern := len(a.Patterns) > 0 && a.matches(text, secret, match, lines)
	word := a.words.in(text[secret.Start:secret.End])
	holds := pattern || word
	if a.All {
		holds = (pattern || len(a.Patterns) == 0) && (word || len(a.StopWords) == 0)
		switch {
		case !holds:
			return forbidden
		case elsewhere:
			return depends
		}
		return allowed
	}
	switch {
	case holds:
		return allowed
	case elsewhere:
		return depends
	}
	return forbidden
}

func (a *allowance) matches(text []byte, secret, match scanner.Span, lines func(scanner.Span) []byte) bool {
	target := text[secret.Start:secret.End]
	switch a.Target {
	case scanner.AllowMatch:
		target = text[match.Start:match.End]
	case scanner.AllowLine:
		target = lines(match)
	}
	return len(target) > 0 && anyMatch(a.Patterns, target)
}

// stopWords finds out whether a text holds one of many words. Words are kept by
// their first three bytes, so that each position of the text costs one look.
type stopWords struct {
	short []string
	by    map[[3]byte][]string
}

func newStopWords(words []string) stopWords {
	w := stopWords{}
	for _, s := range words {
		if len(s) < 3 {
			w.short = append(w.short, s)
			continue
		}
		if w.by == nil {
			w.by = make(map[[3]byte][]string, len(words))
		}
		k := [3]byte{s[0], s[1], s[2]}
		w.by[k] = append(w.by[k], s)
	}
	return w
}

// in reports whether text, in lower case, holds a word.
func (w *stopWords) in(text []byte) bool {
	if len(w.by)+len(w.short) == 0 || len(text) == 0 {
		return false
	}
	low := bytes.ToLower(text)
	for i := 0; i+3 <= len(low); i++ {
		for _, s := range w.by[[3]byte(low[i:i+3])] {
			if strings.HasPrefix(s, string(low[i:min(i+len(s), len(low))])) && i+len(s) <= len(low) {
				return true
			}
		}
	}
	for _, s := range w.short {
		if bytes.Contains(low, []byte(s)) {
			return true
		}
	}
	return false
}
