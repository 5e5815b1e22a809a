package verifytest

import (
	"encoding/xml"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"time"
)

// A Key is one that the stub knows.
type Key struct {
	ID, Secret, Token string
	Account, ARN      string
	// Host is the STS of the partition that the key belongs to; empty means
	// that of the commercial one.
	Host string
	// Inactive: the key exists, but it was switched off. STS answers as if it
	// did not exist.
	Inactive bool
	// Expired: the session is over.
	Expired bool
}

// commercialHost is where keys are known that name no host.
const commercialHost = "sts.us-east-1.amazonaws.com"

// A Stub answers GetCallerIdentity. It is an http.Handler, and an
// http.RoundTripper for tests that need no socket.
type Stub struct {
	Keys []Key
	// Clock is added to the time of the stub.
	Clock time.Duration
	// Before, if set, may answer a request itself: it returns whether it did.
	Before func(n int, w http.ResponseWriter, r *http.Request) bool

	mu       sync.Mutex
	requests []Request
}

// A Request is one that the stub got.
type Request struct {
	Host, ID string
	Signed   bool // with the right secret
}

// Requests returns what was asked until now, in order.
func (s *Stub) Requests() []Request {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]Request(nil), s.requests...)
}

// RoundTrip answers a request without a socket.
func (s *Stub) RoundTrip(r *http.Request) (*http.Response, error) {
	if err := r.Context().Err(); err != nil {
		return nil, err
	}
	served := r.Clone(r.Context())
	served.RequestURI = r.URL.RequestURI()
	if served.Host == "" {
		served.Host = r.URL.Host
	}
	w := httptest.NewRecorder()
	s.ServeHTTP(w, served)
	resp := w.Result()
	resp.Request = r
	return resp, nil
}

// ServeHTTP answers a request as STS does.
func (s *Stub) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(io.LimitReader(r.Body, 1<<16))
	if err != nil {
		Refuse(w, http.StatusBadRequest, "IncompleteBody", "The body cannot be read.")
		return
	}
	sig, ok := parseSignature(r)
	key := s.key(r.Host, sig.id)
	signed := ok && key != nil && sig.matches(r, body, key.Secret)
	s.mu.Lock()
	s.requests = append(s.requests, Request{r.Host, sig.id, signed})
	n := len(s.requests)
	s.mu.Unlock()
	if s.Before != nil && s.Before(n, w, r) {
		return
	}
	switch {
	case !ok:
		Refuse(w, http.StatusForbidden, "MissingAuthenticationToken", "Request is missing Authentication Token")
	case !strings.Contains(string(body), "Action=GetCallerIdentity"):
		Refuse(w, http.StatusBadRequest, "InvalidAction", "Could not find operation")
	case key == nil || key.Inactive || key.Token != r.Header.Get("X-Amz-Security-Token"):
		Refuse(w, http.StatusForbidden, "InvalidClientTokenId", "The security token included in the request is invalid.")
	case s.late(sig.date) != "":
		Refuse(w, http.StatusForbidden, "SignatureDoesNotMatch", s.late(sig.date))
	case !signed:
		Refuse(w, http.StatusForbidden, "SignatureDoesNotMatch", "The request signature we calculated does not match the signature you provided. "+
			"Check your AWS Secret Access Key and signing method. Consult the service documentation for details.")
	case key.Expired:
		Refuse(w, http.StatusForbidden, "ExpiredToken", "The security token included in the request is expired")
	default:
		identify(w, key)
	}
}

// key returns the key of an id that a host knows, or nil.
func (s *Stub) key(host, id string) *Key {
	for i := range s.Keys {
		k := &s.Keys[i]
		at := k.Host
		if at == "" {
			at = commercialHost
		}
		if k.ID == id && at == host {
			return k
		}
	}
	return nil
}

// late says in the words of STS what is wrong with the time of a request.
func (s *Stub) late(date time.Time) string {
	const form, most = "20060102T150405Z", 15 * time.Minute
	now := time.Now().Add(s.Clock)
	switch at := date.Format(form); {
	case now.Sub(date) > most:
		return fmt.Sprintf("Signature expired: %s is now earlier than %s (%s - 15 min.)", at, now.Add(-most).Format(form), now.Format(form))
	case date.Sub(now) > most:
		return fmt.Sprintf("Signature not yet current: %s is still later than %s (%s + 15 min.)", at, now.Add(most).Format(form), now.Format(form))
	}
	return ""
}

// Refuse answers with an error in the form of the query protocol.
func Refuse(w http.ResponseWriter, status int, code, message string) {
	write(w, status, struct {
		XMLName xml.Name `xml:"https://sts.amazonaws.com/doc/2011-06-15/ ErrorResponse"`
		Type    string   `xml:"Error>Type"`
		Code    string   `xml:"Error>Code"`
		Message string   `xml:"Error>Message"`
		ID      string   `xml:"RequestId"`
	}{Type: "Sender", Code: code, Message: message, ID: "0"})
}

func identify(w http.ResponseWriter, k *Key) {
	write(w, http.StatusOK, struct {
		XMLName xml.Name `xml:"https://sts.amazonaws.com/doc/2011-06-15/ GetCallerIdentityResponse"`
		ARN     string   `xml:"GetCallerIdentityResult>Arn"`
		UserID  string   `xml:"GetCallerIdentityResult>UserId"`
		Account string   `xml:"GetCallerIdentityResult>Account"`
		ID      string   `xml:"ResponseMetadata>RequestId"`
	}{ARN: k.ARN, UserID: "AIDAEXAMPLE", Account: k.Account, ID: "0"})
}

func write(w http.ResponseWriter, status int, v any) {
	text, err := xml.Marshal(v)
	if err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "text/xml")
	w.WriteHeader(status)
	w.Write(text)
}
