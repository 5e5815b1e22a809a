package awskey

import (
	"bytes"
	"iter"
	"strings"
)

// MinTokenLen is the least length of a session token that is reported. AWS
// promises no maximum ("make no assumptions about the maximum size",
// https://docs.aws.amazon.com/STS/latest/APIReference/API_Credentials.html), so
// there is none here.
const MinTokenLen = 100

// tokenPrefixes are the stable beginnings of session tokens. A token is base64
// of a message whose first byte is a version and whose first field names the
// issuer: 15 and 17 hex with "er/aws", 21 hex with "origin_ec". The structure
// is described in
// https://medium.com/@TalBeerySec/revealing-the-inner-structure-of-aws-session-tokens-a6c76469cba7
func tokenPrefixes() [3]string {
	return [3]string{"IQoJb3JpZ2lu", "FwoGZXIvYXdz", "FQoGZXIvYXdz"}
}

// TokenPrefixLen is the length of the part of a session token that is the same
// in all tokens of a version and therefore not secret.
const TokenPrefixLen = 12

// IsTokenShape reports whether b is a session token and nothing else: a known
// beginning, at least MinTokenLen base64 characters in all, and up to two '='
// at the end.
func IsTokenShape(b []byte) bool {
	body := bytes.TrimRight(b, "=")
	if len(b)-len(body) > 2 || len(b) < MinTokenLen || tokenStart(body) != 0 {
		return false
	}
	return base64Class().all(string(body))
}

// tokenStart returns where the first token prefix begins in run, or -1.
func tokenStart(run []byte) int {
	first := -1
	for _, prefix := range tokenPrefixes() {
		i := bytes.Index(run, []byte(prefix))
		if i >= 0 && (first < 0 || i < first) {
			first = i
		}
	}
	return first
}

// FindTokens yields the start and end, padding included, of every session token
// in data. A token may follow other base64 characters, as after the n of an
// escaped line break. One that is percent-encoded or broken over lines is found
// only after decoding.
func FindTokens(data []byte) iter.Seq2[int, int] {
	return func(yield func(int, int) bool) {
		// Two characters fewer, for the padding that is not part of the run.
		for start, end := range base64Class().runs(data, MinTokenLen-2) {
			at := tokenStart(data[start:end])
			if at < 0 {
				continue
			}
			start += at
			for range 2 {
				if end < len(data) && data[end] == '=' {
					end++
				}
			}
			if end-start >= MinTokenLen && !yield(start, end) {
				return
			}
		}
	}
}

// IsExampleToken reports whether s is a session token from AWS's documentation.
func IsExampleToken(s string) bool { return strings.Contains(s, exampleMark) }
