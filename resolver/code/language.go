package code

import (
	"bytes"
	"slices"
	"strings"
)

// A language is one kind of file that can be read.
type language struct {
	name string
	// reads reports whether a file is of the kind, by its path below the
	// directory (with slashes) and the last element of that.
	reads func(name, base string) bool
	// marks are texts of which a file must hold one to be worth a look; nil
	// looks at every file.
	marks []string
	// scan finds the sites of a file. It reports them with [file.add]. Its
	// error says why the file cannot be parsed; the line of it, if there is
	// one, is part of the text.
	scan func(f *file) error
	// table is that of the constructors, if there is one.
	table *table
}

// languages returns all languages, in the order in which they are asked; the
// first that reads a file has it.
func languages() []language {
	return []language{
		yamlLanguage(), jsonLanguage(), terraformLanguage(), dockerfileLanguage(), dotenvLanguage(), propertiesLanguage(),
		systemdLanguage(), makefileLanguage(), procfileLanguage(), jenkinsLanguage(), s3cfgLanguage(), rcloneLanguage(), iniLanguage(),
		goLanguage(),
		spoken("javascript", suffixes(".js", ".mjs", ".cjs", ".jsx", ".ts", ".mts", ".cts", ".tsx"), []string{"aws-sdk", "AWS_"}, javascriptDialect()),
		spoken("java", suffixes(".java", ".groovy", ".gradle"), jvmMarks(), javaDialect()),
		spoken("kotlin", suffixes(".kt", ".kts"), jvmMarks(), kotlinDialect()),
		spoken("scala", suffixes(".scala", ".sc", ".sbt"), jvmMarks(), scalaDialect()),
		spoken("csharp", suffixes(".cs", ".csx", ".cshtml", ".razor"), []string{"Amazon", "AWS"}, csharpDialect()),
		spoken("ruby", suffixes(".rb", ".rake", ".gemspec", ".ru", "Gemfile", "Rakefile", "Capfile", "Fastfile"), []string{"Aws", "AWS_"}, rubyDialect()),
		spoken("php", suffixes(".php", ".phtml", ".inc"), []string{"Aws", "AWS_"}, phpDialect()),
		spoken("rust", suffixes(".rs"), []string{"aws_", "AWS_"}, rustDialect()),
		spoken("cpp", suffixes(".cpp", ".cc", ".cxx", ".c++", ".hpp", ".hh", ".hxx", ".h", ".ipp", ".inl"), []string{"aws/", "AWS_"}, cppDialect()),
		spoken("swift", suffixes(".swift"), []string{"AWS"}, swiftDialect()),
		shellLanguage(),
		powerShellLanguage(),
		spoken("python", suffixes(".py", ".pyi", ".pyw"), []string{"boto", "AWS_"}, pythonDialect())}
}

// A file is one file that is scanned.
type file struct {
	name     string // below the directory, with slashes
	data     []byte
	language string
	sites    []Site
	lines    int // of data, or 0 if they were not counted
	// loadings are the files and sets of variables that environments are given;
	// named are the sets of the file.
	loadings []loading
	named    []variableSet
	// defined are the variables of Terraform that the file gives a value.
	defined []definition
	err     error
}

// add reports a site. File, Language and Test are filled in.
func (f *file) add(s Site) { f.sites = append(f.sites, f.filled(s)) }

func (f *file) filled(s Site) Site {
	if f.lines == 0 {
		f.lines = 1 + bytes.Count(f.data, []byte("\n"))
	}
	// YAML ends lines with a carriage return alone, too.
	s.Line = min(s.Line, f.lines)
	s.File, s.Language, s.Test = f.name, f.language, isTest(f.name) || isSample(f.name)
	return s
}

// marked reports whether a text holds one of a language's marks.
func (l *language) marked(data []byte) bool {
	return l.marks == nil || slices.ContainsFunc(l.marks, func(m string) bool { return bytes.Contains(data, []byte(m)) })
}

// suffixes reads files by the end of their names.
func suffixes(list ...string) func(name, base string) bool {
	return func(_, base string) bool {
		return slices.ContainsFunc(list, func(s string) bool { return strings.HasSuffix(base, s) })
	}
}

// isTest reports whether a path is that of a test, an example of one, or a
// fixture, by the habits of the languages: a directory of tests, or a name that
// test runners look for.
func isTest(name string) bool {
	i := strings.LastIndexByte(name, '/') + 1
	dir, base := name[:i], name[i:]
	for element := range strings.SplitSeq(dir, "/") {
		switch element {
		case "test", "tests", "testing", "testdata", "__tests__", "spec", "specs", "fixtures", "androidTest", "e2e", "integration-tests":
			return true
		}
	}
	stem, _, _ := strings.Cut(base, ".")
	rest := base[len(stem):]
	switch {
	case strings.HasSuffix(stem, "_test"), strings.HasSuffix(stem, "_spec"), strings.HasPrefix(stem, "test_"), stem == "conftest":
		return true
	case strings.HasPrefix(rest, ".test."), strings.HasPrefix(rest, ".spec."):
		return true
	}
	for _, end := range []string{"Test", "Tests", "Spec", "IT", "TestCase"} {
		if before, ok := strings.CutSuffix(stem, end); ok && before != "" && stem[0] >= 'A' && stem[0] <= 'Z' {
			return before[len(before)-1] >= 'a' && before[len(before)-1] <= 'z'
		}
	}
	return false
}

func jvmMarks() []string {
	return []string{"amazonaws", "awssdk", "aws.sdk", "aws.smithy", "aws.accessKeyId", "aws.profile", "aws.secret"}
}
