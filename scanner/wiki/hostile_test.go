package wiki

import (
	"archive/zip"
	"bytes"
	"context"
	"encoding/base64"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/klauspost/compress/gzip"

	"github.com/awscred/awscred/internal/keytest"
	"github.com/awscred/awscred/scanner"
)

// A history is a dump with one page of many revisions, made while it is read.
type history struct {
	revisions, next int
	text            func(n int) string
	pending         []byte
}

func (h *history) Read(p []byte) (int, error) {
	for len(h.pending) == 0 {
		switch h.next++; {
		case h.next == 1:
			h.pending = []byte("<mediawiki version=\"0.11\"><page><title>Log</title><ns>0</ns>")
		case h.next <= h.revisions+1:
			n := h.next - 1
			h.pending = fmt.Appendf(h.pending[:0], "<revision><id>%d</id><timestamp>%s</timestamp><contributor><username>Bot</username></contributor><text>%s</text></revision>\n",
				n, time.Unix(int64(n), 0).UTC().Format(time.RFC3339), h.text(n))
		case h.next == h.revisions+2:
			h.pending = []byte("</page></mediawiki>")
		default:
			return 0, io.EOF
		}
	}
	n := copy(p, h.pending)
	h.pending = h.pending[n:]
	return n, nil
}

// peak runs f and returns how many bytes of heap were in use at most.
func peak(f func()) uint64 {
	done, result := make(chan struct{}), make(chan uint64)
	go func() {
		var most uint64
		for {
			var m runtime.MemStats
			runtime.ReadMemStats(&m)
			most = max(most, m.HeapInuse)
			select {
			case <-done:
				result <- most
				return
			case <-time.After(20 * time.Millisecond):
			}
		}
	}()
	f()
	close(done)
	return <-result
}

// A page with very many revisions costs no memory for each of them, whether a
// key stands in them or not, and whether or not its line changes each time.
func TestManyRevisionsOfOnePage(t *testing.T) {
	revisions := 20_000
	if os.Getenv("AWSCRED_CONFORMANCE") != "" {
		revisions = 1_000_000
	}
	pad := strings.Repeat("All work and no play. ", 10)
	pair := fmt.Sprintf("aws_access_key_id=%s\naws_secret_access_key=%s\n", keytest.ID(1), keytest.Secret(1))
	for name, text := range map[string]func(int) string{
		"no key": func(n int) string { return fmt.Sprintf("%s\nedit %d\n%s", pad, n, pad) },
		"a key":  func(n int) string { return fmt.Sprintf("%s\n%s\nedit %d\n%s", pair, pad, n, pad) },
		"a key that moves": func(n int) string {
			return fmt.Sprintf("%s\n%s%s\n", pad, strings.Repeat("\n", n%977), pair) + fmt.Sprint(n)
		},
		"a key now and then": func(n int) string { return fmt.Sprintf("%s %d\n%s", pad, n, []string{"", pair}[n/1000%2]) },
	} {
		t.Run(name, func(t *testing.T) {
			revisions := revisions
			if strings.HasPrefix(name, "a key ") {
				revisions = min(revisions, 100_000)
			}
			runtime.GC()
			var r *scanner.Report
			most := peak(func() { r = scan(t, New("log", NewDump("log", &history{revisions: revisions, text: text}), Options{})) })
			if !r.Complete() || r.Coverage.Revisions != int64(revisions) || r.Coverage.Pages != 1 {
				t.Errorf("coverage %+v", r.Coverage)
			}
			if limit := uint64(160 << 20); most > limit {
				t.Errorf("%d MB of heap, more than %d", most>>20, limit>>20)
			}
			if name == "no key" {
				if len(r.Findings) > 0 {
					t.Errorf("findings: %v", r.Findings)
				}
				return
			}
			if len(r.Findings) != 1 || r.Findings[0].KeyID != keytest.ID(1) {
				t.Fatalf("%d findings", len(r.Findings))
			}
			f := r.Findings[0]
			if name != "a key now and then" && (deref(f.First.Revision) != "1" || deref(f.Last.Revision) != fmt.Sprint(revisions) || deref(f.Last.State) != "current") {
				t.Errorf("from %s to %s, %s", deref(f.First.Revision), deref(f.Last.Revision), deref(f.Last.State))
			}
		})
	}
}

// sample is a small dump with a key at its end.
func sample() []byte {
	h := &history{revisions: 50, text: func(n int) string {
		return fmt.Sprintf("%s\nedit %d", strings.Repeat("word ", 400), n)
	}}
	data, err := io.ReadAll(h)
	if err != nil {
		panic(err) // it returns none
	}
	return data
}

// However a dump is cut short, it is a wiki or it is not; what was read is
// counted, and the rest is lost.
func TestCutShort(t *testing.T) {
	plain := sample()
	var packed bytes.Buffer
	z := gzip.NewWriter(&packed)
	if _, err := z.Write(plain); err != nil || z.Close() != nil {
		t.Fatal(err)
	}
	for form, whole := range map[string][]byte{"plain": plain, "gzip": packed.Bytes()} {
		known := 0
		for i := range 40 {
			data := whole[:len(whole)*i/40]
			name := filepath.Join(t.TempDir(), "dump")
			if err := os.WriteFile(name, data, 0o600); err != nil {
				t.Fatal(err)
			}
			src, err := Open(name, Options{})
			if err != nil {
				continue // too little to tell
			}
			known++
			if r := scan(t, src); r.Complete() || !strings.Contains(fmt.Sprint(r.Coverage.Lost), "ends too early") {
				t.Errorf("%s, %d bytes: complete %v, lost %v", form, len(data), r.Complete(), r.Coverage.Lost)
			}
		}
		if known < 30 {
			t.Errorf("%s: only %d known for a dump", form, known)
		}
	}
}

// Bytes that are no UTF-8, zero bytes and control characters hide nothing.
func TestInvalidUTF8(t *testing.T) {
	pair := fmt.Sprintf("aws_access_key_id=%s\naws_secret_access_key=%s\n", keytest.ID(1), keytest.Secret(1))
	for _, junk := range []string{"\xff\xfe\x80", "\x00\x01\x02", "\xed\xa0\x80", "&#0;&#1;&#xD800;&#x110000;", strings.Repeat("&", 1000)} {
		h := &history{revisions: 2, text: func(n int) string { return junk + "\n" + pair + junk + fmt.Sprint(n) }}
		r := scan(t, New("dump", NewDump("dump", h), Options{}))
		if len(r.Findings) != 1 || !r.Complete() {
			t.Errorf("%q: %d findings, lost %v", junk, len(r.Findings), r.Coverage.Lost)
		}
	}
}

// A scan that is stopped ends soon and says so.
func TestInterrupted(t *testing.T) {
	m, err := compiled()
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(context.Background(), 200*time.Millisecond)
	defer cancel()
	pair := fmt.Sprintf("aws_access_key_id=%s\naws_secret_access_key=%s\n", keytest.ID(1), keytest.Secret(1))
	h := &history{revisions: 1 << 40, text: func(n int) string { return pair + strings.Repeat("word ", 400) + fmt.Sprint(n) }}
	start := time.Now()
	r, err := scanner.Scan(ctx, New("dump", NewDump("dump", h), Options{}), m, scanner.Options{Now: time.Now})
	if err != nil || r.Interrupted == "" || time.Since(start) > 10*time.Second {
		t.Fatalf("%v, interrupted %q after %s", err, r.Interrupted, time.Since(start))
	}
	if len(r.Findings) != 1 || deref(r.Findings[0].First.Page) != "Log" || deref(r.Findings[0].First.Revision) != "1" {
		t.Errorf("what was found until then is not located: %v", r.Findings)
	}
}

// A pipe in which nothing comes does not keep a scan from ending.
func TestStalledStream(t *testing.T) {
	m, err := compiled()
	if err != nil {
		t.Fatal(err)
	}
	for name, first := range map[string]string{"nothing": "", "the beginning": `{"page":"A","text":"x"}` + "\n"} {
		r, w, err := os.Pipe()
		if err != nil {
			t.Fatal(err)
		}
		defer w.Close()
		defer r.Close()
		if _, err := w.WriteString(first); err != nil {
			t.Fatal(err)
		}
		ctx, cancel := context.WithTimeout(context.Background(), 100*time.Millisecond)
		defer cancel()
		report, err := scanner.Scan(ctx, OpenStream("pipe", r, Options{}), m, scanner.Options{Now: time.Now})
		if err != nil || report.Interrupted == "" {
			t.Errorf("%s: %v, %+v", name, err, report)
		}
	}
}

// What is no wiki is none, whatever its name.
func TestNoWiki(t *testing.T) {
	dir := t.TempDir()
	for name, data := range map[string]string{
		"empty.xml": "", "other.xml": "<html><mediawiki/></html>", "text.xml": "mediawiki", "broken.gz": "\x1f\x8b\x08\x00garbage", "x.bz2": "BZh91AY&SYgarbage",
		"x.7z": "7z\xbc\xaf\x27\x1c\x00\x04garbage", "x.zip": "PK\x03\x04garbage", "a.json": "[1]",
	} {
		file := filepath.Join(dir, name)
		if err := os.WriteFile(file, []byte(data), 0o600); err != nil {
			t.Fatal(err)
		}
		if src, err := Open(file, Options{}); err == nil {
			src.Close()
			t.Errorf("%s is taken for a wiki", name)
		}
	}
	if src, err := Open(dir, Options{}); err == nil {
		src.Close()
		t.Error("a directory is taken for a wiki")
	}
}

// A compressed dump with a wrong byte in it is read to its end or not, but what
// was not read is lost.
func TestDamagedCompression(t *testing.T) {
	plain := sample()
	for form, pack := range packings(t) {
		packed := pack(plain)
		if bytes.Equal(packed, plain) || form == "with carriage ends" {
			continue
		}
		known := 0
		for i := range 40 {
			data := bytes.Clone(packed)
			data[len(data)*i/40] ^= 0x55
			name := filepath.Join(t.TempDir(), "dump")
			if err := os.WriteFile(name, data, 0o600); err != nil {
				t.Fatal(err)
			}
			src, err := Open(name, Options{})
			if err != nil {
				continue
			}
			known++
			if r := scan(t, src); r.Complete() && r.Coverage.Revisions != 50 {
				t.Errorf("%s, byte %d: complete with %d revisions", form, len(data)*i/40, r.Coverage.Revisions)
			}
		}
		t.Logf("%s: %d of 40 known for a dump", form, known)
	}
}

// What is packed in an attached file is found, with the way that leads to it.
func TestArchiveOnAPage(t *testing.T) {
	var archive bytes.Buffer
	z := zip.NewWriter(&archive)
	w, err := z.Create("home/credentials")
	if err == nil {
		_, err = fmt.Fprintf(w, "[default]\naws_access_key_id=%s\naws_secret_access_key=%s\n", keytest.ID(1), keytest.Secret(1))
	}
	if err != nil || z.Close() != nil {
		t.Fatal(err)
	}
	line := func(page, revision string) string {
		return fmt.Sprintf(`{"page":%q,"revision":%q,"field":"attachment","name":"backup.zip","encoding":"base64","text":%q}`+"\n",
			page, revision, base64.StdEncoding.EncodeToString(archive.Bytes()))
	}
	r := scan(t, New("lines", NewNDJSON("lines", strings.NewReader(line("A", "1")+line("B", "2"))), Options{}))
	if len(r.Findings) != 1 || !r.Complete() {
		t.Fatalf("%d findings, lost %v", len(r.Findings), r.Coverage.Lost)
	}
	var got []string
	for _, oc := range r.Findings[0].Occurrences {
		got = append(got, fmt.Sprint(deref(oc.Page), " ", deref(oc.Revision), " ", oc.Path, " ", oc.Via, " ", oc.Line, " ", oc.Field))
	}
	sameLines(t, "places", got, []string{
		"A 1 A/backup.zip [backup.zip home/credentials] 2 attachment", "A 1 A/backup.zip [backup.zip home/credentials] 3 attachment",
		"B 2 B/backup.zip [backup.zip home/credentials] 2 attachment", "B 2 B/backup.zip [backup.zip home/credentials] 3 attachment",
	})
}
