package history

import (
	"context"
	"fmt"
	"slices"
	"sort"
	"sync"

	"github.com/awscred/awscred/scanner"
	"github.com/awscred/awscred/scanner/objects"
)

// A rangeLocator finds out where in a range secrets stand. Only what the range
// introduces was read, and only that is known of a secret: a commit has it if
// one of the introduced objects that hold it is in its tree. Who can reach the
// commits is found out in the whole repository.
type rangeLocator struct {
	r       *Repository
	secrets []scanner.Held

	in     *container           // what is wanted: blobs and names, by number
	held   [][]int              // by wanted thing: its secrets
	own    map[objects.ID][]int // by commit: the secrets that it holds itself
	g      *graph               // the commits of the range
	walked []*walked            // by commit of g
	has    []set                // by commit of g: the secrets in its tree
	from   []reach              // by commit of g
	inHead set
	spots  [][]rangeSpot // by wanted thing
	refs   [][]string    // by secret
	widest []scanner.Exposure
}

// A rangeSpot is a commit that has a wanted thing under a path where none of its
// parents has it.
type rangeSpot struct {
	commit int32
	path   string
}

// maxRangePaths bounds the paths that are listed for the secrets of a range.
const maxRangePaths = 100_000

// locateRange finds the commits of the range and the paths that have secrets.
func (r *Repository) locateRange(ctx context.Context, secrets []scanner.Held) ([]scanner.Life, error) {
	l := &rangeLocator{r: r, secrets: secrets, own: map[objects.ID][]int{}, refs: make([][]string, len(secrets)), widest: make([]scanner.Exposure, len(secrets))}
	l.in = &container{d: newDiffer(r), wanted: map[objects.ID]int{}, names: map[string]int{}, memo: map[objects.ID]set{}}
	for i, h := range secrets {
		for _, b := range h.Blobs {
			l.want(i, b.BlobRef)
		}
	}
	if len(l.held)+len(l.own) > 0 && r.ranged != nil && r.ranged.history != nil {
		l.order()
		for _, step := range []func(context.Context) error{l.findHolders, l.findPaths, l.findReach} {
			if err := step(ctx); err != nil {
				return nil, err
			}
		}
	}
	return l.lives(), nil
}

// want notes that a blob holds secret number i.
func (l *rangeLocator) want(i int, b scanner.BlobRef) {
	id, err := objects.ParseID(b.ID)
	switch {
	case b.Place == scanner.InLFS:
		for _, pointer := range l.r.pointers.standFor(b.Path) {
			l.hold(i, l.blob(pointer))
		}
	case b.Place != "":
	case b.Field == scanner.Name && b.ID == "":
		n, ok := l.in.names[b.Path]
		if !ok {
			n = len(l.held)
			l.in.names[b.Path] = n
		}
		l.hold(i, n)
	case err != nil:
	case b.Field == scanner.Content || b.Via != "":
		l.hold(i, l.blob(id))
	default:
		l.own[id] = append(l.own[id], i)
	}
}

func (l *rangeLocator) blob(id objects.ID) int {
	n, ok := l.in.wanted[id]
	if !ok {
		n = len(l.held)
		l.in.wanted[id] = n
	}
	return n
}

func (l *rangeLocator) hold(secret, wanted int) {
	if wanted == len(l.held) {
		l.held = append(l.held, nil)
	}
	l.held[wanted] = append(l.held[wanted], secret)
}

// order puts the commits of the range in order.
func (l *rangeLocator) order() {
	a := l.r.ranged.history
	list := a.list()
	commits, parents := make([]commit, len(list)), make([][]objects.ID, len(list))
	for i, w := range list {
		commits[i] = commit{id: w.id, tree: w.tree, time: w.when}
		parents[i] = w.parents
	}
	l.g = newGraph(commits, parents)
	l.walked = make([]*walked, len(l.g.commits))
	for i, c := range l.g.commits {
		l.walked[i] = a.commits[c.id]
	}
}

// secretsOf returns the secrets of wanted things.
func (l *rangeLocator) secretsOf(wanted set) set {
	var secrets set
	wanted.each(func(n int) {
		for _, s := range l.held[n] {
			secrets.add(s)
		}
	})
	return secrets
}

// findHolders finds the secrets in the tree of each commit, and of HEAD.
func (l *rangeLocator) findHolders(ctx context.Context) error {
	l.has = make([]set, len(l.walked))
	for i, w := range l.walked {
		below, err := l.in.below(ctx, w.tree)
		if err != nil {
			return err
		}
		l.has[i] = l.secretsOf(below)
	}
	_, raw, err := l.r.lookup.Read(l.r.refs.head)
	if l.r.refs.head.IsZero() || err != nil {
		return nil
	}
	below, err := l.in.below(ctx, objects.ParseCommit(raw).Tree)
	l.inHead = l.secretsOf(below)
	return err
}

// findPaths finds the paths under which the commits introduce wanted things; of
// each path, the first commit.
func (l *rangeLocator) findPaths(ctx context.Context) error {
	l.spots = make([][]rangeSpot, len(l.held))
	type key struct {
		wanted int
		path   string
	}
	seen := map[key]bool{}
	for i, w := range l.walked {
		var olds []objects.ID
		for _, p := range w.parents {
			if before := l.r.ranged.history.commits[p]; before != nil {
				olds = append(olds, before.tree)
			}
		}
		err := l.added(ctx, w.tree, olds, func(wanted int, path string) bool {
			if k := (key{wanted, path}); !seen[k] {
				seen[k] = true
				l.spots[wanted] = append(l.spots[wanted], rangeSpot{int32(i), path})
			}
			return len(seen) < maxRangePaths
		})
		if err != nil {
			return err
		}
	}
	if len(seen) >= maxRangePaths {
		l.r.cover.AddNote("some secrets stand under more paths than are listed")
	}
	for _, list := range l.spots {
		sort.SliceStable(list, func(i, j int) bool {
			return list[i].commit < list[j].commit || list[i].commit == list[j].commit && list[i].path < list[j].path
		})
	}
	return nil
}

// added shows every wanted thing that a tree has under a path where none of olds
// has it, until show returns false.
func (l *rangeLocator) added(ctx context.Context, root objects.ID, olds []objects.ID, show func(wanted int, path string) bool) error {
	type step struct {
		comparison
		path string
	}
	todo := []step{{comparison{root, olds}, ""}}
	for len(todo) > 0 && ctx.Err() == nil {
		at := todo[len(todo)-1]
		todo = todo[:len(todo)-1]
		if has, err := l.in.below(ctx, at.tree); err != nil || len(has) == 0 || slices.Contains(at.olds, at.tree) {
			continue
		}
		before := make([]*plainTree, len(at.olds))
		for i, id := range at.olds {
			before[i] = l.in.d.tree(id, false)
		}
		for i, e := range l.in.d.tree(at.tree, false).entries {
			named, same, subtrees := matching(before, i, e)
			path := at.path + e.name
			if n, ok := l.in.names[e.name]; ok && !named && !show(n, path) {
				return nil
			}
			if same {
				continue
			}
			if n, ok := l.in.wanted[e.id]; ok && e.kind == fileEntry && !show(n, path) {
				return nil
			}
			if e.kind == treeEntry && len(todo) < maxRangePaths {
				todo = append(todo, step{comparison{e.id, subtrees}, path + "/"})
			}
		}
	}
	return ctx.Err()
}

// findReach finds out which refs reach which secrets: commits are read once
// more, all of them, since any ref may lead to the range by any way.
func (l *rangeLocator) findReach(ctx context.Context) error {
	var mu sync.Mutex
	var list []commit
	var parents [][]objects.ID
	tags := map[objects.ID]objects.ID{}
	o := l.r.sweepOptions()
	o.Margin, o.Gap, o.VerifyNames = 0, 0, false
	o.Types = []objects.Type{objects.TypeCommit, objects.TypeTag}
	err := l.r.store.Sweep(ctx, o, func(_ int, x *objects.Object) any {
		if x.Type == objects.TypeTag {
			t := objects.ParseTag(x.Data)
			mu.Lock()
			tags[x.ID] = t.Object
			mu.Unlock()
			return nil
		}
		c := objects.ParseCommit(x.Data)
		mu.Lock()
		list = append(list, commit{id: x.ID, time: c.Committer.Time.Unix()})
		parents = append(parents, c.Parents)
		mu.Unlock()
		return nil
	})
	if err != nil {
		return fmt.Errorf("reading commits: %w", err)
	}
	w := newGraph(list, parents)
	tips := l.tips(w, tags)
	l.spread(w, tips)
	from := make([]reach, len(w.commits))
	for _, t := range tips {
		from[t.commit] |= t.reach
	}
	for i := len(w.commits) - 1; i >= 0; i-- {
		for _, p := range w.commits[i].parents {
			from[p] |= from[i]
		}
	}
	l.from = make([]reach, len(l.g.commits))
	for i := range l.g.commits {
		if n, ok := w.number[l.g.commits[i].id]; ok {
			l.from[i] = from[n]
		}
		if l.r.refs.unknown && l.from[i]&(fromRemotes|fromRefs) == 0 {
			l.from[i] |= fromRefs
		}
	}
	return nil
}

// tips lists the commits that refs, heads, stashes and reflogs name.
func (l *rangeLocator) tips(w *graph, tags map[objects.ID]objects.ID) []tip {
	var tips []tip
	add := func(name string, id objects.ID, from reach) {
		for range 100 { // tags of tags of tags
			if n, ok := w.number[id]; ok {
				tips = append(tips, tip{name, n, from})
				return
			}
			target, ok := tags[id]
			if !ok {
				return
			}
			id = target
		}
	}
	rs := l.r.refs
	for _, ref := range rs.list {
		add(ref.name, ref.id, rs.reach(ref.name))
	}
	for _, x := range []struct {
		ids  []objects.ID
		from reach
	}{{rs.heads, fromRefs}, {rs.stashes, fromStash}, {rs.logged, fromReflog}, {rs.others, fromReflog}} {
		for _, id := range x.ids {
			add("", id, x.from)
		}
	}
	return tips
}

// spread carries the secrets of the range's commits to all that can reach them,
// sixty-four at a time, and notes to which tips they come.
func (l *rangeLocator) spread(w *graph, tips []tip) {
	seeds := map[int32]set{}
	for i := range l.g.commits {
		c := &l.g.commits[i]
		s := l.has[i]
		for _, own := range l.own[c.id] {
			s = s.with(own)
		}
		if n, ok := w.number[c.id]; ok && len(s) > 0 {
			seeds[n] = s
		}
	}
	reached := make([]uint64, len(w.commits))
	for word := 0; word*64 < len(l.secrets); word++ {
		for i := range w.commits {
			reached[i] = 0
			if s := seeds[int32(i)]; word < len(s) {
				reached[i] = s[word]
			}
			for _, p := range w.commits[i].parents {
				reached[i] |= reached[p]
			}
		}
		for _, t := range tips {
			set{reached[t.commit]}.each(func(bit int) {
				s := word*64 + bit
				l.widest[s] = l.widest[s].Wider(t.reach.exposure())
				if t.name != "" {
					l.refs[s] = append(l.refs[s], t.name)
				}
			})
		}
	}
}
