package verify

import (
	"context"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/awscred/awscred/internal/redact"
	"github.com/awscred/awscred/scanner"
)

// A State is what AWS said about a key: the values of a finding's "verified".
type State string

const (
	// NotChecked: nobody was asked.
	NotChecked State = "not-checked"
	// Active: the key works.
	Active State = "active"
	// WrongSecret: the id is alive, but its secret is another one.
	WrongSecret State = "id-active-secret-wrong"
	// Expired: the session of a temporary key is over.
	Expired State = "expired"
	// Inactive: the partitions that were asked do not know the id. AWS has one
	// answer for a key that was made inactive, one that was deleted, and one
	// that never was.
	Inactive State = "inactive"
	// NotInPartition: the same, but the text near the key names another
	// partition, which cannot be asked from here.
	NotInPartition State = "not-in-partition"
	// Unknown: no answer, or one that says nothing about the key. A fault of
	// the network never makes a key inactive.
	Unknown State = "unknown"
)

// Limits of what is asked.
const (
	jobs     = 4                      // requests at once
	interval = 200 * time.Millisecond // between the beginnings of two
	pause    = time.Second            // before a second attempt
)

// A Verifier asks STS about the keys of findings.
type Verifier struct {
	// Near, if set, knows what stood around the keys.
	Near *Surroundings

	transport http.RoundTripper
	announce  func(hosts []string, keys int)
	timeout   time.Duration // of a request
	pause     time.Duration // before a second attempt
	pace      pace
}

// New returns a Verifier. via carries its requests; nil stands for the network
// itself, and everything else is for tests. announce, if set, is called before
// the first request with the hosts that may be asked and the number of keys.
func New(via http.RoundTripper, announce func(hosts []string, keys int)) *Verifier {
	if via == nil {
		via = newTransport()
	}
	return &Verifier{transport: via, announce: announce, timeout: requestTimeout, pause: pause, pace: pace{every: interval}}
}

// Findings asks about every AWS key of the findings whose secret was found, and
// writes into each what came of it: Verified, VerifiedNote, Identity and, if the
// key is active, Account. It asks about no suppressed finding, no noise, no
// documented example and no canary. When ctx ends, the rest stays as it is.
func (v *Verifier) Findings(ctx context.Context, list []*scanner.Finding) {
	all := keys(list, v.Near)
	var open []*key
	for _, k := range all {
		if k.refused == "" {
			open = append(open, k)
		}
	}
	if len(open) > 0 && v.announce != nil && ctx.Err() == nil {
		v.announce(hostsOf(open), len(open))
	}
	v.settleAll(ctx, open)
	for _, k := range all {
		k.apply()
	}
	if idle, ok := v.transport.(interface{ CloseIdleConnections() }); ok {
		idle.CloseIdleConnections()
	}
}

func hostsOf(list []*key) []string {
	var hosts []string
	for _, p := range partitions() {
		if slices.ContainsFunc(list, func(k *key) bool { return slices.Contains(k.partitions, p) }) {
			hosts = append(hosts, p.host)
		}
	}
	return hosts
}

func (v *Verifier) settleAll(ctx context.Context, open []*key) {
	var wait sync.WaitGroup
	next := make(chan *key)
	for range min(jobs, len(open)) {
		wait.Go(redact.Contained(func() {
			for k := range next {
				v.settle(ctx, k)
			}
		}))
	}
	for _, k := range open {
		next <- k
	}
	close(next)
	wait.Wait()
}

// settle tries the secrets of a key until one is right.
func (v *Verifier) settle(ctx context.Context, k *key) {
	for i, t := range k.tries {
		if t.passed {
			t.answer = answer{state: NotChecked, note: "more secrets stand with this id than are tried"}
			continue
		}
		t.answer = v.try(ctx, k, t)
		switch t.answer.state {
		case Active:
			k.others(i, answer{state: WrongSecret, note: "the id is alive, its secret is another one, which was found too"})
			return
		case Expired:
			k.others(i, t.answer)
			return
		}
	}
}

// others gives an answer to every try but one: an id has one secret, and its
// session one end.
func (k *key) others(but int, a answer) {
	for i, t := range k.tries {
		if i != but {
			t.answer = a
		}
	}
}

// try asks the partitions that may know the key, until one does; from then on
// that is the only one.
func (v *Verifier) try(ctx context.Context, k *key, t *try) answer {
	var fault *answer
	for _, p := range slices.Clone(k.partitions) {
		a := v.ask(ctx, p, k.id, t.secret, t.token)
		switch {
		case a.stranger:
			k.partitions = slices.DeleteFunc(k.partitions, func(q partition) bool { return q == p })
		case a.state == Unknown || a.state == NotChecked:
			if fault == nil {
				fault = &a
			}
		default:
			k.partitions = []partition{p}
			return a
		}
	}
	switch {
	case fault != nil:
		return *fault
	case len(k.beyond) > 0:
		return answer{state: NotInPartition, note: "text near it names " + strings.Join(k.beyond, ", ") + ", which cannot be asked"}
	}
	return answer{state: Inactive, note: "AWS does not know it: deleted, made inactive, or of another partition"}
}

// apply writes the answers into the findings.
func (k *key) apply() {
	if k.refused != "" {
		for _, f := range k.findings() {
			write(f, answer{state: NotChecked, note: k.refused})
		}
		return
	}
	best := answer{state: NotChecked}
	for _, t := range k.tries {
		if better(t.answer.state, best.state) {
			best = t.answer
		}
		switch {
		case t.finding == nil:
		case !t.lone:
			write(t.finding, t.answer)
		case t.answer.state == Active:
			t.finding.KeyID = k.id
			write(t.finding, t.answer)
		}
	}
	for _, f := range k.alone {
		write(f, best)
	}
}

// better orders states by what they say about an id.
func better(a, b State) bool {
	order := []State{Active, WrongSecret, Expired, Unknown, NotInPartition, Inactive, NotChecked}
	return slices.Index(order, a) < slices.Index(order, b)
}

func write(f *scanner.Finding, a answer) {
	f.Verified, f.VerifiedNote = string(a.state), a.note
	if a.state != Active {
		return
	}
	arn, account := a.arn, a.account
	f.Identity, f.Account, f.AccountNote = &arn, &account, "told by STS"
}
