package history

import (
	"context"
	"fmt"
	"maps"
	"path"
	"slices"
	"strings"
	"sync"

	"github.com/awscred/awscred/scanner"
	"github.com/awscred/awscred/scanner/objects"
)

// A locator finds out where secrets stand. Secrets are numbered as the scan
// gave them; wanted things (blobs, and names of files) are numbered in the order
// in which they are met.
type locator struct {
	r       *Repository
	secrets []scanner.Held

	blobs  []objects.ID
	names  []string
	byBlob map[objects.ID]int
	byName map[string]int
	held   [][]int32              // by wanted thing: its secrets
	own    map[objects.ID][]int32 // by commit or tag: the secrets that it holds itself

	census    *census
	witness   *witness
	standing  [][]standing
	tags      map[objects.ID]tag
	tagRefs   map[objects.ID][]string // by tag object: the refs that lead to it
	blobRefs  map[objects.ID][]string // by blob: refs and tags that name it without a commit
	treeRefs  map[objects.ID][]string
	staged    map[objects.ID][]string // by blob: paths in the index that HEAD does not have so
	treeSpots map[int][]scanner.Spot  // by wanted thing: where a ref to a tree has it
	committed *committed              // nil until it is asked
}

// A tag is what is kept of a tag object.
type tag struct {
	target objects.ID
	typ    objects.Type
	author string
	when   string
}

// Locate finds the commits, paths and refs of each secret.
func (r *Repository) Locate(ctx context.Context, secrets []scanner.Held) ([]scanner.Life, error) {
	if r.revisions != nil {
		return r.locateRange(ctx, secrets)
	}
	if l := r.again(secrets); l != nil {
		return l.lives(), nil
	}
	l := &locator{r: r, secrets: secrets, byBlob: map[objects.ID]int{}, byName: map[string]int{}, own: map[objects.ID][]int32{}}
	l.wantAll()
	if len(l.blobs)+len(l.names)+len(l.own) > 0 && r.opts.Scope == Everything {
		survey := l.survey
		if l.noted() {
			survey = l.recall
		}
		if err := survey(ctx); err != nil {
			return nil, err
		}
		r.surveyed = l
	}
	return l.lives(), nil
}

// want notes that a blob holds secret number i.
func (l *locator) want(i int, b scanner.BlobRef) {
	id, err := objects.ParseID(b.ID)
	switch {
	case b.Place == scanner.InLFS:
		for _, pointer := range l.pointers(b) {
			l.hold(i, l.blobNumber(pointer))
		}
	case b.Place != "":
	case b.Field == scanner.Name && b.ID == "":
		l.hold(i, l.nameNumber(b.Path))
	case err != nil:
	case b.Field == scanner.Content || b.Via != "": // a member of an archive stands where the archive does
		l.hold(i, l.blobNumber(id))
	default:
		l.own[id] = append(l.own[id], int32(i))
	}
}

// pointers are the blobs of the repository that stand for an LFS object.
func (l *locator) pointers(b scanner.BlobRef) []objects.ID {
	var list []objects.ID
	for _, hex := range l.r.pointers.blobs[path.Base(b.Path)] {
		if id, err := objects.ParseID(hex); err == nil && !slices.Contains(list, id) {
			list = append(list, id)
		}
	}
	slices.SortFunc(list, objects.ID.Compare)
	return list
}

func (l *locator) hold(secret, wanted int) {
	for wanted >= len(l.held) {
		l.held = append(l.held, nil)
	}
	if n := len(l.held[wanted]); n == 0 || l.held[wanted][n-1] != int32(secret) {
		l.held[wanted] = append(l.held[wanted], int32(secret))
	}
}

// blobNumber and nameNumber share one numbering: even numbers are blobs, odd
// ones names.
func (l *locator) blobNumber(id objects.ID) int {
	n, ok := l.byBlob[id]
	if !ok {
		n = 2 * len(l.blobs)
		l.blobs = append(l.blobs, id)
		l.byBlob[id] = n
	}
	return n
}

func (l *locator) nameNumber(name string) int {
	n, ok := l.byName[name]
	if !ok {
		n = 2*len(l.names) + 1
		l.names = append(l.names, name)
		l.byName[name] = n
	}
	return n
}

// survey reads all commits, tags and trees and takes the census.
func (l *locator) survey(ctx context.Context) error {
	f := newForest(l.byBlob, l.byName, l.r.store.Len(), nil, l.r.store.Ordinal)
	var mu sync.Mutex
	var list []commit
	var parents [][]objects.ID
	l.tags = map[objects.ID]tag{}
	o := l.r.sweepOptions()
	o.Margin, o.Gap, o.VerifyNames = 1, 0, false
	o.Types = []objects.Type{objects.TypeCommit, objects.TypeTree, objects.TypeTag}
	planters := make([]planter, o.Jobs)
	for i := range planters {
		planters[i].f = f
	}
	err := l.r.store.Sweep(ctx, o, func(worker int, x *objects.Object) any {
		switch x.Type {
		case objects.TypeTree:
			return planters[worker].add(x)
		case objects.TypeCommit:
			c := objects.ParseLinks(x.Data)
			mu.Lock()
			list = append(list, commit{id: x.ID, tree: c.Tree, time: c.Committed})
			parents = append(parents, c.Parents)
			mu.Unlock()
		case objects.TypeTag:
			t := objects.ParseTag(x.Data)
			mu.Lock()
			l.tags[x.ID] = tag{t.Object, t.Type, person(t.Tagger), rfc3339(t.Tagger.Time)}
			mu.Unlock()
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("reading commits and trees: %w", err)
	}
	return l.take(ctx, newGraph(list, parents), f)
}

// newCommit is what is kept of a commit that is described.
func newCommit(id objects.ID, c *objects.Commit) commit {
	known := c.Author.Time
	if c.Committer.Time.After(known) {
		known = c.Committer.Time
	}
	return commit{id: id, tree: c.Tree, author: person(c.Author), when: rfc3339(c.Author.Time), known: rfc3339(known), time: c.Committer.Time.Unix()}
}

// person returns a name and address as git shows them.
func person(p objects.Ident) string {
	if p.Mail == "" {
		return p.Name
	}
	return strings.TrimSpace(p.Name + " <" + p.Mail + ">")
}

// take takes the census and finds what stands in no commit.
func (l *locator) take(ctx context.Context, g *graph, f *forest) error {
	l.witness = newWitness(l.r)
	g.describe = l.witness.commit
	own := l.ownCommits(g)
	l.tagRefs, l.blobRefs, l.treeRefs = map[objects.ID][]string{}, map[objects.ID][]string{}, map[objects.ID][]string{}
	tips := l.tips(g)
	head := int32(-1)
	if n, ok := g.number[l.r.refs.head]; ok {
		head = n
	}
	var err error
	l.census, err = newCensus(ctx, g, f, tips, head, l.held, own)
	if err != nil {
		return err
	}
	if l.r.refs.unknown {
		l.census.assumeReached()
	}
	var cut bool
	if l.standing, cut = l.census.standings(); cut {
		l.r.cover.AddNote("some secrets stand under more paths than are listed")
	}
	l.findStaged(f)
	l.findTreeRefs(f)
	return l.witness.attend(ctx, l.census, l.standing)
}

// tips lists the commits that refs, heads, stashes and reflogs name.
func (l *locator) tips(g *graph) []tip {
	var tips []tip
	for _, ref := range l.r.refs.list {
		from := l.r.refs.reach(ref.name)
		if n, ok := l.peel(g, ref.name, ref.id); ok {
			tips = append(tips, tip{ref.name, n, from})
		}
	}
	add := func(ids []objects.ID, from reach) {
		for _, id := range ids {
			if n, ok := g.number[id]; ok {
				tips = append(tips, tip{"", n, from})
			}
		}
	}
	add(l.r.refs.heads, fromRefs)
	add(l.r.refs.stashes, fromStash)
	add(l.r.refs.logged, fromReflog)
	add(l.r.refs.others, fromReflog)
	return tips
}

// peel follows tags to a commit, and notes on the way which refs lead to which
// tags, blobs and trees.
func (l *locator) peel(g *graph, name string, id objects.ID) (int32, bool) {
	for range 100 { // tags of tags of tags
		if n, ok := g.number[id]; ok {
			return n, true
		}
		t, ok := l.tags[id]
		if !ok {
			l.blobRefs[id] = append(l.blobRefs[id], name)
			l.treeRefs[id] = append(l.treeRefs[id], name)
			return 0, false
		}
		l.tagRefs[id] = append(l.tagRefs[id], name)
		id = t.target
	}
	return 0, false
}

// findStaged finds wanted blobs in the index that HEAD does not have at the
// same path.
func (l *locator) findStaged(f *forest) {
	inHead := map[holding]bool{}
	if h := l.census.head; h >= 0 {
		list, _ := f.added(l.census.sig[h], nil)
		for _, x := range list {
			inHead[x] = true
		}
	}
	l.staged = map[objects.ID][]string{}
	for _, e := range l.r.index {
		if n, ok := l.byBlob[e.id]; ok && !inHead[holding{int32(n), e.path}] {
			l.staged[e.id] = append(l.staged[e.id], e.path)
		}
	}
	for _, e := range l.r.elsewhere { // the HEADs of other work trees are not compared
		if n, ok := l.byBlob[e.id]; ok && (n >= len(l.standing) || len(l.standing[n]) == 0) && !slices.Contains(l.staged[e.id], e.path) {
			l.staged[e.id] = append(l.staged[e.id], e.path)
		}
	}
}

// findTreeRefs finds wanted things below trees that a ref or tag names without
// a commit.
func (l *locator) findTreeRefs(f *forest) {
	l.treeSpots = map[int][]scanner.Spot{}
	for _, id := range slices.SortedFunc(maps.Keys(l.treeRefs), objects.ID.Compare) {
		names := l.treeRefs[id]
		sig := f.signature(id)
		if sig == 0 {
			continue
		}
		list, _ := f.added(sig, nil)
		sortHoldings(list)
		for _, name := range names {
			for _, x := range list {
				l.treeSpots[int(x.wanted)] = append(l.treeSpots[int(x.wanted)],
					scanner.Spot{Place: scanner.InHistory, Path: x.path, Ref: name, Exposure: l.r.refs.reach(name).exposure()})
			}
		}
	}
}
