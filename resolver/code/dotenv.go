package code

import (
	"slices"
	"strings"
)

// dotenvLanguage is files of variables: .env and its like, and .envrc, which is
// a script.
func dotenvLanguage() language {
	return language{name: "dotenv", reads: isDotenv, marks: []string{"AWS_", "aws"}, scan: func(f *file) error {
		base := f.name[strings.LastIndexByte(f.name, '/')+1:]
		if strings.HasPrefix(base, ".envrc") {
			f.language = "envrc"
			f.shell(string(f.data), 1, onMachine("shells in this directory"), nil)
			return nil
		}
		e := Environment{Name: "programs that load " + base, Instead: insteadHere}
		for line, text := range logicalLines(string(f.data), "\\") {
			if name, v, ok := dotenvLine(text); ok {
				f.sets(e, line, base, name, v)
			}
		}
		return nil
	}}
}

func isDotenv(_, base string) bool {
	stem, rest, _ := strings.Cut(strings.TrimPrefix(base, "."), ".")
	switch {
	case strings.HasPrefix(base, ".env"):
		return base == ".env" || base == ".envrc" || strings.HasPrefix(base, ".env.") || strings.HasPrefix(base, ".envrc.") || strings.HasPrefix(base, ".env-") || strings.HasPrefix(base, ".env_")
	case strings.HasSuffix(base, ".env"), stem == "env" && !slices.Contains([]string{"js", "ts", "py", "rb", "go", "d.ts", "mjs", "json", "yml", "yaml", "sh", "php", "rs", "java", "kt", "tf", "md", "html", "vue", "cs", "ps1", "bash", "test.ts", "conf", "ini", "properties", "toml"}, rest) && rest != "" && strings.Count(rest, ".") == 0:
		return true
	case strings.HasSuffix(base, ".envfile"), base == "envfile", strings.HasSuffix(base, ".env.local"), base == "secrets.env", base == ".flaskenv":
		return true
	}
	return false
}

// dotenvLine reads NAME=value, as the libraries that load such files agree on.
// https://www.npmjs.com/package/dotenv#rules
func dotenvLine(text string) (name string, v reading, ok bool) {
	text = strings.TrimSpace(strings.TrimPrefix(text, "\ufeff"))
	text = strings.TrimSpace(strings.TrimPrefix(text, "export "))
	name, value, ok := strings.Cut(text, "=")
	if name = strings.TrimSpace(name); !ok || !isVariableName(name) {
		return "", v, false
	}
	value = strings.TrimSpace(value)
	if value != "" && strings.IndexByte("\"'`", value[0]) >= 0 {
		quote := value[0]
		if n := strings.IndexByte(value[1:], quote); n >= 0 {
			if value = value[1 : n+1]; quote == '\'' {
				return name, literal(value), true
			}
		}
	} else if n := strings.Index(value, " #"); n >= 0 {
		value = strings.TrimSpace(value[:n])
	} else if strings.HasPrefix(value, "#") {
		value = ""
	}
	if strings.Contains(value, "$(") || strings.Contains(value, "{{") {
		return name, unknownValue(), true
	}
	if v, ok := stored(value); ok {
		return name, v, true
	}
	return name, dollarText(value), true
}

// procfileLanguage is Procfile, whose lines name processes and the commands that
// start them.
func procfileLanguage() language {
	return language{
		name:  "procfile",
		reads: func(_, base string) bool { return base == "Procfile" || strings.HasPrefix(base, "Procfile.") },
		marks: []string{"AWS_", "profile", "aws "},
		scan: func(f *file) error {
			for line, text := range logicalLines(string(f.data), "\\") {
				name, command, ok := strings.Cut(text, ":")
				if name = strings.TrimSpace(name); ok && !strings.HasPrefix(name, "#") && name != "" && !strings.ContainsAny(name, " =") {
					f.shell(command, line, onMachine("process "+name), nil)
				}
			}
			return nil
		},
	}
}
