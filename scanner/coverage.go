package scanner

import (
	"cmp"
	"sort"
	"strings"
	"sync"
	"sync/atomic"
)

// Coverage counts what a scan read and lists what it did not. It is safe for
// use by several goroutines; the exported fields are for reading after the
// scan.
type Coverage struct {
	mu    sync.Mutex
	index map[gapKey]int // where an equal gap stands in its list
	// expected is how many objects there are to read, if that is known.
	expected int64

	Complete bool  `json:"complete"`
	Objects  int64 `json:"objects"`
	Bytes    int64 `json:"bytes"`
	Commits  int64 `json:"commits"`
	Pages    int64 `json:"pages"`
	Files    int64 `json:"files"`
	// Revisions of the pages of wikis.
	Revisions int64 `json:"revisions,omitempty"`
	// Stashes and Refs of a repository, for the summary line.
	Stashes int64 `json:"stashes"`
	Refs    int64 `json:"refs"`
	// Lost is what exists in scope and could not be read: a scan with any of
	// it is not complete. Opaque is what was read but cannot be looked into,
	// such as an encrypted file.
	Lost   []Gap `json:"lost"`
	Opaque []Gap `json:"opaque"`
	// Skipped is what was left out on purpose and by default, such as
	// installed dependencies that git ignores.
	Skipped []Gap `json:"skipped"`
	// Notes are things to know that lose nothing.
	Notes []string `json:"notes,omitempty"`
}

// A Gap is something that was not looked into.
type Gap struct {
	What  string `json:"what"` // "blob 1f2e…", "shallow clone"
	Why   string `json:"why"`  // "corrupt", "over the limit of 512 MiB"
	Count int    `json:"count"`
	Fix   string `json:"fix"` // the command that mends it, if there is one
}

// A gapKey is what makes two gaps of one list the same.
type gapKey struct {
	list           *[]Gap
	what, why, fix string
}

// AddLost records something in scope that could not be read.
func (c *Coverage) AddLost(g Gap) { c.add(&c.Lost, g) }

// AddOpaque records something that was read but could not be looked into.
func (c *Coverage) AddOpaque(g Gap) { c.add(&c.Opaque, g) }

// AddSkipped records something left out on purpose.
func (c *Coverage) AddSkipped(g Gap) { c.add(&c.Skipped, g) }

func (c *Coverage) add(list *[]Gap, g Gap) {
	if g.Count == 0 {
		g.Count = 1
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.index == nil {
		c.reindex()
	}
	k := gapKey{list, g.What, g.Why, g.Fix}
	if i, ok := c.index[k]; ok {
		(*list)[i].Count += g.Count
		return
	}
	c.index[k] = len(*list)
	*list = append(*list, g)
}

// reindex notes where the gaps stand that the lists hold by now.
func (c *Coverage) reindex() {
	c.index = map[gapKey]int{}
	for _, list := range []*[]Gap{&c.Lost, &c.Opaque, &c.Skipped} {
		for i, g := range *list {
			c.index[gapKey{list, g.What, g.Why, g.Fix}] = i
		}
	}
}

// AddNote records something worth knowing that loses nothing. Equal notes are
// kept once.
func (c *Coverage) AddNote(text string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, n := range c.Notes {
		if n == text {
			return
		}
	}
	c.Notes = append(c.Notes, text)
}

// Count adds objects, bytes and files that were read.
func (c *Coverage) Count(objects, bytes, files int64) {
	atomic.AddInt64(&c.Objects, objects)
	atomic.AddInt64(&c.Bytes, bytes)
	atomic.AddInt64(&c.Files, files)
}

// CountCommits adds commits that were read.
func (c *Coverage) CountCommits(n int64) { atomic.AddInt64(&c.Commits, n) }

// CountPages adds pages of a wiki that were read.
func (c *Coverage) CountPages(n int64) { atomic.AddInt64(&c.Pages, n) }

// CountRevisions adds revisions of pages that were read.
func (c *Coverage) CountRevisions(n int64) { atomic.AddInt64(&c.Revisions, n) }

// Progress returns how many objects, bytes and files were read so far.
func (c *Coverage) Progress() (objects, bytes, files int64) {
	return atomic.LoadInt64(&c.Objects), atomic.LoadInt64(&c.Bytes), atomic.LoadInt64(&c.Files)
}

// Expect tells how many objects will be read.
func (c *Coverage) Expect(objects int64) { atomic.StoreInt64(&c.expected, objects) }

// Expected returns how many objects will be read, or 0 if that is not known.
func (c *Coverage) Expected() int64 { return atomic.LoadInt64(&c.expected) }

// Merge adds what another source read and did not read.
func (c *Coverage) Merge(d *Coverage) {
	c.Count(d.Progress())
	c.CountCommits(atomic.LoadInt64(&d.Commits))
	c.CountPages(atomic.LoadInt64(&d.Pages))
	c.CountRevisions(atomic.LoadInt64(&d.Revisions))
	d.mu.Lock()
	defer d.mu.Unlock()
	c.mu.Lock()
	c.Stashes += d.Stashes
	c.Refs += d.Refs
	c.mu.Unlock()
	for _, g := range d.Lost {
		c.AddLost(g)
	}
	for _, g := range d.Opaque {
		c.AddOpaque(g)
	}
	for _, g := range d.Skipped {
		c.AddSkipped(g)
	}
	for _, n := range d.Notes {
		c.AddNote(n)
	}
}

// Close sorts the lists, so that two scans of one thing read the same, and
// decides whether the scan was complete: nothing lost and, if strict, nothing
// opaque.
func (c *Coverage) Close(strict bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, l := range []*[]Gap{&c.Lost, &c.Opaque, &c.Skipped} {
		if *l == nil {
			*l = []Gap{}
		}
		sort.Slice(*l, func(i, j int) bool {
			a, b := (*l)[i], (*l)[j]
			return cmp.Or(strings.Compare(a.What, b.What), strings.Compare(a.Why, b.Why), strings.Compare(a.Fix, b.Fix)) < 0
		})
	}
	c.index = nil // the gaps have moved
	sort.Strings(c.Notes)
	c.Complete = len(c.Lost) == 0 && (!strict || len(c.Opaque) == 0)
}
