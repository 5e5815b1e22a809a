package detect

import (
	"regexp"
	"strings"
)

// npmPackage returns the SDK that an npm package shows. The chain of the SDK for
// JavaScript v3 is @aws-sdk/credential-provider-node; clients have nearly the
// same numbers. Version 2 is the package aws-sdk.
func npmPackage(name string) (product, bool) {
	rest, ok := strings.CutPrefix(name, "@aws-sdk/")
	p := product{sdk: "js-v3", name: name}
	switch {
	case name == "aws-sdk":
		return product{name: name}, true
	case !ok || !isKey(rest):
		return product{}, false
	case rest == "credential-provider-node":
	case rest == "credential-providers":
		p.rank = 1
	case strings.HasPrefix(rest, "client-"):
		p.rank = 2
	default:
		p.rank, p.unversioned = 3, true
	}
	return p, true
}

// jsV2 notes that no chain covers version 2.
func jsV2(m mention) mention {
	if m.sdk == "" {
		m.note = "AWS SDK for JavaScript v2 is not covered"
	}
	return m
}

// packageJSON reads the dependencies of package.json
// (docs.npmjs.com/cli/configuring-npm/package-json).
func packageJSON(text string) []mention {
	var list []mention
	walkJSON(text, func(path []string, value string, line int) {
		if len(path) != 2 || !strings.HasSuffix(path[0], "ependencies") {
			return
		}
		if p, ok := npmPackage(path[1]); ok {
			list = append(list, jsV2(p.require(line, value, true)))
		}
	})
	return list
}

// packageLock reads package-lock.json: "packages" by their path below
// node_modules, or in version 1 nested "dependencies" by name.
func packageLock(text string) []mention {
	if !strings.Contains(text, "aws-sdk") {
		return nil
	}
	var list []mention
	walkJSON(text, func(path []string, value string, line int) {
		n := len(path)
		if n < 3 || path[n-1] != "version" {
			return
		}
		name := path[n-2]
		switch {
		case path[0] == "packages" && n == 3:
			i := strings.LastIndex(name, "node_modules/")
			if i < 0 {
				return
			}
			name = name[i+len("node_modules/"):]
		case path[0] != "dependencies" || path[n-3] != "dependencies":
			return
		}
		if p, ok := npmPackage(name); ok {
			list = append(list, jsV2(p.at(line, locked, value)))
		}
	})
	return list
}

// yarnLock reads yarn.lock of both generations: a line of "NAME@RANGE, …:" and
// below it "version".
func yarnLock(text string) []mention {
	var list []mention
	var p product
	at := 0
	for n, line := range lines(text) {
		body := strings.TrimSpace(line)
		switch {
		case body == "" || body[0] == '#':
		case line[0] != ' ':
			at = 0
			name := strings.Trim(body, `"`)
			if i := strings.LastIndexByte(strings.Split(name, ",")[0], '@'); i > 0 {
				name = name[:i]
			}
			// "@aws-sdk/x@npm:^3" leaves the name before the last @ of the first.
			name, _, _ = strings.Cut(strings.TrimSuffix(name, "@npm"), "@npm:")
			if found, ok := npmPackage(name); ok {
				p, at = found, n
			}
		case at > 0 && strings.HasPrefix(body, "version"):
			version := strings.Trim(strings.TrimPrefix(body, "version"), `: "`)
			list = append(list, jsV2(p.at(at, locked, version)))
			at = 0
		}
	}
	return list
}

// pnpmLock reads the keys of pnpm-lock.yaml, "'@aws-sdk/x@3.1.0(…)':" or in older
// versions "/@aws-sdk/x/3.1.0:", and the "NAME@VERSION" strings of bun.lock.
func pnpmLock(text string) []mention {
	key := regexp.MustCompile(`(?:^\s*['"/]*|\[")(@aws-sdk/[a-z0-9-]+|aws-sdk)[@/](\d[0-9A-Za-z.+-]*)['":(_,]`)
	var list []mention
	for n, line := range lines(text) {
		if !strings.Contains(line, "aws-sdk") {
			continue
		}
		if m := key.FindStringSubmatch(line); m != nil {
			if p, ok := npmPackage(m[1]); ok {
				list = append(list, jsV2(p.at(n, locked, m[2])))
			}
		}
	}
	return list
}

// nodeModule reads the package.json of an installed package.
func nodeModule(text string) []mention {
	var list []mention
	name, version, at := "", "", 0
	walkJSON(text, func(path []string, value string, line int) {
		switch {
		case len(path) != 1:
		case path[0] == "name":
			name = value
		case path[0] == "version":
			version, at = value, line
		}
	})
	if p, ok := npmPackage(name); ok && at > 0 {
		list = append(list, jsV2(p.at(at, installed, version)))
	}
	return list
}
