package code

import (
	slash "path"
	"strings"

	"github.com/awscred/awscred/resolver/code/internal/tree"
)

// composeFormat is that of Docker Compose.
// https://github.com/compose-spec/compose-spec/blob/main/05-services.md
func composeFormat() *format {
	return &format{
		name: "compose", read: dollars,
		place: func(p []crumb) (Environment, bool) {
			switch {
			case len(p) < 2 || p[0].key != "services":
				return Environment{}, false // anchors, which count where they are used
			case len(p) > 3 && p[2].key == "build":
				return container("the build of service " + p[1].key), true
			case len(p) > 2 && p[2].key == "labels":
				return Environment{}, false
			}
			return container("service " + p[1].key), true
		},
		visit: func(w *treeWalk, n *tree.Node, p []crumb) bool {
			if len(p) != 2 || p[0].key != "services" {
				return false
			}
			e := container("service " + p[1].key)
			w.envFile(n.Get("env_file"), e)
			for _, key := range []string{"command", "entrypoint"} {
				w.commands(startedBy(n.Get(key)), p)
			}
			return false
		},
	}
}

// startedBy is the script in a command that starts a shell, or the command
// itself if it is one text.
func startedBy(n *tree.Node) *tree.Node {
	switch {
	case n == nil:
		return &tree.Node{Kind: tree.Map}
	case n.Kind != tree.List:
		return unwrapped(n)
	}
	for i := range n.Entries {
		if text := n.Entries[i].Value.String(); strings.HasPrefix(text, "-") && strings.HasSuffix(text, "c") && i+1 < len(n.Entries) {
			return n.Entries[i+1].Value
		}
	}
	// The words of one command.
	words := make([]string, 0, len(n.Entries))
	for i := range n.Entries {
		words = append(words, "'"+strings.ReplaceAll(n.Entries[i].Value.String(), "'", "")+"'")
	}
	return &tree.Node{Line: n.Line, Text: strings.Join(words, " ")}
}

// unwrapped takes the shell off a command that is one text: sh -c "…".
func unwrapped(n *tree.Node) *tree.Node {
	commands, _ := parseShell(n.Text)
	if len(commands) != 1 || len(commands[0]) != 3 || !strings.HasSuffix(commands[0][0].text, "sh") || !strings.HasSuffix(commands[0][1].text, "c") {
		return n
	}
	return &tree.Node{Line: n.Line + commands[0][2].line - 1, Text: commands[0][2].text, Block: n.Block}
}

// envFile notes the files of variables of a service: a name, a list of names, or
// of maps with a path.
func (w *treeWalk) envFile(n *tree.Node, e Environment) {
	switch {
	case n == nil:
	case n.Kind == tree.Scalar:
		w.loads(n.Line, n.Text, "env_file", e)
	case n.Kind == tree.Map:
		w.loads(n.Line, n.Get("path").String(), "env_file", e)
	default:
		for i := range n.Entries {
			if v := n.Entries[i].Value; v.Kind != tree.List {
				w.envFile(v, e)
			}
		}
	}
}

// A loading is a file of variables that an environment is given, or a named set
// of them: a Secret or ConfigMap of Kubernetes.
type loading struct {
	file, named string // one of both; file is below the directory
	from        Site   // File, Line, Call, Language, For, Test
}

// loads notes that an environment is given the variables of a file.
func (f *file) loads(line int, name, call string, e Environment) {
	if name == "" || strings.ContainsAny(name, "$%") || slash.IsAbs(name) {
		return
	}
	name = slash.Join(slash.Dir(f.name), name)
	f.loadings = append(f.loadings, loading{file: name, from: f.filled(Site{Line: line, Call: call, For: e})})
}
