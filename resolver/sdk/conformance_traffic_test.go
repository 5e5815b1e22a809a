package sdk_test

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
)

// traffic replays recorded requests in their order. An attempt that is recorded
// to fail and to be made again stands for one that is made once.
type traffic struct {
	exchanges []exchange
	made      int
	wrong     []string
	// anywhere accepts requests to other hosts than the recorded ones.
	anywhere bool
}

// An exchange is one recorded request and its answer.
type exchange struct {
	method, uri string
	status      int
	header      http.Header
	body        []byte
}

// event is one of http-traffic.json, version V0.
type event struct {
	Connection int `json:"connection_id"`
	Action     struct {
		Request *struct {
			Request struct{ URI, Method string }
		}
		Response *struct {
			Response struct {
				Ok *struct {
					Status  int
					Headers http.Header
				}
			}
		}
		Data *struct {
			Data      struct{ Utf8, Base64 string }
			Direction string
		}
	}
}

// loadTraffic reads the traffic of a directory, of which there may be none.
func loadTraffic(t *testing.T, dir string) *traffic {
	t.Helper()
	data, err := os.ReadFile(filepath.Join(dir, "http-traffic.json"))
	if errors.Is(err, fs.ErrNotExist) {
		return &traffic{}
	}
	if err != nil {
		t.Fatal(err)
	}
	var recorded struct{ Events []event }
	if err := json.Unmarshal(data, &recorded); err != nil {
		t.Fatal(err)
	}
	var all []exchange
	for _, e := range recorded.Events {
		for len(all) <= e.Connection {
			all = append(all, exchange{})
		}
		if err := all[e.Connection].add(e); err != nil {
			t.Fatal(err)
		}
	}
	w := &traffic{}
	for i, x := range all {
		if i+1 < len(all) && x.status >= 500 && x.method == all[i+1].method && x.uri == all[i+1].uri {
			continue
		}
		w.exchanges = append(w.exchanges, x)
	}
	return w
}

func (x *exchange) add(e event) error {
	switch a := e.Action; {
	case a.Request != nil:
		x.method, x.uri = a.Request.Request.Method, a.Request.Request.URI
	case a.Response != nil && a.Response.Response.Ok == nil:
		return errors.New("a recorded answer is none")
	case a.Response != nil:
		x.status, x.header = a.Response.Response.Ok.Status, http.Header{}
		for name, values := range a.Response.Response.Ok.Headers {
			x.header[http.CanonicalHeaderKey(name)] = values
		}
		x.header.Del("Content-Length")
	case a.Data != nil && a.Data.Direction == "Response":
		raw, err := base64.StdEncoding.DecodeString(a.Data.Data.Base64)
		x.body = append(append(x.body, raw...), a.Data.Data.Utf8...)
		return err
	}
	return nil
}

// RoundTrip answers the next request.
func (w *traffic) RoundTrip(r *http.Request) (*http.Response, error) {
	if w.made >= len(w.exchanges) {
		w.wrong = append(w.wrong, fmt.Sprintf("a request that is not recorded: %s %s", r.Method, r.URL))
		return nil, errors.New("no more traffic")
	}
	x := w.exchanges[w.made]
	w.made++
	if r.Method != x.method || !w.same(r.URL, x.uri) {
		w.wrong = append(w.wrong, fmt.Sprintf("request %d is %s %s, want %s %s", w.made, r.Method, r.URL, x.method, x.uri))
	}
	return &http.Response{
		StatusCode: x.status,
		Header:     x.header,
		Body:       io.NopCloser(bytes.NewReader(x.body)),
		Request:    r,
		Proto:      "HTTP/1.1",
		ProtoMajor: 1,
		ProtoMinor: 1,
	}, nil
}

// same compares two addresses, whatever the order of their parameters.
func (w *traffic) same(got *url.URL, recorded string) bool {
	want, err := url.Parse(recorded)
	if err != nil {
		return false
	}
	host := w.anywhere || got.Scheme == want.Scheme && got.Host == want.Host
	path := strings.TrimSuffix(got.Path, "/") == strings.TrimSuffix(want.Path, "/")
	return host && path && reflect.DeepEqual(got.Query(), want.Query())
}

// problems are in what the requests differ from the recorded ones.
func (w *traffic) problems() []string {
	if w.made < len(w.exchanges) {
		return append(w.wrong, fmt.Sprintf("%d of %d recorded requests were made", w.made, len(w.exchanges)))
	}
	return w.wrong
}
