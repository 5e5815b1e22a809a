package repotest

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/awscred/awscred/internal/keytest"
)

// A Want is one key in one place that a scanner must find. Its fields are the
// words of a line of want.txt; the package comment says what they mean.
type Want struct {
	Number int    // of the key, as in its placeholders
	Kind   string // key, temp or old
	Part   string // id, secret or token; "" means both id and secret
	Place  string
	Field  string
	Path   string
	Commit string // a name; Repo.Commits has its id
	Ref    string
	Dir    string // a name; Repo.Dirs has its path. "" means the main repository
	// Suppressed is inline if the key must be found and told to be accepted
	// by a comment in the file.
	Suppressed string
	// Pairing is the ground on which id and secret must be taken for one key, or
	// none if they must not be. "" says nothing.
	Pairing string
	// Confidence is that of the finding, and Decoded are the encodings of the
	// place, outermost first and divided by commas. "" says nothing.
	Confidence, Decoded string
}

// ID is the access key id of the key.
func (w Want) ID() string {
	switch w.Kind {
	case "temp":
		return keytest.TempID(w.Number)
	case "old":
		return keytest.OldID(w.Number)
	}
	return keytest.ID(w.Number)
}

// Texts are what must be found: the id, the secret or the token, or the first
// two.
func (w Want) Texts() []string {
	switch w.Part {
	case "id":
		return []string{w.ID()}
	case "secret":
		return []string{keytest.Secret(w.Number)}
	case "token":
		return []string{keytest.Token(w.Number)}
	}
	return []string{w.ID(), keytest.Secret(w.Number)}
}

// String is the line of want.txt that says the same.
func (w Want) String() string {
	var out strings.Builder
	fmt.Fprintf(&out, "%d place=%s field=%s", w.Number, w.Place, w.Field)
	for _, word := range [][2]string{{"part", w.Part}, {"kind", w.Kind}, {"path", w.Path}, {"commit", w.Commit},
		{"ref", w.Ref}, {"dir", w.Dir}, {"suppressed", w.Suppressed}, {"pairing", w.Pairing}, {"confidence", w.Confidence}, {"decoded", w.Decoded}} {
		switch {
		case word[1] == "" || word == [2]string{"kind", "key"}:
		case strings.Contains(word[1], " ") || strconv.Quote(word[1]) != `"`+word[1]+`"`:
			fmt.Fprintf(&out, " %s=%q", word[0], word[1])
		default:
			fmt.Fprintf(&out, " %s=%s", word[0], word[1])
		}
	}
	return out.String()
}

// ParseWants reads a want.txt whose placeholders are replaced. It refuses
// unknown words and values, and lines without place or field.
func ParseWants(text []byte) ([]Want, error) {
	var wants []Want
	for i, line := range strings.Split(string(text), "\n") {
		words, err := split(line)
		if err != nil {
			return nil, fmt.Errorf("want.txt line %d: %w", i+1, err)
		}
		if len(words) == 0 {
			continue
		}
		w, err := parseWant(words)
		if err != nil {
			return nil, fmt.Errorf("want.txt line %d: %w", i+1, err)
		}
		wants = append(wants, w)
	}
	return wants, nil
}

func parseWant(words []string) (Want, error) {
	number, err := strconv.Atoi(words[0])
	if err != nil || number < 0 {
		return Want{}, fmt.Errorf("%q is not the number of a key", words[0])
	}
	w := Want{Number: number, Kind: "key"}
	for _, word := range words[1:] {
		name, value, found := strings.Cut(word, "=")
		if !found || value == "" {
			return Want{}, fmt.Errorf("%q is not of the form NAME=VALUE", word)
		}
		if err := w.set(name, value); err != nil {
			return Want{}, err
		}
	}
	if w.Place == "" || w.Field == "" {
		return Want{}, fmt.Errorf("key %d has no place or no field", number)
	}
	return w, nil
}

func (w *Want) set(name, value string) error {
	var allowed []string
	var field *string
	switch name {
	case "kind":
		field, allowed = &w.Kind, []string{"key", "temp", "old"}
	case "part":
		field, allowed = &w.Part, []string{"id", "secret", "token"}
	case "place":
		field, allowed = &w.Place, places()
	case "field":
		field, allowed = &w.Field, []string{"content", "message", "header", "name", "ref", "reflog", "config"}
	case "path":
		field = &w.Path
	case "commit":
		field = &w.Commit
	case "ref":
		field = &w.Ref
	case "dir":
		field = &w.Dir
	case "suppressed":
		field, allowed = &w.Suppressed, []string{"inline"}
	case "pairing":
		field = &w.Pairing
	case "confidence":
		field, allowed = &w.Confidence, []string{"certain", "probable", "possible"}
	case "decoded":
		field = &w.Decoded
	default:
		return fmt.Errorf("unknown word %q", name)
	}
	if allowed != nil && !slices.Contains(allowed, value) {
		return fmt.Errorf("%s cannot be %q", name, value)
	}
	*field = value
	return nil
}

func places() []string {
	return []string{"history", "index", "worktree", "untracked", "ignored", "stash", "reflog", "unreachable", "lfs", "git-dir"}
}
