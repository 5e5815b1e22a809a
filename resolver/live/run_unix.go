//go:build unix

package live

import (
	"os/exec"
	"syscall"
)

// alone puts a process into a group of its own, which is ended as a whole: its
// children as well.
func alone(cmd *exec.Cmd) {
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	cmd.Cancel = func() error { return end(cmd) }
}

// end ends a process and what it started.
func end(cmd *exec.Cmd) error { return syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL) }
