package audit

import "github.com/awscred/awscred/scanner"

// A KeyPlan is what to do about one finding, in order. Nothing of it is ever
// run.
type KeyPlan struct {
	KeyID       string `json:"key_id,omitempty"`
	Title       string `json:"title"`
	Fingerprint string `json:"fingerprint"`
	Steps       []Step `json:"steps"`
	// Leaves is what the steps do not reach.
	Leaves []string `json:"leaves,omitempty"`
}

// A Step is one thing to do. Its command is for a POSIX shell; empty if there is
// none.
type Step struct {
	What    string `json:"what"`
	Command string `json:"command,omitempty"`
}

// plan is what to do about one finding: take away what it opens, look who used
// it, then take it out of wherever it stands.
func plan(f *scanner.Finding, bare bool) KeyPlan {
	p := KeyPlan{KeyID: f.KeyID, Title: f.Title, Fingerprint: f.Fingerprint}
	switch {
	case f.Canary:
		p.step("do not try it: it is a canary; ask who set it out", "")
	case f.KeyID != "" && f.Temporary:
		p.session(f)
	case f.KeyID != "":
		p.key(f)
	case f.Confidence == scanner.Possible:
		p.step("see whether it is a secret: if not, accept it (--write-baseline); if it is, revoke it where it was issued", "")
	default:
		p.step("revoke it where it was issued, and have a new one issued to where it is used", "")
	}
	p.clean(f, bare)
	return p
}

func (p *KeyPlan) step(what, command string) { p.Steps = append(p.Steps, Step{what, command}) }

// key is the order in which AWS advises to go: an inactive key can be made active
// again if something breaks, a deleted one cannot.
// Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_access-keys-update.html,
// https://repost.aws/knowledge-center/potential-account-compromise
func (p *KeyPlan) key(f *scanner.Finding) {
	id := f.KeyID
	p.step("deactivate", "aws iam update-access-key --access-key-id "+id+" --status Inactive")
	p.step("last use, and whose", "aws iam get-access-key-last-used --access-key-id "+id)
	p.step("look for use", "aws cloudtrail lookup-events --lookup-attributes AttributeKey=AccessKeyId,AttributeValue="+id)
	p.step("quarantined by AWS?", "aws iam list-attached-user-policies --user-name USER")
	p.step("role, or new key", "aws iam create-access-key --user-name USER")
	p.step("delete", "aws iam delete-access-key --access-key-id "+id+" --user-name USER")
}

// session is the order for a temporary key: it cannot be made inactive, but what
// it may do can be taken away.
// Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_use_revoke-sessions.html
func (p *KeyPlan) session(f *scanner.Finding) {
	p.step("whose it is", "aws cloudtrail lookup-events --lookup-attributes AttributeKey=AccessKeyId,AttributeValue="+f.KeyID)
	p.step("revoke the sessions of that role: IAM console, role, Revoke sessions", "")
}
