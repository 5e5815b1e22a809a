package history

import (
	"path/filepath"
	"strings"
)

// reach is the reach of a ref by its name: what a fetch writes is a copy of what
// another repository has.
func (rs *refs) reach(name string) reach {
	switch {
	case name == "refs/stash":
		return fromStash
	case strings.HasPrefix(name, "refs/remotes/") || rs.isFetched(name):
		return fromRemotes
	}
	return fromRefs
}

func (rs *refs) isFetched(name string) bool {
	for _, pattern := range rs.fetched {
		before, after, many := strings.Cut(pattern, "*")
		if name == pattern || many && len(name) >= len(before)+len(after) && strings.HasPrefix(name, before) && strings.HasSuffix(name, after) {
			return true
		}
	}
	return false
}

// readFetched reads from the configuration which refs a fetch writes: in a clone
// made with --mirror all of them, which have no refs/remotes. A repository that
// lies about it makes its own secrets look worse.
func (r *Repository) readFetched() []string {
	text, err := r.readSmall(filepath.Join(r.common, "config"))
	if err != nil {
		return nil // the file is scanned, and lost, as one of the directory
	}
	var list []string
	remote := false
	for line := range strings.Lines(text) {
		line = strings.TrimSpace(line)
		if strings.HasPrefix(line, "[") {
			remote = strings.HasPrefix(strings.ToLower(line), "[remote ")
			continue
		}
		key, value, ok := strings.Cut(line, "=")
		if !remote || !ok || !strings.EqualFold(strings.TrimSpace(key), "fetch") {
			continue
		}
		if _, to, ok := strings.Cut(strings.Trim(strings.TrimSpace(value), `"`), ":"); ok && strings.HasPrefix(to, "refs/") {
			list = append(list, to)
		}
	}
	return list
}
