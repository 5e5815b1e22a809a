// Package chaintest loads cases of credential chains, and is the world that
// they happen in: files, variables, a process runner, and the services that an
// SDK asks, all in memory or on loopback.
//
// A case is a txtar file. Its comment is the title. Its sections are:
//
//	env       variables, KEY=VALUE a line; -KEY unsets one of the base. A value
//	          that begins with a quote is a Go string.
//	code      what the program sets itself: profile=NAME, key=KEY-ID
//	host      os=windows, for a case that is not Linux
//	home/...  a file in the home directory. The suffix .noeol takes away the
//	          line end that txtar demands; .quoted makes each line a Go string,
//	          one after the other, for bytes that are no text.
//	want      what the real SDKs answered, one a line:
//	          go-v2: credentials source=assume-role key=... via=assume-role,profile
//	          go-v2: error
//	          go-v2: credentials source=env where=AWS_SECRET_KEY
//	          A variable behind the name is set as well, unless env sets it. The
//	          word selected=SOURCE says that another source would be selected,
//	          whose failure shows only when it is asked.
//
// Text may hold placeholders: {{HOME}}; the addresses of the services, such as
// {{IMDS}}; {{ECPEM}}, a new key; {{key X}} and {{asia X}}, access key ids that
// end in the 16 characters X and are spelled so that no secret scanner finds
// one. Whatever a case has that is not listed here is an error.
package chaintest

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"github.com/rogpeppe/go-internal/txtar"

	"github.com/awscred/awscred/resolver"
)

// A Case is a situation and what SDKs make of it.
type Case struct {
	// Name is the file's name without its ending; Title what it is about.
	Name, Title string
	// OS is the operating system.
	OS string
	// Profile and KeyID are set in code.
	Profile, KeyID string
	// Wants are the answers, in the order of the file.
	Wants []Want

	env   []setting
	files []file
}

// A setting is a variable of a case; unset ones have no value.
type setting struct {
	name, value string
	unset       bool
}

// A file of the home directory.
type file struct{ path, content string }

// A Want is what one SDK answered.
type Want struct {
	// SDK is its name; Env are variables set for it in addition.
	SDK string
	Env map[string]string
	// Outcome and Source, Key and Via are the answer. Key is nil if it is not
	// known; it may be empty.
	Outcome resolver.Outcome
	Source  resolver.Source
	Key     *string
	Via     []resolver.Source
	// Where is the name of a thing that must be among the evidence, or "".
	Where string
	// Selected is the source whose failure shows only when it is asked.
	Selected resolver.Source
}

// LoadDir loads the cases of a directory, sorted by name.
func LoadDir(dir string) ([]*Case, error) {
	names, err := filepath.Glob(filepath.Join(dir, "*.txtar"))
	if err != nil {
		return nil, fmt.Errorf("listing cases: %w", err)
	}
	if len(names) == 0 {
		return nil, fmt.Errorf("no case in %q", dir)
	}
	cases := make([]*Case, len(names))
	for i, name := range names {
		data, err := os.ReadFile(name)
		if err != nil {
			return nil, fmt.Errorf("reading case: %w", err)
		}
		cases[i], err = Parse(strings.TrimSuffix(filepath.Base(name), ".txtar"), data)
		if err != nil {
			return nil, err
		}
	}
	slices.SortFunc(cases, func(a, b *Case) int { return strings.Compare(a.Name, b.Name) })
	return cases, nil
}

// Parse reads one case.
func Parse(name string, data []byte) (*Case, error) {
	archive := txtar.Parse(data)
	c := &Case{Name: name, Title: strings.TrimSpace(string(archive.Comment)), OS: "linux"}
	for _, f := range archive.Files {
		if err := c.section(f.Name, string(f.Data)); err != nil {
			return nil, fmt.Errorf("case %s: section %q: %w", name, f.Name, err)
		}
	}
	if c.Title == "" || len(c.Wants) == 0 {
		return nil, fmt.Errorf("case %s: no title or no answer", name)
	}
	if _, err := c.In(Place{Home: "/home/me"}); err != nil {
		return nil, err
	}
	return c, nil
}

func (c *Case) section(name, data string) error {
	if path, ok := strings.CutPrefix(name, "home/"); ok {
		return c.file(path, data)
	}
	parse, ok := map[string]func(string) error{
		"env": c.envLine, "code": c.codeLine, "host": c.hostLine, "want": c.wantLine,
	}[name]
	if !ok {
		return fmt.Errorf("unknown section")
	}
	for line := range strings.Lines(data) {
		line = strings.TrimSuffix(line, "\n")
		if line == "" {
			continue
		}
		if err := parse(line); err != nil {
			return fmt.Errorf("line %q: %w", line, err)
		}
	}
	return nil
}

// file decodes the content of a file of the home directory.
func (c *Case) file(path, data string) error {
	if plain, ok := strings.CutSuffix(path, ".noeol"); ok {
		path, data = plain, strings.TrimSuffix(data, "\n")
	} else if plain, ok := strings.CutSuffix(path, ".quoted"); ok {
		var b strings.Builder
		for line := range strings.Lines(data) {
			text, err := strconv.Unquote(strings.TrimSuffix(line, "\n"))
			if err != nil {
				return fmt.Errorf("line %q: %w", line, err)
			}
			b.WriteString(text)
		}
		path, data = plain, b.String()
	}
	if path == "" || slices.Contains(strings.Split(path, "/"), "..") {
		return fmt.Errorf("bad path")
	}
	c.files = append(c.files, file{path, data})
	return nil
}

func (c *Case) envLine(line string) error {
	if name, ok := strings.CutPrefix(line, "-"); ok {
		c.env = append(c.env, setting{name: name, unset: true})
		return nil
	}
	name, value, ok := strings.Cut(line, "=")
	if !ok || name == "" {
		return fmt.Errorf("no variable")
	}
	value, err := unquote(value)
	c.env = append(c.env, setting{name: name, value: value})
	return err
}

// unquote returns a value as it is, or the Go string that it is.
func unquote(value string) (string, error) {
	if !strings.HasPrefix(value, `"`) {
		return value, nil
	}
	return strconv.Unquote(value)
}

func (c *Case) codeLine(line string) error {
	name, value, _ := strings.Cut(line, "=")
	switch {
	case value == "":
		return fmt.Errorf("no value")
	case name == "profile":
		c.Profile = value
	case name == "key":
		c.KeyID = value
	default:
		return fmt.Errorf("unknown setting")
	}
	return nil
}

func (c *Case) hostLine(line string) error {
	switch line {
	case "os=windows", "os=darwin":
		c.OS = strings.TrimPrefix(line, "os=")
		return nil
	}
	return fmt.Errorf("unknown setting")
}
