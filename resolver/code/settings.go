package code

import (
	"slices"
	"strings"

	"github.com/awscred/awscred/resolver/code/internal/tree"
)

// A crumb is one step of the way from the root of a tree to a value: an entry
// of a map, or an element of a list, which has no key.
type crumb struct {
	key    string
	labels []string
	node   *tree.Node
}

// A format is one kind of configuration file that is read as a tree.
type format struct {
	// name is the Site's Language.
	name string
	// place says whose environment an entry at the end of a path is; ok is
	// false where it is nobody's.
	place func(path []crumb) (e Environment, ok bool)
	// read says what a value comes to; nil is plainText.
	read func(n *tree.Node) reading
	// visit reports what a value means besides its entries; it returns true if
	// they are not to be looked at. It may be nil.
	visit func(w *treeWalk, n *tree.Node, path []crumb) bool
	// scripts are the keys of commands for a shell; expressions are the
	// brackets of what is put into them first: "${{", "}}".
	scripts     []string
	expressions [2]string
}

// A treeWalk looks through one document.
type treeWalk struct {
	*file
	*format
	root *tree.Node
}

// scanTrees looks through the documents of a file.
func (f *file) scanTrees(roots []*tree.Node, kind func(root *tree.Node) *format) {
	language := f.language
	for _, root := range roots {
		if x := kind(root); x != nil {
			f.language = x.name
			w := &treeWalk{file: f, format: x, root: root}
			w.walk(root, nil)
		}
	}
	f.language = language
}

// walk looks at a value and what is below it. Trees are not deep.
func (w *treeWalk) walk(n *tree.Node, path []crumb) {
	if w.visit != nil && w.visit(w, n, path) {
		return
	}
	w.pair(n, path)
	for i := range n.Entries {
		e := &n.Entries[i]
		below := append(path[:len(path):len(path)], crumb{e.Key, e.Labels, e.Value})
		switch {
		case n.Kind == tree.Map && matters(e.Key) && len(e.Labels) == 0 && w.isValue(e.Value):
			w.variable(e.Line, e.Key, e.Value, path)
		case n.Kind == tree.List && e.Value.Kind == tree.Scalar:
			w.line(e.Value, path)
		}
		if slices.Contains(w.scripts, e.Key) {
			w.commands(e.Value, below)
		}
		if len(e.Value.Entries) > 0 {
			w.walk(e.Value, below)
		}
	}
}

// isValue reports whether a value can be that of a variable: a text, or a map
// that says where to get one.
func (w *treeWalk) isValue(n *tree.Node) bool {
	return n.Kind == tree.Scalar || n.Kind == tree.Expression || n.Kind == tree.Map && len(n.Entries) <= 4 || n.Tag != ""
}

// variable reports one that is set by an entry below a path.
func (w *treeWalk) variable(line int, name string, value *tree.Node, path []crumb) {
	e, ok := w.place(path)
	if !ok {
		return
	}
	v := w.value(value)
	switch key := lastKey(path); {
	case v.state != Literal:
	case key == "parameter-store": // CodeBuild
		v = fromStore("SSM parameter " + v.text)
	case key == "secrets-manager":
		v = fromStore("Secrets Manager " + v.text)
	}
	w.sets(e, line, lastKey(path), name, v)
}

// value says what a value comes to.
func (w *treeWalk) value(n *tree.Node) reading {
	if w.read != nil {
		return w.read(n)
	}
	return plainText(n)
}

// sets reports a variable of an environment. Empty ones are not set.
func (f *file) sets(e Environment, line int, call, name string, v reading) {
	if !matters(name) {
		return
	}
	if v.state == EmptyValue {
		v.state = NotSet
	}
	f.add(Site{Line: line, Call: call, Sets: Variable, Variable: name, Written: writtenValue(name, v), For: e, Global: true})
}

// pair reads {name: X, value: Y}, with the names of Kubernetes, ECS and others.
func (w *treeWalk) pair(n *tree.Node, path []crumb) {
	if n.Kind != tree.Map {
		return
	}
	for _, form := range []struct{ name, value, from string }{
		{"name", "value", "valueFrom"}, {"Name", "Value", "ValueFrom"}, {"key", "value", "value_from"}, {"ParameterKey", "", ""},
	} {
		name := n.Get(form.name).String()
		if !matters(name) || form.value == "" {
			continue
		}
		e, ok := w.place(path)
		if !ok {
			return
		}
		switch {
		case n.Get(form.value) != nil:
			w.sets(e, n.Get(form.name).Line, lastKey(path), name, w.value(n.Get(form.value)))
		case n.Get(form.from) != nil:
			w.sets(e, n.Get(form.name).Line, lastKey(path), name, reference(n.Get(form.from)))
		}
		return
	}
}

// line reads "NAME=value", and NAME alone, which hands on the variable of who
// starts the program.
func (w *treeWalk) line(n *tree.Node, path []crumb) {
	if !isEnvironmentKey(lastKey(path)) {
		return
	}
	name, value, ok := strings.Cut(n.Text, "=")
	if !matters(name) {
		return
	}
	if e, placed := w.place(path); placed {
		v := reading{state: FromEnv, variable: name}
		if ok {
			v = w.value(&tree.Node{Text: value, Line: n.Line})
		}
		w.sets(e, n.Line, lastKey(path), name, v)
	}
}

// lastKey is the last key of a path, or "".
func lastKey(path []crumb) string {
	for i := len(path) - 1; i >= 0; i-- {
		if path[i].key != "" {
			return path[i].key
		}
	}
	return ""
}

// isEnvironmentKey reports whether a key is one under which the formats have
// variables.
func isEnvironmentKey(key string) bool {
	switch strings.ToLower(strings.NewReplacer("_", "", "-", "").Replace(key)) {
	case "env", "environment", "variables", "envs", "envvars", "environmentvariables", "extraenv", "extraenvs", "extraenvvars",
		"extraenvironmentvars", "containerenv", "remoteenv", "commonenv", "globalenv", "podenv", "additionalenv", "envvariables", "envsecrets", "secretenv",
		"environmentvars", "literals", "runtimeenvironmentvariables", "global", "jobenv", "buildenv", "parameterenv", "passenv", "setenv", "envlist":
		return true
	}
	return false
}

// inEnvironment reports whether one of the last two keys of a path is one under
// which the formats have variables.
func inEnvironment(path []crumb) bool {
	seen := 0
	for i := len(path) - 1; i >= 0 && seen < 2; i-- {
		if path[i].key == "" {
			continue
		}
		if isEnvironmentKey(path[i].key) {
			return true
		}
		seen++
	}
	return false
}
