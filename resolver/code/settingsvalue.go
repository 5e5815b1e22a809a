package code

import (
	"strings"

	"github.com/awscred/awscred/resolver/code/internal/tree"
)

// fromStore is a value that something else gives when the program is started.
func fromStore(name string) reading {
	const longest = 120
	name = strings.ReplaceAll(name, hole, "…")
	return reading{state: FromStore, store: name[:min(len(name), longest)]}
}

// plainText is a value that stands in a file as it is, unless it is seen to be
// the name of one in a store.
func plainText(n *tree.Node) reading {
	switch {
	case n == nil || n.Kind == tree.Scalar && n.Null:
		return reading{state: NotSet}
	case n.Kind == tree.Map:
		return reference(n)
	case n.Kind != tree.Scalar || n.Tag != "" || strings.Contains(n.Text, hole):
		return unknownValue()
	}
	if v, ok := stored(n.Text); ok {
		return v
	}
	if strings.Contains(strings.ReplaceAll(n.Text, "${{", ""), "{{") || strings.HasPrefix(n.Text, "#{") {
		return unknownValue() // Ansible's, Jinja's and Spring's expressions
	}
	return literal(n.Text)
}

// hole stands for what a template puts in its place.
const hole = "\u2060template\u2060"

// stored reads the forms in which a text names a value of a secret store.
func stored(text string) (reading, bool) {
	for _, form := range []struct{ prefix, name string }{
		{"arn:aws:secretsmanager:", "Secrets Manager"}, {"arn:aws:ssm:", "SSM parameter"}, {"arn:aws-cn:secretsmanager:", "Secrets Manager"},
		{"{{resolve:secretsmanager:", "Secrets Manager"}, {"{{resolve:ssm-secure:", "SSM parameter"}, {"{{resolve:ssm:", "SSM parameter"},
		{"vault:", "Vault"}, {"op://", "1Password"}, {"awssm://", "Secrets Manager"}, {"ssm://", "SSM parameter"},
		{"ref+", "vals"}, {"ENC[", "SOPS"}, {"gcp://", "a secret store"}, {"sm://", "a secret store"},
	} {
		rest, ok := strings.CutPrefix(text, form.prefix)
		if !ok {
			continue
		}
		if form.name == "SOPS" {
			return fromStore("a value that SOPS encrypted"), true
		}
		if strings.HasPrefix(form.prefix, "arn:") {
			if parts := strings.SplitN(rest, ":", 4); len(parts) >= 3 {
				rest = strings.Join(parts[2:], ":")
			}
		}
		return fromStore(form.name + " " + strings.TrimSuffix(rest, "}}")), true
	}
	return reading{}, false
}

// reference reads a map that says where a value comes from: a Secret of
// Kubernetes, a parameter of CloudFormation.
func reference(n *tree.Node) reading {
	if n.Kind != tree.Map {
		if v := plainText(n); v.state == FromStore {
			return v
		}
		return unknownValue()
	}
	for _, form := range []struct{ key, name string }{
		{"secretKeyRef", "Kubernetes secret"}, {"configMapKeyRef", "ConfigMap"}, {"fromSecret", "Kubernetes secret"},
	} {
		if r := n.Get(form.key); r != nil {
			return fromStore(form.name + " " + join(r.Get("name").String(), r.Get("key").String()))
		}
	}
	switch {
	case n.Get("fieldRef") != nil, n.Get("resourceFieldRef") != nil:
		return unknownValue()
	case n.Get("from_secret") != nil: // Drone, Woodpecker
		return fromStore("secret " + n.Get("from_secret").String())
	case n.Get("vault") != nil: // GitLab
		return fromStore("Vault " + n.Get("vault").String())
	case n.Get("Ref") != nil:
		return fromStore("CloudFormation parameter " + n.Get("Ref").String())
	case n.Get("Fn::Sub") != nil:
		return substituted(n.Get("Fn::Sub"))
	case n.Get("value") != nil && n.Get("value").Kind == tree.Scalar: // GitLab: value and description
		return plainText(n.Get("value"))
	}
	return unknownValue()
}

// substituted reads the text of Fn::Sub.
func substituted(n *tree.Node) reading {
	if n.Kind != tree.Scalar {
		return unknownValue()
	}
	if v, ok := stored(n.Text); ok {
		return v
	}
	if name, ok := whole(n.Text, "${", "}"); ok {
		return fromStore("CloudFormation parameter " + name)
	}
	if strings.Contains(n.Text, "${") {
		return unknownValue()
	}
	return literal(n.Text)
}

// whole cuts the brackets off a text that is one expression in brackets.
func whole(text, open, shut string) (inner string, ok bool) {
	inner, ok = strings.CutPrefix(strings.TrimSpace(text), open)
	if !ok {
		return "", false
	}
	inner, ok = strings.CutSuffix(inner, shut)
	if !ok || strings.Contains(inner, open) || strings.Contains(inner, shut) {
		return "", false
	}
	return strings.TrimSpace(inner), true
}

// dollars reads a value in which "$NAME", "${NAME}" and "${NAME:-text}" stand
// for variables of who starts the program.
func dollars(n *tree.Node) reading {
	v := plainText(n)
	if v.state != Literal || !strings.Contains(v.text, "$") {
		return v
	}
	return dollarText(v.text)
}

// dollarText reads such a text.
func dollarText(text string) reading {
	inner, braced := whole(text, "${", "}")
	if !braced {
		name, ok := strings.CutPrefix(text, "$")
		if !ok || !isVariableName(name) {
			if strings.Contains(strings.ReplaceAll(text, "$$", ""), "$") {
				return unknownValue()
			}
			return literal(strings.ReplaceAll(text, "$$", "$"))
		}
		return reading{state: FromEnv, variable: name}
	}
	n := 0
	for n < len(inner) && isVariableName(inner[:n+1]) {
		n++
	}
	v := reading{state: FromEnv, variable: inner[:n]}
	switch rest := inner[n:]; {
	case n == 0:
		return unknownValue()
	case rest == "", strings.HasPrefix(rest, "?"), strings.HasPrefix(rest, ":?"):
	case strings.HasPrefix(rest, ":-"), strings.HasPrefix(rest, "-"), strings.HasPrefix(rest, ":="):
		v.text = strings.TrimLeft(rest, ":-=")
	case strings.HasPrefix(rest, ":") && !strings.HasPrefix(rest, ":+"): // Spring
		v.text = rest[1:]
	default:
		return unknownValue()
	}
	v.fallback = v.text != ""
	return v
}

func isVariableName(name string) bool {
	for i, r := range name {
		if !isLetter(r) && (i == 0 || r < '0' || r > '9') {
			return false
		}
	}
	return name != ""
}
