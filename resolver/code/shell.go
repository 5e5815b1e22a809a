package code

import (
	"bytes"
	"slices"
	"strings"
)

// shellLanguage is the shells of the Bourne family, and what fish and csh write
// alike. A file without an ending is one if its first line names a shell.
func shellLanguage() language {
	ends := suffixes(".sh", ".bash", ".zsh", ".ksh", ".fish", ".bats", ".command")
	return language{
		name:  "shell",
		reads: func(name, base string) bool { return ends(name, base) || !strings.Contains(base, ".") },
		marks: []string{"AWS_", "aws", "--profile"},
		scan:  scanShell,
	}
}

// A shellWord is one word of a command.
type shellWord struct {
	text string
	// holes is true if the shell puts something in its place or in it; name is
	// the variable if it is one alone, and otherwise what stands in if that is
	// not set.
	holes           bool
	name, otherwise string
	line            int
}

// A shellCommand is a simple command: its words, with the assignments before
// them.
type shellCommand []shellWord

// maxCommands bounds what is read of one script.
const maxCommands = 200_000

func scanShell(f *file) error {
	if first, _, _ := bytes.Cut(f.data, []byte("\n")); !strings.Contains(f.name[strings.LastIndexByte(f.name, '/')+1:], ".") &&
		(!bytes.HasPrefix(first, []byte("#!")) || !bytes.Contains(first, []byte("sh"))) {
		return nil
	}
	commands, err := parseShell(string(f.data))
	s := &shellScript{file: f, values: make(map[string][]shellWord), exported: make(map[string]bool)}
	for _, c := range commands {
		s.note(c)
	}
	for _, c := range commands {
		s.command(c)
	}
	return err
}

// A shellScript is a script that is scanned.
type shellScript struct {
	*file
	// values are what variables of the script get; exported those that its
	// commands see.
	values   map[string][]shellWord
	exported map[string]bool
}

// assignment cuts NAME=VALUE apart.
func (w *shellWord) assignment() (name string, value shellWord, ok bool) {
	name, text, ok := strings.Cut(w.text, "=")
	if !ok || name == "" || strings.ContainsFunc(name, func(r rune) bool { return !isLetter(r) && (r < '0' || r > '9') }) {
		return "", value, false
	}
	value = *w
	value.text = text
	return name, value, true
}

// exporters are the commands that hand variables on to those that follow.
func exporters() []string { return []string{"export", "declare", "typeset", "setenv", "set"} }

// note collects the variables of a script.
func (s *shellScript) note(c shellCommand) {
	exporting := len(c) > 0 && slices.Contains(exporters(), c[0].text)
	for i := range c {
		name, value, ok := c[i].assignment()
		switch {
		case ok:
			s.values[name] = append(s.values[name], value)
			s.exported[name] = s.exported[name] || exporting
		case exporting:
			s.exported[c[i].text] = true
		case i > 0 || !slices.Contains([]string{"local", "readonly"}, c[0].text):
			return
		}
	}
}

// read says what a word comes to.
func (s *shellScript) read(w shellWord, depth int) reading {
	switch {
	case !w.holes:
		return literal(w.text)
	case w.name == "" || depth > maxDepth:
		return unknownValue()
	}
	if values, ok := s.values[w.name]; ok && w.otherwise == "" {
		first := values[0]
		for _, v := range values {
			if v.text != first.text || v.name != first.name || v.holes != first.holes {
				return unknownValue()
			}
		}
		if first.name == w.name {
			return reading{state: FromEnv, variable: w.name, text: first.otherwise}
		}
		v := s.read(first, depth+1)
		if v.state == Literal {
			v.line = first.line
		}
		return v
	}
	if w.name[0] >= '0' && w.name[0] <= '9' || strings.ContainsAny(w.name, "@*#?!") {
		if w.otherwise != "" {
			return unknownValue()
		}
		return unknownValue()
	}
	return reading{state: FromEnv, variable: w.name, text: w.otherwise}
}

// command reports what one command sets.
func (s *shellScript) command(c shellCommand) {
	n := 0
	for n < len(c) {
		if _, _, ok := c[n].assignment(); !ok {
			break
		}
		n++
	}
	program := s.program(c[n:])
	for i := range n {
		name, value, _ := c[i].assignment()
		if len(c) > n || s.exported[name] {
			s.writes(Site{Line: c[i].line, Call: name, SDKs: program.sdks, Global: len(c) == n}, name, value)
		}
	}
	words := c[n:]
	if len(words) == 0 {
		return
	}
	switch words[0].text {
	case "export", "declare", "typeset":
		for i := range words[1:] {
			if name, value, ok := words[i+1].assignment(); ok {
				s.writes(Site{Line: words[0].line, Call: words[0].text, Global: true}, name, value)
			}
		}
	case "set", "setenv":
		s.fish(words)
	case "unset":
		for _, w := range words[1:] {
			s.unset(words[0].line, w.text)
		}
	default:
		s.arguments(program, words)
	}
}

// fish reads "set -gx NAME value" and "setenv NAME value".
func (s *shellScript) fish(words shellCommand) {
	flags := words[0].text == "setenv"
	for i := 1; i < len(words); i++ {
		w := words[i]
		if strings.HasPrefix(w.text, "-") {
			flags = flags || strings.Contains(w.text, "x") && !strings.HasPrefix(w.text, "--") || w.text == "--export"
			if strings.Contains(w.text, "e") && !strings.HasPrefix(w.text, "--") && i+1 < len(words) {
				s.unset(w.line, words[i+1].text)
				return
			}
			continue
		}
		if flags && i+1 < len(words) {
			s.writes(Site{Line: w.line, Call: words[0].text, Global: true}, w.text, words[i+1])
		}
		return
	}
}

// writes reports a variable that a command writes, for itself or for those that
// follow.
func (s *shellScript) writes(site Site, name string, value shellWord) {
	v := s.read(value, 0)
	if !matters(name) || v.state == FromEnv && v.variable == name {
		return
	}
	if v.state == EmptyValue {
		v.state = NotSet
	}
	site.Sets, site.Variable, site.Written = Variable, name, writtenValue(name, v)
	s.add(site)
}

func (s *shellScript) unset(line int, name string) {
	if matters(name) {
		s.add(Site{Line: line, Call: "unset", Sets: Variable, Variable: name, Global: true})
	}
}

// A shellProgram is a program that takes a profile as an argument.
type shellProgram struct {
	name, flag string
	sdks       []string
}

// shellPrograms are the programs whose arguments name a profile, and the SDK
// that each is built on.
func shellPrograms() []shellProgram {
	return []shellProgram{
		{"aws", "--profile", []string{"cli-v2"}},
		{"awslocal", "--profile", []string{"cli-v2"}},
		{"sam", "--profile", []string{"python"}},
		{"eb", "--profile", []string{"python"}},
		{"cdk", "--profile", []string{"js-v3"}},
		{"serverless", "--aws-profile", []string{"js-v3"}},
		{"sls", "--aws-profile", []string{"js-v3"}},
		{"terraform", "-profile", []string{"terraform"}},
		{"tofu", "-profile", []string{"terraform"}},
		{"eksctl", "--profile", []string{"go-v2"}},
		{"copilot", "--profile", []string{"go-v1"}},
	}
}

// program returns the program that a command starts, also behind sudo and its
// like.
func (s *shellScript) program(words shellCommand) shellProgram {
	for _, w := range words {
		name := w.text[strings.LastIndexByte(w.text, '/')+1:]
		for _, p := range shellPrograms() {
			if p.name == name && !w.holes {
				return p
			}
		}
		if _, _, ok := w.assignment(); !ok && !strings.HasPrefix(name, "-") && !slices.Contains([]string{"sudo", "exec", "command", "time", "nohup", "env", "npx", "if", "while", "until", "then", "else", "do", "!", "eval", "yarn", "pnpm"}, name) {
			return shellProgram{}
		}
	}
	return shellProgram{}
}

// arguments reports what the arguments of a program set.
func (s *shellScript) arguments(p shellProgram, words shellCommand) {
	for i := range words {
		if name, value, ok := words[i].assignment(); ok && i > 0 && words[0].text == "env" {
			s.writes(Site{Line: words[i].line, Call: "env", SDKs: p.sdks}, name, value)
		}
	}
	if p.name == "" {
		return
	}
	at := slices.IndexFunc(words, func(w shellWord) bool { return w.text[strings.LastIndexByte(w.text, '/')+1:] == p.name })
	args := words[at+1:]
	line := words[at].line
	profile := s.option(args, p.flag)
	endpoint := s.option(args, "--endpoint-url")
	var plain []shellWord
	for i := range args {
		if !strings.HasPrefix(args[i].text, "-") {
			plain = append(plain, args[i])
		}
	}
	is := func(want ...string) bool {
		return len(plain) >= len(want) && slices.EqualFunc(plain[:len(want)], want, func(w shellWord, s string) bool { return w.text == s })
	}
	if endpoint.IsSet() {
		s.add(Site{Line: line, SDKs: p.sdks, Call: p.name, Sets: Endpoint, Endpoint: endpoint})
	}
	switch {
	case p.name == "aws" && is("configure", "set"):
		s.configure(line, p, plain, profile)
	case p.name == "aws" && is("configure"):
		// It reads or writes the shared files for a person.
	case is("sts", "assume-role"):
		s.add(Site{Line: line, SDKs: p.sdks, Call: p.name + " sts assume-role", Sets: Role, Role: s.option(args, "--role-arn"), Profile: profile})
	case profile.IsSet():
		s.add(Site{Line: line, SDKs: p.sdks, Call: p.name, Sets: Profile, Profile: profile})
	case p.name == "aws" && len(plain) > 1:
		s.add(Site{Line: line, SDKs: p.sdks, Call: p.name, Sets: Nothing})
	}
}

// configureSet is the call that writes a setting into the shared files.
const configureSet = "aws configure set"

// configure reports "aws configure set NAME VALUE".
func (s *shellScript) configure(line int, p shellProgram, plain []shellWord, profile Value) {
	if len(plain) < 4 {
		return
	}
	site := Site{Line: line, SDKs: p.sdks, Call: configureSet, Sets: StaticKey, Profile: profile}
	name := plain[2].text[strings.LastIndexByte(plain[2].text, '.')+1:]
	v := s.read(plain[3], 0)
	switch name {
	case "aws_access_key_id":
		site.KeyID = keyValue(v)
	case "aws_secret_access_key":
		site.Secret = v.value(true)
	case "aws_session_token":
		site.Token = v.value(true)
	default:
		return
	}
	s.add(site)
}

// option is the value of an option, "--name value" or "--name=value".
func (s *shellScript) option(words []shellWord, name string) Value {
	for i, w := range words {
		if w.text == name && i+1 < len(words) {
			return valueOf(asEndpoint, s.read(words[i+1], 0))
		}
		if rest, ok := strings.CutPrefix(w.text, name+"="); ok {
			w.text = rest
			return valueOf(asEndpoint, s.read(w, 0))
		}
	}
	return Value{}
}
