//go:build !unix

package match_test

import "time"

// clock is the time of day.
func clock() time.Duration { return time.Duration(time.Now().UnixNano()) }
