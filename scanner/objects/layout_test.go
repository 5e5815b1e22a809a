package objects

import (
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"
)

func TestPacksWithoutIndex(t *testing.T) {
	for _, c := range []struct {
		name string
		init []string
		make func(r *repo)
		lost string // "" if nothing is
	}{
		{"offset deltas", nil, func(r *repo) {
			r.commits("main", 1, 80).git("repack", "-adfq")
			r.remove(r.packs(".idx")...)
		}, ""},
		{"ref-deltas", nil, func(r *repo) {
			r.commits("main", 1, 80).git("-c", "repack.useDeltaBaseOffset=false", "repack", "-adfq")
			r.remove(r.packs(".idx")...)
		}, ""},
		{"one of two", []string{"--object-format=sha256"}, func(r *repo) {
			r.commits("main", 1, 30).commits("side", 2, 30)
			r.remove(r.packs(".idx")[0])
		}, ""},
		{"multi-pack-index", nil, func(r *repo) {
			r.commits("main", 1, 40).commits("side", 2, 40).git("multi-pack-index", "write")
			r.remove(r.packs(".idx")...)
		}, ""},
		{"multi-pack-index in sha-256", []string{"--object-format=sha256"}, func(r *repo) {
			r.commits("main", 1, 40).git("multi-pack-index", "write")
			r.remove(r.packs(".idx")...)
		}, ""},
		{"index of garbage", nil, func(r *repo) {
			r.commits("main", 1, 40)
			r.write(r.packs(".idx")[0], "garbage")
		}, "index of pack"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			r := newRepo(t, c.init...)
			keep := r.dir + ".whole"
			c.make(r)
			// git cannot list a pack without its index: ask a copy that has one.
			if err := os.CopyFS(keep, os.DirFS(r.dir)); err != nil {
				t.Fatal(err)
			}
			whole := r.in(keep)
			for _, path := range whole.packs(".pack") {
				idx := strings.TrimSuffix(path, "pack") + "idx"
				os.Chmod(idx, 0o600)
				os.Remove(idx)
				whole.git("index-pack", path)
			}
			want := whole.all()
			s := open(t, r.dir, Options{})
			got, visits := swept(t, s, SweepOptions{Margin: 16})
			same(t, got, want)
			if visits != s.Len() {
				t.Errorf("%d visits of %d entries", visits, s.Len())
			}
			checkLost(t, s, c.lost)
			lookups(t, s, want)
		})
	}
}

func (r *repo) write(path, text string) *repo {
	r.t.Helper()
	os.Chmod(path, 0o600)
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		r.t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
		r.t.Fatal(err)
	}
	return r
}

// checkLost fails unless exactly one thing, whose What or Why contains text, is
// lost; or nothing if text is "".
func checkLost(t *testing.T, s *Store, text string) {
	t.Helper()
	lost := s.Lost()
	if text == "" && len(lost) == 0 || text != "" && len(lost) == 1 && strings.Contains(lost[0].What+lost[0].Why, text) {
		return
	}
	t.Errorf("lost %+v, want %q", lost, text)
}

func TestAlternates(t *testing.T) {
	for _, c := range []struct {
		name   string
		text   func(other string) string // of info/alternates
		inside bool                      // the other store lies below Root
		follow bool
		lost   string
	}{
		{"outside", func(p string) string { return p + "\n" }, false, false, "outside the repository"},
		{"outside, followed", func(p string) string { return p + "\n" }, false, true, ""},
		{"inside", func(p string) string { return p + "\n" }, true, false, ""},
		{"relative", func(string) string { return "../../other.git/objects\n" }, true, false, ""},
		{"no newline", func(p string) string { return p }, true, false, ""},
		{"comment and blank lines", func(p string) string { return "# one\n\n#" + p + "\n\n" + p + "\n" }, true, false, ""},
		{"quoted", func(p string) string {
			return `"` + strings.ReplaceAll(p, "other", `oth\145r`) + "\"\n"
		}, true, false, ""},
		{"twice and itself", func(p string) string { return p + "\n" + p + "/\n../objects\n" }, true, false, ""},
		{"missing", func(p string) string { return p + "\n" + p + "x\n" }, true, false, "missing"},
		{"a file", func(p string) string { return p + "\n../HEAD\n" }, true, false, "not a directory"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			r := newRepo(t)
			other := r.in(filepath.Join(filepath.Dir(r.dir), "other.git"))
			r.git("init", "-q", "--bare", other.dir)
			other.commits("main", 1, 10).write(filepath.Join(other.dir, "objects", "info", "alternates"), r.dir+"/objects\n")
			r.commits("side", 2, 10)
			r.write(filepath.Join(r.dir, "objects", "info", "alternates"), c.text(filepath.Join(other.dir, "objects")))
			opts := Options{FollowAlternates: c.follow}
			if c.inside {
				opts.Root = filepath.Dir(r.dir)
			}
			s := open(t, r.dir, opts)
			got, _ := swept(t, s, SweepOptions{})
			checkLost(t, s, c.lost)
			if c.inside || c.follow {
				same(t, got, r.all())
			} else if len(got) == 0 || len(got) >= len(r.all()) {
				t.Errorf("%d objects shown of %d", len(got), len(r.all()))
			}
		})
	}
}

func TestAlternatesNestTooDeep(t *testing.T) {
	files := map[string][]byte{}
	for i := range 12 {
		files[fmt.Sprintf("%d/objects/info/alternates", i)] = fmt.Appendf(nil, "../../%d/objects\n", i+1)
	}
	dir := gitDirWith(t, files)
	s := open(t, filepath.Join(dir, "0"), Options{Root: dir})
	checkLost(t, s, "too deep")
	if n := len(s.Directories()); n != maxAlternateDepth+1 {
		t.Errorf("%d directories read", n)
	}
}

func TestParseAlternates(t *testing.T) {
	for in, want := range map[string][]string{
		"":                         nil,
		"\n\n":                     nil,
		"/a\n/b\n":                 {"/a", "/b"},
		"#x\n /a \n":               {" /a "},
		"/a#b\n":                   {"/a#b"},
		"\"/a\\tb\"\n/c":           {"/a\tb", "/c"},
		"\"/a\\\\\\\"\\303\\244\"": {"/a\\\"\xc3\xa4"},
		"\"/not closed\n/b":        {"\"/not closed", "/b"},
		"\"bad \\q\"\n":            {"\"bad \\q\""},
		"\"/a\"x/b\n":              {"/a", "/b"},
		"\"\"\n/b":                 {"/b"},
	} {
		if got := parseAlternates(in); !slices.Equal(got, want) {
			t.Errorf("%q: got %q, want %q", in, got, want)
		}
	}
}

func TestOddFiles(t *testing.T) {
	w := newPackWriter(1)
	w.object(TypeBlob, []byte("packed"))
	z := func(s string) []byte {
		p := newPackWriter(0)
		p.entry(3, 0, nil, []byte(s))
		return p.buf.Bytes()[packHeaderSize+1:]
	}
	loosePath := func(text string) string {
		name, _ := blob(text)
		return "objects/" + name[:2] + "/" + name[2:]
	}
	for _, c := range []struct {
		name  string
		files map[string][]byte
		shown []string
		lost  string
		notes int
	}{
		{"index alone", map[string][]byte{"objects/pack/pack-2.idx": w.index()}, nil, "missing, only its index", 0},
		{"empty pack file", map[string][]byte{"objects/pack/pack-2.pack": {}}, nil, "ends early", 0},
		{"no pack at all", map[string][]byte{"objects/pack/pack-2.pack": []byte("this is no pack of any kind, only text\n")}, nil, "", 0},
		{"temporary pack", map[string][]byte{"objects/pack/tmp_pack_x": w.bytes()}, []string{"packed"}, "", 0},
		{"temporary pack, cut", map[string][]byte{"objects/pack/tmp_pack_x": w.bytes()[:w.buf.Len()-4]}, nil, "", 1},
		{"temporary object", map[string][]byte{"objects/ab/tmp_obj_x": z("blob 3\x00abc")}, []string{"abc"}, "", 0},
		{"temporary object, cut", map[string][]byte{"objects/ab/tmp_obj_x": z("blob 3\x00abc")[:9]}, nil, "", 1},
		{"loose", map[string][]byte{loosePath("abc"): z("blob 3\x00abc")}, []string{"abc"}, "", 0},
		{"loose under a wrong name", map[string][]byte{loosePath("abd"): z("blob 3\x00abc")}, []string{"abc"}, "its content is that of", 0},
		{"loose with garbage", map[string][]byte{loosePath("abc"): append(z("blob 3\x00abc"), 'x')}, []string{"abc"}, "after the end", 0},
		{"loose, empty", map[string][]byte{loosePath("abc"): {}}, nil, "ends early", 0},
		{"loose, too short", map[string][]byte{loosePath("abc"): z("blob 4\x00abc")}, nil, "less data", 0},
		{"loose, too long", map[string][]byte{loosePath("abc"): z("blob 2\x00abc")}, nil, "more data", 0},
		{"loose, unknown type", map[string][]byte{loosePath("abc"): z("blub 3\x00abc")}, nil, "bad object header", 0},
		{"loose, padded size", map[string][]byte{loosePath("abc"): z("blob 03\x00abc")}, nil, "bad object header", 0},
		{"loose, huge", map[string][]byte{loosePath("abc"): z("blob 9223372036854775807\x00abc")}, nil, "over the limit", 0},
		{"loose, negative", map[string][]byte{loosePath("abc"): z("blob -3\x00abc")}, nil, "bad object header", 0},
		{"odd name", map[string][]byte{"objects/ab/readme": z("blob 3\x00abc")}, nil, "not an object's", 0},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			s := open(t, gitDirWith(t, c.files), Options{})
			got, _ := swept(t, s, SweepOptions{})
			has(t, got, c.shown...)
			if len(got) != len(c.shown) {
				t.Errorf("%d shown, want %d", len(got), len(c.shown))
			}
			if c.lost == "" && strings.HasPrefix(c.name, "no pack") {
				loses(t, s, "not a pack")
			} else {
				checkLost(t, s, c.lost)
			}
			if (len(s.Notes()) > 0) != (c.notes > 0) {
				t.Errorf("notes: %+v", s.Notes())
			}
			if temp := len(s.Temporary()) == 1; temp != strings.HasPrefix(c.name, "temporary") {
				t.Errorf("temporary: %q", s.Temporary())
			}
		})
	}
}

func TestMultiPackIndexWithoutItsPack(t *testing.T) {
	r := newRepo(t)
	r.commits("main", 1, 10).commits("side", 2, 10).git("multi-pack-index", "write")
	r.remove(r.packs(".pack")[0], r.packs(".idx")[0])
	s := open(t, r.dir, Options{})
	swept(t, s, SweepOptions{})
	checkLost(t, s, "the multi-pack-index names it")
}

func TestCommonDir(t *testing.T) {
	r := newRepo(t)
	r.commits("main", 1, 5)
	base := t.TempDir()
	dir := filepath.Join(base, "elsewhere")
	r.write(filepath.Join(dir, "commondir"), r.dir+"\n")
	if _, err := Open(dir, Options{}); err == nil || !strings.Contains(err.Error(), "outside the repository") {
		t.Errorf("a common directory elsewhere: %v", err)
	}
	s := open(t, dir, Options{FollowAlternates: true})
	got, _ := swept(t, s, SweepOptions{})
	same(t, got, r.all())
}

func TestLinkedObjectDirectory(t *testing.T) {
	r := newRepo(t)
	r.commits("main", 1, 5)
	for _, link := range []string{"objects", "objects/pack"} {
		dir := t.TempDir()
		if link != "objects" {
			if err := os.Mkdir(filepath.Join(dir, "objects"), 0o755); err != nil {
				t.Fatal(err)
			}
		}
		if err := os.Symlink(filepath.Join(r.dir, link), filepath.Join(dir, link)); err != nil {
			t.Skip(err)
		}
		s := open(t, dir, Options{})
		got, _ := swept(t, s, SweepOptions{})
		checkLost(t, s, outside)
		if len(got) > 0 {
			t.Errorf("%d objects from outside", len(got))
		}
		s = open(t, dir, Options{FollowAlternates: true})
		got, _ = swept(t, s, SweepOptions{})
		checkLost(t, s, "")
		same(t, got, r.all())
	}
}

func TestOpenErrors(t *testing.T) {
	if _, err := Open(t.TempDir(), Options{}); err == nil {
		t.Error("no object directory, no error")
	}
	dir := gitDirWith(t, map[string][]byte{"config": []byte("[extensions]\n\tobjectFormat = sha3\n")})
	if _, err := Open(dir, Options{}); err == nil || !strings.Contains(err.Error(), "sha3") {
		t.Errorf("unknown object format: %v", err)
	}
}

func TestHashSize(t *testing.T) {
	for in, want := range map[string]int{
		"":                                      20,
		"[core]\nobjectformat = sha256\n":       20,
		"[extensions]\nobjectformat = sha256\n": 32,
		"[extensions]\nobjectformat = sha1":     20,
		"[EXTENSIONS] ObjectFormat=\"sha256\" ; why\n":                                32,
		"[extensions]\n\tobjectFormat = sha256 # x\n[core]\nobjectformat=sha1\n":      32,
		"; [extensions]\n#[extensions]\nobjectformat = sha256":                        20,
		"[extensions]\r\n\tobjectformat = sha256\r\n":                                 32,
		"[extensions \"x\"]\nobjectformat = sha256":                                   20,
		"[extensions]\nobjectformat = sha256\n[extensions]\nobjectformat = sha1\n":    20,
		"[extensions]\npartialClone = origin\n[remote \"origin\"]\npromisor = true\n": 20,
	} {
		if got, err := hashSize([]byte(in)); err != nil || got != want {
			t.Errorf("%q: got %d, %v, want %d", in, got, err, want)
		}
	}
}

func TestPromisor(t *testing.T) {
	r := newRepo(t)
	r.commits("main", 1, 5)
	if open(t, r.dir, Options{}).Promisor() {
		t.Error("a whole repository is taken for a partial clone")
	}
	r.write(strings.TrimSuffix(r.packs(".pack")[0], "pack")+"promisor", "")
	if !open(t, r.dir, Options{}).Promisor() {
		t.Error("a partial clone is not recognised")
	}
}

func TestNotRegularFiles(t *testing.T) {
	if runtime.GOOS != "linux" {
		t.Skip("needs /dev/zero")
	}
	dir := gitDirWith(t, map[string][]byte{"objects/ab/x": nil})
	name := filepath.Join(dir, "objects", "pack")
	for _, p := range []string{name, filepath.Join(dir, "objects", "ab")} {
		if err := os.MkdirAll(p, 0o755); err != nil {
			t.Fatal(err)
		}
	}
	for _, p := range []string{filepath.Join(name, "pack-1.pack"), filepath.Join(dir, "objects", "ab", strings.Repeat("0", 38))} {
		if err := os.Symlink("/dev/zero", p); err != nil {
			t.Fatal(err)
		}
	}
	for follow, why := range map[bool]string{false: outside, true: errNotRegular.Error()} {
		s := open(t, dir, Options{FollowAlternates: follow})
		if got, _ := swept(t, s, SweepOptions{}); len(got) > 0 {
			t.Errorf("%d objects shown", len(got))
		}
		if len(s.Lost()) != 2 {
			t.Errorf("lost %+v", s.Lost())
		}
		loses(t, s, why)
	}
}
