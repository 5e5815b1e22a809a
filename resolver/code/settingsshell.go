package code

import (
	"fmt"
	"strings"

	"github.com/awscred/awscred/resolver/code/internal/tree"
)

// commands reads the commands that stand in a value: a text, or a list of them.
func (w *treeWalk) commands(n *tree.Node, path []crumb) {
	e, ok := w.place(path)
	if !ok {
		return
	}
	switch n.Kind {
	case tree.Scalar:
		w.embedded(n, e)
	case tree.List:
		for i := range n.Entries {
			if n.Entries[i].Value.Kind == tree.Scalar {
				w.embedded(n.Entries[i].Value, e)
			}
		}
	}
}

func (w *treeWalk) embedded(n *tree.Node, e Environment) {
	line := n.Line
	if n.Block {
		line++
	}
	text, expressions := n.Text, []string(nil)
	if w.expressions[0] != "" {
		text, expressions = lift(text, w.expressions)
	}
	w.shell(text, line, e, func(v *Value) {
		number, ok := strings.CutPrefix(v.Variable, expressionName)
		if !ok {
			return
		}
		var i int
		if _, err := fmt.Sscanf(number, "%d", &i); err == nil && i >= 0 && i < len(expressions) {
			r := w.value(&tree.Node{Text: w.expressions[0] + expressions[i] + w.expressions[1]})
			v.State, v.Store, v.Variable = r.state, r.store, r.variable
		}
	})
}

// expressionName is the variable that stands for an expression in a script.
const expressionName = "AWSCRED_EXPRESSION_"

// lift puts variables in place of the expressions in a script.
func lift(text string, brackets [2]string) (string, []string) {
	var list []string
	var b strings.Builder
	for {
		before, rest, ok := strings.Cut(text, brackets[0])
		inner, after, closed := strings.Cut(rest, brackets[1])
		if !ok || !closed {
			b.WriteString(text)
			return b.String(), list
		}
		fmt.Fprintf(&b, "%s${%s%d}", before, expressionName, len(list))
		list = append(list, inner)
		text = after
	}
}

// shell reads a script whose first line is a line of the file, and which runs in
// an environment. fix mends the values; it may be nil.
func (f *file) shell(text string, line int, e Environment, fix func(*Value)) {
	if !strings.Contains(text, "AWS_") && !strings.Contains(text, "profile") && !strings.Contains(text, "aws ") {
		return
	}
	commands, _ := parseShell(text) // what is broken in a script is the shell's to tell
	sub := &file{name: f.name, data: f.data, language: f.language}
	s := &shellScript{file: sub, values: make(map[string][]shellWord), exported: make(map[string]bool)}
	for _, c := range commands {
		s.note(c)
	}
	for _, c := range commands {
		s.command(c)
	}
	last := 1 + strings.Count(string(f.data), "\n")
	for _, site := range sub.sites {
		site.Line = min(site.Line+line-1, last)
		site.For = e
		if fix != nil {
			for _, v := range []*Value{&site.KeyID, &site.Secret, &site.Token, &site.Profile, &site.Role, &site.Endpoint, &site.Written} {
				fix(v)
			}
		}
		f.sites = append(f.sites, site)
	}
}
