package origin

import (
	"regexp"
	"strings"
)

// powerShell reads what a PowerShell profile sets: $env:X = 'v', Set-Item
// Env:X v, [Environment]::SetEnvironmentVariable('X', 'v'), and Remove-Item
// Env:X.
func powerShell(text string) []assignment {
	code := powerShellCode(text)
	var list []assignment
	line, counted := 1, 0
	for _, m := range powerShellSetter().FindAllStringSubmatchIndex(code, -1) {
		line += strings.Count(code[counted:m[0]], "\n")
		counted = m[0]
		name := ""
		for g := 2; g < len(m); g += 2 {
			if m[g] >= 0 {
				name = code[m[g]:m[g+1]]
			}
		}
		if strings.HasPrefix(strings.ToLower(code[m[0]:m[1]]), "remove-item") {
			list = append(list, assignment{name: name, line: line, made: unset})
			continue
		}
		w := powerShellValue(text[m[1]:min(len(text), m[1]+maxValue)])
		w.line = line
		list = append(list, assign(name, w))
	}
	return list
}

// powerShellSetter matches up to the value. Strings are blanked out, except for
// those that name the variable.
func powerShellSetter() *regexp.Regexp {
	return regexp.MustCompile(`(?i)\$(?:env:([a-z_]\w*)|\{env:([a-z_]\w*)\})[ \t]*=[ \t]*` +
		`|\b(?:set-item|si|set-content|new-item)[ \t]+(?:-(?:literal)?path[ \t]+)?env:[\\/]?([a-z_]\w*)[ \t]+(?:-value[ \t]+)?` +
		`|\[(?:system\.)?environment\]::setenvironmentvariable\([ \t]*['"]([a-z_]\w*)['"][ \t]*,[ \t]*` +
		`|\bremove-item[ \t]+(?:-(?:literal)?path[ \t]+)?env:[\\/]?([a-z_]\w*)`)
}

// powerShellCode blanks comments and the content of strings out, keeping the
// length. Strings that look like a name stay.
func powerShellCode(text string) string {
	out := []byte(text)
	for i := 0; i < len(text); {
		end := i + 1
		switch c := text[i]; {
		case c == '`':
			end = i + 2
		case strings.HasPrefix(text[i:], "<#"):
			end = behind(text, i, "#>")
			blank(out[i:min(end, len(out))])
		case c == '#':
			end = behind(text, i, "\n") - 1
			blank(out[i:min(end, len(out))])
		case strings.HasPrefix(text[i:], "@'") || strings.HasPrefix(text[i:], `@"`):
			end = behind(text, i, "\n"+text[i+1:i+2]+"@")
			blank(out[i:min(end, len(out))])
		case c == '\'' || c == '"':
			end = behindString(text, i)
			if inner := text[i+1 : max(end-1, i+1)]; !isName(inner) {
				blank(out[i+1 : max(end-1, i+1)])
			}
		}
		i = end
	}
	return string(out)
}

// blank writes blanks over everything but line ends.
func blank(b []byte) {
	for i := range b {
		if b[i] != '\n' {
			b[i] = ' '
		}
	}
}

// behind returns the index behind the next end, or behind the text and one
// more.
func behind(text string, from int, end string) int {
	if i := strings.Index(text[from:], end); i >= 0 {
		return from + i + len(end)
	}
	return len(text) + 1
}

// behindString returns the index behind a quoted string. A doubled quote stands
// for itself, and a backtick escapes between double quotes.
func behindString(text string, from int) int {
	quote := text[from]
	for i := from + 1; i < len(text); i++ {
		switch {
		case text[i] == '`' && quote == '"':
			i++
		case text[i] != quote:
		case i+1 < len(text) && text[i+1] == quote:
			i++
		default:
			return i + 1
		}
	}
	return len(text)
}

// powerShellValue reads the value that a text begins with.
func powerShellValue(text string) word {
	if text == "" || text[0] != '\'' && text[0] != '"' {
		return bareValue(text)
	}
	end := behindString(text, 0)
	if end < 2 || text[end-1] != text[0] {
		return word{made: byCommand}
	}
	rest := strings.TrimLeft(text[end:], " \t\r")
	if rest != "" && strings.IndexByte("\n;})#,|", rest[0]) < 0 && !strings.HasPrefix(rest, "-") {
		return word{made: byCommand} // an expression
	}
	inner := text[1 : end-1]
	if text[0] == '\'' {
		return word{text: strings.ReplaceAll(inner, "''", "'")}
	}
	if strings.Contains(inner, "$(") {
		return word{made: byCommand}
	}
	if strings.ContainsAny(inner, "$`") {
		return word{made: byVariable}
	}
	return word{text: strings.ReplaceAll(inner, `""`, `"`)}
}

// bareValue reads a value without quotes.
func bareValue(text string) word {
	line, _, _ := strings.Cut(text, "\n")
	line = strings.TrimSpace(strings.TrimRight(line, "\r;}) "))
	switch {
	case strings.EqualFold(line, "$null"):
		return word{made: unset}
	case strings.HasPrefix(line, "$") && !strings.ContainsAny(line, "( "):
		return word{made: byVariable}
	case line == "" || strings.ContainsAny(line, "()&$|[]@ "):
		return word{made: byCommand}
	}
	return word{text: line}
}
