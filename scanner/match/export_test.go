package match

// A Hit is a match of a pattern, for tests of the search alone.
type Hit struct{ Rule, Start, End int }

// Hits searches text without judging what is found.
func (m *Matcher) Hits(text []byte) (list []Hit) {
	s := m.acquire()
	defer m.release(s)
	hits, _ := s.find(text, nil)
	for _, h := range hits {
		list = append(list, Hit{h.rule, h.start, h.end})
	}
	return list
}

// RuleIDs are the ids of the rules in the numbering of Hits.
func (m *Matcher) RuleIDs() []string {
	var ids []string
	for i := range m.patterns {
		ids = append(ids, m.patterns[i].rule.ID)
	}
	return ids
}

// WithoutGrams makes m look for literals by the automaton, and reports whether it did
// otherwise.
func (m *Matcher) WithoutGrams() bool {
	had := m.grams != nil
	m.grams = nil
	return had
}

// AppendLower is appendLower.
var AppendLower = appendLower
