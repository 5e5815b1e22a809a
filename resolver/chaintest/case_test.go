package chaintest

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/awscred/awscred/resolver"
)

const whole = `Title

-- env --
A=b=c
B=" {{key 0123456789ABCDEF}} "
-AWS_REGION
-- code --
profile=p
key={{asia 0123456789ABCDEF}}
-- home/.aws/config --
[default]
x = {{HOME}}
-- home/tok.noeol --
token
-- home/odd.quoted --
"\xef\xbb\xbf[a]\r"
"\x00é{{HOME}}"
-- home/empty --
-- want --
go-v2: credentials source=assume-role key={{key 0123456789ABCDEF}} via=assume-role,profile
python: credentials source=env key=" {{key 0123456789ABCDEF}} \" # x"
go-v1 AWS_SDK_LOAD_CONFIG=1: error selected=process
`

func TestParse(t *testing.T) {
	c, err := Parse("name", []byte(whole))
	if err != nil {
		t.Fatal(err)
	}
	id := "AK" + "IA0123456789ABCDEF"
	w, err := c.In(Place{Home: "/h", Services: Services{IMDS: "http://i"}})
	if err != nil {
		t.Fatal(err)
	}
	if c.Title != "Title" || w.Profile != "p" || w.KeyID != "AS"+"IA0123456789ABCDEF" {
		t.Errorf("title %q, profile %q, key %q", c.Title, w.Profile, w.KeyID)
	}
	if _, set := w.Env["AWS_REGION"]; set || w.Env["A"] != "b=c" || w.Env["B"] != " "+id+" " || w.Env["HOME"] != "/h" || w.Env["AWS_ENDPOINT_URL_STS"] != "http://i" {
		t.Errorf("variables are %v", w.Env)
	}
	for name, want := range map[string]string{
		".aws/config": "[default]\nx = /h\n", "tok": "token", "odd": "\xef\xbb\xbf[a]\r\x00é/h", "empty": "",
	} {
		if got, ok := w.Files[name]; !ok || string(got) != want {
			t.Errorf("file %s is %q, want %q", name, got, want)
		}
	}
	if len(w.Files) != 4 {
		t.Errorf("%d files", len(w.Files))
	}
	roles, python, loaded := c.Wants[0], c.Wants[1], c.Wants[2]
	if roles.KeyOf() != id || len(roles.Via) != 2 || roles.Via[1] != resolver.FromProfile || roles.Source != resolver.FromAssumeRole {
		t.Errorf("first want is %+v", roles)
	}
	if python.KeyOf() != " "+id+` " # x` {
		t.Errorf("second key is %q", python.KeyOf())
	}
	if loaded.Outcome != resolver.HasError || loaded.Selected != resolver.FromProcess || w.For(loaded).Env["AWS_SDK_LOAD_CONFIG"] != "1" || w.Env["AWS_SDK_LOAD_CONFIG"] != "" {
		t.Errorf("third want is %+v", loaded)
	}
}

// Whatever a case says and is not understood must not pass in silence.
func TestParseRefuses(t *testing.T) {
	want := "-- want --\ngo-v2: none\n"
	for name, text := range map[string]string{
		"no title":               want,
		"no answer":              "T\n",
		"unknown section":        "T\n-- emv --\nA=b\n" + want,
		"outside of home":        "T\n-- home/../x --\n" + want,
		"no variable":            "T\n-- env --\nA\n" + want,
		"open quote":             "T\n-- env --\nA=\"x\n" + want,
		"unknown setting":        "T\n-- code --\nprofil=x\n" + want,
		"empty setting":          "T\n-- code --\nprofile=\n" + want,
		"unknown system":         "T\n-- host --\nos=plan9\n" + want,
		"bad quoted line":        "T\n-- home/x.quoted --\nabc\n" + want,
		"unknown placeholder":    "T\n-- env --\nA={{NOPE}}\n" + want,
		"open placeholder":       "T\n-- env --\nA={{HOME\n" + want,
		"short key":              "T\n-- env --\nA={{key ABC}}\n" + want,
		"unknown SDK":            "T\n-- want --\ngo-v3: none\n",
		"unknown outcome":        "T\n-- want --\ngo-v2: nothing\n",
		"no outcome":             "T\n-- want --\ngo-v2\n",
		"unknown word":           "T\n-- want --\ngo-v2: credentials source=env colour=red\n",
		"unknown source":         "T\n-- want --\ngo-v2: credentials source=envv\n",
		"unknown via":            "T\n-- want --\ngo-v2: credentials source=env via=x\n",
		"credentials from where": "T\n-- want --\ngo-v2: credentials\n",
		"error from somewhere":   "T\n-- want --\ngo-v2: error source=env\n",
		"unknown key":            "T\n-- want --\ngo-v2: credentials source=env key={{NOPE}}\n",
		"open quote in key":      "T\n-- want --\ngo-v2: credentials source=env key=\"a\\\"\n",
		"words without value":    "T\n-- want --\ngo-v2: none really\n",
	} {
		if _, err := Parse(name, []byte(text)); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
}

// The cases hold what looks like keys only as placeholders.
func TestCasesHoldNoKeys(t *testing.T) {
	names, err := filepath.Glob("../../testdata/chain/*.txtar")
	if err != nil || len(names) < 289 {
		t.Fatalf("%d cases, error %v", len(names), err)
	}
	for _, name := range names {
		data, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		for _, prefix := range []string{"AK", "AS"} {
			if bytes.Contains(data, []byte(prefix+"IA")) {
				t.Errorf("%s holds a key id", name)
			}
		}
	}
}

func TestWriteHome(t *testing.T) {
	c, err := Parse("name", []byte(whole))
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	w, err := c.In(Place{Home: dir})
	if err != nil {
		t.Fatal(err)
	}
	if err := w.WriteHome(dir); err != nil {
		t.Fatal(err)
	}
	got, err := os.ReadFile(filepath.Join(dir, ".aws", "config"))
	if err != nil || string(got) != "[default]\nx = "+dir+"\n" {
		t.Errorf("config is %q, error %v", got, err)
	}
}

func TestKeyPlaceholder(t *testing.T) {
	x := expander{}
	text := x.expand("{{ECPEM}}")
	if x.err != nil || !strings.HasPrefix(text, "-----BEGIN EC PRIVATE "+`KEY-----\n`) {
		t.Errorf("key is %q, error %v", text, x.err)
	}
}
