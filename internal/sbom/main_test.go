package main

import (
	"bytes"
	"debug/buildinfo"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
)

// Every module of a program is in its bill, once, with a checksum; and the same
// program has the same bill.
func TestWrite(t *testing.T) {
	program := filepath.Join(t.TempDir(), "awscred")
	build := exec.Command("go", "build", "-trimpath", "-ldflags", "-s -w", "-o", program, "github.com/awscred/awscred/cmd/awscred")
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	t.Setenv("SOURCE_DATE_EPOCH", "1700000000")
	var a, b bytes.Buffer
	if err := write(&a, program); err != nil {
		t.Fatal(err)
	}
	if err := write(&b, program); err != nil || a.String() != b.String() {
		t.Errorf("two bills of one program differ (%v)", err)
	}
	var doc document
	if err := json.Unmarshal(a.Bytes(), &doc); err != nil {
		t.Fatal(err)
	}
	info, err := buildinfo.ReadFile(program)
	if err != nil {
		t.Fatal(err)
	}
	listed := map[string]item{}
	for _, p := range doc.Packages {
		listed[p.Name] = p
	}
	if len(info.Deps) == 0 || len(listed) != len(info.Deps)+2 || len(doc.Relations) != len(listed) {
		t.Errorf("%d modules, %d in the bill, %d relations", len(info.Deps), len(listed), len(doc.Relations))
	}
	for _, m := range info.Deps {
		if got := listed[m.Path]; got.Version != m.Version || len(got.Checksums) != 1 || len(got.Refs) != 1 {
			t.Errorf("%s %s: %+v", m.Path, m.Version, got)
		}
	}
	if doc.Creation.Created != "2023-11-14T22:13:20Z" {
		t.Errorf("created %s", doc.Creation.Created)
	}
	if err := write(&a, os.DevNull); err == nil {
		t.Error("a bill of what is no program")
	}
}
