package rules

import (
	"bytes"
	"encoding/base64"
	"strings"

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
	case bytes.Contains(secret, []byte("ACCESSTOKEN")), bytes.Contains(secret, []byte("REFRESHTOKEN")), bytes.Contains(secret, []byte("VERYLONGSECRET")):
		return "a placeholder" // as the models of sso-oidc have
	case enclosed(secret, "{{", "}}"), enclosed(secret, "${", "}"):
		return "a placeholder of a template"
	case awskey.Entropy(secret) < 2.5:
		return "a few characters repeated"
	}
	return ""
}

// enclosed reports whether open stands in text, and shut behind it.
func enclosed(text []byte, open, shut string) bool {
	_, rest, ok := bytes.Cut(text, []byte(open))
	return ok && bytes.Contains(rest, []byte(shut))
}

// noiseOfOpaque also refuses what is text in base64, which no opaque token is.
func noiseOfOpaque(secret []byte) string {
	if why := noiseOfText(secret); why != "" {
		return why
	}
	if plainBase64(secret) {
		return "base64 of plain text"
	}
	return ""
}

// plainBase64 reports whether a text is plain text in base64, as what stands in
// a Kubernetes Secret is: that is found where it was decoded.
func plainBase64(text []byte) bool {
	plain, err := base64.RawStdEncoding.DecodeString(strings.TrimRight(string(text), "="))
	if err != nil || len(plain) == 0 {
		return false
	}
	for _, c := range plain {
		if (c < ' ' || c > '~') && c != '\n' && c != '\r' && c != '\t' {
			return false
		}
	}
	return true
}
