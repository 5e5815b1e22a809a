package sdk

import (
	"strconv"
	"strings"
)

// isBefore reports whether a version is older than another, number by number:
// "3.168.1" is before "3.171.0". What is no number counts as 0, and an empty
// version as the newest.
func isBefore(version, than string) bool {
	if version == "" {
		return false
	}
	a, b := strings.Split(strings.TrimPrefix(version, "v"), "."), strings.Split(than, ".")
	for i := range max(len(a), len(b)) {
		if x, y := numberAt(a, i), numberAt(b, i); x != y {
			return x < y
		}
	}
	return false
}

func numberAt(parts []string, i int) int {
	if i >= len(parts) {
		return 0
	}
	n, err := strconv.Atoi(parts[i])
	if err != nil {
		return 0
	}
	return n
}
