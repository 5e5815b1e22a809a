package profile_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/awscred/awscred/internal/keytest"
	"github.com/awscred/awscred/resolver/profile"
)

// Where things stand, and what is noted, in a file with everything odd.
func TestNotes(t *testing.T) {
	const text = "x = 1\n" + // 1
		"[dev]\n" + // 2
		"[profile dev] # c\n" + // 3
		"region = \"r\"\n" + // 4
		"region = s # c\n" + // 5
		"garbage\n" + // 6
		"  role_arn = a\n" + // 7
		"AWS_SESSION_TOKEN = t\n" + // 8
		"aws_secret_acces_key = s\n" + // 9
		"source-profile = p\n" + // 10
		"aws_access_key = a\n" + // 11
		"[default\n" + // 12
		"[profile dev]\n" + // 13
		"mfa_serial =\n" + // 14
		"  x = y\n" + // 15
		"[profile default]\n" + // 16
		"[default]\n" // 17
	f, err := profile.Parse("f", profile.ConfigFile, []byte(text), profile.GoV2())
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, n := range f.Notes {
		got = append(got, fmt.Sprintf("%d %s", n.Line, n.ID))
	}
	want := []string{
		"1 key-before-section", "4 quoted-value", "5 inline-comment", "5 duplicate-key", "6 garbage-line", "7 indented-key",
		"8 key-case", "9 misspelt-key", "10 misspelt-key", "11 misspelt-key", "12 unclosed-section", "12 garbage-line",
		"13 duplicate-section", "2 no-prefix", "17 hidden-section",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("notes (-want +got):\n%s", diff)
	}
	dev := f.Profile("dev")
	if dev == nil || dev.Line != 3 || dev.File != "f" {
		t.Fatalf("dev is %+v", dev)
	}
	for key, line := range map[string]int{"region": 5, "role_arn": 7, "aws_session_token": 8, "mfa_serial": 14} {
		if p, ok := dev.Get(key); !ok || p.Line != line || p.File != "f" {
			t.Errorf("%s stands in line %d of %q, want %d", key, p.Line, p.File, line)
		}
	}
	if p, ok := dev.Nested("mfa_serial", "x"); !ok || p.Text != "y" || p.Line != 15 {
		t.Errorf("the nested key is %+v", p)
	}
}

// Near misses that are no misspelling.
func TestKeysThatAreRight(t *testing.T) {
	const text = "[default]\noutput = json\ncli_pager =\ns3 =\n  max_queue_size = 1\nregion = x\naws_account_id = 1\n" +
		"sso_registration_scopes = a\nca_bundle = b\nparameter_validation = false\nsigv4a_signing_region_set = *\nduration_seconds = 900\n"
	for name, d := range dialects() {
		f, err := profile.Parse("f", profile.ConfigFile, []byte(text), d)
		if err != nil {
			t.Fatal(err)
		}
		if len(f.Notes) > 0 {
			t.Errorf("%s: %+v", name, f.Notes)
		}
	}
}

func TestParseErrors(t *testing.T) {
	tests := []struct {
		dialect, text string
		line          int
	}{
		{"go-v2", "[default]\nregion = \"\n", 2},
		{"go-v1", "[default]\nregion = a\n[dev\n", 3},
		{"go-v1", "= a\n", 1},
		{"botocore", "[default]\n\n# c\ngarbage\n", 4},
		{"botocore", "[default]\nregion = a\nx = 1\nREGION = b\n", 4},
		{"botocore", "[default]\n[dev]\n[default]\n", 3},
		{"botocore", "[default]\ns3 =\n  a = b\n\n  garbage\n", 5},
		{"botocore", "# a\n\nregion = \xff\n", 3},
		{"botocore", "\ufeff[default]\n", 1},
		{"botocore", "[default]\r= a\r", 2},
		{"rust", "[default]\nregion = a\n[dev\n", 3},
		{"rust", "\n\nregion = a\n", 3},
		{"rust", "[default]\n  region = a\n", 2},
		{"rust", "[default]\ns3 =\n  garbage\n", 3},
	}
	for _, tt := range tests {
		_, err := profile.Parse("the file", profile.ConfigFile, []byte(tt.text), dialects()[tt.dialect])
		var refused *profile.ParseError
		if !errors.As(err, &refused) {
			t.Errorf("%s: %q is not refused: %v", tt.dialect, tt.text, err)
			continue
		}
		if refused.Line != tt.line || refused.File != "the file" || refused.Reason == "" {
			t.Errorf("%s: %q is refused for line %d of %q, want %d: %v", tt.dialect, tt.text, refused.Line, refused.File, tt.line, err)
		}
		if want := fmt.Sprintf("parsing \"the file\": line %d: %s", tt.line, refused.Reason); err.Error() != want {
			t.Errorf("the error is %q, want %q", err, want)
		}
	}
}

func TestTooLarge(t *testing.T) {
	big := make([]byte, profile.MaxSize+1)
	for name, d := range dialects() {
		_, err := profile.Parse("f", profile.ConfigFile, big, d)
		var size *profile.SizeError
		if !errors.As(err, &size) || size.Size != len(big) || !strings.Contains(err.Error(), strconv.Itoa(len(big))) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// Whatever the file, it is read in a time that grows with its size and not
// faster. Each of these has half a million bytes; something quadratic would take
// many times as long as is allowed.
func TestHostileFilesAreReadInTime(t *testing.T) {
	const size = 1 << 19
	lines := func(format string) string {
		var b strings.Builder
		for i := 0; b.Len() < size; i++ {
			fmt.Fprintf(&b, format, i)
		}
		return b.String()
	}
	files := map[string]string{
		"profiles":      lines("[profile p%d]\nregion = x\n"),
		"keys":          "[default]\n" + lines("k%d = x\n"),
		"one key":       "[default]\n" + strings.Repeat("region = x\n", size/11),
		"nested keys":   "[default]\ns3 =\n" + lines("  k%d = x\n"),
		"continuation":  "[default]\nregion = x\n" + strings.Repeat("  more\n", size/7),
		"blank lines":   "[default]\nregion = x\n" + strings.Repeat("\n", size),
		"inherited":     "[DEFAULT]\n" + lines("k%d = x\n") + lines("[profile p%d]\n"),
		"long parent":   "[default]\n" + strings.Repeat("p", size) + " =\n" + lines("  k%d = x\n"),
		"long name":     "[profile " + strings.Repeat("p", size) + "]\n" + lines("k%d = x\n"),
		"long line":     "[default]\nregion = " + strings.Repeat("x # ", size/4),
		"brackets":      strings.Repeat("[", size) + "\n" + strings.Repeat("]", size),
		"quotes":        "[default]\n" + strings.Repeat("k = \"x\n", size/7),
		"quoted names":  lines("[profile \"p%d\\\\\" ']\n"),
		"spaces":        strings.Repeat(" ", size) + "[default]\n" + strings.Repeat("\t", size),
		"returns":       "[default]\r" + strings.Repeat("k = x\r", size/6),
		"bad bytes":     "[default]\n" + strings.Repeat("\xff", size),
		"same sections": strings.Repeat("[default]\nk = x\n", size/16),
		"misspelt":      "[default]\n" + lines("aws_access_key_i%d = x\n"),
		"nothing":       strings.Repeat("\x00", size),
	}
	for about, text := range files {
		for name, d := range dialects() {
			start := time.Now()
			f, err := profile.Parse("f", profile.ConfigFile, []byte(text), d)
			if err == nil {
				set := profile.Merge(d, f, f)
				set.Profile("default")
				set.Names()
				if len(f.Notes) > 1000 {
					t.Errorf("%s: %s: %d notes", about, name, len(f.Notes))
				}
			}
			if took := time.Since(start); took > 5*time.Second {
				t.Errorf("%s: %s takes %v", about, name, took)
			}
		}
	}
}

func TestTenThousandProfiles(t *testing.T) {
	var b bytes.Buffer
	for i := range 10000 {
		fmt.Fprintf(&b, "[profile p%d]\naws_access_key_id = id%d\naws_secret_access_key = s%d\nregion = r\n", i, i, i)
	}
	for name, d := range dialects() {
		set, err := parseBoth(d, b.String(), "")
		if err != nil {
			t.Fatal(err)
		}
		if n := len(set.Names()); n != 10000 {
			t.Errorf("%s: %d profiles", name, n)
		}
		p := set.Profile("p9999")
		if id, _ := p.Get("aws_access_key_id"); id.Text != "id9999" || id.Line != 4*9999+2 {
			t.Errorf("%s: the last id is %+v", name, id)
		}
	}
}

// Secrets that stand where they belong, and pieces of them that do not, are
// nowhere to be read in what a person may see.
func TestSecretsDoNotShow(t *testing.T) {
	secret, token := keytest.Secret(1), keytest.Token(1)
	half := len(token) / 2
	files := []string{
		"[default]\naws_access_key_id = id\naws_secret_access_key = {S}\naws_session_token = {T}\n",
		"[default]\nAWS_SECRET_ACCESS_KEY = \"{S}\"\naws_security_token={T} # c\n",
		"[default]\naws_secret_access_key =\n  {S}\naws_session_token =\n  {HEAD}\n  {TAIL}==\n",
		"[default]\naws_secret_access_key =\n  {S} = x\n  x = {S}\n",
		"[default]\naws_session_token = {HEAD}\n{TAIL}==\n",
		"[default]\naws_session_token = {HEAD}\n  {TAIL}==\n",
		"[default]\naws_secret_key = {S}\nsecret_access_key = {S}\nAWSSecretKey = {S}\naws_secret_acess_key = {S}\n",
		"[default]\ns3 =\n  aws_secret_access_key = {S}\n",
		"[default]\nregion = us-east-1\n  aws_secret_access_key = {S}\n  aws_session_token: {T}\n",
		"{S}\n[default]\n{S}\n= {S}\n  {S}\n",
		"[default]\n{T} = x\n{T} = y\n",
		"aws_secret_access_key = {S}\n[default]\naws_secret_access_key = {S}\naws_secret_access_key = {S}\n",
		"[default]\naws_secret_access_key = \"\naws_session_token = {T}\n",
		"[default]\naws_secret_access_key : {S}, x\nx \"{S}\n",
	}
	replace := strings.NewReplacer("{S}", secret, "{T}", token, "{HEAD}", token[:half], "{TAIL}", token[half:])
	for _, text := range files {
		for name, d := range dialects() {
			for _, kind := range []profile.Kind{profile.ConfigFile, profile.CredentialsFile} {
				f, err := profile.Parse("f", kind, []byte(replace.Replace(text)), d)
				var out bytes.Buffer
				fmt.Fprintf(&out, "%v %+v\n", err, errors.Unwrap(err))
				if f != nil {
					for _, n := range f.Notes {
						fmt.Fprintf(&out, "%+v\n", n)
					}
					for _, s := range f.Sections {
						fmt.Fprintf(&out, "%+v\n%#v\n", s, *s)
					}
					if err := json.NewEncoder(&out).Encode(f); err != nil {
						t.Fatal(err)
					}
				}
				if leaks := keytest.Leaks(out.Bytes(), secret, token); leaks != nil {
					t.Errorf("%s, kind %d: %v\n%s", name, kind, leaks, text)
				}
			}
		}
	}
}

func TestIsSecretKey(t *testing.T) {
	for key, want := range map[string]bool{
		"aws_secret_access_key": true, "AWS_SECRET_ACCESS_KEY": true, "aws_session_token": true, "Aws_Security_Token": true,
		"AWSSecretKey": true, "aws_secret_acess_key": true, "sso_token": true, "s3.aws_secret_access_key": true,
		"aws_access_key_id": false, "AWSAccessKeyId": false, "web_identity_token_file": false, "region": false, "role_arn": false,
		"": true,
	} {
		if got := profile.IsSecretKey(key); got != want {
			t.Errorf("IsSecretKey(%q) = %v", key, got)
		}
	}
}

func FuzzParse(f *testing.F) {
	w := writer{rand.New(rand.NewPCG(5, 6))}
	for range 40 {
		f.Add(w.file())
	}
	f.Add([]byte("\xef\xbb\xbf[DEFAULT]\r\na=b\r[profile \"x\\\"y\"]\n s3=\n  a = \"b\nc\"\n"))
	all := allDialects()
	f.Fuzz(func(t *testing.T, text []byte) {
		lines := 1 + bytes.Count(text, []byte("\n")) + bytes.Count(text, []byte("\r"))
		within := func(line int) bool { return line >= 1 && line <= lines }
		before := bytes.Clone(text)
		for name, d := range all {
			for _, kind := range []profile.Kind{profile.ConfigFile, profile.CredentialsFile} {
				file, err := profile.Parse("f", kind, text, d)
				var refused *profile.ParseError
				if errors.As(err, &refused) && !within(refused.Line) {
					t.Errorf("%s: the error is in line %d of %d", name, refused.Line, lines)
				}
				if err != nil {
					continue
				}
				for _, n := range file.Notes {
					if !within(n.Line) || n.Text == "" || n.ID == "" {
						t.Errorf("%s: %+v in a file of %d lines", name, n, lines)
					}
				}
				for _, s := range file.Sections {
					checkSection(t, s, within)
				}
				set := profile.Merge(d, file, file)
				for _, n := range set.Names() {
					if set.Profile(n) == nil {
						t.Errorf("%s: there is no profile %q", name, n)
					}
				}
			}
		}
		if !bytes.Equal(before, text) {
			t.Error("the file was changed")
		}
	})
}

func checkSection(t *testing.T, s *profile.Section, within func(int) bool) {
	if !within(s.Line) {
		t.Errorf("section %q stands in line %d", s.Name, s.Line)
	}
	for p := range s.All() {
		if got, ok := s.Get(p.Name); !ok || got.Line != p.Line {
			t.Errorf("key %q is listed and not found", p.Name)
		}
		if !within(p.Line) || p.File != "f" {
			t.Errorf("key %q stands in line %d of %q", p.Name, p.Line, p.File)
		}
		if p.IsSecret() && p.Text != "" || !p.IsSecret() && !p.Secret.IsZero() {
			t.Errorf("key %q has its value in the wrong place", p.Name)
		}
		for _, n := range p.Nested {
			if !within(n.Line) {
				t.Errorf("nested key %q stands in line %d", n.Name, n.Line)
			}
		}
	}
}
