package rules

import (
	"bytes"

	"github.com/awscred/awscred/scanner"
	"github.com/awscred/awscred/scanner/awskey"
)

// signInToken finds the tokens that open the console for somebody who was
// federated into an account:
// https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_providers_enable-console-custom-url.html
func signInToken() scanner.Rule {
	return scanner.Rule{
		ID:         SignInTokenRule,
		Title:      "console sign-in token",
		Why:        "For a quarter of an hour after it was made the token opens the AWS console with the permissions of a session.",
		Fix:        "Revoke the sessions of the role if it may be that young; ask how it came here.",
		Severity:   scanner.Medium,
		Confidence: scanner.Probable,
		Pattern:    `(?i)SigninToken(?:=|\\?["']\s?:\s?\\?["'])([a-z0-9%_~.+/=-]{64,})`,
		MinEntropy: 3.5,
		Noise:      noiseOfText,
		Part:       scanner.Whole,
	}
}

// ssoToken finds the access and refresh tokens of IAM Identity Center by their
// form: an opaque part, a colon, and an ECDSA signature in base64 (the sample
// output of https://docs.aws.amazon.com/cli/latest/reference/sso-oidc/create-token.html).
func ssoToken() scanner.Rule {
	return scanner.Rule{
		ID:    SSOTokenRule,
		Title: "IAM Identity Center token",
		Why: "Whoever has the token can get keys for every account and role that its user has, " +
			"for up to 90 days if it is a refresh token.",
		Fix:        "Delete the user's sessions in IAM Identity Center, and sign out with aws sso logout.",
		Severity:   scanner.Critical,
		Confidence: scanner.Certain,
		Pattern:    `\b(ao[ar][A-Za-z0-9_-]{40,}:MG[QUYM][CDw][A-Za-z0-9+/]{80,}={0,2})`,
		MinEntropy: 4,
		Noise:      noiseOfText,
		Part:       scanner.Whole,
	}
}

// ssoCacheContext finds what only the caches of aws sso login and aws login
// hold (botocore/utils.py, SSOTokenLoader and LoginCredentialsLoader).
func ssoCacheContext() scanner.Rule {
	return scanner.Rule{
		ID:         ssoContext,
		Title:      "cache of aws sso login or aws login",
		Why:        "Marks a file; it is no secret.",
		Fix:        "Nothing.",
		Severity:   scanner.Info,
		Confidence: scanner.Certain,
		Pattern:    `"(?:startUrl|registrationExpiresAt|dpopKey)"\s*:\s*"`,
		Hidden:     true,
	}
}

// ssoCacheToken finds what stands in these caches under the names that they use.
func ssoCacheToken() scanner.Rule {
	near := 40
	r := ssoToken()
	r.ID = SSOCacheRule
	r.Title = "token of a CLI cache"
	r.Why = "The file is the cache of aws sso login or aws login. Whoever has it can get keys as its user until the session ends."
	r.Confidence = scanner.Probable
	r.Pattern = `"(?:accessToken|refreshToken|clientSecret)"\s*:\s*"([^"\s\\]{32,})"`
	r.MinEntropy = 3.5
	r.Noise = noiseOfOpaque
	r.Required = []scanner.Required{{Rule: ssoContext, WithinLines: &near}}
	r.Generic = true
	return r
}

// consolePassword finds the password in the file that the console offers for a
// new user.
func consolePassword() scanner.Rule {
	return scanner.Rule{
		ID:         ConsoleRule,
		Title:      "AWS console password",
		Why:        "With the user's name and the sign-in link beside it, whoever has the password can use the AWS console as that user, unless it must be changed first.",
		Fix:        "aws iam update-login-profile --password-reset-required, or delete-login-profile.",
		Severity:   scanner.High,
		Confidence: scanner.Certain,
		Pattern:    `(?i)"?user name"?,"?password"?(?:,[^,\r\n]{1,64}){1,6},?\r?\n[^,\r\n]{1,66},("[^"\r\n]{6,130}"|[^",\r\n]{6,128})(?:,|\r?\n|$)`,
		Keywords:   []string{"user name"},
		Join:       func(text []byte) []byte { return bytes.Trim(text, `"`) },
		Noise:      noiseOfText,
		Part:       scanner.Whole,
	}
}

// keyFile names private keys by the files they stand in.
func keyFile(c scanner.Clue) scanner.Told {
	for _, path := range c.Paths {
		if what, id := awskey.KeyFile(path); what != "" {
			return scanner.Told{Title: what, KeyID: id}
		}
	}
	return scanner.Told{}
}
