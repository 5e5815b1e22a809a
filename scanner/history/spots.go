package history

import (
	"sort"
	"strings"

	"github.com/awscred/awscred/scanner"
	"github.com/awscred/awscred/scanner/objects"
)

// lives puts together what is known of each secret.
func (l *locator) lives() []scanner.Life {
	n := len(l.secrets)
	lives := make([]scanner.Life, n)
	if l.census != nil {
		t, memo := newTally(l.census), &refLists{}
		for first := 0; first < n; first += batch {
			t.take(first, n)
			t.lives(lives[first:], memo)
		}
	}
	for i, h := range l.secrets {
		life := &lives[i]
		life.Spots = make([][]scanner.Spot, len(h.Blobs))
		for j, b := range h.Blobs {
			life.Spots[j] = l.spots(b)
			for _, s := range life.Spots[j] {
				life.Exposure = life.Exposure.Wider(s.Exposure)
				life.Refs = withRef(life.Refs, s.Ref)
			}
		}
	}
	return lives
}

// withRef adds a ref to a sorted list that may have it.
func withRef(list []string, ref string) []string {
	if !strings.HasPrefix(ref, "refs/") {
		return list
	}
	i := sort.SearchStrings(list, ref)
	if i < len(list) && list[i] == ref {
		return list
	}
	list = append(list[:i:i], append([]string{ref}, list[i:]...)...)
	return list
}

// spots lists where one blob stands.
func (l *locator) spots(b scanner.HeldBlob) []scanner.Spot {
	id, err := objects.ParseID(b.ID)
	var list []scanner.Spot
	switch {
	case b.Place != "":
		list = []scanner.Spot{{Place: b.Place, Path: b.Path, Ref: b.Ref, Exposure: l.placeExposure(b.BlobRef)}}
		if b.Place == scanner.InLFS {
			list = append(list, l.pointerSpots(b.BlobRef)...)
		}
	case b.Field == scanner.Name && b.ID == "":
		list = l.standingSpots(l.byName[b.Path])
		if len(list) == 0 { // in a tree that no commit has
			list = []scanner.Spot{{Place: scanner.Unreachable, Path: b.Path, Exposure: l.unreached()}}
		}
	case err != nil:
	case b.Field == scanner.Content || b.Via != "":
		list = l.blobSpots(id)
	default:
		list = l.ownSpots(id)
	}
	if b.Accepts == nil {
		return list
	}
	var kept []scanner.Spot
	for _, s := range list {
		if b.Accepts(s.Path) {
			kept = append(kept, s)
		}
	}
	return kept
}

// placeExposure is the exposure of content that is no object of the history.
func (l *locator) placeExposure(b scanner.BlobRef) scanner.Exposure {
	if b.Place != scanner.InIndex || l.r.opts.Scope != WorktreeOnly {
		return l.r.refs.placeExposure(b)
	}
	if l.committed == nil {
		l.committed = l.r.newCommitted()
	}
	return l.committed.exposure(b)
}

// placeExposure is the exposure of content that is no object of the history, and
// that no commit has.
func (rs *refs) placeExposure(b scanner.BlobRef) scanner.Exposure {
	switch b.Place {
	case scanner.InHistory:
		return rs.reach(b.Ref).exposure()
	case scanner.InIndex:
		return scanner.Staged
	case scanner.InWorktree, scanner.Untracked:
		return scanner.UntrackedExposure
	case scanner.Ignored:
		return scanner.IgnoredExposure
	case scanner.InStash:
		return scanner.StashExposure
	case scanner.InReflog:
		return scanner.Unreached
	case scanner.InSubmodule:
		return scanner.Unpushed // who has the other repository is not known
	}
	return scanner.LocalExposure
}

// standingSpots are the commits and paths of a wanted thing, and the refs that
// have it without a commit.
func (l *locator) standingSpots(n int) []scanner.Spot {
	if l.census == nil {
		return nil
	}
	var list []scanner.Spot
	if n < len(l.standing) {
		for _, s := range l.standing[n] {
			c, from := l.census.g.at(s.commit), l.census.from[s.commit]
			l.witness.path(c.tree, s.path)
			list = append(list, scanner.Spot{Place: from.place(), Commit: c.id.String(), Path: s.path, Author: c.author, Time: c.when, Known: c.known, Exposure: from.exposure()})
		}
	}
	return append(list, l.treeSpots[n]...)
}

func (l *locator) blobSpots(id objects.ID) []scanner.Spot {
	list := l.standingSpots(l.byBlob[id])
	for _, path := range l.staged[id] {
		list = append(list, scanner.Spot{Place: scanner.InIndex, Path: path, Exposure: scanner.Staged})
	}
	for _, name := range l.blobRefs[id] {
		list = append(list, scanner.Spot{Place: scanner.InHistory, Ref: name, Exposure: l.r.refs.reach(name).exposure()})
	}
	if len(list) == 0 {
		list = []scanner.Spot{{Place: scanner.Unreachable, Exposure: l.unreached()}}
	}
	return list
}

// unreached is the exposure of what nothing leads to, as far as is known.
func (l *locator) unreached() scanner.Exposure {
	if l.r.refs.unknown {
		return fromRefs.exposure()
	}
	return scanner.Unreached
}

// pointerSpots are the places of an LFS object's pointers: who has them can have
// the object.
func (l *locator) pointerSpots(b scanner.BlobRef) []scanner.Spot {
	var list []scanner.Spot
	for _, id := range l.pointers(b) {
		for _, s := range l.blobSpots(id) {
			s.Place = scanner.InLFS
			list = append(list, s)
		}
	}
	return list
}

// ownSpots are those of a commit or tag object that holds a secret itself.
func (l *locator) ownSpots(id objects.ID) []scanner.Spot {
	if l.census == nil {
		return []scanner.Spot{{Place: scanner.Unreachable, Exposure: l.unreached()}}
	}
	if n, ok := l.census.g.number[id]; ok {
		c, from := l.census.g.at(n), l.census.from[n]
		return []scanner.Spot{{Place: from.place(), Commit: c.id.String(), Author: c.author, Time: c.when, Known: c.known, Exposure: from.exposure()}}
	}
	t := l.tags[id]
	var list []scanner.Spot
	for _, name := range l.tagRefs[id] {
		list = append(list, scanner.Spot{Place: scanner.InHistory, Ref: name, Author: t.author, Time: t.when, Known: t.when, Exposure: l.r.refs.reach(name).exposure()})
	}
	if len(list) == 0 {
		list = []scanner.Spot{{Place: scanner.Unreachable, Author: t.author, Time: t.when, Known: t.when, Exposure: l.unreached()}}
	}
	return list
}
