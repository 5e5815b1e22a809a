package detect

import (
	"regexp"
	"strings"
)

// nativeLibrary returns the SDK that a C or C++ library shows. What aws-c-auth
// does is the chain of the Common Runtime.
func nativeLibrary(name string) (product, bool) {
	switch {
	case name == "aws-sdk-cpp" || name == "AWSSDK" || strings.HasPrefix(name, "aws-cpp-sdk-") && isKey(name):
		return product{sdk: "cpp", name: "aws-sdk-cpp"}, true
	case name == "aws-c-auth":
		return product{sdk: "crt", name: name}, true
	case name == "aws-crt-cpp":
		return product{sdk: "crt", name: name, rank: 1, unversioned: true}, true
	}
	return product{}, false
}

// cmake reads CMakeLists.txt: find_package(AWSSDK …), libraries by name, and
// what FetchContent gets.
func cmake(text string) []mention {
	name := regexp.MustCompile(`(?:^|[\s("/:])(AWSSDK|aws-cpp-sdk-[a-z0-9-]+|aws-sdk-cpp|aws-c-auth|aws-crt-cpp)(?:$|[\s)"/.])`)
	tag := regexp.MustCompile(`\bGIT_TAG\s+"?v?([0-9][0-9A-Za-z.]*)`)
	wants := regexp.MustCompile(`\bfind_package\s*\(\s*AWSSDK\s+([0-9][0-9.]*)`)
	var list []mention
	last := -1
	for n, line := range lines(hashComments().strip(text)) {
		if m := tag.FindStringSubmatch(line); m != nil && last >= 0 && n-list[last].line <= 2 {
			list[last] = list[last].require(list[last].line, m[1], true)
		}
		m := name.FindStringSubmatch(line)
		if m == nil {
			continue
		}
		p, ok := nativeLibrary(m[1])
		if !ok {
			continue
		}
		found := p.require(n, "", false)
		if v := wants.FindStringSubmatch(line); v != nil {
			found = p.require(n, ">="+v[1], false)
		}
		list = append(list, found)
		last = len(list) - 1
	}
	return list
}

// conan reads "aws-sdk-cpp/1.9.234" of a conanfile.
func conan(text string) []mention {
	name := regexp.MustCompile(`(?:^|[\s"'])(aws-sdk-cpp|aws-c-auth|aws-crt-cpp)/([^\s@"'#]+)`)
	var list []mention
	for n, line := range lines(hashComments().strip(text)) {
		if m := name.FindStringSubmatch(line); m != nil {
			if p, ok := nativeLibrary(m[1]); ok {
				list = append(list, p.require(n, m[2], true))
			}
		}
	}
	return list
}

// vcpkg reads dependencies and overrides of vcpkg.json
// (learn.microsoft.com/vcpkg/reference/vcpkg-json).
func vcpkg(text string) []mention {
	var list []mention
	var last product
	at := ""
	walkJSON(text, func(path []string, value string, line int) {
		n := len(path)
		switch {
		case path0(path) == "dependencies" && (n == 2 || n == 3 && path[2] == "name"):
			if p, ok := nativeLibrary(value); ok {
				list = append(list, p.require(line, "", false))
			}
		case path0(path) == "overrides" && n == 3 && path[2] == "name":
			at = ""
			if p, ok := nativeLibrary(value); ok {
				last, at = p, path[1]
			}
		case path0(path) == "overrides" && n == 3 && path[2] == "version" && at == path[1]:
			list = append(list, last.require(line, value, true))
		}
	})
	return list
}

func path0(path []string) string {
	if len(path) == 0 {
		return ""
	}
	return path[0]
}
