//go:build unix

package files

import (
	"errors"
	"io/fs"
	"net"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/awscred/awscred/scanner"
)

// Nothing but regular files is opened, and no link is followed.
func TestLinksAndDevices(t *testing.T) {
	outside := t.TempDir()
	write(t, outside, map[string]string{"secret": "outside", "dir/secret": "outside"})
	dir := t.TempDir()
	write(t, dir, map[string]string{"sub/file": "inside"})
	links := map[string]string{
		"abs": outside + "/secret", "to-dir": outside + "/dir", "loop": ".", "up": "..", "self": "self",
		"zero": "/dev/zero", "in": "sub/file", "dangling": "nowhere", "odd": "target=with a key",
	}
	for name, to := range links {
		check(t, os.Symlink(to, filepath.Join(dir, name)))
	}
	check(t, syscall.Mkfifo(dir+"/fifo", 0o644))
	l, err := net.Listen("unix", dir+"/sock")
	check(t, err)
	defer l.Close()

	s := open(t, dir)
	want := map[string]string{"sub/file": "inside"}
	for name, to := range links {
		want[name] = to
	}
	diff(t, "contents", sweep(t, s).of(scanner.Content), want)
	diff(t, "skipped", gaps(s.Coverage().Skipped), []string{"fifo: is a named pipe", "sock: is a socket"})
	diff(t, "lost", gaps(s.Coverage().Lost), []string(nil))

	for _, name := range []string{"fifo", "sock", "abs", "in", "self", "sub", "zero"} {
		if _, err := ReadRegular(dir+"/"+name, MaxSize); !errors.Is(err, ErrNotRegular) {
			t.Errorf("ReadRegular(%s): %v", name, err)
		}
	}
	for _, name := range []string{"fifo", "sock", "zero"} {
		if _, err := Open(dir + "/" + name); !errors.Is(err, ErrNotRegular) {
			t.Errorf("Open(%s): %v", name, err)
		}
	}
	if got, err := ReadNamed(dir+"/in", MaxSize); string(got) != "inside" || err != nil {
		t.Errorf("ReadNamed of a link: %q, %v", got, err)
	}
	if got := sweep(t, open(t, dir+"/to-dir")).of(scanner.Content); got["secret"] != "outside" {
		t.Errorf("a link that the user named was not followed: %v", got)
	}
}

func TestUnreadable(t *testing.T) {
	if os.Geteuid() == 0 {
		t.Skip("root may read everything")
	}
	dir := t.TempDir()
	write(t, dir, map[string]string{"closed": "x", "shut/file": "x", "open": "o"})
	check(t, os.Chmod(dir+"/closed", 0))
	check(t, os.Chmod(dir+"/shut", 0))
	defer os.Chmod(dir+"/shut", 0o755)
	s := open(t, dir)
	diff(t, "contents", sweep(t, s).of(scanner.Content), map[string]string{"open": "o"})
	diff(t, "lost", gaps(s.Coverage().Lost), []string{"closed: permission denied", "directory shut: permission denied"})
}

// The reasons of gaps, also where nobody can be denied anything.
func TestGap(t *testing.T) {
	for _, tt := range []struct {
		err      error
		why, fix string
	}{
		{&fs.PathError{Op: "open", Path: "x", Err: syscall.EACCES}, "permission denied", "run awscred as a user who may read it"},
		{&fs.PathError{Op: "read", Path: "x", Err: syscall.EIO}, "unreadable: input/output error", ""},
		{&SizeError{1 << 20}, "over the limit of 1 MiB", "split it and scan the parts"},
		{errChanged, "changed while it was opened", "scan again"},
	} {
		if g := Gap("x", tt.err); g.What != "x" || g.Why != tt.why || g.Fix != tt.fix {
			t.Errorf("Gap(%v) = %+v", tt.err, g)
		}
	}
}

// While somebody swaps a file for a pipe and for a link, reading it neither
// waits nor follows.
func TestSwap(t *testing.T) {
	dir := t.TempDir()
	write(t, dir, map[string]string{"file": "good", "outside": "bad"})
	check(t, syscall.Mkfifo(dir+"/fifo", 0o644))
	check(t, os.Symlink("outside", dir+"/link"))
	var stop atomic.Bool
	done := make(chan struct{})
	go func() {
		defer close(done)
		for i := 0; !stop.Load(); i++ {
			source := []string{"file", "fifo", "link"}[i%3]
			_ = os.Remove(dir + "/tmp")
			if source == "link" {
				_ = os.Symlink("outside", dir+"/tmp")
			} else {
				_ = os.Link(dir+"/"+source, dir+"/tmp")
			}
			_ = os.Rename(dir+"/tmp", dir+"/victim")
		}
	}()
	defer func() { stop.Store(true); <-done }()
	start := time.Now()
	good := 0
	for tries := 0; tries < 2000 || good == 0 && time.Since(start) < 5*time.Second; tries++ {
		data, err := ReadRegular(dir+"/victim", MaxSize)
		if err == nil && string(data) != "good" {
			t.Fatalf("read %q", data)
		}
		if err == nil {
			good++
		}
	}
	if good == 0 {
		t.Error("the file was never read: the test shows nothing")
	}
	if d := time.Since(start); d > 10*time.Second {
		t.Errorf("the reads took %v", d)
	}
}

// A file that never stops growing is read to its size at the opening.
func TestGrowing(t *testing.T) {
	dir := t.TempDir()
	f, err := os.Create(dir + "/log")
	check(t, err)
	_, err = f.WriteString("first")
	check(t, err)
	grow := func(b *scanner.Blob) scanner.Candidates {
		_, err := f.Write(make([]byte, 1<<20))
		check(t, err)
		if b.Field == scanner.Content && len(b.Data) > 3<<20 {
			t.Errorf("%d bytes were read", len(b.Data))
		}
		return nil
	}
	check(t, open(t, dir).Sweep(t.Context(), grow))
	check(t, f.Close())
}

// The files of /proc say that they are empty.
func TestProc(t *testing.T) {
	if runtime.GOOS != "linux" {
		t.Skip("there is no /proc")
	}
	data, err := ReadRegular("/proc/self/status", MaxSize)
	if err != nil || !strings.Contains(string(data), "Pid:") {
		t.Errorf("reading /proc/self/status: %q, %v", data, err)
	}
}

func TestDeepDirectories(t *testing.T) {
	root, err := os.OpenRoot(t.TempDir())
	check(t, err)
	dir := root.Name()
	for depth := range 700 {
		check(t, root.Mkdir("d", 0o755))
		next, err := root.OpenRoot("d")
		check(t, err)
		check(t, root.Close())
		root = next
		if depth == 698 {
			check(t, root.WriteFile("deep", []byte("found"), 0o644))
		}
	}
	check(t, root.Close())
	s := open(t, dir)
	got := sweep(t, s).of(scanner.Content)
	if want := strings.Repeat("d/", 699) + "deep"; got[want] != "found" || len(s.Coverage().Lost) != 0 {
		t.Errorf("the file in depth 699 was not read: %v, %v", got, s.Coverage().Lost)
	}
}

func TestBytesInNames(t *testing.T) {
	dir := t.TempDir()
	name := "a\xff\n\x1b[2J.txt"
	if err := os.WriteFile(dir+"/"+name, []byte("x"), 0o644); err != nil {
		t.Skip(err) // some systems refuse such names
	}
	v := sweep(t, open(t, dir))
	if v.of(scanner.Content)[name] != "x" || v.of(scanner.Name)[name] != name {
		t.Errorf("%q", v.blobs)
	}
}
