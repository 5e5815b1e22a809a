package rules_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/awscred/awscred/internal/keytest"
	"github.com/awscred/awscred/scanner"
	"github.com/awscred/awscred/scanner/awskey"
)

// smtpOf is the SMTP password that a secret has in a region.
func smtpOf(secret, region string) string {
	for password, of := range awskey.SMTPPasswords([]byte(secret)) {
		if of == region {
			return password
		}
	}
	return ""
}

// An SMTP password is proved to be made from a secret that was found, wherever
// both stand in the text; others stay as sure as their rule.
func TestSMTPPasswordsAreProved(t *testing.T) {
	m := matcher(t, defaultSet(t))
	id, secret := keytest.ID(1), keytest.Secret(1)
	pair := "aws_access_key_id = " + id + "\naws_secret_access_key = " + secret + "\n"
	alone := "aws_secret_access_key = " + secret + "\n"
	for name, c := range map[string]struct {
		text, title, keyID string
		proved             bool
	}{
		"of a pair":        {pair + "SMTP_PASSWORD=" + smtpOf(secret, "eu-west-1") + "\n", "SMTP password of Amazon SES in eu-west-1, made from the secret of", id, true},
		"GovCloud":         {pair + "SMTP_PASSWORD=" + smtpOf(secret, "us-gov-west-1") + "\n", "SMTP password of Amazon SES in us-gov-west-1, made from the secret of", id, true},
		"older form":       {pair + "SMTP_PASSWORD=" + smtpOf(secret, "") + "\n", "SMTP password of Amazon SES, of the older form, made from the secret of", id, true},
		"without a name":   {pair + "mail = " + smtpOf(secret, "us-east-1") + "\n", "SMTP password of Amazon SES in us-east-1, made from the secret of", id, true},
		"far away":         {pair + strings.Repeat("\n", 500) + "SMTP_PASSWORD=" + smtpOf(secret, "eu-west-1") + "\n", "SMTP password of Amazon SES in eu-west-1, made from the secret of", id, true},
		"of a lone secret": {alone + "SMTP_PASSWORD=" + smtpOf(secret, "eu-west-1") + "\n", "SMTP password of Amazon SES in eu-west-1, made from a secret access key that was found", "", true},
		"of another":       {pair + "SMTP_PASSWORD=" + smtpOf(keytest.Secret(2), "eu-west-1") + "\n", "SMTP password of Amazon SES", "", false},
	} {
		t.Run(name, func(t *testing.T) {
			r, err := scanner.Scan(t.Context(), &single{x: &text{path: "f", data: []byte(c.text)}}, m, scanner.Options{Now: func() time.Time { return now }})
			if err != nil {
				t.Fatal(err)
			}
			i := slices.IndexFunc(r.Findings, func(f *scanner.Finding) bool { return strings.HasPrefix(f.Rule, "aws-ses-smtp") })
			if i < 0 {
				t.Fatal("no password found")
			}
			f := r.Findings[i]
			if f.Title != c.title || f.KeyID != c.keyID || (f.Confidence == scanner.Certain) != c.proved || f.Severity != scanner.High {
				t.Errorf("%q of %q, %s, %s", f.Title, f.KeyID, f.Confidence, f.Severity)
			}
			key := slices.IndexFunc(r.Findings, func(k *scanner.Finding) bool { return k.Fingerprint == f.MadeFrom })
			if (key >= 0) != c.proved || c.keyID != "" && (f.Account == nil || *f.Account != keytest.Account(1)) {
				t.Errorf("made from %q, account %v", f.MadeFrom, f.Account)
			}
		})
	}
}

// Thousands of secrets and passwords cost no product of them.
func TestManySMTPPasswords(t *testing.T) {
	const n = 500
	var b strings.Builder
	for i := range n {
		secret := keytest.Secret(1000 + i)
		fmt.Fprintf(&b, "%s %s\nSMTP_PASSWORD=%s\n", keytest.ID(1000+i), secret, smtpOf(secret, "sa-west-1"))
	}
	start := time.Now()
	r, err := scanner.Scan(t.Context(), &single{x: &text{path: "f", data: []byte(b.String())}}, matcher(t, defaultSet(t)), scanner.Options{Now: func() time.Time { return now }})
	if err != nil {
		t.Fatal(err)
	}
	proved := 0
	for _, f := range r.Findings {
		if f.MadeFrom != "" {
			proved++
		}
	}
	t.Logf("%d of %d proved in %s", proved, n, time.Since(start))
	if proved != n {
		t.Errorf("%d of %d proved", proved, n)
	}
}
