package main

import (
	"context"

	"github.com/awscred/awscred/scanner"
)

// A noTarget is a target that has nothing, and says why.
type noTarget struct{ cover scanner.Coverage }

// nothing returns the target of nothing.
func nothing(why string) *noTarget {
	t := new(noTarget)
	t.cover.AddNote(why)
	return t
}

// Target names it.
func (t *noTarget) Target() scanner.Target { return scanner.Target{Kind: "wiki", Name: autoWiki} }

// Sweep hands over nothing.
func (t *noTarget) Sweep(context.Context, scanner.Visitor) error { return nil }

// Locate has nothing to find.
func (t *noTarget) Locate(context.Context, []scanner.Held) ([]scanner.Life, error) { return nil, nil }

// Coverage is the note.
func (t *noTarget) Coverage() *scanner.Coverage { return &t.cover }

// Close has nothing to close.
func (t *noTarget) Close() error { return nil }
