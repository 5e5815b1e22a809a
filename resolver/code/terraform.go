package code

import (
	slash "path"
	"strings"

	"github.com/awscred/awscred/resolver"
	"github.com/awscred/awscred/resolver/code/internal/hclfile"
	"github.com/awscred/awscred/resolver/code/internal/tree"
)

// terraformLanguage is Terraform, OpenTofu and Terragrunt, and other files in
// the same language.
func terraformLanguage() language {
	return language{
		name: "terraform", reads: suffixes(".tf", ".tofu", ".hcl", ".nomad", ".tfvars"), marks: []string{"aws", "AWS_", "s3", "variable", "key", "profile"},
		scan: func(f *file) error {
			root, err := hclfile.Read(f.data)
			switch {
			case root == nil:
			case strings.HasSuffix(f.name, ".tfvars"):
				f.assigned(root)
			default:
				f.terraform(root)
			}
			return err
		},
	}
}

// terraformVariable begins the Store of what a variable gives.
const terraformVariable = "Terraform variable "

// assigned notes the values of a file of variables that is always loaded.
func (f *file) assigned(root *tree.Node) {
	if base := slash.Base(f.name); base != "terraform.tfvars" && !strings.HasSuffix(base, ".auto.tfvars") {
		return
	}
	for i := range root.Entries {
		f.define(root.Entries[i].Key, root.Entries[i].Value, true)
	}
}

// define notes what a variable of Terraform is, as far as it is a literal.
func (f *file) define(name string, n *tree.Node, assigned bool) {
	if n == nil || n.Kind != tree.Scalar || n.Null || n.Text == "" {
		return
	}
	v := plainText(n)
	v.line = n.Line
	f.defined = append(f.defined, definition{dir: slash.Dir(f.name), name: name, value: v, file: f.name, assigned: assigned})
}

// A terraform is a file that is scanned.
type terraform struct {
	*file
	locals map[string]*tree.Node
}

func (f *file) terraform(root *tree.Node) {
	f.language = "terraform"
	t := &terraform{file: f, locals: make(map[string]*tree.Node)}
	for i := range root.Entries {
		e := &root.Entries[i]
		switch {
		case e.Key == "locals":
			for j := range e.Value.Entries {
				t.locals[e.Value.Entries[j].Key] = e.Value.Entries[j].Value
			}
		case e.Key == "variable" && len(e.Labels) == 1:
			f.define(e.Labels[0], e.Value.Get("default"), false)
		}
	}
	for i := range root.Entries {
		t.block(&root.Entries[i])
	}
	format := t.format()
	w := &treeWalk{file: f, format: format, root: root}
	w.walk(root, nil)
}

// block reads the blocks and attributes at the top of a file.
func (t *terraform) block(e *tree.Entry) {
	n := e.Value
	switch {
	case e.Key == "provider" && len(e.Labels) == 1 && (e.Labels[0] == "aws" || e.Labels[0] == "awscc"):
		name := `provider "` + e.Labels[0] + `"`
		if alias := n.Get("alias").String(); alias != "" {
			name += " " + alias
		}
		t.provider(e.Line, name, n)
	case e.Key == "terraform":
		for i := range n.Entries {
			if b := &n.Entries[i]; b.Key == "backend" && len(b.Labels) == 1 && b.Labels[0] == "s3" {
				t.provider(b.Line, `backend "s3"`, b.Value)
			}
		}
	case e.Key == "data" && len(e.Labels) == 2 && e.Labels[0] == "terraform_remote_state" && n.Get("backend").String() == "s3":
		t.provider(e.Line, "remote state "+e.Labels[1], n.Get("config"))
	case e.Key == "remote_state" && n.Get("backend").String() == "s3":
		t.provider(e.Line, "remote_state", n.Get("config"))
	}
}

// provider reports what a provider or a backend is configured with.
// https://registry.terraform.io/providers/hashicorp/aws/latest/docs#authentication-and-configuration
// https://developer.hashicorp.com/terraform/language/backend/s3#credentials-and-shared-configuration
func (t *terraform) provider(line int, call string, n *tree.Node) {
	if n == nil {
		n = &tree.Node{}
	}
	base := Site{Line: line, SDKs: []string{"terraform"}, Call: call}
	at := func(n *tree.Node) Site {
		s := base
		s.Line = n.Line
		return s
	}
	t.files(base, n)
	if e := endpointOf(n); e != nil {
		s := at(e)
		s.Sets, s.Endpoint = Endpoint, valueOf(asEndpoint, t.read(e))
		t.add(s)
	}
	static := base
	static.KeyID, static.Secret, static.Token = keyValue(t.read(n.Get("access_key"))), t.read(n.Get("secret_key")).value(true), t.read(n.Get("token")).value(true)
	profile := valueOf(asProfile, t.read(n.Get("profile")))
	role, identity := n.Get("assume_role"), n.Get("assume_role_with_web_identity")
	switch {
	case static.KeyID.IsSet():
		static.Sets, static.Line = StaticKey, n.Get("access_key").Line
		static.Profile = profile
		t.add(static)
	case identity != nil:
		s := at(identity)
		s.Sets, s.Sources = Provider, []resolver.Source{resolver.FromWebIdentity}
		t.add(s)
	case profile.IsSet() && role == nil && n.Get("role_arn") == nil:
		s := at(n.Get("profile"))
		s.Sets, s.Profile = Profile, profile
		t.add(s)
	}
	arn := n.Get("role_arn")
	if role != nil {
		arn = cmpNode(role.Get("role_arn"), role)
		if role.Kind == tree.List && len(role.Entries) > 0 {
			arn = cmpNode(role.Entries[0].Value.Get("role_arn"), role)
		}
	}
	switch {
	case arn != nil:
		s := at(arn)
		s.Sets, s.Role, s.Profile = Role, valueOf(asRole, t.read(arn)), profile
		if arn.Kind == tree.Map {
			s.Role = Value{State: NotTraced}
		}
		t.add(s)
	case !static.KeyID.IsSet() && identity == nil && !profile.IsSet():
		base.Sets = Nothing
		t.add(base)
	}
}

// files reports the places of the shared files that a provider names, and that it
// is not to ask the instance: as if variables said so.
func (t *terraform) files(base Site, n *tree.Node) {
	for _, form := range []struct{ key, variable string }{
		{"shared_credentials_files", "AWS_SHARED_CREDENTIALS_FILE"}, {"shared_credentials_file", "AWS_SHARED_CREDENTIALS_FILE"},
		{"shared_config_files", "AWS_CONFIG_FILE"}, {"skip_metadata_api_check", "AWS_EC2_METADATA_DISABLED"},
	} {
		v := n.Get(form.key)
		if v == nil || v.String() == "false" {
			continue
		}
		at := v
		if v.Kind == tree.List && len(v.Entries) == 1 {
			v = v.Entries[0].Value
		}
		s := base
		s.Line, s.Sets, s.Variable, s.Global = at.Line, Variable, form.variable, true
		s.Written, s.For = writtenValue(form.variable, t.read(v)), onMachine(base.Call)
		t.add(s)
	}
}

// endpointOf returns the first endpoint of a provider, or nil.
func endpointOf(n *tree.Node) *tree.Node {
	if e := n.Get("endpoint"); e != nil {
		return e
	}
	endpoints := n.Get("endpoints")
	if endpoints == nil || len(endpoints.Entries) == 0 {
		return nil
	}
	for _, name := range []string{"sts", "s3"} {
		if e := endpoints.Get(name); e != nil {
			return e
		}
	}
	return endpoints.Entries[0].Value
}

// read follows an expression to a local value. Variables are followed when all
// files of the directory are known.
func (t *terraform) read(n *tree.Node) reading {
	for range maxDepth {
		if n == nil || n.Kind != tree.Expression {
			break
		}
		text := strings.Trim(n.Text, `"`)
		if inner, ok := whole(text, "${", "}"); ok {
			text = inner
		}
		if name, ok := strings.CutPrefix(text, "local."); ok {
			if n, ok = t.locals[name]; ok {
				continue
			}
			return fromStore("local value " + name)
		}
		if name, ok := strings.CutPrefix(text, "var."); ok && isVariableName(strings.ReplaceAll(name, ".", "")) {
			return fromStore(terraformVariable + name)
		}
		return computed(text)
	}
	return plainText(n)
}

// computed reads an expression that Terraform computes.
func computed(text string) reading {
	if inner, ok := whole(text, "get_env(", ")"); ok { // Terragrunt
		name, otherwise, _ := strings.Cut(inner, ",")
		v := reading{state: FromEnv, variable: strings.Trim(strings.TrimSpace(name), `"`), text: strings.Trim(strings.TrimSpace(otherwise), `"`)}
		v.fallback = v.text != ""
		return v
	}
	if rest, ok := strings.CutPrefix(text, "env."); ok && isVariableName(rest) {
		return reading{state: FromEnv, variable: rest}
	}
	for _, prefix := range []string{"data.", "ephemeral.", "module.", "vault_", "aws_", "random_"} {
		if strings.HasPrefix(text, prefix) && !strings.ContainsAny(text, "(){}? ") {
			return fromStore(text)
		}
	}
	return unknownValue()
}

// format finds the variables of what a file describes: functions, containers,
// local commands.
func (t *terraform) format() *format {
	return &format{
		name: "terraform", read: t.read, scripts: []string{"command"},
		place: func(p []crumb) (Environment, bool) {
			if len(p) == 0 || len(p[0].labels) == 0 || p[0].key == "provider" || p[0].key == "variable" || p[0].key == "output" {
				return Environment{}, false
			}
			name := strings.Join(p[0].labels, ".")
			for _, c := range p {
				if c.key == "provisioner" || c.key == "external" {
					return onMachine("commands of " + name), true
				}
			}
			switch {
			case p[0].labels[0] == "aws_lambda_function":
				return function("function " + name), true
			case strings.HasPrefix(p[0].labels[0], "kubernetes_"), p[0].labels[0] == "helm_release":
				return pod(name), true
			}
			return container(name), true
		},
	}
}

// terraformJSON makes the blocks of a file in JSON what they are in HCL.
func terraformJSON(root *tree.Node) *tree.Node {
	out := &tree.Node{Kind: tree.Map, Line: root.Line}
	for i := range root.Entries {
		e := &root.Entries[i]
		depth := map[string]int{"provider": 1, "variable": 1, "resource": 2, "data": 2}[e.Key]
		if e.Key == "terraform" {
			out.Entries = append(out.Entries, tree.Entry{Key: e.Key, Line: e.Line, Value: backendJSON(e.Value)})
			continue
		}
		out.Entries = append(out.Entries, labelled(e, depth, nil)...)
	}
	return out
}

func backendJSON(n *tree.Node) *tree.Node {
	out := &tree.Node{Kind: tree.Map, Line: n.Line}
	for i := range n.Entries {
		if e := &n.Entries[i]; e.Key == "backend" {
			out.Entries = append(out.Entries, labelled(e, 1, nil)...)
		}
	}
	return out
}

// labelled turns the first keys below an entry into labels.
func labelled(e *tree.Entry, depth int, labels []string) []tree.Entry {
	if e.Value.Kind == tree.List {
		var list []tree.Entry
		for i := range e.Value.Entries {
			if x := e.Value.Entries[i]; x.Value.Kind == tree.Map {
				list = append(list, labelled(&tree.Entry{Key: e.Key, Line: x.Line, Value: x.Value}, depth, labels)...)
			}
		}
		return list
	}
	if depth == 0 {
		return []tree.Entry{{Key: e.Key, Line: e.Line, Labels: labels, Value: expressions(e.Value)}}
	}
	var list []tree.Entry
	for i := range e.Value.Entries {
		x := e.Value.Entries[i]
		list = append(list, labelled(&tree.Entry{Key: e.Key, Line: x.Line, Value: x.Value}, depth-1, append(labels[:len(labels):len(labels)], x.Key))...)
	}
	return list
}

// expressions marks the texts that are expressions: "${var.key}".
func expressions(n *tree.Node) *tree.Node {
	if n.Kind == tree.Scalar && strings.Contains(n.Text, "${") {
		n.Kind = tree.Expression
	}
	for i := range n.Entries {
		expressions(n.Entries[i].Value)
	}
	return n
}
