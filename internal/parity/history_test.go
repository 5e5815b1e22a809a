package parity

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"github.com/zricethezav/gitleaks/v8/cmd/scm"
	"github.com/zricethezav/gitleaks/v8/report"
	"github.com/zricethezav/gitleaks/v8/sources"

	"github.com/awscred/awscred/scanner"
	"github.com/awscred/awscred/scanner/history"
)

// TestHistory reads the history of a repository with both: PARITY_REPO, or this
// one. gitleaks runs git log and looks at added lines; awscred reads the
// objects. What only one of the two finds is looked up in the whole file.
func TestHistory(t *testing.T) {
	repo := os.Getenv("PARITY_REPO")
	if repo == "" {
		repo = filepath.Join("..", "..")
	}
	if _, err := exec.LookPath("git"); err != nil {
		t.Skip("git is not on PATH: gitleaks runs it")
	}
	d, m := published(t, decodeDepth), defaultMatcher(t)
	began := time.Now()
	theirs := gitleaksHistory(t, d, repo)
	t.Logf("gitleaks: %.1f s", time.Since(began).Seconds())
	began = time.Now()
	ours, findings := awscredHistory(t, m, repo)
	t.Logf("awscred: %.1f s", time.Since(began).Seconds())

	y := newTally()
	y.theirs = len(theirs)
	h := historian{repo: repo, d: d, blobs: map[string][]byte{}, exceptions: exceptions(t, "history")}
	for c, found := range theirs {
		how := ours.covers(c)
		if how == "" {
			how = h.whyMissing(c, found)
		}
		if how == "" {
			y.missing = append(y.missing, difference{c, &text{name: found[0].Commit + ":" + found[0].File}})
		} else {
			y.counts[how]++
		}
	}
	for c := range ours.reported {
		if _, both := theirs[c]; both {
			continue
		}
		if how := h.whyMore(c, findings[c], theirs); how != "" {
			y.counts["more: "+how]++
		} else {
			y.extra = append(y.extra, difference{c, &text{name: findings[c].First.Object + " " + findings[c].First.Path}})
		}
	}
	y.log(t, 60)
	stale(t, h.exceptions, inHistory(repo))
}

// gitleaksHistory is what `gitleaks git` reports, by what is compared.
func gitleaksHistory(t *testing.T, d detector, repo string) map[claim][]report.Finding {
	t.Helper()
	cmd, err := sources.NewGitLogCmdContext(context.Background(), repo, "")
	if err != nil {
		t.Fatal(err)
	}
	found, err := d.DetectSource(context.Background(), &sources.Git{
		Cmd: cmd, Config: &d.Config, Sema: d.Sema,
		Remote: sources.NewRemoteInfoContext(context.Background(), scm.NoPlatform, repo),
	})
	if err != nil {
		t.Fatalf("gitleaks ended early: %v", err)
	}
	claims := map[claim][]report.Finding{}
	for _, f := range found {
		claims[theirClaim(f)] = append(claims[theirClaim(f)], f)
	}
	return claims
}

func awscredHistory(t *testing.T, m scanner.Matcher, repo string) (answer, map[claim]*scanner.Finding) {
	t.Helper()
	r, err := history.Open(repo, history.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	rep, err := scanner.Scan(context.Background(), r, m, scanner.Options{Now: time.Now, ShowSecrets: true})
	if err != nil {
		t.Fatal(err)
	}
	all, by := newAnswer(), map[claim]*scanner.Finding{}
	for _, f := range rep.Findings {
		one := newAnswer()
		one.add(f)
		all.add(f)
		for c := range one.reported {
			by[c] = f
		}
	}
	return all, by
}

// A historian looks differences up in whole files.
type historian struct {
	repo       string
	d          detector
	blobs      map[string][]byte
	exceptions []*exception
}

// blob reads an object, or nil if git cannot.
func (h *historian) blob(name string) []byte {
	if data, known := h.blobs[name]; known {
		return data
	}
	data, err := exec.Command("git", "-C", h.repo, "cat-file", "blob", name).Output()
	if err != nil {
		data = nil
	}
	h.blobs[name] = data
	return data
}

// whyMissing explains what awscred does not report: an exception names it. That
// gitleaks finds it in the added lines only is looked up.
func (h *historian) whyMissing(c claim, found []report.Finding) string {
	for _, e := range h.exceptions {
		for _, f := range found {
			if e.Rule != c.rule || e.Commit != f.Commit || e.Path != f.File {
				continue
			}
			x := &text{path: f.File, data: h.blob(f.Commit + ":" + f.File)}
			if x.data != nil && h.d.finds(x, c) == (e.ID != "added-lines") {
				e.used++
				return "missing, exception: " + e.ID
			}
		}
	}
	return ""
}

// whyMore explains what gitleaks does not report.
func (h *historian) whyMore(c claim, f *scanner.Finding, theirs map[claim][]report.Finding) string {
	if ownRule(c.rule) {
		return c.rule
	}
	if e := farther(*f.First); e != "" {
		return "an encoding that gitleaks does not take off: " + e
	}
	looked := 0
	for i := range f.Occurrences {
		o := &f.Occurrences[i]
		switch {
		case o.Field != scanner.Content:
			continue
		case len(o.Via) > 0:
			return "in an archive"
		case o.Place != scanner.InHistory && o.Place != scanner.InStash:
			continue
		}
		if looked++; looked > 3 {
			break // gitleaks needs a second for some files
		}
		x := &text{path: o.Path, data: h.blob(o.Object)}
		claims := h.d.claims(x)
		switch {
		case claims[c]:
			return "gitleaks finds it in the file, not in the added lines: " + c.rule
		case besides(claims, c):
			return "a generic rule beside a specific one that has allowances for paths"
		case h.d.findsInside(x, c), h.d.findsApart(x, c, *o):
			return "begins inside an earlier match: " + c.rule
		}
	}
	for i := range f.Occurrences {
		if o := &f.Occurrences[i]; o.Field != scanner.Content || o.Place != scanner.InHistory {
			return fmt.Sprintf("a place that gitleaks does not read: %s, %s", o.Field, o.Place)
		}
	}
	return ""
}
