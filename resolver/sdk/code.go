package sdk

import (
	"cmp"
	"context"

	"github.com/awscred/awscred/resolver"
)

// Code is the link of static keys that the program itself sets.
type Code struct{}

// Offers returns the keys in code, if any.
func (Code) Offers(_ context.Context, s *resolver.Situation) []resolver.Offer {
	c := &s.Code
	step := resolver.Step{Source: resolver.FromCode, Where: c.Where}
	switch {
	case c.KeyID != "":
		step.Status = resolver.Usable
		step.Reason = cmp.Or(c.Note, "keys set in code come before every other source")
		step.KeyID = c.KeyID
		return one(step, &resolver.StaticPlan{Keys: resolver.Keys{ID: c.KeyID}})
	case c.Missing && !c.MissingPasses:
		return []resolver.Offer{stopping(step, c.Note)}
	case c.Keys && !c.Missing, c.Open:
		step.Status = resolver.Unknown
		step.Reason = c.Note
		return one(step, nil)
	}
	step.Status = resolver.Absent
	step.Reason = "no keys are known to be set in code"
	if c.Note != "" {
		step.Reason = "no keys in code; it " + c.Note
	}
	return one(step, nil)
}
