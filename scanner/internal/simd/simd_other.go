//go:build !amd64

package simd

// Available reports whether the processor can do what this package asks of it.
func Available() bool { return false }

func wide() bool { return false }

func classMasks(*lookup, *byte, *uint64, int) { panic("simd: not available") }

func longRuns(*uint64, *uint64, int) { panic("simd: not available") }

func teddyMasks(*group, int, *byte, *uint64, int) uint64 { panic("simd: not available") }

func teddyMasks64(*wideGroup, int, *byte, *uint64, int) uint64 { panic("simd: not available") }

func adlerSums(*byte, int) (sum, past, placed uint64) { panic("simd: not available") }

// Prefetch does nothing: what is read next is waited for.
func Prefetch(*byte) {}
