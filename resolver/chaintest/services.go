package chaintest

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"regexp"
	"strings"
)

// expiration is when the stub's keys expire.
const expiration = "2099-01-01T00:00:00Z"

// maxBody is the size of the largest request that the stub reads.
const maxBody = 1 << 20

// handler answers as all the services in one.
func (s *Stub) handler(m mode) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		path := r.URL.Path
		switch {
		case r.Method == http.MethodPut && strings.HasPrefix(path, "/latest/api/token"):
			s.metadataToken(w, m)
		case r.Method == http.MethodGet && strings.HasPrefix(path, "/latest/"):
			s.metadata(w, r, m)
		case r.Method == http.MethodGet && strings.HasPrefix(path, "/ecs"):
			s.container(w, r)
		case r.Method == http.MethodGet && path == "/federation/credentials":
			s.portal(w, r)
		case r.Method == http.MethodPost && strings.HasPrefix(path, "/token"):
			s.oidc(w, r)
		case r.Method == http.MethodPost && strings.HasPrefix(path, "/v1/token"):
			s.signIn(w)
		case r.Method == http.MethodPost:
			s.sts(w, r)
		default:
			answer(w, http.StatusNotFound, "text/plain", "?")
		}
	})
}

func answer(w http.ResponseWriter, status int, contentType, body string) {
	w.Header().Set("Content-Type", contentType)
	w.WriteHeader(status)
	io.WriteString(w, body)
}

// answerJSON answers with strings by name.
func answerJSON(w http.ResponseWriter, status int, body any) {
	data, err := json.Marshal(body)
	if err != nil {
		status, data = http.StatusInternalServerError, []byte(err.Error())
	}
	answer(w, status, "application/json", string(data))
}

// keyID assembles the id of a key that a service hands out.
func keyID(prefix, rest string) string { return prefix + "IA" + rest }

func (s *Stub) metadataToken(w http.ResponseWriter, m mode) {
	s.log("IMDS[%s] PUT token", m)
	switch m {
	case v1Only:
		answer(w, http.StatusNotFound, "text/plain", "not found")
	case token403:
		answer(w, http.StatusForbidden, "text/plain", "forbidden")
	case token400:
		answer(w, http.StatusBadRequest, "text/plain", "bad")
	default:
		w.Header().Set("X-Aws-Ec2-Metadata-Token-Ttl-Seconds", "21600")
		answer(w, http.StatusOK, "text/plain", "stubtoken")
	}
}

func (s *Stub) metadata(w http.ResponseWriter, r *http.Request, m mode) {
	token := r.Header.Get("X-Aws-Ec2-Metadata-Token")
	with := ""
	if token != "" {
		with = " +token"
	}
	s.log("IMDS[%s] GET %s%s", m, r.URL.Path, with)
	if m == v2Only && token == "" {
		answer(w, http.StatusUnauthorized, "text/plain", "unauthorized")
		return
	}
	_, name, found := strings.Cut(r.URL.Path, "/iam/security-credentials")
	switch name = strings.Trim(name, "/"); {
	case !found, m == noRole:
		answer(w, http.StatusNotFound, "text/plain", "not found")
	case name == "":
		answer(w, http.StatusOK, "text/plain", "stub-role")
	default:
		id := keyID("AK", "IMDSVONE0000IMV1")
		if token != "" {
			id = keyID("AK", "IMDSVTWO0000IMV2")
		}
		answerJSON(w, http.StatusOK, map[string]string{
			"Code": "Success", "LastUpdated": "2026-01-01T00:00:00Z", "Type": "AWS-HMAC", "AccessKeyId": id,
			"SecretAccessKey": "imdsSecretFake", "Token": "imdsTokenFake", "Expiration": expiration,
		})
	}
}

func (s *Stub) container(w http.ResponseWriter, r *http.Request) {
	auth, path := r.Header.Get("Authorization"), r.URL.Path
	with := ""
	if auth != "" {
		with = " auth=" + auth
	}
	s.log("ECS GET %s%s", path, with)
	switch {
	case strings.HasPrefix(path, "/ecs-auth") && auth != "Bearer good":
		answerJSON(w, http.StatusUnauthorized, map[string]string{"code": "Unauthorized", "message": "bad token"})
		return
	case strings.HasPrefix(path, "/ecs-500"):
		answerJSON(w, http.StatusInternalServerError, map[string]string{"code": "InternalError", "message": "boom"})
		return
	}
	id := keyID("AK", "CONTAINER000CNTR")
	if strings.HasPrefix(path, "/ecs-full") {
		id = keyID("AK", "CONTAINERF00CNTF")
	}
	answerJSON(w, http.StatusOK, map[string]string{
		"AccessKeyId": id, "SecretAccessKey": "cntrSecretFake", "Token": "cntrTokenFake", "Expiration": expiration,
	})
}

// portal is the portal of IAM Identity Center.
func (s *Stub) portal(w http.ResponseWriter, r *http.Request) {
	token, q := r.Header.Get("X-Amz-Sso_bearer_token"), r.URL.Query()
	s.log("SSO GetRoleCredentials acct=%s role=%s token=%s", q.Get("account_id"), q.Get("role_name"), token)
	if !strings.HasPrefix(token, "fresh") {
		w.Header().Set("X-Amzn-Errortype", "UnauthorizedException")
		answerJSON(w, http.StatusUnauthorized, map[string]string{"message": "Session token not found or invalid"})
		return
	}
	answerJSON(w, http.StatusOK, map[string]any{"roleCredentials": map[string]any{
		"accessKeyId": keyID("AS", "SSOROLE00000SSO1"), "secretAccessKey": "ssoSecretFake",
		"sessionToken": "ssoTokenFake", "expiration": 4070908800000,
	}})
}

// oidc renews the token of IAM Identity Center.
func (s *Stub) oidc(w http.ResponseWriter, r *http.Request) {
	s.log("OIDC CreateToken")
	var body struct{ RefreshToken string }
	if json.NewDecoder(io.LimitReader(r.Body, maxBody)).Decode(&body) == nil && strings.HasPrefix(body.RefreshToken, "good") {
		answerJSON(w, http.StatusOK, map[string]any{
			"accessToken": "fresh-refreshed", "tokenType": "Bearer", "expiresIn": 28800, "refreshToken": "good2",
		})
		return
	}
	w.Header().Set("X-Amzn-Errortype", "InvalidGrantException")
	answerJSON(w, http.StatusBadRequest, map[string]string{"error": "invalid_grant", "error_description": "bad"})
}

// signIn is the service of "aws login"; its sessions have all expired.
func (s *Stub) signIn(w http.ResponseWriter) {
	s.log("SIGNIN CreateOAuth2Token")
	w.Header().Set("X-Amzn-Errortype", "AccessDeniedException")
	answerJSON(w, http.StatusBadRequest, map[string]string{"error": "TOKEN_EXPIRED", "message": "expired"})
}

var credential = regexp.MustCompile(`Credential=([^/]+)/`)

// sts answers with a key id that tells which key signed the request.
func (s *Stub) sts(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(io.LimitReader(r.Body, maxBody))
	if err != nil {
		answer(w, http.StatusBadRequest, "text/plain", err.Error())
		return
	}
	form, _ := url.ParseQuery(string(body))
	var signer string
	if m := credential.FindStringSubmatch(r.Header.Get("Authorization")); m != nil {
		signer = m[1]
	}
	action, arn := form.Get("Action"), form.Get("RoleArn")
	line := "STS " + action
	if arn != "" {
		line += " " + arn
	}
	if signer != "" {
		line += " signed-by " + signer
	}
	s.log("%s", line)
	const role = `<AssumedRoleUser><AssumedRoleId>AROA:x</AssumedRoleId><Arn>arn:aws:sts::123456789012:assumed-role/x/y</Arn></AssumedRoleUser>`
	switch {
	case action == "AssumeRole":
		stsResult(w, action, stsKeys(assumedKey(signer))+role)
	case action == "AssumeRoleWithWebIdentity" && strings.Contains(arn, "denied"):
		stsError(w, http.StatusForbidden, "AccessDenied")
	case action == "AssumeRoleWithWebIdentity":
		stsResult(w, action, "<SubjectFromWebIdentityToken>s</SubjectFromWebIdentityToken>"+stsKeys(keyID("AS", "WEBIDENTITY0WBID"))+role)
	case action == "GetCallerIdentity":
		stsResult(w, action, fmt.Sprintf("<Arn>arn:aws:iam::123456789012:user/%[1]s</Arn><UserId>%[1]s</UserId><Account>123456789012</Account>", signer))
	default:
		stsError(w, http.StatusBadRequest, "Unknown")
	}
}

// assumedKey is the id of an assumed role's key: VIA, a part of the signer's id,
// and its last four characters, which name its source.
func assumedKey(signer string) string {
	if len(signer) != 20 {
		return keyID("AS", "VIAUNKNOWN00UNKN")
	}
	return keyID("AS", "VIA"+signer[4:13]+signer[16:])
}

func stsKeys(id string) string {
	return "<Credentials><AccessKeyId>" + id + "</AccessKeyId><SecretAccessKey>stsSecretFake</SecretAccessKey>" +
		"<SessionToken>stsTokenFake</SessionToken><Expiration>" + expiration + "</Expiration></Credentials>"
}

func stsResult(w http.ResponseWriter, action, inner string) {
	answer(w, http.StatusOK, "text/xml", fmt.Sprintf(
		`<%[1]sResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><%[1]sResult>%[2]s</%[1]sResult>`+
			`<ResponseMetadata><RequestId>r</RequestId></ResponseMetadata></%[1]sResponse>`, action, inner))
}

func stsError(w http.ResponseWriter, status int, code string) {
	answer(w, status, "text/xml", `<ErrorResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><Error>`+
		`<Type>Sender</Type><Code>`+code+`</Code><Message>no</Message></Error></ErrorResponse>`)
}
