package scanner

import (
	"cmp"
	"encoding/base64"
	"regexp"
	"slices"
	"sort"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/awscred/awscred/internal/redact"
	"github.com/awscred/awscred/scanner/awskey"
)

// maxOccurrences is how many occurrences a finding lists; it counts them all.
const maxOccurrences = 1000

// finding makes the finding of a secret that has been located. It returns nil
// if the secret stands nowhere that its rule looks at.
func (s *secret) finding(life Life, paths pathRulings, o Options) *Finding {
	f := &Finding{
		Fingerprint: s.fingerprint(o.FingerprintKey),
		Rule:        s.rule.ID, Title: s.rule.Title, Severity: s.rule.Severity, Confidence: s.rule.Confidence,
		Pairing: s.pairing, Exposure: life.Exposure, InHead: life.InHead,
		Intervals: orEmpty(life.Intervals), Refs: listedRefs(life.Refs), RefCount: len(life.Refs),
		Verified: "not-checked", UsedHere: []UsedHere{}, Noise: s.noise,
	}
	all, ruledOut := s.occurrences(life, paths, o.Ignore)
	if len(all) == 0 {
		return nil
	}
	if ruledOut.all && f.Noise == "" {
		f.Noise = ruledOut.reason
	}
	if ruledOut.some && !ruledOut.all {
		f.narrow(all, ruledOut.widest)
	}
	sort.SliceStable(all, func(i, j int) bool { return all[i].before(&all[j]) })
	f.Count, f.First, f.Last = len(all), &all[0], &all[len(all)-1]
	f.Occurrences = all[:min(len(all), maxOccurrences)]
	f.Suppressed = suppressedEverywhere(all)
	s.describe(f, all, o)
	return f
}

func orEmpty[T any](s []T) []T {
	if s == nil {
		return []T{}
	}
	return s
}

// describe adds what the values themselves tell.
func (s *secret) describe(f *Finding, all []Occurrence, o Options) {
	if !s.value.IsZero() && !s.rule.pathOnly() {
		f.Secret = info(s.secretKind(), s.value, o.ShowSecrets)
	}
	if !s.token.IsZero() {
		f.SessionToken = info(KindSessionToken, s.token, o.ShowSecrets)
	}
	if s.kind == KindAccessKey {
		s.describePair(f)
	} else if s.rule.Tell != nil {
		f.add(s.rule.Tell(clue(s.value.Reveal(), all, o.Now())))
	}
	if s.made != nil {
		s.made.describe(f, o)
	}
	if !s.id.IsZero() {
		describeID(f, s.id, all, o)
	}
}

func (s *secret) secretKind() string {
	if s.kind == KindAccessKey {
		return KindSecretKey
	}
	return s.kind
}

func info(kind string, v redact.Secret, show bool) *SecretInfo {
	i := &SecretInfo{Kind: kind, Length: v.Len(), value: v}
	if show {
		text := strings.ToValidUTF8(string(v.Reveal()), "\uFFFD")
		i.Value = &text
	}
	return i
}

// describePair grades a pair: both halves together are worse than each.
func (s *secret) describePair(f *Finding) {
	f.Rule, f.Title, f.Severity = KindAccessKey, "AWS access key with its secret", Critical
	switch f.Pairing.Certainty {
	case string(Certain):
		f.Confidence = Certain
	case string(Probable):
		f.Confidence = Probable
	default:
		f.Confidence = Possible
	}
}

// describeID adds what the id of an AWS key tells: whose it is, and whether it
// can still be alive.
func describeID(f *Finding, v redact.Secret, all []Occurrence, o Options) {
	f.KeyID = string(v.Reveal()) // an id names the key and is no secret
	id, ok := awskey.ParseID(f.KeyID)
	if !ok {
		f.AccountNote = "not decodable"
		return
	}
	account, note := id.Account()
	f.AccountNote = note
	if account != "" {
		f.Account = &account
		f.Canary = awskey.Canary(account)
	}
	f.Temporary = id.Temporary()
	if seen := knownSince(all); awskey.Dead(id, seen, o.Now()) {
		f.Severity = Low
		end := seen.Add(awskey.MaxSession).UTC().Format(time.RFC3339)
		f.Expires = &end
	}
}

// knownSince is the time at which the first of the commits with the id of a key
// had been made for certain, zero if no commit tells. A secret in another text
// may be that of another key.
func knownSince(all []Occurrence) time.Time {
	var first time.Time
	for i := range all {
		t, err := time.Parse(time.RFC3339, all[i].known)
		if err == nil && all[i].Part == IDPart && (first.IsZero() || t.Before(first)) {
			first = t
		}
	}
	return first
}

// A ruling says what built-in allowances did to the places of a secret: rule
// out some of them, or all. widest is the exposure of those that remain.
type ruling struct {
	some, all bool
	reason    string
	widest    Exposure
}

// occurrences lists the places of all parts. Those that a built-in allowance
// rules out are left out, unless there are no others.
func (s *secret) occurrences(life Life, paths pathRulings, ignore Ignorer) ([]Occurrence, ruling) {
	var all, out []Occurrence
	var r ruling
	ignored := newIgnored(ignore)
	for i := range s.holders {
		h := &s.holders[i]
		for _, spot := range life.Spots[i] {
			for j := range h.parts {
				p := &h.parts[j]
				if !p.match.Rule.acceptsPath(spot.Path) || p.claimed(&spot, paths) {
					continue
				}
				oc := p.occurrence(h.ref, &spot)
				reason, builtIn := p.allowed(&spot, paths)
				if builtIn {
					r.some, r.reason = true, reason
					out = append(out, oc)
					continue
				}
				if reason != "" && oc.Suppressed == nil {
					oc.Suppressed = &Suppression{By: "config", Reason: reason}
				}
				r.widest = r.widest.Wider(spot.Exposure)
				ignored.ask(p, &spot, h.ref.Via)
				all = append(all, oc)
			}
		}
	}
	if len(all) == 0 {
		r.all = r.some
		return out, r
	}
	ignored.apply(all)
	return all, r
}

// narrow takes back what is known of a secret's life from places that an
// allowance ruled out: what is left stands in no history unless one of the
// places does.
func (f *Finding) narrow(left []Occurrence, widest Exposure) {
	f.Exposure = widest
	inHistory := slices.ContainsFunc(left, func(oc Occurrence) bool { return oc.Place == InHistory })
	if !inHistory {
		f.InHead, f.Refs, f.RefCount, f.Intervals = false, []string{}, 0, []Interval{}
	}
}

// claimed reports whether a specific rule stands in the place of this one at a
// spot.
func (p *secretPart) claimed(spot *Spot, paths pathRulings) bool {
	return slices.ContainsFunc(p.match.Claims, func(c Claim) bool {
		return c.Rule.acceptsPath(spot.Path) && !slices.ContainsFunc(c.Allowed, func(a *Allow) bool {
			return a.holdsAt(spot.Path, spot.Commit, paths)
		})
	})
}

// allowed returns the description of an allowance that holds for a match at
// one spot. Built-in ones never hold for a part of an AWS key.
func (p *secretPart) allowed(spot *Spot, paths pathRulings) (reason string, builtIn bool) {
	for _, a := range p.match.Allowed {
		if a.BuiltIn && p.match.Rule.Part != "" && p.match.Rule.Part != Whole {
			continue
		}
		if a.holdsAt(spot.Path, spot.Commit, paths) {
			reason = a.Description
			if reason == "" {
				reason = "allowed by a path or commit of the rules"
			}
			return reason, a.BuiltIn
		}
	}
	return "", false
}

// pathRulings remember which paths an allowance names: many secrets stand in one
// file, and each in many versions of it.
type pathRulings map[pathRuling]bool

type pathRuling struct {
	allow *Allow
	path  string
}

// match reports whether a path of an allowance matches.
func (r pathRulings) match(a *Allow, path string) bool {
	if len(a.Paths) == 0 {
		return false
	}
	key := pathRuling{a, path}
	holds, known := r[key]
	if !known {
		holds = slices.ContainsFunc(a.Paths, func(re *regexp.Regexp) bool { return re.MatchString(path) })
		r[key] = holds
	}
	return holds
}

// holdsAt decides the conditions on path and commit of an allowance whose
// texts hold.
func (a *Allow) holdsAt(path, commit string, paths pathRulings) bool {
	byPath := paths.match(a, path)
	byCommit := commit != "" && slices.Contains(a.Commits, commit)
	if a.All {
		return (len(a.Paths) == 0 || byPath) && (len(a.Commits) == 0 || byCommit)
	}
	return byPath || byCommit
}

func (p *secretPart) occurrence(ref *BlobRef, spot *Spot) Occurrence {
	oc := Occurrence{
		Part: p.part, Object: ref.ID, Commit: spot.Commit, Path: spot.Path,
		Line: p.at.line, EndLine: p.at.endLine, Column: p.at.column, EndColumn: p.at.endColumn,
		Field: ref.Field, Place: spot.Place, Author: spot.Author, Time: spot.Time,
		Ref: optional(spot.Ref), Page: optional(spot.Page), Revision: optional(spot.Revision), State: optional(spot.State),
		Decoded: orEmpty(p.match.Decoded), Via: SplitVia(ref.Via), Suppressed: p.match.Suppressed,
		known: spot.Known,
	}
	if oc.Time != "" {
		oc.when, _ = time.Parse(time.RFC3339, oc.Time) // zero if it is none
	}
	if !utf8.ValidString(oc.Path) {
		exact := base64.StdEncoding.EncodeToString([]byte(oc.Path))
		oc.PathB64 = &exact
		oc.Path = strings.ToValidUTF8(oc.Path, "\uFFFD")
	}
	return oc
}

func optional(s string) *string {
	if s == "" {
		return nil
	}
	return &s
}

// JoinVia makes the Via of a [BlobRef] of the names of nested archive members.
// It is reversible for every name.
func JoinVia(members ...string) string { return strings.Join(members, "\x00") }

// SplitVia undoes [JoinVia]; it returns an empty list for content that is in no
// archive.
func SplitVia(via string) []string {
	if via == "" {
		return []string{}
	}
	return strings.Split(via, "\x00")
}

// before orders occurrences by time; those without one are the newest, since
// they stand in no commit.
func (oc *Occurrence) before(p *Occurrence) bool {
	if oc.Time != p.Time {
		return oc.earlier(p)
	}
	return oc.compare(p) < 0
}

// earlier compares the times of occurrences, which differ.
func (oc *Occurrence) earlier(p *Occurrence) bool {
	switch {
	case oc.Time == "" || p.Time == "":
		return p.Time == ""
	case oc.when.IsZero() || p.when.IsZero() || oc.when.Equal(p.when):
		return oc.Time < p.Time
	}
	return oc.when.Before(p.when)
}

// compare orders occurrences of one time.
func (oc *Occurrence) compare(p *Occurrence) int {
	return cmp.Or(
		strings.Compare(oc.Commit, p.Commit), strings.Compare(oc.Path, p.Path), slices.Compare(oc.Via, p.Via),
		strings.Compare(deref(oc.Ref), deref(p.Ref)), strings.Compare(oc.Object, p.Object), strings.Compare(string(oc.Field), string(p.Field)),
		cmp.Compare(oc.Line, p.Line), cmp.Compare(oc.Column, p.Column), strings.Compare(string(oc.Part), string(p.Part)),
		strings.Compare(string(oc.Place), string(p.Place)),
	)
}

func deref(s *string) string {
	if s == nil {
		return ""
	}
	return *s
}

// suppressedEverywhere returns a suppression if every occurrence has one.
func suppressedEverywhere(all []Occurrence) *Suppression {
	for i := range all {
		if all[i].Suppressed == nil {
			return nil
		}
	}
	return all[0].Suppressed
}

// sortFindings puts the worst first, then the oldest.
func sortFindings(list []*Finding) {
	sort.SliceStable(list, func(i, j int) bool {
		a, b := list[i], list[j]
		switch {
		case a.Severity.Rank() != b.Severity.Rank():
			return a.Severity.Rank() < b.Severity.Rank()
		case a.First.Time != b.First.Time:
			return a.First.earlier(b.First)
		}
		return a.Fingerprint < b.Fingerprint
	})
}
