package detect

import (
	"path"
	"regexp"
	"strings"
)

// Bounds of the search of PATH.
const (
	maxPath   = 200       // directories
	maxScript = 256 << 10 // bytes of a script that starts a program
	maxLinks  = 40        // links on the way to a program
	maxShims  = 32        // versions that a shim chooses from
)

// path looks for the command line and for Terraform on PATH. Nothing is run: how
// a program is installed tells its version.
func (s *survey) path() {
	if name, ok := s.program("aws"); ok {
		m := s.commandLine(name)
		s.see(name, []mention{m})
	}
	for _, base := range []string{"terraform", "tofu"} {
		if name, ok := s.program(base); ok {
			s.see(name, []mention{{product: product{sdk: "terraform", name: base, rank: 9, unversioned: true}}})
			return
		}
	}
}

// program returns the first file of a name on PATH that can be run.
func (s *survey) program(base string) (string, bool) {
	separator, endings := ":", []string{""}
	if s.host.OS == "windows" {
		separator, endings = ";", []string{".exe", ".cmd", ".bat"}
	}
	for i, dir := range strings.Split(s.host.Getenv("PATH"), separator) {
		if dir == "" || i >= maxPath {
			continue
		}
		for _, ending := range endings {
			name := s.host.Join(s.host.Abs(dir), base+ending)
			info, err := s.host.Stat(name)
			if err == nil && info.Mode.IsRegular() && (s.host.OS == "windows" || info.Mode.Perm()&0o111 != 0) {
				return name, true
			}
		}
	}
	return "", false
}

// commandLine judges an aws on PATH. The installer puts version 2 below
// aws-cli/v2/VERSION, Homebrew below Cellar/awscli/VERSION, asdf and mise below
// installs/awscli/VERSION, Nix into …-awscli2-VERSION
// (docs.aws.amazon.com/cli/latest/userguide/getting-started-install.html);
// pip and distributions leave a script and the metadata of the package.
func (s *survey) commandLine(name string) mention {
	real := s.realPath(s.behindShim(name))
	layout := regexp.MustCompile(`(?:/v2|/awscli|/aws-cli|-awscli2?)[/-](\d+\.\d+\.\d+)(?:[_-]\d+)?/`)
	if m := layout.FindStringSubmatch(strings.ReplaceAll(real, `\`, "/")); m != nil {
		return awsCLI(m[1])
	}
	text, isScript := s.read(real, maxScript)
	if !isScript || !strings.HasPrefix(text, "#!") && !strings.HasSuffix(strings.ToLower(name), ".cmd") {
		m := awsCLI("")
		m.note = "how it is installed does not show the version"
		return m
	}
	first, _, _ := strings.Cut(text, "\n")
	for _, dir := range s.scriptSites(real, first) {
		for _, base := range s.list(dir) {
			if m, ok := distribution(base); ok && strings.HasPrefix(m.sdk, "cli-") {
				return awsCLI(m.version)
			}
		}
	}
	if strings.Contains(first, "python") || s.host.OS == "windows" {
		// Version 1 is always a script of Python, version 2 hardly ever.
		m := awsCLI("1")
		m.note = "a script of Python; how it is installed does not show the version"
		return m
	}
	m := awsCLI("")
	m.note = "a script that starts another program"
	return m
}

// behindShim returns the program that a shim of pyenv (ROOT/shims/aws,
// ROOT/versions/PYTHON/bin/aws) or asdf and mise (ROOT/installs/awscli/VERSION/bin/aws)
// starts, if there is only one. Which of several it would be depends on more
// files and variables than are worth following.
func (s *survey) behindShim(name string) string {
	root, ok := strings.CutSuffix(name, "/shims/aws")
	if !ok {
		return name
	}
	var programs []string
	for _, dir := range []string{root + "/versions", root + "/installs/awscli"} {
		versions := s.list(dir)
		for _, version := range versions[:min(len(versions), maxShims)] {
			program := dir + "/" + version + "/bin/aws"
			if info, err := s.host.Stat(program); err == nil && info.Mode.IsRegular() {
				programs = append(programs, program)
			}
		}
	}
	if len(programs) != 1 {
		return name
	}
	return programs[0]
}

// awsCLI is the mention of the command line in a version; an unknown one is
// taken for version 2.
func awsCLI(version string) mention {
	p := product{sdk: "cli-v2", name: "awscli"}
	if strings.HasPrefix(version, "1") {
		p.sdk = "cli-v1"
	}
	return p.at(0, installed, version)
}

// scriptSites returns where the packages of a script may lie: beside it, and
// beside the Python that its first line names.
func (s *survey) scriptSites(script, first string) []string {
	prefixes := []string{s.parent(s.parent(script))}
	words := strings.Fields(strings.TrimPrefix(first, "#!"))
	if len(words) > 0 && strings.HasPrefix(words[0], "/") && strings.Contains(path.Base(words[0]), "python") {
		prefixes = append(prefixes, path.Dir(path.Dir(words[0])))
	}
	var dirs []string
	for _, p := range prefixes {
		dirs = append(dirs, s.siteDirs(p)...)
		if s.host.OS != "windows" {
			dirs = append(dirs, p+"/lib/python3/dist-packages")
		}
	}
	return dirs
}

// realPath follows symbolic links, those of directories too.
func (s *survey) realPath(name string) string {
	if s.host.OS == "windows" {
		return name
	}
	name = path.Clean(name)
	done := "/"
	rest := strings.TrimPrefix(name, "/")
	for links := 0; rest != ""; {
		first, after, _ := strings.Cut(rest, "/")
		next := path.Join(done, first)
		target, err := s.host.Files.Readlink(next)
		if err != nil || first == ".." {
			done, rest = next, after
			continue
		}
		if links++; links > maxLinks || len(target) > 4096 {
			return name
		}
		if strings.HasPrefix(target, "/") {
			done = "/"
		}
		rest = strings.Trim(path.Clean(target)+"/"+after, "/")
	}
	return done
}
