package gitleaks

import (
	"bytes"

	"github.com/awscred/awscred/scanner"
)

// A History looks at the versions of files that a list names. What a list
// accepts is known by it also to a scan that does not read those versions: of
// what is staged, of the work tree, of a range.
type History struct {
	// Read returns a file as a commit has it; nil if it cannot.
	Read func(commit, path string) []byte

	windows map[place][]byte
}

// A place is a line of a file in a commit.
type place struct {
	commit, path string
	line         int
}

const (
	// matchLines is how many lines below the beginning of a match its secret
	// may stand, and maxWindow how many bytes of them are looked at.
	matchLines = 10
	maxWindow  = 64 << 10
)

// same reports whether the lines of a standing secret stand in a commit's version
// of its file, too, where a list says that they do.
func (h *History) same(commit string, line int, s scanner.Standing) bool {
	if h == nil || h.Read == nil || len(s.Via) > 0 || s.Value.IsZero() {
		return false
	}
	window := h.window(place{commit, s.Path, line})
	if len(window) == 0 {
		return false
	}
	value := s.Value.Reveal()
	for at := 0; ; at++ {
		i := bytes.Index(window[at:], value)
		if i < 0 {
			return false
		}
		at += i
		if scanner.NameLines(window, scanner.Span{Start: at, End: at + len(value)}) == s.Lines {
			return true
		}
	}
}

// window returns the lines from a place on, remembering what was asked before.
func (h *History) window(p place) []byte {
	w, known := h.windows[p]
	if known {
		return w
	}
	data := h.Read(p.commit, p.path)
	if from := lineStart(data, p.line); from >= 0 {
		w = data[from:]
		if end := lineStart(w, matchLines+1); end >= 0 {
			w = w[:end]
		}
		w = bytes.Clone(w[:min(len(w), maxWindow)])
	}
	if h.windows == nil {
		h.windows = map[place][]byte{}
	}
	h.windows[p] = w
	return w
}

// lineStart is where a line begins, from 1, or -1 if there is no such line.
func lineStart(data []byte, line int) int {
	if line < 1 {
		return -1
	}
	at := 0
	for range line - 1 {
		i := bytes.IndexByte(data[at:], '\n')
		if i < 0 {
			return -1
		}
		at += i + 1
	}
	return at
}
