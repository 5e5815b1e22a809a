// Package origin finds where an environment variable came from: the line of an
// rc file, a .env file, the unit that started the process, the workflow of a CI
// system, or the ancestor among the processes in which it is first seen.
//
// It is pure: it looks at the files of a [resolver.Host], runs nothing and
// evaluates nothing. An assignment is believed if it is literal and its value is
// the one that the variable has. What a command or another variable supplies,
// or what has another value, is a weaker candidate and says so. Values are
// compared as [redact.Secret] and are neither kept nor returned.
//
// Every file may be hostile. All reads are bounded, in bytes and in number, and
// a text that cannot be parsed gives no assignments, or fewer.
package origin

import (
	"maps"
	"slices"
	"strings"

	"github.com/awscred/awscred/internal/redact"
	"github.com/awscred/awscred/resolver"
)

// Kind is what kind of place sets a variable.
type Kind string

// The kinds of the contract, and System for files that every session of the
// machine reads.
const (
	RC      Kind = "rc"      // a start-up file of a shell
	Dotenv  Kind = "dotenv"  // .env, .envrc, a compose file
	Unit    Kind = "unit"    // the systemd unit of the process
	Process Kind = "process" // an ancestor among the processes
	CI      Kind = "ci"      // a CI system
	System  Kind = "system"  // /etc/environment, /etc/profile, environment.d
)

// An Origin is where a variable was set.
type Origin struct {
	Kind Kind
	// Name is the path of a file, "process 812 (zsh)", or the CI system.
	Name string
	// Line is the line of a file, or 0.
	Line int
	// Note continues "set in NAME:LINE": "by a command", "from another
	// variable", "to another value", "after it started". It is empty if the
	// file says what the variable holds.
	Note string
	// Exact is true if the place was seen to give the value that the variable
	// has. Only such a line may be recommended for deletion.
	Exact bool
}

// Find returns where a variable of the Host was set. It returns false if that
// is not known, or if the variable is not set.
func Find(h *resolver.Host, variable string) (Origin, bool) {
	o, ok := All(h, []string{variable})[variable]
	return o, ok
}

// All returns where each of the variables was set, as far as that is known. All
// files are read once. Without names it looks for every variable that begins
// with AWS_.
func All(h *resolver.Host, variables []string) map[string]Origin {
	if h == nil || h.Files == nil {
		return nil
	}
	if variables == nil {
		for name := range h.Env {
			if strings.HasPrefix(strings.ToUpper(name), "AWS_") {
				variables = append(variables, name)
			}
		}
		slices.Sort(variables)
	}
	s := newSearch(h, variables)
	for _, seek := range []func(*search){(*search).unit, (*search).ci, (*search).direnv, (*search).rc, (*search).dotenv,
		(*search).system, (*search).processes} {
		if s.done() {
			break
		}
		seek(s)
	}
	found := make(map[string]Origin)
	for _, v := range variables {
		if c, ok := s.best[s.key(v)]; ok {
			found[v] = c.Origin
		}
	}
	return found
}

// Strengths of candidates. A process is a surer sign than an assignment of
// another value, and says less than a line.
const (
	otherValue = iota + 1
	byProcess
	bySubstitution
	sameValue
)

// A candidate is an origin that may be the one.
type candidate struct {
	Origin
	strength int
}

// A search is the look for the origins of some variables.
type search struct {
	host *resolver.Host
	// wanted are the values that the variables have, by key.
	wanted map[string]redact.Secret
	// best are the strongest candidates, the first of equals.
	best map[string]candidate
	// seen are the files that were read, files and bytes what may still be.
	seen  map[string]bool
	files int
	bytes int64
}

// Bounds of a search.
const (
	maxFile  = 1 << 20  // bytes of one file
	maxFiles = 400      // files of one search
	maxBytes = 16 << 20 // bytes of one search
	maxNames = 256      // names of one directory that are looked at
)

func newSearch(h *resolver.Host, variables []string) *search {
	s := &search{
		host:   h,
		wanted: make(map[string]redact.Secret),
		best:   make(map[string]candidate),
		seen:   make(map[string]bool),
		files:  maxFiles,
		bytes:  maxBytes,
	}
	for _, v := range variables {
		if value, ok := h.LookupEnv(v); ok {
			s.wanted[s.key(v)] = redact.New(value)
		}
	}
	return s
}

// key is the name by which a variable is known: on Windows their case does not
// matter.
func (s *search) key(variable string) string {
	if s.host.OS == "windows" {
		return strings.ToUpper(variable)
	}
	return variable
}

func (s *search) wants(variable string) bool {
	_, ok := s.wanted[s.key(variable)]
	return ok
}

// done reports whether nothing stronger can be found.
func (s *search) done() bool {
	for v := range s.wanted {
		if s.best[v].strength < sameValue {
			return false
		}
	}
	return true
}

// offer notes a candidate if it is stronger than what is known.
func (s *search) offer(variable string, c candidate) {
	if s.best[variable].strength < c.strength {
		s.best[variable] = c
	}
}

// read returns the text of a file once.
func (s *search) read(name string) (string, bool) {
	if name == "" || s.seen[name] || s.files <= 0 || s.bytes <= 0 {
		return "", false
	}
	s.seen[name] = true
	s.files--
	data, err := s.host.ReadFile(name, min(maxFile, s.bytes))
	if err != nil {
		return "", false
	}
	s.bytes -= int64(len(data))
	return plainText(data), true
}

// list returns the names in a directory, sorted, the first of many.
func (s *search) list(dir string) []string {
	if s.files <= 0 {
		return nil
	}
	s.files--
	names, err := s.host.Files.ReadDir(dir)
	if err != nil {
		return nil
	}
	return names[:min(len(names), maxNames)]
}

// judge takes the assignments of one file. The last one of a variable counts.
func (s *search) judge(kind Kind, name string, list []assignment) {
	last := make(map[string]assignment)
	for _, a := range list {
		if key := s.key(a.name); s.wants(key) {
			last[key] = a
		}
	}
	for _, key := range slices.Sorted(maps.Keys(last)) {
		a := last[key]
		c := candidate{Origin: Origin{Kind: kind, Name: name, Line: a.line}}
		switch {
		case a.made == unset:
			continue
		case a.gives(s.wanted[key]):
			c.strength, c.Exact = sameValue, true
		case a.made == byCommand:
			c.strength, c.Note = bySubstitution, "by a command"
		case a.made == byVariable:
			c.strength, c.Note = bySubstitution, "from another variable"
		default:
			c.strength, c.Note = otherValue, "to another value"
		}
		s.offer(key, c)
	}
}
