package sdk

import (
	"context"
	"crypto/sha256"
	"crypto/x509"
	"encoding/hex"
	"encoding/json"
	"encoding/pem"
	"strings"
	"time"

	"github.com/awscred/awscred/resolver"
)

// LoginRules say what an SDK needs for a login session.
type LoginRules struct {
	// Needs is a package that the SDK needs for it and that may not be
	// installed, or "". Missing says that it never is.
	Needs   string
	Missing bool
	// NoRenewalPasses passes over an expired session that cannot be renewed,
	// for lack of a key or a region.
	NoRenewalPasses bool
	// Unchecked is that of the plan.
	Unchecked bool
}

// Login returns the Method of login_session: the keys that "aws login" has left
// in a cache file.
func Login(r LoginRules) Method {
	return Method{Name: "login_session", Offer: func(_ context.Context, v *visit) (resolver.Offer, bool) {
		session := v.value("login_session")
		if session == "" {
			return resolver.Offer{}, false
		}
		s := v.situation
		sum := sha256.Sum256([]byte(strings.TrimSpace(session)))
		dir := s.Host.Getenv("AWS_LOGIN_CACHE_DIRECTORY")
		step := v.step(resolver.FromLogin, "login_session")
		if dir == "" {
			dir = s.Host.Join(s.Home, ".aws", "login", "cache")
		} else {
			step.Where = append(step.Where, resolver.Env("AWS_LOGIN_CACHE_DIRECTORY"))
		}
		plan := &resolver.LoginPlan{
			Session:   session,
			CacheFile: s.Host.Abs(s.Host.Join(dir, hex.EncodeToString(sum[:])+".json")),
			Region:    region(s),
			Needs:     r.Needs,
			Unchecked: r.Unchecked,

			Endpoints: s.SDK.Endpoints,
		}
		if r.Missing {
			return stopping(step, "login_session needs "+r.Needs), true
		}
		return r.judge(v, step, plan), true
	}}
}

// judge judges the cached keys.
func (r LoginRules) judge(v *visit, step resolver.Step, plan *resolver.LoginPlan) resolver.Offer {
	h := v.situation.Host
	at := resolver.Evidence{Kind: resolver.InCache, Name: plan.CacheFile}
	cache, wrong := readLogin(h, plan)
	if wrong != "" {
		at.Note = wrong
		step.Where = append(step.Where, at)
		return stopping(step, "the login session "+wrong+"; run "+v.loginCommand("aws login"))
	}
	at.Note = "keys until " + cache.Access.Expires.UTC().Format(time.RFC3339)
	if cache.Access.Expires.IsZero() {
		at.Note = "keys whose expiresAt is no time"
	}
	step.Where = append(step.Where, at)
	step.Account = cache.Access.Account
	if h.Time().Before(cache.Access.Expires.Time) || cache.Access.Expires.IsZero() {
		step.Status = resolver.Usable
		step.Reason = "keys of a live login session"
		if plan.Needs != "" {
			step.Reason += ", if " + plan.Needs + " is installed"
		}
		step.KeyID, step.Expires = cache.Access.ID, cache.Access.Expires.Time
		return resolver.Offer{Step: step, Plan: plan}
	}
	// An expired session is renewed with a proof that its key signs. One SDK
	// crashes over a key that is none (aws-sdk-go-v2
	// credentials@v1.20.16/logincreds/dpop.go:82), the others report it.
	if block, _ := pem.Decode([]byte(cache.Key)); block == nil || !isECKey(block.Bytes) {
		o := stopping(step, "the login session has expired, and its dpopKey is no key to renew it with; run "+v.loginCommand("aws login"))
		return Passes{Broken: r.NoRenewalPasses}.offer(o)
	}
	if plan.Region == "" && r.NoRenewalPasses {
		return Passes{Broken: true}.offer(stopping(step, "the login session has expired, and is not renewed without a region"))
	}
	step.Status = resolver.Unknown
	step.Reason = "the login session has expired; whether it can be renewed was not asked"
	return resolver.Offer{Step: step, Plan: plan}
}

func isECKey(der []byte) bool {
	_, err := x509.ParseECPrivateKey(der)
	return err == nil
}

// A loginCache is what matters of a cache file of "aws login".
type loginCache struct {
	Access struct {
		ID      string  `json:"accessKeyId"`
		Secret  string  `json:"secretAccessKey"`
		Token   string  `json:"sessionToken"`
		Account string  `json:"accountId"`
		Expires laxTime `json:"expiresAt"`
	} `json:"accessToken"`
	Client  string `json:"clientId"`
	Refresh string `json:"refreshToken"`
	Key     string `json:"dpopKey"`
}

// A laxTime is a time, or zero if a text is none.
type laxTime struct{ time.Time }

// UnmarshalJSON accepts any text.
func (t *laxTime) UnmarshalJSON(data []byte) error {
	err := t.Time.UnmarshalJSON(data)
	if len(data) > 0 && data[0] == '"' {
		return nil
	}
	return err
}

// readLogin reads a cache file of "aws login". It returns what is wrong with
// it, or "".
func readLogin(h *resolver.Host, plan *resolver.LoginPlan) (*loginCache, string) {
	data, err := h.ReadFile(plan.CacheFile, maxToken)
	if err != nil {
		return nil, "cache " + why(err)
	}
	var c loginCache
	if json.Unmarshal(data, &c) != nil {
		return nil, "cache is not valid JSON"
	}
	for _, field := range []struct {
		name string
		set  bool
	}{
		{"accessToken.accessKeyId", plan.Unchecked || c.Access.ID != ""},
		{"accessToken.secretAccessKey", plan.Unchecked || c.Access.Secret != ""},
		{"accessToken.sessionToken", plan.Unchecked || c.Access.Token != ""},
		{"accessToken.accountId", c.Access.Account != ""},
		{"accessToken.expiresAt", plan.Unchecked || !c.Access.Expires.IsZero()},
		{"clientId", c.Client != ""},
		{"refreshToken", c.Refresh != ""},
		{"dpopKey", c.Key != ""},
	} {
		if !field.set {
			return nil, "cache lacks " + field.name
		}
	}
	return &c, ""
}

// readJSON reads a JSON object. It returns what is wrong with the file, or "".
func readJSON(h *resolver.Host, name string) (map[string]any, string) {
	data, err := h.ReadFile(name, maxToken)
	if err != nil {
		return nil, "cache " + why(err)
	}
	var fields map[string]any
	if json.Unmarshal(data, &fields) != nil {
		return nil, "cache is not a JSON object"
	}
	return fields, ""
}
