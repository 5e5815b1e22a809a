package tree

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"strings"

	"go.yaml.in/yaml/v3"
)

// maxDocuments bounds how many documents one file may have.
const maxDocuments = 10_000

// YAML reads all documents of a file. With an error, which names the line if
// there is one, the documents before it are returned all the same.
func YAML(data []byte) (list []*Node, err error) {
	defer func() {
		// The parser reports some broken texts by a panic.
		if p := recover(); p != nil {
			err = fmt.Errorf("reading YAML: %v", p)
		}
	}()
	c := &converter{}
	for d := yaml.NewDecoder(bytes.NewReader(data)); ; {
		var document yaml.Node
		switch err := d.Decode(&document); {
		case errors.Is(err, io.EOF):
			return list, nil
		case err != nil:
			return list, errors.New(strings.TrimPrefix(err.Error(), "yaml: "))
		case len(list) == maxDocuments:
			return list, ErrTooMany
		}
		n := c.node(&document, 0)
		if c.err != nil {
			return list, c.err
		}
		list = append(list, n)
	}
}

// A converter makes Nodes of what the parser gives.
type converter struct {
	nodes int
	err   error
}

func (c *converter) node(y *yaml.Node, depth int) *Node {
	switch c.nodes++; {
	case c.err != nil:
	case depth > MaxDepth:
		c.err = ErrTooDeep
	case c.nodes > MaxNodes:
		c.err = ErrTooMany
	}
	n := &Node{Line: max(y.Line, 1), Tag: ownTag(y.Tag)}
	if c.err != nil {
		return n
	}
	switch y.Kind {
	case yaml.DocumentNode:
		if len(y.Content) > 0 {
			return c.node(y.Content[0], depth)
		}
		n.Null = true
	case yaml.AliasNode:
		return c.node(y.Alias, depth+1)
	case yaml.ScalarNode:
		n.Text, n.Null = y.Value, y.Tag == "!!null"
		n.Block = y.Style&(yaml.LiteralStyle|yaml.FoldedStyle) != 0
	case yaml.SequenceNode:
		n.Kind = List
		for _, child := range y.Content {
			n.Entries = append(n.Entries, Entry{Line: child.Line, Value: c.node(child, depth+1)})
		}
	case yaml.MappingNode:
		n.Kind = Map
		c.entries(n, y, depth)
	}
	return n
}

// entries reads those of a map. What is merged into it comes first, so that its
// own entries are the ones that count.
func (c *converter) entries(n *Node, y *yaml.Node, depth int) {
	for i := 0; i+1 < len(y.Content) && c.err == nil; i += 2 {
		if y.Content[i].Tag == "!!merge" {
			c.merge(n, c.node(y.Content[i+1], depth+1))
		}
	}
	for i := 0; i+1 < len(y.Content) && c.err == nil; i += 2 {
		if key := y.Content[i]; key.Tag != "!!merge" {
			if key.Kind == yaml.AliasNode {
				key = key.Alias
			}
			n.Entries = append(n.Entries, Entry{Key: key.Value, Line: max(y.Content[i].Line, 1), Value: c.node(y.Content[i+1], depth+1)})
		}
	}
}

// merge adds the entries of a map, or of the maps in a list, of which the first
// counts. They are part of the budget once more.
func (c *converter) merge(n, from *Node) {
	if from.Kind == List {
		for i := len(from.Entries) - 1; i >= 0; i-- {
			c.merge(n, &Node{Kind: Map, Entries: from.Entries[i].Value.Entries})
		}
		return
	}
	if c.nodes += len(from.Entries); c.nodes > MaxNodes {
		c.err = ErrTooMany
		return
	}
	n.Entries = append(n.Entries, from.Entries...)
}

// ownTag is a tag that is not one of YAML's.
func ownTag(tag string) string {
	if strings.HasPrefix(tag, "!!") || strings.HasPrefix(tag, "tag:yaml.org,") {
		return ""
	}
	return tag
}
