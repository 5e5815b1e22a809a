package awskey

import (
	"crypto/hmac"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
	"iter"
)

// SMTPPasswordLen is the length of the SMTP passwords of Amazon SES: a version
// byte and an HMAC-SHA-256, in base64.
const SMTPPasswordLen = 44

// IsSMTPPasswordShape reports whether b could be an SMTP password of Amazon SES,
// whose user name is an access key id. The version byte fixes the first
// character and half of the second: 4 gives B and A to P, the older 2 gives A
// and g to v.
func IsSMTPPasswordShape(b []byte) bool {
	if len(b) != SMTPPasswordLen || !base64Class().all(string(b)) || Entropy(b) < MinSecretEntropy {
		return false
	}
	return b[0] == 'B' && b[1] >= 'A' && b[1] <= 'P' || b[0] == 'A' && b[1] >= 'g' && b[1] <= 'v'
}

// FindSMTPPasswords yields the start and end of every run of exactly 44 base64
// characters that IsSMTPPasswordShape accepts, in order. The password needs no
// padding, so a '=' behind it disqualifies it.
func FindSMTPPasswords(data []byte) iter.Seq2[int, int] {
	return func(yield func(int, int) bool) {
		for start, end := range base64Class().runs(data, SMTPPasswordLen) {
			start = afterEscape(data, start)
			padded := end < len(data) && data[end] == '='
			if !padded && IsSMTPPasswordShape(data[start:end]) && !yield(start, end) {
				return
			}
		}
	}
}

// SMTPPasswordOf reports whether password was derived from secret, either for
// the region or in the older way that knew none. If so, both are one leak: to
// deactivate the key ends the password too. The algorithms are those of
// https://docs.aws.amazon.com/ses/latest/dg/smtp-credentials.html
func SMTPPasswordOf(password, secret []byte, region string) bool {
	key := append([]byte("AWS4"), secret...)
	for _, text := range []string{"11111111", region, "ses", "aws4_request", "SendRawEmail"} {
		key = mac(key, text)
	}
	current := base64.StdEncoding.EncodeToString(append([]byte{4}, key...))
	older := base64.StdEncoding.EncodeToString(append([]byte{2}, mac(secret, "SendRawEmail")...))
	return subtle.ConstantTimeCompare(password, []byte(current)) == 1 ||
		subtle.ConstantTimeCompare(password, []byte(older)) == 1
}

func mac(key []byte, text string) []byte {
	h := hmac.New(sha256.New, key)
	h.Write([]byte(text))
	return h.Sum(nil)
}
