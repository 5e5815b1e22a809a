package remote

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/awscred/awscred/internal/keytest"
	"github.com/awscred/awscred/internal/redact"
)

// pair is a key as pages have them, in the storage format.
func pair(n int) string {
	return "<p>AWS_ACCESS_KEY_ID=" + keytest.ID(n) + "</p><p>AWS_SECRET_ACCESS_KEY=" + keytest.Secret(n) + "</p>"
}

// code is a key in a macro, where nothing is escaped.
func code(n int) string {
	return `<ac:structured-macro ac:name="code"><ac:plain-text-body><![CDATA[if a < b && c:
  id = "` + keytest.ID(n) + `"
  secret = "` + keytest.Secret(n) + `"
]]></ac:plain-text-body></ac:structured-macro>`
}

// A stub answers as the documents of an interface say.
type stub struct {
	t      *testing.T
	server *httptest.Server
	// answers by path and query, the parameters in the order of their names
	answers map[string]any
	files   map[string]string
	busy    map[string]int // how often to say that it is too early
	login   string         // what Authorization must be
	expires int            // after so many requests; 0 is never
	asked   []string
}

func newStub(t *testing.T, login string) *stub {
	s := &stub{t: t, login: login, answers: map[string]any{}, files: map[string]string{}, busy: map[string]int{}}
	s.server = httptest.NewServer(s)
	t.Cleanup(s.server.Close)
	return s
}

// ServeHTTP implements [http.Handler].
func (s *stub) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	name := r.URL.Path
	if q := r.URL.Query().Encode(); q != "" {
		name += "?" + q
	}
	s.asked = append(s.asked, name)
	switch {
	case r.Header.Get("Authorization") != s.login, s.expires > 0 && len(s.asked) > s.expires:
		w.WriteHeader(http.StatusUnauthorized)
	case s.busy[name] > 0:
		s.busy[name]--
		w.Header().Set("Retry-After", "11")
		w.WriteHeader(http.StatusTooManyRequests)
	case s.files[name] != "":
		fmt.Fprint(w, s.files[name])
	case s.answers[name] != nil:
		if err := json.NewEncoder(w).Encode(s.answers[name]); err != nil {
			s.t.Error(err)
		}
	default:
		w.WriteHeader(http.StatusNotFound)
	}
}

func (s *stub) options() Options {
	return Options{Login: Login{User: "ann@example.com", Password: redact.New("t0ken")}, Wait: func(context.Context, time.Duration) error { return nil }}
}

type object = map[string]any

// results is a list, with where it goes on.
func results(next string, list ...any) object {
	if list == nil {
		list = []any{}
	}
	return object{"results": list, "_links": object{"next": next}}
}

func storage(text string) object { return object{"storage": object{"value": text}} }

func version(n int, author string) object {
	return object{"number": n, "message": "", "createdAt": fmt.Sprintf("2026-03-%02dT10:00:00.000Z", n), "authorId": author}
}

// cloudStub is a Confluence of the cloud with a page of three versions, one in the
// trash, an attachment of two versions, a comment and an answer to it.
func cloudStub(t *testing.T) *stub {
	s := newStub(t, "Basic YW5uQGV4YW1wbGUuY29tOnQwa2Vu")
	v2 := "/wiki/api/v2"
	pages := v2 + "/pages?body-format=storage&limit=250&sort=id&space-id=77&status=current&status=archived&status=trashed"
	more := v2 + "/pages?body-format=storage&cursor=c2&limit=250"
	s.answers[v2+"/spaces?keys=OPS"] = results("", object{"id": "77"})
	s.answers[pages] = results(more, object{"id": "9", "title": "Run-book", "status": "current", "version": version(3, "u1"), "body": storage("<p>use the role</p>")})
	s.answers[more] = results("", object{"id": "12", "title": "Old", "status": "trashed", "version": version(1, "u2"), "body": storage(pair(2))})
	s.answers[v2+"/blogposts?body-format=storage&limit=250&sort=id&space-id=77&status=current&status=trashed"] = results("",
		object{"id": "15", "title": "News", "status": "current", "version": version(1, "u3"), "body": storage(code(6))})
	s.answers[v2+"/pages/9/versions?limit=50"] = results(v2+"/pages/9/versions?cursor=v2&limit=50", version(3, "u1"), version(2, "u2"))
	s.answers[v2+"/pages/9/versions?cursor=v2&limit=50"] = results("", version(1, "u1"))
	s.answers[v2+"/pages/9?body-format=storage&version=2"] = object{"body": storage(code(1))}
	s.answers[v2+"/pages/9?body-format=storage&version=1"] = object{"body": storage("<p>first &amp; empty</p>")}
	s.answers[v2+"/pages/12/versions?limit=50"] = results("", version(1, "u2"))
	s.answers[v2+"/blogposts/15/versions?limit=50"] = results("", version(1, "u3"))
	for _, p := range []string{"/pages/9", "/pages/12", "/blogposts/15"} {
		s.answers[v2+p+"/attachments?limit=250&status=current&status=archived&status=trashed"] = results("")
		s.answers[v2+p+"/footer-comments?body-format=storage&limit=250"] = results("")
		s.answers[v2+p+"/inline-comments?body-format=storage&limit=250"] = results("")
	}
	s.answers[v2+"/pages/9/attachments?limit=250&status=current&status=archived&status=trashed"] = results("",
		object{"id": "att4", "title": "keys.env", "status": "current", "version": version(2, "u2"), "downloadLink": "/download/attachments/9/keys.env?version=2&modificationDate=1"})
	s.answers[v2+"/attachments/att4/versions?limit=50"] = results("", version(2, "u2"), version(1, "u1"))
	s.files["/wiki/download/attachments/9/keys.env?version=1"] = "AWS_ACCESS_KEY_ID=" + keytest.ID(3) + "\nAWS_SECRET_ACCESS_KEY=" + keytest.Secret(3) + "\n"
	s.files["/wiki/download/attachments/9/keys.env?version=2"] = "empty now\n"
	s.answers[v2+"/pages/9/footer-comments?body-format=storage&limit=250"] = results("", object{"id": "20", "version": version(1, "u4"), "body": storage("<p>which key?</p>")})
	s.answers[v2+"/footer-comments/20/versions?limit=50"] = results("", version(1, "u4"))
	s.answers[v2+"/footer-comments/20/children?body-format=storage&limit=250"] = results("", object{"id": "21", "version": version(1, "u1"), "body": storage(pair(4))})
	s.answers[v2+"/footer-comments/21/versions?limit=50"] = results("", version(1, "u1"))
	s.answers[v2+"/footer-comments/21/children?body-format=storage&limit=250"] = results("")
	s.busy[more], s.busy[v2+"/pages/9?body-format=storage&version=2"] = 2, 1
	return s
}

func sighting(n int, rest ...string) string {
	return strings.Join(append([]string{keytest.ID(n), keytest.Secret(n)}, rest...), " | ")
}

func cloudKeys() []string {
	want := []string{
		sighting(1, "Run-book", "version 2", "u2", "2026-03-02T10:00:00Z", "content", "superseded"),
		sighting(2, "Old", "version 1", "u2", "2026-03-01T10:00:00Z", "content", "deleted"),
		sighting(3, "Run-book", "version 1", "u1", "2026-03-01T10:00:00Z", "attachment", "superseded"),
		sighting(4, "Run-book", "comment 21", "u1", "2026-03-01T10:00:00Z", "comment", "current"),
		sighting(6, "News", "version 1", "u3", "2026-03-01T10:00:00Z", "content", "current"),
	}
	slices.Sort(want)
	return want
}

func open(t *testing.T, s *stub, path string, o Options) *Reader {
	t.Helper()
	u, err := url.Parse(s.server.URL + path)
	if err != nil {
		t.Fatal(err)
	}
	if path == "/wiki" {
		return ConfluenceCloud("the wiki", u, "OPS", o)
	}
	return Confluence("the wiki", u, "OPS", o)
}

func TestConfluenceCloud(t *testing.T) {
	s := cloudStub(t)
	var waited []time.Duration
	o := s.options()
	o.Wait = func(_ context.Context, d time.Duration) error {
		waited = append(waited, d)
		return nil
	}
	r := scan(t, context.Background(), open(t, s, "/wiki", o))
	if got, want := sightings(r), cloudKeys(); !slices.Equal(got, want) || !r.Complete() {
		t.Errorf("got\n%s\nwant\n%s\nlost %s", strings.Join(got, "\n"), strings.Join(want, "\n"), lost(r))
	}
	if want := 11 * time.Second; !slices.Equal(waited, []time.Duration{want, want, want}) {
		t.Errorf("waited %v", waited)
	}
}

// A token that expires on the way loses the rest, and says what mends it. What a
// scan had got until then and what the next one gets is everything.
func TestConfluenceExpires(t *testing.T) {
	n := len(func() []string {
		s := cloudStub(t)
		scan(t, context.Background(), open(t, s, "/wiki", s.options()))
		return s.asked
	}())
	for after := 1; after < n; after++ {
		s := cloudStub(t)
		s.expires = after
		var at Position
		o := s.options()
		o.Reached = func(p Position) { at = p }
		first := scan(t, context.Background(), open(t, s, "/wiki", o))
		if first.Complete() || !strings.Contains(lost(first), "the login is not accepted, or has expired") || !strings.Contains(lost(first), fixLogin) {
			t.Errorf("after %d: lost %s", after, lost(first))
		}
		s.expires = 0
		o.Start = at
		second := scan(t, context.Background(), open(t, s, "/wiki", o))
		got := append(sightings(first), sightings(second)...)
		slices.Sort(got)
		if want := cloudKeys(); !slices.Equal(slices.Compact(got), want) || !second.Complete() {
			t.Errorf("after %d at %v: got\n%s\nwant\n%s\nlost %s", after, at, strings.Join(got, "\n"), strings.Join(want, "\n"), lost(second))
		}
	}
}

// A page that may not be seen is lost, and the others are read. Lists that lead
// elsewhere or in circles end.
func TestConfluenceMissing(t *testing.T) {
	v2 := "/wiki/api/v2"
	old := v2 + "/pages/9?body-format=storage&version=2"
	versions := v2 + "/pages/9/versions?limit=50"
	for name, c := range map[string]struct {
		change func(*stub)
		lost   string
		gone   int
	}{
		"a version":    {func(s *stub) { delete(s.answers, old) }, `the text of revision version 2 of "Run-book" not found`, 1},
		"a body":       {func(s *stub) { s.answers[old] = object{} }, "the wiki does not hand it over", 1},
		"a file":       {func(s *stub) { delete(s.files, "/wiki/download/attachments/9/keys.env?version=1") }, "the file keys.env", 1},
		"another host": {func(s *stub) { s.answers[versions] = results("https://example.com/x", version(2, "u2")) }, "another host", 0},
		"in circles": {func(s *stub) {
			s.answers[versions] = results(versions, version(2, "u2"), version(1, "u1"), version(3, "u1"))
		}, "repeats itself", 0},
		"too long to wait":   {func(s *stub) { s.busy[old] = 1000 }, "asks for a break", 1},
		"a page for people":  {func(s *stub) { delete(s.answers, old); s.files[old] = "<html>sign in</html>" }, "a page for people", -1},
		"a file of a friend": {func(s *stub) { s.redirectFile() }, "another host", 1},
	} {
		t.Run(name, func(t *testing.T) {
			s := cloudStub(t)
			c.change(s)
			r := scan(t, context.Background(), open(t, s, "/wiki", s.options()))
			if got := len(sightings(r)); c.gone >= 0 && got != len(cloudKeys())-c.gone && name != "too long to wait" {
				t.Errorf("found %d keys of %d", got, len(cloudKeys()))
			}
			if r.Complete() || !strings.Contains(lost(r), c.lost) {
				t.Errorf("lost %s, want %s", lost(r), c.lost)
			}
		})
	}
}

// redirectFile lets a file lie on another host that is none of Atlassian's.
func (s *stub) redirectFile() {
	other := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		s.t.Errorf("another host was asked, with %q", r.Header.Get("Authorization"))
	}))
	s.t.Cleanup(other.Close)
	s.server.Config.Handler = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if strings.HasPrefix(r.URL.Path, "/wiki/download/") && strings.Contains(r.URL.RawQuery, "version=1") {
			http.Redirect(w, r, other.URL+"/file", http.StatusFound)
			return
		}
		s.ServeHTTP(w, r)
	})
}

// A data center, with the wiki below a path, and a token.
func TestConfluenceDataCenter(t *testing.T) {
	s := newStub(t, "Bearer t0ken")
	rest := "/confluence/rest/api/content"
	v := func(n int, by string) object {
		return object{"number": n, "when": fmt.Sprintf("2026-03-%02dT10:00:00.000+01:00", n), "message": "", "by": object{"username": by}}
	}
	list := func(kind, status string) string {
		return rest + "?expand=body.storage%2Cversion&limit=50&spaceKey=OPS&status=" + status + "&type=" + kind
	}
	s.answers[list("page", "current")] = results("/rest/api/content?spaceKey=OPS&start=50", object{"id": "9", "title": "Run-book", "status": "current", "version": v(3, "ann"), "body": storage("<p>use the role</p>")})
	s.answers[rest+"?spaceKey=OPS&start=50"] = results("", object{"id": "7", "title": "Home", "status": "current", "version": v(1, "bob"), "body": storage(pair(5))})
	s.answers[list("page", "trashed")] = results("", object{"id": "12", "title": "Old", "status": "trashed", "version": v(1, "bob"), "body": storage(pair(2))})
	s.answers[list("blogpost", "current")], s.answers[list("blogpost", "trashed")] = results(""), results("")
	old := "?expand=body.storage%2Cversion&status=historical&version="
	s.answers[rest+"/9"+old+"1"] = object{"version": v(1, "bob"), "body": storage(code(1))}
	s.answers[rest+"/9"+old+"2"] = object{"version": v(2, "bob"), "body": storage("")}
	for _, id := range []string{"9", "7", "12"} {
		s.answers[rest+"/"+id+"/child/attachment?expand=version&limit=100"] = results("")
		s.answers[rest+"/"+id+"/child/comment?depth=all&expand=body.storage%2Cversion&limit=100"] = results("")
	}
	s.answers[rest+"/9/child/attachment?expand=version&limit=100"] = results("", object{"id": "att1", "title": "keys.env", "version": v(2, "ann"),
		"_links": object{"download": "/download/attachments/9/keys.env?version=2&api=v2"}})
	s.files["/confluence/download/attachments/9/keys.env?api=v2&version=1"] = "AWS_ACCESS_KEY_ID=" + keytest.ID(3) + "\nAWS_SECRET_ACCESS_KEY=" + keytest.Secret(3) + "\n"
	s.files["/confluence/download/attachments/9/keys.env?api=v2&version=2"] = "nothing\n"
	s.answers[rest+"/9/child/comment?depth=all&expand=body.storage%2Cversion&limit=100"] = results("", object{"id": "30", "version": v(2, "ann"), "body": storage("<p>gone</p>")})
	s.answers[rest+"/30"+old+"1"] = object{"version": v(1, "eve"), "body": storage(pair(4))}
	s.busy[rest+"/9"+old+"1"] = 1
	o := s.options()
	o.Login = Login{Token: redact.New("t0ken")}
	r := scan(t, context.Background(), open(t, s, "/confluence", o))
	want := []string{
		sighting(1, "Run-book", "version 1", "bob", "2026-03-01T09:00:00Z", "content", "superseded"),
		sighting(2, "Old", "version 1", "bob", "2026-03-01T09:00:00Z", "content", "deleted"),
		sighting(3, "Run-book", "version 1", "", "", "attachment", "superseded"),
		sighting(4, "Run-book", "comment 30 version 1", "eve", "2026-03-01T09:00:00Z", "comment", "superseded"),
		sighting(5, "Home", "version 1", "bob", "2026-03-01T09:00:00Z", "content", "current"),
	}
	slices.Sort(want)
	if got := sightings(r); !slices.Equal(got, want) || !r.Complete() {
		t.Errorf("got\n%s\nwant\n%s\nlost %s", strings.Join(got, "\n"), strings.Join(want, "\n"), lost(r))
	}
}

func TestStorageText(t *testing.T) {
	for in, want := range map[string]string{
		"<p>a &lt;b&gt; &amp;amp; c</p><p>d</p>":                    "a <b> &amp; c\nd\n",
		"one<strong>word</strong>":                                  "oneword",
		"<ac:plain-text-body><![CDATA[x < y && <p>]]></ac:x>z":      "x < y && <p>z",
		`<a href="https://x/?a=1&amp;b=2" title='k>v'>link</a>`:     "link\nhttps://x/?a=1&b=2\nk>v\n",
		`<ac:parameter ac:name="t">v</ac:parameter><!-- hidden -->`: "v\nt\n hidden \n",
		"<p>unfinished <b":                                          "unfinished ",
		"<![CDATA[open":                                             "open",
		"<":                                                         "",
		"plain":                                                     "plain",
		"<td>AKIA</td><td>secret</td>":                              "AKIA\nsecret\n",
		`<ri:attachment ri:filename="a.txt" /><p ac:x=">">t</p><q a=>`: "t\na.txt\n>\n",
	} {
		if got := string(storageText(in)); got != want {
			t.Errorf("%q: got %q, want %q", in, got, want)
		}
	}
}

func FuzzStorageText(f *testing.F) {
	f.Add(`<p a="b">c &amp; <![CDATA[d]]> <!-- e --></p>`)
	f.Fuzz(func(t *testing.T, in string) {
		if out := storageText(in); len(out) > 8*len(in)+8 {
			t.Errorf("%d bytes became %d", len(in), len(out))
		}
	})
}
