package history

import (
	"sync/atomic"

	"github.com/awscred/awscred/scanner/objects"
)

// heldBlobs are the blobs that may have to be located: those in which
// something was found, and pointers to LFS objects. They are to be known before the
// first tree is read. It is safe for use by several goroutines.
type heldBlobs struct {
	blobs ordinals
	begin [1 << 10]atomic.Uint64 // a bit for the first two bytes of each name
	known atomic.Bool            // no more are to come
	late  atomic.Bool            // one came all the same
}

func newHeldBlobs(store *objects.Store) *heldBlobs {
	return &heldBlobs{blobs: make(ordinals, store.Len()/64+1)}
}

// add adds a blob, unless nobody asks for it.
func (h *heldBlobs) add(o *objects.Object) {
	if h == nil || o.Type != objects.TypeBlob || o.Ordinal < 0 {
		return
	}
	if h.known.Load() {
		h.late.Store(true)
	}
	h.blobs.add(o.Ordinal)
	k := o.ID.Prefix16()
	h.begin[k>>6].Or(1 << (k & 63))
}

// has reports whether a blob of an ordinal was added.
func (h *heldBlobs) has(ordinal int) bool { return h.blobs.has(ordinal) }

// may reports whether the blob that a tree's entry names may have been added.
func (h *heldBlobs) may(e *objects.TreeReader) bool {
	k := e.Prefix16()
	return h.begin[k>>6].Load()&(1<<(k&63)) != 0
}
