// Package tree reads YAML, and JSON with comments, into one kind of tree in
// which every value has its line. It is the importer of the YAML parser.
//
// The text may be hostile: what is read is bounded in depth and in size, and an
// alias counts as often as it is used, so that a few lines cannot stand for
// billions of values.
package tree

import "errors"

// A Kind is what a Node is.
type Kind uint8

// The kinds.
const (
	Scalar Kind = iota // a text, a number, a truth value or null
	Map
	List
	// Expression is a value that is computed; Text is how it is written.
	Expression
)

// A Node is one value.
type Node struct {
	Kind Kind
	// Line counts from 1.
	Line int
	// Text is a scalar as it is meant: without quotes, with escapes done.
	Text string
	// Tag is an application's own tag: "!Ref". Null is true for null.
	Tag  string
	Null bool
	// Block is true for a text that is written over lines of its own: it begins
	// in the line after Line.
	Block bool
	// Entries are those of a map, in their order, and the elements of a list,
	// which have no key. A key that is given twice is there twice.
	Entries []Entry
}

// An Entry is a key with its value. Labels are the names behind the keyword of a
// block in HCL.
type Entry struct {
	Key    string
	Line   int
	Labels []string
	Value  *Node
}

// Limits of one file.
const (
	MaxDepth = 100
	MaxNodes = 200_000
)

// ErrTooDeep and ErrTooMany say that a file goes beyond the limits.
var (
	ErrTooDeep = errors.New("it is nested deeper than is looked at")
	ErrTooMany = errors.New("it has more values than are looked at")
)

// Get returns the value of a key of a map, the last if it is given twice, or
// nil. It may be called on nil.
func (n *Node) Get(key string) *Node {
	if n == nil || n.Kind != Map {
		return nil
	}
	for i := len(n.Entries) - 1; i >= 0; i-- {
		if n.Entries[i].Key == key {
			return n.Entries[i].Value
		}
	}
	return nil
}

// At follows keys from map to map, and returns nil where one is missing.
func (n *Node) At(keys ...string) *Node {
	for _, key := range keys {
		n = n.Get(key)
	}
	return n
}

// String returns the text of a scalar, or "". It may be called on nil.
func (n *Node) String() string {
	if n == nil || n.Kind != Scalar || n.Null {
		return ""
	}
	return n.Text
}
