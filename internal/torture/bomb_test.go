//go:build linux

package torture

import (
	"archive/tar"
	"archive/zip"
	"bytes"
	"compress/flate"
	"encoding/binary"
	"fmt"
	"hash/crc32"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/awscred/awscred/internal/keytest"
)

const (
	mostMemory = 512_000_000
	// mostSeconds is the CPU time that a bomb may cost. It is no budget of the
	// program, but far more than any of them needs.
	mostSeconds = 60
)

// A bomb is a repository with something in it that wants to take all memory or
// all time, and with a key beside it that must be found all the same.
type bomb struct {
	name string
	set  func(t *testing.T, dir, gitDir string)
	// lost is a word of why something was not read; "" if all can be.
	lost string
	args []string
}

func size(short, inLong int) int {
	if *long {
		return inLong
	}
	return short
}

func bombs() []bomb {
	return []bomb{
		{name: "1 GiB of zeros in a pack", lost: "limit", set: func(t *testing.T, _, git string) {
			p := newPack()
			p.entry(oid{1}, packBlob, 1<<30, nil, zeros(1024))
			p.save(t, git)
		}},
		{name: "1 GiB of zeros in a loose object", lost: "limit", set: func(t *testing.T, _, git string) {
			// The header comes first in the stream, so the zeros follow it.
			head := fmt.Appendf(nil, "blob %d\x00", 1<<30)
			file := []byte{0x78, 0x9c, 0, byte(len(head)), byte(len(head) >> 8), ^byte(len(head)), ^byte(len(head) >> 8)}
			file = append(append(file, head...), zeros(1024)[2:]...)
			looseAt(t, git, strings.Repeat("ab", 20), file)
		}},
		{name: "17 GB out of a delta of deltas", lost: "limit", set: nestedDeltas},
		{name: "deltas on each other", lost: "", set: deltaCycle},
		{name: "a terabyte that is declared", lost: "limit", set: func(t *testing.T, _, git string) {
			p := newPack()
			p.entry(oid{2}, packBlob, 1<<40, nil, deflated([]byte("short")))
			_, at := p.blob([]byte("base"))
			p.ofs(oid{3}, at, append(copied(delta(4, 1<<42), 4), 0))
			p.save(t, git)
		}},
		{name: "a chain of 20,000 deltas", set: deepChain},
		{name: "10^10 paths of one file", set: treeBomb},
		{name: "trees 20,000 deep", set: deepTrees},
		{name: "refs, very many", set: manyRefs},
		{name: "a line of gigabytes", set: func(t *testing.T, dir, _ string) {
			f, err := os.Create(filepath.Join(dir, "line"))
			check(t, err)
			check(t, f.Truncate(int64(size(1, 4))<<30))
			check(t, f.Close())
		}},
		{name: "a zip bomb", lost: "", set: zipBomb}, {name: "zips in zips", set: zipNest}, {name: "a zip whose entries overlap", set: zipOverlap},
		{name: "a gzip bomb", set: func(t *testing.T, dir, _ string) { write(t, dir, map[string]string{"a.gz": string(gzipZeros(2048))}) }},
		{name: "a tar that declares terabytes", set: func(t *testing.T, dir, _ string) {
			var b bytes.Buffer
			w := tar.NewWriter(&b)
			check(t, w.WriteHeader(&tar.Header{Name: "a", Size: 1 << 42, Mode: 0o644}))
			b.WriteString("words")
			write(t, dir, map[string]string{"a.tar": b.String()})
		}},
		{name: "a YAML bomb", set: func(t *testing.T, dir, _ string) {
			var b strings.Builder
			b.WriteString("a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n")
			for i := range 12 {
				fmt.Fprintf(&b, "a%d: &a%d [%s]\n", i+1, i+1, strings.Repeat(fmt.Sprintf("*a%d, ", i), 10))
			}
			write(t, dir, map[string]string{"bomb.yaml": b.String(), ".gitlab-ci.yml": b.String(), "deep.yaml": strings.Repeat("[", 1<<20), "deep.json": strings.Repeat(`{"a":[`, 1<<19)})
		}},
		{name: "an XML bomb", set: func(t *testing.T, dir, _ string) {
			var b strings.Builder
			b.WriteString("<?xml version=\"1.0\"?>\n<!DOCTYPE x [\n<!ENTITY a0 \"lol\">\n")
			for i := range 12 {
				fmt.Fprintf(&b, "<!ENTITY a%d \"%s\">\n", i+1, strings.Repeat(fmt.Sprintf("&a%d;", i), 10))
			}
			b.WriteString("]>\n<mediawiki version=\"0.11\"><page><title>&a12;</title><ns>0</ns><revision><id>1</id><timestamp>2020-01-01T00:00:00Z</timestamp><text>&a12;</text></revision></page></mediawiki>\n")
			write(t, dir, map[string]string{"wiki.xml": b.String()})
		}, args: []string{"--wiki", "DIR/wiki.xml"}},
		{name: "base64 in base64, many times", set: func(t *testing.T, dir, _ string) {
			write(t, dir, map[string]string{"a.txt": strings.Repeat("QUtJQQ", 200_000), "b.txt": strings.Repeat("%25", 400_000), "c.txt": strings.Repeat("AKIA", 500_000), "d.txt": strings.Repeat(`\u0041`, 200_000)})
		}},
	}
}

// nestedDeltas makes each level of 64 copies of the one before: 64 KiB, 4 MiB,
// 256 MiB, 16 GiB.
func nestedDeltas(t *testing.T, _, git string) {
	p := newPack()
	data := make([]byte, 1<<16)
	_, at := p.blob(data)
	from := uint64(len(data))
	for level := range 3 {
		n := uint64(64)
		d := delta(from, from*n)
		for range n {
			d = copied(d, min(from, 0xffffff))
		}
		at = p.ofs(oid{4, byte(level)}, at, d)
		from *= n
	}
	p.save(t, git)
}

func deltaCycle(t *testing.T, _, git string) {
	p := newPack()
	a, b := oid{5}, oid{6}
	d := copied(delta(4, 4), 4)
	p.entry(a, packRef, uint64(len(d)), b[:], deflated(d))
	p.entry(b, packRef, uint64(len(d)), a[:], deflated(d))
	p.save(t, git)
}

func deepChain(t *testing.T, _, git string) {
	p := newPack()
	data := []byte("a text that changes a little each time 00000")
	_, at := p.blob(data)
	for i := range 20_000 {
		next := fmt.Appendf(nil, "%s%05d", data[:len(data)-5], i)
		d := append(copied(delta(uint64(len(data)), uint64(len(next))), uint64(len(data)-5)), 5)
		at = p.ofs(nameOf("blob", next), at, append(d, next[len(next)-5:]...))
	}
	p.save(t, git)
}

// commitTo writes a commit of a tree, and a ref of it.
func commitTo(t *testing.T, git string, tree oid, ref string) {
	t.Helper()
	id := loose(t, git, "commit", commitOf(tree, "", "bomb\n"))
	write(t, git, map[string]string{ref: hexOf(id) + "\n"})
}

func treeBomb(t *testing.T, _, git string) {
	id, mode := loose(t, git, "blob", []byte(keytest.ID(2)+"\n"+keytest.Secret(2)+"\n")), "100644"
	for range 11 {
		var entries []treeEntry
		for i := range 10 {
			entries = append(entries, treeEntry{mode, fmt.Sprint(i), id})
		}
		id, mode = loose(t, git, "tree", treeOf(entries...)), "40000"
	}
	commitTo(t, git, id, "refs/heads/bomb")
}

func deepTrees(t *testing.T, _, git string) {
	p := newPack()
	id, mode := loose(t, git, "blob", []byte("deep "+keytest.ID(3)+"\n"+keytest.Secret(3)+"\n")), "100644"
	for range 20_000 {
		data := treeOf(treeEntry{mode, "d", id})
		id, mode = nameOf("tree", data), "40000"
		p.entry(id, packTree, uint64(len(data)), nil, deflated(data))
	}
	p.save(t, git)
	commitTo(t, git, id, "refs/heads/deep")
}

func manyRefs(t *testing.T, _, git string) {
	head, err := os.ReadFile(filepath.Join(git, "refs", "heads", "main"))
	check(t, err)
	var b bytes.Buffer
	b.WriteString("# pack-refs with: peeled fully-peeled sorted \n")
	for i := range size(100_000, 1_000_000) {
		fmt.Fprintf(&b, "%s refs/tags/t%07d\n", bytes.TrimSpace(head), i)
	}
	check(t, os.WriteFile(filepath.Join(git, "packed-refs"), b.Bytes(), 0o644))
}

// gzipZeros is n MiB of zeros as a gzip file.
func gzipZeros(n int) []byte {
	z := zeros(n)
	b := append([]byte{0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 255}, z[2:len(z)-4]...)
	sum, block := crc32.NewIEEE(), make([]byte, 1<<20)
	for range n {
		sum.Write(block)
	}
	b = binary.LittleEndian.AppendUint32(b, sum.Sum32())
	return binary.LittleEndian.AppendUint32(b, uint32(n<<20))
}

func zipOf(t *testing.T, members map[string][]byte) []byte {
	t.Helper()
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	w.RegisterCompressor(zip.Deflate, func(out io.Writer) (io.WriteCloser, error) { return flate.NewWriter(out, 9) })
	for name, text := range members {
		m, err := w.Create(name)
		check(t, err)
		_, err = m.Write(text)
		check(t, err)
	}
	check(t, w.Close())
	return b.Bytes()
}

func zipBomb(t *testing.T, dir, _ string) {
	inner := zipOf(t, map[string][]byte{"zeros": make([]byte, 64<<20)})
	members := map[string][]byte{}
	for i := range 64 {
		members[fmt.Sprintf("%d.zip", i)] = inner
	}
	write(t, dir, map[string]string{"bomb.zip": string(zipOf(t, members))})
}

func zipNest(t *testing.T, dir, _ string) {
	nest := []byte("the innermost")
	for range 60 {
		nest = zipOf(t, map[string][]byte{"a.zip": nest, "b.zip": nest})
		if len(nest) > 4<<20 {
			break
		}
	}
	write(t, dir, map[string]string{"nest.zip": string(nest)})
}

// zipOverlap lists one member a thousand times over, under as many names.
func zipOverlap(t *testing.T, dir, _ string) {
	one := zipOf(t, map[string][]byte{"zeros": make([]byte, 16<<20)})
	end := bytes.LastIndex(one, []byte("PK\x05\x06"))
	start := bytes.LastIndex(one, []byte("PK\x01\x02"))
	entry := one[start:end]
	all := slices.Concat(one[:start], bytes.Repeat(entry, 1000))
	tail := bytes.Clone(one[end:])
	binary.LittleEndian.PutUint16(tail[8:], 1000)
	binary.LittleEndian.PutUint16(tail[10:], 1000)
	binary.LittleEndian.PutUint32(tail[12:], uint32(1000*len(entry)))
	write(t, dir, map[string]string{"overlap.zip": string(append(all, tail...))})
}

// Each bomb costs little memory and some seconds, the key beside it is found,
// and what was not read is named.
func TestBombs(t *testing.T) {
	need(t, "git")
	var most int64
	var slowest time.Duration
	all := slices.Concat(bombs(), historyBombs(), encodedBombs())
	for _, b := range all {
		t.Run(b.name, func(t *testing.T) {
			r := repo(t, "commit c1\n-- c1/a.env --\nAWS_ACCESS_KEY_ID={{aws-key-id 1}}\nAWS_SECRET_ACCESS_KEY={{aws-secret 1}}\n")
			b.set(t, r.Dir, filepath.Join(r.Dir, ".git"))
			args := []string{"scan", r.Dir, "--format", "json", "--fail-on", "never"}
			for _, a := range b.args {
				args = append(args, strings.ReplaceAll(a, "DIR", r.Dir))
			}
			o := call{args: args, limit: 5 * time.Minute}.run(t)
			report, err := parsed([]byte(o.stdout))
			if err != nil {
				t.Fatalf("exit code %d, %v\n%s", o.code, err, o.stderr)
			}
			found := false
			for _, f := range report.Findings {
				found = found || f.KeyID == keytest.ID(1)
			}
			if !found {
				t.Error("the key beside the bomb was not found")
			}
			if o.anonymous > mostMemory {
				t.Errorf("%d MB of anonymous memory", o.anonymous/1e6)
			}
			if o.cpu > mostSeconds*time.Second {
				t.Errorf("it cost %v", o.cpu)
			}
			if complete := report.Coverage.Complete; complete != (o.code == 0) || o.code != 0 && o.code != 3 {
				t.Errorf("exit code %d, complete: %v", o.code, complete)
			}
			told := false
			for _, l := range report.Coverage.Lost {
				told = told || strings.Contains(l.What+": "+l.Why, b.lost) && l.What != ""
			}
			if b.lost != "" && !told {
				t.Errorf("nothing was lost because of a %q: %+v", b.lost, report.Coverage.Lost)
			}
			t.Logf("%d MiB, %v, exit code %d, lost %+v", o.anonymous>>20, o.cpu, o.code, report.Coverage.Lost)
			most, slowest = max(most, o.anonymous), max(slowest, o.cpu)
		})
	}
	told(t, "bounded", "bombs that were set off", len(all))
	told(t, "bounded", "anonymous memory of the worst", most)
	told(t, "bounded", "processor seconds of the worst", slowest)
}

// With a budget of seconds a scan ends soon after it, whatever it reads, and its
// report is whole and says that it is not complete.
func TestBudgetOfTime(t *testing.T) {
	dir := t.TempDir()
	for i := range 8 {
		f, err := os.Create(filepath.Join(dir, fmt.Sprintf("line%d", i)))
		check(t, err)
		for range 12 {
			_, err = f.WriteString(strings.Repeat("key = AKIA0 ", 1<<17))
			check(t, err)
		}
		check(t, f.Close())
	}
	var worst time.Duration
	for range rounds(3, 10) {
		budget := 200 * time.Millisecond
		o := call{args: []string{"scan", dir, "--format", "json", "--timeout", budget.String()}}.run(t)
		r, err := parsed([]byte(o.stdout))
		if err != nil {
			t.Fatalf("%v\n%s", err, o.stderr)
		}
		if r.Coverage.Complete && o.code == 3 || !r.Coverage.Complete && o.code != 3 {
			t.Errorf("exit code %d, complete: %v", o.code, r.Coverage.Complete)
		}
		worst = max(worst, o.cpu-budget)
	}
	if worst > 5*time.Second {
		t.Errorf("%v of processor time after the budget", worst)
	}
	told(t, "bounded", "processor time after a budget of 0.2 s, at most", worst)
}
