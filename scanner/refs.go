package scanner

import (
	"slices"
	"strings"
)

// maxRefs is how many refs a finding lists; it counts them all. A secret of an
// old commit can be reached from every branch and pull request since.
const maxRefs = 100

// listedRefs returns the refs that a finding lists, sorted: if there are too
// many, branches come before tags, remote branches and all others.
func listedRefs(refs []string) []string {
	if len(refs) <= maxRefs {
		return orEmpty(refs)
	}
	list := make([]string, 0, maxRefs)
	for _, prefix := range [...]string{"refs/heads/", "refs/tags/", "refs/remotes/", ""} {
		for _, r := range refs {
			if len(list) < maxRefs && strings.HasPrefix(r, prefix) && !slices.Contains(list, r) {
				list = append(list, r)
			}
		}
	}
	slices.Sort(list)
	return list
}
