package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"time"

	"github.com/spf13/pflag"

	"github.com/awscred/awscred/internal/redact"
	"github.com/awscred/awscred/resolver/report"
	"github.com/awscred/awscred/scanner"
	"github.com/awscred/awscred/scanner/audit"
	"github.com/awscred/awscred/scanner/history"
	"github.com/awscred/awscred/scanner/match"
	scanreport "github.com/awscred/awscred/scanner/report"
)

func auditCommand() command {
	return command{
		name: "audit", args: "[REPO]", summary: "tell whether a repository may be published, and what to do about every key in it",
		long: `It reads all of a repository as awscred scan does, recomputes the name of every object, and looks
beyond secrets: addresses of authors, internal hosts, AWS accounts, the git configuration, pointers
to private places, files that hold credentials by their name, large binaries. Every key that it
finds is compared with what this machine uses, and what this machine uses is searched for. Nothing
leaves the machine, unless --wiki names a URL or auto, and nothing of the plan is run.

Exit codes: 0 fit to publish; 1 not fit; 2 wrong usage or a failure; 3 it could not be told.`,
		example: `awscred audit                                    this repository
awscred audit --wiki auto                        and its wiki at GitHub, GitLab, …
awscred audit --format html -o audit.html ~/src/a
awscred audit --write-baseline .awscred-baseline.json --reason "public addresses"`,
		define: func(f *pflag.FlagSet) execFunc {
			o := &auditFlags{scanFlags: scanFlags{set: f, failOn: "medium", failOnLocal: true, strict: true, verify: true, shapes: true}}
			f.StringVar(&o.config, "config", "", "read rules from this `file`, in the form of gitleaks")
			o.trust.define(f)
			o.accept.define(f)
			o.asks.define(f)
			o.wikis.define(f)
			o.defineTrust(f)
			f.BoolVar(&o.noMachine, "no-machine", false, "do not compare with the keys of this machine")
			o.defineShown(f)
			f.BoolVar(&o.allowIncomplete, "allow-incomplete", false, "exit 0 instead of 3")
			o.defineLimits(f)
			f.StringVar(&o.auditFormat, "format", "text", wordList(scanreport.AuditFormats()))
			f.StringVarP(&o.output, "output", "o", "", "write the report to this `file`, whole or not at all")
			return o.run
		},
	}
}

// auditFlags are the flags of awscred audit, as they were given: those of a scan,
// with the strict ones set.
type auditFlags struct {
	scanFlags
	auditFormat string
	noMachine   bool
	bare        bool // whether the target is a repository without a work tree
}

func (o *auditFlags) run(ctx context.Context, s *session, targets []string) (int, error) {
	if len(targets) > 1 {
		return exitUsage, usagef("awscred audit takes one repository, not %d", len(targets))
	}
	if err := oneOf("format", o.auditFormat, scanreport.AuditFormats()...); err != nil {
		return exitUsage, err
	}
	if len(targets) == 0 {
		targets = []string{"."} // also with --wiki: a wiki is read besides
	}
	o.format = "text" // which a scan would write
	if _, bare, err := history.HooksDir(targets[0]); err == nil {
		o.bare = bare
	}
	here := new(machine)
	if !o.noMachine {
		var err error
		if here, err = openMachine(ctx, s); err != nil {
			return exitUsage, err
		}
	}
	var watch *audit.Watch
	return o.scan(ctx, s, targets, use{
		source: func(src scanner.Source) scanner.Source {
			watch = audit.NewWatch(src)
			return watch
		},
		matcher: func(m *match.Matcher) scanner.Matcher { return here.matcher(m) },
		finish: func(ctx context.Context, r *scanner.Report, known *accepted) (int, error) {
			return o.finish(ctx, s, audited{r, watch, here, known})
		},
	})
}

// audited is what an audit rests on.
type audited struct {
	scan  *scanner.Report
	watch *audit.Watch
	here  *machine
	known *accepted
}

// finish puts everything into one verdict and writes it.
func (o *auditFlags) finish(ctx context.Context, s *session, x audited) (int, error) {
	if ctx.Err() == nil {
		if err := x.watch.Find(ctx); err != nil {
			return exitUsage, err
		}
	}
	x.here.mark(x.scan.Findings)
	x.scan.Close(x.scan.Policy)
	opts := audit.Options{FingerprintKey: []byte(s.getenv("AWSCRED_FINGERPRINT_KEY")), Accepts: x.known.accepts, WikiAsked: len(o.wikis.targets) > 0, Bare: o.bare}
	a := audit.Judge(x.scan, x.watch, opts)
	if x.known.target != nil {
		if err := x.known.acceptItems(s, a); err != nil {
			return exitUsage, err
		}
		x.scan.Close(x.scan.Policy)
		a = audit.Judge(x.scan, x.watch, opts)
	}
	a.Unsearched = x.here.unsearched()
	var err error
	if a.Which, err = x.here.asJSON(); err != nil {
		return exitUsage, err
	}
	if err := o.writeAudit(s, a); err != nil && !brokenPipe(err) {
		return exitUsage, err
	}
	return a.ExitCode(o.allowIncomplete), nil
}

func (o *auditFlags) writeAudit(s *session, a *audit.Audit) error {
	opts := scanreport.Options{Mask: o.mask, Verbose: s.say.verbose, ShowSecrets: o.showSecrets, Location: time.Local, Now: time.Now()}
	if o.output != "" {
		return writeWhole(o.output, func(w io.Writer) error { return scanreport.WriteAudit(w, o.auditFormat, a, opts) })
	}
	opts.Color, opts.Width = s.say.color(s.stdout), width(s.stdout)
	return scanreport.WriteAudit(s.stdout, o.auditFormat, a, opts)
}

// asJSON is what awscred which says of this machine, as JSON.
func (m *machine) asJSON() (json.RawMessage, error) {
	if m.which == nil {
		return json.RawMessage("null"), nil
	}
	var b bytes.Buffer
	if err := report.JSON(&b, m.which, report.Options{Origin: m.flags.originOf, Account: accountOf}); err != nil {
		return nil, fmt.Errorf("telling what this machine uses: %w", err)
	}
	return shade(b.Bytes()), nil
}

// accepts reports whether a baseline accepts this fingerprint.
func (c *accepted) accepts(fingerprint string) bool {
	f := &scanner.Finding{Fingerprint: fingerprint}
	for _, b := range c.own {
		b.Suppress(f, c.now)
	}
	if c.target != nil {
		c.target.Suppress(f, c.now)
	}
	return f.Suppressed != nil
}

// acceptItems adds what failed the checks of an audit to the baseline that was
// asked for: fingerprints, not what they are of. A key that only this machine
// shows to be one is among the findings since the scan was settled.
func (c *accepted) acceptItems(s *session, a *audit.Audit) error {
	list := acceptable(a.Report, a.Report.Policy)
	for _, f := range list {
		defer c.target.Suppress(f, c.now)
	}
	for _, check := range a.Checks {
		switch check.ID {
		case audit.SecretsInHistory, audit.SecretsHere, audit.Wiki, audit.Read:
			continue // findings, or nothing that can be accepted
		}
		for _, at := range check.Where {
			list = append(list, &scanner.Finding{Fingerprint: at.Fingerprint, Rule: "audit/" + check.ID, Title: redact.Text(check.Title)})
		}
	}
	n := c.target.Accept(list, c.flags.reason, c.flags.until, c.now)
	if n == 0 {
		return nil
	}
	s.say.note("%s accepts %s of the audit", c.flags.write, plural(n, "thing"))
	return writeWhole(c.flags.write, func(w io.Writer) error { return c.target.Write(w) })
}
