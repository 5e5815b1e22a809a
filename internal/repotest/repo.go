package repotest

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/txtar"

	"github.com/awscred/awscred/internal/keytest"
)

// ErrNoGit is returned where there is no git to build a repository with.
var ErrNoGit = errors.New("git is not installed")

// start is when the first command of every script runs.
func start() time.Time { return time.Date(2024, 1, 1, 0, 0, 0, 0, time.UTC) }

// A Repo is a repository that was built for a test.
type Repo struct {
	// Dir is the work tree; its .git is a directory.
	Dir string
	// Commits are the ids of all objects that the script named: commits,
	// annotated tags and others, in hex.
	Commits map[string]string
	// Dirs are the other directories that the script made: linked work trees,
	// clones, and "origin". All of them lie in Dir + ".d".
	Dirs map[string]string
	// Wants is what a scanner must find, in the order of want.txt.
	Wants []Want

	env []string
	tb  testing.TB
}

// Build makes the repository of a script, which is the text of a case or, if it
// is one line that ends in .txtar, the path of one. It fails the test if that
// cannot be done, and skips it if git is not installed. The repository is
// removed when the test ends.
func Build(t testing.TB, script string) *Repo {
	t.Helper()
	text := []byte(script)
	if strings.HasSuffix(script, ".txtar") && !strings.Contains(script, "\n") {
		var err error
		if text, err = os.ReadFile(script); err != nil {
			t.Fatal(err)
		}
	}
	base, err := filepath.EvalSymlinks(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	repo, err := build(filepath.Join(base, "repo"), text)
	if errors.Is(err, ErrNoGit) {
		t.Skip("git is not installed: this test builds a real repository with it")
	}
	if err != nil {
		t.Fatal(err)
	}
	repo.tb = t
	return repo
}

// BuildIn makes the repository of a script in dir, which must not exist or be
// empty. The error wraps ErrNoGit if git is not installed.
func BuildIn(dir string, script []byte) error {
	dir, err := filepath.Abs(dir)
	if err != nil {
		return fmt.Errorf("building a repository: %w", err)
	}
	_, err = build(dir, script)
	return err
}

func build(dir string, script []byte) (*Repo, error) {
	if _, err := exec.LookPath("git"); err != nil {
		return nil, fmt.Errorf("building a repository: %w", ErrNoGit)
	}
	archive := txtar.Parse(script)
	b := &builder{
		dir: dir, extra: dir + ".d", now: start(),
		files: make(map[string]*file), commits: make(map[string]string), dirs: make(map[string]string),
	}
	var wants []Want
	for _, f := range archive.Files {
		name, err := keytest.ExpandString(f.Name)
		if err != nil {
			return nil, fmt.Errorf("reading the name of a file: %w", err)
		}
		data, err := keytest.Expand(f.Data)
		if err != nil {
			return nil, fmt.Errorf("reading file %q: %w", f.Name, err)
		}
		if name == "want.txt" {
			if wants, err = ParseWants(data); err != nil {
				return nil, err
			}
			continue
		}
		if b.files[name] != nil {
			return nil, fmt.Errorf("file %q stands there twice", f.Name)
		}
		b.files[name] = &file{data: data}
	}
	if err := b.runScript(string(archive.Comment)); err != nil {
		return nil, err
	}
	return &Repo{Dir: dir, Commits: b.commits, Dirs: b.dirs, Wants: wants, env: environment(b.extra, b.now)}, nil
}

// Git runs git in the repository and returns its standard output without the
// line break at its end. It fails the test if git fails.
func (r *Repo) Git(args ...string) string {
	r.tb.Helper()
	out, err := r.TryGit(args...)
	if err != nil {
		r.tb.Fatal(err)
	}
	return out
}

// TryGit is Git for a command that may fail.
func (r *Repo) TryGit(args ...string) (string, error) {
	return git(r.Dir, r.env, nil, nil, args...)
}

// Rev returns the id of an object that the script named, or else of anything
// that git rev-parse knows. It fails the test if there is none.
func (r *Repo) Rev(name string) string {
	r.tb.Helper()
	if id, ok := r.Commits[name]; ok {
		return id
	}
	return r.Git("rev-parse", "--verify", "--end-of-options", name)
}
