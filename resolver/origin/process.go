package origin

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/awscred/awscred/internal/redact"
)

// Bounds of the walk through the processes.
const (
	maxAncestors = 64
	maxEnviron   = 2 << 20 // what Linux allows for arguments and environment
)

// A process is one process as /proc shows it.
type process struct {
	pid, parent int
	// began is when it began, in clock ticks since the machine did.
	began   uint64
	command string
	// environ is what the process was started with; nil if that cannot be
	// seen.
	environ map[string]redact.Secret
}

// processes looks for the oldest ancestor in a row that has the variable with
// the same value. What a process was started with is all that Linux shows, so a
// variable that a shell sets is first seen in the shell's children.
func (s *search) processes() {
	if s.host.OS != "linux" || s.host.PID <= 0 || s.host.UID < 0 {
		return
	}
	row := s.ancestors()
	for _, key := range slices.Sorted(maps.Keys(s.wanted)) {
		want := s.wanted[key]
		oldest := -1
		for i, p := range row {
			value, ok := p.environ[key]
			if !ok || !value.Equal(want) {
				break
			}
			oldest = i
		}
		if c, ok := setBy(row, oldest); ok {
			c.Name = hide(c.Name, row, want)
			s.offer(key, c)
		}
	}
}

// setBy tells who set what is first seen in the process at an index.
func setBy(row []process, oldest int) (candidate, bool) {
	c := candidate{Origin: Origin{Kind: Process, Exact: true}, strength: byProcess}
	switch {
	case oldest < 0:
		return c, false
	case oldest+1 < len(row) && runner(row[oldest+1].command) != "":
		c.Kind, c.Name = CI, runner(row[oldest+1].command)
	case oldest+1 < len(row) && row[oldest+1].environ != nil:
		c.Name, c.Note = row[oldest+1].String(), "after it started"
	case oldest == 0 && row[0].pid != 1:
		// The process itself has it, and its parent cannot be seen.
		return c, false
	default:
		c.Name, c.Note = row[oldest].String(), "first seen there"
	}
	return c, true
}

// runner names the CI system whose jobs a program starts.
func runner(command string) string {
	switch command {
	case "Runner.Worker":
		return "GitHub Actions"
	case "gitlab-runner":
		return "GitLab CI"
	case "buildkite-agent":
		return "Buildkite"
	}
	return ""
}

// String is "process 812 (zsh)".
func (p process) String() string {
	if p.command == "" {
		return fmt.Sprintf("process %d", p.pid)
	}
	return fmt.Sprintf("process %d (%s)", p.pid, p.command)
}

// hide drops the command from a name if it could give a part of the value away.
func hide(name string, row []process, value redact.Secret) string {
	for _, p := range row {
		if len(p.command) >= 8 && value.Contains(redact.New(p.command)) {
			name = strings.Replace(name, " ("+p.command+")", "", 1)
		}
	}
	return name
}

// ancestors returns the process and its ancestors. It ends where a process
// cannot be seen, where a circle closes, and where a number went to a younger
// process meanwhile.
func (s *search) ancestors() []process {
	var row []process
	for pid := s.host.PID; pid > 0 && len(row) < maxAncestors; {
		p, ok := s.process(pid)
		if !ok || len(row) > 0 && p.began > row[len(row)-1].began {
			break
		}
		if slices.ContainsFunc(row, func(q process) bool { return q.pid == pid }) {
			break
		}
		row = append(row, p)
		pid = p.parent
	}
	return row
}

// process reads one process. The environment of another user's is not looked
// at, and an empty one is that of a process that just ended.
func (s *search) process(pid int) (process, bool) {
	dir := "/proc/" + strconv.Itoa(pid)
	data, err := s.host.ReadFile(dir+"/stat", 4096)
	if err != nil {
		return process{}, false
	}
	p, ok := parseStat(string(data))
	if !ok || p.pid != pid {
		return process{}, false
	}
	if info, err := s.host.Stat(dir); err != nil || info.UID != s.host.UID {
		return p, true
	}
	if data, err = s.host.ReadFile(dir+"/environ", maxEnviron); err == nil && len(data) > 0 {
		p.environ = s.parseEnviron(string(data))
	}
	return p, true
}

// parseStat reads /proc/PID/stat, proc_pid_stat(5): "812 (zsh) S 790 …", where
// the command may hold anything, brackets and blanks too.
func parseStat(text string) (process, bool) {
	open, shut := strings.IndexByte(text, '('), strings.LastIndexByte(text, ')')
	if open < 1 || shut < open {
		return process{}, false
	}
	var p process
	var err error
	if p.pid, err = strconv.Atoi(strings.TrimSpace(text[:open])); err != nil {
		return process{}, false
	}
	fields := strings.Fields(text[shut+1:])
	const parent, began = 1, 19 // of the fields behind the command
	if len(fields) <= began {
		return process{}, false
	}
	if p.parent, err = strconv.Atoi(fields[parent]); err != nil {
		return process{}, false
	}
	if p.began, err = strconv.ParseUint(fields[began], 10, 64); err != nil {
		return process{}, false
	}
	if command := text[open+1 : shut]; isCommand(command) {
		p.command = command
	}
	return p, true
}

// isCommand reports whether the name of a program is fit to print.
func isCommand(s string) bool {
	for i := range len(s) {
		c := s[i]
		if !(c >= '0' && c <= '9' || c >= 'A' && c <= 'Z' || c >= 'a' && c <= 'z' || strings.IndexByte("._+-:", c) >= 0) {
			return false
		}
	}
	return s != "" && len(s) <= 32
}

// parseEnviron returns the wanted variables of an environment; the first of a
// name counts, as for getenv.
func (s *search) parseEnviron(text string) map[string]redact.Secret {
	found := make(map[string]redact.Secret)
	for entry := range strings.SplitSeq(text, "\x00") {
		name, value, ok := strings.Cut(entry, "=")
		if _, again := found[name]; ok && !again && s.wants(name) {
			found[name] = redact.New(value)
		}
	}
	return found
}
