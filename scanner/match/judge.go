package match

import (
	"bytes"
	"math"
	"slices"
	"unicode/utf8"

	"github.com/awscred/awscred/internal/redact"
	"github.com/awscred/awscred/scanner"
	"github.com/awscred/awscred/scanner/decode"
)

// A hit is a match of a pattern, before anything else was asked about it.
type hit struct{ rule, start, end int }

// A verdict is a match in one text, and where its rule is to be looked up.
type verdict struct {
	scanner.Match
	rule     int      // index
	claim    []byte   // the secret as it stands in the text that was searched
	position          // of the start of the match
	inside   position // in the text that was decoded
}

// A judge decides which hits in one text are matches.
type judge struct {
	*scratch
	text []byte
	last spanned
	// decoded is what text was decoded in, and plain the judge of that: its
	// lines say what a comment allows. Both are nil for a text as it stands.
	decoded *decode.Text
	plain   *judge
}

// A spanned is the lines that a match touches, with what was found out about
// them: a line may be long and have many matches.
type spanned struct {
	scanner.Span
	of     scanner.Span // the match
	known  bool
	single bool                // it is one line
	inline *string             // the word beside it that allows it; nil until it is asked for
	allows map[*allowance]bool // whose patterns match the lines
}

// verdicts returns the matches in text, which may have been made from another
// one, and in what is encoded in it, in order, and what is to be remembered of
// it.
func (s *scratch) verdicts(text []byte, from *scanner.Derivation) ([]verdict, *candidates) {
	hits, found := s.find(text, from)
	nul := s.nul
	encoded, found := s.decode(text, from, hits, found)
	s.nul = nul
	return s.judge(text, encoded), found
}

// maxMatches is how many matches in one text are told: more than a scan keeps, so
// that it knows there are others.
const maxMatches = 60_000

// judge decides about hits and puts those that are matches in order.
func (s *scratch) judge(text []byte, hits sifted) []verdict {
	if len(hits.plain)+len(hits.encoded) == 0 {
		return nil // as nearly always: a judge would be garbage
	}
	j := judge{scratch: s, text: text}
	var list []verdict
	for _, h := range hits.plain {
		if v, ok := j.decide(h); ok {
			list = append(list, v)
		}
		if len(list) == maxMatches {
			break
		}
	}
	if len(hits.encoded) > 0 {
		list = j.withDecoded(list, hits.encoded)
	}
	if len(list) == 0 {
		return nil
	}
	if !slices.ContainsFunc(list, func(v verdict) bool { return v.Rule.Generic || len(v.Rule.Required) > 0 }) {
		return list
	}
	at := cursor{text: text}
	for i := range list {
		list[i].position = at.move(list[i].Span.Start)
	}
	return giveWay(required(list))
}

// decide finds out whether a hit is a match, and whether a comment allows it.
func (j *judge) decide(h hit) (verdict, bool) {
	span := trim(j.text, scanner.Span{Start: h.start, End: h.end})
	v, ok := j.remembered(h.rule, span)
	if !ok {
		return v, false
	}
	v.claim = j.text[v.Secret.Start:v.Secret.End]
	if word := j.inline(v.Span); word != "" && v.Suppressed == nil {
		v.Suppressed = &scanner.Suppression{By: scanner.ByInline, Reason: word}
	}
	return v, true
}

// remembered is consider, unless a hit in the same lines was considered before.
func (j *judge) remembered(rule int, span scanner.Span) (verdict, bool) {
	l := j.spanned(span)
	if l.Len() > maxMemoLine {
		return j.consider(rule, span)
	}
	start := l.Start
	key := j.memo.key(rule, span, j.text[start:l.End], start)
	if v, ok, known := j.memo.recall(key, start); known {
		return v, ok
	}
	v, ok := j.consider(rule, span)
	j.memo.keep(key, v, ok, start)
	return v, ok
}

// consider asks of one hit all that does not depend on other matches: that is,
// of the lines in which it stands.
func (j *judge) consider(rule int, span scanner.Span) (verdict, bool) {
	p := &j.m.patterns[rule]
	v := verdict{rule: rule}
	v.Rule = p.rule
	v.Span = span
	v.Secret = j.group(p, v.Span)
	secret := j.text[v.Secret.Start:v.Secret.End]
	if p.rule.Join != nil {
		secret, v.Decoded = p.rule.Join(secret), []string{"concatenation"}
	}
	v.Entropy = entropy(secret)
	if p.rule.MinEntropy != 0 && v.Entropy <= p.rule.MinEntropy {
		return v, false
	}
	if p.rule.Accept != nil && !p.rule.Accept(secret) {
		return v, false
	}
	if !j.allow(&v, j.m.allow) || !j.allow(&v, p.allow) {
		return v, false
	}
	if p.rule.Noise != nil {
		v.Noise = p.rule.Noise(secret)
	}
	v.Value = redact.New(secret)
	return v, true
}

// matches reports whether a pattern of an allowance matches somewhere in text.
func (j *judge) matches(a *allowance, text []byte) bool {
	if len(text) == 0 || a.patterns == nil {
		return false
	}
	result, _ := a.patterns.dfa().prove(text, 0, len(text)+1)
	return result == proved
}

// trim takes line breaks off both ends of a match, as gitleaks does
// (detect/detect.go:453).
func trim(text []byte, s scanner.Span) scanner.Span {
	for s.Start < s.End && text[s.Start] == '\n' {
		s.Start++
	}
	for s.End > s.Start && text[s.End-1] == '\n' {
		s.End--
	}
	return s
}

// allow applies allowances. It returns false if a built-in one drops the match
// for good.
func (j *judge) allow(v *verdict, list []allowance) bool {
	for i := range list {
		a := &list[i]
		if a.BuiltIn && exactKey(v.Rule) {
			continue
		}
		switch a.judge(j, v.Secret, v.Span) {
		case allowed:
			if a.BuiltIn {
				return false
			}
			if v.Suppressed == nil {
				v.Suppressed = &scanner.Suppression{By: "config", Reason: a.Description}
			}
		case depends:
			v.Allowed = append(v.Allowed, a.Allow)
		}
	}
	return true
}

// exactKey reports whether r finds a part of an AWS key: built-in allowances
// never silence one.
func exactKey(r *scanner.Rule) bool { return r.Part != "" && r.Part != scanner.Whole }

// spanned returns the lines that a span touches, without the last line break.
func (j *judge) spanned(s scanner.Span) *spanned {
	if l := &j.last; l.known && (l.of == s || l.single && l.Start <= s.Start && s.End <= l.End) {
		return l
	}
	l := spanned{known: true, of: s, Span: scanner.Span{Start: bytes.LastIndexByte(j.text[:s.Start], '\n') + 1, End: len(j.text)}}
	if i := bytes.IndexByte(j.text[s.End:], '\n'); i >= 0 {
		l.End = s.End + i
	}
	l.single = bytes.IndexByte(j.text[l.Start:l.End], '\n') < 0
	j.last = l
	return &j.last
}

// lineAllowed reports whether the patterns of an allowance match the lines that
// a span touches.
func (j *judge) lineAllowed(a *allowance, s scanner.Span) bool {
	l := j.spanned(s)
	holds, known := l.allows[a]
	if !known {
		holds = j.matches(a, j.text[l.Start:l.End])
		if l.allows == nil {
			l.allows = map[*allowance]bool{}
		}
		l.allows[a] = holds
	}
	return holds
}

// inline returns the word beside a match that allows it, or "".
func (j *judge) inline(s scanner.Span) string {
	if j.decoded != nil {
		return j.plain.inline(j.origin(s))
	}
	l := j.spanned(s)
	if l.inline == nil {
		word := inlineAllow(j.text[l.Start:l.End])
		l.inline = &word
	}
	return *l.inline
}

// inlineAllow returns the word in line that allows what stands there, or "".
func inlineAllow(line []byte) string {
	const end = ":allow"
	if !bytes.Contains(line, []byte(end)) {
		return ""
	}
	for _, word := range [...]string{"awscred" + end, "gitleaks" + end} {
		if bytes.Contains(line, []byte(word)) {
			return word
		}
	}
	return ""
}

// group returns where in a match the secret is: the group that the rule names,
// or the first group that holds anything; the whole match if that is empty. As
// in gitleaks (detect/detect.go:531) the groups are those of the matched text
// alone.
func (j *judge) group(p *pattern, s scanner.Span) scanner.Span {
	if !p.groups {
		return s
	}
	p.whole.ready()
	text := j.text[s.Start:s.End]
	loc, ok := j.back.find(p.whole.prog, text)
	if !ok {
		loc = p.regexp().FindSubmatchIndex(text)
	}
	for g := 1; 2*g+1 < len(loc); g++ {
		if (p.rule.Group == 0 || p.rule.Group == g) && loc[2*g] < loc[2*g+1] {
			return scanner.Span{Start: s.Start + loc[2*g], End: s.Start + loc[2*g+1]}
		}
	}
	return s
}

// entropy is the Shannon entropy of text in bits a byte, counted over
// characters and divided by bytes, as gitleaks does (detect/utils.go:92).
func entropy(text []byte) float64 {
	if len(text) == 0 {
		return 0
	}
	var ascii [utf8.RuneSelf]int
	var others map[rune]int
	for i := 0; i < len(text); {
		if text[i] < utf8.RuneSelf {
			ascii[text[i]]++
			i++
			continue
		}
		r, n := utf8.DecodeRune(text[i:])
		if others == nil {
			others = map[rune]int{}
		}
		others[r]++
		i += n
	}
	sum := 0.0
	add := func(n int) {
		if n > 0 {
			f := float64(n) / float64(len(text))
			sum -= f * math.Log2(f)
		}
	}
	for _, n := range ascii {
		add(n)
	}
	for _, n := range others {
		add(n)
	}
	return sum
}
