package bench

import (
	"bytes"
	"compress/gzip"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"path"
	"runtime/pprof"
)

// Profile returns what the compiler wants to know about scans
// (https://go.dev/doc/pgo): a CPU profile of runs scans of each repository, with
// all rules and with those for AWS, without the path of the program that made it.
func Profile(ctx context.Context, repos []string, runs int) ([]byte, error) {
	var b bytes.Buffer
	if err := pprof.StartCPUProfile(&b); err != nil {
		return nil, fmt.Errorf("profiling: %w", err)
	}
	err := scans(ctx, repos, runs)
	pprof.StopCPUProfile()
	if err != nil {
		return nil, err
	}
	plain, err := withoutPaths(b.Bytes())
	if err != nil {
		return nil, fmt.Errorf("reading the profile: %w", err)
	}
	return plain, nil
}

func scans(ctx context.Context, repos []string, runs int) error {
	for range runs {
		for _, repo := range repos {
			for _, name := range []string{StepScanAll, StepScanAWS} {
				if _, err := Step(ctx, Task{Step: name, Repo: repo}); err != nil {
					return err
				}
			}
		}
	}
	return nil
}

// The parts of a profile that withoutPaths looks at: a message has fields, whose
// keys are their number and kind
// (https://protobuf.dev/programming-guides/encoding).
const (
	kindVarint    = 0
	kindBytes     = 2
	stringsOfFile = 6 // string_table of Profile, in pprof's profile.proto
)

var errProfile = errors.New("not a CPU profile")

// withoutPaths returns a profile in which absolute paths are cut to their last
// element: those of the programs that were mapped. Built with -trimpath, the
// profile has no others.
func withoutPaths(profile []byte) ([]byte, error) {
	z, err := gzip.NewReader(bytes.NewReader(profile))
	if err != nil {
		return nil, err
	}
	in, err := io.ReadAll(z)
	if err != nil {
		return nil, err
	}
	var out []byte
	for len(in) > 0 {
		key, value, rest, err := field(in)
		if err != nil {
			return nil, err
		}
		if key == stringsOfFile<<3|kindBytes && path.IsAbs(string(value)) {
			value = []byte(path.Base(string(value)))
			out = binary.AppendUvarint(out, key)
			out = binary.AppendUvarint(out, uint64(len(value)))
			out = append(out, value...)
		} else {
			out = append(out, in[:len(in)-len(rest)]...)
		}
		in = rest
	}
	var b bytes.Buffer
	packed, _ := gzip.NewWriterLevel(&b, gzip.BestCompression) // the level is one
	packed.Write(out)                                          // into memory
	err = packed.Close()
	return b.Bytes(), err
}

// field reads the first field of a message: its key, its value, if it has bytes,
// and what follows.
func field(in []byte) (key uint64, value, rest []byte, err error) {
	key, n := binary.Uvarint(in)
	if n <= 0 {
		return 0, nil, nil, errProfile
	}
	rest = in[n:]
	size, n := binary.Uvarint(rest)
	if n <= 0 {
		return 0, nil, nil, errProfile
	}
	rest = rest[n:]
	switch key & 7 {
	case kindVarint:
		return key, nil, rest, nil
	case kindBytes:
		if size > uint64(len(rest)) {
			return 0, nil, nil, errProfile
		}
		return key, rest[:size], rest[size:], nil
	}
	return 0, nil, nil, errProfile
}
