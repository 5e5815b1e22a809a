// Package detect finds which AWS SDKs, in which versions, a directory and PATH
// show: by manifests, lock files, installed packages and programs.
//
// It is pure: it reads the files of a [resolver.Host] and runs nothing, neither
// an aws that lies on PATH nor a build tool. Every file may be hostile; all reads
// are bounded, and of what a file says only names that this package knows, and
// texts that have the form of a version, go into a result.
package detect

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/awscred/awscred/resolver"
)

// Found is one SDK that is used here.
type Found struct {
	// SDK is its name: "go-v2", "python". It is empty for an SDK that the
	// chains do not cover; Note then names it.
	SDK string
	// Version is the version of Package that is installed, locked or exactly
	// required, or "" if that is not known.
	Version string
	// Package is what Version counts: "botocore",
	// "github.com/aws/aws-sdk-go-v2/config". For terraform it is the provider,
	// "hashicorp/aws".
	Package string
	// Where are the places that show it, the one of the version first, at most
	// eight.
	Where []resolver.Evidence
	// Note is what else there is to know: a range in place of a version, other
	// versions elsewhere.
	Note string
}

// Look returns the SDKs that a directory of the Host shows, then those that only
// the active Python environment and PATH show. The directories above it, up to
// that of the repository or below the home directory, and one level of those
// below it belong to the directory. An empty dir is that of the Host.
func Look(h *resolver.Host, dir string) []Found {
	if h == nil || h.Files == nil {
		return nil
	}
	s := newSurvey(h)
	if dir = h.Abs(cmp.Or(dir, h.Dir)); dir != "" {
		s.around(dir)
	}
	s.virtualEnv()
	s.path()
	return s.found()
}

// maxWhere is how many places of one SDK are told.
const maxWhere = 8

// A level is how a version is known.
type level int

const (
	declared  level = iota // a range, or nothing
	exact                  // exactly one version is required
	locked                 // a lock file holds it
	installed              // it is there
)

// A product is a package that shows an SDK.
type product struct {
	sdk, name string
	// rank orders the products of an SDK: the lowest tells the version best.
	rank int
	// unversioned is true if the version of the package is not that of the
	// SDK's chain.
	unversioned bool
}

// A mention is one place in a file that names a product.
type mention struct {
	product
	level   level
	version string
	// wants is the declared range.
	wants string
	line  int
	note  string
}

// A sighting is a mention in a file.
type sighting struct {
	mention
	file string
}

// dotnet stands for a version of the SDK for .NET that is not known yet.
const dotnet = "dotnet"

// found makes the results out of all sightings.
func (s *survey) found() []Found {
	s.settleDotnet()
	var order []string
	by := make(map[string][]sighting)
	for _, x := range s.sightings {
		key := cmp.Or(x.sdk, x.note)
		if by[key] == nil {
			order = append(order, key)
		}
		by[key] = append(by[key], x)
	}
	list := make([]Found, 0, len(order))
	for _, key := range order {
		list = append(list, conclude(by[key]))
	}
	return list
}

// settleDotnet finds the major version for projects that leave it to another
// file.
func (s *survey) settleDotnet() {
	name, note := "dotnet-v4", "the major version is not shown"
	for _, x := range s.sightings {
		if strings.HasPrefix(x.sdk, dotnet+"-") {
			name, note = x.sdk, ""
			break
		}
	}
	for i := range s.sightings {
		if x := &s.sightings[i]; x.sdk == dotnet {
			x.sdk, x.note = name, note
		}
	}
}

// conclude sums up the sightings of one SDK.
func conclude(list []sighting) Found {
	best := slices.MaxFunc(list, func(a, b sighting) int {
		return cmp.Or(cmp.Compare(weight(a), weight(b)), cmp.Compare(b.rank, a.rank))
	})
	f := Found{SDK: best.sdk}
	notes := []string{best.note}
	if best.hasVersion() {
		f.Version, f.Package = best.version, best.name
	} else {
		notes = append(notes, unversioned(best))
	}
	others := slices.DeleteFunc(slices.Clone(list), func(x sighting) bool { return x == best })
	for _, x := range append([]sighting{best}, others...) {
		if len(f.Where) < maxWhere {
			f.Where = append(f.Where, x.evidence())
		}
	}
	if slices.IndexFunc(list, func(x sighting) bool { return x.level != locked }) < 0 {
		notes = append(notes, "not required directly: another package may bring it")
	}
	for _, x := range others {
		if x.hasVersion() && x.level >= locked && x.version != f.Version && x.name == f.Package {
			notes = append(notes, fmt.Sprintf("also %s, %s", x.version, place(x)))
			break
		}
	}
	notes = slices.DeleteFunc(notes, func(n string) bool { return n == "" })
	f.Note = strings.Join(notes, "; ")
	return f
}

func (m mention) hasVersion() bool { return m.version != "" && !m.unversioned }

// weight orders sightings by how well they tell a version.
func weight(x sighting) int {
	if !x.hasVersion() {
		return -1
	}
	return int(x.level)
}

// unversioned says what is known of a version that is not.
func unversioned(x sighting) string {
	switch {
	case x.wants != "":
		return fmt.Sprintf("declared as %s %s", x.name, x.wants)
	case x.version != "":
		return x.name + " " + x.version
	}
	return ""
}

// place is "go.mod:3" of a sighting.
func place(x sighting) string {
	name := x.file[strings.LastIndexAny(x.file, `/\`)+1:]
	if x.line > 0 {
		return fmt.Sprintf("%s:%d", name, x.line)
	}
	return name
}

func (x sighting) evidence() resolver.Evidence {
	e := resolver.File(x.file, x.line)
	e.Note = strings.TrimSpace(x.name + " " + cmp.Or(x.version, x.wants))
	return e
}
