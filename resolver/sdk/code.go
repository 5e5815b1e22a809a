package sdk

import (
	"context"

	"github.com/awscred/awscred/resolver"
)

// Code is the link of static keys that the program itself sets.
type Code struct{}

// Offers returns the keys in code, if any.
func (Code) Offers(_ context.Context, s *resolver.Situation) []resolver.Offer {
	step := resolver.Step{Source: resolver.FromCode, Where: s.Code.Where}
	if s.Code.KeyID == "" {
		step.Status = resolver.Absent
		step.Reason = "no keys are known to be set in code"
		return one(step, nil)
	}
	step.Status = resolver.Usable
	step.Reason = "keys set in code come before every other source"
	step.KeyID = s.Code.KeyID
	return one(step, &resolver.StaticPlan{Keys: resolver.Keys{ID: s.Code.KeyID}})
}
