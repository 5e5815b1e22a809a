package decode

// A form is how a run is encoded: how its bytes are written, and what they are.
type form uint8

const (
	formNone form = iota
	formBase64
	formJWT
	formHex
	formPercent
	formUnicode
	formBackslash
	formHTML
	formQuoted

	written = 0x0f // the bits of those above

	formGzip    form = 0x10
	formZlib    form = 0x20
	formUTF16LE form = 0x30
	formUTF16BE form = 0x40
)

// text reports whether the decoded bytes are the text itself.
func (f form) text() bool { return f != formNone && f&^written == 0 }

// names appends the names of the encodings, outermost first.
func (f form) names(list []string) []string {
	switch f & written {
	case formBase64:
		list = append(list, "base64")
	case formJWT:
		list = append(list, "jwt")
	case formHex:
		list = append(list, "hex")
	case formPercent:
		list = append(list, "percent")
	case formUnicode:
		list = append(list, "unicode")
	case formBackslash:
		list = append(list, "backslash")
	case formHTML:
		list = append(list, "html")
	case formQuoted:
		list = append(list, "quoted-printable")
	}
	switch f &^ written {
	case formGzip:
		list = append(list, "gzip")
	case formZlib:
		list = append(list, "zlib")
	case formUTF16LE, formUTF16BE:
		list = append(list, "utf-16")
	}
	return list
}
