package code

import (
	"strconv"
	"strings"

	"github.com/awscred/awscred/internal/redact"
	"github.com/awscred/awscred/resolver"
)

// A Site is one place of a program's source that sets something the chain of an
// SDK starts with, or that makes a client and sets nothing.
type Site struct {
	// File is the path below the directory that was looked at, with slashes;
	// Line counts from 1.
	File string
	Line int
	// Language is the name of the language or format: "python".
	Language string
	// SDKs are the names of the SDKs that the call concerns: "go-v2". They are
	// empty where every program that is started there is concerned.
	SDKs []string
	// Call is what was called or written, as documentation names it:
	// "boto3.client", "os.environ".
	Call string
	// Sets is the kind of thing that is set.
	Sets Setting
	// KeyID, Secret and Token are those of static keys. Profile, Role (an ARN)
	// and Endpoint are what the other settings name.
	KeyID, Secret, Token Value
	Profile              Value
	Role, Endpoint       Value
	// Sources are what a provider asks, in place of the SDK's chain.
	Sources []resolver.Source
	// Variable is the variable of the environment that is written, and Written
	// its value.
	Variable string
	Written  Value
	// For is whose environment a configuration file sets; the zero Environment
	// is that of the program whose source the file is.
	For Environment
	// Global is true for what holds for every later client of the process.
	Global bool
	// Test is true if the file is one of the program's tests.
	Test bool

	// row and name are the row of a table that found the site, and the one of
	// its names, if it was one.
	row  *constructor
	name string
}

// Setting is a kind of thing that a program sets.
type Setting string

// What programs set.
const (
	// StaticKey is a key id and a secret.
	StaticKey Setting = "static-key"
	// Profile names a profile of the shared files.
	Profile Setting = "profile"
	// Provider puts sources in place of the SDK's chain.
	Provider Setting = "provider"
	// Role assumes a role with what the chain gives.
	Role Setting = "role"
	// GivenRole is a role that what starts a program gives it, without keys in a
	// file: the way that AWS advises.
	GivenRole Setting = "given-role"
	// Endpoint sends requests elsewhere.
	Endpoint Setting = "endpoint"
	// Variable writes a variable of the environment.
	Variable Setting = "environment"
	// Options passes options or a provider that could not be followed.
	Options Setting = "options"
	// Nothing makes a client, and leaves everything to the chain.
	Nothing Setting = "nothing"
)

// A Value is what is known of something that a program passes. The zero Value
// is nothing passed.
type Value struct {
	// State says how much is known.
	State State
	// Text is the value of a literal that is no secret; Secret of one that is.
	Text   string
	Secret redact.Secret
	// Variable is the variable of the environment that the value comes from.
	// Text or Secret is then what stands in if it is not set.
	Variable string
	// Store names what gives the value when the program is started, if that
	// is neither the file nor the environment: "GitHub secret DEPLOY_KEY".
	Store string
	// Line is where a constant stands that was followed, or 0; File is its file
	// if that is another one.
	Line int
	File string
}

// State is how much is known of a value.
type State uint8

// The states.
const (
	NotSet     State = iota // not passed, or passed as null
	Literal                 // it stands in the source
	FromEnv                 // it comes from a variable of the environment
	NotTraced               // set in code, value unknown
	EmptyValue              // it stands there and is empty
	FromStore               // it comes from what Store names
)

// IsSet reports whether something is passed.
func (v Value) IsSet() bool { return v.State != NotSet && v.State != EmptyValue }

// named is a thing with the value of its name, in a few words: profile "dev", a
// profile that is set in code, value unknown.
func (v Value) named(thing string) string {
	switch v.State {
	case Literal:
		return thing + " " + strconv.Quote(v.Text)
	case FromEnv:
		return "a " + thing + " from the environment variable " + v.Variable
	}
	return "a " + thing + " that is set in code, value unknown"
}

// Trace is the site in one line, as tests and verbose reports write it:
// "main.py:3 python boto3.client static-key key=literal". It holds no secret.
func (s *Site) Trace() string {
	var b strings.Builder
	b.WriteString(s.File + ":" + strconv.Itoa(s.Line) + " " + strings.Join(s.SDKs, ",") + " " + s.Call + " " + string(s.Sets))
	for _, part := range []struct {
		name  string
		value Value
	}{{"key", s.KeyID}, {"secret", s.Secret}, {"token", s.Token}, {"profile", s.Profile}, {"role", s.Role}, {"endpoint", s.Endpoint}, {s.Variable, s.Written}} {
		if part.value.State != NotSet {
			b.WriteString(" " + part.name + "=" + part.value.short())
		}
	}
	if s.Sets == Variable && s.Written.State == NotSet {
		b.WriteString(" " + s.Variable + " unset")
	}
	for i, source := range s.Sources {
		b.WriteString([]string{" from=", ","}[min(i, 1)] + string(source))
	}
	if s.For.Name != "" {
		b.WriteString(" for " + s.For.Name)
	} else if s.Global {
		b.WriteString(" global")
	}
	if s.Test {
		b.WriteString(" test")
	}
	return b.String()
}

// short is the value in one word.
func (v Value) short() string {
	line := ""
	if v.Line > 0 {
		line = "@" + strconv.Itoa(v.Line)
	}
	if v.File != "" {
		line = "@" + v.File + ":" + strconv.Itoa(v.Line)
	}
	switch v.State {
	case Literal:
		if v.Text != "" {
			return v.Text + line
		}
		return "literal" + line
	case FromEnv:
		if v.Text != "" || !v.Secret.IsZero() {
			line = "|literal" + line
		}
		return "$" + v.Variable + line
	case FromStore:
		return "{" + v.Store + "}" + line
	case EmptyValue:
		return "empty"
	}
	return "?"
}
