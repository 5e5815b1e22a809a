package repotest

import (
	"crypto/sha256"
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// file returns a file of the archive and notes that it was used.
func (b *builder) file(name string) (*file, error) {
	f, ok := b.files[name]
	if !ok {
		return nil, fmt.Errorf("there is no file %q", name)
	}
	f.used = true
	return f, nil
}

// under returns the files in a directory of the archive by the rest of their
// names, and those names in order.
func (b *builder) under(dir string) (map[string]*file, []string) {
	files := make(map[string]*file)
	for name, f := range b.files {
		if path, ok := strings.CutPrefix(name, dir+"/"); ok {
			f.used = true
			files[path] = f
		}
	}
	return files, slices.Sorted(maps.Keys(files))
}

// writeFiles writes the files of a directory of the archive into the work tree
// and returns their paths.
func (b *builder) writeFiles(dir string) ([]string, error) {
	files, paths := b.under(dir)
	for _, path := range paths {
		if err := writeFile(filepath.Join(b.dir, filepath.FromSlash(path)), files[path].data); err != nil {
			return nil, err
		}
	}
	return paths, nil
}

// writeFile replaces whatever is there, a symbolic link included.
func writeFile(path string, data []byte) error {
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return fmt.Errorf("writing %q: %w", path, err)
	}
	if info, err := os.Lstat(path); err == nil && !info.Mode().IsRegular() {
		if err := os.Remove(path); err != nil {
			return fmt.Errorf("writing %q: %w", path, err)
		}
	}
	if err := os.WriteFile(path, data, 0o644); err != nil {
		return fmt.Errorf("writing %q: %w", path, err)
	}
	return nil
}

// stageFiles writes and stages, ignored or not.
func (b *builder) stageFiles(dir string) error {
	paths, err := b.writeFiles(dir)
	if err != nil || len(paths) == 0 {
		return err
	}
	return b.git(append([]string{"--literal-pathspecs", "add", "--force", "--"}, paths...)...)
}

func (b *builder) write(args []string, _ map[string]string) error {
	paths, err := b.writeFiles(args[0])
	return anyFiles(args[0], paths, err)
}

func (b *builder) stage(args []string, _ map[string]string) error {
	_, paths := b.under(args[0])
	return anyFiles(args[0], paths, b.stageFiles(args[0]))
}

func anyFiles(dir string, paths []string, err error) error {
	if err == nil && len(paths) == 0 {
		return fmt.Errorf("there are no files in %q", dir)
	}
	return err
}

func (b *builder) symlink(args []string, _ map[string]string) error {
	path := filepath.Join(b.dir, filepath.FromSlash(args[0]))
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return fmt.Errorf("making a link: %w", err)
	}
	if err := os.Symlink(args[1], path); err != nil {
		return fmt.Errorf("making a link: %w", err)
	}
	return b.git("--literal-pathspecs", "add", "--force", "--", args[0])
}

// lfs does what git-lfs would, without it: the pointer goes into the index and
// the content into .git/lfs, by its SHA-256. See
// https://github.com/git-lfs/git-lfs/blob/main/docs/spec.md
func (b *builder) lfs(args []string, _ map[string]string) error {
	files, paths := b.under(args[0])
	for _, path := range paths {
		data := files[path].data
		sum := fmt.Sprintf("%x", sha256.Sum256(data))
		store := filepath.Join(b.dir, ".git", "lfs", "objects", sum[:2], sum[2:4], sum)
		if err := writeFile(store, data); err != nil {
			return err
		}
		files[path].data = fmt.Appendf(nil, "version https://git-lfs.github.com/spec/v1\noid sha256:%s\nsize %d\n", sum, len(data))
	}
	return anyFiles(args[0], paths, b.stageFiles(args[0]))
}

func (b *builder) stash(args []string, options map[string]string) error {
	push := []string{"stash", "push", "--quiet"}
	if len(args) == 2 {
		if args[1] != "untracked" {
			return fmt.Errorf("unknown word %q", args[1])
		}
		push = append(push, "--include-untracked")
	}
	if message, ok := options["message"]; ok {
		push = append(push, "--message="+message)
	}
	if err := b.git(push...); err != nil {
		return err
	}
	err := errors.Join(b.name(args[0], "refs/stash"), b.name(args[0]+".index", "refs/stash^2"))
	if len(args) == 2 {
		err = errors.Join(err, b.name(args[0]+".untracked", "refs/stash^3"))
	}
	return err
}

func (b *builder) gitDir(args []string, _ map[string]string) error {
	f, err := b.file(args[1])
	if err != nil {
		return err
	}
	return writeFile(filepath.Join(b.dir, ".git", filepath.FromSlash(args[0])), f.data)
}

// place makes a name for a directory beside the repository.
func (b *builder) place(name string) (string, error) {
	if _, taken := b.dirs[name]; taken || name == "" || strings.ContainsAny(name, `/\.`) {
		return "", fmt.Errorf("%q cannot be the name of a directory", name)
	}
	b.dirs[name] = filepath.Join(b.extra, name)
	return b.dirs[name], nil
}

func (b *builder) worktree(args []string, _ map[string]string) error {
	dir, err := b.place(args[0])
	if err != nil {
		return err
	}
	return b.git("worktree", "add", "--quiet", "--detach", dir, b.rev(args[1]))
}

func (b *builder) push(args []string, _ map[string]string) error {
	if _, made := b.dirs["origin"]; !made {
		dir, err := b.place("origin")
		if err != nil {
			return err
		}
		format, err := b.output("rev-parse", "--show-object-format")
		if err != nil {
			return err
		}
		if err := b.git("init", "--quiet", "--bare", "--template=", "--object-format="+format, dir); err != nil {
			return err
		}
		if err := b.git("remote", "add", "origin", dir); err != nil {
			return err
		}
	}
	if len(args) == 0 {
		args = []string{"refs/heads/*:refs/heads/*"}
	}
	if err := b.git(append([]string{"push", "--quiet", "--force", "origin"}, args...)...); err != nil {
		return err
	}
	return b.git("fetch", "--quiet", "origin")
}

func (b *builder) clone(args []string, options map[string]string) error {
	dir, err := b.place(args[0])
	if err != nil {
		return err
	}
	command := []string{"clone", "--quiet", "--template="}
	if len(args) == 2 {
		if args[1] != "bare" && args[1] != "mirror" {
			return fmt.Errorf("unknown word %q", args[1])
		}
		command = append(command, "--"+args[1])
	}
	if depth, ok := options["depth"]; ok {
		command = append(command, "--depth="+depth)
	}
	// Only a URL makes git use its protocol, and thus honour the depth.
	url := "file://" + filepath.ToSlash(b.dir)
	return b.git(append(command, url, dir)...)
}
