package repotest

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"
)

func (b *builder) commit(args []string, options map[string]string) error {
	return b.record(args[0], options)
}

func (b *builder) amend(args []string, options map[string]string) error {
	return b.record(args[0], options, "--amend")
}

func (b *builder) remove(args []string, options map[string]string) error {
	if err := b.git(append([]string{"rm", "--quiet", "-r", "--"}, args[1:]...)...); err != nil {
		return err
	}
	return b.record(args[0], options)
}

func (b *builder) move(args []string, options map[string]string) error {
	to := filepath.Join(b.dir, filepath.FromSlash(args[2]))
	if err := os.MkdirAll(filepath.Dir(to), 0o755); err != nil {
		return fmt.Errorf("making a directory: %w", err)
	}
	if err := b.git("mv", "--", args[1], args[2]); err != nil {
		return err
	}
	return b.record(args[0], options)
}

// merge leaves what is in conflict to the files of the commit: git's complaint
// about it is not an error, but a path that stays in conflict fails the commit.
func (b *builder) merge(args []string, options map[string]string) error {
	merge := []string{"merge", "--quiet", "--no-ff", "--no-commit"}
	for _, rev := range args[1:] {
		merge = append(merge, b.rev(rev))
	}
	if err := b.git(merge...); err != nil {
		if _, started := b.output("rev-parse", "--verify", "--quiet", "MERGE_HEAD"); started != nil {
			return err
		}
	}
	return b.record(args[0], options)
}

// record commits the index together with the files in NAME/.
func (b *builder) record(name string, options map[string]string, flags ...string) error {
	if err := b.stageFiles(name); err != nil {
		return err
	}
	message, err := b.message(name, options)
	if err != nil {
		return err
	}
	extra, err := identity(options)
	if err != nil {
		return err
	}
	args := append([]string{"commit", "--quiet", "--no-verify", "--allow-empty", "--allow-empty-message",
		"--cleanup=verbatim", "--file=-"}, flags...)
	if len(flags) > 0 { // an amended commit keeps its author unless told otherwise
		args = append(args, "--reset-author")
	}
	if _, err := git(b.dir, environment(b.extra, b.now), extra, []byte(message), args...); err != nil {
		return err
	}
	return b.name(name, "HEAD")
}

// message is that of the options, by default the name of the thing.
func (b *builder) message(name string, options map[string]string) (string, error) {
	message, ok := options["message"]
	if !ok {
		return name + "\n", nil
	}
	if from, ok := strings.CutPrefix(message, "@"); ok {
		f, err := b.file(from)
		if err != nil {
			return "", err
		}
		return string(f.data), nil
	}
	return message + "\n", nil
}

// identity turns the options into git's variables.
func identity(options map[string]string) ([]string, error) {
	var env []string
	for option, variable := range map[string]string{"author": "GIT_AUTHOR", "committer": "GIT_COMMITTER"} {
		who, ok := options[option]
		if !ok {
			continue
		}
		name, mail, found := strings.Cut(who, " <")
		if !found || !strings.HasSuffix(mail, ">") {
			return nil, fmt.Errorf("%s %q is not of the form \"Name <mail>\"", option, who)
		}
		env = append(env, variable+"_NAME="+name, variable+"_EMAIL="+strings.TrimSuffix(mail, ">"))
	}
	if text, ok := options["time"]; ok {
		when, err := time.Parse(time.RFC3339, text)
		if err != nil {
			return nil, fmt.Errorf("parsing time: %w", err)
		}
		stamp := fmt.Sprintf("%d %s", when.Unix(), when.Format("-0700"))
		env = append(env, "GIT_AUTHOR_DATE="+stamp, "GIT_COMMITTER_DATE="+stamp)
	}
	return env, nil
}
