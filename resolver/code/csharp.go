package code

import (
	"slices"
	"strings"

	"github.com/awscred/awscred/resolver"
)

// csharpDialect is C# with the AWS SDK for .NET.
func csharpDialect() *dialect {
	return &dialect{
		syntax: syntax{
			lineComment:  []string{"//", "#"},
			blockComment: [2]string{"/*", "*/"},
			literal:      csharpLiteral,
		},
		sdks:    dotnetNames(),
		imports: csharpImports,
		joins:   "+",
		open:    true,
		blocks:  true,
		reads:   []access{{"Environment.GetEnvironmentVariable", byCall}, {"System.Environment.GetEnvironmentVariable", byCall}},
		writes:  []writing{{"Environment.SetEnvironmentVariable", setCall}, {"System.Environment.SetEnvironmentVariable", setCall}},
		table:   newTable(csharpTable()),
	}
}

// dotnetNames are both versions: a source file does not show which one it is
// built with.
func dotnetNames() []string { return []string{"dotnet-v4", "dotnet-v3"} }

// csharpLiteral reads "…", @"…", $"…", $@"…" and """…""".
func csharpLiteral(l *lexer) (lexeme, bool) {
	if l.has("'") {
		return (&quote{open: "'", end: "'", lenient: true}).read(l, 0), true
	}
	n := l.prefixed("$@", `"`)
	if n < 0 {
		return lexeme{}, false
	}
	prefix := l.src[l.at : l.at+n]
	q := quote{open: `"`, end: `"`}
	switch {
	case strings.Contains(prefix, "@"):
		q.raw, q.doubled, q.lines = true, true, true
	case strings.HasPrefix(l.src[l.at+n:], `"""`):
		q = quote{open: `"""`, end: `"""`, raw: true, lines: true}
	}
	if strings.Contains(prefix, "$") {
		q.holes = []string{"{"}
	}
	return q.read(l, n), true
}

// csharpImports reads "using A.B;" and "using C = A.B.D;".
func csharpImports(s *source) {
	for i := range s.tokens {
		if !s.is(i, "using") {
			continue
		}
		n := i + 1
		if s.is(n, "static") {
			n++
		}
		p, ok := s.pathAt(n)
		switch {
		case !ok:
		case s.is(p.end, "=") && len(p.parts) == 1:
			if full, ok := s.pathAt(p.end + 1); ok && s.is(full.end, ";") {
				s.imports[p.parts[0]] = full.String()
			}
		case s.is(p.end, ";"):
			s.packages = append(s.packages, p.String())
		}
	}
}

// csharpRow makes a row with an example, and one that lacks the namespace.
func csharpRow(c constructor, body string) constructor {
	c.sdks, c.in = dotnetNames(), []string{"Amazon."}
	c.match = "using Amazon;\nusing Amazon.S3;\n" + body + "\n"
	c.miss = "using Example;\n" + body + "\n"
	return c
}

func csharpTable() []constructor {
	keys := []argument{
		{names: []string{"accessKey", "awsAccessKeyId"}, pos: 1, is: asKeyID},
		{names: []string{"secretKey", "awsSecretAccessKey"}, pos: 2, is: asSecret},
		{names: []string{"token", "awsSessionToken"}, pos: 3, is: asToken},
	}
	options := []argument{
		{names: []string{"Credentials", "DefaultAWSCredentials"}, is: asProvider},
		{names: []string{"Profile", "ProfileName"}, is: asProfile},
		{names: []string{"ServiceURL", "DefaultClientConfig.ServiceURL"}, is: asEndpoint},
	}
	profile := []argument{{names: []string{"profileName", "options.ProfileName"}, pos: 1, is: asProfile}}
	row := func(c constructor, body string, names ...string) constructor {
		c.names = names
		return csharpRow(c, body)
	}
	value := []argument{{pos: 1, is: asProvider}}
	rows := []constructor{
		row(constructor{made: true, sets: Nothing, shape: csharpClient, args: []argument{
			{names: []string{"#key", "awsAccessKeyId"}, is: asKeyID}, {names: []string{"#secret", "awsSecretAccessKey"}, is: asSecret},
			{names: []string{"#token", "awsSessionToken"}, is: asToken}, {names: []string{"#credentials", "credentials"}, is: asProvider},
			{names: []string{"#options"}, is: asOptions},
		}}, "new AmazonS3Client();", "Amazon*Client"),
		row(constructor{made: true, args: options}, "new AmazonS3Config { Profile = x };\nnew AWSOptions { Profile = x };", "Amazon*Config", "AWSOptions"),
		row(constructor{made: true, sets: StaticKey, args: keys}, "new BasicAWSCredentials(a, b);\nnew SessionAWSCredentials(a, b, c);", "BasicAWSCredentials", "SessionAWSCredentials"),
		row(constructor{made: true, sets: Provider, sources: fileSources(), args: profile}, "new StoredProfileAWSCredentials(x);", "StoredProfileAWSCredentials"),
		row(constructor{made: true, args: profile}, "new Profile(\"x\");", "Profile"),
		row(constructor{how: method, sets: Provider, sources: fileSources(), args: profile}, "chain.TryGetAWSCredentials(x, out y);\nchain.TryGetProfile(x, out y);", "TryGetAWSCredentials", "TryGetProfile"),
		row(constructor{made: true, sets: Role, args: []argument{{names: []string{"roleArn"}, pos: 2, is: asRole}}}, "new AssumeRoleAWSCredentials(c, x, y);", "AssumeRoleAWSCredentials"),
		row(constructor{made: true, args: []argument{{names: []string{"RoleArn"}, is: asRole}}}, "new AssumeRoleRequest { RoleArn = x };\nnew AssumeRoleWithWebIdentityRequest { RoleArn = x };", "AssumeRoleRequest", "AssumeRoleWithWebIdentityRequest"),
		row(constructor{sets: Nothing, gives: true}, "FallbackCredentialsFactory.GetCredentials();\nDefaultAWSCredentialsIdentityResolver.GetCredentials();", "FallbackCredentialsFactory.GetCredentials", "DefaultAWSCredentialsIdentityResolver.GetCredentials"),
		row(constructor{how: method, sets: Options}, "configuration.GetAWSOptions();", "GetAWSOptions"),
		row(constructor{how: assigned, global: true, args: []argument{{pos: 1, is: asProfile}}}, "AWSConfigs.AWSProfileName = x;", "AWSConfigs.AWSProfileName"),
		row(constructor{how: member, args: value, shape: csharpOptions}, "options.Credentials = x;\nconfig.DefaultAWSCredentials = x;", "Credentials", "DefaultAWSCredentials"),
	}
	rows = append(rows, given(csharpRow(constructor{made: true}, "new NAME();"), map[string][]resolver.Source{
		"EnvironmentVariablesAWSCredentials":   {resolver.FromEnv},
		"EnvironmentAWSCredentials":            {resolver.FromEnv},
		"InstanceProfileAWSCredentials":        {resolver.FromIMDS},
		"DefaultInstanceProfileAWSCredentials": {resolver.FromIMDS},
		"ECSTaskCredentials":                   {resolver.FromContainer},
		"GenericContainerCredentials":          {resolver.FromContainer},
		"AssumeRoleWithWebIdentityCredentials": {resolver.FromWebIdentity},
		"SSOAWSCredentials":                    {resolver.FromSSO},
		"ProcessAWSCredentials":                {resolver.FromProcess},
		"AnonymousAWSCredentials":              nil,
	})...)
	return rows
}

// csharpClient tells the overloads of a client's constructor apart:
// (key, secret, …), (credentials, …), (config) and (region).
func csharpClient(s *source, args []arg) []arg {
	var places []int
	for i := range args {
		if args[i].name == "" && args[i].pos > 0 {
			places = append(places, i)
		}
	}
	if len(places) == 0 {
		return args
	}
	first := &args[places[0]]
	switch {
	case len(places) < 3 && s.isCSharpConfig(first.value):
		if !s.mentions(first.value, "region") { // nor a RegionEndpoint
			first.name = "#options"
		}
	case len(places) >= 3, len(places) == 2 && s.isCSharpKey(args[places[1]].value) && !s.isCSharpConfig(args[places[1]].value):
		first.name, args[places[1]].name = "#key", "#secret"
		if len(places) == 4 {
			args[places[2]].name = "#token"
		}
	case len(places) == 1 && !s.mentions(first.value, "cred") && !s.holds(first.value, 0):
		first.name = "#options"
	default:
		first.name = "#credentials"
	}
	return args
}

// isCSharpConfig reports whether an argument is a region or a configuration.
func (s *source) isCSharpConfig(r span) bool {
	if s.is(r.start, "new") {
		r.start++
	}
	p, ok := s.pathAt(r.start)
	last := span{p.end - 1, p.end}
	return ok && (slices.Contains(p.parts, "RegionEndpoint") || s.mentions(last, "region", "endpoint") || !s.is(p.end, "[") && s.mentions(last, "config"))
}

// isCSharpKey reports whether an argument is a key and no configuration.
func (s *source) isCSharpKey(r span) bool {
	v := s.read(r, 0)
	return v.state == Literal || v.state == FromEnv || s.mentions(r, "secret", "key")
}

// mentions reports whether a word of an expression has one of some parts in it.
func (s *source) mentions(r span, parts ...string) bool {
	for i := r.start; i < r.end; i++ {
		if s.tokens[i].kind != word {
			continue
		}
		name := strings.ToLower(s.tokens[i].text)
		for _, p := range parts {
			if strings.Contains(name, p) {
				return true
			}
		}
	}
	return false
}

// csharpOptions leaves assignments out that are no credentials: those of
// literals.
func csharpOptions(s *source, args []arg) []arg {
	if len(args) == 1 && s.isKind(args[0].value.start, text) {
		return nil
	}
	return args
}
