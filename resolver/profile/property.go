package profile

import (
	"strings"

	"github.com/awscred/awscred/internal/redact"
)

// A Property is one key of a section. Keys that hold secrets have their value in
// Secret, all others in Text; never both.
type Property struct {
	// Name is the key as the dialect compares it.
	Name string
	// Text may have several lines. One of them that sets a key which holds a
	// secret, because it is indented by mistake, has a mask in place of it.
	Text   string
	Secret redact.Secret
	// File and Line say where the value stands.
	File string
	Line int
	// Nested are the keys below this one, as below "s3 =". Those of a key that
	// holds a secret are left out.
	Nested []Property
}

// IsSecret reports whether the key is one that holds a secret.
func (p Property) IsSecret() bool { return IsSecretKey(p.Name) }

// IsBlank reports whether the key has no value.
func (p Property) IsBlank() bool { return p.Text == "" && p.Secret.IsZero() && len(p.Nested) == 0 }

// IsSecretKey reports whether the value of a key is a secret, whatever its case:
// aws_secret_access_key, aws_session_token, aws_security_token, the names that
// older files use (AWSSecretKey), and anything else that says so by its name,
// since a misspelt key holds a secret as well. So may a value that lost its key.
// Names of files are no secrets.
func IsSecretKey(name string) bool {
	name = strings.ToLower(name)
	if name == "" {
		return true
	}
	if strings.HasSuffix(name, "_file") {
		return false
	}
	for _, word := range []string{"secret", "token", "password", "passwd", "private_key"} {
		if strings.Contains(name, word) {
			return true
		}
	}
	return false
}

// nested returns a nested key by name.
func (p Property) nested(name string) (Property, bool) {
	for i := len(p.Nested) - 1; i >= 0; i-- {
		if p.Nested[i].Name == name {
			return p.Nested[i], true
		}
	}
	return Property{}, false
}
