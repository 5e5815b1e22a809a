package match

import (
	"bytes"
	"math"
	"regexp"
	"unicode/utf8"

	"github.com/awscred/awscred/internal/redact"
	"github.com/awscred/awscred/scanner"
)

// A hit is a match of a pattern, before anything else was asked about it.
type hit struct{ rule, start, end int }

// A verdict is a match in one text, and where its rule is to be looked up.
type verdict struct {
	scanner.Match
	rule int // index
	line int // of the start of the match, from 0
}

// A judge decides which hits in one text are matches.
type judge struct {
	m     *Matcher
	text  []byte
	lines lineIndex
}

// judge turns hits, which are in the text's own offsets, into matches, in the
// same offsets.
func (m *Matcher) judge(text []byte, hits []hit) []verdict {
	j := judge{m: m, text: text}
	var list []verdict
	for _, h := range hits {
		if v, ok := j.decide(h); ok {
			list = append(list, v)
		}
	}
	if len(list) == 0 {
		return nil
	}
	for i := range list {
		list[i].line = j.line(list[i].Span.Start)
	}
	list = j.required(list)
	return j.giveWay(list)
}

// decide asks of one hit all that does not depend on other matches.
func (j *judge) decide(h hit) (verdict, bool) {
	p := &j.m.patterns[h.rule]
	v := verdict{rule: h.rule}
	v.Rule = p.rule
	v.Span = trim(j.text, scanner.Span{Start: h.start, End: h.end})
	v.Secret = p.secret(j.text, v.Span)
	secret := j.text[v.Secret.Start:v.Secret.End]
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
	if word := inlineAllow(j.spanned(v.Span)); word != "" && v.Suppressed == nil {
		v.Suppressed = &scanner.Suppression{By: "inline", Reason: word}
	}
	if p.rule.Noise != nil {
		v.Noise = p.rule.Noise(secret)
	}
	v.Value = redact.New(secret)
	return v, true
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
		switch a.judge(j.text, v.Secret, v.Span, j.spanned) {
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
func (j *judge) spanned(s scanner.Span) []byte {
	start := bytes.LastIndexByte(j.text[:s.Start], '\n') + 1
	end := len(j.text)
	if i := bytes.IndexByte(j.text[s.End:], '\n'); i >= 0 {
		end = s.End + i
	}
	return j.text[start:end]
}

// inlineAllow returns the word in line that allows what stands there, or "".
func inlineAllow(line []byte) string {
	for _, word := range [...]string{"awscred:allow", "gitleaks:allow"} {
		if bytes.Contains(line, []byte(word)) {
			return word
		}
	}
	return ""
}

// secret returns where in a match the secret is: the group that the rule names,
// else the first group that holds anything, else the whole match. As in
// gitleaks (detect/detect.go:531) the groups are those of the matched text
// alone.
func (p *pattern) secret(text []byte, s scanner.Span) scanner.Span {
	if !p.groups {
		return s
	}
	loc := p.regexp().FindSubmatchIndex(text[s.Start:s.End])
	if loc == nil {
		return s
	}
	group := func(g int) scanner.Span {
		return scanner.Span{Start: s.Start + loc[2*g], End: s.Start + loc[2*g+1]}
	}
	if g := p.rule.Group; g > 0 && 2*g+1 < len(loc) {
		if loc[2*g] < 0 {
			return scanner.Span{Start: s.End, End: s.End}
		}
		return group(g)
	}
	for g := 1; 2*g+1 < len(loc); g++ {
		if loc[2*g] >= 0 && loc[2*g] < loc[2*g+1] {
			return group(g)
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

// anyMatch reports whether one of the expressions matches text.
func anyMatch(list []*regexp.Regexp, text []byte) bool {
	for _, re := range list {
		if re.Match(text) {
			return true
		}
	}
	return false
}
