package main

import (
	"context"
	"fmt"
	"io"
	"strings"

	"github.com/spf13/pflag"

	"github.com/awscred/awscred/internal/spelling"
)

// An execFunc runs a command whose flags have been parsed.
type execFunc func(ctx context.Context, s *session, args []string) (int, error)

// A command is one word after "awscred". Help, completion and the check of the
// manual are made from these values.
type command struct {
	name    string
	args    string // what follows the flags, for the usage line
	summary string // one line
	long    string // paragraphs; no trailing newline
	example string // lines to try
	define  func(*pflag.FlagSet) execFunc
}

// commands lists the commands in the order of the overview.
func commands() []command {
	return []command{whichCommand(), scanCommand(), auditCommand(), reportCommand(), hookCommand(), rulesCommand(), schemaCommand(), completionCommand(), versionCommand(), helpCommand()}
}

func findCommand(name string) (command, bool) {
	for _, c := range commands() {
		if c.name == name {
			return c, true
		}
	}
	return command{}, false
}

func unknownCommand(name string) error {
	u := &usageError{message: fmt.Sprintf("there is no command %q", name)}
	var names []string
	for _, c := range commands() {
		names = append(names, c.name)
	}
	if near := spelling.Nearest(name, names); near != "" {
		u.hints = []string{fmt.Sprintf("did you mean awscred %s?", near)}
	} else {
		u.hints = []string{"awscred help lists the commands"}
	}
	return u
}

// writeOverview prints the commands.
func (s *session) writeOverview(w io.Writer) error {
	var b strings.Builder
	b.WriteString("awscred finds out which AWS credentials win on this machine, and where keys leaked.\n\nusage: awscred COMMAND [flags]\n\n")
	for _, c := range commands() {
		fmt.Fprintf(&b, "  %-12s %s\n", c.name, c.summary)
	}
	b.WriteString("\nawscred help COMMAND tells the flags of each; try awscred which, then awscred scan.\n")
	_, err := io.WriteString(w, b.String())
	return err
}

// writeHelp prints all about one command.
func (c command) writeHelp(w io.Writer) error {
	flags := newFlags(c.name)
	c.define(flags)
	defineCommon(flags)
	var b strings.Builder
	fmt.Fprintf(&b, "%s\n\nusage: %s\n", c.summary, c.usage())
	if c.long != "" {
		fmt.Fprintf(&b, "\n%s\n", c.long)
	}
	if c.example != "" {
		fmt.Fprintf(&b, "\nexamples:\n%s\n", indent(c.example))
	}
	fmt.Fprintf(&b, "\nflags:\n%s", flags.FlagUsagesWrapped(100))
	_, err := io.WriteString(w, b.String())
	return err
}

func (c command) usage() string {
	u := "awscred " + c.name + " [flags]"
	if c.args != "" {
		u += " " + c.args
	}
	return u
}

func indent(s string) string { return "  " + strings.ReplaceAll(s, "\n", "\n  ") }

func helpCommand() command {
	return command{
		name: "help", args: "[COMMAND]", summary: "tell what a command does and which flags it has",
		define: func(f *pflag.FlagSet) execFunc {
			format := f.String("format", "text", "text, or man for the manual page of everything")
			return func(_ context.Context, s *session, args []string) (int, error) {
				if err := oneOf("format", *format, "text", "man"); err != nil {
					return exitUsage, err
				}
				if *format == "man" {
					return exitOK, writeMan(s.stdout)
				}
				if len(args) == 0 {
					return exitOK, s.writeOverview(s.stdout)
				}
				c, ok := findCommand(args[0])
				if !ok {
					return exitUsage, unknownCommand(args[0])
				}
				return exitOK, c.writeHelp(s.stdout)
			}
		},
	}
}
