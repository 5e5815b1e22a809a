package rules

import (
	"bytes"

	"github.com/awscred/awscred/scanner/awskey"
)

// example is the reason for which AWS's own examples do not count.
const example = "documented example"

// noiseOfID says why an id of the right form does not count.
func noiseOfID(secret []byte) string {
	if bytes.Contains(secret, []byte("EXAMPLE")) {
		return example
	}
	return awskey.PlaceholderID(string(secret))
}

// noiseOfSecret says why a secret access key of the right form does not count.
func noiseOfSecret(secret []byte) string {
	if awskey.IsExampleSecret(string(secret)) {
		return example
	}
	return awskey.PlaceholderSecret(secret)
}

// acceptSecret admits what may be a secret access key, and placeholders that
// were certainly meant as one: those are shown as such.
func acceptSecret(secret []byte) bool {
	return awskey.IsSecretShape(secret) || awskey.PlaceholderSecret(secret) != ""
}

// noiseOfText says why a secret of another form does not count.
func noiseOfText(secret []byte) string {
	lower := bytes.ToLower(secret)
	switch {
	case bytes.Contains(secret, []byte("EXAMPLE")):
		return example
	case bytes.Contains(lower, []byte("example")), bytes.Contains(lower, []byte("placeholder")), bytes.Contains(lower, []byte("xxxx")):
		return "a placeholder"
	case awskey.Entropy(secret) < 2.5:
		return "a few characters repeated"
	}
	return ""
}
