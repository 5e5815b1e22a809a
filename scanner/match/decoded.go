package match

import (
	"cmp"
	"iter"
	"slices"
	"sort"

	"github.com/awscred/awscred/scanner"
	"github.com/awscred/awscred/scanner/decode"
)

// maxTexts is the most stretches with something encoded that are remembered of
// one text. A text made from one with more is decoded whole.
const maxTexts = 1 << 12

// Hits of one text are sifted: those in it as it stands, and those in what is
// encoded in it.
type sifted struct {
	plain   []hit
	encoded []decodedHit
}

// A decodedHit is a hit in a text that was decoded.
type decodedHit struct {
	hit
	text *decode.Text
}

// origin is where the hit stands in the text that holds the encoded one.
func (h *decodedHit) origin() scanner.Span {
	return scanner.Span(h.text.Origin(decode.Span{Start: h.start, End: h.end}))
}

// leadGap is how far behind another one the beginning of an escape belongs to
// the same stretch.
const leadGap = 64

// leadSize is how many bytes are noted where an escape begins: any number does.
const leadSize = 2

// lead takes note of what may be the beginning of an escape.
func (s *scratch) lead(at int) {
	if s.extendLead(at) {
		return
	}
	if decode.Worth(s.text, at) {
		if n := len(s.leads); n >= 1<<10 && n == cap(s.leads) { // four stretches are read at once
			s.leads = joined(s.leads)
		}
		s.leads = append(s.leads, decode.Span{Start: at, End: at + leadSize})
	}
}

// extendLead makes the last stretch of escapes go on at a place, if that is near it.
func (s *scratch) extendLead(at int) bool {
	n := len(s.leads)
	if n == 0 {
		return false
	}
	last := &s.leads[n-1]
	if at < last.Start || at > last.End+leadGap {
		return false
	}
	last.End = max(last.End, min(len(s.text), at+leadSize))
	return true
}

// decode searches what is encoded in the text that find has just searched: all
// of it, or what was new in the text and what the base had matches in. It notes in
// found what is to be remembered.
func (s *scratch) decode(text []byte, from *scanner.Derivation, hits []hit, found *candidates) (sifted, *candidates) {
	s.sifted = sifted{plain: hits}
	c := s.searchEncoded(text, from, &s.sifted)
	if len(c.texts) == 0 && !c.hot {
		return s.sifted, found
	}
	if found == nil {
		found = &candidates{}
	}
	found.texts, found.matching, found.hot, found.cut = c.texts, c.matching, c.hot, c.cut
	return s.sifted, found
}

// searchEncoded adds to the hits in the text those in what is encoded in it.
func (s *scratch) searchEncoded(text []byte, from *scanner.Derivation, plain *sifted) candidates {
	if !s.derived {
		if !s.decoder.Search(text, joined(s.leads)) {
			return candidates{}
		}
		return s.decodeAll(text, plain, s.decoder.Found())
	}
	if c, known := s.decodeFresh(text, from, plain); known {
		return c
	}
	plain.encoded = nil
	return s.decodeAll(text, plain, s.decoder.Texts(text, nil)) // not all of it was read
}

// decodeFresh searches what an edit can have made or changed of what is encoded,
// and what something matches in. It returns false if that is not enough.
func (s *scratch) decodeFresh(text []byte, from *scanner.Derivation, plain *sifted) (c candidates, known bool) {
	base, _ := from.Base.(*candidates)
	if base != nil && base.hot {
		return c, false
	}
	changed := s.made(text, from.Fresh)
	if base != nil && len(base.texts) > 0 {
		var cut []decode.Span
		c.texts, cut = carry(base.texts, from, len(text))
		matching, _ := carry(base.matching, from, len(text))
		for _, m := range matching {
			cut = append(cut, decode.Span(m))
		}
		if len(cut) > 0 {
			changed = append(changed, cut...)
			slices.SortFunc(changed, func(a, b decode.Span) int { return a.Start - b.Start })
		}
	}
	if len(changed) == 0 {
		return c, len(c.texts) <= maxTexts
	}
	again, words := s.searchTexts(s.decoder.Texts(text, changed), plain)
	c.texts, c.matching = united(append(c.texts, again.texts...)), united(again.matching)
	if s.decoder.Cut() || len(c.texts) > maxTexts {
		return c, false
	}
	if n := len(plain.encoded); n > 0 {
		s.needKeywords(text, plain, words)
		if len(plain.encoded) < n {
			return c, false // the keyword may be in what was not decoded
		}
		s.addRequiring(text, plain)
	}
	return c, true
}

// made returns where the text holds runs that an edit can have made.
func (s *scratch) made(text []byte, fresh []scanner.Span) []decode.Span {
	s.spans = s.spans[:0]
	gap := s.m.margin() + s.m.behind() // what is between windows that touch was read as well
	for _, f := range fresh {
		if n := len(s.spans); n > 0 && f.Start <= s.spans[n-1].End+gap {
			s.spans[n-1].End = max(s.spans[n-1].End, f.End)
			continue
		}
		s.spans = append(s.spans, decode.Span(f))
	}
	return s.decoder.Made(text, s.spans, joined(s.leads))
}

// carry returns where stretches of the base stand in a text made from it, and
// what is left of those that a copy cuts.
func carry(stretches []scanner.Span, from *scanner.Derivation, size int) (texts []scanner.Span, cut []decode.Span) {
	if len(stretches) == 0 {
		return nil, nil
	}
	texts = make([]scanner.Span, 0, len(stretches)) // mostly there are as many
	for _, c := range from.Copies {
		by, end := c.To-c.From, c.From+c.Len
		// The byte beside a stretch says that its context ends there.
		first := sort.Search(len(stretches), func(i int) bool { return stretches[i].End >= c.From })
		for _, t := range stretches[first:] {
			if t.Start > end {
				break
			}
			before := t.Start > c.From || t.Start == 0 && c.From == 0 && c.To == 0
			behind := t.End < end || t.End == end && t.End+by == size
			if before && behind {
				texts = append(texts, scanner.Span{Start: t.Start + by, End: t.End + by})
				continue
			}
			cut = append(cut, decode.Span{Start: max(t.Start, c.From) + by, End: min(t.End, end) + by})
		}
	}
	return texts, cut
}

// united puts spans in order and joins those that touch.
func united(list []scanner.Span) []scanner.Span {
	slices.SortFunc(list, compareSpans)
	apart := list[:0]
	for _, x := range list {
		if n := len(apart); n > 0 && x.Start <= apart[n-1].End {
			apart[n-1].End = max(apart[n-1].End, x.End)
			continue
		}
		apart = append(apart, x)
	}
	return apart
}

// decodeAll searches all that is encoded in a text.
func (s *scratch) decodeAll(text []byte, plain *sifted, texts iter.Seq[*decode.Text]) candidates {
	c, words := s.searchTexts(texts, plain)
	if c.cut = s.decoder.Cut(); c.cut || len(c.texts) > maxTexts {
		c.hot, c.texts, c.matching = true, nil, nil
	}
	c.texts, c.matching = united(c.texts), united(c.matching)
	if len(plain.encoded) > 0 {
		s.addRequiring(text, plain)
		s.needKeywords(text, plain, words)
	}
	return c
}

// searchTexts adds to the hits in a text those in what is encoded in it. It
// returns the stretches that it has seen, and the keywords that stand there.
func (s *scratch) searchTexts(texts iter.Seq[*decode.Text], plain *sifted) (c candidates, words map[int]bool) {
	for t := range texts {
		if words == nil {
			plain.plain, words = slices.Clone(plain.plain), map[int]bool{}
		}
		if t.Step == 1 { // what is encoded in it follows
			c.texts = append(c.texts, scanner.Span(t.Span))
		}
		if hits := s.searchDecoded(t); len(hits) > 0 {
			plain.encoded = append(plain.encoded, hits...)
			c.matching = append(c.matching, c.texts[len(c.texts)-1])
		}
		for _, w := range s.words {
			words[int(w.number)-len(s.m.branches)] = true
		}
	}
	return c, words
}

// searchDecoded returns the hits in a decoded text that hold something decoded,
// whatever the rules ask of what stands elsewhere.
func (s *scratch) searchDecoded(t *decode.Text) []decodedHit {
	s.free = true
	hits, _ := s.find(t.Data, nil)
	s.free = false
	var list []decodedHit
	for _, h := range hits {
		if t.Decodes(decode.Span{Start: h.start, End: h.end}) {
			list = append(list, decodedHit{h, t})
		}
	}
	return list
}

// needKeywords drops hits of rules of which no keyword stands in the text or in
// anything that is encoded in it (gitleaks looks for keywords in the whole text
// at each step of decoding, detect/detect.go:283).
func (s *scratch) needKeywords(text []byte, plain *sifted, words map[int]bool) {
	s.reset(text)
	known := map[int]bool{}
	plain.encoded = slices.DeleteFunc(plain.encoded, func(h decodedHit) bool {
		holds, ok := known[h.rule]
		if !ok {
			p := &s.m.patterns[h.rule]
			holds = len(p.rule.Keywords) == 0 || !p.gated && p.branches != nil ||
				slices.ContainsFunc(p.words, func(w int) bool { return words[w] }) ||
				slices.ContainsFunc(p.rule.Keywords, func(k string) bool { return s.lowered(k) >= 0 })
			known[h.rule] = holds
		}
		return !holds
	})
}

// addRequiring adds the plain hits of rules that require a rule with an encoded
// hit.
func (s *scratch) addRequiring(text []byte, plain *sifted) {
	if len(s.m.requiring) == 0 {
		return
	}
	all := slices.Clone(plain.plain)
	for i := range plain.encoded {
		h := &plain.encoded[i]
		if s.m.patterns[h.rule].needed {
			o := h.origin()
			all = append(all, hit{h.rule, o.Start, o.End})
		}
	}
	if len(all) == len(plain.plain) {
		return
	}
	s.text = text
	had := len(all)
	for _, rule := range s.m.requiring {
		all = s.require(rule, all)
	}
	plain.plain = append(plain.plain, all[had:]...)
	slices.SortFunc(plain.plain, compareHits)
	plain.plain = slices.Compact(plain.plain)
}

// origin is where a span of a decoded text is from.
func (j *judge) origin(s scanner.Span) scanner.Span {
	return scanner.Span(j.decoded.Origin(decode.Span(s)))
}

// withDecoded adds to the matches in a text those in what is encoded in it. What
// was found as it stands, or by taking fewer encodings off, is not found again.
func (j *judge) withDecoded(list []verdict, hits []decodedHit) []verdict {
	known, taken := identities{}, claims{}
	for i := range list {
		known.add(&list[i])
		taken.add(nil, &list[i])
	}
	slices.SortStableFunc(hits, func(a, b decodedHit) int { return cmp.Compare(a.text.Step, b.text.Step) })
	inner, inside := judge{scratch: j.scratch, plain: j}, insides{}
	for _, h := range hits {
		if len(list) >= maxMatches {
			break
		}
		if h.text != inner.decoded {
			inner = judge{scratch: j.scratch, plain: j, decoded: h.text, text: h.text.Data}
		}
		v, ok := inner.decide(h.hit)
		if !ok || taken.hold(h.text, &v) {
			continue
		}
		taken.add(h.text, &v)
		v.Inside = inside.place(h.text, v.Secret.Start)
		v.Decoded = append(h.text.Decoded(decode.Span(v.Span)), v.Decoded...)
		v.Span, v.Secret = inner.origin(v.Span), inner.origin(v.Secret)
		if known.add(&v) {
			list = append(list, v)
		}
	}
	slices.SortStableFunc(list, func(a, b verdict) int { return compareSpans(a.Span, b.Span) })
	return list
}

// insides number decoded texts, and find lines in them.
type insides map[*decode.Text]*insideText

type insideText struct {
	number int
	breaks []int // the offsets of line breaks
}

// place says where in a decoded text an offset is.
func (all insides) place(t *decode.Text, offset int) scanner.Inside {
	x := all[t]
	if x == nil {
		x = &insideText{number: len(all) + 1}
		for i, c := range t.Data {
			if c == '\n' {
				x.breaks = append(x.breaks, i)
			}
		}
		all[t] = x
	}
	return scanner.Inside{Text: x.number, Line: sort.SearchInts(x.breaks, offset), Offset: offset}
}

// identities are the matches that have been found: one rule, one secret, one
// place.
type identities map[identity]bool

type identity struct {
	rule       int
	start, end int
	claim      string
}

// add reports whether the match is new.
func (known identities) add(v *verdict) bool {
	k := identity{v.rule, v.Secret.Start, v.Secret.End, string(v.claim)}
	was := known[k]
	known[k] = true
	return !was
}

// claims are the secrets that say what they hold by themselves, in order: of a
// presigned request, the id that is encoded in it is not another secret. What a
// rule found as it stands it does not find again in what is decoded of that: a
// private key with its line breaks escaped is one key.
type claims map[claimant][]scanner.Span

// A claimant is a text and a rule, or whole for all that speak for themselves. The
// text is nil for the one as it stands.
type claimant struct {
	text *decode.Text
	rule int
}

const whole = -1

// add takes note of a match in a text, nil for the text as it stands.
func (c claims) add(t *decode.Text, v *verdict) {
	switch {
	case v.Rule.Generic: // a guess
	case v.Rule.Part == scanner.Whole:
		c.note(claimant{t, whole}, v.Secret)
	case v.Rule.Part == "":
		c.note(claimant{t, v.rule}, v.Secret)
	}
}

// note adds a secret to those of a claimant, which are in order, none of them a
// part of another.
func (c claims) note(by claimant, s scanner.Span) {
	list := c[by]
	to := sort.Search(len(list), func(i int) bool { return list[i].End >= s.End })
	if to < len(list) && list[to].Start <= s.Start {
		return
	}
	if to < len(list) && list[to].End == s.End {
		to++
	}
	from := to
	for from > 0 && list[from-1].Start >= s.Start {
		from--
	}
	c[by] = slices.Replace(list, from, to, s)
}

// hold reports whether what a match in a decoded text was decoded from is a part
// of a secret.
func (c claims) hold(t *decode.Text, v *verdict) bool {
	s := v.Secret
	for ; t != nil; t = t.Parent() {
		s = scanner.Span(t.Source(decode.Span(s)))
		rules := []int{whole}
		if sameButEscaped(t, v) {
			rules = append(rules, v.rule)
		}
		for _, rule := range rules {
			list := c[claimant{t.Parent(), rule}]
			i := sort.Search(len(list), func(i int) bool { return list[i].End >= s.End })
			if i < len(list) && list[i].Start <= s.Start {
				return true
			}
		}
	}
	return false
}

// sameButEscaped reports whether nothing but backslashes was taken off.
func sameButEscaped(t *decode.Text, v *verdict) bool {
	forms := t.Decoded(decode.Span(v.Secret))
	return len(forms) == 1 && forms[0] == "backslash"
}

// joined puts leads in order and joins those that belong to one stretch.
func joined(list []decode.Span) []decode.Span {
	slices.SortFunc(list, func(a, b decode.Span) int { return a.Start - b.Start })
	apart := list[:0]
	for _, x := range list {
		if n := len(apart); n > 0 && x.Start <= apart[n-1].End+leadGap {
			apart[n-1].End = max(apart[n-1].End, x.End)
			continue
		}
		apart = append(apart, x)
	}
	return apart
}
