package report

import (
	"testing"

	"github.com/awscred/awscred/scanner"
)

func TestVerified(t *testing.T) {
	const account = "111122223333"
	tests := []struct{ state, note, arn, want string }{
		{"not-checked", "", "", ""},
		{"", "", "", ""},
		{"not-checked", "a canary", "", "not verified (a canary)"},
		{"active", "", "arn:aws:iam::" + account + ":user/team/deploy", "verified: ACTIVE, user team/deploy"},
		{"active", "", "arn:aws:iam::" + account + ":root", "verified: ACTIVE, the ROOT user"},
		{"active", "", "arn:aws:sts::" + account + ":assumed-role/ci/build", "verified: ACTIVE, role ci (session build)"},
		{"active", "", "arn:aws:sts::" + account + ":federated-user/bob", "verified: ACTIVE, federated user bob"},
		{"active", "", "arn:aws:sts::" + account + ":something", "verified: ACTIVE, something"},
		{"active", "", "no ARN\x1b[2J", `verified: ACTIVE, no ARN\x1b[2J`},
		{"id-active-secret-wrong", "the id is alive", "", "verified: the id is ACTIVE, the secret is wrong"},
		{"expired", "", "", "verified: expired"},
		{"inactive", "AWS does not know it", "", "verified: inactive (AWS does not know it)"},
		{"unknown", "no answer", "", "verified: unknown (no answer)"},
		{"not-in-partition", "", "", "verified: not in the partition that was asked"},
		{"new", "", "", "verified: new"},
	}
	for _, tt := range tests {
		f := &scanner.Finding{Verified: tt.state, VerifiedNote: tt.note}
		if tt.arn != "" {
			f.Identity = &tt.arn
		}
		if got := verified(f); got != tt.want {
			t.Errorf("%s, %s, %q: %q, want %q", tt.state, tt.note, tt.arn, got, tt.want)
		}
	}
}
