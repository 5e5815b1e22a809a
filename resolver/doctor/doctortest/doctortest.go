// Package doctortest makes Hosts in memory out of txtar files, with the modes
// and owners of files, for the tests of warnings and reports.
//
// The sections of a file are:
//
//	env         variables, KEY=VALUE a line; a value that begins with a quote is
//	            a Go string. HOME, PATH and AWS_REGION are set unless -HOME and
//	            its like take them away.
//	host        os=, home=, dir=, uid=, pid=, a line each
//	PATH [mode=600] [uid=1000] [quoted] [pad=N] [unreadable] [dir] [fifo] [gone] [link]
//	            a file, absolute, below ~ or on a drive. With quoted its lines
//	            are Go strings, one after the other, for bytes that are no
//	            text. With pad it is made N bytes long. A file that is gone is
//	            listed and described, and does not exist when it is read, as
//	            happens below /proc. A link's content is its target.
//
// Other sections are left to the test.
package doctortest

import (
	"errors"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/rogpeppe/go-internal/txtar"

	"github.com/awscred/awscred/resolver"
)

// Now is the present of every Host.
func Now() time.Time { return time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC) }

// Home is the home directory unless a case says otherwise.
const Home = "/home/me"

// A Case is a Host and what else a file holds.
type Case struct {
	Title string
	Host  *resolver.Host
	// Sections are those that are not part of the Host, by name, placeholders
	// expanded.
	Sections map[string]string
}

// Parse reads a case. Every section passes expand first, which replaces
// placeholders for keys.
func Parse(data []byte, expand func(string) (string, error)) (*Case, error) {
	archive := txtar.Parse(data)
	c := &Case{
		Title: strings.TrimSpace(string(archive.Comment)),
		Host: &resolver.Host{
			OS:   "linux",
			Env:  map[string]string{"HOME": Home, "PATH": "/usr/bin:/bin", "AWS_REGION": "eu-west-1"},
			Home: Home,
			Dir:  Home + "/project",
			UID:  1000,
			PID:  4711,
			Now:  Now,
		},
		Sections: map[string]string{},
	}
	files := Files{}
	c.Host.Files = files
	for _, f := range archive.Files {
		text, err := expand(string(f.Data))
		if err != nil {
			return nil, fmt.Errorf("section %q: %w", f.Name, err)
		}
		if err := c.section(files, f.Name, text); err != nil {
			return nil, fmt.Errorf("section %q: %w", f.Name, err)
		}
	}
	return c, nil
}

func (c *Case) section(files Files, name, text string) error {
	switch {
	case name == "env":
		return eachLine(text, c.envLine)
	case name == "host":
		return eachLine(text, c.hostLine)
	case strings.HasPrefix(name, "/") || strings.HasPrefix(name, "~/") || len(name) > 2 && name[1:3] == ":/":
		return files.add(c.Host.Home, name, text)
	}
	c.Sections[name] = text
	return nil
}

func eachLine(text string, do func(string) error) error {
	for line := range strings.Lines(text) {
		line = strings.TrimSuffix(line, "\n")
		if line == "" {
			continue
		}
		if err := do(line); err != nil {
			return fmt.Errorf("line %q: %w", line, err)
		}
	}
	return nil
}

func (c *Case) envLine(line string) error {
	if name, ok := strings.CutPrefix(line, "-"); ok {
		delete(c.Host.Env, name)
		return nil
	}
	name, value, ok := strings.Cut(line, "=")
	if !ok {
		return errors.New("no variable")
	}
	if strings.HasPrefix(value, `"`) {
		var err error
		if value, err = strconv.Unquote(value); err != nil {
			return err
		}
	}
	c.Host.Env[name] = value
	return nil
}

func (c *Case) hostLine(line string) error {
	name, value, _ := strings.Cut(line, "=")
	switch name {
	case "os":
		c.Host.OS = value
	case "home":
		c.Host.Home = value
	case "dir":
		c.Host.Dir = value
	case "uid":
		uid, err := strconv.Atoi(value)
		c.Host.UID = uid
		return err
	case "pid":
		pid, err := strconv.Atoi(value)
		c.Host.PID = pid
		return err
	default:
		return errors.New("unknown setting")
	}
	return nil
}

// Files are files in memory by path.
type Files map[string]*File

// A File is a file in memory.
type File struct {
	Data       []byte
	Mode       fs.FileMode
	UID        int
	Unreadable bool
	Gone       bool
	// Link is the target of a symbolic link, or "".
	Link string
}

// add adds the file of a section.
func (m Files) add(home, name, text string) error {
	name, attributes, _ := strings.Cut(name, " ")
	if rest, ok := strings.CutPrefix(name, "~"); ok {
		name = home + rest
	}
	f := &File{Mode: 0o600, UID: 1000}
	for _, a := range strings.Fields(attributes) {
		key, value, _ := strings.Cut(a, "=")
		n, err := strconv.ParseUint(value, 8, 16)
		switch key {
		case "mode":
			f.Mode = fs.FileMode(n)
		case "uid":
			f.UID, err = strconv.Atoi(value)
		case "unreadable":
			f.Unreadable, err = true, nil
		case "dir":
			f.Mode, err = fs.ModeDir|0o755, nil
		case "fifo":
			f.Mode, err = fs.ModeNamedPipe|0o600, nil
		case "gone":
			f.Gone, err = true, nil
		case "link":
			f.Link, err = strings.TrimSpace(text), nil
		case "pad":
			var size int
			size, err = strconv.Atoi(value)
			text += strings.Repeat("\n", max(size-len(text), 0))
		case "quoted":
			text, err = unquote(text)
		default:
			err = errors.New("unknown attribute")
		}
		if err != nil {
			return fmt.Errorf("attribute %q: %w", a, err)
		}
	}
	f.Data = []byte(text)
	m[clean(name)] = f
	return nil
}

func unquote(text string) (string, error) {
	var b strings.Builder
	err := eachLine(text, func(line string) error {
		s, err := strconv.Unquote(line)
		b.WriteString(s)
		return err
	})
	return b.String(), err
}

func clean(name string) string { return path.Clean(strings.ReplaceAll(name, `\`, "/")) }

// follow returns the path of a file without symbolic links.
func (m Files) follow(name string) string {
	name = clean(name)
	for range 16 {
		next := name
		for i := range len(name) + 1 {
			if i < len(name) && name[i] != '/' {
				continue
			}
			f, ok := m[name[:i]]
			if !ok || f.Link == "" {
				continue
			}
			target := f.Link
			if !path.IsAbs(target) {
				target = path.Join(path.Dir(name[:i]), target)
			}
			next = path.Join(target, name[i:])
			break
		}
		if next == name {
			return name
		}
		name = next
	}
	return "" // a circle of links
}

// ReadFile returns a file.
func (m Files) ReadFile(name string, max int64) ([]byte, error) {
	f, ok := m[m.follow(name)]
	var err error
	switch {
	case !ok || f.Gone:
		err = fs.ErrNotExist
	case !f.Mode.IsRegular():
		err = resolver.ErrNotRegular
	case f.Unreadable:
		err = fs.ErrPermission
	case int64(len(f.Data)) > max:
		err = resolver.ErrTooLarge
	default:
		return slices.Clone(f.Data), nil
	}
	return nil, &fs.PathError{Op: "open", Path: name, Err: err}
}

// Stat describes a file, or a directory that a file lies in.
func (m Files) Stat(name string) (resolver.FileInfo, error) {
	if f, ok := m[m.follow(name)]; ok {
		return resolver.FileInfo{Mode: f.Mode, Size: int64(len(f.Data)), UID: f.UID, ModTime: Now()}, nil
	}
	if _, err := m.ReadDir(name); err == nil {
		return resolver.FileInfo{Mode: fs.ModeDir | 0o755, UID: 1000, ModTime: Now()}, nil
	}
	return resolver.FileInfo{}, &fs.PathError{Op: "stat", Path: name, Err: fs.ErrNotExist}
}

// ReadDir returns the names in a directory.
func (m Files) ReadDir(name string) ([]string, error) {
	prefix := strings.TrimSuffix(m.follow(name), "/") + "/"
	var names []string
	for other := range m {
		if rest, ok := strings.CutPrefix(other, prefix); ok {
			first, _, _ := strings.Cut(rest, "/")
			names = append(names, first)
		}
	}
	if names == nil {
		return nil, &fs.PathError{Op: "readdir", Path: name, Err: fs.ErrNotExist}
	}
	slices.Sort(names)
	return slices.Compact(names), nil
}

// Readlink returns the target of a symbolic link.
func (m Files) Readlink(name string) (string, error) {
	if f, ok := m[clean(name)]; ok && f.Link != "" {
		return f.Link, nil
	}
	return "", &fs.PathError{Op: "readlink", Path: name, Err: errors.New("not a symbolic link")}
}
