package verify

import (
	"bytes"
	"slices"
	"sync"

	"github.com/awscred/awscred/scanner"
	"github.com/awscred/awscred/scanner/awskey"
)

const (
	// reach is how far from an id, in bytes, a region or an ARN is taken for
	// its own. Configuration files and console output put them a few lines
	// apart.
	reach = 2 << 10
	// maxNear is how many ids of one text are looked around at: a file with a
	// million of them must not cost their windows.
	maxNear = 100
)

// Surroundings are a matcher that also remembers which partitions of AWS the
// text around each key id names. A key works in its own partition only, and its
// id does not tell which that is. Surroundings are safe for use by several
// goroutines.
type Surroundings struct {
	scanner.Matcher

	mu   sync.Mutex
	near map[string][]string // partitions but the commercial one, by id
}

// Around returns the Surroundings of what m finds.
func Around(m scanner.Matcher) *Surroundings {
	return &Surroundings{Matcher: m, near: map[string][]string{}}
}

// Find returns what the matcher finds.
func (s *Surroundings) Find(data []byte, from *scanner.Derivation) ([]scanner.Match, scanner.Candidates) {
	matches, candidates := s.Matcher.Find(data, from)
	looked := 0
	for i := range matches {
		m := &matches[i]
		if m.Rule.Part != scanner.IDPart || m.Noise != "" || looked == maxNear {
			continue
		}
		looked++
		start, end := max(0, m.Secret.Start-reach), min(len(data), m.Secret.End+reach)
		if names := partitionsIn(data[start:end]); len(names) > 0 {
			s.add(string(m.Value.Reveal()), names)
		}
	}
	return matches, candidates
}

func (s *Surroundings) add(id string, names []string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, name := range names {
		if !slices.Contains(s.near[id], name) {
			s.near[id] = append(s.near[id], name)
		}
	}
}

// partitions returns the partitions that are named near an id, in the order of
// their names. A nil Surroundings knows none.
func (s *Surroundings) partitions(id string) []string {
	if s == nil {
		return nil
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Sorted(slices.Values(s.near[id]))
}

// partitionsIn returns the partitions, but for the commercial one, whose
// regions, ARNs or hosts stand in a text.
func partitionsIn(text []byte) []string {
	var names []string
	add := func(name string) {
		if name != "" && name != commercial && !slices.Contains(names, name) {
			names = append(names, name)
		}
	}
	for at := 0; at < len(text); {
		end := at
		for end < len(text) && nameByte(text[end]) {
			end++
		}
		if end-at >= len("aws-cn") && bytes.IndexByte(text[at:end], '-') > 0 {
			add(awskey.Partition(string(text[at:end])))
			if bytes.HasSuffix(text[:at], []byte("arn:")) {
				add(awskey.Partition("arn:" + string(text[at:end]) + ":"))
			}
		}
		at = end + 1
	}
	if bytes.Contains(text, []byte(".amazonaws.com.cn")) {
		add("aws-cn")
	}
	return names
}

// nameByte reports whether c can stand in the name of a region or a partition.
func nameByte(c byte) bool { return c >= 'a' && c <= 'z' || c >= '0' && c <= '9' || c == '-' }
