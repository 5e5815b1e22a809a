package synthetic

import (
	"context"
	"errors"
	"fmt"
	"path"
	"slices"
	"strings"
)

// Options of [Build].
type Options struct {
	Commits int    // at least 100
	Seed    uint64 // equal seeds and texts give equal objects
	Secrets int    // how many keys are planted: at most 1,000, and one in twenty commits
}

// A Secret is a planted key and its life on the branch main.
type Secret struct {
	// Number is that of package keytest: keytest.ID(Number) is the key's id.
	Number int    `json:"number"`
	Path   string `json:"path"`
	From   string `json:"from"` // the commit that brings it
	To     string `json:"to"`   // the commit that removes it; "" if it stays
}

// A Record says what was built.
type Record struct {
	Commits int      `json:"commits"`
	Seed    uint64   `json:"seed"`
	Corpus  string   `json:"corpus"` // Corpus.Digest
	Texts   int      `json:"texts"`
	Head    string   `json:"head"` // the commit that main ends with
	Secrets []Secret `json:"secrets"`
}

// Build makes a bare repository in the empty or absent directory dir.
func Build(ctx context.Context, dir string, c *Corpus, o Options) (*Record, error) {
	switch {
	case o.Commits < 100:
		return nil, errors.New("building a repository: it needs 100 commits or more")
	case o.Secrets < 0 || o.Secrets > min(1000, o.Commits/20):
		return nil, fmt.Errorf("building a repository: %d secrets are not between 0 and %d", o.Secrets, min(1000, o.Commits/20))
	}
	b := newBuilder(c, o)
	names, err := create(ctx, dir, b.wanted, b.write)
	if err != nil {
		return nil, fmt.Errorf("building a repository: %w", err)
	}
	r := &Record{Commits: o.Commits, Seed: o.Seed, Corpus: c.Digest, Texts: c.Len(), Head: names[b.main.tip], Secrets: []Secret{}}
	for _, p := range b.plans {
		r.Secrets = append(r.Secrets, Secret{p.number, p.path, names[p.from], names[p.to]})
	}
	return r, nil
}

// A builder makes the history.
type builder struct {
	*editor
	*stream
	o     Options
	plans []*plan
	held  map[string]bool // paths that hold a key now, or did
	main  *branch
	side  []*branch
	next  int // text that the next new file is made of
	named int // branches so far
}

// A plan is what is to happen to a key: number of commits after which it comes
// and goes, and, once it has, where and with which commits.
type plan struct {
	number, born, dies int
	path               string
	from, to           int // marks
}

func newBuilder(c *Corpus, o Options) *builder {
	b := &builder{editor: newEditor(c, o.Seed), o: o, held: map[string]bool{}}
	for n := range o.Secrets {
		p := &plan{number: n + 1, born: o.Commits/10 + b.IntN(o.Commits*8/10)}
		if b.IntN(4) > 0 {
			p.dies = p.born + 1 + b.IntN(o.Commits-p.born)
		}
		b.plans = append(b.plans, p)
	}
	return b
}

// wanted are the marks whose names go into the record.
func (b *builder) wanted() []int {
	marks := []int{b.main.tip}
	for _, p := range b.plans {
		marks = append(marks, p.from, p.to)
	}
	return marks
}

// write is the history from the first commit to the last.
func (b *builder) write(s *stream) {
	b.stream = s
	b.main = &branch{ref: "refs/heads/main", tree: newTree()}
	imports, each := min(15, b.o.Commits/20), min(200, b.o.Commits/10)
	for b.main.commits < imports {
		b.commitFiles(b.main, b.newFiles(b.main, each))
	}
	for n := b.main.commits; n < b.o.Commits && b.err == nil; n++ {
		b.step(n)
	}
}

// step makes commit number n of all branches.
func (b *builder) step(n int) {
	if n%100 == 0 {
		b.tag(fmt.Sprintf("v0.%d", n/100), b.main.tip, fmt.Sprintf("version 0.%d\n", n/100))
	}
	if n%250 == 0 {
		b.reset(fmt.Sprintf("refs/tags/build-%d", n), b.main.tip)
	}
	if b.live(n) {
		return
	}
	at := b.main
	if len(b.side) > 0 && b.IntN(10) < 4 {
		i := b.IntN(len(b.side))
		at = b.side[i]
		if at.commits > 5 && b.IntN(8) == 0 {
			b.side = slices.Delete(b.side, i, i+1)
			if b.IntN(10) > 0 { // some are never merged
				b.merge(at)
				return
			}
			at = b.main
		}
	}
	b.commitFiles(at, b.changes(at))
	wait := slices.ContainsFunc(b.plans, func(p *plan) bool { return p.due(n) })
	if !wait && len(b.side) < 3 && b.IntN(30) == 0 {
		b.named++
		ref := fmt.Sprintf("refs/heads/topic/%d", b.named)
		b.side = append(b.side, &branch{ref: ref, tip: b.main.tip, tree: b.main.tree.clone(), changed: map[string]bool{}})
	}
}

// live lets keys come and go: one in a commit.
func (b *builder) live(n int) bool {
	for _, p := range b.plans {
		switch {
		case p.from == 0 && n >= p.born:
			for p.path == "" || b.held[p.path] {
				p.path = b.main.tree.paths[b.IntN(len(b.main.tree.paths))]
			}
			b.held[p.path] = true
			p.from = b.replace(p.path, b.plant(b.main.tree.files[p.path].lines, p.number))
			return true
		case p.due(n) && !slices.ContainsFunc(b.side, b.holds(p.path)):
			p.to = b.replace(p.path, b.unplant(b.main.tree.files[p.path].lines))
			return true
		}
	}
	return false
}

// due reports whether the key is to go by now.
func (p *plan) due(n int) bool { return p.from > 0 && p.to == 0 && p.dies > 0 && n >= p.dies }

// holds tells branches whose version of path has a key. Merging one would end
// the key's life a second time, so it stays until they are merged.
func (b *builder) holds(path string) func(*branch) bool {
	return func(x *branch) bool {
		f := x.tree.files[path]
		return f != nil && slices.ContainsFunc(f.lines, b.isPinned)
	}
}

// replace is a commit on main with other lines for one path.
func (b *builder) replace(path string, lines [][]byte) int {
	f := &file{lines, b.blob(lines)}
	b.main.tree.set(path, f)
	b.commitFiles(b.main, []change{{path: path, mark: f.mark}})
	return b.main.tip
}

// commitFiles writes a commit and moves the branch.
func (b *builder) commitFiles(at *branch, changes []change) {
	var parents []int
	if at.tip > 0 {
		parents = []int{at.tip}
	}
	if at.changed != nil {
		for _, c := range changes {
			at.changed[c.path] = true
			if c.from != "" {
				at.changed[c.from] = true
			}
		}
	}
	at.tip = b.stream.commit(commit{at.ref, b.message(changes), parents, changes})
	at.commits++
}

// message is a subject and now and then a body.
func (b *builder) message(changes []change) string {
	text := fmt.Sprintf("%s: change %d of it\n", path.Base(changes[0].path), len(changes))
	if b.IntN(3) == 0 {
		text += "\n" + string(slices.Concat(b.excerpt(1+b.IntN(8))...))
	}
	return text
}

// newFiles adds files to a tree, each made of a text.
func (b *builder) newFiles(at *branch, n int) []change {
	var list []change
	for range n {
		t := b.corpus.texts[b.next%len(b.corpus.texts)]
		name := t.path
		if round := b.next / len(b.corpus.texts); round > 0 {
			name = fmt.Sprintf("copy%d/%s", round, name)
		}
		b.next++
		f := &file{t.lines, b.blob(t.lines)}
		at.tree.set(name, f)
		list = append(list, change{path: name, mark: f.mark})
	}
	return list
}

// changes edits some files of a branch, and seldom adds, deletes or renames one.
func (b *builder) changes(at *branch) []change {
	switch b.IntN(50) {
	case 0:
		return b.newFiles(at, 1+b.IntN(5))
	case 1:
		if c, ok := b.rename(at); ok {
			return []change{c}
		}
	case 2:
		if name := b.choose(at); !b.held[name] && len(at.tree.paths) > 100 {
			at.tree.set(name, nil)
			return []change{{path: name}}
		}
	}
	var list []change
	done := map[string]bool{}
	name := b.choose(at)
	for range 1 + b.scaled(5) {
		if !done[name] && (at == b.main || !b.held[name]) {
			lines := b.edit(at.tree.files[name].lines)
			f := &file{lines, b.blob(lines)}
			at.tree.set(name, f)
			list = append(list, change{path: name, mark: f.mark})
		}
		done[name] = true
		name = b.another(at, name, done)
	}
	if len(list) == 0 {
		return b.newFiles(at, 1)
	}
	return list
}

// choose is a path of the branch; a few are chosen again and again.
func (b *builder) choose(at *branch) string { return b.favourite(at.tree.paths) }

// favourite is one of paths: more often than every second time from the first tenth.
func (b *builder) favourite(paths []string) string {
	return paths[b.skewed(1+b.IntN(len(paths)))]
}

// another is a path that changes together with name: mostly one beside it that
// is not done.
func (b *builder) another(at *branch, name string, done map[string]bool) string {
	var beside []string
	dir := path.Dir(name)
	for _, p := range at.tree.paths {
		if path.Dir(p) == dir && !done[p] {
			beside = append(beside, p)
		}
	}
	if len(beside) == 0 || b.IntN(4) == 0 {
		return b.choose(at)
	}
	return b.favourite(beside)
}

// rename moves a file to a name beside its old one.
func (b *builder) rename(at *branch) (change, bool) {
	old := b.choose(at)
	dir, base := path.Split(old)
	name := dir + "moved_" + strings.TrimPrefix(base, "moved_")
	if b.held[old] || b.held[name] || at.tree.files[name] != nil {
		return change{}, false
	}
	f := at.tree.files[old]
	at.tree.set(old, nil)
	at.tree.set(name, f)
	return change{path: name, mark: f.mark, from: old}, true
}

// merge brings a branch into main: its version of what it changed, main's of
// what holds or held a key, and now and then text that neither side has.
func (b *builder) merge(from *branch) {
	var list []change
	names := make([]string, 0, len(from.changed))
	for name := range from.changed {
		names = append(names, name)
	}
	slices.Sort(names)
	for _, name := range names {
		theirs, ours := from.tree.files[name], b.main.tree.files[name]
		switch {
		case b.held[name] || theirs == ours:
			continue
		case theirs != nil && b.IntN(20) == 0:
			lines := b.edit(theirs.lines)
			theirs = &file{lines, b.blob(lines)}
		}
		b.main.tree.set(name, theirs)
		c := change{path: name}
		if theirs != nil {
			c.mark = theirs.mark
		}
		list = append(list, c)
	}
	subject := fmt.Sprintf("Merge branch '%s'\n", strings.TrimPrefix(from.ref, "refs/heads/"))
	b.main.tip = b.stream.commit(commit{b.main.ref, subject, []int{b.main.tip, from.tip}, list})
	b.main.commits++
}
