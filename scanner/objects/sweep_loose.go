package objects

import (
	"errors"
	"fmt"
	"slices"
)

// someFiles is how many files a worker takes at a time.
const someFiles = 64

// looseFiles makes the tasks that read loose objects and temporary ones.
func (sw *sweep) looseFiles() []task {
	var tasks []task
	for list := range slices.Chunk(sw.s.loose, someFiles) {
		tasks = append(tasks, func(w *worker) {
			for _, l := range list {
				if sw.stop() {
					return
				}
				sw.loose(w, looseFile{sw.s.loosePath(l), l.id}, false)
			}
		})
	}
	for _, path := range sw.s.temps {
		if slices.ContainsFunc(sw.s.packs, func(p *pack) bool { return p.path == path }) {
			continue
		}
		tasks = append(tasks, func(w *worker) { sw.loose(w, looseFile{path, ID{}}, false) })
	}
	return tasks
}

// laterFiles makes the tasks that read those of the type that comes last.
func (sw *sweep) laterFiles() []task {
	var tasks []task
	for list := range slices.Chunk(sw.later, someFiles) {
		tasks = append(tasks, func(w *worker) {
			for _, f := range list {
				if sw.stop() {
					return
				}
				sw.loose(w, f, true)
			}
		})
	}
	return tasks
}

// A looseFile is a file with an object. Its id is zero if it is a temporary one,
// which has none.
type looseFile struct {
	path string
	id   ID
}

// loose reads a loose object and shows it, if it does not come later. Its name is
// always verified.
func (sw *sweep) loose(w *worker, f looseFile, later bool) {
	path, id := f.path, f.id
	limit := sw.s.opts.MaxObjectSize
	w.keep = nil
	file, err := readFile(path, looseFileLimit(limit), w.mem.get)
	defer func() { w.mem.put(file) }()
	var whole, data []byte
	var t Type
	if err == nil {
		t = sw.headType(w, file)
		if !sw.wants(t) {
			return
		}
		if t != 0 && t == sw.opts.Last && !later {
			sw.postpone(f)
			return
		}
	}
	if err == nil {
		t, whole, data, err = readLoose(w.dec, file, limit, w.mem.get)
		defer func() { w.mem.put(whole) }()
	}
	if errors.Is(err, errStopped) {
		return
	}
	if data != nil {
		real := w.names.name(t, data)
		if err == nil && real != id && !id.IsZero() {
			err = fmt.Errorf("its content is that of %s", real)
		}
		if sw.opts.Only == nil || sw.opts.Only(real) {
			w.object = Object{ID: real, Ordinal: sw.s.ordinalOrNone(real), Type: t, Data: data, Whole: true, Last: true}
			sw.show(w)
		}
	}
	if err == nil {
		return
	}
	l := Lost{What: fmt.Sprintf("%s %s", t, id), Why: reason(err), Fix: fixRefetch, Count: 1, Object: id}
	switch {
	case id.IsZero():
		l.What = fmt.Sprintf("file %q", path)
		sw.s.notes.add(l)
		return
	case errors.Is(err, errLimit):
		l.Fix = fixLimit
	}
	sw.s.lost.add(l)
}

// postpone notes a file for when its type comes.
func (sw *sweep) postpone(f looseFile) {
	sw.mu.Lock()
	defer sw.mu.Unlock()
	sw.later = append(sw.later, f)
}

// headType returns the type of a loose object that is still deflated, or 0.
func (sw *sweep) headType(w *worker, file []byte) Type {
	if sw.opts.Types == nil && sw.opts.Last == 0 {
		return 0
	}
	var head [looseHeadSize]byte
	n, _ := w.dec.Prefix(head[:], file)
	t, _, _, err := parseLooseHead(head[:n])
	if err != nil {
		return 0
	}
	return t
}
