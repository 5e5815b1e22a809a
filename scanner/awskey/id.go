package awskey

import (
	"encoding/base32"
	"encoding/binary"
	"fmt"
	"iter"
)

// Kind says what an id names. The prefixes are those of
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html#identifiers-unique-ids
type Kind int

// The kinds of id. The first four are credentials, the others identifiers.
const (
	Unknown           Kind = iota
	LongTermKey            // AKIA: an access key of a user or of the root user
	TemporaryKey           // ASIA: a temporary access key issued by STS
	BearerToken            // ABIA: a service bearer token of STS
	ContextCredential      // ACCA: a context-specific credential
	Group                  // AGPA
	User                   // AIDA
	InstanceProfile        // AIPA
	ManagedPolicy          // ANPA
	PolicyVersion          // ANVA
	PublicKey              // APKA
	Role                   // AROA
	Certificate            // ASCA
)

// String names the kind in the words of the IAM user guide.
func (k Kind) String() string {
	switch k {
	case LongTermKey:
		return "access key"
	case TemporaryKey:
		return "temporary access key"
	case BearerToken:
		return "service bearer token"
	case ContextCredential:
		return "context-specific credential"
	case Group:
		return "user group"
	case User:
		return "user"
	case InstanceProfile:
		return "instance profile"
	case ManagedPolicy:
		return "managed policy"
	case PolicyVersion:
		return "managed policy version"
	case PublicKey:
		return "public key"
	case Role:
		return "role"
	case Certificate:
		return "certificate"
	}
	return "unknown"
}

// Credential reports whether an id of this kind belongs to something that signs
// requests. Identifiers are not secret and grant nothing.
func (k Kind) Credential() bool { return k >= LongTermKey && k <= ContextCredential }

// Credentials returns the prefixes of the ids that belong to something that signs
// requests: what FindIDs yields begins with one of them.
func Credentials() []string { return []string{"AKIA", "ASIA", "ABIA", "ACCA"} }

const (
	prefixLen     = 4
	keyIDLen      = 20 // of a credential
	identifierLen = 21 // of most identifiers; some documented ones have 20
)

func kindOf(prefix string) Kind {
	switch prefix {
	case "AKIA":
		return LongTermKey
	case "ASIA":
		return TemporaryKey
	case "ABIA":
		return BearerToken
	case "ACCA":
		return ContextCredential
	case "AGPA":
		return Group
	case "AIDA":
		return User
	case "AIPA":
		return InstanceProfile
	case "ANPA":
		return ManagedPolicy
	case "ANVA":
		return PolicyVersion
	case "APKA":
		return PublicKey
	case "AROA":
		return Role
	case "ASCA":
		return Certificate
	}
	return Unknown
}

// ID is a well-formed unique id. The zero ID is of kind Unknown and is never
// returned by ParseID. IDs can be compared and used as map keys.
type ID struct{ text string }

// ParseID accepts exactly one id and nothing around it: a known prefix and a
// tail of the base32 alphabet A-Z2-7. A credential has 20 characters, an
// identifier 20 or 21. The prefix A3T of some older scanners is not accepted:
// no key with it is documented or known.
func ParseID(s string) (ID, bool) {
	if len(s) != keyIDLen && len(s) != identifierLen {
		return ID{}, false
	}
	kind := kindOf(s[:prefixLen])
	if kind == Unknown || kind.Credential() && len(s) != keyIDLen {
		return ID{}, false
	}
	if !base32Class().all(s[prefixLen:]) {
		return ID{}, false
	}
	return ID{text: s}, true
}

// String returns the whole id. An id names the key to revoke and is no secret.
func (id ID) String() string { return id.text }

// Prefix returns the first four characters, or "" for the zero ID.
func (id ID) Prefix() string {
	if len(id.text) < prefixLen {
		return ""
	}
	return id.text[:prefixLen]
}

// Kind says what the id names.
func (id ID) Kind() Kind { return kindOf(id.Prefix()) }

// Temporary reports whether the id names a key that expires by itself and is of
// no use without its session token.
func (id ID) Temporary() bool { return id.Kind() == TemporaryKey }

// Values of the note that Account returns.
const (
	Decoded      = "decoded"
	NotDecodable = "not decodable"
)

const maxAccount = 999_999_999_999

// Account reads the twelve-digit account number out of an access key id, with
// the note Decoded, or returns "" and NotDecodable.
//
// Twenty characters of five bits are 100 bits. Of these, bit 20 is 1 for keys
// of the present generation and bits 21 to 60 are then the account number, most
// significant bit first. Keys of the old generation (fifth character A to P) do
// not hold it, and a number above 999999999999 is no account, so neither yields
// one. The layout is known for AKIA and ASIA ids only.
//
// Sources: https://medium.com/@TalBeerySec/a-short-note-on-aws-key-id-f88cc4317489 and
// https://labs.withsecure.com/publications/a-bitwise-analysis-of-aws-access-key-identifiers.html
func (id ID) Account() (account, note string) {
	if kind := id.Kind(); kind != LongTermKey && kind != TemporaryKey {
		return "", NotDecodable
	}
	tail, err := base32.StdEncoding.DecodeString(id.text[prefixLen:])
	if err != nil || len(tail) < 8 {
		return "", NotDecodable
	}
	bits := binary.BigEndian.Uint64(tail) // bits 20 to 83
	if bits>>63 == 0 {
		return "", NotDecodable
	}
	number := bits >> 23 & (1<<40 - 1)
	if number > maxAccount {
		return "", NotDecodable
	}
	return fmt.Sprintf("%012d", number), Decoded
}

// FindIDs yields the start and end of every credential id in data, in order. An
// id must stand alone as a word: a letter or digit next to it disqualifies it,
// but for the letter of an escaped line break or tab in front of it. An
// underscore does not: it joins ids to names of files and profiles.
func FindIDs(data []byte) iter.Seq2[int, int] {
	return func(yield func(int, int) bool) {
		for start, end := range base32Class().runs(data, keyIDLen) {
			if over := end - start - keyIDLen; over > 0 && over <= maxTail {
				start = afterEscape(data, start)
			}
			if end-start > keyIDLen || !alone(data, start, end) {
				continue
			}
			id, ok := ParseID(string(data[start:end]))
			if ok && id.Kind().Credential() && !yield(start, end) {
				return
			}
		}
	}
}
