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
	pairs := twoLists(seen, lines, ids, secrets)
	usedID, usedSecret := map[string]bool{}, map[string]bool{}
	for _, p := range pairs {
		usedID[seen[p.id].value], usedSecret[seen[p.secret].value] = true, true
	}
	take := func(c candidate, p Pairing) {
		usedID[seen[c.id].value], usedSecret[seen[c.secret].value] = true, true
		pairs = append(pairs, pair{id: c.id, secret: c.secret, token: -1, pairing: p})
	}
	for _, c := range candidates(seen, ids, secrets) {
		if !usedID[seen[c.id].value] && !usedSecret[seen[c.secret].value] && c.lines <= lines {
			take(c, pairing(seen, c, rivals(seen, c, ids, secrets)))
		}
	}
	ids = slices.DeleteFunc(slices.Clone(ids), func(i int) bool { return usedID[seen[i].value] })
	secrets = slices.DeleteFunc(slices.Clone(secrets), func(i int) bool { return usedSecret[seen[i].value] || seen[i].match.Rule.Confidence == Possible })
	if left := firsts(seen, secrets); lines > 0 && len(left) <= maxRivals && len(firsts(seen, ids)) <= maxRivals {
		n := max(len(left), len(firsts(seen, ids)))
		for _, c := range candidates(seen, ids, secrets) {
			if !usedID[seen[c.id].value] && !usedSecret[seen[c.secret].value] {
				take(c, farPairing(seen, c, n, left))
			}
		}
	}
	giveTokens(seen, lines, pairs, tokens)
	return pairs
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
	for _, c := range candidates(seen, ids, tokens) {
		p, token := of[c.id], seen[c.secret].value
		if p.token < 0 && !used[token] && c.lines <= lines {
			used[token] = true
			p.token = c.secret
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
	for i, s := range seen {
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
		at := sort.Search(len(secrets), func(k int) bool { return seen[secrets[k]].at.offset > seen[id].at.offset })
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
	a, b := seen[id].at, seen[secret].at
	c := candidate{id: id, secret: secret, lines: abs(a.line - b.line), bytes: abs(a.offset - b.offset)}
	c.before = b.offset < a.offset
	return c
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
		at := sort.Search(len(others), func(k int) bool { return seen[others[k]].at.offset > seen[of].at.offset })
		from, to := max(0, at-neighbours), at
		if behind {
			from, to = at, min(len(others), at+neighbours)
		}
		return firsts(seen, slices.DeleteFunc(slices.Clone(others[from:to]), func(k int) bool {
			return abs(seen[k].at.line-seen[of].at.line) > c.lines
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
	case r.n == 2 || c.lines > 10 || seen[c.secret].match.Rule.Confidence == Possible:
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
