package main

import (
	"context"
	"errors"
	"path"
	"slices"
	"strings"

	"github.com/awscred/awscred/scanner"
)

// joined reads several targets as one: equal secrets in two repositories are
// one finding. Paths begin with the target's name.
type joined []target

// Target names all targets.
func (j joined) Target() scanner.Target {
	all := j[0].Target()
	for _, t := range j[1:] {
		x := t.Target()
		all.Name += " " + x.Name
		if x.Kind != all.Kind {
			all.Kind = "several"
		}
	}
	return all
}

// Sweep reads one target after the other.
func (j joined) Sweep(ctx context.Context, visit scanner.Visitor) error {
	for i, t := range j {
		err := t.Sweep(ctx, func(b *scanner.Blob) scanner.Candidates {
			numbered := *b
			numbered.Target = i
			return visit(&numbered)
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// Remembers reports whether all targets know where everything stands.
func (j joined) Remembers() bool {
	return !slices.ContainsFunc(j, func(t target) bool {
		r, ok := t.(scanner.Rememberer)
		return !ok || !r.Remembers()
	})
}

// Locate asks each target for what it showed.
func (j joined) Locate(ctx context.Context, secrets []scanner.Held) ([]scanner.Life, error) {
	lives := make([]scanner.Life, len(secrets))
	for i := range lives {
		lives[i].Spots = make([][]scanner.Spot, len(secrets[i].Blobs))
	}
	for n, t := range j {
		part, from := shareOf(n, secrets)
		found, err := t.Locate(ctx, part)
		if err != nil {
			return nil, err
		}
		for k := range found {
			merge(&lives[from[k].secret], &found[k], from[k].blobs, t.Target().Name)
		}
	}
	return lives, nil
}

// A share says which blobs of which secret a target is asked for.
type share struct {
	secret int
	blobs  []int
}

func shareOf(n int, secrets []scanner.Held) (part []scanner.Held, from []share) {
	for i, h := range secrets {
		var mine scanner.Held
		s := share{secret: i}
		for k, b := range h.Blobs {
			if b.Target == n {
				b.Target = 0
				mine.Blobs = append(mine.Blobs, b)
				s.blobs = append(s.blobs, k)
			}
		}
		if len(mine.Blobs) > 0 {
			part, from = append(part, mine), append(from, s)
		}
	}
	return part, from
}

func merge(life, found *scanner.Life, blobs []int, name string) {
	for k, spots := range found.Spots {
		for i := range spots {
			if p := spots[i].Path; p != "" && p != name && !strings.HasPrefix(p, strings.TrimSuffix(name, "/")+"/") {
				spots[i].Path = path.Join(name, p)
			}
		}
		life.Spots[blobs[k]] = spots
	}
	life.Intervals = append(life.Intervals, found.Intervals...)
	life.Refs = append(life.Refs, found.Refs...)
	slices.Sort(life.Refs)
	life.Refs = slices.Compact(life.Refs)
	life.InHead = life.InHead || found.InHead
	life.Exposure = life.Exposure.Wider(found.Exposure)
}

// Coverage adds up the targets'. What was not read in a repository, a directory or
// a wiki begins with its name; of a file it does so anyway.
func (j joined) Coverage() *scanner.Coverage {
	all := new(scanner.Coverage)
	for _, t := range j {
		part, of := new(scanner.Coverage), t.Target()
		part.Merge(t.Coverage()) // a copy: the target may still be read
		for _, list := range [][]scanner.Gap{part.Lost, part.Opaque, part.Skipped} {
			for i := range list {
				if of.Kind == "git" || of.Kind == "directory" || of.Kind == "wiki" {
					list[i].What = of.Name + ": " + list[i].What
				}
			}
		}
		all.Merge(part)
	}
	return all
}

// Close closes all targets.
func (j joined) Close() error {
	var errs []error
	for _, t := range j {
		errs = append(errs, t.Close())
	}
	return errors.Join(errs...)
}
