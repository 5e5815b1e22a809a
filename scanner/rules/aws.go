package rules

import (
	"github.com/awscred/awscred/scanner"
	"github.com/awscred/awscred/scanner/awskey"
)

// The ids of awscred's own rules. They stand in reports and baselines, so they
// never change.
const (
	KeyIDRule          = "aws-access-key-id"
	SplitKeyIDRule     = "aws-access-key-id-in-pieces"
	LegacyKeyIDRule    = "aws-legacy-key-id"
	IdentifierRule     = "aws-identifier"
	SecretKeyRule      = "aws-secret-access-key"
	SplitSecretRule    = "aws-secret-access-key-in-pieces"
	NearSecretRule     = "aws-secret-near-id"
	LoneSecretRule     = "aws-secret-shape"
	SessionRule        = "aws-session-token"
	BedrockLongRule    = "aws-bedrock-long-term-key"
	BedrockShortRule   = "aws-bedrock-short-term-key"
	SMTPRule           = "aws-ses-smtp-password"
	NearSMTPRule       = "aws-ses-smtp-password-near-id"
	HelperPasswordRule = "aws-codecommit-helper-password"
	GitPasswordRule    = "aws-service-password"
	PresignedRule      = "aws-presigned-url"
	Presigned2Rule     = "aws-presigned-url-v2"
	DatabaseTokenRule  = "aws-rds-token"
	EKSTokenRule       = "aws-eks-token"
	SignInTokenRule    = "aws-sign-in-token"
	SSOTokenRule       = "aws-sso-token"
	SSOCacheRule       = "aws-sso-cache-token"
	ConsoleRule        = "aws-console-password"
	AppSyncRule        = "aws-appsync-key"
	MWSRule            = "aws-mws-token"
	CognitoRule        = "aws-cognito-client-secret"

	ssoContext     = "aws-sso-context"
	cognitoContext = "aws-user-pool-context"
)

// awsRules are awscred's own rules.
func awsRules() []scanner.Rule {
	return []scanner.Rule{
		keyID(), splitKeyID(), legacyKeyID(),
		secretKey(), splitSecret(), secretNearID(), sessionToken(),
		bedrockLong(), bedrockShort(),
		presigned(), presigned2(), databaseToken(), eksToken(),
		smtpPassword(), smtpNearID(), helperPassword(), servicePassword(),
		signInToken(), ssoToken(), ssoCacheContext(), ssoCacheToken(), consolePassword(),
		appSyncKey(), mwsToken(), cognitoPoolContext(), cognitoSecret(),
		identifier(),
	}
}

// keyID finds the exact ids of credentials, as gitleaks' aws-access-token does
// (gitleaks v8.30.1 cmd/generate/config/rules/aws.go): every id that it reports
// is reported, but for placeholders, which are noise.
func keyID() scanner.Rule {
	return scanner.Rule{
		ID:    KeyIDRule,
		Title: "AWS access key id",
		Why: "The id names an AWS access key. Alone it grants nothing, but it shows whose account it is, " +
			"and the secret that belongs to it is seldom far.",
		Fix:        "aws iam update-access-key --access-key-id ID --status Inactive, then look for its secret.",
		Severity:   scanner.Medium,
		Confidence: scanner.Certain,
		Pattern:    `(?:\b|_|\\[nrt]|` + colour + `)((?:AKIA|ASIA|ABIA|ACCA)[A-Z2-7]{16})(?:\b|_)`,
		Find:       awskey.FindIDs,
		Starts:     awskey.Credentials(),
		Noise:      noiseOfID,
		Part:       scanner.IDPart,
	}
}

// splitKeyID finds ids that are written as two or more literals.
func splitKeyID() scanner.Rule {
	r := keyID()
	r.ID = SplitKeyIDRule
	r.Title = "AWS access key id in pieces"
	r.Pattern = `\b((?:AKIA|ASIA|ABIA|ACCA)[A-Z2-7]{0,15}(?:` + joint + `[A-Z2-7]{1,15}){1,4})(?:[^0-9A-Za-z]|$)`
	r.Find, r.Starts = nil, nil
	r.Join = joinPieces
	r.Accept = func(secret []byte) bool {
		id, ok := awskey.ParseID(string(secret))
		return ok && id.Kind().Credential()
	}
	return r
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
	r.Find, r.Starts = nil, nil
	r.MinEntropy = 3
	r.Keywords = []string{"a3t"}
	return r
}

// identifier finds the unique ids of users, roles and other entities. They
// grant nothing, and are listed for those who want to publish without them.
func identifier() scanner.Rule {
	return scanner.Rule{
		ID:         IdentifierRule,
		Title:      "AWS identifier",
		Why:        "The id names a user, a role or another entity of an AWS account. It grants nothing and is no secret.",
		Fix:        "Nothing, unless the account is to stay unknown.",
		Severity:   scanner.Info,
		Confidence: scanner.Certain,
		Pattern:    `(?:\b|_|\\[nrt])((?:AGPA|AIDA|AIPA|ANPA|ANVA|APKA|AROA|ASCA)[A-Z2-7]{16,17})(?:\b|_)`,
		MinEntropy: 3,
		Noise:      noiseOfID,
		Tell: func(c scanner.Clue) scanner.Told {
			id, ok := awskey.ParseID(string(c.Secret))
			if !ok {
				return scanner.Told{}
			}
			return scanner.Told{Title: "AWS identifier of a " + id.Kind().String()}
		},
		Part: scanner.Whole,
	}
}
