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

// A sight is one text that is looked at, with what was noted of it: whatever a
// text has twice counts once.
type sight struct {
	watch *Watch
	blob  *scanner.Blob
	noted map[[2]string]bool // check and value; nil as long as there is nothing
}

// look sorts a text by what it is.
func (w *Watch) look(b *scanner.Blob) {
	s := &sight{watch: w, blob: b}
	switch b.Field {
	case scanner.Header:
		s.addresses()
	case scanner.Name:
		s.name()
	case scanner.Config:
		s.gitConfig()
	case scanner.Content:
		s.binary()
		s.pointers()
		s.each(s.words)
	case scanner.Message:
		s.each(s.words)
	}
}

// around is how far before and behind new bytes a name may reach that they are
// part of.
const around = 128

// each calls look with every part of a text that was not looked at before.
func (s *sight) each(look func(text []byte)) {
	b := s.blob
	if b.From == nil || b.From.Base == nil {
		look(b.Data)
		return
	}
	for i := 0; i < len(b.From.Fresh); {
		from, to := max(0, b.From.Fresh[i].Start-around), b.From.Fresh[i].End+around
		for i++; i < len(b.From.Fresh) && b.From.Fresh[i].Start-around <= to; i++ {
			to = max(to, b.From.Fresh[i].End+around) // what overlaps is looked at once
		}
		look(b.Data[from:min(len(b.Data), to)])
	}
}

// words looks for names of hosts and for account numbers: at every colon, and at
// every z, the rarest letter in what AWS names.
func (s *sight) words(text []byte) {
	find(text, ":", func(at int) {
		switch {
		case bytes.HasPrefix(text[at:], []byte("://")):
			s.url(text[at+len("://"):])
		case bytes.HasPrefix(text[at:], []byte(":aws")) && bytes.HasSuffix(text[:at], []byte("arn")):
			s.account(arnAccount(text[at-len("arn"):]))
		}
	})
	const before, after = ".ama", "zonaws.com"
	find(text, "z", func(at int) {
		if bytes.HasPrefix(text[at:], []byte(after)) && bytes.HasSuffix(text[:at], []byte(before)) {
			s.resource(text, at+len(after))
			s.account(registry(text[:at-len(before)]))
		}
	})
	const machine = ".compute.internal"
	find(text, machine, func(at int) { s.resource(text, at+len(machine)) })
	find(text, "ccount", func(at int) { s.account(numberBehind(text[at:])) })
}

// note records that a text has something.
func (s *sight) note(check, value string, size int64) {
	if s.noted[[2]string{check, value}] {
		return
	}
	if s.noted == nil {
		s.noted = map[[2]string]bool{}
	}
	s.noted[[2]string{check, value}] = true
	s.watch.note(check, value, s.blob, size)
}

// note records that a text has something, once for each text.
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
		value = strings.Clone(value)
		items[value] = &Item{Value: value, Count: 1, Bytes: size, ref: b.BlobRef}
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

// Find finds out where the items of all checks stand, the first hundred of
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
