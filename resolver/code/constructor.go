package code

import (
	"slices"
	"strings"

	"github.com/awscred/awscred/resolver"
)

// A constructor is one call, or one assignment, of an SDK that may set
// credentials: a row of the table that each dialect has.
type constructor struct {
	// sdks are the SDKs that the call belongs to.
	sdks []string
	// in are the packages of which one must be imported for the row to count,
	// by the beginnings of their names.
	in []string
	// names are what is called, behind the package; "*" stands for any part of
	// a name.
	names []string
	// except are names that the row is not for, made is true for names that
	// stand behind "new", and gives for calls whose result is credentials
	// although they set nothing.
	except      []string
	made, gives bool
	// built is true for builders, which make nothing until they are told to.
	built bool
	// shape tells what arguments mean that their places do not, or is nil.
	shape func(s *source, args []arg) []arg
	// first is what the first argument must be, if it is not "".
	first string
	// how the name is used.
	how use
	// args are what the arguments mean.
	args []argument
	// sets is what the call does if no argument says otherwise; "" is not worth
	// a site then.
	sets    Setting
	sources []resolver.Source
	// profiles are what a profile that is named puts in place of the chain; nil
	// leaves that to the SDK's model.
	profiles []resolver.Source
	global   bool
	// match is a text in which the row finds a site of what sets, or of
	// matchSets where that is given; miss is one much like it in which it
	// finds none.
	match, miss string
}

// use is how a constructor is written.
type use uint8

const (
	called    use = iota // name(…), new name(…), name{…}
	method               // receiver.name(…), whatever the receiver is
	assigned             // name = …; the value is argument 1
	member               // receiver.name = …
	declared             // Type variable(…)
	composite            // name{…}, in Go
	named                // name alone, in Go
)

// An argument is what one argument of a constructor means.
type argument struct {
	// names are keywords, keys of options, and methods of a builder; pos is
	// the place of a positional one, counted from 1, or 0.
	names []string
	pos   int
	is    part
}

// A part is what an argument gives.
type part uint8

const (
	asKeyID part = iota
	asSecret
	asToken
	asProfile
	asRole
	asEndpoint
	asProvider // credentials, or what gives them
	asOptions  // more options
	asClient   // a client that is made already, with its credentials
)

// An arg is an argument of a call in a source.
type arg struct {
	name  string // "" for a positional one; "credentials.accessKeyId" for one of a nested map
	pos   int    // counted from 1; 0 for named ones
	value span
	open  bool // other arguments that cannot be seen
}

// constructors looks for the rows of the dialect's table.
func (s *source) constructors() {
	table := s.dialect.table
	for i := range s.tokens {
		if !s.isKind(i, word) || s.continues(i) {
			continue
		}
		p, ok := s.pathAt(i)
		if !ok {
			continue
		}
		c := s.row(table, p)
		if c != nil {
			s.construct(c, p)
		}
		s.chained(p, c)
	}
	if s.dialect.more != nil {
		s.dialect.more(s)
	}
}

// row returns the row that a name is used as, or nil.
func (s *source) row(table *table, p path) *constructor {
	for _, c := range table.find(s.resolve(p)) {
		if s.matches(c, p) {
			return c
		}
	}
	return nil
}

// chained looks for methods that are called on what a call returns:
// boto3.Session().client(…). What the row of that call takes from its builder is
// passed over.
func (s *source) chained(p path, of *constructor) {
	end := p.end
	for s.is(end, "(") && s.pair[end] > 0 && s.isDot(s.pair[end]+1) && s.isKind(s.pair[end]+2, word) {
		next, _ := s.pathAt(s.pair[end] + 2)
		next.parts = append([]string{"()"}, next.parts...)
		if c := s.row(s.dialect.table, next); c != nil && c.how == method && !of.takes(next.parts[len(next.parts)-1]) {
			s.construct(c, next)
			return
		}
		end = next.end
	}
}

// takes reports whether a row has an argument of a name.
func (c *constructor) takes(name string) bool {
	return c != nil && slices.ContainsFunc(c.args, func(a argument) bool { return slices.Contains(a.names, name) })
}

// A table is the rows of a dialect, by the last parts of their names.
type table struct {
	rows   []constructor
	byName map[string][]*constructor
	wild   []*constructor
}

func newTable(rows []constructor) *table {
	t := &table{rows: rows, byName: make(map[string][]*constructor)}
	for i := range rows {
		c := &rows[i]
		for _, name := range c.names {
			last := name[strings.LastIndexByte(name, '.')+1:]
			if strings.Contains(last, "*") {
				t.wild = append(t.wild, c)
				continue
			}
			if !slices.Contains(t.byName[last], c) {
				t.byName[last] = append(t.byName[last], c)
			}
		}
	}
	return t
}

// find returns the rows that a name may be one of.
func (t *table) find(name string) []*constructor {
	list := t.byName[name[strings.LastIndexByte(name, '.')+1:]]
	if len(t.wild) == 0 {
		return list
	}
	return slices.Concat(list, t.wild)
}

// matches reports whether a name is used as a row says.
func (s *source) matches(c *constructor, p path) bool { return s.matched(c, p) != "" }

// matched returns the name of a row that is used, or "".
func (s *source) matched(c *constructor, p path) string {
	full := s.resolve(p)
	if !s.shows(c, p, full) || !s.used(c, p) || c.made && !s.isNew(p) || c.first != "" && s.firstArgument(p) != c.first {
		return ""
	}
	last := full[strings.LastIndexByte(full, '.')+1:]
	if slices.ContainsFunc(c.except, func(x string) bool { return glob(x, last) }) {
		return ""
	}
	for _, name := range c.names {
		switch {
		case (c.how == method || c.how == member) && len(p.parts) < 2 && !s.dialect.bare:
		case glob(name, full), (c.how == method || c.how == member) && glob(name, p.parts[len(p.parts)-1]):
			return name
		default:
			if n := strings.Count(name, ".") + 1; n < len(splitName(full)) && glob(name, lastParts(full, n)) {
				return name
			}
		}
	}
	return ""
}

// shows reports whether the file shows the package of a row: the name is
// imported from it, or is not imported and the package is named in the file.
func (s *source) shows(c *constructor, p path, full string) bool {
	if len(c.in) == 0 {
		return true
	}
	begins := func(name string) bool {
		return slices.ContainsFunc(c.in, func(in string) bool { return strings.HasPrefix(name+".", in) })
	}
	if _, imported := s.imports[p.parts[0]]; imported && c.how != method && c.how != member {
		return begins(full)
	}
	if begins(full) && !s.dialect.imported {
		return true
	}
	anywhere := c.how == method || c.how == member
	return (anywhere || s.dialect.open) && slices.ContainsFunc(s.packages, begins) || anywhere && slices.ContainsFunc(s.named, begins)
}

// used reports whether what follows a name fits the row.
func (s *source) used(c *constructor, p path) bool {
	switch c.how {
	case assigned, member:
		return s.is(p.end, "=") && !s.is(p.end+1, "=")
	case declared:
		return s.is(p.end, "(", "{") && !s.is(p.start-1, "class", "struct") || s.isKind(p.end, word) && s.is(p.end+1, "(", "{", ";") && s.pair[p.end+1] != p.end+2 && !s.is(p.start-1, ".", ",", "(")
	}
	if s.dialect.commands && s.isCommand(p) {
		return true
	}
	return s.is(p.end, "(") || s.is(p.end, "{") && s.dialect.blocks && !s.is(p.start-1, ":") || s.is(p.end, "<") && s.typeArguments(p.end) > p.end
}

// isCommand reports whether a name is called without brackets: with arguments
// behind it, or alone at the end of an expression.
func (s *source) isCommand(p path) bool {
	return !s.is(p.end, "=", "==", "+=", ".", "&&", "||") || s.is(p.end, "=") && s.is(p.end+1, ">")
}

// firstArgument is the text of the first argument of a call, or "".
func (s *source) firstArgument(p path) string {
	if !s.is(p.end, "(") || s.pair[p.end] < 0 {
		return ""
	}
	args := s.split(span{p.end + 1, s.pair[p.end]}, false)
	if len(args) == 0 {
		return ""
	}
	return s.read(args[0], 0).text
}

// glob matches a name against a pattern in which "*" stands for anything but a
// dot.
func glob(pattern, name string) bool {
	before, after, wild := strings.Cut(pattern, "*")
	if !wild {
		return pattern == name
	}
	if !strings.HasPrefix(name, before) {
		return false
	}
	name = name[len(before):]
	for n := 0; n <= len(name); n++ {
		if glob(after, name[n:]) {
			return true
		}
		if n < len(name) && name[n] == '.' {
			return false
		}
	}
	return false
}

func splitName(full string) []string { return strings.Split(full, ".") }

func lastParts(full string, n int) string {
	parts := splitName(full)
	return strings.Join(parts[len(parts)-n:], ".")
}
