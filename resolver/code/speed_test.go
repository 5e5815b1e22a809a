package code_test

import (
	"context"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/txtar"

	"github.com/awscred/awscred/internal/keytest"
	"github.com/awscred/awscred/resolver/code"
	"github.com/awscred/awscred/resolver/live"
)

var speedFiles = flag.Int("files", 2000, "how many files TestSpeed makes and reads")

// A tree of many files is read in 20 seconds for 100,000 of them (make
// code-speed), and some minified ones of 5 MB do not slow it. One file in ten is
// a case of testdata; the others are of the same languages and have nothing to
// do with AWS.
func TestSpeed(t *testing.T) {
	const perSecond = 100_000 / 20
	dir := t.TempDir()
	sites := grow(t, dir, *speedFiles)
	start := time.Now()
	p, err := code.Look(context.Background(), live.Machine(nil), dir)
	if err != nil {
		t.Fatal(err)
	}
	took := time.Since(start)
	t.Logf("%d files, %d MB, %d sites in %v", p.Files, p.Bytes>>20, len(p.Sites), took.Round(time.Millisecond))
	if p.Files != *speedFiles || len(p.Sites) < sites {
		t.Errorf("%d files and %d sites; want %d and at least %d", p.Files, len(p.Sites), *speedFiles, sites)
	}
	if p.Skipped["files of more than 2 MiB"] != 4 || p.Skipped["minified files"] != 4 {
		t.Errorf("skipped %v; want 4 large and 4 minified files", p.Skipped)
	}
	if limit := code.Slower * time.Duration(*speedFiles) * time.Second / perSecond; took > max(limit, 2*time.Second) {
		t.Errorf("it took %v; at most %v", took, limit)
	}
}

// grow makes a tree, and returns how many cases with a site it has at least.
func grow(t *testing.T, dir string, files int) int {
	t.Helper()
	cases := samples(t)
	filler := strings.Repeat("function total(items) { return items.map(function (x) { return x.price * 2; }); }\n", 60)
	ends := []string{".py", ".ts", ".go", ".java", ".kt", ".rb", ".php", ".rs", ".cpp", ".cs"}
	write := func(name, content string) {
		name = filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(name, []byte(content), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	for i := range files {
		if i%10 == 0 {
			c := cases[i/10%len(cases)]
			write(fmt.Sprintf("pkg%d/mod%d/case%d/%s", i/2000, i/100, i, filepath.Base(c.Name)), string(c.Data))
			continue
		}
		write(fmt.Sprintf("pkg%d/mod%d/file%d%s", i/2000, i/100, i, ends[i%len(ends)]), filler)
	}
	line := "import{S3Client}from'@aws-sdk/client-s3';" + strings.Repeat("var a=new S3Client({profile:'x'});", 40_000)
	for i := range 4 {
		write(fmt.Sprintf("dist%d/bundle.js", i), strings.Repeat(line, 4))
		write(fmt.Sprintf("dist%d/small.js", i), line[:1<<20])
	}
	return files / 40
}

// samples are the files of all cases.
func samples(t *testing.T) []txtar.File {
	t.Helper()
	names, err := filepath.Glob("../../testdata/code/*/*.txtar")
	if err != nil || len(names) == 0 {
		t.Fatalf("no cases: %v", err)
	}
	var list []txtar.File
	for _, name := range names {
		data, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range txtar.Parse(data).Files {
			if f.Name == "want" || !strings.Contains(f.Name, ".") {
				continue
			}
			text, err := keytest.ExpandString(string(f.Data))
			if err != nil {
				t.Fatal(err)
			}
			list = append(list, txtar.File{Name: f.Name, Data: []byte(text)})
		}
	}
	return list
}
