//go:build !unix

package bench

// cpu is 0: the time that single phases take is measured on Unix only.
func cpu() float64 { return 0 }
