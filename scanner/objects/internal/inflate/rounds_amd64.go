package inflate

import "golang.org/x/sys/cpu"

// assembled says whether the processor can do what rounds asks of it: shift by any
// register and leave the flags alone (BMI2).
var assembled = cpu.X86.HasBMI2

// rounds decodes as [Decoder.fast] does. The state has room for one round at least, of
// input and of output.
//
//go:noescape
func rounds(s *state) (end ending)
