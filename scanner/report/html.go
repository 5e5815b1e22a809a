package report

import (
	"bufio"
	"crypto/sha256"
	_ "embed"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"html/template"
	"io"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/awscred/awscred/scanner"
)

//go:embed page/report.html
var pageTemplate string

//go:embed page/report.css
var pageCSS string

//go:embed page/report.js
var pageScript string

// What a page can hold and still be read in a browser.
const (
	maxPageFindings = 2000
	maxPagePlaces   = 40  // of a finding
	maxPageWhere    = 200 // of a check
)

// A page is the view of a report that the template shows. Its texts are safe and
// the template escapes them.
type page struct {
	Policy, Target, Version, Written, Rules string
	Headline, Mood                          string
	Checks                                  []pageCheck // of an audit
	Plans                                   []pagePlan
	Unsearched                              string // values of this machine
	GapsTitle                               string
	Gaps                                    []string
	Severities, RuleIDs, Exposures, Authors []string
	Findings                                []pageFinding
	Cut                                     string
	CSS                                     template.CSS
	Script                                  template.JS
}

// A pageFinding is one finding of a page. Authors and Paths are what the filters
// compare with, as JSON.
type pageFinding struct {
	Fingerprint, Rule, Severity, Word, Title, Seen, Exposure string
	Authors, Paths                                           string
	Facts                                                    []string
	Line                                                     *timeline
	Advice                                                   string
	PlacesTitle, More                                        string
	Places                                                   []pagePlace
	Suppressed, Open                                         bool
}

type pagePlace struct{ When, Where, Note string }

type pageCheck struct {
	Title, Status, Accepted, Why, Fix string
	Where, Rest                       []string // Rest is folded
	More                              string   // what is not on the page
}

type pagePlan struct {
	Title  string
	Open   bool
	Steps  []pageStep
	Leaves []string
}

type pageStep struct{ What, Command string }

// html writes one page that needs nothing else: no network, no other file. Its
// policy allows the one style and the one script that stand in it, by their
// hashes; without the script everything is there but the filters.
func html(w io.Writer, r *scanner.Report, opts Options) error { return pageOf(r, opts).write(w) }

func (p *page) write(w io.Writer) error {
	t, err := template.New("report").Parse(pageTemplate)
	if err != nil {
		return fmt.Errorf("reading the page: %w", err)
	}
	out := bufio.NewWriter(w)
	if err := t.Execute(out, p); err != nil {
		return fmt.Errorf("writing the page: %w", err)
	}
	return out.Flush()
}

func pageOf(r *scanner.Report, opts Options) *page {
	p := &page{
		Target: line(r.Target.Name), Version: line(r.Tool.Version), Headline: headline(r), CSS: template.CSS(pageCSS), Script: template.JS(pageScript),
		Rules: count(r.Config.Rules, "rule") + ", " + line(r.Config.From),
	}
	p.Policy = fmt.Sprintf("default-src 'none'; style-src '%s'; script-src '%s'; img-src data:; base-uri 'none'; form-action 'none'", hash(pageCSS), hash(pageScript))
	if !opts.Now.IsZero() {
		p.Written = opts.Now.In(zone(opts)).Format("2006-01-02 15:04 MST")
	}
	switch {
	case r.Summary.Failing > 0:
		p.Mood = "bad"
	case !r.Complete():
		p.Mood = "unsure"
	}
	p.GapsTitle = "Read, but cannot be looked into"
	if !r.Complete() {
		p.GapsTitle = "Not everything could be read"
	}
	p.Gaps = gapLines(r, maxNotifications)
	scale := scaleOf(r, opts)
	for i, f := range r.Findings {
		if i == maxPageFindings {
			p.Cut = "and " + number(int64(len(r.Findings)-i)) + " more, which stand in the JSON report"
			break
		}
		p.add(f, scale, opts)
	}
	for _, words := range []*[]string{&p.RuleIDs, &p.Exposures, &p.Authors} {
		slices.Sort(*words)
	}
	return p
}

// headline is the first line of the text report.
func headline(r *scanner.Report) string {
	var b strings.Builder
	p := &printer{out: bufio.NewWriter(&b), r: r}
	p.sort()
	p.headline()
	p.out.Flush()
	return strings.TrimSpace(b.String())
}

// hash is a source of a Content-Security-Policy that allows this text.
func hash(text string) string {
	sum := sha256.Sum256([]byte(text))
	return "sha256-" + base64.StdEncoding.EncodeToString(sum[:])
}

func zone(opts Options) *time.Location {
	if opts.Location == nil {
		return time.UTC
	}
	return opts.Location
}

// add adds a finding, and its words to those that can be chosen.
func (p *page) add(f *scanner.Finding, scale scale, opts Options) {
	v := pageFinding{
		Fingerprint: line(f.Fingerprint), Rule: line(f.Rule), Severity: line(string(f.Severity)), Word: strings.ToUpper(line(string(f.Severity))),
		Title: line(name(f)), Seen: exposureWords(f.Exposure), Exposure: line(string(f.Exposure)),
		Suppressed: f.Suppressed != nil, Line: scale.timeline(f), Open: f.Count <= 3,
		PlacesTitle: count(f.Count, "place"),
	}
	printer := &printer{opts: opts}
	v.Facts = facts(f, printer)
	if steps := advice(f); len(steps) > 0 && f.Suppressed == nil && f.Noise == "" {
		v.Advice = line(steps[0].where)
	}
	authors, paths := map[string]bool{}, map[string]bool{}
	for i := range f.Occurrences {
		oc := &f.Occurrences[i]
		if who := author(oc.Author); who != "" {
			authors[line(who)] = true
		}
		paths[line(where(oc))] = true
	}
	v.Authors, v.Paths = list(authors), list(paths)
	rows := printer.places(f)
	v.Places, v.More = pagePlaces(rows)
	p.Findings = append(p.Findings, v)
	for choice, words := range map[*[]string][]string{&p.Severities: {v.Severity}, &p.RuleIDs: {v.Rule}, &p.Exposures: {v.Exposure}, &p.Authors: keys(authors)} {
		for _, word := range words {
			if word != "" && !slices.Contains(*choice, word) {
				*choice = append(*choice, word)
			}
		}
	}
}

// facts are what the first lines of a finding tell besides its name.
func facts(f *scanner.Finding, p *printer) []string {
	var told []string
	head := joinNonEmpty(" · ", account(f), when(f.Canary, "a canary: using it alarms its owner"), p.lifetime(f),
		when(f.SessionToken != nil, "with its session token"), doubt(f), verified(f))
	for _, text := range []string{
		head, when(f.Suppressed != nil || f.Noise != "" || f.Severity == scanner.Info, reason(f)),
		when(f.InHead, "in HEAD now"), when(len(f.Refs) > 0, "reachable from "+refList(f, 5)),
	} {
		if text != "" {
			told = append(told, line(text))
		}
	}
	for _, u := range f.UsedHere {
		told = append(told, "used on this machine: "+line(u.Source)+" ("+line(u.Where)+")")
	}
	for _, s := range []*scanner.SecretInfo{f.Secret, f.SessionToken} {
		if s != nil && s.Value != nil {
			told = append(told, line(*s.Value))
		}
	}
	return told
}

// pagePlaces are the first rows, and how many there are more.
func pagePlaces(rows []row) (places []pagePlace, more string) {
	for i, r := range rows {
		if i == maxPagePlaces {
			return places, "and " + number(int64(len(rows)-i)) + " more, which stand in the JSON report"
		}
		places = append(places, pagePlace{r.when, line(r.where), line(r.note)})
	}
	return places, ""
}

func keys(set map[string]bool) []string { return slices.Sorted(maps.Keys(set)) }

// list writes a set of safe texts as a JSON array.
func list(set map[string]bool) string {
	text, err := json.Marshal(keys(set))
	if err != nil {
		return "[]" // texts can be encoded
	}
	return string(text)
}
