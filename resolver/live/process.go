package live

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/awscred/awscred/resolver"
)

// processAnswer is what a credential_process prints,
// docs.aws.amazon.com/sdkref/latest/guide/feature-process-credentials.html.
type processAnswer struct {
	Version         int
	AccessKeyID     string `json:"AccessKeyId"`
	SecretAccessKey string
	SessionToken    string
	Expiration      *time.Time
	AccountID       string `json:"AccountId"`
}

// runProcess runs a credential_process and reads its answer. Package
// processcreds of the SDK would do it, but runs the process itself, with our
// own environment, and quotes the whole output in an error
// (credentials@v1.20.16/processcreds/provider.go:190).
func runProcess(ctx context.Context, h *resolver.Host, p *resolver.ProcessPlan) (resolver.Keys, error) {
	if h.Run == nil {
		return resolver.Keys{}, errors.New("a credential_process is run for this process only, not for another one or another root")
	}
	if p.Command == "" {
		return resolver.Keys{}, errors.New("credential_process is empty")
	}
	out, err := h.Run(ctx, p.Command, h.Env)
	if err != nil {
		return resolver.Keys{}, fmt.Errorf("running the credential_process of profile %q: %w", p.Profile, err)
	}
	if h.OS == "windows" { // cmd.exe escapes quotes; provider.go:281
		out = []byte(strings.ReplaceAll(string(out), `\"`, `"`))
	}
	var a processAnswer
	if err := json.Unmarshal(out, &a); err != nil {
		return resolver.Keys{}, errors.New("the output of credential_process is not the JSON object that it should be")
	}
	if p.RequireVersion && a.Version != 1 {
		return resolver.Keys{}, fmt.Errorf("the output of credential_process has version %d, not 1", a.Version)
	}
	k := resolver.Keys{
		ID:      a.AccessKeyID,
		Secret:  hide(a.SecretAccessKey),
		Token:   hide(a.SessionToken),
		Account: a.AccountID,
	}
	if a.Expiration != nil {
		k.Expires = *a.Expiration
	}
	if p.RefuseExpired && !k.Expires.IsZero() && !h.Time().Before(k.Expires) {
		return resolver.Keys{}, errors.New("credential_process printed credentials that have expired")
	}
	return complete(k, "the output of credential_process")
}
