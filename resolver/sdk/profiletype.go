package sdk

import (
	"context"
	"slices"
	"strings"

	"github.com/awscred/awscred/resolver"
)

// A ProfileType is a set of keys that together are one way to get credentials.
type ProfileType struct {
	// Needs are the keys of which none may be missing, May those that can be
	// there as well.
	Needs, May []string
}

// OneType is the Method of SDKs that take a profile only if its keys are those
// of exactly one type. It refuses any other, and leaves those to the methods
// behind it.
func OneType(types []ProfileType) Method {
	var all []string
	for _, t := range types {
		all = append(append(all, t.Needs...), t.May...)
	}
	slices.Sort(all)
	all = slices.Compact(all)
	return Method{Name: "keys of one type only", TakesRole: true, Offer: func(_ context.Context, v *visit) (resolver.Offer, bool) {
		var set []string
		for _, key := range all {
			if p, _ := v.found.Get(key); !p.IsBlank() {
				set = append(set, key)
			}
		}
		fits := func(t ProfileType) bool { return t.fits(set) }
		if len(set) == 0 || slices.ContainsFunc(types, fits) {
			return resolver.Offer{}, false
		}
		step := v.step(resolver.FromProfile, set...)
		if step.RoleARN = v.value(roleKey); step.RoleARN != "" {
			step.Source = resolver.FromAssumeRole
		}
		return stopping(step, "profile "+quote(v.name)+" is not valid: "+strings.Join(set, ", ")+" together are no known way to get credentials"), true
	}}
}

// fits reports whether keys are those of the type.
func (t ProfileType) fits(keys []string) bool {
	for _, key := range t.Needs {
		if !slices.Contains(keys, key) {
			return false
		}
	}
	for _, key := range keys {
		if !slices.Contains(t.Needs, key) && !slices.Contains(t.May, key) {
			return false
		}
	}
	return true
}
