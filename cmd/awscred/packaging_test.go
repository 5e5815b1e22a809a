package main

import (
	"os"
	"os/exec"
	"regexp"
	"strings"
	"testing"
)

// The action's own scripts hold no expression of GitHub: what a stranger wrote
// in a branch's name or a title would become part of a shell script.
func TestActionScripts(t *testing.T) {
	data, err := os.ReadFile("../../action.yml")
	if err != nil {
		t.Fatal(err)
	}
	scripts, inside, indent := 0, false, 0
	for line := range strings.Lines(string(data)) {
		depth := len(line) - len(strings.TrimLeft(line, " "))
		if inside && strings.TrimSpace(line) != "" && depth <= indent {
			inside = false
		}
		if text, ok := strings.CutPrefix(strings.TrimSpace(line), "run:"); ok {
			scripts++
			indent = depth
			inside = strings.TrimSpace(text) == "|"
			if strings.Contains(text, "${{") {
				t.Errorf("a script with an expression: %s", line)
			}
			continue
		}
		if inside && strings.Contains(line, "${{") {
			t.Errorf("a script with an expression: %s", line)
		}
	}
	if scripts < 3 {
		t.Errorf("%d scripts: the test does not see them", scripts)
	}
	for _, use := range regexp.MustCompile(`uses: (\S+)`).FindAllStringSubmatch(string(data), -1) {
		if !regexp.MustCompile(`@[0-9a-f]{40}$`).MatchString(use[1]) {
			t.Errorf("%s is not pinned to a commit", use[1])
		}
	}
}

// Shell scripts can be parsed, and those for every machine by any POSIX shell.
func TestShellScripts(t *testing.T) {
	for file, shell := range map[string]string{"../../scripts/action": "bash", "../../scripts/fuzz": "sh", "../../scripts/conformance": "sh", "../../.ci/run": "sh"} {
		path, err := exec.LookPath(shell)
		if err != nil {
			t.Skipf("there is no %s", shell)
		}
		if out, err := exec.Command(path, "-n", file).CombinedOutput(); err != nil {
			t.Errorf("%s: %s", file, out)
		}
	}
	for _, hook := range []string{preCommit, prePush, preReceive} {
		cmd := exec.Command("sh", "-n")
		cmd.Stdin = strings.NewReader(hookScript(hook))
		if out, err := cmd.CombinedOutput(); err != nil {
			t.Errorf("hook %s: %s", hook, out)
		}
	}
}
