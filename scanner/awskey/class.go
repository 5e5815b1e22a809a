package awskey

import "iter"

// class is a set of ASCII bytes. Bytes from 0x80 up belong to no class.
type class struct{ lo, hi uint64 }

const (
	letters    = 0x7fffffe // 26 bits from bit 1: 'A'&63 and 'a'&63-32 are 1
	digitSlash = 0x7ff     // 11 bits: '/' and the ten digits are neighbours
)

// base32Class is A-Z and 2-7, the alphabet of RFC 4648 that the ids use.
func base32Class() class { return class{lo: 0x3f << '2', hi: letters} }

// base64Class is A-Z, a-z, 0-9, '+' and '/', without the padding.
func base64Class() class {
	return class{lo: digitSlash<<'/' | 1<<'+', hi: letters | letters<<32}
}

// alnumClass is A-Z, a-z and 0-9.
func alnumClass() class { return class{lo: 0x3ff << '0', hi: letters | letters<<32} }

// wordClass is what \w means to RE2 and Go: A-Z, a-z, 0-9 and '_'.
func wordClass() class {
	return class{lo: 0x3ff << '0', hi: letters | letters<<32 | 1<<('_'-64)}
}

func (k class) has(c byte) bool {
	word := k.lo
	if c&0x40 != 0 {
		word = k.hi
	}
	return c < 0x80 && word>>(c&63)&1 != 0
}

// all reports whether every byte of s is in the class.
func (k class) all(s string) bool {
	for i := range len(s) {
		if !k.has(s[i]) {
			return false
		}
	}
	return true
}

// runs yields the start and end of every longest run of the class that is at
// least min bytes long, in order. Of each window of min bytes it looks at the
// last first and goes back to where the class ends: there the next window
// begins. In most texts that is a few bytes of each window.
func (k class) runs(data []byte, min int) iter.Seq2[int, int] {
	return func(yield func(int, int) bool) {
		floor, known := 0, 0 // data[floor:known] is of the class
		for last := min - 1; last < len(data); last = floor + min - 1 {
			at := last
			for at >= known && k.has(data[at]) {
				at--
			}
			known = last + 1
			if at >= floor && !k.has(data[at]) {
				floor = at + 1
				continue
			}
			end := known
			for end < len(data) && k.has(data[end]) {
				end++
			}
			if !yield(floor, end) {
				return
			}
			floor, known = end+1, end+1
		}
	}
}

// alone reports whether no letter or digit stands on either side of
// data[start:end]. The n of an escaped line break is none, nor is the m of a
// colour.
func alone(data []byte, start, end int) bool {
	word := alnumClass()
	return (start == 0 || !word.has(data[start-1]) || escaped(data, start-1)) && (end == len(data) || !word.has(data[end]))
}

// escaped reports whether data[at] is the letter of \n, \r or \t in a text that
// is written as a literal, or the last one of a terminal's sequence.
func escaped(data []byte, at int) bool {
	if at < 1 {
		return false
	}
	switch data[at] {
	case 'n', 'r', 't':
		return data[at-1] == '\\'
	case 'm', 'K':
		return sequenceEnds(data, at)
	}
	return false
}

// maxColour is the most digits and semicolons of a sequence: 38;5;255;1 and
// the like.
const maxColour = 12

// sequenceEnds reports whether data[at] ends one of the two sequences with which
// programs colour what they print on a terminal: a colour is set, or the rest of
// the line is erased, as grep --color does before and behind what it found
// (ECMA-48, 8.3.117 SGR and 8.3.41 EL). They stay in the logs of CI; in those of
// containers, which are JSON, and in scripts, the escape itself is written out.
func sequenceEnds(data []byte, at int) bool {
	from := at
	for from > 0 && at-from < maxColour && (data[from-1] >= '0' && data[from-1] <= '9' || data[from-1] == ';') {
		from--
	}
	if from < 2 || data[from-1] != '[' {
		return false
	}
	before := data[:from-1]
	if data[from-2] == '\x1b' {
		return true
	}
	for _, written := range []string{`\u001b`, `\u001B`, `\x1b`, `\x1B`, `\033`, `\e`} {
		if len(before) >= len(written) && string(before[len(before)-len(written):]) == written {
			return true
		}
	}
	return false
}

// maxTail is how many characters of a base64 run may be the end of what is
// escaped in front of it: three digits and a letter.
const maxTail = 4

// afterEscape returns where a run that begins at start begins without the end
// of what is escaped in front of it, or start.
func afterEscape(data []byte, start int) int {
	for at := start; at < min(start+maxTail, len(data)); at++ {
		if escaped(data, at) {
			return at + 1
		}
	}
	return start
}
