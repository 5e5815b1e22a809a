package live

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/signin"
	"github.com/aws/aws-sdk-go-v2/service/signin/types"
	"github.com/awscred/awscred/resolver"
)

// loginToken is a file of ~/.aws/login/cache. All its fields are needed, unless
// the plan says otherwise (credentials@v1.20.16/logincreds/token.go, Validate).
type loginToken struct {
	AccessToken struct {
		AccessKeyID     string     `json:"accessKeyId"`
		SecretAccessKey string     `json:"secretAccessKey"`
		SessionToken    string     `json:"sessionToken"`
		AccountID       string     `json:"accountId"`
		ExpiresAt       expiration `json:"expiresAt"`
	} `json:"accessToken"`
	RefreshToken string `json:"refreshToken"`
	ClientID     string `json:"clientId"`
	DPoPKey      string `json:"dpopKey"`
}

// missing returns the name of a field that is empty, or "".
func (t *loginToken) missing(unchecked bool) string {
	for _, f := range []struct {
		name  string
		empty bool
	}{
		{"accessToken.accessKeyId", t.AccessToken.AccessKeyID == "" && !unchecked},
		{"accessToken.secretAccessKey", t.AccessToken.SecretAccessKey == "" && !unchecked},
		{"accessToken.sessionToken", t.AccessToken.SessionToken == "" && !unchecked},
		{"accessToken.accountId", t.AccessToken.AccountID == ""},
		{"accessToken.expiresAt", t.AccessToken.ExpiresAt.IsZero() && !unchecked},
		{"clientId", t.ClientID == ""},
		{"refreshToken", t.RefreshToken == ""},
		{"dpopKey", t.DPoPKey == ""},
	} {
		if f.empty {
			return f.name
		}
	}
	return ""
}

// login returns the keys of "aws login": those of the cache, or renewed ones if
// they have expired. Package logincreds of the SDK would do it, but stores the
// renewed ones, and panics in a goroutine of its own if the key of the cache is
// not PEM (credentials@v1.20.16/logincreds/dpop.go:83).
func (c Carrier) login(ctx context.Context, h *resolver.Host, p *resolver.LoginPlan) (resolver.Keys, error) {
	data, err := h.ReadFile(p.CacheFile, maxToken)
	if err != nil {
		return resolver.Keys{}, fmt.Errorf("reading the cached login (log in again): %w", err)
	}
	var t loginToken
	if json.Unmarshal(data, &t) != nil {
		return resolver.Keys{}, fmt.Errorf("the cached login %q is not valid JSON of its kind", p.CacheFile)
	}
	if name := t.missing(p.Unchecked); name != "" {
		return resolver.Keys{}, fmt.Errorf("the cached login %q lacks %s", p.CacheFile, name)
	}
	if h.Time().Before(t.AccessToken.ExpiresAt.Time) || t.AccessToken.ExpiresAt.IsZero() {
		return resolver.Keys{
			ID:      t.AccessToken.AccessKeyID,
			Secret:  hide(t.AccessToken.SecretAccessKey),
			Token:   hide(t.AccessToken.SessionToken),
			Expires: t.AccessToken.ExpiresAt.Time,
			Account: t.AccessToken.AccountID,
		}, nil
	}
	keys, err := renewLogin(ctx, h, p, &t)
	if err != nil {
		return resolver.Keys{}, fmt.Errorf("renewing the login: %w", err)
	}
	c.note("the keys of login session %q had expired: they were renewed for this answer and not stored", p.Session)
	return keys, nil
}

// renewLogin exchanges the refresh token for new keys, which are stored nowhere.
func renewLogin(ctx context.Context, h *resolver.Host, p *resolver.LoginPlan, t *loginToken) (resolver.Keys, error) {
	key, err := parseProofKey(t.DPoPKey)
	if err != nil {
		return resolver.Keys{}, err
	}
	e, err := endpointOf(h, service{"SIGNIN", p.Region, p.Endpoints})
	if err != nil {
		return resolver.Keys{}, err
	}
	api := signin.New(signin.Options{
		Region:       e.region,
		BaseEndpoint: e.base,
		HTTPClient:   &provingClient{client: newClient(h, serviceTimeout), key: key, now: h.Time},
		Retryer:      aws.NopRetryer{},
		EndpointOptions: signin.EndpointResolverOptions{
			UseFIPSEndpoint:      e.fips,
			UseDualStackEndpoint: e.dualStack,
		},
	})
	out, err := api.CreateOAuth2Token(ctx, &signin.CreateOAuth2TokenInput{
		TokenInput: &types.CreateOAuth2TokenRequestBody{
			ClientId:     &t.ClientID,
			GrantType:    aws.String("refresh_token"),
			RefreshToken: &t.RefreshToken,
		},
	})
	if err != nil {
		var denied *types.AccessDeniedException
		if errors.As(err, &denied) && denied.Error_ == types.OAuth2ErrorCodeTokenExpired {
			return resolver.Keys{}, errors.New("the session has expired: log in again")
		}
		return resolver.Keys{}, serviceFault(err, e.own(), hide(t.RefreshToken), hide(t.DPoPKey))
	}
	if out.TokenOutput == nil || out.TokenOutput.AccessToken == nil {
		return resolver.Keys{}, errGarbled
	}
	k := resolver.Keys{
		ID:      aws.ToString(out.TokenOutput.AccessToken.AccessKeyId),
		Secret:  hide(aws.ToString(out.TokenOutput.AccessToken.SecretAccessKey)),
		Token:   hide(aws.ToString(out.TokenOutput.AccessToken.SessionToken)),
		Expires: h.Time().Add(time.Duration(aws.ToInt32(out.TokenOutput.ExpiresIn)) * time.Second),
		Account: t.AccessToken.AccountID,
	}
	return complete(k, "the answer of the sign-in service")
}
