package torture

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/awscred/awscred/internal/keytest"
)

// canaryScript plants keys 1 to 27 in a repository: content, archives, paths,
// messages, names of people, refs, reflogs, configuration.
const canaryScript = `
encode c1/latin.ini utf16le
encode c1/encoded.txt base64
encode c1/hex.txt hex
archive c1/a.zip zip zipped
archive c1/a.tar.gz tar.gz tarred
commit c1 message="says {{aws-key-id 8}} {{aws-secret 8}}" author="{{aws-key-id 9}} {{aws-secret 9}} <a@example.com>"
commit c2 author="A <{{aws-key-id 10}}={{aws-secret 10}}@example.com>" committer="{{aws-key-id 11}} {{aws-secret 11}} <c@example.com>"
tag v1 message="tagged {{aws-key-id 12}} {{aws-secret 12}}"
note n1 c1 message="noted {{aws-key-id 13}} {{aws-secret 13}}"
ref "refs/heads/{{aws-key-id 14}}={{aws-secret 14}}" c1
ref "refs/tags/{{aws-key-id 15}}={{aws-secret 15}}" c1
ref "refs/other/{{aws-key-id 16}}={{aws-secret 16}}" c1
write edit
stash s1 message="stashed {{aws-key-id 17}} {{aws-secret 17}}"
symlink link "{{aws-key-id 18}}={{aws-secret 18}}"
stage staged
write loose
config remote.origin.url "https://{{aws-key-id 19}}:{{aws-secret 19}}@example.com/x.git"
config http.extraheader "AUTHORIZATION: basic {{aws-key-id 20}}:{{aws-secret 20}}"
config branch.main.description "{{aws-key-id 21}} {{aws-secret 21}}"
gitdir COMMIT_EDITMSG editmsg
-- c1/a.env --
AWS_ACCESS_KEY_ID={{aws-key-id 1}}
AWS_SECRET_ACCESS_KEY={{aws-secret 1}}
-- c1/latin.ini --
aws_access_key_id = {{aws-key-id 2}}
aws_secret_access_key = {{aws-secret 2}}
-- c1/encoded.txt --
aws_access_key_id = {{aws-key-id 3}}
aws_secret_access_key = {{aws-secret 3}}
-- c1/hex.txt --
aws_access_key_id = {{aws-key-id 4}}
aws_secret_access_key = {{aws-secret 4}}
-- zipped/{{aws-key-id 5}}.txt --
aws_access_key_id = {{aws-key-id 5}}
aws_secret_access_key = {{aws-secret 5}}
-- tarred/t.json --
{"accessKeyId": "{{aws-key-id 6}}", "secretAccessKey": "{{aws-secret 6}}", "sessionToken": "{{aws-session-token 6}}"}
-- c1/{{aws-key-id 7}}={{aws-secret 7}}/file --
words
-- c2/{{aws-key-id 22}}={{aws-secret 22}} --
words
-- edit/a.env --
AWS_ACCESS_KEY_ID={{aws-key-id 23}}
AWS_SECRET_ACCESS_KEY={{aws-secret 23}}
-- staged/b.tf --
provider "aws" {
  access_key = "{{aws-key-id 24}}"
  secret_key = "{{aws-secret 24}}"
}
-- loose/{{aws-key-id 25}}={{aws-secret 25}}.txt --
aws_access_key_id = {{aws-temp-key-id 26}}
aws_secret_access_key = {{aws-secret 26}}
aws_session_token = {{aws-session-token 26}}
-- editmsg --
{{aws-key-id 27}} {{aws-secret 27}}
`

const planted = 40 // keys 28 to 40 are in the home, the variables and broken files

// canaries are the secrets and tokens of all planted keys.
func canaries() []string {
	var all []string
	for n := 1; n <= planted; n++ {
		all = append(all, keytest.Secret(n))
	}
	for _, n := range []int{6, 26, 28, 33, 34, 39, 40} {
		all = append(all, keytest.Token(n))
	}
	return all
}

// A nest is a repository and a home full of canaries.
type nest struct {
	repo, home, bad string
	env             []string
}

func newNest(t *testing.T) *nest {
	t.Helper()
	key := func(text string) string {
		out, err := keytest.ExpandString(text)
		check(t, err)
		return out
	}
	dir := t.TempDir()
	n := &nest{repo: repo(t, canaryScript).Dir, home: dir + "/home", bad: dir + "/bad"}
	write(t, n.home, map[string]string{
		".aws/credentials": key("[default]\naws_access_key_id = {{aws-key-id 28}}\naws_secret_access_key = {{aws-secret 28}}\naws_session_token = {{aws-session-token 28}}\n" +
			"[{{aws-key-id 29}} {{aws-secret 29}}]\naws_access_key_id = {{aws-key-id 29}}\n[half]\naws_secret_access_key = {{aws-secret 30}}\n"),
		".aws/config": key("[profile p]\ncredential_process = /bin/tool --secret {{aws-secret 31}} --id {{aws-key-id 31}}\n" +
			"[profile {{aws-secret 32}}]\nrole_arn = arn:aws:iam::111122223333:role/{{aws-secret 32}}\nsource_profile = {{aws-secret 32}}\nno equals sign {{aws-secret 32}}\n"),
		".aws/sso/cache/x.json": key(`{"accessToken": "{{aws-session-token 33}}", "clientSecret": "{{aws-secret 33}}", "expiresAt": "{{aws-secret 33}}"`),
		".bashrc":               key("export AWS_ACCESS_KEY_ID={{aws-key-id 34}} AWS_SECRET_ACCESS_KEY={{aws-secret 34}}\n"),
	})
	write(t, n.bad, map[string]string{
		"rules.toml":     key("title = \"{{aws-key-id 35}} {{aws-secret 35}}\"\n[[rules]]\nid = \"x\nsecret = {{aws-secret 35}}\n"),
		"unknown.toml":   key("[extend]\nuseDefault = true\n[[rules]]\nid = \"x\"\nregex = '''({{aws-secret 35}}'''\n\"{{aws-secret 35}}\" = 1\n"),
		"baseline.json":  key(`[{"Secret": "{{aws-secret 36}}", "RuleID": {{aws-secret 36}}]`),
		"baseline.toml":  key("version = \"{{aws-secret 36}}\"\n[[accept]]\nfingerprint = \"{{aws-secret 36}}\"\n"),
		"report.json":    key(`{"version": 1, "findings": [{"secret": {"value": "{{aws-secret 37}}"}, "title": {{aws-secret 37}}`),
		"report2.json":   key(`{"version": 1, "target": {"kind": "{{aws-secret 37}}"}, "findings": [{"fingerprint": "{{aws-key-id 37}}", "severity": "{{aws-secret 37}}", "secret": {"kind": "x", "length": 40, "value": "{{aws-secret 37}}"}}]}`),
		"wiki.xml":       key("<mediawiki version=\"0.11\"><page><title>{{aws-key-id 38}} {{aws-secret 38}}</title><ns>0</ns><revision><id>1</id><timestamp>{{aws-secret 38}}</timestamp><text>{{aws-key-id 38}} {{aws-secret 38}}</text></revision><page></mediawiki>"),
		"wiki.ndjson":    key(`{"page": "{{aws-secret 38}}", "revision": {{aws-secret 38}}}` + "\n"),
		"values.env":     key("AWS_ACCESS_KEY_ID={{aws-key-id 39}}\nAWS_SECRET_ACCESS_KEY {{aws-secret 39}}\n{{aws-secret 39}}\n"),
		"sdk/main.py":    key("import boto3\nboto3.client('s3', aws_access_key_id='{{aws-key-id 39}}', aws_secret_access_key='{{aws-secret 39}}', aws_session_token='{{aws-session-token 39}}'\n"),
		"zip.zip":        key("PK\x03\x04{{aws-key-id 38}}={{aws-secret 38}} not a zip"),
		"sdk/broken.tf":  key("provider \"aws\" {\n access_key = \"{{aws-key-id 39}}\"\n secret_key = \"{{aws-secret 39}}\"\n"),
		"ignored/.x.env": key("{{aws-key-id 38}}={{aws-secret 38}}"),
	})
	n.env = bare(n.home, key("AWS_ACCESS_KEY_ID={{aws-key-id 40}}"), key("AWS_SECRET_ACCESS_KEY={{aws-secret 40}}"), key("AWS_SESSION_TOKEN={{aws-session-token 40}}"),
		key("AWS_CONTAINER_AUTHORIZATION_TOKEN={{aws-session-token 34}}"), key("HTTPS_PROXY=http://{{aws-key-id 34}}:{{aws-secret 34}}@127.0.0.1:1/"),
		key("AWS_CONTAINER_CREDENTIALS_FULL_URI=http://{{aws-key-id 33}}:{{aws-secret 33}}@127.0.0.1:1/v1?x={{aws-secret 33}}"),
		key("AWS_DEFAULT_REGION={{aws-key-id 31}} {{aws-secret 31}}"), key("AWS_MAX_ATTEMPTS={{aws-secret 31}}"), key("AWS_ENDPOINT_URL=https://{{aws-secret 31}}@h/"))
	return n
}

// lines are the command lines that are tried: all formats, verbosities, and ways
// to fail.
func (n *nest) lines(out string) [][]string {
	var all [][]string
	for _, format := range []string{"text", "json", "jsonl", "sarif", "gitlab", "junit", "csv", "github", "markdown", "html"} {
		for _, more := range [][]string{{"--quiet"}, {}, {"--verbose"}, {"--verbose", "--all", "--fail-on", "low", "--color", "always"}, {"--mask"}} {
			all = append(all, append([]string{"report", out, "--format", format}, more...))
		}
		all = append(all, []string{"scan", n.repo, "--format", format}, []string{"scan", n.repo, "--staged", "--verbose", "--format", format})
	}
	for _, format := range []string{"text", "json", "html"} {
		all = append(all, []string{"audit", n.repo, "--format", format}, []string{"audit", n.repo, "--verbose", "--format", format})
	}
	for _, profile := range []string{"default", "half", "p", keytest.Secret(32), keytest.ID(29) + " " + keytest.Secret(29), keytest.ID(1) + "=" + keytest.Secret(1)} {
		for _, format := range []string{"text", "json"} {
			all = append(all, []string{"which", "--offline", "--all", "--verbose", "--profile", profile, "--format", format},
				[]string{"which", "--offline", "--profile", profile, "--format", format})
		}
	}
	bad := func(name string) string { return filepath.Join(n.bad, name) }
	return append(all,
		[]string{"which", "--probe", "--sdk", "go-v2", "--sdk", "python"}, []string{"which", "--resolve", "--sdk", "go-v2", "--profile", "p", "--verbose"},
		[]string{"which", "--offline", "--env-file", bad("values.env")}, []string{"which", "--offline", "--code", bad("sdk"), "--verbose", "--all"},
		[]string{"which", "--offline", "--code", bad("sdk"), "--format", "json"}, []string{"which", "--offline", "--expect-source", "env", "--expect-account", "111122223333"},
		[]string{"scan", n.bad}, []string{"scan", n.bad, "--verbose", "--format", "json"}, []string{"scan", n.bad, "--strict", "--format", "sarif"},
		[]string{"scan", n.bad, "--config", bad("rules.toml")}, []string{"scan", n.bad, "--config", bad("unknown.toml")}, []string{"rules", "lint", bad("rules.toml")},
		[]string{"rules", "lint", bad("unknown.toml")}, []string{"rules", "list", "--config", bad("unknown.toml")}, []string{"scan", n.bad, "--baseline", bad("baseline.json")},
		[]string{"scan", n.bad, "--baseline", bad("baseline.toml")}, []string{"scan", n.bad, "--compare", bad("baseline.json")}, []string{"report", bad("report.json")},
		[]string{"report", bad("report2.json")}, []string{"report", bad("report2.json"), "--format", "html"}, []string{"report", bad("wiki.xml"), "--format", "json"},
		[]string{"scan", "--wiki", bad("wiki.xml")}, []string{"scan", "--wiki", bad("wiki.ndjson")}, []string{"scan", "--wiki", bad("rules.toml")},
		[]string{"scan", n.repo, "--range", keytest.ID(1) + "=" + keytest.Secret(1) + "..HEAD"}, []string{"scan", n.repo, "--config-from", keytest.ID(14) + "=" + keytest.Secret(14)},
		[]string{"scan", n.repo, "--timeout", "1ms"}, []string{"scan", n.repo, "--memory", "16MB", "--verbose"}, []string{"scan", "-"},
		[]string{"scan", "https://" + keytest.ID(19) + ":" + keytest.Secret(19) + "@127.0.0.1:1/x.git"}, []string{"scan", bad(keytest.ID(7) + "=" + keytest.Secret(7))},
	)
}

// No line gives a canary away, in any form; and with --show-secrets most of them
// are there, so that the test shows something.
func TestNothingLeaks(t *testing.T) {
	n := newNest(t)
	secrets := canaries()
	stdin := []byte(keytest.ID(1) + " " + keytest.Secret(1) + "\n")
	out := filepath.Join(t.TempDir(), "shown.json")
	shown := call{args: []string{"scan", n.repo, n.bad, "--all", "--show-secrets", "--format", "json", "-o", out}, env: n.env}.run(t)
	text, err := os.ReadFile(out)
	if err != nil {
		t.Fatalf("%v\n%s", err, shown.all())
	}
	found := 0
	for k := 1; k <= planted; k++ {
		if bytes.Contains(text, []byte(keytest.Secret(k))) || strings.Contains(strings.ReplaceAll(string(text), `\/`, "/"), keytest.Secret(k)) {
			found++
		} else {
			t.Logf("the secret of key %d is in no finding", k)
		}
	}
	if found < 25 {
		t.Errorf("only %d of the planted secrets are found: the test shows little", found)
	}
	lines := n.lines(out)
	envs := map[string][]string{"": n.env, "CI": append(slices.Clone(n.env), "CI=true", "GITHUB_ACTIONS=true")}
	var whole bytes.Buffer // looking for so many is slow, so it is done once
	var each []outcome
	var what []string
	for i, args := range lines {
		for name, env := range envs {
			if name == "CI" && i%7 != 0 && !*long {
				continue
			}
			o := call{args: args, dir: n.home, env: env, stdin: stdin}.run(t)
			whole.WriteString(o.all() + "\n")
			each, what = append(each, o), append(what, name+" "+redactArgs(args))
		}
	}
	if keytest.Leaks(whole.Bytes(), secrets...) != nil {
		for i, o := range each {
			if leaks := keytest.Leaks([]byte(o.all()), secrets...); leaks != nil {
				t.Errorf("%s: %q\n%s", what[i], leaks, where(o.all(), secrets))
			}
		}
	}
	told(t, "leaks", "canaries planted, found with --show-secrets", fmt.Sprintf("%d, %d", planted, found))
	told(t, "leaks", "runs that gave none away, and bytes of their output", fmt.Sprintf("%d, %d", len(each), whole.Len()))
}

// redactArgs is a command line without the canaries of the test.
func redactArgs(args []string) string {
	line := strings.Join(args, " ")
	for k := 1; k <= planted; k++ {
		line = strings.ReplaceAll(line, keytest.Secret(k), fmt.Sprintf("SECRET%d", k))
	}
	return line
}

// where shows the lines of an output that hold a secret, with a name for it.
func where(out string, secrets []string) string {
	var b strings.Builder
	for line := range strings.Lines(out) {
		held := false
		for i, s := range secrets {
			held = held || strings.Contains(line, s[:min(len(s), 12)])
			line = strings.ReplaceAll(line, s, fmt.Sprintf("SECRET%d", i+1))
		}
		if !held {
			continue
		}
		if len(line) > 600 {
			line = line[:600] + "…"
		}
		b.WriteString(line + "\n")
	}
	return b.String()
}

// --show-secrets is refused when CI is set.
func TestShowSecretsIsRefusedInCI(t *testing.T) {
	n := newNest(t)
	for _, args := range [][]string{{"scan", n.repo}, {"audit", n.repo}, {"report", filepath.Join(n.bad, "report2.json")}} {
		o := call{args: append(args, "--show-secrets"), env: append(slices.Clone(n.env), "CI=1")}.run(t)
		if o.code != 2 || keytest.Leaks([]byte(o.all()), canaries()...) != nil {
			t.Errorf("%v: exit code %d\n%s", args, o.code, redactArgs([]string{o.all()}))
		}
	}
}

// A report is one that was read back.
type report struct {
	Coverage struct {
		Complete bool
		Lost     []struct{ What, Why string }
	}
	Findings []struct {
		KeyID string `json:"key_id"`
		Rule  string
	}
	Summary *struct{ Findings int }
}

func parsed(text []byte) (*report, error) {
	r := &report{}
	if err := json.Unmarshal(text, r); err != nil {
		return nil, err
	}
	if r.Summary == nil {
		return nil, fmt.Errorf("the report has no summary")
	}
	return r, nil
}
