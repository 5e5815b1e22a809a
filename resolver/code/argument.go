package code

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
		if !inner.empty() || name == "build" {
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
	out = s.flattenElements(out, a, depth)
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

// flattenElements adds what the entries of a map get that is named, one by one.
func (s *source) flattenElements(out []arg, a arg, depth int) []arg {
	r := s.unwrap(a.value)
	if r.end != r.start+1 || !s.isKind(r.start, word) {
		return out
	}
	for _, e := range s.elements[s.tokens[r.start].text] {
		if s.work++; s.work > maxWork || !s.sees(e.at, r.start) && s.body(e.at) != s.body(r.start) {
			continue
		}
		entry := arg{name: e.key, value: e.value}
		if a.name != "" {
			entry.name = a.name + "." + e.key
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
	for i := r.start; i < r.end; i = s.after(i) {
		if s.is(i, "as", "satisfies") && i > r.start {
			r.end = i
		}
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
