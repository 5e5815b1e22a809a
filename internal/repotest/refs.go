package repotest

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// optionalRev returns the word at i, resolved, or HEAD.
func (b *builder) optionalRev(args []string, i int) string {
	if i < len(args) {
		return b.rev(args[i])
	}
	return "HEAD"
}

func (b *builder) branch(args []string, _ map[string]string) error {
	return b.git("branch", "--no-track", "--", args[0], b.optionalRev(args, 1))
}

func (b *builder) checkout(args []string, _ map[string]string) error {
	return b.git("checkout", "--quiet", b.rev(args[0]), "--")
}

func (b *builder) orphan(args []string, _ map[string]string) error {
	if err := b.git("checkout", "--quiet", "--orphan", args[0]); err != nil {
		return err
	}
	return b.git("rm", "--quiet", "-r", "-f", "--ignore-unmatch", "--", ".")
}

func (b *builder) reset(args []string, _ map[string]string) error {
	return b.git("reset", "--quiet", "--hard", b.rev(args[0]))
}

func (b *builder) tag(args []string, options map[string]string) error {
	rev := b.optionalRev(args, 1)
	if _, annotated := options["message"]; !annotated {
		return b.git("tag", "--", args[0], rev)
	}
	message, err := b.message(args[0], options)
	if err != nil {
		return err
	}
	_, err = git(b.dir, environment(b.extra, b.now), nil, []byte(message),
		"tag", "--annotate", "--cleanup=verbatim", "--file=-", "--", args[0], rev)
	if err != nil {
		return err
	}
	return b.name(args[0], "refs/tags/"+args[0])
}

func (b *builder) note(args []string, options map[string]string) error {
	message, err := b.message(args[0], options)
	if err != nil {
		return err
	}
	_, err = git(b.dir, environment(b.extra, b.now), nil, []byte(message), "notes", "add", "--file=-", b.rev(args[1]))
	if err != nil {
		return err
	}
	return b.name(args[0], "refs/notes/commits")
}

func (b *builder) ref(args []string, _ map[string]string) error {
	return b.git("update-ref", args[0], b.rev(args[1]))
}

func (b *builder) replace(args []string, _ map[string]string) error {
	return b.git("replace", b.rev(args[0]), b.rev(args[1]))
}

// object writes a file as it is, so that a test can have objects that git's
// other commands would not make.
func (b *builder) object(args []string, _ map[string]string) error {
	f, err := b.file(args[2])
	if err != nil {
		return err
	}
	text, err := b.names(string(f.data))
	if err != nil {
		return err
	}
	id, err := git(b.dir, environment(b.extra, b.now), nil, []byte(text),
		"hash-object", "-w", "--stdin", "-t", args[1])
	if err != nil {
		return err
	}
	return b.name(args[0], id)
}

// nameRev gives a name to what git knows by another, such as a commit's tree.
func (b *builder) nameRev(args []string, _ map[string]string) error { return b.name(args[0], args[1]) }

// expire forgets what only reflogs and ORIG_HEAD keep. The stash is made of its
// reflog and stays.
func (b *builder) expire(_ []string, _ map[string]string) error {
	logs := filepath.Join(b.dir, ".git", "logs")
	err := filepath.WalkDir(logs, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || strings.HasSuffix(filepath.ToSlash(path), "/refs/stash") {
			return err
		}
		return os.Remove(path)
	})
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("removing reflogs: %w", err)
	}
	if err := os.Remove(filepath.Join(b.dir, ".git", "ORIG_HEAD")); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("removing ORIG_HEAD: %w", err)
	}
	return nil
}

func (b *builder) pack(_ []string, _ map[string]string) error {
	if err := b.git("repack", "-q", "-a", "-d", "-f", "--keep-unreachable", "--depth=50", "--window=50"); err != nil {
		return err
	}
	return b.git("pack-refs", "--all")
}

func (b *builder) raw(args []string, _ map[string]string) error { return b.git(args...) }

func (b *builder) config(args []string, _ map[string]string) error {
	return b.git("config", args[0], args[1])
}
