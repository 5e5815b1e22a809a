package oracle_test

import (
	"fmt"
	"os"
	"testing"

	"github.com/awscred/awscred/resolver/chaintest"
	"github.com/awscred/awscred/resolver/oracle"
)

// TestRecorded asks the judges again about the cases of testdata/chain: what is
// recorded there must still be what they say. With ORACLE_RECORD=1 it prints
// what they say about cases in which nothing is recorded for them.
func TestRecorded(t *testing.T) {
	if os.Getenv("ORACLE_DIR") == "" {
		t.Skip("the judges are prepared by scripts/oracle")
	}
	cases, err := chaintest.LoadDir("../../testdata/chain")
	if err != nil {
		t.Fatal(err)
	}
	f := newField(t)
	for _, j := range f.prepared(t) {
		s := &session{judge: j}
		asked := 0
		for _, c := range cases {
			if c.OS != "linux" || !f.alone {
				continue
			}
			asked += f.again(t, s, c)
		}
		s.end()
		fmt.Printf("%s: %d recorded answers asked again\n", j.sdk, asked)
	}
}

// again asks one case and returns how many answers were compared.
func (f *field) again(t *testing.T, s *session, c *chaintest.Case) (compared int) {
	wants := c.WantsOf(s.judge.sdk)
	for _, w := range wants {
		got, err := f.recorded(s, c, w)
		if err != nil {
			t.Errorf("%s: %v", c.Name, err)
			continue
		}
		compared++
		if got.Outcome != w.Outcome || got.Source != s.judge.same(w.Source) || w.Key != nil && got.KeyID != w.KeyOf() {
			t.Errorf("%s: recorded is %+v\n%s says %s", c.Name, w, s.judge.sdk, got)
		}
	}
	if wants == nil && os.Getenv("ORACLE_RECORD") == "1" {
		if got, err := f.recorded(s, c, chaintest.Want{}); err == nil {
			fmt.Printf("%s: %s\n", c.Name, got.Want(s.judge.sdk))
		}
	}
	return compared
}

// recorded asks the judge about a case.
func (f *field) recorded(s *session, c *chaintest.Case, w chaintest.Want) (got oracle.Answer, err error) {
	home, dir, remove, err := f.home()
	if err != nil {
		return got, err
	}
	defer remove()
	world, err := c.In(chaintest.Place{Home: home, Services: f.stub.Services})
	if err != nil {
		return got, err
	}
	world = world.For(w)
	if err := world.WriteHome(home); err != nil {
		return got, err
	}
	return s.ask(question{Env: world.Env, Dir: dir, Profile: world.Profile, Key: world.KeyID})
}
