package match_test

import (
	"testing"
	"time"

	"github.com/awscred/awscred/scanner"
)

// TestHostileTextsTakeLinearTime compares the time for a text with that for one
// eight times as long. Linear is eight times the time, quadratic 64 times.
func TestHostileTextsTakeLinearTime(t *testing.T) {
	if testing.Short() {
		t.Skip("takes seconds")
	}
	const small, large = 1 << 15, 1 << 18
	set := defaultSet(t)
	m := compile(t, set.Rules, set.Allow)
	for name, make := range hostile() {
		t.Run(name, func(t *testing.T) {
			a, b := make(small), make(large)
			for try := 0; ; try++ {
				short, long := duration(m, a), duration(m, b)
				if long < 30*short || long < 50*time.Millisecond {
					return
				}
				if try == 4 {
					t.Errorf("%v for %d bytes, %v for %d", short, small, long, large)
					return
				}
			}
		})
	}
}

func duration(m scanner.Matcher, text []byte) time.Duration {
	start := time.Now()
	m.Find(text, nil)
	return time.Since(start)
}
