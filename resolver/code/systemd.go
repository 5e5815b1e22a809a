package code

import (
	"strings"
)

// systemdLanguage is systemd's units, their drop-ins and Podman's Quadlets.
// https://www.freedesktop.org/software/systemd/man/latest/systemd.exec.html#Environment
func systemdLanguage() language {
	return language{
		name: "systemd",
		reads: func(name, base string) bool {
			return strings.HasSuffix(base, ".service") || strings.HasSuffix(base, ".container") || strings.HasSuffix(base, ".service.in") ||
				strings.HasSuffix(base, ".conf") && (strings.Contains(name, ".service.d/") || strings.Contains(name, "environment.d/"))
		},
		marks: []string{"AWS_", "Environment", "aws "},
		scan: func(f *file) error {
			e := onMachine("unit " + unitName(f.name))
			e.Instead = insteadUnit
			if strings.Contains(f.name, "environment.d/") {
				for line, text := range logicalLines(string(f.data), "\\") {
					if name, v, ok := dotenvLine(text); ok {
						f.sets(onMachine("sessions of the user"), line, "environment.d", name, v)
					}
				}
				return nil
			}
			for _, x := range iniLines(string(f.data), "#;", "\\") {
				f.unitSetting(e, x)
			}
			return nil
		},
	}
}

// unitName is that of a unit, also where a drop-in is of it.
func unitName(name string) string {
	parts := strings.Split(name, "/")
	for _, p := range parts {
		if unit, ok := strings.CutSuffix(p, ".d"); ok && strings.HasSuffix(unit, ".service") {
			return unit
		}
	}
	return parts[len(parts)-1]
}

func (f *file) unitSetting(e Environment, x iniLine) {
	switch x.name {
	case "Environment":
		for _, pair := range systemdWords(x.value) {
			if name, value, ok := strings.Cut(pair, "="); ok {
				v := literal(value)
				if strings.Contains(strings.ReplaceAll(value, "%%", ""), "%") {
					v = unknownValue()
				}
				f.sets(e, x.line, "Environment", name, v)
			}
		}
	case "PassEnvironment":
		for name := range strings.FieldsSeq(x.value) {
			f.sets(e, x.line, "PassEnvironment", name, reading{state: FromEnv, variable: name})
		}
	case "EnvironmentFile":
		f.loads(x.line, strings.TrimPrefix(x.value, "-"), "EnvironmentFile", e)
	case "ExecStart", "ExecStartPre", "ExecStartPost", "ExecReload", "ExecStop":
		f.shell(strings.TrimLeft(x.value, "-@+!:"), x.line, e, nil)
	}
}

// systemdWords cuts a value at white space that is not in quotes.
func systemdWords(text string) []string {
	var list []string
	var b strings.Builder
	quote, open := byte(0), false
	for i := 0; i < len(text); i++ {
		c := text[i]
		switch {
		case quote != 0 && c == quote:
			quote = 0
		case quote == 0 && (c == '"' || c == '\''):
			quote, open = c, true
		case c == '\\' && i+1 < len(text):
			i++
			b.WriteByte(text[i])
		case quote == 0 && (c == ' ' || c == '\t'):
			if b.Len() > 0 || open {
				list = append(list, b.String())
			}
			b.Reset()
			open = false
		default:
			b.WriteByte(c)
		}
	}
	if b.Len() > 0 || open {
		list = append(list, b.String())
	}
	return list
}
