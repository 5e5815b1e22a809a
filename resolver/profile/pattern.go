package profile

import "regexp"

// patterns are the regular expressions of the SDK for Ruby
// (aws-sdk-ruby@bac3491f/gems/aws-sdk-core/lib/aws-sdk-core/ini_parser.rb:14).
// Its \s is the white space of ASCII.
type patterns struct {
	comment, header, named, item, empty, inner, indented *regexp.Regexp
}

func newPatterns() *patterns {
	const space = `[\t\n\v\f\r ]`
	return &patterns{
		comment:  regexp.MustCompile(space + `;`),
		header:   regexp.MustCompile(`^\[([^\[\]]+)\]` + space + `*(#.+)?$`),
		named:    regexp.MustCompile(`^profile` + space + `+(.+?)$`),
		item:     regexp.MustCompile(`^(.+?)` + space + `*=` + space + `*(.+?)` + space + `*$`),
		empty:    regexp.MustCompile(`^(.+?)` + space + `*=` + space + `*$`),
		inner:    regexp.MustCompile(`^` + space + `*(.+?)` + space + `*=` + space + `*(.+?)` + space + `*$`),
		indented: regexp.MustCompile(`^` + space),
	}
}

// A patternReader reads lines by patterns.
type patternReader struct {
	*parser
	*patterns
	// before is what the last line of a section was taken apart to, or nil.
	before [][]byte
	// parent is the key with an empty value that indented keys go below, "" if
	// there is none.
	parent string
}

// readPatterns reads a file by patterns.
func (p *parser) readPatterns(data []byte) *ParseError {
	r := patternReader{parser: p, patterns: newPatterns()}
	for len(data) > 0 {
		var line []byte
		line, data = p.d.LineEnds.cut(data)
		p.line++
		if err := r.readLine(line); err != nil {
			return err
		}
	}
	return nil
}

func (r *patternReader) readLine(line []byte) *ParseError {
	if at := r.comment.FindIndex(line); at != nil {
		line = line[:at[0]]
		r.note(NoteInlineComment, "a comment behind a value, which some SDKs take for part of it")
	}
	if m := r.header.FindSubmatch(line); m != nil {
		return r.beginPattern(m[1])
	}
	if r.section == nil {
		return nil
	}
	before := r.before
	r.before = r.item.FindSubmatch(line)
	if m := r.before; m == nil {
		if m := r.empty.FindSubmatch(line); m != nil {
			r.parent = string(m[1])
		}
		return nil
	} else if !r.indented.Match(m[1]) {
		r.parent = ""
		return r.set(m[1], m[2])
	}
	return r.nestPattern(before, r.inner.FindSubmatch(line))
}

// beginPattern begins a section. [profile dev] and [dev] are one.
func (r *patternReader) beginPattern(name []byte) *ParseError {
	h := literalHeader(string(name))
	if m := r.named.FindSubmatch(name); m != nil {
		h = header{id: string(m[1]), kind: ProfileSection, name: string(m[1]), prefixed: true}
	}
	r.last = nil
	return r.beginSection(h)
}

// nestPattern puts an indented key below the one with an empty value above it.
// Below another it is lost; and if the line before was none, the SDK fails.
func (r *patternReader) nestPattern(before, item [][]byte) *ParseError {
	again := r.parent != ""
	if !again {
		if before == nil {
			return r.refuse("an indented line behind one that is no assignment, at which this SDK fails")
		}
		if len(r.d.trim(before[2])) > 0 {
			r.section.used = true
			r.note(NoteGarbage, "an indented line, which the SDK does not take for a key of the section")
			return nil
		}
		r.parent = string(before[1])
	}
	k := r.section.byKey[r.parent]
	switch {
	case again && k != nil && len(k.first()) > 0:
		return r.refuse("an indented line below a key that has a value already, at which this SDK fails")
	case k == nil || len(k.first()) > 0:
		k = r.section.put(r.parent, part{nil, r.line})
	}
	k.nest(string(item[1]), part{item[2], r.line})
	return nil
}
