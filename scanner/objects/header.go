package objects

import (
	"bytes"
	"strconv"
	"time"
	"unicode"
)

// An Ident is a person and a moment, as commits and tags name them.
type Ident struct {
	Name string // may hold anything but <, > and newline; not always UTF-8
	Mail string
	// Time is the moment, in a zone at Offset from UTC. It is the zero Time if
	// the object does not say, or not in numbers.
	Time time.Time
	Zone string // as written: "+0100"
}

// A Header is one header line of a commit or tag, with its continuation lines.
// The spans are parts of the object's data.
type Header struct {
	Key   string
	Value Span // continuation lines and their leading blanks included, the last newline not
	Line  Span // all of it, with the last newline
}

// A Commit is a parsed commit object. What git would take from it is in the
// fields; whatever else the object holds is in Extra and in the message, so
// that Headers and Message together cover every byte.
type Commit struct {
	Tree      ID
	Parents   []ID
	Author    Ident
	Committer Ident
	Encoding  string   // of the message, "" means UTF-8
	Extra     []Header // all lines that are not one of the above, in order: gpgsig, mergetag, unknown, repeated, malformed
	Message   Span
}

// A Tag is a parsed tag object.
type Tag struct {
	Object  ID
	Type    Type // of Object
	Name    string
	Tagger  Ident
	Extra   []Header
	Message Span // signature included
}

// headers splits raw into header lines and the message after the first empty
// line, as git does (commit.c: read_commit_extra_header_lines): a line that
// begins with a blank continues the one before.
func headers(raw []byte) (lines []Header, message Span) {
	at := 0
	for at < len(raw) {
		if raw[at] == '\n' {
			return lines, Span{at + 1, len(raw)}
		}
		end, next := lineEnd(raw, at)
		if raw[at] == ' ' && len(lines) > 0 {
			last := &lines[len(lines)-1]
			last.Value.End, last.Line.End = end, next
			at = next
			continue
		}
		h := Header{Line: Span{at, next}, Value: Span{end, end}}
		key, _, ok := bytes.Cut(raw[at:end], []byte(" "))
		h.Key = string(key)
		if ok {
			h.Value.Start = at + len(key) + 1
		}
		lines = append(lines, h)
		at = next
	}
	return lines, Span{len(raw), len(raw)}
}

// lineEnd returns where the line at i ends, without and with its newline.
func lineEnd(raw []byte, i int) (end, next int) {
	if k := bytes.IndexByte(raw[i:], '\n'); k >= 0 {
		return i + k, i + k + 1
	}
	return len(raw), len(raw)
}

func (s Span) of(raw []byte) []byte { return raw[s.Start:s.End] }

// ParseCommit parses a commit's data. It never fails: a commit that git would
// refuse yields what can be understood, the rest standing in Extra.
//
// As in git, the tree is the first line or there is none, the parents follow it
// directly, then author and committer (commit.c: parse_commit_buffer); the same
// words further down mean nothing.
func ParseCommit(raw []byte) Commit {
	lines, message := headers(raw)
	c := Commit{Message: message}
	i := 0
	take := func(key string) ([]byte, bool) {
		if i < len(lines) && lines[i].Key == key {
			i++
			return lines[i-1].Value.of(raw), true
		}
		return nil, false
	}
	if v, ok := take("tree"); ok {
		if c.Tree, ok = parseName(v); !ok {
			c.Extra = append(c.Extra, lines[i-1])
		}
	}
	for {
		v, ok := take("parent")
		if !ok {
			break
		}
		if id, ok := parseName(v); ok {
			c.Parents = append(c.Parents, id)
		} else {
			c.Extra = append(c.Extra, lines[i-1])
		}
	}
	if v, ok := take("author"); ok {
		c.Author = parseIdent(v)
	}
	if v, ok := take("committer"); ok {
		c.Committer = parseIdent(v)
	}
	for _, h := range lines[i:] {
		if h.Key == "encoding" && c.Encoding == "" {
			c.Encoding = string(h.Value.of(raw))
		} else {
			c.Extra = append(c.Extra, h)
		}
	}
	return c
}

// Links are what a commit hangs on.
type Links struct {
	Tree      ID
	Parents   []ID
	Committed int64 // the committer's time, in Unix seconds; that of the zero Time if there is none
	// Plain says that the commit begins with the lines that every commit has,
	// as git writes them: a tree, parents, an author and a committer.
	Plain bool
}

// ParseLinks parses of a commit's data what ParseCommit does of its tree, its
// parents and its committer's time, and is much cheaper.
func ParseLinks(raw []byte) Links {
	l := Links{Plain: true}
	rest := raw
	line := func(key string) ([]byte, bool) {
		end := bytes.IndexByte(rest, '\n')
		if end < 0 || !bytes.HasPrefix(rest[:end], []byte(key)) || end+1 < len(rest) && rest[end+1] == ' ' {
			return nil, false
		}
		v := rest[len(key):end]
		rest = rest[end+1:]
		return v, true
	}
	name := func(v []byte, found bool) ID {
		id, good := parseName(v)
		l.Plain = l.Plain && good && found
		return id
	}
	l.Tree = name(line("tree "))
	for l.Plain && bytes.HasPrefix(rest, []byte("parent ")) {
		l.Parents = append(l.Parents, name(line("parent ")))
	}
	_, author := line("author ")
	committer, found := line("committer ")
	if l.Plain = l.Plain && author && found; !l.Plain {
		c := ParseCommit(raw) // it has something unusual
		return Links{c.Tree, c.Parents, c.Committer.Time.Unix(), false}
	}
	l.Committed = time.Time{}.Unix()
	if seconds, _, ok := identTime(committer); ok {
		l.Committed = seconds
	}
	return l
}

// ParseTag parses a tag object's data, as tolerantly as ParseCommit.
func ParseTag(raw []byte) Tag {
	lines, message := headers(raw)
	t := Tag{Message: message}
	for i, h := range lines {
		v := h.Value.of(raw)
		ok := false
		switch {
		case i == 0 && h.Key == "object":
			t.Object, ok = parseName(v)
		case i == 1 && h.Key == "type":
			t.Type = parseType(v)
			ok = t.Type != 0
		case i == 2 && h.Key == "tag":
			t.Name, ok = string(v), true
		case i == 3 && h.Key == "tagger":
			t.Tagger, ok = parseIdent(v), true
		}
		if !ok {
			t.Extra = append(t.Extra, h)
		}
	}
	return t
}

func parseName(v []byte) (ID, bool) {
	if len(v) != 2*sha1Size && len(v) != 2*sha256Size {
		return ID{}, false
	}
	id, err := decodeID(v)
	return id, err == nil
}

// parseIdent parses "name <mail> seconds zone" as git does (ident.c:
// split_ident_line): the mail begins after the first '<' and ends before the
// next '>'; the numbers stand after the last '>'.
func parseIdent(v []byte) Ident {
	var p Ident
	name, rest, ok := bytes.Cut(v, []byte("<"))
	p.Name = string(bytes.TrimSpace(name))
	if !ok {
		return p
	}
	mail, _, _ := bytes.Cut(rest, []byte(">"))
	p.Mail = string(mail)
	if seconds, zoned, ok := identTime(v); ok {
		p.Time = time.Unix(seconds, 0).UTC()
		if p.Zone = string(zoned); p.Zone != "" {
			p.Time = p.Time.In(zone(p.Zone))
		}
	}
	return p
}

// identTime returns the numbers at the end of an ident: seconds and a zone, if
// that is there.
func identTime(v []byte) (seconds int64, zone []byte, ok bool) {
	mail := bytes.IndexByte(v, '<')
	last := bytes.LastIndexByte(v, '>')
	if mail < 0 || last < mail {
		return 0, nil, false
	}
	word, rest := firstWord(v[last+1:])
	// git compares times as unsigned numbers; years beyond time.Time's mean nothing.
	seconds, err := strconv.ParseInt(string(word), 10, 64)
	if err != nil || seconds < 0 || seconds > 1<<40 {
		return 0, nil, false
	}
	zone, _ = firstWord(rest)
	return seconds, zone, true
}

// firstWord cuts the first word, as bytes.Fields would, off a text.
func firstWord(b []byte) (word, rest []byte) {
	b = bytes.TrimLeftFunc(b, unicode.IsSpace)
	if end := bytes.IndexFunc(b, unicode.IsSpace); end >= 0 {
		return b[:end], b[end:]
	}
	return b, nil
}

// zone makes a location of "+hhmm", and UTC of anything else.
func zone(s string) *time.Location {
	if len(s) != 5 || s[0] != '+' && s[0] != '-' {
		return time.UTC
	}
	n, err := strconv.ParseUint(s[1:], 10, 16)
	if err != nil || n == 0 {
		return time.UTC
	}
	offset := int(n/100*3600 + n%100*60)
	if s[0] == '-' {
		offset = -offset
	}
	return time.FixedZone(s, offset)
}
