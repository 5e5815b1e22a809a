package scanner_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/awscred/awscred/internal/keytest"
	"github.com/awscred/awscred/scanner"
)

// in is a place in the history: a commit, its author and day, and a path.
func in(commit, author string, day int, path string) []scanner.Spot {
	when := fmt.Sprintf("2026-01-%02dT12:00:00Z", day)
	return []scanner.Spot{{Place: scanner.InHistory, Commit: commit, Path: path, Author: author, Time: when, Known: when, Exposure: scanner.Unpushed}}
}

func page(name, revision string, day int) []scanner.Spot {
	return []scanner.Spot{{Place: scanner.InWiki, Page: name, Revision: revision, Author: "ann", Time: fmt.Sprintf("2026-01-%02dT12:00:00Z", day)}}
}

func untracked(path string) []scanner.Spot {
	return []scanner.Spot{{Place: scanner.Untracked, Path: path, Exposure: scanner.UntrackedExposure}}
}

// What belongs together in different texts: the ground, and who else may.
func TestPairingAcross(t *testing.T) {
	pair := func(id, secret, ground, certainty string, n int) string {
		return fmt.Sprintf("aws-access-key id %s secret %s (%s, %s, %d)", id, secret, ground, certainty, n)
	}
	for name, c := range map[string]struct {
		files map[string]file
		want  []string
	}{
		"one directory, one commit": {map[string]file{
			"a": {"id-a", in("c1", "ann", 1, "conf/app.yml")}, "b": {"\nsec-a", in("c1", "ann", 1, "conf/keys.yml")}},
			[]string{pair("conf/app.yml:1", "conf/keys.yml:2", "secret in conf/keys.yml, same directory", "probable", 1)}},
		"one directory, two commits": {map[string]file{
			"a": {"id-a", in("c1", "ann", 1, "conf/app.yml")}, "b": {"sec-a", in("c2", "bob", 20, "conf/keys.yml")}},
			[]string{pair("conf/app.yml:1", "conf/keys.yml:1", "secret in conf/keys.yml, same directory, commit c2", "probable", 1)}},
		"the commit decides": {map[string]file{
			"a": {"id-a", in("c1", "ann", 1, "d/id")}, "b": {"sec-a", in("c1", "ann", 1, "d/secret")},
			"c": {"id-b", in("c2", "ann", 2, "d/id")}, "d": {"sec-b", in("c2", "ann", 2, "d/secret")}},
			[]string{pair("d/id:1", "d/secret:1", "secret in d/secret, same directory", "probable", 1), pair("d/id:1", "d/secret:1", "secret in d/secret, same directory", "probable", 1)}},
		"the name decides": {map[string]file{
			"a": {"id-a", in("c1", "ann", 1, "d/prod.id")}, "b": {"sec-a", in("c1", "ann", 1, "d/prod-secret.env")},
			"c": {"id-b", in("c1", "ann", 1, "d/dev.id")}, "d": {"sec-b", in("c1", "ann", 1, "d/dev_secret_key.env")}},
			[]string{pair("d/dev.id:1", "d/dev_secret_key.env:1", "secret in d/dev_secret_key.env, same directory", "probable", 2), pair("d/prod.id:1", "d/prod-secret.env:1", "secret in d/prod-secret.env, same directory", "probable", 2)}},
		"several secrets": {map[string]file{
			"a": {"id-a", in("c1", "ann", 1, "d/key")}, "b": {"sec-a", in("c1", "ann", 1, "d/one")}, "c": {"sec-b", in("c1", "ann", 1, "d/two")}, "d": {"sec-c", in("c1", "ann", 1, "d/three")}},
			[]string{pair("d/key:1", "d/one:1", "secret in d/one, same directory", "ambiguous", 3), "aws-secret-access-key secret d/three:1", "aws-secret-access-key secret d/two:1"}},
		"several ids": {map[string]file{
			"a": {"id-a", in("c1", "ann", 1, "d/one")}, "b": {"id-b", in("c1", "ann", 1, "d/two")}, "c": {"sec-a", in("c1", "ann", 1, "d/key")}},
			[]string{pair("d/one:1", "d/key:1", "secret in d/key, same directory", "ambiguous", 2), "aws-access-key-id id d/two:1"}},
		"two lists": {map[string]file{
			"a": {"id-a\nid-b\nid-c", in("c1", "ann", 1, "d/ids")}, "b": {"sec-c\nsec-a\nsec-b", in("c1", "ann", 1, "d/secrets")}},
			[]string{pair("d/ids:1", "d/secrets:1", "secret in d/secrets, same directory, same place in two lists", "probable", 3),
				pair("d/ids:2", "d/secrets:2", "secret in d/secrets, same directory, same place in two lists", "probable", 3),
				pair("d/ids:3", "d/secrets:3", "secret in d/secrets, same directory, same place in two lists", "probable", 3)}},
		"versions of a file": {map[string]file{
			"a": {"id-a", in("c1", "ann", 1, "app.py")}, "b": {"sec-a", in("c2", "bob", 20, "app.py")}, "c": {"sec-b", in("c2", "bob", 20, "x.py")}},
			[]string{pair("app.py:1", "app.py:1", "secret in another version of app.py, commit c2", "probable", 1), "aws-secret-access-key secret x.py:1"}},
		"the same commit before another version": {map[string]file{
			"a": {"id-a", in("c1", "ann", 1, "app.py")}, "b": {"sec-a", in("c2", "bob", 20, "app.py")}, "c": {"sec-b", in("c1", "ann", 1, "x.py")}},
			[]string{pair("app.py:1", "x.py:1", "secret in x.py, same directory", "probable", 1), "aws-secret-access-key secret app.py:1"}},
		"one commit": {map[string]file{
			"a": {"id-a", in("c1", "ann", 1, "main.tf")}, "b": {"sec-a", in("c1", "ann", 1, "env/prod.tfvars")}},
			[]string{pair("main.tf:1", "env/prod.tfvars:1", "secret in env/prod.tfvars, same commit", "probable", 1)}},
		"one commit, far directories": {map[string]file{
			"a": {"id-a", in("c1", "ann", 1, "lib/data/x")}, "b": {"sec-a", in("c1", "ann", 1, "test/unit/y")}},
			[]string{"aws-access-key-id id lib/data/x:1", "aws-secret-access-key secret test/unit/y:1"}},
		"one commit, neighbouring directories": {map[string]file{
			"a": {"id-a", in("c1", "ann", 1, "env/dev/id")}, "b": {"sec-a", in("c1", "ann", 1, "env/prod/key")}},
			[]string{pair("env/dev/id:1", "env/prod/key:1", "secret in env/prod/key, same commit", "probable", 1)}},
		"message and content": {map[string]file{
			"a": {"id-a", in("c1", "ann", 1, "")}, "b": {"sec-a", in("c1", "ann", 1, "env/prod")}},
			[]string{pair(":1", "env/prod:1", "secret in env/prod, same commit, id in the content of commit c1", "probable", 1)}},
		"content and message": {map[string]file{
			"a": {"id-a", in("c1", "ann", 1, "env/prod")}, "b": {"sec-a", in("c1", "ann", 1, "")}},
			[]string{pair("env/prod:1", ":1", "secret in the content of commit c1, same commit", "probable", 1)}},
		"one author, the next day": {map[string]file{
			"a": {"id-a", in("c1", "ann", 1, "x/a")}, "b": {"sec-a", in("c2", "ann", 2, "y/b")}, "c": {"sec-b", in("c3", "bob", 1, "z/c")}},
			[]string{pair("x/a:1", "y/b:1", "secret in y/b, same author, within two days, commit c2", "probable", 1), "aws-secret-access-key secret z/c:1"}},
		"another author":     {map[string]file{"a": {"id-a", in("c1", "ann", 1, "x/a")}, "b": {"sec-a", in("c2", "bob", 1, "y/b")}}, []string{"aws-access-key-id id x/a:1", "aws-secret-access-key secret y/b:1"}},
		"days later":         {map[string]file{"a": {"id-a", in("c1", "ann", 1, "x/a")}, "b": {"sec-a", in("c2", "ann", 9, "y/b")}}, []string{"aws-access-key-id id x/a:1", "aws-secret-access-key secret y/b:1"}},
		"untracked":          {map[string]file{"a": {"id-a", untracked(".env.id")}, "b": {"sec-a", untracked(".env.secret")}}, []string{pair(".env.id:1", ".env.secret:1", "secret in .env.secret, same directory", "probable", 1)}},
		"other directories":  {map[string]file{"a": {"id-a", untracked("a/x")}, "b": {"sec-a", untracked("b/y")}}, []string{"aws-access-key-id id a/x:1", "aws-secret-access-key secret b/y:1"}},
		"examples":           {map[string]file{"a": {"id-example", untracked("a/x")}, "b": {"sec-a", untracked("a/y")}}, []string{"aws-access-key-id id a/x:1 noise", "aws-secret-access-key secret a/y:1"}},
		"paired in its text": {map[string]file{"a": {"id-a sec-a", untracked("a/x")}, "b": {"sec-b", untracked("a/y")}}, []string{"aws-access-key id a/x:1 secret a/x:1 (same line, certain, 1)", "aws-secret-access-key secret a/y:1"}},
		"pages of a wiki": {map[string]file{"a": {"id-a", page("Deploy", "7", 1)}, "b": {"sec-a", page("Keys", "9", 20)}},
			[]string{pair(":1", ":1", "secret on page Keys, same wiki, revision 9", "probable", 1)}},
		"neighbouring pages": {map[string]file{"a": {"id-a", page("ops:deploy", "7", 1)}, "b": {"sec-a", page("ops:keys", "9", 2)}, "c": {"sec-b", page("hr:keys", "9", 2)}},
			[]string{pair(":1", ":1", "secret on page ops:keys, same author, within two days, revision 9", "probable", 1), "aws-secret-access-key secret :1"}},
		"a comment of a revision": {map[string]file{"a": {"id-a", page("Deploy", "7", 1)}, "b": {"sec-a", page("Deploy", "7", 1)}, "c": {"sec-b", page("Deploy", "8", 1)}},
			[]string{pair(":1", ":1", "secret on page Deploy, same page", "probable", 1), "aws-secret-access-key secret :1"}},
		"revisions of a page": {map[string]file{"a": {"id-a", page("Deploy", "7", 1)}, "b": {"sec-a", page("Deploy", "8", 2)}, "c": {"sec-b", page("Keys", "9", 2)}},
			[]string{pair(":1", ":1", "secret in another version of page Deploy, revision 8", "probable", 1), "aws-secret-access-key secret :1"}},
		"a token beside": {map[string]file{"a": {"id-a\nsec-a", untracked("a/x")}, "b": {"tok-a", untracked("a/y")}},
			[]string{"aws-access-key id a/x:1 secret a/x:2 token a/y:1 (next line, certain, 1)"}},
		"three texts": {map[string]file{"a": {"id-a", untracked("a/x")}, "b": {"sec-a", untracked("a/y")}, "c": {"tok-a", untracked("a/z")}},
			[]string{"aws-access-key id a/x:1 secret a/y:1 token a/z:1 (secret in a/y, same directory, probable, 1)"}},
		"two tokens": {map[string]file{"a": {"id-a\nsec-a", untracked("a/x")}, "b": {"tok-a", untracked("a/y")}, "c": {"tok-b", untracked("a/z")}},
			[]string{"aws-access-key id a/x:1 secret a/x:2 (next line, certain, 1)", "aws-session-token token a/y:1", "aws-session-token token a/z:1"}},
		"a long-term key's token": {map[string]file{"a": {keytest.ID(1) + "\nsec-a", untracked("a/x")}, "b": {"tok-a", untracked("a/y")}},
			[]string{"aws-access-key id a/x:1 secret a/x:2 (next line, certain, 1)", "aws-session-token token a/y:1"}},
	} {
		t.Run(name, func(t *testing.T) {
			var names []string
			for n := range c.files {
				names = append(names, n)
			}
			slices.Sort(names)
			for range 2 { // the order of the sweep makes no difference
				if got := say(scan(t, newSource(c.files, names...), matcher{}, options())); !slices.Equal(got, c.want) {
					t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(c.want, "\n"))
				}
				slices.Reverse(names)
			}
		})
	}
}

// A pair of halves in two texts is graded, named and located as one; the other
// candidates are kept.
func TestPairAcrossIsOneKey(t *testing.T) {
	s := newSource(map[string]file{
		"a": {"id-a", in("c1", "ann", 1, "d/key")}, "b": {"sec-a", in("c1", "ann", 1, "d/one")}, "c": {"sec-b", in("c1", "ann", 1, "d/two")},
	}, "a", "b", "c")
	r := scan(t, s, matcher{}, options())
	if len(r.Findings) != 2 {
		t.Fatalf("%d findings", len(r.Findings))
	}
	f := r.Findings[0]
	if f.Severity != scanner.Critical || f.Confidence != scanner.Possible || f.KeyID != "id-a" || f.Count != 2 || f.Exposure != scanner.Unpushed || !f.InHead {
		t.Errorf("%+v", f)
	}
	if want := fingerprintOf("aws-access-key", "id-a", "sec-a"); f.Fingerprint != want {
		t.Errorf("fingerprint %s, want %s", f.Fingerprint, want)
	}
	var candidates []string
	for _, v := range f.Pairing.Secrets() {
		candidates = append(candidates, string(v.Reveal()))
	}
	if !slices.Equal(candidates, []string{"sec-a", "sec-b"}) {
		t.Errorf("candidates %q", candidates)
	}
	if s.located != 2 {
		t.Errorf("located %d times", s.located)
	}
}

// That a temporary key is dead is proved by its id alone.
func TestDeadPairAcross(t *testing.T) {
	for name, c := range map[string]struct {
		id, secret []scanner.Spot
		want       scanner.Severity
	}{
		"old id":     {in("c1", "ann", 1, "d/id"), untracked("d/secret"), scanner.Low},
		"old secret": {untracked("d/id"), in("c1", "ann", 1, "d/secret"), scanner.Critical},
	} {
		s := newSource(map[string]file{"a": {keytest.TempID(1), c.id}, "b": {"sec-a", c.secret}}, "a", "b")
		o := options()
		o.Now = func() time.Time { return now.AddDate(1, 0, 0) }
		r := scan(t, s, matcher{}, o)
		if len(r.Findings) != 1 || r.Findings[0].Pairing == nil || r.Findings[0].Severity != c.want {
			t.Errorf("%s: %d findings, the first is %s", name, len(r.Findings), r.Findings[0].Severity)
		}
	}
}

// Ten thousand halves cost no product of them, wherever they stand.
func TestManyHalves(t *testing.T) {
	const n = 10_000
	for name, spot := range map[string]func(i int, what string) []scanner.Spot{
		"one directory": func(i int, what string) []scanner.Spot {
			return in(fmt.Sprint("c", i), "ann", 1+i%28, fmt.Sprint(what, i))
		},
		"one commit":       func(i int, what string) []scanner.Spot { return in("c1", "ann", 1, fmt.Sprint("d", i, "/", what)) },
		"a directory each": func(i int, what string) []scanner.Spot { return in("c1", "ann", 1, fmt.Sprint("d", i, "/x.", what)) },
		"one file":         func(i int, what string) []scanner.Spot { return in(fmt.Sprint("c", i), "ann", 1, "f") },
		"one page":         func(i int, what string) []scanner.Spot { return page("Keys", fmt.Sprint(i), 1) },
		"many places each": func(i int, what string) (list []scanner.Spot) {
			for k := range 15 {
				list = append(list, in(fmt.Sprint("c", k), "ann", 1+k%28, fmt.Sprint("d", i, "/v", k, "/x.", what))...)
			}
			return list
		},
	} {
		t.Run(name, func(t *testing.T) {
			files := map[string]file{}
			var names []string
			for i := range n {
				for _, what := range []string{"id", "sec"} {
					b := fmt.Sprint(what, i)
					files[b] = file{fmt.Sprintf("%s-%d", what, i), spot(i, what)}
					names = append(names, b)
				}
			}
			start := time.Now()
			r := scan(t, newSource(files, names...), matcher{}, options())
			if len(r.Findings) < n || len(r.Findings) > 2*n {
				t.Errorf("%d findings", len(r.Findings))
			}
			t.Logf("%d findings, %s", len(r.Findings), time.Since(start))
			if d := time.Since(start); d > slower*10*time.Second {
				t.Errorf("took %s", d)
			}
		})
	}
}

// Whatever stands wherever: no value is lost, none is in two pairs of different
// texts, and the order of the sweep makes no difference.
func TestPairingLosesNothing(t *testing.T) {
	for seed := range uint64(300) {
		r := rand.New(rand.NewPCG(seed, 3))
		files := map[string]file{}
		var names []string
		values := map[string]bool{}
		for i := range 1 + r.IntN(12) {
			var b strings.Builder
			for range 1 + r.IntN(4) {
				word := fmt.Sprintf("%s-%d", []string{"id", "sec", "tok"}[r.IntN(3)], r.IntN(6))
				values[word] = true
				b.WriteString(word + strings.Repeat("\n", r.IntN(80)) + " ")
			}
			dirs := []string{"", "a/", "a/b/", "c/d/e/"}
			spot := in(fmt.Sprint("c", r.IntN(3)), []string{"ann", "bob"}[r.IntN(2)], 1+r.IntN(28), dirs[r.IntN(len(dirs))]+string(rune('f'+r.IntN(4))))
			switch r.IntN(5) {
			case 0:
				spot = untracked(spot[0].Path)
			case 1:
				spot = page("P", fmt.Sprint(r.IntN(3)), 1)
			case 2:
				spot[0].Path = ""
			}
			name := fmt.Sprint("blob", i)
			files[name] = file{b.String(), spot}
			names = append(names, name)
		}
		var first []string
		for range 2 {
			report := scan(t, newSource(files, names...), matcher{}, showing())
			got := say(report)
			if first != nil && !slices.Equal(got, first) {
				t.Fatalf("seed %d: the order of the sweep shows\n%q\n%q", seed, first, got)
			}
			first = got
			slices.Reverse(names)
			checkParts(t, seed, report, values)
		}
	}
}

func showing() scanner.Options {
	o := options()
	o.ShowSecrets = true
	return o
}

// checkParts checks that a report has every value, and that only pairs of one
// text share any.
func checkParts(t *testing.T, seed uint64, r *scanner.Report, values map[string]bool) {
	t.Helper()
	seen, across := map[string]bool{}, map[string]int{}
	for _, f := range r.Findings {
		parts := []string{f.KeyID}
		for _, s := range []*scanner.SecretInfo{f.Secret, f.SessionToken} {
			if s != nil {
				parts = append(parts, *s.Value)
			}
		}
		for _, v := range parts {
			seen[v] = true
			if f.Pairing != nil && strings.HasPrefix(f.Pairing.Ground, "secret ") {
				across[v]++
			}
		}
		if f.Pairing != nil && (f.Pairing.Candidates < 1 || len(f.Pairing.Secrets()) < 1 || string(f.Pairing.Secrets()[0].Reveal()) != *f.Secret.Value) {
			t.Errorf("seed %d: %+v of %s", seed, f.Pairing, f.KeyID)
		}
		if f.Count == 0 || f.First == nil {
			t.Errorf("seed %d: %s stands nowhere", seed, f.Rule)
		}
	}
	for v := range values {
		if !seen[v] && !strings.HasPrefix(v, "tok") { // of several tokens of one pair, one is its token
			t.Errorf("seed %d: %s is lost", seed, v)
		}
		if across[v] > 1 {
			t.Errorf("seed %d: %s is in %d pairs", seed, v, across[v])
		}
	}
}
