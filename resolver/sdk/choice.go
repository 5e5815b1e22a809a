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
	return "left out, because the program names no profile"
}

// allPass returns links of which every failure is passed over.
func allPass(links ...resolver.Link) []resolver.Link {
	list := make([]resolver.Link, len(links))
	for i, link := range links {
		list[i] = Passes{Broken: true, Failed: true}.Link(link)
	}
	return list
}

// envLink is the link of the variables that all SDKs read.
func envLink() Env {
	return Env{
		IDs:     []string{"AWS_ACCESS_KEY_ID"},
		Secrets: []string{"AWS_SECRET_ACCESS_KEY"},
		Tokens:  []string{"AWS_SESSION_TOKEN"},
	}
}

// webLink is the link of the variables of a token file.
func webLink() WebIdentity {
	return WebIdentity{TokenFile: "AWS_WEB_IDENTITY_TOKEN_FILE", Role: "AWS_ROLE_ARN", Session: "AWS_ROLE_SESSION_NAME"}
}

// ssoKeys are the keys of which any makes a profile one of IAM Identity Center.
func ssoKeys() []string { return []string{ssoSession, ssoRegion, ssoAccount, ssoStartURL, ssoRole} }

// fileVars are the variables of the shared files that most SDKs read.
func fileVars() resolver.FileRules {
	return resolver.FileRules{
		ConfigVars:      []string{"AWS_CONFIG_FILE"},
		CredentialsVars: []string{"AWS_SHARED_CREDENTIALS_FILE"},
	}
}

// TokenFileInEnv is the Condition of links of a token file in a profile that
// give way to one that a variable names.
func TokenFileInEnv(s *resolver.Situation) string {
	if s.Host.Getenv("AWS_WEB_IDENTITY_TOKEN_FILE") != "" {
		return "not read, because AWS_WEB_IDENTITY_TOKEN_FILE is set"
	}
	return ""
}
