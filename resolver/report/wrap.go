package report

import (
	"fmt"
	"strings"
	"unicode/utf8"
)

// The colours: they mark severity and the winner.
const (
	green  = "32"
	yellow = "33"
	red    = "31"
)

func (p *printer) paint(color, text string) string {
	if !p.opts.Color || text == "" {
		return text
	}
	return "\x1b[1;" + color + "m" + text + "\x1b[0m"
}

func (p *printer) line(text string) { fmt.Fprintln(p.out, text) }

// wrap writes a head of the given width and a text behind it, which goes on
// below its beginning when the line is full. Words are never cut, and none
// begins a line that a CI runner would take for a command.
func (p *printer) wrap(head string, indent int, text string) {
	if p.opts.Width == 0 || indent+width(text) <= p.opts.Width {
		p.line(strings.TrimRight(head+text, " "))
		return
	}
	room := max(p.opts.Width-indent, 24)
	current := ""
	for _, w := range strings.Fields(text) {
		command := strings.HasPrefix(w, "::") || strings.HasPrefix(w, "##[")
		if current != "" && !command && width(current)+1+width(w) > room {
			p.line(head + current)
			head, current = strings.Repeat(" ", indent), w
			continue
		}
		if current != "" {
			current += " "
		}
		current += w
	}
	p.line(head + current)
}

func width(text string) int { return utf8.RuneCountInString(text) }

func pad(text string, to int) string { return strings.Repeat(" ", max(0, to-width(text))) }
