package report

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/awscred/awscred/resolver"
	"github.com/awscred/awscred/resolver/code"
	"github.com/awscred/awscred/resolver/doctor"
)

// mostCalls is how many calls of a program a line names.
const mostCalls = 3

// at names the calls of an answer, or returns "".
func (p *printer) at(a *Answer) string {
	if len(a.Calls) == 0 {
		return ""
	}
	return ", where it " + a.Does + " at " + p.calls(a.Calls)
}

// calls names places in a program's source, not too many of them.
func (p *printer) calls(where []resolver.Evidence) string {
	var names []string
	for _, e := range where {
		name := fmt.Sprintf("%s:%d", e.Name, e.Line)
		if !slices.Contains(names, name) {
			names = append(names, name)
		}
	}
	if more := len(names) - mostCalls; more > 0 && !p.opts.Verbose {
		return strings.Join(names[:mostCalls], ", ") + fmt.Sprintf(" and %d more", more)
	}
	return strings.Join(names, ", ")
}

// instead says what to use in place of keys in code: the first line of a report
// has it all.
func (p *printer) instead(s *resolver.Step) string {
	for i := range p.report.Answers {
		if a := &p.report.Answers[i]; a.Instead != "" && a.Trace.Ended() == s && s.Source == resolver.FromEnv {
			return "AWS advises against keys in files: use " + a.Instead
		}
	}
	if s.Source != resolver.FromCode || len(s.Where) == 0 {
		return ""
	}
	what, _ := doctor.Instead(p.report.Host)
	return "AWS advises against keys in code: use " + what
}

// codeKeyIDs are the key ids in a program's source, in tests as well. What is too
// short for one is a word that stands elsewhere too.
func codeKeyIDs(p *code.Program) []string {
	const shortest = 16
	if p == nil {
		return nil
	}
	var ids []string
	for i := range p.Sites {
		for _, v := range []code.Value{p.Sites[i].KeyID, p.Sites[i].Written} {
			if len(v.Text) >= shortest && kindOf(v.Text) != "" {
				ids = append(ids, v.Text)
			}
		}
	}
	return ids
}

// program says how much of a program's source was read, and what was not.
func (p *printer) program() {
	g := p.report.Program
	if g == nil {
		return
	}
	p.line("")
	sets, tests, ends, roles := 0, 0, 0, 0
	for i := range g.Sites {
		switch s := &g.Sites[i]; {
		case s.Test:
			tests++
		case s.Sets == code.Endpoint:
			ends++
		case s.Sets == code.GivenRole:
			roles++
		case s.Sets != code.Nothing:
			sets++
		}
	}
	parts := []string{plural(g.Files, "file") + " read", plural(sets, "call") + " that set credentials"}
	if sets == 1 {
		parts[1] = "1 call that sets credentials"
	}
	if ends > 0 {
		parts = append(parts, plural(ends, "endpoint")+" set")
	}
	if roles > 0 {
		parts = append(parts, plural(roles, "role")+" given without keys, as AWS advises")
	}
	if tests > 0 {
		parts = append(parts, plural(tests, "call")+" in tests, which do not count")
	}
	for _, what := range slices.Sorted(maps.Keys(g.Skipped)) {
		parts = append(parts, fmt.Sprintf("passed over: %d %s", g.Skipped[what], what))
	}
	p.wrap("code    ", 8, p.safe(strings.Join(parts, " · ")))
	for i, b := range g.Broken {
		if i == mostCalls && !p.opts.Verbose {
			p.line("        and " + plural(len(g.Broken)-i, "file") + " more")
			break
		}
		p.wrap("        ", 8, "not parsed whole: "+p.path(b.File)+": "+p.safe(b.Why))
	}
	if p.opts.Verbose {
		for i := range g.Sites {
			p.line("        " + p.safe(g.Sites[i].Trace()))
		}
	}
}

// codeJSON is what was read of a program's source.
type codeJSON struct {
	Dir     string        `json:"dir"`
	Files   int           `json:"files"`
	Bytes   int64         `json:"bytes"`
	Sites   []siteJSON    `json:"sites"`
	Skipped []skippedJSON `json:"skipped"`
	Broken  []brokenJSON  `json:"broken"`
}

type skippedJSON struct {
	What  string `json:"what"`
	Count int    `json:"count"`
}

type brokenJSON struct {
	File string `json:"file"`
	Why  string `json:"why"`
}

type siteJSON struct {
	File     string     `json:"file"`
	Line     int        `json:"line"`
	Language string     `json:"language"`
	SDKs     []string   `json:"sdks"`
	Call     string     `json:"call"`
	Sets     string     `json:"sets"`
	KeyID    *valueJSON `json:"key_id"`
	Secret   *valueJSON `json:"secret"`
	Token    *valueJSON `json:"token"`
	Profile  *valueJSON `json:"profile"`
	RoleARN  *valueJSON `json:"role_arn"`
	Endpoint *valueJSON `json:"endpoint"`
	Sources  []string   `json:"sources"`
	Variable *string    `json:"variable"`
	Written  *valueJSON `json:"written"`
	For      *string    `json:"for"`
	Away     bool       `json:"away"`
	Test     bool       `json:"test"`
}

// valueJSON is what is known of a value. Text is null for secrets.
type valueJSON struct {
	Known    string  `json:"known"` // literal, environment, store, unknown, empty
	Text     *string `json:"text"`
	Variable *string `json:"variable"`
	Store    *string `json:"store"`
	File     *string `json:"file"`
	Line     int     `json:"line"`
}

func (e *encoder) code() *codeJSON {
	p := e.report.Program
	if p == nil {
		return nil
	}
	out := &codeJSON{Dir: p.Dir, Files: p.Files, Bytes: p.Bytes, Sites: []siteJSON{}, Skipped: []skippedJSON{}, Broken: []brokenJSON{}}
	for i := range p.Sites {
		out.Sites = append(out.Sites, e.site(&p.Sites[i]))
	}
	for _, what := range slices.Sorted(maps.Keys(p.Skipped)) {
		out.Skipped = append(out.Skipped, skippedJSON{what, p.Skipped[what]})
	}
	for _, b := range p.Broken {
		out.Broken = append(out.Broken, brokenJSON{b.File, b.Why})
	}
	return out
}

func (e *encoder) site(s *code.Site) siteJSON {
	out := siteJSON{
		File: s.File, Line: s.Line, Language: s.Language, SDKs: append([]string{}, s.SDKs...), Call: s.Call, Sets: string(s.Sets),
		KeyID: e.value(s.KeyID), Secret: e.value(s.Secret), Token: e.value(s.Token), Profile: e.value(s.Profile),
		RoleARN: e.value(s.Role), Endpoint: e.value(s.Endpoint), Sources: []string{}, Variable: optional(s.Variable),
		Written: e.value(s.Written), Test: s.Test, For: optional(s.For.Name), Away: s.For.Away,
	}
	for _, source := range s.Sources {
		out.Sources = append(out.Sources, string(source))
	}
	return out
}

func (e *encoder) value(v code.Value) *valueJSON {
	known := map[code.State]string{code.Literal: "literal", code.FromEnv: "environment", code.NotTraced: "unknown", code.FromStore: "store", code.EmptyValue: "empty"}[v.State]
	if known == "" {
		return nil
	}
	return &valueJSON{Known: known, Text: optional(e.mask(v.Text)), Variable: optional(v.Variable), Store: optional(v.Store), File: optional(v.File), Line: v.Line}
}
