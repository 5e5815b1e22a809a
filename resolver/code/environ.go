package code

import (
	"slices"
	"strings"
)

// An access is one way in which a language reads or writes a variable of the
// environment.
type access struct {
	// name is what stands before the variable, imports resolved:
	// "os.environ".
	name string
	// form is how the variable follows.
	form accessForm
}

type accessForm uint8

const (
	byIndex  accessForm = iota // os.environ["X"]
	byCall                     // os.getenv("X"), with what stands in as second argument
	byMember                   // process.env.X
	byMacro                    // env!("X"), read when the program is built
)

// readEnv reads a variable of the environment at the start of an expression. It
// returns where the rest of it begins.
func (s *source) readEnv(r span, depth int) (v reading, end int, ok bool) {
	p, ok := s.pathAt(r.start)
	if !ok {
		return v, 0, false
	}
	for _, a := range s.dialect.reads {
		if v, end, ok = s.access(a, p, depth); ok && end <= r.end {
			return v, end, true
		}
	}
	return v, 0, false
}

// access reads one form of a variable whose name starts with a path.
func (s *source) access(a access, p path, depth int) (v reading, end int, ok bool) {
	full := s.resolve(p)
	v.state = FromEnv
	if a.form == byMember {
		rest, found := strings.CutPrefix(full, a.name+".")
		if !found || rest == "" {
			return v, 0, false
		}
		name, _, _ := strings.Cut(rest, ".")
		v.variable = name
		return v, p.start + 2*(strings.Count(a.name, ".")+2) - 1 - s.shortened(p, full)*2, true
	}
	if full != a.name && !strings.HasSuffix(full, "::"+a.name) {
		return v, 0, false
	}
	open := map[accessForm]string{byIndex: "[", byCall: "(", byMacro: "("}[a.form]
	at := p.end
	if s.is(at, "?.") || a.form == byMacro && s.is(at, "!") {
		at++
	}
	if !s.is(at, open) || s.pair[at] < 0 {
		return v, 0, false
	}
	args := s.split(span{at + 1, s.pair[at]}, false)
	if len(args) == 0 || len(args) > 2 {
		return v, 0, false
	}
	name := s.read(args[0], depth+1)
	if name.state != Literal {
		return unknownValue(), s.pair[at] + 1, true
	}
	if a.form == byMacro {
		return unknownValue(), s.pair[at] + 1, true // that of the build
	}
	v.variable = name.text
	if len(args) == 2 {
		second := args[1]
		if s.isKind(second.start, word) && s.is(second.start+1, "=", ":") {
			second.start += 2 // default=…
		}
		if other := s.read(second, depth+1); other.state != NotTraced {
			v = s.orElse(v, other)
		}
	}
	return v, s.pair[at] + 1, true
}

// shortened is how many parts fewer a name has than what it stands for.
func (s *source) shortened(p path, full string) int {
	return strings.Count(full, ".") + 1 - len(p.parts)
}

// matters reports whether a variable takes part in any chain.
func matters(name string) bool {
	return slices.Contains([]string{
		"AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN", "AWS_SECURITY_TOKEN", "AWS_ACCESS_KEY", "AWS_SECRET_KEY",
		"AWS_PROFILE", "AWS_DEFAULT_PROFILE", "AWS_SHARED_CREDENTIALS_FILE", "AWS_CONFIG_FILE", "AWS_SDK_LOAD_CONFIG",
		"AWS_ROLE_ARN", "AWS_WEB_IDENTITY_TOKEN_FILE", "AWS_ROLE_SESSION_NAME", "AWS_EC2_METADATA_DISABLED",
		"AWS_CONTAINER_CREDENTIALS_RELATIVE_URI", "AWS_CONTAINER_CREDENTIALS_FULL_URI", "AWS_CREDENTIAL_FILE", "BOTO_CONFIG",
		"AWS_CREDENTIAL_EXPIRATION", "AWS_ENDPOINT_URL", "AWS_ENDPOINT_URL_STS",
	}, name)
}

// isSecretVariable reports whether the value of a variable is a secret.
func isSecretVariable(name string) bool {
	return strings.Contains(name, "SECRET") || strings.Contains(name, "TOKEN") && !strings.HasSuffix(name, "_FILE")
}

// written reports a variable that the program writes.
func (s *source) written(line int, call, name string, v reading) {
	if !matters(name) || v.state == FromEnv && v.variable == name {
		return
	}
	s.add(Site{
		Line: line, SDKs: s.dialect.sdks, Call: call, Sets: Variable, Variable: name,
		Written: writtenValue(name, v), Global: true,
	})
}

// writtenValue is the Value that a variable is given.
func writtenValue(name string, v reading) Value {
	if name == "AWS_ACCESS_KEY_ID" || name == "AWS_ACCESS_KEY" {
		return keyValue(v)
	}
	return v.value(isSecretVariable(name))
}

// environment finds what the program writes to its environment.
func (s *source) environment() {
	for i := range s.tokens {
		if !s.isKind(i, word) || s.continues(i) {
			continue
		}
		p, ok := s.pathAt(i)
		if !ok {
			continue
		}
		full := s.resolve(p)
		for _, w := range s.dialect.writes {
			s.write(w, p, full)
		}
	}
}

// A writing is one way in which a language writes a variable.
type writing struct {
	name string
	form writeForm
}

type writeForm uint8

const (
	setIndex    writeForm = iota // os.environ["X"] = v
	setMember                    // process.env.X = v
	setCall                      // os.putenv("X", v)
	setPair                      // putenv("X=v")
	setMany                      // os.environ.update({"X": v})
	unsetCall                    // os.environ.pop("X")
	unsetBefore                  // del os.environ["X"], delete process.env.X
)

// write reports what one form writes at a name.
func (s *source) write(w writing, p path, full string) {
	line := s.tokens[p.start].line
	if w.form == setMember || w.form == unsetBefore && strings.HasPrefix(full, w.name+".") {
		name, ok := strings.CutPrefix(full, w.name+".")
		switch {
		case !ok:
		case w.form == unsetBefore && s.is(p.start-1, "delete"):
			s.written(line, w.name, name, reading{state: NotSet})
		case w.form == setMember && s.is(p.end, "=", "??"):
			s.written(line, w.name, name, s.read(s.expression(p.end+1), 0))
		}
		return
	}
	if full != w.name {
		return
	}
	switch w.form {
	case setIndex, unsetBefore:
		s.writeIndex(w, p, line)
	case setCall, setPair, setMany, unsetCall:
		if s.is(p.end, "(") && s.pair[p.end] > 0 {
			s.writeCall(w, s.split(span{p.end + 1, s.pair[p.end]}, false), line)
		}
	}
}

func (s *source) writeIndex(w writing, p path, line int) {
	if !s.is(p.end, "[") || s.pair[p.end] < 0 {
		return
	}
	name := s.read(span{p.end + 1, s.pair[p.end]}, 0)
	after := s.pair[p.end] + 1
	switch {
	case name.state != Literal:
	case w.form == unsetBefore && s.is(p.start-1, "del", "delete"):
		s.written(line, w.name, name.text, reading{state: NotSet})
	case w.form == setIndex && s.is(after, "="):
		s.written(line, w.name, name.text, s.read(s.expression(after+1), 0))
	case w.form == setIndex && s.is(after, "||", "??") && s.is(after+1, "="):
		s.written(line, w.name, name.text, s.read(s.expression(after+2), 0))
	}
}

func (s *source) writeCall(w writing, args []span, line int) {
	if w.form == setMany {
		for _, a := range s.arguments(args, nil) {
			if a.name != "" {
				s.written(line, w.name, strings.TrimPrefix(a.name, "."), s.read(a.value, 0))
			}
		}
		return
	}
	if len(args) == 0 {
		return
	}
	name := s.read(args[0], 0)
	switch {
	case name.state != Literal:
	case w.form == unsetCall:
		s.written(line, w.name, name.text, reading{state: NotSet})
	case w.form == setPair:
		if key, value, ok := strings.Cut(name.text, "="); ok {
			s.written(line, w.name, key, literal(value))
		}
	case len(args) > 1:
		s.written(line, w.name, name.text, s.read(args[1], 0))
	}
}
