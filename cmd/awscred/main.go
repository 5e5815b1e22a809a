package main

import (
	"context"
	"os"
	"os/signal"
	"runtime/debug"
	"slices"
	"syscall"

	"github.com/awscred/awscred/internal/heap"
)

func main() {
	closeMemory()
	if sweeps(os.Args[1:]) {
		heap.Reserve()
	}
	debug.SetTraceback("none") // a goroutine that dies says all there is to say
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	code := run(ctx, os.Args[1:], os.Environ(), os.Stdin, os.Stdout, os.Stderr)
	stop()
	os.Exit(code)
}

// sweeps reports whether a command may read all of a repository. The others take
// little memory, and end before what Reserve costs them is worth it.
func sweeps(args []string) bool {
	return len(args) > 0 && (args[0] == "scan" || args[0] == "audit") && !slices.Contains(args, "--staged")
}
