package audit

import (
	"fmt"
	"slices"
	"strings"

	"github.com/awscred/awscred/scanner"
)

// forget makes git drop what no ref leads to, at once. It is gc that expires the
// reflogs: git reflog expire --expire-unreachable=now --all would take every
// stash but the newest with it.
// Source: git builtin/reflog.c (set_reflog_expiry_param), git-gc(1)
const forget = "git -c gc.reflogExpireUnreachable=now gc --prune=now"

// clean takes a secret out of wherever it stands. A bare repository has no files
// to change.
func (p *KeyPlan) clean(f *scanner.Finding, bare bool) {
	old := false // whether git keeps it although no ref leads to it
	if stands(f, scanner.InHistory) {
		old = p.rewrite(f, bare)
	}
	if list := paths(f, scanner.InIndex); len(list) > 0 {
		p.step("unstage", "git reset -q -- "+quoted(list)) // also before the first commit
		old = true
	}
	if list := paths(f, scanner.InIndex, scanner.InWorktree, scanner.Untracked, scanner.Ignored, scanner.InFile); len(list) > 0 {
		p.step("take it out of the file, or the file out of the directory: "+quoted(list), "")
	}
	if list := commits(f, scanner.InStash); len(list) > 0 {
		p.step("drop the stash", "git stash list --format='%gd %H %P' | grep -e "+strings.Join(list, " -e ")+
			" | cut -d' ' -f1 | sort -t'{' -k2 -rn | xargs -n1 git stash drop")
		old = true
	}
	if old || stands(f, scanner.InReflog) || stands(f, scanner.Unreachable) {
		p.step("forget old objects", forget)
	}
	if list := paths(f, scanner.InGitDir); len(list) > 0 {
		p.step("take it out of "+quoted(list), "")
	}
	if stands(f, scanner.InWiki) {
		p.step("take it out of the page, and have an administrator hide the revisions that hold it", "")
	}
}

// rewrite takes a secret out of the history. What was never pushed and is on one
// branch only can be changed without asking anybody: then git keeps the old
// commits until it is told to forget them.
// Source: https://docs.github.com/en/authentication/keeping-your-account-and-data-secure/removing-sensitive-data-from-a-repository,
// https://htmlpreview.github.io/?https://github.com/newren/git-filter-repo/blob/docs/html/git-filter-repo.html
func (p *KeyPlan) rewrite(f *scanner.Finding, bare bool) (old bool) {
	kept := hostRefs(f)
	pushed := f.Exposure == scanner.Pushed || len(kept) > 0
	first := commits(f, scanner.InHistory)
	if branch := onlyBranch(f); branch != "" && !pushed && !bare && len(first) > 0 {
		p.step("not pushed: rebase", "git rebase -i --rebase-merges $(git rev-parse -q --verify "+first[0]+"^ || echo --root) "+quoted([]string{branch}))
		return true
	}
	how, force := "rewrite a new clone", ""
	if !pushed {
		how, force = "rewrite history", "--force " // it is no new clone
	}
	ids := objects(f, scanner.Content)
	if len(ids) > 0 {
		p.step(how, "printf '%s\\n' "+strings.Join(ids, " ")+" > ../blobs.txt && git filter-repo "+force+"--strip-blobs-with-ids ../blobs.txt")
		p.Leaves = append(p.Leaves, "the files themselves, if they are to stay: write them again without the secret, as new commits")
		if len(ids) == maxObjects {
			p.Leaves = append(p.Leaves, "more versions than these: audit again afterwards, until none is left")
		}
	}
	if len(objects(f, scanner.Message)) > 0 {
		p.step("and the messages", "git filter-repo "+force+"--replace-message ../secrets.txt # which has lines SECRET==>removed")
	}
	p.names(f)
	if !pushed {
		return true
	}
	p.step("push it", "git remote add origin URL && git push --force --all origin && git push --force --tags origin")
	p.Leaves = append(p.Leaves, "this directory, forks, and clones of others: clone them anew")
	switch n := len(kept); n {
	case 0:
		p.Leaves = append(p.Leaves, "pull requests, caches and unreachable objects on the host: ask it to remove them")
	case 1:
		p.Leaves = append(p.Leaves, "1 ref of a pull request, "+kept[0]+", which no push changes, caches and unreachable objects on the host: ask it to remove them")
	default:
		p.Leaves = append(p.Leaves, fmt.Sprintf("%d refs of pull requests, such as %s, which no push changes, caches and unreachable objects on the host: ask it to remove them", n, kept[0]))
	}
	return false
}

// names tells what to do about names that hold a secret.
func (p *KeyPlan) names(f *scanner.Finding) {
	if list := pathsOf(f, func(oc *scanner.Occurrence) bool { return oc.Field == scanner.Name && oc.Place == scanner.InHistory }); len(list) > 0 {
		p.step("and the names", "git filter-repo --force --invert-paths --path "+strings.Join(quotedEach(list), " --path "))
	}
	for _, field := range []struct {
		field scanner.Field
		what  string
	}{
		{scanner.RefName, "it is in the name of a ref: rename that, and delete the old name on the host"},
		{scanner.Header, "it is in the header of a commit: git filter-repo --mailmap FILE for authors, else make the commit again"},
	} {
		if slices.ContainsFunc(f.Occurrences, func(oc scanner.Occurrence) bool { return oc.Field == field.field }) {
			p.step(field.what, "")
		}
	}
}

// hostRefs are the refs of a finding that the host of a repository makes for
// proposed changes, and that only it can change.
// Sources: https://docs.github.com/en/pull-requests/collaborating-with-pull-requests/reviewing-changes-in-pull-requests/checking-out-pull-requests-locally,
// https://docs.gitlab.com/user/project/merge_requests/#checkout-merge-requests-locally, Gerrit's refs/changes
func hostRefs(f *scanner.Finding) []string {
	var list []string
	for _, ref := range f.Refs {
		for _, space := range []string{"refs/pull/", "refs/pull-requests/", "refs/merge-requests/", "refs/changes/"} {
			if strings.HasPrefix(ref, space) {
				list = append(list, ref)
			}
		}
	}
	return list
}

// onlyBranch is the branch that alone leads to a finding, if that is so.
func onlyBranch(f *scanner.Finding) string {
	if len(f.Refs) != 1 || f.RefCount > 1 {
		return ""
	}
	branch, ok := strings.CutPrefix(f.Refs[0], "refs/heads/")
	if !ok || strings.HasPrefix(branch, "-") {
		return ""
	}
	return branch
}

func stands(f *scanner.Finding, place scanner.Place) bool {
	return slices.ContainsFunc(f.Occurrences, func(oc scanner.Occurrence) bool { return oc.Place == place })
}

// maxObjects is how many ids a command holds; more belong into a file.
const maxObjects = 50

// objects are the ids of what holds a secret in a field of the history, sorted.
func objects(f *scanner.Finding, field scanner.Field) []string {
	var ids []string
	for i := range f.Occurrences {
		oc := &f.Occurrences[i]
		if oc.Field == field && oc.Place == scanner.InHistory && oc.Object != "" && !slices.Contains(ids, oc.Object) && len(ids) < maxObjects {
			ids = append(ids, oc.Object)
		}
	}
	slices.Sort(ids)
	return ids
}

// commits are those that brought a finding to a place, the first one first.
func commits(f *scanner.Finding, place scanner.Place) []string {
	var list []string
	for i := range f.Occurrences {
		oc := &f.Occurrences[i]
		if oc.Place == place && oc.Commit != "" && !slices.Contains(list, oc.Commit) && len(list) < maxObjects {
			list = append(list, oc.Commit)
		}
	}
	return list
}

// paths are the paths of a finding in these places, sorted.
func paths(f *scanner.Finding, places ...scanner.Place) []string {
	return pathsOf(f, func(oc *scanner.Occurrence) bool { return slices.Contains(places, oc.Place) })
}

func pathsOf(f *scanner.Finding, of func(*scanner.Occurrence) bool) []string {
	var list []string
	for i := range f.Occurrences {
		if oc := &f.Occurrences[i]; oc.Path != "" && of(oc) && !slices.Contains(list, oc.Path) && len(list) < maxObjects {
			list = append(list, oc.Path)
		}
	}
	slices.Sort(list)
	return list
}

// quoted writes words for a POSIX shell.
func quoted(words []string) string { return strings.Join(quotedEach(words), " ") }

func quotedEach(words []string) []string {
	var list []string
	for _, w := range words {
		if strings.ContainsFunc(w, func(r rune) bool {
			return !strings.ContainsRune("/._-+,@%=:", r) && (r < '0' || r > '9') && (r < 'a' || r > 'z') && (r < 'A' || r > 'Z')
		}) {
			w = "'" + strings.ReplaceAll(w, "'", `'\''`) + "'"
		}
		list = append(list, w)
	}
	return list
}
