package main

import (
	"bytes"
	"errors"
	"strings"
	"testing"

	"github.com/awscred/awscred/internal/keytest"
)

func TestPanicTellsNoValue(t *testing.T) {
	secret := keytest.Secret(1)
	for name, value := range map[string]any{"text": "at " + secret, "error": errors.New(secret), "bytes": []byte(secret)} {
		var out, errs bytes.Buffer
		s := &session{stdout: &out, stderr: &errs, say: newSpeaker(&errs, nil)}
		code := s.contained(func() int { panic(value) })
		if code != exitUsage || out.Len() > 0 || !strings.Contains(errs.String(), "internal error: panic of type") || !strings.Contains(errs.String(), "fault_test.go:") {
			t.Errorf("%s: exit code %d\n%s%s", name, code, out.String(), errs.String())
		}
		if leaks := keytest.Leaks(errs.Bytes(), secret); leaks != nil {
			t.Errorf("%s: %q", name, leaks)
		}
	}
	s := &session{}
	if code := s.contained(func() int { return exitFound }); code != exitFound {
		t.Errorf("exit code %d", code)
	}
}
