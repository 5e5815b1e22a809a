package rules

import (
	"strings"

	"github.com/awscred/awscred/scanner"
	"github.com/awscred/awscred/scanner/awskey"
)

// nearLines is how far from a key id a string without a name is still taken for
// its secret. Generated files and console output put the two a few lines apart;
// sixty lines is about what a person sees at once.
const nearLines = 60

// The parts of the patterns by name. Between a name and its value may stand the
// rest of the name, quotes, brackets, an operator, XML tags, and the words with
// which manifests separate the two ("value:", "default ="), on the same line or
// the next ones.
const (
	secretNames = `(?:secret[ _.-]?(?:access[ _.-]?)?(?:key|token)|(?:aws|amazon|s3|ses|sqs|iam|access)[ _.-]?(?:access[ _.-]?)?(?:key[ _.-]?)?secret)`
	tokenNames  = `aws[ _.-]?(?:session|security)[ _.-]?token`
	nameTail    = `[\w.-]{0,32}`
	between     = `(?:</|\\[nrt]|[^\w/+]){1,24}`
	gap         = between + `(?:(?:` + words + `)` + between + `){0,6}(?:` + colour + `)?`
	words       = `[a-z]|[0-9;]{1,12}m|u001b|x1b|033|values?|default|string|str|val|type|sensitive|secret|key|name|true|false|is|or|to|static|system|` +
		`description(?:\s{0,16}=\s{0,4}"[^"\n]{0,80}")?|convertto-securestring|[\w.:]{1,32}\(`
)

// colour is the sequence with which a terminal is told to change its colour, or
// to erase the rest of a line (ECMA-48, 8.3.117 and 8.3.41), as it is or written
// out. Logs hold them.
const colour = `(?:\x1b|\\u001[bB]|\\x1[bB]|\\033|\\e)\[[0-9;]{0,12}[mK]`

// joint is what stands between the literals of one string: quotes with an
// operator, or the end of a continued line.
const joint = `(?:["'\x60]\s{0,40}(?:[+.&,~|\\]|\.\.|<>|\|\||\+\+)?\s{0,40}["'\x60]|\\\r?\n[ \t]{0,40}|\\)`

// joinPieces takes out what stands between the literals of one string.
func joinPieces(text []byte) []byte {
	joined := make([]byte, 0, len(text))
	quoted := byte(0)
	for _, c := range text {
		switch {
		case quoted != 0: // between two literals
			if c == '"' || c == '\'' || c == '`' {
				quoted = 0
			}
		case c == '"', c == '\'', c == '`':
			quoted = c
		case c == '\\', c == '\r', c == '\n', c == ' ', c == '\t':
		default:
			joined = append(joined, c)
		}
	}
	return joined
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
		Accept:     acceptSecret,
		Noise:      noiseOfSecret,
		Part:       scanner.SecretPart,
	}
}

// splitSecret finds secrets with a name that are written as two or more
// literals, over continued lines, or with escaped slashes.
func splitSecret() scanner.Rule {
	r := secretKey()
	r.ID = SplitSecretRule
	r.Title = "AWS secret access key in pieces"
	r.Pattern = `(?i)` + secretNames + nameTail + gap + `([a-z0-9/+]{1,39}(?:` + joint + `[a-z0-9/+]{1,39}){1,8})(?:[^a-z0-9/+=]|$)`
	r.Join = joinPieces
	return r
}

// secretNearID finds secrets without a name, by their shape and a key id
// nearby. One that does not become a part of a pair is the next rule's.
func secretNearID() scanner.Rule {
	near := nearLines
	r := shape(NearSecretRule)
	r.Required = []scanner.Required{{Rule: KeyIDRule, WithinLines: &near}}
	r.Part = scanner.SecretPart
	r.Hidden = true
	return r
}

// loneSecret finds what may be a secret by nothing but its shape.
func loneSecret() scanner.Rule {
	r := shape(LoneSecretRule)
	r.Severity = scanner.Info
	r.Part = scanner.Whole
	return r
}

func shape(id string) scanner.Rule {
	r := secretKey()
	r.ID = id
	r.Title = "possible AWS secret access key"
	r.Confidence = scanner.Possible
	r.Pattern = `(?:^|[^A-Za-z0-9/+]|\\[nrt]|` + colour + `)([A-Za-z0-9/+]{40})(?:[^A-Za-z0-9/+]|$)`
	r.Find = awskey.FindSecretShapes
	r.Keywords, r.Accept = nil, nil
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
		Pattern: `((?:` + strings.Join(awskey.TokenPrefixes(), "|") + `)[A-Za-z0-9/+]{86,}={0,2})|(?i:` +
			tokenNames + nameTail + gap + `)([A-Za-z0-9/+]{98,}={0,2})`,
		Keywords:   []string{"fqogzxivyxdz", "fwogzxivyxdz", "iqojb3jpz2lu", "token"},
		MinEntropy: 4,
		Accept:     func(secret []byte) bool { return !plainBase64(secret) },
		Noise: func(secret []byte) string {
			if awskey.IsExampleToken(string(secret)) {
				return example
			}
			return ""
		},
		Part: scanner.TokenPart,
	}
}
