package code

import (
	"strings"

	"github.com/awscred/awscred/resolver"
)

// swiftDialect is Swift with the AWS SDK for Swift.
func swiftDialect() *dialect {
	return &dialect{
		syntax: syntax{
			lineComment:  []string{"//"},
			blockComment: [2]string{"/*", "*/"},
			nested:       true,
			literal:      swiftLiteral,
		},
		sdks:     []string{"swift"},
		imported: true,
		imports:  swiftImports,
		joins:    "+",
		open:     true,
		reads: []access{
			{"ProcessInfo.processInfo.environment", byIndex}, {"getenv", byCall}, {"Environment.get", byCall},
		},
		writes: []writing{{"setenv", setCall}, {"putenv", setPair}, {"unsetenv", unsetCall}},
		table:  newTable(swiftTable()),
	}
}

// swiftLiteral reads "…", """…""" and #"…"#.
func swiftLiteral(l *lexer) (lexeme, bool) {
	n := l.prefixed("#", `"`)
	if n < 0 {
		return lexeme{}, false
	}
	mark := strings.Repeat("#", n)
	q := quote{open: `"`, end: `"` + mark, raw: n > 0, holes: []string{`\` + mark + "("}}
	if strings.HasPrefix(l.src[l.at+n:], `"""`) {
		q.open, q.end, q.lines = `"""`, `"""`+mark, true
	}
	return q.read(l, n), true
}

// swiftImports reads "import A" and "import class A.B".
func swiftImports(s *source) {
	for i := range s.tokens {
		if !s.is(i, "import") {
			continue
		}
		n := i + 1
		if s.is(n, "class", "struct", "func", "enum", "protocol", "typealias") {
			n++
		}
		if p, ok := s.pathAt(n); ok {
			s.packages = append(s.packages, p.String())
		}
	}
}

// swiftRow makes a row with an example that imports the SDK, and one that does
// not.
func swiftRow(c constructor, body string) constructor {
	c.sdks = []string{"swift"}
	c.in = []string{"AWS", "SmithyIdentity", "ClientRuntime", "AwsCommonRuntimeKit"}
	c.match = "import AWSS3\nimport AWSSDKIdentity\n" + body + "\n"
	c.miss = "import Acme\n" + strings.ReplaceAll(body, "AWS", "Acme") + "\n"
	return c
}

func swiftTable() []constructor {
	keys := []argument{
		{names: []string{"accessKey"}, is: asKeyID}, {names: []string{"secret"}, is: asSecret}, {names: []string{"sessionToken"}, is: asToken},
	}
	client := []argument{
		{names: []string{"awsCredentialIdentityResolver", "credentialsProvider", "credentialIdentityResolver"}, is: asProvider},
		{names: []string{"endpoint"}, is: asEndpoint},
	}
	row := func(c constructor, body string, names ...string) constructor {
		c.names = names
		return swiftRow(c, body)
	}
	profile := []argument{{names: []string{"profileName"}, is: asProfile}}
	rows := []constructor{
		row(constructor{sets: Nothing, args: []argument{{names: []string{"config"}, is: asOptions}}}, `let c = try await S3Client(region: "x")`, "*Client"),
		row(constructor{args: client}, "let c = try await S3Client.S3ClientConfiguration(awsCredentialIdentityResolver: x)\nlet d = try await S3ClientConfiguration(awsCredentialIdentityResolver: x)\nlet e = try await S3Client.Config(awsCredentialIdentityResolver: x)", "*Client.*ClientConfiguration", "*ClientConfiguration", "*Client.Config"),
		row(constructor{sets: StaticKey, args: keys}, `let k = AWSCredentialIdentity(accessKey: a, secret: b)`, "AWSCredentialIdentity"),
		row(constructor{sets: Provider, sources: fileSources(), args: profile}, `let p = ProfileAWSCredentialIdentityResolver(profileName: x)`, "ProfileAWSCredentialIdentityResolver"),
		row(constructor{sets: Role, args: []argument{{names: []string{"roleArn"}, is: asRole}}}, `let p = STSAssumeRoleAWSCredentialIdentityResolver(roleArn: x)`, "STSAssumeRoleAWSCredentialIdentityResolver"),
		row(constructor{args: []argument{{names: []string{"roleArn"}, is: asRole}}}, "let i = AssumeRoleInput(roleArn: x)\nlet j = AssumeRoleWithWebIdentityInput(roleArn: x)", "AssumeRoleInput", "AssumeRoleWithWebIdentityInput"),
		row(constructor{sets: Nothing, gives: true}, `let d = DefaultAWSCredentialIdentityResolverChain()`, "DefaultAWSCredentialIdentityResolverChain"),
	}
	return append(rows, given(swiftRow(constructor{args: []argument{}}, "let p = NAME()"), map[string][]resolver.Source{
		"EnvironmentAWSCredentialIdentityResolver":    {resolver.FromEnv},
		"IMDSAWSCredentialIdentityResolver":           {resolver.FromIMDS},
		"ECSAWSCredentialIdentityResolver":            {resolver.FromContainer},
		"SSOAWSCredentialIdentityResolver":            {resolver.FromSSO},
		"ProcessAWSCredentialIdentityResolver":        {resolver.FromProcess},
		"STSWebIdentityAWSCredentialIdentityResolver": {resolver.FromWebIdentity},
	})...)
}
