package redact

import (
	"bytes"
	"crypto/hmac"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/hex"
	"fmt"
	"log/slog"
)

// fingerprintKey is the key of fingerprints if the caller gives none, so that
// every machine computes the same.
const fingerprintKey = "awscred/v1"

// A Secret holds bytes that must not be shown. It keeps them behind two
// pointers: package fmt reaches unexported fields without asking for methods,
// and follows one pointer where a verb does not fit, but never two. The zero
// Secret is no secret.
type Secret struct{ hidden *box }

type box struct{ bytes *[]byte }

// New returns a Secret with a copy of b.
func New(b []byte) Secret {
	c := bytes.Clone(b)
	return Secret{&box{&c}}
}

// Len is the number of bytes.
func (s Secret) Len() int { return len(s.bytes()) }

// IsZero reports whether there is no secret, or an empty one.
func (s Secret) IsZero() bool { return s.Len() == 0 }

// Equal compares two secrets in a time that depends on their lengths only.
func (s Secret) Equal(t Secret) bool { return subtle.ConstantTimeCompare(s.bytes(), t.bytes()) == 1 }

// Reveal returns the bytes themselves, which the caller must not change. A test
// lists everybody who calls it.
func (s Secret) Reveal() []byte { return s.bytes() }

func (s Secret) bytes() []byte {
	if s.hidden == nil {
		return nil
	}
	return *s.hidden.bytes
}

// Fingerprint names a secret without telling it: the first 32 hexadecimal
// digits of HMAC-SHA-256 over kind, a NUL, the secret, and then a NUL and each
// of more. A nil or empty key stands for a constant one: then a secret that can
// be guessed can be tested against its fingerprint.
func (s Secret) Fingerprint(key []byte, kind string, more ...Secret) string {
	if len(key) == 0 {
		key = []byte(fingerprintKey)
	}
	mac := hmac.New(sha256.New, key)
	mac.Write([]byte(kind))
	for _, part := range append([]Secret{s}, more...) {
		mac.Write([]byte{0})
		mac.Write(part.bytes())
	}
	return hex.EncodeToString(mac.Sum(nil)[:16])
}

func (s Secret) mask() string {
	if s.IsZero() {
		return "[no secret]"
	}
	return fmt.Sprintf("[secret, %d bytes]", s.Len())
}

// String returns how long the secret is.
func (s Secret) String() string { return s.mask() }

// GoString returns how long the secret is.
func (s Secret) GoString() string { return s.mask() }

// Format writes how long the secret is, for every verb.
func (s Secret) Format(f fmt.State, _ rune) { fmt.Fprint(f, s.mask()) }

// MarshalText returns how long the secret is.
func (s Secret) MarshalText() ([]byte, error) { return []byte(s.mask()), nil }

// MarshalJSON returns how long the secret is, as a JSON string.
func (s Secret) MarshalJSON() ([]byte, error) { return []byte(`"` + s.mask() + `"`), nil }

// LogValue returns how long the secret is.
func (s Secret) LogValue() slog.Value { return slog.StringValue(s.mask()) }
