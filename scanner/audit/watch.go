package audit

import (
	"bytes"
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"

	"github.com/awscred/awscred/internal/redact"
	"github.com/awscred/awscred/scanner"
)

// How much a Watch remembers of one check: a repository can hold any number of
// anything.
const (
	maxItems   = 10_000
	maxLocated = 100
)

// An Item is one thing that fails a check: an address, a host, a file.
type Item struct {
	// Value is what it is, as it may be shown.
	Value string
	// Count is the number of texts (commits, versions of files) that have it.
	Count int
	// Bytes is the size of a file, where that matters.
	Bytes int64
	// Where is the first place that was found.
	Where scanner.Spot
	// Object is the id of the object that holds it there, if there is one.
	Object string

	ref scanner.BlobRef
}

// A Watch is a source that looks at what another one hands over. It is safe for
// use by several goroutines.
type Watch struct {
	scanner.Source

	mu    sync.Mutex
	items map[string]map[string]*Item // by check and value
	// Dropped counts, by check, what there was no room for.
	dropped map[string]int
}

// NewWatch returns a Watch of src.
func NewWatch(src scanner.Source) *Watch {
	return &Watch{Source: src, items: map[string]map[string]*Item{}, dropped: map[string]int{}}
}

// Sweep hands over what the source holds, and looks at it.
func (w *Watch) Sweep(ctx context.Context, visit scanner.Visitor) error {
	return w.Source.Sweep(ctx, func(b *scanner.Blob) scanner.Candidates {
		w.look(b)
		return visit(b)
	})
}

// look sorts a text by what it is.
func (w *Watch) look(b *scanner.Blob) {
	switch b.Field {
	case scanner.Header:
		w.addresses(b)
	case scanner.Name:
		w.name(b)
	case scanner.Config:
		w.gitConfig(b)
	case scanner.Content:
		w.binary(b)
		w.pointers(b)
		w.each(b, w.hosts)
		w.each(b, w.accounts)
	case scanner.Message:
		w.each(b, w.hosts)
		w.each(b, w.accounts)
	}
}

// around is how far before and behind new bytes a name may reach that they are
// part of.
const around = 128

// each calls look with every part of a text that was not looked at before.
func (w *Watch) each(b *scanner.Blob, look func(b *scanner.Blob, text []byte)) {
	if b.From == nil || b.From.Base == nil {
		look(b, b.Data)
		return
	}
	for _, s := range b.From.Fresh {
		look(b, b.Data[max(0, s.Start-around):min(len(b.Data), s.End+around)])
	}
}

// note records that a text has something. Texts of one blob count once.
func (w *Watch) note(check, value string, b *scanner.Blob, size int64) {
	w.mu.Lock()
	defer w.mu.Unlock()
	items := w.items[check]
	if items == nil {
		items = map[string]*Item{}
		w.items[check] = items
	}
	item := items[value]
	switch {
	case item == nil && len(items) >= maxItems:
		w.dropped[check]++
		return
	case item == nil:
		item = &Item{Value: value, Count: 1, Bytes: size, ref: b.BlobRef}
		items[strings.Clone(value)] = item
		return
	case less(b.BlobRef, item.ref):
		item.ref = b.BlobRef // whichever goroutine comes first
	}
	item.Count++
}

// less orders references, so that two audits name the same place.
func less(a, b scanner.BlobRef) bool {
	return cmp.Or(cmp.Compare(a.Target, b.Target), strings.Compare(a.ID, b.ID), strings.Compare(a.Path, b.Path), strings.Compare(a.Via, b.Via)) < 0
}

// Items returns what fails a check, the most frequent first, and how many more
// there are than could be kept.
func (w *Watch) Items(check string) (items []*Item, more int) {
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, item := range w.items[check] {
		items = append(items, item)
	}
	slices.SortFunc(items, func(a, b *Item) int {
		return cmp.Or(cmp.Compare(b.Bytes, a.Bytes), cmp.Compare(b.Count, a.Count), strings.Compare(a.Value, b.Value))
	})
	return items, w.dropped[check]
}

// Locate finds out where the items of all checks stand, the first hundred of
// each. It is called once, after the scan.
func (w *Watch) Find(ctx context.Context) error {
	var all []*Item
	for _, c := range Checks() {
		items, _ := w.Items(c.ID)
		all = append(all, items[:min(maxLocated, len(items))]...)
	}
	held := make([]scanner.Held, len(all))
	for i, item := range all {
		held[i].Blobs = []scanner.HeldBlob{{BlobRef: item.ref}}
	}
	if len(held) == 0 {
		return nil
	}
	lives, err := w.Source.Locate(ctx, held)
	if err != nil {
		return fmt.Errorf("locating what the audit noticed: %w", err)
	}
	for i, item := range all {
		item.Object = item.ref.ID
		item.Where = scanner.Spot{Place: item.ref.Place, Path: item.ref.Path, Ref: item.ref.Ref}
		if i < len(lives) && len(lives[i].Spots) > 0 && len(lives[i].Spots[0]) > 0 {
			item.Where = lives[i].Spots[0][0]
		}
		if item.ref.Field == scanner.Header {
			item.Where.Path = "" // it is of the commit
		}
	}
	return nil
}

// Fingerprint names an item in a baseline.
func Fingerprint(key []byte, check string, item *Item) string {
	return redact.New(item.Value).Fingerprint(key, "audit/"+check)
}

// lines calls do for every line of a text, without its end.
func lines(text []byte, do func(line []byte)) {
	for len(text) > 0 {
		line, rest, _ := bytes.Cut(text, []byte("\n"))
		do(bytes.TrimSuffix(line, []byte("\r")))
		text = rest
	}
}
