package objects

import (
	"errors"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"
)

// lookedUp reads every object by a Lookup, in one go.
func lookedUp(t *testing.T, l *Lookup, want map[string]stored) map[string]stored {
	t.Helper()
	var ids []ID
	for name := range want {
		id, err := ParseID(name)
		if err != nil {
			t.Fatal(err)
		}
		ids = append(ids, id)
	}
	var mu sync.Mutex
	got := map[string]stored{}
	err := l.ReadEach(t.Context(), ids, 2, func(id ID, typ Type, data []byte, err error) {
		mu.Lock()
		defer mu.Unlock()
		if err != nil {
			t.Errorf("%s: %v", id, err)
			return
		}
		got[id.String()] = stored{typ.String(), string(data)}
	})
	if err != nil {
		t.Fatal(err)
	}
	return got
}

// revisited reads one object again, and then all others: what they are deltas on
// is not among them then.
func revisited(t *testing.T, s *Store, want map[string]stored) map[string]stored {
	t.Helper()
	var numbers []int
	for name := range want {
		id, err := ParseID(name)
		if err != nil {
			t.Fatal(err)
		}
		n, ok := s.Ordinal(id)
		if !ok {
			t.Fatalf("%s has no ordinal", name)
		}
		numbers = append(numbers, n)
	}
	var mu sync.Mutex
	got := map[string]stored{}
	for _, some := range [][]int{numbers[:1], numbers[1:]} {
		err := s.Revisit(t.Context(), some, 2, func(_ int, o *Object) {
			mu.Lock()
			defer mu.Unlock()
			if _, twice := got[o.ID.String()]; twice || !slices.Contains(some, o.Ordinal) {
				t.Errorf("%s was not asked for, or is shown twice", o.ID)
			}
			got[o.ID.String()] = stored{o.Type.String(), string(o.Data)}
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	return got
}

// A Lookup, and a Store that is asked again, read what git reads, whatever the packs and indexes are like, and
// as long as the indexes are sound it does not ask the Store.
func TestLookup(t *testing.T) {
	for name, test := range map[string]struct {
		init  []string
		shape func(r *repo)
		asks  bool
	}{
		"loose": {shape: func(r *repo) {
			text, err := os.ReadFile(r.packs(".pack")[0])
			if err != nil {
				r.t.Fatal(err)
			}
			r.remove(r.packs("")...).feed(string(text), "unpack-objects", "-q")
		}},
		"packed":    {shape: func(r *repo) { r.git("repack", "-adfq", "--depth=50") }},
		"several":   {shape: func(r *repo) { r.git("repack", "-q"); r.commits("side", 3, 20) }},
		"sha256":    {init: []string{"--object-format=sha256"}, shape: func(r *repo) { r.git("repack", "-adfq") }},
		"version 1": {shape: func(r *repo) { r.git("-c", "pack.indexVersion=1", "repack", "-adfq") }},
		"by name":   {shape: func(r *repo) { r.git("-c", "repack.useDeltaBaseOffset=false", "repack", "-adfq") }},
		"no index": {asks: true, shape: func(r *repo) {
			r.git("repack", "-adfq")
			r.remove(r.packs(".idx")...)
		}},
		"lying index": {asks: true, shape: func(r *repo) {
			r.git("repack", "-adfq")
			path := r.packs(".idx")[0]
			data, err := os.ReadFile(path)
			if err != nil {
				r.t.Fatal(err)
			}
			for i := 8 + 1024; i < len(data)/2; i += 7 {
				data[i] ^= 0x5a
			}
			r.remove(path)
			if err := os.WriteFile(path, data, 0o600); err != nil {
				r.t.Fatal(err)
			}
		}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := newRepo(t, test.init...).commits("main", 1, 40)
			want := r.all()
			test.shape(r)
			if !test.asks {
				want = r.all()
			}
			l := open(t, r.dir, Options{}).Lookup()
			defer l.Close()
			same(t, lookedUp(t, l, want), want)
			same(t, revisited(t, l.s, want), want)
			if read, asked := l.Cost(); asked > 0 != test.asks || read != int64(len(want)) {
				t.Errorf("read %d objects and asked for %d of them", read, asked)
			}
			var nothing ID
			nothing.size = uint8(l.s.hash)
			if _, _, err := l.Read(nothing); !errors.Is(err, ErrNotFound) {
				t.Errorf("reading what is not there: %v", err)
			}
		})
	}
}

// Abbreviations are those that git knows.
func TestAbbreviated(t *testing.T) {
	t.Parallel()
	r := newRepo(t).commits("main", 1, 120)
	r.git("repack", "-adq")
	r.commits("side", 2, 20)
	all := r.all()
	l := open(t, r.dir, Options{}).Lookup()
	defer l.Close()
	for name := range all {
		for _, n := range []int{2, 3, 4, 5, 40} {
			digits := strings.ToUpper(name[:n])
			var want []string
			for other := range all {
				if strings.HasPrefix(other, name[:n]) {
					want = append(want, other)
				}
			}
			slices.Sort(want)
			var got []string
			for _, id := range l.Abbreviated(digits, 1000) {
				got = append(got, id.String())
			}
			if !slices.Equal(got, want) {
				t.Fatalf("%s: got %v, want %v", digits, got, want)
			}
		}
	}
	for _, digits := range []string{"", "z", "0", strings.Repeat("0", 41), "xyzxyz"} {
		if got := l.Abbreviated(digits, 10); len(got) > 0 {
			t.Errorf("%q: got %v", digits, got)
		}
	}
}
