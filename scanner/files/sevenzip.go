package files

import (
	"errors"
	"hash/crc32"
	"io"

	"github.com/awscred/awscred/scanner/files/internal/sevenzip"
)

var (
	errAr       = errors.New("header of a member")
	errCheckSum = errors.New("check sum")
)

// maxHeader is how large the header of a 7z archive may be: enough for 100,000
// files with long names.
const maxHeader = 32 << 20

// sevenZip looks into a 7z archive.
func (u *unpacker) sevenZip(data []byte, via []string, depth int) {
	w := u.newWindow()
	defer w.close()
	a, err := sevenzip.Open(data, sevenzip.Limits{Files: u.limits.Entries - u.entries, Header: min(maxHeader, u.left), LZMA: w.limits()})
	if err != nil {
		u.fail(err, via)
		return
	}
	names := newNames()
	for i := 0; i < len(a.Files) && !u.stopped; {
		f := a.Files[i]
		if f.Folder < 0 {
			if !u.name(f.Name, within(via, names.own(f.Name))) {
				return
			}
			i++
			continue
		}
		n := 1
		for i+n < len(a.Files) && a.Files[i+n].Folder == f.Folder {
			n++
		}
		u.folder(a, a.Files[i:i+n], via, names, depth)
		w.close()
		i += n
	}
}

// folder reads the files that were compressed as one. Behind damage nothing of it
// can be read.
func (u *unpacker) folder(a *sevenzip.Archive, list []sevenzip.File, via []string, names names, depth int) {
	r, err := a.Reader(list[0].Folder)
	for _, f := range list {
		at := within(via, names.own(f.Name))
		if !u.name(f.Name, at) {
			return
		}
		if err != nil {
			u.fail(err, at)
			continue
		}
		sum := &summed{r: r, left: f.Size, want: f.CRC32, has: f.HasCRC}
		switch {
		case u.fits(f.Size, at):
			u.member(sum, min(f.Size, largeBuffer), at, depth)
		case f.Size > u.left:
			u.fail(errTotal, via) // and so is what follows
		}
		if !u.stopped && sum.left > 0 && sum.err == nil {
			_, sum.err = io.CopyN(io.Discard, meter{u, sum}, sum.left)
		}
		if u.stopped {
			return
		}
		err = sum.err
	}
}

// A summed reads the next file of a folder and verifies its check sum. err is
// what ended it too early.
type summed struct {
	r    io.Reader
	left int64
	sum  uint32
	want uint32
	has  bool
	err  error
}

func (s *summed) Read(p []byte) (int, error) {
	if s.err != nil {
		return 0, s.err
	}
	if s.left == 0 {
		if s.has && s.sum != s.want {
			return 0, errCheckSum
		}
		return 0, io.EOF
	}
	n, err := s.r.Read(p[:min(int64(len(p)), s.left)])
	s.sum = crc32.Update(s.sum, crc32.IEEETable, p[:n])
	s.left -= int64(n)
	if s.left > 0 && err == io.EOF {
		err = io.ErrUnexpectedEOF
	}
	if s.left > 0 {
		s.err = err
	} else {
		err = nil
	}
	return n, err
}
