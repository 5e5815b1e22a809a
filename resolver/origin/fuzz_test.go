package origin

import (
	"strings"
	"testing"
)

// parsers are all readers of files, by what they read.
func parsers() map[string]func(string) []assignment {
	return map[string]func(string) []assignment{
		"posix":      func(s string) []assignment { return shell(s, dialect{home: "/h"}).assignments },
		"fish":       func(s string) []assignment { return shell(s, dialect{fish: true, home: "/h"}).assignments },
		"universal":  fishVariables,
		"powershell": powerShell,
		"dotenv":     dotenv,
		"pam":        pamEnv,
		"github":     githubEnv,
		"compose":    func(s string) []assignment { return compose(s).assignments },
		"unit":       func(s string) []assignment { return unitFile(s).assignments },
	}
}

func FuzzParsers(f *testing.F) {
	for _, seed := range []string{
		"export A=b", "set -gx A (b)", "setenv A b", "A='x\ny' B=$(c `d`) # e\n", "cat <<E\nA=b\nE\nA=c", "$env:A = 'b'", "@'\n'@\n${env:A}=\"`n\"",
		"[Service]\nEnvironment=\"A=b\" \\\n C=%%d", "environment:\n  - A=b\n", "A<<E\nb\nE\n", "A DEFAULT=b OVERRIDE=${c}", "SETUVAR --export A:\\x20",
		"A=\"b\nc\"", "A=${", "A=$'\\", "A=\"\\", "export A=$(", "<#", "$env:A='", "\x00\xff\ufeff", "A='", "<<", "A=`", "\\", "[Environment]::SetEnvironmentVariable('A',",
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		most := strings.Count(text, "\n") + 1
		for name, parse := range parsers() {
			for _, a := range parse(text) {
				if a.line < 1 || a.line > most || name != "unit" && !isName(a.name) {
					t.Errorf("%s: %q on line %d of %d", name, a.name, a.line, most)
				}
				if !strings.Contains(text, a.name) && !strings.ContainsAny(text, "\\'\"`") {
					t.Errorf("%s: %q does not stand in the text", name, a.name)
				}
			}
		}
	})
}

func FuzzStat(f *testing.F) {
	f.Add("812 (zsh) S 790 812 812 0 -1 4194304 0 0 0 0 0 0 0 0 20 0 1 0 900 0 0")
	f.Add("1 (a) S (b)) S 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 1")
	f.Add(")(")
	f.Fuzz(func(t *testing.T, text string) {
		if p, ok := parseStat(text); ok && p.command != "" && !isCommand(p.command) {
			t.Errorf("command %q", p.command)
		}
		unitOf(text)
	})
}
