package detect

import (
	"regexp"
	"strings"
)

// pythonPackage returns the SDK that a Python package shows. The chain is
// botocore's, which boto3 follows in its numbers since 1.33. On the package
// index awscli is version 1 of the command line.
func pythonPackage(name string) (product, bool) {
	name = strings.ReplaceAll(strings.ToLower(name), "_", "-")
	switch name {
	case "botocore":
		return product{sdk: "python", name: name}, true
	case "boto3":
		return product{sdk: "python", name: name, rank: 1}, true
	case "aiobotocore", "aioboto3":
		return product{sdk: "python", name: name, rank: 2, unversioned: true}, true
	case "awscli":
		return product{sdk: "cli-v1", name: name}, true
	}
	return product{}, false
}

// boto2 is the mention of a package that no chain covers.
func boto2(line int) mention {
	return mention{product: product{name: "boto"}, line: line, note: "boto 2 is not covered"}
}

// isRequirements reports whether pip may be told to read a file.
func isRequirements(dir, base string) bool {
	if !strings.HasSuffix(base, ".txt") && !strings.HasSuffix(base, ".in") && !strings.HasSuffix(base, ".pip") {
		return false
	}
	return strings.Contains(base, "requirements") || strings.HasPrefix(base, "constraints") || dir == "requirements"
}

// requirement reads "boto3[crt] >= 1.28 ; python_version < '4'" of PEP 508.
func requirement(s string, line int) (mention, bool) {
	s = strings.TrimSpace(s)
	size := 0
	for size < len(s) && (isKey(s[size:size+1]) && s[size] != '/' && s[size] != '@') {
		size++
	}
	name, spec := s[:size], strings.TrimSpace(s[size:])
	if strings.HasPrefix(spec, "[") {
		_, spec, _ = strings.Cut(spec, "]")
	}
	if i := strings.IndexAny(spec, ";#\\"); i >= 0 {
		spec = spec[:i]
	}
	spec, _, _ = strings.Cut(spec, "--hash")
	spec = strings.Trim(spec, "() \t")
	if spec != "" && strings.IndexByte("<>=!~@", spec[0]) < 0 {
		return mention{}, false // words of a text
	}
	if strings.EqualFold(name, "boto") {
		return boto2(line), true
	}
	p, ok := pythonPackage(name)
	return p.require(line, spec, false), ok
}

func requirements(text string) []mention {
	var list []mention
	for n, line := range lines(text) {
		if m, ok := requirement(line, n); ok {
			list = append(list, m)
		}
	}
	return list
}

// pyproject reads the dependencies of pyproject.toml – PEP 621 and 735, and
// those of Poetry, PDM, Hatch and uv – and of a Pipfile.
func pyproject(text string) []mention {
	var list []mention
	for l := range toml(text) {
		byKey := strings.HasPrefix(l.table, "tool.poetry") && strings.HasSuffix(l.table, "dependencies") || l.table == "packages" || l.table == "dev-packages"
		byString := strings.HasSuffix(l.key, "dependencies") || strings.HasSuffix(l.table, "dependencies") || l.table == "dependency-groups"
		switch {
		case l.key == "":
		case byKey && l.first:
			if p, ok := pythonPackage(l.key); ok {
				list = append(list, p.require(l.line, tomlVersion(l.value), true))
			}
		case byString && !byKey:
			for _, s := range tomlStrings(l.value) {
				if m, ok := requirement(s, l.line); ok {
					list = append(list, m)
				}
			}
		}
	}
	return list
}

// setupCfg reads the requirements of setup.cfg.
func setupCfg(text string) []mention {
	var list []mention
	section := ""
	for n, line := range lines(text) {
		if strings.HasPrefix(line, "[") {
			section = strings.Trim(line, "[] ")
			continue
		}
		if !strings.HasPrefix(section, "options") {
			continue
		}
		if rest, ok := strings.CutPrefix(line, "install_requires"); ok {
			line = strings.TrimPrefix(strings.TrimSpace(rest), "=")
		}
		if m, ok := requirement(line, n); ok {
			list = append(list, m)
		}
	}
	return list
}

// setupPy reads the strings of setup.py that stand in something called
// install_requires, REQUIREMENTS, or deps.
func setupPy(text string) []mention {
	key := regexp.MustCompile(`\b(\w+)\s*=\s*[\[({]`)
	var list []mention
	open := false
	for n, line := range lines(hashComments().strip(text)) {
		if m := key.FindStringSubmatch(line); m != nil {
			name := strings.ToLower(m[1])
			open = strings.Contains(name, "require") || strings.Contains(name, "dep")
		}
		if !open {
			continue
		}
		for _, s := range tomlStrings(line) {
			if m, ok := requirement(s, n); ok {
				list = append(list, m)
			}
		}
	}
	return list
}

// conda reads "- boto3=1.34" of an environment file; pip's stand deeper.
func conda(text string) []mention {
	var list []mention
	for n, line := range lines(hashComments().strip(text)) {
		if item, ok := strings.CutPrefix(strings.TrimSpace(line), "- "); ok {
			item = strings.Trim(item, ` "'`)
			item = item[strings.LastIndex(item, "::")+1:]
			if m, ok := requirement(strings.TrimPrefix(item, ":"), n); ok {
				list = append(list, m)
			}
		}
	}
	return list
}

func pipfileLock(text string) []mention {
	var list []mention
	walkJSON(text, func(path []string, value string, line int) {
		if len(path) == 3 && path[2] == "version" {
			if p, ok := pythonPackage(path[1]); ok {
				list = append(list, p.at(line, locked, value))
			}
		}
	})
	return list
}

func pythonLock(text string) []mention { return tomlPackages(text, pythonPackage) }

// distribution reads the name of a directory that pip leaves for a package:
// "botocore-1.34.0.dist-info" or "….egg-info", "…-py3.9.egg-info"
// (packaging.python.org/specifications/recording-installed-packages).
func distribution(base string) (mention, bool) {
	rest, ok := strings.CutSuffix(base, ".dist-info")
	if !ok {
		if rest, ok = strings.CutSuffix(base, ".egg-info"); !ok {
			return mention{}, false
		}
		if i := strings.LastIndex(rest, "-py"); i > 0 {
			rest = rest[:i]
		}
	}
	name, version, ok := strings.Cut(rest, "-")
	if !ok {
		return mention{}, false
	}
	p, ok := pythonPackage(name)
	if p.sdk == "cli-v1" && strings.HasPrefix(version, "2.") {
		p.sdk = "cli-v2"
	}
	return p.at(0, installed, version), ok
}
