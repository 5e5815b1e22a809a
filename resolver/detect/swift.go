package detect

import (
	"regexp"
	"strings"
)

func swiftPackage() product { return product{sdk: "swift", name: "aws-sdk-swift"} }

// swift reads the dependencies of Package.swift.
func swift(text string) []mention {
	form := regexp.MustCompile(`\.package\([^)]*?"[^"\s]*/aws-sdk-swift(?:\.git)?"\s*(?:,\s*(from|exact|branch|revision)?[:\s]*(?:\.\w+\([^"]*)?"([^"]*)")?`)
	code := slashComments().strip(text)
	var list []mention
	for _, m := range form.FindAllStringSubmatchIndex(code, -1) {
		spec, how := "", ""
		if m[4] >= 0 {
			spec = code[m[4]:m[5]]
		}
		if m[2] >= 0 {
			how = code[m[2]:m[3]]
		}
		if how != "exact" && spec != "" {
			spec = ">=" + spec
		}
		line := lineAt(code, m[0]) + strings.Count(code[m[0]:m[0]+strings.Index(code[m[0]:m[1]], "aws-sdk-swift")], "\n")
		list = append(list, swiftPackage().require(line, spec, true))
	}
	return list
}

// swiftLock reads the pins of Package.resolved.
func swiftLock(text string) []mention {
	var list []mention
	pin, at := "", 0
	walkJSON(text, func(path []string, value string, line int) {
		// pins, INDEX, identity – or in version 1 object, pins, INDEX, package
		for i, key := range path {
			if key != "pins" || i+2 >= len(path) {
				continue
			}
			switch rest := strings.Join(path[i+2:], "."); rest {
			case "identity", "package":
				if value == "aws-sdk-swift" || value == "AWSSDKSwift" {
					pin, at = path[i+1], line
				}
			case "state.version":
				if at > 0 && pin == path[i+1] {
					list = append(list, swiftPackage().at(at, locked, value))
					at = 0
				}
			}
			return
		}
	})
	return list
}
