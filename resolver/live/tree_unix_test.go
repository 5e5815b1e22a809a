//go:build unix

package live

import (
	"net"
	"os"
	"path/filepath"
	"syscall"
	"testing"
	"time"

	"github.com/awscred/awscred/resolver"
)

// What is no regular file is not opened, by whatever name it comes.
func TestTreeSpecialFiles(t *testing.T) {
	dir := t.TempDir()
	plant(t, dir, map[string]string{"etc/": "", "link": "-> /fifo", "stdin": "-> /proc/self/fd/0"})
	if err := syscall.Mkfifo(filepath.Join(dir, "fifo"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := syscall.Mkfifo(filepath.Join(dir, "etc/passwd"), 0o600); err != nil {
		t.Fatal(err)
	}
	l, err := net.Listen("unix", filepath.Join(dir, "socket"))
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	special := []string{"/fifo", "/link", "/socket"}
	if syscall.Mknod(filepath.Join(dir, "zero"), syscall.S_IFCHR|0o600, 1<<8|5) == nil { // as root, on Linux
		special = append(special, "/zero")
	}
	start := time.Now()
	tr := openTree(t, dir)
	for _, name := range special {
		if got, err := tr.ReadFile(name, 100); !matches(err, resolver.ErrNotRegular) {
			t.Errorf("ReadFile(%q) = %q, %v", name, got, err)
		}
		if _, err := tr.ReadDir(name); !matches(err, syscall.ENOTDIR) {
			t.Errorf("ReadDir(%q): %v", name, err)
		}
	}
	if got, err := tr.ReadFile("/stdin", 100); err == nil {
		t.Errorf("our own standard input: %q", got)
	}
	h, err := Rooted(dir, nil, RootedOptions{})
	if err != nil || h.Home != "/" {
		t.Errorf("a FIFO for the user database: %+v, %v", h, err)
	}
	if d := time.Since(start); d > 5*time.Second {
		t.Errorf("took %v", d)
	}
}

func TestTreePermission(t *testing.T) {
	if os.Geteuid() == 0 {
		t.Skip("root may read everything")
	}
	dir := t.TempDir()
	plant(t, dir, map[string]string{"closed/file": "x"})
	if err := os.Chmod(filepath.Join(dir, "closed"), 0); err != nil {
		t.Fatal(err)
	}
	defer os.Chmod(filepath.Join(dir, "closed"), 0o700)
	if _, err := openTree(t, dir).ReadFile("/closed/file", 100); !os.IsPermission(err) {
		t.Errorf("ReadFile: %v", err)
	}
}
