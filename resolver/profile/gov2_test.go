package profile_test

import (
	"context"
	"errors"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/config"

	"github.com/awscred/awscred/resolver/profile"
)

// A goOracle asks the SDK about profiles of two files.
type goOracle struct{ config, credentials string }

func newGoOracle(t testing.TB) goOracle {
	dir := t.TempDir()
	return goOracle{filepath.Join(dir, "config"), filepath.Join(dir, "credentials")}
}

// errPanic is what the SDK says when it panics.
var errPanic = errors.New("the SDK panics")

// write writes the files that the SDK reads.
func (o goOracle) write(t testing.TB, configText, credentialsText []byte) {
	for path, text := range map[string][]byte{o.config: configText, o.credentials: credentialsText} {
		if err := os.WriteFile(path, text, 0o600); err != nil {
			t.Fatal(err)
		}
	}
}

// load returns what the SDK makes of a profile of the files.
func (o goOracle) load(name string) (c config.SharedConfig, err error) {
	defer func() {
		if recover() != nil {
			err = errPanic
		}
	}()
	return config.LoadSharedConfigProfile(context.Background(), name, func(opts *config.LoadSharedConfigOptions) {
		opts.ConfigFiles = []string{o.config}
		opts.CredentialsFiles = []string{o.credentials}
	})
}

// compare reads a profile of both files and asks the SDK about it, for which
// they are written. It returns false if the SDK's answer says nothing about the files.
func (o goOracle) compare(t testing.TB, configText, credentialsText []byte, name string) bool {
	if name == "" || kindWord(name) {
		return false // none can be chosen so, or it is that of another section
	}
	c, err := o.load(name)
	set, refused := parseBoth(profile.GoV2(), string(configText), string(credentialsText))
	fail := func(format string, args ...any) {
		t.Helper()
		t.Errorf("profile %q: "+format+"\nconfig:\n%q\ncredentials:\n%q", append(append([]any{name}, args...), configText, credentialsText)...)
	}
	if errors.Is(err, errPanic) != (refused != nil) {
		fail("the SDK says %v, this package %v", err, refused)
	}
	if refused != nil {
		return true
	}
	got := set.Profile(name)
	var missing config.SharedConfigProfileNotExistError
	switch {
	case errors.As(err, &missing):
		if got != nil {
			fail("there is one, the SDK says %v", err)
		}
		return true
	case got == nil:
		fail("there is none, the SDK says %v", err)
		return true
	case err != nil:
		if strings.Contains(err.Error(), "partial credentials") && !partial(set, name) {
			fail("no partial pair is seen")
		}
		return false
	}
	for key, want := range goFields(c) {
		p, _ := got.Get(key)
		if reveal(p) != strings.ToValidUTF8(want, "\uFFFD") {
			fail("%s is %q, the SDK has %q", key, reveal(p), want)
		}
	}
	id, _ := got.Get("aws_access_key_id")
	secret, _ := got.Get("aws_secret_access_key")
	if pair := !id.IsBlank() && !secret.IsBlank(); pair != c.Credentials.HasKeys() {
		fail("a pair: %v, the SDK says %v", pair, c.Credentials.HasKeys())
	}
	return true
}

func kindWord(name string) bool {
	for _, word := range []string{"profile ", "sso-session ", "services "} {
		if strings.HasPrefix(name, word) {
			return true
		}
	}
	return false
}

// partial reports whether the later of the files that have the profile holds
// half a pair.
func partial(set *profile.Set, name string) bool {
	s := set.Credentials.Profile(name)
	if s == nil {
		s = set.Config.Profile(name)
	}
	_, id := s.Get("aws_access_key_id")
	_, secret := s.Get("aws_secret_access_key")
	return id != secret
}

// goFields are the keys that the SDK's struct shows.
func goFields(c config.SharedConfig) map[string]string {
	fields := map[string]string{
		"role_arn": c.RoleARN, "external_id": c.ExternalID, "mfa_serial": c.MFASerial, "role_session_name": c.RoleSessionName,
		"region": c.Region, "credential_process": c.CredentialProcess, "web_identity_token_file": c.WebIdentityTokenFile,
		"source_profile": c.SourceProfileName, "credential_source": c.CredentialSource, "sso_session": c.SSOSessionName,
		"sso_region": c.SSORegion, "sso_start_url": c.SSOStartURL, "sso_account_id": c.SSOAccountID, "sso_role_name": c.SSORoleName,
		"ec2_metadata_service_endpoint": c.EC2IMDSEndpoint, "ca_bundle": c.CustomCABundle, "login_session": c.LoginSession,
		"endpoint_url": c.BaseEndpoint, "sdk_ua_app_id": c.AppID, "services": c.ServicesSectionName,
	}
	if c.Credentials.HasKeys() {
		fields["aws_access_key_id"] = c.Credentials.AccessKeyID
		fields["aws_secret_access_key"] = c.Credentials.SecretAccessKey
		fields["aws_session_token"] = c.Credentials.SessionToken
		fields["aws_account_id"] = c.Credentials.AccountID
	}
	if c.Source != nil { // the SDK forgets what a source profile replaces
		for _, key := range []string{"credential_process", "web_identity_token_file", "credential_source", "sso_session", "sso_region",
			"sso_start_url", "sso_account_id", "sso_role_name", "login_session"} {
			delete(fields, key)
		}
	}
	return fields
}

// A writer makes files of pieces that matter to some parser.
type writer struct{ *rand.Rand }

func (w writer) pick(words string) string {
	list := strings.Split(words, "|")
	return list[w.IntN(len(list))]
}

func (w writer) file() []byte {
	var b strings.Builder
	for range 1 + w.IntN(12) {
		b.WriteString(w.line())
		b.WriteString(w.pick("\n|\n|\n|\n|\n|\n|\n|\n|\n|\r\n|\r|\n\n|\n \n"))
	}
	return []byte(b.String())
}

func (w writer) line() string {
	const names = "default|dev|my dev|DEFAULT|a.b@c|é|\"dev\"|'my dev'|profile||d#v|d]v|[dev"
	switch k := w.IntN(20); {
	case k < 6:
		return w.pick("||| ") + "[" + w.pick("|profile |profile |profile  |profile\t|Profile |sso-session |services | ") + w.pick(names) + w.pick("]|]|]|]|]|]|] # c|];c| ]||] x")
	case k < 17:
		const keys = "aws_access_key_id|aws_secret_access_key|aws_session_token|AWS_ACCESS_KEY_ID|aws_account_id|region|role_arn|" +
			"external_id|credential_process|endpoint_url|login_session|s3|a b|"
		return w.pick("||||  |\t") + w.pick(keys) + w.pick("=| = |=|:| : |") +
			w.pick("v1|v2||\"q\"|'q'|\"|a b|v # c|v#c|v ; c|v\t# c|a=b|[x]|é|\"a # b\"|# c|a, b|a ,b|\\\"|%(x)s")
	case k < 18:
		return w.pick("|  ") + w.pick("# c|; c|#|;#")
	case k < 19:
		return w.pick("|  |\t|\x0c|\x0b|\u00a0")
	}
	return w.pick("|  ") + w.pick("garbage|garbage # c|[|]|[]|=|= v|:|[x|\xff|\ufeff[default]")
}

// Random files, as the SDK itself reads them.
func TestGoV2IsTheSDK(t *testing.T) {
	o := newGoOracle(t)
	w := writer{rand.New(rand.NewPCG(1, 2))}
	compared := 0
	for range 600 {
		configText, credentialsText := w.file(), w.file()
		o.write(t, configText, credentialsText)
		for _, name := range []string{"default", "dev", "my dev", "DEFAULT", "\"dev\""} {
			if o.compare(t, configText, credentialsText, name) {
				compared++
			}
		}
		if t.Failed() {
			return
		}
	}
	if compared < 2000 {
		t.Errorf("only %d profiles could be compared", compared)
	}
}

func FuzzGoV2(f *testing.F) {
	w := writer{rand.New(rand.NewPCG(3, 4))}
	for range 50 {
		f.Add(w.file(), w.file(), "default")
	}
	f.Add([]byte("[profile dev]\ns3 =\n  a = b\nregion = \"x\"\n"), []byte("[dev]\naws_access_key_id = id\naws_secret_access_key = s\n"), "dev")
	o := newGoOracle(f) // the process has its own directory
	f.Fuzz(func(t *testing.T, configText, credentialsText []byte, name string) {
		o.write(t, configText, credentialsText)
		o.compare(t, configText, credentialsText, name)
	})
}
