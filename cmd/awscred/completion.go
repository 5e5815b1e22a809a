package main

import (
	"context"
	"fmt"
	"io"
	"regexp"
	"strings"

	"github.com/spf13/pflag"

	"github.com/awscred/awscred/docs/schema"
)

func completionCommand() command {
	return command{
		name: "completion", args: "SHELL", summary: "print completions for bash, zsh, fish or powershell",
		long: "The script is made from the same table as the help. It runs no awscred while you type.",
		example: `source <(awscred completion bash)
awscred completion zsh > "${fpath[1]}/_awscred"
awscred completion fish > ~/.config/fish/completions/awscred.fish`,
		define: func(*pflag.FlagSet) execFunc {
			return func(_ context.Context, s *session, args []string) (int, error) {
				if len(args) != 1 {
					return exitUsage, usagef("awscred completion takes one shell").with("one of bash, zsh, fish, powershell")
				}
				write, ok := shells()[args[0]]
				if !ok {
					u := usagef("there is no completion for the shell %q", args[0])
					return exitUsage, u.with("one of bash, zsh, fish, powershell")
				}
				return exitOK, write(s.stdout)
			}
		},
	}
}

func shells() map[string]func(io.Writer) error {
	return map[string]func(io.Writer) error{"bash": writeBash, "zsh": writeZsh, "fish": writeFish, "powershell": writePowershell}
}

// A word is something to complete: a flag with its dashes, or a command.
type word struct {
	text, help string
	takes      bool     // whether a value follows
	values     []string // what that can be; nil if it can be anything
}

func commandWords() []word {
	var words []word
	for _, c := range commands() {
		words = append(words, word{text: c.name, help: c.summary})
	}
	return words
}

func (c command) flagWords() []word {
	flags := newFlags(c.name)
	c.define(flags)
	defineCommon(flags)
	var words []word
	flags.VisitAll(func(f *pflag.Flag) {
		words = append(words, word{"--" + f.Name, f.Usage, f.NoOptDefVal == "", choices(f.Usage)})
	})
	return words
}

// choices are the words that the help of a flag lists at its end: text, json or
// html.
func choices(usage string) []string {
	text := usage[strings.LastIndex(usage, ": ")+1:]
	if !regexp.MustCompile(`^ ?[a-z0-9-]+((, | or )[a-z0-9-]+)+$`).MatchString(text) {
		return nil
	}
	return strings.Fields(strings.NewReplacer(",", "", " or ", " ").Replace(text))
}

// argumentWords are what the first argument of a command can be, if that is known.
func (c command) argumentWords() []string {
	switch c.name {
	case "completion":
		return []string{"bash", "zsh", "fish", "powershell"}
	case "rules":
		return rulesWords()
	case "hook":
		return []string{"install", "uninstall"}
	case "help":
		return strings.Fields(texts(commandWords()))
	case "schema":
		names, err := schema.Names()
		if err != nil {
			return nil // they are part of the program
		}
		return names
	}
	return nil
}

func texts(words []word) string {
	var list []string
	for _, w := range words {
		list = append(list, w.text)
	}
	return strings.Join(list, " ")
}

func writeBash(w io.Writer) error {
	var b strings.Builder
	b.WriteString("# bash completion for awscred\n_awscred() {\n  local cur=${COMP_WORDS[COMP_CWORD]} words w\n  COMPREPLY=()\n")
	fmt.Fprintf(&b, "  if [ \"$COMP_CWORD\" -eq 1 ]; then\n    words=%q\n  else\n    case \"${COMP_WORDS[1]} ${COMP_WORDS[COMP_CWORD-1]}\" in\n", texts(commandWords()))
	for _, c := range commands() {
		for _, f := range c.flagWords() {
			if f.values != nil {
				fmt.Fprintf(&b, "    %q) words=%q ;;\n", c.name+" "+f.text, strings.Join(f.values, " "))
			}
		}
		fmt.Fprintf(&b, "    %q*) words=%q ;;\n", c.name+" ", strings.TrimSpace(strings.Join(c.argumentWords(), " ")+" "+texts(c.flagWords())))
	}
	b.WriteString("    esac\n  fi\n  while IFS= read -r w; do COMPREPLY+=(\"$w\"); done < <(compgen -W \"$words\" -- \"$cur\")\n}\ncomplete -o default -F _awscred awscred\n")
	_, err := io.WriteString(w, b.String())
	return err
}

func writeZsh(w io.Writer) error {
	var b strings.Builder
	b.WriteString("#compdef awscred\n_awscred() {\n  local -a list\n  if (( CURRENT == 2 )); then\n    list=(\n")
	for _, c := range commandWords() {
		fmt.Fprintf(&b, "      %s\n", zshWord(c))
	}
	b.WriteString("    )\n    _describe command list\n    return\n  fi\n  case \"$words[2] $words[CURRENT-1]\" in\n")
	for _, c := range commands() {
		for _, f := range c.flagWords() {
			if f.values != nil {
				fmt.Fprintf(&b, "  %q) compadd -- %s; return ;;\n", c.name+" "+f.text, strings.Join(f.values, " "))
			}
		}
	}
	b.WriteString("  esac\n  case $words[2] in\n")
	for _, c := range commands() {
		fmt.Fprintf(&b, "  %s) list=(\n", c.name)
		for _, f := range c.flagWords() {
			fmt.Fprintf(&b, "      %s\n", zshWord(f))
		}
		b.WriteString("    )\n")
		if words := c.argumentWords(); words != nil {
			fmt.Fprintf(&b, "    (( CURRENT == 3 )) && compadd -- %s\n", strings.Join(words, " "))
		}
		b.WriteString("    ;;\n")
	}
	b.WriteString("  esac\n  _describe flag list\n  _files\n}\ncompdef _awscred awscred\n")
	_, err := io.WriteString(w, b.String())
	return err
}

func zshWord(w word) string {
	clean := func(s string) string {
		return strings.NewReplacer("'", "’", ":", `\:`, "`", "").Replace(s)
	}
	return "'" + clean(w.text) + ":" + clean(w.help) + "'"
}

func writeFish(w io.Writer) error {
	var b strings.Builder
	b.WriteString("# fish completion for awscred\n")
	for _, c := range commandWords() {
		fmt.Fprintf(&b, "complete -c awscred -n __fish_use_subcommand -f -a %s -d %s\n", c.text, fishQuote(c.help))
	}
	for _, c := range commands() {
		seen := "complete -c awscred -n '__fish_seen_subcommand_from " + c.name + "'"
		if words := c.argumentWords(); words != nil {
			fmt.Fprintf(&b, "%s -f -a '%s'\n", seen, strings.Join(words, " "))
		}
		for _, f := range c.flagWords() {
			value := ""
			switch {
			case f.values != nil:
				value = " -x -a '" + strings.Join(f.values, " ") + "'"
			case f.takes:
				value = " -r"
			}
			fmt.Fprintf(&b, "%s -l %s%s -d %s\n", seen, strings.TrimPrefix(f.text, "--"), value, fishQuote(f.help))
		}
	}
	_, err := io.WriteString(w, b.String())
	return err
}

func fishQuote(s string) string {
	return "'" + strings.NewReplacer(`\`, `\\`, "'", `\'`).Replace(s) + "'"
}

func writePowershell(w io.Writer) error {
	var b strings.Builder
	b.WriteString("# PowerShell completion for awscred\nRegister-ArgumentCompleter -Native -CommandName awscred -ScriptBlock {\n  param($wordToComplete, $commandAst, $cursorPosition)\n  $words = switch ($commandAst.CommandElements[1].Value) {\n")
	for _, c := range commands() {
		fmt.Fprintf(&b, "    '%s' { '%s' }\n", c.name, strings.ReplaceAll(strings.TrimSpace(strings.Join(c.argumentWords(), " ")+" "+texts(c.flagWords())), " ", "', '"))
	}
	fmt.Fprintf(&b, "    default { '%s' }\n  }\n", strings.ReplaceAll(texts(commandWords()), " ", "', '"))
	b.WriteString("  $words | Where-Object { $_ -like \"$wordToComplete*\" } | ForEach-Object { [System.Management.Automation.CompletionResult]::new($_) }\n}\n")
	_, err := io.WriteString(w, b.String())
	return err
}
