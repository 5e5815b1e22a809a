package doctor

import (
	"fmt"
	"strings"
	"unicode"

	"github.com/awscred/awscred/resolver"
)

// A shell writes fixes as commands of the shell that people use on the Host's
// system: PowerShell on Windows, the POSIX shell elsewhere. Names from files
// and variables are quoted, so that a hostile profile name cannot become a
// command when a fix is pasted.
type shell struct {
	windows bool
	home    string
}

func shellOf(h *resolver.Host) shell {
	return shell{windows: h.OS == "windows", home: h.Home}
}

func (s shell) unset(variables ...string) string {
	if s.windows {
		return "Remove-Item Env:" + strings.Join(variables, ", Env:")
	}
	return "unset " + strings.Join(variables, " ")
}

// set returns the command that sets a variable, and false if the value cannot
// be written on one line.
func (s shell) set(variable, value string) (string, bool) {
	quoted, ok := s.quote(value)
	if !ok {
		return "", false
	}
	if s.windows {
		return fmt.Sprintf("$env:%s = %s", variable, quoted), true
	}
	return fmt.Sprintf("export %s=%s", variable, quoted), true
}

// quote writes a word for the shell. It returns false for text that holds
// characters which a terminal would not show as they are.
func (s shell) quote(word string) (string, bool) {
	for _, r := range word {
		if !unicode.IsPrint(r) || r == unicode.ReplacementChar {
			return "", false
		}
	}
	switch {
	case s.windows:
		return "'" + strings.ReplaceAll(word, "'", "''") + "'", true
	case plain(word):
		return word, true
	}
	return "'" + strings.ReplaceAll(word, "'", `'\''`) + "'", true
}

// plain reports whether a word means itself in a POSIX shell.
func plain(word string) bool {
	return word != "" && strings.IndexFunc(word, func(r rune) bool {
		return !(r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' ||
			strings.ContainsRune("_-./:@%+,=", r))
	}) < 0
}

// path writes a file's name for the shell, with ~ for the home directory where
// the shell understands it.
func (s shell) path(name string) (string, bool) {
	if s.windows {
		return s.quote(name)
	}
	if short := s.tilde(name); short != name && plain(strings.TrimPrefix(short, "~")) {
		return short, true
	}
	return s.quote(name)
}

// tilde shortens a name below the home directory, for people.
func (s shell) tilde(name string) string {
	if s.home == "" || s.home == "/" || !strings.HasPrefix(name, s.home) {
		return name
	}
	rest := name[len(s.home):]
	if rest != "" && rest[0] != '/' && !(s.windows && rest[0] == '\\') {
		return name
	}
	return "~" + rest
}

// private returns the command that takes a file away from everybody else.
func (s shell) private(name string) string {
	quoted, ok := s.path(name)
	if !ok {
		return "make the file private (mode 600)"
	}
	if s.windows {
		return "icacls " + quoted + ` /inheritance:r /grant:r "$($env:USERNAME):F"`
	}
	return "chmod 600 " + quoted
}

// lines names lines of one file: "line 7", "lines 7–8", "lines 2, 5".
func lines(numbers []int) string {
	if len(numbers) == 1 {
		return fmt.Sprintf("line %d", numbers[0])
	}
	if numbers[len(numbers)-1]-numbers[0] == len(numbers)-1 {
		return fmt.Sprintf("lines %d–%d", numbers[0], numbers[len(numbers)-1])
	}
	words := make([]string, len(numbers))
	for i, n := range numbers {
		words[i] = fmt.Sprint(n)
	}
	return "lines " + strings.Join(words, ", ")
}
