package bench

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"runtime"
	"strings"
)

// A Machine is what figures depend on, without anything that names it.
type Machine struct {
	System string `json:"system"` // linux/amd64
	CPU    string `json:"cpu"`
	CPUs   int    `json:"cpus"`
	Memory int64  `json:"memory_bytes"` // 0 if not known
	Go     string `json:"go"`
	Git    string `json:"git"`
}

// String is the machine on one line.
func (m Machine) String() string {
	text := fmt.Sprintf("%s, %s, %d CPUs", m.System, m.CPU, m.CPUs)
	if m.Memory > 0 {
		text += fmt.Sprintf(", %.0f GB of memory", float64(m.Memory)/1e9)
	}
	return text + fmt.Sprintf("; %s, git %s", m.Go, m.Git)
}

func thisMachine(ctx context.Context) Machine {
	m := Machine{System: runtime.GOOS + "/" + runtime.GOARCH, CPU: "CPU not known", CPUs: runtime.NumCPU(), Go: runtime.Version()}
	if info, err := os.ReadFile("/proc/cpuinfo"); err == nil {
		for line := range strings.Lines(string(info)) {
			if key, value, ok := strings.Cut(line, ":"); ok && strings.TrimSpace(key) == "model name" {
				m.CPU = strings.TrimSpace(value)
				break
			}
		}
	}
	if info, err := os.ReadFile("/proc/meminfo"); err == nil {
		m.Memory = kilobytes(append([]byte("\n"), info...), "MemTotal:")
	}
	if out, err := exec.CommandContext(ctx, "git", "version").Output(); err == nil {
		m.Git = strings.TrimPrefix(strings.TrimSpace(string(out)), "git version ")
	}
	return m
}
