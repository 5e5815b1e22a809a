package report_test

import (
	"crypto/sha256"
	"encoding/base64"
	"io"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"golang.org/x/net/html"

	"github.com/awscred/awscred/scanner"
	"github.com/awscred/awscred/scanner/report"
)

// pageElements are the elements of the page with their attributes.
var pageElements = map[string]string{
	"html": "lang", "head": "", "title": "", "body": "", "header": "", "main": "", "h1": "", "h2": "id", "h3": "", "strong": "", "code": "",
	"meta": "charset http-equiv content name", "link": "rel href", "style": "", "script": "", "div": "class", "p": "class role", "span": "class",
	"section": "aria-labelledby", "ul": "", "ol": "", "li": "", "br": "", "form": "hidden", "label": "", "select": "name", "option": "value", "input": "name type autocomplete",
	"button": "type", "article": "class data-severity data-rule data-exposure data-authors data-paths", "details": "open", "summary": "",
	"table": "", "thead": "", "tbody": "", "tr": "", "th": "scope", "td": "class",
	"svg": "viewbox role aria-label", "line": "class x1 x2 y1 y2", "rect": "class x y width height rx", "circle": "class cx cy r", "text": "x y",
}

// A page holds the elements that the template has and no other, whatever stood
// in names, paths and messages; its policy admits its one style and its one
// script, and nothing is loaded.
func TestPage(t *testing.T) {
	each(t, "html", report.Options{All: true, Now: time.Unix(1.8e9, 0)}, func(t *testing.T, r *scanner.Report, out string) {
		texts, articles, policy := map[string]string{}, 0, ""
		inside := ""
		for z := html.NewTokenizer(strings.NewReader(out)); ; {
			kind := z.Next()
			if kind == html.ErrorToken {
				if z.Err() != io.EOF {
					t.Fatal(z.Err())
				}
				break
			}
			token := z.Token()
			switch kind {
			case html.TextToken:
				texts[inside] += token.Data
			case html.EndTagToken:
				inside = ""
			case html.StartTagToken, html.SelfClosingTagToken:
				inside = token.Data
				known, ok := pageElements[token.Data]
				if !ok {
					t.Errorf("an element %q", token.Data)
				}
				for _, a := range token.Attr {
					if !slices.Contains(strings.Fields(known), a.Key) {
						t.Errorf("<%s> has %s=%q", token.Data, a.Key, a.Val)
					}
					if a.Key == "href" && a.Val != "data:," {
						t.Errorf("a link to %q", a.Val)
					}
					if a.Key == "content" && strings.HasPrefix(a.Val, "default-src") {
						policy = a.Val
					}
				}
				if token.Data == "article" {
					articles++
				}
			}
		}
		if articles != min(len(r.Findings), 2000) {
			t.Errorf("%d findings of %d", articles, len(r.Findings))
		}
		if !strings.HasPrefix(policy, "default-src 'none'; ") {
			t.Errorf("the policy is %q", policy)
		}
		elements := []string{"style"}
		if articles > 0 {
			elements = append(elements, "script")
		}
		for _, element := range elements {
			sum := sha256.Sum256([]byte(texts[element]))
			if want := element + "-src 'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) + "'"; !strings.Contains(policy, want) {
				t.Errorf("the policy %q does not admit the %s", policy, element)
			}
		}
		if address := regexp.MustCompile(`(?i)(src|action|srcset|url\()\s*=?\s*["']?(https?:)?//`).FindString(out); address != "" {
			t.Errorf("the page loads %q", address)
		}
	})
}

// A page draws each life whose times are known.
func TestPageTimeline(t *testing.T) {
	drawn := 0
	each(t, "html", report.Options{All: true, Now: time.Unix(1.8e9, 0)}, func(t *testing.T, r *scanner.Report, out string) {
		want := 0
		for _, f := range r.Findings {
			if slices.ContainsFunc(f.Occurrences, func(oc scanner.Occurrence) bool {
				_, err := time.Parse(time.RFC3339, oc.Time)
				return err == nil
			}) {
				want++
			}
		}
		if got := strings.Count(out, "<svg "); got < min(want, 2000) {
			t.Errorf("%d drawings of %d lives", got, want)
		}
		drawn += strings.Count(out, "<rect ")
	})
	if drawn == 0 {
		t.Error("no case has an interval with times")
	}
}
