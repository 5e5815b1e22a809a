package scanner

import (
	"fmt"
	"slices"
	"strings"
	"testing"
)

func TestListedRefs(t *testing.T) {
	var refs []string
	for _, kind := range []string{"refs/heads/%03d", "refs/pull/%03d/head", "refs/remotes/origin/%03d", "refs/tags/v%03d"} {
		for i := range 60 {
			refs = append(refs, fmt.Sprintf(kind, i))
		}
	}
	for _, test := range []struct {
		name               string
		refs               []string
		heads, tags, other int
	}{
		{"none", nil, 0, 0, 0},
		{"few", refs[60:120], 0, 0, 60},
		{"many", refs, 60, 40, 0},
		{"one branch and many others", refs[59:180], 1, 0, 99},
	} {
		list := listedRefs(test.refs)
		var heads, tags int
		for _, r := range list {
			if strings.HasPrefix(r, "refs/heads/") {
				heads++
			}
			if strings.HasPrefix(r, "refs/tags/") {
				tags++
			}
		}
		if list == nil || heads != test.heads || tags != test.tags || len(list) != test.heads+test.tags+test.other {
			t.Errorf("%s: %d refs, %d of them branches and %d tags", test.name, len(list), heads, tags)
		}
		if !slices.IsSorted(list) || len(slices.Compact(slices.Clone(list))) != len(list) {
			t.Errorf("%s: %v is not sorted and distinct", test.name, list)
		}
	}
}
