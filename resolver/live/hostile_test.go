package live

import (
	"bytes"
	"context"
	"crypto/elliptic"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/aws/smithy-go"
	"github.com/awscred/awscred/internal/keytest"
	"github.com/awscred/awscred/resolver"
	"github.com/awscred/awscred/resolver/chaintest"
)

// reply makes an answer in memory.
func reply(r *http.Request, status int, body string) *http.Response {
	return &http.Response{
		Status: http.StatusText(status), StatusCode: status, Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1,
		Header: http.Header{"Content-Type": {"application/json"}}, Body: io.NopCloser(strings.NewReader(body)),
		ContentLength: int64(len(body)), Request: r,
	}
}

type apiError struct{ code, message string }

func (e *apiError) Error() string                 { return e.code + ": " + e.message }
func (e *apiError) ErrorCode() string             { return e.code }
func (e *apiError) ErrorMessage() string          { return e.message }
func (e *apiError) ErrorFault() smithy.ErrorFault { return smithy.FaultServer }

// hostileHost is a Host whose every service is one server, reached through the
// transport of the real machine.
func hostileHost(t testing.TB, url string) (*resolver.Host, map[string]resolver.Plan, []string) {
	secrets := []string{
		keytest.Secret(1), keytest.Token(1), keytest.Secret(2), keytest.Token(2), keytest.Token(3),
		keytest.Secret(4), keytest.Token(4), keytest.Secret(7), keytest.Token(7), keytest.Token(8),
	}
	_, key := proofKey(t, elliptic.P256())
	h := &resolver.Host{
		OS:   "linux",
		Env:  map[string]string{"AWS_ENDPOINT_URL": url},
		HTTP: newTransport(),
		Now:  chaintest.Now,
		Files: chaintest.Memory{
			"/sso": []byte(`{"accessToken":"` + keytest.Token(2) + `","expiresAt":"2099-01-01T00:00:00Z"}`),
			"/old": []byte(`{"accessToken":"` + keytest.Token(2) + `","expiresAt":"2020-01-01T00:00:00Z",` +
				`"refreshToken":"` + keytest.Token(3) + `","clientId":"c","clientSecret":"` + keytest.Secret(2) + `"}`),
			"/login": []byte(cachedLogin("2020-01-01T00:00:00Z", key)),
			"/token": []byte(keytest.Token(4)),
		},
	}
	return h, map[string]resolver.Plan{
		"container":    &resolver.ContainerPlan{URL: url + "/ecs", Token: hide(keytest.Secret(4))},
		"instance":     &resolver.InstancePlan{Endpoint: url},
		"web identity": &resolver.WebIdentityPlan{TokenFile: "/token", RoleARN: "r"},
		"role":         &resolver.RolePlan{RoleARN: "r", Base: static("ID")},
		"portal":       &resolver.SSOPlan{CacheFile: "/sso", Account: "1", Role: "r"},
		"OIDC":         &resolver.SSOPlan{CacheFile: "/old", Account: "1", Role: "r", Refresh: true},
		"sign-in":      &resolver.LoginPlan{CacheFile: "/login"},
	}, secrets
}

// echo writes everything that was sent, in a form of an answer.
func echo(status int, form string, header ...string) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		sent, err := httputil.DumpRequest(r, true)
		if err != nil {
			panic(err)
		}
		flat := strings.Join(strings.Fields(string(sent)), " ")
		flat = strings.NewReplacer(`"`, "'", "<", "(", "&", "+", "%", "/").Replace(flat)
		for i := 0; i+1 < len(header); i += 2 {
			w.Header().Set(header[i], header[i+1])
		}
		w.WriteHeader(status)
		fmt.Fprintf(w, strings.ReplaceAll(form, "ECHO", "%[1]s"), flat)
	}
}

func text(status int, body string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("X-Aws-Ec2-Metadata-Token-Ttl-Seconds", "60")
		w.WriteHeader(status)
		io.WriteString(w, body)
	}
}

// hijacked takes the connection and writes what is no HTTP.
func hijacked(write func(io.Writer, []byte)) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		sent, err := httputil.DumpRequest(r, true)
		if err != nil {
			panic(err)
		}
		conn, _, err := http.NewResponseController(w).Hijack()
		if err != nil {
			panic(err)
		}
		defer conn.Close()
		write(conn, sent)
	}
}

// Whatever a service does, the answer is an error in good time that holds no
// secret.
func TestHostileServices(t *testing.T) {
	tests := map[string]http.HandlerFunc{
		"nothing":       text(200, ""),
		"null":          text(200, "null"),
		"empty object":  text(200, "{}"),
		"array":         text(200, "[]"),
		"number":        text(200, "1"),
		"garbage":       text(200, "\x00\xff\x1b[2J garbage"),
		"HTML":          text(200, "<html><body>Log in to the hotel</body></html>"),
		"empty XML":     text(200, "<AssumeRoleResponse/>"),
		"deep JSON":     text(200, strings.Repeat(`{"a":`, 10000)),
		"deep array":    text(200, strings.Repeat(`[`, 60000)),
		"deep XML":      text(200, strings.Repeat(`<a>`, 20000)),
		"null members":  text(200, `{"AccessKeyId":null,"SecretAccessKey":null,"roleCredentials":null,"accessToken":null,"Code":null}`),
		"wrong types":   text(200, `{"Code":1,"AccessKeyId":1,"SecretAccessKey":[],"Token":{},"roleCredentials":[1],"accessToken":{"accessKeyId":1},"expiresIn":"x"}`),
		"no content":    text(204, ""),
		"no such place": text(404, ""),
		"forbidden":     text(403, "{}"),
		"huge":          text(200, strings.Repeat("x", 1<<20)),
		"huge error":    text(500, strings.Repeat("x", 1<<20)),
		"huge header": func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("X-Large", strings.Repeat("x", 200<<10))
			text(200, "{}")(w, r)
		},
		"echo":            echo(200, "ECHO"),
		"echo as error":   echo(500, "ECHO"),
		"echo as JSON":    echo(200, `{"Code":"ECHO","Expiration":"ECHO","AccessKeyId":"","SecretAccessKey":"ECHO","accessToken":"","roleCredentials":{"accessKeyId":"","secretAccessKey":"ECHO","expiration":"ECHO"}}`),
		"echo as a code":  echo(400, `{"code":"ECHO","__type":"ECHO","message":"ECHO","error":"ECHO","error_description":"ECHO"}`, "X-Amzn-Errortype", "AccessDeniedException"),
		"echo as a type":  echo(400, `{}`, "Content-Type", "application/json"),
		"echo as XML":     echo(400, `<ErrorResponse><Error><Code>ECHO</Code><Message>ECHO</Message></Error></ErrorResponse>`),
		"echo in message": echo(403, `<ErrorResponse><Error><Code>AccessDenied</Code><Message>ECHO</Message></Error></ErrorResponse>`),
		"echo in time": echo(200, `<AssumeRoleResponse><AssumeRoleResult><Credentials><AccessKeyId>x</AccessKeyId>`+
			`<Expiration>ECHO</Expiration></Credentials></AssumeRoleResult></AssumeRoleResponse>`),
		"no HTTP":        hijacked(func(w io.Writer, sent []byte) { w.Write(append([]byte("SSH-2.0-"), sent...)) }),
		"echo as status": hijacked(func(w io.Writer, sent []byte) { fmt.Fprintf(w, "HTTP/1.1 %s\r\n\r\n", bytes.Fields(sent)) }),
		"echo in header": hijacked(func(w io.Writer, sent []byte) { fmt.Fprintf(w, "HTTP/1.1 200 OK\r\n%s", sent) }),
		"cut off":        hijacked(func(w io.Writer, _ []byte) { io.WriteString(w, "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{") }),
		"hangs up":       hijacked(func(io.Writer, []byte) {}),
	}
	for name, handler := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			server := httptest.NewServer(handler)
			defer server.Close()
			h, plans, secrets := hostileHost(t, server.URL)
			for kind, plan := range plans {
				ctx, cancel := context.WithTimeout(t.Context(), 8*time.Second)
				defer cancel()
				keys, err := Carrier{}.Carry(ctx, h, plan)
				checkFailure(t, kind, keys, err, secrets)
			}
			_, err := Identity(t.Context(), h, static("ID").Keys, "")
			checkFailure(t, "identity", resolver.Keys{}, err, secrets)
		})
	}
}

func checkFailure(t *testing.T, kind string, keys resolver.Keys, err error, secrets []string) {
	t.Helper()
	if err == nil {
		t.Errorf("%s: keys %q came of it", kind, keys.ID)
		return
	}
	if errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("%s: took too long", kind)
	}
	said := fmt.Sprintf("%v %+v %#v %q", err, err, err, err)
	for e := err; e != nil; e = errors.Unwrap(e) {
		said += e.Error()
	}
	if leaks := keytest.Leaks([]byte(said), secrets...); leaks != nil {
		t.Errorf("%s: the error leaks: %q", kind, leaks)
	}
	if strings.ContainsAny(err.Error(), "\n\r\x00\x1b") || len(err.Error()) > 500 {
		t.Errorf("%s: the error is no short line: %.200q", kind, err)
	}
}

// A service that never answers, or drips, is left when its time is over or the
// context ends, whichever comes first.
func TestHangingServices(t *testing.T) {
	t.Parallel()
	release := make(chan struct{})
	tests := map[string]http.HandlerFunc{
		"hangs": func(http.ResponseWriter, *http.Request) { <-release },
		"drips": func(w http.ResponseWriter, _ *http.Request) {
			for {
				io.WriteString(w, " ")
				http.NewResponseController(w).Flush()
				select {
				case <-release:
					return
				case <-time.After(20 * time.Millisecond):
				}
			}
		},
	}
	var servers []*httptest.Server
	defer func() {
		close(release)
		for _, s := range servers {
			s.Close()
		}
	}()
	for name, handler := range tests {
		server := httptest.NewServer(handler)
		servers = append(servers, server)
		h, plans, secrets := hostileHost(t, server.URL)
		t.Run(name, func(t *testing.T) {
			for kind, plan := range plans {
				ctx, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond)
				defer cancel()
				start := time.Now()
				_, err := Carrier{}.Carry(ctx, h, plan)
				if !errors.Is(err, context.DeadlineExceeded) || time.Since(start) > 2*time.Second {
					t.Errorf("%s: %v after %v", kind, err, time.Since(start))
				}
				if leaks := keytest.Leaks([]byte(fmt.Sprint(err)), secrets...); leaks != nil {
					t.Errorf("%s: the error leaks: %q", kind, leaks)
				}
			}
			if _, err := (&client{via: h.HTTP, timeout: 50 * time.Millisecond}).get(t.Context(), server.URL, nil); !errors.Is(err, errNoAnswer) {
				t.Errorf("a client with a limit of its own: %v", err)
			}
			if name == "drips" {
				return
			}
			start := time.Now()
			_, err := Carrier{}.Carry(t.Context(), h, plans["instance"])
			if !errors.Is(err, resolver.ErrNoCredentials) || time.Since(start) > 4*metadataTimeout {
				t.Errorf("instance without a limit from outside: %v after %v", err, time.Since(start))
			}
		})
	}
}

// Redirects are not followed: neither a token nor a question goes elsewhere.
func TestRedirectsAreNotFollowed(t *testing.T) {
	var elsewhere atomic.Int32
	other := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		elsewhere.Add(1)
		text(200, "stub-role")(w, r)
	}))
	defer other.Close()
	for _, status := range []int{301, 302, 303, 307, 308} {
		server := httptest.NewServer(http.RedirectHandler(other.URL, status))
		defer server.Close()
		h, plans, secrets := hostileHost(t, server.URL)
		for kind, plan := range plans {
			keys, err := Carrier{}.Carry(t.Context(), h, plan)
			checkFailure(t, kind, keys, err, secrets)
		}
		if name, err := (Prober{Configured: true}).Probe(t.Context(), h, plans["instance"]); err == nil {
			t.Errorf("the probe of a redirect answers %q", name)
		}
	}
	if n := elsewhere.Load(); n != 0 {
		t.Errorf("%d requests went elsewhere", n)
	}
}

// A Host that cannot ask is an error, never a panic and never "none".
func TestNothingIsPossible(t *testing.T) {
	_, plans, _ := hostileHost(t, "http://127.0.0.1:1")
	plans["process"] = &resolver.ProcessPlan{Command: "x"}
	for kind, plan := range plans {
		if kind == "instance" {
			continue
		}
		if _, err := (Carrier{}).Carry(t.Context(), &resolver.Host{}, plan); err == nil || errors.Is(err, resolver.ErrNoCredentials) {
			t.Errorf("%s: %v", kind, err)
		}
	}
}

func FuzzAnswer(f *testing.F) {
	for _, seed := range []string{"", "null", "{}", "[]", `{"Code":"Success"}`, "<a/>", `{"roleCredentials":{}}`, `{"accessToken":{}}`, "stub-role\n"} {
		f.Add(200, seed)
		f.Add(400, seed)
	}
	h, plans, secrets := hostileHost(f, "http://127.0.0.1:1")
	f.Fuzz(func(t *testing.T, status int, body string) {
		if status < 100 || status > 599 {
			return
		}
		h := *h
		h.HTTP = roundTrip(func(r *http.Request) (*http.Response, error) { return reply(r, status, body), nil })
		var said []byte
		for _, plan := range plans {
			_, err := Carrier{}.Carry(t.Context(), &h, plan)
			said = fmt.Appendf(said, "%v\n", err)
		}
		if leaks := keytest.Leaks(said, secrets...); leaks != nil {
			t.Errorf("an error leaks: %q", leaks)
		}
	})
}

// AWS's own services are believed, but for a message that repeats what they
// were sent.
func TestMessagesOfOwnServices(t *testing.T) {
	form := map[bool]string{
		true:  `<ErrorResponse><Error><Code>AccessDeniedException</Code><Message>MESSAGE</Message></Error></ErrorResponse>`,
		false: `{"__type":"AccessDeniedException","message":"MESSAGE","error":"AccessDeniedException","error_description":"MESSAGE"}`,
	}
	for _, message := range []string{"no permission", "you sent SENT"} {
		h, plans, secrets := hostileHost(t, "")
		h.Env = nil
		h.HTTP = roundTrip(func(r *http.Request) (*http.Response, error) {
			if err := r.ParseForm(); err != nil {
				t.Error(err)
			}
			sent := fmt.Sprint(r.PostForm.Get("WebIdentityToken"), r.Header["X-Amz-Security-Token"], r.Header["X-Amz-Sso_bearer_token"])
			if r.PostForm.Get("Action") == "" && r.Body != nil {
				body, err := io.ReadAll(r.Body)
				if err != nil {
					t.Error(err)
				}
				sent += strings.ReplaceAll(string(body), `"`, "'")
			}
			text := strings.ReplaceAll(message, "SENT", sent)
			resp := reply(r, 403, strings.ReplaceAll(form[strings.HasPrefix(r.URL.Host, "sts.")], "MESSAGE", text))
			resp.Header.Set("X-Amzn-Errortype", "AccessDeniedException")
			return resp, nil
		})
		for _, kind := range []string{"role", "web identity", "portal", "OIDC", "sign-in"} {
			keys, err := Carrier{}.Carry(t.Context(), h, plans[kind])
			checkFailure(t, kind, keys, err, secrets)
			if told := err != nil && strings.Contains(err.Error(), "AccessDeniedException"); !told {
				t.Errorf("%s: %v does not say what is wrong", kind, err)
			}
			if told := err != nil && strings.Contains(err.Error(), "no permission"); kind == "role" && told != (message == "no permission") {
				t.Errorf("%s: %v", kind, err)
			}
		}
		_, err := Identity(t.Context(), h, static("ID").Keys, "")
		checkFailure(t, "identity", resolver.Keys{}, err, secrets)
	}
}

func TestLongAnswers(t *testing.T) {
	for size, want := range map[int]error{maxAnswer: nil, maxAnswer + 1: errLongAnswer} {
		rt := roundTrip(func(r *http.Request) (*http.Response, error) { return reply(r, 200, strings.Repeat("x", size)), nil })
		body, err := (&client{via: rt, timeout: time.Second}).get(t.Context(), "http://127.0.0.1:1", nil)
		if !errors.Is(err, want) || err == nil && len(body) != size {
			t.Errorf("%d bytes: %d, %v, want %v", size, len(body), err, want)
		}
	}
}
