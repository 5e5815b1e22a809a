package rules

import (
	"bytes"
	"time"

	"github.com/awscred/awscred/scanner"
	"github.com/awscred/awscred/scanner/awskey"
)

// bedrockLong finds the long-term keys of Amazon Bedrock. The pattern is that
// of gitleaks' aws-amazon-bedrock-api-key-long-lived (v8.30.1,
// cmd/generate/config/rules/aws.go). What does not decode to such a key has its
// form only by chance or by a later change of AWS's.
func bedrockLong() scanner.Rule {
	return scanner.Rule{
		ID:    BedrockLongRule,
		Title: "Amazon Bedrock API key",
		Why: "Whoever has the key can run the models of Amazon Bedrock at the account's expense. " +
			"It belongs to an IAM user made for it and may never expire.",
		Fix:        "aws iam delete-service-specific-credential, or make it inactive first: the user's name begins with BedrockAPIKey-.",
		Severity:   scanner.Critical,
		Confidence: scanner.Certain,
		Pattern:    `\b(ABSK[A-Za-z0-9+/]{109,269}={0,2})(?:[^A-Za-z0-9+/=]|$)`,
		MinEntropy: 3,
		Keywords:   []string{"absk"},
		Noise:      noiseOfBedrock,
		Tell: func(c scanner.Clue) scanner.Told {
			key, ok := awskey.ParseBedrockKey(string(c.Secret))
			if !ok {
				return scanner.Told{Title: "Text with the form of an Amazon Bedrock API key", Severity: scanner.Medium, Confidence: scanner.Possible}
			}
			return scanner.Told{Account: key.Account}
		},
		Part: scanner.Whole,
	}
}

// noiseOfBedrock says why a text of that form does not count.
func noiseOfBedrock(secret []byte) string {
	if bytes.Contains(secret, []byte("EXAMPLE")) {
		return example
	}
	return ""
}

// bedrockHost is bedrock.amazonaws.com in base64: the beginning of what a
// short-term key holds.
const bedrockHost = "YmVkcm9jay5hbWF6b25hd3MuY29t"

// bedrockShort finds the short-term keys of Amazon Bedrock, which are presigned
// requests.
func bedrockShort() scanner.Rule {
	return scanner.Rule{
		ID:    BedrockShortRule,
		Title: "short-term Amazon Bedrock API key",
		Why: "Until it expires, twelve hours after it was made at the latest, whoever has the key can run " +
			"the models of Amazon Bedrock with the permissions of the session that made it.",
		Fix:        "Revoke the sessions of the role, or make the key inactive that signed it.",
		Severity:   scanner.Critical,
		Confidence: scanner.Certain,
		Pattern:    `\b(bedrock-api-key-` + bedrockHost + `[A-Za-z0-9+/]*={0,2})`,
		Tell: func(c scanner.Clue) scanner.Told {
			key, ok := awskey.ParseBedrockKey(string(c.Secret))
			if !ok {
				return scanner.Told{Title: "beginning of a short-term Amazon Bedrock API key", Severity: scanner.Medium, Confidence: scanner.Possible}
			}
			return toldOf(key.Request, "short-term Amazon Bedrock API key", c.Now)
		},
		Part: scanner.Whole,
	}
}

// toldOf says of a presigned request whose it is and whether it has expired.
func toldOf(p awskey.Presigned, what string, now time.Time) scanner.Told {
	t := scanner.Told{Title: what, KeyID: p.KeyID, Expires: p.Expires}
	if id, ok := awskey.ParseID(p.KeyID); ok {
		t.Account, _ = id.Account()
	}
	if !p.Live(now) {
		t.Title, t.Severity = what+", expired", scanner.Low
	}
	return t
}
