package main

import (
	"context"
	"path/filepath"
	"slices"

	"github.com/spf13/pflag"

	"github.com/awscred/awscred/resolver"
	"github.com/awscred/awscred/resolver/code"
	"github.com/awscred/awscred/resolver/detect"
	"github.com/awscred/awscred/resolver/report"
	"github.com/awscred/awscred/resolver/sdk"
)

// codeFlags say which program's source is read, and what was found in it.
type codeFlags struct {
	dir     string
	program *code.Program // nil if no source was read
}

func (c *codeFlags) define(f *pflag.FlagSet) {
	f.StringVar(&c.dir, "code", "", "read the source of the program in this `directory`: the keys and profiles that it sets itself come first, and what its configuration gives services and jobs")
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
// for one that starts the AWS CLI. It returns false if the source shows none.
func (c *codeFlags) asked(h *resolver.Host) (list []ask, shown bool) {
	if c.program == nil {
		return nil, false
	}
	dir := filepath.Clean(c.dir)
	if dir == "." {
		dir = "" // places are told as they are from here
	}
	found := detect.Look(h, dir)
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
	other := len(c.unmodelledEffects(h)) > 0
	if len(list) == 0 && !other && len(c.program.Effects("cli-v2", h)) > 0 {
		list = []ask{{name: "cli-v2"}}
	}
	return list, len(list) > 0 || other
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

// unmodelled are answers for SDKs of the program whose chain is not known here,
// as far as the program decides by itself: it passes keys, and no chain is asked.
func (c *codeFlags) unmodelled(ctx context.Context, h *resolver.Host) []report.Answer {
	if c.program == nil {
		return nil
	}
	var list []report.Answer
	x := &resolver.SDK{
		Name: javascriptV2, Title: "AWS SDK for JavaScript v2", Basis: resolver.Sourced, EndOfLife: true, Kind: resolver.TryInTurn,
		Dialect: sdk.JSv3().Dialect, Links: []resolver.Link{sdk.Code{}},
	}
	for _, e := range c.unmodelledEffects(h) {
		t := resolver.Resolve(ctx, h, x, resolver.Options{Code: e.Code})
		list = append(list, report.Answer{Trace: t, Asked: true, Does: e.Summary, Calls: e.Code.Where})
	}
	return list
}

// javascriptV2 is the name of an SDK at the end of its life whose chain is not
// known here.
const javascriptV2 = "js-v2"

func (c *codeFlags) unmodelledEffects(h *resolver.Host) []code.Effect {
	return slices.DeleteFunc(c.program.Effects(javascriptV2, h), func(e code.Effect) bool {
		return e.Sets != code.StaticKey && e.Sets != code.Options
	})
}

// followable reports whether the keys that a chain ends with can be asked for or
// shown to STS: what stands in code is never tried.
func followable(e code.Effect) bool {
	return !e.For.Away && e.Code.KeyID == "" && len(e.Code.Env) == 0 && (e.Code.Role == nil || e.Code.Role.ARN != "")
}
