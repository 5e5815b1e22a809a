package files

import (
	"archive/tar"
	"bufio"
	"bytes"
	"errors"
	"io"

	"github.com/awscred/awscred/scanner"
)

// plainTar looks into a tar that is not compressed.
func (u *unpacker) plainTar(data []byte, via []string, depth int) {
	u.tars(bufio.NewReader(bytes.NewReader(data)), via, depth)
}

// tars looks into a tar, and into what follows its end: another tar, or
// anything else that somebody put there.
func (u *unpacker) tars(in *bufio.Reader, via []string, depth int) {
	names := newNames()
	for u.tar(in, via, names, depth) {
		if err := skipZeros(in); err != nil {
			if !errors.Is(err, io.EOF) {
				u.fail(err, via)
			}
			return
		}
		if head, _ := in.Peek(512); !isTar(head) {
			u.member(in, -1, within(via, names.own("behind the end")), depth)
			return
		}
	}
}

// skipZeros reads up to the first byte that is not zero.
func skipZeros(in *bufio.Reader) error {
	for {
		c, err := in.ReadByte()
		if err != nil {
			return err
		}
		if c != 0 {
			return in.UnreadByte()
		}
	}
}

// tar looks into one tar and returns true if it could be read to its end.
func (u *unpacker) tar(in io.Reader, via []string, names names, depth int) bool {
	t := tar.NewReader(in)
	for {
		h, err := t.Next()
		if errors.Is(err, io.EOF) {
			return true
		}
		if err != nil && !errors.Is(err, tar.ErrInsecurePath) {
			u.fail(err, via)
			return false
		}
		at := within(via, names.own(h.Name))
		if !u.name(h.Name, at) {
			return false
		}
		switch h.Typeflag {
		case tar.TypeReg, tar.TypeGNUSparse, tar.TypeCont:
			if u.fits(h.Size, at) {
				u.member(t, h.Size, at, depth)
			}
		default:
			if h.Linkname != "" {
				u.show(scanner.Content, []byte(h.Linkname), at)
			}
		}
		if u.stopped {
			return false
		}
	}
}
