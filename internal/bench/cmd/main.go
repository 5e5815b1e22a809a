// Command bench measures awscred beside git and gitleaks, and builds the
// repositories to measure on. scripts/bench runs it; docs/bench explains it.
package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"strings"
	"syscall"
)

// A command is one word after "bench".
type command struct {
	name, summary string
	run           func(ctx context.Context, args []string) error
}

func commands() []command {
	return []command{
		{"measure", "measure one repository, beside git and gitleaks", measure},
		{"build", "build a repository like a project's own", build},
		{"profile", "write what the compiler is to know about scans", profile},
		{"scale", "check that cost grows with stored bytes", scale},
		{"step", "be one step of measure, in a process of its own", step},
	}
}

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	err := run(ctx, os.Args[1:])
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, "bench: error:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, args []string) error {
	var names []string
	for _, c := range commands() {
		if len(args) > 0 && args[0] == c.name {
			return c.run(ctx, args[1:])
		}
		names = append(names, c.name)
	}
	return fmt.Errorf("say one of %s", strings.Join(names, ", "))
}

// parse reads flags; there are no other arguments.
func parse(f *flag.FlagSet, args []string) error {
	if err := f.Parse(args); err != nil {
		return err
	}
	if f.NArg() > 0 {
		return fmt.Errorf("%s: %q is no flag", f.Name(), f.Arg(0))
	}
	return nil
}
