package rules_test

import (
	"bytes"
	"encoding/binary"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"unicode/utf16"
	"unicode/utf8"

	"github.com/awscred/awscred/internal/encodetest"
	"github.com/awscred/awscred/internal/keytest"
	"github.com/awscred/awscred/scanner"
	"github.com/awscred/awscred/scanner/match"
	"github.com/awscred/awscred/scanner/rules"
)

// encodings are those of encodetest, and whole texts in wide characters.
func encodings() []encodetest.Encoding {
	wide := func(name, mark string, order binary.AppendByteOrder, unit int) encodetest.Encoding {
		return encodetest.Encoding{Name: name, Encode: func(s string) string { return mark + string(inUnits(s, order, unit)) }}
	}
	return append(encodetest.Encodings(),
		wide("UTF-16LE", "\xff\xfe", binary.LittleEndian, 2),
		wide("UTF-16BE", "\xfe\xff", binary.BigEndian, 2),
		wide("UTF-32LE", "\xff\xfe\x00\x00", binary.LittleEndian, 4),
		wide("UTF-32BE", "\x00\x00\xfe\xff", binary.BigEndian, 4))
}

func inUnits(s string, order binary.AppendByteOrder, unit int) (out []byte) {
	if unit == 4 {
		for _, r := range s {
			out = order.AppendUint32(out, uint32(r))
		}
		return out
	}
	for _, u := range utf16.Encode([]rune(s)) {
		out = order.AppendUint16(out, u)
	}
	return out
}

// A positive is a text that a rule matches.
type positive struct {
	rule, name string
	text       []byte
}

// positives are the texts that must match, and made-up ones of the rules that
// came from elsewhere.
func positives(t *testing.T, set *rules.Set, m *match.Matcher) []positive {
	t.Helper()
	var list []positive
	for i := range set.Rules {
		r := &set.Rules[i]
		path := filepath.Join(examples, r.ID, "match.txtar")
		if _, err := os.Stat(path); err == nil {
			for _, f := range readExamples(t, path) {
				list = append(list, positive{r.ID, f.Name, f.Data})
			}
			continue
		}
		if text := madeUp(r, m); text != nil {
			list = append(list, positive{r.ID, "made up", text})
		}
	}
	return list
}

// madeUp is a text that the rule matches, with more behind it: what encodes a
// text may put a quotation mark there, and a text of a few bytes is not taken for
// encoded. It is nil if there is none.
func madeUp(r *scanner.Rule, m *match.Matcher) []byte {
	text, ok := rules.Example(r, "encoded")
	if r.ID == "kubernetes-secret-yaml" { // chance does not meet it
		text, ok = []byte("kind: Secret\nmetadata:\n  name: x\ndata:\n  password: "+encodetest.Base64([]byte(keytest.Secret(1)))), true
	}
	for _, behind := range []string{"\na line behind it\n", "/a/path/behind/it\n"} {
		if all := slices.Concat(text, []byte(behind)); ok && finds(m, r.ID, all, nil) {
			return all
		}
	}
	return nil
}

// finds reports whether a rule matches text, whatever is then said about that,
// where accept accepts the match.
func finds(m *match.Matcher, id string, text []byte, accept func(scanner.Match) bool) bool {
	list, _ := m.Find(text, nil)
	return slices.ContainsFunc(list, func(x scanner.Match) bool { return x.Rule.ID == id && (accept == nil || accept(x)) })
}

func decoded(x scanner.Match) bool { return len(x.Decoded) > 0 }

// TestEncodedExamples wraps every text that must match in every encoding.
func TestEncodedExamples(t *testing.T) {
	set := defaultSet(t).WithShapes()
	m := matcher(t, set)
	list := positives(t, set, m)
	tried := map[string]bool{}
	for _, p := range list {
		tried[p.rule] = true
		for _, e := range encodings() {
			if !suits(p.text) {
				continue
			}
			if !finds(m, p.rule, []byte(e.Encode(string(p.text))), decoded) {
				t.Errorf("%s: %s is not found in %s", p.rule, p.name, e.Name)
			}
		}
	}
	for i := range set.Rules {
		r := &set.Rules[i]
		if !tried[r.ID] && (r.Pattern != "" || r.Find != nil) {
			t.Errorf("%s: no text that it matches", r.ID)
		}
	}
	if len(list) < 300 {
		t.Errorf("only %d texts", len(list))
	}
}

// suits reports whether a text is one at all: encodings of others are not taken
// off.
func suits(text []byte) bool {
	return utf8.Valid(text) && !bytes.ContainsRune(text, 0)
}

// TestTwiceEncodedExamples does the same with two encodings, one in the other,
// for a sample.
func TestTwiceEncodedExamples(t *testing.T) {
	set := defaultSet(t).WithShapes()
	m := matcher(t, set)
	list := positives(t, set, m)
	rnd := rand.New(rand.NewPCG(1, 2))
	each := 2
	if testing.Short() {
		each = 1
	}
	for _, outer := range encodings() {
		for _, inner := range encodetest.Encodings() {
			for range each {
				p := list[rnd.IntN(len(list))]
				if !suits(p.text) {
					continue
				}
				if !finds(m, p.rule, []byte(outer.Encode(inner.Encode(string(p.text)))), decoded) {
					t.Errorf("%s: %s is not found in %s in %s", p.rule, p.name, inner.Name, outer.Name)
				}
			}
		}
	}
}
