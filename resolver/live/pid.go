package live

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"syscall"
	"time"

	"github.com/awscred/awscred/resolver"
)

// Errors of [Process].
var (
	ErrNoProcess    = errors.New("there is no such process")
	ErrEnded        = errors.New("it ended while it was looked at")
	ErrZombie       = errors.New("it has ended and is a zombie: only its parent's answer is outstanding")
	ErrKernelThread = errors.New("it is a thread of the kernel, which has no environment")
	ErrOtherUser    = errors.New("it belongs to another user")
)

// Limits of what is read below /proc. An environment passed to execve holds at
// most 6 MB (execve(2)), but a process may point the kernel to any of its
// memory (PR_SET_MM_ENV_END in prctl(2)).
const (
	maxEnviron  = 10 << 20
	maxProcFile = 1 << 20
)

// Process returns another process of this user as a Host, on Linux; elsewhere
// it is an error.
//
// The environment is the one that the process was started with: what it has set
// since then the kernel does not know, and some servers write their titles over
// it. Files are those below the root of the process, in its mounts; no link
// leads out of them. Home is what the user database of that root says, and Dir,
// Executable and PID are as the process itself sees them. UID is the number
// that this process sees.
//
// HTTP is nil unless the process shares our network. Run is always nil: a
// credential_process of another process is not ours to run.
//
// Its errors name the pid and wrap [ErrNoProcess], [ErrEnded], [ErrZombie],
// [ErrKernelThread], [ErrOtherUser], or [resolver.ErrTooLarge] for an
// environment of more than 10 MB. Another user's process is refused to root as
// well: root may read files which that process cannot, and would get another
// answer.
func Process(pid int) (*resolver.Host, error) {
	if runtime.GOOS != "linux" {
		return nil, fmt.Errorf("looking at process %d: possible on Linux only, this is %s", pid, runtime.GOOS)
	}
	h, err := processIn("/proc", pid, os.Geteuid())
	if err != nil {
		return nil, fmt.Errorf("looking at process %d: %w", pid, err)
	}
	return h, nil
}

// processIn looks at a process in a mounted proc(5), for a user.
func processIn(proc string, pid, user int) (*resolver.Host, error) {
	dir := filepath.Join(proc, strconv.Itoa(pid))
	p, err := openProc(dir)
	if err != nil {
		return nil, err
	}
	defer p.close()
	self, err := openProc(filepath.Join(proc, "self"))
	if err != nil {
		return nil, fmt.Errorf("reading our own entry: %w", err)
	}
	defer self.close()
	if err := p.alive(); err != nil {
		return nil, err
	}
	status, err := p.status()
	if err != nil {
		return nil, ended(err)
	}
	if status.uid != user {
		return nil, fmt.Errorf("%w (user %d, this is user %d)", ErrOtherUser, status.uid, user)
	}
	h := &resolver.Host{OS: "linux", UID: status.uid, PID: pid, Now: time.Now}
	if err := p.read(h, dir); err != nil {
		return nil, ended(protected(err))
	}
	// The root was opened by name, and all this takes a moment: it was the
	// same process throughout if it is still there.
	if err := p.alive(); err != nil {
		return nil, err
	}
	p.compare(self, h, status)
	return h, nil
}

// ended turns the errors of a process that is gone into ErrEnded.
func ended(err error) error {
	if errors.Is(err, syscall.ESRCH) || errors.Is(err, fs.ErrNotExist) {
		return ErrEnded
	}
	return err
}

// protected says what a refusal means where the user is the right one; ptrace(2),
// access mode checking.
func protected(err error) error {
	if errors.Is(err, fs.ErrPermission) {
		return fmt.Errorf("%w: the kernel protects programs that changed their user or gained rights", err)
	}
	return err
}

// A procEntry is the directory of a process in proc(5). It stays that of the
// process, or empty, when the pid is given to another.
type procEntry struct{ tree *tree }

func openProc(dir string) (procEntry, error) {
	root, err := os.OpenRoot(dir)
	if errors.Is(err, fs.ErrNotExist) {
		return procEntry{}, ErrNoProcess
	}
	if err != nil {
		return procEntry{}, ended(err)
	}
	return procEntry{&tree{root: root}}, nil
}

func (p procEntry) close() { p.tree.root.Close() }

// link reads one of the links of the entry, or returns "".
func (p procEntry) link(name string) string {
	target, err := p.tree.root.Readlink(name)
	if err != nil {
		return ""
	}
	return target
}

// Fields of proc_pid_stat(5) behind the name, counted from 0.
const (
	statState  = 0
	statFlags  = 6
	statMemory = 20 // in bytes
	statEnvEnd = 48 // where the environment ends
)

// stat returns the fields of /proc/PID/stat behind the name, which stands in
// brackets and may hold anything.
func (p procEntry) stat() ([]string, error) {
	data, err := p.tree.ReadFile("/stat", maxProcFile)
	if err != nil {
		return nil, ended(err)
	}
	fields := strings.Fields(string(data[bytes.LastIndexByte(data, ')')+1:]))
	if len(fields) <= statEnvEnd {
		return nil, ErrEnded
	}
	return fields, nil
}

// alive reports what keeps a process from being looked at, or nil.
func (p procEntry) alive() error {
	fields, err := p.stat()
	if err != nil {
		return err
	}
	if strings.ContainsAny(fields[statState], "ZXx") {
		return ErrZombie
	}
	const kernelThread = 0x00200000 // PF_KTHREAD, include/linux/sched.h
	if flags, err := strconv.ParseUint(fields[statFlags], 10, 64); err == nil && flags&kernelThread != 0 {
		return ErrKernelThread
	}
	if fields[statMemory] == "0" {
		return ErrEnded // it has given its memory back and is no zombie yet
	}
	return nil
}

// environ reads the environment. While a program is being started there is
// none for a moment; that is waited for.
func (p procEntry) environ() (map[string]string, error) {
	for try := 0; ; try++ {
		data, err := p.tree.ReadFile("/environ", maxEnviron)
		if err != nil {
			return nil, fmt.Errorf("reading its environment: %w", unplaced(err))
		}
		if len(data) > 0 || try == 20 {
			return environment(strings.Split(string(data), "\x00")), nil
		}
		if fields, err := p.stat(); err != nil || try > 0 && fields[statEnvEnd] != "0" {
			return environment(nil), err
		}
		time.Sleep(5 * time.Millisecond)
	}
}

// A procStatus is what is needed of /proc/PID/status.
type procStatus struct {
	uid int // the effective one
	pid int // in the innermost namespace, or 0
}

func (p procEntry) status() (procStatus, error) {
	s := procStatus{uid: -1}
	data, err := p.tree.ReadFile("/status", maxProcFile)
	if err != nil {
		return s, err
	}
	for line := range strings.Lines(string(data)) {
		key, value, _ := strings.Cut(line, ":")
		fields := strings.Fields(value)
		switch {
		case key == "Uid" && len(fields) == 4: // real, effective, saved, of the file system
			if uid, err := strconv.Atoi(fields[1]); err == nil {
				s.uid = uid
			}
		case key == "NSpid" && len(fields) > 0:
			s.pid, _ = strconv.Atoi(fields[len(fields)-1])
		}
	}
	if s.uid < 0 {
		return s, errors.New("its status does not name its user")
	}
	return s, nil
}

// read fills in what the process's own entry tells.
func (p procEntry) read(h *resolver.Host, dir string) error {
	env, err := p.environ()
	if err != nil {
		return err
	}
	h.Env = env
	root, err := os.OpenRoot(filepath.Join(dir, "root"))
	if err != nil {
		return fmt.Errorf("opening its root: %w", unplaced(err))
	}
	h.Files = &tree{root: root}
	at := p.link("root")
	h.Dir = below(at, p.link("cwd"))
	h.Executable = below(at, p.link("exe"))
	return nil
}

// unplaced takes the path out of an error: below /proc it says no more than the
// pid.
func unplaced(err error) error {
	if inner := (*fs.PathError)(nil); errors.As(err, &inner) {
		return inner.Err
	}
	return err
}

// below makes a path that we see one that the process sees, whose root we see
// at root. What lies outside is "".
func below(root, name string) string {
	rest, inside := strings.CutPrefix(name, strings.TrimSuffix(root, "/"))
	switch {
	case !inside || rest != "" && rest[0] != '/':
		return ""
	case rest == "":
		return "/"
	}
	return rest
}

// compare fills in what depends on the namespaces that the process shares with
// us (namespaces(7)).
func (p procEntry) compare(self procEntry, h *resolver.Host, s procStatus) {
	shares := func(kind string) bool {
		ours := self.link("ns/" + kind)
		return ours != "" && ours == p.link("ns/"+kind)
	}
	if shares("net") {
		h.HTTP = newTransport()
	}
	if s.pid > 0 && !shares("mnt") {
		h.PID = s.pid // as its own /proc has it
	}
	uid := s.uid
	if !shares("user") {
		uid = p.insideUID(uid)
	}
	if account, ok := h.AccountByID(uid); ok {
		h.Home = account.Home
	}
}

// insideUID returns the number that a user has in the process's own user
// namespace, which is what the user database of a rootless container knows
// (user_namespaces(7)).
func (p procEntry) insideUID(uid int) int {
	data, err := p.tree.ReadFile("/uid_map", maxProcFile)
	if err != nil {
		return uid
	}
	for line := range strings.Lines(string(data)) {
		var inside, outside, count int
		if n, _ := fmt.Sscan(line, &inside, &outside, &count); n == 3 && uid >= outside && uid-outside < count {
			return inside + uid - outside
		}
	}
	return uid
}
