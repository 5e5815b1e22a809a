package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"strings"

	"github.com/awscred/awscred/internal/bench"
)

// profile writes the profile that the compiler reads.
func profile(ctx context.Context, args []string) error {
	f := flag.NewFlagSet("profile", flag.ContinueOnError)
	out := f.String("out", "cmd/awscred/default.pgo", "the `file` to write")
	repos := f.String("repos", "out/bench-repo", "the `paths` of repositories, with spaces")
	runs := f.Int("runs", 5, "how often each is scanned")
	if err := parse(f, args); err != nil {
		return err
	}
	data, err := bench.Profile(ctx, strings.Fields(*repos), *runs)
	if err != nil {
		return err
	}
	if err := os.WriteFile(*out, data, 0o644); err != nil {
		return fmt.Errorf("writing the profile: %w", err)
	}
	return nil
}
