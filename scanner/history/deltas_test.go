package history_test

import (
	"bytes"
	"compress/zlib"
	"crypto/sha1"
	"encoding/binary"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/awscred/awscred/internal/keytest"
	"github.com/awscred/awscred/scanner"
	"github.com/awscred/awscred/scanner/match"
	"github.com/awscred/awscred/scanner/rules"
)

// A deltaPack is a pack in which every delta is the test's choice.
type deltaPack struct {
	buf   bytes.Buffer
	count int
	texts []string
	at    []int
}

// entry appends an entry. A delta's base goes before its data.
func (p *deltaPack) entry(kind byte, base, data []byte, text string) int {
	if p.buf.Len() == 0 {
		p.buf.WriteString("PACK\x00\x00\x00\x02\x00\x00\x00\x00")
	}
	p.at, p.texts = append(p.at, p.buf.Len()), append(p.texts, text)
	size := len(data)
	c := kind<<4 | byte(size&15)
	for size >>= 4; size > 0; size >>= 7 {
		p.buf.WriteByte(c | 0x80)
		c = byte(size & 0x7f)
	}
	p.buf.WriteByte(c)
	p.buf.Write(base)
	z := zlib.NewWriter(&p.buf)
	z.Write(data)
	z.Close()
	p.count++
	return p.count - 1
}

// whole appends a blob.
func (p *deltaPack) whole(text string) int { return p.entry(3, nil, []byte(text), text) }

// An op is a part of a delta: bytes of the base, or new ones.
type op struct {
	from, n int
	text    string
}

// on appends a delta by name or by offset; n bytes of a copy are split in pieces
// of 64 KiB, as git does.
func (p *deltaPack) on(base int, byName bool, ops ...op) int {
	old := p.texts[base]
	var d, text []byte
	for _, o := range ops {
		for rest := o.text; rest != ""; {
			n := min(len(rest), 127)
			d = append(append(d, byte(n)), rest[:n]...)
			rest = rest[n:]
		}
		text = append(text, o.text...)
		for from, n := o.from, o.n; n > 0; {
			k := min(n, 0x10000)
			d = append(d, 0xff, byte(from), byte(from>>8), byte(from>>16), byte(from>>24), byte(k), byte(k>>8), byte(k>>16))
			text = append(text, old[from:from+k]...)
			from, n = from+k, n-k
		}
	}
	head := binary.AppendUvarint(binary.AppendUvarint(nil, uint64(len(old))), uint64(len(text)))
	if byName {
		sum := sha1.Sum(fmt.Appendf(nil, "blob %d\x00%s", len(old), old))
		return p.entry(7, sum[:], append(head, d...), string(text))
	}
	back := p.buf.Len() - p.at[base]
	name := []byte{byte(back & 0x7f)}
	for back >>= 7; back > 0; back >>= 7 {
		back--
		name = append([]byte{0x80 | byte(back&0x7f)}, name...)
	}
	return p.entry(6, name, append(head, d...), string(text))
}

// write puts the pack into a new repository; git makes the index, and so has
// checked the pack.
func (p *deltaPack) write(g *git) {
	g.t.Helper()
	data := bytes.Clone(p.buf.Bytes())
	binary.BigEndian.PutUint32(data[8:], uint32(p.count))
	sum := sha1.Sum(data)
	path := filepath.Join(g.dir, "objects", "pack", "pack-1.pack")
	if err := os.WriteFile(path, append(data, sum[:]...), 0o644); err != nil {
		g.t.Fatal(err)
	}
	g.run("index-pack", path)
}

// keep copies n bytes of the base, del leaves some out by being left out.
func keep(from, to int) op { return op{from: from, n: to - from} }

func put(text string) op { return op{text: text} }

// A delta case is a base and what is made of it, in order; each delta is on the
// text before unless says says otherwise.
type deltaCase struct {
	base   string
	deltas func(base string) [][]op
	want   int // in how many texts a rule matches at least, by name
	rule   string
}

func deltaCases() map[string]deltaCase {
	filler := strings.Repeat("words that stand between and mean nothing at all\n", 40)
	id, secret := keytest.ID(1), keytest.Secret(1)
	pair := "aws_access_key_id = " + id + "\naws_secret_access_key = " + secret + "\n"
	long := strings.Repeat("0123456789 of a long line; ", 4000)
	block := "-----BEGIN RSA " + "PRIVATE KEY-----\n" + strings.Repeat("MIIEpAIBAAKCAQEAx9Jk2Lq0d8mVYp3Qw7tZr5HnUe1Sg4Bf6Cv8Xo+N/aDi\n", 80) + "-----END RSA " + "PRIVATE KEY-----\n"
	at := func(base, part string) int { return strings.Index(base, part) }
	one := func(ops ...op) [][]op { return [][]op{ops} }
	return map[string]deltaCase{
		"two halves in the wrong order": {id[9:] + " " + filler + " " + id[:9], func(b string) [][]op {
			return one(keep(len(b)-10, len(b)), keep(0, 12), keep(40, 90))
		}, 1, "aws-access-key-id"},
		"two halves, what stood between left out": {filler + id[:9] + "<gap>" + id[9:] + "\n" + filler, func(b string) [][]op {
			i := at(b, "<gap>")
			return one(keep(0, i), keep(i+5, len(b)))
		}, 1, "aws-access-key-id"},
		"a fragment in the middle": {filler + id[:5] + id[8:] + "\n" + filler, func(b string) [][]op {
			i := at(b, id[:5]+id[8:]) + 5
			return one(keep(0, i), put(id[5:8]), keep(i, len(b)))
		}, 1, "aws-access-key-id"},
		"one byte at the start": {filler + "A" + id[2:] + "\n" + filler, func(b string) [][]op {
			i := at(b, "A"+id[2:])
			return one(keep(0, i), put(id[:1]), put("K"), keep(i+1, len(b)))
		}, 0, ""},
		"first byte of the text":             {id[1:] + "\n" + filler, func(b string) [][]op { return one(put(id[:1]), keep(0, len(b))) }, 1, "aws-access-key-id"},
		"last byte of the text":              {filler + id[:19], func(b string) [][]op { return one(keep(0, len(b)), put(id[19:])) }, 1, "aws-access-key-id"},
		"what follows it at the end goes":    {filler + id + "XYZ", func(b string) [][]op { return one(keep(0, len(b)-3)) }, 1, "aws-access-key-id"},
		"what precedes it at the start goes": {"XYZ" + id + "\n" + filler, func(b string) [][]op { return one(keep(3, len(b))) }, 1, "aws-access-key-id"},
		"what follows it goes": {filler + id + "XYZ " + filler, func(b string) [][]op {
			i := at(b, "XYZ")
			return one(keep(0, i), keep(i+3, len(b)))
		}, 1, "aws-access-key-id"},
		"a letter comes before it": {filler + " " + id + "\n", func(b string) [][]op {
			i := at(b, id)
			return one(keep(0, i), put("X"), keep(i, len(b)))
		}, 1, "aws-access-key-id"},
		"the same copied twice, and overlapping": {filler + pair, func(b string) [][]op {
			return one(keep(0, len(b)), keep(len(b)-120, len(b)), keep(len(b)-200, len(b)-5), keep(at(b, id)-5, at(b, id)+12), keep(at(b, id)+3, at(b, id)+20))
		}, 2, "aws-access-key-id"},
		"inherited through generations that shift it": {pair + filler, func(b string) [][]op {
			n := len(b)
			return [][]op{{put("x\n"), keep(0, n)}, {put("yy\n"), keep(2, n+2)}, {keep(3, n+3), put("z")}, {put(filler), keep(0, n)}, {keep(len(filler)/2, len(filler)+n)}}
		}, 6, "aws-access-key-id"},
		"a comment that allows it goes": {filler + "key " + id + " # gitleaks:allow\n" + filler, func(b string) [][]op {
			i := at(b, " # gitleaks")
			return [][]op{{keep(0, i), keep(i+17, len(b))}, {keep(0, i), put(" # gitleaks:allow"), keep(i, len(b)-17), put("!")}}
		}, 3, "aws-access-key-id"},
		"a comment far behind on the same line goes": {"key " + id + " " + long[:3000] + " # gitleaks:allow\n" + filler, func(b string) [][]op {
			i := at(b, " # gitleaks")
			return one(keep(0, i), keep(i+17, len(b)))
		}, 2, "aws-access-key-id"},
		"a line break comes between it and the comment": {"key " + id + " " + long[:3000] + " # gitleaks:allow\n" + filler, func(b string) [][]op {
			return one(keep(0, 2000), put("\n"), keep(2000, len(b)))
		}, 2, "aws-access-key-id"},
		"the keyword 400 bytes before goes": {"zebra\n" + filler[:400] + "\nnr 123456789012\n" + filler, func(b string) [][]op { return one(keep(6, len(b))) }, 1, "near-zebra"},
		"the keyword comes, far away":       {filler + "nr 123456789012\n" + filler, func(b string) [][]op { return one(keep(0, len(b)), put("zebra\n")) }, 1, "near-zebra"},
		"the keyword is completed": {filler + "nr 123456789012\n" + filler + "zeb<>ra\n", func(b string) [][]op {
			i := at(b, "<>")
			return one(keep(0, i), keep(i+2, len(b)))
		}, 1, "near-zebra"},
		"of many keywords the first ones go": {strings.Repeat("zebra\n"+filler, 12) + "nr 123456789012\n", func(b string) [][]op {
			return one(keep(10*(6+len(filler))-len(filler)/2, len(b)))
		}, 2, "near-zebra"},
		"the only text with the keyword is left out": {"zebra\n" + filler + "nr 123456789012\n", func(b string) [][]op {
			n := len(b) - 6
			return [][]op{{keep(6, len(b))}, {keep(0, n), put("zebra")}, {keep(0, n), put("\n")}}
		}, 2, "near-zebra"},
		"the neighbour comes": {filler + "code 98765432\n" + filler[:100], func(b string) [][]op {
			return [][]op{{put("head "), keep(0, len(b))}, {keep(5, at(b, "code")+5), put("partner 4711\n"), keep(at(b, "code")+5, len(b)+5)}}
		}, 1, "with-partner"},
		"the neighbour goes": {"partner 4711\ncode 98765432\n" + filler, func(b string) [][]op {
			return [][]op{{keep(13, len(b))}, {put("partner 4711\n"), keep(0, len(b)-13), put("!")}}
		}, 2, "with-partner"},
		"lines come between": {"partner 4711\ncode 98765432\n" + filler, func(b string) [][]op {
			return [][]op{{keep(0, 13), put(filler), keep(13, len(b))}, {keep(0, 13), keep(13+len(filler), len(b)+len(filler)), put("!")}}
		}, 2, "with-partner"},
		"the header of a block comes": {filler + block[32:] + filler, func(b string) [][]op {
			i := at(b, "MIIE")
			return one(keep(0, i), put(block[:32]), keep(i, len(b)))
		}, 1, "private-key"},
		"the footer of a block comes": {filler + strings.TrimSuffix(block, "-----END RSA "+"PRIVATE KEY-----\n") + filler, func(b string) [][]op {
			i := strings.LastIndex(b, "aDi\n") + 4
			return one(keep(0, i), put("-----END RSA "+"PRIVATE KEY-----\n"), keep(i, len(b)))
		}, 1, "private-key"},
		"an earlier header comes": {filler + block + filler, func(b string) [][]op {
			return one(put("-----BEGIN RSA "+"PRIVATE KEY----- is how it begins\n"), keep(0, len(b)))
		}, 2, "private-key"},
		"a middle of a block goes": {filler + block + filler, func(b string) [][]op {
			i := at(b, "-----BEGIN") + 2000
			return one(keep(0, i), keep(i+650, len(b)))
		}, 2, "private-key"},
		"across 64 KiB": {long[:0x10000-7] + " " + id + " " + long[:9000], func(b string) [][]op {
			return [][]op{{keep(0, len(b)), put("\nx\n")}, {put("y"), keep(0, len(b))}}
		}, 3, "aws-access-key-id"},
		"nothing is left":      {pair, func(string) [][]op { return [][]op{{put("\n")}, {put(pair + "!")}} }, 2, "aws-access-key-id"},
		"all of it is new":     {filler, func(string) [][]op { return one(put("new " + pair)) }, 1, "aws-access-key-id"},
		"a NUL comes and goes": {filler + pair, func(b string) [][]op { return [][]op{{put("\x00"), keep(0, len(b))}, {keep(1, len(b)+1), put("!")}} }, 3, "aws-access-key-id"},
		"UTF-16 inside, edited elsewhere": {filler + string(wide([]byte(pair))) + filler, func(b string) [][]op {
			return [][]op{{put("xy"), keep(0, len(b))}, {keep(0, len(b)-30)}}
		}, 3, "aws-access-key-id"},
		"base64 that begins a byte later": {"data=QQ" + "\n" + filler, func(b string) [][]op { return one(keep(0, 5), put("x"), keep(5, len(b))) }, 0, ""},
	}
}

// What deltas can do to a match, one by one: git would not make all of these.
func TestDeltasLoseNothing(t *testing.T) {
	m := deltaRules(t)
	empty := newGit(t, "--bare").dir
	for name, c := range deltaCases() {
		for _, byName := range []bool{false, true} {
			t.Run(fmt.Sprintf("%s/%v", name, byName), func(t *testing.T) {
				t.Parallel()
				g := &git{t: t, dir: filepath.Join(t.TempDir(), "r")}
				if err := os.CopyFS(g.dir, os.DirFS(empty)); err != nil {
					t.Fatal(err)
				}
				p := &deltaPack{}
				at := p.whole(c.base)
				for _, ops := range c.deltas(c.base) {
					at = p.on(at, byName, ops...)
				}
				holding := 0
				for _, text := range p.texts {
					if matchedBy(m, text, c.rule) {
						holding++
					}
				}
				if holding < c.want {
					t.Fatalf("%s matches in %d texts, want %d", c.rule, holding, c.want)
				}
				p.write(g)
				sameInWindows(t, &builtIn{matcher: m}, g.dir)
			})
		}
	}
}

// deltaRules are the built-in rules, one whose keyword stands apart, and one that
// needs a neighbour.
func deltaRules(t *testing.T) *match.Matcher {
	t.Helper()
	set, err := rules.Default()
	if err != nil {
		t.Fatal(err)
	}
	near := 2
	own := append(set.Rules,
		scanner.Rule{ID: "near-zebra", Title: "z", Severity: scanner.High, Pattern: `\bnr ([0-9]{12})\b`, Keywords: []string{"zebra"}},
		scanner.Rule{ID: "with-partner", Title: "p", Severity: scanner.High, Pattern: `\bcode ([0-9]{8})\b`, Required: []scanner.Required{{Rule: "partner", WithinLines: &near}}},
		scanner.Rule{ID: "partner", Title: "n", Severity: scanner.High, Pattern: `\bpartner ([0-9]{4})\b`, Hidden: true})
	m, err := match.Compile(own, set.Allow)
	if err != nil {
		t.Fatal(err)
	}
	return m
}
