package synthetic

import (
	"context"
	"crypto/sha256"
	"fmt"
	"slices"

	"github.com/awscred/awscred/internal/keytest"
)

// Versions makes a bare repository of one file with so many versions, each
// edited from the last. With a key, all of them hold it, and are otherwise the
// same as without.
func Versions(ctx context.Context, dir string, c *Corpus, seed uint64, versions int, key bool) error {
	_, err := create(ctx, dir, func() []int { return nil }, func(s *stream) {
		e := newEditor(c, seed)
		var lines [][]byte
		for len(lines) < longest/2 {
			lines = append(lines, e.excerpt(100)...)
		}
		// The key stands between two halves that are edited apart, and is made
		// in any case: so the same numbers are drawn for the same edits.
		head, tail := lines[:len(lines)/2], lines[len(lines)/2:]
		middle := e.plant(nil, 1)
		if !key {
			middle = nil
		}
		tip := 0
		for n := range versions {
			mark := s.blob(slices.Concat(head, middle, tail))
			tip = s.commit(oneFile("refs/heads/main", fmt.Sprintf("version %d\n", n), tip, "config.txt", mark))
			if n%2 == 0 {
				head = e.edit(head)
			} else {
				tail = e.edit(tail)
			}
		}
	})
	if err != nil {
		return fmt.Errorf("building versions: %w", err)
	}
	return nil
}

// Findings makes a bare repository of texts with so many places for a key, fifty
// to a file, each file changed once more. keys of the places hold keys 1 to keys
// of package keytest, evenly spread; the others hold lines of about that length
// that are none. So two repositories with equal places differ in their keys only.
func Findings(ctx context.Context, dir string, c *Corpus, seed uint64, places, keys int) error {
	if keys < 0 || keys > places {
		return fmt.Errorf("building findings: %d keys do not fit into %d places", keys, places)
	}
	const each = 50
	_, err := create(ctx, dir, func() []int { return nil }, func(s *stream) {
		e := newEditor(c, seed)
		tip := 0
		for n := 1; n <= places; n += each {
			var lines [][]byte
			for k := n; k < n+each && k <= places; k++ {
				lines = append(lines, e.excerpt(20)...)
				if number := k * keys / places; number > (k-1)*keys/places {
					lines = append(lines, fmt.Appendf(nil, "aws_access_key_id = %s\n", keytest.ID(number)),
						fmt.Appendf(nil, "aws_secret_access_key = %s\n", keytest.Secret(number)))
				} else {
					lines = append(lines, fmt.Appendf(nil, "checksum of part %d: %x\n", k, sha256.Sum256(fmt.Append(nil, seed, k))))
				}
			}
			name := fmt.Sprintf("deploy/%d/settings.ini", n/each)
			tip = s.commit(oneFile("refs/heads/main", "settings\n", tip, name, s.blob(lines)))
			lines = append(lines, e.excerpt(40)...)
			tip = s.commit(oneFile("refs/heads/main", "more settings\n", tip, name, s.blob(lines)))
		}
	})
	if err != nil {
		return fmt.Errorf("building findings: %w", err)
	}
	return nil
}

// oneFile is a commit that changes one path.
func oneFile(ref, message string, parent int, path string, mark int) commit {
	c := commit{ref: ref, message: message, changes: []change{{path: path, mark: mark}}}
	if parent > 0 {
		c.parents = []int{parent}
	}
	return c
}
