package origin

import (
	"cmp"
	"slices"
	"strings"
)

// homes are the home directories to look at: the one that the environment
// names, and the one of the account.
func (s *search) homes() []string {
	name := "HOME"
	if s.host.OS == "windows" {
		name = "USERPROFILE"
	}
	homes := []string{s.host.Getenv(name), s.host.Home}
	homes = slices.DeleteFunc(homes, func(dir string) bool { return dir == "" || dir == "/" })
	return slices.Compact(homes)
}

func (s *search) home() string {
	if homes := s.homes(); len(homes) > 0 {
		return homes[0]
	}
	return ""
}

// rc looks at the start-up files of the user's shells, those of the login shell
// first. Of one shell the last that it reads comes first, since it has the last
// word.
func (s *search) rc() {
	shells := []string{"zsh", "bash", "fish", "ksh", "csh"}
	login := s.host.Getenv("SHELL")
	slices.SortStableFunc(shells, func(a, b string) int {
		return cmp.Compare(rank(login, a), rank(login, b))
	})
	for _, home := range s.homes() {
		for _, sh := range shells {
			s.shellFiles(sh, home)
		}
		for _, name := range s.powerShellFiles(home) {
			if text, ok := s.read(name); ok {
				s.judge(RC, name, powerShell(text))
			}
		}
	}
	for _, name := range []string{s.host.Getenv("ENV"), s.host.Getenv("BASH_ENV")} {
		if name != "" {
			s.script(RC, s.host.Abs(name), false, 0)
		}
	}
}

func rank(login, shell string) int {
	if strings.HasSuffix(login, "/"+shell) {
		return 0
	}
	return 1
}

// shellFiles looks at the files of one shell: bash(1), zsh(1), ksh(1), tcsh(1),
// fish's documentation of configuration files.
func (s *search) shellFiles(shell, home string) {
	var files []string
	switch shell {
	case "zsh":
		dir := cmp.Or(s.host.Getenv("ZDOTDIR"), home)
		files = []string{dir + "/.zlogin", dir + "/.zshrc", dir + "/.zprofile", home + "/.zshenv", dir + "/.zshenv"}
	case "bash":
		for _, base := range []string{".bashrc", ".bash_profile", ".bash_login", ".profile", ".bash_aliases"} {
			files = append(files, s.host.Join(home, base)) // on Windows too: Git has a bash
		}
	case "ksh":
		files = []string{home + "/.kshrc", home + "/.mkshrc", home + "/.profile"}
	case "csh":
		files = []string{home + "/.login", home + "/.tcshrc", home + "/.cshrc"}
	case "fish":
		dir := cmp.Or(s.host.Getenv("XDG_CONFIG_HOME"), home+"/.config") + "/fish"
		s.script(RC, dir+"/config.fish", true, 0)
		s.scripts(RC, dir+"/conf.d", ".fish")
		if text, ok := s.read(dir + "/fish_variables"); ok {
			s.judge(RC, dir+"/fish_variables", fishVariables(text))
		}
	}
	for _, name := range files {
		s.script(RC, name, false, 0)
	}
}

// powerShellFiles are the profiles of about_Profiles.
func (s *search) powerShellFiles(home string) []string {
	dirs := []string{home + "/.config/powershell/"}
	if s.host.OS == "windows" {
		dirs = nil
		documents := []string{home + `\Documents\`, home + `\OneDrive\Documents\`}
		for _, d := range documents {
			dirs = append(dirs, d+`PowerShell\`, d+`WindowsPowerShell\`)
		}
	}
	var files []string
	for _, dir := range dirs {
		files = append(files, dir+"Microsoft.PowerShell_profile.ps1", dir+"Microsoft.VSCode_profile.ps1", dir+"profile.ps1")
	}
	return files
}

// maxSourced is how deep "source" is followed.
const maxSourced = 4

// script looks at a shell script and the files that it sources.
func (s *search) script(kind Kind, name string, fish bool, depth int) {
	text, ok := s.read(name)
	if !ok {
		return
	}
	sc := shell(text, dialect{fish: fish, home: s.home()})
	s.judge(kind, name, sc.assignments)
	for _, source := range sc.sources {
		if depth < maxSourced && strings.HasPrefix(source, "/") {
			s.script(kind, source, fish || strings.HasSuffix(source, ".fish"), depth+1)
		}
	}
}

// scripts looks at the scripts of a directory, the last first.
func (s *search) scripts(kind Kind, dir, suffix string) {
	names := s.list(dir)
	slices.Reverse(names)
	for _, name := range names {
		if strings.HasSuffix(name, suffix) {
			s.script(kind, dir+"/"+name, suffix == ".fish", 0)
		}
	}
}

// ci looks at the file through which earlier steps of a GitHub workflow set
// variables, and at those of the same directory.
func (s *search) ci() {
	name := s.host.Getenv("GITHUB_ENV")
	if name == "" {
		return
	}
	name = s.host.Abs(name)
	files := []string{name}
	dir := s.parent(name)
	for _, base := range s.list(dir) {
		if strings.HasPrefix(base, "set_env_") {
			files = append(files, s.host.Join(dir, base))
		}
	}
	for _, name := range files {
		if text, ok := s.read(name); ok {
			s.judge(CI, name, githubEnv(text))
		}
	}
}

// direnv looks at the .envrc that direnv says it loaded: DIRENV_FILE, or in
// older versions DIRENV_DIR, which is the directory behind a minus sign.
func (s *search) direnv() {
	name := s.host.Getenv("DIRENV_FILE")
	if dir, ok := strings.CutPrefix(s.host.Getenv("DIRENV_DIR"), "-"); name == "" && ok {
		name = s.host.Join(dir, ".envrc")
	}
	if name != "" && strings.HasPrefix(name, "/") {
		s.script(Dotenv, name, false, 0)
	}
}

// maxUp is how many directories up files of a project are looked for.
const maxUp = 16

// dotenv looks at the working directory and those above it, up to the home
// directory, if it lies below that.
func (s *search) dotenv() {
	dir := s.host.Abs(s.host.Dir)
	for range maxUp {
		if dir == "" {
			return
		}
		s.project(dir)
		up := s.parent(dir)
		if up == dir || slices.Contains(s.homes(), dir) {
			return
		}
		dir = up
	}
}

// project looks at the files of one directory that set variables of programs.
func (s *search) project(dir string) {
	s.script(Dotenv, s.host.Join(dir, ".envrc"), false, 0)
	for _, base := range []string{".envrc.local", ".env.local", ".env"} {
		s.dotenvFile(s.host.Join(dir, base))
	}
	for _, base := range []string{"compose.override.yaml", "compose.override.yml", "docker-compose.override.yml", "docker-compose.override.yaml",
		"compose.yaml", "compose.yml", "docker-compose.yml", "docker-compose.yaml"} {
		name := s.host.Join(dir, base)
		text, ok := s.read(name)
		if !ok {
			continue
		}
		c := compose(text)
		for _, a := range c.assignments { // each service has its own
			s.judge(Dotenv, name, []assignment{a})
		}
		for _, file := range c.sources {
			if !strings.HasPrefix(file, "/") {
				file = s.host.Join(dir, strings.TrimPrefix(file, "./"))
			}
			s.dotenvFile(file)
		}
	}
}

func (s *search) dotenvFile(name string) {
	if text, ok := s.read(name); ok {
		s.judge(Dotenv, name, dotenv(text))
	}
}

// system looks at what all sessions of the machine read: pam_env(8),
// environment.d(5), and the shells' own files below /etc.
func (s *search) system() {
	if s.host.OS == "windows" {
		return
	}
	for _, home := range s.homes() {
		s.pamFile(home + "/.pam_environment")
		s.environmentFiles(home + "/.config/environment.d")
	}
	for _, dir := range []string{"/etc/environment.d", "/run/environment.d", "/usr/local/lib/environment.d", "/usr/lib/environment.d"} {
		s.environmentFiles(dir)
	}
	if text, ok := s.read("/etc/environment"); ok {
		s.judge(System, "/etc/environment", dotenv(text))
	}
	s.pamFile("/etc/security/pam_env.conf")
	s.scripts(System, "/etc/profile.d", ".sh")
	for _, name := range []string{"/etc/profile", "/etc/bash.bashrc", "/etc/bashrc",
		"/etc/zsh/zlogin", "/etc/zsh/zshrc", "/etc/zsh/zprofile", "/etc/zsh/zshenv",
		"/etc/zlogin", "/etc/zshrc", "/etc/zprofile", "/etc/zshenv", "/etc/csh.login", "/etc/csh.cshrc"} {
		s.script(System, name, false, 0)
	}
	s.script(System, "/etc/fish/config.fish", true, 0)
	s.scripts(System, "/etc/fish/conf.d", ".fish")
}

func (s *search) pamFile(name string) {
	if text, ok := s.read(name); ok {
		s.judge(System, name, pamEnv(text))
	}
}

// environmentFiles looks at the .conf files of a directory, the last first.
func (s *search) environmentFiles(dir string) {
	names := s.list(dir)
	slices.Reverse(names)
	for _, base := range names {
		if !strings.HasSuffix(base, ".conf") {
			continue
		}
		if text, ok := s.read(dir + "/" + base); ok {
			s.judge(System, dir+"/"+base, dotenv(text))
		}
	}
}

// parent returns the directory that a path lies in; the root lies in itself.
func (s *search) parent(name string) string {
	separators := "/"
	if s.host.OS == "windows" {
		separators = `/\`
	}
	i := strings.LastIndexAny(strings.TrimRight(name, separators), separators)
	switch {
	case i < 0:
		return name
	case i == 0 || s.host.OS == "windows" && i == 2 && name[1] == ':':
		return name[:i+1]
	}
	return name[:i]
}
