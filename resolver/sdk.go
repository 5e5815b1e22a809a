package resolver

import (
	"context"

	"github.com/awscred/awscred/resolver/profile"
)

// An SDK is what one SDK or tool does to find its credentials, as a value. The
// values stand in package sdk, one file each.
type SDK struct {
	// Name is the SDK's name in flags and reports: "go-v2". Title is what a
	// person reads.
	Name, Title string
	// Version is the version that was read and, if Basis says so, run.
	Version string
	// Basis says how the behaviour is known.
	Basis Basis
	// EndOfLife SDKs appear in reports only when asked for.
	EndOfLife bool
	// Kind of the chain.
	Kind Kind
	// Home says where the SDK looks for the home directory.
	Home HomeRules
	// Dialect is how the SDK reads the shared files.
	Dialect *profile.Dialect
	// Files says where the SDK looks for the shared files.
	Files FileRules
	// Profiles says how the SDK chooses the profile.
	Profiles ProfileRules
	// RegionVars are the variables that name the region, the first that is set
	// wins; nil stands for AWS_REGION and AWS_DEFAULT_REGION.
	RegionVars []string
	// Endpoints says which variables move the services that give keys.
	Endpoints EndpointVars
	// On, when set, returns the SDK as it is on a Host, or nil if that is no
	// other: for those that a variable changes as a whole.
	On func(*Host) *SDK
	// Load holds what the SDK checks before it looks at any source: an error
	// here ends the chain although a source would have keys.
	Load []Check
	// Links are the sources in the SDK's order.
	Links []Link
	// Deviations are the points in which this SDK differs from others, for
	// the documentation and for explanations.
	Deviations []Deviation
}

// Kind is how a chain treats its links.
type Kind uint8

// The two kinds of chain.
const (
	// PickOne selects the first source that is configured, whatever becomes
	// of it.
	PickOne Kind = iota
	// TryInTurn asks each source until one gives keys; a failure of a source
	// passes it over or stops the chain, as its Step says.
	TryInTurn
)

// EndpointVars are the variables that move a service of AWS elsewhere.
type EndpointVars uint8

// What SDKs heed.
const (
	AllEndpoints     EndpointVars = iota // AWS_ENDPOINT_URL_STS and its like, else AWS_ENDPOINT_URL
	ServiceEndpoints                     // AWS_ENDPOINT_URL_STS and its like
	NoEndpoints                          // none
)

// Basis is how we know what an SDK does.
type Basis string

// The bases of the contract.
const (
	Executed Basis = "executed" // its real answers are recorded or asked in our tests
	Suite    Basis = "suite"    // its own test data passes here
	Sourced  Basis = "source"   // read, not run
)

// A Deviation is a point in which an SDK differs from others.
type Deviation struct {
	// ID is shared by the SDKs that deviate in the same way.
	ID string
	// Text is one clause: "AWS_PROFILE makes it ignore the environment keys".
	Text string
	// Source is the file and line of the SDK that fixes it.
	Source string
	// Since and Until are the versions in which it came and went; empty means
	// as far as is known.
	Since, Until string
}

// HomeRules name the variables that an SDK takes the home directory from, per
// system; the first that is set wins, and Host.Home stands in when none is. An
// entry "A+B" is the value of A followed by that of B, if both are set.
type HomeRules struct {
	Unix, Windows []string
	// WorkingDir stands in instead of the account's home directory.
	WorkingDir bool
	// Otherwise, if set, is what stands in.
	Otherwise string
}

// FileRules say where an SDK looks for the shared files.
type FileRules struct {
	// ConfigVars and CredentialsVars name the variables that give the paths,
	// the first that is set wins.
	ConfigVars, CredentialsVars []string
	// NoConfig reads no config file at all.
	NoConfig bool
	// ConfigBeside looks for the config file in the directory of the
	// credentials file, if no variable names one.
	ConfigBeside bool
	// CredentialsElse is the file in ~/.aws that is read as a credentials file
	// if there is none and no variable names one; "" for none.
	CredentialsElse string
	// Tilde expands a leading "~" and Dollar "$VAR" in the variables' values.
	Tilde, Dollar bool
	// EmptyIsNoFile takes an empty variable for "no file"; otherwise it
	// counts as not set.
	EmptyIsNoFile bool
	// OnlyExisting takes a variable only if the file that it names exists.
	OnlyExisting bool
	// DirectoryStops makes a directory in a file's place an error; otherwise
	// it counts as no file, as one that may not be read always does.
	DirectoryStops bool
}

// ProfileRules say how an SDK chooses a profile.
type ProfileRules struct {
	// Vars are the variables that name it, the first that is set wins.
	Vars []string
	// EmptyIsSet takes an empty variable for the profile named "".
	EmptyIsSet bool
	// Missing says what a profile that does not exist does.
	Missing MissingProfile
	// MissingFor overrides Missing for a variable by name, or for "code".
	MissingFor map[string]MissingProfile
}

// MissingProfile is what becomes of a named profile that no file has.
type MissingProfile uint8

// What SDKs do with a missing profile.
const (
	MissingStops  MissingProfile = iota // an error, even before other sources
	MissingPasses                       // as if no profile were configured
)

// A Check is one thing that an SDK looks at when it is loaded. It returns a
// Step that is broken, or unknown if it could not be looked at, or nil. The
// Step has no Source unless what is wrong belongs to one.
type Check func(*Situation) *Step

// A Link is one place of a chain. Offers looks at local evidence only and
// returns at least one Offer: what the SDK would find here, in its order.
type Link interface {
	Offers(context.Context, *Situation) []Offer
}

// An Offer is a Step and how its keys would be got. Plan is nil unless the Step
// is usable or unknown.
type Offer struct {
	Step Step
	Plan Plan
	// FailurePasses passes over a plan that fails, and a step that is broken
	// without having been asked. Otherwise a failure ends the chain.
	FailurePasses bool
	// BasePasses passes over a role whose base fails (an error of the Carrier
	// that is a [*BaseError]), though not one that STS refuses.
	BasePasses bool
	// NoneFails takes a source that is asked and has nothing to give
	// (ErrNoCredentials) for one that fails. Otherwise it is absent, which
	// ends a chain of the kind PickOne and no other.
	NoneFails bool
}

// A ProfileChoice is the profile that an SDK uses and why.
type ProfileChoice struct {
	Name string
	// By is ByCode, the name of a variable, or "" for the default.
	By string
}

// ByCode is the By of a profile that the program itself names.
const ByCode = "code"
