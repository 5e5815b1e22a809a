package sdk

import (
	"context"
	"encoding/json"

	"github.com/awscred/awscred/resolver"
)

// SDKStore is the link of the encrypted store that the tools for .NET keep on
// Windows (CredentialManagement/NetSDKCredentialsFile.cs@a0295645). The names of
// its profiles can be read, their keys cannot.
type SDKStore struct {
	// Name is that of the profile, for links that do not look for the chosen
	// one.
	Name string
	// Unless tells when the link is not used.
	Unless Condition
}

// Offers returns whether the store has the profile.
func (l SDKStore) Offers(_ context.Context, s *resolver.Situation) []resolver.Offer {
	name := l.Name
	if name == "" {
		name = s.Profile.Name
	}
	step := resolver.Step{Source: resolver.FromProfile, Profile: name, Status: resolver.Absent}
	local := s.Host.Getenv("LOCALAPPDATA")
	switch ignored := l.Unless.holds(s); {
	case ignored != "":
		step.Reason = ignored
		return one(step, nil)
	case s.Host.OS != "windows":
		step.Reason = "there is no encrypted store of profiles on this system"
		return one(step, nil)
	case local == "":
		step.Reason = "LOCALAPPDATA is not set, which leads to the encrypted store of profiles"
		return one(step, nil)
	}
	path := s.Host.Join(local, "AWSToolkit", "RegisteredAccounts.json")
	at := resolver.File(path, 0)
	data, err := s.Host.ReadFile(path, maxToken)
	var accounts map[string]struct{ DisplayName string }
	switch {
	case err != nil:
		step.Reason = "the encrypted store of profiles " + why(err)
		return one(step, nil)
	case json.Unmarshal(data, &accounts) != nil:
		at.Note = "is not the JSON object that it should be"
		step.Status = resolver.Broken
		step.Reason = "the encrypted store of profiles " + at.Note
		step.Where = []resolver.Evidence{at}
		return one(step, nil)
	}
	step.Where = []resolver.Evidence{at}
	step.Reason = "the encrypted store has no profile " + quote(name)
	for _, account := range accounts {
		if account.DisplayName == name {
			step.Status = resolver.Usable
			step.Reason = "the encrypted store has profile " + quote(name)
			step.Where[0].Note = "its keys are encrypted"
			return one(step, nil)
		}
	}
	return one(step, nil)
}
