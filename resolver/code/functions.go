package code

import (
	"slices"
	"strings"

	"github.com/awscred/awscred/resolver/code/internal/tree"
)

// cloudFormationFormat is that of CloudFormation and SAM.
// https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-properties-lambda-function-environment.html
func cloudFormationFormat() *format {
	return &format{
		name: "cloudformation", read: cloudFormationValue,
		place: func(p []crumb) (Environment, bool) {
			if !inEnvironment(p) {
				return Environment{}, false
			}
			switch {
			case len(p) > 1 && p[0].key == "Globals":
				return function(everyFunction), true
			case len(p) < 2 || p[0].key != "Resources":
				return Environment{}, false
			}
			for i := len(p) - 1; i > 0; i-- {
				if p[i].key == "" && p[i-1].key == "ContainerDefinitions" {
					return container("container " + p[i].node.Get("Name").String() + " of " + p[1].key), true
				}
			}
			kind := p[1].node.Get("Type").String()
			if strings.HasSuffix(kind, "::Function") {
				return within(function("function "+p[1].key), everyFunction), true
			}
			return container("resource " + p[1].key), true
		},
		visit: func(w *treeWalk, n *tree.Node, p []crumb) bool {
			// A task's secrets: {Name, ValueFrom}.
			return w.taskSecrets(n, p, "Secrets", "Name", "ValueFrom")
		},
	}
}

// everyFunction is the environment of what stands at the top of a file.
const everyFunction = "every function"

func within(e Environment, outer string) Environment {
	e.Within = []string{outer}
	return e
}

// taskSecrets reads the secrets of a container definition of ECS.
// https://docs.aws.amazon.com/AmazonECS/latest/developerguide/secrets-envvar-secrets-manager.html
func (w *treeWalk) taskSecrets(n *tree.Node, p []crumb, key, name, from string) bool {
	if len(p) == 0 || p[len(p)-1].key != key || n.Kind != tree.List {
		return false
	}
	inner := append(p[:len(p)-1:len(p)-1], crumb{key: "environment", node: n})
	e, ok := w.place(inner)
	for i := range n.Entries {
		x := n.Entries[i].Value
		if variable := x.Get(name).String(); ok && matters(variable) {
			v := w.value(x.Get(from))
			if v.state == Literal {
				v = fromStore("SSM parameter or secret " + v.text)
			}
			if v.state == NotTraced {
				v = fromStore("a secret store")
			}
			w.sets(e, x.Get(name).Line, strings.ToLower(key), variable, v)
		}
	}
	return true
}

// cloudFormationValue reads a value with the short forms of functions.
func cloudFormationValue(n *tree.Node) reading {
	if n == nil || n.Kind != tree.Scalar || n.Tag == "" {
		return plainText(n)
	}
	switch n.Tag {
	case "!Ref":
		return fromStore("CloudFormation parameter " + n.Text)
	case "!Sub":
		return substituted(&tree.Node{Text: n.Text, Line: n.Line})
	case "!ImportValue":
		return fromStore("export " + n.Text)
	case "!GetAtt":
		return fromStore("attribute " + n.Text)
	}
	return unknownValue()
}

// taskFormat is that of a task definition of ECS in JSON.
func taskFormat() *format {
	return &format{name: "ecs", place: func(p []crumb) (Environment, bool) {
		for i := len(p) - 1; i > 0; i-- {
			if p[i].key == "" && p[i-1].key == "containerDefinitions" {
				return container("container " + p[i].node.Get("name").String()), inEnvironment(p)
			}
		}
		return Environment{}, false
	}, visit: func(w *treeWalk, n *tree.Node, p []crumb) bool {
		return w.taskSecrets(n, p, "secrets", "name", "valueFrom")
	}}
}

// serverlessFormat is that of the Serverless Framework.
// https://www.serverless.com/framework/docs/providers/aws/guide/serverless.yml
func serverlessFormat() *format {
	return &format{
		name: "serverless", read: serverlessValue,
		place: func(p []crumb) (Environment, bool) {
			if len(p) == 0 || !inEnvironment(p) {
				return Environment{}, false
			}
			if p[0].key == "functions" {
				for _, c := range p[1:] {
					if c.key != "" {
						return within(function("function "+c.key), everyFunction), true
					}
				}
			}
			if slices.Contains([]string{"provider", "functions"}, p[0].key) {
				return function(everyFunction), true
			}
			if p[0].key == "resources" {
				return container("resource " + p[min(2, len(p)-1)].key), true
			}
			return Environment{}, false
		},
		visit: func(w *treeWalk, n *tree.Node, p []crumb) bool {
			if len(p) != 1 || p[0].key != "provider" {
				return false
			}
			// The profile that deploys: it is the tool's own.
			if profile := n.Get("profile"); profile != nil {
				if v := valueOf(asProfile, serverlessValue(profile)); v.IsSet() {
					w.add(Site{Line: profile.Line, SDKs: []string{"js-v3"}, Call: "provider.profile", Sets: Profile, Profile: v})
				}
			}
			return false
		},
	}
}

// serverlessValue reads the variables of the Serverless Framework.
func serverlessValue(n *tree.Node) reading {
	v := plainText(n)
	if v.state != Literal || !strings.Contains(v.text, "${") {
		return v
	}
	inner, ok := whole(v.text, "${", "}")
	if !ok {
		return unknownValue()
	}
	inner, otherwise, _ := strings.Cut(inner, ",")
	source, name, _ := strings.Cut(strings.TrimSpace(inner), ":")
	switch source {
	case "env":
		v := reading{state: FromEnv, variable: name, text: strings.Trim(strings.TrimSpace(otherwise), `'"`)}
		v.fallback = v.text != ""
		return v
	case "ssm":
		return fromStore("SSM parameter " + name)
	case "param", "opt", "self", "file", "cf", "s3", "vault", "aws":
		return fromStore(source + ":" + name)
	}
	return unknownValue()
}

// devcontainerFormat is that of development containers.
// https://containers.dev/implementors/json_reference/
func devcontainerFormat() *format {
	return &format{
		name: "devcontainer", read: devcontainerValue,
		place: func(p []crumb) (Environment, bool) {
			e := Environment{Name: "the devcontainer", Away: true, Instead: insteadHere}
			return e, inEnvironment(p) || len(p) == 1 && strings.HasSuffix(p[0].key, "Command")
		},
		scripts: []string{"postCreateCommand", "postStartCommand", "onCreateCommand", "updateContentCommand", "postAttachCommand"},
	}
}

// devcontainerValue reads "${localEnv:NAME}", "${localEnv:NAME:text}" and
// "${containerEnv:NAME}".
func devcontainerValue(n *tree.Node) reading {
	v := plainText(n)
	if v.state != Literal || !strings.Contains(v.text, "${") {
		return v
	}
	inner, ok := whole(v.text, "${", "}")
	if !ok {
		return unknownValue()
	}
	parts := strings.SplitN(inner, ":", 3)
	if len(parts) < 2 || parts[0] != "localEnv" {
		return unknownValue()
	}
	r := reading{state: FromEnv, variable: parts[1]}
	if len(parts) == 3 {
		r.text, r.fallback = parts[2], parts[2] != ""
	}
	return r
}

// npmFormat is that of package.json, whose scripts a shell runs.
func npmFormat() *format {
	return &format{
		name:  "npm",
		place: nowhere,
		visit: func(w *treeWalk, n *tree.Node, p []crumb) bool {
			if len(p) == 0 {
				return false
			}
			if len(p) == 1 && p[0].key == "scripts" {
				for i := range n.Entries {
					e := &n.Entries[i]
					w.shell(strings.ReplaceAll(e.Value.String(), "cross-env ", "env "), e.Line, onMachine("npm run "+e.Key), nil)
				}
			}
			return true
		},
	}
}
