package origin

import (
	"path"
	"slices"
	"strconv"
	"strings"
)

// unitFile reads the Environment and EnvironmentFile settings of a systemd unit
// or drop-in (systemd.exec(5), systemd.syntax(7)).
func unitFile(text string) script {
	var s script
	section := ""
	for n, line := range unitLines(text) {
		if strings.HasPrefix(line, "[") {
			section = line
			continue
		}
		key, value, ok := strings.Cut(line, "=")
		if !ok || section != "[Service]" {
			continue
		}
		value = strings.TrimSpace(value)
		switch strings.TrimSpace(key) {
		case "Environment":
			if value == "" { // takes everything back
				s.assignments = nil
			}
			s.assignments = append(s.assignments, unitWords(value, n)...)
		case "EnvironmentFile":
			if value == "" {
				s.sources = nil
				continue
			}
			s.sources = append(s.sources, strings.TrimPrefix(value, "-"))
		case "UnsetEnvironment":
			for _, name := range strings.Fields(value) {
				s.assignments = append(s.assignments, assignment{name: name, line: n, made: unset})
			}
		}
	}
	return s
}

// unitLines returns logical lines and the numbers of their first: a backslash at
// the end continues, also over comments.
func unitLines(text string) func(func(int, string) bool) {
	return func(yield func(int, string) bool) {
		var b strings.Builder
		first := 0
		for n, line := range lines(text) {
			trimmed := strings.TrimSpace(line)
			if strings.HasPrefix(trimmed, "#") || strings.HasPrefix(trimmed, ";") {
				continue
			}
			if b.Len() == 0 {
				first = n
			}
			if before, ok := strings.CutSuffix(line, `\`); ok && b.Len() < maxValue {
				b.WriteString(before + " ")
				continue
			}
			b.WriteString(line)
			if !yield(first, strings.TrimSpace(b.String())) {
				return
			}
			b.Reset()
		}
	}
}

// unitWords splits "A=b 'C=d e' F="g"" as systemd does. A % begins a specifier
// and stands for itself when doubled; a dollar stands for itself.
func unitWords(value string, line int) []assignment {
	var list []assignment
	var b strings.Builder
	var quote byte
	flush := func() {
		name, text, ok := strings.Cut(b.String(), "=")
		if ok && isName(name) && quote == 0 {
			w := word{text: strings.ReplaceAll(text, "%%", "%"), line: line}
			if strings.Contains(strings.ReplaceAll(text, "%%", ""), "%") {
				w.made = byVariable
			}
			list = append(list, assign(name, w))
		}
		b.Reset()
	}
	for i := 0; i < len(value); i++ {
		c := value[i]
		switch {
		case c == '\\' && i+1 < len(value):
			i++
			b.WriteByte(value[i])
		case quote != 0 && c == quote:
			quote = 0
		case quote == 0 && (c == '"' || c == '\''):
			quote = c
		case quote == 0 && (c == ' ' || c == '\t'):
			flush()
		default:
			b.WriteByte(c)
		}
	}
	flush()
	return list
}

// A unit is a systemd service that a process belongs to.
type unit struct {
	name string
	// user is true for a service of the user's own manager.
	user bool
}

// unitOf reads /proc/PID/cgroup: "0::/system.slice/app.service", or the line of
// the hierarchy name=systemd. Processes of sessions and desktop programs lie in
// a scope and have no unit file.
func unitOf(text string) (u unit, ok bool) {
	for _, line := range lines(text) {
		parts := strings.SplitN(line, ":", 3)
		if len(parts) < 3 || parts[0] != "0" && parts[1] != "name=systemd" {
			continue
		}
		var names []string
		for part := range strings.SplitSeq(parts[2], "/") {
			if strings.HasSuffix(part, ".service") || strings.HasSuffix(part, ".scope") {
				names = append(names, part)
			}
		}
		if len(names) == 0 || !strings.HasSuffix(names[len(names)-1], ".service") {
			continue
		}
		u.name = names[len(names)-1]
		u.user = len(names) > 1 && strings.HasPrefix(names[0], "user@")
		return u, len(names[len(names)-1]) < 256
	}
	return unit{}, false
}

// unit looks at the unit file of the process, its drop-ins and the environment
// files that they name. Later ones take precedence, files over Environment, so
// they are looked at first.
func (s *search) unit() {
	if s.host.OS != "linux" {
		return
	}
	pid := "self"
	if s.host.PID > 0 {
		pid = strconv.Itoa(s.host.PID)
	}
	text, _ := s.read("/proc/" + pid + "/cgroup")
	u, ok := unitOf(text)
	if !ok {
		return
	}
	type parsed struct {
		name string
		script
	}
	var all []parsed
	for _, name := range s.unitFiles(u) {
		if text, ok := s.read(name); ok {
			all = append(all, parsed{name, unitFile(text)})
		}
	}
	slices.Reverse(all)
	for _, p := range all {
		for _, name := range p.sources {
			for _, file := range s.glob(name) {
				if text, ok := s.read(file); ok {
					s.judge(Unit, file, dotenv(text))
				}
			}
		}
	}
	for _, p := range all {
		s.judge(Unit, p.name, p.assignments)
	}
}

// unitFiles returns the unit file and its drop-ins in the order in which systemd
// applies them (systemd.unit(5)): the first directory that has the file wins,
// drop-ins of all directories count, sorted by name.
func (s *search) unitFiles(u unit) []string {
	dirs := []string{"/etc/systemd/system", "/run/systemd/system", "/usr/local/lib/systemd/system", "/usr/lib/systemd/system", "/lib/systemd/system"}
	if u.user {
		dirs = []string{"/etc/systemd/user", "/run/systemd/user", "/usr/local/lib/systemd/user", "/usr/lib/systemd/user"}
		for _, home := range s.homes() {
			dirs = append([]string{home + "/.config/systemd/user"}, dirs...)
		}
	}
	names := []string{u.name}
	if at := strings.IndexByte(u.name, '@'); at > 0 {
		names = append(names, u.name[:at+1]+".service")
	}
	var files []string
	for _, name := range names {
		for _, dir := range dirs {
			if _, err := s.host.Stat(dir + "/" + name); err == nil && len(files) == 0 {
				files = append(files, dir+"/"+name)
			}
		}
	}
	var dropins []string
	taken := map[string]bool{}
	for _, name := range append(names, "service") {
		for _, dir := range dirs {
			for _, conf := range s.list(dir + "/" + name + ".d") {
				if strings.HasSuffix(conf, ".conf") && !taken[conf] {
					taken[conf] = true
					dropins = append(dropins, dir+"/"+name+".d/"+conf)
				}
			}
		}
	}
	slices.SortStableFunc(dropins, func(a, b string) int { return strings.Compare(path.Base(a), path.Base(b)) })
	return append(files, dropins...)
}

// glob returns the files that an EnvironmentFile stands for: wildcards may stand
// in its last element.
func (s *search) glob(name string) []string {
	if !strings.HasPrefix(name, "/") || strings.Contains(name, "%") {
		return nil
	}
	if !strings.ContainsAny(name, "*?[") {
		return []string{name}
	}
	var files []string
	dir := path.Dir(name)
	for _, base := range s.list(dir) {
		if ok, err := path.Match(path.Base(name), base); ok && err == nil {
			files = append(files, dir+"/"+base)
		}
	}
	return files
}
