package objects

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"iter"
	"path/filepath"
	"slices"
	"sync"
	"sync/atomic"

	"github.com/awscred/awscred/scanner/objects/internal/inflate"
)

// Defaults of Options.
const (
	DefaultMaxObjectSize = 128 << 20
	DefaultMemory        = 512 << 20
)

// Options says how a Store is opened. The zero value is good.
type Options struct {
	// Root is the top directory of the target. Alternates and linked
	// directories inside it are read. Empty means the directory that holds the
	// git directory, or the git directory itself if it is bare.
	Root string
	// FollowAlternates also reads those outside Root.
	FollowAlternates bool
	// Quarantine is one more object directory, inside Root: what a server was
	// sent and has not taken yet. Empty means none.
	// Source: git-receive-pack(1), QUARANTINE ENVIRONMENT
	Quarantine string
	// MaxObjectSize in bytes: larger objects are lost. 0 means DefaultMaxObjectSize.
	MaxObjectSize int64
	// Memory in bytes that a Sweep's buffers may take. 0 means DefaultMemory.
	// It should be four times MaxObjectSize, or objects near that size are lost
	// when they are deltas. Packs are mapped and not counted.
	Memory int64
}

// ErrNotFound says that no object of that name is in the store.
var ErrNotFound = errors.New("object not found")

var errStopped = errors.New("stopped")

// A Store is the object store of one repository, with its alternates. Its
// methods may be called concurrently, but for Close.
type Store struct {
	opts  Options
	hash  int      // size of a name
	dirs  []string // object directories, the repository's own first
	packs []*pack
	loose []loose // sorted by ID
	temps []string
	roots []string // directories that may be read

	lost  losses
	notes losses

	prepared  atomic.Bool
	preparing sync.Mutex
	entries   int // in packs; valid once prepared
	decoders  sync.Pool
	bases     baseCache
	promisor  bool
}

// Open opens the object store of the git directory gitDir (".git", a bare
// repository, or a linked worktree's directory below ".git/worktrees"). It
// fails only if there is no object directory, or of a format that is not known,
// or a common directory that is not the repository's own; everything else that
// is wrong is found in Lost. Whether gitDir itself is the target's is for the
// caller to say. Close releases the store.
func Open(gitDir string, opts Options) (*Store, error) {
	s := &Store{}
	s.init(opts)
	common, err := s.commonDir(gitDir)
	if err != nil {
		return nil, err
	}
	s.hash = sha1Size
	if config, err := readControl(filepath.Join(common, "config")); err == nil {
		if s.hash, err = hashSize(config); err != nil {
			return nil, fmt.Errorf("opening object store %q: %w", gitDir, err)
		}
	}
	if err := s.addStore(filepath.Join(common, "objects")); err != nil {
		return nil, fmt.Errorf("opening object store %q: %w", gitDir, err)
	}
	if q := s.opts.Quarantine; q != "" {
		if err := s.addStore(q); err != nil {
			return nil, fmt.Errorf("opening what was sent: %w", err)
		}
	}
	slices.SortStableFunc(s.loose, func(a, b loose) int { return a.id.Compare(b.id) })
	return s, nil
}

// init fills in what opts leaves to the store.
func (s *Store) init(opts Options) {
	if opts.MaxObjectSize <= 0 {
		opts.MaxObjectSize = DefaultMaxObjectSize
	}
	if opts.Memory <= 0 {
		opts.Memory = DefaultMemory
	}
	s.opts = opts
	s.decoders.New = func() any { return inflate.New() }
	s.bases.limit = int(opts.Memory / 16)
}

// Close unmaps all packs. Data that a Sweep handed out has gone by then anyway.
func (s *Store) Close() error {
	for _, p := range s.packs {
		p.close()
	}
	s.packs, s.loose = nil, nil
	s.bases.clear()
	return nil
}

// Lost returns everything that was found missing, corrupt, unreadable or not
// trustworthy so far, one a thing, in an order that is always the same. It is
// complete after a Sweep of all types.
func (s *Store) Lost() []Lost { return s.lost.sorted() }

// Notes returns defects of files that git itself ignores, such as an unfinished
// tmp_pack_*. Nothing that belongs to the repository is lost with them.
func (s *Store) Notes() []Lost { return s.notes.sorted() }

// Temporary returns the paths of temporary packs and objects, left behind by a
// git that was interrupted. A Sweep reads what it can of them; Has, Type, Read
// and All leave them out, as git does.
func (s *Store) Temporary() []string { return slices.Clone(s.temps) }

// Promisor reports whether the store is a partial clone's: some pack says that
// another repository has the objects that are missing here.
func (s *Store) Promisor() bool { return s.promisor }

// HashSize returns the size of object names: 20 for SHA-1, 32 for SHA-256.
func (s *Store) HashSize() int { return s.hash }

// Directories returns the object directories that are read, the repository's own first.
func (s *Store) Directories() []string { return slices.Clone(s.dirs) }

// lose records a loss, or a note if p is a temporary pack.
func (s *Store) lose(p *pack, l Lost) {
	if p == nil {
		s.lost.add(l)
		return
	}
	l.Pack = p.name
	if p.temp {
		s.notes.add(l)
		return
	}
	s.lost.add(l)
}

// Len returns how many entries the store holds, loose and packed. An object that
// is stored twice counts twice.
func (s *Store) Len() int {
	s.prepare(context.Background())
	return s.entries + len(s.loose)
}

// Has reports whether the store lists an object of that name. It need not be readable.
func (s *Store) Has(id ID) bool {
	_, ok := s.Ordinal(id)
	return ok
}

// Ordinal returns a number in [0, Len()) that stands for id as long as the Store
// is open, and false if the store has no such object. It lets a caller keep
// what it knows about objects in slices and bit sets.
func (s *Store) Ordinal(id ID) (int, bool) {
	s.prepare(context.Background())
	n, found := 0, false
	s.guarded(func() { n, found = s.ordinal(id) })
	return n, found
}

// Ordinals sets to[i] to the ordinal of ids[i], or to -1 if the store has no such
// object. Each look-up waits for memory; those of many wait together.
func (s *Store) Ordinals(ids []ID, to []int) {
	s.prepare(context.Background())
	for i := range ids {
		to[i] = -1
	}
	s.guarded(func() {
		s.guess(ids, to)
		for i, id := range ids {
			if to[i] < 0 {
				to[i] = s.ordinalOrNone(id)
			}
		}
	})
}

// guess finds those of the names that stand where the first index would have
// them. It goes through all of them in steps that do not depend on one another.
func (s *Store) guess(ids []ID, to []int) {
	if len(s.packs) == 0 || s.packs[0].temp || s.packs[0].idx == nil || s.packs[0].idx.n == 0 {
		return
	}
	p := s.packs[0]
	x := p.idx
	const some = 64
	var at [some]int
	for len(ids) > 0 {
		n := min(len(ids), some)
		for i := range n {
			at[i] = x.first(binary.BigEndian.Uint64(ids[i].sum[:]))
			x.ahead(at[i])
		}
		for i := range n {
			at[i] = x.near(at[i], binary.BigEndian.Uint64(ids[i].sum[:]))
		}
		for i := range n {
			if at[i] < x.n && string(x.name(at[i])) == string(ids[i].sum[:ids[i].size]) {
				to[i] = p.first + at[i]
			}
		}
		ids, to = ids[n:], to[n:]
	}
}

func (s *Store) ordinal(id ID) (int, bool) {
	for _, p := range s.packs {
		if p.temp || p.idx == nil {
			continue
		}
		if i, ok := p.idx.find(id.sum[:id.size]); ok {
			return p.first + i, true
		}
	}
	i, ok := s.findLoose(id)
	return s.entries + i, ok
}

// Name returns the object that an ordinal of Store.Ordinal stands for, and the
// zero ID for any other number.
func (s *Store) Name(ordinal int) (id ID) {
	s.prepare(context.Background())
	s.guarded(func() { id = s.name(ordinal) })
	return id
}

func (s *Store) name(ordinal int) ID {
	for _, p := range s.packs {
		if i := ordinal - p.first; p.idx != nil && !p.temp && i >= 0 && i < p.idx.n {
			return MakeID(p.idx.name(i))
		}
	}
	if i := ordinal - s.entries; i >= 0 && i < len(s.loose) {
		return s.loose[i].id
	}
	return ID{}
}

// ordinalOf is the number of the object id that a pack entry holds, -1 if it is
// not listed, or stands in a temporary pack: whoever has seen it there has not
// seen what is listed, and its base may be listed nowhere. The index knows an
// entry's own place, if id is the name that it has for it (own): only the name of
// an object that another pack may have as well must be looked up.
func (s *Store) ordinalOf(n node, id ID, own bool) int {
	if n.p.temp {
		return -1
	}
	if n.p != s.packs[0] || n.p.idx == nil {
		return s.ordinalOrNone(id)
	}
	x, i := n.p.idx, int(n.p.table.pos[n.e])
	if x.single && own {
		return n.p.first + i
	}
	name := id.sum[:id.size]
	if string(x.name(i)) != string(name) || i > 0 && string(x.name(i-1)) == string(name) {
		return s.ordinalOrNone(id)
	}
	return n.p.first + i
}

// ordinalOrNone is ordinal, or -1.
func (s *Store) ordinalOrNone(id ID) int {
	if n, ok := s.ordinal(id); ok {
		return n
	}
	return -1
}

// guarded runs f, which reads mapped indexes, and records a fault as lost.
func (s *Store) guarded(f func()) {
	err := guard(func() error {
		f()
		return nil
	})
	if err != nil {
		s.lost.add(Lost{What: "pack indexes", Why: err.Error(), Fix: fixRefetch})
	}
}

// Type returns an object's type without inflating more than its header. It
// returns ErrNotFound if the store has no such object, and says why if the type
// cannot be known.
func (s *Store) Type(id ID) (Type, error) {
	s.prepare(context.Background())
	var t Type
	found := false
	s.guarded(func() {
		for at := range s.places(id) {
			found = true
			if t = s.typeAt(at); t != 0 {
				return
			}
		}
	})
	switch {
	case t != 0:
		return t, nil
	case !found:
		return 0, ErrNotFound
	}
	return 0, fmt.Errorf("reading the type of object %s: %w", id, errCorrupt)
}

// All yields every object's name and type, each name once, in no order that
// means anything. The type is 0 if it cannot be known.
func (s *Store) All() iter.Seq2[ID, Type] {
	return func(yield func(ID, Type) bool) {
		s.prepare(context.Background())
		s.guarded(func() { s.all(yield) })
	}
}

func (s *Store) all(yield func(ID, Type) bool) {
	for _, p := range s.packs {
		if !p.temp && p.idx != nil && !s.allOf(p, yield) {
			return
		}
	}
	for i, l := range s.loose {
		if n, _ := s.ordinal(l.id); n != s.entries+i {
			continue
		}
		if !yield(l.id, s.looseType(l)) {
			return
		}
	}
}

func (s *Store) allOf(p *pack, yield func(ID, Type) bool) bool {
	for i := range p.idx.n {
		id := MakeID(p.idx.name(i))
		if n, _ := s.ordinal(id); n != p.first+i {
			continue
		}
		var t Type
		if e := p.table.rank[i]; e != noEntry {
			t = Type(p.table.typ[e])
		}
		if !yield(id, t) {
			return false
		}
	}
	return true
}

func (s *Store) findLoose(id ID) (int, bool) {
	return slices.BinarySearchFunc(s.loose, id, func(l loose, id ID) int { return l.id.Compare(id) })
}
