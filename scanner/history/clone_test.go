package history

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/http/cgi"
	"net/http/httptest"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/awscred/awscred/internal/redact"
	"github.com/awscred/awscred/scanner"
)

// gitServer serves the repositories below a directory as git does.
func gitServer(t *testing.T, dir string) http.Handler {
	t.Helper()
	git, err := exec.LookPath("git")
	if err != nil {
		t.Skip("there is no git")
	}
	out, err := exec.Command(git, "--exec-path").Output()
	if err != nil {
		t.Fatal(err)
	}
	backend := filepath.Join(strings.TrimSpace(string(out)), "git-http-backend")
	if _, err := os.Stat(backend); err != nil {
		t.Skip("there is no git-http-backend")
	}
	return &cgi.Handler{Path: backend, Env: []string{"GIT_PROJECT_ROOT=" + dir, "GIT_HTTP_EXPORT_ALL=1", "HOME=" + dir}, Stderr: io.Discard}
}

// served makes a repository with a branch, a tag, and a ref elsewhere, and an
// empty one.
func served(t *testing.T, more ...string) string {
	t.Helper()
	dir := t.TempDir()
	run := func(args ...string) {
		t.Helper()
		c := exec.Command("git", args...)
		c.Dir = dir
		c.Env = append(os.Environ(), "GIT_CONFIG_GLOBAL=/dev/null", "GIT_CONFIG_SYSTEM=/dev/null",
			"GIT_AUTHOR_NAME=Ann", "GIT_AUTHOR_EMAIL=ann@example.com", "GIT_COMMITTER_NAME=Ann", "GIT_COMMITTER_EMAIL=ann@example.com")
		if out, err := c.CombinedOutput(); err != nil {
			t.Fatalf("git %v: %v\n%s", args, err, out)
		}
	}
	if _, err := exec.LookPath("git"); err != nil {
		t.Skip("there is no git")
	}
	run(append([]string{"init", "-q", "-b", "trunk", "work"}, more...)...)
	for _, name := range []string{"Home.md", "Old.md", "Draft.md"} {
		if err := os.WriteFile(filepath.Join(dir, "work", name), []byte("the page "+name+"\n"), 0o600); err != nil {
			t.Fatal(err)
		}
		run("-C", "work", "add", name)
		run("-C", "work", "commit", "-q", "-m", name)
	}
	run("-C", "work", "update-ref", "refs/drafts/one", "HEAD")
	run("-C", "work", "reset", "-q", "--hard", "HEAD^")
	run("-C", "work", "tag", "-a", "-m", "first", "v1")
	run("-C", "work", "rm", "-q", "Old.md")
	run("-C", "work", "commit", "-q", "-m", "gone")
	run("clone", "-q", "--mirror", "work", "x.wiki.git")
	run("-C", "x.wiki.git", "bundle", "create", "-q", "../all.bundle", "--all")
	run("init", "-q", "--bare", "empty.git")
	return dir
}

// contents are the texts of a source.
func contents(t *testing.T, src scanner.Source) []string {
	t.Helper()
	var mu sync.Mutex
	var list []string
	err := src.Sweep(context.Background(), func(b *scanner.Blob) scanner.Candidates {
		mu.Lock()
		defer mu.Unlock()
		list = append(list, string(b.Field)+": "+string(b.Data))
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	slices.Sort(list)
	return list
}

// A clone has what the repository has, by the same ids, and leaves nothing on
// the disk.
func TestClone(t *testing.T) {
	for _, format := range []string{"sha1", "sha256"} {
		t.Run(format, func(t *testing.T) {
			dir := served(t, "--object-format="+format)
			s := httptest.NewServer(gitServer(t, dir))
			defer s.Close()
			t.Setenv("TMPDIR", t.TempDir())
			c, err := OpenClone(context.Background(), s.URL+"/x.wiki.git", CloneOptions{Name: "the wiki"})
			if err != nil {
				t.Fatal(err)
			}
			info, err := os.Stat(c.dir)
			if err != nil || info.Mode().Perm() != 0o700 {
				t.Errorf("the directory: %v, %v", info.Mode(), err)
			}
			got := contents(t, c)
			if n := len(c.Coverage().Lost); n > 0 {
				t.Errorf("lost: %v", c.Coverage().Lost)
			}
			local, err := OpenBundle(filepath.Join(dir, "all.bundle"), Options{}) // made by git
			if err != nil {
				t.Fatal(err)
			}
			defer local.Close()
			if want := contents(t, local); !slices.Equal(got, want) || len(got) < 15 {
				t.Errorf("got %d texts, want %d:\n%.2000q\n%.2000q", len(got), len(want), got, want)
			}
			now, err := c.HeadFiles()
			if err != nil || len(now) != 1 || now["Home.md"] == "" {
				t.Errorf("HEAD has %v, %v", now, err)
			}
			if c.Target().Name != "the wiki" || c.refs.headRef != "refs/heads/trunk" {
				t.Errorf("named %q, HEAD is %q", c.Target().Name, c.refs.headRef)
			}
			if err := c.Close(); err != nil {
				t.Error(err)
			}
			if _, err := os.Stat(c.dir); !os.IsNotExist(err) {
				t.Errorf("the clone is still there: %v", err)
			}
		})
	}
}

// A password goes only to who asks for one.
func TestCloneLogsIn(t *testing.T) {
	git := gitServer(t, served(t))
	var seen []string
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		user, password, ok := r.BasicAuth()
		seen = append(seen, user)
		if !ok || password != "sesame" {
			w.WriteHeader(http.StatusUnauthorized)
			return
		}
		git.ServeHTTP(w, r)
	}))
	defer s.Close()
	login := func(context.Context) (string, redact.Secret, bool) { return "ann", redact.New("sesame"), true }
	c, err := OpenClone(context.Background(), s.URL+"/x.wiki.git", CloneOptions{Login: login})
	if err != nil {
		t.Fatal(err)
	}
	c.Close()
	if !slices.Equal(seen, []string{"", "ann", "ann"}) {
		t.Errorf("logged in as %q", seen)
	}
	with := strings.Replace(s.URL, "://", "://ann:wrong@", 1) + "/x.wiki.git"
	if _, err = OpenClone(context.Background(), with, CloneOptions{}); !errors.Is(err, ErrDenied) || strings.Contains(err.Error(), "wrong") {
		t.Errorf("with a wrong password: %v", err)
	}
}

// Why there is nothing to clone is told apart, and nothing of it stays on the disk.
func TestCloneErrors(t *testing.T) {
	git := gitServer(t, served(t))
	other := httptest.NewServer(git)
	defer other.Close()
	mux := http.NewServeMux()
	mux.Handle("/", git)
	mux.HandleFunc("/moved.git/", func(w http.ResponseWriter, r *http.Request) {
		http.Redirect(w, r, strings.Replace(r.URL.String(), "/moved.git/", "/x.wiki.git/", 1), http.StatusMovedPermanently)
	})
	mux.HandleFunc("/elsewhere.git/", func(w http.ResponseWriter, r *http.Request) {
		http.Redirect(w, r, other.URL+"/x.wiki.git/info/refs?service=git-upload-pack", http.StatusFound)
	})
	mux.HandleFunc("/page.git/", func(w http.ResponseWriter, _ *http.Request) { io.WriteString(w, "<html>sign in</html>") })
	mux.HandleFunc("/broken.git/", func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusBadGateway) })
	mux.HandleFunc("/silent.git/", func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() })
	mux.HandleFunc("/denied.git/", func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusForbidden) })
	packet := func(answer string) http.HandlerFunc {
		return func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", "application/x-git-upload-pack-advertisement")
			io.WriteString(w, answer)
		}
	}
	mux.HandleFunc("/short.git/", packet("001e# service=git-upload-pack\n00000100"))
	mux.HandleFunc("/bad.git/", packet("001e# service=git-upload-pack\n0000zzzz"))
	mux.HandleFunc("/refused.git/", packet("001e# service=git-upload-pack\n00000010ERR secret!!"))
	s := httptest.NewServer(mux)
	defer s.Close()
	tmp := t.TempDir()
	t.Setenv("TMPDIR", tmp)
	for path, want := range map[string]any{
		"/x.wiki.git": nil, "/moved.git": nil, "/nothing.git": ErrNoRemote, "/empty.git": ErrEmptyRemote, "/denied.git": ErrDenied,
		"/elsewhere.git": errElsewhere, "/page.git": "does not speak git's smart protocol", "/broken.git": "status 502", "/silent.git": errSilent,
		"/short.git": errPackets, "/bad.git": errPackets, "/refused.git": "the server refuses",
	} {
		c, err := OpenClone(context.Background(), s.URL+path, CloneOptions{Stall: 300 * time.Millisecond})
		switch want := want.(type) {
		case nil:
			if err != nil {
				t.Errorf("%s: %v", path, err)
				continue
			}
			c.Close()
		case error:
			if !errors.Is(err, want) {
				t.Errorf("%s: %v, want %v", path, err, want)
			}
		case string:
			if err == nil || !strings.Contains(err.Error(), want) || strings.Contains(err.Error(), "secret") {
				t.Errorf("%s: %v, want %v", path, err, want)
			}
		}
	}
	for remote, want := range map[string]error{
		"http://example.com/x.git": ErrPlain, "git://127.0.0.1/x.git": ErrPlain,
	} {
		if _, err := OpenClone(context.Background(), remote, CloneOptions{}); !errors.Is(err, want) {
			t.Errorf("%s: %v, want %v", remote, err, want)
		}
	}
	if left, err := os.ReadDir(tmp); err != nil || len(left) > 0 {
		t.Errorf("left on the disk: %v, %v", left, err)
	}
}

// Whoever stops the scan stops the clone.
func TestCloneStops(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	s := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		cancel()
		<-r.Context().Done()
	}))
	defer s.Close()
	var u *url.Error
	if _, err := OpenClone(ctx, s.URL+"/x.git", CloneOptions{}); !errors.Is(err, context.Canceled) || errors.As(err, &u) {
		t.Errorf("got %v", err)
	}
}
