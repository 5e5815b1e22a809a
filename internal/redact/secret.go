package redact

import (
	"bytes"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"log/slog"
	"strconv"
)

// A Secret is bytes that do not print: each formatting verb, each marshaler and
// slog show "[secret, 40 bytes]" instead. The zero Secret is no secret.
//
// The bytes stand behind two pointers. Package fmt reaches unexported fields
// without asking them for methods, and prints what a pointer there points to if
// the verb does not fit pointers; it never follows two.
//
// Compare with [Secret.Equal]; the operator compares identities.
type Secret struct{ outer *box }

type box struct{ inner *[]byte }

// New returns a Secret of a copy of text. Without any bytes it is the zero
// Secret.
func New[T ~string | ~[]byte](text T) Secret {
	if len(text) == 0 {
		return Secret{}
	}
	b := append([]byte(nil), text...)
	return Secret{&box{&b}}
}

// Reveal returns a copy of the bytes. It is the only way to them; a test of the
// command lists who may call it.
func (s Secret) Reveal() []byte { return bytes.Clone(s.content()) }

// Len returns the number of bytes.
func (s Secret) Len() int { return len(s.content()) }

// IsZero reports whether there is no secret.
func (s Secret) IsZero() bool { return s.outer == nil }

// Equal reports whether two secrets are the same, in a time that depends on
// their lengths alone.
func (s Secret) Equal(t Secret) bool { return hmac.Equal(s.content(), t.content()) }

// Contains reports whether t stands within s. No secret stands in every one.
// Unlike Equal it gives no promise about its time.
func (s Secret) Contains(t Secret) bool { return bytes.Contains(s.content(), t.content()) }

// fingerprintKey is the key of fingerprints when none is given, so that every
// machine agrees on them.
const fingerprintKey = "awscred/v1"

// Fingerprint names s without giving it away: the first 32 hexadecimal digits
// of HMAC-SHA-256(key, kind NUL s), followed by NUL and the next secret for each
// of more. Without a key the constant "awscred/v1" is taken. A secret that can
// be guessed can be tested against its fingerprint by whoever has the key.
func (s Secret) Fingerprint(key []byte, kind string, more ...Secret) string {
	if len(key) == 0 {
		key = []byte(fingerprintKey)
	}
	mac := hmac.New(sha256.New, key)
	mac.Write([]byte(kind))
	for _, part := range append([]Secret{s}, more...) {
		mac.Write([]byte{0})
		mac.Write(part.content())
	}
	return hex.EncodeToString(mac.Sum(nil))[:32]
}

func (s Secret) content() []byte {
	if s.outer == nil {
		return nil
	}
	return *s.outer.inner
}

// String masks the secret: "[secret, 40 bytes]", or "[no secret]".
func (s Secret) String() string {
	switch n := s.Len(); n {
	case 0:
		return "[no secret]"
	case 1:
		return "[secret, 1 byte]"
	default:
		return "[secret, " + strconv.Itoa(n) + " bytes]"
	}
}

// GoString is String.
func (s Secret) GoString() string { return s.String() }

// Format is String whatever the verb and flags.
func (s Secret) Format(f fmt.State, _ rune) { io.WriteString(f, s.String()) }

// MarshalText is String.
func (s Secret) MarshalText() ([]byte, error) { return []byte(s.String()), nil }

// MarshalJSON is String, or null if there is no secret.
func (s Secret) MarshalJSON() ([]byte, error) {
	if s.IsZero() {
		return []byte("null"), nil
	}
	return strconv.AppendQuote(nil, s.String()), nil
}

// MarshalBinary is String, so that encoding/gob cannot carry a secret away
// either.
func (s Secret) MarshalBinary() ([]byte, error) { return s.MarshalText() }

// LogValue is String.
func (s Secret) LogValue() slog.Value { return slog.StringValue(s.String()) }
