//go:build linux

package torture

import (
	"bytes"
	"context"
	"crypto/sha1"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/awscred/awscred/internal/repotest"
	"github.com/awscred/awscred/scanner"
	"github.com/awscred/awscred/scanner/history"
	"github.com/awscred/awscred/scanner/match"
	"github.com/awscred/awscred/scanner/rules"
)

// A stall is longer than any scan of a small repository may take, in time of the
// processor: the machine may have other things to do.
const stall = 5 * time.Second

// damageable is a repository with objects in a pack and loose ones, of which 13
// hold a key, and its name.
func damageable(t *testing.T) *repotest.Repo {
	t.Helper()
	var script strings.Builder
	for i := range 12 {
		fmt.Fprintf(&script, "commit c%d\n", i)
	}
	script.WriteString("tag v1 message=x\npack\ncommit d1\ncommit d2\nbranch side\n")
	for i := range 12 {
		fmt.Fprintf(&script, "-- c%d/a.txt --\n%s{{aws-key-id %d}} {{aws-secret %d}}\n", i, strings.Repeat("a line\n", 40), i+1, i+1)
	}
	script.WriteString("-- d1/b --\n{{aws-key-id 20}} {{aws-secret 20}}\n-- d2/b --\nwords\n")
	return repo(t, script.String())
}

// A scanned is what one scan in this process says of a repository.
type scanned struct {
	complete bool
	refused  error
	fault    any // what it panicked with
	keys     []string
	cpu      time.Duration
}

// An inner scans repositories in this process, which takes a hundredth of the
// time that a process of their own takes.
type inner struct{ matcher *match.Matcher }

func newInner(t *testing.T) inner {
	t.Helper()
	set, err := rules.Default()
	check(t, err)
	m, err := match.Compile(set.Rules, set.Allow)
	check(t, err)
	return inner{m}
}

func (n inner) scan(ctx context.Context, dir string) (s scanned) {
	start := spent()
	defer func() {
		s.fault, s.cpu = recover(), spent()-start
		s.complete = s.complete && s.fault == nil
	}()
	r, err := history.Open(dir, history.Options{Jobs: 2, Memory: 512 << 20, Margin: 1})
	if err != nil {
		return scanned{refused: err}
	}
	defer r.Close()
	found, err := scanner.Scan(ctx, r, n.matcher, scanner.Options{Now: time.Now, Policy: scanner.Policy{FailOn: scanner.Never}})
	if err != nil {
		return scanned{refused: err}
	}
	for _, f := range found.Findings {
		s.keys = append(s.keys, f.KeyID)
	}
	slices.Sort(s.keys)
	for _, gap := range found.Coverage.Lost {
		if strings.Contains(gap.Why, "internal error") { // a panic that was contained
			s.refused = errors.New(gap.Why)
		}
	}
	s.complete = found.Complete()
	return s
}

// spent is the processor time of this process so far.
func spent() time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		panic(err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// A mutant is a repository of which some files are damaged.
type mutant struct {
	what  string
	files map[string][]byte
}

// A mutator damages files. Packs and their indexes are damaged as often as all
// other files together.
type mutator struct {
	*rand.Rand
	whole         map[string][]byte
	packs, others []string
}

func newMutator(t *testing.T, git string, seed uint64) *mutator {
	t.Helper()
	m := &mutator{Rand: rand.New(rand.NewPCG(seed, 12)), whole: map[string][]byte{}}
	for _, path := range storeFiles(t, git) {
		check(t, os.Chmod(path, 0o644))
		text, err := os.ReadFile(path)
		check(t, err)
		m.whole[path] = text
		if strings.Contains(path, "/pack/") {
			m.packs = append(m.packs, path)
		} else {
			m.others = append(m.others, path)
		}
	}
	return m
}

func (m *mutator) file() (path string, bad []byte) {
	list := m.others
	if m.IntN(2) == 0 {
		list = m.packs
	}
	path = list[m.IntN(len(list))]
	return path, bytes.Clone(m.whole[path])
}

// flipped is a mutant with one bit of a file flipped.
func (m *mutator) flipped() mutant {
	path, bad := m.file()
	at, bit := m.IntN(len(bad)), m.IntN(8)
	bad[at] ^= 1 << bit
	return mutant{fmt.Sprintf("bit %d of byte %d of %s flipped", bit, at, filepath.Base(path)), map[string][]byte{path: bad}}
}

// mended is a mutant with some bits of a pack or an index flipped, and with the
// checksums that this makes right, so that what lies behind them is reached.
func (m *mutator) mended() mutant {
	path := m.packs[m.IntN(len(m.packs))]
	bad := bytes.Clone(m.whole[path])
	what := "checksums mended, and flipped in " + filepath.Ext(path) + ":"
	for range 1 + m.IntN(3) {
		at, bit := m.IntN(len(bad)), m.IntN(8)
		bad[at] ^= 1 << bit
		what += fmt.Sprintf(" bit %d of byte %d", bit, at)
	}
	sum(bad)
	all := map[string][]byte{path: bad}
	if index, ok := strings.CutSuffix(path, ".pack"); ok {
		idx := bytes.Clone(m.whole[index+".idx"])
		copy(idx[len(idx)-2*sha1.Size:], bad[len(bad)-sha1.Size:])
		sum(idx)
		all[index+".idx"] = idx
	}
	return mutant{what, all}
}

// sum puts the checksum of a file at its end.
func sum(file []byte) {
	s := sha1.Sum(file[:len(file)-sha1.Size])
	copy(file[len(file)-sha1.Size:], s[:])
}

// cut is a mutant with a file cut short.
func (m *mutator) cut() mutant {
	path, bad := m.file()
	n := m.IntN(len(bad))
	return mutant{fmt.Sprintf("%s cut to %d bytes", filepath.Base(path), n), map[string][]byte{path: bad[:n]}}
}

// A count of what a process holds that a scan must give back.
type holdings struct{ goroutines, files, maps int }

func held(t *testing.T) holdings {
	t.Helper()
	runtime.GC()
	open, err := os.ReadDir("/proc/self/fd")
	check(t, err)
	maps, err := os.ReadFile("/proc/self/maps")
	check(t, err)
	return holdings{runtime.NumGoroutine(), len(open), bytes.Count(maps, []byte(".git/"))}
}

// A tally is what became of mutants.
type tally struct {
	flipped, mended, cut int
	// complete are those that the scan calls so, and silent those of them of
	// which git complains.
	complete, silent int
	longest          time.Duration
}

// mutant makes the next one: of eleven one is cut, and of the others every
// fourth has its checksums mended.
func (c *tally) mutant(m *mutator) mutant {
	n := c.flipped + c.mended + c.cut
	switch {
	case n%11 == 10:
		c.cut++
		return m.cut()
	case n%4 == 3:
		c.mended++
		return m.mended()
	}
	c.flipped++
	return m.flipped()
}

// Thousands of damaged repositories, each scanned in this process: none makes a
// panic or a stall, none that git fsck complains of is called complete, those
// that are have the keys that were there before, and nothing stays behind.
func TestMutants(t *testing.T) {
	need(t, "git")
	r := damageable(t)
	m := newMutator(t, filepath.Join(r.Dir, ".git"), 21)
	n := newInner(t)
	sound := n.scan(t.Context(), r.Dir)
	if !sound.complete || len(sound.keys) != 13 {
		t.Fatalf("before anything is damaged: %+v", sound)
	}
	before := held(t)
	var c tally
	wanted, began := rounds(2200, 100_000), time.Now()
	for i := range wanted {
		calm()
		if over(t, began, i, wanted) {
			break
		}
		bad := c.mutant(m)
		put(t, bad.files)
		c.judge(t, r, bad, n.scan(t.Context(), r.Dir), sound.keys)
		m.mend(t, bad)
		if c.silent > 20 {
			t.Fatal("that will do")
		}
	}
	if all := c.flipped + c.mended + c.cut; c.complete == 0 || c.complete > all/3 {
		t.Errorf("%d of %d are called complete: the test shows little", c.complete, all)
	}
	if after := held(t); after.goroutines > before.goroutines || after.files > before.files || after.maps > before.maps {
		t.Errorf("held before: %+v, after: %+v", before, after)
	}
	told(t, "complete", "mutants scanned in one process: bits flipped, flipped with checksums mended, files cut", fmt.Sprintf("%d, %d, %d", c.flipped, c.mended, c.cut))
	told(t, "complete", "mutants called complete, and those of them that git fsck, which was asked of each, complains of", fmt.Sprintf("%d, %d", c.complete, c.silent))
	told(t, "bounded", "processor seconds of the worst mutant; none left a goroutine, a file or a mapping", c.longest)
}

// judge looks at what a scan said of a mutant.
func (c *tally) judge(t *testing.T, r *repotest.Repo, bad mutant, s scanned, keys []string) {
	t.Helper()
	c.longest = max(c.longest, s.cpu)
	if s.fault != nil || s.cpu > stall || s.refused != nil && strings.Contains(s.refused.Error(), "internal error") {
		t.Errorf("%s: panic %v, error %v, %v", bad.what, s.fault, s.refused, s.cpu)
	}
	if !s.complete {
		return
	}
	c.complete++
	if _, complaint := r.TryGit("fsck", "--full", "--no-dangling", "--no-progress"); complaint != nil {
		c.silent++
		t.Errorf("%s: git complains, the scan is complete:\n%v", bad.what, complaint)
	}
	if !slices.Equal(s.keys, keys) {
		t.Errorf("%s: complete, but other keys are found: %d", bad.what, len(s.keys))
	}
}

func put(t *testing.T, files map[string][]byte) {
	t.Helper()
	for path, text := range files {
		check(t, os.WriteFile(path, text, 0o644))
	}
}

// mend takes the damage back.
func (m *mutator) mend(t *testing.T, bad mutant) {
	t.Helper()
	for path := range bad.files {
		check(t, os.WriteFile(path, m.whole[path], 0o644))
	}
}
