package report

import (
	"encoding/base64"
	"iter"
	"path"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/awscred/awscred/internal/redact"
	"github.com/awscred/awscred/scanner"
)

// presentable returns a copy of r with the findings that are to be shown,
// without secrets, wherever they stand, and with masked ids if asked. Every
// format writes such a copy and needs no care of its own.
func presentable(r *scanner.Report, opts Options) *scanner.Report {
	p := newPresenter(r, opts)
	out := p.frame()
	out.Findings = slices.AppendSeq(out.Findings, p.findings())
	return out
}

// A presenter takes out of the texts of a report what is not to be shown.
type presenter struct {
	report *scanner.Report
	opts   Options
	hide   redact.Hider
	mask   *strings.Replacer
	known  map[string]string // texts, as they are shown: most stand at many places
}

// frame is the report as [presentable] has it, without its findings.
func (p *presenter) frame() *scanner.Report {
	out := *p.report
	out.Target.Name = p.text(out.Target.Name)
	out.Config.From = p.text(out.Config.From)
	out.Coverage = p.coverage(out.Coverage)
	out.Compare = p.comparison(out.Compare)
	out.Findings = []*scanner.Finding{}
	return &out
}

// findings are those of [presentable], made one after the other.
func (p *presenter) findings() iter.Seq[*scanner.Finding] {
	return func(yield func(*scanner.Finding) bool) {
		for _, f := range p.report.Findings {
			if (p.opts.All || shown(f)) && !yield(p.finding(f)) {
				return
			}
		}
	}
}

// alwaysHidden is the length from which a secret is taken out of every text. A
// shorter one may be an ordinary word, which would make paths unreadable: it is
// taken out only if it was found in a name.
const alwaysHidden = 12

func newPresenter(r *scanner.Report, opts Options) *presenter {
	p := &presenter{report: r, opts: opts, known: map[string]string{}}
	var secrets []redact.Secret
	var ids []string
	for _, f := range r.Findings {
		inNames := false
		for i := range f.Occurrences {
			oc := &f.Occurrences[i]
			inNames = inNames || oc.Field != scanner.Content
			if f.KeyID == "" && f.Secret != nil || f.KeyID != "" && oc.Part != scanner.IDPart { // without both it is the file that was found, by its name
				secrets = append(secrets, inName(oc))
			}
		}
		for _, s := range []*scanner.SecretInfo{f.Secret, f.SessionToken} {
			if v := value(s); v.Len() >= alwaysHidden || inNames {
				secrets = append(secrets, v)
			}
		}
		if f.KeyID != "" {
			ids = append(ids, f.KeyID, maskID(f.KeyID))
		}
	}
	if !opts.ShowSecrets {
		p.hide = redact.NewHider(secrets...)
	}
	if opts.Mask {
		p.mask = strings.NewReplacer(ids...)
	}
	return p
}

// value is the secret of a finding, also of one that was read from JSON.
func value(s *scanner.SecretInfo) redact.Secret {
	switch {
	case s == nil:
		return redact.Secret{}
	case s.Secret().IsZero() && s.Value != nil:
		return redact.New(*s.Value)
	}
	return s.Secret()
}

// inName returns the part of a name in which a secret was found, which may be
// the secret in some encoding.
func inName(oc *scanner.Occurrence) redact.Secret {
	var name string
	switch {
	case oc.Field == scanner.RefName && oc.Ref != nil:
		name = *oc.Ref
	case oc.Field == scanner.Name && len(oc.Via) > 0:
		name = oc.Via[len(oc.Via)-1]
	case oc.Field == scanner.Name:
		name = path.Base(exactPath(oc))
	}
	from, to := oc.Column-1, oc.EndColumn-1
	if strings.Contains(name, redact.Hidden) { // in a report that was read
		return redact.Secret{}
	}
	if oc.Line != 1 || oc.EndLine != 1 || from < 0 || to <= from || to > len(name) {
		return redact.Secret{}
	}
	return redact.New(name[from:to])
}

// exactPath returns the bytes of an occurrence's path.
func exactPath(oc *scanner.Occurrence) string {
	if oc.PathB64 != nil {
		if exact, err := base64.StdEncoding.DecodeString(*oc.PathB64); err == nil {
			return string(exact)
		}
	}
	return oc.Path
}

// maskID shortens a key id to its ends.
func maskID(id string) string {
	const keep = 4
	if len(id) <= 2*keep {
		return "…"
	}
	return id[:keep] + "…" + id[len(id)-keep:]
}

func (p *presenter) text(s string) string {
	shown, known := p.known[s]
	if known {
		return shown
	}
	shown = p.hide.Hide(s)
	if p.mask != nil {
		shown = p.mask.Replace(shown)
	}
	p.known[s] = shown
	return shown
}

func (p *presenter) pointer(s *string) *string {
	if s == nil {
		return nil
	}
	t := p.text(*s)
	return &t
}

func (p *presenter) texts(list []string) []string {
	out := make([]string, len(list))
	for i, s := range list {
		out[i] = p.text(s)
	}
	return out
}

func (p *presenter) coverage(c *scanner.Coverage) *scanner.Coverage {
	out := &scanner.Coverage{
		Complete: c.Complete, Objects: c.Objects, Bytes: c.Bytes, Commits: c.Commits, Pages: c.Pages, Revisions: c.Revisions, Files: c.Files,
		Stashes: c.Stashes, Refs: c.Refs, Lost: p.gaps(c.Lost), Opaque: p.gaps(c.Opaque), Skipped: p.gaps(c.Skipped),
	}
	if len(c.Notes) > 0 {
		out.Notes = p.texts(c.Notes)
	}
	return out
}

func (p *presenter) gaps(list []scanner.Gap) []scanner.Gap {
	out := make([]scanner.Gap, len(list))
	for i, g := range list {
		out[i] = scanner.Gap{What: p.text(g.What), Why: p.text(g.Why), Count: g.Count, Fix: p.text(g.Fix)}
	}
	return out
}

func (p *presenter) finding(f *scanner.Finding) *scanner.Finding {
	out := *f
	out.KeyID = p.text(f.KeyID)
	out.Secret, out.SessionToken = p.secret(f.Secret), p.secret(f.SessionToken)
	first, last := p.occurrence(f.First), p.occurrence(f.Last)
	out.First, out.Last = &first, &last
	out.Refs = p.texts(f.Refs)
	out.Identity = p.pointer(f.Identity)
	if f.Pairing != nil { // its ground may name a path
		out.Pairing = &scanner.Pairing{Ground: p.text(f.Pairing.Ground), Certainty: f.Pairing.Certainty, Candidates: f.Pairing.Candidates}
	}
	out.Suppressed = p.suppression(f.Suppressed)
	out.Occurrences = make([]scanner.Occurrence, len(f.Occurrences))
	for i := range f.Occurrences {
		out.Occurrences[i] = p.occurrence(&f.Occurrences[i])
	}
	out.Intervals = make([]scanner.Interval, len(f.Intervals))
	for i, iv := range f.Intervals {
		out.Intervals[i] = iv
		out.Intervals[i].Ref = p.text(iv.Ref)
	}
	out.UsedHere = p.uses(f.UsedHere)
	return &out
}

func (p *presenter) uses(list []scanner.UsedHere) []scanner.UsedHere {
	out := make([]scanner.UsedHere, len(list))
	for i, u := range list {
		out[i] = scanner.UsedHere{Source: p.text(u.Source), Where: p.text(u.Where)}
	}
	return out
}

func (p *presenter) secret(s *scanner.SecretInfo) *scanner.SecretInfo {
	if s == nil || p.opts.ShowSecrets {
		return s
	}
	return &scanner.SecretInfo{Kind: s.Kind, Length: s.Length}
}

func (p *presenter) suppression(s *scanner.Suppression) *scanner.Suppression {
	if s == nil {
		return nil
	}
	return &scanner.Suppression{By: s.By, Reason: p.text(s.Reason), Until: s.Until}
}

func (p *presenter) occurrence(oc *scanner.Occurrence) scanner.Occurrence {
	out := *oc
	if exact := p.text(exactPath(oc)); oc.PathB64 != nil {
		out.Path, out.PathB64 = strings.ToValidUTF8(exact, "\uFFFD"), nil
		if !utf8.ValidString(exact) {
			b64 := base64.StdEncoding.EncodeToString([]byte(exact))
			out.PathB64 = &b64
		}
	} else {
		out.Path = exact
	}
	out.Author = p.text(oc.Author)
	out.Ref, out.Page, out.Revision = p.pointer(oc.Ref), p.pointer(oc.Page), p.pointer(oc.Revision)
	out.Via = p.texts(oc.Via)
	out.Suppressed = p.suppression(oc.Suppressed)
	return out
}
