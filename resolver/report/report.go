// Package report writes what the resolver found: as text for people, as JSON
// for programs. The two say the same.
//
// Everything in a report but the words of this package comes from files,
// variables and services, and is written so that it can neither move a
// terminal's cursor nor begin a line that a CI runner takes for a command.
// There is no secret in a report: Steps and Warnings hold none.
package report

import (
	"time"

	"github.com/awscred/awscred/resolver"
	"github.com/awscred/awscred/resolver/code"
	"github.com/awscred/awscred/resolver/doctor"
)

// A Report is the answer to "which credentials win here, and why".
type Report struct {
	Host *resolver.Host
	// Answers are those of all SDKs that were followed, the asked ones among
	// them, in the order in which reports name them.
	Answers []Answer
	// Program is what the program's own source sets, or nil if it was not
	// read.
	Program *code.Program
	// Warnings are those of package doctor.
	Warnings []doctor.Warning
	// Expectations are what the caller demanded, and what there is.
	Expectations []Expectation
}

// An Expectation is a demand and what there is instead.
type Expectation struct {
	// Flag is the flag that made the demand: "--expect-source".
	Flag string
	// Want is the demand, Got what there is, "" if it cannot be known.
	Want, Got string
	// OK is true if the demand is met. Unknown is true if that cannot be
	// known; OK is then false.
	OK, Unknown bool
	// SDK is the title of the SDK that decided, "" if all did.
	SDK string
}

// An Identity is the answer of STS to whose keys they are.
type Identity struct {
	Account, ARN, UserID string
	// Root is true for the root user of an account, whose keys should not
	// exist.
	Root bool
	// Error says why STS gave no answer.
	Error string
}

// An Answer is what one SDK does on the Host.
type Answer struct {
	Trace *resolver.Trace
	// Asked is true for the SDKs that were asked for by name or found here.
	// The others only show where they differ.
	Asked bool
	// Version is the version that was found here, or "" if that is not known.
	Version string
	// Detected are the places that show the SDK: "requirements.txt:3".
	Detected []string
	// Does says what the program's source does to the chain, in one clause:
	// "passes a static key"; Calls are where. They are empty if no source was
	// read, or none concerns the SDK. One SDK has as many answers as its
	// program does different things.
	Does  string
	Calls []resolver.Evidence
	// Instead is what gives credentials without keys in the environment that a
	// configuration file gives some; "" if none does.
	Instead string
	// Identity is whose keys the winner's are, if STS was asked.
	Identity *Identity
}

// Options say how a report is written.
type Options struct {
	// Color writes ANSI colours. They mark severity and the winner only.
	Color bool
	// Width is the number of columns to fill, or 0 to leave lines whole.
	Width int
	// Mask shortens key ids.
	Mask bool
	// All shows what every SDK does, those at the end of their life included.
	All bool
	// Verbose shows every line of evidence and every reason.
	Verbose bool
	// Location is the zone of times in text; nil means UTC.
	Location *time.Location
	// Account decodes the account of a key id where the source does not name
	// it. The note says how it is known, or why it is not.
	Account func(keyID string) (account, note string)
	// Origin tells where a variable was set, if that is known.
	Origin func(variable string) (Origin, bool)
}

// An Origin is where a variable was set.
type Origin struct {
	// Kind is "rc", "dotenv", "unit", "process" or "ci".
	Kind string
	Name string
	// Line is the line of a file, or 0.
	Line int
	// Note continues "set in NAME:LINE", where the value is not written there
	// as it is: "by a command".
	Note string
}

// ExitCode is the code that a command which wrote the report ends with: 0 if
// every asked SDK has a usable winner and every expectation is met, 1 if one has
// none or fails, 3 if it depends on something that was not asked, or that STS
// was asked and did not answer. 1 outranks 3. A report in which nothing was
// asked has no winner.
func ExitCode(r *Report) int {
	asked, code := 0, 0
	for _, x := range r.Expectations {
		switch {
		case x.Unknown:
			code = 3
		case !x.OK:
			return 1
		}
	}
	for i := range r.Answers {
		if !r.Answers[i].Asked {
			continue
		}
		asked++
		if i := r.Answers[i].Identity; i != nil && i.Error != "" {
			code = max(code, 3)
		}
		switch r.Answers[i].Trace.Outcome() {
		case resolver.HasCredentials:
		case resolver.NotKnown:
			code = max(code, 3)
		default:
			return 1
		}
	}
	if asked == 0 {
		return 1
	}
	return code
}

// asked returns the asked answers.
func (r *Report) asked() []*Answer {
	return r.answers(func(a *Answer) bool { return a.Asked })
}

// identity is that of the first asked answer which has one.
func (r *Report) identity() *Identity {
	for _, a := range r.asked() {
		if a.Identity != nil {
			return a.Identity
		}
	}
	return nil
}

// visible returns the answers that belong into a report: SDKs at the end of
// their life only if they were asked or with All.
func (r *Report) visible(all bool) []*Answer {
	return r.answers(func(a *Answer) bool { return a.Asked || all || !a.Trace.SDK.EndOfLife })
}

func (r *Report) answers(keep func(*Answer) bool) []*Answer {
	var list []*Answer
	for i := range r.Answers {
		if a := &r.Answers[i]; keep(a) {
			list = append(list, a)
		}
	}
	return list
}

// account returns the account of a step's keys and how it is known: as the
// source names it, or decoded.
func (o *Options) account(s *resolver.Step) (account, note string) {
	if s.Account != "" {
		return s.Account, "named by the source"
	}
	if s.KeyID == "" || o.Account == nil {
		return "", ""
	}
	return o.Account(s.KeyID)
}
