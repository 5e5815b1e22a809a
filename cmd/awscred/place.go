package main

import (
	"errors"
	"fmt"
	"strconv"

	"github.com/spf13/pflag"

	"github.com/awscred/awscred/resolver"
	"github.com/awscred/awscred/resolver/live"
)

// placeFlags say whose situation is looked at, if it is not this shell's.
type placeFlags struct {
	set      *pflag.FlagSet
	pid      string
	root     string
	user     string
	envFiles []string
}

func (p *placeFlags) define(f *pflag.FlagSet) {
	p.set = f
	f.StringVar(&p.pid, "pid", "", "look at the process of this `number`: its environment, its user's home, its root (Linux)")
	f.StringVar(&p.root, "root", "", "look at the system whose root is this `directory`: a container's or a mounted one")
	f.StringVar(&p.user, "user", "", "with --root: the account, by `name` or number; root if it is not given")
	f.StringArrayVar(&p.envFiles, "env-file", nil, "read variables from this `file`; may be given more than once")
}

// host returns the Host that the flags name.
func (p *placeFlags) host(s *session) (*resolver.Host, error) {
	if err := onlyOne(p.set, "pid", "root"); err != nil {
		return nil, err
	}
	if p.user != "" && p.root == "" {
		return nil, usagef("--user goes with --root")
	}
	if p.pid != "" {
		return p.process()
	}
	vars, err := live.EnvFiles(p.envFiles, s.env)
	if err != nil {
		return nil, err
	}
	if p.root != "" {
		return live.Rooted(p.root, vars, live.RootedOptions{User: p.user})
	}
	// The first of two equal names counts.
	return live.Machine(append(vars, s.env...)), nil
}

func (p *placeFlags) process() (*resolver.Host, error) {
	if len(p.envFiles) > 0 {
		return nil, usagef("--pid and --env-file exclude each other: a process has its environment")
	}
	pid, err := strconv.Atoi(p.pid)
	if err != nil || pid < 1 {
		return nil, usagef("the flag --pid cannot be %q: it is the number of a process", p.pid)
	}
	h, err := live.Process(pid)
	if errors.Is(err, live.ErrOtherUser) {
		return nil, &hintError{err, []string{fmt.Sprintf("run it as that user: sudo -u \"#$(stat -c %%u /proc/%d)\" awscred which --pid %d", pid, pid)}}
	}
	return h, err
}
