package code

import (
	"go/ast"
	"go/token"
	"slices"
	"strconv"
)

// goNames are the declarations and assignments of a file by name.
type goNames map[string][]goName

// A goName is one declaration of a name, or one assignment to it.
type goName struct {
	pos token.Pos
	// from and to are where it is in sight.
	from, to token.Pos
	// value is nil if it is not known: a parameter, a result of several.
	value ast.Expr
	kind  ast.Expr // the type, if it is written
	// again is true for an assignment to a name that is declared elsewhere;
	// blank for a declaration without a value.
	again, blank bool
}

// collect notes what a file declares and assigns.
func (names goNames) collect(tree *ast.File) {
	var blocks []ast.Node // the blocks around a node
	scope := func() (from, to token.Pos) {
		for i := len(blocks) - 1; i >= 0; i-- {
			switch n := blocks[i].(type) {
			case *ast.BlockStmt, *ast.CaseClause, *ast.IfStmt, *ast.ForStmt, *ast.RangeStmt, *ast.SwitchStmt, *ast.CommClause:
				return n.Pos(), n.End()
			}
		}
		return token.NoPos, tree.End()
	}
	ast.Inspect(tree, func(n ast.Node) bool {
		switch n := n.(type) {
		case nil:
			blocks = blocks[:len(blocks)-1]
			return true
		case *ast.AssignStmt:
			from, to := scope()
			names.assign(n, from, to)
		case *ast.ValueSpec:
			from, to := scope()
			names.values(n, from, to)
		case *ast.RangeStmt:
			for _, e := range []ast.Expr{n.Key, n.Value} {
				names.add(e, goName{pos: n.Pos(), from: n.Pos(), to: n.End()})
			}
		case *ast.FuncDecl:
			names.parameters(n.Type, n.Body)
			if n.Recv != nil {
				names.fields(n.Recv, n.Body)
			}
		case *ast.FuncLit:
			names.parameters(n.Type, n.Body)
		}
		blocks = append(blocks, n)
		return true
	})
}

// maxGoNames bounds the declarations of one name that are looked at.
const maxGoNames = 256

func (names goNames) add(e ast.Expr, n goName) {
	if id, ok := e.(*ast.Ident); ok && id.Name != "_" && len(names[id.Name]) < maxGoNames {
		names[id.Name] = append(names[id.Name], n)
	}
}

func (names goNames) assign(n *ast.AssignStmt, from, to token.Pos) {
	for i, left := range n.Lhs {
		one := goName{pos: n.Pos(), from: from, to: to, again: n.Tok != token.DEFINE}
		switch {
		case len(n.Lhs) == len(n.Rhs) && (n.Tok == token.DEFINE || n.Tok == token.ASSIGN):
			one.value = n.Rhs[i]
		case len(n.Rhs) == 1 && i == 0:
			one.value = n.Rhs[0] // v, ok := os.LookupEnv("X")
		}
		names.add(left, one)
	}
}

func (names goNames) values(n *ast.ValueSpec, from, to token.Pos) {
	for i, id := range n.Names {
		one := goName{pos: n.Pos(), from: from, to: to, kind: n.Type, blank: len(n.Values) == 0}
		if len(n.Values) == len(n.Names) {
			one.value = n.Values[i]
		}
		names.add(id, one)
	}
}

func (names goNames) parameters(t *ast.FuncType, body *ast.BlockStmt) {
	names.fields(t.Params, body)
	if t.Results != nil {
		names.fields(t.Results, body)
	}
}

func (names goNames) fields(list *ast.FieldList, body *ast.BlockStmt) {
	if list == nil || body == nil {
		return
	}
	for _, f := range list.List {
		for _, id := range f.Names {
			names.add(id, goName{pos: list.Pos(), from: body.Pos(), to: body.End(), kind: f.Type})
		}
	}
}

// declaration returns the declaration that a name means, and what is assigned to
// it afterwards.
func (names goNames) declaration(id *ast.Ident) (decl *goName, again []goName) {
	list := names[id.Name]
	for i := range list {
		n := &list[i]
		inner := n.from == token.NoPos || n.from <= id.Pos() && id.Pos() < n.to && n.pos < id.Pos()
		if !n.again && inner && (decl == nil || n.from >= decl.from) {
			decl = n
		}
	}
	if decl == nil {
		return nil, nil
	}
	for _, n := range list {
		if n.again && (decl.from == token.NoPos || decl.from <= n.pos && n.pos < decl.to) {
			again = append(again, n)
		}
	}
	return decl, again
}

// shadows reports whether a name is one of the file's own at its place.
func (names goNames) shadows(id *ast.Ident) bool {
	decl, _ := names.declaration(id)
	return decl != nil
}

// follow returns the one value that a name has, if that can be told.
func (names goNames) follow(id *ast.Ident) (ast.Expr, bool) {
	decl, again := names.declaration(id)
	switch {
	case decl == nil:
		return nil, false
	case len(again) == 0:
		return decl.value, decl.value != nil || decl.blank
	case len(again) == 1 && decl.blank && again[0].pos < id.Pos():
		return again[0].value, again[0].value != nil
	}
	return nil, false
}

// typeOf is the import path and name of a variable's type, as far as its
// declaration shows it.
func (g *goFile) typeOf(id *ast.Ident) string {
	decl, _ := g.names.declaration(id)
	if decl == nil {
		return ""
	}
	if decl.kind != nil {
		return g.typeName(decl.kind)
	}
	switch v := decl.value.(type) {
	case *ast.CompositeLit:
		return g.typeName(v.Type)
	case *ast.UnaryExpr:
		if c, ok := v.X.(*ast.CompositeLit); ok {
			return g.typeName(c.Type)
		}
	case *ast.CallExpr:
		return g.resultOf(v)
	}
	return ""
}

func (g *goFile) typeName(e ast.Expr) string {
	if star, ok := e.(*ast.StarExpr); ok {
		e = star.X
	}
	return g.qualified(e)
}

// resultOf is the type that the calls return which make configurations.
func (g *goFile) resultOf(c *ast.CallExpr) string {
	switch full := g.qualified(c.Fun); full {
	case goV2 + "config.LoadDefaultConfig", goV2 + "aws.NewConfig":
		return goV2 + "aws.Config"
	case goV1 + "aws.NewConfig":
		return goV1 + "aws.Config"
	case "new":
	}
	return ""
}

// read says what an expression comes to.
func (g *goFile) read(e ast.Expr, depth int) reading {
	if depth > maxDepth {
		return unknownValue()
	}
	switch e := e.(type) {
	case *ast.BasicLit:
		if text, err := strconv.Unquote(e.Value); err == nil && e.Kind == token.STRING {
			return literal(text)
		}
	case *ast.ParenExpr:
		return g.read(e.X, depth+1)
	case *ast.UnaryExpr:
		if e.Op == token.AND {
			return g.read(e.X, depth+1)
		}
	case *ast.StarExpr:
		return g.read(e.X, depth+1)
	case *ast.Ident:
		return g.readName(e, depth)
	case *ast.BinaryExpr:
		return g.join(e, depth)
	case *ast.CallExpr:
		return g.readCall(e, depth)
	}
	return unknownValue()
}

func (g *goFile) readName(id *ast.Ident, depth int) reading {
	if id.Name == "nil" {
		return reading{state: NotSet}
	}
	value, ok := g.names.follow(id)
	if !ok {
		return unknownValue()
	}
	if value == nil {
		return reading{state: EmptyValue}
	}
	v := g.read(value, depth+1)
	if v.state == Literal {
		v.line = g.line(value)
	}
	return v
}

func (g *goFile) join(e *ast.BinaryExpr, depth int) reading {
	if e.Op != token.ADD {
		return unknownValue()
	}
	a, b := g.read(e.X, depth+1), g.read(e.Y, depth+1)
	for _, v := range []reading{a, b} {
		if v.state != Literal && v.state != EmptyValue {
			return unknownValue()
		}
	}
	return literal(a.text + b.text)
}

// readCall reads variables, and calls that hand their argument on.
func (g *goFile) readCall(e *ast.CallExpr, depth int) reading {
	full := g.qualified(e.Fun)
	if id, ok := e.Fun.(*ast.Ident); ok && id.Name == "string" {
		full = "string"
	}
	switch {
	case len(e.Args) == 0:
	case full == "os.Getenv", full == "os.LookupEnv":
		if name := g.read(e.Args[0], depth+1); name.state == Literal {
			return reading{state: FromEnv, variable: name.text}
		}
	case slices.Contains([]string{"string", "strings.TrimSpace", goV2 + "aws.String", goV2 + "aws.ToString", goV1 + "aws.String", goV1 + "aws.StringValue"}, full):
		return g.read(e.Args[0], depth+1)
	case full == "cmp.Or":
		v := g.read(e.Args[0], depth+1)
		if len(e.Args) == 2 && v.state == FromEnv {
			if other := g.read(e.Args[1], depth+1); other.state == Literal {
				v.text, v.fallback = other.text, true
			}
		}
		return v
	}
	return unknownValue()
}
