package oracle_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/awscred/awscred/resolver/oracle"
)

func TestShrink(t *testing.T) {
	file := func(text string) oracle.Situation {
		return oracle.Situation{Files: []oracle.File{{Path: ".aws/config", Text: text}}}
	}
	whole := oracle.Situation{
		Env:     []oracle.Setting{{Name: "A", Value: "1"}, {Name: "B", Value: " 2 "}, {Name: "C", Unset: true}},
		Profile: "p",
		KeyID:   "k",
		Files: []oracle.File{
			{Path: ".aws/config", Text: "\ufeff# x\r\n[a]\r\nk=v ; w\r\nl = m\r\n[b]\r\n k =  v\r\n"},
			{Path: "other", Text: "x"},
		},
	}
	contains := func(words ...string) func(oracle.Situation) bool {
		return func(s oracle.Situation) bool {
			text := string(s.Encode("title"))
			for _, w := range words {
				if !strings.Contains(text, w) {
					return false
				}
			}
			return true
		}
	}
	for _, c := range []struct {
		name  string
		fails func(oracle.Situation) bool
		want  oracle.Situation
	}{
		{"nothing matters", contains(), oracle.Situation{}},
		{"a variable", contains("B="), oracle.Situation{Env: []oracle.Setting{{Name: "B", Value: "2"}}}},
		{"an unset variable", contains("-C"), oracle.Situation{Env: []oracle.Setting{{Name: "C", Unset: true}}}},
		{"code", contains("profile=p"), oracle.Situation{Profile: "p"}},
		{"a file's name", contains("home/other"), oracle.Situation{Files: []oracle.File{{Path: "other"}}}},
		{"a section", contains("[b]"), file("[b]\n")},
		{"a line", contains("[a]", "l = m"), file("[a]\nl = m\n")},
		{"a comment", contains("[a]", "; w"), file("[a]\nk = v ; w\n")},
		{"line ends", contains("l = m", `\r`), file("l = m\r\n")},
		{"a mark", contains("ufeff"), file("\ufeff# x\n")},
	} {
		t.Run(c.name, func(t *testing.T) {
			got := oracle.Shrink(whole, 1000, c.fails)
			if !c.fails(got) {
				t.Errorf("what is left does not fail")
			}
			if diff := cmp.Diff(c.want, got, cmpopts.EquateEmpty()); diff != "" {
				t.Errorf("left over (-want +got):\n%s", diff)
			}
		})
	}
}

// A run that was cut short still returns a situation that fails.
func TestShrinkGivesUp(t *testing.T) {
	s := oracle.Situation{Env: []oracle.Setting{{Name: "A"}, {Name: "B"}, {Name: "C"}}}
	asked := 0
	got := oracle.Shrink(s, 2, func(oracle.Situation) bool { asked++; return true })
	if asked != 2 || len(got.Env) != 1 {
		t.Errorf("asked %d times, left %+v", asked, got.Env)
	}
}

// Generated situations become small, and shrinking comes to an end by itself.
func TestShrinkEnds(t *testing.T) {
	for n := range uint64(200) {
		oracle.Shrink(oracle.Generate(2, n), 1<<20, func(s oracle.Situation) bool {
			text := string(s.Encode("x"))
			return len(text)%3 != 0 // which is about nothing
		})
	}
}
