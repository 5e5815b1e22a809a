package bench

import (
	"bufio"
	"bytes"
	"compress/zlib"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// Stored is what lies in an object directory, without alternates.
type Stored struct {
	Packs   int   `json:"packs"`
	Objects int64 `json:"objects"` // entries of packs, and loose objects
	Deltas  int64 `json:"deltas"`  // of the entries
	Loose   int64 `json:"loose"`
	// Bytes is what packs and loose objects take on the disk. Inflated is what
	// inflating each of them once yields: deltas count as deltas.
	Bytes    int64 `json:"bytes"`
	Inflated int64 `json:"inflated"`
}

// ReadStored looks into the packs and loose objects of gitDir, at headers only.
func ReadStored(gitDir string) (Stored, error) {
	var s Stored
	packs, err := filepath.Glob(filepath.Join(gitDir, "objects", "pack", "pack-*.pack"))
	if err != nil {
		return s, fmt.Errorf("listing packs: %w", err)
	}
	for _, name := range packs {
		if err := s.pack(name); err != nil {
			return s, fmt.Errorf("reading pack %q: %w", filepath.Base(name), err)
		}
	}
	loose, err := filepath.Glob(filepath.Join(gitDir, "objects", "[0-9a-f][0-9a-f]", "*"))
	if err != nil {
		return s, fmt.Errorf("listing loose objects: %w", err)
	}
	for _, name := range loose {
		if err := s.loose(name); err != nil {
			return s, fmt.Errorf("reading loose object %q: %w", filepath.Base(name), err)
		}
	}
	return s, nil
}

// pack adds a pack: its index says where entries begin, each entry's header how
// large it is once inflated (gitformat-pack(5)).
func (s *Stored) pack(name string) error {
	offsets, err := indexOffsets(strings.TrimSuffix(name, ".pack") + ".idx")
	if err != nil {
		return err
	}
	f, err := os.Open(name)
	if err != nil {
		return err
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return err
	}
	s.Packs++
	s.Bytes += info.Size()
	const ofsDelta, refDelta = 6, 7
	slices.Sort(offsets)
	var head [16]byte
	for _, off := range offsets {
		n, err := f.ReadAt(head[:], off)
		if n == 0 {
			return err
		}
		typ, size := head[0]>>4&7, int64(head[0]&15)
		for i, shift := 1, 4; head[i-1]&0x80 != 0 && i < n; i, shift = i+1, shift+7 {
			size |= int64(head[i]&0x7f) << shift
		}
		s.Objects++
		s.Inflated += size
		if typ == ofsDelta || typ == refDelta {
			s.Deltas++
		}
	}
	return nil
}

// indexOffsets reads the offsets of a version 2 index.
func indexOffsets(name string) ([]int64, error) {
	data, err := os.ReadFile(name)
	if err != nil {
		return nil, err
	}
	const head, fanout = 8, 256 * 4
	if len(data) < head+fanout || !bytes.HasPrefix(data, []byte("\xfftOc\x00\x00\x00\x02")) {
		return nil, errors.New("its index is not of version 2")
	}
	count := int(binary.BigEndian.Uint32(data[head+fanout-4:]))
	// Names have 20 or 32 bytes; two names end the file.
	size := 20
	if rest := len(data) - head - fanout; rest-2*20-count*28 < 0 || (rest-2*20-count*28)%8 != 0 {
		size = 32
	}
	at := head + fanout + count*(size+4)
	large := at + count*4
	offsets := make([]int64, count)
	for i := range offsets {
		if at+i*4+4 > len(data) {
			return nil, errors.New("its index is too short")
		}
		o := binary.BigEndian.Uint32(data[at+i*4:])
		offsets[i] = int64(o)
		if o&(1<<31) == 0 {
			continue
		}
		p := large + int(o&^(1<<31))*8
		if p+8 > len(data) {
			return nil, errors.New("its index is too short")
		}
		offsets[i] = int64(binary.BigEndian.Uint64(data[p:]))
	}
	return offsets, nil
}

// loose adds a loose object: "TYPE SIZE", NUL, data, all deflated.
func (s *Stored) loose(name string) error {
	f, err := os.Open(name)
	if err != nil {
		return err
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return err
	}
	z, err := zlib.NewReader(bufio.NewReader(f))
	if err != nil {
		return err
	}
	defer z.Close()
	head, err := bufio.NewReader(io.LimitReader(z, 64)).ReadString(0)
	if err != nil {
		return err
	}
	var typ string
	var size int64
	if _, err := fmt.Sscanf(strings.TrimSuffix(head, "\x00"), "%s %d", &typ, &size); err != nil {
		return err
	}
	s.Loose++
	s.Objects++
	s.Bytes += info.Size()
	s.Inflated += size
	return nil
}
