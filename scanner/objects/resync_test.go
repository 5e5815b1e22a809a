package objects

import (
	"context"
	"encoding/binary"
	"testing"

	"github.com/awscred/awscred/scanner/objects/internal/inflate"
)

// What is inflated in vain while the next entry is looked for counts, also if it fails
// at its very end: heads of entries that all lead into one body, of 31 MB, that ends
// with a code there is none of.
func TestResyncEndsInTime(t *testing.T) {
	const heads, head, size, least = 40, 11, 1<<25 - 1, 30 << 20
	body := deflatedBadly(120_000)
	data := []byte("PACK\x00\x00\x00\x02\x00\x00\x00\x01\x00\x00\x00")
	start := len(data)
	end := start + heads*head
	for k := range heads {
		data = append(data, 0x80|3<<4|size&15, 0x80|size>>4&127, 0x80|size>>11&127, size>>18&127, 0x78, 0x9c, 0)
		n := uint16(end - (start + (k+1)*head)) // a stored block up to the body
		data = binary.LittleEndian.AppendUint16(data, n)
		data = binary.LittleEndian.AppendUint16(data, ^n)
	}
	data = append(append(data, body...), make([]byte, 100)...)
	w := &walker{dec: inflate.New(), data: data, hash: 20, limit: 64 << 20, budget: resyncBudget}
	w.resync(context.Background(), 12, nil, uint64(len(data)))
	if w.budget > 0 {
		t.Errorf("%d of %d bytes are left, where at least %d were inflated", w.budget, resyncBudget, heads*least)
	}
}

// deflatedBadly is a block of a code with three symbols: matches of 258 zeros, and
// then one whose distance is none.
func deflatedBadly(matches int) []byte {
	var w packedBits
	w.number(1|2<<1, 3)
	w.number(286-257, 5)
	w.number(0, 5)
	order := []int{16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1}
	w.number(len(order)-4, 4)
	for _, s := range order {
		n := 0
		if s == 18 || s == 1 { // as many zeros, and a length of one
			n = 1
		}
		w.number(n, 3)
	}
	for _, zeros := range []int{138, 118, 0, 28, 0, 0} { // the end of the block, 258 bytes, and one distance
		if zeros == 0 {
			w.number(0, 1)
			continue
		}
		w.number(1, 1)
		w.number(zeros-11, 7)
	}
	for range matches {
		w.number(1, 2)
	}
	w.number(3, 2)
	return w.b
}

// packedBits are bits as RFC 1951 packs them, section 3.1.1.
type packedBits struct {
	b    []byte
	free int // bits of the last byte
}

func (w *packedBits) number(v, n int) {
	for ; n > 0; n-- {
		if w.free == 0 {
			w.b, w.free = append(w.b, 0), 8
		}
		w.b[len(w.b)-1] |= byte(v & 1 << (8 - w.free))
		w.free--
		v >>= 1
	}
}
