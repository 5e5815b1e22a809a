package awskey

import (
	"crypto/hmac"
	"crypto/sha256"
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
			if over := end - start - SMTPPasswordLen; over > 0 && over <= maxTail {
				start = afterEscape(data, start)
			}
			padded := end < len(data) && data[end] == '='
			if !padded && IsSMTPPasswordShape(data[start:end]) && !yield(start, end) {
				return
			}
		}
	}
}

// SMTPPasswords yields the SMTP passwords of Amazon SES that belong to a secret
// access key, each with its region: one for each of Regions, and the one of the
// older way, whose region is "". A password that is among them is the same leak
// as the secret: to deactivate the key ends it too. The algorithms are those of
// https://docs.aws.amazon.com/ses/latest/dg/smtp-credentials.html
func SMTPPasswords(secret []byte) iter.Seq2[string, string] {
	return func(yield func(password, region string) bool) {
		if !yield(base64.StdEncoding.EncodeToString(append([]byte{2}, mac(secret, "SendRawEmail")...)), "") {
			return
		}
		date := mac(append([]byte("AWS4"), secret...), "11111111")
		for _, region := range Regions() {
			key := mac(date, region)
			for _, text := range []string{"ses", "aws4_request", "SendRawEmail"} {
				key = mac(key, text)
			}
			if !yield(base64.StdEncoding.EncodeToString(append([]byte{4}, key...)), region) {
				return
			}
		}
	}
}

func mac(key []byte, text string) []byte {
	h := hmac.New(sha256.New, key)
	h.Write([]byte(text))
	return h.Sum(nil)
}
