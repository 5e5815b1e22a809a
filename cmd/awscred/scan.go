package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"time"

	"github.com/spf13/pflag"

	"github.com/awscred/awscred/internal/heap"
	"github.com/awscred/awscred/internal/spelling"
	"github.com/awscred/awscred/scanner"
	"github.com/awscred/awscred/scanner/files"
	"github.com/awscred/awscred/scanner/history"
	"github.com/awscred/awscred/scanner/match"
	"github.com/awscred/awscred/scanner/report"
	"github.com/awscred/awscred/scanner/rules"
)

// scanFlags are the flags of awscred scan, as they were given.
type scanFlags struct {
	set *pflag.FlagSet

	staged, worktree                        bool
	commits, since                          string
	all, mask, showSecrets                  bool
	config                                  string
	noInlineAllow, followAlternates, verify bool
	failOn                                  string
	failOnLocal, allowIncomplete, strict    bool
	timeout                                 time.Duration
	jobs                                    int
	memory, format, output                  string
	shapes                                  bool // an audit also looks at what may be a secret by its form

	trust  trustFlags
	accept acceptFlags
	wikis  wikiFlags
	asks   verifyFlags
}

func scanCommand() command {
	return command{
		name: "scan", args: "[TARGET...]", summary: "find keys in every object of a repository, in files, or in standard input",
		long: `A target is a git repository or bundle (read whole: every object, reachable or not, then the index
and the work tree), a directory, a file, a wiki (every revision of every page: a dump of
MediaWiki, the data directory of DokuWiki, an export), a URL of a repository, which is cloned, or -
for standard input. Without one it is the repository of the current directory. Nothing in it is run
or trusted, and nothing leaves the machine unless you name a URL or say --wiki auto or --verify.

Exit codes: 0 everything was read and nothing is to be acted on; 1 findings; 2 wrong usage or
a failure; 3 nothing found in what was read, but not everything could be read.`,
		example: `awscred scan                       this repository, all of it
awscred scan --staged              what is about to be committed
awscred scan --range main..HEAD    what this branch adds to main
awscred scan --since v1.2          everything newer than a tag
awscred scan --worktree            the files as they are, without history
awscred scan ~/src/a ~/src/b.git   two repositories
awscred scan pages.xml.bz2         a dump of a wiki
my-wiki | awscred scan --wiki -    any wiki, as lines of JSON
awscred scan . --wiki auto         this repository, and its wiki at GitHub, GitLab, …
docker logs web 2>&1 | awscred scan -`,
		define: defineScan,
	}
}

func defineScan(f *pflag.FlagSet) execFunc {
	o := &scanFlags{set: f}
	f.BoolVar(&o.staged, "staged", false, "only what is staged and differs from HEAD")
	f.StringVar(&o.since, "since", "", "only what came after `REV`: commits that a ref reaches and REV does not, what is staged, the work tree")
	f.StringVar(&o.commits, "range", "", "only what the commits of `A..B` introduce, merges included")
	f.BoolVar(&o.worktree, "worktree", false, "only the index and the work tree, no history")
	f.BoolVar(&o.all, "all", false, "also show suppressed findings, examples and identifiers")
	f.StringVar(&o.config, "config", "", "read rules from this `file`, in the form of gitleaks")
	o.trust.define(f)
	o.accept.define(f)
	o.wikis.define(f)
	o.asks.define(f)
	o.defineTrust(f)
	f.BoolVar(&o.verify, "verify-names", false, "recompute the name of every object")
	o.defineShown(f)
	f.StringVar(&o.failOn, "fail-on", "medium", "the least `severity` that fails: critical, high, medium, low or never")
	f.BoolVar(&o.failOnLocal, "fail-on-local", false, "fail on findings that are only on this machine, too")
	f.BoolVar(&o.allowIncomplete, "allow-incomplete", false, "exit 0 instead of 3")
	f.BoolVar(&o.strict, "strict", false, "content that cannot be looked into makes the scan incomplete")
	o.defineLimits(f)
	f.StringVar(&o.format, "format", "text", wordList(report.Formats()))
	f.StringVarP(&o.output, "output", "o", "", "write the report to this `file`, whole or not at all")
	return o.run
}

// defineTrust defines what of a target is believed; an audit has it, too, and
// what follows.
func (o *scanFlags) defineTrust(f *pflag.FlagSet) {
	f.BoolVar(&o.noInlineAllow, "no-inline-allow", false, "do not obey awscred:allow and gitleaks:allow in what is scanned")
	f.BoolVar(&o.followAlternates, "follow-alternates", false, "also read object stores outside the repository")
}

// defineShown defines what a report shows.
func (o *scanFlags) defineShown(f *pflag.FlagSet) {
	f.BoolVar(&o.mask, "mask", false, "shorten the ids of keys")
	f.BoolVar(&o.showSecrets, "show-secrets", false, "print the secrets themselves; refused when CI is set")
}

// defineLimits defines what a scan may take.
func (o *scanFlags) defineLimits(f *pflag.FlagSet) {
	f.DurationVar(&o.timeout, "timeout", 0, "stop after this `duration` and report what was found (30s, 5m)")
	f.IntVar(&o.jobs, "jobs", 0, "use this `number` of goroutines; 0 means one for each processor")
	f.StringVar(&o.memory, "memory", "512MB", "keep buffers below this `size`")
}

// A use is what is made of a scan: a report, or an audit.
type use struct {
	// source and matcher may stand before those of the scan.
	source  func(scanner.Source) scanner.Source
	matcher func(*match.Matcher) scanner.Matcher
	// finish writes what came of it and returns the exit code.
	finish func(context.Context, *scanner.Report, *accepted) (int, error)
}

// run scans every target and writes one report.
func (o *scanFlags) run(ctx context.Context, s *session, targets []string) (int, error) {
	return o.scan(ctx, s, targets, use{
		source:  func(src scanner.Source) scanner.Source { return src },
		matcher: func(m *match.Matcher) scanner.Matcher { return m },
		finish: func(_ context.Context, r *scanner.Report, _ *accepted) (int, error) {
			if err := o.write(s, r); err != nil && !brokenPipe(err) {
				return exitUsage, err
			}
			return r.ExitCode(o.allowIncomplete), nil // also if nobody read it to the end
		},
	})
}

// scan scans every target.
func (o *scanFlags) scan(ctx context.Context, s *session, targets []string, u use) (int, error) {
	bytes, err := o.check(s, targets)
	if err != nil {
		return exitUsage, err
	}
	if len(targets) == 0 && len(o.wikis.targets) == 0 {
		targets = []string{"."}
	}
	if o.timeout > 0 {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeoutCause(ctx, o.timeout, context.DeadlineExceeded)
		defer cancel()
	}
	heap.Bound(bytes, s.getenv)
	w, err := o.trust.openOwn(s, targets)
	if err != nil {
		return exitUsage, err
	}
	defer w.Close()
	set, matcher, err := o.matcher(w)
	if err != nil {
		return exitUsage, err
	}
	known, err := o.accept.open(s, w, set)
	if err != nil {
		return exitUsage, err
	}
	src, err := o.open(s, targets, bytes)
	if err != nil {
		return exitUsage, err
	}
	defer src.Close()
	progress := s.say.progress(src)
	options := scanner.Options{
		Tool:           scanner.Tool{Name: "awscred", Version: programVersion()},
		Config:         scanner.RuleConfig{SHA256: set.SHA256, Rules: len(set.Rules), From: set.From},
		Policy:         o.policy(set),
		Strict:         o.strict,
		Now:            time.Now,
		FingerprintKey: []byte(s.getenv("AWSCRED_FINGERPRINT_KEY")),
		NoInlineAllow:  o.noInlineAllow,
		ShowSecrets:    o.showSecrets,
		Found:          progress.found,
	}
	known.ask(&options)
	if err := selfTest(set, matcher, options); err != nil {
		return exitUsage, err
	}
	asked := o.asks.over(s, u.matcher(matcher))
	r, err := scanner.Scan(ctx, u.source(src), asked, options)
	progress.stop()
	if err != nil {
		return exitUsage, noWiki(err)
	}
	if err := known.settle(s, r, options.Policy); err != nil {
		return exitUsage, err
	}
	asked.about(ctx, r.Findings)
	return u.finish(ctx, r, known)
}

// maxJobs is the most that --jobs takes. Each has buffers of its own.
const maxJobs = 1024

// check validates the flags and returns the memory limit in bytes.
func (o *scanFlags) check(s *session, targets []string) (int64, error) {
	if err := onlyOne(o.set, "staged", "since", "range", "worktree"); err != nil {
		return 0, err
	}
	for _, flag := range []string{"staged", "since", "range"} {
		if o.set.Changed(flag) && len(targets) > 1 {
			return 0, usagef("--%s takes one repository, not %d targets", flag, len(targets))
		}
	}
	if err := oneOf("fail-on", o.failOn, "critical", "high", "medium", "low", "never"); err != nil {
		return 0, err
	}
	if err := oneOf("format", o.format, report.Formats()...); err != nil {
		return 0, err
	}
	if err := mayShowSecrets(s, o.showSecrets); err != nil {
		return 0, err
	}
	if o.jobs < 0 || o.timeout < 0 {
		return 0, usagef("--jobs and --timeout cannot be negative")
	}
	if o.jobs > maxJobs {
		return 0, usagef("--jobs cannot be more than %d: more goroutines than processors gain nothing", maxJobs)
	}
	if err := writable(o.output); err != nil {
		return 0, err
	}
	if err := o.accept.check(); err != nil {
		return 0, err
	}
	if err := o.wikis.check(targets); err != nil {
		return 0, err
	}
	for _, t := range targets {
		if t == "" {
			return 0, usagef("a target is empty: perhaps a variable that is not set")
		}
	}
	return parseSize(o.memory)
}

// parseSize reads a number of bytes: 512MB, 1GiB, 100000.
func parseSize(text string) (int64, error) {
	units := []struct {
		suffix string
		factor int64
	}{{"KiB", 1 << 10}, {"MiB", 1 << 20}, {"GiB", 1 << 30}, {"KB", 1e3}, {"MB", 1e6}, {"GB", 1e9}, {"K", 1 << 10}, {"M", 1 << 20}, {"G", 1 << 30}, {"B", 1}, {"", 1}}
	for _, u := range units {
		number, ok := strings.CutSuffix(strings.ToUpper(text), strings.ToUpper(u.suffix))
		if !ok {
			continue
		}
		var n int64
		if _, err := fmt.Sscanf(number+"\n", "%d\n", &n); err != nil || n < 1 || n > (1<<50)/u.factor {
			break
		}
		return n * u.factor, nil
	}
	return 0, usagef("the flag --memory cannot be %q: it is a size such as 512MB or 1GiB", text)
}

// matcher compiles the rules.
func (o *scanFlags) matcher(w *own) (*rules.Set, *match.Matcher, error) {
	set, err := w.rules(o.config)
	if err != nil {
		return nil, nil, err
	}
	if o.all || o.shapes {
		set = set.WithShapes()
	}
	m, err := match.Compile(set.Rules, set.Allow)
	return set, m, err
}

// policy is what fails the scan: what the user says, else the configuration.
func (o *scanFlags) policy(set *rules.Set) scanner.Policy {
	if set.FailOn != "" && !o.set.Changed("fail-on") {
		o.failOn = set.FailOn
	}
	return scanner.Policy{FailOn: scanner.Severity(o.failOn), FailOnLocal: o.failOnLocal}
}

// A target is a source that must be closed.
type target interface {
	scanner.Source
	io.Closer
}

// open opens the targets as one source.
func (o *scanFlags) open(s *session, names []string, memory int64) (target, error) {
	var list []target
	for _, name := range wholeRepositories(s, names) {
		t, err := o.openOne(s, name, memory)
		if err != nil {
			closeAll(list)
			return nil, err
		}
		list = append(list, t)
	}
	wikis, err := o.wikis.open(s, o, memory)
	if err != nil {
		closeAll(list)
		return nil, err
	}
	if list = append(list, wikis...); len(list) == 1 {
		return list[0], nil
	}
	return joined(list), nil
}

func (o *scanFlags) openOne(s *session, name string, memory int64) (target, error) {
	if name == "-" {
		if flag := o.scopeFlag(); flag != "" {
			return nil, usagef("standard input has no history: --%s needs a repository", flag)
		}
		return o.limited(files.Reader("standard input", s.stdin), memory), nil
	}
	name = strings.TrimPrefix(name, "file://")
	info, err := os.Stat(name)
	switch {
	case errors.Is(err, fs.ErrNotExist) && isRemote(name):
		return o.openClone(s, name, memory)
	case errors.Is(err, fs.ErrNotExist):
		return nil, noSuchTarget(name)
	case err != nil:
		return nil, fmt.Errorf("opening %q: %w", name, err)
	}
	if !info.IsDir() {
		return o.openFile(s, name, memory)
	}
	h, err := o.historyOptions(s, memory)
	if err != nil {
		return nil, err
	}
	repo, err := history.Open(name, h)
	var revision *history.RevisionError
	switch {
	case err == nil:
		return repo, nil
	case errors.As(err, &revision):
		return nil, o.noRevision(revision)
	case errors.Is(err, history.ErrBare):
		return nil, &hintError{err, []string{"leave out --staged and --worktree"}}
	case !errors.Is(err, history.ErrNotRepository):
		return nil, &hintError{err, []string{"git worktree repair, or git submodule update --init, mends a .git file that leads nowhere"}}
	case o.scopeFlag() != "":
		return nil, &hintError{err, []string{"--" + o.scopeFlag() + " needs a repository"}}
	}
	if w, ok := recognised(s, o, name, memory); ok {
		return w, nil
	}
	s.say.note("%s is not in a git repository: its files are scanned, there is no history", name)
	return o.openFiles(name, memory)
}

// noRevision is the error for a revision that cannot be used; it looks for what
// was meant.
func (o *scanFlags) noRevision(e *history.RevisionError) error {
	u := usagef("--%s: %s", o.scopeFlag(), e)
	if near := spelling.Nearest(e.Name, e.Names); e.Name != "" && near != "" {
		return u.with(fmt.Sprintf("did you mean %s?", near))
	}
	return u.with(e.Hints...)
}

// openFile opens a bundle as a repository, and any other file as one.
func (o *scanFlags) openFile(s *session, name string, memory int64) (target, error) {
	if flag := o.scopeFlag(); flag != "" {
		return nil, usagef("%q is a file: --%s needs a repository", name, flag)
	}
	if w, ok := recognised(s, o, name, memory); ok {
		return w, nil
	}
	if !history.IsBundle(name) {
		return o.openFiles(name, memory)
	}
	h, err := o.historyOptions(s, memory)
	if err != nil {
		return nil, err
	}
	bundle, err := history.OpenBundle(name, h)
	if err != nil {
		return nil, &hintError{err, []string{"git bundle verify " + name}}
	}
	return bundle, nil
}

// scopeFlag is the flag that narrows the scope, or "".
func (o *scanFlags) scopeFlag() string {
	for _, flag := range []string{"staged", "since", "range", "worktree"} {
		if o.set.Changed(flag) {
			return flag
		}
	}
	return ""
}

func (o *scanFlags) historyOptions(s *session, memory int64) (history.Options, error) {
	// The matcher widens windows itself, so one byte on each side will do.
	h := history.Options{FollowAlternates: o.followAlternates, Jobs: o.jobs, Memory: memory, VerifyNames: o.verify, Margin: 1, Gap: match.Gap}
	if h.Jobs == 0 {
		h.Jobs = runtime.GOMAXPROCS(0)
	}
	switch o.scopeFlag() {
	case "staged":
		h.Scope = history.StagedOnly
	case "since":
		h.Scope, h.Since = history.SinceOnly, o.since
	case "range":
		h.Scope, h.Range = history.RangeOnly, o.commits
	case "worktree":
		h.Scope = history.WorktreeOnly
	}
	h.Quarantine = s.getenv("GIT_QUARANTINE_PATH") // set for a pre-receive hook
	// git commit -a and git commit FILE give their hooks an index of their own.
	if index := s.getenv("GIT_INDEX_FILE"); o.staged && index != "" {
		abs, err := filepath.Abs(index)
		if err != nil {
			return h, fmt.Errorf("finding GIT_INDEX_FILE: %w", err)
		}
		h.Index = abs
	}
	return h, nil
}

// openFiles opens a directory or a file.
func (o *scanFlags) openFiles(name string, memory int64) (target, error) {
	src, err := files.Open(name)
	if err != nil {
		return nil, err
	}
	if remains(name) {
		src.Coverage().AddLost(ruined(name))
	}
	return o.limited(src, memory), nil
}

// limited gives a source of files its part of the memory, and its jobs.
func (o *scanFlags) limited(src *files.Source, memory int64) *files.Source {
	src.Memory = memory / 2
	if o.jobs > 0 {
		src.Jobs = o.jobs
	}
	return src
}

// noSuchTarget is the error for a target that does not exist; it looks for what
// was meant.
func noSuchTarget(name string) error {
	u := usagef("there is no file or directory %q", name)
	if near := spelling.Nearest(name, names(".")); near != "" {
		return u.with(fmt.Sprintf("did you mean %s?", near))
	}
	if _, ok := findCommand(name); ok {
		return u.with("one command at a time: awscred " + name)
	}
	return u
}

func names(dir string) []string {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return nil
	}
	var list []string
	for _, e := range entries {
		list = append(list, e.Name())
	}
	return list
}

// write writes the report to where the user wants it.
func (o *scanFlags) write(s *session, r *scanner.Report) error {
	opts := report.Options{All: o.all, Mask: o.mask, Verbose: s.say.verbose, ShowSecrets: o.showSecrets, Location: time.Local, Now: time.Now()}
	return writeReport(s, r, o.format, o.output, opts)
}
