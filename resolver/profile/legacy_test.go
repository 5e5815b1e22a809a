package profile_test

import (
	"errors"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/awscred/awscred/resolver/profile"
)

func TestCredentialFile(t *testing.T) {
	const text = "# c\nAWSAccessKeyId = id\r\nignored\n\nAWSSecretKey=a=b # c\nAWSAccessKeyId=second\n"
	s, err := profile.CredentialFile("f", []byte(text))
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(map[string]any{"AWSAccessKeyId": "second", "AWSSecretKey": "a=b # c"}, keysOf(s)); diff != "" {
		t.Errorf("keys (-want +got):\n%s", diff)
	}
	secret, _ := s.Get("AWSSecretKey")
	if secret.Line != 5 || secret.File != "f" || !secret.IsSecret() || secret.Text != "" {
		t.Errorf("the secret is %+v", secret)
	}
	var refused *profile.ParseError
	if _, err := profile.CredentialFile("f", []byte("a = b\n\xff\n")); !errors.As(err, &refused) || refused.Line != 2 {
		t.Errorf("bytes that are no UTF-8: %v", err)
	}
}

func TestBotoConfig(t *testing.T) {
	s, err := profile.BotoConfig("f", []byte("[Boto]\ndebug = 0\n[Credentials]\naws_access_key_id = id\naws_secret_access_key = s\n"))
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(map[string]any{"aws_access_key_id": "id", "aws_secret_access_key": "s"}, keysOf(s)); diff != "" {
		t.Errorf("keys (-want +got):\n%s", diff)
	}
	if s, err := profile.BotoConfig("f", []byte("[credentials]\nx = y\n")); s != nil || err != nil {
		t.Errorf("another section is taken: %+v, %v", s, err)
	}
	var refused *profile.ParseError
	if s, err := profile.BotoConfig("f", []byte("garbage\n")); s != nil || !errors.As(err, &refused) {
		t.Errorf("garbage is %+v, %v", s, err)
	}
}
