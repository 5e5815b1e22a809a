//go:build linux

package torture

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// A field is a repository, a home and a PATH in which everything that can name a
// command names one that leaves a canary.
type field struct {
	base, repo, plain, home, path, canaries, out string
}

// settings are keys of git's configuration that name a command or lead
// elsewhere. CANARY becomes the command; git-config(1), gitattributes(5).
func settings() []string {
	return []string{
		"core.fsmonitor", "core.sshCommand", "core.pager", "core.editor", "core.gitProxy", "core.askPass", "core.alternateRefsCommand",
		"diff.external", "diff.trap.textconv", "diff.trap.command", "filter.trap.clean", "filter.trap.smudge", "filter.trap.process",
		"filter.lfs.process", "filter.lfs.smudge", "gpg.program", "gpg.ssh.program", "gpg.ssh.defaultKeyCommand", "credential.helper",
		"credential.https://example.com.helper", "alias.status", "alias.log", "alias.rev-parse", "uploadpack.packObjectsHook",
		"remote.origin.uploadpack", "remote.origin.vcs", "remote.origin.receivepack", "protocol.ext.allow", "merge.trap.driver",
		"mergetool.trap.cmd", "difftool.trap.cmd", "sequence.editor", "interactive.diffFilter", "pager.log", "web.browser",
		"browser.trap.cmd", "man.trap.cmd", "trailer.trap.command", "sendemail.smtpServer", "imap.tunnel",
		"instaweb.httpd", "guitool.trap.cmd", "gc.recentObjectsHook", "fetch.bundleURI", "core.hooksPath",
	}
}

func hooks() []string {
	return []string{"applypatch-msg", "pre-commit", "commit-msg", "prepare-commit-msg", "post-checkout", "post-commit", "post-merge", "pre-push",
		"pre-rebase", "pre-receive", "update", "post-receive", "post-update", "reference-transaction", "post-index-change", "fsmonitor-watchman", "pre-auto-gc", "sendemail-validate", "post-rewrite"}
}

func programs() []string {
	return []string{"git", "sh", "bash", "ssh", "gpg", "less", "env", "aws", "python", "python3", "node", "ruby", "php", "java", "dotnet", "go", "terraform",
		"git-lfs", "git-credential-store", "curl", "docker", "pwsh", "lsb_release", "uname", "id", "getent"}
}

const trapScript = `
write ignored
commit c1
commit c2
branch side
checkout side
commit c3
checkout main
stage staged
stash s1
stage staged
-- ignored/.env --
AWS_ACCESS_KEY_ID={{aws-key-id 5}}
-- c1/.gitattributes --
* diff=trap filter=trap merge=trap
*.bin filter=lfs
-- c1/.gitmodules --
[submodule "sub"]
	path = sub
	url = ext::sh -c touch% /tmp/never
	update = !touch /tmp/never
-- c1/.awscred.toml --
[extend]
useDefault = true
-- c1/.aws/config --
[default]
credential_process = {{account 1}}
-- c1/a.env --
AWS_ACCESS_KEY_ID={{aws-key-id 1}}
AWS_SECRET_ACCESS_KEY={{aws-secret 1}}
-- c2/b.txt --
words
-- c2/wiki.xml --
<mediawiki version="0.11"><page><title>a</title><ns>0</ns><revision><id>1</id><timestamp>2020-01-01T00:00:00Z</timestamp><text>words</text></revision></page></mediawiki>
-- c3/c.txt --
{{aws-key-id 2}}
-- staged/d.txt --
{{aws-key-id 3}}
`

// newField makes a booby-trapped field. What traps it last are the files of git
// itself, since git would step in.
func newField(t *testing.T) *field {
	t.Helper()
	base := t.TempDir()
	f := &field{base: base, home: base + "/home", path: base + "/path", canaries: base + "/canaries", out: base + "/out"}
	r := repo(t, trapScript)
	f.repo, f.plain = r.Dir, repo(t, "commit c1\n-- c1/a --\nwords\n").Dir
	for _, dir := range []string{f.canaries, f.out, f.path, f.home + "/elsewhere"} {
		check(t, os.MkdirAll(dir, 0o755))
	}
	for _, p := range programs() {
		f.trap(t, filepath.Join(f.path, p))
	}
	var config strings.Builder
	for _, key := range settings() {
		section, name := key[:strings.LastIndex(key, ".")], key[strings.LastIndex(key, ".")+1:]
		if first, sub, ok := strings.Cut(section, "."); ok {
			section = fmt.Sprintf("%s %q", first, sub)
		}
		value := f.command("key-" + key)
		switch key {
		case "core.hooksPath":
			value = f.home + "/elsewhere"
		case "protocol.ext.allow":
			value = "always"
		case "credential.helper", "alias.status", "alias.log":
			value = "!" + value
		}
		fmt.Fprintf(&config, "[%s]\n\t%s = %q\n", section, name, value)
	}
	more := config.String()
	fmt.Fprintf(&config, "[include]\n\tpath = %s/more.config\n[includeIf \"gitdir:/\"]\n\tpath = %s/more.config\n", f.home, f.home)
	write(t, f.home, map[string]string{
		".gitconfig": config.String(), "more.config": more, ".netrc": "machine example.com login a password b\n",
		".aws/config": "[default]\nregion = eu-west-1\ncredential_process = " + f.command("process-default") +
			"\n[profile p]\ncredential_process = sh -c '" + f.command("process-p") + "'\n[profile role]\nrole_arn = arn:aws:iam::111122223333:role/r\nsource_profile = p\n" +
			"[profile sso]\nsso_session = s\nsso_account_id = 111122223333\nsso_role_name = r\n[sso-session s]\nsso_start_url = https://127.0.0.1:1/start\nsso_region = eu-west-1\n" +
			"[profile web]\nrole_arn = arn:aws:iam::111122223333:role/r\nweb_identity_token_file = /dev/zero\n[include]\npath = more\n",
		".aws/credentials": "[other]\ncredential_process = " + f.command("process-other") + "\n",
		"etc/passwd":       "root:x:0:0::/root:/bin/sh\n", ".aws/cli/alias": "[toplevel]\nwhoami = !" + f.command("alias") + "\n",
	})
	for _, h := range hooks() {
		f.trap(t, filepath.Join(f.repo, ".git", "hooks", h))
		f.trap(t, filepath.Join(f.plain, ".git", "hooks", h))
		f.trap(t, filepath.Join(f.home, "elsewhere", h))
	}
	file, err := os.OpenFile(filepath.Join(f.repo, ".git", "config"), os.O_APPEND|os.O_WRONLY, 0o644)
	check(t, err)
	_, err = file.WriteString(config.String())
	check(t, err)
	check(t, file.Close())
	write(t, f.repo, map[string]string{".git/info/attributes": "* diff=trap filter=trap\n", ".envrc": f.command("envrc") + "\n"})
	return f
}

// command is a command that leaves a canary.
func (f *field) command(name string) string {
	return "/bin/touch " + filepath.Join(f.canaries, strings.NewReplacer("/", "-", ":", "-").Replace(name))
}

// trap makes a program that leaves a canary.
func (f *field) trap(t *testing.T, path string) {
	t.Helper()
	check(t, os.MkdirAll(filepath.Dir(path), 0o755))
	check(t, os.WriteFile(path, []byte("#!/bin/sh\n"+f.command("program-"+path)+"\n"), 0o755))
}

func (f *field) env(more ...string) []string {
	return append([]string{"HOME=" + f.home, "PATH=" + f.path, "TZ=UTC", "TMPDIR=" + f.out, "GIT_SSH_COMMAND=" + f.command("ssh-command"), "GIT_EXTERNAL_DIFF=" + f.command("external-diff"),
		"GIT_ASKPASS=" + f.path + "/sh", "SSH_ASKPASS=" + f.path + "/sh", "PAGER=" + f.command("pager"), "EDITOR=" + f.command("editor"), "BROWSER=" + f.command("browser"),
		"GIT_PAGER=" + f.command("git-pager"), "LESSOPEN=|" + f.command("lessopen")}, more...)
}

// prints is what stands below the base and in the repository: names, contents,
// modes and times of change.
func (f *field) prints(t *testing.T) map[string]string {
	t.Helper()
	all := map[string]string{}
	for _, dir := range []string{f.repo, f.plain, f.home, f.path, f.canaries, f.out} {
		check(t, filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
			if err != nil {
				return err
			}
			info, err := d.Info()
			if err != nil {
				return err
			}
			print := info.Mode().String()
			if info.Mode().IsRegular() {
				text, err := os.ReadFile(path)
				if err != nil {
					return err
				}
				sum := sha256.Sum256(text)
				print += hex.EncodeToString(sum[:]) + info.ModTime().String()
			}
			all[path] = print
			return nil
		}))
	}
	return all
}

// A step is one run of the program in the field.
type step struct {
	args string // words; REPO, HOME and OUT are replaced
	// asks are the addresses and ports that may be asked, as strace shows them.
	asks string
	// writes is a pattern of what may be new or changed afterwards.
	writes string
	env    []string
	wrong  bool // the command line is wrong: exit code 2
	any    bool // any exit code will do
}

// steps use every sub-command and every flag of the help but those of untrodden.
func steps() []step {
	metadata := `169\.254\.169\.254|fd00:ec2::254`
	return []step{
		{args: "help"}, {args: "help scan"}, {args: "help --format man"}, {args: "version --format json"}, {args: "completion bash"},
		{args: "schema"}, {args: "schema scan"}, {args: "rules list --format json"}, {args: "rules explain aws-access-key-id --config REPO/.awscred.toml"},
		{args: "rules lint REPO/.awscred.toml"},
		{args: "which", asks: metadata}, {args: "which --all --verbose --color always", asks: metadata},
		{args: "which --offline --all --format json --mask --code REPO --quiet"},
		{args: "which --offline --profile p --sdk python --sdk go-v2 --expect-source process --expect-not env --expect-account 111122223333 --expect-role r --expect-agreement"},
		{args: "which --offline --profile role --pid PID"}, {args: "which --offline --root HOME/ --user root"},
		{args: "which --offline --profile sso --env-file REPO/.env"}, {args: "which --offline --profile web --all"},
		{args: "which --probe --profile p", asks: metadata + `|127\.0\.0\.1`, env: []string{"AWS_CONTAINER_CREDENTIALS_FULL_URI=http://127.0.0.1:9/x"}},
		{args: "which --offline", env: []string{"AWS_CONFIG_FILE=REPO/.aws/config"}},
		{args: "scan"}, {args: "scan REPO --staged --verbose"}, {args: "scan REPO --worktree --all --color always"},
		{args: "scan REPO --since HEAD~1 --follow-alternates --strict --allow-incomplete"}, {args: "scan REPO --range HEAD~1..HEAD --fail-on low --fail-on-local"},
		{args: "scan REPO --config REPO/.awscred.toml --no-inline-allow --verify-names --mask --show-secrets --timeout 1m --jobs 1 --memory 200MB"},
		{args: "scan REPO --config-from HEAD --untrusted"}, {args: "scan REPO", env: []string{"CI=true", "GITHUB_ACTIONS=true"}},
		{args: "scan REPO --format json -o OUT/report.json", writes: `/out/report\.json$`},
		{args: "scan REPO --write-baseline OUT/baseline.toml --reason words --until 2999-01-01", writes: `/out/baseline\.toml$`},
		{args: "scan REPO --baseline OUT/baseline.toml --quiet"}, {args: "scan REPO --compare REPO/compare.json", wrong: true},
		{args: "scan --wiki REPO/wiki.xml REPO"}, {args: "scan REPO --wiki auto", any: true},
		{args: "scan --wiki http://127.0.0.1:1/w --wiki-state OUT/state", asks: `127\.0\.0\.1`, any: true},
		{args: "audit REPO --wiki http://127.0.0.1:1/w --wiki-state OUT/state", asks: `127\.0\.0\.1`, any: true}, {args: "scan REPO --verify", asks: `htons\((53|443)\)`},
		{args: "scan https://127.0.0.1:1/a.git", asks: `127\.0\.0\.1`, any: true}, {args: "scan ext::sh", wrong: true},
		{args: "scan ssh://127.0.0.1:1/a.git", asks: `127\.0\.0\.1|agent\.sock`, any: true, env: []string{"SSH_AUTH_SOCK=HOME/agent.sock"}},
		{args: "scan git@127.0.0.1:a.git", asks: `127\.0\.0\.1|agent\.sock`, any: true, env: []string{"SSH_AUTH_SOCK=HOME/agent.sock"}},
		{args: "report OUT/report.json --format html --all --mask --show-secrets -o OUT/report.html", writes: `/out/report\.html$`},
		{args: "audit REPO --verbose"}, {args: "audit REPO --config REPO/.awscred.toml --baseline OUT/baseline.toml --wiki REPO/wiki.xml --show-secrets"},
		{args: "audit REPO --verify --config-from HEAD", asks: `htons\((53|443)\)`}, {args: "audit REPO --compare REPO/compare.json", wrong: true},
		{args: "audit REPO --write-baseline OUT/audit.toml --reason words --until 2999-01-01", writes: `/out/audit\.toml$`},
		{args: "audit REPO --no-machine --format html -o OUT/audit.html", writes: `/out/audit\.html$`},
		{args: "audit REPO --untrusted --no-inline-allow --mask --jobs 2 --memory 200MB --timeout 1m --follow-alternates --allow-incomplete"},
		{args: "hook install REPO", wrong: true}, {args: "hook uninstall REPO", wrong: true},
		{args: "hook install PLAIN", writes: `^PLAIN/\.git/hooks`}, {args: "hook install --hook pre-push PLAIN", writes: `^PLAIN/\.git/hooks`},
		{args: "hook uninstall PLAIN", writes: `^PLAIN/\.git/hooks`},
		{args: "no-such-command", wrong: true}, {args: "scan --no-such-flag", wrong: true}, {args: "which --profile", wrong: true},
	}
}

// untrodden are the flags that run or ask by what they are for, and so are in no
// step: resolver/live has their tests.
func untrodden() []string { return []string{"resolve", "identity", "credential-helper"} }

// Every flag of every sub-command is in a step.
func TestStepsUseEveryFlag(t *testing.T) {
	overview := call{args: []string{"help"}}.run(t).stdout
	commands := regexp.MustCompile(`(?m)^  ([a-z]+) `).FindAllStringSubmatch(overview, -1)
	if len(commands) < 10 {
		t.Fatalf("the overview names %d commands", len(commands))
	}
	flag := regexp.MustCompile(`(?m)^(?:  -(\w), |      )--([a-z-]+)`)
	flags := 0
	for _, c := range commands {
		var all strings.Builder
		for _, s := range steps() {
			if s.args == c[1] || strings.HasPrefix(s.args, c[1]+" ") {
				all.WriteString(s.args + " ")
			}
		}
		if all.Len() == 0 {
			t.Errorf("no step runs %s", c[1])
		}
		for _, f := range flag.FindAllStringSubmatch(call{args: []string{"help", c[1]}}.run(t).stdout, -1) {
			common := slices.Contains([]string{"quiet", "verbose", "color"}, f[2]) && c[1] != "which" && c[1] != "scan"
			short := f[1] != "" && strings.Contains(all.String(), " -"+f[1]+" ")
			if flags++; !common && !short && !slices.Contains(untrodden(), f[2]) && !strings.Contains(all.String(), "--"+f[2]+" ") {
				t.Errorf("no step runs %s with --%s", c[1], f[2])
			}
		}
	}
	told(t, "runs", "sub-commands and their flags", fmt.Sprintf("%d and %d", len(commands), flags))
}

// In the trapped field no step runs, writes or asks anything but what it may. A
// look from outside: strace sees every system call, and where the machine lets
// us there is no network to ask.
func TestNothingRuns(t *testing.T) {
	strace := need(t, "strace")
	f := newField(t)
	under := []string{strace, "-f", "-qq", "-s", "200", "-o", f.base + "/trace", "-e", "trace=%process,%network,%file"}
	if exec.Command("unshare", "-n", "true").Run() == nil {
		under = append([]string{"unshare", "-n"}, under...)
	} else if *long {
		t.Fatal("no network namespace can be made: unshare -n needs root")
	}
	before := f.prints(t)
	ran := 0
	for _, s := range steps() {
		words := strings.NewReplacer("REPO", f.repo, "PLAIN", f.plain, "HOME/", f.home+"/", "OUT", f.out, "PID", fmt.Sprint(os.Getpid()))
		env := f.env()
		for _, e := range s.env {
			env = append(env, words.Replace(e))
		}
		o := call{args: strings.Fields(words.Replace(s.args)), dir: f.repo, env: env, under: under}.run(t)
		if s.wrong != (o.code == 2) && !s.any {
			t.Errorf("%s: exit code %d\n%s", s.args, o.code, o.all())
		}
		trace, err := os.ReadFile(f.base + "/trace")
		check(t, err)
		for _, bad := range misdeeds(string(trace), s.asks) {
			t.Errorf("%s: %s", s.args, bad)
		}
		after := f.prints(t)
		for path, print := range after {
			if before[path] != print && !(s.writes != "" && regexp.MustCompile(words.Replace(s.writes)).MatchString(path)) && path != f.out {
				t.Errorf("%s: %s is new or changed", s.args, path)
			}
		}
		for path := range before {
			if _, there := after[path]; !there && !strings.HasPrefix(s.args, "hook") {
				t.Errorf("%s: %s is gone", s.args, path)
			}
		}
		before = after
		ran++
	}
	told(t, "runs", "configuration keys, hooks and programs that are traps", fmt.Sprintf("%d, %d, %d", len(settings()), 2*len(hooks()), len(programs())))
	told(t, "runs", "runs under strace, with no child process", ran)
	told(t, "writes", "runs whose files were compared before and after", ran)
	told(t, "asks", "runs without a network whose calls were read", ran)
}

var (
	execs    = regexp.MustCompile(`\bexecve(at)?\(.* = 0`)
	clones   = regexp.MustCompile(`\b(fork|vfork|clone|clone3)\(`)
	connects = regexp.MustCompile(`\b(connect|sendto|sendmsg)\(.*sa_family=AF_(INET6?|UNIX)`)
)

// misdeeds are the lines of a trace that start a process, or ask somebody whom
// asks does not match.
func misdeeds(trace, asks string) []string {
	var bad []string
	started := 0
	for line := range strings.Lines(trace) {
		line = strings.TrimSpace(line)
		switch {
		case execs.MatchString(line):
			if started++; started > 1 {
				bad = append(bad, "runs a program: "+line)
			}
		case clones.MatchString(line) && !strings.Contains(line, "CLONE_THREAD"):
			bad = append(bad, "makes a process: "+line)
		case connects.MatchString(line) && (asks == "" || !regexp.MustCompile(asks).MatchString(line)):
			bad = append(bad, "asks: "+line)
		}
	}
	if started == 0 {
		bad = append(bad, "the trace shows no start of the program")
	}
	return bad
}

func TestMisdeeds(t *testing.T) {
	first := `1 execve("/awscred", ["awscred"], 0x7 /* 3 vars */) = 0` + "\n"
	for trace, want := range map[string]int{
		"": 1, first: 0, first + `2 execve("/bin/sh", ["sh"], 0x7) = 0`: 1, first + `2 execve("/bin/sh", ["sh"], 0x7) = -1 ENOENT`: 0,
		first + `1 clone(child_stack=0x1, flags=CLONE_VM|CLONE_THREAD) = 5`: 0, first + `1 clone(child_stack=NULL, flags=CLONE_VM|CLONE_VFORK|SIGCHLD) = 5`: 1,
		first + `1 connect(3, {sa_family=AF_INET, sin_port=htons(80), sin_addr=inet_addr("1.2.3.4")}, 16) = -1 ENETUNREACH`: 1,
		first + `1 connect(3, {sa_family=AF_INET, sin_port=htons(80), sin_addr=inet_addr("169.254.169.254")}, 16) = 0`:      0,
	} {
		if got := misdeeds(trace, `169\.254\.169\.254`); len(got) != want {
			t.Errorf("%q: %q", trace, got)
		}
	}
}

// The traps close: git steps into them, and what --resolve is for runs.
func TestTrapsClose(t *testing.T) {
	f := newField(t)
	call{args: []string{"which", "--resolve", "--sdk", "go-v2"}, dir: f.repo, env: append(f.env(), "PATH=/usr/bin:/bin", "AWS_EC2_METADATA_DISABLED=true")}.run(t)
	git := exec.Command(need(t, "git"), "-c", "safe.directory=*", "diff", "HEAD")
	git.Dir, git.Env = f.repo, append(f.env(), "PATH=/usr/bin:/bin")
	told, _ := git.CombinedOutput()
	for _, canary := range []string{"process-default", "key-core.fsmonitor"} {
		if _, err := os.Stat(filepath.Join(f.canaries, canary)); err != nil {
			list, _ := os.ReadDir(f.canaries)
			t.Errorf("%s did not run: %v\n%s", canary, list, told)
		}
	}
}
