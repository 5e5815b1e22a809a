package main

import (
	"context"
	"fmt"
	"net/http"
	"strings"

	"github.com/spf13/pflag"

	"github.com/awscred/awscred/scanner"
	"github.com/awscred/awscred/scanner/verify"
)

// verifyFlags say whether AWS is asked about the keys that a scan finds.
type verifyFlags struct{ ask bool }

func (o *verifyFlags) define(f *pflag.FlagSet) {
	f.BoolVar(&o.ask, "verify", false, "ask AWS whether the keys that were found work, and whose they are: STS GetCallerIdentity")
}

// An inquiry is the matcher of a scan, and what is to be asked behind it.
type inquiry struct {
	scanner.Matcher
	near *verify.Surroundings // nil: nothing
	via  http.RoundTripper
	say  *speaker
}

// over returns the inquiry about what m finds.
func (o *verifyFlags) over(s *session, m scanner.Matcher) *inquiry {
	q := &inquiry{Matcher: m, via: s.sts, say: s.say}
	if o.ask {
		q.near = verify.Around(m)
		q.Matcher = q.near
	}
	return q
}

// about asks AWS about the findings, if the user wants that.
func (q *inquiry) about(ctx context.Context, list []*scanner.Finding) {
	if q.near == nil {
		return
	}
	v := verify.New(q.via, q.announce)
	v.Near = q.near
	v.Findings(ctx, list)
}

// announce tells before the first request who is asked. No flag silences it: a
// session token leaves the machine, and the owners of the keys can see it.
func (q *inquiry) announce(hosts []string, keys int) {
	fmt.Fprintf(q.say.w, "awscred: note: asking %s about %s; the owner sees GetCallerIdentity in CloudTrail\n", strings.Join(hosts, ", "), plural(keys, "key"))
}
