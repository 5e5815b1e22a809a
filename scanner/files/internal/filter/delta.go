package filter

import "io"

// Delta returns what r was before each byte was replaced by its difference from
// the byte that stands distance before it, from 1 to 256.
func Delta(r io.Reader, distance int) io.Reader {
	return &delta{r: r, last: make([]byte, distance)}
}

type delta struct {
	r    io.Reader
	last []byte
	at   int
}

func (d *delta) Read(p []byte) (int, error) {
	n, err := d.r.Read(p)
	for i := range p[:n] {
		p[i] += d.last[d.at]
		d.last[d.at] = p[i]
		if d.at++; d.at == len(d.last) {
			d.at = 0
		}
	}
	return n, err
}
