package code

import (
	slash "path"
	"strings"
)

// gathered is what files say of each other: who loads which variables.
type gathered struct {
	loadings []loading
	named    []variableSet
	defined  []definition
}

// A definition is a value that a directory's variable of Terraform has: its
// default, or what terraform.tfvars and *.auto.tfvars say, which comes first.
// https://developer.hashicorp.com/terraform/language/values/variables#assign-values-to-variables
type definition struct {
	dir, name string
	value     reading // with its line
	file      string
	assigned  bool // in a file of values
}

// define follows variables of Terraform to other files of their directory.
func (p *Program) define(list []definition) {
	known := make(map[[2]string]definition)
	for _, d := range list {
		at := [2]string{d.dir, d.name}
		if before, ok := known[at]; !ok || d.assigned && !before.assigned || d.assigned == before.assigned && d.file < before.file {
			known[at] = d
		}
	}
	for i := range p.Sites {
		s := &p.Sites[i]
		if s.Language != "terraform" {
			continue
		}
		for n, v := range []*Value{&s.KeyID, &s.Secret, &s.Token, &s.Profile, &s.Role, &s.Written} {
			name, ok := strings.CutPrefix(v.Store, terraformVariable)
			d, found := known[[2]string{slash.Dir(s.File), name}]
			if !ok || v.State != FromStore || !found {
				continue
			}
			switch {
			case n == 5:
				*v = writtenValue(s.Variable, d.value)
			default:
				*v = valueOf([]part{asKeyID, asSecret, asToken, asProfile, asRole}[n], d.value)
			}
			if d.file != s.File {
				v.File = d.file
			}
		}
	}
}

// join adds the variables of files and sets to the environments that are given
// them. What is loaded by somebody is no site of its own anymore; a set that
// nobody is seen to use is one.
func (p *Program) join(g *gathered) {
	p.define(g.defined)
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
