package detect

import "strings"

func phpPackage(name string) (product, bool) {
	return product{sdk: "php", name: "aws/aws-sdk-php"}, name == "aws/aws-sdk-php"
}

// composer reads what composer.json requires (getcomposer.org/doc/04-schema.md).
func composer(text string) []mention {
	var list []mention
	walkJSON(text, func(path []string, value string, line int) {
		if len(path) != 2 || path[0] != "require" && path[0] != "require-dev" {
			return
		}
		if p, ok := phpPackage(path[1]); ok {
			list = append(list, p.require(line, value, true))
		}
	})
	return list
}

// composerLock reads the packages of composer.lock.
func composerLock(text string) []mention { return composerPackages(text, locked) }

// composerInstalled reads vendor/composer/installed.json.
func composerInstalled(text string) []mention { return composerPackages(text, installed) }

func composerPackages(text string, l level) []mention {
	var list []mention
	var p product
	index, at := "", 0
	walkJSON(text, func(path []string, value string, line int) {
		n := len(path)
		if n < 2 || n > 3 || n == 3 && !strings.HasPrefix(path[0], "packages") {
			return
		}
		switch path[n-1] {
		case "name":
			at = 0
			if found, ok := phpPackage(value); ok {
				p, index, at = found, path[n-2], line
			}
		case "version":
			if at > 0 && index == path[n-2] {
				list = append(list, p.at(at, l, value))
				at = 0
			}
		}
	})
	return list
}
