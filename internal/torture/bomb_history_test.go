//go:build linux

package torture

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/awscred/awscred/internal/keytest"
)

// historyBombs are those made of commits, tags and names.
func historyBombs() []bomb {
	return []bomb{
		{name: "a commit with very many parents", set: func(t *testing.T, _, git string) {
			tree := loose(t, git, "tree", treeOf(treeEntry{"100644", "a", loose(t, git, "blob", secretText(2))}))
			p := newPack()
			var parents strings.Builder
			for i := range size(20_000, 200_000) {
				data := commitOf(tree, "", fmt.Sprintf("root %d\n", i))
				id := nameOf("commit", data)
				p.entry(id, packCommit, uint64(len(data)), nil, deflated(data))
				fmt.Fprintf(&parents, "parent %s\n", hexOf(id))
			}
			p.save(t, git)
			data := commitOf(tree, "", "octopus\n")
			head, rest, _ := bytes.Cut(data, []byte("author"))
			id := loose(t, git, "commit", append(append(bytes.Clone(head), parents.String()...), append([]byte("author"), rest...)...))
			write(t, git, map[string]string{"refs/heads/octopus": hexOf(id) + "\n"})
		}},
		{name: "merges that cross, 2^10,000 ways", set: func(t *testing.T, _, git string) {
			trees := []oid{loose(t, git, "tree", treeOf(treeEntry{"100644", "a", loose(t, git, "blob", secretText(2))})), loose(t, git, "tree", nil)}
			p := newPack()
			add := func(data []byte) oid {
				id := nameOf("commit", data)
				p.entry(id, packCommit, uint64(len(data)), nil, deflated(data))
				return id
			}
			a, b := add(commitOf(trees[0], "", "a\n")), add(commitOf(trees[1], "", "b\n"))
			for i := range 10_000 {
				both := fmt.Sprintf("parent %s\nparent %s\n", hexOf(a), hexOf(b))
				a, b = add(crossed(trees[i%2], both, "a", i)), add(crossed(trees[(i+1)%2], both, "b", i))
			}
			p.save(t, git)
			write(t, git, map[string]string{"refs/heads/a": hexOf(a) + "\n", "refs/heads/b": hexOf(b) + "\n"})
		}},
		{name: "a tree of very many entries", set: func(t *testing.T, _, git string) {
			id := loose(t, git, "blob", secretText(2))
			var b []byte
			for i := range size(100_000, 1_000_000) {
				b = append(fmt.Appendf(b, "100644 f%07d\x00", i), id[:]...)
			}
			commitTo(t, git, loose(t, git, "tree", b), "refs/heads/wide")
		}},
		{name: "a message of 64 MiB", set: func(t *testing.T, _, git string) {
			tree := loose(t, git, "tree", nil)
			id := loose(t, git, "commit", commitOf(tree, "", strings.Repeat("words ", 11<<20)+string(secretText(2))))
			write(t, git, map[string]string{"refs/heads/long": hexOf(id) + "\n"})
		}},
		{name: "tags of tags, 20,000 deep", set: func(t *testing.T, _, git string) {
			p := newPack()
			id, kind := loose(t, git, "blob", secretText(2)), "blob"
			for i := range 20_000 {
				data := fmt.Appendf(nil, "object %s\ntype %s\ntag t%d\ntagger T <t@example.com> 1700000000 +0000\n\nwords\n", hexOf(id), kind, i)
				id, kind = nameOf("tag", data), "tag"
				p.entry(id, packTag, uint64(len(data)), nil, deflated(data))
			}
			p.save(t, git)
			write(t, git, map[string]string{"refs/tags/deep": hexOf(id) + "\n"})
		}},
		{name: "refs that name each other, and one that names itself", set: func(t *testing.T, _, git string) {
			write(t, git, map[string]string{"refs/heads/x": "ref: refs/heads/y\n", "refs/heads/y": "ref: refs/heads/x\n", "refs/heads/z": "ref: refs/heads/z\n"})
		}, lost: "not there"},
		{name: "very many equal keys", set: func(t *testing.T, dir, _ string) {
			for i := range size(5, 40) {
				var b strings.Builder
				for range 20_000 {
					b.WriteString("key " + keytest.ID(2) + " " + keytest.Secret(2) + "\n")
				}
				fmt.Fprintf(&b, "%d\n", i)
				write(t, dir, map[string]string{fmt.Sprintf("f%d", i): b.String()})
			}
		}},
		{name: "very many different keys", set: func(t *testing.T, dir, _ string) {
			f, err := os.Create(filepath.Join(dir, "keys"))
			check(t, err)
			for i := range size(5_000, 50_000) {
				_, err = fmt.Fprintf(f, "AWS_ACCESS_KEY_ID=%s\nAWS_SECRET_ACCESS_KEY=%s\n", keytest.ID(i+10), keytest.Secret(i+10))
				check(t, err)
			}
			check(t, f.Close())
		}},
		{name: "alternates of alternates, and in a circle", lost: "alternate", set: func(t *testing.T, _, git string) {
			at := filepath.Join(git, "objects")
			for i := range 1000 {
				next := filepath.Join(git, "alternates", fmt.Sprint(i))
				check(t, os.MkdirAll(filepath.Join(next, "info"), 0o755))
				check(t, os.MkdirAll(filepath.Join(at, "info"), 0o755))
				check(t, os.WriteFile(filepath.Join(at, "info", "alternates"), []byte(next+"\n"+filepath.Join(git, "objects")+"\n"), 0o644))
				at = next
			}
		}},
	}
}

// crossed is a commit with two parents.
func crossed(tree oid, parents, side string, i int) []byte {
	return fmt.Appendf(nil, "tree %s\n%sauthor A <a@example.com> 1700000000 +0000\ncommitter A <a@example.com> %d +0000\n\n%s %d\n", hexOf(tree), parents, 1_700_000_000+i, side, i)
}
