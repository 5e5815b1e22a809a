//go:build !unix

package live

import "testing"

// specialFiles: there are none that every system without FIFOs has.
func specialFiles(*testing.T, string) []fileTest { return nil }
