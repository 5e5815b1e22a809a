package main

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"slices"
	"strings"
	"syscall"

	"golang.org/x/term"

	"github.com/awscred/awscred/internal/redact"
)

// How we speak, in one file. Results go to standard output. Everything else
// goes to standard error: "awscred: error: …" says what is wrong and names the
// thing; "awscred: hint: …" follows when we know the likely intent. Lower
// case, no full stop, one line each. Untrusted text passes [redact.Text].

// A usageError is a mistake in the command line.
type usageError struct {
	message string
	hints   []string
}

func (e *usageError) Error() string { return e.message }

func usagef(format string, args ...any) *usageError {
	return &usageError{message: fmt.Sprintf(format, args...)}
}

// with adds hints.
func (e *usageError) with(hints ...string) *usageError {
	e.hints = append(e.hints, hints...)
	return e
}

// A hintError carries the hints of an error that is not a mistake in usage.
type hintError struct {
	err   error
	hints []string
}

func (e *hintError) Error() string { return e.err.Error() }
func (e *hintError) Unwrap() error { return e.err }

func hintsFor(err error) []string {
	var h *hintError
	if errors.As(err, &h) {
		return h.hints
	}
	if errors.Is(err, fs.ErrPermission) {
		return []string{"run it as a user who may read that"}
	}
	return nil
}

// A speaker writes what is not the result.
type speaker struct {
	w              io.Writer
	env            []string
	quiet, verbose bool
	colorMode      string
}

func newSpeaker(w io.Writer, env []string) *speaker {
	return &speaker{w: w, env: env, colorMode: "auto"}
}

// line makes a message fit for one line of a log, without what looks like a
// secret.
func line(message string) string { return redact.Text(string(shade([]byte(message)))) }

func (s *speaker) fail(message string, hints ...string) {
	fmt.Fprintf(s.w, "awscred: error: %s\n", line(message))
	for _, h := range hints {
		fmt.Fprintf(s.w, "awscred: hint: %s\n", line(h))
	}
}

// note tells something that is no error; --quiet silences it.
func (s *speaker) note(format string, args ...any) {
	if !s.quiet {
		fmt.Fprintf(s.w, "awscred: note: %s\n", line(fmt.Sprintf(format, args...)))
	}
}

// color decides whether output to w is coloured.
func (s *speaker) color(w io.Writer) bool {
	switch s.colorMode {
	case "always":
		return true
	case "never":
		return false
	}
	noColor := slices.ContainsFunc(s.env, func(kv string) bool {
		k, v, _ := cutEnv(kv)
		return k == "NO_COLOR" && v != "" || k == "TERM" && v == "dumb"
	})
	return !noColor && isTerminal(w)
}

// isTerminal reports whether w is a terminal that a person looks at.
func isTerminal(w io.Writer) bool {
	f, ok := w.(*os.File)
	return ok && term.IsTerminal(int(f.Fd()))
}

// width is the number of columns to use on w; 0 means that lines are not cut.
func width(w io.Writer) int {
	f, ok := w.(*os.File)
	if !ok {
		return 0
	}
	columns, _, err := term.GetSize(int(f.Fd()))
	if err != nil {
		return 0
	}
	return columns
}

// cutEnv splits NAME=value. On Windows names may begin with "=".
func cutEnv(kv string) (name, value string, ok bool) {
	if kv == "" {
		return "", "", false
	}
	i := strings.IndexByte(kv[1:], '=')
	if i < 0 {
		return "", "", false
	}
	return kv[:i+1], kv[i+2:], true
}

func brokenPipe(err error) bool { return errors.Is(err, syscall.EPIPE) }
