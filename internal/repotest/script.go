package repotest

import (
	"errors"
	"fmt"
	"maps"
	"os"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/awscred/awscred/internal/keytest"
)

// A builder is a script in the course of being run.
type builder struct {
	dir     string // where git runs
	extra   string // where other directories are made
	now     time.Time
	files   map[string]*file
	commits map[string]string
	dirs    map[string]string
}

// A file is one of the archive.
type file struct {
	data []byte
	used bool
}

// A command is one word of the language.
type command struct {
	least, most int    // how many words follow; most < 0 means any number
	options     string // the names of NAME=VALUE words that it takes
	run         func(b *builder, args []string, options map[string]string) error
}

const commitOptions = "author committer message time"

// commands is the language; doc.go describes it.
func commands() map[string]command {
	return map[string]command{
		"commit":   {1, 1, commitOptions, (*builder).commit},
		"amend":    {1, 1, commitOptions, (*builder).amend},
		"rm":       {2, -1, commitOptions, (*builder).remove},
		"mv":       {3, 3, commitOptions, (*builder).move},
		"merge":    {2, -1, commitOptions, (*builder).merge},
		"branch":   {1, 2, "", (*builder).branch},
		"checkout": {1, 1, "", (*builder).checkout},
		"orphan":   {1, 1, "", (*builder).orphan},
		"reset":    {1, 1, "", (*builder).reset},
		"tag":      {1, 2, "message", (*builder).tag},
		"note":     {2, 2, "message", (*builder).note},
		"ref":      {2, 2, "", (*builder).ref},
		"replace":  {2, 2, "", (*builder).replace},
		"object":   {3, 3, "", (*builder).object},
		"name":     {2, 2, "", (*builder).nameRev},
		"write":    {1, 1, "", (*builder).write},
		"stage":    {1, 1, "", (*builder).stage},
		"symlink":  {2, 2, "", (*builder).symlink},
		"lfs":      {1, 1, "", (*builder).lfs},
		"stash":    {1, 2, "message", (*builder).stash},
		"config":   {2, 2, "", (*builder).config},
		"gitdir":   {2, 2, "", (*builder).gitDir},
		"expire":   {0, 0, "", (*builder).expire},
		"pack":     {0, 0, "", (*builder).pack},
		"git":      {1, -1, "", (*builder).raw},
		"worktree": {2, 2, "", (*builder).worktree},
		"push":     {0, -1, "", (*builder).push},
		"clone":    {1, 2, "depth", (*builder).clone},
		"encode":   {2, -1, "", (*builder).encode},
		"archive":  {3, 3, "", (*builder).archive},
		"pad":      {2, 3, "", (*builder).pad},
	}
}

func (b *builder) runScript(text string) error {
	text, err := keytest.ExpandString(text)
	if err != nil {
		return fmt.Errorf("reading the script: %w", err)
	}
	started := false
	for i, line := range strings.Split(text, "\n") {
		words, err := split(line)
		if err == nil && len(words) > 0 {
			err = b.line(words, &started)
		}
		if err != nil {
			return fmt.Errorf("script line %d: %w", i+1, err)
		}
	}
	if !started {
		if err := b.init(nil); err != nil {
			return err
		}
	}
	for _, name := range slices.Sorted(maps.Keys(b.files)) {
		if !b.files[name].used {
			return fmt.Errorf("no command uses file %q", name)
		}
	}
	return nil
}

// line runs one line, and makes the repository before the first.
func (b *builder) line(words []string, started *bool) error {
	first := !*started
	*started = true
	switch {
	case words[0] == "init" && first:
		return b.init(words[1:])
	case words[0] == "init":
		return errors.New("init is not the first command")
	case first:
		if err := b.init(nil); err != nil {
			return err
		}
	}
	b.now = b.now.Add(time.Minute)
	if words[0] != "in" {
		return b.run(words)
	}
	if len(words) < 3 {
		return errors.New("usage: in NAME COMMAND [ARGUMENT]")
	}
	dir, ok := b.dirs[words[1]]
	if !ok {
		return fmt.Errorf("there is no directory %q", words[1])
	}
	inside := *b
	inside.dir = dir
	return inside.run(words[2:])
}

func (b *builder) init(args []string) error {
	if err := os.MkdirAll(b.dir, 0o755); err != nil {
		return fmt.Errorf("making the repository: %w", err)
	}
	if err := os.MkdirAll(b.extra, 0o755); err != nil {
		return fmt.Errorf("making the repository: %w", err)
	}
	format := "sha1"
	if len(args) > 0 {
		if len(args) > 1 || args[0] != "sha256" {
			return errors.New("usage: init sha256")
		}
		format = args[0]
	}
	return b.git("init", "--quiet", "--template=", "--object-format="+format)
}

func (b *builder) run(words []string) error {
	command, ok := commands()[words[0]]
	if !ok {
		return fmt.Errorf("unknown command %q", words[0])
	}
	var args []string
	options := make(map[string]string)
	for _, word := range words[1:] {
		word, err := b.names(word)
		if err != nil {
			return err
		}
		name, value, isOption := strings.Cut(word, "=")
		if isOption && slices.Contains(strings.Fields(command.options), name) {
			options[name] = value
			continue
		}
		args = append(args, word)
	}
	if len(args) < command.least || command.most >= 0 && len(args) > command.most {
		return fmt.Errorf("%s: %d words are too few, too many, or hold an unknown option", words[0], len(args))
	}
	if err := command.run(b, args, options); err != nil {
		return fmt.Errorf("%s: %w", words[0], err)
	}
	return nil
}

// names replaces each ${NAME} by the id of the object.
func (b *builder) names(word string) (string, error) {
	var missing error
	out := regexp.MustCompile(`\$\{[^}]*\}`).ReplaceAllStringFunc(word, func(found string) string {
		id, ok := b.commits[found[2:len(found)-1]]
		if !ok {
			missing = fmt.Errorf("nothing is called %s", found)
		}
		return id
	})
	return out, missing
}

// rev returns the id of a named object, or the name itself for git to resolve.
func (b *builder) rev(name string) string {
	if id, ok := b.commits[name]; ok {
		return id
	}
	return name
}

// name records the id of what rev says.
func (b *builder) name(name, rev string) error {
	if _, taken := b.commits[name]; taken {
		return fmt.Errorf("the name %q is taken", name)
	}
	id, err := b.output("rev-parse", "--verify", "--end-of-options", rev)
	if err != nil {
		return err
	}
	b.commits[name] = id
	return nil
}

func (b *builder) output(args ...string) (string, error) {
	return git(b.dir, environment(b.extra, b.now), nil, nil, args...)
}

func (b *builder) git(args ...string) error {
	_, err := b.output(args...)
	return err
}

// split divides a line into words. A part in double quotes is kept together and
// unquoted as Go does it.
func split(line string) ([]string, error) {
	var words []string
	var word strings.Builder
	inWord := false
	for i := 0; i < len(line); {
		switch c := line[i]; {
		case c == ' ' || c == '\t' || c == '\r':
			if inWord {
				words = append(words, word.String())
				word.Reset()
			}
			inWord = false
			i++
		case c == '#' && !inWord:
			return words, nil
		case c == '"':
			quoted, err := strconv.QuotedPrefix(line[i:])
			if err != nil {
				return nil, fmt.Errorf("unclosed or wrong quotation in %q", line)
			}
			text, err := strconv.Unquote(quoted)
			if err != nil {
				return nil, fmt.Errorf("wrong quotation in %q", line)
			}
			word.WriteString(text)
			inWord = true
			i += len(quoted)
		default:
			word.WriteByte(c)
			inWord = true
			i++
		}
	}
	if inWord {
		words = append(words, word.String())
	}
	return words, nil
}
