package sdk

import "github.com/awscred/awscred/resolver"

// FileChoice is one of the shared files, or both.
type FileChoice uint8

// What a profile is looked for in.
const (
	BothFiles       FileChoice = iota // merged, as the dialect does
	CredentialsOnly                   // the credentials file
	ConfigOnly                        // the config file
	// ConfigPrefixed is the config file, [profile default] but not [default].
	// A source_profile is looked for there as it is written, so that
	// [profile base] is none of that name (PHP, loadRoleProfile).
	ConfigPrefixed
	configLiteral
	// CredentialsOrLoaded is the credentials file, and behind it the config
	// file if AWS_SDK_LOAD_NONDEFAULT_CONFIG is set and no variable names the
	// credentials file (PHP, loadProfiles).
	CredentialsOrLoaded
)

// loadNondefault is the variable of CredentialsOrLoaded.
const loadNondefault = "AWS_SDK_LOAD_NONDEFAULT_CONFIG"

// section returns a profile of these files.
func (c FileChoice) section(s *resolver.Situation, name string) section {
	switch c {
	case CredentialsOnly:
		return inFile(s.Shared.Credentials, name)
	case ConfigOnly:
		return inFile(s.Shared.Config, name)
	case ConfigPrefixed, configLiteral:
		if p := inFile(s.Shared.Config, name); p.found.Prefixed() == (c == ConfigPrefixed) {
			return p
		}
		return section{name: name}
	case CredentialsOrLoaded:
		p := inFile(s.Shared.Credentials, name)
		load := s.Host.Getenv(loadNondefault)
		if p.exists() || load == "" || load == "0" || s.Host.Getenv("AWS_SHARED_CREDENTIALS_FILE") != "" {
			return p
		}
		return inFile(s.Shared.Config, name)
	}
	return named(s, name)
}

// missing says that a profile is not there.
func (c FileChoice) missing(name string) string {
	switch c {
	case CredentialsOnly, CredentialsOrLoaded:
		return "the credentials file has no profile " + quote(name)
	case ConfigOnly:
		return "the config file has no profile " + quote(name)
	case ConfigPrefixed:
		return "the config file has no section [profile " + name + "]"
	}
	return "no file has a profile " + quote(name)
}

// ofSource is where a source_profile is looked for.
func (c FileChoice) ofSource() FileChoice {
	if c == ConfigPrefixed {
		return configLiteral
	}
	return c
}

// keys names what is looked for in these files.
func (c FileChoice) keys() string {
	switch c {
	case CredentialsOnly:
		return "keys in the credentials file"
	case ConfigOnly, ConfigPrefixed, configLiteral:
		return "keys in the config file"
	}
	return "credentials"
}
