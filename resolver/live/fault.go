package live

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"regexp"
	"strings"

	"github.com/aws/smithy-go"
	"github.com/awscred/awscred/internal/redact"
)

var errGarbled = errors.New("the answer makes no sense")

// fault says what went wrong with a request in words of our own. Errors of the
// SDK and of net/http quote what the other side sent, and that may be the token
// that it was sent.
func fault(err error) error {
	for _, own := range []error{errNoRequests, errNoAnswer, errLongAnswer, errContainerHost} {
		if errors.Is(err, own) {
			return own
		}
	}
	// The SDK's own words for a context that has ended.
	if errors.Is(err, context.DeadlineExceeded) {
		return errNoAnswer
	}
	// Nothing was sent before the connection stood.
	var op *net.OpError
	if errors.As(err, &op) && op.Op == "dial" {
		return fmt.Errorf("connecting: %w", op.Err)
	}
	var cert *tls.CertificateVerificationError
	if errors.As(err, &cert) {
		return fmt.Errorf("the certificate is not trusted: %w", cert.Err)
	}
	var status interface{ HTTPStatusCode() int }
	if errors.As(err, &status) && (status.HTTPStatusCode() < 200 || status.HTTPStatusCode() > 299) {
		return fmt.Errorf("HTTP status %d", status.HTTPStatusCode())
	}
	return errGarbled
}

// serviceFault is fault for a service that says in a code what is wrong. Its
// message is taken as well if the service is AWS's own: it names who lacks
// which permission.
func serviceFault(err error, own bool, secrets ...redact.Secret) error {
	var api smithy.APIError
	if !errors.As(err, &api) || !errorCode().MatchString(api.ErrorCode()) || repeats(api.ErrorCode(), secrets) {
		return fault(err)
	}
	text := api.ErrorCode()
	if message := line(api.ErrorMessage()); own && message != "" && !repeats(message, secrets) {
		text += ": " + message
	}
	return errors.New(text)
}

// errorCode matches the codes that AWS uses: words run together.
func errorCode() *regexp.Regexp { return regexp.MustCompile(`^[A-Z][A-Za-z]{2,47}$`) }

// line makes a message one printable line of moderate length.
func line(message string) string {
	const max = 300
	text := redact.Text(strings.Join(strings.Fields(message), " "))
	if r := []rune(text); len(r) > max {
		text = string(r[:max]) + "…"
	}
	return text
}

// repeats reports whether a text holds a piece of a secret.
func repeats(text string, secrets []redact.Secret) bool {
	const piece = 8
	for _, s := range secrets {
		value := reveal(s)
		if value == "" {
			continue
		}
		if len(value) <= piece {
			if strings.Contains(text, value) {
				return true
			}
			continue
		}
		for at := 0; at+piece <= len(value); at++ {
			if strings.Contains(text, value[at:at+piece]) {
				return true
			}
		}
	}
	return false
}
