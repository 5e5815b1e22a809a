package history

import (
	"path/filepath"
	"slices"
	"strings"
)

// Remotes returns the URLs of the remotes of the repository that path is in, each
// once, as its configuration has them: files that that includes, and URLs that
// the user's own configuration writes otherwise (url.*.insteadOf), are left out.
// It returns none if path is in no repository.
func Remotes(path string) []string {
	abs, err := filepath.Abs(path)
	if err != nil {
		return nil
	}
	r := &Repository{}
	if r.discover(abs) != nil {
		return nil
	}
	text, err := r.readSmall(filepath.Join(r.common, "config"))
	if err != nil {
		return nil
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
		if value = strings.Trim(strings.TrimSpace(value), `"`); remote && ok && strings.EqualFold(strings.TrimSpace(key), "url") && !slices.Contains(list, value) {
			list = append(list, value)
		}
	}
	return list
}
