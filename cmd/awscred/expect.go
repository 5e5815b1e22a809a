package main

import (
	"strings"

	"github.com/spf13/pflag"

	"github.com/awscred/awscred/resolver"
	"github.com/awscred/awscred/resolver/report"
)

// expectFlags are demands on the winner, for use in CI: a job that should run
// with a role must not go on with somebody's keys.
type expectFlags struct {
	set       *pflag.FlagSet
	source    string
	not       []string
	account   string
	role      string
	agreement bool
}

func (e *expectFlags) define(f *pflag.FlagSet) {
	e.set = f
	f.StringVar(&e.source, "expect-source", "", "fail unless this `source` wins: "+strings.Join(sourceNames(), ", "))
	f.StringArrayVar(&e.not, "expect-not", nil, "fail if this `source` wins; may be given more than once")
	f.StringVar(&e.account, "expect-account", "", "fail unless the keys are of this account `number`")
	f.StringVar(&e.role, "expect-role", "", "fail unless this role is assumed: a `name` or a whole ARN")
	f.BoolVar(&e.agreement, "expect-agreement", false, "fail unless all SDKs end with the same keys")
}

func sourceNames() []string {
	var names []string
	for _, s := range resolver.Sources() {
		names = append(names, string(s))
	}
	return names
}

// check validates the demands before anything is looked at.
func (e *expectFlags) check() error {
	for _, s := range append([]string{e.source}, e.not...) {
		if s == "" {
			continue
		}
		if err := oneOf("expect-source", s, sourceNames()...); err != nil {
			return err
		}
	}
	if len(e.account) != 12 && e.account != "" || strings.Trim(e.account, "0123456789") != "" {
		return usagef("the flag --expect-account cannot be %q: an account number has 12 digits", e.account)
	}
	return nil
}

// judge compares the demands with what the asked SDKs do. One that differs
// decides.
func (e *expectFlags) judge(r *report.Report) []report.Expectation {
	var list []report.Expectation
	add := func(flag, want string, got func(*resolver.Trace) (string, bool), ok func(string) bool) {
		list = append(list, worst(r, flag, want, got, ok))
	}
	if e.source != "" {
		add("--expect-source", e.source, winningSource, func(got string) bool { return got == e.source })
	}
	for _, not := range e.not {
		add("--expect-not", not, winningSource, func(got string) bool { return got != not })
	}
	if e.account != "" {
		identity := r.Identity
		add("--expect-account", e.account, func(t *resolver.Trace) (string, bool) { return accountOfWinner(t, identity) },
			func(got string) bool { return got == e.account })
	}
	if e.role != "" {
		add("--expect-role", e.role, roleOfWinner, func(got string) bool { return got == e.role || strings.HasSuffix(got, "/"+e.role) })
	}
	if e.agreement {
		list = append(list, agreement(r))
	}
	return list
}

// worst judges all asked SDKs: one that fails decides, then one that cannot be
// known.
func worst(r *report.Report, flag, want string, got func(*resolver.Trace) (string, bool), ok func(string) bool) report.Expectation {
	x := report.Expectation{Flag: flag, Want: want, OK: true}
	for i := range r.Answers {
		if !r.Answers[i].Asked {
			continue
		}
		text, known := got(r.Answers[i].Trace)
		switch {
		case known && !ok(text):
			return report.Expectation{Flag: flag, Want: want, Got: text}
		case !known:
			x.OK, x.Unknown = false, true
		case !x.Unknown:
			x.Got = text
		}
	}
	return x
}

// winningSource is the source that wins; a source that was not asked may turn
// out to have nothing.
func winningSource(t *resolver.Trace) (string, bool) {
	switch t.Outcome() {
	case resolver.HasCredentials:
		return string(t.Winner().Source), true
	case resolver.NotKnown:
		return "", false
	}
	return "none", true
}

func accountOfWinner(t *resolver.Trace, identity *report.Identity) (string, bool) {
	if identity != nil && identity.Account != "" {
		return identity.Account, true
	}
	w := t.Winner()
	if w == nil {
		return "none", t.Outcome() != resolver.NotKnown
	}
	if w.Account != "" {
		return w.Account, true
	}
	if a := arnAccount(w.RoleARN); a != "" {
		return a, true
	}
	account, _ := accountOf(w.KeyID)
	return account, account != ""
}

// arnAccount is the account number in an ARN: arn:partition:service:region:account:…
func arnAccount(arn string) string {
	parts := strings.SplitN(arn, ":", 6)
	if len(parts) < 6 {
		return ""
	}
	return parts[4]
}

func roleOfWinner(t *resolver.Trace) (string, bool) {
	w := t.Winner()
	switch {
	case w == nil:
		return "none", t.Outcome() != resolver.NotKnown
	case w.RoleARN != "":
		return w.RoleARN, t.Outcome() == resolver.HasCredentials
	case w.Source == resolver.FromIMDS || w.Source == resolver.FromContainer:
		return "", false
	}
	return "no role", true
}

// agreement demands that all SDKs of the report end alike.
func agreement(r *report.Report) report.Expectation {
	x := report.Expectation{Flag: "--expect-agreement", OK: true, Got: "agreement"}
	var first *resolver.Trace
	for i := range r.Answers {
		a := &r.Answers[i]
		if !a.Asked && a.Trace.SDK.EndOfLife {
			continue
		}
		switch {
		case first == nil:
			first = a.Trace
		case a.Trace.End() != first.End():
			return report.Expectation{Flag: x.Flag, Got: "disagreement of " + first.SDK.Name + " and " + a.Trace.SDK.Name}
		}
	}
	return x
}
