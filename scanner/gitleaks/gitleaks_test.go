package gitleaks_test

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/awscred/awscred/internal/redact"
	"github.com/awscred/awscred/scanner"
	"github.com/awscred/awscred/scanner/gitleaks"
)

// names says that gitleaks calls our rule "ours" "theirs".
func names(rule string) []string {
	if rule == "ours" {
		return []string{"ours", "theirs"}
	}
	return []string{rule}
}

func standing(rule, commit, path string, line int, via ...string) scanner.Standing {
	return scanner.Standing{
		Rule: &scanner.Rule{ID: rule, Pattern: "x"}, Commit: commit, Path: path, Via: via,
		Line: line, MatchLine: line, MatchColumn: 5, Value: redact.New("s3cret"),
	}
}

const ignoreFile = "\ufeff# keys of the sandbox,\r\n# switched off in May\r\n" +
	"app/a.env:theirs:3\n" +
	"\n" +
	"c0ffee:app/b.env:theirs:4\n" +
	"  win\\dir\\c.env:github-pat:5  \n" +
	"c0ffee:win\\d.env:github-pat:6\n" +
	"with:colon.env:github-pat:7:8\n" +
	"lib.zip!in/e.env:github-pat:9\n" +
	"certs/key.p12:pkcs12-file:0\n" +
	"app/a.env:theirs:3\n" +
	"only words\n"

func TestIgnoreFile(t *testing.T) {
	f := gitleaks.ReadIgnoreFile(".gitleaksignore", []byte(ignoreFile), names)
	key := standing("pkcs12-file", "c1", "certs/key.p12", 1)
	key.Rule.Pattern = ""
	later := standing("theirs", "c1", "app/a.env", 4)
	later.MatchLine = 3
	for _, c := range []struct {
		what string
		at   scanner.Standing
		want string // the reason; "" means not ignored
	}{
		{"its rule", standing("theirs", "c1", "app/a.env", 3), ".gitleaksignore:3: keys of the sandbox, switched off in May"},
		{"a rule in its place", standing("ours", "", "app/a.env", 3), ".gitleaksignore:3: keys of the sandbox, switched off in May"},
		{"where the match begins", later, ".gitleaksignore:3: keys of the sandbox, switched off in May"},
		{"another rule", standing("github-pat", "c1", "app/a.env", 3), ""},
		{"another line", standing("theirs", "c1", "app/a.env", 4), ""},
		{"another file", standing("theirs", "c1", "a.env", 3), ""},
		{"its commit", standing("theirs", "c0ffee", "app/b.env", 4), ".gitleaksignore:5"},
		{"another commit", standing("theirs", "c1", "app/b.env", 4), ""},
		{"no commit", standing("theirs", "", "app/b.env", 4), ""},
		{"backslashes", standing("github-pat", "", "win/dir/c.env", 5), ".gitleaksignore:6"},
		{"backslashes behind a commit", standing("github-pat", "c0ffee", "win/d.env", 6), ".gitleaksignore:7"},
		{"a member of an archive", standing("github-pat", "c1", "lib.zip", 9, "in/e.env"), ".gitleaksignore:9"},
		{"the archive itself", standing("github-pat", "c1", "lib.zip", 9), ""},
		{"a file found by its path", key, ".gitleaksignore:10"},
		{"a message", standing("theirs", "c1", "", 3), ""},
	} {
		s, lasting := f.Ignored(c.at)
		got := ""
		if s != nil {
			got = s.Reason
		}
		if got != c.want || lasting != (c.want != "") || s != nil && s.By != "ignore-file" {
			t.Errorf("%s: %v, %v; want %q", c.what, s, lasting, c.want)
		}
	}
	if d := cmp.Diff([]int{8, 12}, f.Strange()); d != "" {
		t.Errorf("strange lines (-want +got):\n%s", d)
	}
	if d := cmp.Diff([]int{8, 12}, f.Unmet()); d != "" {
		t.Errorf("lines that met nothing (-want +got):\n%s", d)
	}
	if f.Len() != 8 {
		t.Errorf("%d places, want 8", f.Len())
	}
}

// element writes one finding as gitleaks does.
func element(rule, commit, path string, line, column int, secret string) string {
	return fmt.Sprintf(`{"RuleID":%q,"Description":"d","StartLine":%d,"EndLine":%d,"StartColumn":%d,"EndColumn":9,"Match":"k=%s","Secret":%q,"File":%q,"SymlinkFile":"","Commit":%q,"Entropy":3.5,"Author":"A","Email":"a@example.com","Date":"2024-01-01T00:00:00Z","Message":"m","Tags":[],"Fingerprint":"f"}`,
		rule, line, line, column, secret, secret, path, commit)
}

func report(elements ...string) []byte {
	return []byte("[\n " + strings.Join(elements, ",\n ") + "\n]\n")
}

func TestBaseline(t *testing.T) {
	list, err := gitleaks.ReadReport("gl.json", report(
		element("theirs", "c1", "a.env", 3, 5, "s3cret"),
		element("theirs", "c1", "a.env", 4, 5, "another"),
		element("theirs", "c1", "a.env", 5, 6, "REDACTED"),
		element("theirs", "c1", "a.env", 6, 9, "s3..."),
		element("theirs", "", "a.env", 7, 1, "s3cret"),
	))
	if err != nil {
		t.Fatal(err)
	}
	b := gitleaks.NewBaseline("gl.json", list, names)
	for _, c := range []struct {
		what    string
		at      scanner.Standing
		in      bool
		lasting bool
	}{
		{"the same", standing("theirs", "c1", "a.env", 3), true, true},
		{"a rule in its place", standing("ours", "c1", "a.env", 3), true, true},
		{"another rule for the same secret", standing("github-pat", "c1", "a.env", 3), true, true},
		{"another rule in another line", standing("github-pat", "c1", "a.env", 5), false, false},
		{"another secret there", standing("theirs", "c1", "a.env", 4), false, false},
		{"another commit", standing("theirs", "c2", "a.env", 3), false, false},
		{"no commit", standing("theirs", "", "a.env", 3), false, false},
		{"redacted, the same column", standing("theirs", "c1", "a.env", 5), true, true},
		{"redacted, another column", standing("theirs", "c1", "a.env", 6), false, false},
		{"a report on files", standing("theirs", "", "a.env", 7), true, false},
		{"a report on files, in a commit", standing("theirs", "c1", "a.env", 7), false, false},
	} {
		s, lasting := b.Ignored(c.at)
		if (s != nil) != c.in || lasting != c.lasting || s != nil && (s.By != "baseline" || s.Reason != "in gl.json") {
			t.Errorf("%s: %v, %v", c.what, s, lasting)
		}
	}
	if b.Len() != 5 || b.Unmet() != 2 {
		t.Errorf("%d findings, %d of them met nothing; want 5 and 2", b.Len(), b.Unmet())
	}
}

func TestReadReportRefuses(t *testing.T) {
	one := element("r", "c", "f", 1, 1, "hunter2hunter2")
	for name, c := range map[string]struct{ text, want string }{
		"nothing":        {"", "line 1: it is no list"},
		"SARIF":          {`{"runs":[]}`, "line 1: it is no list"},
		"CSV":            {"RuleID,Commit\n", "line 1: it is no list"},
		"cut":            {string(report(one)[:60]), "line 2: it ends too early"},
		"cut at the end": {"[\n" + one, "line 2: it ends too early"},
		"a wrong type":   {"[\n" + one + ",\n{\"RuleID\":\"r\",\"StartLine\":\"1\"}]", "line 3: StartLine is of a wrong type"},
		"no findings":    {"[1]", "line 1: it is no list of findings"},
		"other findings": {"[\n\n{\"rule\":\"r\"}]", "line 3: a finding has no RuleID"},
		"no JSON":        {"[\n{\"RuleID\":hunter2hunter2}]", "line 2: it is no JSON"},
		"more behind it": {"[]\n[]", "line 2: something follows it"},
		"deep":           {strings.Repeat("[", 200000), "line 1: "},
	} {
		list, err := gitleaks.ReadReport("gl.json", []byte(c.text))
		if err == nil || !strings.Contains(err.Error(), c.want) || !strings.HasPrefix(err.Error(), `reading report "gl.json", `) {
			t.Errorf("%s: %d findings, error %v; want one with %q", name, len(list), err, c.want)
		}
		if err != nil && strings.Contains(err.Error(), "hunter2") {
			t.Errorf("%s: the error has the secret: %v", name, err)
		}
	}
	for _, text := range []string{"[]", " [ ]\n", string(report(one))} {
		if _, err := gitleaks.ReadReport("gl.json", []byte(text)); err != nil {
			t.Errorf("%s: %v", text, err)
		}
	}
}

// Whatever an ignore file holds, it ignores no more than the places it names.
func FuzzIgnoreFile(f *testing.F) {
	f.Add([]byte(ignoreFile))
	f.Add([]byte("a:b:1\r\nc:a:b:1\n::\n:::\n\xff:x:1\n"))
	f.Fuzz(func(t *testing.T, data []byte) {
		file := gitleaks.ReadIgnoreFile("f", data, names)
		if file.Len() > strings.Count(string(data), "\n")+1 || !slices.IsSorted(file.Strange()) {
			t.Errorf("%d places, strange are %v", file.Len(), file.Strange())
		}
		s, _ := file.Ignored(standing("theirs", "c0ffee", "app/b.env", 4))
		if s != nil && !strings.Contains(strings.ReplaceAll(string(data), `\`, "/"), "app/b.env:theirs:4") {
			t.Errorf("%v is in no line", s)
		}
	})
}

func FuzzReadReport(f *testing.F) {
	f.Add(report(element("r", "c", "f", 1, 1, "s")))
	f.Add([]byte("[{\"RuleID\":\"r\",\"Secret\":null}]"))
	f.Fuzz(func(t *testing.T, data []byte) {
		list, err := gitleaks.ReadReport("f", data)
		if err != nil {
			return
		}
		gitleaks.NewBaseline("f", list, names).Ignored(standing("r", "c", "f", 1))
	})
}

// What a commit's version of a file has at the line that a list names is accepted
// where it stands now, also by a scan that does not read that commit.
func TestHistory(t *testing.T) {
	const then = "first\nk = s3cret\nlast\n"
	for _, c := range []struct {
		what, entry, now string
		path             string
		want             bool
	}{
		{"the same line", "c1:a.env:r:2", then, "a.env", true},
		{"elsewhere in the file", "c1:a.env:r:2", "one\nmore\nk = s3cret\n", "a.env", true},
		{"another line", "c1:a.env:r:2", "k = s3cret # new\n", "a.env", false},
		{"another line of it", "c1:a.env:r:3", then, "a.env", false},
		{"another file", "c1:a.env:r:2", then, "b.env", false},
		{"another rule", "c1:a.env:q:2", then, "a.env", false},
		{"a commit that is not here", "c2:a.env:r:2", then, "a.env", false},
		{"no line", "c1:a.env:r:99", then, "a.env", false},
		{"no number", "c1:a.env:r:x", then, "a.env", false},
		{"the line above", "c1:a.env:r:1", then, "a.env", true}, // where the match may begin
	} {
		read := func(commit, path string) []byte {
			if commit != "c1" || path != "a.env" {
				return nil
			}
			return []byte(then)
		}
		at := strings.Index(c.now, "s3cret")
		s := standing("r", "", c.path, 77)
		s.Lines = scanner.NameLines([]byte(c.now), scanner.Span{Start: at, End: at + len("s3cret")})

		f := gitleaks.ReadIgnoreFile("f", []byte(c.entry), names)
		if got, _ := f.Ignored(s); got != nil {
			t.Errorf("%s: ignored without a history", c.what)
		}
		f.History = &gitleaks.History{Read: read}
		if got, lasting := f.Ignored(s); (got != nil) != c.want || lasting != c.want {
			t.Errorf("%s: the ignore file says %v", c.what, got)
		}

		e := strings.Split(c.entry, ":")
		line, err := strconv.Atoi(e[3])
		if err != nil {
			continue
		}
		for _, secret := range []string{"s3cret", "REDACTED", "another"} {
			list, err := gitleaks.ReadReport("f", report(element(e[2], e[0], e[1], line, 5, secret)))
			if err != nil {
				t.Fatal(err)
			}
			b := gitleaks.NewBaseline("f", list, names)
			b.History = &gitleaks.History{Read: read}
			if got, _ := b.Ignored(s); (got != nil) != (c.want && secret != "another") {
				t.Errorf("%s: the baseline with %s says %v", c.what, secret, got)
			}
		}
	}
}
