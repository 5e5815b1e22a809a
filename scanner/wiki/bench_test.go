package wiki

import (
	"context"
	"fmt"
	"io"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/awscred/awscred/scanner"
	"github.com/awscred/awscred/scanner/match"
	"github.com/awscred/awscred/scanner/rules"
)

// A synthetic is a dump of so many bytes, made while it is read: pages of some
// kilobytes of prose with so many revisions each.
type synthetic struct {
	left      int
	revisions int
	random    *rand.Rand
	text      []byte
	pending   []byte
	page, rev int
}

func newSynthetic(size, revisions int) io.Reader {
	return &synthetic{left: size, revisions: revisions, random: rand.New(rand.NewPCG(1, 2)),
		pending: []byte("<mediawiki xmlns=\"http://www.mediawiki.org/xml/export-0.11/\" version=\"0.11\">\n  <siteinfo><sitename>Synthetic</sitename></siteinfo>\n")}
}

// words are those of the texts: some need an entity, some are looked at twice.
func words() []string {
	return []string{"the", "deploy", "of", "key", "to", "&lt;code&gt;", "server", "[[Category:Ops]]", "https://example.org/a?b=1&amp;c=2", "password",
		"and", "is", "a", "token", "cluster", "\n", "== Setup ==\n", "{{Infobox|name=x}}", "naïve", "über", "terraform", "restart", "'''bold'''", "2026-03-01"}
}

func (s *synthetic) prose(n int) []byte {
	var out []byte
	w := words()
	for len(out) < n {
		out = append(append(out, w[s.random.IntN(len(w))]...), ' ')
	}
	return out
}

func (s *synthetic) Read(p []byte) (int, error) {
	for len(s.pending) == 0 {
		if s.left <= 0 {
			return 0, io.EOF
		}
		s.more()
	}
	n := copy(p, s.pending)
	s.pending = s.pending[n:]
	return n, nil
}

// more makes the next revision.
func (s *synthetic) more() {
	out := s.pending[:0]
	if s.rev%s.revisions == 0 {
		if s.page++; s.page > 1 {
			out = append(out, "  </page>\n"...)
		}
		out = fmt.Appendf(out, "  <page>\n    <title>Page %d</title>\n    <ns>0</ns>\n    <id>%d</id>\n", s.page, s.page)
		s.text = s.prose(2000 + s.random.IntN(20000))
	} else {
		at := s.random.IntN(len(s.text))
		for at < len(s.text) && s.text[at] != ' ' {
			at++
		}
		edited := append(append([]byte{}, s.text[:at]...), s.prose(10+s.random.IntN(300))...)
		s.text = append(edited, s.text[at:]...)
	}
	s.rev++
	out = fmt.Appendf(out, "    <revision>\n      <id>%d</id>\n      <timestamp>2026-03-01T00:%02d:%02dZ</timestamp>\n      <contributor>\n        <username>User %d</username>\n        <id>%d</id>\n      </contributor>\n      <comment>edit %d</comment>\n      <model>wikitext</model>\n      <format>text/x-wiki</format>\n      <text bytes=\"%d\" xml:space=\"preserve\">",
		s.rev, s.rev/60%60, s.rev%60, s.rev%97, s.rev%97, s.rev, len(s.text))
	out = append(append(out, s.text...), "</text>\n    </revision>\n"...)
	if s.left -= len(out); s.left <= 0 {
		out = append(out, "  </page>\n</mediawiki>\n"...)
	}
	s.pending = out
}

// BenchmarkDump scans dumps of one and of many revisions a page.
func BenchmarkDump(b *testing.B) {
	const size = 64 << 20
	set, err := rules.Default()
	if err != nil {
		b.Fatal(err)
	}
	m, err := match.Compile(set.Rules, set.Allow)
	if err != nil {
		b.Fatal(err)
	}
	for _, revisions := range []int{1, 30} {
		b.Run(fmt.Sprintf("revisions=%d", revisions), func(b *testing.B) {
			b.SetBytes(size)
			for b.Loop() {
				src := New("synthetic", NewDump("synthetic", newSynthetic(size, revisions)), Options{})
				r, err := scanner.Scan(context.Background(), src, m, scanner.Options{Now: time.Now})
				if err != nil || len(r.Findings) > 0 || !r.Complete() || r.Coverage.Bytes < size/2 {
					b.Fatal(err, r.Findings, r.Coverage)
				}
			}
		})
	}
}

// BenchmarkTokens takes the tokens off a dump and does nothing with them.
func BenchmarkTokens(b *testing.B) {
	const size = 64 << 20
	data, err := io.ReadAll(newSynthetic(size, 30))
	if err != nil {
		b.Fatal(err)
	}
	b.SetBytes(size)
	for b.Loop() {
		w := NewDump("synthetic", newSlow(data))
		n := 0
		err := w.Walk(context.Background(), func(r *Revision) error { n += len(r.Text); return nil }, NewGaps(new(scanner.Coverage)))
		if err != nil || n < size/2 {
			b.Fatal(err, n)
		}
	}
}

// newSlow is a reader that gives a block at a time, as a file does.
func newSlow(data []byte) io.Reader { return &slow{data} }

type slow struct{ data []byte }

func (s *slow) Read(p []byte) (int, error) {
	n := copy(p, s.data)
	if s.data = s.data[n:]; n == 0 {
		return 0, io.EOF
	}
	return n, nil
}
