package code

import (
	"encoding/base64"
	"strings"

	"github.com/awscred/awscred/resolver/code/internal/tree"
)

// kubernetesFormat is that of Kubernetes' objects.
// https://kubernetes.io/docs/tasks/inject-data-application/
func kubernetesFormat(root *tree.Node) *format {
	kind, name := root.Get("kind").String(), root.At("metadata", "name").String()
	switch kind {
	case "Secret", "ConfigMap":
		return &format{name: "kubernetes", place: nowhere, visit: func(w *treeWalk, n *tree.Node, _ []crumb) bool {
			w.set(kind, name, n)
			return true
		}}
	}
	workload := strings.TrimSpace(kind + " " + strings.ReplaceAll(name, hole, "…"))
	place := func(p []crumb) (Environment, bool) {
		for i := len(p) - 1; i > 0; i-- {
			if p[i].key == "" && (p[i-1].key == "containers" || p[i-1].key == "initContainers") {
				name := p[i].node.Get("name").String()
				return pod("container " + strings.ReplaceAll(name, hole, "…") + " of " + workload), true
			}
		}
		if !inEnvironment(p) && lastKey(p) != "data" && lastKey(p) != "literals" {
			return Environment{}, false
		}
		return pod(workload), true
	}
	return &format{name: "kubernetes", place: place, visit: func(w *treeWalk, n *tree.Node, p []crumb) bool {
		if len(p) == 0 || p[len(p)-1].key != "" {
			if kind == "ServiceAccount" && len(p) == 0 {
				w.serviceAccount(n, workload)
			}
			return false
		}
		e, ok := place(p)
		if !ok || n.Kind != tree.Map {
			return false
		}
		w.envFrom(n.Get("envFrom"), e)
		for _, key := range []string{"command", "args"} {
			if v := n.Get(key); v != nil && v.Kind == tree.List {
				w.commands(startedBy(v), p)
			}
		}
		return false
	}}
}

func nowhere([]crumb) (Environment, bool) { return Environment{}, false }

// serviceAccount reports the role of IRSA: it is what the pods are to use.
// https://docs.aws.amazon.com/eks/latest/userguide/associate-service-account-role.html
func (w *treeWalk) serviceAccount(n *tree.Node, name string) {
	const annotation = "eks.amazonaws.com/role-arn"
	annotations := n.At("metadata", "annotations")
	if arn := annotations.Get(annotation); arn != nil {
		w.add(Site{Line: arn.Line, Call: annotation, Sets: GivenRole, Role: valueOf(asRole, plainText(arn)), For: pod(name)})
	}
}

// envFrom notes the Secrets and ConfigMaps whose entries become variables.
func (w *treeWalk) envFrom(n *tree.Node, e Environment) {
	if n == nil || n.Kind != tree.List {
		return
	}
	for i := range n.Entries {
		from := n.Entries[i].Value
		for _, form := range []struct{ key, kind string }{{"secretRef", "Secret"}, {"configMapRef", "ConfigMap"}} {
			if ref := from.Get(form.key); ref != nil && from.Get("prefix").String() == "" {
				w.loadings = append(w.loadings, loading{
					named: form.kind + " " + ref.Get("name").String(),
					from:  w.filled(Site{Line: from.Line, Call: "envFrom", For: e}),
				})
			}
		}
	}
}

// A variableSet is a set of variables that has a name: a Secret or a ConfigMap.
type variableSet struct {
	name  string // "Secret aws"
	sites []Site
}

// set notes the variables of a Secret or a ConfigMap. Those of a Secret's data
// are encoded.
func (w *treeWalk) set(kind, name string, n *tree.Node) {
	s := variableSet{name: kind + " " + name}
	for _, part := range []string{"data", "stringData"} {
		data := n.Get(part)
		if data == nil {
			continue
		}
		for i := range data.Entries {
			entry := &data.Entries[i]
			if !matters(entry.Key) {
				continue
			}
			v := plainText(entry.Value)
			if kind == "Secret" && part == "data" && v.state == Literal {
				text, err := base64.StdEncoding.DecodeString(strings.Join(strings.Fields(v.text), ""))
				if err != nil {
					v = unknownValue()
				} else {
					v = literal(string(text))
				}
			}
			if v.state == EmptyValue {
				v.state = NotSet
			}
			s.sites = append(s.sites, w.filled(Site{
				Line: entry.Line, Call: kind, Sets: Variable, Variable: entry.Key, Written: writtenValue(entry.Key, v),
				For: pod("pods that use " + s.name), Global: true,
			}))
		}
	}
	if len(s.sites) > 0 {
		w.named = append(w.named, s)
	}
}

// valuesFormat is that of the values of a Helm chart. Which names become
// variables is the chart's matter; one that is written as a variable is taken
// for one.
func valuesFormat() *format {
	return &format{name: "helm", place: func(p []crumb) (Environment, bool) {
		name := "pods of the chart"
		if len(p) > 1 && p[0].key != "" && !isEnvironmentKey(p[0].key) {
			name = "pods of " + p[0].key
		}
		return pod(name), true
	}, visit: func(w *treeWalk, n *tree.Node, p []crumb) bool {
		const annotation = "eks.amazonaws.com/role-arn"
		if arn := n.Get(annotation); arn != nil {
			if v := valueOf(asRole, plainText(arn)); v.IsSet() {
				w.add(Site{Line: arn.Line, Call: annotation, Sets: GivenRole, Role: v, For: pod("pods of the chart")})
			}
		}
		return false
	}}
}
