package simd

import "golang.org/x/sys/cpu"

// Available reports whether the processor can do what this package asks of it.
func Available() bool { return cpu.X86.HasAVX2 }

// classMasks is [Class.Masks] for at least one block of the text at text.
//
//go:noescape
func classMasks(table *lookup, text *byte, masks *uint64, blocks int)

// teddyMasks is [Teddy.Masks] for blocks of the text at text, behind which three
// bytes more can be read. There is at least one group, and one block.
//
//go:noescape
func teddyMasks(groups *group, n int, text *byte, masks *uint64, blocks int)
