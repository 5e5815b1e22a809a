package detect

import (
	"slices"
	"strings"
)

// A reader reads one kind of file.
type reader struct {
	// reads reports whether a file is of the kind, by its name and that of its
	// directory.
	reads func(dir, base string) bool
	read  func(text string) []mention
	// written is true for files that programs write, which are large.
	written bool
	// unless is the file beside it that says the same better.
	unless string
}

// readers returns all readers, in the order in which their results are told:
// what people write before what programs write.
func readers() []reader {
	return []reader{
		{reads: named("go.mod"), read: goMod},
		{reads: named("go.sum"), read: goSum, written: true, unless: "go.mod"},
		{reads: isRequirements, read: requirements},
		{reads: named("pyproject.toml", "Pipfile"), read: pyproject},
		{reads: named("setup.cfg"), read: setupCfg},
		{reads: named("setup.py"), read: setupPy},
		{reads: named("environment.yml", "environment.yaml", "conda.yml", "conda.yaml"), read: conda},
		{reads: named("Pipfile.lock"), read: pipfileLock, written: true},
		{reads: named("poetry.lock", "uv.lock", "pdm.lock", "pylock.toml"), read: pythonLock, written: true},
		{reads: named("package.json"), read: packageJSON},
		{reads: named("package-lock.json", "npm-shrinkwrap.json"), read: packageLock, written: true},
		{reads: named("yarn.lock"), read: yarnLock, written: true},
		{reads: named("pnpm-lock.yaml", "bun.lock"), read: pnpmLock, written: true},
		{reads: named("pom.xml"), read: pom},
		{reads: ending(".gradle", ".gradle.kts", ".versions.toml", ".sbt"), read: gradle},
		{reads: named("gradle.lockfile"), read: gradleLock, written: true},
		{reads: named("Cargo.toml"), read: cargo},
		{reads: named("Cargo.lock"), read: cargoLock, written: true},
		{reads: named("composer.json"), read: composer},
		{reads: named("composer.lock"), read: composerLock, written: true},
		{reads: func(_, base string) bool {
			return base == "Gemfile" || base == "gems.rb" || strings.HasSuffix(base, ".gemspec")
		}, read: gemfile},
		{reads: named("Gemfile.lock", "gems.locked"), read: gemfileLock, written: true},
		{reads: ending(".csproj", ".fsproj", ".vbproj", "Directory.Packages.props", "Directory.Build.props", "packages.config"), read: nuget},
		{reads: named("packages.lock.json"), read: nugetLock, written: true},
		{reads: ending(".tf", ".tofu"), read: terraform},
		{reads: named(".terraform.lock.hcl"), read: terraformLock, written: true},
		{reads: named("Package.swift"), read: swift},
		{reads: named("Package.resolved"), read: swiftLock, written: true},
		{reads: named("CMakeLists.txt"), read: cmake},
		{reads: named("conanfile.txt", "conanfile.py"), read: conan},
		{reads: named("vcpkg.json"), read: vcpkg},
		{reads: ending(".ps1", ".psm1", ".psd1"), read: powerShell},
	}
}

func named(names ...string) func(dir, base string) bool {
	return func(_, base string) bool { return slices.Contains(names, base) }
}

func ending(suffixes ...string) func(dir, base string) bool {
	return func(_, base string) bool {
		return slices.ContainsFunc(suffixes, func(s string) bool { return strings.HasSuffix(base, s) })
	}
}
