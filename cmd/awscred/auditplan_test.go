package main

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/awscred/awscred/internal/repotest"
)

const leaky = `
-- k/prod.env --
AWS_ACCESS_KEY_ID={{aws-key-id 1}}
AWS_SECRET_ACCESS_KEY={{aws-secret 1}}
-- other/prod.env --
another change
-- message.txt --
with the key

AWS_ACCESS_KEY_ID={{aws-key-id 1}}
AWS_SECRET_ACCESS_KEY={{aws-secret 1}}
`

// Who follows the plan of an audit has a repository that the next audit passes:
// its commands for git are run here, as they are written. What a person would
// choose in an editor, sed chooses.
func TestPlanWorks(t *testing.T) {
	if _, err := exec.LookPath("git"); err != nil {
		t.Skip("git is not installed")
	}
	if _, err := exec.LookPath("sh"); err != nil {
		t.Skip("a plan is for a POSIX shell")
	}
	for name, c := range map[string]struct {
		script string
		tool   string // that must be installed
		keep   string // a command that must succeed afterwards
	}{
		"on a branch":         {script: "commit a\ncommit k\ncommit b\n"},
		"in the first commit": {script: "commit k\ncommit b\n"},
		"in a message":        {script: "commit a\ncommit m message=@message.txt\ncommit b\n"},
		"in a tag":            {script: "commit a\ncommit k\ntag v1\nrm r prod.env\n", tool: "git-filter-repo"},
		"staged":              {script: "commit a\nstage k\n"},
		"before any commit":   {script: "stage k\n"},
		"in a stash":          {script: "commit a\nwrite other\nstash s1 untracked\nwrite k\nstash s2 untracked\nwrite other\nstash s3 untracked\n", keep: `test "$(git stash list | wc -l)" -eq 2`},
		"unreachable":         {script: "commit a\nwrite other\nstash s1 untracked\nwrite other\nstash s2 untracked\ncommit k\nreset ${a}\n", keep: `test "$(git stash list | wc -l)" -eq 2`},
	} {
		t.Run(name, func(t *testing.T) {
			if c.tool != "" {
				if _, err := exec.LookPath(c.tool); err != nil {
					t.Skip(err)
				}
			}
			dir := filepath.Join(t.TempDir(), "repo")
			if err := repotest.BuildIn(dir, []byte(c.script+used(c.script))); err != nil {
				t.Fatal(err)
			}
			code, plan := auditIn(t, dir)
			if code != exitFound || len(plan) == 0 {
				t.Fatalf("exit code %d, plan %q", code, plan)
			}
			for _, command := range plan {
				if strings.HasPrefix(command, "aws ") || command == "" {
					continue
				}
				shell(t, dir, command)
			}
			// The plan says so of what was staged.
			if err := os.RemoveAll(filepath.Join(dir, "prod.env")); err != nil {
				t.Fatal(err)
			}
			if code, plan := auditIn(t, dir); code != exitOK {
				t.Errorf("exit code %d after the plan, which is now %q", code, plan)
			}
			if c.keep != "" {
				shell(t, dir, c.keep)
			}
		})
	}
}

// used are the files that a script names.
func used(script string) string {
	var b strings.Builder
	for part := range strings.SplitSeq(strings.TrimPrefix(leaky, "\n-- "), "\n-- ") {
		name, _, _ := strings.Cut(part, " --")
		dir, _, _ := strings.Cut(name, "/")
		if strings.Contains(script, " "+dir+"\n") || strings.Contains(script, " "+dir+" ") || strings.Contains(script, "@"+name) {
			b.WriteString("-- " + part + "\n")
		}
	}
	return b.String()
}

// auditIn runs an audit in a repository, and returns the commands of its plans.
func auditIn(t *testing.T, dir string) (int, []string) {
	t.Helper()
	env := []string{"HOME=" + t.TempDir(), "AWS_EC2_METADATA_DISABLED=true"}
	code, out, errs := runHere(t, env, "", "audit", "--no-machine", "--format", "json", dir)
	var a struct {
		Plan []struct {
			Steps []struct{ What, Command string }
		}
	}
	if err := json.Unmarshal([]byte(out), &a); err != nil {
		t.Fatalf("%v\n%s", err, errs)
	}
	var commands []string
	for _, p := range a.Plan {
		for _, s := range p.Steps {
			commands = append(commands, s.Command)
			if path, ok := strings.CutPrefix(s.What, "take it out of .git/"); ok {
				commands = append(commands, "rm .git/"+path)
			}
		}
	}
	return code, commands
}

// shell runs a command in dir. In the list of a rebase it drops the first commit
// that has the key.
func shell(t *testing.T, dir, command string) {
	t.Helper()
	cmd := exec.Command("sh", "-c", command)
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), "GIT_CONFIG_NOSYSTEM=1", "GIT_CONFIG_GLOBAL="+os.DevNull, "GIT_SEQUENCE_EDITOR=sed -i '/^pick .* [km]$/d; /^pick .* with the key/d'", "GIT_EDITOR=true",
		"GIT_AUTHOR_NAME=A", "GIT_AUTHOR_EMAIL=a@example.com", "GIT_COMMITTER_NAME=A", "GIT_COMMITTER_EMAIL=a@example.com")
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%s: %v\n%s", command, err, out)
	}
}
