package simd

import "golang.org/x/sys/cpu"

// Available reports whether the processor can do what this package asks of it.
func Available() bool { return cpu.X86.HasAVX2 }

// classMask is [Class.Mask] for 64 bytes at text.
//
//go:noescape
func classMask(table *lookup, text *byte) uint64

// teddyMask is [Teddy.Mask] for the 66 bytes at text and at least one group.
//
//go:noescape
func teddyMask(groups *group, n int, text *byte) uint64
