package rules

import (
	"iter"
	"net/url"

	"github.com/awscred/awscred/scanner"
	"github.com/awscred/awscred/scanner/awskey"
)

// smtpNearLines is how far from a key id, which is the user's name, the password
// for SMTP is taken for one without a name.
const smtpNearLines = 20

// smtpPassword finds the passwords of Amazon SES by their name.
// One that is made from a secret that was found is proved to be its.
func smtpPassword() scanner.Rule {
	return scanner.Rule{
		ID:    SMTPRule,
		Title: "SMTP password of Amazon SES",
		Why: "With the key id that is its user's name, whoever has the password can send mail in the name of the account's domains. " +
			"It is made from a secret access key.",
		Fix:        "Make the access key inactive whose id is the user's name; the password dies with it.",
		Severity:   scanner.High,
		Confidence: scanner.Probable,
		Pattern:    `(?i)(?:smtp[\w.-]{0,24}|mail[_.-]?(?:host[_.-]?|server[_.-]?)?|ses[_.-])(?:pass|pwd|secret)[\w.-]{0,16}` + gap + `([AB][a-z0-9/+]{43})(?:[^a-z0-9/+=]|$)`,
		Keywords:   []string{"pass", "pwd", "secret"},
		Accept:     awskey.IsSMTPPasswordShape,
		Noise:      noiseOfText,
		Made:       smtpPasswords,
		Part:       scanner.Whole,
	}
}

// smtpPasswords are those of a secret access key, and what each is called.
func smtpPasswords(secret []byte) iter.Seq2[string, string] {
	return func(yield func(password, title string) bool) {
		for password, region := range awskey.SMTPPasswords(secret) {
			title := "SMTP password of Amazon SES in " + region
			if region == "" {
				title = "SMTP password of Amazon SES, of the older form"
			}
			if !yield(password, title) {
				return
			}
		}
	}
}

// smtpNearID finds them by their shape and a key id nearby.
func smtpNearID() scanner.Rule {
	r := smtpPassword()
	near := smtpNearLines
	r.ID = NearSMTPRule
	r.Title = "possible SMTP password of Amazon SES"
	r.Confidence = scanner.Possible
	r.Pattern = `(?:^|[^A-Za-z0-9/+]|\\[nrt]|` + colour + `)((?:B[A-P]|A[g-v])[A-Za-z0-9/+]{42})(?:[^A-Za-z0-9/+=]|$)`
	r.Find = awskey.FindSMTPPasswords
	r.Keywords = nil
	r.Required = []scanner.Required{{Rule: KeyIDRule, WithinLines: &near}}
	r.Generic = true
	return r
}

// helperPassword finds the passwords that the credential helper of the AWS CLI
// makes for one request to CodeCommit.
func helperPassword() scanner.Rule {
	return scanner.Rule{
		ID:         HelperPasswordRule,
		Title:      "password of the CodeCommit credential helper",
		Why:        "For a quarter of an hour after it was made the password gives access to one repository of CodeCommit.",
		Fix:        "Nothing, once it has expired; git's own configuration or a log is where it came from.",
		Severity:   scanner.High,
		Confidence: scanner.Certain,
		Pattern:    `password=(2[0-9]{7}T[0-9]{6}Z[0-9a-f]{64})\b|(2[0-9]{7}T[0-9]{6}Z[0-9a-f]{64})@git-codecommit\.`,
		Accept: func(secret []byte) bool {
			_, ok := awskey.ParseCodeCommitPassword(string(secret))
			return ok
		},
		Tell: func(c scanner.Clue) scanner.Told {
			signed, _ := awskey.ParseCodeCommitPassword(string(c.Secret))
			end := signed.Add(awskey.CodeCommitLife)
			if c.Now.Before(end) {
				return scanner.Told{Expires: end}
			}
			return scanner.Told{Title: "password of the CodeCommit credential helper, expired", Severity: scanner.Low, Expires: end}
		},
		Part: scanner.Whole,
	}
}

// servicePassword finds the user names and passwords that IAM makes for
// CodeCommit and for Amazon Keyspaces: NAME-at-ACCOUNT and 32 bytes in base64
// (https://docs.aws.amazon.com/cli/latest/reference/iam/create-service-specific-credential.html).
func servicePassword() scanner.Rule {
	return scanner.Rule{
		ID:    GitPasswordRule,
		Title: "AWS service-specific password",
		Why: "With the user's name beside it, whoever has the password can use CodeCommit or Amazon Keyspaces as that user. " +
			"It does not expire.",
		Fix:        "aws iam update-service-specific-credential --status Inactive, then delete-service-specific-credential.",
		Severity:   scanner.High,
		Confidence: scanner.Certain,
		Pattern: `-at-[0-9]{12}(?:[^A-Za-z0-9+/]|%3[aA]){1,16}(?:(?i:(?:service[ _-]?)?pass(?:word)?|pwd|secret|value|key|p)(?:[^A-Za-z0-9+/]){1,16}){0,2}` +
			`((?:[A-Za-z0-9+/]|%2[bBfF]){43}(?:=|%3[dD]))`,
		Join: func(text []byte) []byte {
			plain, err := url.PathUnescape(string(text))
			if err != nil {
				return text
			}
			return []byte(plain)
		},
		MinEntropy: 4,
		Noise:      noiseOfText,
		Part:       scanner.Whole,
	}
}
