package decode

import "bytes"

// Near is how many bytes behind an edit an escape may begin that is worth a Text
// because of it.
const Near = nearToken

// Leads returns, in lower case, how every escape begins that is worth a Text,
// those of quoted-printable included. Who looks for many literals anyway looks
// for these as well, and asks [Worth] where one stands.
func Leads() []string {
	list := []string{`\u`, `\x`, `\n`, `\r`, `\t`, "u+", "&#", "=\n", "=\r"}
	for _, digit := range "0123456789abcdef" {
		list = append(list, "%"+string(digit), "="+string(digit))
	}
	for _, digit := range "0123" {
		list = append(list, `\`+string(digit))
	}
	// The first two letters of the names in entity.go.
	for names := "amltgtquapnbtaneeqplsobscosepeloundonucoexasmigrlprplslbrsrblcrcveha"; names != ""; names = names[2:] {
		list = append(list, "&"+names[:2])
	}
	return list
}

// Worth reports whether what stands at a place, which begins with a lead, is an
// escape that is worth a Text.
func Worth(data []byte, at int) bool {
	s := search{data: data}
	switch data[at] {
	case '=':
		e, ok := parseQuoted(data, at)
		return ok && s.sure(e)
	case '\\':
		if at > 0 && data[at-1] == '\\' && s.worth(at-1) {
			return true
		}
	}
	return s.worth(at)
}

// worth is Worth for all but quoted-printable.
func (s *search) worth(at int) bool {
	if c := s.data[at]; c != 'U' && !s.mayEscape(c, at) {
		return false
	}
	e, ok := parseEscape(s.data, at)
	return ok && e.hot(s.data)
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
