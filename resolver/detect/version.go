package detect

import (
	"cmp"
	"strconv"
	"strings"
)

// Longest texts that are taken for versions and for ranges, and the longest run
// of letters and digits within: the time in a Go pseudo-version.
const (
	maxVersion = 48
	maxRange   = 48
	maxRun     = 14
)

// isVersion reports whether a text is one version: it begins with a digit and
// has a point.
func isVersion(s string) bool {
	return s != "" && len(s) <= maxVersion && s[0] >= '0' && s[0] <= '9' && strings.Contains(s, ".") &&
		consists(s, ".+_-") && !strings.HasSuffix(s, ".") && !strings.HasSuffix(s, ".x")
}

// consists reports whether a text is letters, digits and the marks, in runs that
// are too short for a secret.
func consists(s, marks string) bool {
	run := 0
	for i := range len(s) {
		c := s[i]
		switch {
		case c >= '0' && c <= '9' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z':
			if run++; run > maxRun {
				return false
			}
		case strings.IndexByte(marks, c) >= 0:
			run = 0
		default:
			return false
		}
	}
	return true
}

// isPackage reports whether a text may be printed as the name of a package:
// words of letters, with few digits, which no key is.
func isPackage(s string) bool {
	const maxName, maxWord = 128, 32
	word, digits := 0, 0
	for i := range len(s) {
		c := s[i]
		switch {
		case c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z':
			word++
		case c >= '0' && c <= '9':
			word++
			digits++
		case strings.IndexByte("@/.:_-", c) >= 0:
			word, digits = 0, 0
		default:
			return false
		}
		if word > maxWord || word > maxRun && digits > 0 {
			return false
		}
	}
	return s != "" && len(s) <= maxName
}

// require is the mention of a product that is required in a version or range.
// With bare a version without an operator is exactly that one.
func (p product) require(line int, spec string, bare bool) mention {
	m := mention{product: p, line: line}
	spec = strings.TrimSpace(spec)
	v := strings.TrimSpace(strings.TrimLeft(spec, "="))
	if v = strings.TrimPrefix(v, "v"); isVersion(v) && (bare || strings.HasPrefix(spec, "=")) {
		m.level, m.version = exact, v
		return m
	}
	if len(spec) <= maxRange && strings.ContainsAny(spec, "0123456789*") && consists(spec, "., <>=~^!*|()[]+_-") {
		m.wants = spec
	}
	return m
}

// at is the mention of a product in a known version.
func (p product) at(line int, l level, version string) mention {
	m := mention{product: p, line: line, level: l}
	if version = strings.TrimPrefix(strings.TrimLeft(version, "="), "v"); isVersion(version) {
		m.version = version
	}
	return m
}

// compareVersions compares by numbers, then text.
func compareVersions(a, b string) int {
	x, y := strings.Split(a, "."), strings.Split(b, ".")
	for i := range min(len(x), len(y)) {
		m, errM := strconv.Atoi(x[i])
		n, errN := strconv.Atoi(y[i])
		c := cmp.Compare(m, n)
		if errM != nil || errN != nil {
			c = cmp.Compare(x[i], y[i])
		}
		if c != 0 {
			return c
		}
	}
	return cmp.Compare(len(x), len(y))
}
