package main

import (
	"context"
	"slices"

	"github.com/spf13/pflag"

	"github.com/awscred/awscred/resolver"
	"github.com/awscred/awscred/resolver/code"
	"github.com/awscred/awscred/resolver/detect"
	"github.com/awscred/awscred/resolver/sdk"
)

// codeFlags say which program's source is read, and what was found in it.
type codeFlags struct {
	dir     string
	program *code.Program // nil if no source was read
}

func (c *codeFlags) define(f *pflag.FlagSet) {
	f.StringVar(&c.dir, "code", "", "read the source of the program in this `directory`: the keys and profiles that it sets itself come first")
}

// read reads the program's source, if it is to be.
func (c *codeFlags) read(ctx context.Context, h *resolver.Host) error {
	if c.dir == "" {
		return nil
	}
	p, err := code.Look(ctx, h, c.dir)
	c.program = p
	return err
}

// asked returns the SDKs that the program's source shows, with what the
// directory shows of their versions. A program that only sets variables is taken
// for one that starts the AWS CLI.
func (c *codeFlags) asked(h *resolver.Host) []ask {
	if c.program == nil {
		return nil
	}
	found := detect.Look(h, c.dir)
	var list []ask
	for _, name := range c.program.SDKs() {
		if sdk.Find(name) == nil {
			continue
		}
		a := ask{name: name}
		if i := slices.IndexFunc(found, func(f detect.Found) bool { return f.SDK == name }); i >= 0 {
			a = asFound(h, found[i])
		}
		list = append(list, a)
	}
	if len(list) == 0 && len(c.program.Effects("cli-v2", h)) > 0 {
		list = []ask{{name: "cli-v2"}}
	}
	return list
}

// effects returns what the program does to the chain of an SDK: one effect of no
// calls where no source was read or none concerns it.
func (c *codeFlags) effects(h *resolver.Host, name, profile string) []code.Effect {
	var list []code.Effect
	if c.program != nil {
		list = c.program.Effects(name, h)
	}
	if len(list) == 0 {
		list = []code.Effect{{SDK: name}}
	}
	for i := range list {
		if list[i].Code.Profile == "" && !list[i].Code.Open && list[i].Code.Only == nil {
			list[i].Code.Profile = profile
		}
	}
	return list
}

// followable reports whether the keys that a chain ends with can be asked for or
// shown to STS: what stands in code is never tried.
func followable(e code.Effect) bool {
	return e.Code.KeyID == "" && len(e.Code.Env) == 0 && (e.Code.Role == nil || e.Code.Role.ARN != "")
}
