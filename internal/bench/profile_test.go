package bench

import (
	"bytes"
	"compress/gzip"
	"io"
	"os"
	"path/filepath"
	"runtime/pprof"
	"strings"
	"testing"
	"time"
)

// What the compiler reads names no file or directory of the machine that it was
// made on, and is a profile of scans.
func TestDefaultProfile(t *testing.T) {
	data, err := os.ReadFile(filepath.FromSlash("../../cmd/awscred/default.pgo"))
	if err != nil {
		t.Fatal(err)
	}
	names := textOf(t, data)
	for _, want := range []string{"scanner/objects/internal/inflate.(*Decoder).fast", "scanner/match.(*scratch).read"} {
		if !strings.Contains(names, want) {
			t.Errorf("it does not know %s", want)
		}
	}
	for name := range strings.SplitSeq(names, "\n") {
		if filepath.IsAbs(name) {
			t.Errorf("it names %q", name)
		}
	}
}

// Paths are cut, and nothing else changes.
func TestWithoutPaths(t *testing.T) {
	var b bytes.Buffer
	if err := pprof.StartCPUProfile(&b); err != nil {
		t.Skip(err) // the tests are being profiled
	}
	for begin := time.Now(); time.Since(begin) < 200*time.Millisecond; {
	}
	pprof.StopCPUProfile()
	own := filepath.Base(os.Args[0])
	if before := textOf(t, b.Bytes()); !strings.Contains(before, "/"+own+"\n") {
		t.Skip("the profile does not name the program here")
	}
	plain, err := withoutPaths(b.Bytes())
	if err != nil {
		t.Fatal(err)
	}
	before, after := textOf(t, b.Bytes()), textOf(t, plain)
	was, is := strings.Split(before, "\n"), strings.Split(after, "\n")
	if len(was) != len(is) {
		t.Fatalf("%d names became %d", len(was), len(is))
	}
	for i := range was {
		if want := was[i]; filepath.IsAbs(want) {
			want = filepath.Base(want)
			if is[i] != want {
				t.Errorf("%q became %q", was[i], is[i])
			}
		} else if is[i] != want {
			t.Errorf("%q became %q", was[i], is[i])
		}
	}
	for cut := range plain {
		if cut%97 == 0 {
			_, _ = withoutPaths(plain[:cut]) // must not panic
		}
	}
	if _, err := withoutPaths([]byte("no profile")); err == nil {
		t.Error("what is no profile was taken for one")
	}
}

// textOf returns the names in a profile, a line each.
func textOf(t *testing.T, profile []byte) string {
	t.Helper()
	z, err := gzip.NewReader(bytes.NewReader(profile))
	if err != nil {
		t.Fatal(err)
	}
	in, err := io.ReadAll(z)
	if err != nil {
		t.Fatal(err)
	}
	var b strings.Builder
	for len(in) > 0 {
		key, value, rest, err := field(in)
		if err != nil {
			t.Fatal(err)
		}
		if key == stringsOfFile<<3|kindBytes {
			b.Write(value)
			b.WriteByte('\n')
		}
		in = rest
	}
	return b.String()
}

// A profile is of repositories that can be scanned.
func TestProfileOfNothing(t *testing.T) {
	if _, err := Profile(t.Context(), []string{filepath.Join(t.TempDir(), "none")}, 1); err == nil {
		t.Error("a profile of no repository")
	}
}
