package report

import (
	"github.com/awscred/awscred/scanner"
)

// The states of a wiki's texts, as scanner/wiki names them.
const (
	stateCurrent    = "current"
	stateSuperseded = "superseded"
	stateDeleted    = "deleted"
	stateHidden     = "hidden"
)

// pageName names the text of a page in which an occurrence stands.
func pageName(oc *scanner.Occurrence) string {
	at := safe(*oc.Page)
	switch oc.Field {
	case scanner.Comment:
		return "comment on " + at
	case scanner.Title:
		return "title of " + at
	}
	for _, member := range oc.Via {
		at += "!/" + safePath(member)
	}
	return at
}

// revisionWords say in which revision of a page an occurrence stands, and whose
// that is.
func revisionWords(oc *scanner.Occurrence) string {
	if oc.Revision == nil {
		return ""
	}
	words := "revision " + safe(*oc.Revision)
	if oc.Author != "" {
		words += " by " + author(oc.Author)
	}
	return words
}

// stateWords say who can still see a text of a wiki.
func stateWords(oc *scanner.Occurrence) string {
	state, thing := deref(oc.State), "the page"
	if oc.Field == scanner.Attachment {
		thing = "the file"
	}
	switch {
	case oc.Field == scanner.Comment && (state == stateCurrent || state == stateSuperseded):
		return "visible in the page's history"
	case state == stateCurrent:
		return "visible: " + thing + " has it now"
	case state == stateSuperseded:
		return "gone from " + thing + ", still in its history"
	case state == stateDeleted:
		return thing + " is deleted and can be restored"
	case state == stateHidden:
		return "hidden, and still stored"
	}
	return safe(state)
}

// stillOn tells of a secret that first stood in what is visible no longer where
// it is visible now.
func (p *printer) stillOn(f *scanner.Finding) []row {
	if f.First.Page == nil || deref(f.First.State) == stateCurrent {
		return nil
	}
	for i := range f.Occurrences {
		if oc := &f.Occurrences[i]; deref(oc.State) == stateCurrent {
			return []row{{p.date(oc), where(oc), joinNonEmpty(", ", "still in "+revisionWords(oc), stateWords(oc))}}
		}
	}
	return nil
}

// hideAdvice is what is to be done in the wiki: an edit takes nothing away.
func hideAdvice(f *scanner.Finding) []row {
	if f.First.Page == nil || f.Severity == scanner.Low {
		return nil
	}
	return []row{{"then", "have the old revisions hidden in the wiki: an edit leaves them in its history", ""}}
}
