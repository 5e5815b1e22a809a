package report

import (
	"bufio"
	"fmt"
	"io"
	"strings"

	"github.com/awscred/awscred/scanner/audit"
)

// AuditFormats are the names of the formats that [WriteAudit] knows.
func AuditFormats() []string { return []string{"text", "json", "html"} }

// WriteAudit writes an audit in the format of this name. Secrets are taken out as
// [Write] does. It returns an error that lists the known formats if it does not
// know it, and else the first error of w.
func WriteAudit(w io.Writer, format string, a *audit.Audit, opts Options) error {
	a = presentableAudit(a, opts)
	switch format {
	case "text":
		return auditText(w, a, opts)
	case "json":
		return encode(w, a)
	case "html":
		return auditHTML(w, a, opts)
	}
	return fmt.Errorf("unknown format %q: use %s", format, strings.Join(AuditFormats(), ", "))
}

// presentableAudit is to an audit what presentable is to a report.
func presentableAudit(a *audit.Audit, opts Options) *audit.Audit {
	p := newPresenter(a.Report, opts)
	out := *a
	out.Report = presentable(a.Report, opts)
	out.Target, out.Coverage, out.Findings = out.Report.Target, out.Report.Coverage, out.Report.Findings
	out.Checks = make([]audit.Result, len(a.Checks))
	for i, c := range a.Checks {
		c.Where = append([]audit.Place{}, c.Where...)
		for j := range c.Where {
			at := &c.Where[j]
			at.What, at.Path, at.Ref, at.Page = p.text(at.What), p.text(at.Path), p.text(at.Ref), p.text(at.Page)
		}
		out.Checks[i] = c
	}
	out.UsedHere, out.Unsearched = p.uses(a.UsedHere), p.uses(a.Unsearched)
	out.Plan = make([]audit.KeyPlan, len(a.Plan))
	for i, k := range a.Plan {
		k.KeyID, k.Title = p.text(k.KeyID), p.text(k.Title)
		k.Steps = append([]audit.Step{}, k.Steps...)
		for j := range k.Steps {
			k.Steps[j] = audit.Step{What: p.text(k.Steps[j].What), Command: p.text(k.Steps[j].Command)}
		}
		k.Leaves = append([]string(nil), k.Leaves...)
		for j := range k.Leaves {
			k.Leaves[j] = p.text(k.Leaves[j])
		}
		out.Plan[i] = k
	}
	return &out
}

const (
	checkColumn = 24 // where the answer to a check begins
	fullWhere   = 4  // how many places of a check a person sees, unless verbose
	fullPlans   = 3
)

// auditText writes an audit for people: the verdict first, then what fails it,
// what passed, what was not asked, and the plan for each key.
func auditText(w io.Writer, a *audit.Audit, opts Options) error {
	out := bufio.NewWriter(w)
	p := &printer{out: out, r: a.Report, opts: opts}
	p.wrapped("", 2, p.verdict(a))
	p.line("")
	var passed, accepted []string
	for _, c := range a.Checks {
		switch c.Status {
		case audit.Fail:
			p.failed(a, c)
		case audit.Pass:
			passed = append(passed, c.Title)
		}
		if c.Accepted > 0 {
			accepted = append(accepted, number(int64(c.Accepted))+" of "+c.Title)
		}
	}
	for _, c := range a.Checks {
		if c.Status == audit.CannotBe && c.ID == audit.Read {
			p.failed(a, c)
		}
	}
	p.told("passed", strings.Join(passed, ", "))
	p.told("accepted", strings.Join(accepted, ", "))
	p.told("not searched for", p.unsearched(a))
	for _, c := range a.Checks {
		if c.Status == audit.NotAsked {
			p.told("not asked", c.Title+" ("+c.Fix+")")
		}
	}
	p.plans(a)
	return out.Flush()
}

// verdict is the first line.
func (p *printer) verdict(a *audit.Audit) string {
	read := p.read() + " · " + seconds(a.Report.Summary.Seconds)
	switch a.Verdict {
	case audit.Fit:
		return p.colored("FIT", "32") + " to publish · " + read
	case audit.NotFit:
		text := p.colored("NOT FIT", red) + " to publish: " + count(a.Reasons, "reason")
		if !a.Coverage.Complete || a.Report.Interrupted != "" {
			text += ", and not everything could be read"
		}
		return text
	}
	return p.colored("COULD NOT TELL", yellow) + " whether it is fit to publish: not everything could be read · " + read
}

func (p *printer) colored(text, color string) string {
	if !p.opts.Color {
		return text
	}
	return "\x1b[1;" + color + "m" + text + "\x1b[0m"
}

// told writes one row of the overview, if there is something to tell.
func (p *printer) told(title, text string) {
	if text != "" {
		p.wrapped("  "+pad(title, checkColumn-2), checkColumn, text)
	}
}

// failed writes a check with what fails it, why that matters, and how to mend it.
func (p *printer) failed(a *audit.Audit, c audit.Result) {
	title := c.Title
	texts := p.reasonsOf(a, c)
	for _, text := range texts {
		p.told(title, text)
		title = ""
	}
	p.wrapped(pad("", checkColumn), checkColumn, "why: "+c.Why)
	p.wrapped(pad("", checkColumn), checkColumn, "fix: "+c.Fix)
}

// reasonsOf tells what fails a check, a line each.
func (p *printer) reasonsOf(a *audit.Audit, c audit.Result) []string {
	var texts []string
	for i, at := range c.Where {
		if i == fullWhere && c.Count > fullWhere+1 && !p.opts.Verbose {
			break
		}
		texts = append(texts, p.place(a, c, at))
	}
	if more := c.Count - len(texts); more > 0 {
		texts = append(texts, "and "+number(int64(more))+" more (--verbose, --format json)")
	}
	return texts
}

// place tells one thing that fails a check.
func (p *printer) place(a *audit.Audit, c audit.Result, at audit.Place) string {
	switch c.ID {
	case audit.SecretsInHistory, audit.SecretsHere, audit.Wiki:
		for _, f := range a.Findings {
			if f.Fingerprint == at.Fingerprint {
				return joinNonEmpty(" · ", p.subject(f), exposureWords(f.Exposure), where(f.First))
			}
		}
		return safe(at.What)
	case audit.Addresses:
		return safe(at.What) + " in " + number(int64(at.Count)) + when(at.Count == 1, " commit or tag") + when(at.Count > 1, " commits and tags")
	case audit.Read:
		return safe(at.What) + when(at.Count > 1, " ("+number(int64(at.Count))+" times)")
	}
	text := safe(at.What)
	if at.Path != "" && at.Path != at.What {
		text += " in " + safePath(at.Path)
	} else if at.Commit != "" {
		text += " in " + short(at.Commit)
	}
	if at.Bytes > 0 {
		text += " · " + fmt.Sprintf("%.1f MB", float64(at.Bytes)/1e6)
	}
	if c.ID == audit.Hosts || c.ID == audit.Accounts {
		return text // of how many versions of files depends on how they are packed
	}
	return text + when(at.Count > 1, " · "+number(int64(at.Count))+" versions")
}

// unsearched tells which values of this machine were not searched for.
func (p *printer) unsearched(a *audit.Audit) string {
	var where []string
	for i, u := range a.Unsearched {
		if i == fullWhere && len(a.Unsearched) > fullWhere+1 && !p.opts.Verbose {
			where = append(where, number(int64(len(a.Unsearched)-i))+" more (--verbose, --format json)")
			break
		}
		where = append(where, safe(u.Source)+" ("+safe(u.Where)+")")
	}
	if len(where) == 0 {
		return ""
	}
	return "what has the form of no key, and would be found by accident: " + strings.Join(where, ", ")
}

// plans writes what to do about each key.
func (p *printer) plans(a *audit.Audit) {
	for i, k := range a.Plan {
		p.line("")
		if i == fullPlans && len(a.Plan) > fullPlans+1 && !p.opts.Verbose {
			p.line("and plans for " + number(int64(len(a.Plan)-i)) + " more (--verbose, --format json)")
			return
		}
		p.line("plan for " + safe(joinNonEmpty("", k.KeyID, when(k.KeyID == "", k.Title+" "+short8(k.Fingerprint)))))
		for n, s := range k.Steps {
			row := fmt.Sprintf("  %d %s", n+1, safe(s.What))
			if s.Command != "" {
				row = pad(row, checkColumn) + " " + safe(s.Command)
			}
			p.line(row)
		}
		for n, text := range k.Leaves {
			p.told(when(n == 0, "  what that leaves"), safe(text))
		}
	}
}

// short8 is as much of a fingerprint as tells two apart.
func short8(fingerprint string) string { return safe(fingerprint[:min(8, len(fingerprint))]) }

// auditHTML writes an audit as one page: the checks and plans before the
// findings.
func auditHTML(w io.Writer, a *audit.Audit, opts Options) error {
	v := pageOf(a.Report, opts)
	p := &printer{r: a.Report, opts: Options{Verbose: true, Location: opts.Location}}
	v.Unsearched = line(p.unsearched(a))
	v.Headline, v.Mood = line(p.verdict(a)), map[audit.Verdict]string{audit.NotFit: "bad", audit.Unknown: "unsure"}[a.Verdict]
	for _, c := range a.Checks {
		check := pageCheck{Title: line(c.Title), Status: strings.ReplaceAll(string(c.Status), "-", " "), Why: line(c.Why), Fix: line(c.Fix)}
		if c.Accepted > 0 {
			check.Accepted = number(int64(c.Accepted)) + " accepted"
		}
		p.pageWhere(&check, a, c)
		v.Checks = append(v.Checks, check)
	}
	for i, k := range a.Plan {
		if i == maxPageFindings {
			break
		}
		plan := pagePlan{Title: line(joinNonEmpty("", k.KeyID, when(k.KeyID == "", k.Title))), Open: i < fullPlans}
		for _, s := range k.Steps {
			plan.Steps = append(plan.Steps, pageStep{line(s.What), line(s.Command)})
		}
		for _, text := range k.Leaves {
			plan.Leaves = append(plan.Leaves, line(text))
		}
		v.Plans = append(v.Plans, plan)
	}
	return v.write(w)
}

// pageWhere lists what fails a check: the first few, and more that are folded.
func (p *printer) pageWhere(check *pageCheck, a *audit.Audit, c audit.Result) {
	for i, at := range c.Where {
		if i == maxPageWhere {
			break
		}
		if text := line(p.place(a, c, at)); i < fullWhere {
			check.Where = append(check.Where, text)
		} else {
			check.Rest = append(check.Rest, text)
		}
	}
	if more := c.Count - len(check.Where) - len(check.Rest); more > 0 {
		check.More = "and " + number(int64(more)) + " more, which stand in the JSON report"
	}
}
