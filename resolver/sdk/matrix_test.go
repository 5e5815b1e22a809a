package sdk_test

import (
	"bufio"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/awscred/awscred/resolver"
	"github.com/awscred/awscred/resolver/chaintest"
	"github.com/awscred/awscred/resolver/live"
	"github.com/awscred/awscred/resolver/sdk"
)

const (
	matrixDir  = "../../testdata/matrix"
	matrixRows = 28
)

// matrixColumns are the SDKs of which each row of the matrix says something.
func matrixColumns() []string {
	return strings.Fields("java-v2 java-v1 kotlin dotnet-v4 dotnet-v3 php ruby cpp swift crt")
}

// TestMatrix compares what comes of carrying the plans out with what the sources
// of the SDKs say, row by row. Cells that nobody can fill are skipped by name.
func TestMatrix(t *testing.T) {
	cases, err := chaintest.LoadDir(matrixDir)
	if err != nil {
		t.Fatal(err)
	}
	open := openCells(t)
	filled := map[string]bool{}
	for _, c := range cases {
		var row int
		if _, err := fmt.Sscanf(c.Title, "row %d: ", &row); err != nil || !strings.HasPrefix(c.Name, fmt.Sprintf("%02d-", row)) {
			t.Errorf("%s: title %q does not name the row", c.Name, c.Title)
		}
		for _, w := range c.Wants {
			filled[cell(row, w.SDK)] = true
			t.Run(c.Name+"/"+w.SDK, func(t *testing.T) { checkMatrix(t, c, w) })
		}
	}
	for row := 1; row <= matrixRows; row++ {
		for _, column := range matrixColumns() {
			name := cell(row, column)
			why, listed := open[name]
			delete(open, name)
			switch {
			case listed && filled[name]:
				t.Errorf("%s is filled and listed as open", name)
			case listed:
				t.Run("open/"+name, func(t *testing.T) { t.Skip(why) })
			case !filled[name]:
				t.Errorf("%s is neither filled nor listed as open", name)
			}
		}
	}
	for name := range open {
		t.Errorf("not-read.txt lists %q, which is no cell", name)
	}
}

func cell(row int, column string) string { return fmt.Sprintf("%d %s", row, column) }

// openCells are those of not-read.txt, with the reason.
func openCells(t *testing.T) map[string]string {
	t.Helper()
	f, err := os.Open(filepath.Join(matrixDir, "not-read.txt"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	open := map[string]string{}
	for scan := bufio.NewScanner(f); scan.Scan(); {
		name, why, _ := strings.Cut(scan.Text(), "#")
		if name = strings.TrimSpace(name); name != "" {
			open[name] = strings.TrimSpace(why)
		}
	}
	return open
}

// TestQuirks does the same with cases of one quirk each.
func TestQuirks(t *testing.T) {
	cases, err := chaintest.LoadDir("testdata/quirks")
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range cases {
		for _, w := range c.Wants {
			t.Run(c.Name+"/"+w.SDK, func(t *testing.T) { checkMatrix(t, c, w) })
		}
	}
}

// checkMatrix compares one answer, in both depths.
func checkMatrix(t *testing.T, c *chaintest.Case, w chaintest.Want) {
	s := sdk.Find(w.SDK)
	if s == nil {
		t.Skipf("there is no %s yet", w.SDK)
	}
	tr, _ := trace(t, c, s, w, resolver.Options{Carrier: live.Carrier{}})
	checkSteps(t, tr)
	for _, p := range compare(tr, w) {
		t.Errorf("%s (%s)", p, describe(tr))
	}
	if win := tr.Winner(); w.Where != "" && win != nil {
		named := func(e resolver.Evidence) bool { return e.Name == w.Where }
		if !slices.ContainsFunc(win.Where, named) {
			t.Errorf("evidence is %v, want %s among it", win.Where, w.Where)
		}
	}
	selected, stub := trace(t, c, s, w, resolver.Options{})
	checkSteps(t, selected)
	if asked := stub.Requests(); asked != nil {
		t.Errorf("requests were made: %q", asked)
	}
	// Without asking, nothing but a source that is to be asked may win
	// instead.
	switch win := selected.Winner(); {
	case win == nil && selected.Outcome() != w.Outcome:
		t.Errorf("selected outcome is %s, want %s (%s)", selected.Outcome(), w.Outcome, describe(selected))
	case win != nil && win.Source != w.Source && slices.Contains(atHand(), win.Source):
		t.Errorf("selected source is %s, want %q (%s)", win.Source, w.Source, describe(selected))
	}
}

// atHand are the sources whose keys need no asking.
func atHand() []resolver.Source {
	return []resolver.Source{resolver.FromCode, resolver.FromEnv, resolver.FromEnvLegacy, resolver.FromProfile}
}
