package parity

import (
	"io/fs"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// What PARITY_MB and PARITY_SEED are if they are not set: so much takes some
// seconds.
const (
	defaultMB   = 20
	defaultSeed = 2
)

// number reads a variable.
func number(t testing.TB, name string, otherwise int) int {
	t.Helper()
	s := os.Getenv(name)
	if s == "" {
		return otherwise
	}
	n, err := strconv.Atoi(s)
	if err != nil || n < 0 {
		t.Fatalf("%s=%q is no number", name, s)
	}
	return n
}

// moduleFiles returns the files of the module cache, sorted.
func moduleFiles(t *testing.T) (dir string, files []string) {
	t.Helper()
	out, err := exec.Command("go", "env", "GOMODCACHE").Output()
	if err != nil {
		t.Fatal(err)
	}
	dir = strings.TrimSpace(string(out))
	err = filepath.WalkDir(dir, func(name string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case d.IsDir() && name == filepath.Join(dir, "cache"):
			return fs.SkipDir
		case d.Type().IsRegular():
			files = append(files, name)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	slices.Sort(files)
	return dir, files
}

// largest is how large a file of the sample may be: gitleaks needs a second for
// each few megabytes.
const largest = 4 << 20

// TestModules reads a sample of the module cache with both: PARITY_MB megabytes,
// chosen by PARITY_SEED.
func TestModules(t *testing.T) {
	budget := number(t, "PARITY_MB", defaultMB) << 20
	dir, files := moduleFiles(t)
	dice := rand.New(rand.NewPCG(uint64(number(t, "PARITY_SEED", defaultSeed)), 0))
	dice.Shuffle(len(files), func(i, j int) { files[i], files[j] = files[j], files[i] })
	d, m := published(t, decodeDepth), defaultMatcher(t)
	y := newTally()
	for _, name := range files {
		if y.bytes >= budget {
			break
		}
		if info, err := os.Stat(name); err != nil || info.Size() > largest {
			continue
		}
		data, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		rel, err := filepath.Rel(dir, name)
		if err != nil {
			t.Fatal(err)
		}
		y.compare(t, d, m, &text{path: filepath.ToSlash(rel), data: data})
	}
	y.log(t, 60)
}
