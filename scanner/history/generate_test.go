package history_test

import (
	"bytes"
	"compress/zlib"
	"crypto/sha1"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"hash"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
)

// A generated repository is one with a random history and a random store. Its
// stream is written for git fast-import, which makes a history in one process;
// what git's commands would need many processes for is written by hand.
type generated struct {
	*git
	r       *rand.Rand
	bare    bool
	hash    func() hash.Hash
	b       strings.Builder
	listing string         // the file of marks
	marks   map[int]string // after the import: names of what the stream marked
	blobs   []int          // marks
	done    []int          // marks of commits
	next    int
}

// templates are empty repositories to copy: one for each way to name objects,
// and for each way to have a work tree.
func templates(t *testing.T) map[string]string {
	t.Helper()
	dirs := map[string]string{}
	for _, format := range []string{"sha1", "sha256"} {
		dirs[format] = newGit(t, "--template=", "--object-format="+format).dir
		dirs[format+" bare"] = newGit(t, "--template=", "--bare", "--object-format="+format).dir
	}
	return dirs
}

// generate makes the repository of a seed.
func generate(t *testing.T, templates map[string]string, seed uint64) *generated {
	t.Helper()
	r := rand.New(rand.NewPCG(seed, 4711))
	g := &generated{git: &git{t: t, dir: filepath.Join(t.TempDir(), "r"), now: 1_700_000_000}, r: r, hash: sha1.New, bare: r.IntN(3) == 0}
	kind := "sha1"
	if r.IntN(6) == 0 {
		kind, g.hash = "sha256", sha256.New
	}
	if g.bare {
		kind += " bare"
	}
	if err := os.CopyFS(g.dir, os.DirFS(templates[kind])); err != nil {
		t.Fatal(err)
	}
	g.mark(8+r.IntN(10), 3+r.IntN(20))
	g.fastImport()
	if r.IntN(2) == 0 {
		g.secondPack()
	}
	g.names()
	g.stage()
	g.store()
	return g
}

// gitDir is the git directory.
func (g *generated) gitDir() string {
	if g.bare {
		return g.dir
	}
	return filepath.Join(g.dir, ".git")
}

// file writes a file of the git directory.
func (g *generated) file(name, text string) {
	g.t.Helper()
	path := filepath.Join(g.gitDir(), filepath.FromSlash(name))
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		g.t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
		g.t.Fatal(err)
	}
}

// feed runs git with a text as its standard input.
func (g *git) feed(stdin string, args ...string) string {
	g.t.Helper()
	cmd := exec.Command("git", args...)
	cmd.Dir, cmd.Stdin = g.dir, strings.NewReader(stdin)
	cmd.Env = append(os.Environ(), "GIT_CONFIG_GLOBAL="+os.DevNull, "GIT_CONFIG_NOSYSTEM=1", "LC_ALL=C", "HOME="+g.dir, "GIT_NO_REPLACE_OBJECTS=1",
		"GIT_COMMITTER_NAME=Ann", "GIT_COMMITTER_EMAIL=ann@example.com",
		"GIT_CONFIG_COUNT=1", "GIT_CONFIG_KEY_0=core.fsync", "GIT_CONFIG_VALUE_0=none")
	var errs bytes.Buffer
	cmd.Stderr = &errs
	out, err := cmd.Output()
	if err != nil {
		g.t.Fatalf("git %s: %v\n%s", strings.Join(args, " "), err, errs.String())
	}
	return string(out)
}

// object writes an object loose, as it is, and returns its name.
func (g *generated) object(kind, text string) string {
	g.t.Helper()
	return writeLoose(g.t, filepath.Join(g.gitDir(), "objects"), g.hash(), kind, text)
}

func writeLoose(t *testing.T, objects string, h hash.Hash, kind, text string) string {
	t.Helper()
	raw := fmt.Sprintf("%s %d\x00%s", kind, len(text), text)
	h.Write([]byte(raw))
	name := hex.EncodeToString(h.Sum(nil))
	writeZlib(t, filepath.Join(objects, name[:2], name[2:]), raw)
	return name
}

func writeZlib(t *testing.T, path, raw string) {
	t.Helper()
	var b bytes.Buffer
	z := zlib.NewWriter(&b)
	z.Write([]byte(raw))
	z.Close()
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	os.Remove(path) // git makes them read-only
	if err := os.WriteFile(path, b.Bytes(), 0o644); err != nil {
		t.Fatal(err)
	}
}

func (g *generated) data(text string) { fmt.Fprintf(&g.b, "data %d\n%s\n", len(text), text) }

// mark writes blobs and commits into the stream.
func (g *generated) mark(blobs, commits int) {
	for range blobs {
		g.next++
		fmt.Fprintf(&g.b, "blob\nmark :%d\n", g.next)
		g.data(g.text())
		g.blobs = append(g.blobs, g.next)
	}
	for range commits {
		g.commitOne()
	}
	for i := range g.r.IntN(3) {
		g.next++
		fmt.Fprintf(&g.b, "tag t%d.%d\nmark :%d\nfrom :%d\ntagger T <t@example.com> 1700000000 +0000\n", g.next, i, g.next, 1+g.r.IntN(g.next-1))
		g.data("a tag of a commit, a blob or a tag\n")
	}
}

// text returns lines, most of them shared between blobs, so that there is
// something to make deltas of.
func (g *generated) text() string {
	var b strings.Builder
	for i := range g.r.IntN(60) {
		n := i
		if g.r.IntN(8) == 0 {
			n = g.r.IntN(1000)
		}
		fmt.Fprintf(&b, "line %d of some text that goes on for a while\n", n)
	}
	return b.String()
}

func (g *generated) path() string {
	names := []string{"a", "b.env", "x y", "ü", "tab\there", "\xff\xfe", "new\nline", "quo\"te", "back\\slash", "-dash", "a.b", "a0", "a-"}
	var parts []string
	for range 1 + g.r.IntN(1+g.r.IntN(6)) {
		parts = append(parts, names[g.r.IntN(len(names))])
	}
	return strings.Join(parts, "/")
}

// quoted writes a path as git does.
func quoted(path string) string {
	var b strings.Builder
	b.WriteByte('"')
	for i := range len(path) {
		if c := path[i]; c < ' ' || c > '~' || c == '"' || c == '\\' {
			fmt.Fprintf(&b, "\\%03o", c)
		} else {
			b.WriteByte(c)
		}
	}
	b.WriteByte('"')
	return b.String()
}

// commitOne writes a commit: on a branch that goes on, or that is put somewhere
// else, which leaves what it had to nobody.
func (g *generated) commitOne() {
	g.next++
	n := g.next
	ref := []string{"refs/heads/main", "refs/heads/x", "refs/heads/d/y", "refs/remotes/origin/main", "refs/pull/1/head", "refs/odd"}[g.r.IntN(6)]
	notes := len(g.done) > 0 && g.r.IntN(12) == 0
	if notes {
		ref = "refs/notes/commits"
	}
	fmt.Fprintf(&g.b, "commit %s\nmark :%d\nauthor A <a@example.com> %d +0100\ncommitter C <c@example.com> %d -0230\n",
		ref, n, 1_700_000_000+60*n, 1_700_000_000+60*n-g.r.IntN(400))
	if g.r.IntN(10) == 0 {
		g.b.WriteString("encoding iso-8859-1\n")
	}
	g.data("c" + strconv.Itoa(n))
	if len(g.done) > 0 && !notes && g.r.IntN(8) > 0 {
		fmt.Fprintf(&g.b, "from :%d\n", g.done[max(0, len(g.done)-1-g.r.IntN(5))])
		if g.r.IntN(3) == 0 {
			for range 1 + g.r.IntN(1+g.r.IntN(5)) {
				fmt.Fprintf(&g.b, "merge :%d\n", g.done[g.r.IntN(len(g.done))])
			}
		}
	}
	if notes {
		fmt.Fprintf(&g.b, "N :%d :%d\n", g.blobs[g.r.IntN(len(g.blobs))], g.done[g.r.IntN(len(g.done))])
	} else {
		g.changes()
	}
	g.b.WriteString("\n")
	g.done = append(g.done, n)
}

func (g *generated) changes() {
	if g.r.IntN(25) == 0 {
		g.b.WriteString("deleteall\n")
	}
	for range g.r.IntN(6) {
		path := quoted(g.path())
		switch g.r.IntN(12) {
		case 0, 1:
			fmt.Fprintf(&g.b, "D %s\n", path)
		case 2:
			fmt.Fprintf(&g.b, "M 160000 %s %s\n", strings.Repeat("5", 2*g.hash().Size()), path)
		case 3:
			fmt.Fprintf(&g.b, "M 120000 inline %s\n", path)
			g.data("a/" + strconv.Itoa(g.r.IntN(5)))
		case 4:
			fmt.Fprintf(&g.b, "M 100644 :%d \"dir/k\"\nC \"dir\" %s\nR \"dir\" %s\n", g.blobs[g.r.IntN(len(g.blobs))], path, quoted("moved/"+g.path()))
		default:
			mode := []string{"100644", "100755"}[g.r.IntN(2)]
			fmt.Fprintf(&g.b, "M %s :%d %s\n", mode, g.blobs[g.r.IntN(len(g.blobs))], path)
		}
	}
}

// fastImport hands the stream to git and learns the names of what is marked.
func (g *generated) fastImport() {
	g.t.Helper()
	limit := "0"
	if g.r.IntN(2) == 0 {
		limit = "100000" // everything stays loose
	}
	if g.listing == "" {
		g.listing = filepath.Join(g.t.TempDir(), "marks")
	}
	g.feed(g.b.String(), "-c", "fastimport.unpackLimit="+limit, "fast-import", "--quiet", "--force", "--import-marks-if-exists="+g.listing, "--export-marks="+g.listing)
	g.b.Reset()
	text, err := os.ReadFile(g.listing)
	if err != nil {
		g.t.Fatal(err)
	}
	g.marks = map[int]string{}
	for line := range strings.Lines(string(text)) {
		var n int
		var name string
		if _, err := fmt.Sscanf(line, ":%d %s", &n, &name); err != nil {
			g.t.Fatalf("mark %q: %v", line, err)
		}
		g.marks[n] = name
	}
}

// secondPack adds commits to what is there by then. Either git adds a pack, or
// it gets a thin one, whose bases are in the first, and completes it.
func (g *generated) secondPack() {
	if g.r.IntN(2) == 0 {
		g.mark(5, 1+g.r.IntN(5))
		g.fastImport()
		return
	}
	other := *g
	other.git = &git{t: g.t, dir: filepath.Join(g.t.TempDir(), "other")}
	other.b = strings.Builder{}
	if err := os.CopyFS(other.dir, os.DirFS(g.dir)); err != nil {
		g.t.Fatal(err)
	}
	before := len(g.done)
	other.mark(5, 1+g.r.IntN(5))
	other.fastImport()
	var revs strings.Builder
	for _, n := range other.done[before:] {
		fmt.Fprintln(&revs, other.marks[n])
	}
	fmt.Fprintf(&revs, "^%s\n", g.marks[g.done[0]])
	thin := other.feed(revs.String(), "pack-objects", "--thin", "--revs", "--stdout", "-q", "--window=20")
	g.feed(thin, "index-pack", "--stdin", "--fix-thin")
	g.done, g.marks, g.next = other.done, other.marks, other.next
	g.file("refs/heads/thin", g.anyCommit()+"\n")
}
