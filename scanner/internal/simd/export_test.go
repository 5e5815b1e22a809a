package simd

// Narrow lets a Teddy look at 32 bytes at once also where it could look at 64.
func (t *Teddy) Narrow() { t.wide = false }
