package detect

import (
	"slices"
	"strings"
)

// installed looks at the places below a directory where package managers put
// what they install.
func (s *survey) installed(dir string, names []string) {
	join := s.host.Join
	for _, venv := range []string{".venv", "venv"} {
		if slices.Contains(names, venv) {
			s.sitePackages(join(dir, venv))
		}
	}
	if slices.Contains(names, "node_modules") {
		for _, name := range []string{"credential-provider-node", "credential-providers"} {
			s.one(join(dir, "node_modules", "@aws-sdk", name, "package.json"), nodeModule)
		}
	}
	if slices.Contains(names, "vendor") {
		s.one(join(dir, "vendor", "modules.txt"), goVendor)
		s.one(join(dir, "vendor", "composer", "installed.json"), composerInstalled)
	}
	if slices.Contains(names, ".terraform") {
		s.providers(join(dir, ".terraform", "providers"))
	}
}

// one reads one file of a known place.
func (s *survey) one(name string, read func(string) []mention) {
	if text, ok := s.read(name, maxLock); ok {
		s.see(name, read(text))
	}
}

// sitePackages looks at the packages of a virtual environment: below
// lib/pythonX.Y, on Windows below Lib (docs.python.org/3/library/venv.html).
func (s *survey) sitePackages(venv string) {
	for _, dir := range s.siteDirs(venv) {
		var packages []sighting
		for _, base := range s.list(dir) {
			if m, ok := distribution(base); ok {
				packages = append(packages, sighting{m, s.host.Join(dir, base)})
			}
		}
		for _, x := range packages {
			// The command line brings botocore along.
			if x.name != "botocore" || !has(packages, "awscli") || has(packages, "boto3") || has(packages, "aiobotocore") {
				s.see(x.file, []mention{x.mention})
			}
		}
	}
}

func has(packages []sighting, name string) bool {
	return slices.ContainsFunc(packages, func(x sighting) bool { return x.name == name })
}

// siteDirs returns the directories of packages below a prefix.
func (s *survey) siteDirs(prefix string) []string {
	if s.host.OS == "windows" {
		return []string{s.host.Join(prefix, "Lib", "site-packages")}
	}
	var dirs []string
	for _, lib := range []string{"lib", "lib64"} {
		for _, base := range s.list(prefix + "/" + lib) {
			if strings.HasPrefix(base, "python") && len(dirs) < 8 {
				dirs = append(dirs, prefix+"/"+lib+"/"+base+"/site-packages", prefix+"/"+lib+"/"+base+"/dist-packages")
			}
		}
	}
	return dirs
}

// virtualEnv looks at the active Python environment.
func (s *survey) virtualEnv() {
	for _, variable := range []string{"VIRTUAL_ENV", "CONDA_PREFIX"} {
		dir := s.host.Getenv(variable)
		if dir == "" {
			continue
		}
		dir = s.host.Abs(dir)
		known := slices.ContainsFunc(s.sightings, func(x sighting) bool { return strings.HasPrefix(x.file, dir) })
		if !known {
			s.sitePackages(dir)
		}
	}
}

// providers looks at what terraform init installed:
// HOST/hashicorp/aws/VERSION/PLATFORM.
func (s *survey) providers(dir string) {
	hosts := s.list(dir)
	for _, host := range hosts[:min(len(hosts), 8)] {
		aws := s.host.Join(dir, host, "hashicorp", "aws")
		versions := s.list(aws)
		for _, version := range versions[:min(len(versions), 16)] {
			if isVersion(version) {
				s.see(s.host.Join(aws, version), []mention{awsProvider(0).at(0, installed, version)})
			}
		}
	}
}
