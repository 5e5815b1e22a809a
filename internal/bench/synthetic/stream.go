package synthetic

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

// A stream writes commands for git fast-import (git-fast-import(1)) and keeps
// the first error.
type stream struct {
	w    *bufio.Writer
	mark int // the last mark given out
	time int64
	err  error
}

// A change is one line of a commit: a path with its new content, or without.
type change struct {
	path string
	mark int    // of the blob; 0 deletes the path
	from string // the path that it is renamed from
}

// A commit is one commit to be written.
type commit struct {
	ref     string
	message string
	parents []int // marks
	changes []change
}

func (s *stream) printf(format string, args ...any) {
	if s.err == nil {
		_, s.err = fmt.Fprintf(s.w, format, args...)
	}
}

// blob writes a text and returns its mark.
func (s *stream) blob(lines [][]byte) int {
	s.mark++
	size := 0
	for _, l := range lines {
		size += len(l)
	}
	s.printf("blob\nmark :%d\ndata %d\n", s.mark, size)
	for _, l := range lines {
		if s.err == nil {
			_, s.err = s.w.Write(l)
		}
	}
	s.printf("\n")
	return s.mark
}

// authors are as many as a small team has.
const authors = 12

// person is the line that tells who and when: "Author 3 <author3@example.com> 1420070400 +0000".
func (s *stream) person(n int) string {
	return fmt.Sprintf("Author %d <author%d@example.com> %d +0000", n%authors, n%authors, s.time)
}

// commit writes a commit, some time after the last one, and returns its mark.
func (s *stream) commit(c commit) int {
	s.mark++
	s.time += 600 + int64(s.mark%7)*1200
	who := s.person(s.mark)
	s.printf("commit %s\nmark :%d\nauthor %s\ncommitter %s\ndata %d\n%s\n", c.ref, s.mark, who, who, len(c.message), c.message)
	for i, p := range c.parents {
		s.printf("%s :%d\n", [...]string{"from", "merge"}[min(i, 1)], p)
	}
	for _, x := range c.changes {
		if x.from != "" {
			s.printf("R %s %s\n", x.from, x.path)
		}
		switch {
		case x.mark > 0:
			s.printf("M 100644 :%d %s\n", x.mark, x.path)
		case x.from == "":
			s.printf("D %s\n", x.path)
		}
	}
	s.printf("\n")
	return s.mark
}

// tag writes an annotated tag.
func (s *stream) tag(name string, commit int, message string) {
	s.printf("tag %s\nfrom :%d\ntagger %s\ndata %d\n%s\n", name, commit, s.person(commit), len(message), message)
}

// reset points a ref at a commit.
func (s *stream) reset(ref string, commit int) { s.printf("reset %s\nfrom :%d\n\n", ref, commit) }

// start is the time before the first commit: 2015-01-01.
const start = 1420070400

// create makes the bare repository dir of what write writes, packs it, and
// returns the object names of the marks that are asked for.
func create(ctx context.Context, dir string, wanted func() []int, write func(*stream)) (map[int]string, error) {
	if entries, err := os.ReadDir(dir); err == nil && len(entries) > 0 {
		return nil, fmt.Errorf("creating repository %q: the directory is not empty", dir)
	}
	if err := git(ctx, nil, "init", "--quiet", "--bare", "--initial-branch=main", "--template=", dir); err != nil {
		return nil, err
	}
	dir, err := filepath.Abs(dir)
	if err != nil {
		return nil, fmt.Errorf("creating repository: %w", err)
	}
	marks := filepath.Join(dir, "marks")
	defer os.Remove(marks)
	r, w := io.Pipe()
	s := &stream{w: bufio.NewWriterSize(w, 1<<20), time: start}
	go func() {
		write(s)
		if s.err == nil {
			s.err = s.w.Flush()
		}
		w.CloseWithError(s.err)
	}()
	err = git(ctx, r, "-C", dir, "fast-import", "--quiet", "--depth=50", "--export-marks="+marks)
	r.CloseWithError(io.ErrClosedPipe)
	if err != nil {
		return nil, err
	}
	if err := pack(ctx, dir); err != nil {
		return nil, err
	}
	return readMarks(marks, wanted())
}

// pack stores everything as one pack with long delta chains. The bounds are for
// each thread.
func pack(ctx context.Context, dir string) error {
	return git(ctx, nil, "-C", dir, "-c", "pack.threads=2", "-c", "pack.windowMemory=128m", "-c", "pack.deltaCacheSize=128m",
		"repack", "-a", "-d", "-f", "-q", "--depth=50", "--window=10")
}

func git(ctx context.Context, stdin io.Reader, args ...string) error {
	cmd := exec.CommandContext(ctx, "git", args...)
	cmd.Stdin = stdin
	cmd.Env = append(os.Environ(), "GIT_CONFIG_NOSYSTEM=1", "GIT_CONFIG_GLOBAL="+os.DevNull, "GIT_DEFAULT_HASH=sha1")
	if out, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("running git %s: %w: %s", args[0], err, strings.TrimSpace(string(out)))
	}
	return nil
}

// readMarks reads the file that fast-import wrote: ":MARK NAME" on each line.
func readMarks(name string, wanted []int) (map[int]string, error) {
	f, err := os.Open(name)
	if err != nil {
		return nil, fmt.Errorf("reading marks: %w", err)
	}
	defer f.Close()
	want := make(map[int]bool, len(wanted))
	for _, m := range wanted {
		want[m] = true
	}
	names := make(map[int]string, len(wanted))
	lines := bufio.NewScanner(f)
	for lines.Scan() {
		var mark int
		var id string
		if _, err := fmt.Sscanf(lines.Text(), ":%d %s", &mark, &id); err != nil {
			return nil, fmt.Errorf("reading marks: %q: %w", lines.Text(), err)
		}
		if want[mark] {
			names[mark] = id
		}
	}
	return names, lines.Err()
}
