package code

import (
	"maps"
	"slices"
)

// A dialect is a language that the shared lexer reads, as data: its syntax, how
// it reads and writes variables, and the table of constructors.
type dialect struct {
	syntax
	// sdks are those that a program in the language uses, as far as a variable
	// that it writes concerns them.
	sdks []string
	// imports notes what the file imports.
	imports func(*source)
	// assigns notes assignments of other forms than "name = value"; more
	// finds what no table can say. Both may be nil.
	assigns, more func(*source)
	// tests returns the first and last lines of what is built for tests only,
	// or is nil.
	tests func(*source) []span
	// shared returns the row of a class that is named as a type argument of what
	// makes one, or is nil.
	shared func(*source, path) *constructor
	// reads and writes are the ways to the environment.
	reads  []access
	writes []writing
	// joins is the operator between strings: "+", or "." in PHP.
	joins string
	// indented languages nest by indentation.
	indented bool
	// imported languages use no name that they do not import.
	imported bool
	// open languages use names of packages without importing each: C#, Swift,
	// C++, and Java with "import x.*".
	open bool
	// arrows join names as dots do: PHP and C++.
	arrows bool
	// bare languages call methods without naming a receiver.
	bare bool
	// commands are calls without brackets, as in Ruby.
	commands bool
	// blocks follow a call and set its options, as in Kotlin and C#.
	blocks bool
	table  *table
}

// spoken is the language of a dialect.
func spoken(name string, reads func(name, base string) bool, marks []string, d *dialect) language {
	return language{name: name, reads: reads, marks: marks, table: d.table, scan: func(f *file) error {
		s, err := newSource(f, d)
		s.constructors()
		s.environment()
		s.markTests()
		return err
	}}
}

func sortedKeys[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }

// markTests marks the sites of a file that stand in its tests.
func (s *source) markTests() {
	if s.dialect.tests == nil || len(s.sites) == 0 {
		return
	}
	for _, r := range s.dialect.tests(s) {
		for i := range s.sites {
			if line := s.sites[i].Line; line >= r.start && line <= r.end {
				s.sites[i].Test = true
			}
		}
	}
}
