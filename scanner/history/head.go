package history

import (
	"bytes"
	"path/filepath"
	"strings"

	"github.com/awscred/awscred/scanner/objects"
)

// readHeadOnly reads HEAD and what it names, and no other ref: a scan of what is
// staged compares with nothing else, and runs before every commit.
func (r *Repository) readHeadOnly() *refs {
	rs := &refs{symbolic: map[string]string{}}
	byName := map[string]objects.ID{}
	text, err := r.readSmall(filepath.Join(r.gitDir, "HEAD"))
	if err != nil {
		r.loseRefFile(rs, "HEAD", err)
		return rs
	}
	name, ok := strings.CutPrefix(strings.TrimSpace(text), "ref:")
	for range 5 { // as refs.follow does
		if name = strings.TrimSpace(name); !ok || name == "" {
			break
		}
		r.oneRef(name, rs, byName)
		name, ok = rs.symbolic[name]
	}
	rs.head, rs.headRef = r.readHead(rs, byName)
	return rs
}

// oneRef reads one ref: its own file or, if it has none, its line of
// packed-refs.
func (r *Repository) oneRef(name string, rs *refs, byName map[string]objects.ID) {
	dir := r.common
	if !strings.HasPrefix(name, "refs/") || strings.HasPrefix(name, "refs/worktree/") || strings.HasPrefix(name, "refs/bisect/") {
		dir = r.gitDir
	}
	if !filepath.IsLocal(filepath.FromSlash(name)) {
		return
	}
	r.looseRef(filepath.Join(dir, filepath.FromSlash(name)), name, rs, byName)
	if _, ok := byName[name]; ok || rs.symbolic[name] != "" {
		return
	}
	data, err := r.read(filepath.Join(r.common, "packed-refs"), maxRefFile)
	if err != nil {
		r.loseRefFile(rs, "packed-refs", err)
		return
	}
	if id, ok := packedRef(data, name); ok {
		byName[name] = id
	}
}

// packedRef finds the line of one ref.
func packedRef(data []byte, name string) (objects.ID, bool) {
	want := []byte(" " + name)
	for at := 0; ; {
		i := bytes.Index(data[at:], want)
		if i < 0 {
			return objects.ID{}, false
		}
		end := at + i + len(want)
		start := bytes.LastIndexByte(data[:at+i], '\n') + 1
		if end == len(data) || data[end] == '\n' || data[end] == '\r' {
			if id, err := objects.ParseID(string(data[start : at+i])); err == nil {
				return id, true
			}
		}
		at = end
	}
}
