package bench

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"time"
)

// A Usage is what one process took.
type Usage struct {
	CPU  float64 `json:"cpu_seconds"` // user and system, with those of its children that it waited for
	Wall float64 `json:"wall_seconds"`
	// Peak and Anon are in bytes: the most that was resident, and the most of
	// it that was not mapped from a file. They are read from /proc every few
	// milliseconds; 0 where there is none.
	Peak int64 `json:"peak_bytes"`
	Anon int64 `json:"anonymous_bytes"`
	// Exit is the exit code, -1 if a signal ended it.
	Exit int `json:"exit"`
	// Cut says that it was stopped because it took too long.
	Cut bool `json:"cut,omitempty"`
	// Said is the end of what it wrote to its standard error.
	Said string `json:"said,omitempty"`
}

// A Program is a command line to measure.
type Program struct {
	Args []string
	Env  []string // besides the environment of this process
	Dir  string
	// Input goes to standard input.
	Input []byte
	// Keep returns the output; otherwise nobody reads it.
	Keep bool
	// Cutoff ends it after this time; 0 means never.
	Cutoff time.Duration
}

// Run runs a program and says what it took. A program that fails is no error:
// its exit code is in the Usage.
func (p Program) Run(ctx context.Context) (Usage, []byte, error) {
	limited := ctx
	if p.Cutoff > 0 {
		var cancel context.CancelFunc
		limited, cancel = context.WithTimeout(ctx, p.Cutoff)
		defer cancel()
	}
	cmd := exec.CommandContext(limited, p.Args[0], p.Args[1:]...)
	cmd.Env, cmd.Dir = append(os.Environ(), p.Env...), p.Dir
	cmd.WaitDelay = 5 * time.Second
	if p.Input != nil {
		cmd.Stdin = bytes.NewReader(p.Input)
	}
	var out, said bytes.Buffer
	if p.Keep {
		cmd.Stdout = &out
	}
	cmd.Stderr = &said
	begin := time.Now()
	if err := cmd.Start(); err != nil {
		return Usage{}, nil, fmt.Errorf("starting %q: %w", p.Args[0], err)
	}
	w := watch(cmd.Process.Pid)
	err := cmd.Wait()
	wall := time.Since(begin)
	peak, anon := w.stop()
	var exit *exec.ExitError
	if cmd.ProcessState == nil || err != nil && !errors.As(err, &exit) && limited.Err() == nil {
		return Usage{}, nil, fmt.Errorf("running %q: %w", p.Args[0], err)
	}
	if ctx.Err() != nil {
		return Usage{}, nil, ctx.Err()
	}
	s := cmd.ProcessState
	return Usage{
		CPU:  (s.UserTime() + s.SystemTime()).Seconds(),
		Wall: wall.Seconds(), Peak: peak, Anon: anon,
		Exit: s.ExitCode(), Cut: limited.Err() != nil, Said: lastLine(said.String()),
	}, out.Bytes(), nil
}

// lastLine is the last line of a text, or the start of a long one.
func lastLine(s string) string {
	s = strings.TrimSpace(s)
	s = s[strings.LastIndexByte(s, '\n')+1:]
	return s[:min(len(s), 200)]
}

// A watcher reads a process's memory while it runs.
type watcher struct {
	quit       chan struct{}
	done       chan struct{}
	peak, anon int64
}

func watch(pid int) *watcher {
	w := &watcher{quit: make(chan struct{}), done: make(chan struct{})}
	name := fmt.Sprintf("/proc/%d/status", pid)
	go func() {
		defer close(w.done)
		tick := time.NewTicker(5 * time.Millisecond)
		defer tick.Stop()
		for {
			select {
			case <-w.quit:
				return
			case <-tick.C:
				status, err := os.ReadFile(name)
				if err != nil {
					continue
				}
				w.peak = max(w.peak, kilobytes(status, "VmHWM:"))
				w.anon = max(w.anon, kilobytes(status, "RssAnon:"))
			}
		}
	}()
	return w
}

func (w *watcher) stop() (peak, anon int64) {
	close(w.quit)
	<-w.done
	return w.peak, w.anon
}

// kilobytes is the value of a line such as "VmHWM:    1234 kB", in bytes
// (proc_pid_status(5)).
func kilobytes(status []byte, field string) int64 {
	_, rest, ok := strings.Cut(string(status), "\n"+field)
	if !ok {
		return 0
	}
	fields := strings.Fields(rest[:max(0, strings.IndexByte(rest, '\n'))])
	if len(fields) == 0 {
		return 0
	}
	n, err := strconv.ParseInt(fields[0], 10, 64)
	if err != nil {
		return 0
	}
	return n << 10
}
