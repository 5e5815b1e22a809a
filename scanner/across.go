package scanner

import (
	"cmp"
	"context"
	"slices"
	"strconv"
	"strings"
	"time"
)

// maxRivals is how many ids or secrets of one place may compete for a partner.
// Where there are more the place says nothing about who belongs to whom.
const maxRivals = 8

// A level is one ground for taking an id and a secret of different texts for
// one key: both stand in places that have a key of the level in common.
type level struct {
	keys func(*site) []string
	// within, if set, gives the wider place whose ids and secrets are counted
	// as candidates, too.
	within func(*site) []string
	// fits, if set, refuses couples.
	fits   func(id, other *site) bool
	ground string
}

// The words of grounds that depend on where they hold.
const (
	directory      = "same directory"
	anotherVersion = "another version"
)

// levels are the grounds, the best first.
func levels() []level {
	dir := func(x *site) []string { return some(x.dir) }
	dirNow := func(x *site) []string { return some(x.dir, x.moment) }
	return []level{
		{keys: func(x *site) []string { return some(x.dir, x.moment, x.stem()) }, within: dirNow, ground: directory},
		{keys: dirNow, ground: directory},
		{keys: func(x *site) []string { return some(x.file) }, ground: anotherVersion},
		{keys: func(x *site) []string { return some(x.dir, x.stem()) }, within: dir, ground: directory},
		{keys: dir, ground: directory},
		{keys: func(x *site) []string { return each(x.around(), some(x.Commit)) }, ground: "same commit"},
		{keys: func(x *site) []string { return some(strconv.Itoa(x.ref.Target), x.Commit) }, fits: oneMessage, ground: "same commit"},
		{keys: func(x *site) []string { return each(x.around(), authorDays(x)) }, ground: "same author, within two days"},
		{keys: wiki, ground: "same wiki"},
	}
}

// some is the key of several words, or none if one of them is empty.
func some(words ...string) []string {
	if slices.Contains(words, "") {
		return nil
	}
	return []string{strings.Join(words, "\x00\x00")}
}

// each is every key of a with every one of b.
func each(a, b []string) []string {
	var list []string
	for _, x := range a {
		for _, y := range b {
			list = append(list, x+"\x00\x00"+y)
		}
	}
	return list
}

// oneMessage reports whether one of two sites is the message of a commit, or its
// header: it may speak of any file.
func oneMessage(a, b *site) bool { return a.file == "" || b.file == "" }

// authorDays are the days of an author's commit and the next: what two commits
// share is at most two days.
func authorDays(x *site) []string {
	day := x.day()
	if day == 0 || x.Commit == "" && x.Page == "" || x.Author == "" {
		return nil
	}
	author := strconv.Itoa(x.ref.Target) + "\x00" + x.Author + "\x00"
	return []string{author + strconv.FormatInt(day, 10), author + strconv.FormatInt(day+1, 10)}
}

// wiki is the key of all pages of a wiki.
func wiki(x *site) []string {
	if x.Page == "" {
		return nil
	}
	return []string{strconv.Itoa(x.ref.Target)}
}

// pairAcross looks for partners in other texts for the halves that have none in
// their own, by where both stand. The pairs take the places of their halves; they
// are located again, since a pair has a life of its own: a commit has it if its
// tree has either half.
func pairAcross(ctx context.Context, src Source, secrets []*secret, lives []Life) ([]*secret, []Life, error) {
	if ctx.Err() != nil {
		return secrets, lives, nil
	}
	replaced := map[*secret]bool{}
	pairs := joinHalves(secrets, lives, replaced)
	pairs = giveTokensAcross(secrets, lives, pairs, replaced)
	if len(pairs) == 0 {
		return secrets, lives, nil
	}
	located, err := locate(ctx, src, pairs)
	if err != nil {
		return secrets, lives, err
	}
	var keptSecrets []*secret
	var keptLives []Life
	for i, s := range secrets {
		if !replaced[s] {
			keptSecrets, keptLives = append(keptSecrets, s), append(keptLives, lives[i])
		}
	}
	return append(keptSecrets, pairs...), append(keptLives, located...), nil
}

// joinHalves pairs lone ids with lone secrets.
func joinHalves(secrets []*secret, lives []Life, replaced map[*secret]bool) []*secret {
	m := newMatchmaker(secrets, lives,
		func(s *secret) bool { return s.kind == KindAccessKeyID && s.noise == "" },
		func(s *secret) bool { return s.kind == KindSecretKey && s.noise == "" })
	var pairs []*secret
	for _, c := range m.run() {
		p := &Pairing{Ground: c.ground(), Certainty: string(Probable), Candidates: c.rivals}
		if c.ambiguous {
			p.Certainty = Ambiguous
		}
		p.secrets = append(p.secrets, c.other.of.value)
		for _, h := range c.others {
			if h != c.other && len(p.secrets) < maxRivals {
				p.secrets = append(p.secrets, h.of.value)
			}
		}
		id, sec := c.id.of, c.other.of
		replaced[id], replaced[sec] = true, true
		pairs = append(pairs, &secret{kind: KindAccessKey, rule: sec.rule, id: id.id, value: sec.value, pairing: p, holders: joinHolders(id, sec)})
	}
	return pairs
}

// giveTokensAcross gives lone session tokens to pairs that lack one and stand
// beside nobody else who does. It returns the pairs that are to be located.
func giveTokensAcross(secrets []*secret, lives []Life, pairs []*secret, replaced map[*secret]bool) []*secret {
	position := map[*secret]int{}
	all, where := slices.Clone(secrets), slices.Clone(lives)
	if len(pairs) > 0 {
		places := placesOf(secrets, lives, replaced)
		for i, s := range pairs {
			position[s] = i
			all, where = append(all, s), append(where, places.life(s))
		}
	}
	m := newMatchmaker(all, where,
		func(s *secret) bool {
			return s.kind == KindAccessKey && s.noise == "" && s.token.IsZero() && mayHaveToken(s.id)
		},
		func(s *secret) bool { return s.kind == KindSessionToken && s.noise == "" })
	for _, c := range m.run() {
		if c.ambiguous {
			continue
		}
		key, token := c.id.of, c.other.of
		whole := *key
		whole.token, whole.holders = token.value, joinHolders(key, token)
		replaced[token] = true
		if i, ok := position[key]; ok {
			pairs[i] = &whole
			continue
		}
		replaced[key] = true
		pairs = append(pairs, &whole)
	}
	return pairs
}

// places are where blobs stand.
type places map[BlobRef][]Spot

// placesOf are those of some secrets.
func placesOf(secrets []*secret, lives []Life, some map[*secret]bool) places {
	p := places{}
	for i, s := range secrets {
		for k := range s.holders {
			if ref := *s.holders[k].ref; some[s] && p[ref] == nil {
				p[ref] = lives[i].Spots[k]
			}
		}
	}
	return p
}

// life is that of a secret whose blobs have been located.
func (p places) life(s *secret) Life {
	l := Life{Spots: make([][]Spot, len(s.holders))}
	for i := range s.holders {
		l.Spots[i] = p[*s.holders[i].ref]
	}
	return l
}

// joinHolders merges the blobs of two secrets: one may hold parts of both.
func joinHolders(a, b *secret) []secretHolder {
	list := append(slices.Clone(a.holders), b.holders...)
	slices.SortStableFunc(list, func(x, y secretHolder) int {
		switch {
		case x.ref.less(y.ref):
			return -1
		case y.ref.less(x.ref):
			return 1
		}
		return 0
	})
	merged := list[:0]
	for _, h := range list {
		if n := len(merged); n > 0 && merged[n-1].ref == h.ref {
			merged[n-1].parts = append(slices.Clip(merged[n-1].parts), h.parts...)
			continue
		}
		merged = append(merged, h)
	}
	return merged
}

// A matchmaker finds out which of two kinds of halves belong together.
type matchmaker struct {
	ids, others []*half
	taken       map[*half]bool
}

func newMatchmaker(secrets []*secret, lives []Life, isID, isOther func(*secret) bool) *matchmaker {
	m := &matchmaker{taken: map[*half]bool{}}
	ids, others := 0, 0
	for _, s := range secrets {
		if isID(s) {
			ids++
		} else if isOther(s) {
			others++
		}
	}
	if ids == 0 || others == 0 {
		return m
	}
	most := sitesEach(ids + others)
	for i, s := range secrets {
		if isID(s) {
			m.ids = append(m.ids, newHalf(s, &lives[i], most))
		} else if isOther(s) {
			m.others = append(m.others, newHalf(s, &lives[i], most))
		}
	}
	return m
}

// A couple is two halves that may belong together.
type couple struct {
	id, other         *half
	idSite, otherSite *site
	level             *level
	rivals            int
	ambiguous         bool
	others            []*half // all that compete for the id
	gap               time.Duration
	alike             int  // how long the beginnings of both names are the same
	listed            bool // by their places in two lists
	order             int
}

// run goes from the best ground to the weakest. Who has a partner takes part no
// more, so the work is bounded by the places, not by their product.
func (m *matchmaker) run() []couple {
	var found []couple
	if len(m.ids) == 0 || len(m.others) == 0 {
		return nil
	}
	all := levels()
	for i := range all {
		list := m.couples(&all[i])
		slices.SortStableFunc(list, compareCouples)
		for _, c := range list {
			if !m.taken[c.id] && !m.taken[c.other] {
				m.taken[c.id], m.taken[c.other] = true, true
				found = append(found, c)
			}
		}
	}
	return found
}

func compareCouples(a, b couple) int {
	return cmp.Or(cmp.Compare(a.rivals, b.rivals), cmp.Compare(a.gap, b.gap), cmp.Compare(b.alike, a.alike), cmp.Compare(a.order, b.order))
}

// A crowd is the halves that have one key of a level in common.
type crowd struct{ ids, others []member }

type member struct {
	*half
	site *site
}

func (c *crowd) size() int { return max(len(c.ids), len(c.others)) }

// crowds puts the halves that are left together by their keys; what has no id or
// nobody else is no crowd. The second result has their keys in order.
func (m *matchmaker) crowds(keys func(*site) []string) (map[string]*crowd, []string) {
	byKey := map[string]*crowd{}
	var order []string
	m.each(m.ids, keys, func(key string, x member) {
		c := byKey[key]
		if c == nil {
			c = &crowd{}
			byKey[key] = c
			order = append(order, key)
		}
		c.ids = join(c.ids, x)
	})
	m.each(m.others, keys, func(key string, x member) {
		if c := byKey[key]; c != nil {
			c.others = join(c.others, x)
		}
	})
	return byKey, slices.DeleteFunc(order, func(key string) bool { return len(byKey[key].others) == 0 })
}

// each calls f for every key of every half that is left.
func (m *matchmaker) each(halves []*half, keys func(*site) []string, f func(string, member)) {
	for _, h := range halves {
		if m.taken[h] {
			continue
		}
		for i := range h.sites {
			for _, key := range keys(&h.sites[i]) {
				f(key, member{h, &h.sites[i]})
			}
		}
	}
}

// join adds a half once: its sites come one after the other.
func join(list []member, x member) []member {
	if n := len(list); n > 0 && list[n-1].half == x.half {
		return list
	}
	return append(list, x)
}

// couples lists who may belong together on one ground.
func (m *matchmaker) couples(l *level) []couple {
	crowds, keys := m.crowds(l.keys)
	wider := map[string]*crowd{}
	if l.within != nil && len(keys) > 0 {
		wider, _ = m.crowds(l.within)
	}
	var list []couple
	for _, key := range keys {
		c := crowds[key]
		if lists := c.twoLists(l); lists != nil && l.fits == nil {
			list = append(list, lists...)
			continue
		}
		if c.size() > maxRivals {
			continue
		}
		for _, id := range c.ids {
			around := c
			if l.within != nil {
				around = wider[l.within(id.site)[0]]
			}
			for _, other := range c.others {
				if l.fits != nil && !l.fits(id.site, other.site) {
					continue
				}
				x := newCouple(l, id, other)
				x.rivals, x.ambiguous = max(c.size(), around.size()), c.size() > 1
				for _, o := range around.others[:min(len(around.others), 2*maxRivals)] {
					x.others = append(x.others, o.half)
				}
				list = append(list, x)
			}
		}
	}
	for i := range list {
		list[i].order = i
	}
	return list
}

func newCouple(l *level, id, other member) couple {
	x := couple{id: id.half, other: other.half, idSite: id.site, otherSite: other.site, level: l}
	if !id.site.when.IsZero() && !other.site.when.IsZero() {
		x.gap = id.site.when.Sub(other.site.when).Abs()
	}
	a, b := id.site.base(), other.site.base()
	for x.alike < min(len(a), len(b)) && a[x.alike] == b[x.alike] {
		x.alike++
	}
	return x
}

// twoLists pairs in their order the ids of one text with as many secrets of
// another.
func (c *crowd) twoLists(l *level) []couple {
	n := len(c.ids)
	if n < 2 || n != len(c.others) || !oneText(c.ids) || !oneText(c.others) {
		return nil
	}
	ids, others := inOrder(c.ids), inOrder(c.others)
	var list []couple
	for i := range ids {
		x := newCouple(l, ids[i], others[i])
		x.rivals, x.listed = n, true
		list = append(list, x)
	}
	return list
}

func oneText(list []member) bool {
	return !slices.ContainsFunc(list, func(x member) bool { return *x.site.ref != *list[0].site.ref })
}

func inOrder(list []member) []member {
	list = slices.Clone(list)
	slices.SortStableFunc(list, func(a, b member) int { return compareMatches(a.site.match, b.site.match) })
	return list
}

// ground says in words why the two are taken for one key.
func (c *couple) ground() string {
	id, other := c.idSite, c.otherSite
	if *id.ref == *other.ref {
		return apart(abs(id.at.line - other.at.line))
	}
	where := other.name()
	switch {
	case c.level.ground == anotherVersion:
		where = "in another version of " + strings.TrimPrefix(strings.TrimPrefix(where, "in "), "on ")
	case c.level.ground == directory && other.Page != "":
		where += ", same page"
	default:
		where += ", " + c.level.ground
	}
	words := []string{"secret " + where}
	if c.listed {
		words = append(words, twoListsGround)
	}
	if id.Path == "" && id.Page == "" {
		words = append(words, "id "+id.name())
	}
	if other.Commit != "" && other.Commit != id.Commit && other.Path != "" {
		words = append(words, "commit "+abbreviated(other.Commit))
	}
	if other.Revision != "" && (other.Page != id.Page || other.Revision != id.Revision) {
		words = append(words, "revision "+other.Revision)
	}
	return strings.Join(words, ", ")
}
