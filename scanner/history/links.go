package history

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"sort"
	"strings"
	"sync"

	"github.com/awscred/awscred/scanner"
	"github.com/awscred/awscred/scanner/objects"
)

// linkCheck looks for objects that others name and that are not there. A
// repository that has none of them is complete. What git left behind in
// temporary files need not be: it is not looked at. It knows what was shown as what,
// and so what is shown for the first time.
type linkCheck struct {
	store   *objects.Store
	shallow map[objects.ID]bool // commits whose parents are not here, on purpose
	mu      sync.Mutex
	missing map[objects.ID]objects.Type
	kinds   *kinds
}

func newLinkCheck(r *Repository) *linkCheck {
	return &linkCheck{store: r.store, shallow: r.readShallow(), kinds: newKinds(r.store)}
}

// shown takes note of what an object is, and reports whether it is shown as that for
// the first time. What the store does not list, as it stands in a temporary file only,
// is always new.
func (l *linkCheck) shown(o *objects.Object) (first bool) {
	return o.Ordinal < 0 || o.Ordinal>>6 >= len(l.kinds.are[o.Type]) || l.kinds.are[o.Type].add(o.Ordinal)
}

// A linkQueue holds names that stand in trees, until there are enough of them to
// be looked up together, or those of one commit. It is one goroutine's.
type linkQueue struct {
	links  *linkCheck
	reader objects.TreeReader // of the tree at hand
	notes  *notes
	n      int
	ids    [queued]objects.ID
	asked  [queued]queuedLink
	found  [queued]int

	recent [recentNames]recentName
	named  bool          // something was found in the name at hand
	verify func() string // says so
}

// newLinkQueue makes a queue, and the page on which what is looked up is noted.
func newLinkQueue(links *linkCheck, page *notes) *linkQueue {
	q := &linkQueue{links: links, notes: page}
	q.verify = func() string {
		q.named = true
		return ""
	}
	return q
}

// A recentName is one of which it is known that there is nothing in it. Most entries
// of trees have a name that some tree before has had.
type recentName struct {
	text   string
	number uint32
}

const recentNames = 1 << 12

// name returns the number of the name of an entry, and whether there is nothing in it.
// One that is new it hands over.
func (q *linkQueue) name(seen *seenNames, visit scanner.Visitor, name []byte) (number uint32, empty bool) {
	hash := seen.hash(name)
	last := &q.recent[hash/nameShards%recentNames]
	if last.text == string(name) && len(name) > 0 {
		return last.number, true
	}
	number, empty, first := seen.hashed(name, hash)
	if first {
		if empty = q.nothing(visit, name); empty {
			seen.nothing(number)
		}
	}
	if empty {
		*last = recentName{seen.text(number), number}
	}
	return number, empty
}

// nothing hands over a name, and reports whether nothing was found in it.
func (q *linkQueue) nothing(visit scanner.Visitor, name []byte) bool {
	q.named = false
	visit(&scanner.Blob{BlobRef: scanner.BlobRef{Field: scanner.Name, Path: string(name)}, Data: name, Verify: q.verify})
	return !q.named
}

const queued = 64

// A queuedLink says what an entry of a tree takes an object for, if that is to be
// checked, and the number of the entry in the notes, or notNoted.
type queuedLink struct {
	typ  objects.Type
	note int
}

const notNoted = -1

// entry queues what the entry at hand of a tree names. The commits of submodules
// are in other repositories.
func (q *linkQueue) entry(e *objects.TreeReader, check bool, note int) {
	if e.IsSubmodule() || !check && note == notNoted {
		return
	}
	k := queuedLink{note: note}
	if check {
		k.typ = objects.TypeBlob
		if e.IsTree() {
			k.typ = objects.TypeTree
		}
	}
	q.ids[q.n], q.asked[q.n] = e.ID(), k
	if q.n++; q.n == queued {
		q.flush()
	}
}

// commit looks at what a commit names, and notes it: its tree and its parents are
// looked up together, a queue's length at a time.
func (q *linkQueue) commit(o *objects.Object, c *objects.Links) {
	q.flush() // it takes that place
	q.ids[0] = c.Tree
	n := 1 + copy(q.ids[1:], c.Parents)
	store := q.links.store
	store.Ordinals(q.ids[:n], q.found[:n])
	tree := q.found[0]
	q.links.named(c.Tree, tree, objects.TypeTree)
	cut := q.links.shallow[o.ID]
	parents := q.links.parents(make([]int32, 0, 8), cut, q.ids[1:n], q.found[1:n])
	for some := range slices.Chunk(c.Parents[n-1:], queued) {
		store.Ordinals(some, q.found[:len(some)])
		parents = q.links.parents(parents, cut, some, q.found[:len(some)])
	}
	q.notes.commit(o.Ordinal, tree, parents, c.Committed)
}

// parents adds to a list those parents that are there. Where a shallow history is cut
// off they need not be.
func (l *linkCheck) parents(list []int32, cut bool, ids []objects.ID, found []int) []int32 {
	for i, n := range found {
		if !cut {
			l.named(ids[i], n, objects.TypeCommit)
		}
		if n >= 0 {
			list = append(list, int32(n))
		}
	}
	return list
}

// flush looks up what is in the queue.
func (q *linkQueue) flush() {
	ids, found := q.ids[:q.n], q.found[:q.n]
	q.links.store.Ordinals(ids, found)
	for i, n := range found {
		k := q.asked[i]
		if k.typ != 0 {
			q.links.named(ids[i], n, k.typ)
		}
		if k.note != notNoted && n >= 0 {
			q.notes.resolve(k.note, n)
		}
	}
	q.n = 0
}

// want looks for an object that something names as one of type t, and returns
// its ordinal, or noObject.
func (l *linkCheck) want(id objects.ID, t objects.Type) int {
	n := noObject
	if k, ok := l.store.Ordinal(id); ok {
		n = k
	}
	l.named(id, n, t)
	return n
}

// named takes note that something names an object as one of type t. Its ordinal is n,
// noObject if it is not there.
func (l *linkCheck) named(id objects.ID, n int, t objects.Type) {
	if n >= 0 {
		l.kinds.named[t].add(n)
		return
	}
	l.miss(id, t)
}

// miss takes note of an object that is named and not there.
func (l *linkCheck) miss(id objects.ID, t objects.Type) {
	if id.IsZero() || isEmpty(id) {
		return
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.missing == nil {
		l.missing = map[objects.ID]objects.Type{}
	}
	l.missing[id] = t
}

// isEmpty reports whether id is that of the empty blob or the empty tree, which
// git knows without having them (object-file.c: find_cached_object).
func isEmpty(id objects.ID) bool {
	return id == objects.NameOf(objects.TypeBlob, nil, id.Size()) || id == objects.NameOf(objects.TypeTree, nil, id.Size())
}

// listed is how many missing objects are named one by one.
const listed = 20

// report puts what is missing into the ledger.
func (l *linkCheck) report(r *Repository) {
	for _, ref := range r.refs.list {
		l.want(ref.id, branchType(ref.name))
	}
	for _, id := range r.refs.heads {
		l.want(id, objects.TypeCommit)
	}
	for _, ids := range [][]objects.ID{r.refs.logged, r.refs.stashes} {
		for _, id := range ids {
			if !l.store.Has(id) { // the reflog of a tag names tags
				l.want(id, objects.TypeCommit)
			}
		}
	}
	for _, index := range [][]indexEntry{r.index, r.elsewhere} {
		for _, e := range index {
			if e.isBlob() {
				l.want(e.id, objects.TypeBlob)
			}
		}
	}
	for _, id := range r.cached {
		l.want(id, objects.TypeTree)
	}
	reportUnindexed(r)
	l.kinds.report(r)
	if len(l.missing) == 0 || r.continues() {
		return
	}
	if r.store.Promisor() {
		r.cover.AddLost(scanner.Gap{What: "partial clone", Why: "objects were never fetched", Count: len(l.missing),
			Fix: "git fetch --refetch --no-filter"})
		return
	}
	names := make([]string, 0, len(l.missing))
	for id, t := range l.missing {
		names = append(names, t.String()+" "+id.String())
	}
	sort.Strings(names)
	for _, n := range names[:min(len(names), listed)] {
		r.cover.AddLost(scanner.Gap{What: n, Why: "missing", Fix: "git fsck --full; fetch it from another clone"})
	}
	if more := len(names) - listed; more > 0 {
		r.cover.AddLost(scanner.Gap{What: "other objects", Why: "missing", Count: more, Fix: "git fsck --full; fetch them from another clone"})
	}
}

// branchType is the type that a ref asks of its object: branches are commits, and
// other refs may be anything.
func branchType(name string) objects.Type {
	if strings.HasPrefix(name, "refs/heads/") {
		return objects.TypeCommit
	}
	return 0
}

// reportUnindexed lists packs without an index. Their objects are read, but git
// has lost them.
func reportUnindexed(r *Repository) {
	for _, dir := range r.store.Directories() {
		names, err := os.ReadDir(filepath.Join(dir, "pack"))
		if err != nil {
			continue // the store says so
		}
		for _, n := range names {
			pack := filepath.Join(dir, "pack", n.Name())
			if !strings.HasPrefix(n.Name(), "pack-") || filepath.Ext(pack) != ".pack" {
				continue
			}
			if _, err := os.Lstat(strings.TrimSuffix(pack, ".pack") + ".idx"); errors.Is(err, fs.ErrNotExist) {
				r.cover.AddLost(scanner.Gap{What: "index of " + filepath.Base(pack), Why: "missing", Fix: "git index-pack " + pack})
			}
		}
	}
}

// readShallow reads the commits at which a shallow clone was cut off, and
// records that the history before them is lost.
func (r *Repository) readShallow() map[objects.ID]bool {
	if r.bundle != nil {
		return nil
	}
	text, err := r.read(filepath.Join(r.common, "shallow"), maxRefFile)
	if err != nil {
		r.loseFile("shallow", err)
		return nil
	}
	cut := map[objects.ID]bool{}
	for line := range strings.Lines(string(text)) {
		if id, err := objects.ParseID(strings.TrimSpace(line)); err == nil {
			cut[id] = true
		}
	}
	if n := len(cut); n > 0 {
		s := "s"
		if n == 1 {
			s = ""
		}
		r.cover.AddLost(scanner.Gap{What: "shallow clone", Why: fmt.Sprintf("the history before %d commit%s is not here", n, s),
			Count: n, Fix: "git fetch --unshallow"})
	}
	return cut
}
