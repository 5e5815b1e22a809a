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
	// What becomes of a builder that is passed on is seen where it is used.
	found.provided = c.built && !slices.ContainsFunc(args, func(a arg) bool { return a.name == "build" })
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
		case asClient:
			f.provided = true
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
	case s.isChain(a.value):
	case is == asOptions && (s.isKind(a.value.start, text) || s.isPlain(a.value, 0)):
	default:
		f.open = true
	}
}

// isChain reports whether an expression hands on the provider of a configuration
// that was loaded, as the chain gave it.
func (s *source) isChain(r span) bool {
	r = s.unwrap(r)
	p, ok := s.pathAt(r.start)
	return ok && len(p.parts) > 1 && p.parts[len(p.parts)-1] == "credentials_provider" && s.is(p.end, "(") && s.pair[p.end] == p.end+1 && r.end == p.end+2
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
	if depth > maxDepth || s.work > maxWork {
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
		if s.allHold(p, depth) || s.returns(p, depth) {
			return true
		}
		s.work += 8
		if s.work > maxWork {
			return false
		}
	}
	return false
}

// returns reports whether a name is that of a function of the file in which a
// call of the table stands.
func (s *source) returns(p path, depth int) bool {
	if !s.is(p.end, "(") || len(p.parts) > 2 || len(p.parts) == 2 && !isSelf(p.parts[0]) {
		return false
	}
	body, ok := s.functions()[p.parts[len(p.parts)-1]]
	return ok && !(body.start <= p.start && p.start < body.end) && s.holds(body, depth+2)
}

// allHold reports whether a name stands for calls of the table, whichever of its
// values it has.
func (s *source) allHold(p path, depth int) bool {
	if a, ok := s.follow(p.parts[0], p.start); ok {
		return a.env == "" && s.holds(a.value, depth+1)
	}
	if s.isParameter(p.parts[0], p.start) {
		return false
	}
	found := false
	for _, a := range s.assigned[p.parts[0]] {
		switch {
		case s.work > maxWork, a.value.start <= p.start && p.start < a.value.end:
			return false
		case s.isArgument(a.at), !s.sees(a.at, p.start) && !s.again(a.at, p.start), a.value.end == a.value.start+1 && s.isNull(a.value.start):
		case !s.holds(a.value, depth+1):
			return false
		default:
			found = true
		}
	}
	return found
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
	case site.Profile.IsSet() && c.profiles != nil:
		site.Sets, site.Sources = Provider, c.profiles
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
