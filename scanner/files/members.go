package files

import (
	"bytes"
	"errors"
	"fmt"
	"hash/maphash"
	"io"
	"path"
	"slices"
	"strings"

	"github.com/awscred/awscred/scanner"
	"github.com/awscred/awscred/scanner/files/internal/lzma"
	"github.com/awscred/awscred/scanner/files/internal/sevenzip"
	"github.com/awscred/awscred/scanner/files/internal/xz"
)

// Limits bound what is unpacked of one blob. What exceeds them is lost.
type Limits struct {
	// Depth is how many archives may stand in each other; a compressed tar is
	// one.
	Depth int
	// Entries is the number of members of all depths.
	Entries int
	// Member is the size of one member in bytes.
	Member int64
	// Total is how many bytes may come out of a blob, all layers together.
	Total int64
	// Ratio is how many bytes may come out for each byte of the blob; the
	// first 64 MiB are free.
	Ratio int64
	// Window is how many bytes of output an LZMA or zstd decoder may remember.
	// The default is what the highest ordinary levels of xz and 7z use.
	Window int64
	// Memory bounds all buffers together, those of other goroutines too. Nil
	// means a [Budget] of DefaultMemory for this blob alone.
	Memory *Budget
	// Done, if it is closed, ends the work at once. What was not unpacked by
	// then is not recorded: whoever closes it knows.
	Done <-chan struct{}
}

// freeOfRatio is how much may come out of however small a blob.
const freeOfRatio = 64 << 20

// DefaultLimits let pass what people keep in repositories and stop what is made
// to exhaust a machine.
func DefaultLimits() Limits {
	return Limits{Depth: 4, Entries: 100_000, Member: 128 << 20, Window: 64 << 20, Total: 2 << 30, Ratio: 250}
}

// Members hands over what is packed in b, if b is an archive: the name and
// content of each member, of each archive in it, and so on. Their [BlobRef] is
// that of b with the member's name added to Via; a stream of one file (gzip) has
// the name it tells, or "content". b itself is left to the caller.
//
// Nothing is written anywhere, so member names are only text. What cannot be
// read goes to cov: damaged archives and what exceeds limits as lost, encrypted
// members and unknown containers as opaque. For what is no archive it costs a
// look at a few bytes.
func Members(b *scanner.Blob, limits Limits, cov *scanner.Coverage, visit scanner.Visitor) {
	kind := identify(b.Data)
	if kind == plain {
		return
	}
	u := &unpacker{limits: limits, cov: cov, visit: visit, ref: b.BlobRef, verify: b.Verify}
	u.left = min(limits.Total, freeOfRatio+limits.Ratio*int64(len(b.Data)))
	u.total = u.left
	u.account.Budget = limits.Memory
	if limits.Memory == nil {
		u.account.Budget = NewBudget(DefaultMemory, 1)
	}
	defer u.account.close()
	u.open(kind, b.Data, scanner.SplitVia(b.Via), 1)
}

// An unpacker unpacks one blob.
type unpacker struct {
	limits  Limits
	cov     *scanner.Coverage
	visit   scanner.Visitor
	ref     scanner.BlobRef
	total   int64 // bytes that may come out
	left    int64 // of them
	entries int
	stopped bool
	verify  func() string
	buffers [][]byte // by depth: a member lives while its own members are read
	account account
}

// The reasons for which unpacking ends early.
var (
	errTotal  = errors.New("too much comes out")
	errMember = errors.New("member too large")
	errDone   = errors.New("stopped")
)

// An opaqueError says why a member that is not damaged cannot be looked into.
type opaqueError string

func (e opaqueError) Error() string { return string(e) }

// open looks into one archive that stands at via, at a depth from 1.
func (u *unpacker) open(kind format, data []byte, via []string, depth int) {
	switch {
	case kind == opaque:
		g := scanner.Gap{What: u.label(via), Why: opaqueName(data)}
		if g.Why == gitBundle {
			g.Fix = "unpack it and scan the bundle by itself"
		}
		u.cov.AddOpaque(g)
	case depth > u.limits.Depth:
		u.cov.AddLost(scanner.Gap{What: u.label(via), Why: fmt.Sprintf("over the limit: archives nested more than %d deep", u.limits.Depth), Fix: "unpack it and scan the result"})
	case kind == zipArchive:
		u.zip(data, via, depth)
	case kind == tarArchive:
		u.plainTar(data, via, depth)
	case kind == arArchive:
		u.ar(data, via, depth)
	case kind == sevenZip:
		u.sevenZip(data, via, depth)
	default:
		u.stream(kind, data, via, depth)
	}
}

// member hands over the content that r yields, and what is packed in it.
// size is how large it claims to be, -1 if it does not.
func (u *unpacker) member(r io.Reader, size int64, via []string, depth int) {
	data, err := u.read(r, size, depth)
	if len(data) > 0 {
		u.show(scanner.Content, data, via)
	}
	if err != nil {
		u.fail(err, via)
		return
	}
	u.repository(data, via)
	u.inside(data, via, depth)
}

// repository records that a member is the HEAD of a git repository, whose objects
// are compressed one by one: what it had in its history is not looked into. The
// HEADs of remotes and of linked work trees are others.
func (u *unpacker) repository(data []byte, via []string) {
	dir, name := path.Split(via[len(via)-1])
	if name != "HEAD" || !bytes.HasPrefix(data, []byte("ref: refs/")) || strings.Contains("/"+dir, "/refs/") || strings.Contains("/"+dir, "/worktrees/") {
		return
	}
	at := via[:len(via)-1]
	if dir = strings.Trim(strings.TrimSuffix(strings.TrimSuffix(dir, "/"), ".git"), "/"); dir != "" && dir != "." {
		at = within(at, dir)
	}
	u.cov.AddOpaque(scanner.Gap{
		What: "repository at " + u.label(at),
		Why:  "an archive is read here, not the history of the repositories in it",
		Fix:  "unpack it and scan the repository",
	})
}

// inside looks into a member whose content was handed over.
func (u *unpacker) inside(data []byte, via []string, depth int) {
	if kind := identify(data); kind != plain {
		u.open(kind, data, via, depth+1)
	}
}

// name hands over the name of the member at via and counts it. It returns false
// if there are too many.
func (u *unpacker) name(name string, via []string) bool {
	if u.entries++; u.entries > u.limits.Entries {
		u.tooMany(via[:len(via)-1])
		return false
	}
	if name != "" {
		u.show(scanner.Name, []byte(name), via)
	}
	return !u.stopped
}

// names tells members of equal names in one archive apart: what is handed over
// under the same [scanner.BlobRef] twice counts once. It remembers hashes, since
// names can be as large as contents.
type names struct {
	seed maphash.Seed
	seen map[uint64]int
}

func newNames() names { return names{maphash.MakeSeed(), map[uint64]int{}} }

// own returns the name, numbered if it is not the first of its kind.
func (n names) own(name string) string {
	first := maphash.String(n.seed, name)
	if n.seen[first] == 0 {
		n.seen[first] = 1
		return name
	}
	for {
		n.seen[first]++
		numbered := fmt.Sprintf("%s (%d)", name, n.seen[first])
		if h := maphash.String(n.seed, numbered); n.seen[h] == 0 {
			n.seen[h] = 1
			return numbered
		}
	}
}

func (u *unpacker) tooMany(via []string) {
	u.stopped = true
	u.cov.AddLost(scanner.Gap{What: u.label(via), Why: fmt.Sprintf("over the limit of %d members", u.limits.Entries), Fix: "unpack it and scan the result"})
}

func (u *unpacker) show(field scanner.Field, data []byte, via []string) {
	ref := u.ref
	ref.Field, ref.Via = field, scanner.JoinVia(via...)
	u.visit(&scanner.Blob{BlobRef: ref, Data: data, Verify: u.verify})
}

// within is the way to a member of the archive at via. No member is without a
// name, since a Via without one would be that of the archive itself.
func within(via []string, member string) []string {
	if member == "" {
		member = "no name"
	}
	return append(slices.Clip(via), strings.ReplaceAll(member, "\x00", "\uFFFD"))
}

// fail records why something at via was not read to its end.
func (u *unpacker) fail(err error, via []string) {
	g := scanner.Gap{What: u.label(via), Fix: "unpack it and scan the result"}
	switch {
	case errors.Is(err, errDone):
		return
	case errors.Is(err, errTotal):
		if u.stopped {
			return // said already
		}
		u.stopped = true
		g.What, g.Why = u.label(nil), fmt.Sprintf("over the limit of %s unpacked", sizeText(u.total))
	case errors.Is(err, errMember):
		g.Why = "over the limit of " + sizeText(u.limits.Member)
	case errors.Is(err, errMemory):
		g.Why = "over the limit of " + sizeText(u.account.most()) + " of memory for archives"
		g.Fix = "awscred scan --memory with a larger size"
	case errors.Is(err, lzma.ErrWindow):
		g.Why = "over the limit of " + sizeText(u.limits.Window) + " for what a decoder remembers"
	case errors.Is(err, sevenzip.ErrTooMany):
		u.tooMany(via)
		return
	case isOpaque(err):
		u.cov.AddOpaque(scanner.Gap{What: g.What, Why: err.Error()})
		return
	case isTruncation(err):
		g.Why, g.Fix = "archive is truncated", ""
	default:
		g.Why, g.Fix = "archive is damaged: "+err.Error(), ""
	}
	u.cov.AddLost(g)
}

// isOpaque reports whether an error says that something is whole but cannot be
// looked into.
func isOpaque(err error) bool {
	var own opaqueError
	var ofXZ xz.UnsupportedError
	var of7z sevenzip.UnsupportedError
	return errors.As(err, &own) || errors.As(err, &ofXZ) || errors.As(err, &of7z)
}

// maxLabel is how much of a member's name a message repeats.
const maxLabel = 200

// label names the archive or member at via for a message.
func (u *unpacker) label(via []string) string {
	name := u.ref.Path
	if name == "" && u.ref.ID != "" {
		name = "blob " + u.ref.ID
	}
	name = strings.Join(append([]string{name}, via...), "!/")
	if len(name) > maxLabel {
		name = strings.ToValidUTF8(name[:maxLabel], "") + "…"
	}
	return name
}

// contentName is the name of what a compressed stream at via holds: the one
// that it tells, else its own without the suffix.
func (u *unpacker) contentName(told string, via []string) string {
	if told != "" {
		return told
	}
	own := u.ref.Path
	if len(via) > 0 {
		own = via[len(via)-1]
	}
	own = path.Base(own)
	switch ext := path.Ext(own); ext {
	case ".gz", ".bz2", ".zst", ".xz", ".lzma", ".lz":
		if len(own) > len(ext) {
			return strings.TrimSuffix(own, ext)
		}
	}
	return "content"
}
