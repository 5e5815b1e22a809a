package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"

	"github.com/awscred/awscred/internal/bench"
	"github.com/awscred/awscred/internal/bench/synthetic"
)

// scale prints what doubling costs, and fails if it is more than double.
func scale(ctx context.Context, args []string) error {
	f := flag.NewFlagSet("scale", flag.ContinueOnError)
	o := bench.ScaleOptions{Progress: os.Stderr}
	f.StringVar(&o.Awscred, "awscred", "bin/awscred", "the `program` to measure")
	f.Uint64Var(&o.Seed, "seed", 1, "decides everything that is random")
	f.IntVar(&o.Versions, "versions", 5000, "how many versions of one file")
	f.IntVar(&o.Commits, "commits", 2000, "how many commits, before doubling")
	f.IntVar(&o.Keys, "keys", 10000, "how many keys at most")
	f.IntVar(&o.Runs, "runs", 3, "how often everything is run")
	module := f.String("module", ".", "take the texts that the module in this `directory` needs")
	if err := parse(f, args); err != nil {
		return err
	}
	dir, err := os.MkdirTemp("", "awscred-scale-")
	if err != nil {
		return fmt.Errorf("making a directory for repositories: %w", err)
	}
	defer os.RemoveAll(dir)
	o.Dir = dir
	if o.Corpus, err = synthetic.ReadCorpus(ctx, *module, o.Seed); err != nil {
		return err
	}
	checks, err := bench.Scale(ctx, o)
	if err != nil {
		return err
	}
	fmt.Println("| check | small, CPU | big, CPU | ratio | without start-up | limit | held |\n|---|---:|---:|---:|---:|---:|---|")
	var broken []error
	for _, c := range checks {
		fmt.Println(c)
		broken = append(broken, c.Err())
	}
	return errors.Join(broken...)
}
