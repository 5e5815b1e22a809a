package doctor

import (
	"cmp"
	"fmt"
	"path"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/awscred/awscred/resolver"
)

// maxHomes bounds the home directories that are looked into besides HOME.
const maxHomes = 64

// sharedIn are the shared files in a home directory that this user can read.
func (v *view) sharedIn(home string) []string {
	if home == "" {
		return nil
	}
	var names []string
	for _, base := range []string{"credentials", "config"} {
		name := v.Host.Join(home, ".aws", base)
		if _, err := v.Host.ReadFile(name, maxShared); err == nil {
			names = append(names, name)
		}
	}
	return names
}

// otherHome returns a home directory with shared files that this user can read,
// besides the one in use: the account's own, root's, or another's. Or "".
func (v *view) otherHome(used string) string {
	homes := append([]string{v.Host.Home, "/root"}, v.below("/home")...)
	for _, home := range homes {
		if home != "" && path.Clean(home) != path.Clean("/"+used) && len(v.sharedIn(home)) > 0 {
			return home
		}
	}
	return ""
}

// below are the paths of what a directory holds, up to maxHomes.
func (v *view) below(dir string) []string {
	if v.Host.Files == nil {
		return nil
	}
	names, err := v.Host.Files.ReadDir(dir)
	if err != nil {
		return nil
	}
	var paths []string
	for _, name := range names[:min(len(names), maxHomes)] {
		paths = append(paths, dir+"/"+name)
	}
	return paths
}

// filesMoved reports whether a variable says where the shared files are. Then
// the home directory was not meant to decide.
func (v *view) filesMoved() bool {
	return slices.ContainsFunc(fileVariables(), func(name string) bool { return v.Host.Getenv(name) != "" })
}

func fileEvidence(names []string) []resolver.Evidence {
	var list []resolver.Evidence
	for _, name := range names {
		list = append(list, resolver.File(name, 0))
	}
	return list
}

// homeUnderSudo finds programs that sudo runs as root and that no longer see
// the files of the user who called it. sudo sets HOME to root's, and drops
// AWS_PROFILE and its like (always_set_home and env_reset in sudoers(5)).
func homeUnderSudo(v *view) []Warning {
	caller, used := v.Host.Getenv("SUDO_USER"), v.home()
	if v.Host.OS == "windows" || v.Host.UID != 0 || caller == "" || caller == "root" || v.filesMoved() {
		return nil
	}
	home := v.callerHome(caller)
	files := v.sharedIn(home)
	if len(files) == 0 || path.Clean(home) == path.Clean("/"+used) {
		return nil
	}
	w := Warning{
		Message: fmt.Sprintf("sudo made %s the home directory: the files of user %s in %s are not read",
			word(used), word(caller), word(home+"/.aws")),
		Fix:   "sudo --preserve-env=HOME,AWS_PROFILE COMMAND",
		Where: append(envs("SUDO_USER", "HOME"), fileEvidence(files)...),
	}
	if len(v.sharedIn(used)) > 0 {
		w.Severity = Note // root has files of its own, which may be meant
	}
	return one(w)
}

// callerHome returns the home directory of the user who called sudo, or "".
func (v *view) callerHome(caller string) string {
	// sudo sets it since 1.9.16 (plugins/sudoers/env.c).
	if home := v.Host.Getenv("SUDO_HOME"); strings.HasPrefix(home, "/") {
		return home
	}
	if a, ok := v.Host.AccountByName(caller); ok {
		return a.Home
	}
	if uid, err := strconv.Atoi(v.Host.Getenv("SUDO_UID")); err == nil {
		if a, ok := v.Host.AccountByID(uid); ok {
			return a.Home
		}
	}
	if strings.Contains(caller, "/") {
		return ""
	}
	if v.Host.OS == "darwin" {
		return "/Users/" + caller
	}
	return "/home/" + caller
}

// homeInService finds services and cron jobs without a home directory. systemd
// sets HOME for units with User= only (systemd.exec(5), "Environment Variables
// in Spawned Processes").
func homeInService(v *view) []Warning {
	home := v.Host.Getenv("HOME")
	service, evidence := v.service()
	if service == "" || home != "" && home != "/" {
		return nil
	}
	other := v.otherHome(home)
	w := Warning{Where: append(evidence, resolver.Env("HOME"))}
	switch {
	case home == "":
		w.Message = "HOME is not set in this " + service + ": SDKs differ in where they look for the files, if they look at all"
	case other == "" || v.filesMoved() || len(v.sharedIn(home)) > 0:
		return nil
	default:
		w.Message = fmt.Sprintf("HOME is / in this %s, and the shared files lie in %s: most SDKs do not look there", service, word(other+"/.aws"))
		w.Where = append(w.Where, fileEvidence(v.sharedIn(other))...)
	}
	w.Fix = v.serviceFix(service, cmp.Or(other, v.Host.Home))
	return one(w)
}

const (
	systemdService = "systemd service"
	cronJob        = "cron job"
)

// service tells whether systemd or cron started the program, and by what that
// is seen.
func (v *view) service() (kind string, evidence []resolver.Evidence) {
	if v.Host.OS == "windows" {
		return "", nil
	}
	for _, name := range []string{"INVOCATION_ID", "JOURNAL_STREAM", "SYSTEMD_EXEC_PID"} {
		if v.Host.Getenv(name) != "" {
			return systemdService, envs(name)
		}
	}
	// cron names the user, has no terminal, and this short PATH (crontab(5)).
	if v.Host.Getenv("LOGNAME") != "" && v.Host.Getenv("TERM") == "" && v.Host.Getenv("PATH") == "/usr/bin:/bin" {
		return cronJob, envs("LOGNAME", "PATH")
	}
	return "", nil
}

// serviceFix sets HOME where the service is described.
func (v *view) serviceFix(service, home string) string {
	set, plainly := "HOME="+home, plain(home)
	switch {
	case service == cronJob && plainly:
		return "write " + set + " at the top of the crontab"
	case service == cronJob:
		return "set HOME at the top of the crontab"
	case !plainly:
		return "set Environment=HOME= below [Service] in the unit"
	}
	set = "Environment=" + strings.ReplaceAll(set, "%", "%%")
	if unit := v.unit(); unit != "" {
		return "systemctl edit " + unit + ", and write below [Service]: " + set
	}
	return "write below [Service] in the unit: " + set
}

// maxCgroup bounds what is read of the cgroups of a process.
const maxCgroup = 64 << 10

// unit returns the name of the system service that the process belongs to, or
// "" (cgroups(7), /proc/PID/cgroup).
func (v *view) unit() string {
	if v.Host.PID <= 0 {
		return ""
	}
	data, err := v.Host.ReadFile(fmt.Sprintf("/proc/%d/cgroup", v.Host.PID), maxCgroup)
	if err != nil {
		return ""
	}
	for line := range strings.Lines(string(data)) {
		_, group, ok := strings.Cut(strings.TrimSpace(line), ":/system.slice/")
		name := path.Base(group)
		if ok && strings.HasSuffix(name, ".service") && plain(name) {
			return name
		}
	}
	return ""
}

// homeInContainer finds containers in which the shared files were mounted in
// another place than HOME: as with docker run --user, which leaves HOME=/ for a
// user whom the image does not know.
func homeInContainer(v *view) []Warning {
	sign, ok := v.container()
	used := v.home()
	if !ok || v.filesMoved() || len(v.sharedIn(used)) > 0 {
		return nil
	}
	other := v.otherHome(used)
	if other == "" {
		return nil
	}
	w := Warning{
		Message: fmt.Sprintf("HOME is %s in this container, and the shared files lie in %s: most SDKs do not look there",
			word(used), word(other+"/.aws")),
		Fix:   "set HOME to the directory that holds .aws, in the environment of the container",
		Where: append([]resolver.Evidence{resolver.Env("HOME"), sign}, fileEvidence(v.sharedIn(other))...),
	}
	if v.Host.Getenv("HOME") == "" {
		w.Message = strings.Replace(w.Message, "HOME is "+word(used), "HOME is not set", 1)
	}
	if plain(other) {
		w.Fix = "docker run -e HOME=" + other + " IMAGE"
		if sign.Kind == resolver.InEnv && sign.Name != "container" || v.Host.Getenv("CI") != "" {
			w.Fix = "set HOME=" + other + " in the environment of the container"
		}
	}
	return one(w)
}

// container tells by what it is seen that this is a container.
func (v *view) container() (resolver.Evidence, bool) {
	if v.Host.OS == "windows" {
		return resolver.Evidence{}, false
	}
	// What Kubernetes and ECS set comes first: there is no docker run to mend.
	if v.Host.Getenv("KUBERNETES_SERVICE_HOST") != "" {
		return resolver.Env("KUBERNETES_SERVICE_HOST"), true
	}
	if v.place.Name == "ecs" || v.place.Name == "eks" {
		return v.place.Where[0], true
	}
	// Docker and Podman leave these; podman and systemd-nspawn set the variable.
	for _, name := range []string{"/.dockerenv", "/run/.containerenv"} {
		if _, ok := v.stat(name); ok {
			return resolver.File(name, 0), true
		}
	}
	if v.Host.Getenv("container") != "" {
		return resolver.Env("container"), true
	}
	if name := fmt.Sprintf("/proc/%d/cgroup", v.Host.PID); v.Host.PID > 0 {
		data, err := v.Host.ReadFile(name, maxCgroup)
		if err == nil && containerGroup().Match(data) {
			return resolver.File(name, 0), true
		}
	}
	return resolver.Evidence{}, false
}

// containerGroup matches the cgroups that Docker, Podman, containerd and
// Kubernetes make for containers. Those of their daemons are services.
func containerGroup() *regexp.Regexp {
	return regexp.MustCompile(`/(docker|lxc|ecs)/|/(docker|libpod|cri-containerd)-[0-9a-f]+|/kubepods`)
}

// homeDiffers finds a HOME that is not that of the account, while only the
// account's has the shared files: after su, and in containers of CI systems.
// SDKs look below HOME; Java v1 asks the account, as others do without HOME.
func homeDiffers(v *view) []Warning {
	home, account := v.Host.Getenv("HOME"), v.Host.Home
	if v.Host.OS == "windows" || home == "" || account == "" || path.Clean(home) == path.Clean(account) || v.filesMoved() {
		return nil
	}
	files := v.sharedIn(account)
	if len(files) == 0 || len(v.sharedIn(home)) > 0 {
		return nil
	}
	// One cause, one warning.
	if len(homeUnderSudo(v))+len(homeInService(v))+len(homeInContainer(v)) > 0 {
		return nil
	}
	w := Warning{
		Message: fmt.Sprintf("HOME is %s, and the files are in %s, the home directory of this account: most SDKs do not look there",
			word(home), word(account)),
		Fix:   "set HOME to the home directory of this account",
		Where: append(envs("HOME"), fileEvidence(files)...),
	}
	if command, ok := v.shell.set("HOME", account); ok {
		w.Fix = command
	}
	return one(w)
}

// wslWindowsFiles tells that under WSL there are two home directories: programs
// for Windows read the files there, programs for Linux those here
// (learn.microsoft.com/windows/wsl/filesystems).
func wslWindowsFiles(v *view) []Warning {
	sign, ok := v.wsl()
	home := v.home()
	if !ok || v.filesMoved() || v.linked(home) {
		return nil
	}
	for _, other := range v.below("/mnt/c/Users") {
		files := v.sharedIn(other)
		if len(files) == 0 {
			continue
		}
		w := Warning{
			Message: fmt.Sprintf("under WSL, programs for Windows read %s and programs for Linux do not", word(other+"/.aws")),
			Fix:     "let AWS_CONFIG_FILE and AWS_SHARED_CREDENTIALS_FILE name the files of Windows",
			Where:   append([]resolver.Evidence{sign}, fileEvidence(files)...),
		}
		if len(v.sharedIn(home)) == 0 {
			w.Severity = Caution
			w.Message += "; there are no files in " + v.shell.tilde(v.Host.Join(home, ".aws"))
		}
		if plain(other) {
			w.Fix = "export" + assign("AWS_SHARED_CREDENTIALS_FILE", "credentials", files) + assign("AWS_CONFIG_FILE", "config", files)
		}
		return one(w)
	}
	return nil
}

// assign sets a variable to the file of the given base name, if it is there.
func assign(variable, base string, files []string) string {
	for _, name := range files {
		if path.Base(name) == base {
			return " " + variable + "=" + name
		}
	}
	return ""
}

// linked reports whether ~/.aws is a link, as to that of Windows.
func (v *view) linked(home string) bool {
	if v.Host.Files == nil {
		return false
	}
	target, err := v.Host.Files.Readlink(v.Host.Join(home, ".aws"))
	return err == nil && strings.HasPrefix(target, "/mnt/")
}

// wsl tells by what it is seen that Linux runs below Windows.
func (v *view) wsl() (resolver.Evidence, bool) {
	if v.Host.OS != "linux" {
		return resolver.Evidence{}, false
	}
	if v.Host.Getenv("WSL_DISTRO_NAME") != "" {
		return resolver.Env("WSL_DISTRO_NAME"), true
	}
	data, err := v.Host.ReadFile("/proc/version", maxDMI)
	if err == nil && strings.Contains(strings.ToLower(string(data)), "microsoft") {
		return resolver.File("/proc/version", 0), true
	}
	return resolver.Evidence{}, false
}
