package match

import (
	"errors"
	"fmt"
	"regexp"
	"regexp/syntax"
	"slices"
	"strings"
	"sync"

	"github.com/awscred/awscred/scanner"
	"github.com/awscred/awscred/scanner/decode"
	"github.com/awscred/awscred/scanner/internal/simd"
)

// A Matcher runs rules over bytes. It implements [scanner.Matcher] and is safe
// for use by several goroutines.
type Matcher struct {
	patterns  []pattern
	allow     []allowance
	paths     []pathRule
	branches  []*branch
	runs      []*branch // that have a run in place of literals
	bare      bool      // a rule has no literals at all
	always    bool      // a rule can match where there is no candidate
	auto      *automaton
	grams     *grams    // reads whole texts in place of the automaton; nil where that is as fast
	probes    [][]probe // of each state of the automaton
	byLiteral [][]probe // of each literal
	finders   []int     // patterns with a function that require no others and may match anywhere
	requiring []int     // those that do
	reach     int       // how far behind a literal a candidate is looked at
	started   int       // the longest of all starts
	local     bool      // candidates can be written as spots
	keywords  []string  // that are counted, by number
	tables    tables

	free sync.Pool // of *scratch: what they remember is worth it
}

// A pattern is a rule made ready.
type pattern struct {
	rule     *scanner.Rule
	allow    []allowance
	regexp   func() *regexp.Regexp
	groups   bool // the pattern has groups
	gap      bool // a match can hold nearly any text of any length
	branches []*branch
	// whole matches at one place; search finds the end of the next match, and
	// back its start.
	whole, search, back *program
	// A gated rule needs a keyword that its matches do not hold themselves.
	// words are the numbers of its keywords; odd are those that the automaton
	// cannot see.
	gated bool
	words []int
	odd   bool
	// required are the rules that must have a hit before this one is tried.
	required []int
	needed   bool // another rule requires this one
}

// A probe is what to do where a literal stands.
type probe struct {
	size   int     // of the literal
	branch *branch // nil for the others
	word   int     // a keyword that begins so, or -1
	fold   bool    // a long s, a Kelvin sign, a dotted capital I
	escape bool    // what an escape begins with
	start  *start  // what a rule with a function begins with
}

// A start is what matches of a rule with a function begin with.
type start struct {
	rule int
	text string
}

// foldLiterals are the characters outside ASCII that change what a letter is:
// the first two match s and k in patterns without case, the last two are k and
// i in lower case.
func foldLiterals() []string { return []string{"\u017f", "\u212a", "\u0130"} }

// Compile makes rules and the allowances that apply to all of them ready. It
// returns an error that names the rule if a pattern is not valid or can match
// the empty string. The rules must not be changed afterwards; matches point to
// them.
func Compile(rules []scanner.Rule, allow []scanner.Allow) (*Matcher, error) {
	m := &Matcher{}
	var err error
	if m.allow, err = m.allowances(allow); err != nil {
		return nil, err
	}
	for i := range rules {
		r := &rules[i]
		if r.Pattern == "" && r.Find == nil {
			if r.Path != nil {
				m.paths = append(m.paths, newPathRule(r))
			}
			continue
		}
		p, err := m.compile(r)
		if err != nil {
			return nil, fmt.Errorf("rule %q: %w", r.ID, err)
		}
		m.bare = m.bare || r.Find == nil && p.branches == nil
		m.patterns = append(m.patterns, p)
	}
	m.require()
	m.build()
	return m, nil
}

// compile makes one rule ready, but for the automaton.
func (m *Matcher) compile(r *scanner.Rule) (pattern, error) {
	p := pattern{rule: r}
	var err error
	if p.allow, err = m.allowances(r.Allow); err != nil || r.Find != nil {
		return p, err
	}
	re, err := syntax.Parse(r.Pattern, syntax.Perl)
	if err != nil {
		return p, fmt.Errorf("parsing its pattern: %w", err)
	}
	if lengthOf(re, false).min == 0 {
		return p, errors.New("its pattern can match the empty string")
	}
	p.groups = re.MaxCap() > 0
	p.gap = hasGap(re)
	p.regexp = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(r.Pattern) })
	p.whole = m.program(re)
	p.search = m.program(unanchored(re))
	p.back = m.program(reversed(re))
	p.back.longest = true // the start is the leftmost, however lazy the pattern is
	p.gated = len(r.Keywords) > 0 && !implied(re, r.Keywords)
	for _, b := range branches(flatten(re, nil)) {
		b.rule = len(m.patterns)
		if b.run == nil {
			b.rest = m.program(p.tested(b.restAST))
		}
		if b.headAST != nil {
			b.head = m.program(reversed(b.headAST))
			b.head.longest = true
		}
		p.branches = append(p.branches, b)
	}
	return p, nil
}

// program registers a program, which is compiled when it is first run.
func (m *Matcher) program(re *syntax.Regexp) *program {
	return &program{ast: re, tables: &m.tables}
}

// unanchored returns an expression that skips what stands before a match of re.
func unanchored(re *syntax.Regexp) *syntax.Regexp {
	skip := &syntax.Regexp{Op: syntax.OpStar, Flags: syntax.Perl | syntax.NonGreedy,
		Sub: []*syntax.Regexp{{Op: syntax.OpAnyChar, Flags: syntax.Perl}}}
	return &syntax.Regexp{Op: syntax.OpConcat, Flags: syntax.Perl, Sub: []*syntax.Regexp{skip, re}}
}

// require resolves the rules that others require.
func (m *Matcher) require() {
	byID := map[string]int{}
	for i := range m.patterns {
		byID[m.patterns[i].rule.ID] = i
	}
	for i := range m.patterns {
		p := &m.patterns[i]
		for _, q := range p.rule.Required {
			k, ok := byID[q.Rule]
			if !ok {
				k = i // never has a hit
			}
			p.required = append(p.required, k)
			m.patterns[k].needed = m.patterns[k].needed || k != i
		}
	}
	for i := range m.patterns {
		switch p := &m.patterns[i]; {
		case p.rule.Find == nil:
		case len(p.required) > 0:
			m.requiring = append(m.requiring, i)
		case len(p.rule.Starts) == 0:
			m.finders = append(m.finders, i)
		}
	}
}

// build makes what finds all literals and keywords.
func (m *Matcher) build() {
	ids := map[string]int{}
	var literals []string
	add := func(literal string, p probe) {
		id, ok := ids[literal]
		if !ok {
			id = len(literals)
			ids[literal] = id
			literals = append(literals, literal)
			m.byLiteral = append(m.byLiteral, nil)
		}
		p.size = len(literal)
		m.byLiteral[id] = append(m.byLiteral[id], p)
	}
	words := map[string]int{}
	m.reach = maxReach
	for i := range m.patterns {
		p := &m.patterns[i]
		for _, b := range p.branches {
			b.id = len(m.branches)
			m.branches = append(m.branches, b)
			if b.run != nil {
				m.runs = append(m.runs, b)
			}
			for _, l := range cut(b.literals) {
				add(l, probe{branch: b, word: -1})
			}
		}
		if len(p.required) == 0 {
			for _, text := range p.rule.Starts {
				add(strings.ToLower(text), probe{word: -1, start: &start{rule: i, text: text}})
				m.started = max(m.started, len(text))
			}
		}
		for _, k := range p.rule.Keywords {
			if !p.gated && p.branches != nil {
				break
			}
			if k == "" || !plainLower(k) {
				p.odd = true
				continue
			}
			if _, ok := words[k]; !ok {
				words[k] = len(words)
				m.keywords = append(m.keywords, k)
				add(k[:min(len(k), maxLiteral)], probe{word: words[k]})
				m.reach = max(m.reach, len(k))
			}
			p.words = append(p.words, words[k])
		}
	}
	m.always = m.bare || slices.ContainsFunc(m.runs, func(b *branch) bool { return !m.patterns[b.rule].gated || m.patterns[b.rule].odd })
	for _, l := range foldLiterals() {
		add(l, probe{word: -1, fold: true})
	}
	n, leads := len(literals), decode.Leads()
	for _, p := range leads {
		for _, l := range beginnings(p) {
			add(l, probe{word: -1, escape: true})
		}
	}
	m.auto, m.grams = newAutomaton(literals), newGrams(literals[:n], leads)
	m.probes = make([][]probe, len(m.auto.out))
	for state, ids := range m.auto.out {
		for _, id := range ids {
			m.probes[state] = append(m.probes[state], m.byLiteral[id]...)
		}
	}
	m.local = len(m.branches)+len(m.keywords) < 1<<16
}

// beginnings returns the strings that what a pattern says begins with, if not very many.
func beginnings(p simd.Pattern) []string {
	const most = 20
	set := []string{""}
	for _, place := range p {
		next := product(set, strings.Split(place, ""))
		if len(next) > most {
			break
		}
		set = next
	}
	return set
}

func cut(literals []string) []string {
	var set []string
	for _, l := range literals {
		set = append(set, l[:min(len(l), maxLiteral)])
	}
	return distinct(set)
}

// plainLower reports whether s is ASCII in lower case.
func plainLower(s string) bool { return isASCII(s) && s == strings.ToLower(s) }
