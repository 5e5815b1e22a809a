package files

import (
	"cmp"
	"context"
	"errors"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	gocmp "github.com/google/go-cmp/cmp"

	"github.com/awscred/awscred/scanner"
)

// seen is what a visitor was shown: "field path!/via" → content.
type seen struct {
	mu    sync.Mutex
	blobs map[string]string
	twice []string
	bytes int64
}

func (s *seen) visit(b *scanner.Blob) scanner.Candidates {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.blobs == nil {
		s.blobs = map[string]string{}
	}
	key := string(b.Field) + " " + strings.Join(append([]string{b.Path}, scanner.SplitVia(b.Via)...), "!/")
	if _, ok := s.blobs[key]; ok {
		s.twice = append(s.twice, key)
	}
	text := string(b.Data[:min(len(b.Data), 4096)])
	s.blobs[key] = text
	s.bytes += int64(len(b.Data))
	return nil
}

// of returns what was shown of one field.
func (s *seen) of(f scanner.Field) map[string]string {
	out := map[string]string{}
	for k, v := range s.blobs {
		if name, ok := strings.CutPrefix(k, string(f)+" "); ok {
			out[name] = v
		}
	}
	return out
}

// gaps writes gaps as "what: why", sorted.
func gaps(list []scanner.Gap) []string {
	var out []string
	for _, g := range list {
		out = append(out, g.What+": "+g.Why)
	}
	slices.SortFunc(out, cmp.Compare[string])
	return out
}

func sweep(t *testing.T, s *Source) *seen {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	defer cancel()
	v := new(seen)
	if err := s.Sweep(ctx, v.visit); err != nil {
		t.Fatal(err)
	}
	if v.twice != nil {
		t.Errorf("shown twice: %q", v.twice)
	}
	s.Coverage().Close(false)
	return v
}

func open(t *testing.T, path string) *Source {
	t.Helper()
	s, err := Open(path)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	return s
}

// write makes files: a name ending in / is a directory.
func write(t *testing.T, dir string, tree map[string]string) {
	t.Helper()
	for name, text := range tree {
		path := dir + "/" + name
		if strings.HasSuffix(name, "/") {
			check(t, os.MkdirAll(path, 0o755))
			continue
		}
		if i := strings.LastIndexByte(path, '/'); i > 0 {
			check(t, os.MkdirAll(path[:i], 0o755))
		}
		check(t, os.WriteFile(path, []byte(text), 0o644))
	}
}

func check(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func diff(t *testing.T, what string, got, want any) {
	t.Helper()
	if d := gocmp.Diff(want, got); d != "" {
		t.Errorf("%s (-want +got):\n%s", what, d)
	}
}

func TestDirectory(t *testing.T) {
	dir := t.TempDir()
	write(t, dir, map[string]string{
		"a.txt": "A", "sub/b.txt": "B", "sub/deeper/c": "C", "empty": "", "none/": "",
		"notes.gz": "only text", "x.pdf": "%PDF-1.4 but text", "nul": "a\x00b",
		"sub/.git/HEAD": "ref: refs/heads/main\n", "sub/.git/objects/": "", "sub/.git/refs/": "", "sub/.git/config": "hidden",
		"bare/HEAD": "ref: refs/heads/main\n", "bare/objects/": "", "bare/refs/": "",
		"odd/.git/HEAD": "no repository: a directory that is only called so",
		"lfs.bin":       "version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 12\n",
	})
	s := open(t, dir)
	v := sweep(t, s)
	diff(t, "contents", v.of(scanner.Content), map[string]string{
		"a.txt": "A", "sub/b.txt": "B", "sub/deeper/c": "C", "empty": "",
		"notes.gz": "only text", "x.pdf": "%PDF-1.4 but text", "nul": "a\x00b",
		"odd/.git/HEAD": "no repository: a directory that is only called so",
		"lfs.bin":       "version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 12\n",
	})
	names := v.of(scanner.Name)
	for path, name := range map[string]string{"sub": "sub", "none": "none", "sub/deeper/c": "c", "a.txt": "a.txt"} {
		if names[path] != name {
			t.Errorf("name of %q is %q, want %q", path, names[path], name)
		}
	}
	c := s.Coverage()
	diff(t, "lost", gaps(c.Lost), []string(nil))
	diff(t, "opaque", gaps(c.Opaque), []string{
		"lfs.bin: LFS object not fetched",
		"repository at " + dir + "/bare: a directory is read here, not the history of the repositories in it",
		"repository at " + dir + "/sub: a directory is read here, not the history of the repositories in it",
	})
	if c.Files != 9 || !c.Complete {
		t.Errorf("%d files, complete %v; want 9, true", c.Files, c.Complete)
	}

	all := open(t, dir)
	all.Repositories = true
	if got := sweep(t, all).of(scanner.Content)["sub/.git/config"]; got != "hidden" {
		t.Errorf("with Repositories .git/config is %q", got)
	}
}

// Whatever the number of goroutines, the same is seen.
func TestJobs(t *testing.T) {
	dir := t.TempDir()
	tree := map[string]string{}
	for i := range 400 {
		name := strings.Repeat("d/", i%7) + "f" + string(rune('a'+i%26)) + strings.Repeat("x", i/26)
		tree[name] = name
	}
	write(t, dir, tree)
	for _, jobs := range []int{0, 1, 2, 8} {
		s := open(t, dir)
		s.Jobs = jobs
		s.Memory = 100
		diff(t, "contents", sweep(t, s).of(scanner.Content), tree)
	}
}

func TestTooLarge(t *testing.T) {
	dir := t.TempDir()
	write(t, dir, map[string]string{"small": "12345678", "large": "123456789"})
	s := open(t, dir)
	s.MaxSize = 8
	diff(t, "contents", sweep(t, s).of(scanner.Content), map[string]string{"small": "12345678"})
	diff(t, "lost", gaps(s.Coverage().Lost), []string{"large: over the limit of 8 bytes"})

	one := open(t, dir+"/large")
	one.MaxSize = 8
	diff(t, "contents of the file", sweep(t, one).of(scanner.Content), map[string]string{})
	diff(t, "lost of the file", gaps(one.Coverage().Lost), []string{dir + "/large: over the limit of 8 bytes"})

	in := Reader("standard input", strings.NewReader("123456789"))
	in.MaxSize = 8
	diff(t, "contents of the stream", sweep(t, in).of(scanner.Content), map[string]string{"standard input": "12345678"})
	diff(t, "lost of the stream", gaps(in.Coverage().Lost), []string{"the rest of standard input: over the limit of 8 bytes"})
}

func TestFile(t *testing.T) {
	dir := t.TempDir()
	write(t, dir, map[string]string{"a.txt": "A"})
	s := open(t, dir+"/a.txt")
	v := sweep(t, s)
	diff(t, "contents", v.of(scanner.Content), map[string]string{dir + "/a.txt": "A"})
	diff(t, "names", v.of(scanner.Name), map[string]string{dir + "/a.txt": "a.txt"})
	diff(t, "target", s.Target(), scanner.Target{Kind: "file", Name: dir + "/a.txt"})
	if _, err := Open(dir + "/nothing"); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("opening nothing: %v", err)
	}
}

type brokenReader struct{ r *strings.Reader }

func (b brokenReader) Read(p []byte) (int, error) {
	if b.r.Len() == 0 {
		return 0, errors.New("the cable was pulled")
	}
	return b.r.Read(p)
}

func TestReader(t *testing.T) {
	s := Reader("standard input", brokenReader{strings.NewReader("key")})
	diff(t, "contents", sweep(t, s).of(scanner.Content), map[string]string{"standard input": "key"})
	diff(t, "lost", gaps(s.Coverage().Lost), []string{"the rest of standard input: unreadable: the cable was pulled"})
}

type endlessReader struct{}

func (endlessReader) Read([]byte) (int, error) { select {} }

func TestReaderStops(t *testing.T) {
	ctx, cancel := context.WithTimeout(context.Background(), 20*time.Millisecond)
	defer cancel()
	if err := Reader("-", endlessReader{}).Sweep(ctx, new(seen).visit); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("sweep of a silent stream: %v", err)
	}
}

func TestInterruption(t *testing.T) {
	dir := t.TempDir()
	tree := map[string]string{}
	for i := range 200 {
		tree["d"+string(rune('a'+i%20))+"/"+strings.Repeat("f", i/20+1)] = "x"
	}
	write(t, dir, tree)
	ctx, cancel := context.WithCancel(context.Background())
	s := open(t, dir)
	v := new(seen)
	err := s.Sweep(ctx, func(b *scanner.Blob) scanner.Candidates { cancel(); return v.visit(b) })
	if !errors.Is(err, context.Canceled) || len(v.of(scanner.Content)) > 20 {
		t.Errorf("after cancelling: %v, %d files seen", err, len(v.blobs))
	}
}

func TestLocate(t *testing.T) {
	s := Reader("in", strings.NewReader(""))
	no := func(string) bool { return false }
	lives, err := s.Locate(context.Background(), []scanner.Held{
		{Blobs: []scanner.HeldBlob{{BlobRef: scanner.BlobRef{Path: "a"}}, {BlobRef: scanner.BlobRef{Path: "b"}, Accepts: no}}},
		{},
	})
	check(t, err)
	diff(t, "lives", lives, []scanner.Life{
		{Spots: [][]scanner.Spot{{{Place: scanner.InFile, Path: "a"}}, nil}},
		{Spots: [][]scanner.Spot{}},
	})
}

func TestShellWord(t *testing.T) {
	for in, want := range map[string]string{
		"a/b.txt": "a/b.txt", "": "''", "-rf": "./-rf", "my dir": "'my dir'", "it's": `'it'\''s'`, "$(id)": "'$(id)'", "a;b": "'a;b'", "~x": "'~x'", "-a b": "'./-a b'",
	} {
		if got := shellWord(in); got != want {
			t.Errorf("shellWord(%q) = %s, want %s", in, got, want)
		}
	}
}

func TestSizeText(t *testing.T) {
	for n, want := range map[int64]string{0: "0 bytes", 1001: "1001 bytes", 1 << 10: "1 KiB", 512 << 20: "512 MiB", 2 << 30: "2 GiB", 1<<20 + 1: "1024 KiB"} {
		if got := sizeText(n); got != want {
			t.Errorf("sizeText(%d) = %q, want %q", n, got, want)
		}
	}
}
