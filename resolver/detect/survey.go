package detect

import (
	"cmp"
	"path"
	"slices"
	"strings"

	"github.com/awscred/awscred/resolver"
)

// Bounds of a survey.
const (
	maxManifest = 1 << 20  // bytes of a file that people write
	maxLock     = 16 << 20 // bytes of a file that programs write
	maxBytes    = 32 << 20 // bytes of all files
	maxReads    = 1500     // files and directories
	maxNames    = 4096     // names of one directory that are looked at
	maxAlike    = 40       // files of one directory that one reader reads
	maxBelow    = 64       // directories below
	maxAbove    = 16       // directories above
)

// A survey is one look around.
type survey struct {
	host      *resolver.Host
	sightings []sighting
	reads     int
	bytes     int64
}

func newSurvey(h *resolver.Host) *survey {
	return &survey{host: h, reads: maxReads, bytes: maxBytes}
}

// read returns the text of a file.
func (s *survey) read(name string, most int64) (string, bool) {
	if s.reads <= 0 || s.bytes <= 0 {
		return "", false
	}
	s.reads--
	data, err := s.host.ReadFile(name, min(most, s.bytes))
	if err != nil {
		return "", false
	}
	s.bytes -= int64(len(data))
	return plainText(data), true
}

// list returns the names in a directory.
func (s *survey) list(dir string) []string {
	if s.reads <= 0 {
		return nil
	}
	s.reads--
	names, err := s.host.Files.ReadDir(dir)
	if err != nil {
		return nil
	}
	return names[:min(len(names), maxNames)]
}

// see notes the best mention of each SDK in a file.
func (s *survey) see(file string, mentions []mention) {
	var order []string
	best := make(map[string]mention)
	for _, m := range mentions {
		if !isPackage(m.name) {
			continue
		}
		key := cmp.Or(m.sdk, m.note)
		old, again := best[key]
		if !again {
			order = append(order, key)
		}
		if !again || better(m, old) {
			best[key] = m
		}
	}
	for _, key := range order {
		s.sightings = append(s.sightings, sighting{best[key], file})
	}
}

// better reports whether m tells more than an earlier mention of the file.
func better(m, old mention) bool {
	if m.hasVersion() != old.hasVersion() {
		return m.hasVersion()
	}
	return m.rank < old.rank
}

// around looks at a directory, those above it, and those one level below it.
func (s *survey) around(dir string) {
	names := s.directory(dir)
	for _, up := range s.above(dir) {
		s.directory(up)
	}
	below := 0
	for _, base := range names {
		name := s.host.Join(dir, base)
		if below >= maxBelow || s.reads <= 0 {
			break
		}
		if skipped(base) || !s.isRealDir(name) {
			continue
		}
		below++
		s.directory(name)
	}
}

// skipped reports whether a directory holds what others wrote, or hides.
func skipped(base string) bool {
	switch base {
	case "node_modules", "vendor", "target", "dist", "build", "bin", "obj", "out", "venv", "env", "__pycache__", "site-packages", "Pods", "testdata":
		return true
	}
	return strings.HasPrefix(base, ".")
}

// isRealDir reports whether a name is a directory and no link to one, which
// could lead anywhere.
func (s *survey) isRealDir(name string) bool {
	s.reads--
	info, err := s.host.Stat(name)
	if err != nil || !info.Mode.IsDir() {
		return false
	}
	_, err = s.host.Files.Readlink(name)
	return err != nil
}

// above returns the directories above dir that belong to it: up to the
// repository's, or below the home directory, or, if there is neither, those in
// which not everybody can write.
func (s *survey) above(dir string) []string {
	var list []string
	for range maxAbove {
		if dir == s.host.Home || dir == s.home() || s.isRepository(dir) {
			return list
		}
		up := s.parent(dir)
		info, err := s.host.Stat(up)
		if up == dir || s.parent(up) == up || up == s.home() || up == s.host.Home || err != nil || info.Mode.Perm()&0o002 != 0 {
			return list
		}
		list = append(list, up)
		dir = up
	}
	return list
}

func (s *survey) isRepository(dir string) bool {
	_, err := s.host.Stat(s.host.Join(dir, ".git"))
	return err == nil
}

// home is the home directory as the environment has it.
func (s *survey) home() string {
	if s.host.OS == "windows" {
		return cmp.Or(s.host.Getenv("USERPROFILE"), s.host.Home)
	}
	return cmp.Or(s.host.Getenv("HOME"), s.host.Home)
}

// parent returns the directory that a path lies in; the root lies in itself.
func (s *survey) parent(name string) string {
	if s.host.OS != "windows" {
		return path.Dir(name)
	}
	i := strings.LastIndexAny(strings.TrimRight(name, `/\`), `/\`)
	if i < 0 || i == 2 && name[1] == ':' {
		return name[:min(3, len(name))]
	}
	return name[:i]
}

// directory looks at one directory and what is installed in it, and returns the
// names in it.
func (s *survey) directory(dir string) []string {
	names := s.list(dir)
	parent := dir[strings.LastIndexAny(dir, `/\`)+1:]
	for _, r := range readers() {
		alike := 0
		for _, base := range names {
			if alike < maxAlike && r.reads(parent, base) {
				alike++
				s.file(dir, base, r)
			}
		}
	}
	s.installed(dir, names)
	return names
}

// file reads one file.
func (s *survey) file(dir, base string, r reader) {
	name := s.host.Join(dir, base)
	most := int64(maxManifest)
	if r.written {
		most = maxLock
	}
	text, ok := s.read(name, most)
	if !ok {
		return
	}
	mentions := r.read(text)
	if r.unless != "" {
		better := s.host.Join(dir, r.unless)
		mentions = slices.DeleteFunc(mentions, func(m mention) bool {
			return slices.ContainsFunc(s.sightings, func(x sighting) bool { return x.file == better && x.sdk == m.sdk })
		})
	}
	s.see(name, mentions)
}
