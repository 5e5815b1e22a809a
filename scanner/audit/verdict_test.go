package audit

import (
	"slices"
	"strings"
	"testing"

	"github.com/awscred/awscred/scanner"
)

func reported(t *testing.T, lost bool, findings ...*scanner.Finding) *scanner.Report {
	t.Helper()
	r := &scanner.Report{Version: 1, Coverage: new(scanner.Coverage), Findings: findings}
	if lost {
		r.Coverage.AddLost(scanner.Gap{What: "blob 1f2e", Why: "corrupt"})
	}
	r.Coverage.Close(true)
	r.Close(scanner.Policy{FailOn: scanner.Medium, FailOnLocal: true})
	return r
}

func key(exposure scanner.Exposure, place scanner.Place) *scanner.Finding {
	oc := scanner.Occurrence{Object: strings.Repeat("ab", 20), Commit: strings.Repeat("cd", 20), Path: "a b/.env", Line: 1, Field: scanner.Content, Place: place}
	return &scanner.Finding{Fingerprint: "f", Rule: "aws-access-key", Title: "AWS access key", Severity: scanner.Critical, KeyID: "KEY", Exposure: exposure,
		First: &oc, Last: &oc, Occurrences: []scanner.Occurrence{oc}, Count: 1}
}

func status(a *Audit, id string) Status {
	for _, c := range a.Checks {
		if c.ID == id {
			return c.Status
		}
	}
	return ""
}

func TestVerdict(t *testing.T) {
	header := scanner.Blob{BlobRef: scanner.BlobRef{ID: "1", Field: scanner.Header}, Data: []byte("author A <a@corp.lan> 1 +0000\n")}
	accepted := key(scanner.Pushed, scanner.InHistory)
	accepted.Suppressed = &scanner.Suppression{By: "baseline"}
	all := func(string) bool { return true }
	cases := map[string]struct {
		report *scanner.Report
		blobs  []scanner.Blob
		opts   Options
		want   Verdict
		code   int
		status map[string]Status
	}{
		"nothing": {reported(t, false), nil, Options{}, Fit, 0, map[string]Status{SecretsInHistory: Pass, Wiki: NotAsked, Read: Pass}},
		"lost":    {reported(t, true), nil, Options{}, Unknown, 3, map[string]Status{SecretsInHistory: CannotBe, Read: CannotBe, Hosts: CannotBe}},
		"a key":   {reported(t, false, key(scanner.Pushed, scanner.InHistory)), nil, Options{}, NotFit, 1, map[string]Status{SecretsInHistory: Fail, SecretsHere: Pass}},
		"a key and lost": {reported(t, true, key(scanner.Pushed, scanner.InHistory)), nil, Options{}, NotFit, 1,
			map[string]Status{SecretsInHistory: Fail, Read: CannotBe}},
		"ignored":             {reported(t, false, key(scanner.IgnoredExposure, scanner.Ignored)), nil, Options{}, NotFit, 1, map[string]Status{SecretsHere: Fail, SecretsInHistory: Pass}},
		"in a wiki":           {reported(t, false, key("", scanner.InWiki)), nil, Options{WikiAsked: true}, NotFit, 1, map[string]Status{Wiki: Fail, SecretsInHistory: Pass}},
		"a clean wiki":        {reported(t, false), nil, Options{WikiAsked: true}, Fit, 0, map[string]Status{Wiki: Pass}},
		"accepted":            {reported(t, false, accepted), nil, Options{}, Fit, 0, map[string]Status{SecretsInHistory: Pass}},
		"an address":          {reported(t, false), []scanner.Blob{header}, Options{}, NotFit, 1, map[string]Status{Addresses: Fail}},
		"an accepted address": {reported(t, false), []scanner.Blob{header}, Options{Accepts: all}, Fit, 0, map[string]Status{Addresses: Pass}},
	}
	for name, c := range cases {
		a := Judge(c.report, watched(t, c.blobs...), c.opts)
		if a.Verdict != c.want || a.ExitCode(false) != c.code {
			t.Errorf("%s: %s with exit code %d, want %s with %d", name, a.Verdict, a.ExitCode(false), c.want, c.code)
		}
		for id, want := range c.status {
			if got := status(a, id); got != want {
				t.Errorf("%s: %s is %q, want %q", name, id, got, want)
			}
		}
		if c.want == Unknown && a.ExitCode(true) != 0 {
			t.Errorf("%s: incompleteness was allowed", name)
		}
	}
}

// A plan begins with what makes the key useless and ends where it stands.
func TestPlan(t *testing.T) {
	type situation struct {
		exposure scanner.Exposure
		place    scanner.Place
		refs     []string
		bare     bool
		want     []string
		leaves   string
		not      string
	}
	main := []string{"refs/heads/main"}
	for name, c := range map[string]situation{
		"pushed": {scanner.Pushed, scanner.InHistory, append(main, "refs/remotes/origin/main"), false,
			[]string{"--status Inactive", "git filter-repo --strip-blobs-with-ids", "git push --force --all"}, "pull requests, caches", "--force --strip"},
		"of a pull request": {scanner.Unpushed, scanner.InHistory, append(main, "refs/pull/1/head", "refs/pull/2/head"), true,
			[]string{"git filter-repo --strip-blobs-with-ids", "git push --force --all"}, "2 refs of pull requests, such as refs/pull/1/head, which no push changes", "rebase"},
		"unpushed":        {scanner.Unpushed, scanner.InHistory, main, false, []string{"--status Inactive", "git rebase -i --rebase-merges $(git rev-parse -q --verify " + strings.Repeat("cd", 20) + "^ || echo --root) main", forget}, "", "filter-repo"},
		"in two branches": {scanner.Unpushed, scanner.InHistory, append(main, "refs/tags/v1"), false, []string{"git filter-repo --force --strip-blobs-with-ids", forget}, "", "rebase"},
		"in a bare one":   {scanner.Unpushed, scanner.InHistory, main, true, []string{"git filter-repo --force --strip-blobs-with-ids", forget}, "", "rebase"},
		"a hostile name":  {scanner.Unpushed, scanner.InHistory, []string{"refs/heads/a';$(x)"}, false, []string{`|| echo --root) 'a'\'';$(x)'`}, "", "filter-repo"},
		"an option":       {scanner.Unpushed, scanner.InHistory, []string{"refs/heads/--exec=x"}, false, []string{"filter-repo"}, "", "rebase"},
		"staged":          {scanner.Staged, scanner.InIndex, nil, false, []string{"--status Inactive", "git reset -q -- 'a b/.env'", forget}, "", "rebase"},
		"stash":           {scanner.StashExposure, scanner.InStash, nil, false, []string{"grep -e " + strings.Repeat("cd", 20), forget}, "", "reflog expire"},
		"unreachable":     {scanner.Unreached, scanner.InReflog, nil, false, []string{"--status Inactive", forget}, "", "reflog expire"},
		"ignored":         {scanner.IgnoredExposure, scanner.Ignored, nil, false, []string{"--status Inactive"}, "", "gc"},
	} {
		f := key(c.exposure, c.place)
		f.Refs, f.RefCount = c.refs, len(c.refs)
		var commands []string
		p := plan(f, c.bare)
		for _, s := range p.Steps {
			commands = append(commands, s.Command)
		}
		at := -1
		for _, w := range c.want {
			next := slices.IndexFunc(commands, func(c string) bool { return strings.Contains(c, w) })
			if next <= at {
				t.Errorf("%s: %q is not in its place in %q", name, w, commands)
			}
			at = next
		}
		if c.not != "" && strings.Contains(strings.Join(commands, " "), c.not) {
			t.Errorf("%s: %q is in %q", name, c.not, commands)
		}
		if !strings.Contains(strings.Join(p.Leaves, "\n"), c.leaves) {
			t.Errorf("%s: %q does not tell of %q", name, p.Leaves, c.leaves)
		}
	}
	temporary := key(scanner.Pushed, scanner.InHistory)
	temporary.Temporary = true
	if got := plan(temporary, false).Steps; strings.Contains(got[0].Command, "update-access-key") {
		t.Error("a temporary key cannot be made inactive")
	}
}

func TestQuoted(t *testing.T) {
	if got, want := quoted([]string{"a/b.c", "a b", "it's", "$x"}), `a/b.c 'a b' 'it'\''s' '$x'`; got != want {
		t.Errorf("quoted is %s, want %s", got, want)
	}
}
