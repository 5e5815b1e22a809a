package main

import (
	"context"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"github.com/spf13/pflag"

	"github.com/awscred/awscred/internal/spelling"
	"github.com/awscred/awscred/resolver"
	"github.com/awscred/awscred/resolver/code"
	"github.com/awscred/awscred/resolver/detect"
	"github.com/awscred/awscred/resolver/doctor"
	"github.com/awscred/awscred/resolver/live"
	"github.com/awscred/awscred/resolver/origin"
	"github.com/awscred/awscred/resolver/report"
	"github.com/awscred/awscred/resolver/sdk"
	"github.com/awscred/awscred/scanner/awskey"
)

// whichFlags are the flags of awscred which, as they were given.
type whichFlags struct {
	set *pflag.FlagSet

	sdks                              []string
	profile                           string
	all, mask                         bool
	offline, probe, resolve, identity bool
	format                            string
	place                             placeFlags
	code                              codeFlags
	origins                           map[string]origin.Origin // of the variables, once they were looked for
	expect                            expectFlags
}

func whichCommand() command {
	return command{
		name: "which", summary: "tell which AWS credentials win here, why, and what they hide",
		long: `It follows the chain of an SDK through code, environment, shared files, container and
instance role, names the source that wins, everything that it hides, and how to mend it.

By default it reads variables and files, and asks one harmless question only if nothing earlier
wins: the name of the instance's role, from 169.254.169.254, within a second. It never runs a
credential_process and never renews a login unless --resolve or --identity tells it to.

Without --sdk it answers for the SDKs that this directory and PATH show, else for AWS CLI v2. With
--code it reads the program's source and answers for the SDKs that are used there, once for each
different thing that the program sets. Configuration that gives a service, a job or a function its
environment is read, too; its chain is resolved there, not here.

Exit codes: 0 there is a usable winner, and every --expect is met; 1 there is none, the chain ends
with an error, or an --expect is not met; 2 wrong usage or a failure; 3 that depends on something
that was not asked.`,
		example: `awscred which                      what wins, in one line, and why
awscred which --sdk go-v2 --profile dev
awscred which --code .             what the program sets itself
awscred which --offline            ask nobody
awscred which --identity           whose keys are they? (asks STS)
awscred which --format json`,
		define: defineWhich,
	}
}

func defineWhich(f *pflag.FlagSet) execFunc {
	o := &whichFlags{set: f}
	f.StringArrayVar(&o.sdks, "sdk", nil, "follow the chain of the SDK with this `name`; may be given more than once: "+strings.Join(sdkNames(), ", "))
	f.StringVar(&o.profile, "profile", "", "the `name` of a profile that the program names itself")
	f.BoolVar(&o.all, "all", false, "also tell what every other SDK does")
	f.BoolVar(&o.offline, "offline", false, "ask nobody")
	f.BoolVar(&o.probe, "probe", false, "also ask whether metadata and container endpoints answer, wherever they are")
	f.BoolVar(&o.resolve, "resolve", false, "get the keys as the SDK would: run processes, ask endpoints, SSO and STS")
	f.BoolVar(&o.identity, "identity", false, "resolve, and ask STS whose keys they are")
	f.BoolVar(&o.mask, "mask", false, "shorten the ids of keys")
	o.place.define(f)
	o.code.define(f)
	o.expect.define(f)
	f.StringVar(&o.format, "format", "text", "the `format` of the report: text or json")
	return o.run
}

func sdkNames() []string {
	var names []string
	for _, x := range sdk.All() {
		names = append(names, x.Name)
	}
	return names
}

func (o *whichFlags) run(ctx context.Context, s *session, args []string) (int, error) {
	if len(args) > 0 {
		return exitUsage, usagef("awscred which takes no argument, not %q", args[0]).with("a profile is named with --profile, an SDK with --sdk")
	}
	if err := onlyOne(o.set, "offline", "probe", "resolve", "identity"); err != nil {
		return exitUsage, err
	}
	if err := oneOf("format", o.format, "text", "json"); err != nil {
		return exitUsage, err
	}
	if err := o.expect.check(); err != nil {
		return exitUsage, err
	}
	host, err := o.place.host(s)
	if err != nil {
		return exitUsage, err
	}
	if err := o.code.read(ctx, host); err != nil && ctx.Err() == nil {
		return exitUsage, err
	}
	asked, err := o.asked(host)
	if err != nil {
		return exitUsage, err
	}
	r := o.answer(ctx, host, asked)
	if ctx.Err() != nil {
		// What was cut short looks like a failure of its source.
		s.say.fail("interrupted before every source had answered")
		return exitIncomplete, nil
	}
	return report.ExitCode(r), o.write(s, r)
}

// An ask is an SDK to answer for, and what shows that it is used here.
type ask struct {
	name     string
	version  string
	detected []string
}

// asked returns the SDKs that were asked for by name; if there are none, those
// that the directory and PATH show, else AWS CLI v2.
func (o *whichFlags) asked(host *resolver.Host) ([]ask, error) {
	found := detect.Look(host, "")
	var list []ask
	if len(o.sdks) == 0 {
		if list, shown := o.code.asked(host); shown {
			return list, nil
		}
		for _, f := range found {
			if sdk.Find(f.SDK) != nil {
				list = append(list, asFound(host, f))
			}
		}
		if len(list) == 0 {
			list = []ask{{name: "cli-v2"}}
		}
		return list, nil
	}
	for _, name := range o.sdks {
		if sdk.Find(name) == nil {
			u := usagef("there is no SDK %q", name)
			if near := spelling.Nearest(name, sdkNames()); near != "" {
				return nil, u.with(fmt.Sprintf("did you mean --sdk %s?", near))
			}
			return nil, u.with("one of " + strings.Join(sdkNames(), ", "))
		}
		a := ask{name: name}
		if i := slices.IndexFunc(found, func(f detect.Found) bool { return f.SDK == name }); i >= 0 {
			a = asFound(host, found[i])
		}
		list = append(list, a)
	}
	return list, nil
}

// asFound names places below the working directory as a person there would.
func asFound(host *resolver.Host, f detect.Found) ask {
	a := ask{name: f.SDK, version: f.Version}
	for _, w := range f.Where {
		place := strings.TrimPrefix(w.Name, strings.TrimSuffix(host.Dir, "/")+"/")
		if w.Line > 0 {
			place += fmt.Sprintf(":%d", w.Line)
		}
		a.detected = append(a.detected, place)
	}
	return a
}

// answer follows the chains of the asked SDKs, and of the others for what they
// do differently, and judges what comes of them. The others are resolved with
// --all only: to run somebody's processes for SDKs that nobody uses here is too
// much.
func (o *whichFlags) answer(ctx context.Context, host *resolver.Host, asked []ask) *report.Report {
	host = runningOnce(host)
	r := &report.Report{Host: host, Program: o.code.program}
	prober := newOnceProber(o.probe)
	names := make(identities)
	var traces []*resolver.Trace
	for _, x := range sdk.All() {
		a, isAsked := find(asked, x.Name)
		if !isAsked && !o.all && (o.resolve || o.identity || o.code.program != nil) {
			continue // neither a resolved answer nor one of a program compares with others
		}
		for _, e := range o.code.effects(host, x.Name, o.profile) {
			carrier := &recorder{Carrier: live.Carrier{}}
			t := resolver.Resolve(ctx, e.Host(host), x, o.depth(carrier, prober, e))
			answer := report.Answer{Trace: t, Asked: isAsked, Version: a.version, Detected: a.detected, Does: e.Summary, Calls: e.Code.Where, Instead: insteadOf(e)}
			if isAsked && !e.For.Away {
				traces = append(traces, t)
			}
			if o.identity && isAsked && followable(e) && t.Outcome() == resolver.HasCredentials {
				answer.Identity = names.of(ctx, host, carrier.keys)
			}
			r.Answers = append(r.Answers, answer)
		}
	}
	if len(o.sdks) == 0 {
		for _, a := range o.code.unmodelled(ctx, host) {
			r.Answers = append(r.Answers, a)
			traces = append(traces, a.Trace)
		}
	}
	o.origins = origin.All(host, nil)
	r.Warnings = doctor.Check(doctor.Subject{Host: host, Traces: traces, Origin: o.exactOrigin})
	r.Warnings = append(r.Warnings, o.code.warnings(ctx, host)...)
	slices.SortStableFunc(r.Warnings, graver)
	r.Expectations = o.expect.judge(r, o.all)
	return r
}

func find(asked []ask, name string) (ask, bool) {
	for _, a := range asked {
		if a.name == name {
			return a, true
		}
	}
	return ask{}, false
}

// depth turns the flags into how far the resolution goes.
func (o *whichFlags) depth(c resolver.Carrier, p resolver.Prober, e code.Effect) resolver.Options {
	opts := resolver.Options{Code: e.Code}
	switch {
	case o.offline, !followable(e):
	case o.resolve, o.identity:
		opts.Carrier = c
	default:
		opts.Prober = p
	}
	return opts
}

func (o *whichFlags) write(s *session, r *report.Report) error {
	opts := report.Options{Origin: o.originOf, Mask: o.mask, All: o.all, Verbose: s.say.verbose, Location: time.Local, Account: accountOf}
	if o.format == "json" {
		return shaded(s.stdout, func(w io.Writer) error { return report.JSON(w, r, opts) })
	}
	opts.Color, opts.Width = s.say.color(s.stdout), width(s.stdout)
	return shaded(s.stdout, func(w io.Writer) error { return report.Text(w, r, opts) })
}

// originOf tells where a variable was set.
func (o *whichFlags) originOf(variable string) (report.Origin, bool) {
	x, ok := o.origins[variable]
	return report.Origin{Kind: string(x.Kind), Name: x.Name, Line: x.Line, Note: x.Note}, ok
}

// exactOrigin is the line that may be recommended for deletion: the one that
// was seen to give the variable its value.
func (o *whichFlags) exactOrigin(variable string) (resolver.Evidence, bool) {
	x, ok := o.origins[variable]
	if !ok || !x.Exact || x.Line == 0 {
		return resolver.Evidence{}, false
	}
	return resolver.File(x.Name, x.Line), true
}

// accountOf decodes the account number in a key id.
func accountOf(keyID string) (account, note string) {
	id, ok := awskey.ParseID(keyID)
	if !ok {
		return "", ""
	}
	return id.Account()
}
