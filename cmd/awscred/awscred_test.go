package main

import (
	"bytes"
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"
	"github.com/rogpeppe/go-internal/txtar"

	"github.com/awscred/awscred/internal/keytest"
	"github.com/awscred/awscred/internal/repotest"
	"github.com/awscred/awscred/internal/spelling"
)

var update = flag.Bool("update", false, "rewrite the expected outputs of the scripts")

func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){"awscred": main, "awscred-with-stub": mainWithStub})
}

// Every script of testdata/script is a session with the program. Scripts have
// commands of their own:
//
//	exits CODE COMMAND...   like exec, for one exit code
//	halve GLOB         cuts the one file that matches to half its size
//	expand FILE...     replaces {{aws-key-id 1}} and its like in files
//	repo SCRIPT DIR    builds the repository of a repotest script in DIR
//	noleak FILE...     fails if a file has a secret that expand or repo made
//	sparse FILE SIZE   makes a file of zeros that takes no room
//	bytes FILE TEXT    writes a text with the escapes of a Go string
//	fifo FILE          makes a named pipe, where there are any
//	tame FORMAT FILE.. fails if a file would make a terminal, a CI runner, a
//	                   spreadsheet or a browser do something
//	seconds stdout     writes every duration in the output as 0.1 s, and every
//	                   number of days ago as 9, for cmp
func TestScripts(t *testing.T) {
	testscript.Run(t, testscript.Params{
		Dir:                 filepath.Join(root, "testdata", "script"),
		UpdateScripts:       *update,
		RequireExplicitExec: true,
		RequireUniqueNames:  true,
		Setup: func(e *testscript.Env) error {
			// The home of a script is its own, and no variable of this
			// machine reaches it.
			home := filepath.Join(e.WorkDir, "home")
			e.Setenv("HOME", home)
			e.Setenv("USERPROFILE", home)
			e.Setenv("AWS_EC2_METADATA_DISABLED", "true")
			e.Setenv("GIT_CONFIG_NOSYSTEM", "1")
			e.Setenv("GIT_CONFIG_GLOBAL", os.DevNull)
			e.Setenv("GIT_CEILING_DIRECTORIES", e.WorkDir)
			e.Setenv("NO_COLOR", "1")
			e.Setenv("CI", "")
			e.Setenv("TZ", "UTC")
			first, _, _ := strings.Cut(e.Getenv("PATH"), string(os.PathListSeparator))
			e.Setenv("NO_PROGRAMS", first) // a PATH with awscred and nothing else
			scripts, err := filepath.Abs("../../scripts")
			if err != nil {
				return err
			}
			e.Setenv("SCRIPTS", scripts)
			e.Setenv("KEY", keytest.ID(3))
			e.Setenv("SECRET", keytest.Secret(3))
			e.Setenv("CANARY", keytest.IDFor("052310077262", 1))
			e.Setenv("HOSTILE", "a\x1b[2J\n::error::b")
			return os.MkdirAll(home, 0o755)
		},
		Condition: condition,
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"exits":   exits,
			"halve":   halve,
			"expand":  expandFiles,
			"repo":    buildRepo,
			"noleak":  noLeak,
			"seconds": anySeconds,
			"sparse":  sparse,
			"bytes":   writeBytes,
			"fifo":    fifo,
			"tame":    tame,
		},
	})
}

func condition(cond string) (bool, error) {
	switch cond {
	case "root":
		return os.Geteuid() == 0, nil
	case "git":
		_, err := exec.LookPath("git")
		return err == nil, nil
	}
	return false, nil
}

func exits(ts *testscript.TestScript, neg bool, args []string) {
	if len(args) < 2 || neg {
		ts.Fatalf("usage: exits CODE COMMAND [ARGUMENT...]")
	}
	err := ts.Exec(args[1], args[2:]...)
	code := 0
	if exit := (*exec.ExitError)(nil); errors.As(err, &exit) {
		code = exit.ExitCode()
	} else {
		ts.Check(err)
	}
	if strconv.Itoa(code) != args[0] {
		ts.Fatalf("exit code %d, want %s", code, args[0])
	}
}

func halve(ts *testscript.TestScript, neg bool, args []string) {
	if len(args) != 1 {
		ts.Fatalf("usage: halve GLOB")
	}
	found, err := filepath.Glob(ts.MkAbs(args[0]))
	ts.Check(err)
	if len(found) != 1 {
		ts.Fatalf("%d files match", len(found))
	}
	info, err := os.Stat(found[0])
	ts.Check(err)
	ts.Check(os.Chmod(found[0], 0o644))
	ts.Check(os.Truncate(found[0], info.Size()/2))
}

func expandFiles(ts *testscript.TestScript, neg bool, args []string) {
	for _, name := range args {
		path := ts.MkAbs(name)
		text, err := os.ReadFile(path)
		ts.Check(err)
		expanded, err := keytest.Expand(text)
		ts.Check(err)
		ts.Check(os.WriteFile(path, expanded, 0o644))
	}
}

func buildRepo(ts *testscript.TestScript, neg bool, args []string) {
	if len(args) != 2 {
		ts.Fatalf("usage: repo SCRIPT DIR")
	}
	ts.Check(repotest.BuildIn(ts.MkAbs(args[1]), []byte(ts.ReadFile(args[0]))))
}

// noLeak looks for the secret half of every key that placeholders can make.
func noLeak(ts *testscript.TestScript, neg bool, args []string) {
	var secrets []string
	for n := range 40 {
		secrets = append(secrets, keytest.Secret(n), keytest.Token(n))
	}
	for _, name := range args {
		if leaks := keytest.Leaks([]byte(ts.ReadFile(name)), secrets...); len(leaks) > 0 {
			ts.Fatalf("%s has a secret: %v", name, leaks)
		}
	}
}

// anySeconds makes the figures of an output that change from run to run, or from
// day to day, the same.
func anySeconds(ts *testscript.TestScript, neg bool, args []string) {
	if len(args) != 1 || args[0] != "stdout" {
		ts.Fatalf("usage: seconds stdout")
	}
	text := regexp.MustCompile(`\b[0-9]+\.[0-9] s\b`).ReplaceAllString(ts.ReadFile("stdout"), "0.1 s")
	text = regexp.MustCompile(`\b[0-9,]+ days ago\b`).ReplaceAllString(text, "9 days ago")
	_, err := ts.Stdout().Write([]byte(text))
	ts.Check(err)
}

// The samples in the README are what the program prints in these sessions.
func TestReadmeSamples(t *testing.T) {
	readme, err := os.ReadFile(filepath.Join(root, "README.md"))
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"readme-which.txtar", "readme-scan.txtar", "readme-audit.txtar"} {
		archive, err := txtar.ParseFile(filepath.Join(root, "testdata", "script", name))
		if err != nil {
			t.Fatal(err)
		}
		want := archive.Files[len(archive.Files)-1]
		if want.Name != "want" || len(want.Data) == 0 || !bytes.Contains(readme, want.Data) {
			t.Errorf("README.md does not have the output of %s:\n%s", name, want.Data)
		}
	}
}

// runHere runs the program in this process.
func runHere(t *testing.T, env []string, stdin string, args ...string) (code int, stdout, stderr string) {
	t.Helper()
	var out, errs bytes.Buffer
	code = run(context.Background(), args, env, strings.NewReader(stdin), &out, &errs)
	return code, out.String(), errs.String()
}

func TestHelpNamesEveryFlag(t *testing.T) {
	manual, err := os.ReadFile("doc.go")
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range commands() {
		code, out, _ := runHere(t, nil, "", "help", c.name)
		if code != exitOK || !strings.Contains(out, c.usage()) {
			t.Errorf("help %s: code %d\n%s", c.name, code, out)
		}
		if !bytes.Contains(manual, []byte("awscred "+c.name)) {
			t.Errorf("the manual does not mention awscred %s", c.name)
		}
		for _, w := range c.flagWords() {
			if !strings.Contains(out, w.text) {
				t.Errorf("help %s does not tell of %s", c.name, w.text)
			}
			if !bytes.Contains(manual, []byte(w.text)) {
				t.Errorf("the manual does not tell of %s of %s", w.text, c.name)
			}
		}
	}
}

func TestCompletionsNameEverything(t *testing.T) {
	for shell := range shells() {
		code, out, errs := runHere(t, nil, "", "completion", shell)
		if code != exitOK || errs != "" {
			t.Errorf("completion %s: code %d, %s", shell, code, errs)
		}
		for _, c := range commands() {
			for _, w := range append(c.flagWords(), word{text: c.name}) {
				if !strings.Contains(out, strings.TrimPrefix(w.text, "--")) {
					t.Errorf("completion %s does not know %s of %s", shell, w.text, c.name)
				}
			}
		}
	}
}

// The shells themselves complete with what is written for them.
func TestCompletionInShells(t *testing.T) {
	for _, c := range []struct {
		shell string
		args  []string
		ask   func(words ...string) string
	}{
		{"bash", []string{"--norc", "-c"}, func(words ...string) string {
			return fmt.Sprintf("\nCOMP_WORDS=(awscred %s); COMP_CWORD=%d; _awscred; printf '%%s\\n' \"${COMPREPLY[@]}\"\n", strings.Join(words, " "), len(words))
		}},
		{"fish", []string{"--no-config", "-c"}, func(words ...string) string {
			return "\ncomplete -C 'awscred " + strings.ReplaceAll(strings.Join(words, " "), "''", "") + "' | string replace -r '\\t.*' ''; true\n"
		}},
		{"zsh", []string{"-f", "-c"}, func(words ...string) string {
			return fmt.Sprintf("\nwords=(awscred %s); CURRENT=%d; _awscred\n", strings.Join(words, " "), len(words)+1)
		}},
	} {
		t.Run(c.shell, func(t *testing.T) {
			shell, err := exec.LookPath(c.shell)
			if err != nil {
				t.Skip(err)
			}
			_, script, _ := runHere(t, nil, "", "completion", c.shell)
			if c.shell == "zsh" { // what the completion system of zsh would be told
				script = "compdef() { : }; _files() { : }; compadd() { shift; print -l -- $@ }; _describe() { print -l -- ${${(P)2}%%:*} }\n" + script
			}
			for _, x := range []struct {
				words []string
				want  string
			}{
				{[]string{"sc"}, "scan"},
				{[]string{"scan", "--stag"}, "--staged"},
				{[]string{"audit", "--format", "''"}, "html"},
				{[]string{"report", "--format", "''"}, "sarif"},
				{[]string{"hook", "''"}, "uninstall"},
				{[]string{"schema", "''"}, "audit"},
			} {
				out, err := exec.Command(shell, append(c.args, script+c.ask(x.words...))...).CombinedOutput()
				if err != nil || !slices.Contains(strings.Fields(string(out)), x.want) {
					t.Errorf("%q: %v: %s does not have %s", x.words, err, out, x.want)
				}
			}
		})
	}
}

// The manual page is in order for troff, and in ASCII.
func TestMan(t *testing.T) {
	_, page, _ := runHere(t, nil, "", "help", "--format", "man")
	if strings.ContainsFunc(page, func(r rune) bool { return r >= 0x80 }) {
		t.Error("the page is not ASCII")
	}
	groff, err := exec.LookPath("groff")
	if err != nil {
		t.Skip(err)
	}
	var text, complaints bytes.Buffer
	cmd := exec.Command(groff, "-man", "-Tutf8", "-ww")
	cmd.Stdin, cmd.Stdout, cmd.Stderr = strings.NewReader(page), &text, &complaints
	if err := cmd.Run(); err != nil || complaints.Len() > 0 || !strings.Contains(text.String(), "169.254.169.254") {
		t.Errorf("%v: %s", err, &complaints)
	}
}

func TestNearest(t *testing.T) {
	words := []string{"which", "scan", "version", "completion", "help"}
	for typed, want := range map[string]string{"whcih": "which", "wich": "which", "scna": "scan", "sacn": "scan", "versoin": "version", "xyz": "", "completions": "completion"} {
		if got := spelling.Nearest(typed, words); got != want {
			t.Errorf("nearest(%q) = %q, want %q", typed, got, want)
		}
	}
}

func TestParseSize(t *testing.T) {
	for text, want := range map[string]int64{"512MB": 512e6, "1GiB": 1 << 30, "100000": 100000, "64K": 64 << 10, "2g": 2 << 30, "5b": 5} {
		if got, err := parseSize(text); err != nil || got != want {
			t.Errorf("parseSize(%q) = %d, %v; want %d", text, got, err, want)
		}
	}
	for _, text := range []string{"", "MB", "-1", "0", "1TB", "1.5GB", "99999999999GB", "12x"} {
		if got, err := parseSize(text); err == nil {
			t.Errorf("parseSize(%q) = %d; want an error", text, got)
		}
	}
}
