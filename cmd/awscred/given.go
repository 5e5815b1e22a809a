package main

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/awscred/awscred/resolver"
	"github.com/awscred/awscred/resolver/code"
	"github.com/awscred/awscred/resolver/doctor"
	"github.com/awscred/awscred/resolver/sdk"
)

// warnings tells of the environments that configuration files give keys: what
// that hides, in which SDKs, and what gives credentials there without keys. One
// warning stands for all environments that are given the same from the same kind
// of source.
func (c *codeFlags) warnings(ctx context.Context, h *resolver.Host) []doctor.Warning {
	if c.program == nil {
		return nil
	}
	type group struct{ from, instead, beaten string }
	var order []group
	found := make(map[group][]code.Given)
	for _, g := range c.program.Given("") {
		if !g.HasKeys() {
			continue
		}
		of := group{keysFrom(g), g.For.Instead, strings.Join(notBeaten(ctx, h, g), ", ")}
		if found[of] == nil {
			order = append(order, of)
		}
		found[of] = append(found[of], g)
	}
	var list []doctor.Warning
	for _, of := range order {
		list = append(list, c.warning(of.from, of.instead, of.beaten, found[of]))
	}
	return list
}

// graver orders warnings as the doctor does.
func graver(a, b doctor.Warning) int {
	order := []doctor.Severity{doctor.Error, doctor.Caution, doctor.Note}
	return slices.Index(order, a.Severity) - slices.Index(order, b.Severity)
}

func (c *codeFlags) warning(from, instead, beaten string, given []code.Given) doctor.Warning {
	w := doctor.Warning{ID: "keys-in-configuration", Severity: doctor.Note}
	advice := "take the variables out"
	if from == "literal" {
		w.Severity, advice = doctor.Caution, "take the keys out and deactivate them"
	}
	var names []string
	for _, g := range given {
		if !slices.Contains(names, g.For.Name) {
			names = append(names, g.For.Name)
		}
		for i := range g.Sites {
			if s := &g.Sites[i]; strings.Contains(s.Variable, "KEY") || strings.Contains(s.Variable, "TOKEN") {
				w.Where = append(w.Where, s.Evidence(c.program.Dir))
			}
		}
	}
	const most = 3
	who := strings.Join(names[:min(most, len(names))], ", ")
	if more := len(names) - most; more > 0 {
		who += fmt.Sprintf(" and %d more", more)
	}
	source := map[string]string{"literal": "keys that stand in the file", "store": "keys from a secret store", "environment": "keys of whoever starts it"}[from]
	w.Message = fmt.Sprintf("%s: given %s as variables of the environment, which come before any role, in every SDK", who, source)
	if beaten != "" {
		w.Message += " but " + beaten
	}
	w.Fix = advice + "; use " + instead
	return w
}

// insteadOf is what gives credentials where a file gives keys, or "".
func insteadOf(e code.Effect) string {
	g := code.Given{For: e.For, Sites: e.Sites}
	if e.Sets != code.Variable || e.For.Name == "" || !g.HasKeys() {
		return ""
	}
	return e.For.Instead
}

// keysFrom tells where the keys of an environment come from: what is worst.
func keysFrom(g code.Given) string {
	from := "environment"
	for i := range g.Sites {
		s := &g.Sites[i]
		if !strings.Contains(s.Variable, "KEY") {
			continue
		}
		switch s.Written.State {
		case code.Literal:
			return "literal"
		case code.FromStore:
			from = "store"
		}
	}
	return from
}

// notBeaten are the titles of the SDKs in which something else than the
// environment wins where an environment is given keys.
func notBeaten(ctx context.Context, h *resolver.Host, g code.Given) []string {
	e := code.Effect{For: g.For, Code: g.Code(h)}
	if e.Code.Open {
		return nil
	}
	var titles []string
	for _, x := range sdk.All() {
		t := resolver.Resolve(ctx, e.Host(h), x, resolver.Options{Code: e.Code})
		if s := t.Ended(); s != nil && s.Source != resolver.FromEnv && s.Source != resolver.FromEnvLegacy {
			titles = append(titles, x.Title)
		}
	}
	return titles
}
