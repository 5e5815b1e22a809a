package repotest_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/awscred/awscred/internal/keytest"
	"github.com/awscred/awscred/internal/repotest"
)

// Ids must be the same on every machine and with every git, or cases could not
// be compared with recorded output.
func TestIDsAreStable(t *testing.T) {
	const script = "commit c1 author=\"Jo <jo@example.com>\"\ncommit c2 time=2020-02-03T04:05:06+02:00\ntag v1 message=first\n-- c1/a.txt --\nhello\n"
	repo := repotest.Build(t, script)
	for name, want := range map[string]string{"c1": "212106664f799a6ad2555b31b45831fa22f98b77", "c2": "8dd8d03bfd41cb488680a10a9fc7214b47b95f4f", "v1": "f0dd1fd03fd3037d532f9203ce8c1d7ab89090d2"} {
		if got := repo.Rev(name); got != want {
			t.Errorf("%s is %s, want %s", name, got, want)
		}
	}
	if repo.Rev("HEAD") != repo.Commits["c2"] || repo.Rev("refs/heads/main") != repo.Commits["c2"] {
		t.Error("HEAD is not the last commit on main")
	}
	if got := repo.Git("log", "--format=%an <%ae> %aI", "--reverse"); got != "Jo <jo@example.com> 2024-01-01T00:01:00+00:00\nAnn <ann@example.com> 2020-02-03T04:05:06+02:00" {
		t.Errorf("log is %q", got)
	}
}

func TestTheUsersConfigurationIsIgnored(t *testing.T) {
	home := t.TempDir()
	if err := os.WriteFile(filepath.Join(home, ".gitconfig"), []byte("[user]\n\tname = Eve\n[core]\n\thooksPath = /nowhere\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	t.Setenv("HOME", home)
	t.Setenv("GIT_CONFIG_GLOBAL", filepath.Join(home, ".gitconfig"))
	t.Setenv("GIT_DIR", home)
	t.Setenv("GIT_AUTHOR_NAME", "Eve")
	repo := repotest.Build(t, "commit c1\n")
	if got := repo.Git("log", "--format=%an %cn"); got != "Ann Ann" {
		t.Errorf("commit by %q", got)
	}
	if got, err := repo.TryGit("config", "user.name"); err == nil {
		t.Errorf("user.name is %q", got)
	}
}

func TestScriptErrors(t *testing.T) {
	tests := map[string]struct{ script, want string }{
		"unknown command":     {"comit c1", `script line 1: unknown command "comit"`},
		"unknown option":      {"commit c1 mesage=x", "unknown option"},
		"too few words":       {"commit c1\nrm c2", "script line 2: rm:"},
		"too many words":      {"checkout a b", "checkout:"},
		"name taken":          {"commit c1\ncommit c1", `the name "c1" is taken`},
		"unused file":         {"commit c1\n-- c2/x --\n", `no command uses file "c2/x"`},
		"file twice":          {"commit c1\n-- c1/x --\n-- c1/x --\n", "stands there twice"},
		"no such file":        {"object b blob x", `there is no file "x"`},
		"no files":            {"write d", `there are no files in "d"`},
		"placeholder":         {"commit c1\n-- c1/x --\n{{aws-key 1}}\n", `unknown placeholder "{{aws-key 1}}"`},
		"script placeholder":  {"branch {{aws-secrets 1}}", "placeholder"},
		"quotation":           {`commit "c1`, "quotation"},
		"unknown name":        {"ref refs/x ${c1}", "nothing is called ${c1}"},
		"late init":           {"commit c1\ninit sha256", "init is not the first command"},
		"unknown format":      {"init md5", "usage: init sha256"},
		"unknown directory":   {"in w commit c1", `there is no directory "w"`},
		"in without command":  {"commit c1\nin w", "usage: in NAME"},
		"directory name":      {"commit c1\nclone ../x", "cannot be the name"},
		"unknown clone":       {"commit c1\nclone x barest", `unknown word "barest"`},
		"unknown stash":       {"commit c1\nstash s all", `unknown word "all"`},
		"unknown encoding":    {"encode f rot13\n-- f --\nx\n", `unknown encoding "rot13"`},
		"encoded, not used":   {"encode f hex\n-- f --\nx\n", `no command uses file "f"`},
		"unknown archive":     {"archive a rar d\n-- d/x --\n", `unknown kind "rar"`},
		"archive there":       {"archive a zip d\n-- a --\n-- d/x --\n", "there already"},
		"archive of nothing":  {"archive a zip d", `there are no files in "d"`},
		"wrong size":          {"pad f lots\n-- f --\n", `wrong size "lots"`},
		"too large":           {"pad f 65M\n-- f --\n", `wrong size "65M"`},
		"unknown padding":     {"pad f 1K word\n-- f --\n", `unknown word "word"`},
		"author":              {"commit c1 author=Ann", "is not of the form"},
		"time":                {"commit c1 time=noon", "parsing time"},
		"git fails":           {"git no-such-command", "no-such-command"},
		"merge of nothing":    {"commit c1\nmerge c2 nowhere", "merge:"},
		"want: unknown word":  {"commit c1\n-- want.txt --\n1 place=history field=content file=x\n", `unknown word "file"`},
		"want: unknown place": {"commit c1\n-- want.txt --\n1 place=attic field=content\n", `place cannot be "attic"`},
		"want: no field":      {"commit c1\n-- want.txt --\n1 place=history\n", "no place or no field"},
		"want: no number":     {"commit c1\n-- want.txt --\none place=history field=content\n", "not the number of a key"},
		"want: no value":      {"commit c1\n-- want.txt --\n\n1 place= field=content\n", "want.txt line 2"},
		"want: quotation":     {"commit c1\n-- want.txt --\n1 path=\"x\n", "quotation"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			err := repotest.BuildIn(filepath.Join(t.TempDir(), "repo"), []byte(test.script))
			if err == nil || !strings.Contains(err.Error(), test.want) {
				t.Errorf("error is %v, want one with %q", err, test.want)
			}
		})
	}
}

func TestWantTexts(t *testing.T) {
	const text = `1 place=history field=content # a comment
2 place=lfs field=content kind=temp part=id
3 place=index field=content kind=old part=id
4 place=stash field=message part=secret commit=c1
5 place=history field=content part=token path="a \"b\".env"
`
	wants, err := repotest.ParseWants([]byte(text))
	if err != nil {
		t.Fatal(err)
	}
	texts := [][]string{
		{keytest.ID(1), keytest.Secret(1)}, {keytest.TempID(2)}, {keytest.OldID(3)}, {keytest.Secret(4)}, {keytest.Token(5)},
	}
	if len(wants) != len(texts) {
		t.Fatalf("%d wants", len(wants))
	}
	for i, want := range wants {
		if strings.Join(want.Texts(), " ") != strings.Join(texts[i], " ") {
			t.Errorf("%s: other texts", want)
		}
	}
	if wants[4].Path != `a "b".env` || wants[0].Kind != "key" {
		t.Errorf("read as %+v", wants)
	}
}

func TestEncodings(t *testing.T) {
	const script = `encode c1/a utf16le
encode c1/b utf16be
encode c1/c bom crlf
encode c1/d base64 base64
encode c1/e hex
encode c1/f percent
encode c1/g unicode
encode c1/h html
encode c1/i base64url
encode c1/j nul
encode c1/k gzip
archive c1/l tar d
pad c1/m 1K line
commit c1
-- c1/a --
x
-- c1/b --
x
-- c1/c --
x
-- c1/d --
x
-- c1/e --
x
-- c1/f --
x
-- c1/g --
x
-- c1/h --
x
-- c1/i --
??
-- c1/j --
x
-- c1/k --
x
-- c1/m --
x
-- d/x --
x
`
	repo := repotest.Build(t, script)
	for name, want := range map[string]string{
		"a": "\xff\xfex\x00\n\x00", "b": "\xfe\xff\x00x\x00\n", "c": "\xef\xbb\xbfx\r\n", "d": "ZUFvPQo=\n", "e": "780a\n",
		"f": "%78\n", "g": `\u0078` + "\n", "h": "&#120;\n", "i": "Pz8K\n", "j": "\x7fBIN\x00\x01\x00\xffx\n",
	} {
		data, err := os.ReadFile(filepath.Join(repo.Dir, name))
		if err != nil || string(data) != want {
			t.Errorf("%s is %q, %v, want %q", name, data, err, want)
		}
	}
	for name, want := range map[string]string{"k": "\x1f\x8b", "l": "x\x00", "m": "0 the quick"} {
		data, err := os.ReadFile(filepath.Join(repo.Dir, name))
		if err != nil || !strings.HasPrefix(string(data), want) {
			t.Errorf("%s begins %.12q, %v, want %q", name, data, err, want)
		}
	}
	padded, err := os.ReadFile(filepath.Join(repo.Dir, "m"))
	if err != nil || len(padded) < 1024 || strings.Count(string(padded), "\n") != 1 {
		t.Errorf("the padded line has %d bytes, %v", len(padded), err)
	}
}
