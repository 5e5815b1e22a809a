package sdk_test

import (
	"testing"

	"github.com/awscred/awscred/resolver"
	"github.com/awscred/awscred/resolver/chaintest"
	"github.com/awscred/awscred/resolver/live"
	"github.com/awscred/awscred/resolver/sdk"
)

// TestRecordedRubyAndCRT compares what comes of 60 situations with what the
// real SDKs answered: those of Ruby and of the Common Runtime as they are, and
// in further directories older versions where those answered something else.
func TestRecordedRubyAndCRT(t *testing.T) {
	for _, recorded := range []struct {
		dir  string
		sdks map[string]*resolver.SDK
		// wants is how many answers there are.
		wants int
	}{
		{"../../testdata/chain-ruby", map[string]*resolver.SDK{"ruby": sdk.Ruby(), "crt": sdk.CRT()}, 117},
		{"../../testdata/chain-ruby/3.168.1", map[string]*resolver.SDK{"ruby": sdk.RubyAt("3.168.1")}, 5},
		{"../../testdata/chain-ruby/aws-c-auth-0.6.22", map[string]*resolver.SDK{"crt": sdk.CRTAt("0.6.22")}, 2},
	} {
		cases, err := chaintest.LoadDir(recorded.dir)
		if err != nil {
			t.Fatal(err)
		}
		compared := 0
		for _, c := range cases {
			for _, w := range c.Wants {
				compared++
				t.Run(c.Name+"/"+w.SDK+" "+recorded.sdks[w.SDK].Version, func(t *testing.T) {
					tr, _ := trace(t, c, recorded.sdks[w.SDK], w, resolver.Options{Carrier: live.Carrier{}})
					checkSteps(t, tr)
					for _, p := range compare(tr, w) {
						t.Errorf("%s (%s)", p, describe(tr))
					}
				})
			}
		}
		if compared != recorded.wants {
			t.Errorf("%s: %d answers were compared, not %d", recorded.dir, compared, recorded.wants)
		}
	}
}
