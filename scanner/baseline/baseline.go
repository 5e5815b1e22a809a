package baseline

import (
	"cmp"
	"fmt"
	"slices"
	"time"

	"github.com/awscred/awscred/internal/redact"
	"github.com/awscred/awscred/scanner"
)

// By is the By of a suppression by a baseline.
const By = "baseline"

// An Entry is one accepted finding.
type Entry struct {
	// Fingerprint is that of the finding; see [scanner.Finding].
	Fingerprint string
	// Rule and What tell people what was accepted. They decide nothing.
	Rule, What string
	// Reason is why it was accepted.
	Reason string
	// Until is the last day on which it is accepted, in UTC, as 2006-01-02;
	// empty means for ever.
	Until string
}

// expired reports whether the last day of an entry is over.
func (e *Entry) expired(now time.Time) bool {
	return e.Until != "" && now.UTC().Format(time.DateOnly) > e.Until
}

// Short names an entry in one line, for people.
func (e *Entry) Short() string {
	text := e.Fingerprint[:8]
	if e.What != "" {
		text += " (" + e.What + ")"
	}
	return text
}

// A Baseline is a list of accepted findings. The zero Baseline accepts none.
type Baseline struct {
	// Keyed says that the fingerprints were made with a key of the user's own:
	// with another key they name nothing.
	Keyed bool
	// Entries are sorted by fingerprint, each of which stands there once.
	Entries []Entry

	met map[string]bool // fingerprints that Suppress was shown
}

// find returns the entry of a fingerprint, or nil.
func (b *Baseline) find(fingerprint string) *Entry {
	i, ok := slices.BinarySearchFunc(b.Entries, fingerprint, func(e Entry, f string) int { return cmp.Compare(e.Fingerprint, f) })
	if !ok {
		return nil
	}
	return &b.Entries[i]
}

// Suppress marks a finding, and every occurrence of it that is not suppressed
// yet, if it has been accepted and now is not later than until when. It is not
// safe for use by several goroutines.
func (b *Baseline) Suppress(f *scanner.Finding, now time.Time) {
	e := b.find(f.Fingerprint)
	if e == nil {
		return
	}
	if b.met == nil {
		b.met = map[string]bool{}
	}
	b.met[e.Fingerprint] = true
	if e.expired(now) || f.Suppressed != nil {
		return
	}
	f.Suppressed = &scanner.Suppression{By: By, Reason: e.Reason, Until: e.Until}
	for _, oc := range append([]*scanner.Occurrence{f.First, f.Last}, pointers(f.Occurrences)...) {
		if oc != nil && oc.Suppressed == nil {
			oc.Suppressed = f.Suppressed
		}
	}
}

func pointers(list []scanner.Occurrence) []*scanner.Occurrence {
	out := make([]*scanner.Occurrence, len(list))
	for i := range list {
		out[i] = &list[i]
	}
	return out
}

// Expired lists the entries that count no more.
func (b *Baseline) Expired(now time.Time) []Entry {
	return b.where(func(e *Entry) bool { return e.expired(now) })
}

// Stale lists the entries whose finding was not among those that Suppress was
// shown.
func (b *Baseline) Stale() []Entry {
	return b.where(func(e *Entry) bool { return !b.met[e.Fingerprint] })
}

func (b *Baseline) where(holds func(*Entry) bool) []Entry {
	var list []Entry
	for i := range b.Entries {
		if holds(&b.Entries[i]) {
			list = append(list, b.Entries[i])
		}
	}
	return list
}

// Accept adds findings with a reason and the last day, which may both be empty.
// One that is there already keeps its reason, unless it gets another; if it has
// expired its last day is until. Accept returns how many entries are new or
// count again.
func (b *Baseline) Accept(list []*scanner.Finding, reason, until string, now time.Time) int {
	n := 0
	for _, f := range list {
		e := b.find(f.Fingerprint)
		if e == nil {
			n++
			b.insert(Entry{Fingerprint: f.Fingerprint, Rule: f.Rule, What: what(f), Reason: reason, Until: until})
			continue
		}
		if e.expired(now) {
			n++
			e.Until = until
			e.Reason = cmp.Or(reason, e.Reason)
		}
	}
	return n
}

func (b *Baseline) insert(e Entry) {
	i, _ := slices.BinarySearchFunc(b.Entries, e, func(a, b Entry) int { return cmp.Compare(a.Fingerprint, b.Fingerprint) })
	b.Entries = slices.Insert(b.Entries, i, e)
}

// what says what a finding is, without what would be a finding again.
func what(f *scanner.Finding) string {
	title := redact.Text(f.Title)
	if len(f.KeyID) <= 8 {
		return title
	}
	return fmt.Sprintf("%s, %s…%s", title, f.KeyID[:4], f.KeyID[len(f.KeyID)-4:])
}

// Day checks a last day, which is written as 2006-01-02.
func Day(text string) error {
	if _, err := time.Parse(time.DateOnly, text); err != nil {
		return fmt.Errorf("%q is no day such as 2006-01-02", text)
	}
	return nil
}
