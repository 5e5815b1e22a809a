package main

import (
	"fmt"
	"sync"
	"sync/atomic"
	"time"

	"github.com/awscred/awscred/scanner"
)

// A progress shows on a terminal how far a scan has come. Elsewhere, and with
// --quiet, it shows nothing.
type progress struct {
	say     *speaker
	src     scanner.Source
	secrets atomic.Int64
	done    chan struct{}
	wait    sync.WaitGroup
}

// progress starts to show how much of src was read.
func (s *speaker) progress(src scanner.Source) *progress {
	p := &progress{say: s, src: src, done: make(chan struct{})}
	if s.quiet || !isTerminal(s.w) {
		return p
	}
	p.wait.Go(p.show)
	return p
}

// found takes the number of secrets seen so far.
func (p *progress) found(n int) { p.secrets.Store(int64(n)) }

// stop ends the display and clears its line.
func (p *progress) stop() {
	close(p.done)
	p.wait.Wait()
}

func (p *progress) show() {
	tick := time.NewTicker(200 * time.Millisecond)
	defer tick.Stop()
	shown := false
	for {
		select {
		case <-p.done:
			if shown {
				fmt.Fprint(p.say.w, "\r\x1b[K")
			}
			return
		case <-tick.C:
			objects, bytes, files := p.src.Coverage().Progress()
			fmt.Fprintf(p.say.w, "\r\x1b[K%d objects, %d files, %d MB read; %d secrets so far", objects, files, bytes>>20, p.secrets.Load())
			shown = true
		}
	}
}
