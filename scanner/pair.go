package scanner

import (
	"fmt"
	"slices"
	"sort"

	"github.com/awscred/awscred/internal/redact"
	"github.com/awscred/awscred/scanner/awskey"
)

// pairLines is how many lines an id, its secret and its session token may stand
// from each other, unless few are left without a partner.
const pairLines = 60

// sureLines is how many lines apart a pair is still certain.
const sureLines = 10

// twoListsGround is the ground of pairs that two lists make by their order.
const twoListsGround = "same place in two lists"

// neighbours is how many secrets before and after an id are weighed: a file
// with thousands of keys must not cost their product.
const neighbours = 8

// A pair is an id with its secret, and a token if it has one; indices into the
// sightings of one blob.
type pair struct {
	id, secret, token int // token is -1 without one
	pairing           Pairing
}

// pairUp finds out which secret of a blob belongs to which id: the nearest that
// nobody else is nearer to, secrets behind the id before those in front of it.
// Equal values are one thing, however often they stand there. Documented
// examples pair among themselves only.
//
// Each line of a reflog is a text of its own.
func pairUp(h *holder) []pair {
	lines := pairLines
	if h.ref.Field == Reflog {
		lines = 0
	}
	return append(pairUpWhere(h.seen, lines, false), pairUpWhere(h.seen, lines, true)...)
}

func pairUpWhere(seen []sighting, lines int, noise bool) []pair {
	ids, secrets, tokens := parts(seen, noise)
	if len(ids) == 0 || len(secrets) == 0 {
		return nil
	}
	p := pairer{seen: seen, lines: lines, usedID: map[string]bool{}, usedSecret: map[string]bool{}}
	p.inEachText(ids, secrets)
	p.near(ids, secrets, lines)
	if lines > 0 {
		p.far(p.left(ids, p.usedID), p.left(secrets, p.usedSecret))
	}
	giveTokens(seen, lines, p.pairs, tokens)
	return p.pairs
}

// A pairer puts the pairs of one blob together. Values that have a partner are
// used.
type pairer struct {
	seen               []sighting
	lines              int
	usedID, usedSecret map[string]bool
	pairs              []pair
}

func (p *pairer) take(id, secret int, pairing Pairing) {
	p.usedID[p.seen[id].value], p.usedSecret[p.seen[secret].value] = true, true
	p.pairs = append(p.pairs, pair{id: id, secret: secret, token: -1, pairing: pairing})
}

func (p *pairer) free(id, secret int) bool {
	return !p.usedID[p.seen[id].value] && !p.usedSecret[p.seen[secret].value]
}

// left are the sightings whose values are not used.
func (p *pairer) left(some []int, used map[string]bool) []int {
	return slices.DeleteFunc(slices.Clone(some), func(i int) bool { return used[p.seen[i].value] })
}

// inEachText pairs what stands near in one text that was decoded, or in the
// plain one, if the blob has several: in a credentials file in base64 each
// profile has its own, and a plain id on the line above is not for them all.
func (p *pairer) inEachText(ids, secrets []int) {
	type text struct{ ids, secrets []int }
	texts := map[int]*text{}
	var order []int
	of := func(i int) *text {
		n := p.seen[i].match.Inside.Text
		if texts[n] == nil {
			texts[n] = &text{}
			order = append(order, n)
		}
		return texts[n]
	}
	for _, i := range ids {
		x := of(i)
		x.ids = append(x.ids, i)
	}
	for _, i := range secrets {
		x := of(i)
		x.secrets = append(x.secrets, i)
	}
	if len(texts) < 2 {
		return
	}
	slices.Sort(order)
	for _, n := range order {
		p.near(p.left(texts[n].ids, p.usedID), p.left(texts[n].secrets, p.usedSecret), min(p.lines, sureLines))
	}
}

// near pairs what stands at most so many lines apart.
func (p *pairer) near(ids, secrets []int, lines int) {
	for _, x := range twoLists(p.seen, lines, p.left(ids, p.usedID), p.left(secrets, p.usedSecret)) {
		p.take(x.id, x.secret, x.pairing)
	}
	for _, c := range candidates(p.seen, ids, secrets) {
		if p.free(c.id, c.secret) && c.lines <= lines {
			p.take(c.id, c.secret, pairing(p.seen, c, rivals(p.seen, c, ids, secrets)))
		}
	}
}

// far pairs what is left, if that is little: any number of lines apart, but for
// secrets that are known by nothing but their shape.
func (p *pairer) far(ids, secrets []int) {
	secrets = slices.DeleteFunc(secrets, func(i int) bool { return p.seen[i].match.Rule.Confidence == Possible })
	left := firsts(p.seen, secrets)
	n := max(len(left), len(firsts(p.seen, ids)))
	if n > maxRivals {
		return
	}
	for _, c := range candidates(p.seen, ids, secrets) {
		if p.free(c.id, c.secret) {
			p.take(c.id, c.secret, farPairing(p.seen, c, n, left))
		}
	}
}

// farPairing is that of an id and a secret with nothing but the text in common,
// of which n are left without a partner.
func farPairing(seen []sighting, c candidate, n int, secrets []int) Pairing {
	p := Pairing{Ground: apart(c.lines), Certainty: string(Probable), Candidates: n}
	if n > 1 {
		p.Certainty = Ambiguous
	}
	p.keep(seen, c.secret, secrets)
	return p
}

// twoLists pairs the ids and the secrets of a blob in their order, if it has a
// list of ids and then one of as many secrets, or the other way round. The
// nearest would be the last of one and the first of the other.
func twoLists(seen []sighting, lines int, ids, secrets []int) []pair {
	a, b := firsts(seen, ids), firsts(seen, secrets)
	n := len(a)
	if n < 2 || n != len(b) || a[n-1] > b[0] && b[n-1] > a[0] {
		return nil
	}
	var pairs []pair
	for i := range a {
		if c := distance(seen, a[i], b[i]); c.lines > lines {
			return nil
		}
		p := Pairing{Ground: twoListsGround, Certainty: string(Probable), Candidates: n}
		p.keep(seen, b[i], b[max(0, i-maxRivals/2):min(n, i+maxRivals/2)])
		pairs = append(pairs, pair{a[i], b[i], -1, p})
	}
	return pairs
}

// firsts are the first sightings of each value.
func firsts(seen []sighting, some []int) []int {
	values := map[string]bool{}
	var list []int
	for _, i := range some {
		if v := seen[i].value; !values[v] {
			values[v] = true
			list = append(list, i)
		}
	}
	return list
}

// giveTokens finds out which session token belongs to which pair, as pairUp
// does for secrets. Long-term keys have none.
func giveTokens(seen []sighting, lines int, pairs []pair, tokens []int) {
	of := map[int]*pair{} // by the sighting of its id
	var ids []int
	for i := range pairs {
		if mayHaveToken(seen[pairs[i].id].match.Value) {
			of[pairs[i].id] = &pairs[i]
			ids = append(ids, pairs[i].id)
		}
	}
	used := map[string]bool{}
	list := candidates(seen, ids, tokens)
	for _, across := range []bool{false, true} { // what was decoded together first
		for _, c := range list {
			p, token := of[c.id], seen[c.secret].value
			together := seen[c.id].match.Inside.Text == seen[c.secret].match.Inside.Text
			if p.token < 0 && !used[token] && c.lines <= lines && (across || together) {
				used[token] = true
				p.token = c.secret
			}
		}
	}
}

// mayHaveToken is false for the ids of keys that work without a token.
func mayHaveToken(v redact.Secret) bool {
	id, ok := awskey.ParseID(string(v.Reveal()))
	return !ok || id.Temporary()
}

// parts splits sightings by the part of an AWS key that they are, leaving out
// those whose noise is not as wanted.
func parts(seen []sighting, noise bool) (ids, secrets, tokens []int) {
	for i := range seen {
		s := &seen[i]
		if (s.match.Noise != "") != noise {
			continue
		}
		switch s.match.Rule.Part {
		case IDPart:
			ids = append(ids, i)
		case SecretPart:
			secrets = append(secrets, i)
		case TokenPart:
			tokens = append(tokens, i)
		}
	}
	return ids, secrets, tokens
}

// A candidate is an id and a secret that may belong together.
type candidate struct {
	id, secret int
	lines      int  // between them
	before     bool // the secret stands in front of the id
	bytes      int
}

// candidates lists possible pairs, the most probable first.
func candidates(seen []sighting, ids, secrets []int) []candidate {
	var list []candidate
	for _, id := range ids {
		at := sort.Search(len(secrets), func(k int) bool { return standsBehind(&seen[secrets[k]], &seen[id]) })
		for k := max(0, at-neighbours); k < min(len(secrets), at+neighbours); k++ {
			list = append(list, distance(seen, id, secrets[k]))
		}
	}
	sort.SliceStable(list, func(i, j int) bool {
		a, b := list[i], list[j]
		switch {
		case a.lines != b.lines:
			return a.lines < b.lines
		case a.before != b.before:
			return b.before
		case a.bytes != b.bytes:
			return a.bytes < b.bytes
		}
		return a.id < b.id
	})
	return list
}

func distance(seen []sighting, id, secret int) candidate {
	a, b := &seen[id], &seen[secret]
	return candidate{id: id, secret: secret, lines: linesApart(a, b), bytes: bytesApart(a, b), before: standsBehind(a, b)}
}

// standsBehind reports whether a stands behind b.
func standsBehind(a, b *sighting) bool { return compareMatches(&a.match, &b.match) > 0 }

// linesApart is how many lines a and b stand from each other, in the text that
// was decoded if it is one.
func linesApart(a, b *sighting) int {
	if x, y := a.match.Inside, b.match.Inside; x.Text > 0 && x.Text == y.Text {
		return abs(x.Line - y.Line)
	}
	return abs(a.at.line - b.at.line)
}

func bytesApart(a, b *sighting) int {
	if x, y := a.match.Inside, b.match.Inside; x.Text > 0 && x.Text == y.Text {
		return abs(x.Offset - y.Offset)
	}
	return abs(a.at.offset - b.at.offset)
}

// A rivalry is who contends in one text for the halves of a pair.
type rivalry struct {
	n       int   // how many: the pair's own included
	secrets []int // for the id: the sightings of distinct secrets
}

// rivals finds the distinct secrets on the same side of c's id that are as
// near to it, and counts the distinct ids on the same side of c's secret.
func rivals(seen []sighting, c candidate, ids, secrets []int) rivalry {
	near := func(others []int, of int, behind bool) []int {
		at := sort.Search(len(others), func(k int) bool { return standsBehind(&seen[others[k]], &seen[of]) })
		from, to := max(0, at-neighbours), at
		if behind {
			from, to = at, min(len(others), at+neighbours)
		}
		return firsts(seen, slices.DeleteFunc(slices.Clone(others[from:to]), func(k int) bool {
			return linesApart(&seen[k], &seen[of]) > c.lines
		}))
	}
	r := rivalry{secrets: near(secrets, c.id, !c.before)}
	r.n = max(1, len(r.secrets), len(near(ids, c.secret, c.before)))
	return r
}

func pairing(seen []sighting, c candidate, r rivalry) Pairing {
	p := Pairing{Ground: apart(c.lines), Certainty: string(Certain), Candidates: r.n}
	switch {
	case r.n > 2:
		p.Certainty = Ambiguous
	case r.n == 2 || c.lines > sureLines || seen[c.secret].match.Rule.Confidence == Possible:
		p.Certainty = string(Probable)
	}
	p.keep(seen, c.secret, r.secrets)
	return p
}

// apart says how far the halves of a pair stand from each other.
func apart(lines int) string {
	switch lines {
	case 0:
		return "same line"
	case 1:
		return "next line"
	}
	return fmt.Sprintf("%d lines apart", lines)
}

// keep keeps the candidates: first the sighting that was chosen.
func (p *Pairing) keep(seen []sighting, chosen int, all []int) {
	p.secrets = []redact.Secret{seen[chosen].match.Value}
	for _, i := range all {
		if seen[i].value != seen[chosen].value && len(p.secrets) < maxRivals {
			p.secrets = append(p.secrets, seen[i].match.Value)
		}
	}
}

func abs(n int) int {
	if n < 0 {
		return -n
	}
	return n
}
