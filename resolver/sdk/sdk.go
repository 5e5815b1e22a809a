// Package sdk holds what each AWS SDK does to find its credentials, as a
// value: one file an SDK, over links that they share.
//
// The links look at local evidence only: variables, the shared files, token
// and cache files. What a link cannot tell from that is unknown, never absent.
// Points in which SDKs differ are options of the links; no link asks which SDK
// it works for.
package sdk

import "github.com/awscred/awscred/resolver"

// All returns every SDK, in the order in which reports name them.
func All() []*resolver.SDK {
	return []*resolver.SDK{
		GoV2(), Terraform(), Python(), CLIv1(), CLIv2(), JSv3(), GoV1(), Rust(),
		JavaV2(), JavaV1(), Kotlin(), DotNetV4(), DotNetV3(), PHP(), Ruby(), Cpp(), Swift(), CRT(), PowerShell(),
	}
}

// Find returns the SDK of a name as flags and reports use it, or nil.
func Find(name string) *resolver.SDK {
	for _, sdk := range All() {
		if sdk.Name == name {
			return sdk
		}
	}
	return nil
}

// A Condition tells why a link is not used in a situation, in one clause, or
// returns "" if it is.
type Condition func(*resolver.Situation) string

// ProfileInCode is the Condition of links that give way to a profile that the
// program itself names.
func ProfileInCode(s *resolver.Situation) string {
	if s.Profile.By != resolver.ByCode {
		return ""
	}
	return "ignored, because the program names profile " + quote(s.Profile.Name)
}

// holds evaluates a Condition that may be nil.
func (c Condition) holds(s *resolver.Situation) string {
	if c == nil {
		return ""
	}
	return c(s)
}

// one returns an offer alone.
func one(step resolver.Step, plan resolver.Plan) []resolver.Offer {
	return []resolver.Offer{{Step: step, Plan: plan}}
}

// stopping returns a broken offer that ends the chain.
func stopping(step resolver.Step, reason string) resolver.Offer {
	step.Status = resolver.Broken
	step.Stops = true
	step.Reason = reason
	return resolver.Offer{Step: step}
}
