package main

import (
	"context"
	"fmt"
	"io"
	"strings"

	"github.com/spf13/pflag"
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
type word struct{ text, help string }

func commandWords() []word {
	var words []word
	for _, c := range commands() {
		words = append(words, word{c.name, c.summary})
	}
	return words
}

func (c command) flagWords() []word {
	flags := newFlags(c.name)
	c.define(flags)
	defineCommon(flags)
	var words []word
	flags.VisitAll(func(f *pflag.Flag) { words = append(words, word{"--" + f.Name, f.Usage}) })
	return words
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
	b.WriteString("# bash completion for awscred\n_awscred() {\n  local cur=${COMP_WORDS[COMP_CWORD]} words\n  COMPREPLY=()\n")
	fmt.Fprintf(&b, "  if [ \"$COMP_CWORD\" -eq 1 ]; then\n    words=%q\n  else\n    case ${COMP_WORDS[1]} in\n", texts(commandWords()))
	for _, c := range commands() {
		words := texts(c.flagWords())
		switch c.name {
		case "completion":
			words = "bash zsh fish powershell " + words
		case "rules":
			words = strings.Join(rulesWords(), " ") + " " + words
		case "help":
			words = texts(commandWords())
		}
		fmt.Fprintf(&b, "    %s) words=%q ;;\n", c.name, words)
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
	b.WriteString("    )\n    _describe command list\n    return\n  fi\n  case $words[2] in\n")
	for _, c := range commands() {
		fmt.Fprintf(&b, "  %s) list=(\n", c.name)
		for _, f := range c.flagWords() {
			fmt.Fprintf(&b, "      %s\n", zshWord(f))
		}
		b.WriteString("    ) ;;\n")
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
		for _, f := range c.flagWords() {
			fmt.Fprintf(&b, "complete -c awscred -n '__fish_seen_subcommand_from %s' -l %s -d %s\n", c.name, strings.TrimPrefix(f.text, "--"), fishQuote(f.help))
		}
	}
	b.WriteString("complete -c awscred -n '__fish_seen_subcommand_from completion' -f -a 'bash zsh fish powershell'\n")
	fmt.Fprintf(&b, "complete -c awscred -n '__fish_seen_subcommand_from rules' -f -a '%s'\n", strings.Join(rulesWords(), " "))
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
		fmt.Fprintf(&b, "    '%s' { '%s' }\n", c.name, strings.ReplaceAll(texts(c.flagWords()), " ", "', '"))
	}
	fmt.Fprintf(&b, "    default { '%s' }\n  }\n", strings.ReplaceAll(texts(commandWords()), " ", "', '"))
	b.WriteString("  $words | Where-Object { $_ -like \"$wordToComplete*\" } | ForEach-Object { [System.Management.Automation.CompletionResult]::new($_) }\n}\n")
	_, err := io.WriteString(w, b.String())
	return err
}
