package wiki

import (
	"context"
	"time"

	"github.com/awscred/awscred/scanner"
)

// A State says who can still see a text.
type State string

// The states of the output contract.
const (
	// Current is what a reader of the page sees.
	Current State = "current"
	// Superseded is an older revision: whoever opens the history sees it.
	Superseded State = "superseded"
	// Deleted stands on a page, or is a file, that was deleted: those see it
	// who may see deleted pages, and it can be restored.
	Deleted State = "deleted"
	// Hidden was taken out of the history by an administrator and is stored
	// nevertheless.
	Hidden State = "hidden"
)

// A Page is one page of a wiki. A Reader makes one Page of each and uses the same
// for all its revisions, as far as its memory goes: for a page that is made anew
// the newest of the revisions since then counts as current.
type Page struct {
	// Wiki names the wiki, as far as the form tells; empty if it does not.
	Wiki string
	// Title is the whole name of the page with its namespace, as the wiki
	// writes it: "Talk:Deploy runbook", "ops:deploy".
	Title string

	// Of the revisions without a State, the newest. A Source keeps it.
	newest     string
	newestTime time.Time
	begun      bool // the title has been handed over
	worker     int
}

// newer takes note of a revision without a State.
func (p *Page) newer(id string, t time.Time) {
	if p.newest == "" || !t.Before(p.newestTime) {
		p.newest, p.newestTime = id, t
	}
}

// A Revision is one text of a page: what the page said at a time, the comment of
// whoever saved it, or a file.
type Revision struct {
	Page *Page
	// ID names the revision within its page, as the wiki does. The text and the
	// comment of one revision have the same. It is never empty.
	ID string
	// Author is who saved it; empty if that is not known.
	Author string
	// Time is when it was saved; zero if that is not known.
	Time time.Time
	// Field is [scanner.Content] for the page itself, [scanner.Comment] for what
	// the author said about the change or others said about the page, and
	// [scanner.Attachment] for a file.
	Field scanner.Field
	// Name is the name of an attached file; empty if the page is named after it.
	Name string
	// State is empty if it follows from the page: of its revisions without a
	// State the newest is current and the others are superseded. Of two of the
	// same time the one that comes later is newer.
	State State
	// Text is the decoded text, or the bytes of the file. It is valid only
	// during the call that hands the revision over.
	Text []byte
}

// A Reader reads one wiki in one form.
type Reader interface {
	// Walk hands every revision to yield, the older ones of a page before the
	// newer ones if it can. It holds one revision in memory at a time, and of
	// what it must remember no more than one entry a page. What exists and
	// cannot be read goes to gaps, and the walk goes on. Walk returns the error
	// of yield, that of ctx, or one that says that this is no such wiki at all;
	// a wiki that ends too early is a gap.
	Walk(ctx context.Context, yield func(*Revision) error, gaps *Gaps) error
}
