package main

import (
	"strings"
	"testing"

	"github.com/awscred/awscred/internal/keytest"
)

func TestShade(t *testing.T) {
	id, secret, token := keytest.ID(1), keytest.Secret(1), keytest.Token(1)
	for text, want := range map[string]string{
		"":                                     "",
		"no profile " + secret:                 "no profile [secret]",
		id + " " + secret + " and " + secret:   id + " [secret] and [secret]",
		`{"name":"` + token + `"}`:             `{"name":"[secret]"}`,
		"https://u:hunter2@h/p":                "https://u:[secret]@h/p",
		"http://u:" + secret + "@h/":           "http://u:[secret]@h/",
		"https://h:8080/a@b http://[::1]:80/x": "https://h:8080/a@b http://[::1]:80/x",
		"arn:aws:iam::1:role/" + secret + ` "`: `arn:aws:iam::1:role/[secret] "`,
		"https://u@h/p":                        "https://u@h/p",
		"/home/runner/work/awscred/Awscred1/x": "/home/runner/work/awscred/Awscred1/x",
		strings.Repeat("0123abcd", 5):          strings.Repeat("0123abcd", 5), // the name of a commit
	} {
		if got := string(shade([]byte(text))); got != want {
			t.Errorf("%q became %q; want %q", text, got, want)
		}
	}
}
