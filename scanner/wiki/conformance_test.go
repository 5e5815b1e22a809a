package wiki

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/awscred/awscred/scanner"
	"github.com/awscred/awscred/scanner/match"
	"github.com/awscred/awscred/scanner/rules"
)

// compiled are the rules of the program, compiled once.
var compiled = sync.OnceValues(func() (*match.Matcher, error) {
	set, err := rules.Default()
	if err != nil {
		return nil, err
	}
	return match.Compile(set.Rules, set.Allow)
})

// scan scans a source with the rules of the program.
func scan(t *testing.T, src *Source) *scanner.Report {
	t.Helper()
	defer src.Close()
	m, err := compiled()
	if err != nil {
		t.Fatal(err)
	}
	r, err := scanner.Scan(context.Background(), src, m, scanner.Options{Now: time.Now, ShowSecrets: true})
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// A sighting is one place of a key, as the manifest of the conformance data and
// the cases of testdata tell it.
type sighting struct {
	page, revision, author, time string
	field                        string
	line, secretLine             int
	visible                      bool
}

// sightings lists what a report says of pairs, by their id and secret.
func sightings(r *scanner.Report) map[string][]sighting {
	all := map[string][]sighting{}
	for _, f := range r.Findings {
		key := f.KeyID + " " + secretOf(f)
		var list []sighting
		for _, oc := range f.Occurrences {
			if oc.Part == scanner.SecretPart {
				continue
			}
			s := sighting{page: deref(oc.Page), revision: deref(oc.Revision), author: oc.Author, time: oc.Time,
				field: string(oc.Field), line: oc.Line, visible: deref(oc.State) == string(Current)}
			s.secretLine = secretLine(f, &oc)
			list = append(list, s)
		}
		all[key] = list
	}
	return all
}

func secretOf(f *scanner.Finding) string {
	if f.Secret == nil || f.Secret.Value == nil {
		return ""
	}
	return *f.Secret.Value
}

// secretLine is where the secret of an id stands in the same text.
func secretLine(f *scanner.Finding, id *scanner.Occurrence) int {
	for _, oc := range f.Occurrences {
		if oc.Part == scanner.SecretPart && deref(oc.Page) == deref(id.Page) && deref(oc.Revision) == deref(id.Revision) &&
			oc.Field == id.Field && slices.Equal(oc.Via, id.Via) {
			return oc.Line
		}
	}
	return 0
}

func deref(s *string) string {
	if s == nil {
		return ""
	}
	return *s
}

// A manifest is that of the conformance data.
type manifest struct {
	Equivalents map[string][]string
	Planted     map[string]struct {
		ID     string `json:"access_key_id"`
		Secret string
	}
	Findings []struct {
		Name, Artefact, Page, Revision, Author, Time, Field string
		Line                                                int
		SecretLine                                          int  `json:"secret_line"`
		StillLive                                           bool `json:"still_live"`
	}
}

// expected lists what a manifest says of one artefact, by id and secret.
func (m *manifest) expected(artefacts func(string) bool) map[string][]sighting {
	fields := map[string]string{"text": "content", "comment": "comment", "attachment": "attachment"}
	all := map[string][]sighting{}
	for _, f := range m.Findings {
		if !artefacts(f.Artefact) {
			continue
		}
		key := m.Planted[f.Name].ID + " " + m.Planted[f.Name].Secret
		all[key] = append(all[key], sighting{f.Page, f.Revision, f.Author, f.Time, fields[f.Field], f.Line, f.SecretLine, f.StillLive})
	}
	return all
}

// conformance returns the folder of other projects' data and its manifest.
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

// Every dump of a real MediaWiki gives what was planted in it, wherever and
// however it is packed, and nothing else.
func TestConformanceMediaWiki(t *testing.T) {
	dir, m := conformance(t)
	incomplete := map[string]string{"stub-history.xml": "no texts", "current.xml": "", "logs.xml": ""}
	dumps := map[string]string{"mediawiki/stub-history.xml": "mediawiki/stub-history.xml"}
	for _, f := range m.Findings {
		if strings.HasPrefix(f.Artefact, "mediawiki/") && strings.HasSuffix(f.Artefact, ".xml") {
			dumps[f.Artefact] = f.Artefact
		}
		for _, same := range m.Equivalents[f.Artefact] {
			if strings.HasPrefix(f.Artefact, "mediawiki/") {
				dumps[same] = f.Artefact
			}
		}
	}
	if len(dumps) < 10 {
		t.Fatalf("only %d dumps", len(dumps))
	}
	for name, plain := range dumps {
		t.Run(name, func(t *testing.T) {
			src, err := Open(filepath.Join(dir, name), Options{})
			if err != nil {
				t.Fatal(err)
			}
			r := scan(t, src)
			want := m.expected(func(a string) bool { return a == plain })
			if strings.Contains(name, "stub") { // the manifest leaves out what stubs leak besides texts
				want = m.expected(func(a string) bool { return a == "mediawiki/full-history.xml" })
				for key, list := range want {
					if list[0].field != "comment" {
						delete(want, key)
					}
				}
			}
			compare(t, sightings(r), want)
			why, known := incomplete[filepath.Base(plain)]
			if !known {
				why = "hidden"
			}
			lost := fmt.Sprint(r.Coverage.Lost)
			if r.Complete() != (why == "") || !strings.Contains(lost, why) {
				t.Errorf("complete: %v; lost: %s", r.Complete(), lost)
			}
		})
	}
}

// The data directory of a real DokuWiki, as such and as a part of the whole.
func TestConformanceDokuWiki(t *testing.T) {
	dir, m := conformance(t)
	for _, name := range []string{"dokuwiki/data", "dokuwiki"} {
		t.Run(name, func(t *testing.T) {
			src, err := Open(filepath.Join(dir, name), Options{})
			if err != nil {
				t.Fatal(err)
			}
			r := scan(t, src)
			want := m.expected(func(a string) bool { return strings.HasPrefix(a, "dokuwiki/data/") })
			asDokuWiki(want)
			compare(t, sightings(r), want)
			if !r.Complete() {
				t.Errorf("lost: %v", r.Coverage.Lost)
			}
		})
	}
}

// asDokuWiki writes what a manifest says of files as what it means for pages. It
// has a line for each file; the attic holds the page as it is now, too, and times
// are seconds.
func asDokuWiki(want map[string][]sighting) {
	for key, list := range want {
		var pages []sighting
		for _, s := range list {
			if s.revision == "current" && len(list) > 1 {
				continue
			}
			seconds, err := strconv.ParseInt(s.time, 10, 64)
			if err == nil {
				s.time = time.Unix(seconds, 0).UTC().Format(time.RFC3339)
			}
			pages = append(pages, s)
		}
		want[key] = pages
	}
}

// compare compares the places of keys.
func compare(t *testing.T, got, want map[string][]sighting) {
	t.Helper()
	for key, list := range want {
		id, _, _ := strings.Cut(key, " ")
		sortSightings(list)
		sortSightings(got[key])
		if !slices.Equal(got[key], list) {
			t.Errorf("%s:\n got %v\nwant %v", id, got[key], list)
		}
	}
	for key, list := range got {
		if want[key] == nil {
			id, _, _ := strings.Cut(key, " ")
			t.Errorf("unexpected %s: %v", id, list)
		}
	}
}

func sortSightings(list []sighting) {
	slices.SortFunc(list, func(a, b sighting) int { return strings.Compare(fmt.Sprint(a), fmt.Sprint(b)) })
}
