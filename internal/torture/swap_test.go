//go:build linux

package torture

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/awscred/awscred/internal/keytest"
)

// While a tree is walked its files become pipes, links out of the tree and
// directories, grow, and go. The scan ends, follows nothing, and a file that
// nobody touches is found.
func TestSwaps(t *testing.T) {
	dir, outside := t.TempDir(), t.TempDir()
	write(t, outside, map[string]string{"secret": string(secretText(2)), "d/secret": string(secretText(2))})
	write(t, dir, map[string]string{"steady.env": string(secretText(1))})
	for i := range 200 {
		write(t, dir, map[string]string{fmt.Sprintf("d%d/f", i): strings.Repeat("words\n", 2000)})
	}
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan int)
	go func() {
		n := 0
		for ctx.Err() == nil {
			calm()
			swap(filepath.Join(dir, fmt.Sprintf("d%d", n%200)), outside, n)
			n++
		}
		done <- n
	}()
	wanted, runs, began := rounds(15, 200), 0, time.Now()
	for i := range wanted {
		if over(t, began, i, wanted) {
			break
		}
		runs++
		o := call{args: []string{"scan", dir, "--all"}, limit: time.Minute}.run(t)
		if !strings.Contains(o.stdout, keytest.ID(1)) || o.code != 1 {
			t.Errorf("exit code %d, the file that stays was not found\n%s", o.code, o.all())
		}
		if strings.Contains(o.stdout, keytest.ID(2)) {
			t.Errorf("a link was followed out of the tree\n%s", o.stdout)
		}
	}
	cancel()
	told(t, "hides", "scans of a tree that changed while it was walked", runs)
	told(t, "hides", "swaps of a file for a pipe, a link, a directory or a longer file", <-done)
}

// swap puts something else in the place of a file, or of its directory.
func swap(dir, outside string, n int) {
	file := filepath.Join(dir, "f")
	switch n / 200 % 6 {
	case 0:
		os.Remove(file)
		syscall.Mkfifo(file, 0o600)
	case 1:
		os.Remove(file)
		os.Symlink(filepath.Join(outside, "secret"), file)
	case 2:
		os.RemoveAll(dir)
		os.Symlink(filepath.Join(outside, "d"), dir)
	case 3:
		os.Remove(dir)
		os.MkdirAll(file, 0o755)
	case 4:
		os.RemoveAll(file)
		os.WriteFile(file, []byte("words\n"), 0o644)
	case 5:
		if f, err := os.OpenFile(file, os.O_APPEND|os.O_WRONLY, 0); err == nil {
			f.WriteString(strings.Repeat("more words\n", 5000))
			f.Truncate(int64(n % 4096))
			f.Close()
		}
	}
}

// A file that grows without end is read to its size, and the scan ends.
func TestGrowsWithoutEnd(t *testing.T) {
	dir := t.TempDir()
	write(t, dir, map[string]string{"steady.env": string(secretText(1)), "log": "begin\n"})
	f, err := os.OpenFile(filepath.Join(dir, "log"), os.O_APPEND|os.O_WRONLY, 0)
	check(t, err)
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan struct{})
	go func() {
		defer close(done)
		for block := strings.Repeat("one line more\n", 5000); ctx.Err() == nil; time.Sleep(time.Millisecond) {
			calm()
			f.WriteString(block)
		}
	}()
	o := call{args: []string{"scan", dir}, limit: time.Minute}.run(t)
	cancel()
	<-done
	check(t, f.Close())
	if o.code != 1 || !strings.Contains(o.stdout, keytest.ID(1)) {
		t.Errorf("exit code %d\n%s", o.code, o.all())
	}
	told(t, "bounded", "seconds for a file that grows without end", o.took)
}
