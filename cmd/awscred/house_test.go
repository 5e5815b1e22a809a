package main

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"slices"
	"sort"
	"strconv"
	"strings"
	"testing"
)

// The rules of the house: which package may import what, and the habits that
// keep the code readable. docs/architecture.md says why.

const (
	module = "github.com/awscred/awscred/"
	root   = "../.."
)

// walls lists, for each package, what it may import besides the standard
// library: packages of this module without the prefix, and modules of others.
// A package that is not listed may import nothing.
var walls = map[string][]string{
	"internal/redact":     {},
	"internal/bench":      {"internal/bench/synthetic", "internal/heap", "internal/keytest", "scanner", "scanner/history", "scanner/match", "scanner/objects", "scanner/rules"},
	"internal/encodetest": {},
	"internal/heap":       {"golang.org/x/sys"},
	"internal/keytest":    {"internal/redact", "scanner/awskey"},
	"internal/sbom":       {},
	"internal/spelling":   {},
	"internal/torture":    {},
	"internal/repotest":   {"internal/keytest", "github.com/rogpeppe/go-internal"},
	"resolver":            {"resolver/profile", "internal/redact"},
	"resolver/profile":    {"internal/redact"},
	"resolver/sdk":        {"resolver", "resolver/profile", "internal/redact"},
	"resolver/detect":     {"resolver"},
	"resolver/origin":     {"resolver", "internal/redact"},
	"resolver/doctor":     {"resolver", "resolver/profile", "internal/redact", "internal/spelling"},
	"resolver/code":       {"resolver", "resolver/code/internal/hclfile", "resolver/code/internal/tree", "internal/redact"},
	"resolver/report":     {"resolver", "resolver/code", "resolver/doctor", "internal/redact"},
	"resolver/live":       {"resolver", "resolver/profile", "internal/redact", "github.com/aws/", "golang.org/x/sys"},
	"resolver/chaintest":  {"resolver", "resolver/profile", "internal/redact", "internal/keytest", "github.com/rogpeppe/go-internal"},
	"resolver/oracle":     {"resolver", "resolver/chaintest", "resolver/live", "resolver/sdk", "resolver/profile", "internal/redact", "internal/keytest"},
	"scanner":             {"scanner/awskey", "internal/redact"},
	"scanner/awskey":      {},
	"scanner/decode":      {"scanner/internal/simd"},
	"scanner/match":       {"scanner", "scanner/awskey", "scanner/decode", "scanner/internal/simd", "internal/redact"},
	"scanner/rules":       {"scanner", "scanner/awskey", "internal/spelling", "github.com/BurntSushi/toml", "github.com/zricethezav/gitleaks/v8"},
	"scanner/objects":     {"internal/redact", "scanner/internal/simd", "scanner/objects/internal/inflate", "golang.org/x/sys"},
	"scanner/history":     {"scanner", "scanner/objects", "scanner/files", "internal/redact", "github.com/go-git/"},
	"scanner/files": {"scanner", "scanner/files/internal/lzma", "scanner/files/internal/sevenzip", "scanner/files/internal/xz",
		"internal/redact", "github.com/klauspost/compress", "golang.org/x/sys"},
	"scanner/audit":             {"scanner", "internal/redact"},
	"scanner/verify":            {"scanner", "scanner/awskey", "internal/redact", "github.com/aws/"},
	"scanner/verify/verifytest": {},
	"scanner/report":            {"scanner", "scanner/audit", "internal/redact"},
	"docs/schema":               {},
	"scanner/baseline":          {"scanner", "internal/redact"},
	"scanner/gitleaks":          {"scanner", "internal/redact"},
	"scanner/wiki":              {"internal/redact", "scanner", "scanner/files"},
	"scanner/wiki/remote":       {"scanner", "scanner/wiki", "internal/redact"},

	"resolver/code/internal/hclfile":   {"resolver/code/internal/tree", "github.com/hashicorp/hcl/v2", "github.com/zclconf/go-cty"},
	"resolver/code/internal/tree":      {"go.yaml.in/yaml/v3"},
	"internal/bench/cmd":               {"internal/bench", "internal/bench/synthetic"},
	"internal/bench/synthetic":         {"internal/keytest", "scanner/match", "scanner/rules"},
	"resolver/doctor/doctortest":       {"resolver", "github.com/rogpeppe/go-internal"},
	"scanner/objects/internal/inflate": {"scanner/internal/simd", "golang.org/x/sys"},
	"scanner/files/internal/filter":    {},
	"scanner/internal/simd":            {"golang.org/x/sys"},
	"scanner/files/internal/lzma":      {},
	"scanner/files/internal/sevenzip":  {"scanner/files/internal/filter", "scanner/files/internal/lzma", "github.com/klauspost/compress"},
	"scanner/files/internal/xz":        {"scanner/files/internal/filter", "scanner/files/internal/lzma"},
}

// A source is one parsed file that is no test.
type source struct {
	name, pkg string
	file      *ast.File
	set       *token.FileSet
}

// sources parses every file of the module that is no test.
func sources(t *testing.T) []source {
	t.Helper()
	var list []source
	err := filepath.WalkDir(root, func(name string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case d.IsDir() && (d.Name() == "testdata" || d.Name() == ".git" || d.Name() == "bin" || ownModule(name)):
			return filepath.SkipDir
		case d.IsDir() || !strings.HasSuffix(name, ".go") || strings.HasSuffix(name, "_test.go"):
			return nil
		}
		set := token.NewFileSet()
		file, err := parser.ParseFile(set, name, nil, parser.ParseComments)
		if err != nil {
			return err
		}
		rel, err := filepath.Rel(root, name)
		if err != nil {
			return err
		}
		rel = filepath.ToSlash(rel)
		list = append(list, source{rel, path.Dir(rel), file, set})
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if len(list) < 20 {
		t.Fatalf("found only %d files: the walk is broken", len(list))
	}
	return list
}

// ownModule reports whether a directory is a module of its own, whose
// dependencies do not burden this one.
func ownModule(dir string) bool {
	_, err := os.Stat(filepath.Join(dir, "go.mod"))
	return err == nil && dir != root
}

func TestWalls(t *testing.T) {
	for _, s := range sources(t) {
		if s.pkg == "cmd/awscred" {
			continue // knows everything
		}
		allowed, listed := walls[s.pkg]
		if !listed {
			t.Errorf("%s: package %s has no entry in walls", s.name, s.pkg)
		}
		for _, imp := range s.file.Imports {
			name, err := strconv.Unquote(imp.Path.Value)
			if err != nil {
				t.Fatal(err)
			}
			if !mayImport(name, allowed) {
				t.Errorf("%s imports %s, which its wall forbids", s.name, name)
			}
		}
	}
}

func mayImport(name string, allowed []string) bool {
	own, ours := strings.CutPrefix(name, module)
	if ours {
		return slices.Contains(allowed, own)
	}
	if first, _, _ := strings.Cut(name, "/"); !strings.Contains(first, ".") {
		return true // the standard library
	}
	return slices.ContainsFunc(allowed, func(a string) bool { return strings.HasPrefix(name, a) })
}

// Only these may turn a redact.Secret back into bytes.
var revealers = map[string]string{
	"scanner/history/fetch.go":         "a password goes to the host of a clone URL that asks for one",
	"scanner/wiki/remote/client.go":    "a password or a token goes to the wiki that it is for",
	"scanner/wiki/remote/mediawiki.go": "a password goes to the wiki that it is for",
	"scanner/gitleaks/history.go":      "a secret is looked for in a version of its file that a list names",
	"cmd/awscred/machine.go":           "a value of this machine, to see whether it has the form of a key",
	"cmd/awscred/compare.go":           "the texts of a report of gitleaks, for our own matcher",
	"scanner/verify/ask.go":            "a secret and a token sign a request to AWS, when the user asks for it",
	"scanner/verify/near.go":           "the id of an AWS key",
	"scanner/assemble.go":              "the id of an AWS key, and secrets when the user asks to see them",
	"scanner/pair.go":                  "the id of an AWS key: only some go with a token",
	"scanner/made.go":                  "a secret access key, to compute what is made from it",
}

func TestReveal(t *testing.T) {
	for _, s := range sources(t) {
		if s.pkg == "internal/redact" || s.pkg == "resolver/live" || strings.HasSuffix(s.pkg, "test") {
			continue
		}
		ast.Inspect(s.file, func(n ast.Node) bool {
			if sel, ok := n.(*ast.SelectorExpr); ok && sel.Sel.Name == "Reveal" && revealers[s.name] == "" {
				t.Errorf("%s: reveals a secret; if it must, list it in revealers with the reason", s.set.Position(sel.Pos()))
			}
			return true
		})
	}
}

// Nothing under resolver but live reaches for the machine: the world is a
// resolver.Host.
func TestResolverTouchesNothing(t *testing.T) {
	forbidden := []string{"os.Getenv", "os.LookupEnv", "os.Environ", "os.ReadFile", "os.Open", "os.Stat", "time.Now",
		"http.DefaultClient", "http.Get", "http.DefaultTransport", "exec.Command", "user.Current", "net.Dial"}
	for _, s := range sources(t) {
		if !strings.HasPrefix(s.pkg+"/", "resolver/") || s.pkg == "resolver/live" || s.pkg == "resolver/chaintest" {
			continue
		}
		ast.Inspect(s.file, func(n ast.Node) bool {
			if sel, ok := n.(*ast.SelectorExpr); ok {
				if x, ok := sel.X.(*ast.Ident); ok && slices.Contains(forbidden, x.Name+"."+sel.Sel.Name) {
					t.Errorf("%s: %s.%s", s.set.Position(sel.Pos()), x.Name, sel.Sel.Name)
				}
			}
			return true
		})
	}
}

// Only main talks to the process; a library does not end it.
func TestOnlyMainExits(t *testing.T) {
	for _, s := range sources(t) {
		ast.Inspect(s.file, func(n ast.Node) bool {
			switch n := n.(type) {
			case *ast.SelectorExpr:
				x, ok := n.X.(*ast.Ident)
				if ok && x.Name == "os" && n.Sel.Name == "Exit" && path.Base(s.name) != "main.go" {
					t.Errorf("%s: os.Exit", s.set.Position(n.Pos()))
				}
			case *ast.FuncDecl:
				if n.Name.Name == "init" && n.Recv == nil {
					t.Errorf("%s: func init", s.set.Position(n.Pos()))
				}
			}
			return true
		})
	}
}

// A goroutine that panics prints the value of the panic, unless it is contained.
func TestGoroutinesAreContained(t *testing.T) {
	contained := func(e ast.Expr) bool {
		call, ok := e.(*ast.CallExpr)
		if !ok {
			return false
		}
		sel, ok := call.Fun.(*ast.SelectorExpr)
		return ok && sel.Sel.Name == "Contained"
	}
	seen := 0
	for _, s := range sources(t) {
		if strings.HasPrefix(s.pkg, "internal/") || strings.HasSuffix(s.pkg, "test") || s.pkg == "resolver/oracle" {
			continue // no part of the program
		}
		ast.Inspect(s.file, func(n ast.Node) bool {
			ok := true
			switch n := n.(type) {
			case *ast.GoStmt:
				ok = contained(n.Call.Fun)
			case *ast.CallExpr:
				sel, isSel := n.Fun.(*ast.SelectorExpr)
				if !isSel || sel.Sel.Name != "Go" || len(n.Args) != 1 {
					return true
				}
				ok = contained(n.Args[0])
			default:
				return true
			}
			if seen++; !ok {
				t.Errorf("%s: a goroutine without redact.Contained", s.set.Position(n.Pos()))
			}
			return true
		})
	}
	if seen < 8 {
		t.Errorf("only %d goroutines were seen: the test shows nothing", seen)
	}
}

func TestEverythingIsDocumented(t *testing.T) {
	documented := map[string]bool{}
	for _, s := range sources(t) {
		if s.file.Doc.Text() != "" {
			documented[s.pkg] = true
		} else if !documented[s.pkg] {
			documented[s.pkg] = false
		}
		for _, d := range s.file.Decls {
			for _, id := range undocumented(d) {
				t.Errorf("%s: %s has no comment", s.set.Position(id.Pos()), id.Name)
			}
		}
	}
	for pkg, ok := range documented {
		if !ok {
			t.Errorf("package %s has no comment", pkg)
		}
	}
}

// undocumented returns the exported names of a declaration without a comment. A
// comment on a group stands for its members.
func undocumented(d ast.Decl) []*ast.Ident {
	switch d := d.(type) {
	case *ast.FuncDecl:
		if d.Name.IsExported() && d.Doc.Text() == "" && (d.Recv == nil || exportedReceiver(d.Recv)) {
			return []*ast.Ident{d.Name}
		}
	case *ast.GenDecl:
		var list []*ast.Ident
		for _, spec := range d.Specs {
			switch spec := spec.(type) {
			case *ast.TypeSpec:
				if spec.Name.IsExported() && spec.Doc.Text() == "" && d.Doc.Text() == "" {
					list = append(list, spec.Name)
				}
			case *ast.ValueSpec:
				if spec.Names[0].IsExported() && spec.Doc.Text() == "" && spec.Comment.Text() == "" && d.Doc.Text() == "" {
					list = append(list, spec.Names[0])
				}
			}
		}
		return list
	}
	return nil
}

func exportedReceiver(r *ast.FieldList) bool {
	t := r.List[0].Type
	if star, ok := t.(*ast.StarExpr); ok {
		t = star.X
	}
	if index, ok := t.(*ast.IndexExpr); ok {
		t = index.X
	}
	id, ok := t.(*ast.Ident)
	return ok && id.IsExported()
}

// Sizes that keep a file in one head.
func TestSizes(t *testing.T) {
	const maxFile, maxFunc, p95Func = 500, 100, 60
	var lengths []int
	for _, s := range sources(t) {
		if n := s.set.Position(s.file.End()).Line; n > maxFile {
			t.Errorf("%s has %d lines; at most %d", s.name, n, maxFile)
		}
		for _, d := range s.file.Decls {
			f, ok := d.(*ast.FuncDecl)
			if !ok {
				continue
			}
			n := s.set.Position(f.End()).Line - s.set.Position(f.Pos()).Line + 1
			lengths = append(lengths, n)
			if n > maxFunc {
				t.Errorf("%s: %s has %d lines; at most %d", s.set.Position(f.Pos()), f.Name.Name, n, maxFunc)
			}
		}
	}
	sort.Ints(lengths)
	if n := lengths[len(lengths)*95/100]; n > p95Func {
		t.Errorf("one function in twenty has %d lines or more; at most %d", n, p95Func)
	}
}

// The modules that are linked, and the size of the stripped program.
func TestModuleBudget(t *testing.T) {
	const maxModules, maxBytes = 85, 40 << 20
	out, err := exec.Command("go", "list", "-deps", "-f", "{{with .Module}}{{.Path}}{{end}}", ".").Output()
	if err != nil {
		t.Fatal(err)
	}
	modules := slices.Compact(slices.Sorted(slices.Values(strings.Fields(string(out)))))
	if len(modules) > maxModules {
		t.Errorf("%d modules are linked; at most %d:\n%s", len(modules), maxModules, strings.Join(modules, "\n"))
	}
	bin := filepath.Join(t.TempDir(), "awscred")
	build := exec.Command("go", "build", "-trimpath", "-ldflags", "-s -w", "-o", bin, ".")
	build.Env = append(os.Environ(), "CGO_ENABLED=0")
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	info, err := os.Stat(bin)
	if err != nil {
		t.Fatal(err)
	}
	if info.Size() > maxBytes {
		t.Errorf("the program has %d bytes; at most %d", info.Size(), maxBytes)
	}
}

// Nothing that serves diagnostics over a network is linked.
func TestNoDiagnostics(t *testing.T) {
	out, err := exec.Command("go", "list", "-deps", ".").Output()
	if err != nil {
		t.Fatal(err)
	}
	linked := strings.Fields(string(out))
	if !slices.Contains(linked, "net/http") {
		t.Error("the list of packages is not what it was: the test shows nothing")
	}
	for _, p := range []string{"net/http/pprof", "expvar", "net/rpc"} {
		if slices.Contains(linked, p) {
			t.Errorf("%s is linked", p)
		}
	}
}

// Versions below these have published vulnerabilities that hostile input
// reaches (golang/vulndb GO-2026-6213, GO-2026-6214 for go-git, GO-2026-5597 for
// go-billy, GO-2026-5841 for compress), or, for those that parse or ask, are
// older than what was read and tested here.
func TestMinimumVersions(t *testing.T) {
	least := map[string]string{
		"github.com/go-git/go-git/v5":        "v5.19.3",
		"github.com/go-git/go-billy/v5":      "v5.9.0",
		"github.com/klauspost/compress":      "v1.18.7",
		"github.com/ulikunitz/xz":            "v0.5.15", // CVE-2025-58058, GO-2025-3922
		"github.com/BurntSushi/toml":         "v1.6.0",
		"golang.org/x/net":                   "v0.57.0",
		"golang.org/x/sys":                   "v0.50.0",
		"golang.org/x/text":                  "v0.41.0",
		"github.com/aws/aws-sdk-go-v2":       "v1.47.8",
		"github.com/zricethezav/gitleaks/v8": "v8.30.1",
	}
	for mod, want := range least {
		out, err := exec.Command("go", "list", "-m", "-f", "{{.Version}}", mod).Output()
		if err != nil {
			t.Fatal(err)
		}
		if got := strings.TrimSpace(string(out)); older(got, want) {
			t.Errorf("%s is at %s; at least %s", mod, got, want)
		}
	}
}

func older(a, b string) bool {
	x, y := strings.Split(strings.TrimPrefix(a, "v"), "."), strings.Split(strings.TrimPrefix(b, "v"), ".")
	for i := range min(len(x), len(y)) {
		m, _ := strconv.Atoi(x[i])
		n, _ := strconv.Atoi(y[i])
		if m != n {
			return m < n
		}
	}
	return false
}
