package report

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/awscred/awscred/resolver"
	"github.com/awscred/awscred/resolver/doctor"
)

// version is that of the JSON contract, docs/schema/which.schema.json.
const version = 1

// The types of the document. Fields are in the order of the contract.
type document struct {
	Version      int           `json:"version"`
	Host         hostJSON      `json:"host"`
	Answers      []answerJSON  `json:"answers"`
	Agreement    []groupJSON   `json:"agreement"`
	Warnings     []warningJSON `json:"warnings"`
	Expectations []expectJSON  `json:"expectations"`
	Identity     *identityJSON `json:"identity"`
	Code         *codeJSON     `json:"code,omitempty"`
}

type hostJSON struct {
	OS              string  `json:"os"`
	Home            string  `json:"home"`
	ConfigFile      *string `json:"config_file"`
	CredentialsFile *string `json:"credentials_file"`
	LooksLike       *string `json:"looks_like"`
}

type answerJSON struct {
	SDK         string      `json:"sdk"`
	Title       string      `json:"title"`
	SDKVersion  *string     `json:"sdk_version"`
	ReadVersion string      `json:"read_version"`
	Basis       string      `json:"basis"`
	Asked       bool        `json:"asked"`
	Detected    []string    `json:"detected"`
	Outcome     string      `json:"outcome"`
	Depth       string      `json:"depth"`
	Source      *string     `json:"source"`
	Profile     *string     `json:"profile"`
	KeyID       *string     `json:"key_id"`
	Account     *string     `json:"account"`
	AccountNote *string     `json:"account_note"`
	RoleARN     *string     `json:"role_arn"`
	Expires     *string     `json:"expires"`
	Where       []whereJSON `json:"where"`
	Via         []hopJSON   `json:"via"`
	Reason      string      `json:"reason"`
	Error       *string     `json:"error"`
	Steps       []stepJSON  `json:"steps"`
	// Does and Calls are left out unless the program's source was read.
	Does    string      `json:"does,omitempty"`
	Instead string      `json:"instead,omitempty"`
	Calls   []whereJSON `json:"calls,omitempty"`
	// Identity is left out unless STS was asked.
	Identity *identityJSON `json:"identity,omitempty"`
}

type stepJSON struct {
	Source   string      `json:"source"`
	Status   string      `json:"status"`
	Shadowed bool        `json:"shadowed"`
	Stops    bool        `json:"stops"`
	Reason   string      `json:"reason"`
	Profile  *string     `json:"profile"`
	KeyID    *string     `json:"key_id"`
	RoleARN  *string     `json:"role_arn"`
	Expires  *string     `json:"expires"`
	Where    []whereJSON `json:"where"`
	Via      []hopJSON   `json:"via"`
}

type hopJSON struct {
	Source  string      `json:"source"`
	Profile *string     `json:"profile"`
	KeyID   *string     `json:"key_id"`
	RoleARN *string     `json:"role_arn"`
	Where   []whereJSON `json:"where"`
}

type whereJSON struct {
	Kind string `json:"kind"`
	Name string `json:"name"`
	// NameB64 holds the exact bytes of a name that is not UTF-8.
	NameB64 *string     `json:"name_b64,omitempty"`
	Line    int         `json:"line"`
	Note    *string     `json:"note,omitempty"`
	Origin  *originJSON `json:"origin"`
}

type originJSON struct {
	Kind string `json:"kind"`
	Name string `json:"name"`
	Line int    `json:"line"`
}

type groupJSON struct {
	SDKs    []string `json:"sdks"`
	Outcome string   `json:"outcome"`
	Source  *string  `json:"source"`
	KeyID   *string  `json:"key_id"`
	Because string   `json:"because"`
}

type warningJSON struct {
	ID       string      `json:"id"`
	Severity string      `json:"severity"`
	Message  string      `json:"message"`
	Fix      string      `json:"fix"`
	Where    []whereJSON `json:"where"`
}

type expectJSON struct {
	Flag string  `json:"flag"`
	Want string  `json:"want"`
	Got  *string `json:"got"` // null if it cannot be known
	OK   bool    `json:"ok"`
}

type identityJSON struct {
	Account *string `json:"account"`
	ARN     *string `json:"arn"`
	UserID  *string `json:"user_id"`
	Root    bool    `json:"root"`
	Error   *string `json:"error"`
}

func expectations(list []Expectation) []expectJSON {
	out := []expectJSON{}
	for _, x := range list {
		j := expectJSON{Flag: x.Flag, Want: x.Want, OK: x.OK}
		if !x.Unknown {
			j.Got = &x.Got
		}
		out = append(out, j)
	}
	return out
}

func identity(i *Identity) *identityJSON {
	if i == nil {
		return nil
	}
	text := func(s string) *string {
		if s == "" {
			return nil
		}
		return &s
	}
	return &identityJSON{Account: text(i.Account), ARN: text(i.ARN), UserID: text(i.UserID), Root: i.Root, Error: text(i.Error)}
}

// JSON writes a report as one JSON document, as docs/output.md describes it.
// Characters that a terminal would act on are written as escapes, so that the
// document can be looked at as well as parsed. It returns the first error of w.
func JSON(w io.Writer, r *Report, opts Options) error {
	e := &encoder{report: r, opts: opts, ids: keyIDs(r)}
	data, err := json.MarshalIndent(e.document(), "", "  ")
	if err != nil {
		return fmt.Errorf("encoding the report: %w", err)
	}
	_, err = w.Write(append(escape(data), '\n'))
	return err
}

// escape replaces what is not printable in a JSON text by \u escapes. Such
// characters occur in strings only.
func escape(data []byte) []byte {
	var out bytes.Buffer
	for len(data) > 0 {
		r, n := utf8.DecodeRune(data)
		switch {
		case r == '\n' || unicode.IsPrint(r):
			out.Write(data[:n])
		case r > 0xFFFF:
			r -= 0x10000
			fmt.Fprintf(&out, `\u%04x\u%04x`, 0xD800+r>>10, 0xDC00+r&0x3FF)
		default:
			fmt.Fprintf(&out, `\u%04x`, r)
		}
		data = data[n:]
	}
	return out.Bytes()
}

type encoder struct {
	report *Report
	opts   Options
	ids    []string
}

func (e *encoder) document() *document {
	d := &document{
		Version:      version,
		Host:         e.host(),
		Answers:      []answerJSON{},
		Agreement:    []groupJSON{},
		Warnings:     []warningJSON{},
		Expectations: expectations(e.report.Expectations),
		Identity:     identity(e.report.identity()),
		Code:         e.code(),
	}
	visible := e.report.visible(e.opts.All)
	for _, a := range visible {
		d.Answers = append(d.Answers, e.answer(a))
	}
	for _, g := range groups(visible) {
		d.Agreement = append(d.Agreement, e.group(&g))
	}
	for _, w := range e.report.Warnings {
		d.Warnings = append(d.Warnings, warningJSON{
			ID:       w.ID,
			Severity: string(w.Severity),
			Message:  e.mask(w.Message),
			Fix:      e.mask(w.Fix),
			Where:    e.where(w.Where),
		})
	}
	return d
}

func (e *encoder) host() hostJSON {
	h := e.report.Host
	out := hostJSON{OS: h.OS, Home: home(h), LooksLike: optional(doctor.Look(h).Name)}
	for _, a := range append(e.report.asked(), e.report.visible(true)...) {
		out.ConfigFile = optional(a.Trace.ConfigPath)
		out.CredentialsFile = optional(a.Trace.CredentialsPath)
		break
	}
	return out
}

func (e *encoder) answer(a *Answer) answerJSON {
	t := a.Trace
	out := answerJSON{
		SDK:         t.SDK.Name,
		Title:       t.SDK.Title,
		SDKVersion:  optional(a.Version),
		ReadVersion: t.SDK.Version,
		Basis:       string(t.SDK.Basis),
		Asked:       a.Asked,
		Detected:    append([]string{}, a.Detected...),
		Outcome:     string(t.Outcome()),
		Depth:       string(t.Depth),
		Profile:     optional(t.Profile.Name),
		Where:       []whereJSON{},
		Via:         []hopJSON{},
		Reason:      e.mask(decision(t)),
		Steps:       []stepJSON{},
		Does:        a.Does,
		Instead:     a.Instead,
		Calls:       e.where(a.Calls),
		Identity:    identity(a.Identity),
	}
	if s := t.Ended(); s != nil {
		out.Source = optional(string(s.Source))
		out.Profile = optional(s.Profile)
		out.KeyID = e.keyID(s.KeyID)
		account, note := e.opts.account(s)
		out.Account, out.AccountNote = optional(account), optional(note)
		out.RoleARN = optional(s.RoleARN)
		out.Expires = moment(s.Expires)
		out.Where = e.where(s.Where)
		out.Via = e.hops(s.Via)
		if t.Outcome() == resolver.HasError {
			out.Error = optional(e.mask(s.Reason))
		}
	}
	for i := range t.Steps {
		out.Steps = append(out.Steps, e.step(t, i))
	}
	return out
}

func (e *encoder) step(t *resolver.Trace, i int) stepJSON {
	s := &t.Steps[i]
	return stepJSON{
		Source:   string(s.Source),
		Status:   string(s.Status),
		Shadowed: t.IsShadowed(i),
		Stops:    s.Stops,
		Reason:   e.mask(s.Reason),
		Profile:  optional(s.Profile),
		KeyID:    e.keyID(s.KeyID),
		RoleARN:  optional(s.RoleARN),
		Expires:  moment(s.Expires),
		Where:    e.where(s.Where),
		Via:      e.hops(s.Via),
	}
}

func (e *encoder) hops(via []resolver.Hop) []hopJSON {
	out := []hopJSON{}
	for _, hop := range via {
		out = append(out, hopJSON{
			Source:  string(hop.Source),
			Profile: optional(hop.Profile),
			KeyID:   e.keyID(hop.KeyID),
			RoleARN: optional(hop.RoleARN),
			Where:   e.where(hop.Where),
		})
	}
	return out
}

func (e *encoder) where(evidence []resolver.Evidence) []whereJSON {
	out := []whereJSON{}
	for _, v := range evidence {
		w := whereJSON{Kind: string(v.Kind), Name: v.Name, Line: v.Line, Note: optional(v.Note)}
		if !utf8.ValidString(v.Name) {
			exact := base64.StdEncoding.EncodeToString([]byte(v.Name))
			w.NameB64 = &exact
		}
		if v.Kind == resolver.InEnv && e.opts.Origin != nil {
			if o, ok := e.opts.Origin(v.Name); ok {
				w.Origin = &originJSON{o.Kind, o.Name, o.Line}
			}
		}
		out = append(out, w)
	}
	return out
}

func (e *encoder) group(g *group) groupJSON {
	out := groupJSON{Outcome: string(g.first().Outcome()), Because: e.mask(g.because), SDKs: []string{}}
	for _, a := range g.answers {
		out.SDKs = append(out.SDKs, a.Trace.SDK.Name)
	}
	if w := g.first().Winner(); w != nil {
		out.Source = optional(string(w.Source))
		out.KeyID = e.keyID(w.KeyID)
	}
	return out
}

func (e *encoder) keyID(id string) *string {
	if e.opts.Mask && id != "" {
		id = maskID(id)
	}
	return optional(id)
}

func (e *encoder) mask(text string) string {
	if !e.opts.Mask {
		return text
	}
	return maskIn(text, e.ids)
}

func optional(text string) *string {
	if text == "" {
		return nil
	}
	return &text
}

func moment(t time.Time) *string {
	if t.IsZero() {
		return nil
	}
	return optional(t.UTC().Format(time.RFC3339))
}
