package resolver_test

import (
	"context"
	"testing"

	"github.com/awscred/awscred/resolver"
	"github.com/awscred/awscred/resolver/profile"
)

// offers is a link that has them at hand.
type offers []resolver.Offer

func (o offers) Offers(context.Context, *resolver.Situation) []resolver.Offer { return o }

func TestEnd(t *testing.T) {
	step := func(s resolver.Step) *resolver.Trace {
		sdk := &resolver.SDK{Dialect: profile.GoV2(), Links: []resolver.Link{offers{{Step: s}}}}
		return resolver.Resolve(context.Background(), &resolver.Host{}, sdk, resolver.Options{})
	}
	for _, c := range []struct {
		name  string
		a, b  resolver.Step
		equal bool
	}{
		{"the same key by another profile",
			resolver.Step{Source: resolver.FromProfile, Status: resolver.Usable, KeyID: "id", Profile: "a"},
			resolver.Step{Source: resolver.FromProfile, Status: resolver.Usable, KeyID: "id", Profile: "b"}, true},
		{"another key",
			resolver.Step{Source: resolver.FromEnv, Status: resolver.Usable, KeyID: "id"},
			resolver.Step{Source: resolver.FromEnv, Status: resolver.Usable, KeyID: "other"}, false},
		{"another source",
			resolver.Step{Source: resolver.FromEnv, Status: resolver.Usable, KeyID: "id"},
			resolver.Step{Source: resolver.FromProfile, Status: resolver.Usable, KeyID: "id"}, false},
		{"the same role with keys of another id",
			resolver.Step{Source: resolver.FromAssumeRole, Status: resolver.Usable, KeyID: "id", RoleARN: "arn"},
			resolver.Step{Source: resolver.FromAssumeRole, Status: resolver.Usable, KeyID: "other", RoleARN: "arn"}, true},
		{"processes of two profiles",
			resolver.Step{Source: resolver.FromProcess, Status: resolver.Usable, Profile: "a"},
			resolver.Step{Source: resolver.FromProcess, Status: resolver.Usable, Profile: "b"}, false},
		{"nothing, for whatever reason",
			resolver.Step{Source: resolver.FromIMDS, Status: resolver.Disabled},
			resolver.Step{Source: resolver.FromEnv, Status: resolver.Absent}, true},
		{"nothing and an error",
			resolver.Step{Source: resolver.FromEnv, Status: resolver.Absent},
			resolver.Step{Source: resolver.FromEnv, Status: resolver.Broken, Stops: true}, false},
		{"usable and not asked",
			resolver.Step{Source: resolver.FromIMDS, Status: resolver.Usable},
			resolver.Step{Source: resolver.FromIMDS, Status: resolver.Unknown}, false},
	} {
		if got := step(c.a).End() == step(c.b).End(); got != c.equal {
			t.Errorf("%s: equal is %v", c.name, got)
		}
	}
}
