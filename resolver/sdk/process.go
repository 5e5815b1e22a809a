package sdk

import (
	"context"
	"strings"

	"github.com/awscred/awscred/resolver"
)

// ProcessRules say how an SDK treats the answer of a credential_process.
type ProcessRules struct {
	// RequireVersion and RefuseExpired say how strictly the SDK reads the
	// answer.
	RequireVersion, RefuseExpired bool
	// Empty takes an empty command for one, which cannot be run.
	Empty bool
}

// Process returns the Method of credential_process: a program that prints keys.
func Process(r ProcessRules) Method {
	return Method{Name: "credential_process", Offer: func(_ context.Context, v *visit) (resolver.Offer, bool) {
		command := v.value("credential_process")
		step := v.step(resolver.FromProcess, "credential_process")
		switch {
		case command == "" && r.Empty && v.has("credential_process"):
			return stopping(step, "credential_process is empty"), true
		case command == "":
			return resolver.Offer{}, false
		}
		step.Where = append(step.Where, program(command))
		step.Status = resolver.Usable
		step.Reason = "credential_process of profile " + quote(v.name) + " supplies keys; it was not run"
		return resolver.Offer{Step: step, Plan: &resolver.ProcessPlan{
			Command:        command,
			Profile:        v.name,
			RequireVersion: r.RequireVersion,
			RefuseExpired:  r.RefuseExpired,
		}}, true
	}}
}

// program is the evidence of a command line: its first word, since arguments
// may hold secrets.
func program(command string) resolver.Evidence {
	command = strings.TrimSpace(command)
	name, args, _ := strings.Cut(command, " ")
	if q := name[:min(1, len(name))]; q == `"` || q == "'" {
		if inner, rest, ok := strings.Cut(command[1:], q); ok {
			name, args = inner, rest
		}
	}
	e := resolver.Evidence{Kind: resolver.InProcess, Name: name}
	if n := len(strings.Fields(args)); n > 0 {
		e.Note = "with " + plural(n, "argument")
	}
	return e
}
