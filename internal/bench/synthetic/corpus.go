package synthetic

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"github.com/awscred/awscred/scanner/match"
	"github.com/awscred/awscred/scanner/rules"
)

// The sizes of texts, in bytes, and of a whole corpus. The upper bounds keep the
// memory of a build within a few hundred megabytes.
const (
	minText   = 200
	maxText   = 96 << 10
	maxCorpus = 64 << 20
)

// A Corpus is a set of texts, in an order that the seed decides.
type Corpus struct {
	// Digest is the SHA-256, in hex, of the names and bytes of all texts: equal
	// digests and options give equal repositories. Which texts there are depends on the
	// modules and on the rules, since texts with a secret are left out.
	Digest string
	// Bytes is how much text there is.
	Bytes int64

	texts []text
}

// A text is one file of the module cache.
type text struct {
	path  string // where a repository has it; no other text is there, or above it
	lines [][]byte
}

// Len is the number of texts.
func (c *Corpus) Len() int { return len(c.texts) }

// A module is one directory of the module cache.
type module struct{ path, version, dir string }

// ReadCorpus reads texts of the modules that the packages and tests of the
// module in dir need: whoever can build it has them. It asks the go command in
// the variable GO, or "go", where they are, and returns an error if there are
// too few to make a repository of.
func ReadCorpus(ctx context.Context, dir string, seed uint64) (*Corpus, error) {
	modules, err := listModules(ctx, dir)
	if err != nil {
		return nil, err
	}
	var found []source
	for _, m := range modules {
		list, err := m.sources()
		if err != nil {
			return nil, fmt.Errorf("listing module %q: %w", m.path, err)
		}
		found = append(found, list...)
	}
	c, err := newCorpus(found, seed)
	if err != nil {
		return nil, fmt.Errorf("reading the corpus: %w", err)
	}
	const least = 500
	if c.Len() < least {
		return nil, fmt.Errorf("the module cache has %d texts for this module; at least %d are needed", c.Len(), least)
	}
	return c, nil
}

// newCorpus reads files in an order that seed decides, until there is enough. Texts in
// which there is a secret are left out, so that a repository has those that are
// planted and no others: among the modules are the test cases of a scanner.
func newCorpus(found []source, seed uint64) (*Corpus, error) {
	set, err := rules.Default()
	if err != nil {
		return nil, err
	}
	secrets, err := match.Compile(set.Rules, set.Allow)
	if err != nil {
		return nil, err
	}
	rng := rand.New(rand.NewPCG(seed, 1))
	rng.Shuffle(len(found), func(i, j int) { found[i], found[j] = found[j], found[i] })
	c := new(Corpus)
	sum := sha256.New()
	at := places{}
	for _, s := range found {
		if at.taken(s.path) {
			continue
		}
		data, err := os.ReadFile(s.file)
		if err != nil {
			return nil, err
		}
		if len(data) < minText || bytes.IndexByte(data, 0) >= 0 {
			continue
		}
		if c.Bytes+int64(len(data)) > maxCorpus {
			break
		}
		if list, _ := secrets.Find(data, nil); len(list) > 0 {
			continue
		}
		c.Bytes += int64(len(data))
		fmt.Fprintf(sum, "%q %d\n%s", s.path, len(data), data)
		at.take(s.path)
		c.texts = append(c.texts, text{s.path, bytes.SplitAfter(bytes.TrimSuffix(data, []byte("\n")), []byte("\n"))})
	}
	for i := range c.texts { // the last line of each ends like the others
		lines := c.texts[i].lines
		lines[len(lines)-1] = append(bytes.Clone(lines[len(lines)-1]), '\n')
	}
	c.Digest = hex.EncodeToString(sum.Sum(nil))
	return c, nil
}

// places are the paths that are taken, true for a text and false for a directory.
type places map[string]bool

// taken reports whether something is at a path, or a text is above it.
func (at places) taken(name string) bool {
	if _, ok := at[name]; ok {
		return true
	}
	for dir := path.Dir(name); dir != "."; dir = path.Dir(dir) {
		if at[dir] {
			return true
		}
	}
	return false
}

func (at places) take(name string) {
	at[name] = true
	for dir := path.Dir(name); dir != "."; dir = path.Dir(dir) {
		at[dir] = false
	}
}

func listModules(ctx context.Context, dir string) ([]module, error) {
	command := os.Getenv("GO")
	if command == "" {
		command = "go"
	}
	cmd := exec.CommandContext(ctx, command, "list", "-e", "-deps", "-test", "-f", "{{with .Module}}{{if .Version}}{{.Path}} {{.Version}} {{.Dir}}{{end}}{{end}}", "./...")
	cmd.Dir, cmd.Stderr = dir, os.Stderr
	out, err := cmd.Output()
	if err != nil {
		return nil, fmt.Errorf("listing modules: %w", err)
	}
	var list []module
	for line := range strings.Lines(string(out)) {
		if f := strings.SplitN(strings.TrimSpace(line), " ", 3); len(f) == 3 {
			list = append(list, module{f[0], f[1], f[2]})
		}
	}
	slices.SortFunc(list, func(a, b module) int { return strings.Compare(a.path, b.path) })
	return slices.Compact(list), nil
}

// A source is a file that may become a text.
type source struct{ path, file string }

// place is where a repository has a file of the module: in a directory of the
// module's name, and in no more than the last two that it is in there.
func (m module) place(file string) string {
	dirs := strings.Split(path.Dir(file), "/")
	return path.Join(strings.ReplaceAll(m.path, "/", "."), path.Join(dirs[max(0, len(dirs)-2):]...), path.Base(file))
}

// sources lists a module's texts, sorted by path.
func (m module) sources() ([]source, error) {
	var list []source
	err := filepath.WalkDir(m.dir, func(name string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		switch strings.ToLower(filepath.Ext(name)) {
		case ".go", ".md", ".json", ".txt", ".toml", ".yaml", ".yml", ".proto", ".html", ".sh", ".s", ".c", ".h":
		default:
			return nil
		}
		info, err := d.Info()
		if err != nil || !info.Mode().IsRegular() || info.Size() > maxText {
			return err
		}
		rel, err := filepath.Rel(m.dir, name)
		if strings.ContainsFunc(rel, func(r rune) bool { return r <= ' ' || r >= 127 || r == '"' }) {
			return err // fast-import would want it quoted
		}
		list = append(list, source{m.place(filepath.ToSlash(rel)), name})
		return err
	})
	return list, err
}
