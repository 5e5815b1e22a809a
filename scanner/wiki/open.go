package wiki

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"github.com/awscred/awscred/scanner/files"
)

// ErrNotWiki is the error for what is in no form of a wiki that is known here.
var ErrNotWiki = errors.New("not in a form of a wiki that awscred knows")

// headSize is how much of a content is looked at to tell what it is.
const headSize = 64 << 10

// Open returns the Source of a wiki that is a file or a directory: a dump of
// MediaWiki, compressed or not, the data directory of DokuWiki, an export of
// Confluence, XWiki, Notion or TiddlyWiki, NDJSON. The form is told by the
// content. It returns an error wrapping [ErrNotWiki] for everything else.
func Open(path string, o Options) (*Source, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, err
	}
	if info.IsDir() {
		return openDirectory(path, o)
	}
	r, err := openFile(path, o)
	if err != nil {
		return nil, fmt.Errorf("opening %q: %w", path, err)
	}
	return New(path, r, o), nil
}

// openFile finds the Reader of a file.
func openFile(path string, o Options) (Reader, error) {
	o = o.withDefaults()
	c, err := files.OpenContent(path, o.Limits)
	switch {
	case errors.Is(err, files.ErrManyFiles):
		return nil, fmt.Errorf("%w: the archive %w", ErrNotWiki, err)
	case errors.Is(err, io.ErrUnexpectedEOF):
		return nil, fmt.Errorf("ends too early: %w", err)
	case err != nil:
		return nil, err
	}
	r, err := readerOf(filepath.Base(path), c, o)
	if err != nil {
		c.Close()
	}
	if errors.Is(err, errZip) {
		return openExport(path)
	}
	return r, err
}

// errZip is the error for a zip file, which is no stream.
var errZip = fmt.Errorf("%w: a zip file must be a file of its own", ErrNotWiki)

// readerOf finds the Reader of a stream, by its beginning.
func readerOf(name string, c *files.Content, o Options) (Reader, error) {
	head, err := readHead(c)
	if bytes.HasPrefix(head, []byte("PK\x03\x04")) && c.Compressed == "" {
		return nil, errZip
	}
	again := begun{io.MultiReader(bytes.NewReader(head), failing{c, err}), c}
	text := bytes.TrimLeft(head, " \t\r\n")
	switch {
	case isDump(head):
		return NewDump(name, again), nil
	case isTiddlyWiki(head):
		return &TiddlyWiki{name, again}, nil
	case !o.Sure && bytes.HasPrefix(text, []byte("{")):
		return NewNDJSON(name, again), nil
	case !o.Sure && isTiddlers(text):
		return &TiddlyWiki{name, again}, nil
	case err != nil && c.Compressed != "":
		return nil, fmt.Errorf("cannot be unpacked (%s): %w", c.Compressed, err)
	case err != nil:
		return nil, err
	}
	return nil, ErrNotWiki
}

// readHead reads the beginning. That it ends there is no error.
func readHead(r io.Reader) ([]byte, error) {
	head := make([]byte, 0, headSize)
	for len(head) < cap(head) {
		n, err := r.Read(head[len(head):cap(head)])
		head = head[:len(head)+n]
		if errors.Is(err, io.EOF) {
			return head, nil
		}
		if err != nil {
			return head, err
		}
	}
	return head, nil
}

// begun is a content of which the beginning was read.
type begun struct {
	io.Reader
	io.Closer
}

// failing returns the error that reading the beginning ended with.
type failing struct {
	r   io.Reader
	err error
}

func (f failing) Read(p []byte) (int, error) {
	if f.err != nil {
		return 0, f.err
	}
	return f.r.Read(p)
}

// isDump reports whether a text begins as a dump of MediaWiki, by its first
// element.
func isDump(head []byte) bool {
	x := newXMLTokens(bytes.NewReader(head))
	x.keep = true
	for {
		kind, err := x.next()
		switch {
		case err != nil:
			return false
		case kind == startTag:
			return string(x.name) == "mediawiki"
		case len(bytes.TrimSpace(bytes.TrimPrefix(x.text, []byte("\ufeff")))) > 0:
			return false
		}
	}
}
