package main

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"strings"
	"time"

	"github.com/spf13/pflag"

	"github.com/awscred/awscred/internal/redact"
	"github.com/awscred/awscred/scanner"
	"github.com/awscred/awscred/scanner/baseline"
	"github.com/awscred/awscred/scanner/files"
	"github.com/awscred/awscred/scanner/gitleaks"
	"github.com/awscred/awscred/scanner/history"
	"github.com/awscred/awscred/scanner/rules"
)

// acceptFlags say which findings have been accepted, and which are now.
type acceptFlags struct {
	set                            *pflag.FlagSet
	baseline, write, reason, until string
	compare                        string
}

func (a *acceptFlags) define(f *pflag.FlagSet) {
	a.set = f
	f.StringVar(&a.baseline, "baseline", "", "findings accepted in this `file` do not fail: one of --write-baseline, or a report of gitleaks in JSON")
	f.StringVar(&a.write, "write-baseline", "", "accept what is found: add it to this `file`, and keep what is there")
	f.StringVar(&a.reason, "reason", "", "with --write-baseline: why, in a `text`")
	f.StringVar(&a.until, "until", "", "with --write-baseline: the last `day`, such as 2027-01-31")
	f.StringVar(&a.compare, "compare", "", "tell what a report of gitleaks in JSON, this `file`, has more or less, and why")
}

func (a *acceptFlags) check() error {
	switch {
	case a.write == "" && a.set.Changed("write-baseline"):
		return usagef("--write-baseline has no file: perhaps a variable that is not set")
	case a.baseline == "" && a.set.Changed("baseline"):
		return usagef("--baseline has no file: perhaps a variable that is not set")
	case a.compare == "" && a.set.Changed("compare"):
		return usagef("--compare has no file: perhaps a variable that is not set")
	case a.write == "" && (a.reason != "" || a.until != ""):
		return usagef("--reason and --until go with --write-baseline")
	case len(a.reason) > 4096:
		return usagef("--reason is longer than 4096 bytes")
	}
	if a.until != "" {
		if err := baseline.Day(a.until); err != nil {
			return usagef("the flag --until: %s", err)
		}
		if a.until < time.Now().UTC().Format(time.DateOnly) {
			return usagef("the day of --until is over: %s", a.until)
		}
	}
	return writableFor("write-baseline", a.write)
}

// accepted is what has been accepted of what a scan finds.
type accepted struct {
	flags  *acceptFlags
	keyed  bool // there is a key for fingerprints
	now    time.Time
	own    []named // baselines of awscred
	theirs []*gitleaks.Baseline
	ignore []*gitleaks.IgnoreFile
	target *baseline.Baseline // what --write-baseline adds to

	set      *rules.Set         // of the scan
	compared []gitleaks.Finding // of the report that --compare names

	name   string            // of what is scanned, if it is one
	commit *history.Revision // to look at its commits; opened when it is needed
	tries  int               // to open it
	moved  map[[3]string]bool
}

// named is a baseline with what messages call it.
type named struct {
	*baseline.Baseline
	label string
}

// open reads the baselines and the ignore file that count.
func (a *acceptFlags) open(s *session, w *own, set *rules.Set) (*accepted, error) {
	c := &accepted{flags: a, keyed: s.getenv("AWSCRED_FINGERPRINT_KEY") != "", now: time.Now(), set: set, name: w.name, moved: map[[3]string]bool{}}
	if err := c.readCompared(); err != nil {
		return nil, err
	}
	standard := ownBaseline
	if set.Baseline != "" {
		standard = set.Baseline
	}
	if err := c.openBaseline(w, standard); err != nil {
		return nil, err
	}
	data, label, err := w.read(ownIgnore)
	switch {
	case err == nil:
		c.ignore = append(c.ignore, gitleaks.ReadIgnoreFile(label, data, rules.GitleaksNames))
	case !errors.Is(err, fs.ErrNotExist):
		return nil, ownError("ignore file", err)
	}
	w.tell(s, standard)
	if a.write != "" {
		return c, c.openTarget()
	}
	return c, nil
}

// openBaseline reads the baseline of --baseline, else the repository's own.
func (c *accepted) openBaseline(w *own, standard string) error {
	if path := c.flags.baseline; path != "" {
		data, label, err := w.readNamed("baseline", path)
		if errors.Is(err, fs.ErrNotExist) {
			return &hintError{err, []string{"awscred scan --write-baseline " + path + " makes one"}}
		}
		if err != nil {
			return err
		}
		return c.add(label, data)
	}
	data, label, err := w.read(standard)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil
	case err != nil:
		return ownError("baseline", err)
	}
	if err := c.add(label, data); err != nil {
		return ownError("baseline", err)
	}
	return nil
}

// add reads a baseline of either kind.
func (c *accepted) add(label string, data []byte) error {
	if gitleaks.IsReport(data) {
		list, err := gitleaks.ReadReport(label, data)
		if err != nil {
			return err
		}
		c.theirs = append(c.theirs, gitleaks.NewBaseline(label, list, rules.GitleaksNames))
		return nil
	}
	b, err := c.read(label, data)
	if err != nil {
		return err
	}
	c.own = append(c.own, named{b, label})
	return nil
}

// read reads a baseline of awscred and checks that its fingerprints are of the
// key that is set.
func (c *accepted) read(label string, data []byte) (*baseline.Baseline, error) {
	b, err := baseline.Read(label, data)
	switch {
	case err != nil:
		return nil, err
	case b.Keyed && !c.keyed:
		return nil, fmt.Errorf("baseline %q was written with a fingerprint key: set AWSCRED_FINGERPRINT_KEY", label)
	case !b.Keyed && c.keyed && len(b.Entries) > 0:
		return nil, fmt.Errorf("baseline %q was written without a fingerprint key: unset AWSCRED_FINGERPRINT_KEY, or write it anew", label)
	}
	return b, nil
}

// openTarget reads the baseline that is to be added to.
func (c *accepted) openTarget() error {
	data, err := files.ReadNamed(c.flags.write, maxConfig)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		c.target = &baseline.Baseline{Keyed: c.keyed}
		return nil
	case err != nil:
		return fmt.Errorf("reading --write-baseline: %w", err)
	case gitleaks.IsReport(data):
		return usagef("--write-baseline %s: it is a report of gitleaks", c.flags.write).with("read it with --baseline, and write another file")
	}
	c.target, err = c.read(c.flags.write, data)
	if err == nil {
		c.target.Keyed = c.keyed
	}
	return err
}

// ask makes a scan ask what has been accepted.
func (c *accepted) ask(o *scanner.Options) {
	if len(c.ignore)+len(c.theirs) > 0 {
		o.Ignore = c
	}
	h := &gitleaks.History{Read: c.version}
	for _, f := range c.ignore {
		f.History = h
	}
	for _, b := range c.theirs {
		b.History = h
	}
	o.Suppress = func(f *scanner.Finding) {
		for _, b := range c.own {
			b.Suppress(f, c.now)
		}
	}
}

// Ignored asks every list of places.
func (c *accepted) Ignored(st scanner.Standing) (*scanner.Suppression, bool) {
	for _, f := range c.ignore {
		if s, lasting := f.Ignored(st); s != nil {
			return s, lasting
		}
	}
	for _, b := range c.theirs {
		if s, lasting := b.Ignored(st); s != nil {
			return s, lasting
		}
	}
	return nil, false
}

// version is a file as a commit has it, or nil.
func (c *accepted) version(commit, path string) []byte {
	if !c.opened("HEAD") && !c.opened(commit) {
		return nil
	}
	data, err := c.commit.ReadFileOf(commit, path)
	if err != nil {
		return nil // then it has no line that could be the same
	}
	return data
}

// Moved asks the repository whether a commit moved a file.
func (c *accepted) Moved(commit, from, to string) bool {
	if !c.opened(commit) {
		return false
	}
	key := [3]string{commit, from, to}
	moved, known := c.moved[key]
	if !known {
		moved = c.commit.Moved(commit, from, to)
		c.moved[key] = moved
	}
	return moved
}

// opened opens the repository, if what is scanned is one, at a commit that it
// has.
func (c *accepted) opened(commit string) bool {
	const most = 8 // commits that are not here: HEAD may have none, a list may be of another repository
	if c.commit != nil || c.name == "" || c.tries == most {
		return c.commit != nil
	}
	c.tries++
	v, err := history.OpenRevision(c.name, commit, history.Options{})
	if err != nil {
		return false
	}
	c.commit = v
	return true
}

// close releases the repository.
func (c *accepted) close() {
	if c.commit != nil {
		c.commit.Close()
	}
}

// settle tells what counts no more of the baselines that were read, writes the
// one that was asked for, and compares the report.
func (c *accepted) settle(s *session, r *scanner.Report, p scanner.Policy) error {
	defer c.close()
	c.tell(s)
	if err := c.extend(s, r, p); err != nil {
		return err
	}
	return c.compare(r)
}

// extend adds what was found to the baseline that --write-baseline names.
func (c *accepted) extend(s *session, r *scanner.Report, p scanner.Policy) error {
	if c.target == nil {
		return nil
	}
	list := acceptable(r, p)
	if holdsSecret(c.flags.reason, list) {
		return usagef("--reason holds a secret that was found: the baseline would show it")
	}
	n := c.target.Accept(list, c.flags.reason, c.flags.until, c.now)
	if err := writeWhole(c.flags.write, func(w io.Writer) error { return c.target.Write(w) }); err != nil {
		return err
	}
	for _, f := range list {
		c.target.Suppress(f, c.now)
	}
	r.Close(p)
	hint := ""
	if c.flags.reason == "" && n > 0 {
		hint = `; say why, behind "reason"`
	}
	s.say.note("%s accepts %s more%s", c.flags.write, plural(n, "finding"), hint)
	return nil
}

// holdsSecret reports whether a text holds the secret of a finding.
func holdsSecret(text string, list []*scanner.Finding) bool {
	var secrets []redact.Secret
	for _, f := range list {
		for _, s := range []*scanner.SecretInfo{f.Secret, f.SessionToken} {
			if s != nil {
				secrets = append(secrets, s.Secret())
			}
		}
	}
	return redact.NewHider(secrets...).Hide(text) != text
}

// acceptable are the findings that --write-baseline accepts: those that count.
// What is only on this machine is not: its fingerprint would leave it.
func acceptable(r *scanner.Report, p scanner.Policy) []*scanner.Finding {
	var list []*scanner.Finding
	for _, f := range r.Findings {
		counts := f.Suppressed == nil && f.Noise == "" && f.Severity != scanner.Info
		if counts && (p.FailOnLocal || !f.Exposure.OnlyHere()) {
			list = append(list, f)
		}
	}
	return list
}

// tell names what has expired, and if asked what has no finding any more.
func (c *accepted) tell(s *session) {
	for _, b := range c.own {
		if list := b.Expired(c.now); len(list) > 0 {
			s.say.note("%s: %s expired and counts no more: %s", b.label, entries(len(list)), listed(list))
		}
		if list := b.Stale(); len(list) > 0 && s.say.verbose {
			s.say.note("%s: %s without a finding in this scan: %s", b.label, entries(len(list)), listed(list))
		}
	}
	for _, f := range c.ignore {
		if list := f.Strange(); len(list) > 0 {
			s.say.note("%s: of no known form, but for a path with colons: %s", ownIgnore, lineNumbers(list))
		}
		if list := f.Unmet(); len(list) > 0 && s.say.verbose {
			s.say.note("%s: without a finding in this scan: %s", ownIgnore, lineNumbers(list))
		}
	}
	for _, b := range c.theirs {
		if n := b.Unmet(); n > 0 && s.say.verbose {
			s.say.note("%s: %d of %d findings are not in this scan", c.flags.baseline, n, b.Len())
		}
	}
}

// mostListed is how many things a note names.
const mostListed = 5

func listed(list []baseline.Entry) string {
	var names []string
	for i := range list {
		if i == mostListed {
			names = append(names, fmt.Sprintf("and %d more", len(list)-i))
			break
		}
		name := list[i].Short()
		if list[i].Until != "" {
			name += " until " + list[i].Until
		}
		if list[i].Reason != "" {
			name += ", " + shorten(redact.Text(list[i].Reason))
		}
		names = append(names, name)
	}
	return strings.Join(names, "; ")
}

// shorten cuts a long text.
func shorten(s string) string {
	const most = 80
	if r := []rune(s); len(r) > most {
		return string(r[:most]) + "…"
	}
	return s
}

func lineNumbers(list []int) string {
	text := "line"
	for i, n := range list {
		if i == mostListed {
			return fmt.Sprintf("%s and %d more", text, len(list)-i)
		}
		text += fmt.Sprintf(" %d", n)
	}
	return text
}

func plural(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}

func entries(n int) string {
	if n == 1 {
		return "1 entry"
	}
	return fmt.Sprintf("%d entries", n)
}
