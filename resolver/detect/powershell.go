package detect

import (
	"regexp"
	"strings"
)

// powerShell reads the modules that a script imports or requires.
func powerShell(text string) []mention {
	module := regexp.MustCompile(`(?i)(?:^|[\s'",=(@{])(AWS\.Tools\.[A-Za-z0-9]+|AWSPowerShell(?:\.NetCore)?)(?:$|[\s'",;)}])`)
	version := regexp.MustCompile(`(?i)\b(RequiredVersion|ModuleVersion|MinimumVersion)\b[\s='"]+([0-9][0-9.]*)`)
	use := regexp.MustCompile(`(?i)import-module|install-module|#requires|requiredmodules|using\s+module|modulename|nestedmodules`)
	code := psComments().strip(text)
	var list []mention
	stripped := make([]string, 0, 64)
	for _, line := range lines(code) {
		stripped = append(stripped, line)
	}
	for n, line := range lines(text) {
		// #Requires looks like a comment and is none.
		if !strings.HasPrefix(strings.ToLower(strings.TrimSpace(line)), "#requires") {
			if n > len(stripped) {
				break
			}
			line = stripped[n-1]
		}
		m := module.FindStringSubmatch(line)
		if m == nil || !use.MatchString(line) {
			continue
		}
		p := product{sdk: "powershell", name: m[1]}
		found := p.require(n, "", false)
		if v := version.FindStringSubmatch(line); v != nil {
			spec := v[2]
			if !strings.EqualFold(v[1], "RequiredVersion") {
				spec = ">=" + spec
			}
			found = p.require(n, spec, true)
		}
		list = append(list, found)
	}
	return list
}
