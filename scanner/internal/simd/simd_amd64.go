package simd

import "golang.org/x/sys/cpu"

// Available reports whether the processor can do what this package asks of it.
func Available() bool { return cpu.X86.HasAVX2 }

// wide reports whether the processor can look at 64 bytes at once without being slower
// at everything else, as the first with AVX-512 were: VBMI2 came later.
func wide() bool {
	return cpu.X86.HasAVX512BW && cpu.X86.HasAVX512VBMI && cpu.X86.HasAVX512VBMI2
}

// classMasks is [Class.Masks] for at least one block of the text at text.
//
//go:noescape
func classMasks(table *lookup, text *byte, masks *uint64, blocks int)

// longRuns is [LongRuns] for four masks at once, behind the last of which one more can be
// read.
//
//go:noescape
func longRuns(masks, begin *uint64, fours int)

// teddyMasks is [Teddy.Masks] for blocks of the text at text, behind which three
// bytes more can be read. There is at least one group, and one block. It returns 0 if
// there is no zero byte in the blocks.
//
//go:noescape
func teddyMasks(groups *group, n int, text *byte, masks *uint64, blocks int) (zeros uint64)

// teddyMasks64 is teddyMasks with AVX-512.
//
//go:noescape
func teddyMasks64(groups *wideGroup, n int, text *byte, masks *uint64, blocks int) (zeros uint64)

// adlerSums returns three sums of n bytes at p, at least one step and no rest: of
// the bytes; of what the first was before each step; and of the bytes times 32 for the
// first of a step to 1 for the last, in two halves yet to be added.
//
//go:noescape
func adlerSums(p *byte, n int) (sum, past, placed uint64)

// Prefetch has the processor fetch the line of memory that p lies in, without waiting
// for it. The memory need not be there: nothing is read.
//
//go:noescape
func Prefetch(p *byte)
