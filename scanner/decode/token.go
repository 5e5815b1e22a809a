package decode

import (
	"bytes"
	"encoding/binary"
	"math/bits"
	"unicode/utf8"

	"github.com/awscred/awscred/scanner/internal/simd"
)

const (
	leastBase64 = 16 // characters, as in gitleaks detect/codec/encodings.go:47
	leastHex    = 32 // digits, as in gitleaks detect/codec/encodings.go:42
	// A key of 20 characters takes 38 bytes with gzip and 28 with zlib.
	leastCompressed = 36

	sniffed = 12 // decoded bytes that are looked at before more is decoded
)

// nextRun returns the first longest run of a class that is at least least bytes
// long and touches data[from:to]. No run that begins before floor is of
// interest. It probes: where the byte at the end of a stretch of least bytes is
// not in the class, no run can begin in the stretch.
func nextRun(data []byte, class byte, floor, from, to, least int) (start, end int, ok bool) {
	start = from
	for start > floor && classes[data[start-1]]&class != 0 {
		start--
	}
	for start <= to && start+least <= len(data) {
		stretch := data[start : start+least]
		i := len(stretch) - 1
		for i >= 0 && classes[stretch[i]]&class != 0 {
			i--
		}
		if i >= 0 {
			start += i + 1
			continue
		}
		end = start + least
		for end < len(data) && classes[data[end]]&class != 0 {
			end++
		}
		return start, end, true
	}
	return 0, 0, false
}

// probeEvery is how far apart probeToken looks at eight bytes: a token of
// leastBase64 characters covers one such stretch at least.
const probeEvery = leastBase64 - 8 + 1

// nextToken is nextRun for tokens.
func (s *search) nextToken(floor, from, to int) (start, end int, ok bool) {
	start = from
	for start > floor && classes[s.data[start-1]]&inToken != 0 {
		start--
	}
	if s.masks == nil {
		return probeToken(s.data, start, to)
	}
	return s.masks.token(start, to)
}

// probeToken is tokenMasks.token where there are none. It tells of eight bytes at once
// which are of the class: all of them hardly ever are.
func probeToken(data []byte, from, to int) (start, end int, ok bool) {
	for at := from; at+8 <= len(data) && at <= to+leastBase64; at += probeEvery {
		if othersThanToken(binary.LittleEndian.Uint64(data[at:])) != 0 {
			continue
		}
		first := tokenStart(data, from, at)
		if first > to {
			return 0, 0, false
		}
		end = tokenEnd(data, at+8)
		if end-first >= leastBase64 {
			return first, end, true
		}
		from = end
		at = end + 1 - probeEvery
	}
	return 0, 0, false
}

// tokenStart returns where the token begins that goes on at a place, no further
// back than floor.
func tokenStart(data []byte, floor, at int) int {
	for at-8 >= floor {
		others := othersThanToken(binary.LittleEndian.Uint64(data[at-8:]))
		if others != 0 {
			return at - bits.LeadingZeros64(others)/8
		}
		at -= 8
	}
	for at > floor && classes[data[at-1]]&inToken != 0 {
		at--
	}
	return at
}

// tokenEnd returns where the token ends that goes on at a place.
func tokenEnd(data []byte, at int) int {
	for at+8 <= len(data) {
		others := othersThanToken(binary.LittleEndian.Uint64(data[at:]))
		if others != 0 {
			return at + bits.TrailingZeros64(others)/8
		}
		at += 8
	}
	for at < len(data) && classes[data[at]]&inToken != 0 {
		at++
	}
	return at
}

// othersThanToken sets the highest bit of each of eight bytes that is not of the
// class inToken. To add 0x80-c to a byte below 0x80 sets its highest bit if it is c
// or more.
func othersThanToken(x uint64) uint64 {
	const every, high = 0x0101010101010101, 0x8080808080808080
	lower := x&^high | 0x20*every
	letters := (lower + (0x80-'a')*every) &^ (lower + (0x80-'z'-1)*every)
	low := x &^ high
	odd := x << 7 // + - / are odd, and no other byte from + to / is
	digits := (low + (0x80-'+')*every) & (odd | (low + (0x80-'0')*every)) &^ (low + (0x80-'9'-1)*every)
	underscores := ^((low ^ '_'*every) + 0x7f*every)
	return ^((letters | digits | underscores) &^ x) & high
}

// allTokens is tokens for all of the text. Most tokens are words of a program, and two
// looks at where one begins are enough for them: a piece of a text over several lines
// need not be asked which one it is, since the first piece of all is seen as well (and
// what group makes of more than a million lines is not the same as in tokens).
func (s *search) allTokens() {
	m := s.masks
	if m == nil {
		s.tokens(Span{0, len(s.data)})
		return
	}
	for at := 0; at+leastBase64 <= len(s.data) && !s.cut; at += m.n * simd.Block {
		m.read(at, len(s.data))
		for blocks := simd.Marked(m.begin[:m.n]); blocks != 0; blocks &= blocks - 1 {
			s.begun(uint(bits.TrailingZeros64(blocks)))
		}
	}
}

// begun looks at the tokens that begin in a block.
func (s *search) begun(k uint) {
	at, long := s.masks.at+int(k)*simd.Block, s.masks.long(k)
	for begin := s.masks.starts(k); begin != 0 && !s.cut; begin &= begin - 1 {
		i := bits.TrailingZeros64(begin)
		if long>>i&1 == 0 && ways(s.data[at+i:]) == 0 {
			continue
		}
		start, end := at+i, s.masks.end(at+i+leastBase64)
		f := s.sniff(s.data[start:end])
		if f != formNone {
			s.wrap(Span{start, end}, f)
		}
		s.token(start, end, f)
	}
}

// tokens finds the tokens that touch a window and decode to something, and the
// base64 texts over several lines that they are pieces of.
func (s *search) tokens(w Span) {
	last := -1 // the end of the token before, if it was seen
	for from := max(s.before(w.Start), s.tokenDone); ; {
		start, end, ok := s.nextToken(s.tokenDone, from, w.End)
		if !ok || s.cut {
			return
		}
		// The first one follows none if it is not what stands before the window and its
		// separator, which was not seen either.
		follows := last < 0 && (start <= from || from == s.tokenDone) || last >= 0 && s.mayFollow(last, start)
		f := s.sniff(s.data[start:end])
		if f != formNone || follows {
			s.wrap(Span{start, end}, f)
		} else {
			s.wrappedDone = max(s.wrappedDone, end)
		}
		s.token(start, end, f)
		from, s.tokenDone, last = end, end, end
	}
}

// mayFollow reports whether the token at a place may be a piece of one text with the
// one before it. Most are words of a program, which other words keep apart.
func (s *search) mayFollow(end, start int) bool {
	return start-end <= longestSeparator && separates(s.data[end]) && separates(s.data[start-1]) && !s.masks.several(end, start)
}

// before returns the end of what stands before the token at a place and what
// separates it from that: the token may be the last line of a text. Masks tell of the
// beginning of what stands there as well, unless it is a token of leastBase64 characters.
func (s *search) before(at int) int {
	if from, known := s.masks.before(at); known {
		return from
	}
	for most := at - 2; at > max(most, 0) && s.data[at-1] == '='; {
		at--
	}
	for at > s.tokenDone && classes[s.data[at-1]]&inToken != 0 {
		at--
	}
	return s.separatorStart(at)
}

// token judges the token data[start:end], which begins as f does.
func (s *search) token(start, end int, f form) {
	if end-start >= leastHex && s.hex(start, end) {
		return
	}
	if f == formNone || (end-start)%4 == 1 {
		return
	}
	if f.text() && !readable(s.data[start:end]) || !s.take(runRoom) {
		return
	}
	r := run{start: start, end: padding(s.data, end, end-start), form: f}
	if f == formBase64 && s.jwt(start, end) {
		r.form = formJWT
	}
	s.runs = append(s.runs, r)
	s.hits = join(s.hits, Span{r.start, r.end}, longestGap)
}

// padding returns the end of the padding of size characters that end at a place.
// It may be missing. What is more is not padding but the sign of an assignment.
func padding(data []byte, at, size int) int {
	for most := min(at+(4-size%4)%4, len(data)); at < most && data[at] == '='; {
		at++
	}
	return at
}

// jwt reports whether the token is the header or the payload of a JSON Web Token
// (RFC 7519, 3): both are JSON objects, and a dot is between them.
func (s *search) jwt(start, end int) bool {
	dotted := start > 0 && s.data[start-1] == '.' || end < len(s.data) && s.data[end] == '.'
	return dotted && bytes.HasPrefix(s.data[start:end], []byte("eyJ"))
}

// hex finds the runs of hexadecimal digits in a token.
func (s *search) hex(from, to int) bool {
	found := false
	token := s.data[:to]
	for {
		start, end, ok := nextRun(token, inHex, from, from, to, leastHex)
		if !ok {
			return found
		}
		if f := sniffHex(token[start:end]); f != formNone && s.take(runRoom) {
			s.runs = append(s.runs, run{start: start, end: end, form: f})
			s.hits = join(s.hits, Span{start, end}, longestGap)
			found = true
		}
		from = end
	}
}

// sniff tells from its beginning what a token, of base64 perhaps, decodes to.
func (s *search) sniff(token []byte) form {
	var head [sniffed]byte
	for at := 0; at < len(head)/3*4; at += 4 {
		how := ways(token[at:])
		if how == 0 {
			return formNone // most words of a program end here
		}
		if how != asText { // only behind ASCII text begins anew
			break
		}
	}
	decodeBase64(head[:0], token[:sniffed/3*4])
	return sniffBytes(head[:], len(token), formBase64)
}

// ways returns the ways in which what the first four characters of a token stand for can
// begin something of interest to sniffBytes.
func ways(token []byte) byte {
	_ = token[3]
	a, b, c, d := values[token[0]], values[token[1]], values[token[2]], values[token[3]]
	return canStart(a<<2|b>>4, b<<4|c>>2, c<<6|d)
}

// sniffBytes tells what data of which head is the beginning is, if it has been
// encoded in size characters of base64 or hexadecimal.
func sniffBytes(head []byte, size int, f form) form {
	switch {
	case head[0] == 0x1f && head[1] == 0x8b && head[2] == 8 && size >= leastCompressed:
		return f | formGzip
	case head[0] == 0x78 && (int(head[0])<<8|int(head[1]))%31 == 0 && head[1]&0x20 == 0 && size >= leastCompressed:
		if !readableHead(head) {
			return f | formZlib
		}
	case wideText(head, 1):
		return f | formUTF16LE
	case wideText(head, 0):
		return f | formUTF16BE
	}
	if readableHead(head) {
		return f
	}
	return formNone
}

// canStart returns the ways in which what begins with three bytes could be of interest
// to sniffBytes.
func canStart(first, second, third byte) byte {
	return firsts[first] & seconds[second] & thirds[third]
}

// isText reports whether c is what gitleaks calls printable
// (detect/codec/ascii.go:7).
func isText(c byte) bool { return 0x08 < c && c < 0x7f }

// wideText reports whether head is ASCII in UTF-16, each byte at or behind a
// zero, perhaps behind a byte order mark. zero is the place of the zero of the
// first character.
func wideText(head []byte, zero int) bool {
	if head[zero] == 0xfe && head[1-zero] == 0xff {
		head = head[2:]
	}
	for i := 0; i+1 < len(head); i += 2 {
		if head[i+zero] != 0 || !isText(head[i+1-zero]) {
			return false
		}
	}
	return true
}

// readableHead reports whether data is text from its beginning on. A character
// may be cut at its end.
func readableHead(data []byte) bool {
	for len(data) > 0 {
		if c := data[0]; c < utf8.RuneSelf {
			if !isText(c) {
				return false
			}
			data = data[1:]
			continue
		}
		r, size := utf8.DecodeRune(data)
		if r == utf8.RuneError && size == 1 {
			return !utf8.FullRune(data)
		}
		if r < 0xa0 {
			return false
		}
		data = data[size:]
	}
	return true
}

// readable reports whether a token of base64 decodes to text: no more than one
// byte in eight is no printable ASCII and not part of a character either.
func readable(token []byte) bool {
	var buf [768]byte
	bad, all := 0, 0
	for len(token) > 0 {
		n := min(len(token), len(buf)/3*4)
		out := decodeBase64(buf[:0], token[:n])
		bad += unreadable(out)
		all += len(out)
		if bad > all/8+16 {
			return false
		}
		token = token[n:]
	}
	return bad <= all/8
}

// unreadable counts the bytes that are no text. A character cut at the end is
// none of them.
func unreadable(data []byte) int {
	bad := 0
	for len(data) > 0 {
		if data[0] < utf8.RuneSelf {
			if !isText(data[0]) {
				bad++
			}
			data = data[1:]
			continue
		}
		r, size := utf8.DecodeRune(data)
		if r == utf8.RuneError && size == 1 && utf8.FullRune(data) {
			bad++
		}
		data = data[size:]
	}
	return bad
}

// sniffHex is sniff for hexadecimal digits, of which there must be an even
// number. Text in a few bytes at the beginning of a hash is no text.
func sniffHex(digits []byte) form {
	if len(digits)%2 != 0 || canStart(hexAt(digits, 0), hexAt(digits, 2), hexAt(digits, 4)) == 0 {
		return formNone
	}
	var head [sniffed]byte
	decodeHex(head[:0], digits[:2*sniffed])
	f := sniffBytes(head[:], len(digits), formHex)
	if !f.text() {
		return f
	}
	var buf [512]byte
	for rest := digits; len(rest) > 0; {
		n := min(len(rest), 2*len(buf))
		out := decodeHex(buf[:0], rest[:n])
		if unreadable(out) > len(out)/8 {
			return formNone
		}
		rest = rest[n:]
	}
	return f
}

// decodeBase64 appends what token, which has no padding, stands for. Bits of an
// incomplete byte at its end are dropped.
func decodeBase64(out, token []byte) []byte {
	for len(token) >= 4 {
		a, b, c, d := values[token[0]], values[token[1]], values[token[2]], values[token[3]]
		out = append(out, a<<2|b>>4, b<<4|c>>2, c<<6|d)
		token = token[4:]
	}
	if len(token) >= 2 {
		out = append(out, values[token[0]]<<2|values[token[1]]>>4)
	}
	if len(token) == 3 {
		out = append(out, values[token[1]]<<4|values[token[2]]>>2)
	}
	return out
}

// decodeHex appends what an even number of digits stands for.
func decodeHex(out, digits []byte) []byte {
	for i := 0; i+1 < len(digits); i += 2 {
		out = append(out, hexAt(digits, i))
	}
	return out
}

// hexAt returns what two digits at a place stand for.
func hexAt(digits []byte, at int) byte { return nibbles[digits[at]]<<4 | nibbles[digits[at+1]] }
