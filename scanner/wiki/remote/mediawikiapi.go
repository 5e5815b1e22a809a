package remote

import (
	"encoding/json"
	"errors"
	"maps"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/awscred/awscred/scanner"
)

// maxLag is by how many seconds the copies of a wiki's database may lag behind
// when it is asked: https://www.mediawiki.org/wiki/Manual:Maxlag_parameter
const maxLag = "5"

// A queried is an answer of action=query, as far as it matters.
type queried struct {
	Continue map[string]string
	Warnings json.RawMessage
	Query    struct {
		AllPages            []listedPage
		Pages               []queriedPage
		AllDeletedRevisions []queriedPage
		AllImages           []struct{ Name, Title string }
		FileArchive         []archivedFile
		LogEvents           []logEvent
	}
}

type queriedPage struct {
	Title           string
	Revisions       []revision
	ImageRepository string
	ImageInfo       []imageInfo
}

// An apiError is an error, which comes with status 200.
type apiError struct{ Code, Info string }

// query asks the API, and again if it asks for that: for it lags behind, or we ask
// too often.
func (m *mediaWiki) query(p url.Values, v any) error {
	p = maps.Clone(p)
	p.Set("action", "query")
	p.Set("format", "json")
	p.Set("formatversion", "2")
	p.Set("maxlag", maxLag)
	u := *m.client.base
	u.RawQuery = p.Encode()
	for n := 1; ; n++ {
		var raw json.RawMessage
		header, err := m.client.getJSON(m.ctx, &u, &raw)
		if err != nil {
			return err
		}
		var failed struct{ Error *apiError }
		if err := json.Unmarshal(raw, &failed); err != nil {
			return &problem{why: "the answer is not what the interface says", fix: "is the URL that of api.php?", all: true}
		}
		if failed.Error == nil {
			if err := json.Unmarshal(raw, v); err != nil {
				return &problem{why: "the answer is not what the interface says: " + jsonError(err), all: true}
			}
			return nil
		}
		err = apiProblem(failed.Error.Code)
		if !again(failed.Error.Code) || n == attempts {
			return err
		}
		if err := m.client.pause(m.ctx, retryAfter(header, time.Now()), n); err != nil {
			return err
		}
	}
}

// jsonError says where an answer is not as expected, without what stands there.
func jsonError(err error) string {
	var t *json.UnmarshalTypeError
	if errors.As(err, &t) {
		return "unexpected " + t.Value + " at " + t.Field
	}
	return "broken JSON"
}

// again reports whether an error may go away.
func again(code string) bool {
	return code == "maxlag" || code == "ratelimited" || code == "readonly" || strings.HasPrefix(code, "internal_api_error")
}

// apiProblem says what the code of an error means. What the wiki says besides is
// not repeated.
func apiProblem(code string) *problem {
	p := &problem{code: code, why: "the wiki answers with the error " + short(code)}
	switch code {
	case "permissiondenied", "adrpermissiondenied", "drpermissiondenied":
		p.code, p.why, p.fix = "permissiondenied", "access denied", fixRights
	case "readapidenied":
		p.why, p.fix, p.all = "the wiki shows nothing without a login", fixLogin, true
	case "assertuserfailed", "assertbotfailed", "badtoken", "notloggedin", "mwoauth-invalid-authorization", "mwoauth-invalid-authorization-invalid-user":
		p.why, p.fix, p.all = "the login is not accepted, or has expired", fixLogin, true
	case "maxlag":
		p.why, p.fix, p.all = "the wiki's database lags behind", "scan it again later", true
	case "ratelimited":
		p.why, p.fix, p.all = "the wiki limits how often it may be asked", "scan it again later", true
	case "badcontinue":
		p.fix = "scan it again"
	}
	return p
}

// each asks a query to its end, and hands every answer to use. What the wiki says
// to continue with goes back as it came. use may take that away to end early.
func (m *mediaWiki) each(p url.Values, use func(*queried) error) error {
	next := maps.Clone(p)
	seen := map[string]bool{}
	for {
		var q queried
		if err := m.query(next, &q); err != nil {
			return err
		}
		truncated := strings.Contains(string(q.Warnings), "truncated") && len(q.Continue) == 0
		if err := use(&q); err != nil {
			return err
		}
		if truncated {
			m.gaps.LostAll(scanner.Gap{What: "a part of an answer", Why: "it would be larger than the wiki allows", Fix: "raise $wgAPIMaxResultSize"})
		}
		if len(q.Continue) == 0 {
			return nil
		}
		next = maps.Clone(p)
		for k, v := range q.Continue {
			next.Set(k, v)
		}
		if key := next.Encode(); seen[key] {
			return &problem{why: "the wiki repeats itself", fix: "scan it again"}
		} else if len(seen) < maxContinued {
			seen[key] = true
		}
	}
}

// maxContinued is how many continuations are remembered, to notice a circle.
const maxContinued = 1 << 16

// A pagePosition is how far the list of pages was done.
type pagePosition struct {
	namespace int
	page      int64
	title     string // without the namespace
}

// splitDone reads the position of a page; nil is the beginning.
func splitDone(done string) *pagePosition {
	f := strings.SplitN(done, " ", 3)
	if len(f) < 3 {
		return nil
	}
	ns, err := strconv.Atoi(f[0])
	id, err2 := strconv.ParseInt(f[1], 10, 64)
	if err != nil || err2 != nil {
		return nil
	}
	return &pagePosition{ns, id, f[2]}
}

// withoutNamespace is the title as lists of a namespace are sorted by.
func withoutNamespace(p listedPage) string {
	if _, title, ok := strings.Cut(p.Title, ":"); ok && p.NS != 0 {
		return title
	}
	return p.Title
}
