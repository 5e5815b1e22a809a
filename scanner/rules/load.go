package rules

import (
	"cmp"
	"errors"
	"fmt"
	"slices"

	"github.com/awscred/awscred/scanner"
)

// maxExtend is how many configurations may extend one another, the first one
// not counted (gitleaks config/config.go:25, maxExtendDepth).
const maxExtend = 2

// A Loader reads configurations.
type Loader struct {
	// Read returns the configuration that [extend] path names. nil refuses
	// every path.
	Read func(path string) ([]byte, error)
}

// Default returns the set that is used without a configuration: awscred's AWS
// rules and gitleaks' published ones.
func Default() (*Set, error) {
	return Loader{}.Load(BuiltIn, []byte("[extend]\nuseDefault = true\n"))
}

// Load reads a configuration in gitleaks' TOML; see [Loader.Load]. It cannot
// extend another file.
func Load(name string, data []byte) (*Set, error) { return Loader{}.Load(name, data) }

// Load reads a configuration in gitleaks' TOML, with what it extends, and adds
// awscred's AWS rules. name stands in errors and in the set's From. It returns
// an error that names the rule for everything that would make a rule or an
// allowance silently mean something else than it says.
func (l Loader) Load(name string, data []byte) (*Set, error) {
	d, err := decode(name, data)
	if err != nil {
		return nil, err
	}
	b, err := l.build(name, d, 0)
	if err != nil {
		return nil, fmt.Errorf("reading rules %q: %w", name, err)
	}
	set, err := b.finish()
	if err != nil {
		return nil, fmt.Errorf("reading rules %q: %w", name, err)
	}
	set.From = name
	set.seal()
	return set, nil
}

// A builder is a configuration while it is put together.
type builder struct {
	rules    []rule
	allow    []scanner.Allow
	targeted []targeted // allowances for some rules only
	disable  []string   // of the [awscred] table
	severity map[string]string
	failOn   string
	baseline string
	gone     []string // awscred's own rules whose place in gitleaks was disabled
}

// A rule is a scanner.Rule on its way, with what only merging needs.
type rule struct {
	scanner.Rule
	description string
	builtIn     bool // published by gitleaks, not changed since
}

type targeted struct {
	rules []string
	allow scanner.Allow
}

// build translates d and merges what it extends into it.
func (l Loader) build(name string, d *document, depth int) (*builder, error) {
	b, err := translate(d, name == publishedName)
	if err != nil {
		return nil, err
	}
	base, err := l.extended(d, depth)
	if err != nil || base == nil {
		return b, err
	}
	for _, id := range d.Extend.DisabledRules {
		if i := base.find(id); i >= 0 {
			base.rules = slices.Delete(base.rules, i, i+1)
			base.gone = append(base.gone, replacements()[id]...)
		} else {
			return nil, fmt.Errorf("extend.disabledRules names %q, which is not a rule of what is extended", id)
		}
	}
	base.merge(b)
	return base, nil
}

// extended returns what d extends, or nil.
func (l Loader) extended(d *document, depth int) (*builder, error) {
	e := d.Extend
	switch {
	case e.URL != "":
		return nil, errors.New("extend.url is not supported: nothing is fetched for a scan")
	case e.Path != "" && e.UseDefault:
		return nil, errors.New("extend.path and extend.useDefault exclude each other")
	case e.UseDefault:
		p, err := publishedDocument()
		if err != nil {
			return nil, err
		}
		return l.build(publishedName, p, depth+1)
	case e.Path == "":
		if len(e.DisabledRules) > 0 {
			return nil, errors.New("extend.disabledRules without anything extended; set extend.useDefault = true")
		}
		return nil, nil
	case depth >= maxExtend:
		return nil, fmt.Errorf("extend.path %q: more than %d configurations extend one another", e.Path, maxExtend)
	case l.Read == nil:
		return nil, fmt.Errorf("extend.path %q: other files are not read here", e.Path)
	}
	data, err := l.Read(e.Path)
	if err != nil {
		return nil, fmt.Errorf("reading extend.path %q: %w", e.Path, err)
	}
	x, err := decode(e.Path, data)
	if err != nil {
		return nil, err
	}
	b, err := l.build(e.Path, x, depth+1)
	if err != nil {
		return nil, fmt.Errorf("in %q: %w", e.Path, err)
	}
	return b, nil
}

func (b *builder) find(id string) int {
	return slices.IndexFunc(b.rules, func(r rule) bool { return r.ID == id })
}

// merge puts over on top of b, which it extends: rules of the same id keep what
// over does not set and add up their keywords and allowances (gitleaks
// config/config.go:420, extend).
func (b *builder) merge(over *builder) {
	for _, r := range over.rules {
		i := b.find(r.ID)
		if i < 0 {
			b.rules = append(b.rules, r)
			continue
		}
		b.rules[i].override(r)
	}
	b.allow = append(b.allow, over.allow...)
	b.targeted = append(b.targeted, over.targeted...)
	b.disable = append(b.disable, over.disable...)
	b.gone = append(b.gone, over.gone...)
	b.failOn, b.baseline = cmp.Or(over.failOn, b.failOn), cmp.Or(over.baseline, b.baseline)
	for id, s := range over.severity {
		if b.severity == nil {
			b.severity = map[string]string{}
		}
		b.severity[id] = s
	}
}

func (r *rule) override(o rule) {
	if o.description != "" {
		r.description = o.description
		describe(&r.Rule, o.description)
	}
	if o.MinEntropy != 0 {
		r.MinEntropy = o.MinEntropy
	}
	if o.Group != 0 {
		r.Group, r.builtIn = o.Group, false
	}
	if o.Pattern != "" {
		r.Pattern, r.builtIn = o.Pattern, false
	}
	if o.Path != nil {
		r.Path = o.Path
	}
	for _, k := range o.Keywords {
		if !slices.Contains(r.Keywords, k) {
			r.Keywords = append(r.Keywords, k)
		}
	}
	r.Allow = append(r.Allow, o.Allow...)
	r.Required = append(r.Required, o.Required...)
	r.Hidden = r.Hidden || o.Hidden
}

// finish checks the whole and adds awscred's own rules.
func (b *builder) finish() (*Set, error) {
	if len(b.rules) == 0 {
		return nil, errors.New("it has no rules; to add to the built-in ones set useDefault = true under [extend]")
	}
	own := slices.DeleteFunc(awsRules(), func(r scanner.Rule) bool {
		return slices.Contains(b.gone, r.ID) || slices.ContainsFunc(r.Required, func(q scanner.Required) bool { return slices.Contains(b.gone, q.Rule) })
	})
	b.replace(own)
	set := &Set{Rules: own, Allow: b.allow, FailOn: b.failOn, Baseline: b.baseline}
	if s := scanner.Severity(b.failOn); b.failOn != "" && s != scanner.Never && !s.AtLeast(scanner.Low) {
		return nil, fmt.Errorf("awscred.fail-on: %q is none of critical, high, medium, low, never", b.failOn)
	}
	for i := range b.rules {
		r := &b.rules[i]
		if err := checkPattern(r.Pattern, r.Group, r.Path != nil, r.builtIn); err != nil {
			return nil, fmt.Errorf("rule %q: %w", r.ID, err)
		}
		set.Rules = append(set.Rules, r.Rule)
	}
	if err := b.target(set); err != nil {
		return nil, err
	}
	if err := b.adjust(set); err != nil {
		return nil, err
	}
	return set, check(set, b)
}

// replace takes out the rules of gitleaks that awscred has better ones for, and
// hands what a user added to them to awscred's own. A rule of such a name with
// a pattern of the user's own stays as it is.
func (b *builder) replace(own []scanner.Rule) {
	for theirs, ours := range replacements() {
		i := b.find(theirs)
		if i < 0 || !b.rules[i].builtIn {
			continue
		}
		for k := range own {
			if !slices.Contains(ours, own[k].ID) {
				continue
			}
			for _, a := range b.rules[i].Allow {
				if !a.BuiltIn {
					own[k].Allow = append(own[k].Allow, a)
				}
			}
		}
		b.rules = slices.Delete(b.rules, i, i+1)
	}
}

// named returns the rules that an id in a configuration means.
func (s *Set) named(id string) []*scanner.Rule {
	if r := s.Rule(id); r != nil {
		return []*scanner.Rule{r}
	}
	var list []*scanner.Rule
	for _, ours := range replacements()[id] {
		if r := s.Rule(ours); r != nil {
			list = append(list, r)
		}
	}
	return list
}

func (b *builder) target(set *Set) error {
	for _, t := range b.targeted {
		for _, id := range t.rules {
			rules := set.named(id)
			if len(rules) == 0 {
				return fmt.Errorf("an allowlist targets rule %q, which does not exist", id)
			}
			for _, r := range rules {
				r.Allow = append(r.Allow, t.allow)
			}
		}
	}
	return nil
}

// adjust applies the [awscred] table.
func (b *builder) adjust(set *Set) error {
	for id, s := range b.severity {
		if scanner.Severity(s).Rank() > scanner.Info.Rank() {
			return fmt.Errorf("awscred.severity of %q: %q is none of critical, high, medium, low, info", id, s)
		}
		rules := set.named(id)
		if len(rules) == 0 {
			return fmt.Errorf("awscred.severity names %q, which is not a rule", id)
		}
		for _, r := range rules {
			r.Severity = scanner.Severity(s)
		}
	}
	for _, id := range b.disable {
		if id == LoneSecretRule {
			set.noShapes = true
			continue
		}
		var ids []string
		for _, r := range set.named(id) {
			ids = append(ids, r.ID)
		}
		if len(ids) == 0 {
			return fmt.Errorf("awscred.disable names %q, which is not a rule", id)
		}
		set.Rules = slices.DeleteFunc(set.Rules, func(r scanner.Rule) bool { return slices.Contains(ids, r.ID) })
	}
	if len(set.Rules) == 0 {
		return errors.New("every rule is disabled")
	}
	return nil
}

// check looks at what only the whole set shows: references between rules.
func check(set *Set, b *builder) error {
	for i := range set.Rules {
		r := &set.Rules[i]
		for k := range r.Required {
			q := &r.Required[k]
			if len(set.named(q.Rule)) == 0 {
				if slices.Contains(b.disable, q.Rule) || slices.Contains(b.gone, replacement(q.Rule)) {
					return fmt.Errorf("rule %q requires %q, which is disabled; disable both", r.ID, q.Rule)
				}
				return fmt.Errorf("rule %q requires %q, which does not exist", r.ID, q.Rule)
			}
			if set.Rule(q.Rule) == nil {
				q.Rule = replacement(q.Rule)
			}
		}
	}
	return nil
}
