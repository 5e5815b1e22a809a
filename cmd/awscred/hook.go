package main

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/pflag"

	"github.com/awscred/awscred/scanner/history"
)

// The hooks of git that awscred can be.
const (
	preCommit  = "pre-commit"
	prePush    = "pre-push"
	preReceive = "pre-receive"
)

func hookCommand() command {
	return command{
		name: "hook", args: "install|uninstall [REPO]", summary: "let git ask awscred before a commit, a push, or what a server receives",
		long: `A hook that is there already is kept and asked first; uninstall puts it back. Without --hook a
repository gets pre-commit and pre-push, a bare one pre-receive.

pre-commit scans what is staged, pre-push what the pushed commits introduce, pre-receive what a
server is sent, before it takes it. git commit --no-verify and git push --no-verify pass by.

Exit codes: 0 done; 2 wrong usage or a failure. A hook stops git with those of awscred scan.`,
		example: `awscred hook install
awscred hook install --hook pre-receive /srv/git/app.git
awscred hook uninstall`,
		define: func(f *pflag.FlagSet) execFunc {
			o := new(hookFlags)
			f.StringArrayVar(&o.hooks, "hook", nil, "only the hook of this `name`: pre-commit, pre-push or pre-receive; may be given more than once")
			return o.run
		},
	}
}

type hookFlags struct {
	hooks []string
}

func (o *hookFlags) run(ctx context.Context, s *session, args []string) (int, error) {
	if len(args) > 0 && args[0] == "run" { // what an installed hook calls
		return runHook(ctx, s, args[1:])
	}
	if len(args) == 0 || len(args) > 2 || args[0] != "install" && args[0] != "uninstall" {
		return exitUsage, usagef("awscred hook takes install or uninstall, and at most one repository").with("awscred hook install")
	}
	for _, h := range o.hooks {
		if err := oneOf("hook", h, preCommit, prePush, preReceive); err != nil {
			return exitUsage, err
		}
	}
	repo := "."
	if len(args) == 2 {
		repo = args[1]
	}
	dir, bare, err := history.HooksDir(repo)
	if err != nil {
		return exitUsage, err
	}
	if len(o.hooks) == 0 {
		o.hooks = []string{preCommit, prePush}
		if bare {
			o.hooks = []string{preReceive}
		}
	}
	do := install
	if args[0] == "uninstall" {
		do = uninstall
	}
	for _, h := range o.hooks {
		what, err := do(dir, h)
		if err != nil {
			return exitUsage, err
		}
		if _, err := fmt.Fprintf(s.stdout, "%s  %s\n", h, what); err != nil {
			return exitUsage, err
		}
	}
	return exitOK, nil
}

// kept is what the name of a hook gets that was there before.
const kept = ".before-awscred"

// hookMark is the line that shows whose hook a file is.
const hookMark = "# Written by awscred hook install; awscred hook uninstall takes it away."

// hookScript is the hook of a name. What was there before is asked first, with
// the same input.
func hookScript(name string) string {
	return `#!/bin/sh
` + hookMark + `
input=$(cat)
if [ -x "$0` + kept + `" ]; then
	printf '%s\n' "$input" | "$0` + kept + `" "$@" || exit
fi
if ! command -v awscred >/dev/null; then
	echo "awscred is not on PATH: nothing was scanned (git ... --no-verify passes by this hook)" >&2
	exit 2
fi
printf '%s\n' "$input" | awscred hook run ` + name + ` "$@"
`
}

// maxHook is the size of the largest hook that is looked at.
const maxHook = 1 << 20

// readHook returns a hook's text; found is false if there is none.
func readHook(path string) (text string, found bool, err error) {
	info, err := os.Lstat(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return "", false, nil
	case err != nil:
		return "", false, fmt.Errorf("reading the hook: %w", err)
	case !info.Mode().IsRegular() || info.Size() > maxHook:
		return "", true, nil // somebody else's
	}
	data, err := os.ReadFile(path)
	if err != nil {
		return "", false, fmt.Errorf("reading the hook: %w", err)
	}
	return string(data), true, nil
}

// install writes the hook of a name, and keeps the one that is there.
func install(dir, name string) (string, error) {
	path := filepath.Join(dir, name)
	text, found, err := readHook(path)
	if err != nil {
		return "", err
	}
	what := "installed in " + path
	switch {
	case found && strings.Contains(text, hookMark) && text == hookScript(name):
		return "is installed in " + path, nil
	case found && !strings.Contains(text, hookMark):
		if _, err := os.Lstat(path + kept); err == nil {
			return "", fmt.Errorf("installing %s: both %q and %q are there, and neither is of awscred", name, path, path+kept)
		}
		if err := os.Rename(path, path+kept); err != nil {
			return "", fmt.Errorf("installing %s: %w", name, err)
		}
		what += ", which asks what was there before first: " + name + kept
	}
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return "", fmt.Errorf("installing %s: %w", name, err)
	}
	err = writeWhole(path, func(w io.Writer) error {
		_, err := io.WriteString(w, hookScript(name))
		return err
	})
	if err == nil {
		err = os.Chmod(path, 0o755)
	}
	if err != nil {
		return "", fmt.Errorf("installing %s: %w", name, err)
	}
	return what, nil
}

// uninstall takes the hook of a name away, and puts back what was there.
func uninstall(dir, name string) (string, error) {
	path := filepath.Join(dir, name)
	text, found, err := readHook(path)
	switch {
	case err != nil:
		return "", err
	case !found || !strings.Contains(text, hookMark):
		return "is not installed", nil
	}
	if err := os.Remove(path); err != nil {
		return "", fmt.Errorf("uninstalling %s: %w", name, err)
	}
	if _, err := os.Lstat(path + kept); err != nil {
		return "uninstalled", nil
	}
	if err := os.Rename(path+kept, path); err != nil {
		return "", fmt.Errorf("uninstalling %s: %w", name, err)
	}
	return "uninstalled; what was there before is back", nil
}

// runHook is what an installed hook does.
func runHook(ctx context.Context, s *session, args []string) (int, error) {
	if len(args) == 0 {
		return exitUsage, usagef("awscred hook run takes the name of a hook")
	}
	switch args[0] {
	case preCommit:
		return hookScan(ctx, s, []string{"--staged"})
	case prePush:
		remote := "origin"
		if len(args) > 1 {
			remote = args[1]
		}
		return runEach(ctx, s, func(u refUpdate) []string { return pushed(u, remote) })
	case preReceive:
		return runEach(ctx, s, received)
	}
	return exitUsage, usagef("there is no hook %q of awscred", args[0])
}

// hookScan scans with these flags and tells how to go on.
func hookScan(ctx context.Context, s *session, flags []string) (int, error) {
	inner, report := *s, new(bytes.Buffer)
	inner.stdout = report
	code, err := inner.dispatch(ctx, append([]string{"scan", "--quiet"}, flags...))
	if err != nil || code == exitOK {
		return code, err // who is let through is not disturbed
	}
	if _, err := report.WriteTo(s.stderr); err != nil {
		return exitUsage, err
	}
	if code == exitFound {
		fmt.Fprintln(s.stderr, "awscred: hint: take it out, and make the key inactive if anybody can have seen it; to accept it: awscred help scan, --write-baseline")
	}
	return code, err
}

// A refUpdate is one line that git gives to a hook: a ref goes from one commit to
// another. Nothing is a name of zeros.
type refUpdate struct{ ref, from, to string }

// runEach scans what every update brings. The worst exit code counts: 2, 1, 3.
func runEach(ctx context.Context, s *session, flags func(refUpdate) []string) (int, error) {
	updates, err := readUpdates(s.stdin)
	if err != nil {
		return exitUsage, err
	}
	worst := exitOK
	var done [][]string
	for _, u := range updates {
		if isNull(u.to) {
			continue // a ref goes away
		}
		f := flags(u)
		if slices.ContainsFunc(done, func(d []string) bool { return slices.Equal(d, f) }) {
			continue
		}
		done = append(done, f)
		code, err := hookScan(ctx, s, f)
		if err != nil {
			return exitUsage, err
		}
		worst = worse(worst, code)
	}
	return worst, nil
}

// worse is the exit code that counts of two.
func worse(a, b int) int {
	for _, code := range []int{exitUsage, exitFound, exitIncomplete} {
		if a == code || b == code {
			return code
		}
	}
	return exitOK
}

// maxUpdates is how much a hook is told at most.
const maxUpdates = 64 << 20

// readUpdates reads the lines of pre-receive (from, to, ref) and of pre-push
// (local ref, local commit, remote ref, remote commit).
// Source: githooks(5)
func readUpdates(in io.Reader) ([]refUpdate, error) {
	var list []refUpdate
	lines := bufio.NewScanner(io.LimitReader(in, maxUpdates))
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		fields := bytes.Fields(lines.Bytes())
		switch len(fields) {
		case 0:
		case 3:
			list = append(list, refUpdate{string(fields[2]), string(fields[0]), string(fields[1])})
		case 4:
			list = append(list, refUpdate{string(fields[2]), string(fields[3]), string(fields[1])})
		default:
			return nil, fmt.Errorf("reading what git updates: a line has %d words", len(fields))
		}
	}
	if err := lines.Err(); err != nil {
		return nil, fmt.Errorf("reading what git updates: %w", err)
	}
	return list, nil
}

func isNull(id string) bool { return strings.Trim(id, "0") == "" }

// pushed are the flags for what a push brings: what the remote ref has not, or
// for a new one what the main branch of the remote has not, or everything.
func pushed(u refUpdate, remote string) []string {
	bases := []string{"refs/remotes/" + remote + "/HEAD", "refs/remotes/" + remote + "/main", "refs/remotes/" + remote + "/master"}
	if !isNull(u.from) {
		bases = append([]string{u.from}, bases...)
	}
	return rangeFrom(bases, u.to)
}

// received are the flags for what a server is sent. No ref leads to it yet.
func received(u refUpdate) []string {
	bases := []string{"HEAD"}
	if !isNull(u.from) {
		bases = append([]string{u.from}, bases...)
	}
	return append(rangeFrom(bases, u.to), "--fail-on-local")
}

// rangeFrom is the range from the first of the bases that is here; without any
// it is everything.
func rangeFrom(bases []string, to string) []string {
	for _, base := range bases {
		rev, err := history.OpenRevision(".", base, history.Options{})
		if err != nil {
			continue
		}
		commit := rev.Commit()
		rev.Close()
		return []string{"--range", commit + ".." + to}
	}
	return nil
}
