package parity

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"testing"
)

// TestPlanted puts gitleaks' own samples into real files: what stands around a
// secret decides where a match begins and ends, and who gives way to whom.
// PARITY_TEXTS is how many texts are made.
func TestPlanted(t *testing.T) {
	list := samples(t, "gitleaks")
	dir, files := moduleFiles(t)
	dice := rand.New(rand.NewPCG(uint64(number(t, "PARITY_SEED", defaultSeed)), 1))
	d, m := published(t, decodeDepth), defaultMatcher(t)
	y := newTally()
	for n := range number(t, "PARITY_TEXTS", 1500) {
		name := files[dice.IntN(len(files))]
		data, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		rel, err := filepath.Rel(dir, name)
		if err != nil {
			t.Fatal(err)
		}
		x := &text{name: fmt.Sprint("text ", n), path: filepath.ToSlash(rel), data: window(dice, data)}
		for range 1 + dice.IntN(6) {
			s := &list[dice.IntN(len(list))]
			x.data = plant(dice, x.data, []byte(s.Text))
			if s.Path != "" {
				x.path = s.Path
			}
		}
		y.compare(t, d, m, x)
	}
	y.log(t, 40)
}

// window is a part of a file, of up to 8 KB.
func window(dice *rand.Rand, data []byte) []byte {
	const most = 8 << 10
	if len(data) <= most {
		return data
	}
	at := dice.IntN(len(data) - most)
	return data[at : at+most]
}

// plant puts a sample into a text: on lines of its own, at the end of a line, or
// in the middle of one.
func plant(dice *rand.Rand, data, sample []byte) []byte {
	at := 0
	if len(data) > 0 {
		at = dice.IntN(len(data))
	}
	if i := bytes.IndexByte(data[at:], '\n'); i >= 0 && dice.IntN(4) != 0 {
		at += i
		if dice.IntN(3) != 0 {
			sample = append([]byte("\n"), sample...)
		}
	}
	out := append([]byte(nil), data[:at]...)
	return append(append(out, sample...), data[at:]...)
}
