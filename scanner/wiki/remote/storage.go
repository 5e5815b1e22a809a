package remote

import (
	"bytes"
	"html"
	"strings"
)

// storageText makes text of the storage format of Confluence, which is XHTML with
// elements of its own: tags are taken off, entities and CDATA become what they
// stand for, and blocks begin on lines of their own. Attributes, which hold links
// and parameters, follow behind the text, a line each.
//
// Source: https://confluence.atlassian.com/doc/confluence-storage-format-790796544.html
func storageText(in string) []byte {
	var out, attributes bytes.Buffer
	for len(in) > 0 {
		i := strings.IndexByte(in, '<')
		if i < 0 {
			i = len(in)
		}
		out.WriteString(html.UnescapeString(in[:i]))
		if in = in[i:]; in == "" {
			break
		}
		switch {
		case strings.HasPrefix(in, "<![CDATA["):
			data, rest, _ := strings.Cut(in[len("<![CDATA["):], "]]>")
			out.WriteString(data)
			in = rest
		case strings.HasPrefix(in, "<!--"):
			comment, rest, _ := strings.Cut(in[len("<!--"):], "-->")
			attributes.WriteString(comment + "\n")
			in = rest
		default:
			end := tagEnd(in)
			tag := in[:end]
			in = in[end:]
			if isBlock(tagName(tag)) {
				newLine(&out)
			}
			writeAttributes(&attributes, tag)
		}
	}
	if attributes.Len() > 0 {
		newLine(&out)
		out.Write(attributes.Bytes())
	}
	return out.Bytes()
}

// newLine ends a line that has been begun.
func newLine(b *bytes.Buffer) {
	if n := b.Len(); n > 0 && b.Bytes()[n-1] != '\n' {
		b.WriteByte('\n')
	}
}

// tagEnd is where the tag ends that in begins with; a ">" in quotes does not end
// it.
func tagEnd(in string) int {
	quote := byte(0)
	for i := 1; i < len(in); i++ {
		switch c := in[i]; {
		case quote != 0:
			if c == quote {
				quote = 0
			}
		case c == '"' || c == '\'':
			quote = c
		case c == '>':
			return i + 1
		}
	}
	return len(in)
}

// tagName is the name of the element that a tag begins or ends.
func tagName(tag string) string {
	name := strings.TrimLeft(tag, "</")
	if i := strings.IndexAny(name, " \t\r\n/>"); i >= 0 {
		name = name[:i]
	}
	return name
}

// isBlock reports whether an element stands on lines of its own.
func isBlock(name string) bool {
	switch name {
	case "p", "br", "hr", "div", "h1", "h2", "h3", "h4", "h5", "h6", "ul", "ol", "li", "dl", "dt", "dd", "pre", "blockquote",
		"table", "tbody", "thead", "tr", "td", "th", "ac:structured-macro", "ac:macro", "ac:parameter", "ac:plain-text-body",
		"ac:rich-text-body", "ac:layout", "ac:layout-section", "ac:layout-cell", "ac:task", "ac:task-body", "ac:task-list":
		return true
	}
	return false
}

// writeAttributes writes the values of a tag's attributes.
func writeAttributes(b *bytes.Buffer, tag string) {
	for {
		i := strings.IndexByte(tag, '=')
		if i < 0 || i+1 >= len(tag) {
			return
		}
		quote := tag[i+1]
		if quote != '"' && quote != '\'' {
			tag = tag[i+1:]
			continue
		}
		value, rest, _ := strings.Cut(tag[i+2:], string(quote))
		b.WriteString(html.UnescapeString(value) + "\n")
		tag = rest
	}
}
