package wiki

import "fmt"

func openDirectory(path string, o Options) (*Source, error) {
	return nil, fmt.Errorf("opening %q: %w", path, ErrNotWiki)
}
