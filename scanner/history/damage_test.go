package history_test

import (
	"errors"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/awscred/awscred/scanner"
	"github.com/awscred/awscred/scanner/history"
)

// errCannot is the answer of a damage that has nothing to damage: there are no
// packs, or no loose objects.
var errCannot = errors.New("there is nothing of the kind")

// Whenever git fsck tells of missing, corrupt, mismatching or unparsable objects
// or of broken links, a scan is not complete. Damage of every kind is done to
// stores of many kinds.
func TestDamage(t *testing.T) {
	var bases []*generated
	for seed, empty := uint64(0), templates(t); seed < 24; seed++ {
		bases = append(bases, generate(t, empty, 10_000+seed))
	}
	rounds := 4
	if testing.Short() {
		rounds = 1
	}
	for kind, hurt := range damages() {
		t.Run(kind, func(t *testing.T) {
			t.Parallel()
			r := rand.New(rand.NewPCG(uint64(len(kind)), uint64(kind[0])))
			noticed, done := 0, 0
			for _, n := range r.Perm(len(bases)) {
				g := bases[n].copy(t, r)
				if err := hurt(g); errors.Is(err, errCannot) {
					continue
				} else if err != nil {
					t.Fatal(err)
				}
				if done++; done > rounds && noticed > 0 {
					break
				}
				complaint := g.complaint()
				if complaint == "" {
					continue
				}
				noticed++
				// A forged index can be told by the names of all objects alone.
				o := history.Options{Margin: 64 * r.IntN(2), VerifyNames: kind == "names in an index swapped"}
				if cover := sweepAll(t, g.dir, o); cover.Complete {
					t.Errorf("repository %d: complete, but git says %s", n, complaint)
				}
			}
			if noticed == 0 {
				t.Errorf("git noticed none of %d", done)
			}
		})
	}
}

// copy makes a copy of the repository to damage.
func (g *generated) copy(t *testing.T, r *rand.Rand) *generated {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "copy")
	if err := os.CopyFS(dir, os.DirFS(g.dir)); err != nil {
		t.Fatal(err)
	}
	return &generated{git: &git{t: t, dir: dir, now: g.now}, r: r, bare: g.bare, hash: g.hash, marks: g.marks, blobs: g.blobs, done: g.done, next: g.next}
}

// sweepAll reads a repository and returns what was covered. One that cannot be
// opened or read at all is not complete.
func sweepAll(t *testing.T, dir string, o history.Options) *scanner.Coverage {
	t.Helper()
	r, err := history.Open(dir, o)
	if err != nil {
		return &scanner.Coverage{}
	}
	defer r.Close()
	if err := r.Sweep(t.Context(), func(*scanner.Blob) scanner.Candidates { return nil }); err != nil {
		return &scanner.Coverage{}
	}
	r.Coverage().Close(false)
	return r.Coverage()
}

// complaint is what git fsck has against the repository, but for lint: what it
// thinks of dates, modes and names, and of files that merely speed git up.
func (g *generated) complaint() string {
	out, err := g.try("fsck", "--full", "--no-dangling", "--no-progress")
	if err == nil {
		return ""
	}
	lint := []string{"badDate", "badDateOverflow", "badEmail", "badName", "badTimezone", "missingEmail", "missingNameBeforeEmail",
		"missingSpaceBeforeDate", "missingSpaceBeforeEmail", "zeroPaddedDate", "badFilemode", "treeNotSorted", "duplicateEntries"}
	var kept []string
	for line := range strings.Lines(out) {
		line = strings.TrimSpace(line)
		rest, ofObject := strings.CutPrefix(line, "error in ")
		parts := strings.Split(rest, ": ")
		switch {
		case line == "", strings.HasPrefix(line, "notice:"), strings.HasPrefix(line, "warning"), strings.Contains(line, "commit-graph"):
		case ofObject && len(parts) > 1 && slices.Contains(lint, parts[1]):
		default:
			kept = append(kept, line)
		}
	}
	return strings.Join(kept, "\n")
}

// A hurt does damage of one kind.
type hurt = func(g *generated) error

func damages() map[string]hurt {
	all := map[string]hurt{}
	for name, change := range map[string]func(r *rand.Rand, data []byte) []byte{
		"deleted": func(*rand.Rand, []byte) []byte { return nil },
		"empty":   func(*rand.Rand, []byte) []byte { return []byte{} },
		"cut":     func(r *rand.Rand, data []byte) []byte { return data[:r.IntN(len(data))] },
		"flipped": func(r *rand.Rand, data []byte) []byte { data[r.IntN(len(data))] ^= 1 << r.IntN(8); return data },
		"zeroed":  func(r *rand.Rand, data []byte) []byte { clear(data[r.IntN(len(data)):]); return data },
		"longer":  func(_ *rand.Rand, data []byte) []byte { return append(data, "garbage"...) },
	} {
		for kind, pattern := range map[string]string{"loose object": "??/??*", "pack": "pack/pack-*.pack", "index of a pack": "pack/pack-*.idx"} {
			all[kind+" "+name] = func(g *generated) error { return g.change(pattern, change) }
		}
	}
	for name, h := range map[string]hurt{
		"ref to nothing":                 func(g *generated) error { g.file("refs/heads/broken", g.nothing()+"\n"); return nil },
		"ref to half a name":             func(g *generated) error { g.file("refs/heads/broken", g.nothing()[:20]+"\n"); return nil },
		"ref without content":            func(g *generated) error { g.file("refs/heads/broken", ""); return nil },
		"ref to a ref that is not there": func(g *generated) error { g.file("refs/heads/broken", "ref: refs/heads/nowhere\n"); return nil },
		"refs that name each other":      crossedRefs,
		"packed ref to nothing":          packedRef,
		"HEAD to nothing":                func(g *generated) error { g.file("HEAD", g.nothing()+"\n"); return nil },
		"HEAD of a work tree to nothing": worktreeHead,
		"reflog to nothing":              reflogToNothing,
		"index to nothing":               indexToNothing,
		"index, its cache of trees":      cachedTree,
		"commit without its tree":        func(g *generated) error { return g.keep("commit", g.commitOf(g.nothing(), "")) },
		"commit without a parent":        func(g *generated) error { return g.keep("commit", g.commitOf(g.tree(), g.nothing())) },
		"commit of a blob":               func(g *generated) error { return g.keep("commit", g.commitOf(g.anyBlob(), "")) },
		"commit of a commit":             func(g *generated) error { return g.keep("commit", g.commitOf(g.anyCommit(), "")) },
		"commit on a blob":               func(g *generated) error { return g.keep("commit", g.commitOf(g.tree(), g.anyBlob())) },
		"commit on nobody": func(g *generated) error {
			return g.keep("commit", g.commitOf(g.tree(), strings.Repeat("0", len(g.tree()))))
		},
		"commit with half a tree":        func(g *generated) error { return g.keep("commit", g.commitOf(g.tree()[:30], "")) },
		"commit with half a parent":      func(g *generated) error { return g.keep("commit", g.commitOf(g.tree(), g.anyCommit()[:39]+"x")) },
		"commit with no header":          func(g *generated) error { return g.keep("commit", "hello\n") },
		"commit with nothing":            func(g *generated) error { return g.keep("commit", "") },
		"commit with another first line": func(g *generated) error { return g.keep("commit", "x y\n"+g.commitOf(g.tree(), "")) },
		"commit without an author": func(g *generated) error {
			return g.keep("commit", "tree "+g.tree()+"\ncommitter A <a@x> 1 +0000\n\nx\n")
		},
		"commit without a committer":      func(g *generated) error { return g.keep("commit", "tree "+g.tree()+"\nauthor A <a@x> 1 +0000\n\nx\n") },
		"commit that nobody keeps":        func(g *generated) error { g.object("commit", "hello\n"); return nil },
		"tree without a blob":             func(g *generated) error { return g.keepTree("100644 k\x00" + rawName(g.nothing())) },
		"tree without a tree":             func(g *generated) error { return g.keepTree("40000 k\x00" + rawName(g.nothing())) },
		"tree with a null name":           func(g *generated) error { return g.keepTree("100644 k\x00" + strings.Repeat("\x00", g.hash().Size())) },
		"tree that takes a blob for one":  func(g *generated) error { return g.keepTree("40000 k\x00" + rawName(g.anyBlob())) },
		"tree that takes one for a blob":  func(g *generated) error { return g.keepTree("100644 k\x00" + rawName(g.tree())) },
		"tree that takes a commit for it": func(g *generated) error { return g.keepTree("40000 k\x00" + rawName(g.anyCommit())) },
		"tree cut off":                    func(g *generated) error { return g.keepTree("100644 k\x00" + rawName(g.anyBlob())[:9]) },
		"tree without a NUL":              func(g *generated) error { return g.keepTree("100644 k") },
		"tree without a mode":             func(g *generated) error { return g.keepTree(" k\x00" + rawName(g.anyBlob())) },
		"tree with a mode of letters":     func(g *generated) error { return g.keepTree("1006x4 k\x00" + rawName(g.anyBlob())) },
		"tree without a file name":        func(g *generated) error { return g.keepTree("100644 \x00" + rawName(g.anyBlob())) },
		"tree that nobody keeps":          func(g *generated) error { g.object("tree", "100644 k"); return nil },
		"tag of nothing":                  func(g *generated) error { return g.keep("tag", g.tagOf(g.nothing(), "commit")) },
		"tag that takes a blob for one":   func(g *generated) error { return g.keep("tag", g.tagOf(g.anyBlob(), "commit")) },
		"tag that takes one for a blob":   func(g *generated) error { return g.keep("tag", g.tagOf(g.anyCommit(), "blob")) },
		"tag of another type":             func(g *generated) error { return g.keep("tag", g.tagOf(g.anyCommit(), "thing")) },
		"tag with half a name":            func(g *generated) error { return g.keep("tag", g.tagOf(g.nothing()[:10], "commit")) },
		"tag with nothing":                func(g *generated) error { return g.keep("tag", "") },
		"tag without a type": func(g *generated) error {
			return g.keep("tag", "object "+g.anyCommit()+"\ntag x\ntagger A <a@x> 1 +0000\n\nx\n")
		},
		"tag that nobody keeps":     func(g *generated) error { g.object("tag", "hello\n"); return nil },
		"object of no type":         func(g *generated) error { return g.keep("thing", "x\n") },
		"object of another size":    func(g *generated) error { return g.raw("blob 3\x00long\n") },
		"object without a header":   func(g *generated) error { return g.raw("hello") },
		"object under another name": otherName,
		"names in an index swapped": swapped,
		"alternate gone":            alternateGone,
	} {
		all[name] = h
	}
	return all
}

// change replaces the content of one file of the object store; nil removes it.
func (g *generated) change(pattern string, change func(*rand.Rand, []byte) []byte) error {
	files, err := filepath.Glob(filepath.Join(g.gitDir(), "objects", pattern))
	if err != nil || len(files) == 0 {
		return errors.Join(err, errCannot)
	}
	path := files[g.r.IntN(len(files))]
	data, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	if err := os.Remove(path); err != nil {
		return err
	}
	if data = change(g.r, data); data == nil {
		return nil
	}
	return os.WriteFile(path, data, 0o644)
}

// nothing is the name of an object that is not there.
func (g *generated) nothing() string {
	return strings.Repeat(strconv.Itoa(1+g.r.IntN(8)), 2*g.hash().Size())
}

// tree is a tree of one file.
func (g *generated) tree() string { return g.object("tree", "100644 one\x00"+rawName(g.anyBlob())) }

func (g *generated) commitOf(tree, parent string) string {
	text := "tree " + tree + "\n"
	if parent != "" {
		text += "parent " + parent + "\n"
	}
	return text + "author A <a@x> 1700000000 +0000\ncommitter A <a@x> 1700000000 +0000\n\nbroken\n"
}

func (g *generated) tagOf(id, kind string) string {
	return "object " + id + "\ntype " + kind + "\ntag broken\ntagger A <a@x> 1700000000 +0000\n\nbroken\n"
}

// keep writes an object that a ref leads to.
func (g *generated) keep(kind, text string) error {
	dir := "refs/tags/"
	if kind == "commit" {
		dir = "refs/heads/"
	}
	g.file(dir+"broken", g.object(kind, text)+"\n")
	return nil
}

// keepTree writes a tree that a commit has, below its own.
func (g *generated) keepTree(text string) error {
	top := g.object("tree", "40000 dir\x00"+rawName(g.object("tree", text)))
	return g.keep("commit", g.commitOf(top, ""))
}

// raw writes a loose object, header included, and a ref to it.
func (g *generated) raw(text string) error {
	name := g.nothing()
	writeZlib(g.t, filepath.Join(g.gitDir(), "objects", name[:2], name[2:]), text)
	g.file("refs/tags/broken", name+"\n")
	return nil
}

func crossedRefs(g *generated) error {
	g.file("refs/heads/one", "ref: refs/heads/two\n")
	g.file("refs/heads/two", "ref: refs/heads/one\n")
	return nil
}

func packedRef(g *generated) error {
	path := filepath.Join(g.gitDir(), "packed-refs")
	if _, err := os.Stat(path); err == nil {
		return errCannot // it is sorted
	}
	g.file("packed-refs", "# pack-refs with: peeled fully-peeled sorted \n"+g.nothing()+" refs/heads/broken\n")
	return nil
}

func worktreeHead(g *generated) error {
	g.file("worktrees/v/HEAD", g.nothing()+"\n")
	g.file("worktrees/v/commondir", "../..\n")
	g.file("worktrees/v/gitdir", filepath.Join(g.dir, "v", ".git")+"\n")
	return nil
}

func reflogToNothing(g *generated) error {
	g.file("logs/refs/heads/main", g.anyCommit()+" "+g.nothing()+" A <a@x> 1 +0000\tx\n")
	g.file("refs/heads/main", g.anyCommit()+"\n")
	return nil
}

func indexToNothing(g *generated) error {
	if g.bare {
		return errCannot
	}
	g.feed("100644 "+g.nothing()+" 0\tnew/file\x00", "update-index", "-z", "--index-info")
	return nil
}

// cachedTree makes an index remember a tree that then goes.
func cachedTree(g *generated) error {
	if g.bare {
		return errCannot
	}
	g.feed("", "read-tree", "--empty")
	g.feed("100644 "+g.object("blob", "kept")+" 0\tcached/file\x00", "update-index", "-z", "--index-info")
	tree := strings.TrimSpace(g.feed("", "write-tree"))
	return os.Remove(filepath.Join(g.gitDir(), "objects", tree[:2], tree[2:]))
}

// otherName puts the content of one loose object under the name of another.
func otherName(g *generated) error {
	one, two := g.object("blob", "one\n"), g.object("blob", "two\n")
	dir := filepath.Join(g.gitDir(), "objects")
	return os.Rename(filepath.Join(dir, one[:2], one[2:]), filepath.Join(dir, two[:2], two[2:]))
}

// swapped gives two blobs of a pack each other's names, with all checksums right.
func swapped(g *generated) error {
	packs, err := filepath.Glob(filepath.Join(g.gitDir(), "objects", "pack", "*.idx"))
	if err != nil || len(packs) != 1 || g.hash().Size() != 20 {
		return errors.Join(err, errCannot)
	}
	data, err := os.ReadFile(packs[0])
	if err != nil || !strings.HasPrefix(string(data), "\xfftOc") {
		return errors.Join(err, errCannot)
	}
	var blobs []string
	for line := range strings.Lines(g.feed(string(data), "show-index")) {
		blobs = append(blobs, strings.Fields(line)[1])
	}
	if len(blobs) < 2 {
		return errCannot
	}
	swapNames(g.t, packs[0], blobs[0], blobs[1])
	return nil
}

func alternateGone(g *generated) error {
	g.file("objects/info/alternates", "../gone\n")
	return g.keep("commit", g.commitOf(g.nothing(), ""))
}
