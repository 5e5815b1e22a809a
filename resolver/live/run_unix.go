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
	cmd.Cancel = func() error { return syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL) }
}
