package resolver

import "time"

// A Source is a kind of place where credentials come from.
type Source string

// The sources of the contract.
const (
	FromCode           Source = "code"
	FromEnv            Source = "env"
	FromEnvLegacy      Source = "env-legacy" // AWS_ACCESS_KEY and its like
	FromProfile        Source = "profile"    // static keys in a profile
	FromAssumeRole     Source = "assume-role"
	FromWebIdentity    Source = "web-identity"
	FromSSO            Source = "sso"
	FromLogin          Source = "login" // aws login
	FromProcess        Source = "process"
	FromContainer      Source = "container"
	FromIMDS           Source = "imds" // the role of the instance
	FromBotoConfig     Source = "boto-config"
	FromCredentialFile Source = "credential-file" // AWS_CREDENTIAL_FILE
)

// Sources lists all sources, in the order in which most SDKs ask them.
func Sources() []Source {
	return []Source{FromCode, FromEnv, FromEnvLegacy, FromProfile, FromAssumeRole, FromWebIdentity, FromSSO, FromLogin,
		FromProcess, FromContainer, FromIMDS, FromBotoConfig, FromCredentialFile}
}

// Status is what a source has to offer.
type Status string

// The statuses of the contract.
const (
	Absent   Status = "absent"   // nothing is configured
	Partial  Status = "partial"  // configured in part, so that the SDK passes it over
	Disabled Status = "disabled" // switched off
	Usable   Status = "usable"   // would supply credentials
	Broken   Status = "broken"   // configured, and cannot work
	Unknown  Status = "unknown"  // cannot be told without asking
)

// A Step is what one source reported. It holds no secret.
type Step struct {
	Source Source
	Status Status
	// Stops is true if a source that offers nothing ends the chain all the
	// same; false means that the SDK passes it over. It says nothing about
	// usable sources.
	Stops bool
	// Reason is one clause, lower case, without a full stop.
	Reason string
	// Where is the evidence: each variable, file line or endpoint.
	Where []Evidence
	// Profile is the profile that the source belongs to.
	Profile string
	// KeyID, RoleARN and Expires are what the source would hand on, as far as
	// that is known.
	KeyID   string
	Account string
	RoleARN string
	Expires time.Time
	// Via are the sources whose keys an assumed role is asked for with, one
	// for each role: the nearest first, the base last.
	Via []Hop
}

// Offered reports whether the step stands for credentials that a chain could
// use: it is usable, or it cannot be told.
func (s *Step) Offered() bool { return s.Status == Usable || s.Status == Unknown }

// A Hop is one stage on the way to an assumed role's credentials.
type Hop struct {
	Source  Source
	Profile string
	KeyID   string
	RoleARN string
	Where   []Evidence
}

// Hop returns the step as a stage on the way to a role.
func (s *Step) Hop() Hop {
	return Hop{Source: s.Source, Profile: s.Profile, KeyID: s.KeyID, RoleARN: s.RoleARN, Where: s.Where}
}

// Evidence is a thing that was looked at.
type Evidence struct {
	Kind EvidenceKind
	// Name is the variable, path, command or URL; Line the line in a file, or
	// 0.
	Name string
	Line int
	// Note is what was seen there, in a few words, without any secret.
	Note string
}

// EvidenceKind is a kind of thing to look at.
type EvidenceKind string

// The kinds of the contract.
const (
	InEnv      EvidenceKind = "env"
	InFile     EvidenceKind = "file"
	InCode     EvidenceKind = "code"
	InProcess  EvidenceKind = "process"
	InCache    EvidenceKind = "cache"
	AtEndpoint EvidenceKind = "endpoint"
)

// Env is the evidence of a variable.
func Env(name string) Evidence { return Evidence{Kind: InEnv, Name: name} }

// File is the evidence of a line of a file.
func File(name string, line int) Evidence { return Evidence{Kind: InFile, Name: name, Line: line} }
