//go:build !amd64

package simd

// Available reports whether the processor can do what this package asks of it.
func Available() bool { return false }

func classMask(*lookup, *byte) uint64 { panic("simd: not available") }

func teddyMask(*group, int, *byte) uint64 { panic("simd: not available") }
