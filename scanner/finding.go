package scanner

import (
	"time"

	"github.com/awscred/awscred/internal/redact"
)

// A Finding is one secret with its life: not a line for each commit that holds
// it. Its JSON form is the contract of docs/output.md.
type Finding struct {
	// Fingerprint names the secret in every report, on every machine; see
	// [redact.Secret.Fingerprint]. No path, commit or line goes into it.
	Fingerprint string     `json:"fingerprint"`
	Rule        string     `json:"rule"`
	Title       string     `json:"title"`
	Severity    Severity   `json:"severity"`
	Confidence  Confidence `json:"confidence"`

	// KeyID is the whole id of an AWS key: it names the key to revoke and is
	// no secret by itself.
	KeyID       string  `json:"key_id,omitempty"`
	Account     *string `json:"account"`
	AccountNote string  `json:"account_note,omitempty"` // "decoded" or why not
	Canary      bool    `json:"canary"`
	Temporary   bool    `json:"temporary"`
	Expires     *string `json:"expires"`

	Secret       *SecretInfo `json:"secret"`
	SessionToken *SecretInfo `json:"session_token"`
	Pairing      *Pairing    `json:"pairing"`
	// MadeFrom is the fingerprint of the finding whose secret this one is made
	// from, if that is proved: it ends with that key.
	MadeFrom string `json:"made_from,omitempty"`

	Exposure    Exposure     `json:"exposure,omitempty"`
	First       *Occurrence  `json:"first"`
	Last        *Occurrence  `json:"last"`
	Intervals   []Interval   `json:"intervals"`
	InHead      bool         `json:"in_head"`
	Refs        []string     `json:"refs"`      // the first hundred
	RefCount    int          `json:"ref_count"` // all of them
	Occurrences []Occurrence `json:"occurrences"`
	Count       int          `json:"occurrence_count"`

	Verified string `json:"verified"` // not-checked unless asked
	// VerifiedNote says in a few words why AWS was not asked, or what its answer
	// means.
	VerifiedNote string       `json:"verified_note,omitempty"`
	Identity     *string      `json:"identity"`
	UsedHere     []UsedHere   `json:"used_here"`
	Suppressed   *Suppression `json:"suppressed"`
	// Noise says why a finding is not counted: a documented example, a
	// placeholder. Such findings are shown on request only.
	Noise string `json:"noise,omitempty"`
}

// SecretInfo tells about a secret what may be told.
type SecretInfo struct {
	Kind   string  `json:"kind"`
	Length int     `json:"length"` // in bytes
	Value  *string `json:"value"`  // only when the user asked to show secrets

	value redact.Secret
}

// Secret is the value itself, which does not print.
func (s *SecretInfo) Secret() redact.Secret { return s.value }

// Pairing says why an id and a secret are taken for one key.
type Pairing struct {
	Ground     string `json:"ground"`    // "same line", "12 lines apart", "secret in .env, same directory"
	Certainty  string `json:"certainty"` // certain, probable, ambiguous
	Candidates int    `json:"candidates"`

	secrets []redact.Secret
}

// Ambiguous is the certainty of a pairing that others contend for.
const Ambiguous = "ambiguous"

// Secrets are the secrets that may belong to the id, the most probable first,
// which is the finding's own: at most eight, however many candidates there are.
// A report that was read from JSON has none.
func (p *Pairing) Secrets() []redact.Secret { return p.secrets }

// UsedHere is a source of this machine's chain that holds the same key.
type UsedHere struct {
	Source string `json:"source"`
	Where  string `json:"where"`
}

// An Occurrence is one place where a part of a finding stands.
type Occurrence struct {
	Part       Part         `json:"part"`
	Object     string       `json:"object,omitempty"`
	Commit     string       `json:"commit,omitempty"`
	Path       string       `json:"path"`
	PathB64    *string      `json:"path_b64"` // the exact bytes, if they are not UTF-8
	Line       int          `json:"line"`
	EndLine    int          `json:"end_line"`
	Column     int          `json:"column"` // in bytes, from 1
	EndColumn  int          `json:"end_column"`
	Field      Field        `json:"field"`
	Place      Place        `json:"place"`
	Ref        *string      `json:"ref"`
	Author     string       `json:"author,omitempty"`
	Time       string       `json:"time,omitempty"`
	Page       *string      `json:"page"`
	Revision   *string      `json:"revision"`
	State      *string      `json:"state"`
	Decoded    []string     `json:"decoded"`
	Via        []string     `json:"via"`
	Suppressed *Suppression `json:"suppressed"`

	known string    // see [Spot]
	when  time.Time // Time
}

// Fails reports whether the finding makes a scan fail under policy p.
func (f *Finding) Fails(p Policy) bool {
	if f.Suppressed != nil || f.Noise != "" || p.FailOn == Never {
		return false
	}
	if f.Exposure.OnlyHere() && !p.FailOnLocal {
		return false
	}
	return f.Severity.AtLeast(p.FailOn)
}

// A Policy says which findings fail a scan.
type Policy struct {
	// FailOn is the least severity that fails; [Never] lets nothing fail.
	FailOn Severity `json:"fail_on"`
	// FailOnLocal also fails on findings that are only on this machine.
	FailOnLocal bool `json:"fail_on_local"`
}

// Never as a policy's FailOn lets no finding fail the scan.
const Never Severity = "never"
