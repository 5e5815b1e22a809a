// Package spelling finds the word that was probably meant.
package spelling

// Nearest returns the name that is most like the one that was written, or ""
// if none is like enough to be what was meant.
func Nearest(written string, names []string) string {
	best, least := "", len(written)/3+2
	for _, name := range names {
		if d := distance(written, name, least); d < least {
			best, least = name, d
		}
	}
	return best
}

// maxName is the length above which names are not compared; the work grows with
// the product of the lengths.
const maxName = 128

// distance counts the insertions, deletions, replacements and swaps of
// neighbours that turn a into b. It returns limit for texts that are too long
// or too different in length to be nearer.
func distance(a, b string, limit int) int {
	if len(a) > maxName || len(b) > maxName || max(len(a)-len(b), len(b)-len(a)) >= limit {
		return limit
	}
	var before []int
	last := make([]int, len(b)+1)
	for j := range last {
		last[j] = j
	}
	for i := 1; i <= len(a); i++ {
		row := make([]int, len(b)+1)
		row[0] = i
		for j := 1; j <= len(b); j++ {
			cost := 1
			if a[i-1] == b[j-1] {
				cost = 0
			}
			row[j] = min(last[j]+1, row[j-1]+1, last[j-1]+cost)
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				row[j] = min(row[j], before[j-2]+1)
			}
		}
		before, last = last, row
	}
	return last[len(b)]
}
