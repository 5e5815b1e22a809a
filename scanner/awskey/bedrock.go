package awskey

import (
	"encoding/base64"
	"strings"
)

// BedrockKey is an API key of Amazon Bedrock, which takes the place of a whole
// key pair. See
// https://docs.aws.amazon.com/bedrock/latest/userguide/api-keys.html
type BedrockKey struct {
	// LongTerm keys belong to an IAM user made for them and may never expire.
	LongTerm bool
	// Account is the account of a long-term key if the key names it, else "".
	Account string
	// Request is what a short-term key is: a presigned request of at most
	// twelve hours.
	Request Presigned
}

const (
	bedrockLong     = "ABSK"
	bedrockLongBody = "BedrockAPIKey-"
	bedrockShort    = "bedrock-api-key-"
)

// ParseBedrockKey reads exactly one key and nothing around it. The body of
// either kind is base64: of BedrockAPIKey-…:SECRET, or of the presigned request.
func ParseBedrockKey(s string) (BedrockKey, bool) {
	if len(s) > maxQuery {
		return BedrockKey{}, false
	}
	if body, ok := strings.CutPrefix(s, bedrockLong); ok {
		user, secret, found := strings.Cut(decode64(body), ":")
		if !found || secret == "" || !strings.HasPrefix(user, bedrockLongBody) {
			return BedrockKey{}, false
		}
		return BedrockKey{LongTerm: true, Account: accountAtEnd(user)}, true
	}
	if body, ok := strings.CutPrefix(s, bedrockShort); ok {
		request, ok := ParsePresigned(decode64(body))
		return BedrockKey{Request: request}, ok && request.Service == "bedrock"
	}
	return BedrockKey{}, false
}

// accountAtEnd returns the twelve digits of a name that ends in -at-ACCOUNT.
func accountAtEnd(name string) string {
	i := strings.LastIndex(name, "-at-")
	if i < 0 {
		return ""
	}
	account := name[i+len("-at-"):]
	if len(account) != 12 || strings.Trim(account, "0123456789") != "" {
		return ""
	}
	return account
}

// decode64 decodes base64 with or without its padding; "" if it is none.
func decode64(s string) string {
	plain, err := base64.RawStdEncoding.DecodeString(strings.TrimRight(s, "="))
	if err != nil {
		return ""
	}
	return string(plain)
}
