package profile

// A Note is an oddity that the SDK tolerates and a person should know about.
type Note struct {
	Line int
	ID   NoteID
	// Text is one clause, lower case, that quotes nothing but names of sections
	// and known keys.
	Text string
}

// NoteID is a kind of oddity.
type NoteID string

// The kinds of oddities.
const (
	NoteBOM              NoteID = "bom"                // the file begins with a byte order mark
	NoteEncoding         NoteID = "invalid-utf8"       // bytes that are no UTF-8
	NoteLineEnds         NoteID = "cr-line-ends"       // lines end with a CR alone
	NoteGarbage          NoteID = "garbage-line"       // a line that means nothing
	NoteBeforeSection    NoteID = "key-before-section" // a key before any header
	NoteUnclosed         NoteID = "unclosed-section"   // a header without its bracket
	NoteTrailing         NoteID = "trailing-text"      // text behind a header
	NoteNoPrefix         NoteID = "no-prefix"          // [dev] in the config file, which is ignored
	NotePrefix           NoteID = "unwanted-prefix"    // [profile dev] in the credentials file
	NoteHeader           NoteID = "ignored-section"    // a header that names nothing
	NoteHidden           NoteID = "hidden-section"     // another section of the same name counts
	NoteDuplicateSection NoteID = "duplicate-section"
	NoteDuplicateKey     NoteID = "duplicate-key"
	NoteQuoted           NoteID = "quoted-value"   // quotes around a value
	NoteInlineComment    NoteID = "inline-comment" // a comment that some SDKs take for part of the value
	NoteKeyCase          NoteID = "key-case"       // a known key in another case
	NoteMisspelt         NoteID = "misspelt-key"   // nearly a known key
	NoteOrphan           NoteID = "indented-key"   // an indented key that is read as if it were not
	NoteNestedSecret     NoteID = "nested-secret"  // a secret among indented lines, or lines below one that has no value
	NoteFaulty           NoteID = "faulty-file"    // the SDK takes the file for empty
)

const maxNotes = 1000
