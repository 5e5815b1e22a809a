package awskey_test

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/awscred/awscred/internal/keytest"
	"github.com/awscred/awscred/scanner/awskey"
)

func TestParseID(t *testing.T) {
	const tail = "QWERTYUIOPASDF23"
	tests := []struct {
		prefix, tail string
		kind         awskey.Kind
		credential   bool
		temporary    bool
	}{
		{"AKIA", tail, awskey.LongTermKey, true, false},
		{"ASIA", tail, awskey.TemporaryKey, true, true},
		{"ABIA", tail, awskey.BearerToken, true, false},
		{"ACCA", tail, awskey.ContextCredential, true, false},
		{"AGPA", tail + "Q", awskey.Group, false, false},
		{"AIDA", tail + "Q", awskey.User, false, false},
		{"AIPA", tail + "Q", awskey.InstanceProfile, false, false},
		{"ANPA", tail + "Q", awskey.ManagedPolicy, false, false},
		{"ANVA", tail + "Q", awskey.PolicyVersion, false, false},
		{"APKA", tail, awskey.PublicKey, false, false},
		{"AROA", tail + "Q", awskey.Role, false, false},
		{"ASCA", tail + "Q", awskey.Certificate, false, false},
	}
	names := make(map[string]bool)
	for _, test := range tests {
		id, ok := awskey.ParseID(test.prefix + test.tail)
		if !ok {
			t.Errorf("%s…: not parsed", test.prefix)
			continue
		}
		if id.String() != test.prefix+test.tail || id.Prefix() != test.prefix {
			t.Errorf("%s…: String %q, Prefix %q", test.prefix, id, id.Prefix())
		}
		if id.Kind() != test.kind || id.Kind().Credential() != test.credential || id.Temporary() != test.temporary {
			t.Errorf("%s…: kind %s, credential %t, temporary %t", test.prefix, id.Kind(), id.Kind().Credential(), id.Temporary())
		}
		if name := id.Kind().String(); name == "unknown" || names[name] {
			t.Errorf("%s…: kind is called %q", test.prefix, name)
		}
		names[id.Kind().String()] = true
	}
}

func TestParseIDRefuses(t *testing.T) {
	const tail = "QWERTYUIOPASDF23"
	tests := map[string]string{
		"empty":                 "",
		"short":                 "AKIA" + tail[1:],
		"long credential":       "AKIA" + tail + "Q",
		"long identifier":       "AROA" + tail + "QQ",
		"unknown prefix":        "AKIB" + tail,
		"legacy prefix":         "A3TX" + tail,
		"lower case":            "akia" + strings.ToLower(tail),
		"lower-case tail":       "AKIA" + strings.ToLower(tail),
		"digit 0":               "AKIA" + "0" + tail[1:],
		"digit 1":               "AKIA" + "1" + tail[1:],
		"digit 8":               "AKIA" + tail[1:] + "8",
		"digit 9":               "AKIA" + tail[1:] + "9",
		"space":                 "AKIA" + " " + tail[1:],
		"not ASCII":             "AKIA" + "É" + tail[2:],
		"high byte":             "AKIA" + "\xc1" + tail[1:],
		"line break at its end": "AKIA" + tail[1:] + "\n",
	}
	for name, in := range tests {
		if id, ok := awskey.ParseID(in); ok {
			t.Errorf("%s: %q parsed as a %s", name, in, id.Kind())
		}
	}
}

func TestZeroID(t *testing.T) {
	var id awskey.ID
	account, note := id.Account()
	if id.Kind() != awskey.Unknown || id.Kind().String() != "unknown" || id.Prefix() != "" || id.String() != "" ||
		id.Temporary() || id.Example() || account != "" || note != awskey.NotDecodable {
		t.Errorf("zero ID claims something: %q, account %q", id.Kind(), account)
	}
}

func TestAccount(t *testing.T) {
	const rest = "QWERTYUIOPAS"
	tests := []struct{ prefix, tail, want string }{
		// Published and calculated vectors, see the sources at ID.Account.
		{"ASIA", "Y34FZKBOKMUTVV7A", "609629065308"},
		{"ASIA", "QNZGKIQY56JQ7WML", "029608264753"},
		{"AKIA", "6RVFFB77RE7OLMKI", "999999999999"},
		{"AKIA", "RZPUZDIKGB2VALC4", "123456789012"},
		{"ASIA", "QAAAAAAAGMKEM7X5", "000000000000"},
		// The first number that is no account: one more than 6RVFFB77….
		{"AKIA", "6RVFFB7777777777", "999999999999"},
		{"AKIA", "6RVFFCAAAAAAAAAA", ""},
		{"AKIA", "7777777777777777", ""},
		// The known layout is that of two prefixes.
		{"ABIA", "RZPUZDIKGB2VALC4", ""},
		{"ACCA", "RZPUZDIKGB2VALC4", ""},
		{"AROA", "RZPUZDIKGB2VALC4Q", ""},
		{"AIDA", "RZPUZDIKGB2VALC4", ""},
	}
	// Keys of the old generation hold no account: the fifth character is A to P.
	for c := 'A'; c <= 'P'; c++ {
		tests = append(tests, struct{ prefix, tail, want string }{"AKIA", string(c) + "234" + rest, ""})
	}
	for _, test := range tests {
		id, ok := awskey.ParseID(test.prefix + test.tail)
		if !ok {
			t.Errorf("%s %s: not parsed", test.prefix, test.tail)
			continue
		}
		note := awskey.Decoded
		if test.want == "" {
			note = awskey.NotDecodable
		}
		if got, gotNote := id.Account(); got != test.want || gotNote != note {
			t.Errorf("%s %s: account %q (%s), want %q (%s)", test.prefix, test.tail, got, gotNote, test.want, note)
		}
	}
}

// Every account number that there is comes out as it went in, under both
// prefixes, and none comes out of what has another generation bit.
func TestAccountOfEveryNumber(t *testing.T) {
	rng := rand.New(rand.NewPCG(7, 8))
	numbers := []uint64{0, 1, 9, 10, 1<<39 - 1, 1 << 39, 999_999_999_998, 999_999_999_999}
	for len(numbers) < 5000 {
		numbers = append(numbers, rng.Uint64N(1_000_000_000_000))
	}
	for i, n := range numbers {
		account := fmt.Sprintf("%012d", n)
		text := keytest.IDFor(account, i)
		for _, prefix := range []string{"AKIA", "ASIA"} {
			id, ok := awskey.ParseID(prefix + text[4:])
			if got, note := id.Account(); !ok || got != account || note != awskey.Decoded {
				t.Fatalf("%s: account %q (%s), want %s", id, got, note, account)
			}
		}
		// The fifth character holds the generation bit and four bits of the number.
		old := text[:4] + string("ABCDEFGHIJKLMNOP"[i%16]) + text[5:]
		id, _ := awskey.ParseID(old)
		if got, note := id.Account(); got != "" || note != awskey.NotDecodable {
			t.Fatalf("%s: account %q (%s) of an old key", id, got, note)
		}
	}
}

func TestEveryNewGenerationCharacterDecodes(t *testing.T) {
	for _, c := range "QRSTUVWXYZ2345" {
		id, _ := awskey.ParseID("AKIA" + string(c) + "234QWERTYUIOPAS")
		if account, note := id.Account(); len(account) != 12 || note != awskey.Decoded {
			t.Errorf("%c: account %q (%s)", c, account, note)
		}
	}
}

func TestExample(t *testing.T) {
	for tail, want := range map[string]bool{
		"IOSFODNN7EXAMPLE": true,
		"I44QH8DHBEXAMPLE": false, // documented, but with an 8: no id at all
		"EXAMPLEQWERTYUIO": true,
		"QWERTYUIOPASDF23": false,
		"QWERTYEXAMPL2345": false,
	} {
		id, _ := awskey.ParseID("AKIA" + tail)
		if id.Example() != want {
			t.Errorf("%s: Example() = %t", tail, id.Example())
		}
	}
}

// found collects what a Find function yields, as texts.
func found(data []byte, find func([]byte) func(func(int, int) bool)) []string {
	var out []string
	for start, end := range find(data) {
		out = append(out, string(data[start:end]))
	}
	return out
}

func credentials(data []byte) func(func(int, int) bool) { return awskey.FindIDs(data) }

func TestFindIDs(t *testing.T) {
	a, b, role := keytest.ID(1), keytest.TempID(2), "AROA"+keytest.ID(3)[4:]+"Q"
	tests := map[string]struct {
		text string
		want []string
	}{
		"empty":                     {"", nil},
		"alone":                     {a, []string{a}},
		"at the start":              {a + " x", []string{a}},
		"at the end":                {"x " + a, []string{a}},
		"two, one byte between":     {a + " " + b, []string{a, b}},
		"two, nothing between":      {a + b, nil},
		"in quotes":                 {`"` + a + `"`, []string{a}},
		"in a URL":                  {"s3://" + a + ":x@bucket", []string{a}},
		"after an underscore":       {"_" + a, []string{a}},
		"before an underscore":      {a + "_", []string{a}},
		"after a letter":            {"x" + a, nil},
		"after the n of an escape":  {`\n` + a, []string{a}},
		"after an n":                {"n" + a, nil},
		"after the x of an escape":  {`\x` + a, nil},
		"joined by an underscore":   {a + "_" + b, []string{a, b}},
		"before a digit":            {a + "0", nil},
		"after a hyphen":            {"-" + a + "-", []string{a}},
		"after a high byte":         {"\xe9" + a + "\xe9", []string{a}},
		"after NUL":                 {"\x00" + a + "\x00", []string{a}},
		"lower case":                {strings.ToLower(a), nil},
		"in a run":                  {strings.Repeat("A", 100) + " " + a + " " + strings.Repeat("Z", 99), []string{a}},
		"wrong prefix":              {"AKIB" + a[4:], nil},
		"an identifier is none":     {role, nil},
		"escaped twice, at the end": {`\\` + a, []string{a}},
	}
	for name, test := range tests {
		if got := found([]byte(test.text), credentials); !slices.Equal(got, test.want) {
			t.Errorf("%s: got %q, want %q", name, got, test.want)
		}
	}
}

func TestFindingStopsWhenAsked(t *testing.T) {
	text := []byte(strings.Repeat(keytest.ID(1)+" "+keytest.Secret(1)+" "+keytest.Token(1)+" ", 5))
	for name, find := range map[string]func([]byte) func(func(int, int) bool){
		"ids":     credentials,
		"secrets": func(b []byte) func(func(int, int) bool) { return awskey.FindSecretShapes(b) },
	} {
		n := 0
		for range find(text) {
			if n++; n == 2 {
				break
			}
		}
		if n != 2 {
			t.Errorf("%s: %d seen", name, n)
		}
	}
}

// idRegexp is the published rule of gitleaks v8.30.1 without its legacy prefix,
// with underscores, escaped line breaks and colours for boundaries: the skip scan
// must find exactly what it finds.
func idRegexp() *regexp.Regexp {
	return regexp.MustCompile(`^(?s:|.*[^0-9A-Za-z]|.*\\[nrt]|.*(?:\x1b|\\u001[bB]|\\x1[bB]|\\033|\\e)\[[0-9;]{0,12}[mK])((?:AKIA|ASIA|ABIA|ACCA)[A-Z2-7]{16})$`)
}

// idsByRegexp asks the expression at every place: an underscore between two
// ids is a boundary of both.
func idsByRegexp(text []byte) [][]int {
	re := idRegexp()
	var list [][]int
	for end := 20; end <= len(text); end++ {
		next := end < len(text) && (text[end] >= '0' && text[end] <= '9' || text[end]|0x20 >= 'a' && text[end]|0x20 <= 'z')
		from := max(0, end-41) // a byte more than the longest boundary
		if !next && re.Match(text[from:end]) && (from == 0 || re.Match(text[from+1:end])) {
			list = append(list, []int{end - 20, end})
		}
	}
	return list
}

func TestFindIDsAgreesWithTheRegexp(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	const alphabet = "AKISBC27QZ019_-/ \xffx\\n\x1b[;m"
	ids := []string{keytest.ID(1), " " + keytest.TempID(2) + " ", "/" + keytest.ID(3) + "-",
		"\x1b[1m" + keytest.ID(4) + "\x1b[0m", "\x1b[01;31m\x1b[K" + keytest.ID(5), "[1m" + keytest.ID(6), `\u001b[1m` + keytest.ID(8), `\e[31m` + keytest.ID(9), "\x1b[x1m" + keytest.ID(7)}
	hits := 0
	for range 20000 {
		text := make([]byte, 10+rng.IntN(120))
		for i := range text {
			text[i] = alphabet[rng.IntN(len(alphabet))]
		}
		for range rng.IntN(3) {
			copy(text[rng.IntN(len(text)):], ids[rng.IntN(len(ids))])
		}
		hits += sameAsRegexp(t, text)
	}
	if hits < 1000 {
		t.Errorf("the texts held %d ids only", hits)
	}
}

func sameAsRegexp(t *testing.T, text []byte) int {
	t.Helper()
	var got [][]int
	for start, end := range awskey.FindIDs(text) {
		got = append(got, []int{start, end})
	}
	want := idsByRegexp(text)
	if !slices.EqualFunc(got, want, slices.Equal) {
		t.Fatalf("in %q: got %v, the regexp %v", text, got, want)
	}
	return len(want)
}

func FuzzFindIDs(f *testing.F) {
	f.Add([]byte(keytest.ID(1) + " " + keytest.TempID(2)))
	f.Add(bytes.Repeat([]byte("A"), 64))
	f.Add([]byte("_" + keytest.ID(1)))
	f.Fuzz(func(t *testing.T, text []byte) {
		sameAsRegexp(t, text)
		for start, end := range awskey.FindIDs(text) {
			if id, ok := awskey.ParseID(string(text[start:end])); !ok || !id.Kind().Credential() {
				t.Errorf("%q is no credential's id", text[start:end])
			}
		}
	})
}

func FuzzParseID(f *testing.F) {
	f.Add(keytest.ID(1))
	f.Add("AROA" + keytest.ID(1)[4:] + "Q")
	f.Fuzz(func(t *testing.T, s string) {
		id, ok := awskey.ParseID(s)
		if !ok {
			return
		}
		account, note := id.Account()
		if id.String() != s || (account == "") != (note == awskey.NotDecodable) || account != "" && len(account) != 12 {
			t.Errorf("%q: account %q (%s)", s, account, note)
		}
	})
}

// source returns about size bytes that look like program text, with a key now
// and then.
func source(size int) []byte {
	var b bytes.Buffer
	for n := 0; b.Len() < size; n++ {
		b.WriteString("func (c *Client) doSomething(ctx context.Context, name string) error {\n")
		b.WriteString("\t// HTTP_STATUS_OK is 200; see https://example.com/a/b?x=1\n\treturn nil\n}\n")
		if n%1000 == 0 {
			b.WriteString("aws_access_key_id = " + keytest.ID(n) + "\n")
		}
	}
	return b.Bytes()
}

func BenchmarkFindIDs(b *testing.B) {
	data := source(8 << 20)
	b.SetBytes(int64(len(data)))
	for b.Loop() {
		for range awskey.FindIDs(data) {
		}
	}
}

// The prefixes of credentials are those of the kinds that are some, and no other.
func TestCredentials(t *testing.T) {
	kinds := map[awskey.Kind]bool{}
	for _, prefix := range awskey.Credentials() {
		id, ok := awskey.ParseID(prefix + strings.Repeat("A", 16))
		if !ok || !id.Kind().Credential() || kinds[id.Kind()] {
			t.Errorf("%s: %v, %t", prefix, id.Kind(), ok)
		}
		kinds[id.Kind()] = true
	}
	for k := awskey.Unknown; k <= awskey.Certificate; k++ {
		if k.Credential() != kinds[k] {
			t.Errorf("%v: credential %t, listed %t", k, k.Credential(), kinds[k])
		}
	}
}
