package main

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/base32"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/awscred/awscred/scanner"
	"github.com/awscred/awscred/scanner/awskey"
	"github.com/awscred/awscred/scanner/report"
	"github.com/awscred/awscred/scanner/rules"
)

// A scan that can find nothing looks like one that found nothing. So before each
// scan a key that was made up a moment ago goes the way that a real one would
// go: through the matcher, the pairing, whatever suppresses findings, and into a
// report. If it does not come out the scan does not begin.
//
// What must come out is what the rules promise: a pair if there are rules for
// ids and for secrets, else the half that there is a rule for. A configuration
// without either of them was made to find other things; then an example of one
// of its rules must come out.

// selfTest returns an error that says why nothing would be found.
func selfTest(set *rules.Set, m scanner.Matcher, o scanner.Options) error {
	o.Found, o.ShowSecrets = nil, false
	wanted := wantedParts(set)
	if len(wanted) == 0 {
		return exampleTest(set, m, o)
	}
	// A rule of the user's may really mean one of these texts; that it means all
	// of them is a mistake. The first costs a fraction of a millisecond: ids and
	// secrets without a name are found by their shape. Names take expressions
	// that a scan otherwise makes ready only when it meets one.
	why := ""
	for _, write := range []func(id, secret string) (path, text string){asColumns, asProfile, asJSON} {
		id, secret, err := madeUpKey()
		if err != nil {
			return fmt.Errorf("testing the scan: %w", err)
		}
		path, text := write(id, secret)
		r, err := scanText(path, text, m, o)
		if err != nil {
			return fmt.Errorf("testing the scan: %w", err)
		}
		if why = missed(r, wanted, id); why == "" {
			return nil
		}
	}
	return blind(set, why)
}

// blind is the error of a self-test.
func blind(set *rules.Set, why string) error {
	err := fmt.Errorf("the scan would find nothing: a key made up for a test %s", why)
	if set.From == rules.BuiltIn {
		return err
	}
	return &hintError{err, []string{"look at the allowlists of " + set.From + ": awscred rules lint " + set.From}}
}

// wantedParts are the kinds of which one must be found for a key that stands
// there with its secret.
func wantedParts(set *rules.Set) []string {
	id, secret := set.Rule(rules.KeyIDRule) != nil, set.Rule(rules.SecretKeyRule) != nil
	switch {
	case id && secret:
		return []string{scanner.KindAccessKey}
	case id:
		return []string{rules.KeyIDRule, scanner.KindAccessKey} // a secret can be known by the id near it
	case secret:
		return []string{rules.SecretKeyRule}
	}
	return nil
}

// missed says why a report does not tell of a key, or nothing if it does.
func missed(r *scanner.Report, wanted []string, id string) string {
	why := "was not found"
	for _, f := range r.Findings {
		found := false
		for _, rule := range wanted {
			found = found || f.Rule == rule && (f.KeyID == "" || f.KeyID == id)
		}
		switch {
		case !found:
		case f.Suppressed != nil:
			why = "is suppressed by " + f.Suppressed.By
			if f.Suppressed.Reason != "" {
				why += fmt.Sprintf(" (%s)", f.Suppressed.Reason)
			}
		case f.Noise != "":
			why = "is taken for " + f.Noise
		default:
			return unreported(r, f)
		}
	}
	return why
}

// unreported says that a finding is not in the report as it is written.
func unreported(r *scanner.Report, f *scanner.Finding) string {
	var out bytes.Buffer
	if err := report.Write(&out, "json", r, report.Options{}); err != nil {
		return "cannot be reported: " + err.Error()
	}
	if !strings.Contains(out.String(), f.Fingerprint) {
		return "is missing in the report"
	}
	return ""
}

// exampleTest is the self-test of rules without an AWS key among them: an
// example of one of the first rules must be found.
func exampleTest(set *rules.Set, m scanner.Matcher, o scanner.Options) error {
	const enough = 8
	tried := 0
	for i := range set.Rules {
		r := &set.Rules[i]
		if r.Hidden || len(r.Required) > 0 || tried == enough {
			continue
		}
		text, ok := rules.Example(r, rand.Text())
		if !ok {
			continue
		}
		tried++
		report, err := scanText("example", string(text), m, o)
		if err != nil {
			return fmt.Errorf("testing the scan: %w", err)
		}
		for _, f := range report.Findings {
			if f.Rule == r.ID && f.Suppressed == nil && f.Noise == "" {
				return nil
			}
		}
	}
	if tried == 0 {
		return nil // paths only, or nothing that an example can be made for
	}
	return blind(set, "of one of its rules was not found")
}

// madeUpKey returns a key that was never issued.
func madeUpKey() (id, secret string, err error) {
	random := make([]byte, 40)
	for range 100 {
		if _, err := io.ReadFull(rand.Reader, random); err != nil {
			return "", "", err
		}
		random[0] = random[0]&^0x80 | 0x80 // of the present generation
		id, secret = "AKIA"+base32.StdEncoding.EncodeToString(random[:10]), base64.StdEncoding.EncodeToString(random[10:])
		parsed, ok := awskey.ParseID(id)
		account, _ := parsed.Account()
		if ok && account != "" && !awskey.Canary(account) && awskey.PlaceholderID(id) == "" &&
			awskey.IsSecretShape([]byte(secret)) && awskey.PlaceholderSecret([]byte(secret)) == "" {
			return id, secret, nil
		}
	}
	return "", "", errors.New("no key could be made up")
}

func asProfile(id, secret string) (path, text string) {
	return "credentials", "aws_access_key_id = " + id + "\naws_secret_access_key = " + secret + "\n"
}

func asJSON(id, secret string) (path, text string) {
	return strings.ToLower(rand.Text()), "{\n  \"AccessKeyId\": \"" + id + "\",\n  \"SecretAccessKey\": \"" + secret + "\"\n}\n"
}

func asColumns(id, secret string) (path, text string) {
	return "src/" + strings.ToLower(rand.Text()[:8]) + ".conf", id + " " + secret + "\n"
}

// scanText scans one text as if it were a file of this path.
func scanText(path, text string, m scanner.Matcher, o scanner.Options) (*scanner.Report, error) {
	return scanner.Scan(context.Background(), &textSource{path: path, text: []byte(text)}, m, o)
}

// A textSource is a source of one text.
type textSource struct {
	path  string
	text  []byte
	cover scanner.Coverage
}

// Target names the text.
func (s *textSource) Target() scanner.Target { return scanner.Target{Kind: "file", Name: s.path} }

// Sweep shows the text.
func (s *textSource) Sweep(_ context.Context, visit scanner.Visitor) error {
	visit(&scanner.Blob{BlobRef: s.ref(), Data: s.text})
	return nil
}

func (s *textSource) ref() scanner.BlobRef {
	return scanner.BlobRef{Field: scanner.Content, Place: scanner.InFile, Path: s.path}
}

// Locate says of every secret that it stands in the text.
func (s *textSource) Locate(_ context.Context, secrets []scanner.Held) ([]scanner.Life, error) {
	lives := make([]scanner.Life, len(secrets))
	for i := range lives {
		for range secrets[i].Blobs {
			lives[i].Spots = append(lives[i].Spots, []scanner.Spot{{Place: scanner.InFile, Path: s.path}})
		}
	}
	return lives, nil
}

// Coverage is empty: nobody asks.
func (s *textSource) Coverage() *scanner.Coverage { return &s.cover }
