package verifytest

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// A signature is what the headers of a request say of it: Signature Version 4,
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html
type signature struct {
	id, scope string // the scope is day/region/service/aws4_request
	headers   []string
	value     string
	date      time.Time
}

// parseSignature reads the signature of a request.
func parseSignature(r *http.Request) (signature, bool) {
	var s signature
	fields, ok := strings.CutPrefix(r.Header.Get("Authorization"), "AWS4-HMAC-SHA256 ")
	for _, field := range strings.Split(fields, ",") {
		name, value, _ := strings.Cut(strings.TrimSpace(field), "=")
		switch name {
		case "Credential":
			s.id, s.scope, _ = strings.Cut(value, "/")
		case "SignedHeaders":
			s.headers = strings.Split(value, ";")
		case "Signature":
			s.value = value
		}
	}
	var err error
	s.date, err = time.Parse("20060102T150405Z", r.Header.Get("X-Amz-Date"))
	return s, ok && err == nil && s.id != "" && s.value != "" && strings.HasPrefix(s.scope, s.date.Format("20060102")+"/")
}

// matches reports whether the signature was made with this secret.
func (s signature) matches(r *http.Request, body []byte, secret string) bool {
	var canonical strings.Builder
	canonical.WriteString(r.Method + "\n" + r.URL.EscapedPath() + "\n" + r.URL.RawQuery + "\n")
	for _, name := range s.headers {
		value := strings.Join(r.Header.Values(name), ",")
		switch name {
		case "host":
			value = r.Host
		case "content-length":
			value = r.Header.Get("Content-Length")
			if value == "" {
				value = strconv.Itoa(len(body))
			}
		}
		canonical.WriteString(name + ":" + strings.Join(strings.Fields(value), " ") + "\n")
	}
	canonical.WriteString("\n" + strings.Join(s.headers, ";") + "\n" + digest(string(body)))
	text := "AWS4-HMAC-SHA256\n" + r.Header.Get("X-Amz-Date") + "\n" + s.scope + "\n" + digest(canonical.String())
	key := []byte("AWS4" + secret)
	for _, part := range strings.Split(s.scope, "/") {
		key = mac(key, part)
	}
	return hmac.Equal([]byte(hex.EncodeToString(mac(key, text))), []byte(s.value))
}

func digest(text string) string {
	sum := sha256.Sum256([]byte(text))
	return hex.EncodeToString(sum[:])
}

func mac(key []byte, text string) []byte {
	h := hmac.New(sha256.New, key)
	h.Write([]byte(text))
	return h.Sum(nil)
}
