package main

import (
	"bytes"
	"io"
	"regexp"
	"slices"

	"github.com/awscred/awscred/internal/redact"
	"github.com/awscred/awscred/scanner/awskey"
)

// shade takes out of a text what has the form of a secret: secret access keys
// and session tokens that stand alone, and passwords in URLs. It is a second
// fence, for texts whose secrets nobody told us: a profile that bears its key
// for a name, a mistake in a file that quotes the line, an argument pasted into
// the wrong place. What a scan has found, its report takes out itself.
func shade(text []byte) []byte {
	type span struct{ from, to int }
	var spans []span
	for from, to := range awskey.FindSecretShapes(text) {
		if !awskey.IsExampleSecret(string(text[from:to])) {
			spans = append(spans, span{from, to})
		}
	}
	for _, at := range inToken.FindAllIndex(text, -1) {
		if awskey.IsTokenShape(text[at[0]:at[1]]) && !awskey.IsExampleToken(string(text[at[0]:at[1]])) {
			spans = append(spans, span{at[0], at[1]})
		}
	}
	for _, at := range inARN.FindAllSubmatchIndex(text, -1) {
		if awskey.IsSecretShape(text[at[2]:at[3]]) {
			spans = append(spans, span{at[2], at[3]})
		}
	}
	for _, at := range inURL.FindAllSubmatchIndex(text, -1) {
		spans = append(spans, span{at[2], at[3]})
	}
	if len(spans) == 0 {
		return text
	}
	slices.SortFunc(spans, func(a, b span) int { return a.from - b.from })
	var b bytes.Buffer
	done := 0
	for _, s := range spans {
		if s.to <= done {
			continue
		}
		if s.from >= done {
			b.Write(text[done:s.from])
			b.WriteString(redact.Hidden)
		}
		done = s.to
	}
	b.Write(text[done:])
	return b.Bytes()
}

var (
	inARN   = regexp.MustCompile(`:(?:role|user|mfa)/([A-Za-z0-9+/]{40})(?:[^A-Za-z0-9+/=]|$)`)
	inToken = regexp.MustCompile(`[A-Za-z0-9+/]{100,}={0,2}`)
	// A password in a URL; RFC 3986, 3.2.1.
	inURL = regexp.MustCompile(`[a-z][a-z0-9+.-]*://[^\s/:@"'<>]*:([^\s/@"'<>]+)@`)
)

// shaded passes on what write writes, shaded, at once.
func shaded(w io.Writer, write func(io.Writer) error) error {
	var b bytes.Buffer
	if err := write(&b); err != nil {
		return err
	}
	_, err := w.Write(shade(b.Bytes()))
	return err
}
