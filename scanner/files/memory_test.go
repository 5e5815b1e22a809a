package files

import (
	"bytes"
	"errors"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/awscred/awscred/scanner"
)

// Whoever holds the large share may have all but the small shares of others;
// the others wait for him, and everybody gets his turn.
func TestBudget(t *testing.T) {
	b := NewBudget(400, 2) // 50 each, and 300
	var held, most atomic.Int64
	var all sync.WaitGroup
	for range 8 {
		all.Go(func() {
			a := account{Budget: b}
			defer a.close()
			for _, n := range []int64{40, 100, 200} {
				if err := a.hold(n, nil); err != nil {
					t.Errorf("%d more than %d: %v", n, a.used, err)
				}
				now := held.Add(n)
				for m := most.Load(); now > m && !most.CompareAndSwap(m, now); m = most.Load() {
				}
				runtime.Gosched()
			}
			if err := a.hold(11, nil); !errors.Is(err, errMemory) {
				t.Errorf("more than there is: %v", err)
			}
			held.Add(-340)
		})
	}
	all.Wait()
	if most.Load() > 340+7*40 {
		t.Errorf("%d were held at a time", most.Load())
	}
	holder, waiter, done := account{Budget: b}, account{Budget: b}, make(chan struct{})
	check(t, holder.hold(200, nil))
	close(done)
	if err := waiter.hold(200, done); !errors.Is(err, errDone) {
		t.Errorf("waiting while it is over: %v", err)
	}
}

// However many archives are unpacked at once, their buffers stay in the budget,
// and what needs more is lost and says how to read it.
func TestMemoryOfMembers(t *testing.T) {
	big := gzOf(t, strings.Repeat("some text, ", 1<<18)) // 2.75 MiB
	limits := DefaultLimits()
	limits.Memory = NewBudget(16<<20, 4)
	var all sync.WaitGroup
	for range 8 {
		all.Go(func() {
			v, c := members(t, zipOf(t, file{"a.gz", big}, file{"i.zip", zipOf(t, file{"b.gz", big})}), limits)
			if len(v.of(scanner.Content)) != 5 || len(c.Lost) != 0 {
				t.Errorf("%d contents, lost %v", len(v.of(scanner.Content)), gaps(c.Lost))
			}
		})
	}
	all.Wait()
	limits.Memory = NewBudget(3<<20, 1)
	v, c := members(t, zipOf(t, file{"a.gz", big}, file{"x", "the needle"}), limits)
	diff(t, "lost", gaps(c.Lost), []string{"a!/a.gz!/a: over the limit of 3 MiB of memory for archives"})
	if v.of(scanner.Content)["a!/x"] != "the needle" {
		t.Error("what stands behind it was not read")
	}
}

// A file that is cut short while it is read is lost, and the next is read.
func TestCutFile(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("a mapped file cannot be cut there")
	}
	dir := t.TempDir()
	name := filepath.Join(dir, "log")
	check(t, os.WriteFile(name, bytes.Repeat([]byte("x"), mappedFrom+1<<20), 0o644))
	write(t, dir, map[string]string{"other": "the needle"})
	s := open(t, dir)
	found := false
	sum := 0
	check(t, s.Sweep(t.Context(), func(b *scanner.Blob) scanner.Candidates {
		found = found || b.Path == "other" && string(b.Data) == "the needle"
		if b.Path == "log" && b.Field == scanner.Content {
			check(t, os.Truncate(name, 0))
			for _, c := range b.Data {
				sum += int(c)
			}
			t.Error("all of it was read: the test shows nothing")
		}
		return nil
	}))
	diff(t, "lost", gaps(s.Coverage().Lost), []string{"log: cut short while it was read"})
	if !found {
		t.Error("the other file was not read")
	}
	err := View(filepath.Join(dir, "other"), MaxSize, func(data []byte) { sum = len(data) })
	if err != nil || sum != len("the needle") {
		t.Errorf("View of a small file: %d bytes, %v", sum, err)
	}
}

// A panic that is no fault goes on: it is a mistake of ours.
func TestGuardLetsPanicsPass(t *testing.T) {
	defer func() {
		if recover() != "own" {
			t.Error("the panic was swallowed")
		}
	}()
	_ = guard(func() { panic("own") })
}

// A large file costs no memory, and its first and last bytes are there.
func TestLargeFile(t *testing.T) {
	name := filepath.Join(t.TempDir(), "sparse")
	check(t, os.WriteFile(name, []byte("first"), 0o644))
	check(t, os.Truncate(name, 1<<30))
	before, after := new(runtime.MemStats), new(runtime.MemStats)
	runtime.ReadMemStats(before)
	err := View(name, MaxSize, func(data []byte) {
		if string(data[:5]) != "first" || len(data) != 1<<30 || data[len(data)-1] != 0 {
			t.Errorf("%d bytes", len(data))
		}
	})
	runtime.ReadMemStats(after)
	var size *SizeError
	if errors.As(err, &size) && size.Limit == MaxRead {
		t.Skip("files are not mapped here")
	}
	if got := after.TotalAlloc - before.TotalAlloc; err != nil || got > 1<<20 {
		t.Errorf("%d bytes were allocated, %v", got, err)
	}
	if err := View(name, 1<<20, func([]byte) { t.Error("it was read") }); !errors.As(err, &size) {
		t.Errorf("over the limit: %v", err)
	}
}

// A stream has no known size: what is beyond half the budget is lost.
func TestLongStream(t *testing.T) {
	s := Reader("in", io.LimitReader(zeros{}, 5<<20))
	s.Memory = 8 << 20
	sweep(t, s)
	diff(t, "lost", gaps(s.Coverage().Lost), []string{"the rest of in: over the limit of 4 MiB"})
}

type panicking struct{ value any }

func (p panicking) Read([]byte) (int, error) { panic(p.value) }

func TestPanickingDecoder(t *testing.T) {
	cov := new(scanner.Coverage)
	u := &unpacker{limits: DefaultLimits(), cov: cov, left: 1, account: account{Budget: NewBudget(1<<20, 1)}}
	u.member(panicking{"index out of range"}, -1, []string{"m"}, 1)
	diff(t, "lost", gaps(cov.Lost), []string{"!/m: archive is damaged: its decoder gave up"})
}

type zeros struct{}

func (zeros) Read(p []byte) (int, error) {
	clear(p)
	return len(p), nil
}

// Formats in each other, as deep as the limit, lead to the same text.
func TestNests(t *testing.T) {
	const x = "the needle"
	pack := map[string]func(string) string{
		"zip": func(s string) string { return zipOf(t, file{"m", s}) },
		"tar": func(s string) string { return tarOf(t, file{"m", s}) },
		"gz":  func(s string) string { return gzOf(t, s) },
		"xz":  func(s string) string { return xzOf(t, s) },
		"zst": func(s string) string { return zstOf(t, s) },
		"lz":  func(s string) string { return lzOf(t, s) },
		"7z":  func(s string) string { return sevenZipOf(file{"m", s}) },
		"ar":  func(s string) string { return arOf(file{"m.zip", s}) },
		"two gz": func(s string) string {
			return gzOf(t, s[:len(s)/2]) + gzOf(t, s[len(s)/2:])
		},
		"behind a stub": func(s string) string { return "#!/bin/sh\n" + zipOf(t, file{"m", s}) },
		"before bytes":  func(s string) string { return zipOf(t, file{"m", s}) + "\n" },
	}
	for a, outer := range pack {
		for b, middle := range pack {
			for c, inner := range pack {
				if c == "ar" {
					continue // its members are bytes of the archive: nobody shows them again
				}
				v, cov := members(t, outer(middle(inner(x))), DefaultLimits())
				found := false
				for name, text := range v.of(scanner.Content) {
					found = found || text == x && !strings.HasSuffix(name, "zip")
				}
				if !found && len(cov.Lost) == 0 {
					t.Errorf("%s in %s in %s: not found, nothing lost: %q", c, b, a, v.blobs)
				} else if !found && a != "before bytes" && b != "before bytes" && c != "before bytes" {
					t.Errorf("%s in %s in %s: not found, lost %v", c, b, a, gaps(cov.Lost))
				}
			}
		}
	}
}
