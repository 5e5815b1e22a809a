package oracle

import (
	"crypto/sha1"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"
	"strings"
)

const startURL = "https://x.awsapps.com/start"

// sso returns the keys of IAM Identity Center: with a session or, as before
// sessions, without.
func (g *generator) sso() []string {
	account := []string{"sso_account_id = 123456789012", "sso_role_name = Admin"}
	if g.in(8) {
		account = account[g.IntN(2):][:g.IntN(2)]
	}
	if g.in(40) {
		g.ssoCache(startURL, false)
		lines := append([]string{"sso_start_url = " + startURL, "sso_region = us-east-1"}, account...)
		if g.in(8) {
			i := g.IntN(len(lines))
			lines = slices.Delete(lines, i, i+1)
		}
		return lines
	}
	name := one(g.dice, "corp", "corp", "corp", "my-sso", "my sso")
	if !slices.Contains(g.sessions, name) {
		g.sessions = append(g.sessions, name)
	}
	g.ssoCache(name, true)
	lines := append([]string{"sso_session = " + name}, account...)
	if g.in(8) {
		lines = append(lines, one(g.dice, "sso_start_url = "+startURL, "sso_start_url = https://y.awsapps.com/start", "sso_region = us-east-1", "sso_region = us-west-2"))
	}
	if g.in(3) {
		lines[0] = "sso_session = " + one(g.dice, "nosuch", "", "Corp")
	}
	return lines
}

func (g *generator) ssoSession() []string {
	lines := []string{"sso_start_url = " + startURL, "sso_region = us-east-1", "sso_registration_scopes = sso:account:access"}
	if g.in(8) {
		i := g.IntN(len(lines))
		lines = slices.Delete(lines, i, i+1)
	}
	return lines
}

const (
	past   = `"2020-01-01T00:00:00Z"`
	future = `"2099-01-01T00:00:00Z"`
)

// ssoCache writes the cached token of a session or start URL.
func (g *generator) ssoCache(name string, session bool) {
	sum := sha1.Sum([]byte(name))
	path := ".aws/sso/cache/" + hex.EncodeToString(sum[:]) + ".json"
	token := func(access, expires, rest string) string {
		return fmt.Sprintf(`{"startUrl": "%s", "region": "us-east-1", "accessToken": "%s", "expiresAt": %s%s}`, startURL, access, expires, rest)
	}
	const client = `, "clientId": "c", "clientSecret": "s", "registrationExpiresAt": ` + future
	switch n := g.IntN(100); {
	case n < 55:
		g.put(path, token("fresh", future, ""))
	case n < 63:
		g.put(path, token("stale", past, ""))
	case n < 78 && session:
		g.put(path, token("stale", past, `, "refreshToken": "good"`+client))
	case n < 82 && session:
		g.put(path, token("stale", past, `, "refreshToken": "revoked"`+client))
	case n < 86:
		g.put(path, one(g.dice,
			token("stale", past, `, "refreshToken": "good", "clientId": "c", "clientSecret": "s", "registrationExpiresAt": `+past),
			token("stale", past, `, "refreshToken": "good", "clientId": "c"`),
			token("fresh", future, `, "refreshToken": "good"`+client),
			token("fresh", `"2099-01-01T00:00:00UTC"`, ""),
			token("fresh", `"2099-01-01T00:00:00+01:00"`, ""),
			token("fresh", `"soon"`, ""), token("fresh", "4070908800", ""), token("fresh", "null", "")))
	case n < 90:
		g.put(path, token("revoked", future, ""))
	case n < 94:
		g.put(path, one(g.dice, "{}", "", "x", "[]", `{"accessToken": "fresh"}`, `{"expiresAt": `+future+`}`))
	}
}

const login = "arn:aws:iam::123456789012:user/x"

// login returns the key of a session of "aws login", and writes its cache.
func (g *generator) login() []string {
	name := one(g.dice, login, login, login, login, login+"/y", "")
	sum := sha256.Sum256([]byte(strings.TrimSpace(name)))
	path := ".aws/login/cache/" + hex.EncodeToString(sum[:]) + ".json"
	if g.in(6) {
		g.set("AWS_LOGIN_CACHE_DIRECTORY", "{{HOME}}/"+one(g.dice, "cache", "nosuch"))
		path = "cache/" + hex.EncodeToString(sum[:]) + ".json"
	}
	id := strings.Replace(g.key(), "{{key ", "{{asia ", 1)
	token := func(expires, proof string) string {
		return `{"accessToken": {"accessKeyId": "` + id + `", "secretAccessKey": "s", "sessionToken": "t", "accountId": "123456789012", "expiresAt": ` +
			expires + `}, "tokenType": "aws_sigv4", "clientId": "arn:aws:signin:::devtools/same-device", "refreshToken": "r", "idToken": "i", "dpopKey": "` + proof + `"}`
	}
	switch n := g.IntN(100); {
	case n < 70:
		g.put(path, token(future, "{{ECPEM}}"))
	case n < 82:
		g.put(path, token(past, "{{ECPEM}}"))
	case n < 87:
		g.put(path, token(one(g.dice, past, future), one(g.dice, "x", "")))
	case n < 92:
		g.put(path, one(g.dice, "{}", "", "x", `{"accessToken": {}}`, token(`"soon"`, "{{ECPEM}}"),
			strings.Replace(token(future, "{{ECPEM}}"), `"sessionToken": "t", `, "", 1),
			strings.Replace(token(future, "{{ECPEM}}"), `"refreshToken": "r", `, "", 1)))
	}
	return []string{"login_session = " + name}
}
