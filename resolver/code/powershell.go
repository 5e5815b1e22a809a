package code

import (
	"bytes"
	"slices"
	"strings"

	"github.com/awscred/awscred/resolver"
)

// powerShellLanguage is PowerShell with the AWS Tools. Names are the same in
// either case.
func powerShellLanguage() language {
	return language{name: "powershell", reads: suffixes(".ps1", ".psm1"), marks: []string{"AWS", "aws", "Aws"}, scan: scanPowerShell}
}

// powerShellSyntax is PowerShell's: a backtick escapes.
func powerShellSyntax() *syntax {
	return &syntax{
		lineComment:  []string{"#"},
		blockComment: [2]string{"<#", "#>"},
		wordStart:    "$@",
		literal: quotes(
			quote{open: "@'", end: "\n'@", raw: true, lines: true},
			quote{open: "@\"", end: "\n\"@", raw: true, lines: true, holes: []string{"$(", "$"}},
			quote{open: "'", end: "'", raw: true, doubled: true, lines: true},
			quote{open: `"`, end: `"`, raw: true, doubled: true, lines: true, holes: []string{"$(", "${", "$"}},
		),
	}
}

// powerShellDialect is what following a name needs.
func powerShellDialect() *dialect {
	return &dialect{syntax: *powerShellSyntax(), imports: func(*source) {}, joins: "+", table: newTable(nil)}
}

func scanPowerShell(f *file) error {
	s, err := newSource(f, powerShellDialect())
	tools := bytes.Contains(f.data, []byte("AWSPowerShell")) || bytes.Contains(f.data, []byte("AWS.Tools"))
	for i := range s.tokens {
		switch {
		case s.is(i, "-") && s.isKind(i-1, word) && s.isKind(i+1, word) && !s.tokens[i].spaced && !s.tokens[i+1].spaced:
			s.cmdlet(i-1, tools)
		case s.isKind(i, word) && strings.EqualFold(s.tokens[i].text, "$env") && s.is(i+1, ":"):
			s.powerShellEnv(i)
		case s.isKind(i, word) && strings.EqualFold(s.tokens[i].text, "SetEnvironmentVariable") && s.is(i+1, "(") && s.pair[i+1] > 0:
			s.powerShellSet(i)
		}
	}
	return err
}

// powerShellEnv reports "$env:NAME = value".
func (s *source) powerShellEnv(i int) {
	if s.is(i+3, "=") && s.isKind(i+2, word) {
		s.powerShellWritten(s.tokens[i].line, "$env", s.tokens[i+2].text, s.powerShellValue(s.expression(i+4)))
	}
}

// powerShellSet reports "[Environment]::SetEnvironmentVariable(name, value)".
func (s *source) powerShellSet(i int) {
	args := s.split(span{i + 2, s.pair[i+1]}, false)
	if len(args) < 2 {
		return
	}
	if name := s.powerShellValue(args[0]); name.state == Literal {
		s.powerShellWritten(s.tokens[i].line, "SetEnvironmentVariable", name.text, s.powerShellValue(args[1]))
	}
}

func (s *source) powerShellWritten(line int, call, name string, v reading) {
	name = strings.ToUpper(name)
	if !matters(name) || v.state == FromEnv && v.variable == name {
		return
	}
	if v.state == EmptyValue {
		v.state = NotSet
	}
	s.add(Site{
		Line: line, SDKs: []string{"powershell"}, Call: call, Sets: Variable, Variable: name,
		Written: writtenValue(name, v), Global: true,
	})
}

// powerShellValue reads an expression: a text, a variable of the environment, or
// a name that is followed.
func (s *source) powerShellValue(r span) reading {
	r = s.trim(r)
	switch {
	case r.empty():
		return unknownValue()
	case strings.EqualFold(s.lexeme(r.start), "$env") && s.is(r.start+1, ":") && r.end == r.start+3:
		return reading{state: FromEnv, variable: strings.ToUpper(s.lexeme(r.start + 2))}
	case strings.EqualFold(s.lexeme(r.start), "$null") && r.end == r.start+1:
		return reading{state: NotSet}
	case s.isKind(r.start, word) && strings.HasPrefix(s.lexeme(r.start), "$") && r.end == r.start+1:
		a, ok := s.follow(s.lexeme(r.start), r.start)
		if !ok || s.work > maxWork {
			return unknownValue()
		}
		s.work += 1 << 10 // names that stand for each other end
		v := s.powerShellValue(a.value)
		if v.state == Literal {
			v.line = s.tokens[a.at].line
		}
		return v
	}
	return s.read(r, 0)
}

// powerShellArgument reads the value of a parameter, which needs no quotes.
func (s *source) powerShellArgument(r span) reading {
	var b strings.Builder
	for i := r.start; i < r.end; i++ {
		t := &s.tokens[i]
		if t.kind == text || i > r.start && t.spaced || strings.ContainsAny(t.text, "$@(") {
			return s.powerShellValue(r)
		}
		b.WriteString(t.text)
	}
	return literal(b.String())
}

// powerShellVerbs begin the names of cmdlets.
func powerShellVerbs() []string {
	return []string{"set", "get", "new", "remove", "initialize", "write", "read", "copy", "use", "start", "stop", "invoke", "register",
		"update", "add", "edit", "send", "publish", "test", "import", "export", "clear", "enable", "disable", "wait", "restart", "move"}
}

// cmdlet reports what a cmdlet's parameters set. Any cmdlet of the tools takes
// them; those of other modules have the same names for other things, so that a
// cmdlet counts if it is of the tools' own or the file loads them.
func (s *source) cmdlet(i int, tools bool) {
	verb, noun := strings.ToLower(s.tokens[i].text), strings.ToLower(s.tokens[i+2].text)
	if !slices.Contains(powerShellVerbs(), verb) || s.is(i-1, "-", "$", ".") || s.isDot(i-1) {
		return
	}
	own := strings.HasPrefix(noun, "aws")
	if !own && !tools {
		return
	}
	site := Site{Line: s.tokens[i].line, SDKs: []string{"powershell"}, Call: s.tokens[i].text + "-" + s.tokens[i+2].text}
	args := s.cmdletParameters(i + 3)
	site.Global = slices.Contains([]string{"awscredential", "awscredentials"}, noun) || noun == "awsdefaultconfiguration"
	for name, v := range args {
		switch strings.ToLower(name) {
		case "accesskey", "ak":
			site.KeyID = keyValue(v)
		case "secretkey", "sk":
			site.Secret = v.value(true)
		case "sessiontoken":
			site.Token = v.value(true)
		case "profilename", "awsprofilename":
			site.Profile = valueOf(asProfile, v)
		case "rolearn":
			site.Role = valueOf(asRole, v)
		case "endpointurl":
			site.Endpoint = valueOf(asEndpoint, v)
		case "credential":
			site.Sources = []resolver.Source{resolver.FromCode}
		}
	}
	s.addCmdlet(site)
}

// addCmdlet adds the sites of one cmdlet.
func (s *source) addCmdlet(site Site) {
	unknown := len(site.Sources) > 0
	site.Sources = nil
	if site.Endpoint.IsSet() {
		at := Site{Line: site.Line, SDKs: site.SDKs, Call: site.Call, Sets: Endpoint, Endpoint: site.Endpoint}
		site.Endpoint = Value{}
		s.add(at)
	}
	switch {
	case site.KeyID.IsSet() || site.Secret.IsSet():
		site.Sets = StaticKey
	case site.Role.IsSet():
		site.Sets = Role
	case site.Profile.IsSet():
		site.Sets = Profile
	case unknown:
		site.Sets = Options
	default:
		return
	}
	s.add(site)
}

// cmdletParameters reads "-Name value" up to the end of the command. A backtick, a
// pipe or an operator at the end of a line continues it.
func (s *source) cmdletParameters(i int) map[string]reading {
	args := make(map[string]reading)
	for i < len(s.tokens) {
		if s.is(i, "|", ";", "}", ")", "]", "&&", "||") || s.tokens[i].line > s.tokens[i-1].line && !s.is(i-1, "`", ",", "|") {
			return args
		}
		if !s.is(i, "-") || !s.isKind(i+1, word) || s.tokens[i+1].spaced {
			i = s.after(i)
			continue
		}
		name := s.tokens[i+1].text
		start := i + 2
		if s.is(start, ":") {
			start++
		}
		end := start
		for end < len(s.tokens) && !s.is(end, "-", "|", ";", "`", ")", "}", "]") && s.tokens[end].line == s.tokens[i].line {
			end = s.after(end)
		}
		args[name] = s.powerShellArgument(span{start, end})
		i = max(end, i+1)
	}
	return args
}
