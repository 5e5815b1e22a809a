package detect

import (
	"cmp"
	"encoding/xml"
	"strings"
)

// nugetPackage returns the SDK that a NuGet package shows: AWSSDK.Core and its
// like, version 3 or 4.
func nugetPackage(name, version string) (product, bool) {
	if !strings.HasPrefix(strings.ToUpper(name), "AWSSDK.") || !isKey(name) {
		return product{}, false
	}
	p := product{sdk: dotnet, name: name, rank: 1, unversioned: true}
	if strings.EqualFold(name, "AWSSDK.Core") {
		p.rank, p.unversioned = 0, false
	}
	switch major, _, _ := strings.Cut(strings.TrimLeft(version, "[(v "), "."); major {
	case "3", "4":
		p.sdk = dotnet + "-v" + major
	}
	return p, true
}

// nuget reads the packages of a project, of Directory.Packages.props and of
// packages.config (learn.microsoft.com/nuget/consume-packages). What NuGet takes
// is the lowest version that is allowed.
func nuget(text string) []mention {
	var list []mention
	var name string
	line := 0
	walkXML(text, func(path []string, attr []xml.Attr, value string, end bool, at int) {
		get := func(names ...string) string {
			for _, a := range attr {
				for _, n := range names {
					if strings.EqualFold(a.Name.Local, n) {
						return a.Value
					}
				}
			}
			return ""
		}
		add := func(version string) {
			if p, ok := nugetPackage(name, version); ok {
				list = append(list, p.require(line, version, true))
			}
		}
		last := path[len(path)-1]
		switch element := last; {
		case end && element == "Version" && name != "":
			add(value)
			name = ""
		case end && element == "PackageReference" || end && element == "PackageVersion":
			if name != "" {
				add("")
			}
			name = ""
		case end:
		case element == "PackageReference" || element == "PackageVersion":
			name, line = cmp.Or(get("Include"), get("Update")), at
			if version := get("Version", "VersionOverride"); version != "" {
				add(version)
				name = ""
			}
		case element == "package":
			name, line = get("id"), at
			add(get("version"))
			name = ""
		}
	})
	return list
}

// nugetLock reads packages.lock.json: dependencies by framework and name.
func nugetLock(text string) []mention {
	var list []mention
	walkJSON(text, func(path []string, value string, line int) {
		if len(path) == 4 && path[0] == "dependencies" && path[3] == "resolved" {
			if p, ok := nugetPackage(path[2], value); ok {
				list = append(list, p.at(line, locked, value))
			}
		}
	})
	return list
}
