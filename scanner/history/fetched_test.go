package history

import "testing"

func TestFetched(t *testing.T) {
	rs := &refs{fetched: []string{"refs/mirror/*", "refs/tags/v1", "refs/pull/*/head"}}
	for name, want := range map[string]reach{
		"refs/heads/main":          fromRefs,
		"refs/remotes/origin/main": fromRemotes,
		"refs/mirror/heads/main":   fromRemotes,
		"refs/mirrors":             fromRefs,
		"refs/tags/v1":             fromRemotes,
		"refs/tags/v10":            fromRefs,
		"refs/pull/7/head":         fromRemotes,
		"refs/pull/7/merge":        fromRefs,
		"refs/pull/head":           fromRefs, // the star is not shared
		"refs/stash":               fromStash,
	} {
		if got := rs.reach(name); got != want {
			t.Errorf("%s: reach %b, want %b", name, got, want)
		}
	}
	all := &refs{fetched: []string{"refs/*"}}
	if all.reach("refs/heads/main") != fromRemotes || all.reach("refs/stash") != fromStash {
		t.Error("a mirror has what was pushed, and a stash of its own")
	}
}
