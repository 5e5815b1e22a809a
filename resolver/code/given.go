package code

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/awscred/awscred/resolver"
)

// A Given is an environment with the variables that configuration files give
// it.
type Given struct {
	For Environment
	// Sites are the variables; Outer are those of the environments that it is
	// within, which do not stand in Sites, too.
	Sites, Outer []Site
}

// Given returns the environments that files give variables which concern an SDK,
// in the order of the files. Tests do not count.
func (p *Program) Given(sdk string) []Given {
	type place struct {
		file, name string
		line       int // of what holds for one command alone
	}
	var list []Given
	at := make(map[place]int)
	for i := range p.Sites {
		s := &p.Sites[i]
		if s.Sets != Variable || s.Test || s.For.Name == "" || !p.concerns(s, sdk) {
			continue
		}
		key := place{file: s.File, name: s.For.Name}
		if !s.Global {
			key.line = s.Line
		}
		n, seen := at[key]
		if !seen {
			n = len(list)
			at[key] = n
			list = append(list, Given{For: s.For})
		}
		list[n].Sites = append(list[n].Sites, *s)
	}
	for i := range list {
		g := &list[i]
		own := variablesOf(g.Sites)
		for _, outer := range g.For.Within {
			n, ok := at[place{file: g.Sites[0].File, name: outer}]
			if !ok || n == i {
				continue
			}
			for _, s := range list[n].Sites {
				if !slices.Contains(own, s.Variable) {
					g.Outer = append(g.Outer, s)
				}
			}
			own = append(own, variablesOf(list[n].Sites)...)
		}
	}
	return list
}

func variablesOf(sites []Site) []string {
	var names []string
	for _, s := range sites {
		if !slices.Contains(names, s.Variable) {
			names = append(names, s.Variable)
		}
	}
	return names
}

// concerns reports whether a site is of an SDK. What a program of one's own is
// given is nothing to the tools that its source is deployed with.
func (p *Program) concerns(s *Site, sdk string) bool {
	if len(s.SDKs) > 0 || !s.For.Program || !isTool(sdk) {
		return s.concerns(sdk)
	}
	return !slices.ContainsFunc(p.SDKs(), func(name string) bool { return !isTool(name) })
}

// isTool reports whether an SDK is that of a tool, which no program is built on.
func isTool(sdk string) bool {
	return slices.Contains([]string{"terraform", "cli-v2", "cli-v1", "powershell", "s3cmd"}, sdk)
}

// leaves reports whether a site sets nothing where it is not known what the
// environment gives.
func (s *Site) leaves() bool { return s.Sets == Nothing && s.For.Away }

// HasKeys reports whether an environment is given keys, whatever they are.
func (g *Given) HasKeys() bool {
	return slices.ContainsFunc(g.Sites, func(s Site) bool {
		return isKeyVariable(s.Variable) && s.Written.IsSet()
	})
}

func isKeyVariable(name string) bool {
	return slices.Contains([]string{"AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN", "AWS_SECURITY_TOKEN", "AWS_ACCESS_KEY", "AWS_SECRET_KEY"}, name)
}

// Names are the variables of an environment's own, in words.
func (g *Given) Names() string { return strings.Join(variablesOf(g.Sites), ", ") }

// Code is what a chain in the environment is resolved with. Variables that it
// takes from who starts it are looked up in env.
func (g *Given) Code(env Reader) resolver.Code {
	c := &givenCode{resolver.Code{Note: "is given " + g.Names(), Env: make(map[string]resolver.CodeVariable)}}
	all := slices.Concat(g.Outer, g.Sites)
	open := contradicts(g.Sites)
	var unknown []string
	for _, s := range all {
		v := resolver.CodeVariable{At: resolver.Evidence{Kind: resolver.InCode, Name: s.File, Line: s.Line, Note: "sets " + s.Variable}}
		known := s.Variable != open
		switch s.Written.State {
		case Literal:
			v.Value = cmp.Or(s.Written.Text, "set in code")
		case FromEnv:
			v.Value = s.Written.in(env)
			if v.Value == "" && !s.Written.Secret.IsZero() {
				v.Value = "set in code"
			}
			v.Unset = v.Value == ""
		case FromStore:
			v.Value = "from a store"
			known = known && isKeyVariable(s.Variable)
		case NotTraced:
			known = false
		default:
			v.Unset = true
		}
		if !known {
			unknown = append(unknown, s.Variable)
			continue
		}
		c.Env[s.Variable] = v
	}
	// Keys hide what the others say.
	keys := c.Env["AWS_ACCESS_KEY_ID"].Value != "" && c.Env["AWS_SECRET_ACCESS_KEY"].Value != ""
	switch elsewhere := c.elsewhere(); {
	case keys:
	case len(unknown) > 0:
		c.Open = true
		c.Note += ": the value of " + strings.Join(unknown, ", ") + " is not known"
	case g.For.Away && elsewhere != "":
		c.Open = true
		c.Note += ": what " + elsewhere + " names is not on this machine"
		for _, name := range elsewhereVariables() {
			delete(c.Env, name)
		}
	}
	return c.Code
}

// A givenCode is what a chain is resolved with, under way.
type givenCode struct{ resolver.Code }

func elsewhereVariables() []string {
	return []string{"AWS_WEB_IDENTITY_TOKEN_FILE", "AWS_PROFILE", "AWS_DEFAULT_PROFILE", "AWS_CONFIG_FILE", "AWS_SHARED_CREDENTIALS_FILE",
		"AWS_CONTAINER_CREDENTIALS_FULL_URI", "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI"}
}

// elsewhere returns a variable that names something outside the environment, or
// "".
func (c *givenCode) elsewhere() string {
	for _, name := range elsewhereVariables() {
		if c.Env[name].Value != "" {
			return name
		}
	}
	return ""
}

// withGiven adds the effects of what environments are given. Settings of a
// provider of Terraform are laid below the provider itself.
func (p *Program) withGiven(sdk string, list []Effect, env Reader) []Effect {
	var names [][]string
	first := len(list)
	seen := make(map[string]int)
	for _, g := range p.Given(sdk) {
		c := g.Code(env)
		if i := slices.IndexFunc(list[:first], func(e Effect) bool { return e.has(g.Sites[0].File, g.For.Name) }); i >= 0 {
			list[i].Code.Env = c.Env
			list[i].Code.Open = list[i].Code.Open || c.Open
			continue
		}
		key := fmt.Sprint(g.For.Away, g.Names())
		for _, s := range slices.Concat(g.Outer, g.Sites) {
			key += "\x00" + s.Variable + "=" + s.Written.short() + s.Written.Secret.Fingerprint(nil, "given")
		}
		n, again := seen[key]
		if !again {
			n = len(list)
			seen[key] = n
			list = append(list, Effect{SDK: sdk, Sets: Variable, For: g.For, Code: c})
			names = append(names, nil)
		}
		e := &list[n]
		if who := &names[n-first]; !slices.Contains(*who, g.For.Name) {
			*who = append(*who, g.For.Name)
		}
		e.Sites = append(e.Sites, g.Sites...)
		e.Summary = "gives " + several(names[n-first]) + " " + g.Names()
	}
	return list
}

// several names some of a list.
func several(names []string) string {
	const most = 3
	if len(names) > most {
		return strings.Join(names[:most], ", ") + fmt.Sprintf(" and %d more", len(names)-most)
	}
	return strings.Join(names, ", ")
}

// has reports whether one of the calls of an effect is that of a name in a file.
func (e *Effect) has(file, call string) bool {
	return slices.ContainsFunc(e.Sites, func(s Site) bool { return s.File == file && s.Call == call })
}

// Host is the Host that a chain is resolved on: h, or one without files and
// variables where nothing of this machine is there.
func (e *Effect) Host(h *resolver.Host) *resolver.Host {
	if !e.For.Away {
		return h
	}
	return &resolver.Host{OS: "linux", Now: h.Now}
}
