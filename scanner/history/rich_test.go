package history_test

import (
	"bytes"
	"encoding/base64"
	"fmt"
	"math/rand/v2"
	"regexp/syntax"
	"strings"
	"sync"
	"testing"

	"github.com/awscred/awscred/internal/keytest"
	"github.com/awscred/awscred/scanner"
	"github.com/awscred/awscred/scanner/match"
	"github.com/awscred/awscred/scanner/rules"
)

// builtIn is the matcher of all rules, and texts that its rules match.
type builtIn struct {
	matcher *match.Matcher
	texts   []string
	rules   int // that have texts
}

// richRules compiles the rules once and makes texts for each of them.
var richRules = sync.OnceValues(func() (*builtIn, error) {
	set, err := rules.Default()
	if err != nil {
		return nil, err
	}
	m, err := match.Compile(set.Rules, set.Allow)
	if err != nil {
		return nil, err
	}
	b := &builtIn{matcher: m}
	r := rand.New(rand.NewPCG(1, 2))
	for i := range set.Rules {
		before := len(b.texts)
		for try := 0; try < 30 && len(b.texts) < before+2; try++ {
			if text := sampleOf(&set.Rules[i], r, i*100+try); matchedBy(m, text, set.Rules[i].ID) {
				b.texts = append(b.texts, text)
			}
		}
		if len(b.texts) > before {
			b.rules++
		}
	}
	return b, nil
})

func rich(t *testing.T) *builtIn {
	t.Helper()
	b, err := richRules()
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func matchedBy(m *match.Matcher, text, rule string) bool {
	list, _ := m.Find([]byte(text), nil)
	for _, x := range list {
		if x.Rule.ID == rule {
			return true
		}
	}
	return false
}

// sampleOf is a text that the rule may match: one of its pattern, or a key.
func sampleOf(rule *scanner.Rule, r *rand.Rand, n int) string {
	re, err := syntax.Parse(rule.Pattern, syntax.Perl)
	if rule.Pattern == "" || err != nil {
		return fmt.Sprintf("aws_access_key_id = %s\naws_secret_access_key = %s\naws_session_token = %s\n",
			[]string{keytest.ID(n), keytest.TempID(n), keytest.OldID(n)}[n%3], keytest.Secret(n), keytest.Token(n))
	}
	var b strings.Builder
	if len(rule.Keywords) > 0 && r.IntN(2) == 0 {
		b.WriteString(rule.Keywords[0] + " ")
	}
	writeSample(&b, re, r, 0)
	return b.String() + "\n"
}

// writeSample writes a text that an expression matches.
func writeSample(b *strings.Builder, re *syntax.Regexp, r *rand.Rand, depth int) {
	repeat := func(least, most int) {
		if most < 0 || most > least+4 {
			most = least + 4
		}
		for range least + r.IntN(most-least+1) {
			writeSample(b, re.Sub[0], r, depth+1)
		}
	}
	switch re.Op {
	case syntax.OpLiteral:
		b.WriteString(string(re.Rune))
	case syntax.OpCharClass:
		b.WriteRune(runeOf(re.Rune, r))
	case syntax.OpAnyChar, syntax.OpAnyCharNotNL:
		b.WriteByte("abcdefXYZ0123/+ "[r.IntN(16)])
	case syntax.OpStar:
		repeat(0, -1)
	case syntax.OpPlus:
		repeat(1, -1)
	case syntax.OpQuest:
		repeat(0, 1)
	case syntax.OpRepeat:
		repeat(re.Min, re.Max)
	case syntax.OpAlternate:
		writeSample(b, re.Sub[r.IntN(len(re.Sub))], r, depth+1)
	case syntax.OpConcat, syntax.OpCapture:
		for _, sub := range re.Sub {
			writeSample(b, sub, r, depth+1)
		}
	}
}

// runeOf picks a rune of a class, one that can be printed if there is one.
func runeOf(class []rune, r *rand.Rand) rune {
	for range 50 {
		i := r.IntN(len(class)/2) * 2
		if c := class[i] + r.Int32N(class[i+1]-class[i]+1); c > ' ' && c < 0x7f {
			return c
		}
	}
	return class[0]
}

// An author writes and edits texts that are rich in matches and in what decides
// about them.
type author struct {
	r     *rand.Rand
	texts []string
	n     int
}

// piece is something to insert.
func (a *author) piece() string {
	a.n++
	text := a.texts[a.r.IntN(len(a.texts))]
	switch a.r.IntN(17) {
	case 0:
		return strings.TrimSuffix(text, "\n") + " # gitleaks:allow\n"
	case 1:
		return fmt.Sprintf("id %s\n%ssecret %s\n", keytest.ID(a.n), a.lines(a.r.IntN(8)), keytest.Secret(a.n))
	case 2:
		return a.block(1 + a.r.IntN(120))
	case 3:
		return text[:a.r.IntN(len(text)+1)]
	case 4:
		return text[a.r.IntN(len(text)+1):]
	case 5:
		return base64.StdEncoding.EncodeToString([]byte(text)) + "\n"
	case 6:
		return "\x00\x01" + text
	case 7:
		return strings.ReplaceAll(text, "\n", "\r\n")
	case 8:
		return a.lines(1 + a.r.IntN(40))
	case 9:
		return " awscred:allow "
	case 11: // words of rules in more places than are remembered one by one
		word := strings.Fields(text + " x")[0]
		return strings.Repeat(strings.TrimRight(word[:min(len(word), 12)], "=\"':")+" aws heroku token\n", 9+a.r.IntN(10))
	case 13:
		return string(wide([]byte(text)))
	case 12: // the end of what follows ends it
		return strings.TrimSuffix(text, "\n") + []string{"x", "0", "=", "_", "A"}[a.r.IntN(5)]
	case 10:
		return []string{"-----BEGIN RSA " + "PRIVATE KEY-----\n", "-----END RSA " + "PRIVATE KEY-----\n", "aws", "secret", "\"", "'", "\n", " ", "=", "key", "EXAMPLE"}[a.r.IntN(11)]
	}
	return text
}

// block is a private key of so many lines.
func (a *author) block(lines int) string {
	var b strings.Builder
	b.WriteString("-----BEGIN RSA " + "PRIVATE KEY-----\n")
	for range lines {
		raw := make([]byte, 48)
		for i := range raw {
			raw[i] = byte(a.r.Uint32())
		}
		b.WriteString(base64.StdEncoding.EncodeToString(raw) + "\n")
	}
	return b.String() + "-----END RSA " + "PRIVATE KEY-----\n"
}

func (a *author) lines(n int) string {
	var b strings.Builder
	for range n {
		fmt.Fprintf(&b, "some words of line %d, and nothing that matters %x\n", a.r.IntN(100), a.r.Uint32())
	}
	return b.String()
}

// wide is a text in UTF-16, if it is ASCII.
func wide(text []byte) []byte {
	out := []byte{0xff, 0xfe}
	for _, c := range text {
		out = append(out, c, 0)
	}
	return out
}

// gapText is put in places to be taken away later, which brings together what
// stood apart.
const gapText = "<gap gap gap gap gap gap gap gap gap gap gap>"

// edit makes a few changes.
func (a *author) edit(text []byte) []byte {
	text = bytes.Clone(text)
	for range 1 + a.r.IntN(4) {
		at := a.r.IntN(len(text) + 1)
		to := min(len(text), at+a.r.IntN(1+a.r.IntN(600)))
		gap := bytes.Index(text, []byte(gapText))
		switch a.r.IntN(13) {
		case 10: // what a text ends with, ends
			text = text[:max(0, len(text)-a.r.IntN(1+a.r.IntN(80)))]
		case 11:
			piece := strings.TrimSuffix(a.texts[a.r.IntN(len(a.texts))], "\n")
			text = append(text, piece...)
			if a.r.IntN(2) == 0 {
				text = append(text, "aA0_x"[a.r.IntN(5)])
			}
		case 0, 1, 2:
			text = insert(text, at, a.piece())
		case 3:
			text = append(text[:at], text[to:]...)
		case 4: // remove one word: a keyword, a comment, a piece of a secret
			end := at + bytes.IndexAny(text[at:], " \n=\"")
			text = append(text[:at], text[max(at, end):]...)
		case 5:
			text = insert(text, a.r.IntN(len(text)+1), string(text[at:to]))
		case 6:
			block := string(text[at:to])
			text = append(text[:at], text[to:]...)
			text = insert(text, a.r.IntN(len(text)+1), block)
		case 7, 8:
			if gap < 0 {
				text = insert(text, at, gapText)
				break
			}
			text = append(text[:gap], text[gap+len(gapText):]...)
		case 9:
			for _, mark := range []string{" # gitleaks:allow", " awscred:allow "} {
				if i := bytes.Index(text, []byte(mark)); i >= 0 {
					text = append(text[:i], text[i+len(mark):]...)
				}
			}
		default:
			if at < len(text) {
				text[at] = "aA0=\n \"/"[a.r.IntN(8)]
			}
		}
	}
	return text
}

func insert(text []byte, at int, piece string) []byte {
	return append(text[:at:at], append([]byte(piece), text[at:]...)...)
}
