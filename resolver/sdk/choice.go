package sdk

import "github.com/awscred/awscred/resolver"

// ContainerConfigured is the Condition of an instance link in SDKs that choose
// between container and instance by the variables of the container alone: if the
// container then fails, the instance is not asked.
func ContainerConfigured(s *resolver.Situation) string {
	if name, _ := firstEnv(s.Host, []string{relativeURI, fullURI}); name != "" {
		return "not asked, because " + name + " is set"
	}
	return ""
}

// RelativeConfigured is the same for SDKs that do not read the full URI.
func RelativeConfigured(s *resolver.Situation) string {
	if s.Host.Getenv(relativeURI) != "" {
		return "not asked, because " + relativeURI + " is set"
	}
	return ""
}

// NoProfileInCode is the Condition of links that are for a profile only that the
// program itself names.
func NoProfileInCode(s *resolver.Situation) string {
	if s.Profile.By == resolver.ByCode {
		return ""
	}
	return "the program names no profile"
}
