package report

import (
	"strings"

	"github.com/awscred/awscred/scanner"
)

// verified says what AWS answered about a key, or why it was not asked, if it
// was to be. A report without questions says nothing.
func verified(f *scanner.Finding) string {
	words := map[string]string{
		"active":                 "verified: ACTIVE",
		"id-active-secret-wrong": "verified: the id is ACTIVE, the secret is wrong",
		"expired":                "verified: expired",
		"inactive":               "verified: inactive",
		"not-in-partition":       "verified: not in the partition that was asked",
		"unknown":                "verified: unknown",
		"not-checked":            "",
		"":                       "",
	}
	text, known := words[f.Verified]
	switch {
	case !known:
		text = "verified: " + safe(f.Verified)
	case text == "" && f.VerifiedNote != "":
		text = "not verified"
	}
	if f.VerifiedNote != "" && f.Verified != "id-active-secret-wrong" {
		text += " (" + safe(f.VerifiedNote) + ")"
	}
	if f.Identity != nil {
		text = joinNonEmpty(", ", text, whose(safe(*f.Identity)))
	}
	return text
}

// whose shortens the ARN of an identity to what it is: user deploy, role ci
// (session build), the ROOT user.
func whose(arn string) string {
	parts := strings.SplitN(arn, ":", 6)
	if len(parts) != 6 || parts[0] != "arn" {
		return arn
	}
	kind, name, _ := strings.Cut(parts[5], "/")
	switch kind {
	case "root":
		return "the ROOT user"
	case "user":
		return "user " + name
	case "assumed-role":
		if role, session, ok := strings.Cut(name, "/"); ok {
			return "role " + role + " (session " + session + ")"
		}
		return "role " + name
	case "federated-user":
		return "federated user " + name
	}
	return parts[5]
}
