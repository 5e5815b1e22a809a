package code

import (
	"strings"

	"github.com/awscred/awscred/resolver"
)

// rubyDialect is Ruby with the AWS SDK for Ruby v3. Its constant Aws shows the
// SDK: frameworks load it without a word in the file.
func rubyDialect() *dialect {
	return &dialect{
		syntax: syntax{
			lineComment:  []string{"#"},
			blockComment: [2]string{"=begin", "\n=end"},
			wordStart:    "@$",
			literal:      rubyLiteral,
			regular:      true,
		},
		sdks:     []string{"ruby"},
		imports:  func(*source) {},
		joins:    "+",
		indented: true,
		commands: true,
		reads:    []access{{"ENV", byIndex}, {"ENV.fetch", byCall}},
		writes: []writing{
			{"ENV", setIndex}, {"ENV.store", setCall}, {"ENV.update", setMany}, {"ENV.merge!", setMany}, {"ENV.delete", unsetCall},
		},
		table: newTable(rubyTable()),
	}
}

// rubyLiteral reads '…', "…", `…`, %q(…) and its like, and here documents.
func rubyLiteral(l *lexer) (lexeme, bool) {
	c := l.src[l.at]
	switch {
	case c == '\'':
		return (&quote{open: "'", end: "'", lines: true}).read(l, 0), true
	case c == '"' || c == '`':
		return (&quote{open: string(c), end: string(c), lines: true, holes: []string{"#{"}}).read(l, 0), true
	case c == '%' && l.operand():
		return rubyPercent(l)
	case strings.HasPrefix(l.src[l.at:], "<<"):
		return l.hereDocument("<<", rubyMarks)
	}
	return lexeme{}, false
}

// rubyPercent reads %q(…), %Q{…}, %w[…] and %i[…].
func rubyPercent(l *lexer) (lexeme, bool) {
	rest := l.src[l.at:]
	if len(rest) < 3 || strings.IndexByte("qQwWiI", rest[1]) < 0 {
		return lexeme{}, false
	}
	end, ok := map[byte]string{'(': ")", '[': "]", '{': "}", '|': "|", '!': "!"}[rest[2]]
	if !ok {
		return lexeme{}, false
	}
	q := quote{open: rest[:3], end: end, lines: true}
	if rest[1] == 'Q' {
		q.holes = []string{"#{"}
	}
	t := q.read(l, 0)
	t.mixed = t.mixed || strings.IndexByte("wWiI", rest[1]) >= 0
	return t, true
}

// rubyMarks may stand between << and the name of a here document. What has none
// is a shift, unless the name is in quotes or begins as a constant does.
const rubyMarks = "~-"

// hereDocument reads <<NAME. The document, up to a line of NAME alone, is passed
// over when the end of the line is reached.
func (l *lexer) hereDocument(open, marks string) (lexeme, bool) {
	i := l.at + len(open)
	for i < len(l.src) && strings.IndexByte(marks, l.src[i]) >= 0 {
		i++
	}
	quoted := i < len(l.src) && (l.src[i] == '"' || l.src[i] == '\'')
	if quoted {
		i++
	}
	from := i
	for i < len(l.src) && (isLetter(rune(l.src[i])) || i > from && l.src[i] >= '0' && l.src[i] <= '9') {
		i++
	}
	name := l.src[from:i]
	if name == "" || !quoted && marks == rubyMarks && (name[0] < 'A' || name[0] > 'Z') {
		return lexeme{}, false
	}
	if quoted {
		i++
	}
	l.document(min(i, len(l.src)), name)
	l.at = min(i, len(l.src))
	return lexeme{kind: text, mixed: true}, true
}

// document notes what to pass over at the end of the line of a place: the text up
// to a line that is a name alone.
func (l *lexer) document(at int, name string) {
	end := strings.IndexByte(l.src[at:], '\n')
	if end < 0 || l.work > maxWork {
		return
	}
	from := at + end
	start := from
	if l.jump.from == from {
		start = l.jump.to // a second document in the line
	}
	to := start
	for text := range strings.Lines(l.src[min(start+1, len(l.src)):]) {
		to += len(text)
		l.work += len(text)
		if strings.TrimRight(strings.TrimSpace(text), ";,)") == name {
			l.jump = jump{from, to}
			return
		}
	}
	l.fail(l.here(), "a here document is not closed")
	l.jump = jump{from, len(l.src)}
}

// rubyRow makes a row with an example, and one with another constant.
func rubyRow(c constructor, body string) constructor {
	c.sdks = []string{"ruby"}
	c.match = body + "\n"
	c.miss = strings.ReplaceAll(body, "Aws", "Acme") + "\n"
	return c
}

func rubyTable() []constructor {
	keys := []argument{
		{names: []string{"access_key_id"}, is: asKeyID}, {names: []string{"secret_access_key"}, is: asSecret},
		{names: []string{"session_token"}, is: asToken}, {names: []string{"credentials"}, is: asProvider},
		{names: []string{"profile"}, is: asProfile}, {names: []string{"endpoint"}, is: asEndpoint}, {names: []string{"client"}, is: asClient},
	}
	role := []argument{{names: []string{"role_arn"}, is: asRole}}
	whole := append([]argument{{pos: 1, is: asOptions}}, keys...)
	row := func(c constructor, body string, names ...string) constructor {
		c.names = names
		return rubyRow(c, body)
	}
	rows := []constructor{
		row(constructor{args: whole, sets: Nothing}, "Aws::S3::Client.new()\nAws::S3::Resource.new()\nAws::S3::Encryption::Client.new()\n",
			"Aws.*.Client.new", "Aws.*.Resource.new", "Aws.*.*.Client.new"),
		row(constructor{args: keys, global: true}, "Aws.config.update(profile: x)", "Aws.config.update"),
		row(constructor{args: keys, how: assigned, global: true}, "Aws.config = { profile: x }", "Aws.config"),
		row(constructor{sets: StaticKey, args: []argument{{pos: 1, is: asKeyID}, {pos: 2, is: asSecret}, {pos: 3, is: asToken}}}, "Aws::Credentials.new(a, b)", "Aws.Credentials.new"),
		row(constructor{sets: Role, args: role}, "Aws::AssumeRoleCredentials.new(role_arn: x)", "Aws.AssumeRoleCredentials.new"),
		row(constructor{how: method, args: role}, "Aws::STS::Client.new().assume_role(role_arn: x)\nsts.assume_role_with_web_identity(role_arn: x)", "assume_role", "assume_role_with_web_identity"),
		row(constructor{gives: true, sets: Nothing}, "Aws::CredentialProviderChain.new", "Aws.CredentialProviderChain.new"),
	}
	rows[5].in = nil
	rows[5].miss = "role.assume_role(name: x)\n"
	profile := []argument{{names: []string{"profile_name"}, is: asProfile}}
	providers := given(rubyRow(constructor{args: profile}, "Aws::NAME.new"), map[string][]resolver.Source{
		"Aws.SharedCredentials": {resolver.FromProfile},
	})
	providers = append(providers, given(rubyRow(constructor{args: []argument{}}, "Aws::NAME.new"), map[string][]resolver.Source{
		"Aws.InstanceProfileCredentials":       {resolver.FromIMDS},
		"Aws.ECSCredentials":                   {resolver.FromContainer},
		"Aws.AssumeRoleWebIdentityCredentials": {resolver.FromWebIdentity},
		"Aws.SSOCredentials":                   {resolver.FromSSO},
		"Aws.ProcessCredentials":               {resolver.FromProcess},
	})...)
	for i := range providers {
		providers[i].names[0] += ".new"
	}
	return append(rows, providers...)
}
