package code

import (
	"cmp"
	"slices"
)

// A Program is what the source below one directory sets.
type Program struct {
	// Dir is the directory that was looked at.
	Dir string
	// Sites are in the order of their files and lines.
	Sites []Site
	// Files is how many files were read, Bytes how much they hold.
	Files int
	Bytes int64
	// Skipped are what was passed over on purpose, by reason: "dependencies in
	// node_modules", "minified", and how often.
	Skipped map[string]int
	// Broken are the files that could not be read or parsed.
	Broken []Broken
}

// Broken is a file that could not be read or parsed. What was found in it
// before the error counts all the same.
type Broken struct{ File, Why string }

// SDKs returns the names of the SDKs that the program's sites concern, sorted.
// Tests of the program do not count, and variables that it writes only where
// there is nothing else.
func (p *Program) SDKs() []string {
	var list, writing []string
	for i := range p.Sites {
		switch s := &p.Sites[i]; {
		case s.Test, s.Sets == GivenRole, s.leaves():
		case s.Sets == Variable:
			writing = append(writing, s.SDKs...)
		default:
			list = append(list, s.SDKs...)
		}
	}
	if len(list) == 0 {
		list = writing
	}
	slices.Sort(list)
	return slices.Compact(list)
}

// sort brings everything into a fixed order.
func (p *Program) sort() {
	slices.SortFunc(p.Sites, func(a, b Site) int {
		return cmp.Or(cmp.Compare(a.File, b.File), cmp.Compare(a.Line, b.Line), cmp.Compare(a.Call, b.Call),
			cmp.Compare(a.Sets, b.Sets), cmp.Compare(a.Trace(), b.Trace()))
	})
	slices.SortFunc(p.Broken, func(a, b Broken) int { return cmp.Or(cmp.Compare(a.File, b.File), cmp.Compare(a.Why, b.Why)) })
}
