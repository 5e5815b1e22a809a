package objects

import (
	"bytes"
	"fmt"
	"strings"
)

// hashSize reads extensions.objectFormat from a repository's config file and
// returns the size of its object names in bytes. Absent means SHA-1.
//
// Only this one key is looked for; includes are not followed, as git does not
// follow them for it either (setup.c: check_repository_format).
func hashSize(config []byte) (int, error) {
	format := "sha1"
	section := ""
	for len(config) > 0 {
		var line []byte
		line, config, _ = bytes.Cut(config, []byte("\n"))
		text := strings.TrimSpace(string(line))
		if rest, ok := strings.CutPrefix(text, "["); ok {
			name, after, _ := strings.Cut(rest, "]")
			section = strings.ToLower(strings.TrimSpace(name))
			text = strings.TrimSpace(after)
		}
		key, value, ok := strings.Cut(text, "=")
		if ok && section == "extensions" && strings.EqualFold(strings.TrimSpace(key), "objectformat") {
			format = configValue(value)
		}
	}
	switch strings.ToLower(format) {
	case "sha1":
		return sha1Size, nil
	case "sha256":
		return sha256Size, nil
	}
	return 0, fmt.Errorf("object format %q is not known", format)
}

// configValue strips comments, quotes and blanks from a one-word value.
func configValue(s string) string {
	if i := strings.IndexAny(s, "#;"); i >= 0 {
		s = s[:i]
	}
	return strings.Trim(strings.TrimSpace(s), `"`)
}
