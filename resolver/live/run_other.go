//go:build !unix

package live

import "os/exec"

// alone does nothing: there are no process groups to end here.
func alone(*exec.Cmd) {}

// end ends a process, but nothing that it started.
func end(cmd *exec.Cmd) error { return cmd.Process.Kill() }
