package objects

import (
	"context"
	"encoding/binary"
	"strings"
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

// deflatedBadly is a block of the fixed code (RFC 1951, section 3.2.6): matches of 258
// bytes one byte back, and then a length that there is none of.
func deflatedBadly(matches int) []byte {
	const match, none = "1100010100000", "11000110"
	codes := strings.Repeat(match, matches) + none
	body := make([]byte, 3+len(codes)/8)
	body[0] = 1 | 1<<1 // the last block, of the fixed code
	for i, bit := range codes {
		if bit == '1' {
			body[(i+3)/8] |= 1 << ((i + 3) % 8)
		}
	}
	return body
}
