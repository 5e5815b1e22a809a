package scanner

import (
	"fmt"
	"sort"

	"github.com/awscred/awscred/scanner/awskey"
)

// pairLines is how many lines an id, its secret and its session token may stand
// from each other, unless the blob has only one id and one secret.
const pairLines = 60

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
func pairUp(seen []sighting) []pair {
	return append(pairUpWhere(seen, false), pairUpWhere(seen, true)...)
}

func pairUpWhere(seen []sighting, noise bool) []pair {
	ids, secrets, tokens := parts(seen, noise)
	pairs := twoLists(seen, ids, secrets)
	usedID, usedSecret := map[string]bool{}, map[string]bool{}
	for _, p := range pairs {
		usedID[seen[p.id].value], usedSecret[seen[p.secret].value] = true, true
	}
	alone := len(firsts(seen, ids)) == 1 && len(firsts(seen, secrets)) == 1
	for _, c := range candidates(seen, ids, secrets) {
		id, secret := seen[c.id].value, seen[c.secret].value
		if usedID[id] || usedSecret[secret] || c.lines > pairLines && !alone {
			continue
		}
		usedID[id], usedSecret[secret] = true, true
		p := pair{id: c.id, secret: c.secret, token: -1}
		p.pairing = pairing(seen, c, rivals(seen, c, ids, secrets))
		pairs = append(pairs, p)
	}
	giveTokens(seen, pairs, tokens)
	return pairs
}

// twoLists pairs the ids and the secrets of a blob in their order, if it has a
// list of ids and then one of as many secrets, or the other way round. The
// nearest would be the last of one and the first of the other.
func twoLists(seen []sighting, ids, secrets []int) []pair {
	a, b := firsts(seen, ids), firsts(seen, secrets)
	n := len(a)
	if n < 2 || n != len(b) || a[n-1] > b[0] && b[n-1] > a[0] {
		return nil
	}
	var pairs []pair
	for i := range a {
		if c := distance(seen, a[i], b[i]); c.lines > pairLines {
			return nil
		}
		pairs = append(pairs, pair{a[i], b[i], -1, Pairing{Ground: "same place in two lists", Certainty: string(Probable), Candidates: n}})
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
func giveTokens(seen []sighting, pairs []pair, tokens []int) {
	of := map[int]*pair{} // by the sighting of its id
	var ids []int
	for i := range pairs {
		if mayHaveToken(seen[pairs[i].id]) {
			of[pairs[i].id] = &pairs[i]
			ids = append(ids, pairs[i].id)
		}
	}
	used := map[string]bool{}
	for _, c := range candidates(seen, ids, tokens) {
		p, token := of[c.id], seen[c.secret].value
		if p.token < 0 && !used[token] && c.lines <= pairLines {
			used[token] = true
			p.token = c.secret
		}
	}
}

// mayHaveToken is false for the ids of keys that work without a token.
func mayHaveToken(s sighting) bool {
	id, ok := awskey.ParseID(string(s.match.Value.Reveal()))
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

// rivals counts the distinct secrets on the same side of c's id that are as
// near to it, and the distinct ids on the same side of c's secret; c's own are
// included.
func rivals(seen []sighting, c candidate, ids, secrets []int) int {
	near := func(others []int, of int, behind bool) int {
		values := map[string]bool{}
		at := sort.Search(len(others), func(k int) bool { return seen[others[k]].at.offset > seen[of].at.offset })
		from, to := max(0, at-neighbours), at
		if behind {
			from, to = at, min(len(others), at+neighbours)
		}
		for k := from; k < to; k++ {
			if abs(seen[others[k]].at.line-seen[of].at.line) <= c.lines {
				values[seen[others[k]].value] = true
			}
		}
		return len(values)
	}
	return max(1, near(secrets, c.id, !c.before), near(ids, c.secret, c.before))
}

func pairing(seen []sighting, c candidate, rivals int) Pairing {
	p := Pairing{Ground: "same line", Certainty: string(Certain), Candidates: rivals}
	switch {
	case c.lines == 1:
		p.Ground = "next line"
	case c.lines > 1:
		p.Ground = fmt.Sprintf("%d lines apart", c.lines)
	}
	switch {
	case rivals > 2:
		p.Certainty = "ambiguous"
	case rivals == 2 || c.lines > 10 || seen[c.secret].match.Rule.Confidence == Possible:
		p.Certainty = string(Probable)
	}
	return p
}

func abs(n int) int {
	if n < 0 {
		return -n
	}
	return n
}
