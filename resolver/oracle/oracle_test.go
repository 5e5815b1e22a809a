package oracle_test

import (
	"cmp"
	"context"
	"fmt"
	"io"
	"maps"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/awscred/awscred/resolver"
	"github.com/awscred/awscred/resolver/chaintest"
	"github.com/awscred/awscred/resolver/oracle"
	"github.com/awscred/awscred/resolver/sdk"
)

// Limits of a run.
const (
	shortCount = 150 // situations without ORACLE_COUNT
	sessions   = 2   // processes of one judge
	mostShrunk = 12  // differences of one judge that are made small
	mostAsked  = 300 // questions to make one small
)

// TestOracle puts generated situations before the real SDKs and before our
// models of them. Without ORACLE_COUNT it is a short one with go-v2 alone.
func TestOracle(t *testing.T) {
	if runtime.GOOS != "linux" {
		t.Skip("the situations are of Linux")
	}
	f := newField(t)
	judges := []judge{goV2()}
	if full := os.Getenv("ORACLE_COUNT") != ""; full {
		judges = f.prepared(t)
	}
	for _, j := range judges {
		t.Run(j.sdk, func(t *testing.T) { f.compare(t, j) })
	}
}

// A field is where situations happen.
type field struct {
	seed, count uint64
	stub        *chaintest.Stub
	alone       bool // there is no way to anywhere else, and link-local addresses answer
	dir         string
	homes       atomic.Uint64
}

func newField(t *testing.T) *field {
	stub, end, err := chaintest.Listen()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(end)
	return &field{
		seed:  number(t, "ORACLE_SEED", 1),
		count: number(t, "ORACLE_COUNT", shortCount),
		stub:  stub,
		alone: serveLinkLocal(t),
		dir:   t.TempDir(),
	}
}

func number(t *testing.T, name string, otherwise uint64) uint64 {
	text := os.Getenv(name)
	if text == "" {
		return otherwise
	}
	n, err := strconv.ParseUint(text, 10, 64)
	if err != nil {
		t.Fatalf("%s=%q is no number", name, text)
	}
	return n
}

// serveLinkLocal puts a stub at the addresses of instances and containers. That
// takes a network namespace that has them; scripts/oracle makes one.
func serveLinkLocal(t *testing.T) bool {
	if os.Getenv("ORACLE_ALONE") != "1" {
		return false
	}
	stub := chaintest.NewStub()
	for _, address := range []string{"169.254.169.254", "169.254.170.2", "169.254.170.23", "fd00:ec2::254", "fd00:ec2::23"} {
		l, err := net.Listen("tcp", net.JoinHostPort(address, "80"))
		if err != nil {
			t.Fatal(err)
		}
		server := httptest.NewUnstartedServer(through(stub))
		server.Listener.Close()
		server.Listener = l
		server.Start()
		t.Cleanup(server.Close)
	}
	return true
}

// through makes a server of a round-tripper.
func through(rt http.RoundTripper) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		r.URL.Scheme, r.URL.Host = "http", r.Host
		resp, err := rt.RoundTrip(r)
		if err != nil {
			w.WriteHeader(http.StatusBadGateway)
			return
		}
		defer resp.Body.Close()
		maps.Copy(w.Header(), resp.Header)
		w.WriteHeader(resp.StatusCode)
		io.Copy(w, resp.Body)
	})
}

// A tally is what came of a run.
type tally struct {
	asked, agreed, skipped, quirks atomic.Uint64
	mu                             sync.Mutex
	differ                         []uint64 // numbers of situations
	broken                         []error
}

// compare asks one judge all the situations.
func (f *field) compare(t *testing.T, j judge) {
	model := modelOf(j.sdk)
	var sum tally
	var next atomic.Uint64
	var wait sync.WaitGroup
	begin := time.Now()
	for range sessions {
		wait.Go(func() {
			s := &session{judge: j}
			defer s.end()
			for n := next.Add(1); n <= f.count; n = next.Add(1) {
				f.one(t, &sum, s, model, n)
			}
		})
	}
	wait.Wait()
	if model == nil {
		fmt.Printf("%s: %s situations answered, no model to compare, seed %d, %.1f s\n", j.sdk, thousands(sum.asked.Load()), f.seed, time.Since(begin).Seconds())
		return
	}
	fmt.Printf("%s: %s situations, %s agree, %s", j.sdk, thousands(sum.asked.Load()), thousands(sum.agreed.Load()), others(&sum))
	fmt.Printf("seed %d, %.1f s\n", f.seed, time.Since(begin).Seconds())
	for _, err := range sum.broken {
		t.Error(err)
	}
	slices.Sort(sum.differ)
	f.report(t, j, model, sum.differ)
}

func others(sum *tally) string {
	var b strings.Builder
	if n := sum.quirks.Load(); n > 0 {
		fmt.Fprintf(&b, "%s quirks, ", thousands(n))
	}
	if n := sum.skipped.Load(); n > 0 {
		fmt.Fprintf(&b, "%s left out (they need a network of their own), ", thousands(n))
	}
	if n := len(sum.differ); n > 0 {
		fmt.Fprintf(&b, "%s DIFFER, ", thousands(uint64(n)))
	}
	return b.String()
}

// one asks one situation.
func (f *field) one(t *testing.T, sum *tally, s *session, model *resolver.SDK, n uint64) {
	situation := oracle.Generate(f.seed, n)
	if situation.Alone && !f.alone {
		sum.skipped.Add(1)
		return
	}
	ours, theirs, err := f.ask(t.Context(), s, model, situation)
	sum.asked.Add(1)
	sum.mu.Lock()
	defer sum.mu.Unlock()
	switch {
	case err != nil:
		sum.broken = append(sum.broken, fmt.Errorf("situation %d: %w", n, err))
	case model == nil:
	case !ours.Differs(theirs):
		sum.agreed.Add(1)
	case isQuirk(s.judge, situation, ours, theirs):
		sum.quirks.Add(1)
	default:
		sum.differ = append(sum.differ, n)
	}
}

// home makes a home directory and another to be in. None is used twice: some
// SDKs remember what they have read.
func (f *field) home() (home, dir string, remove func(), err error) {
	root := filepath.Join(f.dir, strconv.FormatUint(f.homes.Add(1), 10))
	home, dir = filepath.Join(root, "home"), filepath.Join(root, "dir")
	err = cmp.Or(os.MkdirAll(home, 0o700), os.MkdirAll(dir, 0o700))
	return home, dir, func() { os.RemoveAll(root) }, err
}

// ask puts a situation before our model and before the judge, in a home
// directory of its own.
func (f *field) ask(ctx context.Context, s *session, model *resolver.SDK, situation oracle.Situation) (ours, theirs oracle.Answer, err error) {
	home, dir, remove, err := f.home()
	if err != nil {
		return ours, theirs, err
	}
	defer remove()
	c, err := situation.Case("generated")
	if err != nil {
		return ours, theirs, err
	}
	w, err := c.In(chaintest.Place{Home: home, Services: f.stub.Services})
	if err != nil {
		return ours, theirs, err
	}
	if err := w.WriteHome(home); err != nil {
		return ours, theirs, err
	}
	if model != nil {
		ours = oracle.AskModel(ctx, model, w, dir)
		ours.Source = s.judge.same(ours.Source)
	}
	f.stub.Requests() // forget them
	theirs, err = s.ask(question{Env: w.Env, Dir: dir, Profile: w.Profile, Key: w.KeyID})
	theirs.KeyID = strings.ReplaceAll(theirs.KeyID, home, "{{HOME}}")
	ours.KeyID = strings.ReplaceAll(ours.KeyID, home, "{{HOME}}")
	return ours, theirs, err
}

func isQuirk(j judge, s oracle.Situation, ours, theirs oracle.Answer) bool {
	return slices.ContainsFunc(oracle.Quirks(), func(q oracle.Quirk) bool {
		return slices.Contains(q.SDKs, j.sdk) && q.Is(s, ours, theirs)
	})
}

// report makes situations that differ small and prints them as cases, one of
// each kind.
func (f *field) report(t *testing.T, j judge, model *resolver.SDK, differ []uint64) {
	s := &session{judge: j}
	defer s.end()
	kinds := map[string]bool{}
	for i, n := range differ {
		if i == mostShrunk {
			t.Errorf("%d more differ: %d", len(differ)-i, differ[i:])
			return
		}
		fails := func(smaller oracle.Situation) bool {
			ours, theirs, err := f.ask(t.Context(), s, model, smaller)
			return err == nil && ours.Differs(theirs) && !isQuirk(j, smaller, ours, theirs)
		}
		small := oracle.Shrink(oracle.Generate(f.seed, n), mostAsked, fails)
		ours, theirs, err := f.ask(t.Context(), s, model, small)
		if err != nil {
			t.Error(err)
			continue
		}
		if kind := kindOf(ours, theirs); kinds[kind] {
			t.Errorf("situation %d is of a kind shown before", n)
		} else {
			kinds[kind] = true
			t.Errorf("we say %s\n%s says %s\n%s", ours, j.sdk, theirs,
				small.Encode(fmt.Sprintf("generated: seed %d, situation %d", f.seed, n), theirs.Want(j.sdk)))
		}
	}
}

// kindOf is what two differences have in common if they have one cause: the
// answers and their errors, apart from numbers.
func kindOf(ours, theirs oracle.Answer) string {
	return strings.Map(func(c rune) rune {
		if c >= '0' && c <= '9' {
			return -1
		}
		return c
	}, ours.String()+" "+theirs.String())
}

func modelOf(name string) *resolver.SDK {
	for _, s := range sdk.All() {
		if s.Name == name {
			return s
		}
	}
	return nil
}

// thousands writes a number with separators.
func thousands(n uint64) string {
	text := strconv.FormatUint(n, 10)
	for i := len(text) - 3; i > 0; i -= 3 {
		text = text[:i] + "," + text[i:]
	}
	return text
}
