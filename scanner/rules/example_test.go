package rules_test

import (
	"testing"

	"github.com/awscred/awscred/scanner/rules"
)

// The rules whose examples chance does not make: their secrets have a structure.
func structured() map[string]bool {
	return map[string]bool{rules.EKSTokenRule: true}
}

// An example is found by its own rule, run with all others.
func TestExampleIsFound(t *testing.T) {
	set := defaultSet(t)
	m := matcher(t, set)
	made, found := 0, 0
	for i := range set.Rules {
		r := &set.Rules[i]
		if r.Pattern == "" || r.Hidden || len(r.Required) > 0 {
			continue
		}
		text, ok := rules.Example(r, "a")
		if !ok {
			if !structured()[r.ID] {
				t.Errorf("%s: no example could be made up", r.ID)
			}
			continue
		}
		if structured()[r.ID] {
			t.Errorf("%s has an example after all", r.ID)
		}
		made++
		if matches(m, r.ID, text) {
			found++
		} else {
			t.Logf("%s: %q is not found", r.ID, text)
		}
		if again, _ := rules.Example(r, "a"); string(again) != string(text) {
			t.Errorf("%s: another text of the same seed", r.ID)
		}
	}
	if found < made*95/100 || made < 200 {
		t.Errorf("%d examples, %d found", made, found)
	}
}
