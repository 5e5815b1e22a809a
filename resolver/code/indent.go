package code

import "strings"

// Languages that nest by indentation, or by "def … end": there the function
// around a token is the nearest "def" before it that is indented less.

// column is how far a token's line is indented.
func (s *source) column(i int) int { return s.tokens[i].indent }

// function returns the index of the "def" around a token, or -1.
func (s *source) function(at int) int {
	limit := s.column(at)
	for i := len(s.defs) - 1; i >= 0; i-- {
		d := s.defs[i]
		s.work++
		if d >= at {
			continue
		}
		if c := s.column(d); c < limit {
			return d
		}
	}
	return -1
}

func (s *source) seesIndented(assigned, at int) bool {
	if s.isKind(assigned-1, word) && (s.isDot(assigned-2) || strings.ContainsAny(s.tokens[assigned-1].text[:1], "@$")) {
		return true // self.key = …, @key = …
	}
	f := s.function(assigned)
	if f < 0 {
		return true
	}
	for g := s.function(at); g >= 0; g = s.function(g) {
		if g == f {
			return true
		}
	}
	return false
}

func (s *source) isIndentedParameter(name string, at int) bool {
	for f := s.function(at); f >= 0; f = s.function(f) {
		for i := f + 1; i < min(f+8, len(s.tokens)); i++ {
			if s.is(i, "(") && s.pair[i] > 0 {
				if s.names(span{i + 1, s.pair[i]}, name) {
					return true
				}
				break
			}
		}
	}
	return false
}
