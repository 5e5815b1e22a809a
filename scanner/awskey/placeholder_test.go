package awskey_test

import (
	"encoding/base32"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/awscred/awscred/internal/keytest"
	"github.com/awscred/awscred/scanner/awskey"
)

func TestPlaceholderID(t *testing.T) {
	for tail, want := range map[string]string{
		"IOSFODNN7EXAMPLE": "example", "EXAMPLEIOSFODNN7": "example", "XXXXXXXXXXXXXXXX": "repeated", "ABCDEFGHIJKLMNOP": "sequence",
		"AAAABBBBCCCCAAAA": "few characters", "QWERTYUIOPASDFGH": "qwerty", "MYACCESSKEYIDABC": "myaccess",
		"TESTKQZRWVNMBPLD": "TEST", "KQZRWVNMBPLDYOUR": "letters only", "22DUMMY2KQ7RWVNM": "dummy", "TEST4QZRWVNMBPLD": "", "TEST": "",
	} {
		got := awskey.PlaceholderID("AK" + "IA" + tail)
		if want == "" && got != "" || !strings.Contains(strings.ToLower(got), strings.ToLower(want)) {
			if !(want == "TEST" && strings.HasPrefix(got, "letters only")) {
				t.Errorf("%s: %q, want %q", tail, got, want)
			}
		}
	}
	for id, want := range map[string]string{"AS" + "IAPACIFICSOUTHEAST": "a word in capitals", "AK" + "IAPACIFICSOUTHEAST": "", keytest.TempID(1): ""} {
		if got := awskey.PlaceholderID(id); got != want {
			t.Errorf("%s: %q, want %q", id, got, want)
		}
	}
}

func TestPlaceholderSecret(t *testing.T) {
	for text, want := range map[string]string{
		"wJalrXUtnFEMI/K7MDENG/bPxRfiCY" + "EXAMPLEKEY": "example",
		strings.Repeat("x", 40):                         "repeated",
		strings.Repeat("ab", 20):                        "few characters",
		"abcdefghijklmnopqrstuvwxyz1234567890ABCD":      "sequence",
		"yourSecretAccess/KeyGoesHere+placeholder0":     "",
		"yourSecretAccess/KeyGoesHere+placeholder":      "placeholder",
		keytest.Secret(1):                               "",
		keytest.Secret(1)[:39]:                          "",
		keytest.Secret(1)[:39] + "-":                    "",
	} {
		if got := awskey.PlaceholderSecret([]byte(text)); want == "" && got != "" || !strings.Contains(got, want) {
			t.Errorf("%s: %q, want %q", text, got, want)
		}
	}
}

// What is taken for a placeholder is not reported, so keys drawn at random must
// not be.
func TestRandomKeysAreNoPlaceholders(t *testing.T) {
	rng := rand.New(rand.NewPCG(5, 6))
	const total = 100_000
	ids, secrets := 0, 0
	for range total {
		raw := make([]byte, 10)
		for i := range raw {
			raw[i] = byte(rng.Uint32())
		}
		raw[0] |= 0x80 // keys of the present generation
		if why := awskey.PlaceholderID("AK" + "IA" + base32.StdEncoding.EncodeToString(raw)); why != "" {
			ids++
		}
		if awskey.PlaceholderSecret(randomSecret(rng)) != "" {
			secrets++
		}
	}
	t.Logf("of %d: %d ids, %d secrets", total, ids, secrets)
	if ids > 5 || secrets > 5 {
		t.Errorf("%d ids and %d secrets of %d", ids, secrets, total)
	}
}

func TestKeyFile(t *testing.T) {
	apka := "AP" + "KA" + keytest.ID(1)[4:]
	for name, want := range map[string]string{
		"keys/pk-" + apka + ".pem":                    "CloudFront private key " + apka,
		"pk-" + apka + ".der":                         "CloudFront private key " + apka,
		"pk-live.pem":                                 "",
		"rsa-" + apka + ".pem":                        "",
		"certs/0123456789abcdef-private.pem.key":      "private key of an AWS IoT device",
		strings.Repeat("0a", 32) + "-private.pem.key": "private key of an AWS IoT device",
		"device-private.pem.key":                      "",
		"infra/roles-anywhere/client.key":             "private key for IAM Roles Anywhere",
		"RolesAnywhere_private.pem":                   "private key for IAM Roles Anywhere",
		"id_rsa":                                      "",
		"ec2.pem":                                     "private key of an EC2 key pair, by its name",
		"deploy/my-EC2_key.pem":                       "private key of an EC2 key pair, by its name",
		"ec2/web.pem":                                 "",
		"sec2.pem":                                    "",
		"ec2.key":                                     "",
		"":                                            "",
	} {
		what, id := awskey.KeyFile(name)
		if got := strings.TrimSpace(what + " " + id); got != want {
			t.Errorf("%q: %q, want %q", name, got, want)
		}
	}
}

func TestParseEKSToken(t *testing.T) {
	request := "https://sts.eu-west-1.amazonaws.com/?Action=GetCallerIdentity&Version=2011-06-15&" + signedQuery(keytest.TempID(1), "eu-west-1/sts", "60", "&X-Amz-Security-Token=x")
	token := "k8s-aws-v1." + b64url(request)
	p, ok := awskey.ParseEKSToken(token)
	if !ok || p.KeyID != keytest.TempID(1) || p.Expires.Sub(p.Signed) != awskey.EKSTokenLife {
		t.Errorf("%+v, %t", p, ok)
	}
	for name, text := range map[string]string{
		"empty": "", "prefix": "k8s-aws-v1.", "not base64": "k8s-aws-v1.!!", "other": "k8s-aws-v2." + b64url(request),
		"other service": "k8s-aws-v1." + b64url(strings.ReplaceAll(request, "%2Fsts%2F", "%2Fs3%2F")), "too long": "k8s-aws-v1." + strings.Repeat("A", 1<<17),
	} {
		if p, ok := awskey.ParseEKSToken(text); ok {
			t.Errorf("%s: %+v", name, p)
		}
	}
}

func TestFindSMTPPasswords(t *testing.T) {
	raw := make([]byte, 33)
	for i := range raw {
		raw[i] = byte(i*37 + 11)
	}
	raw[0] = 4
	password := b64(raw)
	for text, want := range map[string]int{
		"pass: " + password: 1, password: 1, `\n` + password + `\n`: 1, "x" + password: 0, password + "=": 0, password + "/": 0, password[:43]: 0,
		password + " " + password: 2,
	} {
		n := 0
		for start, end := range awskey.FindSMTPPasswords([]byte(text)) {
			if n++; text[start:end] != password {
				t.Errorf("%q: found %q", text, text[start:end])
			}
		}
		if n != want {
			t.Errorf("%q: %d, want %d", text, n, want)
		}
	}
}
