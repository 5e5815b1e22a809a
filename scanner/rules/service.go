package rules

import (
	"bytes"

	"github.com/awscred/awscred/scanner"
	"github.com/awscred/awscred/scanner/awskey"
)

// appSyncKey finds the API keys of AWS AppSync:
// https://docs.aws.amazon.com/appsync/latest/devguide/security-authz.html
func appSyncKey() scanner.Rule {
	return scanner.Rule{
		ID:    AppSyncRule,
		Title: "AppSync API key",
		Why: "Whoever has the key and the endpoint can query a GraphQL API, for at most 365 days after the key was made. " +
			"Some APIs are meant to be public.",
		Fix:        "aws appsync delete-api-key, unless the API is public.",
		Severity:   scanner.High,
		Confidence: scanner.Probable,
		Pattern:    `\b(da2-[a-z0-9]{26})\b`,
		MinEntropy: 3,
		Noise: func(secret []byte) string {
			if bytes.Contains(secret, []byte("abcdefgh")) || bytes.Contains(secret, []byte("12345678")) {
				return "a sequence of the alphabet"
			}
			return noiseOfText(secret)
		},
		Part: scanner.Whole,
	}
}

// mwsToken finds the tokens of Amazon Marketplace Web Service, which ended on 31
// March 2024.
func mwsToken() scanner.Rule {
	return scanner.Rule{
		ID:         MWSRule,
		Title:      "Amazon MWS token",
		Why:        "The token gave access to a seller's account. The service ended on 31 March 2024.",
		Fix:        "Nothing, but to ask what else stands beside it.",
		Severity:   scanner.Low,
		Confidence: scanner.Certain,
		Pattern:    `(?i)\b(amzn\.mws\.[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})\b`,
		Noise: func(secret []byte) string {
			if awskey.Entropy(secret[len("amzn.mws."):]) < 2.5 {
				return "a few characters repeated"
			}
			return ""
		},
		Part: scanner.Whole,
	}
}

// cognitoPoolContext finds the names of user pools of Amazon Cognito and of
// their clients.
func cognitoPoolContext() scanner.Rule {
	return scanner.Rule{
		ID:         cognitoContext,
		Title:      "client of a Cognito user pool",
		Why:        "Marks a text; it is no secret.",
		Fix:        "Nothing.",
		Severity:   scanner.Info,
		Confidence: scanner.Certain,
		Pattern:    `(?i)user[ _-]?pool[ _-]?(?:client[ _-]?)?id|cognito[\w.-]{0,24}(?:client|secret)`,
		Hidden:     true,
	}
}

// cognitoSecret finds the secrets of such clients, which have no mark: about 50
// lower-case letters and digits.
func cognitoSecret() scanner.Rule {
	near := 30
	return scanner.Rule{
		ID:         CognitoRule,
		Title:      "Cognito client secret",
		Why:        "Whoever has the secret can act as that client of the user pool: sign users in, and get tokens as the client itself if it may.",
		Fix:        "Make a new client for the user pool and delete this one; a secret cannot be replaced.",
		Severity:   scanner.High,
		Confidence: scanner.Probable,
		Pattern:    `(?i:(?:client|cognito)[\w.-]{0,24}secret[\w.-]{0,16}` + gap + `)([0-9a-z]{48,56})\b`,
		Keywords:   []string{"secret"},
		MinEntropy: 3.8,
		Accept: func(secret []byte) bool {
			return bytes.ContainsAny(secret, "0123456789") && bytes.ContainsAny(secret, "ghijklmnopqrstuvwxyz")
		},
		Noise:    noiseOfText,
		Required: []scanner.Required{{Rule: cognitoContext, WithinLines: &near}},
		Part:     scanner.Whole,
	}
}
