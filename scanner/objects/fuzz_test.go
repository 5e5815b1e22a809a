package objects

import (
	"bytes"
	"slices"
	"testing"

	"github.com/awscred/awscred/scanner/objects/internal/inflate"
)

func FuzzParseHeader(f *testing.F) {
	f.Add([]byte{0x35, 0x78}, uint64(12))
	f.Add([]byte{0xb5, 0x81, 0x01}, uint64(100))
	f.Add([]byte{0x65, 0x85, 0x01}, uint64(1000))
	f.Add(append([]byte{0x75}, make([]byte, 20)...), uint64(12))
	f.Add(bytes.Repeat([]byte{0xff}, 20), uint64(1<<40))
	f.Fuzz(func(t *testing.T, b []byte, pos uint64) {
		h, err := parseHeader(b, pos, sha1Size)
		if err != nil {
			return
		}
		if h.len > len(b) || h.size>>63 != 0 || h.kind == 0 || h.kind == 5 {
			t.Errorf("%+v of %d bytes", h, len(b))
		}
		if h.kind == ofsDelta && (h.back == 0 || h.back > pos-packHeaderSize) {
			t.Errorf("base %d before %d", h.back, pos)
		}
	})
}

func FuzzApplyDelta(f *testing.F) {
	base := []byte("0123456789 some base text, 0123456789")
	f.Add(newScript(len(base), 20).copy(5, 10).insert("0123456789").b)
	f.Add(newScript(len(base), 70000).copy(0, 70000).b)
	f.Add([]byte{})
	f.Fuzz(func(t *testing.T, delta []byte) {
		from, to, ops, err := deltaSizes(delta)
		if err != nil || to > 1<<16 || from != uint64(len(base)) {
			return
		}
		plain, seen := make([]byte, to), make([]byte, to)
		var d derivation
		errPlain, errSeen := applyDelta(plain, base, ops, nil), applyDelta(seen, base, ops, &d)
		if errPlain != errSeen || !bytes.Equal(plain, seen) {
			t.Fatal("collecting what is fresh changes the result")
		}
		roomy := make([]byte, to, to+inflate.Slack)
		if err := applyDelta(roomy, base, ops, nil); err != errPlain || err == nil && !bytes.Equal(roomy, plain) {
			t.Fatal("spare room changes the result")
		}
		if errPlain != nil {
			return
		}
		// What lies between fresh spans is in the base as it stands.
		at := 0
		for _, s := range append(slices.Clone(d.fresh), Span{len(seen), len(seen)}) {
			if s.Start < at || s.End < s.Start || s.End > len(seen) || !bytes.Contains(base, seen[at:s.Start]) {
				t.Fatalf("fresh %v of %d bytes", d.fresh, len(seen))
			}
			at = s.End
		}
		checkCopies(t, base, seen, &d)
		checkGap(t, seen, base, ops, d.fresh)
	})
}

// checkCopies fails unless the copies of a derivation are what they say, and
// what they leave out is fresh.
func checkCopies(t *testing.T, base, target []byte, d *derivation) {
	t.Helper()
	at := 0
	for _, c := range append(slices.Clone(d.copies), Copy{len(base), len(target), 0}) {
		if c.From < 0 || c.To < at || c.Len < 0 || !bytes.Equal(base[c.From:c.From+c.Len], target[c.To:c.To+c.Len]) {
			t.Fatalf("copies %v of %d bytes", d.copies, len(target))
		}
		if gap := (Span{at, c.To}); gap.Start < gap.End && !slices.ContainsFunc(d.fresh, func(f Span) bool { return f.Start <= gap.Start && gap.End <= f.End }) {
			t.Fatalf("%v is neither copied nor fresh: copies %v, fresh %v", gap, d.copies, d.fresh)
		}
		at = c.To + c.Len
	}
}

func FuzzParseIndex(f *testing.F) {
	w := newPackWriter(3)
	for _, s := range []string{"a", "b", "c"} {
		w.object(TypeBlob, []byte(s))
	}
	f.Add(w.index())
	f.Add(make([]byte, 1024+40))
	unsorted := w.index()
	copy(unsorted[8+1024:], bytes.Repeat([]byte{0xff}, sha1Size))
	f.Add(unsorted)
	f.Fuzz(func(t *testing.T, b []byte) {
		// With the checksum mended, so that what lies behind it is reached.
		if len(b) > 40 {
			h := newHash(sha1Size)
			h.Write(b[:len(b)-20])
			b = append(bytes.Clone(b[:len(b)-20]), h.Sum(nil)...)
		}
		x, err := parseIndex(b, sha1Size)
		if err != nil && x == nil {
			return
		}
		table, outside, twice := newTable(x, 1<<20)
		if table.len()+outside+twice != x.n {
			t.Errorf("%d entries, %d outside, %d twice of %d", table.len(), outside, twice, x.n)
		}
		for i := range x.n {
			x.crc(i)
			if err != nil {
				continue // of an index that is not sound nothing is used but its offsets
			}
			if _, ok := x.find(x.name(i)); !ok {
				t.Errorf("name %d is not found", i)
			}
		}
	})
}

func FuzzParseMultiIndex(f *testing.F) {
	r := newRepo(f)
	r.commits("main", 1, 2).commits("side", 2, 2).git("multi-pack-index", "write")
	midx, err := readControl(r.packs("multi-pack-index")[0])
	if err != nil {
		f.Fatal(err)
	}
	f.Add(midx)
	f.Fuzz(func(t *testing.T, b []byte) {
		if len(b) > 20 {
			h := newHash(sha1Size)
			h.Write(b[:len(b)-20])
			b = append(bytes.Clone(b[:len(b)-20]), h.Sum(nil)...)
		}
		if m, err := parseMultiIndex(b, sha1Size); err == nil && len(m.packs) != len(m.names) {
			t.Errorf("%d packs, %d names", len(m.packs), len(m.names))
		}
	})
}

func FuzzPack(f *testing.F) {
	w := newPackWriter(3)
	_, at := w.object(TypeBlob, []byte("a base of some length"))
	w.ofs(TypeBlob, at, newScript(21, 10).copy(3, 10).b, []byte("ase of som"))
	w.object(TypeTree, nil)
	f.Add(w.bytes(), w.index())
	f.Add(w.bytes()[:40], []byte(nil))
	f.Fuzz(func(t *testing.T, pack, index []byte) {
		s, err := Open(gitDirWith(t, map[string][]byte{"objects/pack/pack-1.pack": pack, "objects/pack/pack-1.idx": index}), Options{MaxObjectSize: 1 << 20, Memory: 4 << 20})
		if err != nil {
			t.Fatal(err)
		}
		defer s.Close()
		swept(t, s, SweepOptions{Jobs: 2, Margin: 4})
		for id := range s.All() {
			s.Read(id)
		}
	})
}

func FuzzParseCommit(f *testing.F) {
	f.Add([]byte("tree " + nameA + "\nparent " + nameB + "\nauthor A <a> 1 +0000\ncommitter A <a> 1 +0000\ngpgsig x\n y\n\nm"))
	f.Add([]byte("object " + nameA + "\ntype commit\ntag x\ntagger A <a> 1 +0000\n\nm"))
	f.Add([]byte("\n"))
	f.Fuzz(func(t *testing.T, raw []byte) {
		c := ParseCommit(raw)
		covered(t, raw, c.Message)
		if l := ParseLinks(raw); l.Tree != c.Tree || !slices.Equal(l.Parents, c.Parents) || l.Committed != c.Committer.Time.Unix() {
			t.Errorf("links %+v, want those of %+v", l, c)
		}
		covered(t, raw, ParseTag(raw).Message)
	})
}

func FuzzTreeEntries(f *testing.F) {
	f.Add([]byte("100644 a\x00aaaaaaaaaaaaaaaaaaaa40000 b\x00bbbbbbbbbbbbbbbbbbbb"))
	f.Fuzz(func(t *testing.T, raw []byte) {
		n := 0
		for e, err := range TreeEntries(raw, sha1Size) {
			if err == nil {
				n += len(e.Name) + sha1Size + 2
			}
		}
		if n > len(raw) {
			t.Errorf("entries of %d bytes in %d", n, len(raw))
		}
	})
}

func FuzzParseAlternates(f *testing.F) {
	f.Add("/a\n#b\n\"/c\\n\\303\"\n")
	f.Fuzz(func(t *testing.T, text string) {
		if got := parseAlternates(text); slices.Contains(got, "") {
			t.Errorf("an empty path in %q", got)
		}
	})
}
