package files

import (
	"archive/zip"
	"errors"
	"fmt"
	"io"

	"github.com/awscred/awscred/scanner"
)

// A meter counts what comes out of a decompressor against the limits.
type meter struct {
	u    *unpacker
	from io.Reader
}

func (m meter) Read(p []byte) (int, error) {
	if m.u.left <= 0 {
		return 0, errTotal
	}
	select {
	case <-m.u.limits.Done:
		m.u.stopped = true
		return 0, errDone
	default:
	}
	n, err := readSafely(m.from, p[:min(int64(len(p)), m.u.left)])
	m.u.left -= int64(n)
	return n, err
}

// errDecoder is the error for content that a decoder of others does not survive.
var errDecoder = errors.New("its decoder gave up")

// readSafely turns a panic of a decoder into errDecoder. A fault in a mapped file
// goes on, to guard.
func readSafely(r io.Reader, p []byte) (n int, err error) {
	defer func() {
		if v := recover(); isFault(v) {
			panic(v)
		} else if v != nil {
			n, err = 0, errDecoder
		}
	}()
	return r.Read(p)
}

// firstBuffer is what a member gets whose size is not known or not believed.
const firstBuffer = 64 << 10

// read returns what r yields, in the buffer of the depth. size is what it is said
// to be, -1 if nothing is. With an error read returns what came before it.
func (u *unpacker) read(r io.Reader, size int64, depth int) ([]byte, error) {
	for len(u.buffers) <= depth {
		u.buffers = append(u.buffers, nil)
	}
	want := max(firstBuffer, min(size, u.limits.Member)+1)
	if int64(cap(u.buffers[depth])) < want {
		u.account.drop(int64(cap(u.buffers[depth])))
		u.buffers[depth] = nil
		if err := u.enlarge(want, depth); err != nil {
			return nil, err
		}
	}
	data := u.buffers[depth][:0]
	m := meter{u, r}
	for {
		if len(data) == cap(data) {
			u.buffers[depth] = data
			if err := u.enlarge(min(2*int64(cap(data)), max(u.limits.Member, firstBuffer)+1), depth); err != nil {
				return data, err
			}
			data = u.buffers[depth]
		}
		n, err := m.Read(data[len(data):cap(data)])
		data = data[:len(data)+n]
		u.buffers[depth] = data
		switch {
		case errors.Is(err, io.EOF):
			return data, nil
		case err != nil:
			return data, err
		case int64(len(data)) > u.limits.Member:
			return data[:u.limits.Member], errMember
		}
	}
}

// enlarge gives the buffer of a depth a larger size; its content stays. Buffers of
// larger depths are in no use then.
func (u *unpacker) enlarge(size int64, depth int) error {
	err := u.account.hold(size, u.limits.Done)
	if errors.Is(err, errMemory) {
		for i := depth + 1; i < len(u.buffers); i++ {
			u.account.drop(int64(cap(u.buffers[i])))
			u.buffers[i] = nil
		}
		err = u.account.hold(size, u.limits.Done)
	}
	if err != nil {
		return err
	}
	old := u.buffers[depth]
	u.buffers[depth] = append(make([]byte, 0, size), old...)
	u.account.drop(int64(cap(old)))
	return nil
}

func isTruncation(err error) bool {
	return errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, zip.ErrFormat)
}

// fits reports whether a member that claims a size may be unpacked, and records
// it if not: the members behind it are not to suffer.
func (u *unpacker) fits(size int64, via []string) bool {
	switch {
	case size > u.limits.Member:
		u.fail(errMember, via)
	case size > u.left:
		u.cov.AddLost(scanner.Gap{What: u.label(via), Why: fmt.Sprintf("over the limit of %s unpacked", sizeText(u.total)), Fix: "unpack it and scan the result"})
	default:
		return true
	}
	return false
}
