package wiki

import (
	"context"
	"fmt"
	"io"

	"github.com/awscred/awscred/internal/redact"
	"github.com/awscred/awscred/scanner/files"
)

// A stream is a wiki whose form is told when it is read: nobody knows when the
// first byte of a pipe comes.
type stream struct {
	name    string
	in      io.Reader
	options Options
}

// OpenStream returns the Source of a wiki that comes as a stream: a dump of
// MediaWiki, NDJSON or the HTML of a TiddlyWiki, compressed or not. Sweep returns
// an error wrapping [ErrNotWiki] for everything else. If in is an [io.Closer] the
// Source closes it.
func OpenStream(name string, in io.Reader, o Options) *Source {
	o = o.withDefaults()
	return New(name, &stream{name, in, o}, o)
}

// Close closes the stream.
func (s *stream) Close() error { return closeAny(s.in) }

// Walk implements [Reader].
func (s *stream) Walk(ctx context.Context, yield func(*Revision) error, gaps *Gaps) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	c, err := files.ReadContent(newPump(ctx, s.in), s.options.Limits)
	if err != nil {
		return fmt.Errorf("%w: %w", ErrNotWiki, err)
	}
	defer c.Close()
	r, err := readerOf(s.name, c, s.options)
	if err != nil {
		return err
	}
	return r.Walk(ctx, yield, gaps)
}

// A pump reads from what cannot be interrupted, on a goroutine of its own. When
// ctx is done that is left behind.
type pump struct {
	ctx    context.Context
	blocks chan block
	empty  chan []byte
	now    block
	at     int
}

type block struct {
	data []byte
	err  error
}

func newPump(ctx context.Context, r io.Reader) *pump {
	p := &pump{ctx: ctx, blocks: make(chan block), empty: make(chan []byte, 2)}
	p.empty <- make([]byte, 256<<10)
	p.empty <- make([]byte, 256<<10)
	go redact.Contained(func() { p.run(r) })()
	return p
}

func (p *pump) run(r io.Reader) {
	for {
		var buf []byte
		select {
		case buf = <-p.empty:
		case <-p.ctx.Done():
			return
		}
		n, err := r.Read(buf[:cap(buf)])
		select {
		case p.blocks <- block{buf[:n], err}:
		case <-p.ctx.Done():
			return
		}
		if err != nil {
			return
		}
	}
}

// Read implements [io.Reader]. When ctx is done it returns its error.
func (p *pump) Read(out []byte) (int, error) {
	for p.at == len(p.now.data) {
		if p.now.err != nil {
			return 0, p.now.err
		}
		if p.now.data != nil {
			p.empty <- p.now.data
		}
		select {
		case p.now = <-p.blocks:
			p.at = 0
		case <-p.ctx.Done():
			p.now, p.at = block{err: p.ctx.Err()}, 0
		}
	}
	n := copy(out, p.now.data[p.at:])
	p.at += n
	return n, nil
}
