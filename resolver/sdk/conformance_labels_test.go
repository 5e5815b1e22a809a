package sdk_test

import (
	"encoding/json"
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

// labelColumns are the columns of the recordings, and what they are here.
func labelColumns() map[string]chaintest.Want {
	return map[string]chaintest.Want{
		"gov2":       {SDK: "go-v2"},
		"tfbase":     {SDK: "terraform"},
		"botocore":   {SDK: "python"},
		"awscli1":    {SDK: "cli-v1"},
		"awscli2src": {SDK: "cli-v2"},
		"jsv3":       {SDK: "js-v3"},
		"gov1":       {SDK: "go-v1"},
		"gov1load":   {SDK: "go-v1", Env: map[string]string{"AWS_SDK_LOAD_CONFIG": "1"}},
	}
}

// TestConformanceLabels resolves every case as every SDK whose answers are
// recorded, and compares with the recorded labels themselves, so that a new
// recording is noticed. AWSCRED_CONFORMANCE names the folder of the recordings.
func TestConformanceLabels(t *testing.T) {
	root := os.Getenv("AWSCRED_CONFORMANCE")
	if root == "" {
		t.Skip("AWSCRED_CONFORMANCE is not set")
	}
	data, err := os.ReadFile(filepath.Join(root, "chains", "matrix.json"))
	if err != nil {
		t.Fatal(err)
	}
	var matrix map[string]map[string]string
	if err := json.Unmarshal(data, &matrix); err != nil {
		t.Fatal(err)
	}
	cases, err := chaintest.LoadDir(caseDir)
	if err != nil {
		t.Fatal(err)
	}
	wrong := rows(t, "held-wrong.txt")
	asked := 0
	for _, c := range cases {
		if strings.HasPrefix(c.Name, "oracle-") {
			continue // found by make oracle, later than the recordings
		}
		labels, ok := matrix[c.Name]
		if !ok {
			t.Errorf("%s is not among the recordings", c.Name)
		}
		delete(matrix, c.Name)
		for column, w := range labelColumns() {
			label := labels[column]
			if notRecorded(c.Name, column, label) || wrong.left[c.Name+" "+w.SDK] {
				continue
			}
			asked++
			t.Run(c.Name+"/"+column, func(t *testing.T) {
				tr, _ := trace(t, c, sdk.Find(w.SDK), w, resolver.Options{Carrier: live.Carrier{}})
				if got := labelOf(tr); !slices.Contains(labelled(label), got) {
					t.Errorf("%q is recorded, the answer is %q (%s)", label, got, describe(tr))
				}
			})
		}
	}
	for name := range matrix {
		t.Errorf("%s is recorded, and no case", name)
	}
	if asked < 2290 {
		t.Errorf("only %d answers were compared", asked)
	}
}

// notRecorded reports whether a label says nothing: the SDK was not asked, or,
// for the sessions of aws login, recorded without a package that it needs.
func notRecorded(name, column, label string) bool {
	if strings.HasPrefix(name, "login") && (column == "botocore" || column == "awscli2src") {
		return true
	}
	return label == "" || label == "·"
}

// labelOf names what a trace came to: the outcome, or the source behind an
// arrow for each role.
func labelOf(tr *resolver.Trace) string {
	w := tr.Winner()
	if w == nil {
		return string(tr.Outcome())
	}
	if w.Source != resolver.FromAssumeRole {
		return string(w.Source)
	}
	return strings.Repeat("role←", len(w.Via)) + string(w.Via[len(w.Via)-1].Source)
}

// labelled returns what labelOf may say for a recorded label. The labels tell
// places in files that are the same source.
func labelled(label string) []string {
	roles := strings.Count(label, "role←")
	base := strings.TrimPrefix(label, strings.Repeat("role←", roles))
	_, quoted, ok := strings.Cut(base, "” ")
	if ok {
		base = quoted
	}
	base = strings.TrimPrefix(base, "␠kept ")
	sources := map[string][]string{
		"cred": {"profile"}, "conf": {"profile"}, "conf[profile default]": {"profile"}, "base": {"profile"}, "dup": {"profile"},
		"other": {"profile", "credential-file"}, "boto": {"boto-config"}, "(blank key)": {"profile", "env"},
		"webid": {"web-identity"}, "imds1": {"imds"}, "imds2": {"imds"}, "container(full)": {"container"},
		"ERR": {"error"}, "PANIC": {"error"},
	}[base]
	if sources == nil {
		sources = []string{base}
	}
	list := make([]string, len(sources))
	for i, source := range sources {
		list[i] = strings.Repeat("role←", roles) + source
	}
	return list
}
