package oracle

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
)

// Generate returns the n-th situation of a seed. The same two numbers give the
// same situation on every machine.
func Generate(seed, n uint64) Situation {
	g := &generator{dice: dice{rand.New(rand.NewPCG(seed, n))}, files: map[string]string{}}
	g.profiles = g.someProfiles()
	g.choose()
	g.shared()
	g.environment()
	g.elsewhere()
	for _, path := range g.order {
		g.s.Files = append(g.s.Files, File{path, g.files[path]})
	}
	return g.s
}

// A generator makes one situation.
type generator struct {
	dice
	s Situation
	// profiles are the names that exist, chosen the one that is used.
	profiles []string
	chosen   string
	// keys counts the key ids that were given out.
	keys int
	// files are the texts by path, order the paths as they came.
	files map[string]string
	order []string
	// sessions are the names of sso_session that profiles use.
	sessions []string
}

// put adds a file, unless it is there.
func (g *generator) put(path, text string) {
	if _, ok := g.files[path]; !ok {
		g.files[path] = text
		g.order = append(g.order, path)
	}
}

func (g *generator) set(name, value string) {
	if !slices.ContainsFunc(g.s.Env, func(v Setting) bool { return v.Name == name }) {
		g.s.Env = append(g.s.Env, Setting{Name: name, Value: value})
	}
}

func (g *generator) unset(name string) {
	g.s.Env = append(g.s.Env, Setting{Name: name, Unset: true})
}

// key returns a new key id. The STS of package chaintest keeps its first nine
// and last four characters.
func (g *generator) key() string {
	g.keys++
	return fmt.Sprintf("{{key GEN%02d0000000%04d}}", g.keys, g.keys)
}

// someProfiles returns the names of the profiles that exist.
func (g *generator) someProfiles() []string {
	names := []string{"default", "p", "base", "q", "dev"}[:1+g.IntN(5)]
	if g.in(4) {
		names = append(names, one(g.dice, "my dev", "é", "Dev", "DEFAULT", "a.b", "a:b", "a-b_c+d@e", "profile", "a#b", "a/b"))
	}
	if g.in(25) {
		names = names[1:]
	}
	return names
}

// choose decides how the profile is chosen, and which.
func (g *generator) choose() {
	g.chosen = "default"
	named := "default"
	if len(g.profiles) > 0 {
		named = one(g.dice, g.profiles...)
	}
	switch n := g.IntN(100); {
	case n < 45:
		g.chosen = named
		g.set("AWS_PROFILE", named)
	case n < 52:
		g.chosen = named
		g.set("AWS_DEFAULT_PROFILE", named)
	case n < 62:
		g.chosen = named
		g.s.Profile = named
	case n < 65:
		g.set("AWS_PROFILE", one(g.dice, "nosuch", "", " p ", strings.ToUpper(named), `"p"`, "profile p"))
	case n < 67:
		g.set("AWS_DEFAULT_PROFILE", one(g.dice, "nosuch", "", "P"))
	case n < 68:
		g.s.Profile = "nosuch"
	}
	if g.in(4) {
		g.set("AWS_PROFILE", one(g.dice, "default", "p", "base", ""))
	}
	if g.in(4) {
		g.set("AWS_DEFAULT_PROFILE", one(g.dice, "default", "p", "base", ""))
	}
	if g.in(2) {
		g.s.KeyID = g.key()
	}
}

// elsewhere adds what lies beside the shared files: those of old tools, and
// homes of another shape.
func (g *generator) elsewhere() {
	if g.in(2) {
		g.set("AWS_CREDENTIAL_FILE", "{{HOME}}/old")
		g.put("old", "AWSAccessKeyId="+g.key()+"\nAWSSecretKey=fileSecretFake\n")
	}
	if g.in(2) {
		path := one(g.dice, ".boto", "boto")
		g.put(path, "[Credentials]\naws_access_key_id = "+g.key()+"\naws_secret_access_key = fileSecretFake\n")
		if path == "boto" {
			g.set("BOTO_CONFIG", "{{HOME}}/boto")
		}
	}
}
