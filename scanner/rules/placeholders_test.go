package rules_test

import (
	"bytes"
	"crypto/sha1"
	"crypto/sha256"
	"crypto/sha512"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"net/url"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/awscred/awscred/internal/encodetest"
	"github.com/awscred/awscred/internal/keytest"
)

// now is the clock of the texts: what is "live" in them lives then.
var now = time.Date(2026, 6, 1, 0, 0, 0, 0, time.UTC)

// expand replaces the placeholders of this package's texts, and then those of
// keytest: {{NAME N}}, where N makes the value one of its own. Texts hold
// placeholders so that no scanner finds a key in this repository.
func expand(t testing.TB, text []byte) []byte {
	t.Helper()
	re := regexp.MustCompile(`\{\{([a-z0-9-]+) ([0-9]+)\}\}`)
	text = re.ReplaceAllFunc(text, func(found []byte) []byte {
		parts := re.FindSubmatch(found)
		n, err := strconv.Atoi(string(parts[2]))
		if err != nil {
			t.Fatalf("placeholder %q: %v", found, err)
		}
		value, ok := placeholder(string(parts[1]), n)
		if !ok {
			return found
		}
		return []byte(value)
	})
	text, err := keytest.Expand(text)
	if err != nil {
		t.Fatal(err)
	}
	return encoded(t, text)
}

// encoded replaces {{in ENCODING}}TEXT{{out}} by the text in an encoding of
// package encodetest.
func encoded(t testing.TB, text []byte) []byte {
	re := regexp.MustCompile(`(?s)\{\{in ([^}]+)\}\}(.*?)\{\{out\}\}`)
	return re.ReplaceAllFunc(text, func(found []byte) []byte {
		parts := re.FindSubmatch(found)
		for _, e := range encodetest.Encodings() {
			if e.Name == string(parts[1]) {
				return []byte(e.Encode(string(parts[2])))
			}
		}
		t.Fatalf("no encoding is called %q", parts[1])
		return nil
	})
}

func placeholder(name string, n int) (string, bool) {
	if value, ok := digest(name, n); ok {
		return value, true
	}
	if value, ok := request(name, n); ok {
		return value, true
	}
	if value, ok := piece(name, n); ok {
		return value, true
	}
	switch name {
	case "esc":
		return "\x1b", true
	case "legacy-key-id":
		return "A3TX" + keytest.ID(n)[4:], true
	case "role-id":
		return "AROA" + keytest.ID(n)[4:] + "Q", true
	case "user-id":
		return "AIDA" + keytest.ID(n)[4:] + "Q", true
	case "public-key-id":
		return "APKA" + keytest.ID(n)[4:], true
	case "abia":
		return "ABIA" + keytest.ID(n)[4:], true
	case "acca":
		return "ACCA" + keytest.ID(n)[4:], true
	case "other-token":
		return "AQoD" + keytest.Token(n)[20:], true
	case "lines":
		return strings.Repeat("line\n", n), true
	case "bedrock":
		return "ABSK" + encode("BedrockAPIKey-ab12-at-"+keytest.Account(n)+":"+keytest.Secret(n)+keytest.Secret(n + 1)[:20]), true
	case "bedrock-like":
		return "ABSK" + encode(keytest.Secret(n)+keytest.Secret(n+1)+keytest.Secret(n+2)), true
	case "smtp":
		return base64.StdEncoding.EncodeToString(append([]byte{4}, stream("smtp", n, 32)...)), true
	case "old-smtp":
		return base64.StdEncoding.EncodeToString(append([]byte{2}, stream("smtp", n, 32)...)), true
	case "service-password":
		return base64.StdEncoding.EncodeToString(stream("service", n, 32)), true
	case "helper-live":
		return "20260531T235500Z" + hex.EncodeToString(stream("helper", n, 32)), true
	case "helper":
		return "20240102T030405Z" + hex.EncodeToString(stream("helper", n, 32)), true
	case "sso-access":
		return "aoa" + encodeURL("access", n, 90) + ":MGUC" + base64.StdEncoding.EncodeToString(stream("der", n, 99)), true
	case "sso-refresh":
		return "aor" + encodeURL("refresh", n, 90) + ":MGQC" + base64.StdEncoding.EncodeToString(stream("der2", n, 99)), true
	case "sign-in-token":
		return encodeURL("sign-in", n, 240), true
	case "akia", "asia": // in front of what is no id
		return strings.ToUpper(name), true
	case "encoded-text":
		return encode(fmt.Sprintf("user%03d:hunter2 is the password", n)[:30]), true
	case "console-password":
		return encodeURL(name, n, 9) + "#!", true
	case "bedrock-beginning":
		return "bedrock-api-key-" + encode("bedrock.amazonaws.com"), true
	case "pem-begin":
		return "-----" + "BEGIN PRIVATE KEY-----", true
	case "pem-begin-rsa":
		return "-----" + "BEGIN RSA PRIVATE KEY-----", true
	case "pem-begin-ec":
		return "-----" + "BEGIN EC PRIVATE KEY-----", true
	case "jwt":
		return "eyJ" + encodeURL("head", n, 40) + ".eyJ" + encodeURL("claims", n, 90) + "." + encodeURL("mac", n, 32), true
	}
	return "", false
}

// piece is a text of letters and digits that some service gives out.
func piece(name string, n int) (string, bool) {
	const lower = "abcdefghijklmnopqrstuvwxyz0123456789"
	pick := func(alphabet string, size int) string {
		raw := stream(name, n, size)
		for i := range raw {
			raw[i] = alphabet[int(raw[i])%len(alphabet)]
		}
		return string(raw)
	}
	switch name {
	case "head":
		return keytest.ID(n)[:9], true
	case "tail":
		return keytest.ID(n)[9:], true
	case "secret-head":
		return keytest.Secret(n)[:17], true
	case "secret-tail":
		return keytest.Secret(n)[17:], true
	case "secret-json": // as PHP writes slashes
		for k := 1000 * n; ; k++ {
			if secret := keytest.Secret(k); strings.Contains(secret, "/") {
				return strings.ReplaceAll(secret, "/", `\/`), true
			}
		}
	case "appsync":
		return "da2-" + pick(lower, 26), true
	case "cognito":
		return "1" + pick(lower, 50), true
	case "mws":
		u, _ := digest("uuid", n)
		return "amzn.mws." + u, true
	case "lower40":
		return pick("abcdefghijklmnopqrstuvwxyz", 40), true
	case "alnum40":
		return pick(lower+"ABCDEFGHIJKLMNOPQRSTUVWXYZ", 40), true
	case "alnum32":
		return pick(lower+"ABCDEFGHIJKLMNOPQRSTUVWXYZ", 32), true
	case "digits40":
		return pick("0123456789", 40), true
	}
	return "", false
}

// digest is a value that looks random and is no secret.
func digest(name string, n int) (string, bool) {
	seed := fmt.Appendf(nil, "digest %d", n)
	switch name {
	case "sha1":
		return fmt.Sprintf("%x", sha1.Sum(seed)), true
	case "SHA1":
		return fmt.Sprintf("%X", sha1.Sum(seed)), true
	case "sha256":
		return fmt.Sprintf("%x", sha256.Sum256(seed)), true
	case "sha512":
		return fmt.Sprintf("%x", sha512.Sum512(seed)), true
	case "sri256":
		return "sha256-" + base64.StdEncoding.EncodeToString(stream("sri", n, 32)), true
	case "sri384":
		return "sha384-" + base64.StdEncoding.EncodeToString(stream("sri", n, 48)), true
	case "sri512":
		return "sha512-" + base64.StdEncoding.EncodeToString(stream("sri", n, 64)), true
	case "sri1":
		return "sha1-" + base64.StdEncoding.EncodeToString(stream("sri", n, 20)), true
	case "uuid":
		x := hex.EncodeToString(stream("uuid", n, 16))
		return x[:8] + "-" + x[8:12] + "-" + x[12:16] + "-" + x[16:20] + "-" + x[20:], true
	case "md5":
		return hex.EncodeToString(stream("md5", n, 16)), true
	case "hex":
		return hex.EncodeToString(stream("hex", n, 300)), true
	case "b64":
		return base64.StdEncoding.EncodeToString(stream("b64", n, 301)), true
	case "b64-32":
		return base64.StdEncoding.EncodeToString(stream("b64", n, 32)), true
	case "b64-lines":
		text := base64.StdEncoding.EncodeToString(stream("b64", n, 480))
		var b strings.Builder
		for len(text) > 64 {
			b.WriteString(text[:64] + "\n")
			text = text[64:]
		}
		return b.String() + text, true
	}
	return "", false
}

// request is a request that carries its signature.
func request(name string, n int) (string, bool) {
	date := "20260531T230000Z"
	if strings.HasSuffix(name, "-old") {
		name, date = strings.TrimSuffix(name, "-old"), "20240102T030405Z"
	}
	if strings.HasSuffix(name, "-live") {
		name, date = strings.TrimSuffix(name, "-live"), "20260531T235930Z"
	}
	s3 := "https://bucket.s3.eu-west-1.amazonaws.com/report%20" + strconv.Itoa(n) + ".pdf?"
	switch name {
	case "presigned":
		return s3 + signed(n, keytest.ID(n), date, "eu-west-1/s3", 604800, ""), true
	case "presigned-session":
		return s3 + signed(n, keytest.TempID(n), date, "eu-west-1/s3", 3600, "&X-Amz-Security-Token="+url.QueryEscape(keytest.Token(n))), true
	case "presigned-example":
		return s3 + signed(n, "AKIAIOSFODNN7EXAMPLE", date, "us-east-1/s3", 86400, ""), true
	case "presigned-minio":
		return "http://localhost:9000/b/x?" + signed(n, "minioadmin", date, "us-east-1/s3", 3600, ""), true
	case "presigned2":
		end := now.Add(24 * time.Hour).Unix()
		if date < "2025" {
			end = 1704164645
		}
		return fmt.Sprintf("https://bucket.s3.amazonaws.com/x?AWSAccessKeyId=%s&Expires=%d&Signature=%s", keytest.ID(n), end,
			url.QueryEscape(base64.StdEncoding.EncodeToString(stream("v2", n, 20)))), true
	case "rds":
		return "db.cluster-x.eu-west-1.rds.amazonaws.com:5432/?Action=connect&DBUser=app&" + signed(n, keytest.TempID(n), date, "eu-west-1/rds-db", 900, ""), true
	case "eks":
		return "k8s-aws-v1." + base64.RawURLEncoding.EncodeToString([]byte("https://sts.eu-west-1.amazonaws.com/?Action=GetCallerIdentity&Version=2011-06-15&"+
			signed(n, keytest.TempID(n), date, "eu-west-1/sts", 60, ""))), true
	case "bedrock-short":
		return "bedrock-api-key-" + encode("bedrock.amazonaws.com/?Action=CallWithBearerToken&"+
			signed(n, keytest.TempID(n), date, "us-east-1/bedrock", 43200, "&X-Amz-Security-Token="+url.QueryEscape(keytest.Token(n)))+"&Version=1"), true
	}
	return "", false
}

func signed(n int, id, date, scope string, seconds int, more string) string {
	return "X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=" + url.QueryEscape(id+"/"+date[:8]+"/"+scope+"/aws4_request") +
		"&X-Amz-Date=" + date + "&X-Amz-Expires=" + strconv.Itoa(seconds) + "&X-Amz-SignedHeaders=host" + more +
		"&X-Amz-Signature=" + hex.EncodeToString(stream("signature", n, 32))
}

func encode(s string) string { return base64.StdEncoding.EncodeToString([]byte(s)) }

func encodeURL(what string, n, size int) string {
	return base64.RawURLEncoding.EncodeToString(stream(what, n, size))
}

func stream(what string, n, size int) []byte {
	var out []byte
	for block := 0; len(out) < size; block++ {
		sum := sha256.Sum256(fmt.Appendf(nil, "rules %s %d %d", what, n, block))
		out = append(out, sum[:]...)
	}
	return bytes.Clone(out[:size])
}
