// Package schema holds the JSON schemas of what awscred writes and reads, so
// that the program can print them.
package schema

import (
	"embed"
	"fmt"
	"strings"
)

//go:embed *.schema.json
var files embed.FS

// suffix is how the files of schemas end.
const suffix = ".schema.json"

// Names returns the names of all schemas, sorted.
func Names() ([]string, error) {
	entries, err := files.ReadDir(".")
	if err != nil {
		return nil, fmt.Errorf("listing schemas: %w", err)
	}
	var names []string
	for _, e := range entries {
		names = append(names, strings.TrimSuffix(e.Name(), suffix))
	}
	return names, nil
}

// Read returns the schema of a name: a JSON document in the dialect that its
// $schema names. The error for another name wraps fs.ErrNotExist.
func Read(name string) ([]byte, error) {
	data, err := files.ReadFile(name + suffix)
	if err != nil {
		return nil, fmt.Errorf("reading the schema %q: %w", name, err)
	}
	return data, nil
}
