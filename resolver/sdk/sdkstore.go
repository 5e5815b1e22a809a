package sdk

import (
	"context"
	"encoding/json"

	"github.com/awscred/awscred/resolver"
)

// SDKStore is the link of the shared files, behind the encrypted store that the
// tools for .NET keep on Windows
// (CredentialManagement/NetSDKCredentialsFile.cs@a0295645). The names of the
// store's profiles can be read, their keys cannot.
type SDKStore struct{ Profile }

// Offers returns whether the store has the profile, if there can be one, and
// what the files have.
func (l SDKStore) Offers(ctx context.Context, s *resolver.Situation) []resolver.Offer {
	offers := l.Profile.Offers(ctx, s)
	if s.Host.OS != "windows" {
		return offers
	}
	return append([]resolver.Offer{{Step: l.store(s)}}, offers...)
}

// store is the step of the store.
func (l SDKStore) store(s *resolver.Situation) resolver.Step {
	name := l.Name
	if name == "" {
		name = s.Profile.Name
	}
	step := resolver.Step{Source: resolver.FromProfile, Profile: name, Status: resolver.Absent}
	local := s.Host.Getenv("LOCALAPPDATA")
	switch ignored := l.Unless.holds(s); {
	case ignored != "":
		step.Reason = ignored
		return step
	case local == "":
		step.Reason = "LOCALAPPDATA is not set, which leads to the encrypted store of profiles"
		return step
	}
	path := s.Host.Join(local, "AWSToolkit", "RegisteredAccounts.json")
	at := resolver.File(path, 0)
	data, err := s.Host.ReadFile(path, maxToken)
	var accounts map[string]struct{ DisplayName string }
	switch {
	case err != nil:
		step.Reason = "the encrypted store of profiles " + why(err)
		return step
	case json.Unmarshal(data, &accounts) != nil:
		at.Note = "is not the JSON object that it should be"
		step.Status = resolver.Broken
		step.Reason = "the encrypted store of profiles " + at.Note
		step.Where = []resolver.Evidence{at}
		return step
	}
	step.Where = []resolver.Evidence{at}
	step.Reason = "the encrypted store has no profile " + quote(name)
	for _, account := range accounts {
		if account.DisplayName == name {
			step.Status = resolver.Usable
			step.Reason = "the encrypted store has profile " + quote(name)
			step.Where[0].Note = "its keys are encrypted"
			return step
		}
	}
	return step
}
