package sdk

import (
	"context"
	"crypto/sha1"
	"encoding/hex"
	"strings"
	"time"

	"github.com/awscred/awscred/resolver"
)

// The keys of IAM Identity Center in a profile.
const (
	ssoSession  = "sso_session"
	ssoRegion   = "sso_region"
	ssoStartURL = "sso_start_url"
	ssoAccount  = "sso_account_id"
	ssoRole     = "sso_role_name"
)

// SSORules say when a profile is one of IAM Identity Center, and what it needs.
type SSORules struct {
	// Keys are those of which any makes it one.
	Keys []string
	// Empty takes a key that is there and empty for one that is set.
	Empty bool
	// SessionNeeds are the keys that a profile with an sso_session needs
	// itself.
	SessionNeeds []string
	// SessionWins takes what the session says where the profile says something
	// else; otherwise that is an error.
	SessionWins bool
	// NoSessions tells why the section of a session is not found.
	NoSessions Condition
	// NoClient tells why the portal cannot be asked.
	NoClient Condition
	// Times are layouts, besides RFC 3339, in which the SDK reads the time at
	// which a token expires.
	Times []string
	// NoTimeIsLive takes a token without sessions for a live one if its
	// expiresAt is missing or no time; with a session it has expired.
	NoTimeIsLive bool
	// RenewNeeds are the keys of a cached token, besides the usual three,
	// without which it cannot be renewed.
	RenewNeeds []string
}

// SSO returns the Method of IAM Identity Center: keys of the portal for the
// token that "aws sso login" has left in a cache file.
func SSO(r SSORules) Method {
	return Method{Name: "sso_*", Offer: func(_ context.Context, v *visit) (resolver.Offer, bool) {
		configured := false
		for _, key := range r.Keys {
			configured = configured || v.value(key) != "" || r.Empty && v.has(key)
		}
		if !configured {
			return resolver.Offer{}, false
		}
		step := v.step(resolver.FromSSO, ssoSession, ssoStartURL, ssoRegion, ssoAccount, ssoRole)
		step.Account = v.value(ssoAccount)
		plan := &resolver.SSOPlan{
			Session:  v.value(ssoSession),
			StartURL: v.value(ssoStartURL),
			Region:   v.value(ssoRegion),
			Account:  v.value(ssoAccount),
			Role:     v.value(ssoRole),

			Endpoints: v.situation.SDK.Endpoints,
		}
		var wrong string
		if plan.Session != "" {
			wrong = r.joinSession(v, &step, plan)
		} else {
			wrong = v.lacking([]string{ssoRegion, ssoStartURL, ssoAccount, ssoRole})
		}
		if wrong == "" {
			wrong = r.NoClient.holds(v.situation)
		}
		if wrong != "" {
			return stopping(step, wrong), true
		}
		return r.portal(v, step, plan), true
	}}
}

// lacking says which of the keys the profile does not have, or returns "".
func (v *visit) lacking(keys []string) string {
	var missing []string
	for _, key := range keys {
		if v.value(key) == "" {
			missing = append(missing, key)
		}
	}
	if missing == nil {
		return ""
	}
	return "profile " + quote(v.name) + " uses SSO and lacks " + strings.Join(missing, ", ")
}

// joinSession completes the plan from the section of its session. It returns
// what is wrong with that, or "".
func (r SSORules) joinSession(v *visit, step *resolver.Step, plan *resolver.SSOPlan) string {
	if no := r.NoSessions.holds(v.situation); no != "" {
		return no
	}
	session := ssoSessionOf(v.situation, plan.Session)
	if !session.exists() {
		return "there is no section [sso-session " + plan.Session + "]"
	}
	for _, key := range []string{ssoStartURL, ssoRegion} {
		value := session.value(key)
		switch own := v.value(key); {
		case value == "":
			return "[sso-session " + plan.Session + "] lacks " + key
		case own != "" && own != value && !r.SessionWins:
			return key + " of profile " + quote(v.name) + " is not that of [sso-session " + plan.Session + "]"
		}
		step.Where = append(step.Where, session.at(key))
	}
	plan.StartURL, plan.Region = session.value(ssoStartURL), session.value(ssoRegion)
	return v.lacking(r.SessionNeeds)
}

// portal judges the cached token.
func (r SSORules) portal(v *visit, step resolver.Step, plan *resolver.SSOPlan) resolver.Offer {
	s := v.situation
	key := plan.StartURL
	if plan.Session != "" {
		key = plan.Session
	}
	sum := sha1.Sum([]byte(key))
	plan.CacheFile = s.Host.Join(s.Home, ".aws", "sso", "cache", hex.EncodeToString(sum[:])+".json")
	at := resolver.Evidence{Kind: resolver.InCache, Name: plan.CacheFile}
	token, wrong := r.readToken(s.Host, plan.CacheFile)
	if wrong != "" {
		at.Note = wrong
		step.Where = append(step.Where, at)
		return stopping(step, "the SSO token "+wrong+"; run "+v.loginCommand("aws sso login"))
	}
	at.Note = "token until " + token.expires.UTC().Format(time.RFC3339)
	live := !s.Host.Time().After(token.expires)
	if token.expires.IsZero() {
		at.Note = "token whose expiresAt is no time"
		live = plan.Session == ""
	}
	plan.Live = live
	step.Where = append(step.Where, at)
	switch {
	case !live && (plan.Session == "" || !token.renewable):
		return stopping(step, "the SSO token has expired; run "+v.loginCommand("aws sso login"))
	case !live:
		plan.Refresh = true
		step.Status = resolver.Unknown
		step.Reason = "the SSO token has expired; whether it can be renewed was not asked"
	case plan.Account == "" || plan.Role == "":
		step.Status = resolver.Unknown
		step.Reason = "neither account nor role is complete; the portal is asked all the same"
	default:
		step.Status = resolver.Usable
		step.Reason = "role " + plan.Role + " of account " + plan.Account + ", with a live SSO token"
	}
	return resolver.Offer{Step: step, Plan: plan}
}

func (v *visit) loginCommand(command string) string {
	if v.name == "default" {
		return command
	}
	return command + " --profile " + v.name
}

// An ssoToken is what matters of a cached token. Expires is zero if it does not
// say, and the SDK does not mind.
type ssoToken struct {
	expires   time.Time
	renewable bool
}

// readToken reads a cache file of "aws sso login". It returns what is wrong with
// it, or "".
func (r SSORules) readToken(h *resolver.Host, name string) (ssoToken, string) {
	fields, wrong := readJSON(h, name)
	if wrong != "" {
		return ssoToken{}, wrong
	}
	var text [5]string
	for i, key := range []string{"accessToken", "expiresAt", "refreshToken", "clientId", "clientSecret"} {
		value, set := fields[key]
		s, ok := value.(string)
		if set && !ok {
			return ssoToken{}, "has a " + key + " that is no text"
		}
		text[i] = s
	}
	if text[0] == "" || text[1] == "" && !r.NoTimeIsLive {
		return ssoToken{}, "lacks accessToken or expiresAt"
	}
	expires := r.time(text[1])
	if expires.IsZero() && !r.NoTimeIsLive {
		return ssoToken{}, "has an expiresAt that is no RFC 3339 time"
	}
	token := ssoToken{expires: expires, renewable: text[2] != "" && text[3] != "" && text[4] != ""}
	for _, key := range r.RenewNeeds {
		_, set := fields[key]
		token.renewable = token.renewable && set
	}
	return token, ""
}

// time reads a time in a form that the SDK reads, and returns zero if it is in
// none of them.
func (r SSORules) time(text string) time.Time {
	for _, layout := range append([]string{time.RFC3339}, r.Times...) {
		if at, err := time.Parse(layout, text); err == nil {
			return at
		}
	}
	return time.Time{}
}
