package code

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/scanner"
	"go/token"
	"slices"
	"strconv"
	"strings"
)

// goLanguage is Go, read by the parser of its standard library.
func goLanguage() language {
	t := newTable(goTable())
	return language{
		name: "go", reads: suffixes(".go"), marks: []string{"aws-sdk-go", `"AWS_`}, table: t,
		scan: func(f *file) error { return scanGo(f, t) },
	}
}

// A goFile is a Go file that is scanned.
type goFile struct {
	*file
	table *table
	set   *token.FileSet
	// imports are the import paths by their local names.
	imports map[string]string
	names   goNames
	// members are the variables of which a field was given credentials.
	members map[string]bool
	// stack are the nodes around the one that is looked at.
	stack []ast.Node
	// work counts the expressions that were followed, so that a hostile file
	// cannot make it long.
	work int
}

// maxGoWork bounds the expressions that are followed in one file.
const maxGoWork = 2 << 20

func scanGo(f *file, t *table) error {
	set := token.NewFileSet()
	tree, err := parser.ParseFile(set, f.name, f.data, parser.SkipObjectResolution)
	if tree == nil {
		return goError(err)
	}
	g := &goFile{file: f, table: t, set: set, imports: make(map[string]string), names: make(goNames), members: make(map[string]bool)}
	for _, spec := range tree.Imports {
		g.imported(spec)
	}
	g.names.collect(tree)
	ast.Inspect(tree, func(n ast.Node) bool {
		switch n := n.(type) {
		case nil:
			g.stack = g.stack[:len(g.stack)-1]
			return true
		case *ast.CallExpr:
			g.call(n)
		case *ast.CompositeLit:
			g.composite(n)
		case *ast.SelectorExpr:
			g.selector(n)
		case *ast.AssignStmt:
			g.assign(n)
		}
		g.stack = append(g.stack, n)
		return true
	})
	return goError(err)
}

// goError is the first error of a parser, with its line.
func goError(err error) error {
	if list, ok := err.(scanner.ErrorList); ok && len(list) > 0 {
		return fmt.Errorf("line %d: %s", list[0].Pos.Line, list[0].Msg)
	}
	return err
}

func (g *goFile) line(n ast.Node) int { return g.set.Position(n.Pos()).Line }

// imported notes the local name of a package. Without one it is the last part of
// the path that is no version.
func (g *goFile) imported(spec *ast.ImportSpec) {
	name, err := strconv.Unquote(spec.Path.Value)
	if err != nil {
		return
	}
	local := base(name)
	if len(local) > 1 && local[0] == 'v' && strings.Trim(local[1:], "0123456789") == "" {
		local = base(name[:max(0, strings.LastIndexByte(name, '/'))])
	}
	if spec.Name != nil {
		local = spec.Name.Name
	}
	g.imports[local] = name
}

// qualified returns "path.Name" of a selector of an imported package.
func (g *goFile) qualified(e ast.Expr) string {
	switch e := e.(type) {
	case *ast.SelectorExpr:
		x, ok := e.X.(*ast.Ident)
		if !ok || g.imports[x.Name] == "" || g.names.shadows(x) {
			return ""
		}
		return g.imports[x.Name] + "." + e.Sel.Name
	case *ast.Ident:
		if pkg := g.imports["."]; pkg != "" {
			return pkg + "." + e.Name
		}
	}
	return ""
}

// row returns the row for a use of a name.
func (g *goFile) row(full string, how use) *constructor {
	dot := strings.LastIndexByte(full, '.')
	if dot < 0 {
		return nil
	}
	pkg, name := full[:dot], full[dot+1:]
	for _, c := range g.table.find(name) {
		if c.how == how && slices.Contains(c.names, name) && slices.ContainsFunc(c.in, func(in string) bool { return glob(in, pkg) || inService(in, pkg) }) {
			return c
		}
	}
	return nil
}

// inService reports whether a package is one of those below a pattern that ends
// with "/**".
func inService(in, pkg string) bool {
	prefix, ok := strings.CutSuffix(in, "**")
	return ok && strings.HasPrefix(pkg, prefix)
}

func (g *goFile) call(n *ast.CallExpr) {
	full := g.qualified(n.Fun)
	if full == "os.Setenv" || full == "os.Unsetenv" {
		g.setenv(n, full)
		return
	}
	c := g.row(full, called)
	name := full
	if c == nil {
		if sel, ok := n.Fun.(*ast.SelectorExpr); ok && full == "" {
			c, name = g.methodRow(sel.Sel.Name), sel.Sel.Name
		}
	}
	if c == nil {
		return
	}
	var args []goArg
	for i, a := range n.Args {
		args = append(args, goArg{pos: i + 1, value: a})
	}
	open := n.Ellipsis.IsValid() && slices.ContainsFunc(c.args, func(a argument) bool { return a.is == asOptions })
	g.construct(c, n, name, args, open && g.opens(n))
}

// methodRow returns the row of a method of any receiver, in a file that imports
// the row's package.
func (g *goFile) methodRow(name string) *constructor {
	for _, c := range g.table.find(name) {
		if c.how != method {
			continue
		}
		for _, pkg := range g.imports {
			if slices.ContainsFunc(c.in, func(in string) bool { return glob(in, pkg) || inService(in, pkg) }) {
				return c
			}
		}
	}
	return nil
}

func (g *goFile) composite(n *ast.CompositeLit) {
	full := g.qualified(n.Type)
	if list, ok := n.Type.(*ast.ArrayType); ok {
		g.elided(n, g.qualified(list.Elt))
		return
	}
	c := g.row(full, composite)
	if c == nil {
		return
	}
	g.construct(c, n, full, g.fields(n), false)
}

// elided finds the elements of a list that leave their type out.
func (g *goFile) elided(n *ast.CompositeLit, full string) {
	c := g.row(full, composite)
	if c == nil {
		return
	}
	for _, e := range n.Elts {
		if element, ok := e.(*ast.CompositeLit); ok && element.Type == nil {
			g.construct(c, element, full, g.fields(element), false)
		}
	}
}

// fields are the fields of a composite literal by name.
func (g *goFile) fields(n *ast.CompositeLit) []goArg {
	var args []goArg
	for i, e := range n.Elts {
		kv, ok := e.(*ast.KeyValueExpr)
		if !ok {
			args = append(args, goArg{pos: i + 1, value: e})
			continue
		}
		if key, ok := kv.Key.(*ast.Ident); ok {
			args = append(args, goArg{name: key.Name, value: kv.Value})
		}
	}
	return args
}

// selector finds names that are values: credentials.AnonymousCredentials.
func (g *goFile) selector(n *ast.SelectorExpr) {
	full := g.qualified(n)
	if c := g.row(full, named); c != nil {
		g.construct(c, n, full, nil, false)
	}
}

// assign finds fields of configurations that are set: cfg.Credentials = x.
func (g *goFile) assign(n *ast.AssignStmt) {
	if len(n.Lhs) != len(n.Rhs) {
		return
	}
	for i, left := range n.Lhs {
		sel, ok := left.(*ast.SelectorExpr)
		if !ok {
			continue
		}
		x, ok := sel.X.(*ast.Ident)
		if !ok {
			continue
		}
		if c := g.row(g.typeOf(x)+"."+sel.Sel.Name, member); c != nil {
			g.construct(c, n, sel.Sel.Name, []goArg{{name: sel.Sel.Name, value: n.Rhs[i]}}, false)
			g.members[x.Name] = g.members[x.Name] || !strings.HasSuffix(sel.Sel.Name, "Endpoint")
		}
	}
}

// A goArg is an argument of a call or a field of a literal.
type goArg struct {
	name  string
	pos   int
	value ast.Expr
}

func (g *goFile) construct(c *constructor, n ast.Node, full string, args []goArg, open bool) {
	site := Site{Line: g.line(n), SDKs: c.sdks, Call: shortGo(full), Sources: c.sources, Global: c.global, row: c, name: full[strings.LastIndexByte(full, '.')+1:]}
	found := &parts{values: make(map[part]reading), open: open}
	for _, a := range args {
		for _, want := range c.args {
			if a.name == "" && want.pos != a.pos && !(want.is == asOptions && a.pos >= want.pos) || a.name != "" && !slices.Contains(want.names, a.name) {
				continue
			}
			g.take(found, want.is, a.value)
			break
		}
	}
	g.report(c, site, found)
}

// shortGo is a name as it is written: "credentials.NewStaticCredentials".
func shortGo(full string) string { return full[strings.LastIndexByte(full, '/')+1:] }

func (g *goFile) take(f *parts, is part, value ast.Expr) {
	switch is {
	case asProvider:
		switch {
		case isNil(value):
		case g.holds(value, 0):
			f.provided = true
		default:
			f.open = true
		}
	case asOptions:
		id, named := value.(*ast.Ident)
		if g.holds(value, 0) || named && g.members[id.Name] {
			f.provided = true
		}
	default:
		v := g.read(value, 0)
		f.values[is] = v
		if is <= asToken && v.state == NotTraced && g.holds(value, 0) {
			f.passed = true
		}
	}
}

func isNil(e ast.Expr) bool {
	id, ok := e.(*ast.Ident)
	return ok && id.Name == "nil"
}

// holds reports whether an expression has, or stands for, something of the table
// that sets credentials.
func (g *goFile) holds(e ast.Expr, depth int) bool {
	g.work++
	if depth > maxDepth || e == nil || g.work > maxGoWork {
		return false
	}
	found := false
	ast.Inspect(e, func(n ast.Node) bool {
		if g.work++; found || g.work > maxGoWork {
			return false
		}
		switch n := n.(type) {
		case *ast.CallExpr:
			found = g.counts(g.row(g.qualified(n.Fun), called))
		case *ast.CompositeLit:
			found = g.countsLiteral(g.row(g.qualified(n.Type), composite), n)
		case *ast.SelectorExpr:
			found = g.counts(g.row(g.qualified(n), named))
		case *ast.Ident:
			found = g.allHold(n, depth)
		case *ast.FuncLit:
			return depth == 0
		}
		return !found
	})
	return found
}

// allHold reports whether a name stands for something of the table, whichever of
// its values it has.
func (g *goFile) allHold(id *ast.Ident, depth int) bool {
	decl, again := g.names.declaration(id)
	if decl == nil || decl.value == nil && !decl.blank {
		return false
	}
	found := false
	for _, n := range append([]goName{*decl}, again...) {
		switch {
		case n.value == nil && !n.blank:
			return false
		case n.value == nil, isNil(n.value), n.value.Pos() <= id.Pos() && id.Pos() < n.value.End():
		case !g.holds(n.value, depth+1):
			return false
		default:
			found = true
		}
	}
	return found
}

func (g *goFile) counts(c *constructor) bool {
	return c != nil && (c.gives || c.sets != Nothing && c.sets != "" || slices.ContainsFunc(c.args, func(a argument) bool { return a.is != asEndpoint && a.is != asOptions }))
}

// countsLiteral is counts for a literal, which must give a field that counts.
func (g *goFile) countsLiteral(c *constructor, n *ast.CompositeLit) bool {
	if c == nil || c.sets != "" {
		return g.counts(c)
	}
	return slices.ContainsFunc(g.fields(n), func(a goArg) bool {
		return !isNil(a.value) && slices.ContainsFunc(c.args, func(want argument) bool {
			return want.is != asEndpoint && slices.Contains(want.names, a.name)
		})
	})
}

// opens reports whether options that a call unpacks can be something that is not
// seen: no call of the function around it makes any.
func (g *goFile) opens(n *ast.CallExpr) bool {
	last, ok := n.Args[len(n.Args)-1].(*ast.Ident)
	if !ok {
		return true
	}
	for i := len(g.stack) - 1; i >= 0; i-- {
		var body *ast.BlockStmt
		switch f := g.stack[i].(type) {
		case *ast.FuncDecl:
			body = f.Body
		case *ast.FuncLit:
			body = f.Body
		}
		if body == nil {
			continue
		}
		sees := false
		ast.Inspect(body, func(m ast.Node) bool {
			if g.work++; g.work > maxGoWork {
				return false
			}
			if c, ok := m.(*ast.CallExpr); ok && m != n {
				r := g.row(g.qualified(c.Fun), called)
				sees = sees || r != nil && r.sets != Nothing && (r.sets != "" || len(r.args) > 0)
			}
			return !sees
		})
		if sees {
			return false
		}
	}
	_, declared := g.names.follow(last)
	return !declared
}

// setenv reports a variable that is written.
func (g *goFile) setenv(n *ast.CallExpr, full string) {
	if len(n.Args) == 0 {
		return
	}
	name := g.read(n.Args[0], 0)
	if name.state != Literal || !matters(name.text) {
		return
	}
	v := reading{state: NotSet}
	if len(n.Args) > 1 {
		v = g.read(n.Args[1], 0)
	}
	if v.state == FromEnv && v.variable == name.text {
		return
	}
	site := Site{Line: g.line(n), SDKs: []string{"go-v2", "go-v1"}, Call: full, Sets: Variable, Variable: name.text, Global: true}
	site.Written = writtenValue(name.text, v)
	g.add(site)
}

// base is the last part of an import path.
func base(name string) string { return name[strings.LastIndexByte(name, '/')+1:] }
