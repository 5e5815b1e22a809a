package awskey

import (
	"bytes"
	"slices"
	"strings"
)

// MinTokenLen is the least length of a session token that is reported. AWS
// promises no maximum ("make no assumptions about the maximum size",
// https://docs.aws.amazon.com/STS/latest/APIReference/API_Credentials.html), so
// there is none here.
const MinTokenLen = 100

// TokenPrefixes are the stable beginnings of session tokens. A token is base64
// of a message whose first byte is a version and whose first field names the
// issuer: 15 and 17 hex with "er/aws", 21 hex with "origin_ec". The structure
// is described in
// https://medium.com/@TalBeerySec/revealing-the-inner-structure-of-aws-session-tokens-a6c76469cba7
func TokenPrefixes() []string {
	return []string{"IQoJb3JpZ2lu", "FwoGZXIvYXdz", "FQoGZXIvYXdz"}
}

// TokenPrefixLen is the length of the part of a session token that is the same
// in all tokens of a version and therefore not secret.
const TokenPrefixLen = 12

// IsTokenShape reports whether b is a session token and nothing else: a known
// beginning, at least MinTokenLen base64 characters in all, and up to two '='
// at the end.
func IsTokenShape(b []byte) bool {
	body := bytes.TrimRight(b, "=")
	if len(b)-len(body) > 2 || len(b) < MinTokenLen || !base64Class().all(string(body)) {
		return false
	}
	return slices.ContainsFunc(TokenPrefixes(), func(prefix string) bool { return bytes.HasPrefix(body, []byte(prefix)) })
}

// IsExampleToken reports whether s is a session token from AWS's documentation.
func IsExampleToken(s string) bool { return strings.Contains(s, exampleMark) }
