package match

import (
	"bytes"
	"encoding/binary"
	"slices"
	"strings"
	"unicode/utf8"
)

// keyword reports whether the keyword condition of a rule holds in the text:
// one of its keywords stands in the text in lower case (gitleaks
// detect/detect.go:283).
func (s *scratch) keyword(rule int) bool {
	p := &s.m.patterns[rule]
	if s.free || len(p.rule.Keywords) == 0 || !p.gated && len(s.folds) == 0 && p.branches != nil {
		return true
	}
	for _, w := range p.words {
		if s.seen[w] > 0 {
			return true
		}
	}
	if len(s.folds) > 0 || p.odd {
		seen := p.gated || p.branches == nil // by the automaton, where it can
		return slices.ContainsFunc(p.rule.Keywords, func(k string) bool { return (!seen || s.mayBeOdd(k)) && s.lowered(k) >= 0 })
	}
	return s.unsured && slices.ContainsFunc(p.words, s.settle)
}

// mayBeOdd reports whether a keyword may stand in the text in a way that the
// automaton does not see: it is beyond ASCII, or has a letter that is what one of
// the text becomes in lower case.
func (s *scratch) mayBeOdd(keyword string) bool {
	if !plainLower(keyword) || keyword == "" {
		return true
	}
	return strings.ContainsRune(keyword, 'k') && bytes.Contains(s.text, []byte("\u212a")) ||
		strings.ContainsRune(keyword, 'i') && bytes.Contains(s.text, []byte("\u0130"))
}

// settle finds out whether a keyword stands in a text of whose base it is only
// known that it stood there in many places.
func (s *scratch) settle(word int) bool {
	if !s.unsure[word] {
		return false
	}
	at := s.lowered(s.m.keywords[word])
	if at < 0 {
		s.unsure[word] = false
		return false
	}
	if k := s.m.keywords[word]; at+len(k) <= len(s.text) && string(bytes.ToLower(s.text[at:at+len(k)])) == k {
		s.word(word, at)
	}
	return true
}

// lowerPart is how many bytes of a text are put in lower case at a time.
const lowerPart = 1 << 16

// lowered returns a place near which a keyword stands in the text in lower case,
// or -1. What changes into an ASCII letter in lower case counts as that. The
// place is that of the keyword unless such a character stands before it.
func (s *scratch) lowered(keyword string) int {
	lower := appendLower
	if !isASCII(keyword) {
		lower = func(dst, text []byte) []byte { return append(dst, bytes.ToLower(text)...) }
	}
	overlap := utf8.UTFMax * len(keyword)
	for at := 0; at < len(s.text); at += lowerPart {
		start := max(0, at-overlap)
		for back := 0; back < utf8.UTFMax && start > 0 && !utf8.RuneStart(s.text[start]); back++ {
			start--
		}
		s.low = lower(s.low[:0], s.text[start:min(len(s.text), at+lowerPart)])
		if i := bytes.Index(s.low, []byte(keyword)); i >= 0 {
			return start + i
		}
	}
	if len(s.text) == 0 && keyword == "" {
		return 0
	}
	return -1
}

func isASCII(text string) bool {
	for i := range len(text) {
		if text[i] >= utf8.RuneSelf {
			return false
		}
	}
	return true
}

// appendLower appends text with ASCII letters in lower case, and with those in
// place of the two characters that become one: the Kelvin sign and the dotted
// capital I.
func appendLower(dst, text []byte) []byte {
	for i := 0; i < len(text); i++ {
		for ; i+8 <= len(text); i += 8 {
			word := binary.LittleEndian.Uint64(text[i:])
			if word&highBits != 0 {
				break
			}
			dst = binary.LittleEndian.AppendUint64(dst, lowerWord(word))
		}
		if i == len(text) {
			break
		}
		c := lower(text[i])
		switch {
		case c == 0xe2 && bytes.HasPrefix(text[i:], []byte("\u212a")):
			c = 'k'
			i += 2
		case c == 0xc4 && bytes.HasPrefix(text[i:], []byte("\u0130")):
			c = 'i'
			i++
		}
		dst = append(dst, c)
	}
	return dst
}

const (
	everyByte = 0x0101010101010101
	highBits  = everyByte << 7
)

// lowerWord puts the letters among eight bytes in lower case. To add 0x80-c to a byte
// below 0x80 sets its highest bit if it is c or more.
func lowerWord(word uint64) uint64 {
	low := word &^ highBits
	capital := (low + (0x80-'A')*everyByte) &^ (low + (0x80-'Z'-1)*everyByte) &^ word & highBits
	return word | capital>>2
}
