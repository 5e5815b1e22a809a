package awskey_test

import (
	"bytes"
	"encoding/base64"
	"encoding/hex"
	"math"
	"math/rand/v2"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/awscred/awscred/internal/keytest"
	"github.com/awscred/awscred/scanner/awskey"
)

func randomSecret(rng *rand.Rand) []byte {
	raw := make([]byte, 30)
	for i := range raw {
		raw[i] = byte(rng.Uint32())
	}
	return []byte(base64.StdEncoding.EncodeToString(raw))
}

// A filter that refuses real secrets hides leaks, so its price is measured.
func TestRandomSecretsHaveTheShape(t *testing.T) {
	rng := rand.New(rand.NewPCG(3, 4))
	const total = 200_000
	refused := make(map[string]int)
	sum := 0
	for range total {
		if why := awskey.WhyNotSecret(randomSecret(rng)); why != "" {
			refused[why]++
			sum++
		}
	}
	t.Logf("%d of %d random secrets refused: %v", sum, total, refused)
	if sum*20_000 > total {
		t.Errorf("%d of %d random secrets refused: %v", sum, total, refused)
	}
}

func TestWhyNotSecret(t *testing.T) {
	sha := hex.EncodeToString([]byte("twenty bytes of noise"))[:40]
	tests := []struct{ name, text, want string }{
		{"a secret", keytest.Secret(1), ""},
		{"the documented one", "wJalrXUtnFEMI/K7MDENG/bPxRfiCY" + "EXAMPLEKEY", ""},
		{"the other documented one", "je7MtGbClwBF/2Zp9Utk/h3yCo8nvb" + "EXAMPLEKEY", ""},
		{"39 characters", keytest.Secret(1)[:39], "not 40"},
		{"41 characters", keytest.Secret(1) + "a", "not 40"},
		{"empty", "", "not 40"},
		{"padding", keytest.Secret(1)[:39] + "=", "outside"},
		{"base64url", keytest.Secret(1)[:39] + "-", "outside"},
		{"high byte", keytest.Secret(1)[:39] + "\xff", "outside"},
		{"SHA-1", sha, "hexadecimal"},
		{"SHA-1 in capitals", strings.ToUpper(sha), "hexadecimal"},
		{"lower case", "thisisaverylongnameofafunctionthatdoes12", "one case"},
		{"upper case", "THISISAVERYLONGNAMEOFACONSTANT/THATIS/42", "one case"},
		{"digits", strings.Repeat("1234567890", 4), "hexadecimal"},
		{"xxxx", "wJalrXUtnFEMIxxxxxxxxxxxxxxxxxxxxxxxxxxx", "repeated"},
		{"alphabet", "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmn", "alphabet"},
		{"path", "src/main/java/com/Example/v2/client/Impl", "a path"},
		{"many slashes", "a/B/c3/D/e/F7/g/H/i/J9/k/L/m/N1/o/P/q/R5", "a path"},
		{"camel case", "getUserNameFromDatabaseConnectionPoolFor", "words"},
		{"camel case path", "aws/sdk/CredentialProviderChainFactories", "words"},
		{"few characters", "zB1zB2zB1zB2zB1zB2zB1zB2zB1zB2zB1zB2zB12", "entropy"},
		{"encoded text", base64.StdEncoding.EncodeToString([]byte("user:hunter2 is my credential!")), "plain text"},
		{"encoded JSON", base64.StdEncoding.EncodeToString([]byte("{\"a\":1,\n\t\"key\":\"xYz 12345678\"}"[:30])), "plain text"},
	}
	for _, test := range tests {
		got := awskey.WhyNotSecret([]byte(test.text))
		if test.want == "" && got != "" || test.want != "" && !strings.Contains(got, test.want) {
			t.Errorf("%s: %q, want %q", test.name, got, test.want)
		}
		if awskey.IsSecretShape([]byte(test.text)) != (test.want == "") {
			t.Errorf("%s: IsSecretShape disagrees", test.name)
		}
	}
}

func TestIsExampleSecret(t *testing.T) {
	for text, want := range map[string]bool{
		"wJalrXUtnFEMI/K7MDENG/bPxRfiCY" + "EXAMPLEKEY": true,
		"je7MtGbClwBF/2Zp9Utk/h3yCo8nvb" + "EXAMPLEKEY": true,
		"EXAMPLEKEY":      false,
		keytest.Secret(1): false,
	} {
		if awskey.IsExampleSecret(text) != want {
			t.Errorf("%q: want %t", text, want)
		}
	}
}

func TestEntropy(t *testing.T) {
	all := make([]byte, 256)
	for i := range all {
		all[i] = byte(i)
	}
	for text, want := range map[string]float64{"": 0, "aaaa": 0, "ab": 1, "abcd": 2, "aab": 0.9183, string(all): 8} {
		if got := awskey.Entropy([]byte(text)); math.Abs(got-want) > 1e-4 {
			t.Errorf("Entropy of %d bytes = %g, want %g", len(text), got, want)
		}
	}
}

func secretShapes(data []byte) func(func(int, int) bool) { return awskey.FindSecretShapes(data) }

func TestFindSecretShapes(t *testing.T) {
	a, b := keytest.Secret(1), keytest.Secret(2)
	tests := map[string]struct {
		text string
		want []string
	}{
		"alone":               {a, []string{a}},
		"after an equals":     {"AWS_SECRET_ACCESS_KEY=" + a + "\n", []string{a}},
		"before an equals":    {a + "=x", []string{a}},
		"in quotes":           {`'` + a + `','` + b + `'`, []string{a, b}},
		"two glued":           {a + b, nil},
		"after a letter":      {"x" + a, nil},
		"before a slash":      {a + "/", nil},
		"after a plus":        {"+" + a, nil},
		"after an underscore": {"_" + a, []string{a}},
		"high bytes":          {"\xff" + a + "\xff", []string{a}},
		"a SHA-1":             {"commit " + hex.EncodeToString([]byte("twenty bytes of text")), nil},
		"after an escape":     {`\n` + a + `\n`, []string{a}},
		"behind a backslash":  {`\` + "n" + a[1:], []string{"n" + a[1:]}},
		"in a URL":            {"s3://id:" + a + "@bucket", []string{a}},
	}
	for name, test := range tests {
		if got := found([]byte(test.text), secretShapes); !slices.Equal(got, test.want) {
			t.Errorf("%s: got %q, want %q", name, got, test.want)
		}
	}
}

func FuzzFindSecretShapes(f *testing.F) {
	f.Add([]byte("secret=" + keytest.Secret(1)))
	f.Add([]byte(keytest.Secret(1) + keytest.Secret(2)))
	runs := regexp.MustCompile(`[A-Za-z0-9+/]{40,}`)
	f.Fuzz(func(t *testing.T, text []byte) {
		var want [][]int
		for _, at := range runs.FindAllIndex(text, -1) {
			if at[1]-at[0] == 41 && at[0] > 0 && text[at[0]-1] == '\\' && bytes.ContainsAny(text[at[0]:at[0]+1], "nrt") {
				at[0]++ // an escaped line break
			}
			if at[1]-at[0] == 40 && awskey.IsSecretShape(text[at[0]:at[1]]) {
				want = append(want, at)
			}
		}
		var got [][]int
		for start, end := range awskey.FindSecretShapes(text) {
			got = append(got, []int{start, end})
		}
		if !slices.EqualFunc(got, want, slices.Equal) {
			t.Errorf("in %q: got %v, want %v", text, got, want)
		}
	})
}

func TestIsTokenShape(t *testing.T) {
	token := "IQoJ" + "b3JpZ2luX2Vj" + strings.Repeat("aB3/", 30)
	for text, want := range map[string]bool{
		"FQoGZXIvYXdz" + strings.Repeat("aB3/", 22): true, "FwoGZXIvYXdz" + strings.Repeat("aB3/", 22): true,
		"FwoGZXIvYXdz" + strings.Repeat("aB3/", 21) + "aB==": true, strings.Repeat("aB3/", 30): false,
		"IQoJ" + "b3JpZ2lu" + strings.Repeat("aB3/", 1000): true, keytest.Token(1): true,
		token: true, token + "=": true, token + "==": true, token + "===": false,
		token[:99]: false, token[:100]: true, "x" + token: false, token + " ": false,
		token[:50] + "-" + token[51:]: false, "": false, "==": false,
	} {
		if awskey.IsTokenShape([]byte(text)) != want {
			t.Errorf("%q: want %t", text, want)
		}
	}
	if awskey.IsExampleToken(token) || !awskey.IsExampleToken("AQoDYXdzEPT//////////w"+"EXAMPLE") {
		t.Error("IsExampleToken tells examples by their word")
	}
}

func FuzzIsTokenShape(f *testing.F) {
	f.Add([]byte(keytest.Token(1)))
	f.Add([]byte("nIQoJb3JpZ2lu" + keytest.Token(2)))
	shape := regexp.MustCompile(`^(?:IQoJb3JpZ2lu|FwoGZXIvYXdz|FQoGZXIvYXdz)[A-Za-z0-9+/]*={0,2}$`)
	f.Fuzz(func(t *testing.T, text []byte) {
		want := len(text) >= 100 && shape.Match(text) && text[len(text)-1] != '\n'
		if got := awskey.IsTokenShape(text); got != want {
			t.Errorf("%q: %t, want %t", text, got, want)
		}
	})
}

func BenchmarkFindSecretShapes(b *testing.B) {
	data := source(8 << 20)
	b.SetBytes(int64(len(data)))
	for b.Loop() {
		for range awskey.FindSecretShapes(data) {
		}
	}
}
