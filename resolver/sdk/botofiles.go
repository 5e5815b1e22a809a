package sdk

import (
	"bytes"
	"context"
	"errors"
	"io/fs"
	"strings"

	"github.com/awscred/awscred/internal/redact"
	"github.com/awscred/awscred/resolver"
	"github.com/awscred/awscred/resolver/profile"
)

// maxBotoFile is the size above which the files of old tools are not read.
const maxBotoFile = 1 << 20

// CredentialFile is the link of AWS_CREDENTIAL_FILE, the file of the first
// command-line tools of EC2 (botocore@1.43.11/credentials.py:1328). A variable
// that names no file is an error.
type CredentialFile struct{}

// Offers returns the keys of the file.
func (CredentialFile) Offers(_ context.Context, s *resolver.Situation) []resolver.Offer {
	const variable = "AWS_CREDENTIAL_FILE"
	step := resolver.Step{Source: resolver.FromCredentialFile, Where: setEnvs(s.Host, variable)}
	value, set := s.Host.LookupEnv(variable)
	if !set {
		step.Status = resolver.Absent
		step.Reason = variable + " is not set"
		return one(step, nil)
	}
	name := s.Host.Abs(tilde(s, value))
	data, status, reason := readToken(s.Host, name)
	switch {
	case value == "" || status == resolver.Broken && reason == "":
		return []resolver.Offer{stopping(step, variable+" is empty, and no file has that name")}
	case status == resolver.Broken:
		step.Where = append(step.Where, resolver.File(name, 0))
		return []resolver.Offer{stopping(step, "the credential file "+reason)}
	case status == resolver.Unknown:
		step.Status = resolver.Unknown
		step.Reason = "the credential file " + reason + " and was not read"
		return one(step, nil)
	}
	return []resolver.Offer{credentialFile(step, name, data)}
}

// credentialFile offers the keys of a file of NAME=VALUE lines.
func credentialFile(step resolver.Step, name string, data []byte) resolver.Offer {
	var id string
	var secret redact.Secret
	lacks := true
	line := 0
	for text := range bytes.Lines(data) {
		line++
		key, value, _ := bytes.Cut(text, []byte("="))
		value = bytes.TrimSpace(value)
		switch string(bytes.TrimSpace(key)) {
		case "AWSAccessKeyId":
			id = string(value)
			step.Where = append(step.Where, resolver.File(name, line))
		case "AWSSecretKey":
			secret, lacks = redact.New(value), false
			step.Where = append(step.Where, resolver.File(name, line))
		}
	}
	step.KeyID = id
	switch {
	case id == "":
		step.Status = resolver.Absent
		step.Reason = "the credential file has no AWSAccessKeyId"
		return resolver.Offer{Step: step}
	case lacks:
		return stopping(step, "the credential file has AWSAccessKeyId, but no AWSSecretKey")
	}
	step.Status = resolver.Usable
	step.Reason = "keys of AWS_CREDENTIAL_FILE"
	return resolver.Offer{Step: step, Plan: &resolver.StaticPlan{Keys: resolver.Keys{ID: id, Secret: secret}}}
}

// BotoConfig is the link of the configuration of boto, the predecessor of boto3:
// its section [Credentials] (botocore@1.43.11/credentials.py:1489).
type BotoConfig struct{}

// Offers returns the keys of the first file that has any.
func (BotoConfig) Offers(_ context.Context, s *resolver.Situation) []resolver.Offer {
	const variable = "BOTO_CONFIG"
	step := resolver.Step{Source: resolver.FromBotoConfig, Where: setEnvs(s.Host, variable)}
	names := []string{"/etc/boto.cfg", "~/.boto"}
	if value, set := s.Host.LookupEnv(variable); set {
		names = []string{value}
	}
	for _, name := range names {
		if name == "" {
			continue
		}
		if o, ok := botoConfig(s, step, s.Host.Abs(tilde(s, name))); ok {
			return []resolver.Offer{o}
		}
	}
	step.Status = resolver.Absent
	step.Reason = "no file of boto has keys"
	return one(step, nil)
}

// botoConfig returns what one file offers, or false if that is nothing.
func botoConfig(s *resolver.Situation, step resolver.Step, name string) (resolver.Offer, bool) {
	at := resolver.File(name, 0)
	data, err := s.Host.ReadFile(name, maxBotoFile)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return resolver.Offer{}, false
	case errors.Is(err, resolver.ErrNotRegular) && !isPipe(s.Host, name):
		return resolver.Offer{}, false
	case err != nil:
		at.Note = why(err)
		step.Where = append(step.Where, at)
		step.Status = resolver.Unknown
		step.Reason = "the file of boto " + why(err) + " and was not read"
		return resolver.Offer{Step: step}, true
	}
	f, err := profile.Parse(name, profile.CredentialsFile, data, s.SDK.Dialect)
	if err != nil {
		step.Where = append(step.Where, at)
		return stopping(step, "the file of boto cannot be parsed: "+err.Error()), true
	}
	p := inFile(f, "Credentials")
	if !p.has(keyID) {
		return resolver.Offer{}, false
	}
	o := StaticRules{Tokens: []string{}}.pair(p)
	o.Step.Source, o.Step.Profile = resolver.FromBotoConfig, ""
	o.Step.Where = append(step.Where, o.Step.Where...)
	o.Step.Reason = "keys of the configuration of boto"
	if !p.has(secretKey) {
		return stopping(o.Step, "the configuration of boto has "+keyID+", but no "+secretKey), true
	}
	return o, true
}

// isPipe reports whether a name is neither a file nor a directory.
func isPipe(h *resolver.Host, name string) bool {
	info, err := h.Stat(name)
	return err == nil && !info.Mode.IsDir() && !info.Mode.IsRegular()
}

// tilde expands the home directory at the beginning of a path.
func tilde(s *resolver.Situation, name string) string {
	if name == "~" || strings.HasPrefix(name, "~/") {
		return s.Home + name[1:]
	}
	return name
}
