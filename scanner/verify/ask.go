package verify

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/sts"
	"github.com/aws/smithy-go"

	"github.com/awscred/awscred/internal/redact"
)

// An answer is what one request, or all about one secret, came to.
type answer struct {
	state State
	note  string // in words of our own: nothing that a server sent
	// account and arn are whose key it is, if the state is Active.
	account, arn string
	// stranger: this partition does not know the id.
	stranger bool
	// again: it may go better a second time.
	again bool
}

func unknown(note string) answer { return answer{state: Unknown, note: note} }

// ask asks one partition about one secret, and once more if the first attempt
// says nothing about the key.
func (v *Verifier) ask(ctx context.Context, p partition, id string, secret, token redact.Secret) answer {
	for attempt := 0; ; attempt++ {
		if !v.pace.wait(ctx) {
			return answer{state: NotChecked, note: "stopped before it was asked about"}
		}
		a := v.once(ctx, p, id, secret, token)
		if !a.again || attempt == 1 || !sleep(ctx, v.pause) {
			return a
		}
	}
}

// once makes one request. A panic of the parsers of an answer is an answer that
// makes no sense: it must neither end the scan nor print what was asked.
func (v *Verifier) once(ctx context.Context, p partition, id string, secret, token redact.Secret) (a answer) {
	defer func() {
		if recover() != nil {
			a = unknown("the answer of " + p.host + " makes no sense")
		}
	}()
	c := &client{via: v.transport, host: p.host, timeout: v.timeout}
	api := sts.New(sts.Options{
		Region:       p.region,
		BaseEndpoint: aws.String("https://" + p.host),
		Credentials:  credentials.NewStaticCredentialsProvider(id, string(secret.Reveal()), string(token.Reveal())),
		HTTPClient:   c,
		Retryer:      aws.NopRetryer{},
	})
	out, err := api.GetCallerIdentity(ctx, &sts.GetCallerIdentityInput{})
	switch {
	case err != nil && ctx.Err() != nil:
		return unknown("stopped before the answer came")
	case err != nil:
		return c.judge(err)
	}
	a = identified(p, aws.ToString(out.Account), aws.ToString(out.Arn))
	for _, s := range []redact.Secret{secret, token} {
		if !s.IsZero() && redact.New(a.arn).Contains(s) {
			return unknown("the answer of " + p.host + " makes no sense")
		}
	}
	return a
}

// identified checks an identity before anybody prints it.
func identified(p partition, account, arn string) answer {
	parts := arnForm().FindStringSubmatch(arn)
	if parts == nil || len(arn) > maxARN || parts[1] != account || redact.Text(arn) != arn {
		return unknown("the answer of " + p.host + " makes no sense")
	}
	return answer{state: Active, account: account, arn: arn}
}

// maxARN is more than the longest ARN has: a path of 512 characters and a name.
const maxARN = 1200

// arnForm is the form of the ARNs of users, roles and root users: a path may
// hold any printable character of ASCII.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html#identifiers-arns
func arnForm() *regexp.Regexp {
	return regexp.MustCompile(`^arn:aws[a-z-]{0,16}:(?:iam|sts)::([0-9]{12}):[!-~]+$`)
}

// judge says what an error means for the key. What it does not know for certain
// is Unknown: only AWS itself can say that a key does not work.
func (c *client) judge(err error) answer {
	var api smithy.APIError
	if c.status >= 400 && c.status < 500 && errors.As(err, &api) {
		if a, known := refusal(api.ErrorCode(), api.ErrorMessage()); known {
			return a
		}
	}
	a := unknown(c.fault(err))
	a.again = c.status >= 500 || c.status == 0 && !errors.Is(err, errRedirect) && !errors.Is(err, errElsewhere) && !errors.Is(err, errTooLong)
	return a
}

// refusal reads the codes with which STS refuses a request
// (https://docs.aws.amazon.com/STS/latest/APIReference/CommonErrors.html).
func refusal(code, message string) (a answer, known bool) {
	const clock = "the clock of this machine is wrong, so AWS refuses every signature"
	switch code {
	case "InvalidClientTokenId", "UnrecognizedClientException":
		return answer{stranger: true}, true
	case "SignatureDoesNotMatch":
		if aboutTime(message) {
			return unknown(clock), true
		}
		return answer{state: WrongSecret, note: "the id is alive, its secret is another one"}, true
	case "ExpiredToken", "ExpiredTokenException":
		return answer{state: Expired}, true
	case "RequestExpired", "RequestTimeTooSkewed":
		return unknown(clock), true
	case "Throttling", "ThrottlingException", "ThrottledException", "RequestThrottled", "RequestThrottledException",
		"RequestLimitExceeded", "TooManyRequestsException", "SlowDown", "BandwidthLimitExceeded", "PriorRequestNotComplete":
		a := unknown("AWS answers no more requests just now")
		a.again = true
		return a, true
	}
	return answer{}, false
}

// aboutTime tells a signature that came too early or too late from a wrong one:
// STS has one code for both, and says in its message what it was.
func aboutTime(message string) bool {
	return slices.ContainsFunc([]string{"Signature expired", "Signature not yet current", "is now earlier than", "is still later than"},
		func(s string) bool { return strings.Contains(message, s) })
}

// fault says in words of our own what went wrong: errors of the SDK and of
// net/http quote what the other side sent.
func (c *client) fault(err error) string {
	var op *net.OpError
	var name *net.DNSError
	var cert *tls.CertificateVerificationError
	switch {
	case errors.Is(err, errNoAnswer), errors.Is(err, context.DeadlineExceeded):
		return fmt.Sprintf("%s gave no answer within %v", c.host, c.timeout)
	case errors.Is(err, errRedirect):
		return c.host + " answered with a redirect, which is not followed"
	case errors.Is(err, errTooLong):
		return "the answer of " + c.host + " is too long"
	case errors.As(err, &cert):
		return "the certificate of " + c.host + " is not trusted"
	case errors.As(err, &name):
		return "no address is known for " + c.host
	case errors.As(err, &op):
		return "no connection to " + c.host
	case c.status >= 300:
		return fmt.Sprintf("%s answered with HTTP status %d", c.host, c.status)
	}
	return "the answer of " + c.host + " makes no sense"
}

// sleep waits, or returns false if ctx ends first.
func sleep(ctx context.Context, d time.Duration) bool {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-ctx.Done():
		return false
	case <-t.C:
		return true
	}
}
