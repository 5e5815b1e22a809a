package live

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/awscred/awscred/resolver"
)

// processAnswer is what a credential_process prints,
// docs.aws.amazon.com/sdkref/latest/guide/feature-process-credentials.html.
type processAnswer struct {
	Version         int
	AccessKeyID     *string `json:"AccessKeyId"`
	SecretAccessKey *string
	SessionToken    string
	Expiration      *expiration
	AccountID       string `json:"AccountId"`
}

// An expiration is a time; a text that is none is noted, for the SDKs that do
// not mind.
type expiration struct {
	time.Time
	garbled bool
}

// UnmarshalJSON accepts any text.
func (e *expiration) UnmarshalJSON(data []byte) error {
	if len(data) > 0 && data[0] == '"' {
		e.garbled = e.Time.UnmarshalJSON(data) != nil
		return nil
	}
	return e.Time.UnmarshalJSON(data)
}

// readAnswer reads an answer. Package json ignores the case of names, which not
// every SDK does.
func readAnswer(out []byte, exact bool, a *processAnswer) error {
	if exact {
		var fields, known map[string]json.RawMessage
		if err := json.Unmarshal(out, &fields); err != nil {
			return err
		}
		known = map[string]json.RawMessage{}
		for _, name := range []string{"Version", "AccessKeyId", "SecretAccessKey", "SessionToken", "Expiration", "AccountId"} {
			if value, ok := fields[name]; ok {
				known[name] = value
			}
		}
		var err error
		if out, err = json.Marshal(known); err != nil {
			return err
		}
	}
	return json.Unmarshal(out, a)
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
	if readAnswer(out, p.ExactNames, &a) != nil || a.Expiration != nil && a.Expiration.garbled && !p.AnyExpiration {
		return resolver.Keys{}, errors.New("the output of credential_process is not the JSON object that it should be")
	}
	if p.RequireVersion && a.Version != 1 {
		return resolver.Keys{}, fmt.Errorf("the output of credential_process has version %d, not 1", a.Version)
	}
	k := resolver.Keys{
		ID:      aws.ToString(a.AccessKeyID),
		Secret:  hide(aws.ToString(a.SecretAccessKey)),
		Token:   hide(a.SessionToken),
		Account: a.AccountID,
	}
	if a.Expiration != nil && !a.Expiration.garbled {
		k.Expires = a.Expiration.Time
	}
	if p.RefuseExpired && !k.Expires.IsZero() && !h.Time().Before(k.Expires) {
		return resolver.Keys{}, errors.New("credential_process printed credentials that have expired")
	}
	if p.EmptyKeys && a.AccessKeyID != nil && a.SecretAccessKey != nil {
		return k, nil
	}
	return complete(k, "the output of credential_process")
}
