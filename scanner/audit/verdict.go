package audit

import (
	"encoding/json"
	"fmt"
	"slices"

	"github.com/awscred/awscred/scanner"
)

// A Verdict answers whether a repository may be published.
type Verdict string

// The verdicts of the output contract.
const (
	Fit     Verdict = "fit"
	NotFit  Verdict = "not-fit"
	Unknown Verdict = "unknown" // not everything could be read
)

// A Status is the outcome of one check.
type Status string

// The outcomes of the output contract.
const (
	Pass     Status = "pass"
	Fail     Status = "fail"
	CannotBe Status = "unknown" // what was not read may fail it
	NotAsked Status = "not-asked"
)

// A Result is the outcome of one check. Its JSON form is the contract of
// docs/output.md.
type Result struct {
	ID       string  `json:"id"`
	Title    string  `json:"title"`
	Status   Status  `json:"status"`
	Count    int     `json:"count"`    // of things that fail it
	Accepted int     `json:"accepted"` // of things that a baseline accepts
	Where    []Place `json:"where"`
	Why      string  `json:"why"`
	Fix      string  `json:"fix"`
}

// A Place is one thing that fails a check, and the first place where it stands.
type Place struct {
	What        string `json:"what"`
	Fingerprint string `json:"fingerprint,omitempty"`
	Count       int    `json:"count"` // of texts that have it
	Bytes       int64  `json:"bytes,omitempty"`
	Object      string `json:"object,omitempty"`
	Commit      string `json:"commit,omitempty"`
	Path        string `json:"path,omitempty"`
	Ref         string `json:"ref,omitempty"`
	Page        string `json:"page,omitempty"`
}

// An Audit is the answer. Its JSON form is the contract of docs/output.md.
type Audit struct {
	Version  int                `json:"version"`
	Tool     scanner.Tool       `json:"tool"`
	Target   scanner.Target     `json:"target"`
	Verdict  Verdict            `json:"verdict"`
	Reasons  int                `json:"reasons"` // why it is not fit: failed checks
	Coverage *scanner.Coverage  `json:"coverage"`
	Checks   []Result           `json:"checks"`
	Findings []*scanner.Finding `json:"findings"`
	// UsedHere are the sources of this machine that hold a found key.
	UsedHere []scanner.UsedHere `json:"used_here"`
	// Which is what awscred which says of this machine, as JSON.
	Which json.RawMessage `json:"which"`
	// Unsearched are values of this machine that were not searched for, with
	// the reason: too short, of no form that a key has.
	Unsearched []scanner.UsedHere `json:"unsearched"`
	Plan       []KeyPlan          `json:"plan"`

	// Report is the scan that the audit rests on.
	Report *scanner.Report `json:"-"`
}

// Options of a verdict.
type Options struct {
	// FingerprintKey keys fingerprints, as for a scan.
	FingerprintKey []byte
	// Accepts reports whether a baseline accepts what has this fingerprint; nil
	// accepts nothing.
	Accepts func(fingerprint string) bool
	// WikiAsked is set if wikis were named.
	WikiAsked bool
	// Bare is set for a repository without a work tree.
	Bare bool
}

// maxWhere is how many places of a check stand in a report.
const maxWhere = 1000

// Judge puts a scan and what was noticed during it into one verdict: not fit if a
// check fails, else unknown if something in scope could not be read or looked
// into, else fit. The report's policy decides which findings count.
func Judge(r *scanner.Report, w *Watch, o Options) *Audit {
	a := &Audit{
		Version: 1, Tool: r.Tool, Target: r.Target, Coverage: r.Coverage, Findings: r.Findings, Report: r,
		UsedHere: []scanner.UsedHere{}, Unsearched: []scanner.UsedHere{}, Plan: []KeyPlan{}, Which: json.RawMessage("null"),
	}
	for _, c := range Checks() {
		a.Checks = append(a.Checks, result(c, r, w, o))
	}
	a.Verdict = Fit
	for _, c := range a.Checks {
		switch c.Status {
		case Fail:
			a.Verdict = NotFit
			a.Reasons++
		case CannotBe:
			if a.Verdict == Fit {
				a.Verdict = Unknown
			}
		}
	}
	for _, f := range r.Findings {
		if r.Failing(f) {
			a.Plan = append(a.Plan, plan(f, o.Bare))
		}
		a.UsedHere = append(a.UsedHere, f.UsedHere...)
	}
	return a
}

// ExitCode is 1 if the repository is not fit, 3 if that could not be told and
// allowIncomplete is false, else 0.
func (a *Audit) ExitCode(allowIncomplete bool) int {
	switch {
	case a.Verdict == NotFit:
		return 1
	case a.Verdict == Unknown && !allowIncomplete:
		return 3
	}
	return 0
}

func result(c Check, r *scanner.Report, w *Watch, o Options) Result {
	res := Result{ID: c.ID, Title: c.Title, Status: Pass, Where: []Place{}, Why: c.Why, Fix: c.Fix}
	switch c.ID {
	case SecretsInHistory:
		res.secrets(r, published)
		if res.Count > 0 && !slices.ContainsFunc(r.Findings, func(f *scanner.Finding) bool { return published(f) && r.Failing(f) && stands(f, scanner.InHistory) }) {
			res.Title, res.Fix = "secrets in files", "follow the plan of each key: make it inactive first, then take it out of the files"
		}
	case SecretsHere:
		res.secrets(r, func(f *scanner.Finding) bool { return f.Exposure.OnlyHere() && !inWiki(f) })
	case Wiki:
		if !o.WikiAsked {
			res.Status, res.Fix = NotAsked, "awscred audit --wiki auto"
			return res
		}
		res.secrets(r, inWiki)
	case Read:
		res.gaps(r)
		return res
	default:
		res.items(w, o)
	}
	if res.Count > 0 {
		res.Status = Fail
	} else if len(r.Coverage.Lost) > 0 || r.Interrupted != "" {
		res.Status = CannotBe
	}
	return res
}

// published reports whether a finding is in what is published with the repository,
// or would be by the next commit.
func published(f *scanner.Finding) bool { return !f.Exposure.OnlyHere() && !inWiki(f) }

func inWiki(f *scanner.Finding) bool { return f.First != nil && f.First.Place == scanner.InWiki }

// secrets counts the findings that fail.
func (res *Result) secrets(r *scanner.Report, of func(*scanner.Finding) bool) {
	for _, f := range r.Findings {
		switch {
		case !of(f):
		case f.Suppressed != nil:
			res.Accepted++
		case r.Failing(f):
			res.add(placeOf(f))
		}
	}
}

func placeOf(f *scanner.Finding) Place {
	p := Place{What: f.Title, Fingerprint: f.Fingerprint, Count: f.Count}
	if f.KeyID != "" {
		p.What += " " + f.KeyID
	}
	if oc := f.First; oc != nil {
		p.Object, p.Commit, p.Path = oc.Object, oc.Commit, oc.Path
		if oc.Ref != nil {
			p.Ref = *oc.Ref
		}
		if oc.Page != nil {
			p.Page = *oc.Page
		}
	}
	return p
}

func (res *Result) add(p Place) {
	res.Count++
	if len(res.Where) < maxWhere {
		res.Where = append(res.Where, p)
	}
}

// items counts what a watch noticed.
func (res *Result) items(w *Watch, o Options) {
	items, more := w.Items(res.ID)
	for _, item := range items {
		print := Fingerprint(o.FingerprintKey, res.ID, item)
		if o.Accepts != nil && o.Accepts(print) {
			res.Accepted++
			continue
		}
		p := Place{What: item.Value, Fingerprint: print, Count: item.Count, Bytes: item.Bytes,
			Object: item.Object, Commit: item.Where.Commit, Path: item.Where.Path, Ref: item.Where.Ref, Page: item.Where.Page}
		if item.ref.Field == scanner.Header {
			p.Commit = item.ref.ID
		}
		if res.ID == Binaries && p.Path != "" {
			p.What = p.Path
		}
		res.add(p)
	}
	res.Count += more
}

// gaps tells what was not read or cannot be looked into.
func (res *Result) gaps(r *scanner.Report) {
	if r.Interrupted != "" {
		res.add(Place{What: "the scan was stopped: " + r.Interrupted, Count: 1})
	}
	for _, list := range [][]scanner.Gap{r.Coverage.Lost, r.Coverage.Opaque} {
		for _, g := range list {
			res.add(Place{What: fmt.Sprintf("%s: %s", g.What, g.Why), Count: max(1, g.Count)})
		}
	}
	if res.Count > 0 {
		res.Status = CannotBe
	}
}
