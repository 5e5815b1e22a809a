package awskey

import "strings"

// placeholderWords are what people write into the place of a key: whole words
// of one case that chance does not spell. The likeliest, five letters, stand in one
// random id of 2,800,000.
func placeholderWords() []string {
	return []string{
		"EXAMPLE", "PLACEHOLDER", "SAMPLE", "DUMMY", "INVALID", "REDACTED", "CHANGEME", "REPLACE", "PASSWORD",
		"SECRET", "NOTREAL", "NOTAREAL", "FAKEKEY", "TESTKEY", "MYACCESS", "YOURACCESS", "ACCESSKEY", "TESTING", "QWERTY", "ASDFGH",
	}
}

// PlaceholderID says in a clause why an access key id of the right form was
// certainly written by a person, or returns "".
func PlaceholderID(id string) string {
	if len(id) != keyIDLen {
		return ""
	}
	tail := id[prefixLen:]
	if why := placeholder(tail); why != "" {
		return why
	}
	switch {
	case Entropy([]byte(id)) <= minIDEntropy:
		return "a few characters repeated"
	case strings.ContainsAny(tail, "234567"):
		return ""
	case strings.Contains(tail, "TEST"), strings.Contains(tail, "FAKE"), strings.Contains(tail, "YOUR"):
		return "letters only, a word among them"
	case id[0] == 'A' && id[1] == 'S' && tail[0] < 'Q':
		// Temporary keys without an account number ended years ago, and
		// constants begin with ASIA.
		return "a word in capitals"
	}
	return ""
}

// minIDEntropy is the entropy in bits a character up to which an id is a row of
// few characters. The 3 of gitleaks' aws-access-token (v8.30.1,
// cmd/generate/config/rules/aws.go) loses one real id in 6,000, this bound none
// in 100,000.
const minIDEntropy = 2.7

// PlaceholderSecret says in a clause why 40 characters were certainly written
// by a person and are no secret access key, or returns "".
func PlaceholderSecret(b []byte) string {
	if len(b) != SecretLen || !base64Class().all(string(b)) {
		return ""
	}
	c := count(b)
	switch {
	case c.repeat >= 5:
		return "one character repeated"
	case c.ascend >= 8:
		return "a sequence of the alphabet"
	case Entropy(b) < 3.2:
		return "a few characters repeated"
	}
	return placeholder(string(b))
}

func placeholder(s string) string {
	c := count([]byte(s))
	switch {
	case c.repeat >= 5:
		return "one character repeated"
	case c.ascend >= 8:
		return "a sequence of the alphabet"
	}
	for _, w := range placeholderWords() {
		if strings.Contains(s, w) || c.lower > 0 && strings.Contains(s, strings.ToLower(w)) {
			return "a placeholder: the word " + strings.ToLower(w)
		}
	}
	return ""
}
