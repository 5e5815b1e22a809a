package detect

import (
	"encoding/xml"
	"io"
	"regexp"
	"strings"
)

// artifact returns the SDK that a Maven artifact shows. All artifacts of one SDK
// are released together, so each tells the version.
func artifact(group, name string) (product, bool) {
	full := group + ":" + name
	if !isKey(strings.ReplaceAll(name, "$", "")) {
		return product{}, false
	}
	switch {
	case group == "software.amazon.awssdk" && (name == "bom" || name == "auth"):
		return product{sdk: "java-v2", name: full}, true
	case group == "software.amazon.awssdk":
		return product{sdk: "java-v2", name: full, rank: 1}, true
	case group == "com.amazonaws" && strings.HasPrefix(name, "aws-java-sdk"):
		return product{sdk: "java-v1", name: full}, true
	case group == "aws.sdk.kotlin":
		return product{sdk: "kotlin", name: full}, true
	}
	return product{}, false
}

// walkXML calls visit at the end of each element with its text, and at the
// beginning of each with its attributes. It ends at the first error.
func walkXML(text string, visit func(path []string, attr []xml.Attr, value string, end bool, line int)) {
	d := xml.NewDecoder(strings.NewReader(text))
	d.Strict = false
	d.CharsetReader = func(_ string, r io.Reader) (io.Reader, error) { return r, nil }
	var path []string
	var begun []int
	value := ""
	for {
		token, err := d.Token()
		if err != nil || len(path) > maxDepth {
			return
		}
		switch t := token.(type) {
		case xml.StartElement:
			line, _ := d.InputPos()
			path, begun, value = append(path, t.Name.Local), append(begun, line), ""
			visit(path, t.Attr, "", false, line)
		case xml.CharData:
			value = strings.TrimSpace(string(t))
		case xml.EndElement:
			if len(path) == 0 {
				return
			}
			visit(path, nil, value, true, begun[len(begun)-1])
			path, begun, value = path[:len(path)-1], begun[:len(begun)-1], ""
		}
	}
}

// pom reads the dependencies of a Maven project, managed ones included, with its
// own properties for versions (maven.apache.org/pom.html).
func pom(text string) []mention {
	type dependency struct {
		group, name, version string
		line                 int
	}
	var found []dependency
	properties := make(map[string]string)
	var dep dependency
	walkXML(text, func(path []string, _ []xml.Attr, value string, end bool, line int) {
		n := len(path)
		switch {
		case path[n-1] == "dependency" && !end:
			dep = dependency{}
		case path[n-1] == "dependency":
			found = append(found, dep)
		case !end || n < 2:
		case path[n-2] == "properties":
			properties[path[n-1]] = value
		case path[n-2] != "dependency":
		case path[n-1] == "groupId":
			dep.group = value
		case path[n-1] == "artifactId":
			dep.name, dep.line = value, line
		case path[n-1] == "version":
			dep.version = value
		}
	})
	var list []mention
	for _, d := range found {
		for range 3 {
			name, ok := strings.CutPrefix(d.version, "${")
			if !ok {
				break
			}
			d.version = properties[strings.TrimSuffix(name, "}")]
		}
		if p, ok := artifact(d.group, d.name); ok {
			list = append(list, p.require(d.line, d.version, true))
		}
	}
	return list
}

// gradle reads the coordinates in a Gradle or sbt build and in a version
// catalogue: "GROUP:NAME:VERSION", group, name and version by name, and "GROUP"
// % "NAME" % "VERSION".
func gradle(text string) []mention {
	const group = `["'](software\.amazon\.awssdk|com\.amazonaws|aws\.sdk\.kotlin)`
	forms := []*regexp.Regexp{
		regexp.MustCompile(group + `:([\w.-]+)(?::([^"'@:]+))?[^"']*["']`),
		regexp.MustCompile(`group\s*[:=]\s*` + group + `["']\s*,\s*name\s*[:=]\s*["']([\w.-]+)["'](?:\s*,\s*version\s*[:=]\s*["']([^"']+)["'])?`),
		regexp.MustCompile(group + `["']\s*%%?\s*["']([\w.-]+)["'](?:\s*%\s*["']([^"']+)["'])?`),
	}
	inCatalog := regexp.MustCompile(`\bversion(\.ref)?\s*=\s*["']([^"']+)["']`)
	marks := slashComments()
	if strings.Contains(text, "[libraries]") || strings.Contains(text, "[versions]") {
		marks = hashComments()
	}
	code := marks.strip(text)
	versions := catalogVersions(code)
	var list []mention
	for n, line := range lines(code) {
		for _, form := range forms {
			for _, m := range form.FindAllStringSubmatch(line, -1) {
				version := m[3]
				if v := inCatalog.FindStringSubmatch(line); v != nil && version == "" {
					version = v[2]
					if v[1] != "" {
						version = versions[v[2]]
					}
				}
				if p, ok := artifact(m[1], m[2]); ok {
					list = append(list, p.require(n, version, true))
				}
			}
		}
	}
	return list
}

// catalogVersions returns the versions that a catalogue names.
func catalogVersions(code string) map[string]string {
	versions := make(map[string]string)
	if !strings.Contains(code, "[versions]") {
		return versions
	}
	for l := range toml(code) {
		if l.table == "versions" && l.first {
			versions[l.key] = tomlVersion(l.value)
		}
	}
	return versions
}

// gradleLock reads gradle.lockfile: GROUP:NAME:VERSION=CONFIGURATIONS.
func gradleLock(text string) []mention {
	var list []mention
	for n, line := range lines(text) {
		parts := strings.SplitN(line, ":", 3)
		if len(parts) < 3 {
			continue
		}
		version, _, _ := strings.Cut(parts[2], "=")
		if p, ok := artifact(parts[0], parts[1]); ok {
			list = append(list, p.at(n, locked, version))
		}
	}
	return list
}
