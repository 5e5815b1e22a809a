package detect

import "strings"

// goModule returns the SDK that a Go module shows. The chain of the SDK for Go
// v2 is that of its module config; Terraform's is that of aws-sdk-go-base.
func goModule(name string) (product, bool) {
	const v2, base = "github.com/aws/aws-sdk-go-v2", "github.com/hashicorp/aws-sdk-go-base"
	switch {
	case name == v2+"/config":
		return product{sdk: "go-v2", name: name}, true
	case name == v2 || strings.HasPrefix(name, v2+"/"):
		return product{sdk: "go-v2", name: name, rank: 1, unversioned: true}, true
	case name == "github.com/aws/aws-sdk-go":
		return product{sdk: "go-v1", name: name}, true
	case name == base || strings.HasPrefix(name, base+"/v2"):
		return product{sdk: "terraform", name: name, rank: 5, unversioned: true}, true
	}
	return product{}, false
}

// goMod reads the require directives of go.mod (go.dev/ref/mod).
func goMod(text string) []mention {
	var list []mention
	block := ""
	for n, line := range lines(text) {
		code, comment, _ := strings.Cut(line, "//")
		words := strings.Fields(code)
		switch {
		case len(words) == 2 && words[1] == "(":
			block = words[0]
			continue
		case len(words) == 1 && words[0] == ")":
			block = ""
			continue
		case len(words) == 3 && words[0] == "require":
			words = words[1:]
		case block != "require":
			continue
		}
		if len(words) != 2 {
			continue
		}
		if p, ok := goModule(strings.Trim(words[0], `"`)); ok {
			m := p.at(n, exact, words[1])
			if strings.TrimSpace(comment) == "indirect" {
				m.rank += 10
				m.level = locked // Go writes these lines
			}
			list = append(list, m)
		}
	}
	return list
}

// goSum reads the modules whose content was needed; of several versions the
// highest. Lines that end in /go.mod are those of modules that were only
// considered.
func goSum(text string) []mention {
	highest := make(map[string]mention)
	var order []string
	for n, line := range lines(text) {
		words := strings.Fields(line)
		if len(words) != 3 || strings.HasSuffix(words[1], "/go.mod") {
			continue
		}
		p, ok := goModule(words[0])
		if !ok {
			continue
		}
		m := p.at(n, locked, words[1])
		m.rank += 20
		old, again := highest[p.name]
		if !again {
			order = append(order, p.name)
		}
		if !again || compareVersions(old.version, m.version) < 0 {
			highest[p.name] = m
		}
	}
	list := make([]mention, 0, len(order))
	for _, name := range order {
		list = append(list, highest[name])
	}
	return list
}

// goVendor reads vendor/modules.txt: "# MODULE VERSION".
func goVendor(text string) []mention {
	var list []mention
	for n, line := range lines(text) {
		words := strings.Fields(line)
		if len(words) < 3 || words[0] != "#" {
			continue
		}
		if p, ok := goModule(words[1]); ok {
			list = append(list, p.at(n, installed, words[2]))
		}
	}
	return list
}
