//go:build linux

package torture

import (
	"bytes"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/awscred/awscred/internal/keytest"
)

// secretText holds key n, plainText none.
func secretText(n int) []byte { return []byte(keytest.ID(n) + " " + keytest.Secret(n) + "\n") }

const plainText = "words that are no secret, in a text of some length\n"

// A hiding is an attempt to keep key 1 from being found.
type hiding struct {
	name string
	set  func(t *testing.T, dir, git string)
	// mayBeLost: it is enough that the scan is not complete. Else the key must
	// be found.
	mayBeLost bool
	args      []string
}

func hidings() []hiding {
	all := []hiding{
		{name: "an index that omits the entry", set: func(t *testing.T, _, git string) {
			p := newPack()
			p.blob(secretText(1))
			p.blob([]byte(plainText))
			p.named = p.named[1:]
			p.save(t, git)
		}},
		{name: "no index at all", set: func(t *testing.T, _, git string) {
			p := newPack()
			p.blob(secretText(1))
			p.save(t, git)
			found, err := filepath.Glob(git + "/objects/pack/*.idx")
			check(t, err)
			check(t, os.Remove(found[0]))
		}},
		{name: "a loose object under another name", mayBeLost: true, set: func(t *testing.T, _, git string) {
			data := append(fmt.Appendf(nil, "blob %d\x00", len(secretText(1))), secretText(1)...)
			looseAt(t, git, strings.Repeat("cd", 20), deflated(data))
		}},
		{name: "alternates that lead elsewhere", mayBeLost: true, set: func(t *testing.T, dir, git string) {
			other := dir + ".elsewhere"
			loose(t, other, "blob", secretText(1))
			write(t, git, map[string]string{"objects/info/alternates": other + "/objects\n"})
		}},
		{name: "alternates that are followed", args: []string{"--follow-alternates"}, set: func(t *testing.T, dir, git string) {
			other := dir + ".elsewhere"
			loose(t, other, "blob", secretText(1))
			write(t, git, map[string]string{"objects/info/alternates": "/dev/zero\n" + other + "/objects\n" + git + "/objects\n"})
		}},
		{name: "a replaced object", set: func(t *testing.T, _, git string) {
			id, other := loose(t, git, "blob", secretText(1)), loose(t, git, "blob", []byte(plainText))
			write(t, git, map[string]string{"refs/replace/" + hexOf(id): hexOf(other) + "\n"})
			commitTo(t, git, loose(t, git, "tree", treeOf(treeEntry{"100644", "a", id})), "refs/heads/x")
		}},
		{name: "a graft", set: func(t *testing.T, _, git string) {
			head, err := os.ReadFile(git + "/refs/heads/main")
			check(t, err)
			tree := loose(t, git, "tree", treeOf(treeEntry{"100644", "a", loose(t, git, "blob", secretText(1))}))
			hidden := loose(t, git, "commit", commitOf(tree, "", "hidden\n"))
			top := loose(t, git, "commit", commitOf(tree, "parent "+hexOf(hidden)+"\n", "top\n"))
			write(t, git, map[string]string{"info/grafts": hexOf(top) + " " + string(head), "refs/heads/x": hexOf(top) + "\n"})
		}},
	}
	for name, entries := range map[string]func(secret, plain oid) []treeEntry{
		"twice the same name, plain first":  func(s, p oid) []treeEntry { return []treeEntry{{"100644", "a", p}, {"100644", "a", s}} },
		"twice the same name, secret first": func(s, p oid) []treeEntry { return []treeEntry{{"100644", "a", s}, {"100644", "a", p}} },
		"entries out of order":              func(s, p oid) []treeEntry { return []treeEntry{{"100644", "z", p}, {"100644", "a", s}} },
		"a name that is no UTF-8":           func(s, p oid) []treeEntry { return []treeEntry{{"100644", "a\xff\xfe\x80", s}} },
		"a name of 5,000 bytes":             func(s, p oid) []treeEntry { return []treeEntry{{"100644", strings.Repeat("n", 5000), s}} },
		"a name with a slash":               func(s, p oid) []treeEntry { return []treeEntry{{"100644", "../../a", s}} },
		"a name that moves the cursor":      func(s, p oid) []treeEntry { return []treeEntry{{"100644", "a\x1b[2J\n::error::x", s}} },
		"the name .git":                     func(s, p oid) []treeEntry { return []treeEntry{{"100644", ".git", s}} },
		"no name":                           func(s, p oid) []treeEntry { return []treeEntry{{"100644", "", s}} },
		"an odd mode":                       func(s, p oid) []treeEntry { return []treeEntry{{"0", "a", s}} },
		"a mode with zeros":                 func(s, p oid) []treeEntry { return []treeEntry{{"000100644", "a", s}} },
		"a blob that is said to be a tree":  func(s, p oid) []treeEntry { return []treeEntry{{"40000", "a", s}} },
		"a blob that is said to be a module": func(s, p oid) []treeEntry {
			return []treeEntry{{"160000", "a", s}}
		},
	} {
		all = append(all, hiding{name: "tree: " + name, set: func(t *testing.T, _, git string) {
			tree := treeOf(entries(loose(t, git, "blob", secretText(1)), loose(t, git, "blob", []byte(plainText)))...)
			commitTo(t, git, loose(t, git, "tree", tree), "refs/heads/x")
		}})
	}
	for name, headers := range map[string]string{
		"an unknown header":              "x-key SECRET\n",
		"a folded header":                "gpgsig -----BEGIN\n SECRET\n -----END\n",
		"a header with a NUL":            "x \x00SECRET\n",
		"a second tree":                  "tree 4b825dc642cb6eb9a060e54bf8d69288fbee4904\nx SECRET\n",
		"no blank line":                  "encoding UTF-7\nx SECRET",
		"an encoding nobody knows":       "encoding nothing\nx SECRET\n",
		"a merge tag":                    "mergetag object 4b825dc642cb6eb9a060e54bf8d69288fbee4904\n type commit\n tag x\n tagger T <t@example.com> 1 +0000\n \n SECRET\n",
		"a header after the blank line":  "\nparent SECRET\n",
		"a header of one very long line": "x " + strings.Repeat("y", 1<<20) + " SECRET\n",
	} {
		text := strings.TrimSpace(string(secretText(1)))
		all = append(all, hiding{name: "commit: " + name, set: func(t *testing.T, _, git string) {
			tree := loose(t, git, "tree", nil)
			id := loose(t, git, "commit", commitOf(tree, strings.ReplaceAll(headers, "SECRET", text), "words\n"))
			write(t, git, map[string]string{"refs/heads/x": hexOf(id) + "\n"})
		}}, hiding{name: "tag: " + name, set: func(t *testing.T, _, git string) {
			tree := loose(t, git, "tree", nil)
			id := loose(t, git, "tag", fmt.Appendf(nil, "object %s\ntype tree\ntag x\ntagger T <t@example.com> 1700000000 +0000\n%s\nwords\n", hexOf(tree), strings.ReplaceAll(headers, "SECRET", text)))
			write(t, git, map[string]string{"refs/tags/x": hexOf(id) + "\n"})
		}})
	}
	return append(all, lyingIndexes()...)
}

// lyingIndexes are the four arrangements of two names and two entries of which
// an index with right checksums does not tell the truth.
func lyingIndexes() []hiding {
	var all []hiding
	for name, lie := range map[string]func(secret, plain *packEntry){
		"names swapped":               func(s, p *packEntry) { s.id, p.id = p.id, s.id },
		"both at the plain one":       func(s, p *packEntry) { s.off, s.crc = p.off, p.crc },
		"both at the secret one":      func(s, p *packEntry) { p.off, p.crc = s.off, s.crc },
		"the secret's name made up":   func(s, _ *packEntry) { s.id = oid{9} },
		"the secret's entry far away": func(s, _ *packEntry) { s.off = 1 << 30 },
	} {
		for _, order := range []string{"secret first", "plain first"} {
			all = append(all, hiding{name: "an index that lies: " + name + ", " + order, mayBeLost: true, set: func(t *testing.T, _, git string) {
				p := newPack()
				if order == "secret first" {
					p.blob(secretText(1))
					p.blob([]byte(plainText))
					lie(&p.named[0], &p.named[1])
				} else {
					p.blob([]byte(plainText))
					p.blob(secretText(1))
					lie(&p.named[1], &p.named[0])
				}
				p.save(t, git)
			}})
		}
	}
	return all
}

// Nothing of all that hides a key without a word: it is found, or, where it
// cannot be, the scan is not complete.
func TestNothingHides(t *testing.T) {
	need(t, "git")
	found, told3 := 0, 0
	list := hidings()
	for _, h := range list {
		t.Run(h.name, func(t *testing.T) {
			r := repo(t, "commit c1\n-- c1/a --\nwords\n")
			h.set(t, r.Dir, filepath.Join(r.Dir, ".git"))
			o := call{args: append([]string{"scan", r.Dir, "--all", "--fail-on-local"}, h.args...)}.run(t)
			seen := strings.Contains(o.stdout, keytest.ID(1))
			switch {
			case seen && o.code == 1:
				found++
			case h.mayBeLost && o.code == 3:
				told3++
			default:
				t.Errorf("found: %v, exit code %d\n%s", seen, o.code, o.all())
			}
			if bytes.ContainsAny([]byte(o.all()), "\x1b\r") || strings.Contains(o.all(), "\n::") {
				t.Errorf("the output moves a cursor or commands a runner: %q", o.all())
			}
		})
	}
	told(t, "hides", "hiding places made by hand", len(list))
	told(t, "hides", "keys found, and scans that say they are not complete", fmt.Sprintf("%d, %d", found, told3))
	told(t, "text", "hostile names and headers whose output was read", len(list))
}

// A .git file, a commondir or a work tree that leads elsewhere is said to, or
// what is there is read; it is never passed by in silence.
func TestLeadsElsewhere(t *testing.T) {
	need(t, "git")
	for name, set := range map[string]func(t *testing.T, dir, other string){
		".git file": func(t *testing.T, dir, other string) {
			write(t, dir, map[string]string{".git": "gitdir: " + other + "/.git\n", "a": "words\n"})
		},
		".git file to nothing": func(t *testing.T, dir, _ string) {
			write(t, dir, map[string]string{".git": "gitdir: /nowhere/at/all\n", "a": string(secretText(2))})
		},
		".git file to itself":   func(t *testing.T, dir, _ string) { write(t, dir, map[string]string{".git": "gitdir: .git\n"}) },
		".git file to a device": func(t *testing.T, dir, _ string) { write(t, dir, map[string]string{".git": "gitdir: /dev/zero\n"}) },
		".git is a pipe": func(t *testing.T, dir, _ string) {
			check(t, syscall.Mkfifo(dir+"/.git", 0o600))
			write(t, dir, map[string]string{"a": string(secretText(2))})
		},
		"commondir to nothing":   func(t *testing.T, dir, other string) { gitDirWith(t, dir, "commondir", "/nowhere\n") },
		"commondir elsewhere":    func(t *testing.T, dir, other string) { gitDirWith(t, dir, "commondir", other+"/.git\n") },
		"objects is a link":      func(t *testing.T, dir, other string) { linked(t, dir, other, "objects") },
		"refs is a link to none": func(t *testing.T, dir, other string) { linked(t, dir, "/nowhere", "refs") },
	} {
		t.Run(name, func(t *testing.T) {
			other := repo(t, "commit c1\ncommit c2\n-- c1/a --\n{{aws-key-id 1}} {{aws-secret 1}}\n-- c2/a --\nwords\n").Dir
			dir := t.TempDir()
			set(t, dir, other)
			o := call{args: []string{"scan", dir}, limit: time.Minute}.run(t)
			if o.code == 0 {
				t.Errorf("exit code 0\n%s", o.all())
			}
		})
	}
}

// gitDirWith makes a repository whose git directory has one file more.
func gitDirWith(t *testing.T, dir, name, text string) {
	t.Helper()
	out, err := exec.Command("git", "init", "-q", dir).CombinedOutput()
	if err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	write(t, dir+"/.git", map[string]string{name: text, "HEAD": "ref: refs/heads/main\n"})
}

func linked(t *testing.T, dir, other, part string) {
	t.Helper()
	gitDirWith(t, dir, "description", "x\n")
	check(t, os.RemoveAll(filepath.Join(dir, ".git", part)))
	target := filepath.Join(other, ".git", part)
	check(t, os.Symlink(target, filepath.Join(dir, ".git", part)))
	write(t, filepath.Join(dir, ".git"), map[string]string{"packed-refs": strings.Repeat("1", 40) + " refs/heads/main\n"})
}

// Whatever bit is flipped and wherever a file is cut: whenever git fsck
// complains, the scan does not say that it is complete; and if it does say so, it
// has found the keys that it found before.
func TestFlipsAndCuts(t *testing.T) {
	need(t, "git")
	r := damageable(t)
	git := filepath.Join(r.Dir, ".git")
	files := storeFiles(t, git)
	want := keysOf(t, call{args: []string{"scan", r.Dir, "--format", "json"}}.run(t))
	if len(want) != 13 {
		t.Fatalf("%d keys are found before anything is damaged", len(want))
	}
	rnd := rand.New(rand.NewPCG(11, 12))
	wanted, flips, cuts, began := rounds(75, 2200), 0, 0, time.Now()
	complaints, silent := 0, 0
	for i := range wanted {
		if over(t, began, i, wanted) {
			break
		}
		path := files[rnd.IntN(len(files))]
		whole, err := os.ReadFile(path)
		check(t, err)
		bad := bytes.Clone(whole)
		what := ""
		if i%11 != 10 {
			at, bit := rnd.IntN(len(bad)), rnd.IntN(8)
			bad[at] ^= 1 << bit
			what = fmt.Sprintf("bit %d of byte %d of %s flipped", bit, at, filepath.Base(path))
			flips++
		} else {
			n := rnd.IntN(len(bad))
			bad = bad[:n]
			what = fmt.Sprintf("%s cut to %d bytes", filepath.Base(path), n)
			cuts++
		}
		check(t, os.Chmod(path, 0o644))
		check(t, os.WriteFile(path, bad, 0o644))
		_, complaint := r.TryGit("fsck", "--full", "--no-dangling", "--no-progress")
		o := call{args: []string{"scan", r.Dir, "--format", "json", "--fail-on", "never"}, limit: time.Minute}.run(t)
		check(t, os.WriteFile(path, whole, 0o644))
		if complaint != nil {
			complaints++
			if o.code == 0 {
				silent++
				t.Errorf("%s: git complains, the scan is complete:\n%v", what, complaint)
			}
		}
		if o.code == 0 && !slices.Equal(keysOf(t, o), want) {
			t.Errorf("%s: complete, but other keys are found: %d", what, len(keysOf(t, o)))
		}
		if o.code != 0 && o.code != 3 && o.code != 2 {
			t.Errorf("%s: exit code %d\n%s", what, o.code, o.stderr)
		}
	}
	if complaints < (flips+cuts)/3 {
		t.Errorf("git complained only of %d", complaints)
	}
	told(t, "complete", "bits flipped, files cut", fmt.Sprintf("%d, %d", flips, cuts))
	told(t, "complete", "of which git complained, and of those called complete here", fmt.Sprintf("%d, %d", complaints, silent))
}

// storeFiles are the files of a git directory that hold what git fsck checks.
func storeFiles(t *testing.T, git string) []string {
	t.Helper()
	var files []string
	check(t, filepath.WalkDir(git, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		rel, err := filepath.Rel(git, path)
		if strings.HasPrefix(rel, "objects/") && filepath.Ext(path) != ".rev" && !strings.HasPrefix(rel, "objects/info") || strings.HasPrefix(rel, "refs/") || rel == "packed-refs" || rel == "HEAD" {
			files = append(files, path)
		}
		return err
	}))
	return files
}

func keysOf(t *testing.T, o outcome) []string {
	t.Helper()
	if o.stdout == "" {
		return nil
	}
	r, err := parsed([]byte(o.stdout))
	if err != nil {
		t.Fatalf("%v\n%s", err, o.stderr)
	}
	var keys []string
	for _, f := range r.Findings {
		keys = append(keys, f.KeyID)
	}
	slices.Sort(keys)
	return keys
}
