package decode

import (
	"bytes"
	"strings"

	"github.com/awscred/awscred/scanner/internal/simd"
)

// Near is how many bytes behind an edit an escape may begin that is worth a Text
// because of it.
const Near = nearToken

// Leads returns how every escape begins that is worth a Text, those of quoted-printable
// included. Who looks for much anyway looks for these as well, and asks [Worth] where one
// may stand.
func Leads() []simd.Pattern {
	const digits, octal = "0123456789", "01234567"
	const hex = digits + "abcdef"
	list := []simd.Pattern{
		{`\`, "ux", hex, hex}, {`\`, "ux", "{", hex}, {`\`, "0123", octal, octal},
		{"u", "+", hex, hex}, {"%", hex, hex}, {"&", "#", digits + "x", hex + ";"},
		{"=", "\n\r"}, {"=", "3", "d"}, {"=", hex, hex, "="},
	}
	// A token begins behind these. Of three parts of its bytes one can tell by halves, of
	// all of them not.
	const letters, others, signs = "abcdefghijklmno", "pqrstuvwxyz_" + digits, "+-/"
	for _, first := range []string{letters, others, signs} {
		list = append(list, simd.Pattern{`\`, "nrt", first, letters + others + signs})
	}
	names := simd.Pattern{"&", "", "", ""}
	for _, name := range strings.Fields(entityNames) {
		for k := range name {
			names[1+k] += name[k : k+1]
		}
	}
	return append(list, names)
}

// entityNames are how the names in entity.go begin.
const entityNames = "amp lt; gt; quo apo nbs tab new equ plu sol bso col sem com per low und num dol exc que ast mid gra lpa rpa lsq lbr rsq rbr lcu rcu ver hat"

// Worth reports whether what stands at a place, which begins with a lead, is an
// escape that is worth a Text.
func Worth(data []byte, at int) bool {
	switch data[at] {
	case '=':
		e, ok := parseQuoted(data, at)
		return ok && sure(data, e)
	case '\\':
		if at > 0 && data[at-1] == '\\' && worth(data, at-1) {
			return true
		}
	}
	return worth(data, at)
}

// worth is Worth for all but quoted-printable.
func worth(data []byte, at int) bool {
	if c := data[at]; c != 'U' && !mayEscape(data, c, at) {
		return false
	}
	e, ok := parseEscape(data, at)
	return ok && e.hot(data)
}

// softEnd reports whether a line that begins or goes on at a place ends softly
// (RFC 2045, 6.7): what stands before can decide whether that is one.
func softEnd(data []byte, at int) bool {
	at = min(max(at, 0), len(data))
	line := data[at:min(len(data), at+quotedLine+3)]
	i := bytes.IndexByte(line, '\n')
	if i > 0 && line[i-1] == '\r' {
		i--
	}
	return i > 0 && line[i-1] == '='
}
