// Package hclfile reads the configuration language of Terraform and OpenTofu
// into a [tree.Node]. It is the importer of HashiCorp's parser.
//
// Blocks are entries with labels. What is not a literal is an Expression, as it
// is written: "var.key". An argument of jsonencode is read as if it stood there
// by itself.
package hclfile

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"

	"github.com/awscred/awscred/resolver/code/internal/tree"
)

// maxOperators bounds the operators of a file that the parser follows by
// recursion.
const maxOperators = 10_000

// Read reads a file. With an error, which names the line, what could be read is
// returned all the same; it is nil only if the file goes beyond the limits.
func Read(data []byte) (*tree.Node, error) {
	if err := bounded(data); err != nil {
		return nil, err
	}
	file, diagnostics := hclsyntax.ParseConfig(data, "", hcl.InitialPos)
	r := &reader{src: data}
	var n *tree.Node
	if body, ok := file.Body.(*hclsyntax.Body); ok {
		n = r.body(body, 1, 0)
	}
	for _, d := range diagnostics {
		if d.Severity == hcl.DiagError && d.Subject != nil {
			return n, fmt.Errorf("line %d: %s", d.Subject.Start.Line, strings.ToLower(d.Summary))
		}
	}
	return n, r.err
}

// bounded refuses a text in which the parser would recurse too deep. Its words
// are found without recursion.
func bounded(data []byte) error {
	tokens, _ := hclsyntax.LexConfig(data, "", hcl.InitialPos)
	depth, operators := 0, 0
	for _, t := range tokens {
		switch t.Type {
		case hclsyntax.TokenOBrace, hclsyntax.TokenOBrack, hclsyntax.TokenOParen, hclsyntax.TokenTemplateInterp,
			hclsyntax.TokenTemplateControl, hclsyntax.TokenOQuote, hclsyntax.TokenOHeredoc:
			depth++
		case hclsyntax.TokenCBrace, hclsyntax.TokenCBrack, hclsyntax.TokenCParen, hclsyntax.TokenTemplateSeqEnd,
			hclsyntax.TokenCQuote, hclsyntax.TokenCHeredoc:
			depth--
		case hclsyntax.TokenBang, hclsyntax.TokenMinus, hclsyntax.TokenQuestion:
			operators++
		}
		if depth > tree.MaxDepth {
			return tree.ErrTooDeep
		}
		if operators > maxOperators {
			return errors.New("it has more operators than are looked at")
		}
	}
	return nil
}

type reader struct {
	src   []byte
	nodes int
	err   error
}

// more counts a value, and reports whether it is within the limits.
func (r *reader) more(depth int) bool {
	switch r.nodes++; {
	case r.err != nil:
	case depth > 2*tree.MaxDepth:
		r.err = tree.ErrTooDeep
	case r.nodes > tree.MaxNodes:
		r.err = tree.ErrTooMany
	}
	return r.err == nil
}

// body reads the attributes and blocks of a body in the order of their lines.
func (r *reader) body(b *hclsyntax.Body, line, depth int) *tree.Node {
	n := &tree.Node{Kind: tree.Map, Line: line}
	if !r.more(depth) {
		return n
	}
	for _, a := range b.Attributes {
		n.Entries = append(n.Entries, tree.Entry{Key: a.Name, Line: a.NameRange.Start.Line, Value: r.expression(a.Expr, depth+1)})
	}
	for _, x := range b.Blocks {
		at := x.TypeRange.Start.Line
		n.Entries = append(n.Entries, tree.Entry{Key: x.Type, Line: at, Labels: x.Labels, Value: r.body(x.Body, at, depth+1)})
	}
	sortEntries(n.Entries)
	return n
}

func (r *reader) expression(e hclsyntax.Expression, depth int) *tree.Node {
	n := &tree.Node{Kind: tree.Expression, Line: e.Range().Start.Line}
	if !r.more(depth) {
		return n
	}
	switch e := e.(type) {
	case *hclsyntax.LiteralValueExpr:
		n.Kind = tree.Scalar
		n.Text, n.Null = scalar(e.Val)
	case *hclsyntax.TemplateExpr:
		r.template(n, e)
	case *hclsyntax.TemplateWrapExpr:
		return r.expression(e.Wrapped, depth+1)
	case *hclsyntax.ParenthesesExpr:
		return r.expression(e.Expression, depth+1)
	case *hclsyntax.TupleConsExpr:
		n.Kind = tree.List
		for _, x := range e.Exprs {
			n.Entries = append(n.Entries, tree.Entry{Line: x.Range().Start.Line, Value: r.expression(x, depth+1)})
		}
	case *hclsyntax.ObjectConsExpr:
		n.Kind = tree.Map
		for _, item := range e.Items {
			key := r.expression(item.KeyExpr, depth+1)
			n.Entries = append(n.Entries, tree.Entry{Key: key.Text, Line: key.Line, Value: r.expression(item.ValueExpr, depth+1)})
		}
	case *hclsyntax.ObjectConsKeyExpr:
		if word := hcl.ExprAsKeyword(e.Wrapped); word != "" && !e.ForceNonLiteral {
			return &tree.Node{Line: n.Line, Text: word}
		}
		return r.expression(e.Wrapped, depth+1)
	case *hclsyntax.FunctionCallExpr:
		if len(e.Args) == 1 && passes(e.Name) {
			return r.expression(e.Args[0], depth+1)
		}
		n.Text = r.written(e)
	default:
		n.Text = r.written(e)
	}
	return n
}

// passes reports whether a function hands on its argument, as far as it matters
// here.
func passes(name string) bool {
	switch name {
	case "jsonencode", "tostring", "trimspace", "sensitive", "nonsensitive", "tomap", "tolist":
		return true
	}
	return false
}

// template reads a string, which is a literal if no part of it is computed.
func (r *reader) template(n *tree.Node, e *hclsyntax.TemplateExpr) {
	var b strings.Builder
	for _, part := range e.Parts {
		literal, ok := part.(*hclsyntax.LiteralValueExpr)
		if !ok {
			n.Text = r.written(e)
			return
		}
		text, _ := scalar(literal.Val)
		b.WriteString(text)
	}
	n.Kind, n.Text = tree.Scalar, b.String()
	n.Block = strings.HasPrefix(r.written(e), "<<")
}

// written is how an expression is written, as far as it is short.
func (r *reader) written(e hclsyntax.Expression) string {
	const most = 200
	text := e.Range().SliceBytes(r.src)
	return string(text[:min(len(text), most)])
}

func scalar(v cty.Value) (text string, null bool) {
	switch {
	case v.IsNull():
		return "", true
	case !v.IsKnown():
		return "", false
	case v.Type() == cty.String:
		return v.AsString(), false
	case v.Type() == cty.Bool && v.True():
		return "true", false
	case v.Type() == cty.Bool:
		return "false", false
	case v.Type() == cty.Number:
		return v.AsBigFloat().Text('f', -1), false
	}
	return "", false
}

// sortEntries puts entries into the order of their lines.
func sortEntries(list []tree.Entry) {
	slices.SortStableFunc(list, func(a, b tree.Entry) int { return cmp.Or(cmp.Compare(a.Line, b.Line), cmp.Compare(a.Key, b.Key)) })
}
