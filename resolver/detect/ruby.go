package detect

import (
	"regexp"
	"strings"
)

// gem returns the SDK that a Ruby gem shows. The chain is that of aws-sdk-core.
func gem(name string) (product, bool) {
	switch {
	case name == "aws-sdk-core":
		return product{sdk: "ruby", name: name}, true
	case name == "aws-sdk" || strings.HasPrefix(name, "aws-sdk-") && isKey(name):
		return product{sdk: "ruby", name: name, rank: 1, unversioned: true}, true
	}
	return product{}, false
}

// gemfile reads the gems of a Gemfile or gemspec
// (bundler.io/man/gemfile.5.html). A bare version is exactly that one.
func gemfile(text string) []mention {
	form := regexp.MustCompile(`(?:\bgem|dependency)[\s(]+['"](aws-sdk[a-z0-9-]*)['"](?:\s*,\s*['"]([^'"]*)['"])?`)
	var list []mention
	for n, line := range lines(hashComments().strip(text)) {
		if m := form.FindStringSubmatch(line); m != nil {
			if p, ok := gem(m[1]); ok {
				list = append(list, p.require(n, m[2], true))
			}
		}
	}
	return list
}

// gemfileLock reads the specs of Gemfile.lock, which stand four blanks deep;
// what they depend on stands deeper.
func gemfileLock(text string) []mention {
	var list []mention
	for n, line := range lines(text) {
		rest, ok := strings.CutPrefix(line, "    ")
		if !ok || strings.HasPrefix(rest, " ") {
			continue
		}
		name, version, _ := strings.Cut(rest, " (")
		if p, ok := gem(name); ok {
			list = append(list, p.at(n, locked, strings.TrimSuffix(version, ")")))
		}
	}
	return list
}
