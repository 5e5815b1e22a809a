package oracle

import "math/rand/v2"

// dice throw what a seed decides.
type dice struct{ *rand.Rand }

// in reports true in so many of a hundred throws.
func (d dice) in(percent int) bool { return d.IntN(100) < percent }

// one returns one of a list, all equally likely: what should be likelier stands
// there more than once.
func one[T any](d dice, list ...T) T { return list[d.IntN(len(list))] }
