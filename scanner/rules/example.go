package rules

import (
	"bytes"
	"crypto/sha256"
	"math/rand/v2"
	"regexp"
	"regexp/syntax"
	"unicode"

	"github.com/awscred/awscred/scanner"
	"github.com/awscred/awscred/scanner/awskey"
)

const (
	// exampleTries is how many texts are made up before a rule is given up.
	exampleTries = 200
	// maxExample is the longest text that is made up, in bytes.
	maxExample = 8 << 10
)

// Example makes up a text that the rule finds: its pattern matches, one of its
// keywords stands there, and the secret passes the rule's own tests. Equal seeds
// give equal texts. It returns false if none could be made up: for rules that
// look at paths only, and for secrets with a structure that chance does not
// meet. Allowances, and rules that it requires, are not asked: who wants to know
// runs the rules over the text.
func Example(r *scanner.Rule, seed string) ([]byte, bool) {
	if r.Pattern == "" {
		return nil, false
	}
	pattern := r.Pattern
	if p := readable(r.ID); p != "" {
		pattern = p
	}
	parsed, err := syntax.Parse(pattern, syntax.Perl)
	if err != nil {
		return nil, false
	}
	re, err := regexp.Compile(r.Pattern)
	if err != nil {
		return nil, false
	}
	for try := range exampleTries {
		w := exampleWriter{random: rand.New(rand.NewChaCha8(sha256.Sum256([]byte(seed + "\x00" + r.ID + "\x00" + string(rune(try))))))}
		w.write(parsed)
		if text := withKeyword(r, w.text); w.wrote() && passes(r, re, text) {
			return text, true
		}
	}
	return nil, false
}

// withKeyword puts a keyword of the rule in front of a text that has none.
func withKeyword(r *scanner.Rule, text []byte) []byte {
	lower := bytes.ToLower(text)
	for _, k := range r.Keywords {
		if bytes.Contains(lower, []byte(k)) {
			return text
		}
	}
	if len(r.Keywords) == 0 {
		return text
	}
	return append([]byte(r.Keywords[0]+"\n"), text...)
}

// passes reports whether the rule finds a secret in text, as far as the rule
// alone decides that.
func passes(r *scanner.Rule, re *regexp.Regexp, text []byte) bool {
	at := re.FindSubmatchIndex(text)
	if at == nil {
		return false
	}
	secret := text[at[0]:at[1]]
	for g := 1; g < len(at)/2; g++ {
		if at[2*g] >= 0 && (r.Group == 0 || r.Group == g) {
			secret = text[at[2*g]:at[2*g+1]]
			break
		}
	}
	if r.Find != nil {
		found := false
		for start, end := range r.Find(text) {
			found = found || bytes.Equal(text[start:end], secret)
		}
		if !found {
			return false
		}
	}
	if r.Join != nil {
		secret = r.Join(secret)
	}
	return (r.MinEntropy == 0 || awskey.Entropy(secret) > r.MinEntropy) &&
		(r.Accept == nil || r.Accept(secret)) && (r.Noise == nil || r.Noise(secret) == "")
}

// An exampleWriter writes a text that matches an expression, leaving anchors
// and word boundaries to luck.
type exampleWriter struct {
	random *rand.Rand
	text   []byte
}

// wrote reports whether the text is whole.
func (w *exampleWriter) wrote() bool { return len(w.text) < maxExample }

// write writes what re matches. The nesting of a parsed expression is limited
// by regexp/syntax.
func (w *exampleWriter) write(re *syntax.Regexp) {
	if !w.wrote() {
		return
	}
	switch re.Op {
	case syntax.OpLiteral:
		for _, c := range re.Rune {
			if re.Flags&syntax.FoldCase != 0 {
				c = unicode.ToLower(c)
			}
			w.text = append(w.text, string(c)...)
		}
	case syntax.OpCharClass:
		w.text = append(w.text, string(w.pick(re.Rune))...)
	case syntax.OpAnyChar, syntax.OpAnyCharNotNL:
		w.text = append(w.text, string(w.pick([]rune{'0', '9', 'a', 'z'}))...)
	case syntax.OpCapture:
		w.write(re.Sub[0])
	case syntax.OpPlus:
		w.repeat(re.Sub[0], 1, 3)
	case syntax.OpStar, syntax.OpQuest:
		w.repeat(re.Sub[0], 0, 1)
	case syntax.OpRepeat:
		most := re.Max
		if most < 0 || most > re.Min+2 {
			most = re.Min + 2
		}
		w.repeat(re.Sub[0], re.Min, most)
	case syntax.OpConcat:
		for _, sub := range re.Sub {
			w.write(sub)
		}
	case syntax.OpAlternate:
		w.write(re.Sub[w.random.IntN(len(re.Sub))])
	}
}

// repeat writes re as often as it must, or at times a little more often.
func (w *exampleWriter) repeat(re *syntax.Regexp, least, most int) {
	n := least
	if w.random.IntN(3) == 0 {
		n += w.random.IntN(most - least + 1)
	}
	for range n {
		w.write(re)
	}
}

// pick takes a character of a class: one of those that a secret has, or else
// the one that people would write there.
func (w *exampleWriter) pick(class []rune) rune {
	has := func(c rune) bool {
		for i := 0; i+1 < len(class); i += 2 {
			if c >= class[i] && c <= class[i+1] {
				return true
			}
		}
		return false
	}
	var usual []rune
	for c := '0'; c <= 'z'; c++ {
		if (unicode.IsLetter(c) || unicode.IsDigit(c)) && has(c) {
			usual = append(usual, c)
		}
	}
	if len(usual) > 0 {
		for _, c := range "+/_-" {
			if has(c) && !has(' ') {
				usual = append(usual, c)
			}
		}
		return usual[w.random.IntN(len(usual))]
	}
	for _, c := range "= :\"'\n\t-_.,;" {
		if has(c) {
			return c
		}
	}
	return class[0]
}
