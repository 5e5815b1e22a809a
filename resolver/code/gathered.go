package code

import (
	slash "path"
	"strings"
)

// gathered is what files say of each other: who loads which variables.
type gathered struct {
	loadings []loading
	named    []variableSet
}

// join adds the variables of files and sets to the environments that are given
// them. What is loaded by somebody is no site of its own anymore; a set that
// nobody is seen to use is one.
func (p *Program) join(g *gathered) {
	used := make(map[string]bool)
	files := make(map[string][]Site)
	for _, s := range p.Sites {
		if s.Language == "dotenv" {
			files[s.File] = append(files[s.File], s)
		}
	}
	sets := make(map[string][]Site)
	for _, s := range g.named {
		sets[s.name] = append(sets[s.name], s.sites...)
	}
	for _, l := range g.loadings {
		from, key := sets[l.named], l.named
		if l.file != "" {
			from, key = files[l.file], l.file
		}
		for _, s := range from {
			used[key] = true
			p.Sites = append(p.Sites, loaded(s, l.from))
		}
	}
	kept := p.Sites[:0]
	for _, s := range p.Sites {
		if s.Language != "dotenv" || !used[s.File] {
			kept = append(kept, s)
		}
	}
	p.Sites = kept
	for _, s := range g.named {
		if !used[s.name] {
			p.Sites = append(p.Sites, s.sites...)
		}
	}
}

// loaded is a variable of one file that an environment of another is given.
func loaded(s, to Site) Site {
	v := s.Written
	if v.Line == 0 {
		v.Line, v.File = s.Line, s.File
	}
	return Site{
		File: to.File, Line: to.Line, Language: to.Language, Call: to.Call, Sets: Variable, Variable: s.Variable,
		Written: v, For: to.For, Global: true, Test: to.Test,
	}
}

// isSample reports whether a file is one that people copy and fill in.
func isSample(name string) bool {
	base := strings.ToLower(slash.Base(name))
	stem, rest, _ := strings.Cut(strings.TrimPrefix(base, "."), ".")
	if rest == "template" && stem != "env" {
		return false // of CloudFormation
	}
	for part := range strings.SplitSeq(rest, ".") {
		switch part {
		case "example", "sample", "template", "dist", "tmpl", "defaults", "schema":
			return true
		}
	}
	for _, end := range []string{"-example", "-sample", "_example", "_sample"} {
		if strings.HasSuffix(stem, end) {
			return true
		}
	}
	return false
}
