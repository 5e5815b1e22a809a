package main

import (
	"context"
	"encoding/json"
	"slices"
	"strconv"
	"strings"

	"github.com/awscred/awscred/internal/redact"
	"github.com/awscred/awscred/resolver"
	"github.com/awscred/awscred/resolver/live"
	"github.com/awscred/awscred/resolver/profile"
	"github.com/awscred/awscred/resolver/report"
	"github.com/awscred/awscred/resolver/sdk"
	"github.com/awscred/awscred/scanner"
	"github.com/awscred/awscred/scanner/awskey"
	"github.com/awscred/awscred/scanner/match"
	"github.com/awscred/awscred/scanner/rules"
)

// A holding is one value that this machine has, and where.
type holding struct {
	value  redact.Secret
	source string // environment, profile "dev", AWS CLI cache
	where  string
	id     string // the key that it belongs to, if that is known
}

// A machine is what this machine's credential chains hold, for the comparison
// with what leaked. Nobody is asked, and no process is run.
type machine struct {
	home     string // as the SDKs find it
	holdings []holding
	winners  map[string][]string // titles of SDKs by the id of the key that wins for them
	which    *report.Report
	flags    *whichFlags
}

// openMachine looks at the environment, every profile, and the caches of the CLI
// and of IAM Identity Center.
func openMachine(ctx context.Context, s *session) (*machine, error) {
	m := &machine{winners: map[string][]string{}, flags: &whichFlags{all: true, offline: true}}
	host := live.Machine(s.env)
	asked, err := m.flags.asked(host)
	if err != nil {
		return nil, err
	}
	m.which = m.flags.answer(ctx, host, asked)
	for _, a := range m.which.Answers {
		if w := a.Trace.Winner(); w != nil && w.KeyID != "" {
			m.winners[w.KeyID] = append(m.winners[w.KeyID], a.Trace.SDK.Title)
		}
	}
	m.environment(host)
	t := resolver.Resolve(ctx, host, sdk.Find("cli-v2"), resolver.Options{})
	m.home = t.Home
	m.file(host, t.CredentialsPath, profile.CredentialsFile)
	m.file(host, t.ConfigPath, profile.ConfigFile)
	for _, dir := range []string{"cli/cache", "sso/cache", "login/cache", "boto/cache"} {
		m.cache(host, host.Join(append([]string{t.Home, ".aws"}, strings.Split(dir, "/")...)...), dir)
	}
	return m, nil
}

// environment notes the variables that carry keys.
func (m *machine) environment(h *resolver.Host) {
	id := h.Getenv("AWS_ACCESS_KEY_ID")
	for _, name := range []string{"AWS_ACCESS_KEY_ID", "AWS_ACCESS_KEY", "AWS_SECRET_ACCESS_KEY", "AWS_SECRET_KEY", "AWS_SESSION_TOKEN", "AWS_SECURITY_TOKEN", "AWS_BEARER_TOKEN_BEDROCK"} {
		if v := h.Getenv(name); v != "" {
			m.holdings = append(m.holdings, holding{redact.New(v), "environment", name, id})
		}
	}
}

// maxShared is the size of the largest file of AWS that is read here.
const maxShared = 16 << 20

// file notes the keys of every profile of a shared file.
func (m *machine) file(h *resolver.Host, name string, kind profile.Kind) {
	data, err := h.ReadFile(name, maxShared)
	if err != nil {
		return // which tells about it
	}
	f, err := profile.Parse(name, kind, data, profile.Botocore())
	if err != nil {
		return
	}
	for _, section := range f.Sections {
		source := "profile " + strconv.Quote(section.Name)
		id := ""
		if p, ok := section.Get("aws_access_key_id"); ok {
			id = p.Text
		}
		for p := range section.All() {
			v := p.Secret
			if p.Name == "aws_access_key_id" {
				v = redact.New(p.Text)
			}
			if !v.IsZero() {
				m.holdings = append(m.holdings, holding{v, source, m.homely(resolver.File(p.File, p.Line)), id})
			}
		}
	}
}

// cache notes the values of a directory of cached sessions.
func (m *machine) cache(h *resolver.Host, dir, source string) {
	if h.Files == nil {
		return
	}
	names, err := h.Files.ReadDir(dir)
	if err != nil {
		return
	}
	for _, name := range names {
		if !strings.HasSuffix(name, ".json") {
			continue
		}
		data, err := h.ReadFile(h.Join(dir, name), maxShared)
		if err != nil {
			continue
		}
		var document map[string]any
		if json.Unmarshal(data, &document) == nil {
			m.document(document, "cache ~/.aws/"+source, m.homely(resolver.File(h.Join(dir, name), 0)))
		}
	}
}

// document notes the keys and tokens of a cached document, at most one level
// down.
func (m *machine) document(document map[string]any, source, where string) {
	id, _ := document["AccessKeyId"].(string)
	if id == "" {
		id, _ = document["accessKeyId"].(string) // aws login
	}
	for _, name := range []string{"AccessKeyId", "SecretAccessKey", "SessionToken", "accessKeyId", "secretAccessKey", "sessionToken", "accessToken", "refreshToken", "clientSecret", "idToken"} {
		if v, ok := document[name].(string); ok && v != "" {
			m.holdings = append(m.holdings, holding{redact.New(v), source, where, id})
		}
	}
	for _, name := range []string{"Credentials", "accessToken"} {
		if inner, ok := document[name].(map[string]any); ok {
			m.document(inner, source, where)
		}
	}
}

// homely writes a place as a person names it.
func (m *machine) homely(e resolver.Evidence) string {
	where := e.Name
	if rest, ok := strings.CutPrefix(where, m.home+"/"); ok && m.home != "" {
		where = "~/" + rest
	}
	if e.Line > 0 {
		where += ":" + strconv.Itoa(e.Line)
	}
	return where
}

// searched reports whether a value is searched for where nothing but its form
// says that it is one: it has that of an id, a secret key or a session token, so
// that what is found is no accident.
func (h holding) searched() bool {
	text := h.value.Reveal()
	_, isID := awskey.ParseID(string(text))
	return isID || awskey.IsSecretShape(text) || awskey.IsTokenShape(text)
}

// unsearched lists what is not searched for.
func (m *machine) unsearched() []scanner.UsedHere {
	list := []scanner.UsedHere{}
	for _, h := range m.holdings {
		if !h.searched() {
			list = append(list, scanner.UsedHere{Source: h.source, Where: h.where})
		}
	}
	return list
}

// mark fills in where on this machine each finding is used.
func (m *machine) mark(findings []*scanner.Finding) {
	for _, f := range findings {
		for _, h := range m.holdings {
			if holds(f, h.value) {
				m.markOne(f, h)
			}
		}
	}
}

// markOne notes one use of a finding. A source that has several parts of a key is
// told once.
func (m *machine) markOne(f *scanner.Finding, h holding) {
	u := scanner.UsedHere{Source: h.source, Where: h.where}
	if sdks := m.winners[h.id]; len(sdks) > 0 && h.id != "" {
		u.Source += ", which wins for " + firstOf(sdks, 3)
	}
	if !slices.ContainsFunc(f.UsedHere, func(v scanner.UsedHere) bool { return v.Source == u.Source }) {
		f.UsedHere = append(f.UsedHere, u)
	}
	if f.Rule == rules.LoneSecretRule {
		f.Title, f.Severity, f.Confidence = "AWS secret access key of this machine", scanner.High, scanner.Certain
		f.KeyID = h.id
	}
}

// firstOf names the first of a list, and how many more there are.
func firstOf(list []string, most int) string {
	if len(list) <= most+1 {
		return strings.Join(list, ", ")
	}
	return strings.Join(list[:most], ", ") + " and " + strconv.Itoa(len(list)-most) + " more"
}

// holds reports whether a finding is of this value.
func holds(f *scanner.Finding, v redact.Secret) bool {
	if f.KeyID != "" && v.Equal(redact.New(f.KeyID)) {
		return true
	}
	for _, s := range []*scanner.SecretInfo{f.Secret, f.SessionToken} {
		if s != nil && !s.Secret().IsZero() && v.Equal(s.Secret()) {
			return true
		}
	}
	return false
}

// A machineMatcher also finds this machine's own secrets where nothing says that
// they are any: of what has the form of one, it keeps those.
type machineMatcher struct {
	*match.Matcher
	own map[string]bool // fingerprints
}

// fingerprintOf names a value for the comparison.
func fingerprintOf(v redact.Secret) string { return v.Fingerprint(nil, "holding") }

// matcher returns a matcher that finds what m does, and what this machine has.
func (m *machine) matcher(inner *match.Matcher) scanner.Matcher {
	x := machineMatcher{inner, map[string]bool{}}
	for _, h := range m.holdings {
		if h.searched() {
			x.own[fingerprintOf(h.value)] = true
		}
	}
	return x
}

// Find is that of the matcher, without lone shapes that are not of this machine.
func (x machineMatcher) Find(data []byte, from *scanner.Derivation) ([]scanner.Match, scanner.Candidates) {
	matches, candidates := x.Matcher.Find(data, from)
	kept := matches[:0]
	for _, m := range matches {
		if m.Rule.ID == rules.LoneSecretRule {
			if len(x.own) == 0 || !x.own[fingerprintOf(m.Value)] {
				continue
			}
			m.Noise = ""
		}
		kept = append(kept, m)
	}
	return kept, candidates
}
