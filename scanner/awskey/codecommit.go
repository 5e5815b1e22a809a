package awskey

import "time"

// CodeCommitLife is how long a password of the credential helper is accepted
// after it was signed: as long as any request signed in its headers, see
// https://docs.aws.amazon.com/general/latest/gr/signing-elements.html
const CodeCommitLife = 15 * time.Minute

// codeCommitTime is the form of the time with which the password begins.
const codeCommitTime = "20060102T150405Z"

// CodeCommitPasswordLen is the length of such a password: a time, and an
// HMAC-SHA-256 in hexadecimal.
const CodeCommitPasswordLen = len(codeCommitTime) + 64

// ParseCodeCommitPassword reads the password that the credential helper of the
// AWS CLI makes for one request to CodeCommit, and returns when it was signed.
// It is a time and a signature, see awscli/customizations/codecommit.py; the
// user name beside it is an access key id.
func ParseCodeCommitPassword(s string) (signed time.Time, ok bool) {
	if len(s) != CodeCommitPasswordLen {
		return time.Time{}, false
	}
	stamp, signature := s[:len(codeCommitTime)], s[len(codeCommitTime):]
	for i := range len(signature) {
		c := signature[i]
		if (c < '0' || c > '9') && (c < 'a' || c > 'f') {
			return time.Time{}, false
		}
	}
	signed, err := time.Parse(codeCommitTime, stamp)
	return signed, err == nil
}
