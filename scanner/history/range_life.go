package history

import (
	"slices"

	"github.com/awscred/awscred/scanner"
	"github.com/awscred/awscred/scanner/objects"
)

// lives puts together what is known of each secret.
func (l *rangeLocator) lives() []scanner.Life {
	lives := make([]scanner.Life, len(l.secrets))
	tips := l.ends()
	for i, h := range l.secrets {
		life := &lives[i]
		life.Exposure, life.InHead = l.widest[i], l.inHead.has(i)
		life.Refs = slices.Sorted(slices.Values(l.refs[i]))
		life.Intervals = l.intervals(i, tips)
		life.Spots = make([][]scanner.Spot, len(h.Blobs))
		for j, b := range h.Blobs {
			for _, s := range l.spotsOf(b.BlobRef) {
				life.Exposure = life.Exposure.Wider(s.Exposure)
				if s.Ref != "" && !slices.Contains(life.Refs, s.Ref) {
					life.Refs = append(life.Refs, s.Ref)
					slices.Sort(life.Refs)
				}
				if b.Accepts == nil || b.Accepts(s.Path) {
					life.Spots[j] = append(life.Spots[j], s)
				}
			}
		}
	}
	return lives
}

// spotsOf lists where one blob stands.
func (l *rangeLocator) spotsOf(b scanner.BlobRef) []scanner.Spot {
	id, err := objects.ParseID(b.ID)
	switch {
	case b.Place != "":
		list := []scanner.Spot{{Place: b.Place, Path: b.Path, Ref: b.Ref, Exposure: l.r.refs.placeExposure(b)}}
		if b.Place == scanner.InLFS {
			for _, pointer := range l.r.pointers.standFor(b.Path) {
				list = append(list, l.standing(l.in.wanted[pointer], scanner.InLFS)...)
			}
		}
		return list
	case b.Field == scanner.Name && b.ID == "":
		return l.standing(l.in.names[b.Path], "")
	case err != nil:
		return nil
	case b.Field == scanner.Content || b.Via != "":
		list := l.standing(l.in.wanted[id], "")
		for _, name := range l.r.refsTo(id) {
			list = append(list, scanner.Spot{Place: scanner.InHistory, Ref: name, Exposure: l.r.refs.reach(name).exposure()})
		}
		return list
	}
	return l.ownSpots(id)
}

// refsTo are the refs that lead to an object without a commit.
func (r *Repository) refsTo(id objects.ID) []string {
	if r.ranged == nil {
		return nil
	}
	return r.ranged.loose[id]
}

// standing lists the commits and paths of a wanted thing, at place if that is
// not empty.
func (l *rangeLocator) standing(n int, place scanner.Place) []scanner.Spot {
	if l.g == nil || n >= len(l.spots) {
		return nil
	}
	var list []scanner.Spot
	for _, s := range l.spots[n] {
		spot := l.at(s.commit)
		spot.Path = s.path
		if place != "" {
			spot.Place = place
		}
		list = append(list, spot)
	}
	return list
}

// at describes a commit of the range.
func (l *rangeLocator) at(n int32) scanner.Spot {
	c := l.described(n)
	return scanner.Spot{Place: l.from[n].place(), Commit: c.id.String(), Author: c.author, Time: c.when, Known: c.known, Exposure: l.from[n].exposure()}
}

// described reads the persons and times of a commit, which most are not asked
// for.
func (l *rangeLocator) described(n int32) *commit {
	c := &l.g.commits[n]
	if c.known == "" {
		if _, raw, err := l.r.lookup.Read(c.id); err == nil {
			parsed := objects.ParseCommit(raw)
			x := newCommit(c.id, &parsed)
			c.author, c.when, c.known = x.author, x.when, x.known
		}
	}
	return c
}

// ownSpots are those of a commit or tag object that holds a secret itself.
func (l *rangeLocator) ownSpots(id objects.ID) []scanner.Spot {
	if l.g == nil {
		return nil
	}
	if n, ok := l.g.number[id]; ok {
		return []scanner.Spot{l.at(n)}
	}
	t := l.r.ranged.tags[id]
	var list []scanner.Spot
	for _, name := range l.r.ranged.tagged[id] {
		list = append(list, scanner.Spot{Place: scanner.InHistory, Ref: name, Author: t.author, Time: t.when, Known: t.when, Exposure: l.r.refs.reach(name).exposure()})
	}
	return list
}

// An end is a commit of the range as of which intervals are listed.
type end struct {
	name   string
	commit int32
}

// maxEnds is for how many ends of a scope the intervals are looked for.
const maxEnds = 16

// ends are HEAD or the end of the range and, where there is no such end, the
// refs that lead to commits which no end before leads to.
func (l *rangeLocator) ends() []end {
	if l.g == nil {
		return nil
	}
	var list []end
	var inside set
	add := func(name string, id objects.ID) {
		n, ok := l.g.number[id]
		if ok && !inside.has(int(n)) && len(list) < maxEnds {
			list = append(list, end{name, n})
			inside = inside.union(l.g.reach(n))
		}
	}
	if revs := l.r.revisions; revs.tip != "" {
		add(revs.tip, revs.include[0])
		for _, id := range revs.exclude {
			add(id.String(), id)
		}
		return list
	}
	add("HEAD", l.r.refs.head)
	for _, ref := range l.r.refs.list {
		add(ref.name, ref.id)
	}
	return list
}

// intervals lists the stretches of the range in which its objects have a secret:
// from the first commit that has it to the one that removed it, or to the end.
func (l *rangeLocator) intervals(secret int, ends []end) []scanner.Interval {
	var list []scanner.Interval
	seen := map[[2]string]bool{}
	for _, e := range ends {
		for _, iv := range l.stretches(secret, e) {
			key := [2]string{iv.From}
			if iv.To != nil {
				key[1] = *iv.To
			}
			if !seen[key] {
				seen[key] = true
				iv.Ref = e.name
				list = append(list, iv)
			}
		}
	}
	return list
}

// stretches are the intervals of a secret as of one commit. With each commit
// that has it go the numbers of the stretches that it continues; a commit that
// has not what a parent had ends the parent's.
func (l *rangeLocator) stretches(secret int, e end) []scanner.Interval {
	inside := l.g.reach(e.commit)
	var list []scanner.Interval
	carried := map[int32]set{}
	inside.each(func(i int) {
		var before set
		for _, p := range l.g.commits[i].parents {
			before = before.union(carried[p])
		}
		switch has := l.has[i].has(secret); {
		case has && len(before) == 0:
			c := l.described(int32(i))
			before.add(len(list))
			list = append(list, scanner.Interval{From: c.id.String(), FromTime: c.when})
			fallthrough
		case has:
			carried[int32(i)] = before
		case len(before) > 0:
			c := l.described(int32(i))
			name := c.id.String()
			before.each(func(k int) { list[k].To, list[k].ToTime = &name, c.when })
		}
	})
	carried[e.commit].each(func(k int) { list[k].To, list[k].ToTime = nil, "" })
	return list
}
