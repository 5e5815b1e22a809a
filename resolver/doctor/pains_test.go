package doctor_test

import (
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/awscred/awscred/resolver/doctor"
)

// docs/pains.md names checks, reasons and flags; each of them exists, and what
// is not wholly answered says so.
func TestPains(t *testing.T) {
	page, err := os.ReadFile("../../docs/pains.md")
	if err != nil {
		t.Fatal(err)
	}
	sources, flags := text(t, ".."), text(t, "../../cmd/awscred")
	row := regexp.MustCompile(`^\| (A\d+) \| .*\]\(https://github\.com/[^)]+\)\) \| (yes|partly|no) \| (.*) \|$`)
	span := regexp.MustCompile("`([^`]+)`")
	want := 1
	for line := range strings.Lines(string(page)) {
		if !strings.HasPrefix(line, "| A") {
			continue
		}
		m := row.FindStringSubmatch(strings.TrimSpace(line))
		if m == nil || m[1] != fmt.Sprintf("A%d", want) {
			t.Errorf("row %d is not as the others: %s", want, line)
			continue
		}
		want++
		if (m[2] == "yes") == strings.Contains(m[3], "**Not answered yet**") {
			t.Errorf("%s is answered: %s, and it says %q", m[1], m[2], m[3])
		}
		for clause := range strings.SplitSeq(m[3], "; ") {
			kind, _, _ := strings.Cut(clause, " ")
			for _, s := range span.FindAllStringSubmatch(clause, -1) {
				name := s[1]
				switch {
				case strings.HasPrefix(name, "--"):
					if !strings.Contains(flags, fmt.Sprintf(`%q`, name[2:])) {
						t.Errorf("%s: there is no flag %s", m[1], name)
					}
				case kind == "reason":
					if !strings.Contains(sources, name) {
						t.Errorf("%s: nothing gives the reason %q", m[1], name)
					}
				case !slices.Contains(doctor.IDs(), name):
					t.Errorf("%s: no check is called %q", m[1], name)
				}
			}
		}
	}
	if want != 18 {
		t.Errorf("%d pains, not 17", want-1)
	}
}

// text is the source of the packages below a directory, without tests.
func text(t *testing.T, dir string) string {
	t.Helper()
	var b strings.Builder
	err := filepath.WalkDir(dir, func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || !strings.HasSuffix(name, ".go") || strings.HasSuffix(name, "_test.go") {
			return err
		}
		data, err := os.ReadFile(name)
		b.Write(data)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return b.String()
}
