package report

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/awscred/awscred/resolver"
)

// label names a source, as the list of sources and sentences do. With profile
// false a source of a profile goes without its name.
func label(s *resolver.Step, profile bool) string {
	name := sourceName(s.Source)
	if s.Profile == "" || !profile {
		return name
	}
	return name + " " + strconv.Quote(s.Profile)
}

func sourceName(s resolver.Source) string {
	switch s {
	case resolver.FromCode:
		return "code"
	case resolver.FromEnv:
		return "environment"
	case resolver.FromEnvLegacy:
		return "environment, old names"
	case resolver.FromProfile:
		return "profile"
	case resolver.FromAssumeRole:
		return "role"
	case resolver.FromWebIdentity:
		return "web identity"
	case resolver.FromSSO:
		return "SSO"
	case resolver.FromLogin:
		return "login"
	case resolver.FromProcess:
		return "process"
	case resolver.FromContainer:
		return "container"
	case resolver.FromIMDS:
		return "instance role"
	case resolver.FromBotoConfig:
		return "boto config"
	case resolver.FromCredentialFile:
		return "credential file"
	}
	return string(s)
}

// subject names a source at the beginning of the first line, with the form of
// its verb: "environment variables win", "profile "dev" wins".
func subject(s *resolver.Step) string {
	of := ""
	if s.Profile != "" {
		of = " of profile " + strconv.Quote(s.Profile)
	}
	switch s.Source {
	case resolver.FromCode:
		return "keys in code win"
	case resolver.FromEnv, resolver.FromEnvLegacy:
		return "environment variables win"
	case resolver.FromProfile:
		return "profile " + strconv.Quote(s.Profile) + " wins"
	case resolver.FromAssumeRole:
		return "the role" + of + " wins"
	case resolver.FromWebIdentity:
		return "the web identity role" + of + " wins"
	case resolver.FromSSO:
		return "SSO" + of + " wins"
	case resolver.FromLogin:
		return "the login session" + of + " wins"
	case resolver.FromProcess:
		return "credential_process" + of + " wins"
	case resolver.FromContainer:
		return "the container's role wins"
	case resolver.FromIMDS:
		return "the instance role wins"
	}
	return sourceName(s.Source) + of + " wins"
}

// kindOf says which kind of key an id is the name of,
// docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html.
func kindOf(keyID string) string {
	switch {
	case strings.HasPrefix(keyID, "AKIA"):
		return "long-term key"
	case strings.HasPrefix(keyID, "ASIA"):
		return "temporary key"
	}
	return ""
}

// maskID shortens a key id to its ends.
func maskID(id string) string {
	const keep = 4
	if len(id) <= 2*keep {
		return "…"
	}
	return id[:keep] + "…" + id[len(id)-keep:]
}

// maskIn shortens the key ids that occur in a text.
func maskIn(text string, ids []string) string {
	for _, id := range ids {
		text = strings.ReplaceAll(text, id, maskID(id))
	}
	return text
}

// list joins words as a sentence does.
func list(words []string) string {
	if len(words) < 2 {
		return strings.Join(words, "")
	}
	return strings.Join(words[:len(words)-1], ", ") + " and " + words[len(words)-1]
}

// plural returns "1 SDK", "2 SDKs".
func plural(n int, noun string) string {
	if n != 1 {
		noun += "s"
	}
	return fmt.Sprintf("%d %s", n, noun)
}
