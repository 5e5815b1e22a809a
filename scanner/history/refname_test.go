package history

import (
	"os/exec"
	"strings"
	"testing"
)

// Names are judged as git judges them.
func TestIsRefName(t *testing.T) {
	git, err := exec.LookPath("git")
	if err != nil {
		t.Skip("git is not installed")
	}
	good := 0
	for _, tail := range []string{"main", "a/b", "a-b_c+d", "\xc3\xa9", "\xff", "v1.0", "@", "a@b", "a=b", "a..b", "a@{b", "a b", "a~", "a^", "a:b", "a?", "a*", "a[", `a\`, "a\x1e", "a\n",
		"a\x7f", ".a", "a.", "a.lock", "a.lock/b", "a/.b", "/a", "a//b", "a/", "", "-a", "a.b.c", "lock"} {
		name := "refs/heads/" + tail
		want := exec.Command(git, "check-ref-format", name).Run() == nil
		if isRefName(name) != want {
			t.Errorf("%q: git says %v", name, want)
		}
		if want {
			good++
		}
	}
	if good < 8 || isRefName("@") || isRefName("") || !isRefName("HEAD") || !isRefName(strings.Repeat("a", 5000)) {
		t.Errorf("%d good names", good)
	}
}
