package audit

import (
	"slices"
	"strings"

	"github.com/awscred/awscred/scanner"
)

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
// it, then take it out of where it stands.
func plan(f *scanner.Finding) KeyPlan {
	p := KeyPlan{KeyID: f.KeyID, Title: f.Title, Fingerprint: f.Fingerprint}
	switch {
	case f.Canary:
		p.step("do not try it: it is a canary; ask who set it out", "")
	case f.KeyID != "" && f.Temporary:
		p.session(f)
	case f.KeyID != "":
		p.key(f)
	default:
		p.step("revoke it where it was issued, and have a new one issued to where it is used", "")
	}
	p.clean(f)
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

// clean takes a secret out of where it stands.
func (p *KeyPlan) clean(f *scanner.Finding) {
	switch f.Exposure {
	case scanner.Pushed, scanner.Unpushed:
		p.rewrite(f)
	case scanner.Staged:
		p.step("unstage", "git restore --staged -- "+quoted(paths(f)))
	case scanner.UntrackedExposure, scanner.IgnoredExposure:
		p.step("take it out of the file, or the file out of the directory", "")
	case scanner.StashExposure:
		p.step("drop the stash", "git stash drop")
		p.step("and what remains", "git reflog expire --expire-unreachable=now --all && git gc --prune=now")
	case scanner.Unreached:
		p.step("let git forget it", "git reflog expire --expire-unreachable=now --all && git gc --prune=now")
	case scanner.LocalExposure:
		p.step("take it out of the file in the git directory", "")
	}
}

// rewrite takes a secret out of the history. What was never pushed can be
// changed without asking anybody.
// Source: https://docs.github.com/en/authentication/keeping-your-account-and-data-secure/removing-sensitive-data-from-a-repository,
// https://htmlpreview.github.io/?https://github.com/newren/git-filter-repo/blob/docs/html/git-filter-repo.html
func (p *KeyPlan) rewrite(f *scanner.Finding) {
	if f.Exposure == scanner.Unpushed && f.First != nil && f.First.Commit != "" && f.First.Field == scanner.Content {
		p.step("not pushed: rebase", "git rebase -i "+f.First.Commit+"^")
		p.step("forget old commits", "git reflog expire --expire-unreachable=now --all && git gc --prune=now")
		return
	}
	if ids := objects(f, scanner.Content); len(ids) > 0 {
		p.step("rewrite history", "printf '%s\\n' "+strings.Join(ids, " ")+" > ../blobs.txt && git filter-repo --strip-blobs-with-ids ../blobs.txt")
		p.Leaves = append(p.Leaves, "the files themselves, if they are to stay: write them again without the secret, as new commits")
	}
	if len(objects(f, scanner.Message)) > 0 { // a line of FILE: SECRET==>removed
		p.step("and the messages", "git filter-repo --replace-message FILE")
	}
	if f.Exposure != scanner.Pushed {
		return
	}
	p.step("push it", "git remote add origin URL && git push --force --all origin && git push --force --tags origin")
	p.Leaves = append(p.Leaves,
		"forks, and clones of others: ask for a new clone",
		"pull requests, caches and unreachable objects on the host: ask it to remove them")
}

// maxObjects is how many ids a command holds; more belong into a file.
const maxObjects = 50

// objects are the ids of what holds a secret in a field, sorted.
func objects(f *scanner.Finding, field scanner.Field) []string {
	var ids []string
	for i := range f.Occurrences {
		oc := &f.Occurrences[i]
		if oc.Field == field && oc.Object != "" && !slices.Contains(ids, oc.Object) && len(ids) < maxObjects {
			ids = append(ids, oc.Object)
		}
	}
	slices.Sort(ids)
	return ids
}

// paths are the paths of a finding, sorted.
func paths(f *scanner.Finding) []string {
	var list []string
	for i := range f.Occurrences {
		if p := f.Occurrences[i].Path; p != "" && !slices.Contains(list, p) && len(list) < maxObjects {
			list = append(list, p)
		}
	}
	slices.Sort(list)
	return list
}

// quoted writes words for a POSIX shell.
func quoted(words []string) string {
	var list []string
	for _, w := range words {
		if strings.ContainsFunc(w, func(r rune) bool {
			return !strings.ContainsRune("/._-+,@%=:", r) && (r < '0' || r > '9') && (r < 'a' || r > 'z') && (r < 'A' || r > 'Z')
		}) {
			w = "'" + strings.ReplaceAll(w, "'", `'\''`) + "'"
		}
		list = append(list, w)
	}
	return strings.Join(list, " ")
}
