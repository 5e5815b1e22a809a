package code

import (
	"bytes"
	"strings"

	"github.com/awscred/awscred/resolver"
)

// cppDialect is C++ with the AWS SDK for C++.
func cppDialect() *dialect {
	return &dialect{
		syntax: syntax{
			lineComment:  []string{"//"},
			blockComment: [2]string{"/*", "*/"},
			literal:      cppLiteral,
			skip:         cppDirective,
		},
		sdks:    []string{"cpp"},
		imports: cppImports,
		assigns: cppVariables,
		more:    cppShared,
		shared:  (*source).shared,
		open:    true,
		arrows:  true,
		reads: []access{
			{"getenv", byCall}, {"std.getenv", byCall}, {"secure_getenv", byCall}, {"Aws.Environment.GetEnv", byCall}, {"qgetenv", byCall},
		},
		writes: []writing{
			{"setenv", setCall}, {"putenv", setPair}, {"_putenv", setPair}, {"_putenv_s", setCall}, {"unsetenv", unsetCall},
			{"SetEnvironmentVariableA", setCall}, {"qputenv", setCall}, {"Aws.Environment.SetEnv", setCall},
		},
		table: newTable(cppTable()),
	}
}

// cppLiteral reads "…", with a prefix of its encoding, R"x(…)x", and characters.
func cppLiteral(l *lexer) (lexeme, bool) {
	if l.has("'") {
		return (&quote{open: "'", end: "'", lenient: true}).read(l, 0), true
	}
	n := l.prefixed("uU8LR", `"`)
	if n < 0 {
		return lexeme{}, false
	}
	if n > 0 && l.src[l.at+n-1] == 'R' {
		rest := l.src[l.at+n+1:]
		if i := strings.IndexByte(rest[:min(len(rest), 17)], '('); i >= 0 {
			return (&quote{open: `"` + rest[:i+1], end: ")" + rest[:i] + `"`, raw: true, lines: true}).read(l, n), true
		}
	}
	return (&quote{open: `"`, end: `"`, lenient: true}).read(l, n), true
}

// cppDirective passes over a directive of the preprocessor, with the lines that
// continue it.
func cppDirective(l *lexer) bool {
	if !l.has("#") || len(l.tokens) > 0 && l.tokens[len(l.tokens)-1].line == l.here() {
		return false
	}
	for {
		end := l.lineEnd()
		more := strings.HasSuffix(strings.TrimRight(l.src[l.at:end], "\r"), `\`)
		l.at = min(end+1, len(l.src))
		if !more || l.at >= len(l.src) {
			return true
		}
	}
}

// cppImports reads #include <aws/…> and "using namespace", and #define of a
// string, which is a constant as any other.
func cppImports(s *source) {
	for line := range bytes.Lines(s.data) {
		text := strings.TrimSpace(string(line[:min(len(line), 200)]))
		rest, ok := strings.CutPrefix(text, "#")
		if !ok {
			continue
		}
		if name, ok := strings.CutPrefix(strings.TrimSpace(rest), "include"); ok {
			s.packages = append(s.packages, strings.Trim(strings.TrimSpace(name), `<>"`))
		}
	}
}

// cppVariables reads: const char KEY[] = "x"; std::string key("x"), key{"x"}.
func cppVariables(s *source) {
	for i := range s.tokens {
		switch {
		case s.is(i, "=") && s.is(i-1, "]") && s.isKind(i-3, word):
			s.assign(s.lexeme(i-3), assignment{at: i, value: s.expression(i + 1)})
		case s.is(i, "(", "{") && s.isKind(i-1, word) && s.isKind(i-2, word) && s.isKind(i+1, text) && s.pair[i] == i+2:
			s.assign(s.lexeme(i-1), assignment{at: i, value: span{i + 1, i + 2}})
		case s.is(i, "(", "{") && s.isKind(i-1, word) && s.isKind(i-2, word) && s.pair[i] > i+1:
			start := i - 2
			for s.isDot(start-1) && s.isKind(start-2, word) {
				start -= 2
			}
			s.assign(s.lexeme(i-1), assignment{at: i, value: span{start, s.pair[i] + 1}})
		}
	}
}

// cppShared finds providers that are made by MakeShared and its like: the type
// stands in angle brackets, and the SDK's own take a tag first.
func cppShared(s *source) {
	for i := range s.tokens {
		if !s.is(i, "MakeShared", "make_shared", "MakeUnique", "make_unique") || !s.is(i+1, "<") {
			continue
		}
		end := s.typeArguments(i + 1)
		p, ok := s.pathAt(i + 2)
		if !ok || end <= i+1 || !s.is(end, "(") || s.pair[end] < 0 {
			continue
		}
		c := s.shared(p)
		if c == nil {
			continue
		}
		list := s.split(span{end + 1, s.pair[end]}, false)
		if s.is(i, "MakeShared", "MakeUnique") && len(list) > 0 {
			list = list[1:]
		}
		s.constructed(c, p, c.names[0], s.arguments(list, nil))
	}
}

// shared returns the row of a class by its name alone.
func (s *source) shared(p path) *constructor {
	full := s.resolve(p)
	for _, c := range s.dialect.table.find(full) {
		if c.how != declared || !s.shows(c, p, full) {
			continue
		}
		for _, name := range c.names {
			if last := full[strings.LastIndexByte(full, '.')+1:]; glob(name, last) {
				return c
			}
		}
	}
	return nil
}

// cppRow makes a row with an example that includes the SDK, and one that does
// not.
func cppRow(c constructor, body string) constructor {
	c.sdks, c.in = []string{"cpp"}, []string{"aws/"}
	c.match = "#include <aws/core/Aws.h>\nvoid f() {\n" + body + "\n}\n"
	c.miss = "#include <acme/core/Acme.h>\nvoid f() {\n" + body + "\n}\n"
	return c
}

func cppTable() []constructor {
	keys := []argument{{pos: 1, is: asKeyID}, {pos: 2, is: asSecret}, {pos: 3, is: asToken}}
	profile := []argument{{pos: 1, is: asProfile}}
	row := func(c constructor, body string, names ...string) constructor {
		c.names = names
		return cppRow(c, body)
	}
	rows := []constructor{
		row(constructor{how: declared, sets: Nothing, args: []argument{{names: []string{"#credentials"}, is: asProvider}}, shape: cppClient}, "Aws::S3::S3Client client;\nAws::S3::S3Client other(config);", "*Client"),
		row(constructor{how: declared, sets: StaticKey, args: keys, shape: cppKeys}, `Aws::Auth::AWSCredentials c("a", "b");`, "AWSCredentials"),
		row(constructor{how: declared, sets: StaticKey, args: keys, shape: cppStatic}, `SimpleAWSCredentialsProvider p("a", "b");`, "SimpleAWSCredentialsProvider"),
		row(constructor{how: method, args: []argument{{pos: 1, is: asKeyID}}}, `c.SetAWSAccessKeyId("a");`, "SetAWSAccessKeyId"),
		row(constructor{how: method, args: []argument{{pos: 1, is: asSecret}}}, `c.SetAWSSecretKey("a");`, "SetAWSSecretKey"),
		row(constructor{how: declared, sets: Provider, sources: []resolver.Source{resolver.FromProfile}, args: profile}, `ProfileConfigFileAWSCredentialsProvider p("x");`, "ProfileConfigFileAWSCredentialsProvider"),
		row(constructor{how: declared, args: profile, shape: cppText}, `Aws::Client::ClientConfiguration c("x");`, "ClientConfiguration"),
		row(constructor{how: member, args: profile}, `config.profileName = "x";`, "profileName"),
		row(constructor{how: member, args: []argument{{pos: 1, is: asEndpoint}}}, `config.endpointOverride = "http://x";`, "endpointOverride"),
		row(constructor{how: declared, sets: Role, args: []argument{{pos: 1, is: asRole}}}, `STSAssumeRoleCredentialsProvider p("x");`, "STSAssumeRoleCredentialsProvider"),
		row(constructor{how: method, args: []argument{{pos: 1, is: asRole}}}, `request.SetRoleArn("x");`, "SetRoleArn"),
		row(constructor{how: declared, sets: Nothing, gives: true}, `DefaultAWSCredentialsProviderChain c;`, "DefaultAWSCredentialsProviderChain"),
	}
	providers := map[string][]resolver.Source{
		"EnvironmentAWSCredentialsProvider":           {resolver.FromEnv},
		"InstanceProfileCredentialsProvider":          {resolver.FromIMDS},
		"TaskRoleCredentialsProvider":                 {resolver.FromContainer},
		"GeneralHTTPCredentialsProvider":              {resolver.FromContainer},
		"ProcessCredentialsProvider":                  {resolver.FromProcess},
		"SSOCredentialsProvider":                      {resolver.FromSSO},
		"STSAssumeRoleWebIdentityCredentialsProvider": {resolver.FromWebIdentity},
		"AnonymousAWSCredentialsProvider":             nil,
	}
	return append(rows, given(cppRow(constructor{how: declared, args: []argument{}}, "NAME p;"), providers)...)
}

// cppClient leaves credentials where a client is constructed with them, and
// nothing where the first argument is a configuration.
func cppClient(s *source, args []arg) []arg {
	for i := range args {
		if args[i].pos == 1 && (s.holds(args[i].value, 0) || s.mentions(args[i].value, "cred", "provider", "auth")) {
			args[i].name = "#credentials"
		}
	}
	return args
}

// cppText leaves arguments that are texts: the profile of a configuration.
func cppText(s *source, args []arg) []arg {
	if len(args) > 0 && s.read(args[0].value, 0).state == NotTraced && !s.mentions(args[0].value, "profile") {
		return nil
	}
	return args
}

// cppKeys leaves the parameters of a function out that is declared and returns
// credentials.
func cppKeys(s *source, args []arg) []arg {
	for _, a := range args {
		for i := a.value.start; i < a.value.end; i++ {
			if s.is(i, "const") || s.isKind(i, word) && s.isKind(i+1, word) && i+1 < a.value.end || s.is(i, "&", "*") && i > a.value.start {
				return nil
			}
		}
	}
	return args
}

// cppStatic leaves out a provider of credentials that are made elsewhere.
func cppStatic(s *source, args []arg) []arg {
	if len(args) == 1 {
		args[0].open = true
	}
	return args
}
