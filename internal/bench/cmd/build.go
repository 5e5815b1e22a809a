package main

import (
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"time"

	"github.com/awscred/awscred/internal/bench/synthetic"
)

// build makes a repository and writes what is known of it beside it, as JSON:
// inside, a scan would read it.
func build(ctx context.Context, args []string) error {
	f := flag.NewFlagSet("build", flag.ContinueOnError)
	out := f.String("out", "out/bench-repo", "the `directory` of the bare repository")
	module := f.String("module", ".", "take the texts that the module in this `directory` needs")
	var o synthetic.Options
	f.IntVar(&o.Commits, "commits", 20000, "how many commits")
	f.Uint64Var(&o.Seed, "seed", 1, "decides everything that is random")
	f.IntVar(&o.Secrets, "secrets", 0, "how many keys are planted")
	if err := parse(f, args); err != nil {
		return err
	}
	begin := time.Now()
	corpus, err := synthetic.ReadCorpus(ctx, *module, o.Seed)
	if err != nil {
		return err
	}
	fmt.Fprintf(os.Stderr, "%d texts, %d MB, digest %.16s\n", corpus.Len(), corpus.Bytes>>20, corpus.Digest)
	r, err := synthetic.Build(ctx, *out, corpus, o)
	if err != nil {
		return err
	}
	data, err := json.MarshalIndent(r, "", "  ")
	if err != nil {
		return err
	}
	if err := os.WriteFile(*out+".json", append(data, '\n'), 0o644); err != nil {
		return fmt.Errorf("writing the record: %w", err)
	}
	fmt.Fprintf(os.Stderr, "built in %.0f s; main is at %s\n", time.Since(begin).Seconds(), r.Head)
	return nil
}
