package main

import (
	"context"
	"fmt"
	"net/http"
	"os"
	"strings"

	"github.com/awscred/awscred/internal/keytest"
	"github.com/awscred/awscred/scanner/verify/verifytest"
)

// mainWithStub is the program with an STS of its own in place of AWS: the
// command awscred-with-stub of the scripts. It tells on standard error what it
// was asked. Of keys 1 to 3 it knows the user, the root user and the session, and
// key 4 in China.
func mainWithStub() {
	user := func(n int) string { return "arn:aws:iam::" + keytest.Account(n) + ":user/deploy" }
	stub := &verifytest.Stub{Keys: []verifytest.Key{
		{ID: keytest.ID(1), Secret: keytest.Secret(1), Account: keytest.Account(1), ARN: user(1)},
		{ID: keytest.OldID(2), Secret: keytest.Secret(2), Account: keytest.Account(2), ARN: "arn:aws:iam::" + keytest.Account(2) + ":root"},
		{ID: keytest.TempID(3), Secret: keytest.Secret(3), Token: keytest.Token(3), Account: keytest.Account(3),
			ARN: "arn:aws:sts::" + keytest.Account(3) + ":assumed-role/ci/build"},
		{ID: keytest.ID(4), Secret: keytest.Secret(4), Host: "sts.cn-north-1.amazonaws.com.cn", Account: keytest.Account(4), ARN: strings.Replace(user(4), "arn:aws:", "arn:aws-cn:", 1)},
	}}
	s := &session{env: os.Environ(), stdin: os.Stdin, stdout: os.Stdout, stderr: os.Stderr, say: newSpeaker(os.Stderr, os.Environ()), sts: told{stub}}
	os.Exit(s.run(context.Background(), os.Args[1:]))
}

// told writes each request on standard error.
type told struct{ stub *verifytest.Stub }

// RoundTrip answers a request.
func (v told) RoundTrip(r *http.Request) (*http.Response, error) {
	fmt.Fprintf(os.Stderr, "stub: %s %s\n", r.Method, r.URL)
	return v.stub.RoundTrip(r)
}
