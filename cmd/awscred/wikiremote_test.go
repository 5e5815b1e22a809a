package main

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/cgi"
	"net/http/httptest"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/awscred/awscred/internal/keytest"
	"github.com/awscred/awscred/scanner"
)

func TestWikiURL(t *testing.T) {
	for remote, want := range map[string]string{
		"https://github.com/acme/ops.git":                             "https://github.com/acme/ops.wiki.git",
		"https://github.com/acme/ops":                                 "https://github.com/acme/ops.wiki.git",
		"https://bob:pw@github.com/acme/ops":                          "https://bob:pw@github.com/acme/ops.wiki.git",
		"git@github.com:acme/ops.git":                                 "ssh://git@github.com/acme/ops.wiki.git",
		"ssh://git@gitlab.example.com:2222/a/b/ops.git":               "ssh://git@gitlab.example.com:2222/a/b/ops.wiki.git",
		"https://codeberg.org/acme/ops.wiki.git":                      "https://codeberg.org/acme/ops.wiki.git",
		"http://127.0.0.1:3000/acme/ops":                              "http://127.0.0.1:3000/acme/ops.wiki.git",
		"https://bitbucket.org/acme/ops.git":                          "https://bitbucket.org/acme/ops.git/wiki",
		"git@bitbucket.org:acme/ops.git":                              "ssh://git@bitbucket.org/acme/ops.git/wiki",
		"https://bitbucket.org/acme/ops.git/wiki":                     "https://bitbucket.org/acme/ops.git/wiki",
		"https://acme@dev.azure.com/acme/Shop/_git/ops":               "https://acme@dev.azure.com/acme/Shop/_git/Shop.wiki",
		"https://dev.azure.com/acme/_git/Shop":                        "https://dev.azure.com/acme/Shop/_git/Shop.wiki",
		"git@ssh.dev.azure.com:v3/acme/Shop/ops":                      "ssh://git@ssh.dev.azure.com/v3/acme/Shop/Shop.wiki",
		"https://acme.visualstudio.com/DefaultCollection/Shop/_git/x": "https://dev.azure.com/acme/Shop/_git/Shop.wiki",
		"/srv/git/ops.git":                                            "",
		"file:///srv/git/ops.git":                                     "",
		"https://github.com/":                                         "",
		"C:\\src\\ops":                                                "",
	} {
		if got := wikiURL(remote); got != want {
			t.Errorf("%s: got %q, want %q", remote, got, want)
		}
	}
}

func TestWithoutPassword(t *testing.T) {
	for name, want := range map[string]string{
		"https://bob:p%40@example.com/x.git": "https://example.com/x.git",
		"https://bob:p@ss@example.com/x":     "https://example.com/x",
		"https://%zz:pw@example.com/x":       "https://example.com/x",
		"git@example.com:x":                  "git@example.com:x",
		"https://example.com":                "https://example.com",
	} {
		if got := withoutPassword(name); got != want {
			t.Errorf("%s: got %q, want %q", name, got, want)
		}
	}
}

func TestLogins(t *testing.T) {
	netrc := "# mine\nmachine other.example.com login x password y\nmacdef init\ncd /machine example.com login wrong password wrong\n\n" +
		"machine example.com\n  login bob\n  account z\n  password sesame\ndefault login anonymous password guest\n"
	store := "https://x:y@other.example.com\nhttps://ann:open%20me@example.com:8443\nhttps://ann:other@example.com:8443/acme/y.git\nhttp://ann:plain@example.com\nnonsense\n"
	for address, want := range map[string][2]string{
		"https://example.com/a":                    {"bob sesame", ""},
		"https://EXAMPLE.com:8443/acme/x.git":      {"bob sesame", "ann open me"},
		"https://carol@example.com:8443/acme/x":    {"bob sesame", ""},
		"https://elsewhere.example.com/":           {"anonymous guest", ""},
		"http://example.com/":                      {"bob sesame", "ann plain"},
		"https://ex.other.example.com.evil.test/x": {"anonymous guest", ""},
	} {
		u, err := url.Parse(address)
		if err != nil {
			t.Fatal(err)
		}
		var got [2]string
		if l, ok := fromNetrc([]byte(netrc), u); ok {
			got[0] = l.user + " " + string(l.password.Reveal())
		}
		if l, ok := fromGitCredentials([]byte(store), u); ok {
			got[1] = l.user + " " + string(l.password.Reveal())
		}
		if got != want {
			t.Errorf("%s: got %q, want %q", address, got, want)
		}
	}
	u, _ := url.Parse("https://nobody.example.com/")
	if l, ok := fromNetrc([]byte("machine example.com login a password b"), u); ok {
		t.Errorf("a login of another host: %v", l)
	}
}

// git runs git in a directory, with nobody's configuration.
func git(t *testing.T, dir string, args ...string) {
	t.Helper()
	c := exec.Command("git", args...)
	c.Dir = dir
	c.Env = append(os.Environ(), "GIT_CONFIG_GLOBAL=/dev/null", "GIT_CONFIG_SYSTEM=/dev/null",
		"GIT_AUTHOR_NAME=Ann", "GIT_AUTHOR_EMAIL=ann@example.com", "GIT_COMMITTER_NAME=Ann", "GIT_COMMITTER_EMAIL=ann@example.com",
		"GIT_AUTHOR_DATE=2026-03-01T10:00:00Z", "GIT_COMMITTER_DATE=2026-03-01T10:00:00Z")
	if out, err := c.CombinedOutput(); err != nil {
		t.Fatalf("git %v: %v\n%s", args, err, out)
	}
}

// gitHost serves repositories as a host of them does: some are for everybody,
// those below /private for ann.
func gitHost(t *testing.T) (dir string, s *httptest.Server) {
	t.Helper()
	if _, err := exec.LookPath("git"); err != nil {
		t.Skip("there is no git")
	}
	out, err := exec.Command("git", "--exec-path").Output()
	if err != nil {
		t.Fatal(err)
	}
	dir = t.TempDir()
	backend := &cgi.Handler{Path: filepath.Join(strings.TrimSpace(string(out)), "git-http-backend"),
		Env: []string{"GIT_PROJECT_ROOT=" + dir, "GIT_HTTP_EXPORT_ALL=1", "HOME=" + dir}, Stderr: io.Discard}
	if _, err := os.Stat(backend.Path); err != nil {
		t.Skip("there is no git-http-backend")
	}
	s = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if user, password, _ := r.BasicAuth(); strings.HasPrefix(r.URL.Path, "/private/") && (user != "ann" || password != "sesame-17") {
			w.Header().Set("WWW-Authenticate", "Basic")
			w.WriteHeader(http.StatusUnauthorized)
			return
		}
		backend.ServeHTTP(w, r)
	}))
	t.Cleanup(s.Close)
	return dir, s
}

// commit writes a file of a work tree and commits it.
func commit(t *testing.T, tree, name, text string) {
	t.Helper()
	if err := os.WriteFile(filepath.Join(tree, name), []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	git(t, tree, "add", ".")
	git(t, tree, "commit", "-q", "-m", "edit "+name)
}

// scanned runs a scan and reads its report.
func scanned(t *testing.T, env []string, args ...string) (int, *scanner.Report, string) {
	t.Helper()
	code, out, errs := runHere(t, env, "", append([]string{"scan", "--format", "json"}, args...)...)
	r := new(scanner.Report)
	if err := json.Unmarshal([]byte(out), r); err != nil && code != exitUsage {
		t.Fatalf("%v\n%s", err, errs)
	}
	return code, r, errs
}

// pages lists where a report says that keys are.
func pages(r *scanner.Report) []string {
	list := []string{}
	for _, f := range r.Findings {
		for _, oc := range f.Occurrences {
			at := oc.Path
			if oc.Page != nil {
				at = "page " + *oc.Page + " " + *oc.State
			}
			if oc.Part != scanner.SecretPart {
				list = append(list, f.KeyID+" "+string(oc.Place)+" "+at)
			}
		}
	}
	slices.Sort(list)
	return list
}

// A URL is cloned and scanned; --wiki auto finds the wiki that belongs to it. That
// there is none, and that it could not be read, are not the same.
func TestCloneAndWiki(t *testing.T) {
	dir, host := gitHost(t)
	pair := func(n int) string {
		return "AWS_ACCESS_KEY_ID=" + keytest.ID(n) + "\nAWS_SECRET_ACCESS_KEY=" + keytest.Secret(n) + "\n"
	}
	tree := filepath.Join(dir, "tree")
	for name, texts := range map[string][][2]string{
		"ops.git":              {{"main.tf", pair(1)}},
		"ops.wiki.git":         {{"Run-book.md", pair(2)}, {"Run-book.md", "use the role"}, {"Home.md", pair(3)}},
		"private/ops.wiki.git": {{"Home.md", pair(4)}},
		"lonely.git":           {{"readme", "hello"}},
	} {
		if err := os.RemoveAll(tree); err != nil {
			t.Fatal(err)
		}
		git(t, dir, "init", "-q", tree)
		for _, f := range texts {
			commit(t, tree, f[0], f[1])
		}
		git(t, dir, "clone", "-q", "--mirror", tree, filepath.Join(dir, name))
	}
	git(t, dir, "init", "-q", "--bare", filepath.Join(dir, "lonely.wiki.git"))
	local := filepath.Join(dir, "local")
	git(t, dir, "clone", "-q", filepath.Join(dir, "ops.git"), local)
	home := t.TempDir()
	env := []string{"HOME=" + home}
	remote := func(path string) { git(t, local, "remote", "set-url", "origin", host.URL+path) }
	tmp := t.TempDir()
	t.Setenv("TMPDIR", tmp)

	code, r, errs := scanned(t, env, host.URL+"/ops.git")
	if want := []string{keytest.ID(1) + " history main.tf"}; code != exitFound || !slices.Equal(pages(r), want) || r.Findings[0].Exposure != scanner.Pushed {
		t.Errorf("a repository: code %d, %v\n%s", code, pages(r), errs)
	}
	wanted := []string{keytest.ID(2) + " wiki page Run-book superseded", keytest.ID(3) + " wiki page Home current"}
	slices.Sort(wanted)
	for _, name := range []string{host.URL + "/ops.wiki.git", filepath.Join(dir, "ops.wiki.git")} {
		code, r, errs = scanned(t, env, "--wiki", name)
		if code != exitFound || !slices.Equal(pages(r), wanted) || r.Coverage.Pages != 2 {
			t.Errorf("%s: code %d, %v\n%s", name, code, pages(r), errs)
		}
	}
	remote("/ops.git")
	code, r, errs = scanned(t, env, local, "--wiki", "auto")
	if code != exitFound || len(pages(r)) < 3 || !slices.Contains(pages(r), wanted[0]) || !r.Complete() {
		t.Errorf("auto: code %d, %v\n%s", code, pages(r), errs)
	}

	// nothing there
	for _, path := range []string{"/nothing.git", "/lonely.git"} {
		remote(path)
		code, r, errs = scanned(t, env, "--fail-on", "never", local, "--wiki", "auto")
		if notes := fmt.Sprint(r.Coverage.Notes); code != exitOK || !strings.Contains(notes, "there is no wiki") && !strings.Contains(notes, "the wiki has no page yet") {
			t.Errorf("%s: code %d, %v %v\n%s", path, code, notes, r.Coverage.Lost, errs)
		}
	}
	code, r, _ = scanned(t, env, "--wiki", host.URL+"/nothing.wiki.git")
	if code != exitIncomplete || len(r.Coverage.Lost) != 1 {
		t.Errorf("a wiki that somebody names and that is not there: code %d, %v", code, r.Coverage.Lost)
	}

	// not for everybody
	remote("/private/ops.git")
	code, r, errs = scanned(t, env, "--fail-on", "never", local, "--wiki", "auto")
	if code != exitIncomplete || !strings.Contains(fmt.Sprint(r.Coverage.Lost), "asks for a login") {
		t.Errorf("private: code %d, %v\n%s", code, r.Coverage.Lost, errs)
	}
	secret := []string{keytest.ID(4) + " wiki page Home current"}
	if err := os.WriteFile(filepath.Join(home, ".netrc"), []byte("machine 127.0.0.1 login ann password sesame-17\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	code, r, errs = scanned(t, env, "--wiki", host.URL+"/private/ops.wiki.git")
	if code != exitFound || !slices.Equal(pages(r), secret) || strings.Contains(errs, "sesame") {
		t.Errorf("with ~/.netrc: code %d, %v\n%s", code, pages(r), errs)
	}
	helped := t.TempDir()
	helper := "[credential]\n\thelper = \"!f() { echo username=ann; echo password=sesame-17; }; f\"\n"
	if err := os.WriteFile(filepath.Join(helped, ".gitconfig"), []byte(helper), 0o600); err != nil {
		t.Fatal(err)
	}
	env = []string{"HOME=" + helped, "PATH=" + os.Getenv("PATH")}
	code, _, _ = scanned(t, env, "--wiki", host.URL+"/private/ops.wiki.git")
	if code != exitIncomplete {
		t.Errorf("git's helper was asked without being told to: code %d", code)
	}
	code, r, errs = scanned(t, env, "--credential-helper", "--wiki", host.URL+"/private/ops.wiki.git")
	if code != exitFound || !slices.Equal(pages(r), secret) || strings.Contains(errs, "sesame") {
		t.Errorf("with git's helper: code %d, %v\n%s", code, pages(r), errs)
	}
	if left, err := os.ReadDir(tmp); err != nil || len(left) > 0 {
		t.Errorf("left on the disk: %v, %v", left, err)
	}
}

// The wiki of the conformance data over HTTP: every key that was planted, on its
// page, in its revision, and nothing else.
func TestConformanceGitWiki(t *testing.T) {
	data := os.Getenv("AWSCRED_CONFORMANCE")
	if data == "" {
		t.Skip("AWSCRED_CONFORMANCE is not set")
	}
	dir, host := gitHost(t)
	git(t, dir, "clone", "-q", "--mirror", filepath.Join(data, "wiki/git-wikis/acme.wiki.bundle"), "acme.wiki.git")
	var m struct {
		Findings []struct {
			Artefact, Page, Revision, Author, Time, Field string
			ID                                            string `json:"access_key_id"`
			Secret                                        string
			Line                                          int
			Current                                       *bool `json:"in_current_revision"`
		}
	}
	text, err := os.ReadFile(filepath.Join(data, "wiki/manifest.json"))
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(text, &m); err != nil {
		t.Fatal(err)
	}
	want, got := []string{}, []string{}
	for _, f := range m.Findings {
		if !strings.HasPrefix(f.Artefact, "git-wikis/") {
			continue
		}
		page := strings.TrimSuffix(f.Page, filepath.Ext(f.Page))
		if f.Field == "attachment" {
			page = f.Page
		}
		at, err := time.Parse(time.RFC3339, f.Time)
		if err != nil {
			t.Fatal(err)
		}
		visible := f.Current == nil || *f.Current
		want = append(want, fmt.Sprint(f.ID, f.Secret, page, f.Revision, f.Author, at.Unix(), f.Line, visible))
	}
	_, r, errs := scanned(t, nil, "--show-secrets", "--wiki", host.URL+"/acme.wiki.git")
	for _, f := range r.Findings {
		for _, oc := range f.Occurrences {
			if oc.Part == scanner.SecretPart {
				continue
			}
			at, err := time.Parse(time.RFC3339, oc.Time)
			if err != nil {
				t.Fatal(err)
			}
			name, _, _ := strings.Cut(oc.Author, " <")
			got = append(got, fmt.Sprint(f.KeyID, *f.Secret.Value, *oc.Page, *oc.Revision, name, at.Unix(), oc.Line, *oc.State == "current"))
		}
	}
	slices.Sort(want)
	slices.Sort(got)
	if !slices.Equal(got, want) || len(want) < 8 || !r.Complete() {
		t.Errorf("got\n%s\nwant\n%s\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"), errs)
	}
}

// A walk through a wiki that is stopped goes on where it was; the file that keeps
// where says nothing else.
func TestWikiState(t *testing.T) {
	expired := true
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		q := r.URL.Query()
		if r.Header.Get("Authorization") != "Bearer t0ken" {
			io.WriteString(w, `{"error":{"code":"readapidenied"}}`)
			return
		}
		switch {
		case q.Get("meta") != "":
			io.WriteString(w, `{"query":{"general":{"sitename":"Ops"},"namespaces":{"0":{"id":0}},"userinfo":{}}}`)
		case q.Get("list") == "allpages":
			io.WriteString(w, `{"query":{"allpages":[{"pageid":1,"ns":0,"title":"A"},{"pageid":2,"ns":0,"title":"B"},{"pageid":3,"ns":0,"title":"C"}]}}`)
		case q.Get("prop") == "revisions" && q.Get("pageids") == "2" && expired:
			w.WriteHeader(http.StatusUnauthorized)
		case q.Get("prop") == "revisions":
			n := int(q.Get("pageids")[0] - '0')
			fmt.Fprintf(w, `{"query":{"pages":[{"title":"x","revisions":[{"revid":%d,"user":"Bob","timestamp":"2026-01-01T00:00:00Z","slots":{"main":{"content":"key %s %s"}}}]}]}}`, n, keytest.ID(n), keytest.Secret(n))
		default:
			io.WriteString(w, `{"query":{}}`)
		}
	}))
	defer s.Close()
	token := filepath.Join(t.TempDir(), "token")
	if err := os.WriteFile(token, []byte("t0ken\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	env := []string{"AWSCRED_WIKI_TOKEN_FILE=" + token}
	state := filepath.Join(t.TempDir(), "state.json")
	args := []string{"--wiki", s.URL + "/api.php", "--wiki-state", state}

	code, r, errs := scanned(t, nil, args...)
	if code != exitIncomplete || !strings.Contains(fmt.Sprint(r.Coverage.Lost), "shows nothing without a login") {
		t.Errorf("without a login: code %d, %v\n%s", code, r.Coverage.Lost, errs)
	}
	code, r, errs = scanned(t, env, args...)
	if want := []string{keytest.ID(1) + " wiki page A current"}; code != exitFound || !slices.Equal(pages(r), want) || r.Complete() {
		t.Errorf("stopped: code %d, %v %v\n%s", code, pages(r), r.Coverage.Lost, errs)
	}
	kept, err := os.ReadFile(state)
	if err != nil || !strings.Contains(string(kept), `"done": "0 1 A"`) || strings.Contains(string(kept), keytest.ID(1)) || strings.Contains(errs+string(kept), "t0ken") {
		t.Errorf("kept %s, %v", kept, err)
	}
	expired = false
	code, r, errs = scanned(t, env, args...)
	want := []string{keytest.ID(2) + " wiki page B current", keytest.ID(3) + " wiki page C current"}
	slices.Sort(want)
	if code != exitFound || !slices.Equal(pages(r), want) || !r.Complete() || len(r.Coverage.Skipped) != 1 {
		t.Errorf("goes on: code %d, %v %v %v\n%s", code, pages(r), r.Coverage.Lost, r.Coverage.Skipped, errs)
	}
	if kept, err := os.ReadFile(state); err != nil || strings.Contains(string(kept), "done") {
		t.Errorf("kept after the end: %s, %v", kept, err)
	}
	code, _, errs = scanned(t, env, append(args, "--wiki", s.URL+"/other/api.php")...)
	if code != exitUsage || !strings.Contains(errs, "is for one wiki, and 2 are named") {
		t.Errorf("one token for two wikis: code %d\n%s", code, errs)
	}
}

// A roundTripper answers without a network.
type roundTripper func(*http.Request) int

// RoundTrip implements [http.RoundTripper].
func (f roundTripper) RoundTrip(r *http.Request) (*http.Response, error) {
	return &http.Response{StatusCode: f(r), Body: http.NoBody, Header: http.Header{"Location": {"https://github.com/a/b"}}, Request: r}, nil
}

// GitHub asks strangers for a login where there is no wiki; its page for people
// tells more.
func TestNoWikiAtGitHub(t *testing.T) {
	for name, c := range map[string]struct {
		page    int
		derived bool
		notes   int
	}{"none": {http.StatusFound, true, 1}, "there is one": {http.StatusOK, true, 0}, "named by the user": {http.StatusFound, false, 0}} {
		var asked []string
		target := &cloned{say: newSpeaker(io.Discard, nil), url: "https://github.com/a/b.wiki.git", isWiki: true, derived: c.derived}
		target.options.Via = roundTripper(func(r *http.Request) int {
			asked = append(asked, r.Method+" "+r.URL.String())
			if r.Method == http.MethodHead {
				return c.page
			}
			return http.StatusUnauthorized
		})
		if err := target.Sweep(t.Context(), nil); err != nil {
			t.Fatal(err)
		}
		cover := target.Coverage()
		if len(cover.Notes) != c.notes || len(cover.Lost) != 1-c.notes {
			t.Errorf("%s: notes %v, lost %v", name, cover.Notes, cover.Lost)
		}
		if want := "HEAD https://github.com/a/b/wiki"; slices.Contains(asked, want) != c.derived {
			t.Errorf("%s: asked %v", name, asked)
		}
	}
}
