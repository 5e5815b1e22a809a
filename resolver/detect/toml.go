package detect

import (
	"iter"
	"strings"
)

// A tomlLine is what one line of a TOML file adds: a value of a key, or further
// lines of it. It is as much of TOML as manifests use: tables, keys, strings and
// arrays over several lines.
type tomlLine struct {
	table, key string
	// value is what stands behind the key, or the whole line.
	value string
	// first is true on the line of the key.
	first bool
	line  int
}

// toml yields the lines of a TOML file that belong to a key. Lines of tables
// have an empty key.
func toml(text string) iter.Seq[tomlLine] {
	return func(yield func(tomlLine) bool) {
		var l tomlLine
		for n, line := range lines(hashComments().strip(text)) {
			l.line, l.first = n, false
			line = strings.TrimSpace(line)
			if line == "" {
				continue
			}
			if name, ok := tomlTable(line); ok {
				l.table, l.key, l.value = name, "", ""
			} else if key, value, ok := strings.Cut(line, "="); ok && isKey(strings.TrimSpace(key)) {
				l.key, l.value, l.first = strings.Trim(strings.TrimSpace(key), `"'`), strings.TrimSpace(value), true
			} else {
				l.value = line
			}
			if !yield(l) {
				return
			}
		}
	}
}

// tomlTable reads "[name]" and "[[name]]".
func tomlTable(line string) (string, bool) {
	name, ok := strings.CutPrefix(line, "[")
	if !ok || !strings.HasSuffix(name, "]") || strings.ContainsAny(name, ",=") {
		return "", false
	}
	name = strings.Trim(name, "[] ")
	if !isKey(name) && !strings.Contains(name, ".") {
		return "", false
	}
	return strings.NewReplacer(`"`, "", "'", "", " ", "").Replace(name), true
}

// isKey reports whether a text is a key, dotted or in quotes.
func isKey(s string) bool {
	if len(s) > 2 && (s[0] == '"' || s[0] == '\'') && s[len(s)-1] == s[0] {
		s = s[1 : len(s)-1]
	}
	for i := range len(s) {
		c := s[i]
		if !(c >= '0' && c <= '9' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || strings.IndexByte("_-.@/", c) >= 0) {
			return false
		}
	}
	return s != ""
}

// tomlStrings returns the strings of a value.
func tomlStrings(value string) []string {
	var list []string
	for value != "" {
		i := strings.IndexAny(value, `"'`)
		if i < 0 {
			break
		}
		quote := value[i : i+1]
		text, rest, ok := strings.Cut(value[i+1:], quote)
		if !ok {
			break
		}
		list = append(list, text)
		value = rest
	}
	return list
}

// tomlVersion returns the version of a dependency: "1.0", or that of
// { version = "1.0", … }.
func tomlVersion(value string) string {
	if strings.HasPrefix(value, "{") {
		_, after, ok := strings.Cut(value, "version")
		if after = strings.TrimLeft(after, " "); !ok || !strings.HasPrefix(after, "=") {
			return ""
		}
		value = strings.TrimSpace(after[1:])
	}
	if list := tomlStrings(value); len(list) > 0 && strings.IndexByte(`"'`, value[0]) >= 0 {
		return list[0]
	}
	return ""
}

// tomlPackages reads the packages of a lock file: name and version of each
// [[package]].
func tomlPackages(text string, known func(string) (product, bool)) []mention {
	var list []mention
	var p product
	at := 0
	for l := range toml(text) {
		switch {
		case l.table != "package" && l.table != "packages" || l.key == "":
			at = 0
		case l.key == "name" && l.first:
			at = 0
			if found, ok := known(tomlVersion(l.value)); ok {
				p, at = found, l.line
			}
		case l.key == "version" && l.first && at > 0:
			list = append(list, p.at(at, locked, tomlVersion(l.value)))
			at = 0
		}
	}
	return list
}

// crate returns the SDK that a Rust crate shows. The chain is that of
// aws-config.
func crate(name string) (product, bool) {
	switch {
	case name == "aws-config":
		return product{sdk: "rust", name: name}, true
	case strings.HasPrefix(name, "aws-sdk-") && isKey(name):
		return product{sdk: "rust", name: name, rank: 1, unversioned: true}, true
	}
	return product{}, false
}

// cargo reads the dependencies of Cargo.toml
// (doc.rust-lang.org/cargo/reference/specifying-dependencies.html). A bare
// version is a caret range.
func cargo(text string) []mention {
	var list []mention
	for l := range toml(text) {
		above, last, _ := cutLast(l.table)
		switch {
		case l.key == "" && strings.HasSuffix(above, "dependencies"):
			if p, ok := crate(last); ok {
				list = append(list, p.require(l.line, "", false))
			}
		case !l.first:
		case strings.HasSuffix(above, "dependencies") && l.key == "version":
			if p, ok := crate(last); ok {
				list = append(list, p.require(l.line, tomlVersion(l.value), false))
			}
		case strings.HasSuffix(l.table, "dependencies"):
			name, _, _ := strings.Cut(l.key, ".") // aws-config.workspace = true
			if p, ok := crate(name); ok {
				list = append(list, p.require(l.line, tomlVersion(l.value), false))
			}
		}
	}
	return list
}

// cutLast splits a dotted name at its last point.
func cutLast(name string) (above, last string, ok bool) {
	i := strings.LastIndexByte(name, '.')
	if i < 0 {
		return "", name, false
	}
	return name[:i], name[i+1:], true
}

func cargoLock(text string) []mention { return tomlPackages(text, crate) }
