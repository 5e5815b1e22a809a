package code

import (
	"net/url"
	"slices"
	"strings"

	"github.com/awscred/awscred/internal/redact"
)

// construct reports what a call, or an assignment, of a row sets.
func (s *source) construct(c *constructor, p path) {
	s.constructed(c, p, s.matched(c, p), s.argumentsOf(c, p))
}

// constructed reports what a call of a row sets with its arguments; name is the
// one of the row's that was used.
func (s *source) constructed(c *constructor, p path, name string, args []arg) {
	if c.shape != nil {
		args = c.shape(s, args)
	}
	site := Site{Line: s.tokens[p.end-1].line, SDKs: c.sdks, Call: s.called(c, p), Sources: c.sources, Global: c.global, row: c, name: name}
	var found parts
	for _, a := range args {
		s.take(&found, c, a)
	}
	s.report(c, site, &found)
}

// called is the name of a call as documentation writes it.
func (s *source) called(c *constructor, p path) string {
	full := s.resolve(p)
	full = strings.TrimPrefix(full, "().")
	if c.how == method || c.how == member {
		return p.parts[len(p.parts)-1]
	}
	if parts := splitName(full); len(parts) > 3 && parts[0] != "Aws" {
		return strings.Join(parts[len(parts)-2:], ".")
	}
	if i := strings.LastIndexByte(full, '/'); i >= 0 {
		if _, name, ok := strings.Cut(full[i:], "."); ok {
			return name
		}
	}
	return full
}

// parts are what the arguments of one call give.
type parts struct {
	values   map[part]reading
	provided bool // credentials come from a call that is a site of its own
	passed   bool // a key comes from such a call
	open     bool // credentials or options that are not followed
}

// take reads one argument.
func (s *source) take(f *parts, c *constructor, a arg) {
	for _, want := range c.args {
		if a.name == "" && (want.pos == 0 || want.pos != a.pos) || a.name != "" && !slices.Contains(want.names, a.name) {
			continue
		}
		switch want.is {
		case asProvider, asOptions:
			s.provide(f, want.is, a)
		default:
			if f.values == nil {
				f.values = make(map[part]reading)
			}
			if _, seen := f.values[want.is]; !seen {
				f.values[want.is] = s.read(a.value, 0)
			}
			if want.is < asEndpoint && f.values[want.is].state == NotTraced && s.holds(a.value, 0) {
				f.passed = true
			}
		}
		return
	}
	if a.open {
		f.open = true
	}
}

// provide judges credentials, or options, that are passed as one value.
func (s *source) provide(f *parts, is part, a arg) {
	switch {
	case s.isMap(a.value), a.value.end == a.value.start+1 && s.isNull(a.value.start):
		// Its entries are arguments of their own.
	case s.holds(a.value, 0):
		f.provided = true
	case is == asOptions && (s.isKind(a.value.start, text) || s.isPlain(a.value, 0)):
	default:
		f.open = true
	}
}

// isPlain reports whether an expression is seen to give options of which none
// can be a credential: an empty call, a map that was followed.
func (s *source) isPlain(r span, depth int) bool {
	r = s.unwrap(r)
	if r.empty() || depth > maxDepth || s.isMap(r) {
		return !r.empty() && s.isMap(r)
	}
	if s.is(r.start, "new") {
		r.start++
	}
	p, ok := s.pathAt(r.start)
	if !ok {
		return false
	}
	if c := s.row(s.dialect.table, p); c != nil && c.sets == "" {
		return true
	}
	a, ok := s.follow(p.String(), p.start)
	return ok && p.end == r.end && a.env == "" && s.isPlain(a.value, depth+1)
}

// holds reports whether an expression has, or stands for, a call of the table.
func (s *source) holds(r span, depth int) bool {
	if depth > maxDepth {
		return false
	}
	for i := r.start; i < r.end; i++ {
		if !s.isKind(i, word) || s.continues(i) {
			continue
		}
		p, ok := s.pathAt(i)
		if !ok {
			continue
		}
		c := s.row(s.dialect.table, p)
		if c == nil && s.dialect.shared != nil && s.is(p.end, ">") {
			c = s.dialect.shared(s, p)
		}
		if c != nil && s.credits(c, p) {
			return true
		}
		if a, ok := s.follow(p.parts[0], p.start); ok && a.env == "" && s.holds(a.value, depth+1) {
			return true
		}
		s.work += 8
		if s.work > maxWork {
			return false
		}
	}
	return false
}

// credits reports whether a call of a row has to do with credentials: it gives
// some, or is passed some.
func (s *source) credits(c *constructor, p path) bool {
	if c.sets == Nothing || c.sets != "" {
		return c.gives || c.sets != Nothing
	}
	for _, a := range s.argumentsOf(c, p) {
		for _, want := range c.args {
			if want.is != asEndpoint && want.is != asOptions && (a.name == "" && a.pos == want.pos || a.name != "" && slices.Contains(want.names, a.name)) {
				return !(a.value.end == a.value.start+1 && s.isNull(a.value.start))
			}
		}
	}
	return false
}

// report adds the sites of one call.
func (f *file) report(c *constructor, site Site, found *parts) {
	value := func(p part) Value { return valueOf(p, found.values[p]) }
	if e := value(asEndpoint); e.IsSet() {
		at := site
		at.Sets, at.Endpoint, at.Sources = Endpoint, e, nil
		f.add(at)
	}
	site.KeyID, site.Secret, site.Token = value(asKeyID), value(asSecret), value(asToken)
	site.Profile, site.Role = value(asProfile), value(asRole)
	switch {
	case found.passed:
		return
	case site.KeyID.IsSet() || site.Secret.IsSet():
		site.Sets, site.Sources = StaticKey, nil
	case c.sets == StaticKey && (site.KeyID.State == EmptyValue || site.Secret.State == EmptyValue):
		site.Sets, site.Sources = StaticKey, nil
	case c.sets == StaticKey && found.open:
		site.Sets, site.KeyID, site.Secret = StaticKey, Value{State: NotTraced}, Value{State: NotTraced}
	case c.sets == StaticKey:
		return
	case site.Role.IsSet():
		site.Sets = Role
	case c.sets == Role, c.sets == Provider:
		site.Sets = c.sets
		if c.sets == Role {
			site.Role = Value{State: NotTraced}
		}
	case site.Profile.IsSet():
		site.Sets = Profile
	case found.provided:
		return
	case found.open:
		site.Sets = Options
	case c.sets == "":
		return
	default:
		site.Sets = c.sets
	}
	f.add(site)
}

// valueOf makes a Value of what a part comes to. A key id that has not the form
// of one may be a secret in its place, and is treated as one.
func valueOf(p part, r reading) Value {
	const maxText = 256
	switch p {
	case asSecret, asToken:
		return r.value(true)
	case asKeyID:
		return keyValue(r)
	case asEndpoint:
		if u, err := url.Parse(r.text); err == nil && u.User != nil {
			u.User = nil
			r.text = u.String()
		}
	}
	if len(r.text) > maxText {
		r.text = r.text[:maxText]
	}
	return r.value(false)
}

// keyValue is the Value of a key id.
func keyValue(r reading) Value {
	const longest = 32
	plain := !strings.ContainsFunc(r.text, func(c rune) bool {
		return c != '_' && c != '-' && (c < '0' || c > '9') && (c|0x20 < 'a' || c|0x20 > 'z')
	})
	if plain && len(r.text) <= longest {
		return r.value(false)
	}
	v := r.value(false)
	v.Text, v.Secret = "", redact.New(r.text)
	return v
}

// argumentsOf returns the arguments of a call or an assignment, those of a
// builder's methods among them.
func (s *source) argumentsOf(c *constructor, p path) []arg {
	if c.how == assigned || c.how == member {
		value := s.expression(p.end + 1)
		return s.arguments([]span{value}, nil)
	}
	at := p.end
	if c.how == declared && s.isKind(at, word) {
		at++
	}
	if s.is(at, "<") {
		at = s.typeArguments(at)
	}
	var args []arg
	switch {
	case s.is(at, "(") && s.pair[at] > 0:
		args = s.arguments(s.split(span{at + 1, s.pair[at]}, false), nil)
		at = s.pair[at] + 1
	case s.is(at, "{") && c.how == declared && s.pair[at] > 0:
		return s.arguments(s.split(span{at + 1, s.pair[at]}, false), nil)
	case s.dialect.commands && !s.is(at, "{", "["):
		return s.arguments(s.split(s.command(at), false), nil)
	}
	if s.is(at, "{") && s.pair[at] > 0 && s.tokens[at].line <= s.tokens[at-1].line+1 && s.dialect.blocks {
		args = append(args, s.arguments(s.split(span{at + 1, s.pair[at]}, true), nil)...)
		at = s.pair[at] + 1
	}
	return append(args, s.builder(at)...)
}

// typeArguments is the index behind "<…>" at an index.
func (s *source) typeArguments(at int) int {
	depth := 0
	for i := at; i < min(at+24, len(s.tokens)); i++ {
		switch {
		case s.is(i, "<"):
			depth++
		case s.is(i, ">"):
			if depth--; depth == 0 {
				return i + 1
			}
		case s.is(i, ";", "{"):
			return at
		}
	}
	return at
}

// command is the arguments of a call without brackets: to the end of its line,
// or on if that ends with a comma.
func (s *source) command(at int) span {
	r := span{at, at}
	for r.end < len(s.tokens) {
		if s.tokens[r.end].line > s.tokens[r.end-1].line && !s.is(r.end-1, ",") || s.is(r.end, "do", ";", ")", "}", "]") {
			break
		}
		r.end = s.after(r.end)
	}
	return r
}

// builder returns the calls that follow on a call, as arguments of the method's
// name.
func (s *source) builder(at int) []arg {
	var args []arg
	for s.isDot(at) && s.isKind(at+1, word) {
		name := s.tokens[at+1].text
		at += 2
		if s.is(at, "<") {
			at = s.typeArguments(at)
		}
		if s.is(at, ".", "?") {
			continue
		}
		if !s.is(at, "(") || s.pair[at] < 0 {
			break
		}
		inner := span{at + 1, s.pair[at]}
		if !inner.empty() {
			args = append(args, arg{name: name, value: inner})
		}
		if s.is(at+2, "->") && s.isKind(at+3, word) {
			args = append(args, s.builder(at+4)...) // .name(r -> r.other(x))
		}
		at = s.pair[at] + 1
		for s.is(at, "?", "!") {
			at++
		}
	}
	return args
}

// maxArguments bounds what maps in maps come to.
const maxArguments = 512

// arguments names the arguments of a list. The entries of a map are arguments of
// their own, behind the name of the map.
func (s *source) arguments(list []span, out []arg) []arg {
	pos := 0
	for _, r := range list {
		a := s.argument(r)
		if a.name == "" && !a.open {
			pos++
			a.pos = pos
		}
		out = s.flatten(out, a, 0)
	}
	return out
}

// flatten adds an argument, and those in it if it is a map.
func (s *source) flatten(out []arg, a arg, depth int) []arg {
	if len(out) >= maxArguments || depth > 4 {
		return out
	}
	m, isMap := s.mapAt(a.value, 0)
	if a.open && isMap {
		a.open = false // the entries of a spread are seen
	} else if !(a.open && a.value.empty()) {
		out = append(out, a)
	}
	if !isMap {
		return out
	}
	for _, r := range s.split(span{m + 1, s.pair[m]}, s.dialect.blocks) {
		entry := s.entry(r)
		if a.name != "" && entry.name != "" {
			entry.name = a.name + "." + entry.name
		}
		if entry.name == "" && !entry.open {
			continue
		}
		out = s.flatten(out, entry, depth+1)
	}
	return out
}

// argument reads "value", "name=value", "name: value", "name => value", and
// "**others".
func (s *source) argument(r span) arg {
	if s.is(r.start, "...", "**", "..") {
		return arg{value: span{r.start + 1, r.end}, open: true}
	}
	start := r.start
	if s.is(start, ".", ":", "@", "#") && (s.isKind(start+1, word) || s.isKind(start+1, text)) {
		start++ // .name = value, :name => value
	}
	if (s.isKind(start, word) || s.isKind(start, text)) && s.is(start+1, "=", ":", "=>") && start+2 <= r.end {
		value := span{start + 2, r.end}
		if value.empty() {
			value = span{start, start + 1} // name:
		}
		return arg{name: s.tokens[start].text, value: value}
	}
	if s.is(start, "[") && s.isKind(start+1, text) && s.is(start+2, "]") && s.is(start+3, ":", "=") {
		return arg{name: s.tokens[start+1].text, value: span{start + 4, r.end}}
	}
	return arg{value: r}
}

// entry reads an entry of a map. A name alone stands for itself.
func (s *source) entry(r span) arg {
	a := s.argument(r)
	if a.name == "" && !a.open && r.end == r.start+1 && s.isKind(r.start, word) {
		a.name = s.tokens[r.start].text
	}
	return a
}

// isMap reports whether an expression is written as a map, or names one.
func (s *source) isMap(r span) bool {
	_, ok := s.mapAt(r, 0)
	return ok
}

// mapAt returns the bracket that opens the map that an expression is or names.
func (s *source) mapAt(r span, depth int) (int, bool) {
	r = s.unwrap(r)
	if r.empty() || depth > maxDepth {
		return 0, false
	}
	for s.is(r.end-2, "as", "satisfies") {
		r.end -= 2
	}
	open := r.start
	if s.is(open, "new") && s.is(open+1, "(", "{") {
		open++ // C#: new { … }
	}
	if s.is(open, "array", "dict", "hashMapOf", "mapOf", "Map") && s.is(open+1, "(") {
		open++
		if s.pair[open] == r.end-1 {
			return open, true
		}
		return 0, false
	}
	if s.is(open, "{", "[") && s.pair[open] == r.end-1 && s.isMapBody(span{open + 1, r.end - 1}) {
		return open, true
	}
	p, ok := s.pathAt(r.start)
	if !ok || p.end != r.end {
		return 0, false
	}
	a, ok := s.follow(p.String(), p.start)
	if !ok || a.env != "" {
		return 0, false
	}
	return s.mapAt(a.value, depth+1)
}

// isMapBody reports whether what stands in brackets are entries and not
// statements or a list.
func (s *source) isMapBody(r span) bool {
	if r.empty() || s.is(r.start, "...", "**") {
		return true
	}
	if (s.isKind(r.start, word) || s.isKind(r.start, text)) && s.is(r.start+1, ":", "=>", ",", "=") || s.is(r.start, ":", "[") {
		return true
	}
	return r.end == r.start+1 && s.isKind(r.start, word)
}
