package scanner

import (
	"cmp"
	"path"
	"slices"
	"strconv"
	"strings"
	"time"
)

// maxSites bounds the places of one half that are looked at, and allSites those
// of all halves, of which each has a few at least.
const (
	maxSites = 256
	minSites = 4
	allSites = 1 << 17
)

// sitesEach is how many places of each half are looked at, of so many halves.
func sitesEach(halves int) int { return max(minSites, min(maxSites, allSites/max(1, halves))) }

// A half is what found no partner in its own text: an id, a secret, a session
// token, or a pair whose session token is sought.
type half struct {
	of    *secret
	sites []site // the earliest first
}

// A site is one place where a half stands.
type site struct {
	*Spot
	ref    *BlobRef
	at     position
	match  *Match
	via    string
	when   time.Time
	dir    string // the directory, in whatever it is; empty if there is none
	file   string // what all versions of the text have in common
	moment string // the commit, or "now"; empty if it is not known
}

// now is the moment of what stands in no commit: the index, the work tree, a
// directory.
const now = "now"

// newHalf lists the places of a secret, at most so many.
func newHalf(s *secret, life *Life, most int) *half {
	h := &half{of: s}
	for i := range s.holders {
		holder := &s.holders[i]
		for k := range life.Spots[i] {
			if len(h.sites) == most {
				break
			}
			h.sites = append(h.sites, newSite(holder, &life.Spots[i][k]))
		}
	}
	slices.SortStableFunc(h.sites, func(a, b site) int {
		return cmp.Or(a.when.Compare(b.when), strings.Compare(a.Path, b.Path), cmp.Compare(a.at.offset, b.at.offset), strings.Compare(a.Commit, b.Commit))
	})
	return h
}

func newSite(h *secretHolder, spot *Spot) site {
	x := site{Spot: spot, ref: h.ref, at: h.parts[0].at, match: &h.parts[0].match, via: h.ref.Via, moment: spot.Commit}
	if spot.Time != "" {
		x.when, _ = time.Parse(time.RFC3339, spot.Time) // zero if it is none
	}
	switch spot.Place {
	case InIndex, InWorktree, Untracked, Ignored, InFile:
		x.moment = cmp.Or(spot.Commit, now)
	}
	in := strconv.Itoa(h.ref.Target) + "\x00"
	switch {
	case h.ref.Field == Reflog: // holds what happened in many commits
	case spot.Page != "": // its comments and attachments stand in it
		x.dir = in + "page\x00" + strings.ReplaceAll(spot.Page, ":", "/")
		x.file = x.dir + "\x00" + spot.Path
		if spot.Revision != "" {
			x.moment = "revision " + spot.Revision
		}
	case x.via != "":
		x.file = in + spot.Path + "\x00" + x.via
		members := SplitVia(x.via)
		last := len(members) - 1
		x.dir = in + spot.Path + "\x00" + JoinVia(members[:last]...) + "\x00" + path.Dir(members[last])
	case spot.Path != "":
		x.file = in + spot.Path
		x.dir = in + path.Dir(spot.Path)
	}
	return x
}

// around are the directory and the one above it: what has one of them in common
// stands in one, in neighbouring ones, or in one of the other.
func (x *site) around() []string {
	if x.dir == "" {
		return nil
	}
	up := x.dir[:strings.LastIndexByte(x.dir, 0)+1]
	if above := up + path.Dir(x.dir[len(up):]); above != x.dir {
		return []string{x.dir, above}
	}
	return []string{x.dir}
}

// base is the name of the file, or of the page.
func (x *site) base() string {
	switch {
	case x.Page != "":
		return x.Page[strings.LastIndexAny(x.Page, ":/")+1:]
	case x.via != "":
		members := SplitVia(x.via)
		return path.Base(members[len(members)-1])
	}
	return path.Base(x.Path)
}

// stem is what is left of a file's name without its extension and without the
// words that tell an id from a secret: "prod" of prod.id, prod-secret.env and
// prod_access_key.txt. It is empty if nothing is left.
func (x *site) stem() string {
	if x.dir == "" {
		return ""
	}
	name := strings.ToLower(x.base())
	if dot := strings.LastIndexByte(name, '.'); dot > 0 {
		name = name[:dot]
	}
	words := strings.FieldsFunc(name, func(r rune) bool { return strings.ContainsRune("._- ", r) })
	words = slices.DeleteFunc(words, func(w string) bool {
		switch w {
		case "id", "ids", "key", "keys", "keyid", "access", "accesskey", "accesskeyid", "secret", "secrets", "secretkey",
			"secretaccesskey", "token", "session", "credential", "credentials", "cred", "creds":
			return true
		}
		return false
	})
	return strings.Join(words, "-")
}

// day is the number of the day, or 0 if it is not known.
func (x *site) day() int64 {
	if x.when.IsZero() {
		return 0
	}
	return x.when.Unix() / int64(24*time.Hour/time.Second)
}

// name says where the site is, in words.
func (x *site) name() string {
	switch {
	case x.Page != "" && x.Path != "" && x.Path != x.Page:
		return "in " + x.Path + " on page " + x.Page
	case x.Page != "":
		return "on page " + x.Page
	case x.ref.Field == RefName:
		return "in the name of " + x.Ref
	case x.Path == "" && x.Commit != "":
		return "in the " + string(x.ref.Field) + " of commit " + abbreviated(x.Commit)
	case x.Path == "" && x.Ref != "":
		return "in the " + string(x.ref.Field) + " of " + x.Ref
	case x.Path == "":
		return "in an object"
	}
	return "in " + strings.ToValidUTF8(strings.Join(append([]string{x.Path}, SplitVia(x.via)...), "!/"), "\uFFFD")
}

// abbreviated is a commit's name as git shortens it.
func abbreviated(commit string) string { return commit[:min(len(commit), 7)] }
