package code

import (
	"strings"
)

// jenkinsLanguage is Jenkins' pipelines.
// https://www.jenkins.io/doc/book/pipeline/syntax/#environment
func jenkinsLanguage() language {
	return language{
		name: "jenkins",
		reads: func(_, base string) bool {
			return strings.HasPrefix(base, "Jenkinsfile") || strings.HasSuffix(base, ".Jenkinsfile") || strings.HasSuffix(base, ".jenkinsfile") || strings.HasSuffix(base, ".jenkins")
		},
		marks: []string{"AWS", "aws"},
		scan: func(f *file) error {
			d := &dialect{syntax: syntax{lineComment: []string{"//"}, blockComment: [2]string{"/*", "*/"}, wordStart: "$", literal: quotes(
				quote{open: `"""`, end: `"""`, lines: true}, quote{open: "'''", end: "'''", lines: true},
				quote{open: `"`, end: `"`}, quote{open: "'", end: "'"},
			)}}
			tokens, err := lex(f.data, &d.syntax)
			p := &pipeline{file: f, tokens: tokens}
			p.scan()
			return err
		},
	}
}

// A pipeline is one that is scanned.
type pipeline struct {
	*file
	tokens []lexeme
	blocks []string // that are open: "stage deploy", "environment"
}

func (p *pipeline) at(i int, texts ...string) bool {
	for n, t := range texts {
		if i < 0 || i+n >= len(p.tokens) || p.tokens[i+n].kind == text || p.tokens[i+n].text != t {
			return false
		}
	}
	return true
}

func (p *pipeline) literal(i int) (string, bool) {
	if i < 0 || i >= len(p.tokens) || p.tokens[i].kind != text {
		return "", false
	}
	return p.tokens[i].text, true
}

func (p *pipeline) scan() {
	for i := range p.tokens {
		switch {
		case p.at(i, "{"):
			p.blocks = append(p.blocks, p.opener(i))
		case p.at(i, "}"):
			if n := len(p.blocks); n > 0 {
				p.blocks = p.blocks[:n-1]
			}
		case p.tokens[i].kind == word:
			p.word(i)
		}
	}
}

// opener names what stands before a bracket.
func (p *pipeline) opener(i int) string {
	if i > 0 && p.tokens[i-1].kind == word {
		return p.tokens[i-1].text
	}
	if p.at(i-1, ")") && i > 3 && p.at(i-4, "stage", "(") {
		name, _ := p.literal(i - 2)
		return "stage " + name
	}
	return ""
}

// environment is that of the place at hand.
func (p *pipeline) environment() Environment {
	for i := len(p.blocks) - 1; i >= 0; i-- {
		if strings.HasPrefix(p.blocks[i], "stage ") {
			return ciJob(p.blocks[i], "every stage")
		}
	}
	return ciJob("every stage")
}

func (p *pipeline) word(i int) {
	t := &p.tokens[i]
	inEnvironment := len(p.blocks) > 0 && p.blocks[len(p.blocks)-1] == "environment"
	switch {
	case matters(t.text) && p.at(i+1, "=") && (inEnvironment || p.at(i-2, "env", ".")):
		p.sets(p.environment(), t.line, "environment", t.text, p.value(i+2))
	case p.at(i, "withEnv", "("):
		p.withEnv(i + 2)
	case p.at(i, "withCredentials", "("), p.at(i, "withAWS", "("):
		p.bindings(i+2, t.text)
	case p.at(i, "sh") || p.at(i, "bat"):
		for n := i + 1; n < min(i+5, len(p.tokens)); n++ {
			if script, ok := p.literal(n); ok {
				p.shell(strings.ReplaceAll(script, "${env.", "${"), p.tokens[n].line, p.environment(), nil)
				return
			}
		}
	}
}

// value reads "credentials('id')", a string, or a variable.
func (p *pipeline) value(i int) reading {
	if p.at(i, "credentials", "(") {
		id, _ := p.literal(i + 2)
		return fromStore("Jenkins credentials " + id)
	}
	s, ok := p.literal(i)
	switch {
	case ok && p.at(i+1, "+"), !ok && !p.at(i, "env", ".") && !p.at(i, "params", "."):
		return unknownValue()
	case ok:
		if name, whole := whole(s, "${", "}"); whole {
			return p.named(name)
		}
		return dollarText(s)
	case i+2 < len(p.tokens):
		return p.named(p.tokens[i].text + "." + p.tokens[i+2].text)
	}
	return unknownValue()
}

// named reads env.X and params.X.
func (p *pipeline) named(name string) reading {
	if x, ok := strings.CutPrefix(name, "params."); ok {
		return fromStore("parameter " + x)
	}
	x, _ := strings.CutPrefix(name, "env.")
	if !isVariableName(x) {
		return unknownValue()
	}
	return reading{state: FromEnv, variable: x}
}

// arguments runs over the words up to the bracket that closes a call, as far as
// it is not far away.
func (p *pipeline) arguments(i int, do func(i int)) {
	const far = 400
	for depth, end := 1, min(i+far, len(p.tokens)); i < end && depth > 0; i++ {
		switch {
		case p.at(i, "("):
			depth++
		case p.at(i, ")"):
			depth--
		default:
			do(i)
		}
	}
}

// withEnv reads withEnv(["NAME=value"]).
func (p *pipeline) withEnv(i int) {
	p.arguments(i, func(i int) {
		if s, ok := p.literal(i); ok {
			if name, value, found := strings.Cut(s, "="); found {
				v := dollarText(value)
				if inner, ok := whole(value, "${", "}"); ok {
					v = p.named(inner)
				}
				p.sets(p.environment(), p.tokens[i].line, "withEnv", name, v)
			}
		}
	})
}

// bindings reads withCredentials and withAWS.
// https://plugins.jenkins.io/credentials-binding/, https://plugins.jenkins.io/pipeline-aws/
func (p *pipeline) bindings(i int, call string) {
	line, id := p.tokens[i-1].line, ""
	e := p.environment()
	both := false
	p.arguments(i, func(i int) {
		value, ok := p.literal(i + 2)
		if !ok || !p.at(i+1, ":") {
			both = both || p.at(i, "aws", "(") || p.at(i, "aws") || strings.Contains(p.tokens[i].text, "AmazonWebServicesCredentialsBinding")
			return
		}
		line = p.tokens[i].line
		switch name := p.tokens[i].text; {
		case name == "credentialsId" || name == "credentials":
			id = value
			if call == "withAWS" {
				both = true
			}
		case name == "variable":
			p.sets(e, line, call, value, fromStore("Jenkins credentials "+id))
		case name == "accessKeyVariable" || name == "secretKeyVariable":
			p.sets(e, line, call, value, fromStore("Jenkins credentials "+id))
		case name == "role" && call == "withAWS":
			p.add(Site{Line: line, Call: call, Sets: GivenRole, Role: valueOf(asRole, dollarText(value)), For: e})
		case name == "profile" && call == "withAWS":
			p.sets(e, line, call, "AWS_PROFILE", dollarText(value))
		case name == "$class" && strings.Contains(value, "AmazonWebServicesCredentialsBinding"):
			both = true
		}
	})
	if both && id != "" {
		for _, name := range []string{"AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"} {
			if !p.bound(line, name) {
				p.sets(e, line, call, name, fromStore("Jenkins credentials "+id))
			}
		}
	}
}

// bound reports whether a variable was reported in a line or before it by the
// same binding.
func (p *pipeline) bound(line int, name string) bool {
	for i := range p.sites {
		if s := &p.sites[i]; s.Variable == name && line-s.Line < 3 && s.Call == "withCredentials" {
			return true
		}
	}
	return false
}
