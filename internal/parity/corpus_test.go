package parity

import (
	"bufio"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"github.com/awscred/awscred/scanner/rules"
)

// A sample is one text with which another scanner tests a rule of its own.
type sample struct {
	Tool, Rule, Text, Path string
	Expect                 bool
}

// samples reads another scanner's cases from the directory that
// AWSCRED_CONFORMANCE names; they are not part of this repository.
func samples(t *testing.T, tool string) []sample {
	t.Helper()
	dir := os.Getenv("AWSCRED_CONFORMANCE")
	if dir == "" {
		t.Skip("AWSCRED_CONFORMANCE is not set")
	}
	f, err := os.Open(filepath.Join(dir, "detect", tool+".jsonl"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	var list []sample
	lines := bufio.NewScanner(f)
	lines.Buffer(nil, 1<<22)
	for lines.Scan() {
		var s sample
		if err := json.Unmarshal(lines.Bytes(), &s); err != nil {
			t.Fatal(err)
		}
		list = append(list, s)
	}
	if len(list) == 0 || lines.Err() != nil {
		t.Fatalf("%d samples, %v", len(list), lines.Err())
	}
	return list
}

// TestCorpus reads gitleaks' own samples with all rules of both.
func TestCorpus(t *testing.T) {
	list := samples(t, "gitleaks")
	d, m := published(t, decodeDepth), defaultMatcher(t)
	y := newTally()
	for i, s := range list {
		y.compare(t, d, m, &text{name: fmt.Sprintf("%d %s", i, s.Rule), path: s.Path, data: []byte(s.Text)})
	}
	y.log(t, 40)
}

func defaultSet(t testing.TB) *rules.Set {
	t.Helper()
	set, err := rules.Default()
	if err != nil {
		t.Fatal(err)
	}
	return set
}
