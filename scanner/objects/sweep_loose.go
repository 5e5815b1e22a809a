package objects

import (
	"errors"
	"fmt"
	"slices"
)

// looseFiles makes the tasks that read loose objects and temporary ones.
func (sw *sweep) looseFiles() []task {
	var tasks []task
	const some = 64
	for list := range slices.Chunk(sw.s.loose, some) {
		tasks = append(tasks, func(w *worker) {
			for _, l := range list {
				if sw.stop() {
					return
				}
				sw.loose(w, sw.s.loosePath(l), l.id)
			}
		})
	}
	for _, path := range sw.s.temps {
		if slices.ContainsFunc(sw.s.packs, func(p *pack) bool { return p.path == path }) {
			continue
		}
		tasks = append(tasks, func(w *worker) { sw.loose(w, path, ID{}) })
	}
	return tasks
}

// loose reads the loose object at path and shows it. Its name is always
// verified; id is zero for a temporary object, which has none.
func (sw *sweep) loose(w *worker, path string, id ID) {
	limit := sw.s.opts.MaxObjectSize
	w.keep = nil
	file, err := readFile(path, looseFileLimit(limit), w.mem.get)
	defer func() { w.mem.put(file) }()
	var whole, data []byte
	var t Type
	if err == nil && !sw.wants(sw.headType(w, file)) {
		return
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

// headType returns the type of a loose object that is still deflated, or 0.
func (sw *sweep) headType(w *worker, file []byte) Type {
	if sw.opts.Types == nil {
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
