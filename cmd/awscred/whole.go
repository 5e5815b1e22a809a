package main

import (
	"fmt"
	"io"
	"os"
	"path/filepath"
)

// writeWhole writes a file so that it is there whole or not at all: it is
// written beside its place, synced, and renamed.
func writeWhole(name string, write func(io.Writer) error) error {
	if info, err := os.Stat(name); err == nil && !info.Mode().IsRegular() {
		return writeTo(name, write) // a device or a pipe, such as /dev/stdout
	}
	tmp, err := os.CreateTemp(filepath.Dir(name), "."+filepath.Base(name)+".*")
	if err != nil {
		return fmt.Errorf("writing %q: %w", name, err)
	}
	defer os.Remove(tmp.Name()) // fails once it was renamed
	if err := fill(tmp, write); err != nil {
		return fmt.Errorf("writing %q: %w", name, err)
	}
	if err := os.Rename(tmp.Name(), name); err != nil {
		return fmt.Errorf("writing the report: %w", err)
	}
	return nil
}

func fill(f *os.File, write func(io.Writer) error) error {
	err := write(f)
	if err == nil {
		err = f.Chmod(0o644)
	}
	if err == nil {
		err = f.Sync()
	}
	if closeErr := f.Close(); err == nil {
		err = closeErr
	}
	return err
}

func writeTo(name string, write func(io.Writer) error) error {
	f, err := os.OpenFile(name, os.O_WRONLY, 0)
	if err != nil {
		return fmt.Errorf("writing the report: %w", err)
	}
	defer f.Close()
	return write(f)
}

// writable returns an error if no report can be written to this file, as far as
// that can be told before the work is done. The empty name is none.
func writable(name string) error { return writableFor("output", name) }

// writableFor is writable for the file of another flag.
func writableFor(flag, name string) error {
	if name == "" {
		return nil
	}
	dir := filepath.Dir(name)
	if info, err := os.Stat(dir); err != nil || !info.IsDir() {
		return usagef("--%s %s: there is no directory %q", flag, name, dir)
	}
	if info, err := os.Stat(name); err == nil && info.IsDir() {
		return usagef("--%s %s: it is a directory, not a file", flag, name)
	}
	return nil
}
