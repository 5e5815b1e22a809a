package history_test

import (
	"crypto/sha1"
	"encoding/json"
	"fmt"
	"maps"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/awscred/awscred/scanner"
	"github.com/awscred/awscred/scanner/history"
	"github.com/awscred/awscred/scanner/match"
)

// A recorder is a matcher that writes down what it finds, by the content in
// which it stands.
type recorder struct {
	scanner.Matcher
	mu      sync.Mutex
	found   map[string]bool
	derived int // texts that came with a base
}

func (m *recorder) Find(data []byte, from *scanner.Derivation) ([]scanner.Match, scanner.Candidates) {
	list, left := m.Matcher.Find(data, from)
	m.mu.Lock()
	defer m.mu.Unlock()
	if from != nil && from.Base != nil {
		m.derived++
	}
	sum := sha1.Sum(data)
	for _, x := range list {
		by := ""
		if x.Suppressed != nil {
			by = x.Suppressed.By
		}
		m.found[fmt.Sprintf("%x %d-%d %d-%d %s %q %q %v %d", sum[:6], x.Span.Start, x.Span.End, x.Secret.Start, x.Secret.End, x.Rule.ID, by, x.Noise, x.Decoded, len(x.Allowed))] = true
	}
	return list, left
}

// scanAs scans a repository whole or in windows.
func scanAs(t *testing.T, b *builtIn, dir string, margin, jobs int) (*recorder, string) {
	t.Helper()
	r, err := history.Open(dir, history.Options{Margin: margin, Gap: match.Gap, Jobs: jobs})
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	m := &recorder{Matcher: b.matcher, found: map[string]bool{}}
	now := func() time.Time { return time.Unix(1_700_000_000, 0) }
	report, err := scanner.Scan(t.Context(), r, m, scanner.Options{Now: now})
	if err != nil {
		t.Fatal(err)
	}
	if !report.Coverage.Complete {
		t.Errorf("lost %+v", report.Coverage.Lost)
	}
	text, err := json.Marshal(report)
	if err != nil {
		t.Fatal(err)
	}
	return m, string(text)
}

// sameInWindows fails unless a scan in windows finds what a scan of every whole
// object does, and reports it equally. It returns how much that is, and how many
// objects were derived from others in the windowed scan.
func sameInWindows(t *testing.T, b *builtIn, dir string) (found, derived int) {
	t.Helper()
	whole, want := scanAs(t, b, dir, 0, 1)
	windows, got := scanAs(t, b, dir, 1, 2)
	for x := range whole.found {
		if !windows.found[x] {
			t.Errorf("windows lose %s", x)
		}
	}
	for x := range windows.found {
		if !whole.found[x] {
			t.Errorf("windows invent %s", x)
		}
	}
	if got != want && maps.Equal(whole.found, windows.found) {
		t.Errorf("the same matches make another report:\n%s\n%s", want, got)
	}
	return len(whole.found), windows.derived
}

// On chains of versions, edited at random and packed in all ways, windows lose
// nothing.
func TestWindowsLoseNothing(t *testing.T) {
	b := rich(t)
	if b.rules < 200 {
		t.Fatalf("only %d rules have texts that they match", b.rules)
	}
	empty := newGit(t, "--bare").dir
	seeds := uint64(40)
	if n, err := strconv.ParseUint(os.Getenv("AWSCRED_WINDOWS"), 10, 64); err == nil {
		seeds = n
	} else if testing.Short() {
		seeds = 6
	}
	var mu sync.Mutex
	found, derived := 0, 0
	t.Run("all", func(t *testing.T) {
		for seed := range seeds {
			t.Run(strconv.FormatUint(seed, 10), func(t *testing.T) {
				t.Parallel()
				g := &git{t: t, dir: filepath.Join(t.TempDir(), "r")}
				if err := os.CopyFS(g.dir, os.DirFS(empty)); err != nil {
					t.Fatal(err)
				}
				r := rand.New(rand.NewPCG(seed, 99))
				g.versions(r, &author{r: r, texts: b.texts, n: int(seed) * 1000})
				f, d := sameInWindows(t, b, g.dir)
				mu.Lock()
				defer mu.Unlock()
				found, derived = found+f, derived+d
			})
		}
	})
	t.Logf("%d matches, %d objects derived from others", found, derived)
	if seeds > 5 && (found < 100*int(seeds) || derived < 5*int(seeds)) {
		t.Errorf("not put to the test: %d matches, %d derived", found, derived)
	}
}

// versions commits edited versions of a few files and packs them.
func (g *git) versions(r *rand.Rand, a *author) {
	g.t.Helper()
	files := make([][]byte, 1+r.IntN(3))
	for i := range files {
		for range 10 + r.IntN(20) {
			files[i] = append(files[i], a.piece()+a.lines(r.IntN(6))...)
		}
		if r.IntN(8) == 0 { // copies of more than 64 KiB
			files[i] = append(files[i], a.lines(3000)...)
		}
	}
	half := 0
	for part := range 2 {
		var b strings.Builder
		for n := range 12 + r.IntN(14) {
			i := r.IntN(len(files))
			files[i] = a.edit(files[i])
			fmt.Fprintf(&b, "commit refs/heads/main\ncommitter C <c@example.com> %d +0000\ndata 2\nc\n\n", 1_700_000_000+1000*part+n)
			if part == 1 && n == 0 {
				b.WriteString("from refs/heads/main^0\n")
			}
			text := files[i]
			if i == 2 {
				text = wide(text)
			}
			fmt.Fprintf(&b, "M 100644 inline f%d\ndata %d\n%s\n", i, len(text), text)
		}
		g.feed(b.String(), "-c", "fastimport.unpackLimit=0", "fast-import", "--quiet")
		if part == 0 {
			half, _ = strconv.Atoi(strings.TrimSpace(g.feed("", "rev-list", "--count", "refs/heads/main")))
		}
	}
	g.packVersions(r, half)
}

// packVersions packs in one of the ways that git has.
func (g *git) packVersions(r *rand.Rand, half int) {
	g.t.Helper()
	window, depth := "--window="+strconv.Itoa(2+r.IntN(60)), "--depth="+strconv.Itoa(1+r.IntN(80))
	switch r.IntN(7) {
	case 0: // as fast-import packs
	case 1:
		g.run("-c", "repack.useDeltaBaseOffset=false", "repack", "-adfq", window, depth)
	case 2: // a thin pack, made complete
		g.run("repack", "-adfq", window, depth)
		all := strings.Fields(g.feed("", "rev-list", "--reverse", "refs/heads/main"))
		thin := g.feed(all[len(all)-1]+"\n^"+all[half-1]+"\n", "pack-objects", "--thin", "--revs", "--stdout", "-q", window, depth)
		base := g.feed(all[half-1]+"\n", "pack-objects", "--revs", "--stdout", "-q", window, depth)
		packs, err := filepath.Glob(filepath.Join(g.dir, "objects", "pack", "*"))
		if err != nil {
			g.t.Fatal(err)
		}
		for _, p := range packs {
			if err := os.Remove(p); err != nil {
				g.t.Fatal(err)
			}
		}
		g.feed(base, "index-pack", "--stdin")
		g.feed(thin, "index-pack", "--stdin", "--fix-thin")
	case 3: // what was left behind, in a cruft pack
		g.run("update-ref", "refs/heads/main", strings.TrimSpace(g.feed("", "rev-parse", "refs/heads/main~"+strconv.Itoa(half/2))))
		g.run("repack", "--cruft", "-dq", window, depth)
	default:
		g.run("repack", "-adfq", window, depth)
	}
}

// The rules that the test has texts of are all that it can: what is left out is
// known by name.
func TestRichTexts(t *testing.T) {
	b := rich(t)
	seen := map[string]bool{}
	for _, text := range b.texts {
		list, _ := b.matcher.Find([]byte(text), nil)
		for _, x := range list {
			seen[x.Rule.ID] = true
		}
	}
	t.Logf("%d texts, matched by %d rules: %v", len(b.texts), len(seen), slices.Sorted(maps.Keys(seen)))
	if len(seen) < 200 {
		t.Errorf("texts for %d rules", len(seen))
	}
}
