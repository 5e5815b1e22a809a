package live

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/awscred/awscred/resolver"
)

// plant makes files below a directory: a name and its content, or "-> target"
// for a symbolic link, or "" and a name that ends with a slash for a directory.
func plant(t testing.TB, dir string, files map[string]string) {
	t.Helper()
	for name, content := range files {
		at := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(at), 0o755); err != nil {
			t.Fatal(err)
		}
		var err error
		if target, ok := strings.CutPrefix(content, "-> "); ok {
			err = os.Symlink(target, at)
		} else if strings.HasSuffix(name, "/") {
			err = os.MkdirAll(at, 0o755)
		} else {
			err = os.WriteFile(at, []byte(content), 0o600)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
}

func openTree(t testing.TB, dir string) *tree {
	t.Helper()
	root, err := os.OpenRoot(dir)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { root.Close() })
	return &tree{root: root}
}

// A root beside files that must not be reached.
func hostileRoot(t testing.TB) (top string, tr *tree) {
	t.Helper()
	top = t.TempDir()
	long := strings.Repeat("x/", maxElements)
	files := map[string]string{
		"secret":                  "outside",
		"etc/secret":              "outside",
		"root/etc/passwd":         "inside",
		"root/plain":              "12345",
		"root/dir/file":           "in dir",
		"root/absolute":           "-> /plain",
		"root/absolute-deep":      "-> /dir/../etc/./passwd",
		"root/relative":           "-> dir/file",
		"root/dir/up":             "-> ../plain",
		"root/dir/home":           "-> /",
		"root/far-up":             "-> ../../../../../../../../etc/passwd",
		"root/beside":             "-> ../secret",
		"root/real":               "-> " + filepath.Join(top, "secret"),
		"root/dir/real-dir":       "-> " + top,
		"root/dangling":           "-> /nothing",
		"root/loop":               "-> loop",
		"root/loop-a":             "-> /loop-b",
		"root/loop-b":             "-> loop-a",
		"root/dir/down":           "-> down/down",
		"root/" + "name with\nnl": "odd",
		"root/long":               "-> " + long + "plain",
		"root/dot":                "-> .",
		"root/trailing":           "-> dir/",
		"root/chain0":             "-> plain",
	}
	for i := 1; i <= maxLinks; i++ {
		files[fmt.Sprintf("root/chain%d", i)] = fmt.Sprintf("-> /chain%d", i-1)
	}
	plant(t, top, files)
	return top, openTree(t, filepath.Join(top, "root"))
}

func TestTree(t *testing.T) {
	top, tr := hostileRoot(t)
	tests := []struct {
		path string
		want string
		err  error
	}{
		{"/plain", "12345", nil},
		{"//./plain", "12345", nil},
		{"/dir/file", "in dir", nil},
		{"/absolute", "12345", nil},
		{"/absolute-deep", "inside", nil},
		{"/relative", "in dir", nil},
		{"/dir/up", "12345", nil},
		{"/dir/home/dir/home/plain", "12345", nil},
		{"/far-up", "inside", nil},
		{"/trailing/file", "in dir", nil},
		{"/dot/dot/plain", "12345", nil},
		{"/name with\nnl", "odd", nil},
		{"/../../plain", "12345", nil},
		{"/dir/../../../plain", "12345", nil},
		{"/chain39", "12345", nil},
		{"/chain40", "", syscall.ELOOP},
		{"/beside", "", fs.ErrNotExist},
		{"/real", "", fs.ErrNotExist},
		{"/dir/real-dir/secret", "", fs.ErrNotExist},
		{"/../secret", "", fs.ErrNotExist},
		{"/dir/../../secret", "", fs.ErrNotExist},
		{filepath.Join(top, "secret"), "", fs.ErrNotExist},
		{"/dangling", "", fs.ErrNotExist},
		{"/loop", "", syscall.ELOOP},
		{"/loop/x", "", syscall.ELOOP},
		{"/loop-a", "", syscall.ELOOP},
		{"/dir/down", "", errAny},
		{"/plain/x", "", syscall.ENOTDIR},
		{"/plain/../plain", "", syscall.ENOTDIR},
		{"/dir", "", resolver.ErrNotRegular},
		{"/", "", resolver.ErrNotRegular},
		{"/..", "", resolver.ErrNotRegular},
		{"", "", fs.ErrInvalid},
		{"plain", "", fs.ErrInvalid},
		{"../secret", "", fs.ErrInvalid},
		{"/plain\x00", "", errAny},
		{"/" + strings.Repeat("n", 5000), "", errAny},
		{"/" + strings.Repeat("dot/", maxLinks+1) + "plain", "", syscall.ELOOP},
		{"/" + strings.Repeat("dir/../", maxElements) + "plain", "", syscall.ENAMETOOLONG},
		{"/long", "", fs.ErrNotExist},
	}
	for _, tt := range tests {
		got, err := tr.ReadFile(tt.path, 100)
		if string(got) != tt.want || !matches(err, tt.err) {
			t.Errorf("ReadFile(%.80q) = %q, %v, want %q, %v", tt.path, got, err, tt.want, tt.err)
		}
		if at := (*fs.PathError)(nil); err != nil && (!errors.As(err, &at) || at.Path != tt.path) {
			t.Errorf("ReadFile(%.80q): error %q does not name the file", tt.path, err)
		}
	}
	if _, err := tr.ReadFile("/absolute", 4); !errors.Is(err, resolver.ErrTooLarge) {
		t.Errorf("five bytes, four allowed: %v", err)
	}
}

func TestTreeStatReadDirReadlink(t *testing.T) {
	_, tr := hostileRoot(t)
	if info, err := tr.Stat("/absolute"); err != nil || info.Size != 5 || info.Mode.Perm() != 0o600 || info.UID != os.Getuid() || time.Since(info.ModTime) > time.Hour {
		t.Errorf("Stat = %+v, %v", info, err)
	}
	if info, err := tr.Stat("/dir/home"); err != nil || !info.Mode.IsDir() {
		t.Errorf("Stat of the root = %+v, %v", info, err)
	}
	if _, err := tr.Stat("/dangling"); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("Stat of a dangling link: %v", err)
	}
	want := []string{"down", "file", "home", "real-dir", "up"}
	if names, err := tr.ReadDir("/trailing"); err != nil || !slices.Equal(names, want) {
		t.Errorf("ReadDir = %q, %v, want %q", names, err, want)
	}
	if _, err := tr.ReadDir("/plain"); !errors.Is(err, syscall.ENOTDIR) {
		t.Errorf("ReadDir of a file: %v", err)
	}
	if _, err := tr.ReadDir("/dir/real-dir"); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("ReadDir outside: %v", err)
	}
	for path, want := range map[string]string{"/dir/up": "../plain", "/loop": "loop", "/trailing/home": "/"} {
		if got, err := tr.Readlink(path); err != nil || got != want {
			t.Errorf("Readlink(%q) = %q, %v, want %q", path, got, err, want)
		}
	}
	for _, path := range []string{"/plain", "/dir", "/nothing", "/"} {
		if got, err := tr.Readlink(path); err == nil {
			t.Errorf("Readlink(%q) = %q", path, got)
		}
	}
}

// While a directory and a link that leads out of the root change places, either
// the file inside is read or nothing.
func TestTreeRace(t *testing.T) {
	top, tr := hostileRoot(t)
	plant(t, top, map[string]string{"target/file": "outside", "root/swap/file": "in swap"})
	swap, aside := filepath.Join(top, "root/swap"), filepath.Join(top, "root/aside")
	if err := os.Symlink("../target", filepath.Join(top, "root/link")); err != nil {
		t.Fatal(err)
	}
	stop, done := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(done)
		for {
			select {
			case <-stop:
				return
			default:
			}
			os.Rename(swap, aside)
			os.Rename(filepath.Join(top, "root/link"), swap)
			os.Rename(swap, filepath.Join(top, "root/link"))
			os.Rename(aside, swap)
		}
	}()
	defer func() {
		close(stop)
		<-done
	}()
	inside, failed := 0, 0
	for deadline := time.Now().Add(5 * time.Second); time.Now().Before(deadline) && (inside < 5000 || failed < 5000); {
		switch got, err := tr.ReadFile("/swap/file", 100); {
		case err != nil:
			failed++
		case string(got) == "in swap":
			inside++
		default:
			t.Fatalf("read %q", got)
		}
	}
	if inside == 0 || failed == 0 {
		t.Errorf("the race was not run: read %d times, failed %d times", inside, failed)
	}
}

func TestSplitWindows(t *testing.T) {
	tests := []struct {
		path     string
		want     string // elements joined, "!" for none
		absolute bool
	}{
		{`C:\Users\me\.aws\config`, "Users|me|.aws|config", true},
		{`c:/Users//me/./x`, "Users|me|x", true},
		{`\Users\me`, "Users|me", true},
		{`/Users/me`, "Users|me", true},
		{`Users\me`, "Users|me", false},
		{`..\x`, "..|x", false},
		{`C:\a\..\..\b`, "a|..|..|b", true},
		{`C:`, "", true},
		{`\\?\C:\Users`, "Users", true},
		{`C:\dots...\spaces  \x. .`, "dots|spaces|x", true},
		{`D:\Users`, "!", false},
		{`\\server\share\x`, "!", false},
		{`//server/share`, "!", false},
		{`\\?\UNC\server\share`, "!", false},
		{`\\?\GLOBALROOT`, "!", false},
		{`\\.\C:\x`, "!", false},
		{`C:\x:stream`, "!", false},
		{`C:\...\x`, "!", false},
	}
	for _, tt := range tests {
		elements, absolute, err := splitWindows(tt.path, "C:")
		got := strings.Join(elements, "|")
		if err != nil {
			got = "!"
		}
		if got != tt.want || absolute != tt.absolute || err != nil && !errors.Is(err, fs.ErrNotExist) {
			t.Errorf("splitWindows(%q) = %q, %v, %v, want %q, %v", tt.path, elements, absolute, err, tt.want, tt.absolute)
		}
	}
}

func FuzzTree(f *testing.F) {
	for _, seed := range []string{"/plain", "/../secret", "/loop/..", "/dir/home/..", `C:\ROOT\..\Plain`, `\\?\c:\x:y`} {
		f.Add(seed, false)
		f.Add(seed, true)
	}
	_, planted := hostileRoot(f)
	f.Fuzz(func(t *testing.T, name string, windows bool) {
		tr := &tree{root: planted.root, windows: windows, drive: "C:"}
		if got, err := tr.ReadFile(name, 100); err == nil && string(got) == "outside" {
			t.Errorf("%q leads out", name)
		}
	})
}
