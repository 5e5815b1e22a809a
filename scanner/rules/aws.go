package rules

import (
	"strings"

	"github.com/awscred/awscred/scanner"
	"github.com/awscred/awscred/scanner/awskey"
)

// The ids of awscred's own rules. They stand in reports and baselines, so they
// never change.
const (
	KeyIDRule       = "aws-access-key-id"
	LegacyKeyIDRule = "aws-legacy-key-id"
	SecretKeyRule   = "aws-secret-access-key"
	NearSecretRule  = "aws-secret-near-id"
	SessionRule     = "aws-session-token"
)

// nearLines is how far from a key id a string without a name is still taken for
// its secret. Generated files and console output put the two a few lines apart;
// sixty lines is about what a person sees at once.
const nearLines = 60

// example is the reason for which AWS's own examples do not count.
const example = "documented example"

// The parts of the patterns by name. Between a name and its value may stand the
// rest of the name, quotes, brackets, an operator, XML tags, and the words with
// which manifests separate the two ("value:", "default ="), on the same line or
// the next ones.
const (
	secretNames = `(?:secret[ _.-]?(?:access[ _.-]?)?key|aws[ _.-]?(?:access[ _.-]?)?secret)`
	tokenNames  = `aws[ _.-]?(?:session|security)[ _.-]?token`
	nameTail    = `[\w.-]{0,32}`
	between     = `(?:</|[^\w/+]){1,24}`
	gap         = between + `(?:(?:value|default|string|val|type|sensitive|description|name|true|false|is)` + between + `){0,4}`
)

// awsRules are awscred's own rules.
func awsRules() []scanner.Rule {
	return []scanner.Rule{keyID(), legacyKeyID(), secretKey(), secretNearID(), sessionToken()}
}

// keyID finds the exact ids of credentials, as gitleaks' aws-access-token does
// (gitleaks v8.30.1 cmd/generate/config/rules/aws.go): every id that it reports
// is reported. Those that it drops because they end in EXAMPLE are noise.
func keyID() scanner.Rule {
	return scanner.Rule{
		ID:    KeyIDRule,
		Title: "AWS access key id",
		Why: "The id names an AWS access key. Alone it grants nothing, but it shows whose account it is, " +
			"and the secret that belongs to it is seldom far.",
		Fix:        "aws iam update-access-key --access-key-id ID --status Inactive, then look for its secret.",
		Severity:   scanner.Medium,
		Confidence: scanner.Certain,
		Pattern:    `\b((?:AKIA|ASIA|ABIA|ACCA)[A-Z2-7]{16})\b`,
		Find:       awskey.FindIDs,
		MinEntropy: 3,
		Noise: func(secret []byte) string {
			if strings.HasSuffix(string(secret), "EXAMPLE") {
				return example
			}
			return ""
		},
		Part: scanner.IDPart,
	}
}

// legacyKeyID finds the ids that begin with A3T. gitleaks reports them, with a
// doubt in its own source; no such key is documented.
func legacyKeyID() scanner.Rule {
	r := keyID()
	r.ID = LegacyKeyIDRule
	r.Title = "AWS access key id of an old form"
	r.Why = "The id has the form of keys that AWS is said to have issued long ago. No such key is documented."
	r.Severity, r.Confidence = scanner.Low, scanner.Possible
	r.Pattern = `\b(A3T[A-Z0-9][A-Z2-7]{16})\b`
	r.Find, r.Noise = nil, nil
	r.Keywords = []string{"a3t"}
	r.Allow = nil
	return r
}

// secretKey finds secrets by the name that stands before them.
func secretKey() scanner.Rule {
	return scanner.Rule{
		ID:    SecretKeyRule,
		Title: "AWS secret access key",
		Why: "With the id that belongs to it, whoever has the secret can act as its user on AWS: " +
			"read, change, delete and run up a bill.",
		Fix: "Find the key that it belongs to, make it inactive with aws iam update-access-key, " +
			"and give the program a role in place of a key.",
		Severity:   scanner.High,
		Confidence: scanner.Probable,
		Pattern:    `(?i)` + secretNames + nameTail + gap + `([a-z0-9/+]{40})(?:[^a-z0-9/+=]|$)`,
		Keywords:   []string{"secret"},
		MinEntropy: 3.5,
		Accept:     awskey.IsSecretShape,
		Noise:      exampleSecret,
		Part:       scanner.SecretPart,
	}
}

// secretNearID finds secrets without a name, by their shape and a key id
// nearby.
func secretNearID() scanner.Rule {
	near := nearLines
	r := secretKey()
	r.ID = NearSecretRule
	r.Title = "probable AWS secret access key"
	r.Confidence = scanner.Possible
	r.Pattern = `(?:^|[^A-Za-z0-9/+])([A-Za-z0-9/+]{40})(?:[^A-Za-z0-9/+]|$)`
	r.Find = awskey.FindSecretShapes
	r.Keywords, r.Accept = nil, nil
	r.MinEntropy = 0 // part of the shape
	r.Required = []scanner.Required{{Rule: KeyIDRule, WithinLines: &near}}
	r.Generic = true
	return r
}

// sessionToken finds tokens by their stable beginnings, and others by their
// name.
func sessionToken() scanner.Rule {
	return scanner.Rule{
		ID:    SessionRule,
		Title: "AWS session token",
		Why: "With the temporary key that belongs to it, whoever has the token can act as its role " +
			"until it expires, 36 hours after it was issued at the latest.",
		Fix: "Revoke the sessions of the role (IAM console: Revoke sessions), and ask how the token came here.",
		// A token alone signs nothing.
		Severity:   scanner.Medium,
		Confidence: scanner.Probable,
		Pattern: `((?:FQoGZXIvYXdz|FwoGZXIvYXdz|IQoJb3JpZ2lu)[A-Za-z0-9/+]{86,}={0,2})|(?i:` +
			tokenNames + nameTail + gap + `)([A-Za-z0-9/+]{98,}={0,2})`,
		Keywords:   []string{"fqogzxivyxdz", "fwogzxivyxdz", "iqojb3jpz2lu", "token"},
		MinEntropy: 4,
		Noise: func(secret []byte) string {
			if awskey.IsExampleToken(string(secret)) {
				return example
			}
			return ""
		},
		Part: scanner.TokenPart,
	}
}

func exampleSecret(secret []byte) string {
	if awskey.IsExampleSecret(string(secret)) {
		return example
	}
	return ""
}
