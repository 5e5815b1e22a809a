package match

import (
	"bytes"
	"fmt"
	"regexp/syntax"

	"github.com/awscred/awscred/scanner"
)

// An allowance is a scanner.Allow made ready.
type allowance struct {
	*scanner.Allow
	words    stopWords
	patterns *program // finds any of the patterns; nil if there are none
}

// allowances makes a list of them ready.
func (m *Matcher) allowances(list []scanner.Allow) ([]allowance, error) {
	out := make([]allowance, len(list))
	for i := range list {
		a := allowance{Allow: &list[i], words: newStopWords(list[i].StopWords)}
		any := &syntax.Regexp{Op: syntax.OpAlternate, Flags: syntax.Perl}
		for _, re := range a.Patterns {
			ast, err := syntax.Parse(re.String(), syntax.Perl)
			if err != nil {
				return nil, fmt.Errorf("parsing an allowed pattern: %w", err)
			}
			any.Sub = append(any.Sub, ast)
		}
		if len(any.Sub) > 0 {
			a.patterns = m.program(unanchored(any))
		}
		out[i] = a
	}
	return out, nil
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
func (a *allowance) judge(j *judge, secret, match scanner.Span) permission {
	word := a.words.in(j.text[secret.Start:secret.End])
	var holds bool
	if a.All {
		holds = (word || len(a.StopWords) == 0) && (len(a.Patterns) == 0 || a.matches(j, secret, match))
	} else {
		holds = word || len(a.Patterns) > 0 && a.matches(j, secret, match)
	}
	elsewhere := len(a.Paths)+len(a.Commits) > 0
	switch {
	case holds && !(a.All && elsewhere):
		return allowed
	case elsewhere && (holds || !a.All):
		return depends
	}
	return forbidden
}

func (a *allowance) matches(j *judge, secret, match scanner.Span) bool {
	target := j.text[secret.Start:secret.End]
	switch a.Target {
	case scanner.AllowMatch:
		target = j.text[match.Start:match.End]
	case scanner.AllowLine:
		return j.lineAllowed(a, match)
	}
	return j.matches(a, target)
}

// stopWords finds out whether a text holds one of many words. Words are kept by
// their first three bytes, so that each position of the text costs one look.
type stopWords struct {
	few []string // looked for one by one
	by  map[[3]byte][]string
}

// fewWords is up to how many words are looked for one by one.
const fewWords = 4

func newStopWords(words []string) stopWords {
	w := stopWords{}
	for _, s := range words {
		if len(s) < 3 || len(words) <= fewWords {
			w.few = append(w.few, s)
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
	if len(w.by)+len(w.few) == 0 || len(text) == 0 {
		return false
	}
	low := bytes.ToLower(text)
	for i := 0; w.by != nil && i+3 <= len(low); i++ {
		for _, s := range w.by[[3]byte(low[i:i+3])] {
			if len(s) <= len(low)-i && string(low[i:i+len(s)]) == s {
				return true
			}
		}
	}
	for _, s := range w.few {
		if bytes.Contains(low, []byte(s)) {
			return true
		}
	}
	return false
}
