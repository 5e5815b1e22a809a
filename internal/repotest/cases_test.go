package repotest_test

import (
	"bytes"
	"compress/gzip"
	"encoding/base64"
	"encoding/hex"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/awscred/awscred/internal/repotest"
)

const cases = "../../testdata/repos"

// Every case builds, is sound to git, and is true: what want.txt says stands
// where it says, as far as git can tell.
func TestCases(t *testing.T) {
	paths, err := filepath.Glob(filepath.Join(cases, "*.txtar"))
	if err != nil {
		t.Fatal(err)
	}
	if len(paths) < 25 {
		t.Fatalf("%d cases in %s", len(paths), cases)
	}
	for _, path := range paths {
		t.Run(strings.TrimSuffix(filepath.Base(path), ".txtar"), func(t *testing.T) {
			t.Parallel()
			text, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			if !bytes.Contains(text, []byte("\n-- want.txt --\n")) || !bytes.HasPrefix(text, []byte("# ")) {
				t.Error("a case begins with a comment and has a want.txt")
			}
			repo := repotest.Build(t, path)
			repo.Git("fsck", "--full", "--strict", "--no-dangling")
			for _, want := range repo.Wants {
				checkWant(t, repo, want)
			}
		})
	}
}

// checker looks for one want in one repository.
type checker struct {
	t    *testing.T
	repo *repotest.Repo
	want repotest.Want
	dir  string
}

func checkWant(t *testing.T, repo *repotest.Repo, want repotest.Want) {
	t.Helper()
	c := checker{t: t, repo: repo, want: want, dir: repo.Dir}
	if want.Dir != "" {
		if c.dir = repo.Dirs[want.Dir]; c.dir == "" {
			t.Errorf("%s: there is no directory of that name", want)
			return
		}
	}
	if again, err := repotest.ParseWants([]byte(want.String())); err != nil || len(again) != 1 || again[0] != want {
		t.Errorf("%s is read as %v, %v", want, again, err)
	}
	if want.Commit != "" && repo.Commits[want.Commit] == "" {
		t.Errorf("%s: nothing is called %s", want, want.Commit)
		return
	}
	switch want.Place {
	case "history", "stash", "reflog", "unreachable":
		c.objects()
	case "index":
		c.holds(c.git("show", ":"+want.Path))
	default:
		c.files()
	}
}

// git reads objects as they are, whatever replaces them.
func (c checker) git(args ...string) string {
	c.t.Helper()
	return c.repo.Git(append([]string{"--no-replace-objects", "-C", c.dir}, args...)...)
}

// objects checks what is in the object store or is the name of something.
func (c checker) objects() {
	c.t.Helper()
	switch want := c.want; {
	case want.Field == "reflog":
		c.files()
	case want.Field == "ref":
		c.git("rev-parse", "--verify", want.Ref)
		c.holds(want.Ref)
	case want.Field == "name":
		c.git("rev-parse", "--verify", c.id()+":"+want.Path)
		c.holds(want.Path)
	case want.Field == "message", want.Field == "header":
		c.holds(c.git("cat-file", "-p", c.id()))
	case want.Commit != "" && want.Path == "":
		c.holds(c.git("grep", "-h", "", c.id()))
	case want.Commit != "":
		c.content()
	case want.Place == "history" && want.Path != "": // below a tree that a ref names
		c.holds(c.git("cat-file", "-p", want.Ref+"^{tree}:"+want.Path))
	case want.Place == "history":
		c.holds(c.git("cat-file", "-p", want.Ref+"^{}"))
	default:
		c.unnamed()
	}
	if c.want.Commit != "" {
		c.reached()
	}
}

func (c checker) id() string {
	if c.want.Ref != "" {
		return c.want.Ref
	}
	return c.repo.Commits[c.want.Commit]
}

// content checks that the commit is the first that has the blob at the path.
func (c checker) content() {
	c.t.Helper()
	blob := c.git("rev-parse", "--verify", c.id()+":"+c.want.Path)
	c.holds(c.git("cat-file", "blob", blob))
	for _, parent := range strings.Fields(c.git("log", "-1", "--format=%P", c.id())) {
		if before, err := c.repo.TryGit("--no-replace-objects", "-C", c.dir, "rev-parse", parent+":"+c.want.Path); err == nil && before == blob {
			c.t.Errorf("%s: a parent has it too", c.want)
		}
	}
}

// unnamed checks that a blob without a name exists.
func (c checker) unnamed() {
	c.t.Helper()
	all := c.git("cat-file", "--batch-all-objects", "--batch", "--buffer")
	c.holds(all)
	if reached := c.git("rev-list", "--objects", "--all", "--reflog"); strings.Contains(reached, c.want.ID()) {
		c.t.Errorf("%s: it is reached", c.want)
	}
}

// reached checks the place of the commit.
func (c checker) reached() {
	c.t.Helper()
	refs := []string{"rev-list", "--exclude=refs/stash", "--all", "HEAD"}
	for _, line := range strings.Split(c.git("worktree", "list", "--porcelain"), "\n") {
		if head, ok := strings.CutPrefix(line, "HEAD "); ok && strings.Trim(head, "0") != "" {
			refs = append(refs, head)
		}
	}
	fromRefs := slices.Contains(strings.Fields(c.git(refs...)), c.id())
	fromLogs := slices.Contains(strings.Fields(c.git("rev-list", "--all", "--reflog")), c.id())
	place := "unreachable"
	switch {
	case fromRefs:
		place = "history"
	case slices.Contains(c.stashes(), c.id()):
		place = "stash"
	case fromLogs:
		place = "reflog"
	}
	if place != c.want.Place {
		c.t.Errorf("%s: the commit's place is %s", c.want, place)
	}
}

// stashes are the commits that the stash's reflog names, and those that hold
// their index and their untracked files.
func (c checker) stashes() []string {
	c.t.Helper()
	if _, err := c.repo.TryGit("-C", c.dir, "rev-parse", "--verify", "refs/stash"); err != nil {
		return nil
	}
	var ids []string
	for _, line := range strings.Split(c.git("log", "--walk-reflogs", "--format=%H %P", "refs/stash", "--"), "\n") {
		commit := strings.Fields(line)
		ids = append(ids, commit[0])
		ids = append(ids, commit[2:]...) // the first parent is where HEAD was
	}
	return ids
}

// files checks what is a file of the work tree or of the git directory.
func (c checker) files() {
	c.t.Helper()
	data, err := os.ReadFile(filepath.Join(c.dir, filepath.FromSlash(c.want.Path)))
	if err != nil {
		c.t.Errorf("%s: %v", c.want, err)
		return
	}
	c.holds(string(data))
	status := ""
	if !strings.HasPrefix(c.want.Path, ".git/") {
		status = c.git("status", "--porcelain", "--ignored", "--untracked-files=all", "--", c.want.Path)
	}
	marks := map[string]string{"worktree": " M ", "untracked": "?? ", "ignored": "!! ", "lfs": "", "git-dir": "", "reflog": ""}
	mark, ok := marks[c.want.Place]
	if !ok || !strings.HasPrefix(status, mark) {
		c.t.Errorf("%s: git says %q", c.want, status)
	}
}

// holds checks that text holds the key. Of what is packed or encoded it can
// only be said that it is not plain text.
func (c checker) holds(text string) {
	c.t.Helper()
	if strings.ContainsAny(text, "\x00\x01\x02\x03\x04\x08") && c.want.Place == "history" && c.want.Field == "content" {
		return
	}
	if c.want.Decoded != "" {
		text = plain(c.t, text, strings.Split(c.want.Decoded, ","))
	}
	for _, part := range c.want.Texts() {
		if !strings.Contains(text, part) {
			c.t.Errorf("%s: a part of the key is not there", c.want)
		}
	}
}

// plain takes encodings off a text, the outermost first.
func plain(t *testing.T, text string, encodings []string) string {
	t.Helper()
	escapes := func(pattern string, base int) string {
		return regexp.MustCompile(pattern).ReplaceAllStringFunc(text, func(found string) string {
			digits := strings.Trim(found, `%\u&#;`)
			n, err := strconv.ParseUint(digits, base, 8)
			if err != nil {
				t.Fatal(err)
			}
			return string(rune(n))
		})
	}
	for _, e := range encodings {
		switch e {
		case "base64":
			text = regexp.MustCompile(`[A-Za-z0-9+/=]{24,}`).ReplaceAllStringFunc(text, func(run string) string {
				b, err := base64.StdEncoding.DecodeString(run)
				if err != nil {
					return run // a name, as AWS_SECRET_ACCESS_KEY
				}
				return string(b)
			})
		case "hex":
			b, err := hex.DecodeString(strings.TrimSpace(text))
			if err != nil {
				t.Fatal(err)
			}
			text = string(b)
		case "percent":
			text = escapes(`%[0-9A-F]{2}`, 16)
		case "unicode":
			text = escapes(`\\u[0-9a-f]{4}`, 16)
		case "html":
			text = escapes(`&#[0-9]+;`, 10)
		case "concatenation":
			text = strings.ReplaceAll(text, `" + "`, "")
		case "gzip":
			r, err := gzip.NewReader(strings.NewReader(text))
			if err != nil {
				t.Fatal(err)
			}
			b, err := io.ReadAll(r)
			if err != nil {
				t.Fatal(err)
			}
			text = string(b)
		default:
			t.Fatalf("unknown encoding %q", e)
		}
	}
	return text
}
