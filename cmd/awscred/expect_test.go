package main

import (
	"context"
	"errors"
	"testing"

	"github.com/awscred/awscred/internal/keytest"
	"github.com/awscred/awscred/resolver"
	"github.com/awscred/awscred/resolver/report"
)

// offered is a link that offers one step.
type offered struct{ step resolver.Step }

func (o offered) Offers(context.Context, *resolver.Situation) []resolver.Offer {
	return []resolver.Offer{{Step: o.step}}
}

// answers is what SDKs do whose chains have one source each.
func answers(steps ...resolver.Step) []report.Answer {
	var list []report.Answer
	for i, step := range steps {
		name := string(rune('a' + i))
		x := &resolver.SDK{Name: name, Title: "SDK " + name, Links: []resolver.Link{offered{step}}}
		t := resolver.Resolve(context.Background(), &resolver.Host{OS: "linux"}, x, resolver.Options{})
		list = append(list, report.Answer{Trace: t, Asked: true})
	}
	return list
}

// A demand is met, not met, or not known; the last is exit code 3, never 0.
func TestExpectations(t *testing.T) {
	const role = "arn:aws:iam::111122223333:role/team/deploy"
	static := func(n int) resolver.Step {
		return resolver.Step{Source: resolver.FromEnv, Status: resolver.Usable, KeyID: keytest.ID(n)}
	}
	temporary := resolver.Step{Source: resolver.FromEnv, Status: resolver.Usable, KeyID: keytest.TempID(5)}
	assumed := resolver.Step{Source: resolver.FromAssumeRole, Status: resolver.Usable, RoleARN: role}
	unasked := resolver.Step{Source: resolver.FromIMDS, Status: resolver.Unknown}
	container := resolver.Step{Source: resolver.FromContainer, Status: resolver.Usable}
	none := resolver.Step{Source: resolver.FromEnv, Status: resolver.Absent}
	claimed := static(1)
	claimed.Account = "999999999999"
	session := &report.Identity{Account: "111122223333", ARN: "arn:aws:sts::111122223333:assumed-role/deploy/me"}

	for _, test := range []struct {
		name     string
		demand   expectFlags
		steps    []resolver.Step
		identity []*report.Identity
		want     string // yes, no, unknown
	}{
		{"source", expectFlags{source: "env"}, []resolver.Step{static(1)}, nil, "yes"},
		{"source of one SDK only", expectFlags{source: "env"}, []resolver.Step{static(1), container}, nil, "no"},
		{"source of a chain without one", expectFlags{source: "env"}, []resolver.Step{none}, nil, "no"},
		{"a source that was not asked", expectFlags{source: "imds"}, []resolver.Step{unasked}, nil, "unknown"},
		{"not a source that was not asked", expectFlags{not: []string{"env"}}, []resolver.Step{unasked}, nil, "unknown"},
		{"one unknown, one wrong", expectFlags{not: []string{"env"}}, []resolver.Step{unasked, static(1)}, nil, "no"},
		{"account", expectFlags{account: keytest.Account(1)}, []resolver.Step{static(1)}, nil, "yes"},
		{"account of the other SDK", expectFlags{account: keytest.Account(1)}, []resolver.Step{static(1), static(2)}, nil, "no"},
		{"account that a file claims", expectFlags{account: "999999999999"}, []resolver.Step{claimed}, nil, "no"},
		{"account of a role", expectFlags{account: "111122223333"}, []resolver.Step{assumed}, nil, "yes"},
		{"account of a container", expectFlags{account: "111122223333"}, []resolver.Step{container}, nil, "unknown"},
		{"account by STS", expectFlags{account: "111122223333"}, []resolver.Step{container}, []*report.Identity{session}, "yes"},
		{"account by STS, of one SDK", expectFlags{account: "111122223333"}, []resolver.Step{container, container}, []*report.Identity{session}, "unknown"},
		{"account that STS contradicts", expectFlags{account: keytest.Account(1)}, []resolver.Step{static(1)}, []*report.Identity{session}, "no"},
		{"account where nothing wins", expectFlags{account: "111122223333"}, []resolver.Step{none}, nil, "no"},
		{"role by its name", expectFlags{role: "deploy"}, []resolver.Step{assumed}, nil, "yes"},
		{"role by its path", expectFlags{role: "team/deploy"}, []resolver.Step{assumed}, nil, "yes"},
		{"role by its ARN", expectFlags{role: role}, []resolver.Step{assumed}, nil, "yes"},
		{"the end of a role's name", expectFlags{role: "ploy"}, []resolver.Step{assumed}, nil, "no"},
		{"role of a long-term key", expectFlags{role: "deploy"}, []resolver.Step{static(1)}, nil, "no"},
		{"role of a temporary key", expectFlags{role: "deploy"}, []resolver.Step{temporary}, nil, "unknown"},
		{"role of a container", expectFlags{role: "deploy"}, []resolver.Step{container}, nil, "unknown"},
		{"role by STS", expectFlags{role: "deploy"}, []resolver.Step{container}, []*report.Identity{session}, "yes"},
		{"role with a path, by STS", expectFlags{role: role}, []resolver.Step{container}, []*report.Identity{session}, "yes"},
		{"role of another account, by STS", expectFlags{role: "arn:aws:iam::444455556666:role/deploy"}, []resolver.Step{container}, []*report.Identity{session}, "no"},
		{"a session's name is no role", expectFlags{role: "me"}, []resolver.Step{container}, []*report.Identity{session}, "no"},
		{"agreement", expectFlags{agreement: true}, []resolver.Step{static(1), static(1)}, nil, "yes"},
		{"disagreement", expectFlags{agreement: true}, []resolver.Step{static(1), static(2)}, nil, "no"},
		{"agreement on what was not asked", expectFlags{agreement: true}, []resolver.Step{unasked, unasked}, nil, "unknown"},
		{"disagreement with one not asked", expectFlags{agreement: true}, []resolver.Step{static(1), unasked}, nil, "unknown"},
		{"disagreement beside one not asked", expectFlags{agreement: true}, []resolver.Step{static(1), unasked, static(2)}, nil, "no"},
	} {
		r := &report.Report{Host: &resolver.Host{}, Answers: answers(test.steps...)}
		for i := range test.identity {
			r.Answers[i].Identity = test.identity[i]
		}
		r.Expectations = test.demand.judge(r, false)
		if len(r.Expectations) != 1 {
			t.Fatalf("%s: %d expectations", test.name, len(r.Expectations))
		}
		x := r.Expectations[0]
		got := "no"
		switch {
		case x.OK && x.Unknown:
			t.Errorf("%s: met and not known", test.name)
		case x.OK:
			got = "yes"
		case x.Unknown:
			got = "unknown"
		}
		if got != test.want {
			t.Errorf("%s: %s, it is %q; want %s", test.name, got, x.Got, test.want)
		}
		if code := report.ExitCode(r); x.Unknown && code != 3 || got == "no" && code != 1 {
			t.Errorf("%s: %s, exit code %d", test.name, got, code)
		}
	}
}

// SDKs that were not asked count for agreement with --all only.
func TestExpectAgreementOfAll(t *testing.T) {
	key := func(n int) resolver.Step {
		return resolver.Step{Source: resolver.FromEnv, Status: resolver.Usable, KeyID: keytest.ID(n)}
	}
	r := &report.Report{Answers: answers(key(1), key(2))}
	r.Answers[1].Asked = false
	if x := agreement(r, false); !x.OK {
		t.Errorf("one asked SDK disagrees: %+v", x)
	}
	if x := agreement(r, true); x.OK {
		t.Error("with all, two ends agree")
	}
}

// Several SDKs that name one credential_process run it once, also if it fails.
func TestRunningOnce(t *testing.T) {
	runs := 0
	host := runningOnce(&resolver.Host{Run: func(_ context.Context, command string, _ map[string]string) ([]byte, error) {
		runs++
		if command == "fails" {
			return nil, errors.New("exit status 1")
		}
		return []byte(command), nil
	}})
	for range 3 {
		out, err := host.Run(context.Background(), "gives", nil)
		if string(out) != "gives" || err != nil {
			t.Errorf("%q, %v", out, err)
		}
		out[0] = 'x' // a caller may change what it got
		if _, err := host.Run(context.Background(), "fails", nil); err == nil {
			t.Error("no error")
		}
	}
	if runs != 2 {
		t.Errorf("%d runs, want 2", runs)
	}
	if runningOnce(&resolver.Host{}).Run != nil {
		t.Error("a Host that runs nothing runs something")
	}
}
