package live

import (
	"io/fs"
	"strings"
)

// split returns the elements of a path, "." and empty ones left out, and
// whether it is absolute.
func (t *tree) split(name string) (elements []string, absolute bool, err error) {
	if t.windows {
		return splitWindows(name, t.drive)
	}
	for element := range strings.SplitSeq(name, "/") {
		if element != "" && element != "." {
			elements = append(elements, element)
		}
	}
	return elements, strings.HasPrefix(name, "/"), nil
}

// splitWindows is split for a path of Windows, by the rules of
// learn.microsoft.com/windows/win32/fileio/naming-a-file. What the one drive
// cannot hold does not exist: other drives, shares, devices, streams. Forward
// slashes separate as well, and elements end before their last dots and spaces.
func splitWindows(name, drive string) (elements []string, absolute bool, err error) {
	if rest, verbatim := strings.CutPrefix(name, `\\?\`); verbatim {
		if len(rest) < 2 || rest[1] != ':' {
			return nil, false, fs.ErrNotExist
		}
		name = rest
	}
	name = strings.ReplaceAll(name, `\`, "/")
	switch {
	case strings.HasPrefix(name, "//"):
		return nil, false, fs.ErrNotExist
	case len(name) >= 2 && name[1] == ':':
		if !strings.EqualFold(name[:2], drive) {
			return nil, false, fs.ErrNotExist
		}
		name, absolute = name[2:], true
	default:
		absolute = strings.HasPrefix(name, "/")
	}
	for element := range strings.SplitSeq(name, "/") {
		switch element {
		case "", ".":
			continue
		case "..":
			elements = append(elements, element)
			continue
		}
		element = strings.TrimRight(element, ". ")
		if element == "" || strings.Contains(element, ":") {
			return nil, false, fs.ErrNotExist
		}
		elements = append(elements, element)
	}
	return elements, absolute, nil
}
