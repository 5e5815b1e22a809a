package profile

import "strings"

// knownKeys are the keys that bear on credentials.
func knownKeys() []string {
	return []string{
		"aws_access_key_id", "aws_secret_access_key", "aws_session_token", "aws_security_token", "aws_account_id",
		"role_arn", "source_profile", "credential_source", "external_id", "mfa_serial", "role_session_name",
		"duration_seconds", "web_identity_token_file", "credential_process", "login_session", "region",
		"sso_session", "sso_start_url", "sso_region", "sso_account_id", "sso_role_name", "sso_registration_scopes",
	}
}

// slips are other things that people write for known keys.
func slips() map[string]string {
	return map[string]string{
		"access_key_id":            "aws_access_key_id",
		"aws_access_key":           "aws_access_key_id",
		"aws_key_id":               "aws_access_key_id",
		"access_key":               "aws_access_key_id",
		"secret_access_key":        "aws_secret_access_key",
		"aws_secret_key":           "aws_secret_access_key",
		"aws_access_secret_key":    "aws_secret_access_key",
		"aws_secret_access_key_id": "aws_secret_access_key",
		"secret_key":               "aws_secret_access_key",
		"session_token":            "aws_session_token",
		"aws_token":                "aws_session_token",
		"assume_role_arn":          "role_arn",
		"aws_role_arn":             "role_arn",
		"aws_region":               "region",
	}
}

// A speller knows how keys are meant.
type speller struct {
	known []string
	exact map[string]bool
	bare  map[string]string
	slips map[string]string
}

func newSpeller() *speller {
	s := &speller{known: knownKeys(), exact: map[string]bool{}, bare: map[string]string{}, slips: slips()}
	for _, key := range s.known {
		s.exact[key] = true
		s.bare[bare(key)] = key
	}
	return s
}

// meant returns the known key that another, in lower case, is nearly, or "".
func (s *speller) meant(key string) string {
	if known := s.slips[key]; known != "" {
		return known
	}
	if known := s.bare[bare(key)]; known != "" {
		return known
	}
	for _, known := range s.known {
		if isNear(key, known) {
			return known
		}
	}
	return ""
}

// bare is a key without separators.
func bare(key string) string {
	return strings.Map(func(r rune) rune {
		if strings.ContainsRune("_-. ", r) {
			return -1
		}
		return r
	}, key)
}

// isNear reports whether two keys differ by one character that is missing, added
// or another, or by two that are swapped.
func isNear(a, b string) bool {
	if len(a) > len(b) {
		a, b = b, a
	}
	if len(b)-len(a) > 1 || len(a) < 6 {
		return false
	}
	i := 0
	for i < len(a) && a[i] == b[i] {
		i++
	}
	switch {
	case len(a) < len(b):
		return a[i:] == b[i+1:]
	case i == len(a):
		return false
	case a[i+1:] == b[i+1:]:
		return true
	}
	return i+1 < len(a) && a[i] == b[i+1] && a[i+1] == b[i] && a[i+2:] == b[i+2:]
}

// noteKey notes a key that is not written as it should be.
func (p *parser) noteKey(written string) {
	if p.spell.exact[written] || len(p.file.Notes) >= maxNotes {
		return
	}
	lower := strings.ToLower(written)
	if p.spell.exact[lower] {
		p.note(NoteKeyCase, lower+" is not written in lower case, which some SDKs require")
	} else if known := p.spell.meant(lower); known != "" {
		p.note(NoteMisspelt, "a key that is nearly "+known)
	}
}

// describeKey names a key if it is a known one: others may be pieces of a secret
// that lost its place.
func (p *parser) describeKey(name string) string {
	if lower := strings.ToLower(name); p.spell.exact[lower] {
		return lower
	}
	return "a key"
}
