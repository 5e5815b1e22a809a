package live

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sso"
	"github.com/aws/aws-sdk-go-v2/service/ssooidc"
	"github.com/awscred/awscred/resolver"
)

// ssoToken is a file of ~/.aws/sso/cache. Those of a session hold what renews
// the token as well.
type ssoToken struct {
	AccessToken  string     `json:"accessToken"`
	ExpiresAt    expiration `json:"expiresAt"`
	RefreshToken string     `json:"refreshToken"`
	ClientID     string     `json:"clientId"`
	ClientSecret string     `json:"clientSecret"`
}

// askPortal asks IAM Identity Center for a role's keys. Package ssocreds of the
// SDK would do it, but stores a renewed token
// (credentials@v1.20.16/ssocreds/sso_token_provider.go:126).
func (c Carrier) askPortal(ctx context.Context, h *resolver.Host, p *resolver.SSOPlan) (resolver.Keys, error) {
	token, err := readSSOToken(h, p)
	if err != nil {
		return resolver.Keys{}, err
	}
	if !p.Live && h.Time().After(token.ExpiresAt.Time) {
		if !p.Refresh {
			return resolver.Keys{}, errors.New("the SSO token has expired: log in again")
		}
		if token, err = renewSSOToken(ctx, h, p, token); err != nil {
			return resolver.Keys{}, err
		}
		c.note("the token of SSO session %q had expired: it was renewed for this answer and not stored", p.Session)
	}
	e, err := endpointOf(h, service{"SSO", p.Region, p.Endpoints})
	if err != nil {
		return resolver.Keys{}, fmt.Errorf("asking the SSO portal: %w", err)
	}
	api := sso.New(sso.Options{
		Region:       e.region,
		BaseEndpoint: e.base,
		HTTPClient:   newClient(h, serviceTimeout),
		Retryer:      aws.NopRetryer{},
		EndpointOptions: sso.EndpointResolverOptions{
			UseFIPSEndpoint:      e.fips,
			UseDualStackEndpoint: e.dualStack,
		},
	})
	out, err := api.GetRoleCredentials(ctx, &sso.GetRoleCredentialsInput{
		AccessToken: &token.AccessToken,
		AccountId:   &p.Account,
		RoleName:    &p.Role,
	})
	if err != nil {
		err = serviceFault(err, e.own(), hide(token.AccessToken))
		return resolver.Keys{}, fmt.Errorf("asking the SSO portal for role %q in account %q: %w", p.Role, p.Account, err)
	}
	const from = "the answer of the SSO portal"
	if out.RoleCredentials == nil {
		return complete(resolver.Keys{}, from)
	}
	return complete(resolver.Keys{
		ID:      aws.ToString(out.RoleCredentials.AccessKeyId),
		Secret:  hide(aws.ToString(out.RoleCredentials.SecretAccessKey)),
		Token:   hide(aws.ToString(out.RoleCredentials.SessionToken)),
		Expires: time.UnixMilli(out.RoleCredentials.Expiration).UTC(),
		Account: p.Account,
	}, from)
}

// readSSOToken reads the cached token of a plan.
func readSSOToken(h *resolver.Host, p *resolver.SSOPlan) (ssoToken, error) {
	data, err := h.ReadFile(p.CacheFile, maxToken)
	if err != nil {
		return ssoToken{}, fmt.Errorf("reading the cached SSO token (log in again): %w", err)
	}
	var t ssoToken
	err = json.Unmarshal(data, &t)
	needsTime := !p.Live && (!p.Refresh || t.RefreshToken == "")
	if err != nil || t.AccessToken == "" || needsTime && t.ExpiresAt.IsZero() {
		return ssoToken{}, fmt.Errorf("the cached SSO token %q is not valid: it needs accessToken and expiresAt", p.CacheFile)
	}
	return t, nil
}

// renewSSOToken exchanges the refresh token for a new token, which is stored
// nowhere.
func renewSSOToken(ctx context.Context, h *resolver.Host, p *resolver.SSOPlan, old ssoToken) (ssoToken, error) {
	if old.RefreshToken == "" || old.ClientID == "" || old.ClientSecret == "" {
		return ssoToken{}, errors.New("the SSO token has expired and cannot be renewed: log in again")
	}
	e, err := endpointOf(h, service{"SSO_OIDC", p.Region, p.Endpoints})
	if err != nil {
		return ssoToken{}, fmt.Errorf("renewing the SSO token: %w", err)
	}
	api := ssooidc.New(ssooidc.Options{
		Region:       e.region,
		BaseEndpoint: e.base,
		HTTPClient:   newClient(h, serviceTimeout),
		Retryer:      aws.NopRetryer{},
		EndpointOptions: ssooidc.EndpointResolverOptions{
			UseFIPSEndpoint:      e.fips,
			UseDualStackEndpoint: e.dualStack,
		},
	})
	out, err := api.CreateToken(ctx, &ssooidc.CreateTokenInput{
		ClientId:     &old.ClientID,
		ClientSecret: &old.ClientSecret,
		RefreshToken: &old.RefreshToken,
		GrantType:    aws.String("refresh_token"),
	})
	if err != nil {
		err = serviceFault(err, e.own(), hide(old.ClientSecret), hide(old.RefreshToken))
		return ssoToken{}, fmt.Errorf("renewing the SSO token: %w", err)
	}
	if aws.ToString(out.AccessToken) == "" {
		return ssoToken{}, fmt.Errorf("renewing the SSO token: %w", errGarbled)
	}
	return ssoToken{
		AccessToken: *out.AccessToken,
		ExpiresAt:   expiration{Time: h.Time().Add(time.Duration(out.ExpiresIn) * time.Second)},
	}, nil
}
