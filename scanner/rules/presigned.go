package rules

import (
	"strings"

	"github.com/awscred/awscred/scanner"
	"github.com/awscred/awscred/scanner/awskey"
)

// The parts of a URL as they stand in texts: up to what cannot be in one, or
// ends it in Markdown, Python and the like.
const (
	urlByte   = "[^\\s\"'<>\\\\^\\x60{}|()\\[\\]]"
	urlStart  = `(?:\b[a-z][a-z0-9+.-]{1,9}://|/)`
	signature = `x-amz-signature=[0-9a-f]{64}`
)

// presigned finds requests that carry their signature (version 4) in the query.
func presigned() scanner.Rule {
	return scanner.Rule{
		ID:         PresignedRule,
		Title:      "presigned AWS request",
		Why:        "Until it expires, seven days after it was signed at the latest, whoever has the URL can make that request without any key.",
		Fix:        "Make the key inactive that signed it, or remove what the URL leads to.",
		Severity:   scanner.Critical,
		Confidence: scanner.Certain,
		Pattern:    `(?i)(` + urlStart + urlByte + `*` + signature + urlByte + `*)`,
		Accept: func(secret []byte) bool {
			p, ok := awskey.ParsePresigned(string(secret))
			return ok && p.Version == 4 && ofAWS(p) && !database(p)
		},
		Noise: noiseOfPresigned,
		Tell: func(c scanner.Clue) scanner.Told {
			p, _ := awskey.ParsePresigned(string(c.Secret))
			return toldOf(p, "presigned request to "+service(p), c.Now)
		},
		Part: scanner.Whole,
	}
}

// presigned2 finds requests that are signed with version 2. Those may expire in
// the far future.
func presigned2() scanner.Rule {
	r := presigned()
	r.ID = Presigned2Rule
	r.Why = "Until it expires, whoever has the URL can make that request without any key. Version 2 of the signature sets no limit to that time."
	r.Pattern = `(?i)(` + urlStart + urlByte + `*[?&;]awsaccesskeyid=` + urlByte + `+)`
	r.Accept = func(secret []byte) bool {
		p, ok := awskey.ParsePresigned(string(secret))
		return ok && p.Version == 2 && ofAWS(p)
	}
	return r
}

// databaseToken finds the tokens with which a database of RDS or Aurora DSQL
// lets a user in: presigned requests without a scheme.
func databaseToken() scanner.Rule {
	r := presigned()
	r.ID = DatabaseTokenRule
	r.Title = "RDS authentication token"
	r.Why = "For a quarter of an hour after it was made the token is the password of a database user. " +
		"Afterwards it still tells the account, the host and the user."
	r.Fix = "Nothing, once it has expired; ask how it came here."
	r.Pattern = `(?i)([a-z0-9.-]{4,253}(?::[0-9]{1,5})?/?\?Action=(?:connect|DbConnect|DbConnectAdmin)&` + urlByte + `*` + signature + urlByte + `*)`
	r.Accept = func(secret []byte) bool {
		p, ok := awskey.ParsePresigned(string(secret))
		return ok && ofAWS(p) && database(p)
	}
	r.Tell = func(c scanner.Clue) scanner.Told {
		p, _ := awskey.ParsePresigned(string(c.Secret))
		return toldOf(p, "database authentication token", c.Now)
	}
	return r
}

// eksToken finds the bearer tokens of Amazon EKS.
func eksToken() scanner.Rule {
	return scanner.Rule{
		ID:         EKSTokenRule,
		Title:      "EKS token",
		Why:        "For a quarter of an hour after it was made the token is its maker's way into a Kubernetes cluster.",
		Fix:        "Nothing, once it has expired; ask how it came here.",
		Severity:   scanner.Critical,
		Confidence: scanner.Certain,
		Pattern:    `\b(k8s-aws-v1\.[A-Za-z0-9_-]{100,}={0,2})`,
		Accept: func(secret []byte) bool {
			_, ok := awskey.ParseEKSToken(string(secret))
			return ok
		},
		Tell: func(c scanner.Clue) scanner.Told {
			p, _ := awskey.ParseEKSToken(string(c.Secret))
			return toldOf(p, "EKS token", c.Now)
		},
		Part: scanner.Whole,
	}
}

// ofAWS reports whether a request was signed with a key of AWS: other services
// use the same signature with ids of their own.
func ofAWS(p awskey.Presigned) bool {
	id, ok := awskey.ParseID(p.KeyID)
	return ok && id.Kind().Credential()
}

func database(p awskey.Presigned) bool { return p.Service == "rds-db" || p.Service == "dsql" }

func service(p awskey.Presigned) string {
	if p.Service == "" {
		return "S3"
	}
	return strings.ToLower(p.Service)
}

func noiseOfPresigned(secret []byte) string {
	p, _ := awskey.ParsePresigned(string(secret))
	return noiseOfID([]byte(p.KeyID))
}
