package profile

import "slices"

// A Set is both files, joined as an SDK joins them. Config and Credentials are
// nil where a file is not there.
type Set struct {
	Config, Credentials *File

	d *Dialect
}

// Merge joins the two files, of which either may be nil.
func Merge(d *Dialect, config, credentials *File) *Set {
	return &Set{config, credentials, d}
}

// Profile returns the profile of that name, or nil. Names are compared exactly.
// Each key still says in which file and line it stands.
func (s *Set) Profile(name string) *Section {
	return s.join(s.Config.Profile(name), s.Credentials.Profile(name))
}

// Session returns the section [sso-session NAME], or nil.
func (s *Set) Session(name string) *Section {
	config := s.Config.Session(name)
	if !s.d.SessionsInBoth {
		return config
	}
	credentials := s.Credentials.Session(name)
	if config != nil && s.d.Merge == MergeGoV1 {
		return config // session/shared_config.go:295 takes the first
	}
	return s.join(config, credentials)
}

// Names returns the names of all profiles, sorted.
func (s *Set) Names() []string {
	var names []string
	for _, f := range []*File{s.Config, s.Credentials} {
		if f == nil {
			continue
		}
		for key := range f.byName {
			if key.kind == ProfileSection {
				names = append(names, key.name)
			}
		}
	}
	slices.Sort(names)
	return slices.Compact(names)
}

// join makes one section of two, of which either may be nil.
func (s *Set) join(config, credentials *Section) *Section {
	if credentials == nil {
		return config
	}
	if config == nil || s.d.Merge == MergeNothing {
		return credentials
	}
	joined := &Section{Kind: config.Kind, Name: config.Name, File: config.File, Line: config.Line}
	switch s.d.Merge {
	case MergeGoV2:
		joined.update(config)
		joined.updateGoV2(credentials)
	case MergeGoV1:
		joined.joinGoV1(config, credentials)
	default:
		joined.update(config)
		joined.update(credentials)
	}
	return joined
}

// The key pair and its token.
const (
	keyIDKey  = "aws_access_key_id"
	secretKey = "aws_secret_access_key"
	tokenKey  = "aws_session_token"
)

// goV2Keys are the keys that Go v2 takes from the credentials file when the
// config file has the profile as well (config@v1.33.16/shared_config.go:866).
func goV2Keys() []string {
	return []string{
		"role_arn", "source_profile", "credential_source", "external_id", "mfa_serial", "role_session_name", "region",
		"endpoint_discovery_enabled", "credential_process", "web_identity_token_file", "s3_use_arn_region",
		"s3_disable_multiregion_access_points", "ec2_metadata_service_endpoint_mode", "ec2_metadata_service_endpoint",
		"ec2_metadata_v1_disabled", "use_dualstack_endpoint", "use_fips_endpoint", "defaults_mode", "retry_mode",
		"ca_bundle", "duration_seconds", "max_attempts", "sso_session", "sso_account_id", "sso_region", "sso_role_name",
		"sso_start_url", "auth_scheme_preference", "login_session",
	}
}

// updateGoV2 is MergeGoV2.
func (s *Section) updateGoV2(credentials *Section) {
	keys := goV2Keys()
	_, hasID := credentials.Get(keyIDKey)
	_, hasSecret := credentials.Get(secretKey)
	if hasID && hasSecret {
		keys = append(keys, keyIDKey, secretKey, tokenKey)
	}
	for _, key := range keys {
		if p, ok := credentials.Get(key); ok {
			p.Nested = nil // only the text of a key is taken
			s.set(p)
		}
	}
}

// joinGoV1 is MergeGoV1.
func (s *Section) joinGoV1(config, credentials *Section) {
	pair := config
	id, _ := credentials.Get(keyIDKey)
	secret, _ := credentials.Get(secretKey)
	if !id.IsBlank() && !secret.IsBlank() {
		pair = credentials
	}
	for _, from := range []*Section{config, credentials} {
		for _, p := range from.Properties {
			isPair := p.Name == keyIDKey || p.Name == secretKey || p.Name == tokenKey
			if !isPair || from == pair {
				s.set(p)
			}
		}
	}
}
