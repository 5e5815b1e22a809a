package main

import (
	"cmp"
	"fmt"
	"sync"
	"sync/atomic"
	"time"

	"github.com/schollz/progressbar/v3"

	"github.com/awscred/awscred/internal/redact"
	"github.com/awscred/awscred/scanner"
)

// A progress shows on a terminal how far a scan has come. Elsewhere, and with
// --quiet, it shows nothing.
type progress struct {
	say     *speaker
	src     scanner.Source
	start   time.Time
	secrets atomic.Int64
	first   chan string // the first finding, to be told at once
	done    chan struct{}
	wait    sync.WaitGroup
}

// progress starts to show how much of src was read.
func (s *speaker) progress(src scanner.Source) *progress {
	p := &progress{say: s, src: src, start: time.Now(), first: make(chan string, 1), done: make(chan struct{})}
	if s.quiet || !isTerminal(s.w) {
		return p
	}
	p.wait.Go(redact.Contained(p.show))
	return p
}

// found takes the number of secrets seen so far and what the new one is.
func (p *progress) found(n int, title string) {
	if p.secrets.Swap(int64(n)) == 0 {
		p.first <- title // there is room for one
	}
}

// stop ends the display and clears its line.
func (p *progress) stop() {
	close(p.done)
	p.wait.Wait()
}

// show draws a line five times a second: what was read, how fast, and how long
// it will take, if it is known how much there is.
func (p *progress) show() {
	tick := time.NewTicker(200 * time.Millisecond)
	defer tick.Stop()
	var bar *progressbar.ProgressBar
	clear := func() {
		if bar != nil {
			_ = bar.Clear()
		}
	}
	defer func() {
		if bar != nil {
			_ = bar.Exit() // it would go on turning
		}
		clear()
	}()
	for {
		select {
		case <-p.done:
			return
		case title := <-p.first:
			clear()
			p.say.note("found after %.1f s: %s; the scan goes on", time.Since(p.start).Seconds(), redact.Text(title))
		case <-tick.C:
			all := cmp.Or(p.src.Coverage().Expected(), -1)
			if bar == nil || bar.GetMax64() != all {
				if bar != nil {
					_ = bar.Exit()
				}
				bar = p.bar(all)
			}
			p.draw(bar)
		}
	}
}

// draw brings a bar up to date.
func (p *progress) draw(bar *progressbar.ProgressBar) {
	objects, bytes, files := p.src.Coverage().Progress()
	bar.Describe(fmt.Sprintf("%d MB, %s so far", bytes>>20, plural(int(p.secrets.Load()), "secret")))
	if all := bar.GetMax64(); all > 0 {
		_ = bar.Set64(min(objects, all-1)) // a full one would be over
		return
	}
	_ = bar.Set64(objects + files)
}

// bar is a line for so many objects; a negative number is not known.
func (p *progress) bar(objects int64) *progressbar.ProgressBar {
	return progressbar.NewOptions64(objects,
		progressbar.OptionSetWriter(p.say.w),
		progressbar.OptionSetWidth(20),
		progressbar.OptionShowCount(),
		progressbar.OptionShowIts(),
		progressbar.OptionSetItsString("objects"),
		progressbar.OptionSetPredictTime(true),
		progressbar.OptionSetTheme(progressbar.Theme{Saucer: "=", SaucerHead: ">", SaucerPadding: " ", BarStart: "[", BarEnd: "]"}),
		progressbar.OptionClearOnFinish(),
	)
}
