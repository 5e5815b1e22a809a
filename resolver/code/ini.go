package code

import (
	"slices"
	"strings"

	"github.com/awscred/awscred/resolver"
)

// An iniLine is a setting of a file with sections.
type iniLine struct {
	line           int
	section        string
	name, value    string
	isSectionStart bool
}

// iniLines reads a file of sections and settings.
func iniLines(text, comments, more string) []iniLine {
	var list []iniLine
	section := ""
	for line, text := range logicalLines(text, more) {
		text = strings.TrimSpace(text)
		switch {
		case text == "" || strings.IndexByte(comments, text[0]) >= 0:
		case text[0] == '[' && strings.HasSuffix(text, "]"):
			section = text[1 : len(text)-1]
			list = append(list, iniLine{line: line, section: section, isSectionStart: true})
		default:
			name, value, _ := strings.Cut(text, "=")
			list = append(list, iniLine{line: line, section: section, name: strings.TrimSpace(name), value: strings.TrimSpace(value)})
		}
	}
	return list
}

// s3cfgLanguage is the settings of s3cmd. Its keys come before the environment
// (s3cmd/S3/Config.py, __init__).
func s3cfgLanguage() language {
	return language{
		name: "s3cfg",
		reads: func(_, base string) bool {
			return strings.HasSuffix(base, "s3cfg") || strings.HasPrefix(base, ".s3cfg")
		},
		scan: func(f *file) error {
			site := Site{SDKs: []string{"s3cmd"}, Call: "s3cmd", Global: true}
			host := ""
			for _, x := range iniLines(string(f.data), "#;", "") {
				value := literal(x.value)
				if strings.Contains(x.value, "{{") || strings.Contains(x.value, "${") {
					value = unknownValue()
				}
				if site.Line == 0 {
					site.Line = x.line
				}
				switch x.name {
				case "access_key":
					site.KeyID, site.Line = keyValue(value), x.line
				case "secret_key":
					site.Secret = value.value(true)
				case "access_token":
					site.Token = value.value(true)
				case "host_base":
					host = x.value
				}
			}
			if host != "" && !strings.HasSuffix(host, "amazonaws.com") {
				site.Endpoint = valueOf(asEndpoint, literal(host))
			}
			if site.settle() {
				f.add(site)
			}
			return nil
		},
	}
}

// rcloneLanguage is the settings of rclone, which is built on the SDK for Go.
// https://rclone.org/s3/
func rcloneLanguage() language {
	return language{
		name: "rclone",
		reads: func(_, base string) bool {
			return base == "rclone.conf" || base == ".rclone.conf" || strings.HasPrefix(base, "rclone") && strings.HasSuffix(base, ".conf")
		},
		scan: func(f *file) error {
			var sections [][]iniLine
			for _, x := range iniLines(string(f.data), "#;", "") {
				if x.isSectionStart {
					sections = append(sections, nil)
				}
				if n := len(sections); n > 0 {
					sections[n-1] = append(sections[n-1], x)
				}
			}
			for _, s := range sections {
				f.rcloneRemote(s)
			}
			return nil
		},
	}
}

// rcloneRemote reports one remote. Without env_auth and keys it signs nothing.
func (f *file) rcloneRemote(lines []iniLine) {
	site := Site{Line: lines[0].line, SDKs: []string{"go-v2"}, Call: "rclone remote " + lines[0].section}
	values := make(map[string]string)
	for _, x := range lines[1:] {
		values[x.name] = x.value
		switch x.name {
		case "access_key_id":
			site.KeyID, site.Line = keyValue(literal(x.value)), x.line
		case "secret_access_key":
			site.Secret = literal(x.value).value(true)
		case "session_token":
			site.Token = literal(x.value).value(true)
		case "profile":
			site.Profile = valueOf(asProfile, literal(x.value))
		case "role_arn":
			site.Role = valueOf(asRole, literal(x.value))
		case "endpoint":
			site.Endpoint = valueOf(asEndpoint, literal(x.value))
		}
	}
	if values["type"] != "s3" {
		return
	}
	if file := values["shared_credentials_file"]; file != "" {
		f.add(Site{Line: site.Line, SDKs: site.SDKs, Call: site.Call, Sets: Variable, Variable: "AWS_SHARED_CREDENTIALS_FILE", Written: Value{State: Literal, Text: file},
			For: onMachine(site.Call), Global: true})
	}
	switch {
	case site.KeyID.IsSet():
		site.Sets = StaticKey
	case values["env_auth"] != "true":
		site.Sets, site.Sources = Provider, []resolver.Source{}
	case !site.settle() || site.Sets == Endpoint:
		site.Sets = Nothing
	}
	f.add(site)
}

// iniLanguage is files that hand variables to what they start: pools of
// php-fpm, supervisor, uWSGI, and the web servers' "SetEnv".
func iniLanguage() language {
	return language{
		name:  "ini",
		reads: suffixes(".ini", ".conf", ".cfg", ".htaccess"),
		marks: []string{"AWS_"},
		scan: func(f *file) error {
			for _, x := range iniLines(string(f.data), "#;", "") {
				f.handedOn(x)
			}
			return nil
		},
	}
}

// handedOn reports the variables of one line.
func (f *file) handedOn(x iniLine) {
	e := onMachine("programs that " + f.name[strings.LastIndexByte(f.name, '/')+1:] + " starts")
	e.Instead = insteadUnit
	value := func(text string) reading {
		text = strings.Trim(text, `"'`)
		if strings.Contains(text, "%(") {
			return unknownValue()
		}
		return dollarText(text)
	}
	if name, ok := whole(x.name, "env[", "]"); ok { // php-fpm
		f.sets(e, x.line, "env", name, value(x.value))
		return
	}
	words := strings.Fields(x.name)
	switch {
	case len(words) == 3 && slices.Contains([]string{"SetEnv", "fastcgi_param", "uwsgi_param"}, words[0]):
		f.sets(e, x.line, words[0], words[1], value(strings.TrimSuffix(words[2], ";")))
	case x.name == "environment": // supervisor
		for _, pair := range strings.Split(x.value, ",") {
			if name, v, ok := strings.Cut(strings.TrimSpace(pair), "="); ok {
				f.sets(e, x.line, "environment", name, value(v))
			}
		}
	case x.name == "env" || x.name == "set_env": // uWSGI
		if name, v, ok := strings.Cut(x.value, "="); ok {
			f.sets(e, x.line, "env", strings.TrimSpace(name), value(strings.TrimSpace(v)))
		}
	}
}
