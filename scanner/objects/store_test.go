package objects

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

const gitTimeout = 20 * time.Second

// arrangements are the ways in which git stores objects, each made from a
// repository that is still empty. They return the git directory to open.
var arrangements = []struct {
	name string
	init []string
	make func(r *repo) string
}{
	{"empty", nil, func(r *repo) string { return r.dir }},
	{"one pack", nil, func(r *repo) string {
		r.commits("main", 1, 60).git("gc", "-q")
		return r.dir
	}},
	{"fast-import packs", nil, func(r *repo) string {
		return r.commits("main", 1, 40).commits("side", 2, 40).commits("main", 3, 20).dir
	}},
	{"loose only", nil, func(r *repo) string { return r.commits("main", 1, 40).unpack().dir }},
	{"loose and packed twice", nil, func(r *repo) string {
		r.commits("main", 1, 30)
		r.feed(r.git("rev-list", "--objects", "--no-object-names", "--all"), "pack-objects", "-q", "objects/pack/pack")
		return r.commits("side", 2, 30).unpack().commits("main", 4, 5).dir
	}},
	{"deep chains", nil, func(r *repo) string {
		r.commits("main", 1, 300).git("repack", "-adfq", "--depth=4000", "--window=50")
		return r.dir
	}},
	{"ref-deltas", nil, func(r *repo) string {
		r.commits("main", 1, 100).git("-c", "repack.useDeltaBaseOffset=false", "repack", "-adfq")
		return r.dir
	}},
	{"index version 1", nil, func(r *repo) string {
		r.commits("main", 1, 60).git("-c", "pack.indexVersion=1", "repack", "-adfq")
		return r.dir
	}},
	{"no compression", nil, func(r *repo) string {
		r.commits("main", 1, 60).git("-c", "pack.compression=0", "repack", "-adFq")
		return r.dir
	}},
	{"completed thin pack", nil, (*repo).fetchThin},
	{"sha-256", []string{"--object-format=sha256"}, func(r *repo) string {
		r.commits("main", 1, 60).git("gc", "-q")
		return r.commits("side", 2, 20).dir
	}},
	{"sha-256 loose", []string{"--object-format=sha256"}, func(r *repo) string {
		return r.commits("main", 1, 20).unpack().dir
	}},
	{"sha-256 ref-deltas", []string{"--object-format=sha256"}, func(r *repo) string {
		r.commits("main", 1, 60).git("-c", "repack.useDeltaBaseOffset=false", "repack", "-adfq")
		return r.dir
	}},
	{"multi-pack-index", nil, func(r *repo) string {
		r.commits("main", 1, 40).commits("side", 2, 40).git("multi-pack-index", "write")
		return r.dir
	}},
	{"cruft pack", nil, func(r *repo) string {
		r.commits("main", 1, 40).commits("side", 2, 40).git("branch", "-D", "side", "-q")
		r.git("tag", "-d", "vside2")
		r.git("repack", "-adq", "--cruft")
		return r.dir
	}},
	{"linked worktree", nil, func(r *repo) string {
		r.commits("main", 1, 20).git("worktree", "add", "-q", filepath.Join(filepath.Dir(r.dir), "linked"), "main")
		return filepath.Join(r.dir, "worktrees", "linked")
	}},
	{"alternates inside", nil, func(r *repo) string {
		r.commits("main", 1, 20)
		r.git("clone", "-q", "--bare", "--shared", r.dir, filepath.Join(r.dir, "modules", "b"))
		return r.in(filepath.Join(r.dir, "modules", "b")).commits("side", 2, 20).dir
	}},
}

// unpack turns all packs into loose objects.
func (r *repo) unpack() *repo {
	r.t.Helper()
	for _, path := range r.packs(".pack") {
		pack, err := os.ReadFile(path)
		if err != nil {
			r.t.Fatal(err)
		}
		r.remove(path, strings.TrimSuffix(path, "pack")+"idx")
		r.feed(string(pack), "unpack-objects", "-q")
	}
	return r
}

// fetchThin makes r fetch a thin pack from a repository that is ahead of it.
func (r *repo) fetchThin() string {
	r.commits("main", 1, 40)
	ahead := r.in(r.dir + ".ahead")
	r.git("clone", "-q", "--bare", r.dir, ahead.dir)
	ahead.commits("main", 5, 10)
	r.git("-c", "fetch.unpackLimit=1", "fetch", "-q", ahead.dir, "main:ahead")
	return r.dir
}

func TestSweepSeesWhatGitSees(t *testing.T) {
	for _, c := range arrangements {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			r := newRepo(t, c.init...)
			dir := c.make(r)
			want := r.in(dir).all()
			for _, opts := range []SweepOptions{{Jobs: 1}, {Jobs: 4, VerifyNames: true}, {Jobs: 2, Margin: 32}, {Jobs: 3, Margin: 32, Last: TypeTree}} {
				s := open(t, dir, Options{Root: filepath.Dir(r.dir)})
				got, visits := swept(t, s, opts)
				same(t, got, want)
				if visits != s.Len() {
					t.Errorf("%d visits, %d entries", visits, s.Len())
				}
				if lost := s.Lost(); len(lost) > 0 {
					t.Errorf("lost: %+v", lost)
				}
			}
			lookups(t, open(t, dir, Options{Root: filepath.Dir(r.dir)}), want)
		})
	}
}

// lookups compares everything but Sweep with what git has.
func lookups(t *testing.T, s *Store, want map[string]stored) {
	t.Helper()
	ordinals := map[int]bool{}
	var ids []ID
	for name, w := range want {
		id, err := ParseID(name)
		if err != nil {
			t.Fatal(err)
		}
		n, ok := s.Ordinal(id)
		if !ok || !s.Has(id) || n < 0 || n >= s.Len() || ordinals[n] {
			t.Errorf("%s: ordinal %d, %v, known %v", name, n, ok, ordinals[n])
		}
		ordinals[n] = true
		if ids = append(ids, id); s.Name(n) != id {
			t.Errorf("%s: object %d is %s", name, n, s.Name(n))
		}
		if typ, err := s.Type(id); err != nil || typ.String() != w.typ {
			t.Errorf("%s: type %v, %v, want %s", name, typ, err, w.typ)
		}
		typ, data, err := s.Read(id)
		if err != nil || typ.String() != w.typ || string(data) != w.data {
			t.Errorf("%s: read %v of %d bytes, %v", name, typ, len(data), err)
		}
	}
	listed := map[string]bool{}
	for id, typ := range s.All() {
		if listed[id.String()] || want[id.String()].typ != typ.String() {
			t.Errorf("%s: listed as %v, twice: %v", id, typ, listed[id.String()])
		}
		listed[id.String()] = true
	}
	if len(listed) != len(want) {
		t.Errorf("listed %d objects of %d", len(listed), len(want))
	}
	none := MakeID(make([]byte, s.HashSize()))
	ids = append(ids, none, ID{})
	together := make([]int, len(ids))
	s.Ordinals(ids, together)
	for i, id := range ids {
		if n, ok := s.Ordinal(id); ok && together[i] != n || !ok && together[i] != -1 {
			t.Errorf("%s: ordinal %d among others, %d, %v alone", id, together[i], n, ok)
		}
	}
	if _, _, err := s.Read(none); !errors.Is(err, ErrNotFound) {
		t.Errorf("reading an object that is not there: %v", err)
	}
	if _, err := s.Type(none); !errors.Is(err, ErrNotFound) || s.Has(none) {
		t.Errorf("asking for an object that is not there: %v", err)
	}
}
