package remote

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/awscred/awscred/scanner"
	"github.com/awscred/awscred/scanner/match"
	"github.com/awscred/awscred/scanner/rules"
	"github.com/awscred/awscred/scanner/wiki"
)

// compiled are the rules of the program, compiled once.
var compiled = sync.OnceValues(func() (*match.Matcher, error) {
	set, err := rules.Default()
	if err != nil {
		return nil, err
	}
	return match.Compile(set.Rules, set.Allow)
})

// scan scans what a Reader reads.
func scan(t *testing.T, ctx context.Context, r *Reader) *scanner.Report {
	t.Helper()
	m, err := compiled()
	if err != nil {
		t.Fatal(err)
	}
	src := NewSource("the wiki", r, wiki.Options{})
	defer src.Close()
	report, err := scanner.Scan(ctx, src, m, scanner.Options{Now: time.Now, ShowSecrets: true})
	if err != nil {
		t.Fatal(err)
	}
	return report
}

// sightings lists where a report says that keys are: "id page revision author
// time field state", sorted.
func sightings(r *scanner.Report) []string {
	list := []string{}
	for _, f := range r.Findings {
		secret := "no secret"
		if f.Secret != nil && f.Secret.Value != nil {
			secret = *f.Secret.Value
		}
		for _, oc := range f.Occurrences {
			if oc.Part != scanner.SecretPart {
				list = append(list, strings.Join([]string{f.KeyID, secret, *oc.Page, *oc.Revision, oc.Author, oc.Time, string(oc.Field), *oc.State}, " | "))
			}
		}
	}
	slices.Sort(list)
	return list
}

func lost(r *scanner.Report) string { return fmt.Sprint(r.Coverage.Lost) }

// A manifest says what was planted in the conformance data.
type manifest struct {
	Planted map[string]struct {
		ID     string `json:"access_key_id"`
		Secret string
	}
	Findings []struct {
		Name, Artefact, Page, Revision, Author, Time, Field string
		StillLive                                           bool `json:"still_live"`
	}
}

func conformance(t *testing.T) (string, *manifest) {
	t.Helper()
	root := os.Getenv("AWSCRED_CONFORMANCE")
	if root == "" {
		t.Skip("AWSCRED_CONFORMANCE is not set")
	}
	dir := filepath.Join(root, "wiki")
	data, err := os.ReadFile(filepath.Join(dir, "manifest.json"))
	if err != nil {
		t.Fatal(err)
	}
	m := new(manifest)
	if err := json.Unmarshal(data, m); err != nil {
		t.Fatal(err)
	}
	return dir, m
}

// sightings lists what a manifest says of an artefact, in the form of those of a
// report.
func (m *manifest) sightings(artefact string, state func(live bool) wiki.State) []string {
	fields := map[string]scanner.Field{"text": scanner.Content, "comment": scanner.Comment, "attachment": scanner.Attachment}
	var list []string
	for _, f := range m.Findings {
		if f.Artefact == artefact {
			p := m.Planted[f.Name]
			list = append(list, strings.Join([]string{p.ID, p.Secret, f.Page, f.Revision, f.Author, f.Time, string(fields[f.Field]), string(state(f.StillLive))}, " | "))
		}
	}
	return list
}

// A replay answers as a real MediaWiki did.
type replay struct {
	t      *testing.T
	dir    string // of the captured answers
	server *httptest.Server
	admin  bool
	asked  int
	slow   map[int]string // what to answer instead to the nth request
}

func newReplay(t *testing.T, dir string) *replay {
	p := &replay{t: t, dir: filepath.Join(dir, "mediawiki", "api"), slow: map[int]string{}}
	mux := http.NewServeMux()
	mux.Handle("/images/", http.StripPrefix("/images/", http.FileServer(http.Dir(filepath.Join(dir, "mediawiki", "images")))))
	mux.HandleFunc("/api.php", p.serve)
	p.server = httptest.NewServer(mux)
	t.Cleanup(p.server.Close)
	return p
}

func (p *replay) reader(o Options) *Reader {
	u, err := url.Parse(p.server.URL + "/api.php")
	if err != nil {
		p.t.Fatal(err)
	}
	return MediaWiki("the wiki", u, o)
}

func (p *replay) serve(w http.ResponseWriter, r *http.Request) {
	q := r.URL.Query()
	name := p.name(q)
	if p.asked++; p.slow[p.asked] != "" {
		name = p.slow[p.asked]
		w.Header().Set("Retry-After", "7")
	}
	data := []byte(`{"batchcomplete":true,"query":{}}`)
	switch {
	case q.Has("apfrom"):
		data = p.pagesFrom(q.Get("apnamespace"), q.Get("apfrom"))
	case name == "credentials":
		data = p.oneImage("Credentials.txt")
	case name != "":
		var err error
		if data, err = os.ReadFile(filepath.Join(p.dir, name+".json")); err != nil {
			p.t.Errorf("%s: %v", r.URL.RawQuery, err)
		}
	}
	w.Write(bytes.ReplaceAll(data, []byte("http://127.0.0.1:18081"), []byte(p.server.URL)))
}

// name finds the captured answer to a question.
func (p *replay) name(q url.Values) string {
	switch {
	case q.Has("meta"):
		return "siteinfo"
	case q.Get("list") == "allpages":
		return p.captured("list=allpages", "apnamespace="+q.Get("apnamespace")+"&", continued("apcontinue", q))
	case q.Get("prop") == "revisions" && q.Get("pageids") == "7" && p.admin:
		return "revdel-admin-content"
	case q.Get("prop") == "revisions":
		return p.captured("prop=revisions", "pageids="+q.Get("pageids")+"&", continued("rvcontinue", q))
	case q.Get("list") == "alldeletedrevisions" && p.admin:
		return "alldeletedrevisions-admin"
	case q.Get("list") == "alldeletedrevisions":
		return "alldeletedrevisions-anon-denied"
	case q.Get("list") == "allimages":
		return "allimages"
	case q.Get("titles") == "File:Ci-deployer accessKeys.csv":
		return "imageinfo-history"
	case q.Get("titles") == "File:Credentials.txt":
		return "credentials"
	case q.Get("list") == "logevents":
		return "logevents-delete"
	}
	return ""
}

func continued(name string, q url.Values) string {
	if v := q.Get(name); v != "" {
		return name + "=" + url.QueryEscape(v) + "&"
	}
	return "!" + name
}

// captured finds the answer to a captured request whose line has all parts; one
// that begins with "!" it must not have.
func (p *replay) captured(parts ...string) string {
	files, err := filepath.Glob(filepath.Join(p.dir, "*.http"))
	if err != nil || len(files) == 0 {
		p.t.Fatalf("no captured answers: %v", err)
	}
	for _, file := range files {
		data, err := os.ReadFile(file)
		if err != nil {
			p.t.Fatal(err)
		}
		line, _, _ := strings.Cut(string(data), "\n")
		if !slices.ContainsFunc(parts, func(s string) bool {
			not, ok := strings.CutPrefix(s, "!")
			return ok == strings.Contains(line, not)
		}) {
			return strings.TrimSuffix(filepath.Base(file), ".http")
		}
	}
	return ""
}

// pagesFrom makes the list of the pages of a namespace from one on.
func (p *replay) pagesFrom(namespace, from string) []byte {
	files, err := filepath.Glob(filepath.Join(p.dir, "allpages-ns"+namespace+"-*.json"))
	if err != nil {
		p.t.Fatal(err)
	}
	list := []listedPage{}
	for _, file := range files {
		data, err := os.ReadFile(file)
		if err != nil {
			p.t.Fatal(err)
		}
		var q queried
		if err := json.Unmarshal(data, &q); err != nil {
			p.t.Fatal(err)
		}
		for _, page := range q.Query.AllPages {
			if withoutNamespace(page) >= from {
				list = append(list, page)
			}
		}
	}
	out, _ := json.Marshal(map[string]any{"query": map[string]any{"allpages": list}})
	return out
}

// oneImage makes the answer about a file of one version of the list of files.
func (p *replay) oneImage(name string) []byte {
	data, err := os.ReadFile(filepath.Join(p.dir, "allimages.json"))
	if err != nil {
		p.t.Fatal(err)
	}
	var list struct {
		Query struct{ AllImages []map[string]any }
	}
	if err := json.Unmarshal(data, &list); err != nil {
		p.t.Fatal(err)
	}
	for _, f := range list.Query.AllImages {
		if f["name"] == name {
			out, _ := json.Marshal(map[string]any{"query": map[string]any{"pages": []any{map[string]any{"title": f["title"], "imagerepository": "local", "imageinfo": []any{f}}}}})
			return out
		}
	}
	return nil
}

// What a real MediaWiki answered gives what was planted in it, and nothing else.
func TestConformanceMediaWikiAPI(t *testing.T) {
	dir, m := conformance(t)
	inDump := m.sightings("mediawiki/full-history-with-files.xml", func(live bool) wiki.State {
		if live {
			return wiki.Current
		}
		return wiki.Superseded
	})
	if len(inDump) < 7 {
		t.Fatalf("the manifest has %d keys in the dump", len(inDump))
	}
	deleted := m.sightings("mediawiki/api/alldeletedrevisions-admin.json", func(bool) wiki.State { return wiki.Deleted })
	hidden := m.sightings("mediawiki/api/revdel-admin-content.json", func(bool) wiki.State { return wiki.Hidden })
	for name, c := range map[string]struct {
		admin bool
		want  []string
		lost  []string
	}{
		"anonymous":     {false, inDump, []string{"the deleted pages", "the text of revision 10 of \"Batch\" hidden"}},
		"administrator": {true, slices.Concat(inDump, deleted, hidden), nil},
	} {
		t.Run(name, func(t *testing.T) {
			p := newReplay(t, dir)
			p.admin = c.admin
			p.slow = map[int]string{2: "ratelimited", 5: "ratelimited"}
			var waited []time.Duration
			r := scan(t, context.Background(), p.reader(Options{Wait: func(_ context.Context, d time.Duration) error {
				waited = append(waited, d)
				return nil
			}}))
			want := slices.Sorted(slices.Values(c.want))
			if got := sightings(r); !slices.Equal(got, want) {
				t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
			}
			for _, l := range c.lost {
				if !strings.Contains(lost(r), l) {
					t.Errorf("lost %s; want %s", lost(r), l)
				}
			}
			if r.Complete() != (c.lost == nil) {
				t.Errorf("complete: %v; lost %s", r.Complete(), lost(r))
			}
			if !slices.Equal(waited, []time.Duration{7 * time.Second, 7 * time.Second}) {
				t.Errorf("waited %v", waited)
			}
		})
	}
}

// A walk that was stopped goes on where it was, wherever that is: together both
// find what one finds, and no page is read twice.
func TestConformanceMediaWikiResumed(t *testing.T) {
	dir, _ := conformance(t)
	whole := newReplay(t, dir)
	want := sightings(scan(t, context.Background(), whole.reader(Options{})))
	for after := 1; after < whole.asked; after += 3 {
		p := newReplay(t, dir)
		ctx, cancel := context.WithCancel(context.Background())
		var at Position
		via := stopping{after: after, stop: cancel}
		first := scan(t, ctx, p.reader(Options{Via: &via, Reached: func(p Position) { at = p }}))
		if first.Complete() || !strings.Contains(lost(first), "the scan was stopped") {
			t.Errorf("stopped after %d: lost %s", after, lost(first))
		}
		second := scan(t, context.Background(), p.reader(Options{Start: at}))
		got := append(sightings(first), sightings(second)...)
		slices.Sort(got)
		if n := len(got); !slices.Equal(slices.Compact(got), want) || n > len(want)+2 {
			t.Errorf("stopped after %d at %v: got %d\n%s\nwant\n%s", after, at, n, strings.Join(got, "\n"), strings.Join(want, "\n"))
		}
		cancel()
	}
}

// stopping stops a scan before the request after so many.
type stopping struct {
	after int
	stop  func()
}

// RoundTrip implements [http.RoundTripper].
func (s *stopping) RoundTrip(r *http.Request) (*http.Response, error) {
	if s.after--; s.after < 0 {
		s.stop()
	}
	return http.DefaultTransport.RoundTrip(r)
}

// The captured answers of a real DokuWiki about one page.
func TestConformanceDokuWikiRPC(t *testing.T) {
	dir, m := conformance(t)
	api := filepath.Join(dir, "dokuwiki", "api")
	var asked []string
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		var body bytes.Buffer
		body.ReadFrom(r.Body)
		method, _, _ := strings.Cut(body.String()[strings.Index(body.String(), "<methodName>")+len("<methodName>"):], "<")
		asked = append(asked, method)
		name := strings.TrimPrefix(method, "wiki.")
		switch call := body.String(); {
		case name == "getPageVersions" && (!strings.Contains(call, "ops:deploy") || !strings.Contains(call, "<int>0<")):
			name = "empty"
		case name == "getPageVersion":
			for _, v := range []string{"1795454983", "1795454985", "1795454987"} {
				if strings.Contains(call, v) {
					name += "-" + v
				}
			}
		}
		data, err := os.ReadFile(filepath.Join(api, name+".response.xml"))
		if err != nil {
			data = []byte("<methodResponse><params><param><value><array><data/></array></value></param></params></methodResponse>")
		}
		w.Write(data)
	}))
	defer s.Close()
	u, _ := url.Parse(s.URL + "/lib/exe/xmlrpc.php")
	r := scan(t, context.Background(), DokuWiki("the wiki", u, Options{}))
	var got []string
	for _, s := range sightings(r) {
		if strings.Contains(s, "ops:deploy") {
			got = append(got, s)
		}
	}
	p := m.Planted["dw-removed"]
	want := []string{strings.Join([]string{p.ID, p.Secret, "ops:deploy", "1795454985", "bob", "2026-11-23T17:29:45Z", "content", "superseded"}, " | ")}
	if !slices.Equal(got, want) || len(sightings(r)) != 1 {
		t.Errorf("got %v, want %v", sightings(r), want)
	}
	if !r.Complete() || !slices.Contains(asked, "wiki.getAttachment") {
		t.Errorf("asked %v; lost %s", asked, lost(r))
	}
}
