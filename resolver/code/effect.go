package code

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/awscred/awscred/resolver"
)

// An Effect is one thing that a program does to the chain of an SDK, and the
// calls that do it.
type Effect struct {
	SDK string
	// Sets is what the calls set.
	Sets Setting
	// Summary says it in one clause: "passes a static key".
	Summary string
	// Code is what the chain is to be resolved with.
	Code resolver.Code
	// For is whose environment it is that the calls set, or in which they are
	// made, if that is not the program's own.
	For Environment
	// Sites are the calls.
	Sites []Site
}

// A Reader tells variables of the environment, as [resolver.Host.LookupEnv]
// does.
type Reader interface {
	LookupEnv(name string) (string, bool)
}

// Effects returns what a program does to the chain of an SDK, one Effect for
// each distinct thing that it sets, in the order of the settings and then of
// their first calls. Variables are looked up in env. Tests of the program do
// not count, and calls that make a client and set nothing only where nothing
// else holds for them. The list is empty for an SDK that the program does not
// use.
func (p *Program) Effects(sdk string, env Reader) []Effect {
	var list []Effect
	at := make(map[string]int)
	for i := range p.Sites {
		s := &p.Sites[i]
		if s.Test || !s.concerns(sdk) || s.Sets == Endpoint || s.Sets == GivenRole || s.Sets == Variable || s.leaves() {
			continue
		}
		key := fmt.Sprint(s.Sets, "\x00", s.effect(), "\x00", s.For.Away)
		n, seen := at[key]
		if !seen {
			n = len(list)
			at[key] = n
			list = append(list, Effect{SDK: sdk, Sets: s.Sets, Summary: s.summary(), Code: s.code(env, sdk), For: s.For})
		}
		list[n].Sites = append(list[n].Sites, *s)
	}
	all, each := p.written(sdk)
	list = withWritten(sdk, list, all, each)
	list = p.withGiven(sdk, list, env)
	slices.SortStableFunc(list, func(a, b Effect) int { return cmp.Compare(weight(a.Sets), weight(b.Sets)) })
	if len(list) > 1 && slices.ContainsFunc(list, func(e Effect) bool { return e.global() }) {
		list = slices.DeleteFunc(list, func(e Effect) bool { return e.Sets == Nothing })
	}
	for i := range list {
		list[i].place(p.Dir)
	}
	return list
}

// weight orders settings by how much they hide.
func weight(s Setting) int {
	return slices.Index([]Setting{StaticKey, Profile, Provider, Role, Variable, Options, Nothing}, s)
}

func (s *Site) concerns(sdk string) bool { return len(s.SDKs) == 0 || slices.Contains(s.SDKs, sdk) }

func (e *Effect) global() bool {
	return slices.ContainsFunc(e.Sites, func(s Site) bool { return s.Global })
}

// written are the variables that the program sets, in groups that hold together:
// those of the whole program, or of each file if files set one differently, and
// those of each command that gets its own.
func (p *Program) written(sdk string) (all []Site, each [][]Site) {
	var files, commands []string
	by := make(map[string][]Site)
	for _, s := range p.Sites {
		if s.Sets != Variable || s.Test || s.For.Name != "" || !s.concerns(sdk) {
			continue
		}
		key := s.File
		if !s.Global {
			key += fmt.Sprintf(":%d", s.Line)
		}
		if by[key] == nil && s.Global {
			files = append(files, key)
		} else if by[key] == nil {
			commands = append(commands, key)
		}
		by[key] = append(by[key], s)
	}
	for _, f := range files {
		all = append(all, by[f]...)
	}
	if len(files) > 1 && contradicts(all) != "" {
		all, commands = nil, append(files, commands...)
	}
	for _, c := range commands {
		each = append(each, by[c])
	}
	return all, each
}

// contradicts returns a variable that sites give different values, or "".
func contradicts(written []Site) string {
	values := make(map[string]string)
	for _, s := range written {
		value := s.Written.short() + s.Written.Secret.Fingerprint(nil, "written")
		if before, ok := values[s.Variable]; ok && before != value {
			return s.Variable
		}
		values[s.Variable] = value
	}
	return ""
}

// withWritten lays the variables that a program writes below each effect whose
// chain may read them. Where there is none, they are the effect.
func withWritten(sdk string, list []Effect, all []Site, each [][]Site) []Effect {
	if len(all) > 0 && len(list) == 0 {
		list = append(list, Effect{SDK: sdk, Sets: Nothing})
	}
	for i := range list {
		e := &list[i]
		if len(all) == 0 || e.Sets == StaticKey || e.Sets == Options {
			continue
		}
		if e.Sets == Nothing {
			e.writes(all)
		}
		e.lay(all)
	}
	seen := make(map[string]int)
	for _, sites := range each {
		e := Effect{SDK: sdk}
		e.writes(sites)
		e.lay(sites)
		key := e.Summary
		for _, s := range sites {
			key += "\x00" + s.Written.short()
		}
		if i, ok := seen[key]; ok {
			list[i].Sites = append(list[i].Sites, sites...)
			continue
		}
		seen[key] = len(list)
		list = append(list, e)
	}
	return list
}

// writes makes an effect one of variables that are written.
func (e *Effect) writes(sites []Site) {
	e.Sets, e.Summary = Variable, "sets "+variables(sites)
	e.Code.Note = e.Summary
	e.Sites = slices.Clone(sites)
}

// lay puts variables into what the chain is resolved with.
func (e *Effect) lay(written []Site) {
	e.Code.Env = make(map[string]resolver.CodeVariable)
	open := contradicts(written)
	for _, s := range written {
		if s.Variable == open {
			continue
		}
		at := resolver.Evidence{Kind: resolver.InCode, Name: s.File, Line: s.Line, Note: "sets " + s.Variable}
		switch s.Written.State {
		case Literal, FromEnv:
			e.Code.Env[s.Variable] = resolver.CodeVariable{Value: cmp.Or(s.Written.Text, "set in code"), At: at}
		case NotSet, EmptyValue:
			e.Code.Env[s.Variable] = resolver.CodeVariable{Unset: true, At: at}
		default:
			e.Code.Open = true
			e.Code.Note = e.Summary + ", value unknown"
		}
	}
	if open != "" {
		e.Code.Open = true
		e.Code.Note = e.Summary + "; " + open + " gets different values"
	}
}

func variables(written []Site) string {
	var names []string
	for _, s := range written {
		if !slices.Contains(names, s.Variable) {
			names = append(names, s.Variable)
		}
	}
	return strings.Join(names, ", ")
}

// effect tells the effect of a site from those of others with the same setting.
func (s *Site) effect() string {
	switch s.Sets {
	case StaticKey:
		if s.Call == configureSet {
			return configureSet
		}
		return s.KeyID.short()
	case Profile:
		return s.Profile.short()
	case Provider:
		return fmt.Sprint(s.Sources, s.Profile.short())
	case Role:
		return s.Role.short()
	}
	return ""
}

// summary says what a site does, in one clause.
func (s *Site) summary() string {
	switch s.Sets {
	case StaticKey:
		if s.Call == configureSet {
			return "writes a key into the shared files with " + configureSet
		}
		switch s.KeyID.State {
		case Literal:
			return "passes a static key"
		case FromEnv:
			return "passes a key from the environment variable " + s.KeyID.Variable
		}
		return "passes a key that is set in code, value unknown"
	case Profile:
		return "passes " + s.Profile.named("profile")
	case Provider:
		if len(s.Sources) == 0 {
			return "signs no requests"
		}
		text := "names its own provider: " + sourceNames(s.Sources)
		if s.Profile.IsSet() {
			text += ", " + s.Profile.named("profile")
		}
		return text
	case Role:
		return "assumes " + s.Role.named("role")
	case Options:
		return "passes options that are set in code, value unknown"
	}
	return "sets no credentials"
}

// sourceNames names sources as the contract does.
func sourceNames(list []resolver.Source) string {
	var names []string
	for _, s := range list {
		if s != resolver.FromEnvLegacy {
			names = append(names, string(s))
		}
	}
	return strings.Join(names, ", ")
}

// code is what the chain of an SDK is resolved with at a site.
func (s *Site) code(env Reader, sdk string) resolver.Code {
	c := resolver.Code{Note: s.summary()}
	switch s.Sets {
	case StaticKey:
		s.keys(&c, env, sdk)
	case Profile:
		s.profile(&c, env)
	case Provider:
		c.Only = append([]resolver.Source{}, s.Sources...)
		s.profile(&c, env)
	case Role:
		s.profile(&c, env)
		c.Role = &resolver.CodeRole{ARN: s.Role.in(env)}
	case Options:
		c.Open = true
	}
	if s.For.Away && s.Sets != StaticKey {
		return resolver.Code{Open: true, Note: c.Note + " in " + s.For.Name + ", whose files are not on this machine"}
	}
	return c
}

// keys sets what a site's static keys come to.
func (s *Site) keys(c *resolver.Code, env Reader, sdk string) {
	if s.Call == configureSet {
		return // the shared files have them afterwards
	}
	switch s.KeyID.State {
	case Literal:
		c.KeyID = s.KeyID.Text
		c.Keys = c.KeyID == ""
		c.Note += ": nothing else is consulted"
	case FromEnv:
		c.KeyID = s.KeyID.in(env)
		if c.KeyID == "" {
			c.Missing, c.MissingPasses = true, nullPasses(sdk)
			c.Note += ", which is not set here"
		}
	default:
		c.Keys = true
	}
}

// profile sets the profile that a site names.
func (s *Site) profile(c *resolver.Code, env Reader) {
	if !s.Profile.IsSet() {
		return
	}
	if c.Profile = s.Profile.in(env); c.Profile != "" {
		return
	}
	if s.Profile.State == FromEnv {
		// SDKs take an empty name for none.
		c.Note += ", which is not set here"
		return
	}
	c.Open = true
}

// in is the text of a value on a Host, or "".
func (v Value) in(env Reader) string {
	if v.State == FromEnv && env != nil {
		if text, ok := env.LookupEnv(v.Variable); ok {
			return text
		}
	}
	return v.Text
}

// nullPasses reports whether an SDK goes on along its chain if the program
// passes keys that are null: botocore creates credentials only of keys that are
// there (botocore/session.py, create_client), and so does the SDK for Ruby
// (aws-sdk-core/credential_provider_chain.rb, static_credentials).
func nullPasses(sdk string) bool {
	return slices.Contains([]string{"python", "ruby"}, sdk)
}

// place names the calls of an effect as a person in the working directory
// would.
func (e *Effect) place(dir string) {
	for i := range e.Sites {
		s := &e.Sites[i]
		e.Code.Where = append(e.Code.Where, s.Evidence(dir))
	}
	for name, v := range e.Code.Env {
		v.At.Name = join(dir, v.At.Name)
		e.Code.Env[name] = v
	}
}

// Evidence is the site's call, as reports name it; dir is the directory that was
// looked at.
func (s *Site) Evidence(dir string) resolver.Evidence {
	return resolver.Evidence{Kind: resolver.InCode, Name: join(dir, s.File), Line: s.Line}
}

func join(dir, name string) string {
	dir = strings.TrimSuffix(strings.TrimPrefix(dir, "./"), "/")
	if dir == "" || dir == "." {
		return name
	}
	return dir + "/" + name
}
