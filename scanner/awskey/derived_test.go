package awskey_test

import (
	"encoding/base64"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/awscred/awscred/internal/keytest"
	"github.com/awscred/awscred/scanner/awskey"
)

// signedQuery is the query of a request signed at noon of 2 January 2026.
func signedQuery(id, scope, seconds, more string) string {
	return "X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=" + url.QueryEscape(id+"/20260102/"+scope+"/aws4_request") +
		"&X-Amz-Date=20260102T120000Z&X-Amz-Expires=" + seconds + "&X-Amz-SignedHeaders=host" + more +
		"&X-Amz-Signature=" + strings.Repeat("0f", 32)
}

func TestParsePresigned(t *testing.T) {
	id, temp := keytest.ID(1), keytest.TempID(1)
	noon := time.Date(2026, 1, 2, 12, 0, 0, 0, time.UTC)
	hour := awskey.Presigned{Version: 4, KeyID: id, Region: "eu-west-1", Service: "s3", Signed: noon, Expires: noon.Add(time.Hour)}
	session := hour
	session.KeyID, session.Session = temp, true
	database := hour
	database.Service, database.Expires = "rds-db", noon.Add(15*time.Minute)
	multi := hour
	multi.Region = ""
	old := awskey.Presigned{Version: 2, KeyID: id, Expires: time.Unix(4102444800, 0).UTC()}
	plain := signedQuery(id, "eu-west-1/s3", "3600", "")
	tests := map[string]struct {
		text string
		want awskey.Presigned
	}{
		"URL":           {"https://b.s3.eu-west-1.amazonaws.com/x?" + plain, hour},
		"query":         {plain, hour},
		"fragment":      {"https://b/x?" + plain + "#top", hour},
		"HTML":          {"https://b/x?" + strings.ReplaceAll(plain, "&", "&amp;"), hour},
		"lower case":    {strings.ReplaceAll(plain, "X-Amz", "x-amz"), hour},
		"session token": {signedQuery(temp, "eu-west-1/s3", "3600", "&X-Amz-Security-Token=x"), session},
		"S3 session":    {signedQuery(temp, "eu-west-1/s3", "3600", "&X-Amz-S3session-Token=x"), session},
		"RDS token":     {"db.example.com:5432/?Action=connect&DBUser=app&" + signedQuery(id, "eu-west-1/rds-db", "900", ""), database},
		"version 4A":    {signedQuery(id, "s3", "3600", "&X-Amz-Region-Set=%2A"), multi},
		"version 2":     {"https://b/x?AWSAccessKeyId=" + id + "&Signature=ab%2Bc%3D&Expires=4102444800", old},
		"first counts":  {plain + "&X-Amz-Expires=1", hour},
	}
	for name, test := range tests {
		if got, ok := awskey.ParsePresigned(test.text); !ok || got != test.want {
			t.Errorf("%s: got %+v, %t, want %+v", name, got, ok, test.want)
		}
	}
}

func TestParsePresignedRefuses(t *testing.T) {
	plain := signedQuery(keytest.ID(1), "eu-west-1/s3", "3600", "")
	for name, text := range map[string]string{
		"empty":          "",
		"no signature":   strings.ReplaceAll(plain, "Signature", "Sign"),
		"no credential":  strings.ReplaceAll(plain, "Credential", "Cred"),
		"short scope":    strings.ReplaceAll(plain, "%2Feu-west-1%2Fs3", ""),
		"other scope":    strings.ReplaceAll(plain, "aws4_request", "aws5_request"),
		"no key":         strings.ReplaceAll(plain, keytest.ID(1), ""),
		"wrong date":     strings.ReplaceAll(plain, "T120000Z", "T250000Z"),
		"no life":        strings.ReplaceAll(plain, "Expires=3600", "Expires="),
		"negative life":  strings.ReplaceAll(plain, "Expires=3600", "Expires=-1"),
		"endless life":   strings.ReplaceAll(plain, "Expires=3600", "Expires=99999999999"),
		"too long":       plain + strings.Repeat("x", 1<<16),
		"version 2 bare": "AWSAccessKeyId=" + keytest.ID(1) + "&Signature=x",
	} {
		if got, ok := awskey.ParsePresigned(text); ok {
			t.Errorf("%s: got %+v", name, got)
		}
	}
}

func TestPresignedLive(t *testing.T) {
	noon := time.Date(2026, 1, 2, 12, 0, 0, 0, time.UTC)
	for name, test := range map[string]struct {
		life    time.Duration
		session bool
		version int
		after   time.Duration
		want    bool
	}{
		"within":                  {time.Hour, false, 4, time.Minute, true},
		"at its end":              {time.Hour, false, 4, time.Hour, false},
		"a week":                  {awskey.MaxPresigned, false, 4, 6 * 24 * time.Hour, true},
		"more than a week":        {awskey.MaxPresigned + time.Second, false, 4, time.Minute, false},
		"session, within":         {awskey.MaxPresigned, true, 4, 36 * time.Hour, true},
		"session, certainly over": {awskey.MaxPresigned, true, 4, 37 * time.Hour, false},
		"version 2, years":        {20 * 365 * 24 * time.Hour, false, 2, 365 * 24 * time.Hour, true},
	} {
		p := awskey.Presigned{Version: test.version, Session: test.session, Signed: noon, Expires: noon.Add(test.life)}
		if got := p.Live(noon.Add(test.after)); got != test.want {
			t.Errorf("%s: %t", name, got)
		}
	}
}

func TestParseBedrockKey(t *testing.T) {
	encode := func(s string) string { return base64.StdEncoding.EncodeToString([]byte(s)) }
	long := "ABSK" + encode("BedrockAPIKey-ab12-at-123456789012:"+keytest.Secret(1))
	got, ok := awskey.ParseBedrockKey(long)
	if !ok || !got.LongTerm || got.Account != "123456789012" {
		t.Errorf("long-term key: %+v, %t", got, ok)
	}
	if !strings.HasPrefix(long, "ABSK"+"QmVkcm9ja0FQSUtleS1") {
		t.Error("a long-term key begins otherwise")
	}
	for _, user := range []string{"-ab12", "-ab12-at-12345", "-x-at-12345678901x"} {
		if got, ok := awskey.ParseBedrockKey("ABSK" + encode("BedrockAPIKey"+user+":s")); !ok || got.Account != "" {
			t.Errorf("%s: %+v, %t", user, got, ok)
		}
	}
	request := "bedrock.amazonaws.com/?Action=CallWithBearerToken&" + signedQuery(keytest.TempID(1), "us-east-1/bedrock", "43200", "&X-Amz-Security-Token=x")
	got, ok = awskey.ParseBedrockKey("bedrock-api-key-" + encode(request))
	if !ok || got.LongTerm || got.Request.KeyID != keytest.TempID(1) || got.Request.Expires.Sub(got.Request.Signed) != 12*time.Hour {
		t.Errorf("short-term key: %+v, %t", got, ok)
	}
	for name, text := range map[string]string{
		"empty": "", "prefix": "ABSK", "other": "ABSK" + encode("Something-else:x"), "no secret": "ABSK" + encode("BedrockAPIKey-x:"),
		"not base64": "ABSK!!", "other service": "bedrock-api-key-" + encode(strings.ReplaceAll(request, "%2Fbedrock%2F", "%2Fs3%2F")),
		"unsigned": "bedrock-api-key-" + encode("bedrock.amazonaws.com/?x=y"), "too long": "ABSK" + strings.Repeat("A", 1<<17),
	} {
		if got, ok := awskey.ParseBedrockKey(text); ok {
			t.Errorf("%s: got %+v", name, got)
		}
	}
}

func TestSMTPPasswords(t *testing.T) {
	// Computed for this secret with Python's hmac module, in eu-west-1 and in
	// the older way; in parts, so that no scanner takes them for passwords.
	const (
		current = "BCqtV6A5zkXvCnU" + "tIfeMKLpo4l31cH" + "OoiLj/63Zw/TKy"
		older   = "ArOVsyHRO/O/ooa" + "V6l4m3yVIKT5ZHV" + "rlXAYeRkO3+FEv"
	)
	region := map[string]string{}
	for password, of := range awskey.SMTPPasswords([]byte(keytest.Secret(1))) {
		if _, twice := region[password]; twice || !awskey.IsSMTPPasswordShape([]byte(password)) {
			t.Errorf("%s: password of %d characters, twice: %t", of, len(password), twice)
		}
		region[password] = of
	}
	if len(region) != len(awskey.Regions())+1 || region[current] != "eu-west-1" {
		t.Errorf("%d passwords, the one of eu-west-1 is of %q", len(region), region[current])
	}
	if of, ok := region[older]; !ok || of != "" {
		t.Errorf("the older password: %q, %t", of, ok)
	}
	for password := range awskey.SMTPPasswords([]byte(keytest.Secret(2))) {
		if _, same := region[password]; same {
			t.Error("another secret has the same password")
		}
		break // an iteration can be left
	}
	for text, want := range map[string]bool{
		current: true, older: true, current[:43]: false, "C" + current[1:]: false, "BQ" + current[2:]: false,
		"Aw" + older[2:]: false, "BA" + strings.Repeat("a", 42): false, current[:43] + "=": false,
	} {
		if awskey.IsSMTPPasswordShape([]byte(text)) != want {
			t.Errorf("shape of %q: want %t", text, want)
		}
	}
}

func TestParseCodeCommitPassword(t *testing.T) {
	signature := strings.Repeat("0f", 32)
	if got, ok := awskey.ParseCodeCommitPassword("20260102T030405Z" + signature); !ok || !got.Equal(time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)) {
		t.Errorf("got %s, %t", got, ok)
	}
	for _, text := range []string{"", "20260102T030405Z", "20261302T030405Z" + signature, "20260102T030405Z" + signature + "0", "20260102T030405Z" + strings.ToUpper(signature)} {
		if got, ok := awskey.ParseCodeCommitPassword(text); ok {
			t.Errorf("%q: got %s", text, got)
		}
	}
}

func FuzzParsePresigned(f *testing.F) {
	f.Add("https://b/x?" + signedQuery(keytest.ID(1), "eu-west-1/s3", "3600", ""))
	f.Add("AWSAccessKeyId=x&Signature=y&Expires=1")
	f.Add("bedrock-api-key-" + base64.StdEncoding.EncodeToString([]byte(signedQuery(keytest.ID(1), "us-east-1/bedrock", "9", ""))))
	f.Fuzz(func(t *testing.T, s string) {
		if p, ok := awskey.ParsePresigned(s); ok && (p.KeyID == "" || p.Expires.Before(p.Signed) || p.Version != 2 && p.Version != 4) {
			t.Errorf("%q: %+v", s, p)
		}
		if key, ok := awskey.ParseBedrockKey(s); ok && !key.LongTerm && key.Request.KeyID == "" {
			t.Errorf("%q: %+v", s, key)
		}
	})
}

func b64(raw []byte) string    { return base64.StdEncoding.EncodeToString(raw) }
func b64url(raw string) string { return base64.RawURLEncoding.EncodeToString([]byte(raw)) }

func FuzzDerived(f *testing.F) {
	f.Add("k8s-aws-v1." + b64url("https://sts/?"+signedQuery(keytest.ID(1), "eu-west-1/sts", "60", "")))
	f.Add("20260102T030405Z" + strings.Repeat("0f", 32))
	f.Add("keys/pk-AP" + "KA" + keytest.ID(1)[4:] + ".pem")
	f.Add(keytest.ID(1))
	f.Add(keytest.Secret(1))
	f.Fuzz(func(t *testing.T, s string) {
		if p, ok := awskey.ParseEKSToken(s); ok && (p.Service != "sts" || p.Expires.Sub(p.Signed) != awskey.EKSTokenLife) {
			t.Errorf("%q: %+v", s, p)
		}
		if signed, ok := awskey.ParseCodeCommitPassword(s); ok && !strings.HasPrefix(s, signed.Format("20060102T150405Z")) {
			t.Errorf("%q: signed %s", s, signed)
		}
		if what, id := awskey.KeyFile(s); what == "" && id != "" || id != "" && !strings.Contains(s, id) {
			t.Errorf("%q: %q %q", s, what, id)
		}
		if why := awskey.PlaceholderID(s); why != "" && len(s) != 20 {
			t.Errorf("%q: %s", s, why)
		}
		if why := awskey.PlaceholderSecret([]byte(s)); why != "" && len(s) != awskey.SecretLen {
			t.Errorf("%q: %s", s, why)
		}
		for start, end := range awskey.FindSMTPPasswords([]byte(s)) {
			if !awskey.IsSMTPPasswordShape([]byte(s[start:end])) {
				t.Errorf("%q: %d to %d", s, start, end)
			}
		}
	})
}
