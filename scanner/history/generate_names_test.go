package history_test

import (
	"encoding/hex"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"
)

func (g *generated) anyCommit() string { return g.marks[g.done[g.r.IntN(len(g.done))]] }

func (g *generated) anyBlob() string { return g.marks[g.blobs[g.r.IntN(len(g.blobs))]] }

// names writes refs, reflogs, stashes and linked work trees.
func (g *generated) names() {
	zero := strings.Repeat("0", 2*g.hash().Size())
	blob := g.anyBlob()
	tree := g.object("tree", "100644 in a tree\x00"+rawName(blob)+"40000 sub\x00"+rawName(g.object("tree", "120000 k\x00"+rawName(blob))))
	who := "A <a@example.com> 1700000000 +0000"
	// A repack drops what is packed and unreachable and keeps what is loose: a
	// tree that nothing leads to could then lack its blobs.
	g.file("refs/tags/tree", tree+"\n")
	switch g.r.IntN(3) {
	case 0:
		g.file("refs/tags/blob", g.object("blob", "by a tag only "+strconv.Itoa(g.next))+"\n")
	case 1:
		tag := g.object("tag", "object "+tree+"\ntype tree\ntag of-tree\ntagger "+who+"\n\nof a tree\n")
		g.file("refs/tags/of-tree", tag+"\n")
	}
	if g.r.IntN(2) == 0 { // headers that fast-import cannot write
		signed := "tree " + tree + "\nparent " + g.anyCommit() + "\nauthor " + who + "\ncommitter " + who + "\ngpgsig -----BEGIN PGP SIGNATURE-----\n \n AAAA\n -----END PGP SIGNATURE-----\nmergetag object " +
			g.anyCommit() + "\n type commit\n tag x\n tagger " + who + "\n \n text\nx-other header\n\nsigned\n"
		g.file("refs/heads/signed", g.object("commit", signed)+"\n")
	}
	if g.r.IntN(2) == 0 {
		g.stash(tree, who, zero)
	}
	if g.r.IntN(2) == 0 {
		log := ""
		for range 1 + g.r.IntN(4) {
			log += g.anyCommit() + " " + g.anyCommit() + " " + who + "\tcommit (amend): x\n"
		}
		g.file([]string{"logs/HEAD", "logs/refs/heads/main", "logs/refs/heads/gone"}[g.r.IntN(3)], log)
	}
	switch g.r.IntN(5) {
	case 0:
		g.file("HEAD", g.anyCommit()+"\n")
	case 1:
		g.file("HEAD", "ref: refs/heads/unborn\n")
	case 2:
		g.file("refs/heads/named", g.anyCommit()+"\n")
		g.file("refs/heads/alias", "ref: refs/heads/named\n")
	}
	if g.r.IntN(3) == 0 {
		g.file("worktrees/w/HEAD", g.anyCommit()+"\n")
		g.file("worktrees/w/commondir", "../..\n")
		g.file("worktrees/w/gitdir", filepath.Join(g.dir, "w", ".git")+"\n")
		g.file("worktrees/w/logs/HEAD", zero+" "+g.anyCommit()+" "+who+"\tx\n")
	}
	if g.r.IntN(3) == 0 {
		g.file("ORIG_HEAD", g.anyCommit()+"\n")
	}
}

func rawName(name string) string {
	b, err := hex.DecodeString(name)
	if err != nil {
		panic(err)
	}
	return string(b)
}

// stash makes two stashes of three commits each, of which the reflog alone keeps
// the older one.
func (g *generated) stash(tree, who, zero string) {
	log, before := "", zero
	for i := range 2 {
		base := g.anyCommit()
		head := "\nauthor " + who + "\ncommitter " + who + "\n\n"
		staged := g.object("blob", fmt.Sprintf("staged %d of %d\n", i, g.next))
		index := g.object("commit", "tree "+g.object("tree", "100644 staged\x00"+rawName(staged))+"\nparent "+base+head+"index on main\n")
		untracked := g.object("commit", "tree "+tree+head+"untracked files\n")
		top := g.object("commit", "tree "+tree+"\nparent "+base+"\nparent "+index+"\nparent "+untracked+head+"WIP\n")
		log += before + " " + top + " " + who + "\tWIP " + strconv.Itoa(i) + "\n"
		before = top
	}
	g.file("refs/stash", before+"\n")
	g.file("logs/refs/stash", log)
}

// stage writes an index: files, links, submodules, the stages of conflicts, and
// blobs that are in no commit.
func (g *generated) stage() {
	if g.bare {
		return
	}
	var b strings.Builder
	seen := map[string]bool{}
	for range g.r.IntN(12) {
		path := g.path()
		if g.taken(path, seen) {
			continue
		}
		blob := g.anyBlob()
		if g.r.IntN(3) == 0 {
			blob = g.object("blob", "staged only "+strconv.Itoa(g.r.IntN(20)))
		}
		switch g.r.IntN(5) {
		case 0:
			for stage := 1; stage <= 3; stage++ {
				fmt.Fprintf(&b, "100644 %s %d\t%s\x00", g.anyBlob(), stage, path)
			}
		case 1:
			fmt.Fprintf(&b, "160000 %s 0\t%s\x00", strings.Repeat("7", len(blob)), path)
		case 2:
			fmt.Fprintf(&b, "120000 %s 0\t%s\x00", blob, path)
		default:
			fmt.Fprintf(&b, "100755 %s 0\t%s\x00", blob, path)
		}
	}
	args := []string{"update-index", "-z", "--index-info"}
	if g.r.IntN(3) == 0 {
		args = []string{"-c", "index.version=4", "update-index", "-z", "--index-info"}
	}
	g.feed(b.String(), args...)
}

// taken reports whether a path cannot stand beside those that are seen: it is
// one of them, or below or above one.
func (g *generated) taken(path string, seen map[string]bool) bool {
	for other := range seen {
		if other == path || strings.HasPrefix(other, path+"/") || strings.HasPrefix(path, other+"/") {
			return true
		}
	}
	seen[path] = true
	return false
}

// store arranges the object store in one of the ways in which git does.
func (g *generated) store() {
	g.t.Helper()
	window, depth := "--window="+strconv.Itoa(g.r.IntN(40)), "--depth="+strconv.Itoa(1+g.r.IntN(60))
	settings := [][]string{nil, {"-c", "repack.useDeltaBaseOffset=false"}, {"-c", "pack.indexVersion=1"}, {"-c", "pack.writeReverseIndex=true"}}[g.r.IntN(4)]
	repack := func(args ...string) {
		g.t.Helper()
		g.run(append(append([]string{}, settings...), append([]string{"repack", "-q"}, args...)...)...)
	}
	switch g.r.IntN(12) {
	case 0:
		repack("-adf", window, depth)
	case 1:
		repack("-adf", "--keep-unreachable", window, depth)
	case 2:
		repack("--cruft", "-d", window, depth)
	case 3:
		repack("-A", "-d")
	case 4:
		repack() // loose and packed
	case 5:
		repack("-d", "--geometric=2")
	case 6:
		repack("-ad", "--write-bitmap-index")
	case 7:
		repack("-d")
		g.run("multi-pack-index", "write")
	case 8:
		g.run("gc", "-q", "--prune=now")
	case 9:
		g.run("reflog", "expire", "--expire=now", "--all")
		repack("-ad", window, depth)
		g.run("prune", "--expire=now")
	case 10:
		g.alternate()
	}
	switch g.r.IntN(5) {
	case 0:
		g.run("pack-refs", "--all")
	case 1:
		g.run("commit-graph", "write", "--reachable")
	}
}

// alternate moves some of the object files into a store of its own, inside the
// repository.
func (g *generated) alternate() {
	g.t.Helper()
	objects := filepath.Join(g.gitDir(), "objects")
	err := filepath.WalkDir(objects, func(path string, d fs.DirEntry, err error) error {
		if err != nil || !d.Type().IsRegular() || filepath.Ext(path) == ".idx" || filepath.Ext(path) == ".rev" || g.r.IntN(2) == 0 {
			return err
		}
		rel, _ := filepath.Rel(objects, path)
		parts := []string{rel}
		if filepath.Ext(path) == ".pack" {
			parts = append(parts, strings.TrimSuffix(rel, ".pack")+".idx")
		}
		for _, p := range parts {
			to := filepath.Join(g.gitDir(), "second", p)
			if err := os.MkdirAll(filepath.Dir(to), 0o755); err != nil {
				return err
			}
			if err := os.Rename(filepath.Join(objects, p), to); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		g.t.Fatal(err)
	}
	g.file("second/info/packs", "\n")
	g.file("objects/info/alternates", "../second\n")
}
