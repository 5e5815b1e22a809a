package main

import (
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/awscred/awscred/internal/bench"
)

// measure prints a record, and writes it if it is told where.
func measure(ctx context.Context, args []string) error {
	f := flag.NewFlagSet("measure", flag.ContinueOnError)
	o := bench.Options{Progress: os.Stderr}
	f.StringVar(&o.Repo, "repo", "", "the `path` of the repository")
	f.StringVar(&o.Name, "name", "", "what the record calls it (default: the last element of the path)")
	f.StringVar(&o.Awscred, "awscred", "bin/awscred", "the `program` to measure")
	f.StringVar(&o.Gitleaks, "gitleaks", "", "the `program` gitleaks; empty leaves it out")
	f.IntVar(&o.Runs, "runs", 3, "how often everything but gitleaks is run")
	f.DurationVar(&o.Cutoff, "cutoff", 30*time.Minute, "stop gitleaks and git after this time")
	record := f.String("record", "", "also write the record to this `file`: JSON if its name ends in .json, else Markdown")
	check := f.Bool("check", false, "fail if a ratio does not hold")
	if err := parse(f, args); err != nil {
		return err
	}
	if o.Repo == "" || o.Runs < 1 {
		return fmt.Errorf("measure: name a repository and at least one run")
	}
	var err error
	if o.Bench, err = os.Executable(); err != nil {
		return fmt.Errorf("finding this program: %w", err)
	}
	if o.Repo, err = filepath.Abs(o.Repo); err != nil { // gitleaks runs in a directory of its own
		return fmt.Errorf("finding the repository: %w", err)
	}
	r, err := bench.Measure(ctx, o)
	if err != nil {
		return err
	}
	fmt.Print(r.Markdown())
	if *record != "" {
		if err := r.Write(*record); err != nil {
			return err
		}
	}
	if *check {
		return r.Check()
	}
	return nil
}

// step does one step and prints its result as JSON.
func step(ctx context.Context, args []string) error {
	f := flag.NewFlagSet("step", flag.ContinueOnError)
	var t bench.Task
	f.StringVar(&t.Step, "name", "", "which step")
	f.StringVar(&t.Repo, "repo", "", "the `path` of the repository")
	f.StringVar(&t.GitDir, "git-dir", "", "the `directory` with its objects")
	blobs := f.String("blobs", "", "the `names` of blobs to locate, with commas")
	if err := parse(f, args); err != nil {
		return err
	}
	if *blobs != "" {
		t.Blobs = strings.Split(*blobs, ",")
	}
	r, err := bench.Step(ctx, t)
	if err != nil {
		return err
	}
	return json.NewEncoder(os.Stdout).Encode(r)
}
