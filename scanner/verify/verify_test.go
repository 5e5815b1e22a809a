package verify

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/awscred/awscred/internal/keytest"
	"github.com/awscred/awscred/internal/redact"
	"github.com/awscred/awscred/scanner"
	"github.com/awscred/awscred/scanner/files"
	"github.com/awscred/awscred/scanner/match"
	"github.com/awscred/awscred/scanner/rules"
	"github.com/awscred/awscred/scanner/verify/verifytest"
)

var compiled = sync.OnceValues(func() (*match.Matcher, error) {
	set, err := rules.Default()
	if err != nil {
		return nil, err
	}
	return match.Compile(set.Rules, set.Allow)
})

// scan returns what a scan finds in a text with placeholders.
func scan(t *testing.T, text string) ([]*scanner.Finding, *Surroundings) {
	t.Helper()
	m, err := compiled()
	if err != nil {
		t.Fatal(err)
	}
	data, err := keytest.Expand([]byte(text))
	if err != nil {
		t.Fatal(err)
	}
	near := Around(m)
	r, err := scanner.Scan(t.Context(), files.Reader("text", bytes.NewReader(data)), near, scanner.Options{Now: time.Now})
	if err != nil {
		t.Fatal(err)
	}
	return r.Findings, near
}

// quick returns a Verifier that does not wait.
func quick(via http.RoundTripper) *Verifier {
	v := New(via, nil)
	v.pause, v.pace.every = time.Millisecond, 0
	return v
}

const (
	pair  = "aws_access_key_id = {{aws-key-id 1}}\naws_secret_access_key = {{aws-secret 1}}\n"
	wrong = "aws_access_key_id = {{aws-key-id 1}}\naws_secret_access_key = {{aws-secret 2}}\n"
	token = "aws_access_key_id = {{aws-temp-key-id 1}}\naws_secret_access_key = {{aws-secret 1}}\naws_session_token = {{aws-session-token 1}}\n"

	commercialSTS = "sts.us-east-1.amazonaws.com"
	chinaSTS      = "sts.cn-north-1.amazonaws.com.cn"
	govSTS        = "sts.us-gov-west-1.amazonaws.com"
)

func userARN(n int) string { return "arn:aws:iam::" + keytest.Account(n) + ":user/deploy" }

// live returns the n-th key as one that works.
func live(n int) verifytest.Key {
	return verifytest.Key{ID: keytest.ID(n), Secret: keytest.Secret(n), Account: keytest.Account(n), ARN: userARN(n)}
}

func with(k verifytest.Key, change func(*verifytest.Key)) verifytest.Key {
	change(&k)
	return k
}

// refusing answers everything with one error.
func refusing(status int, code, message string) func(int, http.ResponseWriter, *http.Request) bool {
	return func(_ int, w http.ResponseWriter, _ *http.Request) bool {
		verifytest.Refuse(w, status, code, message)
		return true
	}
}

func answering(status int, body string) func(int, http.ResponseWriter, *http.Request) bool {
	return func(_ int, w http.ResponseWriter, _ *http.Request) bool {
		w.WriteHeader(status)
		fmt.Fprint(w, body)
		return true
	}
}

func identity(account, arn string) string {
	return `<GetCallerIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><GetCallerIdentityResult><Arn>` + arn +
		`</Arn><UserId>x</UserId><Account>` + account + `</Account></GetCallerIdentityResult></GetCallerIdentityResponse>`
}

type stateCase struct {
	name, text string
	stub       verifytest.Stub
	want       State
	note       string // a part of it
	arn        string
	hosts      []string // that were asked, in order
}

func stateCases() []*stateCase {
	temporary := verifytest.Key{ID: keytest.TempID(1), Secret: keytest.Secret(1), Token: keytest.Token(1),
		Account: keytest.Account(1), ARN: "arn:aws:sts::" + keytest.Account(1) + ":assumed-role/ci/build"}
	inChina := with(live(1), func(k *verifytest.Key) {
		k.Host, k.ARN = chinaSTS, "arn:aws-cn:iam::"+keytest.Account(1)+":user/deploy"
	})
	rootARN := "arn:aws:iam::" + keytest.Account(1) + ":root"
	one, two := []string{commercialSTS}, []string{commercialSTS, commercialSTS}
	known := []verifytest.Key{live(1)}
	return []*stateCase{
		{"active", pair, verifytest.Stub{Keys: known}, Active, "", userARN(1), one},
		{"root", pair, verifytest.Stub{Keys: []verifytest.Key{with(live(1), func(k *verifytest.Key) { k.ARN = rootARN })}}, Active, "", rootARN, one},
		{"an id without its account", "id = {{aws-old-key-id 1}}\nsecret_key = {{aws-secret 1}}\n", verifytest.Stub{Keys: []verifytest.Key{
			with(live(1), func(k *verifytest.Key) { k.ID = keytest.OldID(1) })}}, Active, "", userARN(1), one},
		{"temporary", token, verifytest.Stub{Keys: []verifytest.Key{temporary}}, Active, "", temporary.ARN, one},
		{"wrong secret", wrong, verifytest.Stub{Keys: known}, WrongSecret, "another one", "", one},
		{"unknown id", pair, verifytest.Stub{}, Inactive, "AWS does not know it", "", one},
		{"switched off", pair, verifytest.Stub{Keys: []verifytest.Key{with(live(1), func(k *verifytest.Key) { k.Inactive = true })}}, Inactive, "AWS does not know it", "", one},
		{"expired", token, verifytest.Stub{Keys: []verifytest.Key{with(temporary, func(k *verifytest.Key) { k.Expired = true })}}, Expired, "", "", one},
		{"expired in another word", pair, verifytest.Stub{Before: refusing(400, "ExpiredTokenException", "")}, Expired, "", "", one},
		{"temporary without its token", "id = {{aws-temp-key-id 1}}\nsecret_key = {{aws-secret 1}}\n", verifytest.Stub{}, NotChecked, "session token", "", nil},

		// Nothing of this says anything about the key.
		{"this clock is slow", pair, verifytest.Stub{Keys: known, Clock: time.Hour}, Unknown, "clock", "", one},
		{"this clock is fast", pair, verifytest.Stub{Keys: known, Clock: -time.Hour}, Unknown, "clock", "", one},
		{"too old", pair, verifytest.Stub{Before: refusing(400, "RequestExpired", "")}, Unknown, "clock", "", one},
		{"throttled", pair, verifytest.Stub{Before: refusing(400, "Throttling", "Rate exceeded")}, Unknown, "no more requests", "", two},
		{"not permitted", pair, verifytest.Stub{Before: refusing(403, "AccessDenied", "")}, Unknown, "HTTP status 403", "", one},
		{"down", pair, verifytest.Stub{Before: refusing(503, "ServiceUnavailable", "")}, Unknown, "HTTP status 503", "", two},
		{"down, with the code of an unknown id", pair, verifytest.Stub{Before: refusing(500, "InvalidClientTokenId", "")}, Unknown, "HTTP status 500", "", two},
		{"no XML", pair, verifytest.Stub{Before: answering(200, "hello")}, Unknown, "makes no sense", "", one},
		{"empty", pair, verifytest.Stub{Before: answering(200, "")}, Unknown, "makes no sense", "", one},
		{"huge", pair, verifytest.Stub{Before: answering(200, strings.Repeat("<a>", 1<<20))}, Unknown, "too long", "", one},
		{"redirected", pair, verifytest.Stub{Before: answering(302, "")}, Unknown, "redirect", "", one},
		{"an account that is none", pair, verifytest.Stub{Before: answering(200, identity("x", "arn:aws:iam::x:root"))}, Unknown, "makes no sense", "", one},
		{"an identity of another account", pair, verifytest.Stub{Before: answering(200, identity(keytest.Account(2), userARN(1)))}, Unknown, "makes no sense", "", one},
		{"a hostile identity", pair, verifytest.Stub{Before: answering(200, identity(keytest.Account(1), userARN(1)+"&#x9b;2J\n::error::"))}, Unknown, "makes no sense", "", one},

		// Partitions.
		{"in China, and the text says so", "region = cn-northwest-1\n" + pair, verifytest.Stub{Keys: []verifytest.Key{inChina}}, Active, "", inChina.ARN, []string{chinaSTS}},
		{"in China by an ARN", "role = arn:aws-cn:iam::1:role/x\n" + pair, verifytest.Stub{Keys: []verifytest.Key{inChina}}, Active, "", inChina.ARN, []string{chinaSTS}},
		{"in China by a host", "https://s3.amazonaws.com.cn/\n" + pair, verifytest.Stub{Keys: []verifytest.Key{inChina}}, Active, "", inChina.ARN, []string{chinaSTS}},
		{"in China, and nothing says so", pair, verifytest.Stub{Keys: []verifytest.Key{inChina}}, Inactive, "or of another partition", "", one},
		{"in the commercial one, whatever the text says", "region = us-gov-east-1\n" + pair, verifytest.Stub{Keys: known}, Active, "", userARN(1), []string{govSTS, commercialSTS}},
		{"in none of those named", "region = us-gov-east-1 or cn-north-1\n" + pair, verifytest.Stub{}, Inactive, "AWS does not know it", "", []string{chinaSTS, govSTS, commercialSTS}},
		{"in one that is out of reach", "region = us-iso-east-1\n" + pair, verifytest.Stub{}, NotInPartition, "aws-iso", "", one},
		{"the named one does not answer", "region = cn-north-1\n" + pair, verifytest.Stub{Before: func(_ int, w http.ResponseWriter, r *http.Request) bool {
			if r.Host != chinaSTS {
				return false
			}
			w.WriteHeader(http.StatusBadGateway)
			return true
		}}, Unknown, "HTTP status 502", "", []string{chinaSTS, chinaSTS, commercialSTS}},
		{"far from the name of another partition", "cn-north-1\n" + strings.Repeat("# nothing\n", 1000) + pair, verifytest.Stub{}, Inactive, "", "", one},

		// Never asked about.
		{"the id alone", "id = {{aws-key-id 1}}\n", verifytest.Stub{}, NotChecked, "its secret was not found", "", nil},
		{"a canary", strings.ReplaceAll(pair, "{{aws-key-id 1}}", keytest.IDFor("052310077262", 1)), verifytest.Stub{}, NotChecked, "canary", "", nil},
		{"another canary", strings.ReplaceAll(pair, "{{aws-key-id 1}}", keytest.IDFor("044858866125", 1)), verifytest.Stub{}, NotChecked, "canary", "", nil},
		{"no access key", strings.ReplaceAll(pair, "{{aws-key-id 1}}", "ABIA"+keytest.ID(1)[4:]), verifytest.Stub{}, NotChecked, "cannot be signed", "", nil},
		{"a documented example", "id = AKIA" + "IOSFODNN7EXAMPLE\nsecret_key = wJalrXUt" + "nFEMI/K7MDENG/" + "bPxRfiCYEXAMPLEKEY\n", verifytest.Stub{}, NotChecked, "", "", nil},
		{"a suppressed one", "x = {{aws-key-id 1}} # gitleaks:allow\nsecret_key = {{aws-secret 1}} # gitleaks:allow\n", verifytest.Stub{Keys: known}, NotChecked, "", "", nil},
	}
}

func TestStates(t *testing.T) {
	for _, c := range stateCases() {
		t.Run(c.name, func(t *testing.T) {
			list, near := scan(t, c.text)
			if len(list) != 1 {
				t.Fatalf("%d findings", len(list))
			}
			v := quick(&c.stub)
			v.Near = near
			v.Findings(t.Context(), list)
			f := list[0]
			if f.Verified != string(c.want) || !strings.Contains(f.VerifiedNote, c.note) {
				t.Errorf("%s (%s), want %s (…%s…)", f.Verified, f.VerifiedNote, c.want, c.note)
			}
			if got := deref(f.Identity); got != c.arn {
				t.Errorf("identity %q, want %q", got, c.arn)
			}
			if c.arn != "" && (deref(f.Account) != keytest.Account(1) || f.AccountNote != "told by STS") {
				t.Errorf("account %q, %s", deref(f.Account), f.AccountNote)
			}
			var hosts []string
			for _, r := range c.stub.Requests() {
				hosts = append(hosts, r.Host)
			}
			if strings.Join(hosts, " ") != strings.Join(c.hosts, " ") {
				t.Errorf("asked %q, want %q", hosts, c.hosts)
			}
		})
	}
}

func deref(s *string) string {
	if s == nil {
		return ""
	}
	return *s
}

// The hosts are told before anything is sent, and only if something will be.
func TestHostsAreAnnouncedFirst(t *testing.T) {
	stub := &verifytest.Stub{Keys: []verifytest.Key{live(1)}}
	told := ""
	v := quick(stub)
	v.announce = func(hosts []string, keys int) {
		if n := len(stub.Requests()); n > 0 {
			t.Errorf("%d requests were made before", n)
		}
		told += fmt.Sprint(hosts, keys)
	}
	list, near := scan(t, "cn-north-1\n"+pair)
	v.Near = near
	v.Findings(t.Context(), list)
	if want := fmt.Sprint([]string{commercialSTS, chinaSTS}, 1); told != want {
		t.Errorf("announced %s, want %s", told, want)
	}
	told = ""
	list, v.Near = scan(t, "id = {{aws-key-id 1}}\n")
	v.Findings(t.Context(), list)
	if told != "" {
		t.Errorf("announced %s for nothing", told)
	}
}

// When the first secret is wrong, others that stand with the id are tried.
func TestOtherSecrets(t *testing.T) {
	const text = "[a]\nid = {{aws-key-id 1}}\naws_secret_access_key = {{aws-secret 2}}\n[b]\naws_secret_access_key = {{aws-secret 1}}\n"
	stub := &verifytest.Stub{Keys: []verifytest.Key{live(1)}}
	list, near := scan(t, text)
	v := quick(stub)
	v.Near = near
	v.Findings(t.Context(), list)
	states := map[string]int{}
	for _, f := range list {
		states[f.Rule+" "+f.KeyID+" "+f.Verified]++
	}
	for _, want := range []string{"aws-access-key " + keytest.ID(1) + " id-active-secret-wrong", "aws-secret-access-key " + keytest.ID(1) + " active"} {
		if states[want] != 1 {
			t.Errorf("no finding is %s: %v", want, states)
		}
	}
	if n := len(stub.Requests()); n != 2 {
		t.Errorf("%d requests", n)
	}
}

// Once a secret is right no other is tried.
func TestNoSecretAfterTheRightOne(t *testing.T) {
	stub := &verifytest.Stub{Keys: []verifytest.Key{live(1)}}
	list, _ := scan(t, pair+"aws_secret_access_key = {{aws-secret 2}}\n")
	quick(stub).Findings(t.Context(), list)
	if n := len(stub.Requests()); n != 1 {
		t.Errorf("%d requests", n)
	}
	for _, f := range list {
		want := NotChecked // the second secret belongs to nobody
		if f.KeyID != "" {
			want = Active
		}
		if f.Verified != string(want) {
			t.Errorf("%s is %s, want %s", f.Rule, f.Verified, want)
		}
	}
}

// However many secrets stand with an id, five are tried.
func TestFiveSecretsAtMost(t *testing.T) {
	var text strings.Builder
	text.WriteString("id = {{aws-key-id 1}}\n")
	for n := range 9 {
		fmt.Fprintf(&text, "aws_secret_access_key = {{aws-secret %d}}\n", 10+n)
	}
	stub := &verifytest.Stub{Keys: []verifytest.Key{live(1)}}
	list, near := scan(t, text.String())
	v := quick(stub)
	v.Near = near
	v.Findings(t.Context(), list)
	if n := len(stub.Requests()); n != maxSecrets {
		t.Errorf("%d secrets were tried", n)
	}
	for _, f := range list {
		if f.Rule == scanner.KindAccessKey && f.Verified != string(WrongSecret) {
			t.Errorf("the pair is %s", f.Verified)
		}
	}
}

// An id that AWS does not know is not asked about again.
func TestUnknownIDIsAskedAboutOnce(t *testing.T) {
	stub := &verifytest.Stub{}
	list, _ := scan(t, "id = {{aws-key-id 1}}\naws_secret_access_key = {{aws-secret 1}}\naws_secret_access_key = {{aws-secret 2}}\n")
	quick(stub).Findings(t.Context(), list)
	if n := len(stub.Requests()); n != 1 {
		t.Errorf("%d requests", n)
	}
}

// What is true of a throttled request for a moment is tried once more.
func TestSecondAttempt(t *testing.T) {
	stub := &verifytest.Stub{Keys: []verifytest.Key{live(1)}}
	stub.Before = func(n int, w http.ResponseWriter, r *http.Request) bool {
		return n == 1 && refusing(503, "ServiceUnavailable", "")(n, w, r)
	}
	list, _ := scan(t, pair)
	quick(stub).Findings(t.Context(), list)
	if list[0].Verified != string(Active) {
		t.Errorf("%s: %s", list[0].Verified, list[0].VerifiedNote)
	}
}

// Many keys are asked about, a few at a time, and not all at once.
func TestPace(t *testing.T) {
	const n, every = 12, 10 * time.Millisecond
	var text strings.Builder
	stub := &verifytest.Stub{}
	for i := range n {
		fmt.Fprintf(&text, "[p%d]\naws_access_key_id = {{aws-key-id %d}}\naws_secret_access_key = {{aws-secret %d}}\n", i, i, i)
		stub.Keys = append(stub.Keys, live(i))
	}
	var mu sync.Mutex
	now, most := 0, 0
	via := roundTrip(func(r *http.Request) (*http.Response, error) {
		mu.Lock()
		now++
		most = max(most, now)
		mu.Unlock()
		time.Sleep(8 * every)
		resp, err := stub.RoundTrip(r)
		mu.Lock()
		now--
		mu.Unlock()
		return resp, err
	})
	v := quick(via)
	v.pace.every = every
	list, _ := scan(t, text.String())
	start := time.Now()
	v.Findings(t.Context(), list)
	if took := time.Since(start); took < (n-1)*every {
		t.Errorf("%d requests in %v", n, took)
	}
	if most < 2 || most > jobs {
		t.Errorf("%d requests at once", most)
	}
	for _, f := range list {
		if f.Verified != string(Active) {
			t.Errorf("%s: %s, %s", f.KeyID, f.Verified, f.VerifiedNote)
		}
	}
}

type roundTrip func(*http.Request) (*http.Response, error)

func (f roundTrip) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

// A scan that is over asks nobody.
func TestNothingAfterTheEnd(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	stub := &verifytest.Stub{Keys: []verifytest.Key{live(1)}}
	list, _ := scan(t, pair)
	v := quick(stub)
	v.announce = func([]string, int) { t.Error("hosts are announced") }
	v.Findings(ctx, list)
	if f := list[0]; f.Verified != string(NotChecked) || len(stub.Requests()) > 0 {
		t.Errorf("%s after %d requests", f.Verified, len(stub.Requests()))
	}
}

// A server that sends back what it got puts no secret into a report.
func TestEchoesDoNotLeak(t *testing.T) {
	secrets := []string{keytest.Secret(1), keytest.Token(1)}
	echoes := map[string]func(int, http.ResponseWriter, *http.Request) bool{
		"code":     refusing(403, keytest.Token(1), keytest.Token(1)),
		"message":  refusing(403, "SomethingElse", keytest.Token(1)+keytest.Secret(1)),
		"identity": answering(200, identity(keytest.Account(1), userARN(1)+"/"+keytest.Token(1))),
		"body":     answering(500, keytest.Token(1)),
		"account":  answering(200, identity(keytest.Secret(1), userARN(1))),
	}
	for name, before := range echoes {
		t.Run(name, func(t *testing.T) {
			list, _ := scan(t, token)
			quick(&verifytest.Stub{Before: before}).Findings(t.Context(), list)
			text, err := json.Marshal(list)
			if err != nil {
				t.Fatal(err)
			}
			if leaks := keytest.Leaks(text, secrets...); len(leaks) > 0 {
				t.Errorf("%s", leaks)
			}
		})
	}
}

// An error of the network, whatever it quotes, becomes words of our own.
func TestFaultsDoNotLeak(t *testing.T) {
	for _, fault := range []error{errors.New(keytest.Token(1)), fmt.Errorf("%s: %w", keytest.Secret(1), context.DeadlineExceeded)} {
		list, _ := scan(t, token)
		quick(roundTrip(func(*http.Request) (*http.Response, error) { return nil, fault })).Findings(t.Context(), list)
		if f := list[0]; f.Verified != string(Unknown) || len(keytest.Leaks([]byte(f.VerifiedNote), keytest.Secret(1), keytest.Token(1))) > 0 {
			t.Errorf("%s: %s", f.Verified, f.VerifiedNote)
		}
	}
}

// A panic of what parses an answer loses the answer, not the scan.
func TestPanicIsAnAnswer(t *testing.T) {
	list, _ := scan(t, pair)
	quick(roundTrip(func(*http.Request) (*http.Response, error) { panic(keytest.Secret(1)) })).Findings(t.Context(), list)
	if f := list[0]; f.Verified != string(Unknown) {
		t.Errorf("%s: %s", f.Verified, f.VerifiedNote)
	}
}

// Whatever a server answers, the finding holds one of the states, an identity
// only if the answer is one, and nothing that was sent.
func FuzzAnswer(f *testing.F) {
	f.Add(200, identity(keytest.Account(1), userARN(1)))
	f.Add(403, `<ErrorResponse><Error><Code>InvalidClientTokenId</Code><Message>x</Message></Error></ErrorResponse>`)
	f.Add(403, `<ErrorResponse><Error><Code>SignatureDoesNotMatch</Code><Message>Signature expired: x is now earlier than y</Message></Error></ErrorResponse>`)
	f.Add(301, "")
	f.Add(500, "<a><b></a>")
	f.Fuzz(func(t *testing.T, status int, body string) {
		if status < 200 || status > 599 {
			return
		}
		stub := &verifytest.Stub{Before: answering(status, body)}
		v := quick(stub)
		p := partitions()[0]
		a := v.ask(t.Context(), p, keytest.TempID(1), redact.New(keytest.Secret(1)), redact.New(keytest.Token(1)))
		text := a.note + a.account + a.arn
		switch {
		case a.stranger || a.state == WrongSecret || a.state == Expired:
			if status < 400 || status > 499 {
				t.Errorf("%+v for status %d", a, status)
			}
		case a.state == Active:
			if status > 299 || !strings.Contains(a.arn, ":"+a.account+":") || !strings.Contains(body, a.account) {
				t.Errorf("%+v", a)
			}
		case a.state != Unknown:
			t.Errorf("state %q", a.state)
		}
		if text != redact.Text(text) || strings.Contains(a.note, keytest.Token(1)) {
			t.Errorf("%q", text)
		}
	})
}
