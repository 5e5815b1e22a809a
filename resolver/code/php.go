package code

import (
	"strings"

	"github.com/awscred/awscred/resolver"
)

// phpDialect is PHP with the AWS SDK for PHP v3.
func phpDialect() *dialect {
	return &dialect{
		syntax: syntax{
			lineComment:  []string{"//", "#"},
			blockComment: [2]string{"/*", "*/"},
			wordStart:    "$",
			literal:      phpLiteral,
			skip:         phpText,
		},
		sdks:    []string{"php"},
		imports: phpImports,
		assigns: phpConstants,
		joins:   ".",
		arrows:  true,
		reads: []access{
			{"getenv", byCall}, {"env", byCall}, {"$_ENV", byIndex}, {"$_SERVER", byIndex}, {"Env.get", byCall},
		},
		writes: []writing{
			{"putenv", setPair}, {"$_ENV", setIndex}, {"$_SERVER", setIndex},
		},
		table: newTable(phpTable()),
	}
}

// phpText passes over what is not PHP: up to the first opening tag, and from a
// closing tag to the next opening one. The opening tag itself, too.
func phpText(l *lexer) bool {
	switch {
	case l.has("<?php"):
		l.at += len("<?php")
	case l.has("<?="):
		l.at += len("<?=")
	case l.has("?>"), len(l.tokens) == 0 && l.at == 0:
		if n := strings.Index(l.src[l.at:], "<?"); n >= 0 {
			l.at += max(n, 1)
		} else {
			l.at = len(l.src)
		}
	default:
		return false
	}
	return true
}

// phpLiteral reads '…', "…" and <<<NAME.
func phpLiteral(l *lexer) (lexeme, bool) {
	switch {
	case l.has("'"):
		return (&quote{open: "'", end: "'", lines: true}).read(l, 0), true
	case l.has(`"`):
		return (&quote{open: `"`, end: `"`, lines: true, holes: []string{"{$", "${", "$"}}).read(l, 0), true
	case l.has("<<<"):
		return l.hereDocument("<<<", " ")
	}
	return lexeme{}, false
}

// phpImports reads "use A\B;", "use A\B as C;" and "use A\{B, C as D};". A class
// in the namespace of another import is no import.
func phpImports(s *source) {
	for i := range s.tokens {
		if !s.is(i, "use") {
			continue
		}
		p, ok := s.pathAt(i + 1)
		if ok {
			s.packages = append(s.packages, p.String())
		}
		switch {
		case !ok:
		case s.is(p.end, `\`) && s.is(p.end+1, "{"):
			s.importNames(p.end+1, p.String())
		case s.is(p.end, "as") && s.isKind(p.end+1, word):
			s.imports[s.lexeme(p.end+1)] = p.String()
		default:
			s.imports[p.parts[len(p.parts)-1]] = p.String()
		}
	}
}

// phpConstants reads define('NAME', value).
func phpConstants(s *source) {
	for i := range s.tokens {
		if !s.is(i, "define") || !s.is(i+1, "(") || s.pair[i+1] < 0 {
			continue
		}
		args := s.split(span{i + 2, s.pair[i+1]}, false)
		if len(args) == 2 && s.isKind(args[0].start, text) {
			s.assign(s.lexeme(args[0].start), assignment{at: i, value: args[1]})
		}
	}
}

// phpRow makes a row with an example that imports classes, and one that does
// not.
func phpRow(c constructor, imports, body string) constructor {
	c.sdks, c.in = []string{"php"}, []string{"Aws."}
	c.match = "<?php\n" + imports + "\n" + body + "\n"
	c.miss = "<?php\n" + strings.ReplaceAll(imports, "Aws\\", "Acme\\") + "\n" + body + "\n"
	return c
}

func phpTable() []constructor {
	keys := []argument{
		{names: []string{"credentials.key"}, is: asKeyID}, {names: []string{"credentials.secret"}, is: asSecret},
		{names: []string{"credentials.token"}, is: asToken}, {names: []string{"key"}, is: asKeyID}, {names: []string{"secret"}, is: asSecret},
		{names: []string{"profile"}, is: asProfile}, {names: []string{"endpoint"}, is: asEndpoint},
		{names: []string{"credentials"}, is: asProvider}, {pos: 1, is: asOptions},
	}
	profile := []argument{{pos: 1, is: asProfile}}
	row := func(c constructor, imports, body string, names ...string) constructor {
		c.names = names
		return phpRow(c, imports, body)
	}
	provider := "use Aws\\Credentials\\CredentialProvider;"
	rows := []constructor{
		row(constructor{args: keys, sets: Nothing, made: true, except: []string{"HandlerList"}}, "use Aws\\S3\\S3Client;\nuse Aws\\S3\\S3MultiRegionClient;\nuse Aws\\Sdk;",
			"new S3Client([]);\nnew Sdk([]);", "*Client", "Aws.Sdk"),
		row(constructor{args: keys, sets: Nothing}, "use Aws\\S3\\S3Client;", "S3Client::factory([]);", "*Client.factory"),
		row(constructor{made: true, sets: StaticKey, args: []argument{{pos: 1, is: asKeyID}, {pos: 2, is: asSecret}, {pos: 3, is: asToken}}}, "use Aws\\Credentials\\Credentials;", "new Credentials($a, $b);", "Aws.Credentials.Credentials"),
		row(constructor{sets: Nothing, gives: true}, provider, "CredentialProvider::defaultProvider();", "CredentialProvider.defaultProvider"),
		row(constructor{made: true, sets: Role, args: []argument{{names: []string{"assume_role_params.RoleArn"}, is: asRole}}}, "use Aws\\Credentials\\AssumeRoleCredentialProvider;", "new AssumeRoleCredentialProvider([]);", "AssumeRoleCredentialProvider"),
		row(constructor{sets: Role, args: []argument{{names: []string{"assume_role_params.RoleArn"}, is: asRole}}}, provider, "CredentialProvider::assumeRole([]);", "CredentialProvider.assumeRole"),
		row(constructor{how: method, args: []argument{{names: []string{"RoleArn"}, is: asRole}}}, "use Aws\\Sts\\StsClient;", "$sts->assumeRole(['RoleArn' => 'x']);\n$sts->assumeRoleWithWebIdentity(['RoleArn' => 'x']);", "assumeRole", "assumeRoleWithWebIdentity"),
	}
	// aws-sdk-php/src/ClientResolver.php, _apply_profile: the credentials are
	// those of CredentialProvider::ini then, and of nothing else.
	ini := []resolver.Source{resolver.FromProfile, resolver.FromAssumeRole}
	rows[0].profiles, rows[1].profiles = ini, ini
	rows[0].miss = "<?php\nuse Guzzle\\S3\\S3Client;\nnew S3Client([]);\n"
	rows = append(rows, given(phpRow(constructor{args: profile}, provider, "CredentialProvider::NAME();"), map[string][]resolver.Source{
		"CredentialProvider.ini":     {resolver.FromProfile, resolver.FromAssumeRole},
		"CredentialProvider.sso":     {resolver.FromSSO},
		"CredentialProvider.login":   {resolver.FromLogin},
		"CredentialProvider.process": {resolver.FromProcess},
	})...)
	rows = append(rows, given(phpRow(constructor{args: []argument{}}, provider, "CredentialProvider::NAME();"), map[string][]resolver.Source{
		"CredentialProvider.env":                                         {resolver.FromEnv},
		"CredentialProvider.instanceProfile":                             {resolver.FromIMDS},
		"CredentialProvider.ecsCredentials":                              {resolver.FromContainer},
		"CredentialProvider.assumeRoleWithWebIdentityCredentialProvider": {resolver.FromWebIdentity},
	})...)
	return append(rows, given(phpRow(constructor{made: true, args: []argument{}}, "use Aws\\Credentials\\NAME;", "new NAME();"), map[string][]resolver.Source{
		"InstanceProfileProvider": {resolver.FromIMDS},
		"EcsCredentialProvider":   {resolver.FromContainer},
	})...)
}
