package main

import (
	"fmt"
	"io"
	"strings"

	"github.com/spf13/pflag"
)

// writeMan writes the manual page, from the same values as help.
func writeMan(w io.Writer) error {
	var b strings.Builder
	fmt.Fprintf(&b, ".TH AWSCRED 1 \"\" \"awscred %s\"\n", roff(programVersion()))
	b.WriteString(".SH NAME\nawscred \\- which AWS credentials win on this machine, and where keys leaked\n")
	b.WriteString(".SH SYNOPSIS\n")
	for i, c := range commands() {
		if i > 0 {
			b.WriteString(".br\n")
		}
		fmt.Fprintf(&b, "%s\n", roff(c.usage()))
	}
	for _, c := range commands() {
		c.man(&b)
	}
	b.WriteString(`.SH EXIT STATUS
.TP
0
complete, and nothing to act on
.TP
1
findings that fail, no usable winner, a demand that is not met, not fit to publish
.TP
2
wrong usage, or a failure of awscred
.TP
3
nothing to fail on in what was read, but not everything could be read or asked
.SH ENVIRONMENT
.TP
AWSCRED_FINGERPRINT_KEY
keys the fingerprints of findings, so that a guessable password cannot be tested against a published report
.TP
CI
anything but empty, 0 or false: secrets are never shown, and a repository's own configuration counts only from its base
.TP
NO_COLOR
no colour, unless \-\-color says otherwise
`)
	_, err := io.WriteString(w, b.String())
	return err
}

// man writes the section of one command.
func (c command) man(b *strings.Builder) {
	fmt.Fprintf(b, ".SH %s\n%s.\n", roff("AWSCRED "+strings.ToUpper(c.name)), roff(sentence(c.summary)))
	for paragraph := range strings.SplitSeq(c.long, "\n\n") {
		if paragraph != "" {
			fmt.Fprintf(b, ".PP\n%s\n", roff(paragraph))
		}
	}
	flags := newFlags(c.name)
	c.define(flags)
	defineCommon(flags)
	flags.VisitAll(func(f *pflag.Flag) {
		value, usage := pflag.UnquoteUsage(f)
		name := "--" + f.Name
		if f.Shorthand != "" {
			name = "-" + f.Shorthand + ", " + name
		}
		if value != "" {
			name += " " + value
		}
		if f.DefValue != "" && f.DefValue != "false" && f.DefValue != "0" && f.DefValue != "0s" && f.DefValue != "[]" {
			usage += " (" + f.DefValue + ", if it is not given)"
		}
		fmt.Fprintf(b, ".TP\n.B %s\n%s\n", roff(name), roff(usage))
	})
	if c.example != "" {
		fmt.Fprintf(b, ".PP\nExamples:\n.PP\n.nf\n%s\n.fi\n", roff(c.example))
	}
}

// sentence begins a text with a capital.
func sentence(s string) string { return strings.ToUpper(s[:1]) + s[1:] }

// roff escapes a text: no line of it is a request, a dash is a dash, and all of it
// is ASCII, whatever the encoding that a reader's troff expects.
// Source: groff_man(7), groff_char(7)
func roff(s string) string {
	lines := strings.Split(strings.NewReplacer(`\`, `\e`, "-", `\-`).Replace(s), "\n")
	for i, l := range lines {
		if strings.HasPrefix(l, ".") || strings.HasPrefix(l, "'") {
			lines[i] = `\&` + l
		}
	}
	var b strings.Builder
	for _, r := range strings.Join(lines, "\n") {
		if r < 0x80 {
			b.WriteRune(r)
		} else {
			fmt.Fprintf(&b, `\[u%04X]`, r)
		}
	}
	return b.String()
}
