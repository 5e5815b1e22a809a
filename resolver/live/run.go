package live

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os/exec"
	"runtime"
	"slices"
	"time"
)

// Limits of a child process.
const (
	// runTimeout is that of aws-sdk-go-v2 (credentials@v1.20.16/processcreds/provider.go:24).
	runTimeout = time.Minute
	// maxOutput is what is taken of its standard output; an answer has a few
	// kilobytes.
	maxOutput = 64 << 10
	// waitDelay is how long its descendants may hold the pipe after its end.
	waitDelay = time.Second
)

// errMuchOutput ends a process that never stops printing.
var errMuchOutput = fmt.Errorf("more than %d bytes of output", maxOutput)

// errHeldOpen says that what a process started outlives it and might still
// answer. An SDK would wait for that.
var errHeldOpen = errors.New("it left a process behind that keeps its output open")

// run runs a command line with the system's shell, as SDKs run a
// credential_process (credentials@v1.20.16/processcreds/provider.go:90), with
// two differences: there is nothing to read on its standard input, so that a
// question for an MFA code fails and does not wait, and what it prints on
// standard error is dropped.
func run(ctx context.Context, commandLine string, env map[string]string) ([]byte, error) {
	ctx, cancel := context.WithTimeout(ctx, runTimeout)
	defer cancel()
	shell := []string{"sh", "-c"}
	if runtime.GOOS == "windows" {
		shell = []string{"cmd.exe", "/C"}
	}
	cmd := exec.CommandContext(ctx, shell[0], shell[1], commandLine)
	cmd.Env = list(env)
	cmd.WaitDelay = waitDelay
	alone(cmd)
	var out capped
	cmd.Stdout = &out
	err := cmd.Run()
	var exit *exec.ExitError
	switch {
	case err == nil:
		return out.data.Bytes(), nil
	case out.full:
		err = errMuchOutput
	case ctx.Err() != nil:
		err = fmt.Errorf("ended before it answered: %w", ctx.Err())
	case errors.Is(err, exec.ErrWaitDelay):
		err = errHeldOpen
	case errors.As(err, &exit):
		return nil, errors.New(exit.ProcessState.String()) // without its output
	default: // it did not start
		return nil, err
	}
	_ = end(cmd) // what it started; nothing may be left of that
	return nil, err
}

// list is the form in which a process gets its environment; it is never nil,
// which would stand for our own.
func list(env map[string]string) []string {
	entries := make([]string, 0, len(env))
	for name, value := range env {
		entries = append(entries, name+"="+value)
	}
	slices.Sort(entries)
	return entries
}

// A capped buffer refuses what goes beyond maxOutput. It does not embed its
// bytes.Buffer, whose ReadFrom would pass Write by.
type capped struct {
	data bytes.Buffer
	full bool
}

func (c *capped) Write(p []byte) (int, error) {
	if c.data.Len()+len(p) > maxOutput {
		c.full = true
		return 0, errMuchOutput
	}
	return c.data.Write(p)
}
