package history

import (
	"testing"

	"github.com/awscred/awscred/scanner/objects"
)

// A commit takes the place of what a tree has in the queue; each is told of its own.
func TestCommitBehindTree(t *testing.T) {
	r, err := Open(large(t, 2, 3, 2), Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	read := func(id objects.ID) *objects.Object {
		typ, raw, err := r.store.Read(id)
		n, ok := r.store.Ordinal(id)
		if err != nil || !ok {
			t.Fatal(id, err)
		}
		return &objects.Object{ID: id, Type: typ, Data: raw, Ordinal: n}
	}
	id, err := r.resolveRevision("HEAD")
	if err != nil {
		t.Fatal(err)
	}
	head := read(id)
	names := objects.ParseLinks(head.Data)
	links := newLinkCheck(r)
	book := newNotebook(1, newHeldBlobs(r.store), 1<<20)
	page := book.pages[0]
	q := newLinkQueue(links, page)
	var reader objects.TreeReader
	reader.Reset(read(names.Tree), objects.TreeMarks{})
	var want []int32
	for reader.Next() {
		n, ok := r.store.Ordinal(reader.ID())
		if !ok {
			t.Fatalf("%s is not there", reader.Name)
		}
		if !reader.IsTree() {
			n = ^n
		}
		want = append(want, int32(n))
		q.entry(&reader, true, page.entry(&reader, 0, true))
	}
	q.commit(head, &names)
	q.flush()
	if len(want) == 0 || page.entries.n != len(want) {
		t.Fatalf("%d entries were noted, of %d", page.entries.n, len(want))
	}
	for i, n := range want {
		if got := page.entries.at(i).to; got != n {
			t.Errorf("entry %d leads to %d, want %d", i, got, n)
		}
	}
	tree, _ := r.store.Ordinal(names.Tree)
	parent, _ := r.store.Ordinal(names.Parents[0])
	if c := page.commits[0]; int(c.commit) != head.Ordinal || int(c.tree) != tree || len(page.parents) != 1 || int(page.parents[0]) != parent {
		t.Errorf("noted %+v with parents %v", c, page.parents)
	}
	if len(links.missing) > 0 {
		t.Errorf("missing: %v", links.missing)
	}
}
