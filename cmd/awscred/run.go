package main

import (
	"context"
	"errors"
	"io"
	"net/http"
	"slices"

	"github.com/spf13/pflag"
)

// Exit codes; the same in every format. See docs/output.md.
const (
	exitOK         = 0 // complete and nothing to fail on
	exitFound      = 1 // findings that fail, no usable winner, a failed expectation
	exitUsage      = 2 // wrong usage, or our own failure
	exitIncomplete = 3 // nothing to fail on, but not everything was read or asked
)

// A session is one run of the program: everything it may read and write.
type session struct {
	env            []string
	stdin          io.Reader
	stdout, stderr io.Writer
	say            *speaker
	// sts carries what scan --verify asks; nil is the network. Nothing but a
	// test sets it: no variable and no flag can send a key elsewhere.
	sts http.RoundTripper
}

// run is the whole program as a function of its inputs. It returns the exit
// code.
func run(ctx context.Context, args, env []string, stdin io.Reader, stdout, stderr io.Writer) int {
	s := &session{env: env, stdin: stdin, stdout: stdout, stderr: stderr, say: newSpeaker(stderr, env)}
	return s.contained(func() int { return s.run(ctx, args) })
}

// run runs one command and tells of its error.
func (s *session) run(ctx context.Context, args []string) int {
	code, err := s.dispatch(ctx, args)
	if err == nil {
		return code
	}
	var u *usageError
	if errors.As(err, &u) {
		s.say.fail(u.Error(), u.hints...)
		return exitUsage
	}
	if brokenPipe(err) {
		// The reader of our output has seen enough. A verdict stands all the same.
		if code == exitUsage {
			return exitOK
		}
		return code
	}
	s.say.fail(err.Error(), hintsFor(err)...)
	return exitUsage
}

// dispatch finds the command that args name and runs it.
func (s *session) dispatch(ctx context.Context, args []string) (int, error) {
	if len(args) == 0 {
		return exitUsage, s.writeOverview(s.stderr)
	}
	name := args[0]
	switch name {
	case "-h", "--help":
		return exitOK, s.writeOverview(s.stdout)
	case "--version":
		name = "version"
	}
	c, ok := findCommand(name)
	if !ok {
		return exitUsage, unknownCommand(name)
	}
	flags := newFlags(c.name)
	exec := c.define(flags)
	common := defineCommon(flags)
	if err := parse(flags, args[1:]); err != nil {
		if errors.Is(err, pflag.ErrHelp) {
			return exitOK, c.writeHelp(s.stdout)
		}
		return exitUsage, c.flagError(flags, err)
	}
	if err := common.apply(s); err != nil {
		return exitUsage, err
	}
	return exec(ctx, s, flags.Args())
}

// env returns the value of a variable of the session, or "".
func (s *session) getenv(name string) string {
	for _, kv := range slices.Backward(s.env) {
		if k, v, ok := cutEnv(kv); ok && k == name {
			return v
		}
	}
	return ""
}
