package main

import (
	"cmp"
	"slices"
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
	f.BoolVar(&e.agreement, "expect-agreement", false, "fail unless the SDKs end with the same keys: those asked or found, with --all every one")
}

func sourceNames() []string {
	var names []string
	for _, s := range resolver.Sources() {
		names = append(names, string(s))
	}
	return names
}

// check validates the demands before anything is looked at. An empty one is a
// mistake, as a variable that is not set leaves it: it must not demand nothing.
func (e *expectFlags) check() error {
	for _, name := range []string{"expect-source", "expect-not", "expect-account", "expect-role"} {
		empty := e.set.Lookup(name).Value.String() == "" || name == "expect-not" && slices.Contains(e.not, "")
		if e.set.Changed(name) && empty {
			return usagef("the flag --%s is empty", name).with("is a variable not set?")
		}
	}
	if e.source != "" {
		if err := oneOf("expect-source", e.source, sourceNames()...); err != nil {
			return err
		}
	}
	for _, s := range e.not {
		if err := oneOf("expect-not", s, sourceNames()...); err != nil {
			return err
		}
	}
	if len(e.account) != 12 && e.account != "" || strings.Trim(e.account, "0123456789") != "" {
		return usagef("the flag --expect-account cannot be %q: an account number has 12 digits", e.account)
	}
	return nil
}

// judge compares the demands with what the asked SDKs do. One that differs
// decides. With all every SDK must agree.
func (e *expectFlags) judge(r *report.Report, all bool) []report.Expectation {
	var list []report.Expectation
	add := func(flag, want string, got func(*report.Answer) (string, bool), ok func(string) bool) {
		list = append(list, worst(r, flag, want, got, ok))
	}
	if e.source != "" {
		add("--expect-source", e.source, winningSource, func(got string) bool { return got == e.source })
	}
	for _, not := range e.not {
		add("--expect-not", not, winningSource, func(got string) bool { return got != not })
	}
	if e.account != "" {
		add("--expect-account", e.account, accountOfWinner, func(got string) bool { return got == e.account })
	}
	if e.role != "" {
		add("--expect-role", e.role, roleOfWinner, e.isRole)
	}
	if e.agreement {
		list = append(list, agreement(r, all))
	}
	return list
}

// worst judges all asked SDKs: one that fails decides, then one that cannot be
// known.
func worst(r *report.Report, flag, want string, got func(*report.Answer) (string, bool), ok func(string) bool) report.Expectation {
	x := report.Expectation{Flag: flag, Want: want, OK: true}
	for i := range r.Answers {
		a := &r.Answers[i]
		if !a.Asked {
			continue
		}
		text, known := got(a)
		switch {
		case known && !ok(text):
			return report.Expectation{Flag: flag, Want: want, Got: text, SDK: a.Trace.SDK.Title}
		case !known && !x.Unknown:
			x = report.Expectation{Flag: flag, Want: want, Unknown: true, SDK: a.Trace.SDK.Title}
		case !x.Unknown:
			x.Got = text
		}
	}
	return x
}

// winningSource is the source that wins; a source that was not asked may turn
// out to have nothing.
func winningSource(a *report.Answer) (string, bool) {
	switch t := a.Trace; t.Outcome() {
	case resolver.HasCredentials:
		return string(t.Winner().Source), true
	case resolver.NotKnown:
		return "", false
	}
	return "none", true
}

// winner is the step whose credentials an SDK uses, and whether that is known.
// It is nil if there are none.
func winner(t *resolver.Trace) (*resolver.Step, bool) {
	switch t.Outcome() {
	case resolver.HasCredentials:
		return t.Winner(), true
	case resolver.NotKnown:
		return nil, false
	}
	return nil, true
}

// accountOfWinner is the account of the keys: as STS says it, as the key id
// says it, or as the source names it, which anybody can write there.
func accountOfWinner(a *report.Answer) (string, bool) {
	w, known := winner(a.Trace)
	if w == nil {
		return "none", known
	}
	if a.Identity != nil && a.Identity.Account != "" {
		return a.Identity.Account, true
	}
	decoded, _ := accountOf(w.KeyID)
	account := cmp.Or(decoded, w.Account, arnAccount(w.RoleARN))
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

// roleOfWinner is the role whose keys they are. Only a long-term key is known to
// be of none: temporary ones in a variable or a file may be of any.
func roleOfWinner(a *report.Answer) (string, bool) {
	w, known := winner(a.Trace)
	switch {
	case w == nil:
		return "none", known
	case w.RoleARN != "":
		return w.RoleARN, true
	case a.Identity != nil && a.Identity.ARN != "":
		return a.Identity.ARN, true
	case strings.HasPrefix(w.KeyID, "AKIA"):
		return "no role", true
	}
	return "", false
}

// isRole reports whether an ARN, of a role or of the session of one, is of the
// demanded role. The ARN of a session leaves out the path of its role, so that
// of a demand with a path the name counts, which an account has once.
func (e *expectFlags) isRole(got string) bool {
	if got == e.role {
		return true
	}
	_, resource, ok := strings.Cut(got, ":assumed-role/")
	if !ok {
		return strings.Contains(got, ":role/") && strings.HasSuffix(got, "/"+e.role)
	}
	name, _, _ := strings.Cut(resource, "/")
	if account := arnAccount(e.role); account != "" && account != arnAccount(got) {
		return false
	}
	return name == e.role[strings.LastIndex(e.role, "/")+1:]
}

// agreement demands that the asked SDKs end alike, or all of them. What a
// source that was not asked comes to cannot be known.
func agreement(r *report.Report, all bool) report.Expectation {
	const flag = "--expect-agreement"
	x := report.Expectation{Flag: flag, OK: true, Got: "agreement"}
	var first *resolver.Trace
	for i := range r.Answers {
		t := r.Answers[i].Trace
		if !r.Answers[i].Asked && (!all || t.SDK.EndOfLife) {
			continue
		}
		if t.Outcome() == resolver.NotKnown {
			x = report.Expectation{Flag: flag, Unknown: true, SDK: t.SDK.Title}
			continue
		}
		switch {
		case first == nil:
			first = t
		case t.End() != first.End():
			return report.Expectation{Flag: flag, Got: "disagreement of " + first.SDK.Name + " and " + t.SDK.Name}
		}
	}
	return x
}
