package sdk

import (
	"context"
	"strings"
	"unicode"

	"github.com/awscred/awscred/resolver"
	"github.com/awscred/awscred/resolver/profile"
)

// ProcessRules say how an SDK treats the answer of a credential_process.
type ProcessRules struct {
	// RequireVersion and RefuseExpired say how strictly the SDK reads the
	// answer.
	RequireVersion, RefuseExpired bool
	// ExactNames heeds the case of names in the answer, and EmptyKeys takes
	// keys that are there and empty.
	ExactNames, EmptyKeys bool
	// AnyExpiration takes a text that is no time for keys that do not expire.
	AnyExpiration bool
	// NoShell splits the command into words and starts it without a shell, so
	// that it expands nothing; on Windows it is left to the system.
	NoShell bool
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
		line, ok := command, true
		if r.NoShell && v.situation.Host.OS != "windows" {
			line, ok = withoutShell(command)
		}
		if !ok {
			return stopping(step, "credential_process holds no command, or a quote that is not closed"), true
		}
		step.Status = resolver.Usable
		step.Reason = "credential_process of profile " + quote(v.name) + " supplies keys; it was not run"
		return resolver.Offer{Step: step, Plan: &resolver.ProcessPlan{
			Command:        line,
			Profile:        v.name,
			RequireVersion: r.RequireVersion,
			RefuseExpired:  r.RefuseExpired,
			ExactNames:     r.ExactNames,
			EmptyKeys:      r.EmptyKeys,
			AnyExpiration:  r.AnyExpiration,
		}}, true
	}}
}

// withoutShell returns a line for a shell that starts the words of a command as
// they are (shlex.split of Python), or false if there are none.
func withoutShell(command string) (string, bool) {
	words, ok := profile.ShellWords(command)
	if !ok || len(words) == 0 {
		return "", false
	}
	for i, word := range words {
		if word == "" || strings.ContainsFunc(word, needsQuotes) {
			words[i] = "'" + strings.ReplaceAll(word, "'", `'\''`) + "'"
		}
	}
	return strings.Join(words, " "), true
}

// needsQuotes reports whether a shell may give a character a meaning.
func needsQuotes(c rune) bool {
	return !unicode.IsLetter(c) && !unicode.IsDigit(c) && !strings.ContainsRune("_@%+:,./-", c)
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
