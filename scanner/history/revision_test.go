package history

import (
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// A revision names the commit that it names to git.
func TestRevisions(t *testing.T) {
	dir := large(t, 500, 3, 2)
	git := func(args ...string) (string, error) {
		cmd := exec.Command("git", append([]string{"-C", dir}, args...)...)
		cmd.Env = append(os.Environ(), "GIT_CONFIG_GLOBAL="+os.DevNull, "GIT_CONFIG_NOSYSTEM=1", "LC_ALL=C",
			"GIT_AUTHOR_NAME=A", "GIT_AUTHOR_EMAIL=a@example.com", "GIT_COMMITTER_NAME=A", "GIT_COMMITTER_EMAIL=a@example.com",
			"GIT_AUTHOR_DATE=1700001000 +0000", "GIT_COMMITTER_DATE=1700001000 +0000")
		out, err := cmd.Output()
		return strings.TrimSpace(string(out)), err
	}
	for _, args := range [][]string{
		{"stash", "-q"}, {"reset", "-q", "--hard", "HEAD~3"}, {"commit", "-q", "--allow-empty", "-m", "side"},
		{"merge", "-q", "--no-ff", "-m", "merge", "refs/pull/1/head"}, {"tag", "-a", "-m", "one", "v1"}, {"tag", "-a", "-m", "tag of a tag", "v1-again", "v1"},
		{"branch", "v1", "HEAD~7"}, {"branch", "feature/x", "HEAD~2"}, {"update-ref", "refs/remotes/origin/main", "HEAD~4"},
		{"symbolic-ref", "refs/remotes/origin/HEAD", "refs/remotes/origin/main"}, {"config", "remote.origin.url", "elsewhere"},
		{"config", "remote.origin.fetch", "+refs/heads/*:refs/remotes/origin/*"}, {"config", "branch.main.remote", "origin"}, {"config", "branch.main.merge", "refs/heads/main"},
		{"config", "branch.feature/x.remote", "."}, {"config", "branch.feature/x.merge", "refs/heads/main"},
	} {
		if _, err := git(args...); err != nil {
			t.Fatalf("git %v: %v", args, err)
		}
	}
	names := []string{"HEAD", "@", "main", "heads/main", "refs/heads/main", "v1", "tags/v1", "refs/tags/v1", "heads/v1", "v1-again", "v1^{}", "v1^{commit}", "v1^0",
		"feature/x", "refs/pull/1/head", "pull/0/head", "origin", "origin/main", "remotes/origin/main", "ORIG_HEAD",
		"HEAD~3", "HEAD~", "HEAD^", "HEAD^2", "HEAD^1", "HEAD^2~3", "HEAD~1^1~2", "@~2", "v1~2", "v1^{}~2", "HEAD^3", "HEAD~9999", "HEAD^2^2",
		"stash", "stash@{0}", "refs/stash", "stash@{1}", "stash^2", "main@{1}", "main@{0}", "HEAD@{2}", "@{1}", "@{99}", "main@{u}", "@{upstream}", "feature/x@{u}", "v1@{u}",
		"nothing", "HEAD:d1/f1", ":/merge", "HEAD^{tree}", "HEAD^{/merge}", "HEAD^x", "HEAD~x", "@{", "v1-3-gzzzz", "zzz", "", "~1", "^1"}
	all, err := git("rev-list", "--all")
	if err != nil {
		t.Fatal(err)
	}
	short := map[string]int{}
	for _, id := range strings.Fields(all) {
		short[id[:4]]++
		names = append(names, id, id[:4], id[:7], "v9-12-g"+id[:12], strings.ToUpper(id))
	}
	r, err := Open(dir, Options{Scope: RangeOnly, Range: "HEAD~1..HEAD"})
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	clashes := 0
	for _, name := range names {
		want, wrong := git("rev-parse", "--verify", "--quiet", "--end-of-options", name+"^{commit}")
		if strings.ContainsAny(name, "/:") && (strings.Contains(name, ":") || strings.Contains(name, "{/")) || name == "HEAD^{tree}" {
			want, wrong = "", errors.New("a search, a file or a tree: not for us")
		}
		got, err := r.resolveRevision(name)
		switch {
		case (err != nil) != (wrong != nil):
			t.Errorf("%q: got %s, %v; git has %q, %v", name, got, err, want, wrong)
		case err == nil && got.String() != want:
			t.Errorf("%q: got %s, want %s", name, got, want)
		case err != nil && short[name] > 1:
			var e *RevisionError
			if clashes++; !errors.As(err, &e) || len(e.Hints) != short[name] || !strings.HasPrefix(e.Hints[0], name) {
				t.Errorf("%q: %v, %+v", name, err, e)
			}
		}
	}
	if clashes == 0 {
		t.Error("no two ids began alike")
	}
}

// What is not here is told from what is badly named.
func TestMissingRevisions(t *testing.T) {
	dir := large(t, 6, 3, 2)
	shallow := filepath.Join(t.TempDir(), "shallow")
	if out, err := exec.Command("git", "clone", "-q", "--depth", "2", "file://"+filepath.ToSlash(dir), shallow).CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	r, err := Open(shallow, Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	zeros := strings.Repeat("0", 40)
	for name, want := range map[string]error{
		"HEAD~1": nil, "HEAD~2": errNotHere, "HEAD~5": errNotHere, "HEAD^^": errNotHere,
		zeros: errNull, zeros[:7]: errNull, "1" + zeros[1:]: errNotHere, "1234567": errNotHere,
	} {
		if _, err := r.resolveRevision(name); !errors.Is(err, want) {
			t.Errorf("%s: %v, want %v", name, err, want)
		}
	}
}
