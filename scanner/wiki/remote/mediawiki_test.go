package remote

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/awscred/awscred/internal/keytest"
	"github.com/awscred/awscred/internal/redact"
	"github.com/awscred/awscred/scanner/wiki"
)

// An api is a MediaWiki that answers by a part of what it is asked.
type api struct {
	t       *testing.T
	answers []apiAnswer
	asked   []string
}

type apiAnswer struct {
	part, body string
	after      string // Retry-After
	once       bool
}

const (
	apiSite  = `{"query":{"general":{"sitename":"Ops"},"namespaces":{"-1":{"id":-1},"0":{"id":0}},"userinfo":{"rights":["read"]}}}`
	apiPages = `{"query":{"allpages":[{"pageid":5,"ns":0,"title":"Deploy"}]}}`
)

func (a *api) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, _ := io.ReadAll(r.Body)
	asked, err := url.QueryUnescape(r.URL.RawQuery + string(body))
	if err != nil {
		a.t.Error(err)
	}
	a.asked = append(a.asked, asked)
	for i, c := range a.answers {
		if strings.Contains(asked, c.part) {
			if c.once {
				a.answers = slices.Delete(a.answers, i, i+1)
			}
			if c.after != "" {
				w.Header().Set("Retry-After", c.after)
			}
			io.WriteString(w, c.body)
			return
		}
	}
	io.WriteString(w, `{"query":{}}`)
}

func (a *api) reader(o Options) *Reader {
	s := httptest.NewServer(a)
	a.t.Cleanup(s.Close)
	u, err := url.Parse(s.URL + "/w/api.php")
	if err != nil {
		a.t.Fatal(err)
	}
	return MediaWiki("the wiki", u, o)
}

// revisionJSON is a revision with a text and more fields.
func revisionJSON(id int, text, more string) string {
	return fmt.Sprintf(`{"revid":%d,"user":"Bob","timestamp":"2026-03-%02dT10:00:00Z","slots":{"main":{"content":%q}}%s}`, id, id, text, more)
}

func pageJSON(revisions ...string) string {
	return `"query":{"pages":[{"pageid":5,"title":"Deploy","revisions":[` + strings.Join(revisions, ",") + `]}]}`
}

func keyText(n int) string {
	return "id " + keytest.ID(n) + "\nsecret " + keytest.Secret(n) + "\n"
}

// What the API can say of a page, beyond what was captured.
func TestMediaWiki(t *testing.T) {
	deploy := func(state string, id, key int) string {
		return sighting(key, "Deploy", fmt.Sprint(id), "Bob", fmt.Sprintf("2026-03-%02dT10:00:00Z", id), "content", state)
	}
	for name, c := range map[string]struct {
		answers []apiAnswer
		want    []string
		lost    []string
	}{
		"goes on": {[]apiAnswer{
			{part: "rvcontinue=2", body: "{" + pageJSON(revisionJSON(3, "nothing", "")) + "}"},
			{part: "rvcontinue=1", body: `{"continue":{"rvcontinue":"2","continue":"||"},` + pageJSON(revisionJSON(2, keyText(2), "")) + "}"},
			{part: "prop=revisions", body: `{"continue":{"rvcontinue":"1","continue":"||"},` + pageJSON(revisionJSON(1, keyText(1), "")) + "}"},
		}, []string{deploy("superseded", 1, 1), deploy("superseded", 2, 2)}, nil},
		"hidden": {[]apiAnswer{{part: "prop=revisions", body: "{" + pageJSON(
			`{"revid":1,"userhidden":true,"commenthidden":true,"slots":{"main":{"texthidden":true}}}`,
			`{"revid":2,"texthidden":true}`, revisionJSON(3, keyText(3), `,"commenthidden":true,"comment":"seen"`)) + "}"}},
			[]string{deploy("current", 3, 3)},
			[]string{"the text of revision 1", "the comment of revision 1", "the author of revision 1", "the text of revision 2"}},
		"hidden and shown": {[]apiAnswer{{part: "prop=revisions", body: "{" + pageJSON(
			`{"revid":1,"user":"Bob","timestamp":"2026-03-01T10:00:00Z","slots":{"main":{"texthidden":true,"content":"`+strings.ReplaceAll(keyText(1), "\n", " ")+`"}}}`,
			revisionJSON(2, "", "")) + "}"}}, []string{deploy("hidden", 1, 1)}, nil},
		"missing": {[]apiAnswer{{part: "prop=revisions", body: "{" + pageJSON(`{"revid":1,"slots":{"main":{"textmissing":true}}}`, `{"revid":2}`) + "}"}},
			[]string{}, []string{"the text of revision 1", "the text of revision 2"}},
		"the newest is empty": {[]apiAnswer{{part: "prop=revisions", body: "{" + pageJSON(revisionJSON(1, keyText(1), ""), revisionJSON(2, "", "")) + "}"}},
			[]string{deploy("superseded", 1, 1)}, nil},
		"other slots": {[]apiAnswer{{part: "prop=revisions", body: "{" + pageJSON(`{"revid":1,"user":"Bob","timestamp":"2026-03-01T10:00:00Z","slots":{"main":{"content":"m"},"data":{"content":"`+strings.ReplaceAll(keyText(1), "\n", " ")+`"}}}`) + "}"}},
			[]string{deploy("current", 1, 1)}, nil},
		"lags, and is asked too often": {[]apiAnswer{
			{part: "prop=revisions", body: `{"error":{"code":"maxlag","lag":7}}`, after: "5", once: true},
			{part: "prop=revisions", body: `{"error":{"code":"ratelimited"}}`, once: true},
			{part: "prop=revisions", body: "{" + pageJSON(revisionJSON(1, keyText(1), "")) + "}"},
		}, []string{deploy("current", 1, 1)}, nil},
		"always lags": {[]apiAnswer{{part: "prop=revisions", body: `{"error":{"code":"maxlag"}}`}}, []string{}, []string{"database lags behind"}},
		"repeats itself": {[]apiAnswer{{part: "prop=revisions", body: `{"continue":{"rvcontinue":"1"},` + pageJSON(revisionJSON(1, keyText(1), "")) + "}"}},
			[]string{deploy("current", 1, 1), deploy("current", 1, 1)}, []string{"repeats itself"}},
		"too large": {[]apiAnswer{{part: "prop=revisions", body: `{"warnings":{"result":{"warnings":"This result was truncated"}},` + pageJSON(revisionJSON(1, "x", "")) + "}"}},
			[]string{}, []string{"a part of an answer"}},
		"an error of one page": {[]apiAnswer{{part: "prop=revisions", body: `{"error":{"code":"permissiondenied","info":"` + keytest.Secret(9) + `"}}`}}, []string{}, []string{"access denied"}},
		"broken":               {[]apiAnswer{{part: "prop=revisions", body: `{"query":{"pages":"none"}}`}}, []string{}, []string{"unexpected string"}},
		"a page for people":    {[]apiAnswer{{part: "prop=revisions", body: "<html>"}}, []string{}, []string{"a page for people"}},
		"deletions, but no rights": {[]apiAnswer{{part: "alldeletedrevisions", body: `{"error":{"code":"permissiondenied"}}`},
			{part: "letype=delete", body: `{"query":{"logevents":[{"logid":1,"title":"Deploy"}]}}`}}, []string{}, []string{"the deleted pages"}},
		"no rights, but no deletions": {[]apiAnswer{{part: "alldeletedrevisions", body: `{"error":{"code":"permissiondenied"}}`}}, []string{}, nil},
		"the log": {[]apiAnswer{{part: "leprop", body: fmt.Sprintf(`{"query":{"logevents":[{"logid":4,"title":"Deploy","user":"Ann","timestamp":"2026-03-01T10:00:00Z","comment":%q},{"logid":5,"actionhidden":true,"commenthidden":true}]}}`, keyText(1))}},
			[]string{sighting(1, "Deploy", "log:4", "Ann", "2026-03-01T10:00:00Z", "comment", "current")}, []string{"the comment of revision log:5", "the title of revision log:5"}},
	} {
		t.Run(name, func(t *testing.T) {
			a := &api{t: t, answers: append(c.answers, apiAnswer{part: "meta=siteinfo", body: apiSite}, apiAnswer{part: "list=allpages", body: apiPages})}
			r := scan(t, context.Background(), a.reader(Options{Wait: func(context.Context, time.Duration) error { return nil }}))
			slices.Sort(c.want)
			got := sightings(r)
			if !slices.Equal(slices.Compact(got), slices.Compact(c.want)) {
				t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(c.want, "\n"))
			}
			for _, l := range c.lost {
				if !strings.Contains(lost(r), l) {
					t.Errorf("lost %s, want %s", lost(r), l)
				}
			}
			if r.Complete() != (c.lost == nil) || strings.Contains(lost(r), keytest.Secret(9)) {
				t.Errorf("complete: %v, lost %s", r.Complete(), lost(r))
			}
			for _, asked := range a.asked {
				if !strings.Contains(asked, "maxlag=5") || !strings.Contains(asked, "formatversion=2") {
					t.Errorf("asked %s", asked)
				}
			}
		})
	}
}

// A bot password is sent in the body of a request, with the token for it; what
// comes with the answer goes with the requests behind it.
func TestMediaWikiLogin(t *testing.T) {
	for _, result := range []string{"Success", "Failed"} {
		var cookies, forms []string
		s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			r.ParseForm()
			if c, err := r.Cookie("session"); err == nil {
				cookies = append(cookies, c.Value)
			}
			switch {
			case r.Form.Get("meta") == "tokens":
				http.SetCookie(w, &http.Cookie{Name: "session", Value: "one"})
				io.WriteString(w, `{"query":{"tokens":{"logintoken":"abc+\\"}}}`)
			case r.Form.Get("action") == "login":
				forms = append(forms, r.PostForm.Get("lgname")+" "+r.PostForm.Get("lgpassword")+" "+r.PostForm.Get("lgtoken"))
				http.SetCookie(w, &http.Cookie{Name: "session", Value: "two"})
				fmt.Fprintf(w, `{"login":{"result":%q}}`, result)
			case strings.Contains(r.Form.Get("meta"), "siteinfo"):
				io.WriteString(w, apiSite)
			default:
				io.WriteString(w, `{"query":{}}`)
			}
			if strings.Contains(r.URL.RawQuery, "sesame") {
				t.Error("the password is in the URL")
			}
		}))
		u, _ := url.Parse(s.URL + "/api.php")
		r := scan(t, context.Background(), MediaWiki("the wiki", u, Options{Login: Login{User: "Ann@bot", Password: redact.New("sesame")}}))
		s.Close()
		if !slices.Equal(forms, []string{`Ann@bot sesame abc+\`}) {
			t.Errorf("%s: sent %q", result, forms)
		}
		if ok := result == "Success"; r.Complete() != ok || ok && cookies[len(cookies)-1] != "two" || !ok && !strings.Contains(lost(r), "the login is not accepted") {
			t.Errorf("%s: cookies %v, lost %s", result, cookies, lost(r))
		}
	}
}

// Nothing follows where another host is named, and no login goes there.
func TestStaysOnItsHost(t *testing.T) {
	other := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		t.Errorf("another host was asked for %s with %q", r.URL, r.Header.Get("Authorization"))
	}))
	defer other.Close()
	mux := http.NewServeMux()
	s := httptest.NewServer(mux)
	defer s.Close()
	mux.HandleFunc("/old/", func(w http.ResponseWriter, r *http.Request) {
		http.Redirect(w, r, "/w/api.php?"+r.URL.RawQuery, http.StatusFound)
	})
	mux.HandleFunc("/away/", func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, other.URL, http.StatusFound) })
	mux.HandleFunc("/circle/", func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, r.URL.String(), http.StatusFound) })
	api := &api{t: t, answers: []apiAnswer{{part: "meta=siteinfo", body: apiSite},
		{part: "allimages", body: `{"query":{"allimages":[{"name":"K.txt","title":"File:K.txt"}]}}`},
		{part: "imageinfo", body: `{"query":{"pages":[{"title":"File:K.txt","imagerepository":"local","imageinfo":[{"url":"` + other.URL + `/K.txt"}]}]}}`}}}
	mux.Handle("/w/", api)
	for path, want := range map[string]string{"/old/api.php": "stands on another host", "/away/api.php": "leads to another host", "/circle/api.php": "in circles"} {
		u, _ := url.Parse(s.URL + path)
		o := Options{Login: Login{Token: redact.New("t0ken")}, Wait: func(context.Context, time.Duration) error { return nil }}
		if r := scan(t, context.Background(), MediaWiki("the wiki", u, o)); r.Complete() || !strings.Contains(lost(r), want) {
			t.Errorf("%s: lost %s", path, lost(r))
		}
	}
}

func TestRetryAfter(t *testing.T) {
	now := time.Date(2026, 3, 1, 10, 0, 0, 0, time.UTC)
	for text, want := range map[string]time.Duration{
		"": 0, "7": 7 * time.Second, "-7": 0, "x": 0, "99999999999": 0,
		"Sun, 01 Mar 2026 10:02:00 GMT": 2 * time.Minute, "Sun, 01 Mar 2026 09:00:00 GMT": 0,
	} {
		if got := retryAfter(http.Header{"Retry-After": {text}}, now); got != want {
			t.Errorf("%q: got %v, want %v", text, got, want)
		}
	}
}

// A server decides how long one waits, but not for how long in all.
func TestPatience(t *testing.T) {
	var waited time.Duration
	c := newClient(&url.URL{}, Options{Patience: time.Minute, Wait: func(_ context.Context, d time.Duration) error {
		waited += d
		return nil
	}})
	if err := c.pause(context.Background(), 21*time.Second, 1); err == nil {
		t.Error("waited for more than a third at once")
	}
	for range 100 {
		if c.pause(context.Background(), 19*time.Second, 1) != nil {
			break
		}
	}
	if waited != 57*time.Second {
		t.Errorf("waited %v in all", waited)
	}
}

func TestOpen(t *testing.T) {
	for target, want := range map[string]string{
		"https://example.com/w/api.php":                          "mediawiki https://example.com/w/api.php",
		"mediawiki+https://example.com/w/":                       "mediawiki https://example.com/w/api.php",
		"https://example.com/lib/exe/xmlrpc.php":                 "dokuwiki https://example.com/lib/exe/xmlrpc.php",
		"dokuwiki+http://127.0.0.1:8000":                         "dokuwiki http://127.0.0.1:8000/lib/exe/xmlrpc.php",
		"https://acme.atlassian.net":                             "confluence-cloud https://acme.atlassian.net/wiki",
		"https://ann@acme.atlassian.net/wiki/spaces/OPS/pages/1": "confluence-cloud https://acme.atlassian.net/wiki",
		"https://example.com/confluence/rest/api/":               "confluence https://example.com/confluence",
		"confluence+https://example.com/display/OPS/Home":        "confluence https://example.com",
		"https://example.com/wiki/Main_Page":                     ErrUnknown.Error(),
		"mediawiki+ftp://example.com/":                           ErrUnknown.Error(),
		"http://example.com/api.php":                             ErrPlain.Error(),
		"http://localhost.example.com/api.php":                   ErrPlain.Error(),
		"https://ann:sesame@example.com/api.php":                 ErrPassword.Error(),
		"https://evil.test/x.atlassian.net":                      ErrUnknown.Error(),
		"https://evilatlassian.net/wiki":                         ErrUnknown.Error(),
	} {
		r, err := Open(target, Options{})
		got := ""
		if err == nil {
			got = r.Kind + " " + r.client.base.String()
		} else {
			got = err.Error()
		}
		if !strings.HasSuffix(got, want) || strings.Contains(got, "sesame") {
			t.Errorf("%s: got %s, want %s", target, got, want)
		}
	}
}

var _ wiki.Reader = (*Reader)(nil)
