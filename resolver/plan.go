package resolver

import (
	"context"
	"time"

	"github.com/awscred/awscred/internal/redact"
)

// Keys are credentials. Only their id can be printed.
type Keys struct {
	ID      string
	Secret  redact.Secret
	Token   redact.Secret
	Expires time.Time // zero: they do not expire, or it is not known
	Account string    // if the source names it
}

// A Plan is how an SDK would get its keys from one source. The concrete types
// are the Plan types of this file.
type Plan interface{ plan() }

// StaticPlan has the keys at hand.
type StaticPlan struct{ Keys Keys }

// ProcessPlan runs a credential_process.
type ProcessPlan struct {
	Command string
	Profile string
	// RequireVersion and RefuseExpired say how strictly the SDK reads the
	// answer.
	RequireVersion, RefuseExpired bool
	// ExactNames heeds the case of names in the answer, and EmptyKeys takes
	// keys that are there and empty.
	ExactNames, EmptyKeys bool
	// AnyExpiration takes a text that is no time for keys that do not expire.
	AnyExpiration bool
}

// SSOPlan asks the portal of IAM Identity Center with the token of a cache
// file.
type SSOPlan struct {
	Session   string // of sso_session; empty for the legacy form
	StartURL  string
	Region    string
	Account   string
	Role      string
	CacheFile string
	// Live says that the SDK takes the token for a live one, whatever the form
	// of its expiresAt.
	Live bool
	// Refresh allows the token to be renewed, which rewrites the cache file.
	Refresh bool
	// Endpoints says which variables move the service.
	Endpoints EndpointVars
}

// LoginPlan uses the cache of "aws login".
type LoginPlan struct {
	Session   string
	CacheFile string
	Region    string
	// Needs is a package that the SDK needs for it and that may not be
	// installed, or "".
	Needs string
	// Unchecked takes the keys of the cache as they are there: of them it only
	// needs to name the account, and they are live unless they expired at a
	// time that can be read.
	Unchecked bool
	// Endpoints says which variables move the service.
	Endpoints EndpointVars
}

// ContainerPlan asks a container's credentials endpoint.
type ContainerPlan struct {
	URL string
	// Token authorizes the request; TokenFile is read for it when it is set.
	Token     redact.Secret
	TokenFile string
}

// InstancePlan asks the instance metadata service for the role's keys.
type InstancePlan struct {
	Endpoint string
	// V1Disabled forbids the fallback to requests without a session token;
	// V1Never is for SDKs that have no such fallback at all.
	V1Disabled, V1Never bool
	// V1DisabledFails makes it a failure, and not an instance without a role,
	// if the service makes no session token and V1Disabled forbids to go on
	// without one.
	V1DisabledFails bool
	// KeepPath asks below the path of the endpoint; otherwise only its host
	// counts.
	KeepPath bool
}

// WebIdentityPlan exchanges a token file for a role's keys.
type WebIdentityPlan struct {
	TokenFile   string
	RoleARN     string
	SessionName string
	Region      string
	// Endpoints says which variables move the service.
	Endpoints EndpointVars
}

// RolePlan assumes a role with the keys of Base.
type RolePlan struct {
	RoleARN     string
	SessionName string
	ExternalID  string
	MFASerial   string
	Region      string
	Duration    time.Duration
	Base        Plan
	// Endpoints says which variables move the service.
	Endpoints EndpointVars
}

func (*StaticPlan) plan()      {}
func (*ProcessPlan) plan()     {}
func (*SSOPlan) plan()         {}
func (*LoginPlan) plan()       {}
func (*ContainerPlan) plan()   {}
func (*InstancePlan) plan()    {}
func (*WebIdentityPlan) plan() {}
func (*RolePlan) plan()        {}

// A BaseError is the failure of the keys that a role was to be assumed with.
type BaseError struct{ Err error }

// Error is what went wrong, as the base says it.
func (e *BaseError) Error() string { return e.Err.Error() }

// Unwrap returns what went wrong.
func (e *BaseError) Unwrap() error { return e.Err }

// A Carrier carries plans out: it runs processes and makes requests. Its errors
// wrap [ErrNoCredentials] where an SDK reports that a source has none to give,
// such as an instance without a role. What fails below a role is a
// [*BaseError].
type Carrier interface {
	Carry(ctx context.Context, h *Host, p Plan) (Keys, error)
}
