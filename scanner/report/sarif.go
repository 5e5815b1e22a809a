package report

import (
	"fmt"
	"io"
	"net/url"
	"path"
	"slices"
	"strings"

	"github.com/awscred/awscred/scanner"
)

// The limits of GitHub code scanning for one run.
// Source: https://docs.github.com/en/code-security/code-scanning/integrating-with-code-scanning/sarif-support-for-code-scanning
const (
	maxResults       = 25_000
	maxRelated       = 50      // of a result; of 1,000 locations, 100 are kept
	maxAllRelated    = 100_000 // of a run, which may have 10 MB when compressed
	maxText          = 1000
	maxNotifications = 1000
)

const (
	sarifSchema = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
	homePage    = "https://github.com/awscred/awscred"
	rulesPage   = homePage + "/blob/main/docs/rules.md"
)

// The types of SARIF that are used, in the order of the specification.
// Source: https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/sarif-v2.1.0-errata01-os-complete.html
type (
	sarifLog struct {
		Schema  string     `json:"$schema"`
		Version string     `json:"version"`
		Runs    []sarifRun `json:"runs"`
	}
	sarifRun struct {
		Tool        sarifTool         `json:"tool"`
		Invocations []sarifInvocation `json:"invocations"`
		Results     []sarifResult     `json:"results"`
		Properties  map[string]any    `json:"properties,omitempty"`
	}
	sarifTool struct {
		Driver sarifDriver `json:"driver"`
	}
	sarifDriver struct {
		Name           string      `json:"name"`
		Version        string      `json:"version,omitempty"`
		InformationURI string      `json:"informationUri"`
		Rules          []sarifRule `json:"rules"`
	}
	sarifRule struct {
		ID                   string         `json:"id"`
		ShortDescription     sarifMessage   `json:"shortDescription"`
		FullDescription      sarifMessage   `json:"fullDescription"`
		DefaultConfiguration sarifConfig    `json:"defaultConfiguration"`
		HelpURI              string         `json:"helpUri"`
		Help                 sarifMessage   `json:"help"`
		Properties           map[string]any `json:"properties"`
	}
	sarifConfig struct {
		Level string `json:"level"`
	}
	sarifMessage struct {
		Text string `json:"text"`
	}
	sarifInvocation struct {
		ExecutionSuccessful        bool                `json:"executionSuccessful"`
		ToolExecutionNotifications []sarifNotification `json:"toolExecutionNotifications"`
	}
	sarifNotification struct {
		Message sarifMessage `json:"message"`
		Level   string       `json:"level"`
	}
	sarifResult struct {
		RuleID              string             `json:"ruleId"`
		RuleIndex           int                `json:"ruleIndex"`
		Level               string             `json:"level"`
		Message             sarifMessage       `json:"message"`
		Locations           []sarifLocation    `json:"locations"`
		RelatedLocations    []sarifLocation    `json:"relatedLocations,omitempty"`
		PartialFingerprints map[string]string  `json:"partialFingerprints"`
		Suppressions        []sarifSuppression `json:"suppressions"`
		Properties          map[string]any     `json:"properties"`
	}
	sarifSuppression struct {
		Kind          string `json:"kind"`
		Justification string `json:"justification,omitempty"`
	}
	sarifLocation struct {
		ID               int           `json:"id,omitempty"`
		PhysicalLocation sarifPhysical `json:"physicalLocation"`
		Message          *sarifMessage `json:"message,omitempty"`
	}
	sarifPhysical struct {
		ArtifactLocation sarifArtifact `json:"artifactLocation"`
		Region           sarifRegion   `json:"region"`
	}
	sarifArtifact struct {
		URI       string `json:"uri"`
		URIBaseID string `json:"uriBaseId,omitempty"`
	}
	// Columns count bytes, as everywhere in awscred. SARIF counts characters;
	// on lines beyond ASCII the two differ, and there is no source here to
	// count them in.
	sarifRegion struct {
		StartLine   int `json:"startLine"`
		StartColumn int `json:"startColumn"`
		EndLine     int `json:"endLine"`
		EndColumn   int `json:"endColumn"`
	}
)

// sarif writes a report as SARIF 2.1.0, as GitHub code scanning wants it: one
// result a finding, the fingerprint as the line hash, no e-mail address and no
// snippet. What GitHub would not take is cut, and said to be.
func sarif(w io.Writer, r *scanner.Report, _ Options) error {
	findings := r.Findings
	run := sarifRun{Results: []sarifResult{}}
	run.Tool.Driver = sarifDriver{Name: r.Tool.Name, Version: r.Tool.Version, InformationURI: homePage, Rules: []sarifRule{}}
	run.Invocations = []sarifInvocation{{ExecutionSuccessful: r.Complete(), ToolExecutionNotifications: notifications(r)}}
	if len(findings) > maxResults {
		findings = findings[:maxResults]
		run.Invocations[0].notify("warning", fmt.Sprintf("%s more findings were cut: a run may have %s", number(int64(len(r.Findings)-maxResults)), number(maxResults)))
	}
	index, related := map[string]int{}, min(maxRelated, maxAllRelated/max(1, len(findings)))
	for _, f := range findings {
		i, known := index[f.Rule]
		if !known {
			i = len(index)
			index[f.Rule] = i
			run.Tool.Driver.Rules = append(run.Tool.Driver.Rules, sarifRuleOf(f))
		}
		run.Results = append(run.Results, sarifResultOf(f, i, related))
	}
	run.Properties = map[string]any{"configuration": map[string]any{"sha256": r.Config.SHA256, "rules": r.Config.Rules, "from": safe(r.Config.From)}}
	return encode(w, sarifLog{sarifSchema, "2.1.0", []sarifRun{run}})
}

func (i *sarifInvocation) notify(level, text string) {
	i.ToolExecutionNotifications = append(i.ToolExecutionNotifications, sarifNotification{sarifMessage{message(text)}, level})
}

// notifications say what was not read.
func notifications(r *scanner.Report) []sarifNotification {
	inv := sarifInvocation{ToolExecutionNotifications: []sarifNotification{}}
	if r.Interrupted != "" {
		inv.notify("error", "the scan was stopped: "+literal(r.Interrupted))
	}
	for _, list := range []struct {
		level, what string
		gaps        []scanner.Gap
	}{{"error", "not read: ", r.Coverage.Lost}, {"note", "cannot be looked into: ", r.Coverage.Opaque}} {
		for i, g := range list.gaps {
			if i == maxNotifications {
				inv.notify(list.level, list.what+number(int64(total(list.gaps[i:])))+" more")
				break
			}
			text := list.what + literal(g.What) + ": " + literal(g.Why)
			if g.Count > 1 {
				text += " (" + number(int64(g.Count)) + " times)"
			}
			inv.notify(list.level, joinNonEmpty("; ", text, literal(g.Fix)))
		}
	}
	return inv.ToolExecutionNotifications
}

// sarifRuleOf describes the rule of a finding, the worst of its rule: they are
// sorted.
func sarifRuleOf(f *scanner.Finding) sarifRule {
	title := joinNonEmpty("", literal(f.Title), when(f.Title == "", literal(f.Rule)))
	return sarifRule{
		ID:                   safe(f.Rule),
		ShortDescription:     sarifMessage{message(title)},
		FullDescription:      sarifMessage{message("Whoever reads this repository can use this secret: " + title + ".")},
		DefaultConfiguration: sarifConfig{level(f.Severity)},
		HelpURI:              rulesPage,
		Help: sarifMessage{"Revoke the secret where it was issued, then look for use by others. " +
			"To delete the line is not enough: the secret stays in the history and in every clone. " +
			"An AWS key is made inactive with: aws iam update-access-key --access-key-id ID --status Inactive"},
		Properties: map[string]any{
			"tags":              []string{"security", "secret"},
			"precision":         precision(f.Confidence),
			"security-severity": securitySeverity(f.Severity),
		},
	}
}

// sarifResultOf is the result of one finding, with so many related locations.
func sarifResultOf(f *scanner.Finding, rule, related int) sarifResult {
	primary := primaryOf(f)
	res := sarifResult{
		RuleID: safe(f.Rule), RuleIndex: rule, Level: level(f.Severity),
		Message:   sarifMessage{message(summary(f, primary))},
		Locations: []sarifLocation{{PhysicalLocation: physical(primary)}},
		PartialFingerprints: map[string]string{
			"primaryLocationLineHash": f.Fingerprint + ":1",
			"awscredFingerprint/v1":   f.Fingerprint,
		},
		Suppressions: []sarifSuppression{},
		Properties: map[string]any{
			"severity": f.Severity, "confidence": f.Confidence, "inHead": f.InHead, "occurrences": f.Count,
		},
	}
	if f.Exposure != "" {
		res.Properties["exposure"] = f.Exposure
	}
	if f.Account != nil {
		res.Properties["account"] = safe(*f.Account)
	}
	if f.Verified != "" && f.Verified != "not-checked" {
		res.Properties["verified"] = safe(f.Verified)
	}
	if f.VerifiedNote != "" {
		res.Properties["verifiedNote"] = safe(f.VerifiedNote)
	}
	if f.Identity != nil {
		res.Properties["identity"] = safe(*f.Identity)
	}
	if s := f.Suppressed; s != nil {
		kind := "external"
		if s.By == scanner.ByInline {
			kind = "inSource"
		}
		res.Suppressions = append(res.Suppressions, sarifSuppression{kind, message(safe(joinNonEmpty(": ", s.By, s.Reason)))})
	}
	for i := range f.Occurrences {
		if oc := &f.Occurrences[i]; !sameSpot(oc, primary) && len(res.RelatedLocations) < related {
			res.RelatedLocations = append(res.RelatedLocations, sarifLocation{len(res.RelatedLocations) + 1, physical(oc), &sarifMessage{message(story(oc, literal))}})
		}
	}
	return res
}

// primaryOf is the place that an alert points to: in the newest file if HEAD
// still has the secret, else where it came in.
func primaryOf(f *scanner.Finding) *scanner.Occurrence {
	if !f.InHead || f.Last.Path == "" {
		return f.First
	}
	for i := range f.Occurrences {
		if oc := &f.Occurrences[i]; oc.Path == f.Last.Path && oc.Commit == f.Last.Commit && slices.Equal(oc.Via, f.Last.Via) {
			return oc
		}
	}
	return f.Last
}

func sameSpot(a, b *scanner.Occurrence) bool {
	return a.Path == b.Path && a.Line == b.Line && a.Column == b.Column && a.Commit == b.Commit && a.Object == b.Object &&
		a.Field == b.Field && slices.Equal(a.Via, b.Via)
}

// summary is the message of a result.
func summary(f *scanner.Finding, at *scanner.Occurrence) string { return sentences(f, at, literal) }

// plainSummary is the same text for formats in which brackets mean nothing.
func plainSummary(f *scanner.Finding, at *scanner.Occurrence) string { return sentences(f, at, safe) }

// sentences tell a finding: what, where, whose, who can have seen it. Texts from
// outside go through escape.
func sentences(f *scanner.Finding, at *scanner.Occurrence, escape func(string) string) string {
	text := escape(name(f)) + ", in " + story(at, escape)
	if f.Account != nil {
		text += ", of account " + escape(*f.Account)
	}
	switch {
	case f.Canary:
		text += ". It is a canary: using it alarms its owner"
	case f.Exposure == scanner.Pushed:
		text += ". It was pushed"
	case f.Exposure != "":
		text += ". It is " + exposureWords(f.Exposure)
	}
	if v := verified(f); v != "" {
		text += ". It was " + escape(v)
	}
	if f.Secret != nil && f.Secret.Value != nil {
		text += ". Its secret is " + escape(*f.Secret.Value)
	}
	if f.Count > 1 {
		text += ". It stands in " + count(f.Count, "place")
	}
	return text + "."
}

// story says where an occurrence is, with what a location cannot say.
func story(oc *scanner.Occurrence, escape func(string) string) string {
	return joinNonEmpty(", ", escape(where(oc)), when(oc.Commit != "", "commit "+short(oc.Commit)), escape(revisionWords(oc)), placeWords(oc))
}

// literal makes text from outside fit for a message: it is safe, and its
// brackets are no links (SARIF 3.11.6).
func literal(s string) string {
	return strings.NewReplacer(`\`, `\\`, "[", `\[`, "]", `\]`).Replace(safe(s))
}

// message cuts a text to what is shown.
func message(s string) string { return cut(s, maxText) }

// cut shortens a text to so many characters, and shows that it did.
func cut(s string, most int) string {
	runes := []rune(s)
	if len(runes) <= most {
		return s
	}
	return string(runes[:most-1]) + "…"
}

func physical(oc *scanner.Occurrence) sarifPhysical {
	r := sarifRegion{StartLine: max(1, oc.Line), StartColumn: max(1, oc.Column)}
	r.EndLine = max(r.StartLine, oc.EndLine)
	r.EndColumn = max(1, oc.EndColumn)
	if r.EndLine == r.StartLine {
		r.EndColumn = max(r.StartColumn, r.EndColumn)
	}
	return sarifPhysical{artifact(oc), r}
}

// artifact locates the file. What stands in no file (a message, a ref) gets a
// path within .git that tells it.
func artifact(oc *scanner.Occurrence) sarifArtifact {
	name := exactPath(oc)
	switch {
	case name != "":
	case oc.Ref != nil && oc.Field == scanner.RefName:
		name = ".git/" + *oc.Ref
	default:
		name = path.Join(".git", string(oc.Field), joinNonEmpty("", oc.Commit, when(oc.Commit == "", oc.Object)))
	}
	if strings.HasPrefix(name, "/") {
		return sarifArtifact{URI: "file://" + escapePath(name)}
	}
	return sarifArtifact{URI: escapePath(name), URIBaseID: "%SRCROOT%"}
}

// escapePath writes a path as the path of a URI.
func escapePath(p string) string {
	segments := strings.Split(p, "/")
	for i, s := range segments {
		segments[i] = strings.ReplaceAll(url.PathEscape(s), ":", "%3A")
	}
	return strings.Join(segments, "/")
}

// level is the SARIF level of a severity.
func level(s scanner.Severity) string {
	switch s {
	case scanner.Critical, scanner.High:
		return "error"
	case scanner.Medium:
		return "warning"
	}
	return "note"
}

// securitySeverity is the score by which GitHub ranks alerts: above 9 is
// critical, from 7 high, from 4 medium.
func securitySeverity(s scanner.Severity) string {
	switch s {
	case scanner.Critical:
		return "9.5"
	case scanner.High:
		return "8.0"
	case scanner.Medium:
		return "5.0"
	}
	return "2.0"
}

func precision(c scanner.Confidence) string {
	switch c {
	case scanner.Certain:
		return "very-high"
	case scanner.Probable:
		return "high"
	}
	return "medium"
}
