package remote

import (
	"context"
	"encoding/base64"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/awscred/awscred/internal/keytest"
)

func response(v string) string {
	return `<?xml version="1.0"?><methodResponse><params><param><value>` + v + `</value></param></params></methodResponse>`
}

func TestMethodResponse(t *testing.T) {
	deep := strings.Repeat("<array><data><value>", maxNesting+2) + strings.Repeat("</value></data></array>", maxNesting+2)
	for in, want := range map[string]any{
		response("<string>a &lt; b\n</string>"):      "a < b\n",
		response("untyped"):                          "untyped",
		response(""):                                 "",
		response("<string/>"):                        "",
		response("<int>-5</int>"):                    int64(-5),
		response(" <i4>7</i4> "):                     int64(7),
		response("<boolean>1</boolean>"):             true,
		response("<double>1.5</double>"):             1.5,
		response("<nil/>"):                           nil,
		response("<base64>\n aGk= \n</base64>"):      []byte("hi"),
		response("<array><data></data></array>"):     []value{},
		response("<array><data/></array>"):           []value{},
		response("<struct/>"):                        map[string]value{},
		response("<string><![CDATA[<x>]]></string>"): "<x>",
		response("<dateTime.iso8601>2026-11-23T17:29:47+00:00</dateTime.iso8601>"):                                                                          time.Date(2026, 11, 23, 17, 29, 47, 0, time.UTC),
		response("<dateTime.iso8601>20261123T17:29:47</dateTime.iso8601>"):                                                                                  time.Date(2026, 11, 23, 17, 29, 47, 0, time.UTC),
		response("<array><data> <value><int>1</int></value><value><struct><member><name>a</name><value>b</value></member></struct></value></data></array>"): []value{int64(1), map[string]value{"a": "b"}},
		"<methodResponse><fault><value><struct><member><name>faultCode</name><value><int>111</int></value></member><member><name>faultString</name><value><string>no</string></value></member></struct></value></fault></methodResponse>": &fault{111, "no"},
		response("<int>x</int>"):                            errRPC,
		response("<base64>!</base64>"):                      errRPC,
		response("<thing>1</thing>"):                        errRPC,
		response("text<int>1</int>"):                        errRPC,
		response("<int>1</int><int>2</int>"):                errRPC,
		response("<int><b>1</b></int>"):                     errRPC,
		response("<struct><value>1</value></struct>"):       errRPC,
		response(deep):                                      errRPC,
		`<!DOCTYPE x [<!ENTITY a "b">]>` + response("&a;"):  errRPC,
		response("&a;"):                                     errRPC,
		"<methodResponse><params><param><value><string>cut": errRPC,
		"<html></html>":                                     errRPC,
		"":                                                  errRPC,
		"not XML":                                           errRPC,
	} {
		got, err := methodResponse([]byte(in))
		if want, isError := want.(error); isError {
			if err == nil || want == errRPC && !strings.HasPrefix(err.Error(), errRPC.Error()) || want != errRPC && !reflect.DeepEqual(err, want) {
				t.Errorf("%.100q: got %v, %v; want the error %v", in, got, err, want)
			}
			continue
		}
		if at, ok := got.(time.Time); ok {
			got = at.UTC()
		}
		if err != nil || !reflect.DeepEqual(got, want) {
			t.Errorf("%.100q: got %#v, %v; want %#v", in, got, err, want)
		}
	}
}

func TestMethodCall(t *testing.T) {
	got := string(methodCall("wiki.getPage", []any{"a<b&c", int64(3), map[string]int64{"depth": 0}}))
	want := `<?xml version="1.0"?><methodCall><methodName>wiki.getPage</methodName><params><param><value><string>a&lt;b&amp;c</string></value></param><param><value><int>3</int></value></param><param><value><struct><member><name>depth</name><value><int>0</int></value></member></struct></value></param></params></methodCall>`
	if got != want {
		t.Errorf("got %s", got)
	}
}

func FuzzMethodResponse(f *testing.F) {
	f.Add([]byte(response("<array><data><value><struct><member><name>a</name><value><int>1</int></value></member></struct></value></data></array>")))
	f.Add([]byte("<methodResponse><fault><value>x</value></fault></methodResponse>"))
	f.Fuzz(func(t *testing.T, data []byte) {
		v, err := methodResponse(data)
		if err != nil && v != nil {
			t.Errorf("both %v and %v", v, err)
		}
	})
}

// version is a version of a page as getPageVersions lists it.
func versionRPC(at int64, user, kind, sum string) string {
	return fmt.Sprintf("<value><struct><member><name>user</name><value><string>%s</string></value></member><member><name>ip</name><value>10.0.0.1</value></member><member><name>type</name><value>%s</value></member><member><name>sum</name><value>%s</value></member><member><name>version</name><value><int>%d</int></value></member></struct></value>", user, kind, sum, at)
}

func array(values ...string) string {
	return "<array><data>" + strings.Join(values, "") + "</data></array>"
}

func named(member, name string, more ...string) string {
	return "<value><struct><member><name>" + member + "</name><value><string>" + name + "</string></value></member>" + strings.Join(more, "") + "</struct></value>"
}

func faultXML(code int) string {
	return fmt.Sprintf("<methodResponse><fault><value><struct><member><name>faultCode</name><value><int>%d</int></value></member></struct></value></fault></methodResponse>", code)
}

// A wiki with a page of many versions, a deleted one, one that may not be seen, one
// that only the index has, and files.
func TestDokuWiki(t *testing.T) {
	answers := map[string]string{
		"dokuwiki.getTitle":                     response("<string>Ops</string>"),
		"dokuwiki.getPagelist|":                 response(array(named("id", "ops:deploy"), named("id", "secret"), named("id", "broken"))),
		"wiki.getAllPages":                      response(array(named("id", "ops:deploy"), named("id", "edited"))),
		"wiki.getRecentChanges|1000000000":      response(array(named("name", "gone"), named("name", "ops:deploy"))),
		"wiki.getPageVersions|ops:deploy|0":     response(array(versionRPC(300, "ann", "E", "tidy"), versionRPC(200, "", "E", ""))),
		"wiki.getPageVersions|ops:deploy|2":     response(array(versionRPC(200, "", "E", ""), versionRPC(100, "bob", "C", "key "+keytest.ID(5)+" secret "+keytest.Secret(5)))),
		"wiki.getPageVersion|ops:deploy|100":    response("<string>" + keyText(1) + "</string>"),
		"wiki.getPageVersion|ops:deploy|200":    response("<string></string>"),
		"wiki.getPageVersion|ops:deploy|300":    response("<string>use the role</string>"),
		"wiki.getPageVersions|gone|0":           response(array(versionRPC(500, "ann", "D", "removed"), versionRPC(400, "bob", "C", ""))),
		"wiki.getPageVersion|gone|400":          response("<string>" + keyText(2) + "</string>"),
		"wiki.getPageVersion|gone|500":          response("<string></string>"),
		"wiki.getPageVersions|secret|0":         faultXML(111),
		"wiki.getPageVersions|broken|0":         response("<struct>\n</struct>"), // what an error comes as
		"wiki.getPage|broken":                   response("<struct></struct>"),
		"wiki.getPage|secret":                   faultXML(111),
		"wiki.getPage|edited":                   response("<string>" + keyText(3) + "</string>"),
		"wiki.getAttachments|":                  response(array(named("id", "ops:keys.txt", "<member><name>mtime</name><value><int>600</int></value></member>"))),
		"wiki.getRecentMediaChanges|1000000000": response(array(named("name", "ops:keys.txt", "<member><name>author</name><value>bob</value></member><member><name>version</name><value><int>601</int></value></member>"), named("name", "ops:old.txt"))),
		"wiki.getAttachment|ops:keys.txt":       response("<base64>" + base64.StdEncoding.EncodeToString([]byte(keyText(4))) + "</base64>"),
	}
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		call := strings.NewReplacer("</methodName>", "|", "<param><value><string>", "", "<param><value><int>", "", "</value></param>", "", "</string>", "|", "</int>", "|").Replace(string(body))
		_, call, _ = strings.Cut(call, "<methodName>")
		call, _, _ = strings.Cut(call, "</params>")
		call = strings.ReplaceAll(call, "<params>", "")
		call, _, _ = strings.Cut(call, "<param><value><struct>")
		call = strings.TrimSuffix(call, "|")
		answer, ok := answers[call]
		if !ok {
			answer, ok = answers[call+"|"]
		}
		if !ok {
			answer = response(array())
		}
		io.WriteString(w, answer)
	}))
	defer s.Close()
	u, _ := url.Parse(s.URL + "/lib/exe/xmlrpc.php")
	r := scan(t, context.Background(), DokuWiki("the wiki", u, Options{}))
	at := func(seconds int64) string { return time.Unix(seconds, 0).UTC().Format(time.RFC3339) }
	want := []string{
		sighting(1, "ops:deploy", "100", "bob", at(100), "content", "superseded"),
		sighting(5, "ops:deploy", "100", "bob", at(100), "comment", "superseded"),
		sighting(2, "gone", "400", "bob", at(400), "content", "deleted"),
		sighting(3, "edited", "current", "", "", "content", "current"),
		sighting(4, "ops:keys.txt", "601", "bob", at(601), "attachment", "current"),
	}
	slices.Sort(want)
	if got := sightings(r); !slices.Equal(got, want) {
		t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
	for _, l := range []string{`revision 200 of "ops:deploy"`, `"secret" access denied`, `"broken" the wiki answers with an error that it does not name`, `the deleted file of "ops:old.txt"`} {
		if !strings.Contains(lost(r), l) {
			t.Errorf("lost %s, want %s", lost(r), l)
		}
	}
	if len(r.Coverage.Lost) != 6 { // of "secret" and "broken" both the list and the page
		t.Errorf("lost %d: %s", len(r.Coverage.Lost), lost(r))
	}
}

// A wiki whose interface is off, or wants a login, is lost as a whole.
func TestDokuWikiRefuses(t *testing.T) {
	for name, answer := range map[string]http.HandlerFunc{
		"status 401": func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusUnauthorized) },
		"off":        func(w http.ResponseWriter, _ *http.Request) { io.WriteString(w, faultXML(-32604)) },
		"a page":     func(w http.ResponseWriter, _ *http.Request) { io.WriteString(w, "XML-RPC server not enabled.") },
	} {
		s := httptest.NewServer(answer)
		u, _ := url.Parse(s.URL + "/lib/exe/xmlrpc.php")
		if r := scan(t, context.Background(), DokuWiki("the wiki", u, Options{})); r.Complete() || r.Coverage.Pages > 0 {
			t.Errorf("%s: lost %s", name, lost(r))
		}
		s.Close()
	}
}
