package repotest

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"time"
)

// environment is all that git is told. Configuration comes in by variables, so
// that the repository's own config file stays as git writes it.
func environment(home string, now time.Time) []string {
	stamp := fmt.Sprintf("%d +0000", now.Unix())
	env := []string{
		"HOME=" + home, "XDG_CONFIG_HOME=" + home, "PATH=" + os.Getenv("PATH"),
		"LC_ALL=C", "TZ=UTC", "GIT_TERMINAL_PROMPT=0", "GIT_EDITOR=true",
		"GIT_CONFIG_GLOBAL=" + os.DevNull, "GIT_CONFIG_NOSYSTEM=1", "GIT_ATTR_NOSYSTEM=1",
		"GIT_AUTHOR_NAME=Ann", "GIT_AUTHOR_EMAIL=ann@example.com", "GIT_AUTHOR_DATE=" + stamp,
		"GIT_COMMITTER_NAME=Ann", "GIT_COMMITTER_EMAIL=ann@example.com", "GIT_COMMITTER_DATE=" + stamp,
	}
	for _, name := range []string{"SYSTEMROOT", "TEMP", "TMP"} { // Windows starts no process without
		if value := os.Getenv(name); value != "" {
			env = append(env, name+"="+value)
		}
	}
	settings := []string{
		"init.defaultBranch", "main", "gc.auto", "0", "maintenance.auto", "false",
		"core.autocrlf", "false", "core.symlinks", "true", "commit.gpgSign", "false", "tag.gpgSign", "false",
		"core.fsmonitor", "false", "protocol.file.allow", "always", "safe.directory", "*", "advice.detachedHead", "false",
	}
	for i := 0; i < len(settings); i += 2 {
		env = append(env, fmt.Sprintf("GIT_CONFIG_KEY_%d=%s", i/2, settings[i]),
			fmt.Sprintf("GIT_CONFIG_VALUE_%d=%s", i/2, settings[i+1]))
	}
	return append(env, fmt.Sprintf("GIT_CONFIG_COUNT=%d", len(settings)/2))
}

// git runs git in dir and returns its standard output without the line break at
// its end. Variables in extra outrank those of env.
func git(dir string, env, extra []string, stdin []byte, args ...string) (string, error) {
	cmd := exec.Command("git", args...)
	cmd.Dir = dir
	cmd.Env = append(env[:len(env):len(env)], extra...)
	cmd.Stdin = bytes.NewReader(stdin)
	var stdout, stderr bytes.Buffer
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	if err := cmd.Run(); err != nil {
		return "", fmt.Errorf("running git %s: %w\n%s", strings.Join(args, " "), err, stderr.String()+stdout.String())
	}
	return strings.TrimSuffix(stdout.String(), "\n"), nil
}
