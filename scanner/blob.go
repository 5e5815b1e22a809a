package scanner

import "context"

// A Span is the half-open range [Start, End) of bytes.
type Span struct{ Start, End int }

// Len is the number of bytes in the span.
func (s Span) Len() int { return s.End - s.Start }

// A Field says which part of a thing a text is: the content of a file, the
// message of a commit, a name.
type Field string

// The fields of the output contract.
const (
	Content    Field = "content"
	Message    Field = "message" // of a commit or an annotated tag
	Header     Field = "header"  // author, committer, signatures and other headers
	Name       Field = "name"    // a file's or directory's own name
	RefName    Field = "ref"     // the name of a branch, tag or other ref
	Reflog     Field = "reflog"
	Config     Field = "config" // the repository's configuration
	Attachment Field = "attachment"
	Comment    Field = "comment"
	Title      Field = "title"
)

// A Place says where a text stands: in the history of a repository, only in
// the index, only in the work tree, and so on.
type Place string

// The places of the output contract.
const (
	InHistory   Place = "history"
	InIndex     Place = "index"
	InWorktree  Place = "worktree"
	Untracked   Place = "untracked"
	Ignored     Place = "ignored"
	InStash     Place = "stash"
	InReflog    Place = "reflog"
	Unreachable Place = "unreachable"
	InLFS       Place = "lfs"
	InSubmodule Place = "submodule"
	InGitDir    Place = "git-dir"
	InWiki      Place = "wiki"
	InFile      Place = "file" // a file outside any repository, or standard input
)

// A BlobRef names a blob within its source, without its bytes.
type BlobRef struct {
	// ID is the object id of a git object, in hex. Content that is no object
	// (a file, a ref name) leaves it empty.
	ID string
	// Field is the part of the thing that the bytes are.
	Field Field
	// Place, Path and Ref are set when they are known without asking the
	// source to locate the blob: always for content that is no object.
	Place Place
	Path  string
	Ref   string
	// Via are the names of the archive members that lead to the bytes,
	// outermost first, joined by [JoinVia].
	Via string
	// Target is the number of the target, where several are read as one
	// source.
	Target int
}

// A Blob is one distinct piece of content. Git stores a content once however
// many commits hold it; so does a source: a Blob is matched once, and located
// only if it matters.
type Blob struct {
	BlobRef
	// Data is the whole content. It is valid only during the call that hands
	// the blob over, and must not be changed.
	Data []byte
	// From tells how Data was made from another blob; nil if it was not, or if
	// that blob was not shown before on the same goroutine.
	From *Derivation
	// Verify, if set, is called before a match in the blob is kept, which is how the
	// source hears that something is in it. It returns the ID that the content really
	// has: an index can give an object any name. Of what is no object it returns "".
	Verify func() string
	// Held, if set, is called when matches were found in the blob, before it is
	// kept. If it returns false the blob is not: the source has one that holds
	// the same, and says that it stands in the places of this one, too.
	Held func(Contents) (keep bool)
}

// A Derivation tells how a text was made from another, its base, that the
// visitor has seen.
type Derivation struct {
	// Base is what the visitor returned for the base.
	Base Candidates
	// Copies are the parts that were taken over from the base, in order of To
	// and apart.
	Copies []Copy
	// Fresh are the parts that the base does not hold as they stand, in order
	// and apart: what was inserted, and, as at least the place itself, where
	// two copies meet that did not meet in the base, and the beginning or end
	// of the text if it is not the base's.
	Fresh []Span
}

// A Copy says that Len bytes of a text at To are those of its base at From.
type Copy struct{ From, To, Len int }

// Candidates is what a visitor remembers of a blob for those that are derived
// from it, in whatever form it likes; nil is nothing. It must hold on to no
// part of the blob's Data.
type Candidates any

// A Visitor takes one blob of a sweep. It may be called from several
// goroutines at once. What it returns comes back in the Derivation of each blob
// that is made from this one.
type Visitor func(*Blob) Candidates

// A Source is something that holds texts: a repository, a directory, a wiki.
type Source interface {
	// Target says what is being read.
	Target() Target
	// Sweep hands every blob of the source to visit. Content that cannot be
	// read is no error: it goes to the coverage, and the sweep goes on. Sweep
	// returns an error only if ctx is done or nothing at all could be read.
	Sweep(ctx context.Context, visit Visitor) error
	// Locate finds out where each secret stands. The answer has one Life for
	// each element of secrets, in the same order. It is called after
	// Sweep, and again for keys that are put together of what it located.
	Locate(ctx context.Context, secrets []Held) ([]Life, error)
	// Coverage is what was read and what was not, as known so far. It is
	// complete after Sweep and Locate have returned.
	Coverage() *Coverage
}

// A Rememberer is a Source that may know from its sweep alone where everything
// stands. If it does, it is asked to locate secrets even when the scan was
// interrupted.
type Rememberer interface{ Remembers() bool }

// A Target is what a scan was pointed at.
type Target struct {
	// Kind is "git", "directory", "file", "stdin" or "wiki".
	Kind string `json:"kind"`
	// Name is how the user named it, without credentials of a URL.
	Name string `json:"name"`
}

// Held is one secret on its way to being located: the blobs that hold it, or a
// part of it.
type Held struct {
	Blobs []HeldBlob
}

// A HeldBlob is one blob that holds a secret.
type HeldBlob struct {
	BlobRef
	// Accepts tells whether the secret counts in a file of this path: some
	// rules apply to some paths only. nil accepts every path.
	Accepts func(path string) bool
}

// A Life is where one secret stands and when it came and went.
type Life struct {
	// Spots has, for each blob of the Held, the places where that blob
	// stands. A blob without any spot that its Accepts admits has none.
	Spots [][]Spot
	// Intervals are the stretches of history in which the secret was there,
	// for HEAD and for each ref that does not share HEAD's stretches.
	Intervals []Interval
	// InHead is true if the tree of HEAD has the secret, or a page of a wiki as
	// it is now.
	InHead bool
	// Refs are the full names of the refs from which the secret can be
	// reached, sorted.
	Refs []string
	// Exposure is the widest circle that can have seen the secret.
	Exposure Exposure
}

// A Spot is one place where a blob stands.
type Spot struct {
	Place  Place
	Commit string // the first commit that has the blob at Path; empty outside history
	Path   string
	Ref    string
	Author string // name and address of that commit's author
	Time   string // RFC 3339, the author's time of that commit
	// Known is when the commit was made at the latest, RFC 3339: the later of
	// its author's and its committer's time. Amending and rebasing keep the
	// former, whatever they add.
	Known    string
	Page     string
	Revision string
	State    string // of a wiki page: current, superseded, deleted, hidden
	Exposure Exposure
}

// An Interval is a stretch of the history of Ref in which a secret was there:
// From is the first commit that has it, To the commit that removed it, empty
// while it is still there. A commit has a secret if any blob in its tree has
// it. Their times are those of the commits' authors, RFC 3339; empty if they
// are not known.
type Interval struct {
	Ref      string  `json:"ref"`
	From     string  `json:"from"`
	FromTime string  `json:"from_time,omitempty"`
	To       *string `json:"to"`
	ToTime   string  `json:"to_time,omitempty"`
}

// Exposure is the circle of people who can have seen a text.
type Exposure string

// The exposures of the output contract, from the widest to the narrowest.
const (
	Pushed            Exposure = "pushed"      // reachable from refs/remotes, as of the last fetch
	Unpushed          Exposure = "unpushed"    // reachable from any other ref
	Staged            Exposure = "staged"      // only in the index
	UntrackedExposure Exposure = "untracked"   // in the work tree, not ignored
	IgnoredExposure   Exposure = "ignored"     // in a git-ignored file
	StashExposure     Exposure = "stash"       // only in a stash
	Unreached         Exposure = "unreachable" // only from reflogs, FETCH_HEAD, ORIG_HEAD or no ref at all
	LocalExposure     Exposure = "local"       // other files of the git directory
)

// exposureOrder ranks exposures from wide to narrow.
var exposureOrder = [...]Exposure{Pushed, Unpushed, Staged, UntrackedExposure, IgnoredExposure, StashExposure, Unreached, LocalExposure}

// Wider returns the wider of two exposures; the empty one is the narrowest.
func (e Exposure) Wider(f Exposure) Exposure {
	if e.rank() <= f.rank() {
		return e
	}
	return f
}

func (e Exposure) rank() int {
	for i, x := range exposureOrder {
		if e == x {
			return i
		}
	}
	return len(exposureOrder)
}

// OnlyHere is true for exposures that do not leave this machine by a push:
// such findings fail a scan only when asked to.
func (e Exposure) OnlyHere() bool {
	switch e {
	case IgnoredExposure, StashExposure, Unreached, LocalExposure:
		return true
	}
	return false
}
