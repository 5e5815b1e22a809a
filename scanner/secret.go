package scanner

import (
	"sort"

	"github.com/awscred/awscred/internal/redact"
)

// A secret is one thing to report before it is located: an AWS key pair, a
// half of one, or a secret of any other rule.
type secret struct {
	kind    string
	rule    *Rule // of the decisive part: the secret's for a pair
	id      redact.Secret
	value   redact.Secret // the secret half, or the whole secret; zero for an id alone
	token   redact.Secret
	pairing *Pairing
	made    *made
	noise   string
	holders []secretHolder
}

// A secretHolder is one blob that holds parts of a secret.
type secretHolder struct {
	ref   *BlobRef
	parts []secretPart
}

type secretPart struct {
	part Part
	*sighting
}

// secrets joins what was gathered: one element for each distinct secret, in the
// order of their fingerprints.
func (g *gatherer) secrets(o Options) []*secret {
	j := joiner{byKey: map[string]*secret{}, byID: map[string]*secret{}, bySecret: map[string]*secret{}, byToken: map[string]*secret{}}
	holders := g.sorted()
	pairs := make([][]pair, len(holders))
	for i, h := range holders {
		pairs[i] = pairUp(h)
		for _, p := range pairs[i] {
			j.pair(h, p)
		}
	}
	for i, h := range holders {
		j.hold(h, pairs[i])
	}
	list := make([]*secret, 0, len(j.byKey))
	prints := map[*secret]string{}
	for _, s := range j.byKey {
		if len(s.holders) > 0 {
			list = append(list, s)
			prints[s] = s.fingerprint(o.FingerprintKey)
		}
	}
	sort.Slice(list, func(a, b int) bool { return prints[list[a]] < prints[list[b]] })
	return list
}

// sorted returns the holders in an order that does not depend on the sweep's.
func (g *gatherer) sorted() []*holder {
	list := make([]*holder, 0, len(g.holders))
	for _, h := range g.holders {
		list = append(list, h)
	}
	sort.Slice(list, func(i, j int) bool { return list[i].ref.less(&list[j].ref) })
	return list
}

func (r *BlobRef) less(s *BlobRef) bool {
	if r.Target != s.Target {
		return r.Target < s.Target
	}
	for _, c := range [...][2]string{{r.ID, s.ID}, {r.Path, s.Path}, {r.Ref, s.Ref}, {r.Via, s.Via},
		{string(r.Field), string(s.Field)}, {string(r.Place), string(s.Place)}} {
		if c[0] != c[1] {
			return c[0] < c[1]
		}
	}
	return false
}

// A joiner makes one secret of equal values in many blobs. The keys of its maps
// are fingerprints: values stay in their redact.Secret.
type joiner struct {
	byKey                   map[string]*secret // by kind and values
	byID, bySecret, byToken map[string]*secret // pairs, by one part
}

// pair records that h shows a pair. Of several secrets for one id the pair that
// was seen first stays the one to which lone ids go.
func (j *joiner) pair(h *holder, p pair) {
	id, sec := &h.seen[p.id], &h.seen[p.secret]
	key := pairKey(id, sec)
	s := j.byKey[key]
	if s == nil {
		s = &secret{kind: KindAccessKey, rule: sec.match.Rule, id: id.match.Value, value: sec.match.Value, noise: id.match.Noise}
		j.byKey[key] = s
	}
	if s.pairing == nil || better(p.pairing, *s.pairing) {
		s.pairing = &p.pairing
	}
	claim(j.byID, id, s)
	claim(j.bySecret, sec, s)
	if p.token >= 0 {
		token := &h.seen[p.token]
		claim(j.byToken, token, s)
		if s.token.IsZero() {
			s.token = token.match.Value
		}
	}
}

// pairKey is the key of a pair.
func pairKey(id, secret *sighting) string { return id.value + " " + secret.value }

// claim gives a value to a pair, unless another had it first.
func claim(owners map[string]*secret, x *sighting, s *secret) {
	if v := x.value; owners[v] == nil {
		owners[v] = s
	}
}

// better orders pairings by how sure they are.
func better(a, b Pairing) bool {
	rank := map[string]int{string(Certain): 0, string(Probable): 1, "ambiguous": 2}
	if rank[a.Certainty] != rank[b.Certainty] {
		return rank[a.Certainty] < rank[b.Certainty]
	}
	return a.Candidates < b.Candidates
}

// hold gives every sighting of h to the secret that it is a part of.
func (j *joiner) hold(h *holder, pairs []pair) {
	here := j.pairsHere(h, pairs)
	for i := range h.seen {
		x := &h.seen[i]
		s, part := j.owner(x, here)
		if s == nil {
			continue
		}
		n := len(s.holders)
		if n == 0 || s.holders[n-1].ref != &h.ref {
			s.holders = append(s.holders, secretHolder{ref: &h.ref})
			n++
		}
		last := &s.holders[n-1]
		last.parts = append(last.parts, secretPart{part, x})
	}
}

// pairsHere are the pairs that a blob itself shows, by each of their values.
func (j *joiner) pairsHere(h *holder, pairs []pair) map[string]*secret {
	here := map[string]*secret{}
	for _, p := range pairs {
		id, sec := &h.seen[p.id], &h.seen[p.secret]
		s := j.byKey[pairKey(id, sec)]
		here[id.value], here[sec.value] = s, s
		if p.token >= 0 {
			here[h.seen[p.token].value] = s
		}
	}
	return here
}

// owner finds the secret that a sighting belongs to, making a new one if no
// pair claims it. It returns nil for what counts only as a part of a pair.
func (j *joiner) owner(x *sighting, here map[string]*secret) (*secret, Part) {
	r, v := x.match.Rule, x.value
	part := r.Part
	if r.Generic {
		part = SecretPart // a secret key under a name of its own
	}
	if s := here[v]; s != nil && part != Whole && part != "" {
		return s, part
	}
	switch part {
	case IDPart:
		if s := j.byID[v]; s != nil {
			return s, IDPart
		}
	case SecretPart:
		if s := j.bySecret[v]; s != nil {
			return s, SecretPart
		}
	case TokenPart:
		if s := j.byToken[v]; s != nil {
			return s, TokenPart
		}
	}
	if r.Hidden {
		return nil, ""
	}
	return j.alone(x), r.wholePart()
}

// wholePart is the part as which a match of the rule stands alone.
func (r *Rule) wholePart() Part {
	if r.Part == "" {
		return Whole
	}
	return r.Part
}

// alone returns the secret for a value without a partner.
func (j *joiner) alone(x *sighting) *secret {
	r := x.match.Rule
	kind := map[Part]string{IDPart: KindAccessKeyID, SecretPart: KindSecretKey, TokenPart: KindSessionToken}[r.Part]
	if kind == "" {
		kind = r.ID
	}
	key := kind + " " + x.value
	s := j.byKey[key]
	if s == nil {
		s = &secret{kind: kind, rule: r, noise: x.match.Noise}
		if r.Part == IDPart {
			s.id = x.match.Value
		} else {
			s.value = x.match.Value
		}
		j.byKey[key] = s
	}
	if x.match.Noise == "" {
		s.noise = ""
	}
	return s
}

// fingerprint is the identity of the secret in reports.
func (s *secret) fingerprint(key []byte) string {
	switch {
	case s.kind == KindAccessKey:
		return s.id.Fingerprint(key, s.kind, s.value)
	case s.kind == KindAccessKeyID:
		return s.id.Fingerprint(key, s.kind)
	}
	return s.value.Fingerprint(key, s.kind)
}

// held is what the source is asked to locate.
func (s *secret) held() Held {
	h := Held{Blobs: make([]HeldBlob, 0, len(s.holders))}
	for i := range s.holders {
		b := HeldBlob{BlobRef: *s.holders[i].ref}
		if parts := s.holders[i].parts; restricted(parts) {
			b.Accepts = func(path string) bool { return anyAccepts(parts, path) }
		}
		h.Blobs = append(h.Blobs, b)
	}
	return h
}

func restricted(parts []secretPart) bool {
	for _, p := range parts {
		if p.match.Rule.Path == nil {
			return false
		}
	}
	return true
}

func anyAccepts(parts []secretPart, path string) bool {
	for _, p := range parts {
		if p.match.Rule.acceptsPath(path) {
			return true
		}
	}
	return false
}

func (r *Rule) acceptsPath(path string) bool { return r.Path == nil || r.Path.MatchString(path) }
