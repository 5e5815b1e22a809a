package torture

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"
)

// A promise is one that docs/reliability.md makes.
type promise struct {
	id, text string
	// broken says in what the promise is not kept, or is kept only in part.
	broken string
	// elsewhere names tests of other packages that hold it, too.
	elsewhere string
}

func promises() []promise {
	return []promise{
		{id: "runs", text: "Nothing that is read is run: no child process without `--resolve`, `--identity` or `--credential-helper`",
			elsewhere: "resolver/live TestHostileServices"},
		{id: "writes", text: "Nothing is written but what `-o`, `--write-baseline` and `hook install` name; what is read stays as it was"},
		{id: "asks", text: "Nothing is asked of the network but what docs/output.md names"},
		{id: "leaks", text: "No secret is in any output without `--show-secrets`, in no form", elsewhere: "scanner/report TestNoSecrets, scanner/verify TestEchoesDoNotLeak"},
		{id: "panics", text: "A panic tells a type and places in the source, never a value", elsewhere: "cmd/awscred TestPanicTellsNoValue, internal/redact TestContain"},
		{id: "memory of others", text: "No core file, and no other process of the user may read the memory (Linux)"},
		{id: "whole", text: "A report is there whole or not at all, whatever ends the program"},
		{id: "bounded",
			text:      "Anonymous memory stays within 512 MB, and a bomb costs seconds; the rest is read, and exit code 3 names the object",
			elsewhere: "scanner/objects TestHostilePacks, scanner/files TestBomb, scanner/wiki TestXMLEntityBomb, scanner/match TestHostileTextsTakeLinearTime"},
		{id: "complete", text: "Whenever git tells of something missing or corrupt, a scan is not complete",
			elsewhere: "scanner/history TestDamage, scanner/objects TestDamageIsNotSilent"},
		{id: "hides", text: "An index that lies, a header that is read in two ways, an odd name, or a link elsewhere hides no key",
			elsewhere: "scanner/objects TestLyingIndex, cmd/awscred TestHidingPlaces, scanner/files TestSwap, TestGrowing"},
		{id: "same", text: "Two scans of one thing say the same, byte for byte, whatever the number of goroutines and the way git stores it"},
		{id: "races", text: "No goroutine reads what another writes at the same time",
			elsewhere: "make race, which runs all tests so"},
		{id: "text", text: "No output moves a cursor or gives a CI runner a command", elsewhere: "scanner/report TestHostile, internal/redact FuzzText"},
	}
}

// A figure is one result of a run.
type figure struct {
	Promise string `json:"promise"`
	Test    string `json:"test"`
	What    string `json:"what"`
	Value   string `json:"value"`
	Kept    bool   `json:"kept"`
	Form    string `json:"form"`
	Day     string `json:"day"`
}

// figures are the results of this run.
type figures struct {
	mu   sync.Mutex
	list []figure
}

var taken figures

// told notes a figure, when the test ends, under a promise.
func told(t *testing.T, id, what string, value any) {
	t.Helper()
	if !slices.ContainsFunc(promises(), func(p promise) bool { return p.id == id }) {
		t.Fatalf("there is no promise %q", id)
	}
	form := "short"
	if *long {
		form = "long"
	}
	f := figure{Promise: id, Test: t.Name(), What: what, Value: display(value), Form: form, Day: time.Now().UTC().Format(time.DateOnly)}
	t.Logf("%s: %s %s", id, what, f.Value)
	t.Cleanup(func() {
		f.Kept = !t.Failed()
		taken.mu.Lock()
		defer taken.mu.Unlock()
		taken.list = append(taken.list, f)
		if *records != "" { // at once: a run that is broken off keeps what it found
			if err := taken.save(*records, filepath.Join("..", "..", "docs", "reliability.md")); err != nil {
				t.Error(err)
			}
		}
	})
}

func display(value any) string {
	switch v := value.(type) {
	case time.Duration:
		return fmt.Sprintf("%.1f s", v.Seconds())
	case int64:
		return fmt.Sprintf("%d MiB", v>>20)
	default:
		return fmt.Sprint(v)
	}
}

// save adds the figures to those of earlier runs in a file of JSON, in place of
// those of the same name, and writes the table of all.
func (f *figures) save(records, table string) error {
	var all []figure
	text, err := os.ReadFile(records)
	if err == nil {
		err = json.Unmarshal(text, &all)
	}
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("reading the figures of earlier runs: %w", err)
	}
	same := func(a, b figure) bool { return a.Promise == b.Promise && a.Test == b.Test && a.What == b.What }
	for _, n := range f.list {
		all = slices.DeleteFunc(all, func(o figure) bool { return same(o, n) })
		all = append(all, n)
	}
	if text, err = json.MarshalIndent(all, "", "\t"); err != nil {
		return err
	}
	if err := os.WriteFile(records, append(text, '\n'), 0o644); err != nil {
		return err
	}
	totals, err := fuzzTotals("../../docs/fuzz.tsv")
	if err != nil {
		return err
	}
	return os.WriteFile(table, []byte(render(all, totals)), 0o644)
}

// fuzzTotals reads what scripts/fuzz has added up: package, target, seconds,
// executions.
func fuzzTotals(name string) ([][]string, error) {
	text, err := os.ReadFile(name)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	var rows [][]string
	for line := range strings.Lines(string(text)) {
		if row := strings.Split(strings.TrimSpace(line), "\t"); len(row) == 4 {
			rows = append(rows, row)
		}
	}
	return rows, nil
}

// render writes docs/reliability.md.
func render(all []figure, fuzz [][]string) string {
	var b strings.Builder
	b.WriteString("# What is promised, and how it is tested\n\n" +
		"`make torture` writes this page; do not edit it. A figure is of the last run of its test, in the form and on the day that are named.\n" +
		"\"Short\" is what `make test` does, too. The other tests that a promise names run with every `make test`.\n\n")
	fmt.Fprintf(&b, "Machine: %d processors, %s/%s, %s, %s.\n\n", runtime.NumCPU(), runtime.GOOS, runtime.GOARCH, runtime.Version(), gitVersion())
	for _, p := range promises() {
		fmt.Fprintf(&b, "## %s\n\n", p.text)
		if p.broken != "" {
			fmt.Fprintf(&b, "**Not kept in full:** %s\n\n", p.broken)
		}
		rows := slices.DeleteFunc(slices.Clone(all), func(f figure) bool { return f.Promise != p.id })
		switch {
		case len(rows) == 0 && p.elsewhere == "":
			b.WriteString("Not measured yet.\n\n")
		case len(rows) > 0:
			b.WriteString("| test | figure | | form | day |\n|---|---|---|---|---|\n")
			for _, f := range rows {
				kept := "kept"
				if !f.Kept {
					kept = "**not kept**"
				}
				fmt.Fprintf(&b, "| `%s` | %s: %s | %s | %s | %s |\n", f.Test, f.What, f.Value, kept, f.Form, f.Day)
			}
			b.WriteString("\n")
		}
		if p.elsewhere != "" {
			fmt.Fprintf(&b, "Also: %s.\n\n", p.elsewhere)
		}
	}
	b.WriteString("## No parser fails on any bytes\n\n`make fuzz` adds to these totals. A run that finds something fails, and its input becomes a seed.\n\n" +
		"| package | target | seconds | executions |\n|---|---|---|---|\n")
	var seconds, executions int
	for _, row := range fuzz {
		fmt.Fprintf(&b, "| %s |\n", strings.Join(row, " | "))
		s, _ := strconv.Atoi(row[2])
		n, _ := strconv.Atoi(row[3])
		seconds, executions = seconds+s, executions+n
	}
	fmt.Fprintf(&b, "| all | %d targets | %d | %d |\n", len(fuzz), seconds, executions)
	return b.String()
}

func gitVersion() string {
	out, err := exec.Command("git", "--version").Output()
	if err != nil {
		return "no git"
	}
	return strings.TrimSpace(string(out))
}

// The page says of a promise that it is not kept when its test failed, and of one
// that was not measured that it was not.
func TestRender(t *testing.T) {
	page := render([]figure{
		{"runs", "TestA", "child processes", "0", true, "long", "2026-01-02"},
		{"asks", "TestB", "connections", "1", false, "long", "2026-01-02"},
	}, [][]string{{"scanner/match", "FuzzX", "20", "1000"}, {"scanner/wiki", "FuzzY", "30", "500"}})
	for _, want := range []string{
		"| `TestA` | child processes: 0 | kept | long | 2026-01-02 |",
		"| `TestB` | connections: 1 | **not kept** | long | 2026-01-02 |",
		"| all | 2 targets | 50 | 1500 |",
		"Not measured yet.",
	} {
		if !strings.Contains(page, want) {
			t.Errorf("the page does not say %q:\n%s", want, page)
		}
	}
	for _, p := range promises() {
		if !strings.Contains(page, p.text) {
			t.Errorf("the page does not say %q", p.text)
		}
	}
}
