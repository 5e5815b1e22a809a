package wiki

import (
	"archive/zip"
	"errors"
	"fmt"
	"io"
	"os"
	"path"
	"strings"

	"github.com/awscred/awscred/scanner"
)

// An export is a zip file in which a wiki was exported.
type export struct {
	name  string // of the file
	files []*zip.File
	close func() error
}

// Close closes the file.
func (x *export) Close() error {
	if x.close == nil {
		return nil
	}
	return x.close()
}

// openExport finds the Reader of a zip file by the names in it. It returns an
// error wrapping [ErrNotWiki] if they are of no wiki.
func openExport(file string) (Reader, error) {
	f, err := os.Open(file)
	if err != nil {
		return nil, err
	}
	r, err := exportOf(path.Base(file), f)
	if err != nil {
		f.Close()
		return nil, err
	}
	return r, nil
}

func exportOf(name string, f *os.File) (Reader, error) {
	info, err := f.Stat()
	if err != nil {
		return nil, err
	}
	z, err := zip.NewReader(f, info.Size())
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrNotWiki, err)
	}
	x := export{name: name, files: z.File, close: f.Close}
	switch {
	case x.isConfluence():
		return &Confluence{x}, nil
	case x.isXAR():
		return &XAR{x}, nil
	case x.isNotion():
		return &Notion{x}, nil
	}
	return nil, ErrNotWiki
}

func (x *export) find(name string) *zip.File {
	for _, f := range x.files {
		if f.Name == name {
			return f
		}
	}
	return nil
}

// The reasons why a member of a zip file cannot be looked into.
var (
	errEncrypted = errors.New("encrypted")
	errMethod    = errors.New("packed by a method that is not known")
)

// open opens a member as a stream.
func openMember(f *zip.File) (io.ReadCloser, error) {
	if f.Flags&1 != 0 {
		return nil, errEncrypted
	}
	r, err := f.Open()
	if errors.Is(err, zip.ErrAlgorithm) {
		return nil, errMethod
	}
	return r, err
}

// readMember reads a member. With an error it returns what came before it.
func readMember(f *zip.File) ([]byte, error) {
	r, err := openMember(f)
	if err != nil {
		return nil, err
	}
	defer r.Close()
	data, err := io.ReadAll(io.LimitReader(r, maxText+1))
	if len(data) > maxText {
		return data[:maxText], fmt.Errorf("over the limit of %d MiB", maxText>>20)
	}
	return data, err
}

// lostMember records that a member was not read, or not to its end.
func lostMember(gaps *Gaps, export string, f *zip.File, err error) {
	g := scanner.Gap{What: export + "!/" + shortTitle(f.Name), Why: err.Error(), Fix: "unpack it and scan the result"}
	switch {
	case errors.Is(err, errEncrypted) || errors.Is(err, errMethod):
		gaps.OpaqueAll(g)
		return
	case errors.Is(err, io.ErrUnexpectedEOF):
		g.Why, g.Fix = "ends too early", "make the export anew"
	case errors.Is(err, zip.ErrChecksum) || errors.Is(err, zip.ErrFormat):
		g.Why, g.Fix = "damaged: "+err.Error(), "make the export anew"
	}
	gaps.LostAll(g)
}

// rest hands over a member that is no part of a page, as a file of the export.
func (x *export) rest(f *zip.File, whole *Page, yield func(*Revision) error, gaps *Gaps) error {
	if strings.HasSuffix(f.Name, "/") {
		return nil
	}
	data, err := readMember(f)
	if err != nil {
		lostMember(gaps, x.name, f, err)
	}
	if len(data) == 0 {
		return nil
	}
	return yield(&Revision{Page: whole, ID: "export", Field: scanner.Attachment, Name: f.Name, State: Current, Text: data})
}
