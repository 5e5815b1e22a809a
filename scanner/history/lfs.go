package history

import (
	"bytes"
	"context"
	"os"
	"path"
	"path/filepath"
	"slices"
	"sync"

	"github.com/awscred/awscred/scanner"
	"github.com/awscred/awscred/scanner/files"
	"github.com/awscred/awscred/scanner/objects"
)

// pointers remembers which blobs stand for which LFS objects. It is safe for use
// by several goroutines. A pointer is a short text with the SHA-256 of what it
// stands for: https://github.com/git-lfs/git-lfs/blob/main/docs/spec.md
type pointers struct {
	mu    sync.Mutex
	blobs map[string][]string // by LFS object: the names of its pointers
}

// blob takes note of b if it is a pointer, and reports whether it is.
func (p *pointers) blob(b *scanner.Blob) bool {
	oid := pointsTo(b.Data)
	if oid == "" {
		return false
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.blobs == nil {
		p.blobs = map[string][]string{}
	}
	p.blobs[oid] = append(p.blobs[oid], b.ID)
	return true
}

// pointsTo returns the LFS object that a pointer stands for; of anything else it
// returns "".
func pointsTo(data []byte) string {
	const first, key, size = "version https://git-lfs.github.com/spec/v1\n", "\noid sha256:", 64
	if len(data) >= 1024 || !bytes.HasPrefix(data, []byte(first)) {
		return ""
	}
	_, rest, ok := bytes.Cut(data, []byte(key))
	if !ok || len(rest) < size || len(bytes.Trim(rest[:size], "0123456789abcdef")) > 0 {
		return ""
	}
	return string(rest[:size])
}

// lfsPath is where an LFS object lies, below the git directory.
func lfsPath(oid string) string { return filepath.Join("lfs", "objects", oid[:2], oid[2:4], oid) }

// reportPointers lists the LFS objects that are not here.
func (r *Repository) reportPointers() {
	for oid := range r.pointers.blobs {
		if info, err := os.Lstat(filepath.Join(r.common, lfsPath(oid))); err != nil || !info.Mode().IsRegular() {
			r.cover.AddOpaque(scanner.Gap{What: "LFS object " + oid, Why: "LFS object not fetched", Fix: "git lfs fetch --all"})
		}
	}
}

// visitStagedObject hands over the LFS object that a staged pointer stands for,
// since it is pushed with it.
func (r *Repository) visitStagedObject(ctx context.Context, oid, path string, visit scanner.Visitor) {
	data, err := r.read(filepath.Join(r.common, lfsPath(oid)), files.MaxRead)
	if err != nil {
		r.loseFile(lfsPath(oid), err) // one that is not there is opaque
		return
	}
	b := &scanner.Blob{BlobRef: scanner.BlobRef{Field: scanner.Content, Place: scanner.InIndex, Path: path}, Data: data}
	visit(b)
	files.Members(b, r.limits(ctx), &r.cover, visit)
}

// standFor returns the blobs that are pointers to the LFS object at path.
func (p *pointers) standFor(file string) []objects.ID {
	var list []objects.ID
	for _, hex := range p.blobs[path.Base(file)] {
		if id, err := objects.ParseID(hex); err == nil && !slices.Contains(list, id) {
			list = append(list, id)
		}
	}
	slices.SortFunc(list, objects.ID.Compare)
	return list
}
