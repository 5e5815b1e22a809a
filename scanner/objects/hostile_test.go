package objects

import (
	"bytes"
	"context"
	"encoding/binary"
	"fmt"
	"strings"
	"testing"
	"time"
)

// blob returns the same as git has for a blob of these bytes.
func blob(data string) (string, stored) {
	return newHasher(sha1Size).name(TypeBlob, []byte(data)).String(), stored{"blob", data}
}

// has fails unless a sweep showed these blobs.
func has(t *testing.T, got map[string]stored, blobs ...string) {
	t.Helper()
	for _, b := range blobs {
		name, want := blob(b)
		if got[name] != want {
			t.Errorf("blob %.20q… was not shown", b)
		}
	}
}

// loses fails unless something was lost for a reason that contains why.
func loses(t *testing.T, s *Store, why string) {
	t.Helper()
	for _, l := range s.Lost() {
		if strings.Contains(l.Why, why) {
			return
		}
	}
	t.Errorf("nothing lost because %q in %+v", why, s.Lost())
}

// within fails if f takes too long.
func within(t *testing.T, d time.Duration, f func()) {
	t.Helper()
	start := time.Now()
	f()
	if took := time.Since(start); took > d {
		t.Errorf("took %v, more than %v", took, d)
	}
}

// A hostilePack is a pack with one thing wrong, next to an object that is all right.
type hostilePack struct {
	name   string
	opts   Options
	count  int
	build  func(w *packWriter)
	lost   string
	lossOf int // sum of Lost.Count, if the index is used
}

func hostilePacks() []hostilePack {
	zeros := make([]byte, 4<<20)
	null := make([]byte, sha1Size)
	return []hostilePack{
		{"declared size too large", Options{}, 2, func(w *packWriter) {
			w.name(MakeID(null), w.entry(3, 1<<40, nil, []byte("short")))
		}, "over the limit", 1},
		{"declared size wrong", Options{}, 2, func(w *packWriter) {
			w.name(MakeID(null), w.entry(3, 1000, nil, []byte("short")))
		}, "less data than declared", 1},
		{"bomb", Options{MaxObjectSize: 1 << 20}, 2, func(w *packWriter) {
			w.object(TypeBlob, zeros)
		}, "over the limit", 1},
		{"delta bomb", Options{}, 3, func(w *packWriter) {
			_, base := w.object(TypeBlob, []byte("base"))
			w.ofs(TypeBlob, base, newScript(4, 1<<42).copy(0, 4).b, nil)
		}, "over the limit", 1},
		{"nested delta bombs", Options{}, 5, func(w *packWriter) {
			_, at := w.object(TypeBlob, zeros)
			size := len(zeros)
			for range 3 {
				d := newScript(size, size*1000)
				for range 1000 {
					d.copy(0, min(size, 0xffffff))
				}
				_, at = w.ofs(TypeBlob, at, d.b, []byte{byte(size)})
				size *= 1000
			}
		}, "over the limit", 3},
		{"delta for another base", Options{}, 3, func(w *packWriter) {
			_, base := w.object(TypeBlob, []byte("base"))
			w.ofs(TypeBlob, base, newScript(5, 4).copy(0, 4).b, nil)
		}, "delta does not fit", 1},
		{"delta copies from beyond", Options{}, 3, func(w *packWriter) {
			_, base := w.object(TypeBlob, []byte("base"))
			w.ofs(TypeBlob, base, newScript(4, 8).copy(2, 8).b, nil)
		}, "corrupt", 1},
		{"delta with a zero instruction", Options{}, 3, func(w *packWriter) {
			_, base := w.object(TypeBlob, []byte("base"))
			w.ofs(TypeBlob, base, append(newScript(4, 4).b, 0), nil)
		}, "corrupt", 1},
		{"delta on itself", Options{}, 2, func(w *packWriter) {
			id := MakeID(bytes.Repeat([]byte{7}, sha1Size))
			w.name(id, w.entry(refDelta, 9, id.Bytes(), newScript(4, 4).copy(0, 4).b))
		}, "", 1},
		{"two deltas on each other", Options{}, 4, func(w *packWriter) {
			a, b, c := MakeID(bytes.Repeat([]byte{1}, sha1Size)), MakeID(bytes.Repeat([]byte{2}, sha1Size)), MakeID(bytes.Repeat([]byte{3}, sha1Size))
			d := newScript(4, 4).copy(0, 4).b
			w.name(a, w.entry(refDelta, uint64(len(d)), b.Bytes(), d))
			w.name(b, w.entry(refDelta, uint64(len(d)), a.Bytes(), d))
			w.name(c, w.entry(refDelta, uint64(len(d)), a.Bytes(), d))
		}, "", 3},
		{"offset before the pack", Options{}, 2, func(w *packWriter) {
			d := newScript(4, 4).copy(0, 4).b
			w.name(MakeID(null), w.entry(ofsDelta, uint64(len(d)), []byte{0x81, 0x81, 0x81, 0x01}, d))
		}, "bad entry header", 1},
		{"offset between entries", Options{}, 2, func(w *packWriter) {
			d := newScript(4, 4).copy(0, 4).b
			w.name(MakeID(null), w.entry(ofsDelta, uint64(len(d)), []byte{3}, d))
		}, "bad entry header", 1},
		{"type 5", Options{}, 2, func(w *packWriter) {
			w.name(MakeID(null), w.entry(5, 4, nil, []byte("data")))
		}, "bad entry header", 1},
		{"base missing", Options{}, 2, func(w *packWriter) {
			d := newScript(4, 4).copy(0, 4).b
			w.name(MakeID(null), w.entry(refDelta, uint64(len(d)), bytes.Repeat([]byte{9}, sha1Size), d))
		}, "missing", 1},
	}
}

func TestHostilePacks(t *testing.T) {
	const near = "a neighbour that is all right"
	for _, c := range hostilePacks() {
		t.Run(c.name, func(t *testing.T) {
			w := newPackWriter(c.count)
			w.object(TypeBlob, []byte(near))
			c.build(w)
			for _, index := range [][]byte{w.index(), nil} {
				within(t, 5*time.Second, func() {
					s := w.store(t, index, c.opts)
					got, _ := swept(t, s, SweepOptions{Jobs: 2})
					has(t, got, near)
					loses(t, s, "")
					if index == nil {
						return
					}
					loses(t, s, c.lost)
					n := 0
					for _, l := range s.Lost() {
						n += l.Count
					}
					if n != c.lossOf {
						t.Errorf("lost %d objects, want %d: %+v", n, c.lossOf, s.Lost())
					}
					for _, l := range w.names {
						if _, _, err := s.Read(l.id); err == nil && got[l.id.String()].typ == "" {
							t.Errorf("%s can be read and was not shown", l.id)
						}
					}
				})
			}
		})
	}
}

func TestCopyOfACycleMemberEndsIt(t *testing.T) {
	// Two deltas by name on each other, and a whole copy of one of them.
	w := newPackWriter(3)
	text := "the text of both"
	d := newScript(len(text), len(text)).copy(0, len(text)).b
	id := newHasher(sha1Size).name(TypeBlob, []byte(text))
	w.name(id, w.entry(refDelta, uint64(len(d)), id.Bytes(), d))
	w.name(id, w.entry(3, uint64(len(text)), nil, []byte(text)))
	_, off := w.object(TypeBlob, []byte("another"))
	_ = off
	for _, index := range [][]byte{w.index(), nil} {
		s := w.store(t, index, Options{})
		got, visits := swept(t, s, SweepOptions{})
		has(t, got, text, "another")
		if visits != 3 || len(s.Lost()) > 0 {
			t.Errorf("%d visits, lost %+v", visits, s.Lost())
		}
		if _, data, err := s.Read(id); err != nil || string(data) != text {
			t.Errorf("read %q, %v", data, err)
		}
	}
}

func TestChain20000Deep(t *testing.T) {
	const depth = 20_000
	for _, byName := range []bool{false, true} {
		w := newPackWriter(depth + 1)
		text := []byte("a text of some length that is copied over and over again 00000")
		id, off := w.object(TypeBlob, text)
		for i := range depth {
			next := fmt.Appendf(bytes.Clone(text[:len(text)-5]), "%05d", i+1)
			d := newScript(len(text), len(next)).copy(0, len(next)-5).insert(string(next[len(next)-5:]))
			if byName {
				base := id
				id = newHasher(sha1Size).name(TypeBlob, next)
				w.name(id, w.entry(refDelta, uint64(len(d.b)), base.Bytes(), d.b))
			} else {
				id, off = w.ofs(TypeBlob, off, d.b, next)
			}
		}
		for _, index := range [][]byte{w.index(), nil} {
			within(t, 10*time.Second, func() {
				s := w.store(t, index, Options{})
				_, visits := swept(t, s, SweepOptions{Jobs: 2, Margin: 8})
				if visits != depth+1 || len(s.Lost()) > 0 {
					t.Errorf("%d visits, lost %+v", visits, s.Lost())
				}
				if _, data, err := s.Read(id); err != nil || !bytes.HasSuffix(data, []byte("20000")) {
					t.Errorf("read %q, %v", data, err)
				}
			})
		}
	}
}

func TestLyingIndex(t *testing.T) {
	const secret, decoy, third = "the secret", "a decoy of another length", "third"
	build := func(count int) (w *packWriter, ids [3]ID) {
		w = newPackWriter(count)
		for i, text := range []string{secret, decoy, third} {
			ids[i], _ = w.object(TypeBlob, []byte(text))
		}
		return w, ids
	}
	for _, c := range []struct {
		name   string
		count  int
		lie    func(w *packWriter)
		verify bool
	}{
		{"two names swapped", 3, func(w *packWriter) { w.names[0].id, w.names[1].id = w.names[1].id, w.names[0].id }, true},
		{"secret named like the decoy", 3, func(w *packWriter) { w.names[0].off = w.names[1].off }, false},
		{"decoy named like the secret", 3, func(w *packWriter) { w.names[1].off = w.names[0].off }, false},
		{"first left out", 3, func(w *packWriter) { w.names = w.names[1:] }, false},
		{"middle left out", 3, func(w *packWriter) { w.names = append(w.names[:1], w.names[2]) }, false},
		{"last left out", 3, func(w *packWriter) { w.names = w.names[:2] }, false},
		{"first left out, and the pack agrees", 2, func(w *packWriter) { w.names = w.names[1:] }, false},
		{"middle left out, and the pack agrees", 2, func(w *packWriter) { w.names = append(w.names[:1], w.names[2]) }, false},
		{"last left out, and the pack agrees", 2, func(w *packWriter) { w.names = w.names[:2] }, false},
		{"offset into another entry", 3, func(w *packWriter) { w.names[0].off = w.names[1].off + 3 }, false},
		{"offset beyond the end", 3, func(w *packWriter) { w.names[0].off = 1 << 30 }, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			w, _ := build(c.count)
			c.lie(w)
			s := w.store(t, w.index(), Options{})
			got, _ := swept(t, s, SweepOptions{VerifyNames: c.verify})
			if c.verify {
				has(t, got, secret, decoy, third)
			} else {
				texts := map[string]int{}
				for _, o := range got {
					texts[o.data]++
				}
				for _, text := range []string{secret, decoy, third} {
					if texts[text] != 1 {
						t.Errorf("%q was shown %d times: %v", text, texts[text], got)
					}
				}
			}
			loses(t, s, "")
		})
	}
}

func TestReadRefusesAWrongName(t *testing.T) {
	w := newPackWriter(2)
	a, _ := w.object(TypeBlob, []byte("one"))
	b, _ := w.object(TypeBlob, []byte("two"))
	w.names[0].id, w.names[1].id = b, a
	s := w.store(t, w.index(), Options{})
	if _, data, err := s.Read(a); err == nil {
		t.Errorf("read %q under the name of another object", data)
	}
	loses(t, s, "name does not match")
}

func TestSweepStops(t *testing.T) {
	w := newPackWriter(2000)
	for i := range 2000 {
		w.object(TypeBlob, binary.BigEndian.AppendUint32(nil, uint32(i)))
	}
	s := w.store(t, w.index(), Options{})
	ctx, cancel := context.WithCancel(t.Context())
	n := 0
	err := s.Sweep(ctx, SweepOptions{Jobs: 1}, func(int, *Object) any {
		if n++; n == 10 {
			cancel()
		}
		return nil
	})
	if err != context.Canceled || n > 10 {
		t.Errorf("visited %d after 10, error %v", n, err)
	}
	if err := s.Sweep(ctx, SweepOptions{}, nil); err != context.Canceled {
		t.Errorf("sweeping after the end: %v", err)
	}
}
