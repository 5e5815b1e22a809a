package code

import (
	"strings"

	"github.com/awscred/awscred/resolver"
)

// rustDialect is Rust with the AWS SDK for Rust.
func rustDialect() *dialect {
	return &dialect{
		syntax: syntax{
			lineComment:  []string{"//"},
			blockComment: [2]string{"/*", "*/"},
			nested:       true,
			literal:      rustLiteral,
		},
		sdks:    []string{"rust"},
		imports: rustImports,
		tests:   rustTests,
		joins:   "+",
		reads: []access{
			{"std.env.var", byCall}, {"env.var", byCall}, {"std.env.var_os", byCall}, {"dotenvy.var", byCall}, {"dotenv.var", byCall},
			{"env", byMacro}, {"option_env", byMacro},
		},
		writes: []writing{{"std.env.set_var", setCall}, {"std.env.remove_var", unsetCall}},
		table:  newTable(rustTable()),
	}
}

// rustTests are the modules that are built for tests only: #[cfg(test)] mod x.
func rustTests(s *source) []span {
	var list []span
	for i := range s.tokens {
		if !s.is(i, "cfg") || !s.is(i+2, "test") || !s.is(i-1, "[") || s.pair[i-1] < 0 {
			continue
		}
		n := s.pair[i-1] + 1
		for n < min(i+12, len(s.tokens)) && !s.is(n, "{") {
			n++
		}
		if s.is(n, "{") && s.pair[n] > 0 {
			list = append(list, span{s.tokens[i].line, s.tokens[s.pair[n]].line})
		}
	}
	return list
}

// rustLiteral reads "…", b"…", r#"…"#, and characters, which look like
// lifetimes.
func rustLiteral(l *lexer) (lexeme, bool) {
	if l.has("'") {
		rest := l.src[l.at+1:]
		if len(rest) > 2 && rest[0] == '\\' || len(rest) > 1 && strings.IndexByte(rest[:min(len(rest), 5)], '\'') > 0 && rest[0] != '\'' && !isLifetime(rest) {
			return (&quote{open: "'", end: "'", lenient: true}).read(l, 0), true
		}
		return lexeme{}, false
	}
	n := l.prefixed("brc", `"#`)
	if n < 0 {
		return lexeme{}, false
	}
	hashes := 0
	for l.at+n+hashes < len(l.src) && l.src[l.at+n+hashes] == '#' {
		hashes++
	}
	raw := strings.Contains(l.src[l.at:l.at+n], "r")
	if l.at+n+hashes >= len(l.src) || l.src[l.at+n+hashes] != '"' || hashes > 0 && !raw {
		return lexeme{}, false
	}
	mark := strings.Repeat("#", hashes)
	return (&quote{open: mark + `"`, end: `"` + mark, raw: raw, lines: true}).read(l, n), true
}

// isLifetime tells 'a, and 'static from 'a'.
func isLifetime(rest string) bool { return len(rest) > 1 && isLetter(rune(rest[0])) && rest[1] != '\'' }

// rustImports reads "use a::{self, b::C as D, e::*};".
func rustImports(s *source) {
	for i := range s.tokens {
		if s.is(i, "use") && !s.isDot(i-1) {
			s.rustUse(i+1, "", 0)
		}
	}
}

func (s *source) rustUse(i int, prefix string, depth int) {
	p, ok := s.pathAt(i)
	if !ok || depth > maxDepth {
		return
	}
	full := strings.TrimPrefix(prefix+"."+p.String(), ".")
	if len(p.parts) > 0 && p.parts[len(p.parts)-1] == "self" {
		full = strings.TrimSuffix(strings.TrimSuffix(full, "self"), ".")
	}
	s.packages = append(s.packages, full)
	switch {
	case s.is(p.end, "::") && s.is(p.end+1, "{") && s.pair[p.end+1] > 0:
		for _, r := range s.split(span{p.end + 2, s.pair[p.end+1]}, false) {
			s.rustUse(r.start, full, depth+1)
		}
	case s.is(p.end, "::") && s.is(p.end+1, "*"):
	case s.is(p.end, "as") && s.isKind(p.end+1, word):
		s.imports[s.lexeme(p.end+1)] = full
	default:
		s.imports[full[strings.LastIndexByte(full, '.')+1:]] = full
	}
}

// rustPackages are the crates of the SDK.
func rustPackages() []string {
	return []string{"aws_config", "aws_sdk_", "aws_credential_types", "aws_types", "aws_sigv4"}
}

// rustRow makes a row with an example in which a crate is used, and one with
// another crate.
func rustRow(c constructor, use, body string) constructor {
	c.sdks, c.in = []string{"rust"}, rustPackages()
	c.match = use + "\nfn main() {\n" + body + "\n}\n"
	c.miss = strings.ReplaceAll(c.match, "aws_", "acme_")
	return c
}

func rustTable() []constructor {
	keys := []argument{
		{names: []string{"access_key_id"}, pos: 1, is: asKeyID}, {names: []string{"secret_access_key"}, pos: 2, is: asSecret}, {names: []string{"session_token"}, pos: 3, is: asToken},
	}
	loader := []argument{
		{names: []string{"profile_name"}, is: asProfile}, {names: []string{"credentials_provider"}, is: asProvider}, {names: []string{"endpoint_url"}, is: asEndpoint},
	}
	row := func(c constructor, use, body string, names ...string) constructor {
		c.names = names
		return rustRow(c, use, body)
	}
	creds := "use aws_credential_types::Credentials;"
	rows := []constructor{
		row(constructor{args: loader, sets: Nothing}, "use aws_config;", "aws_config::from_env().load();\naws_config::defaults(v).load();\naws_config::load_from_env();\naws_config::load_defaults(v);",
			"aws_config.from_env", "aws_config.defaults", "aws_config.load_from_env", "aws_config.load_defaults"),
		row(constructor{args: loader, sets: Nothing}, "use aws_config::ConfigLoader;", "ConfigLoader::default().load();", "ConfigLoader.default"),
		row(constructor{args: loader}, "use aws_sdk_s3::config::Builder;\nuse aws_sdk_s3::Config;\nuse aws_config::SdkConfig;", "Builder::new().credentials_provider(x);\nBuilder::from(c).credentials_provider(x);\nConfig::builder().credentials_provider(x);\nSdkConfig::builder().credentials_provider(x);",
			"config.Builder.new", "config.Builder.from", "Config.builder", "SdkConfig.builder"),
		row(constructor{sets: StaticKey, args: keys}, creds, "Credentials::new(a, b, None, None, n);\nCredentials::from_keys(a, b, None);\nCredentials::builder().access_key_id(a).build();", "Credentials.new", "Credentials.from_keys", "Credentials.builder"),
		row(constructor{sets: Provider, sources: fileSources(), args: []argument{{names: []string{"profile_name"}, is: asProfile}}}, "use aws_config::profile::ProfileFileCredentialsProvider;", "ProfileFileCredentialsProvider::builder().build();\nProfileFileCredentialsProvider::new();", "ProfileFileCredentialsProvider.builder", "ProfileFileCredentialsProvider.new"),
		row(constructor{sets: Nothing, gives: true, args: []argument{{names: []string{"profile_name"}, is: asProfile}}}, "use aws_config::default_provider::credentials::DefaultCredentialsChain;", "DefaultCredentialsChain::builder().build();", "DefaultCredentialsChain.builder"),
		row(constructor{sets: Role, args: []argument{{pos: 1, is: asRole}}}, "use aws_config::sts::AssumeRoleProvider;", "AssumeRoleProvider::builder(x).build();", "AssumeRoleProvider.builder"),
		row(constructor{how: method, args: []argument{{names: []string{"role_arn"}, is: asRole}}}, "use aws_sdk_sts::Client;", "client.assume_role().role_arn(x).send();\nclient.assume_role_with_web_identity().role_arn(x).send();", "assume_role", "assume_role_with_web_identity"),
		row(constructor{how: method, args: []argument{{pos: 1, is: asProfile}}}, "use aws_config;", "loader.profile_name(x);", "profile_name"),
		row(constructor{how: method, args: []argument{{pos: 1, is: asProvider}}, except: []string{"into_*"}}, "use aws_config;", "loader.credentials_provider(x);\nloader.set_credentials_provider(x);", "credentials_provider", "set_credentials_provider"),
		row(constructor{how: method, args: []argument{{pos: 1, is: asEndpoint}}}, "use aws_config;", "loader.endpoint_url(x);", "endpoint_url"),
	}
	return append(rows, rustProviders()...)
}

func rustProviders() []constructor {
	var rows []constructor
	for _, p := range []struct {
		name, module string
		source       resolver.Source
	}{
		{"EnvironmentVariableCredentialsProvider", "environment", resolver.FromEnv},
		{"ImdsCredentialsProvider", "imds::credentials", resolver.FromIMDS},
		{"EcsCredentialsProvider", "ecs", resolver.FromContainer},
		{"WebIdentityTokenCredentialsProvider", "web_identity_token", resolver.FromWebIdentity},
		{"SsoCredentialsProvider", "sso", resolver.FromSSO},
	} {
		c := constructor{sets: Provider, sources: []resolver.Source{p.source}, names: []string{p.name + ".new", p.name + ".builder"}}
		rows = append(rows, rustRow(c, "use aws_config::"+p.module+"::"+p.name+";", p.name+"::new();\n"+p.name+"::builder().build();"))
	}
	return rows
}
