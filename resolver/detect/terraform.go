package detect

import (
	"regexp"
	"strings"
)

// awsProvider is the AWS provider of Terraform and OpenTofu.
func awsProvider(rank int) product {
	return product{sdk: "terraform", name: "hashicorp/aws", rank: rank}
}

// terraform reads a configuration: the provider in required_providers, its
// configuration, and resources that belong to it
// (developer.hashicorp.com/terraform/language/providers/requirements).
func terraform(text string) []mention {
	code := hclComments().strip(text)
	var list []mention
	source := regexp.MustCompile(`\bsource\s*=\s*"(?:[\w.-]+/)?hashicorp/aws"`)
	version := regexp.MustCompile(`\bversion\s*=\s*"([^"\n]*)"`)
	if at := source.FindStringIndex(code); at != nil {
		from, to := at[0], at[1]
		if i := strings.LastIndexByte(code[:from], '{'); i >= 0 {
			from = i
		}
		if i := strings.IndexByte(code[to:], '}'); i >= 0 {
			to += i
		}
		spec := ""
		if m := version.FindStringSubmatch(code[from:to]); m != nil {
			spec = m[1]
		}
		list = append(list, awsProvider(0).require(lineAt(code, at[0]), spec, true))
	}
	for rank, form := range []string{`(?m)^\s*provider\s+"aws"\s*\{`, `(?m)^\s*(?:resource|data)\s+"aws_\w+"`} {
		if at := regexp.MustCompile(form).FindStringIndex(code); at != nil {
			line := lineAt(code, at[1]-1)
			list = append(list, awsProvider(rank+1).require(line, "", false))
		}
	}
	return list
}

// terraformLock reads .terraform.lock.hcl.
func terraformLock(text string) []mention {
	provider := regexp.MustCompile(`^\s*provider\s+"[\w.-]+/hashicorp/aws"`)
	version := regexp.MustCompile(`^\s*version\s*=\s*"([^"]*)"`)
	var list []mention
	at := 0
	for n, line := range lines(hclComments().strip(text)) {
		if strings.HasPrefix(strings.TrimSpace(line), "provider") {
			at = 0
			if provider.MatchString(line) {
				at = n
			}
		}
		if m := version.FindStringSubmatch(line); m != nil && at > 0 {
			list = append(list, awsProvider(0).at(at, locked, m[1]))
			at = 0
		}
	}
	return list
}
