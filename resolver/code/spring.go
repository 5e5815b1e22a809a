package code

import (
	"slices"
	"strings"

	"github.com/awscred/awscred/resolver"
	"github.com/awscred/awscred/resolver/code/internal/tree"
)

// propertiesLanguage is Java's property files.
func propertiesLanguage() language {
	return language{name: "properties", reads: suffixes(".properties"), marks: append(settingsMarks(), "aws2"), scan: func(f *file) error {
		var list []property
		for line, text := range logicalLines(string(f.data), `\`) {
			if text = strings.TrimLeft(text, " \t\f"); text == "" || text[0] == '#' || text[0] == '!' {
				continue
			}
			name, value := cutProperty(text)
			list = append(list, property{line, name, dollars(&tree.Node{Text: value, Line: line})})
		}
		f.properties(list)
		return nil
	}}
}

// cutProperty cuts a line at the first "=", ":" or white space.
func cutProperty(text string) (name, value string) {
	n := strings.IndexAny(text, "=: \t")
	if n < 0 {
		return text, ""
	}
	name, value = text[:n], strings.TrimLeft(text[n:], " \t")
	if value != "" && (value[0] == '=' || value[0] == ':') {
		value = value[1:]
	}
	return name, strings.TrimSpace(value)
}

// logicalLines are the lines of a text with their numbers; one that ends with
// what continues it has the next ones too.
func logicalLines(text, more string) func(func(int, string) bool) {
	return func(yield func(int, string) bool) {
		number, start, joined := 0, 0, ""
		for line := range strings.SplitSeq(text, "\n") {
			number++
			if start == 0 {
				start = number
			}
			line = strings.TrimSuffix(line, "\r")
			if rest, ok := strings.CutSuffix(line, more); ok && more != "" && len(joined) < maxLiteral {
				joined += rest
				continue
			}
			if !yield(start, joined+line) {
				return
			}
			start, joined = 0, ""
		}
		if joined != "" {
			yield(start, joined)
		}
	}
}

// isSpring reports whether a file is one of Spring's settings, or of frameworks
// that name theirs alike.
func isSpring(base string) bool {
	return strings.HasPrefix(base, "application") || strings.HasPrefix(base, "bootstrap")
}

// springFormat is that of application.yml: its keys make up properties.
func springFormat() *format {
	return &format{
		name: "properties", read: dollars,
		// A framework of Ruby takes this file for variables: figaro.
		place: func(p []crumb) (Environment, bool) {
			return Environment{Name: "the program that reads application.yml", Instead: insteadHere}, len(p) == 0 || len(p) == 1 && !strings.Contains(p[0].key, ".")
		},
		visit: func(w *treeWalk, n *tree.Node, p []crumb) bool {
			if len(p) == 0 {
				w.properties(flatten(n, "", nil))
			}
			return false
		},
	}
}

// flatten makes properties of a tree: a.b.c.
func flatten(n *tree.Node, prefix string, list []property) []property {
	if n.Kind != tree.Map {
		return list
	}
	for i := range n.Entries {
		e := &n.Entries[i]
		name := prefix + e.Key
		if matters(e.Key) {
			continue // a variable, which the walk finds
		}
		if e.Value.Kind == tree.Scalar {
			list = append(list, property{e.Line, name, dollars(e.Value)})
			continue
		}
		list = flatten(e.Value, name+".", list)
	}
	return list
}

// A property is a line of settings.
type property struct {
	line  int
	name  string
	value reading
}

// A propertyRule says what a framework's properties mean. Their names are
// compared without regard to case, "-" and "_", as Spring does.
type propertyRule struct {
	prefix string // up to the names below
	sdk    string
	// names of the parts; "" where the framework has none.
	key, secret, token, profile, role, endpoint string
	// instance is the switch of the instance's role.
	instance string
}

// propertyRules are the frameworks that pass settings of their own to an SDK.
// docs.awspring.io/spring-cloud-aws/docs/3.0.0/reference/html/index.html#credentials
// docs.quarkiverse.io/quarkus-amazon-services, docs.micronaut.io/aws
func propertyRules() []propertyRule {
	return []propertyRule{
		{prefix: "spring.cloud.aws.credentials.", sdk: "java-v2", key: "accesskey", secret: "secretkey", profile: "profile.name", role: "sts.rolearn", instance: "instanceprofile"},
		{prefix: "spring.cloud.aws.", sdk: "java-v2", endpoint: "endpoint"},
		{prefix: "cloud.aws.credentials.", sdk: "java-v1", key: "accesskey", secret: "secretkey", profile: "profilename", instance: "instanceprofile"},
		{prefix: "aws.", sdk: "java-v2", key: "accesskeyid", secret: "secretkey", token: "sessiontoken"},
		{prefix: "aws.", sdk: "java-v2", secret: "secretaccesskey", profile: "profile"},
		{prefix: "quarkus.*.aws.credentials.", sdk: "java-v2", key: "staticprovider.accesskeyid", secret: "staticprovider.secretaccesskey", token: "staticprovider.sessiontoken", profile: "profileprovider.profilename"},
		{prefix: "camel.component.aws2*.", sdk: "java-v2", key: "accesskey", secret: "secretkey", token: "sessiontoken", profile: "profilecredentialsname"},
	}
}

// properties reports what the properties of a file set: one site for each rule
// and the name that its prefix stands for.
func (f *file) properties(list []property) {
	type place struct{ prefix, sdk string }
	sites := make(map[place]*Site)
	var order []place
	for _, x := range list {
		if matters(x.name) {
			f.sets(Environment{Name: "the program that reads " + f.name[strings.LastIndexByte(f.name, '/')+1:], Instead: insteadHere}, x.line, "property", x.name, x.value)
			continue
		}
		rule, prefix, rest := ruleFor(x.name)
		if rule == nil {
			continue
		}
		at := place{prefix, rule.sdk}
		if sites[at] == nil {
			sites[at] = &Site{Line: x.line, SDKs: []string{rule.sdk}, Call: strings.TrimSuffix(prefix, "."), Global: true}
			order = append(order, at)
		}
		rule.take(sites[at], rest, x.value)
	}
	for _, at := range order {
		if s := sites[at]; s.settle() {
			f.add(*s)
		}
	}
}

// ruleFor returns the rule of a property, the prefix as it is written in its
// table, and the rest of the name.
func ruleFor(name string) (rule *propertyRule, prefix, rest string) {
	relaxed := strings.ToLower(strings.NewReplacer("-", "", "_", "").Replace(name))
	rules := propertyRules()
	for i := range rules {
		r := &rules[i]
		before, after, wild := strings.Cut(r.prefix, "*")
		rest, ok := strings.CutPrefix(relaxed, before)
		if ok && wild {
			n := strings.Index(rest, after)
			if ok = n > 0; ok {
				before, rest = before+rest[:n]+after, rest[n+len(after):]
			}
		}
		if ok && rest != "" && slices.Contains([]string{r.key, r.secret, r.token, r.profile, r.role, r.endpoint, r.instance}, rest) {
			return r, before, rest
		}
	}
	return nil, "", ""
}

// take puts one property into a site.
func (r *propertyRule) take(s *Site, name string, v reading) {
	switch name {
	case r.key:
		s.KeyID = keyValue(v)
	case r.secret:
		s.Secret = v.value(true)
	case r.token:
		s.Token = v.value(true)
	case r.profile:
		s.Profile = valueOf(asProfile, v)
	case r.role:
		s.Role = valueOf(asRole, v)
	case r.endpoint:
		s.Endpoint = valueOf(asEndpoint, v)
	case r.instance:
		if v.text == "true" {
			s.Sources = []resolver.Source{resolver.FromIMDS}
		}
	}
}

// settle decides what a site with some values sets, or returns false.
func (s *Site) settle() bool {
	switch {
	case s.KeyID.IsSet() || s.Secret.IsSet():
		s.Sets, s.Sources = StaticKey, nil
	case s.Role.IsSet():
		s.Sets = Role
	case s.Profile.IsSet():
		s.Sets = Profile
	case len(s.Sources) > 0:
		s.Sets = Provider
	case s.Endpoint.IsSet():
		s.Sets = Endpoint
	default:
		return false
	}
	return true
}
