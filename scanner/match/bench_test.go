package match_test

import (
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/awscred/awscred/scanner/match"
)

// corpus returns files of the module cache, up to a number of bytes, always the
// same as long as the cache is.
func corpus(tb testing.TB, limit int) [][]byte {
	out, err := exec.Command("go", "env", "GOMODCACHE").Output()
	if err != nil {
		tb.Skipf("asking for the module cache: %v", err)
	}
	var list [][]byte
	stop := fs.SkipAll
	err = filepath.WalkDir(strings.TrimSpace(string(out)), func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || filepath.Ext(path) == ".zip" {
			return nil
		}
		data, err := os.ReadFile(path)
		if err != nil || len(data) > limit/8 {
			return nil
		}
		list = append(list, data)
		if limit -= len(data); limit < 0 {
			return stop
		}
		return nil
	})
	if err != nil || len(list) == 0 {
		tb.Skipf("%d files in the module cache, %v", len(list), err)
	}
	return list
}

// BenchmarkCorpus searches files of the module cache with all rules, as a sweep
// does with what it has not seen before.
func BenchmarkCorpus(b *testing.B) {
	set := defaultSet(b)
	m := compile(b, set.Rules, set.Allow)
	files := corpus(b, 48<<20)
	size := 0
	for _, f := range files {
		size += len(f)
	}
	b.SetBytes(int64(size))
	for b.Loop() {
		for _, f := range files {
			m.Find(f, nil)
		}
	}
}

func BenchmarkHostile(b *testing.B) {
	set := defaultSet(b)
	m := compile(b, set.Rules, set.Allow)
	for name, make := range hostile() {
		for _, size := range []int{1 << 18, 1 << 20} {
			text := make(size)
			b.Run(name+"/"+sizeName(size), func(b *testing.B) {
				b.SetBytes(int64(size))
				for b.Loop() {
					m.Find(text, nil)
				}
			})
		}
	}
}

func sizeName(n int) string {
	if n >= 1<<20 {
		return "1MiB"
	}
	return "256KiB"
}

var _ = match.Compile
