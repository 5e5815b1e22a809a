package main

import (
	"errors"
	"os"

	"github.com/spf13/pflag"

	"github.com/awscred/awscred/scanner/wiki"
)

// wikiFlags name the wikis of a scan.
type wikiFlags struct {
	targets []string
	remote  remoteFlags
}

func (w *wikiFlags) define(f *pflag.FlagSet) {
	f.StringArrayVar(&w.targets, "wiki", nil, "scan a wiki, this `target`, every revision of every page: a dump or export, the data directory of DokuWiki, a repository, a URL, auto for the wikis that belong to the repositories, or - for NDJSON or a dump on standard input; may be given more than once")
	w.remote.define(f)
}

// check validates the names of wikis beside those of other targets.
func (w *wikiFlags) check(targets []string) error {
	stdin := 0
	for _, t := range append(append([]string{}, targets...), w.targets...) {
		if t == "-" {
			stdin++
		}
	}
	for _, t := range w.targets {
		if t == "" {
			return usagef("a target of --wiki is empty: perhaps a variable that is not set")
		}
	}
	if stdin > 1 {
		return usagef("standard input can be one target, not %d", stdin)
	}
	return nil
}

// open opens the wikis.
func (w *wikiFlags) open(s *session, o *scanFlags, memory int64) ([]target, error) {
	if len(w.targets) == 0 {
		return nil, nil
	}
	if flag := o.scopeFlag(); flag != "" {
		return nil, usagef("--%s is about the history of a repository: it does not go with --wiki", flag)
	}
	var list []target
	for _, name := range w.targets {
		some, elsewhere, err := w.openRemote(s, o, name, memory)
		if !elsewhere {
			some = make([]target, 1)
			some[0], err = w.openOne(s, o, name, memory)
		}
		if err != nil {
			closeAll(list)
			return nil, err
		}
		list = append(list, some...)
	}
	return list, nil
}

func closeAll(list []target) {
	for _, t := range list {
		t.Close()
	}
}

func (w *wikiFlags) openOne(s *session, o *scanFlags, name string, memory int64) (target, error) {
	options := wikiOptions(o, memory)
	if name == "-" {
		return wiki.OpenStream("standard input", s.stdin, options), nil
	}
	info, err := os.Stat(name)
	switch {
	case errors.Is(err, os.ErrNotExist):
		return nil, noSuchTarget(name)
	case err == nil && !info.IsDir() && !info.Mode().IsRegular(): // a pipe of the shell's
		f, err := os.Open(name)
		if err != nil {
			return nil, err
		}
		return wiki.OpenStream(name, f, options), nil
	}
	src, err := wiki.Open(name, options)
	switch {
	case err == nil:
		return src, nil
	case isGitWiki(name):
		return openGitWiki(s, o, name, memory)
	}
	return nil, noWiki(err)
}

func wikiOptions(o *scanFlags, memory int64) wiki.Options {
	return wiki.Options{Jobs: o.jobs, Memory: memory / 4}
}

// noWiki adds to an error what can be done if a target of --wiki is none.
func noWiki(err error) error {
	if errors.Is(err, wiki.ErrNotWiki) {
		return &hintError{err, []string{"awscred scan without --wiki reads it as files; awscred schema wiki-ndjson is the form that every wiki can be written in"}}
	}
	return err
}

// recognised opens a file or a directory as a wiki if it can be nothing else.
func recognised(s *session, o *scanFlags, name string, memory int64) (target, bool) {
	options := wikiOptions(o, memory)
	options.Sure = true
	src, err := wiki.Open(name, options)
	if err != nil {
		return nil, false
	}
	s.say.note("%s is a wiki: every revision of its pages is scanned", name)
	return src, true
}
