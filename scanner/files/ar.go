package files

import (
	"bytes"
	"io"
	"strconv"
	"strings"
)

const (
	arMagic  = 8
	arHeader = 60
	arEnd    = "`\n"
)

// ar looks into an archive of ar: a static library, or a package of Debian. Long
// names are references to a table and stay such: the table is a member, too.
//
// Source: https://man.freebsd.org/cgi/man.cgi?query=ar&sektion=5
func (u *unpacker) ar(data []byte, via []string, depth int) {
	names := newNames()
	for at := arMagic; at < len(data) && !u.stopped; {
		if len(data)-at < arHeader {
			if len(bytes.Trim(data[at:], "\n\x00")) > 0 {
				u.fail(io.ErrUnexpectedEOF, via)
			}
			return
		}
		head := string(data[at : at+arHeader])
		size, err := strconv.ParseInt(strings.TrimRight(head[48:58], " "), 10, 64)
		if err != nil || size < 0 || head[58:] != arEnd {
			u.fail(errAr, via)
			return
		}
		at += arHeader
		name := strings.TrimSuffix(strings.TrimRight(head[:16], " "), "/")
		member := within(via, names.own(name))
		if !u.name(name, member) {
			return
		}
		body := data[at:]
		if int64(len(body)) < size {
			u.fail(io.ErrUnexpectedEOF, member)
		} else {
			body = body[:size]
		}
		// The bytes themselves were read with the archive's own.
		u.inside(body, member, depth)
		at += len(body) + int(size&1)
	}
}
