package main

import (
	"encoding/json"
	"strings"

	"github.com/awscred/awscred/scanner/files"
)

// ci reports whether the program runs in CI: CI is set to anything but empty,
// 0 and false.
func (s *session) ci() bool {
	v := s.getenv("CI")
	return v != "" && v != "0" && v != "false"
}

// eventBase returns the revisions that may be the base of the event for which
// CI runs this, the best first: what was there before the change that is to be
// judged. The variables come from the CI service, not from the repository.
//
// Sources: GitHub "Events that trigger workflows" and "Webhook events and
// payloads"; GitLab "Predefined CI/CD variables"; Bitbucket "Variables and
// secrets"; Azure Pipelines "Predefined variables" (System.PullRequest);
// Jenkins "Branch API" (CHANGE_TARGET); Buildkite "Environment variables";
// Woodpecker "Environment variables"; Drone "Reference".
func (s *session) eventBase() []string {
	var list []string
	for _, base := range [...]func(*session) []string{githubBase, gitlabBase, otherBase} {
		list = append(list, base(s)...)
	}
	var clean []string
	for _, rev := range list {
		if rev != "" && strings.Trim(rev, "0") != "" {
			clean = append(clean, rev)
		}
	}
	return clean
}

// originBranch is the remote branch of a name, in full so that no tag stands in
// for it. The empty name has none.
func originBranch(name string) string {
	name = strings.TrimPrefix(name, "refs/heads/")
	if name == "" {
		return ""
	}
	return "refs/remotes/origin/" + name
}

// maxEvent is the largest event that is read; GitHub limits them to 25 MB.
const maxEvent = 32 << 20

// githubEvent is what of an event tells its base.
type githubEvent struct {
	Before     string
	Repository struct {
		DefaultBranch string `json:"default_branch"`
	}
	PullRequest struct {
		Base struct{ SHA string }
	} `json:"pull_request"`
	MergeGroup struct {
		BaseSHA string `json:"base_sha"`
	} `json:"merge_group"`
}

func githubBase(s *session) []string {
	name := s.getenv("GITHUB_EVENT_NAME")
	if name == "" {
		return nil
	}
	var e githubEvent
	if path := s.getenv("GITHUB_EVENT_PATH"); path != "" {
		if data, err := files.ReadNamed(path, maxEvent); err == nil && json.Unmarshal(data, &e) != nil {
			e = githubEvent{} // half an event is none
		}
	}
	onDefault := e.Repository.DefaultBranch != "" && s.getenv("GITHUB_REF") == "refs/heads/"+e.Repository.DefaultBranch
	switch {
	case strings.HasPrefix(name, "pull_request"):
		return []string{e.PullRequest.Base.SHA, originBranch(s.getenv("GITHUB_BASE_REF"))}
	case name == "merge_group":
		return []string{e.MergeGroup.BaseSHA}
	case name == "push" && onDefault:
		return []string{e.Before}
	case name == "push":
		return []string{e.Before, originBranch(e.Repository.DefaultBranch)}
	case onDefault && (name == "schedule" || name == "workflow_dispatch"):
		return []string{s.getenv("GITHUB_SHA")} // nothing is proposed: the branch is judged by itself
	}
	return nil
}

func gitlabBase(s *session) []string {
	if s.getenv("GITLAB_CI") == "" {
		return nil
	}
	branch, standard := s.getenv("CI_COMMIT_BRANCH"), s.getenv("CI_DEFAULT_BRANCH")
	list := []string{s.getenv("CI_MERGE_REQUEST_DIFF_BASE_SHA"), s.getenv("CI_COMMIT_BEFORE_SHA")}
	switch {
	case branch == "" || branch != standard:
		list = append(list, originBranch(s.getenv("CI_MERGE_REQUEST_TARGET_BRANCH_NAME")), originBranch(standard))
	case s.getenv("CI_PIPELINE_SOURCE") == "schedule" || s.getenv("CI_PIPELINE_SOURCE") == "web":
		list = append(list, s.getenv("CI_COMMIT_SHA"))
	}
	return list
}

// otherBase knows the services that name the branch into which a change is to
// go.
func otherBase(s *session) []string {
	list := []string{s.getenv("BITBUCKET_PR_DESTINATION_COMMIT")}
	for _, variable := range [...]string{
		"BITBUCKET_PR_DESTINATION_BRANCH", "SYSTEM_PULLREQUEST_TARGETBRANCH", "CHANGE_TARGET",
		"BUILDKITE_PULL_REQUEST_BASE_BRANCH", "CI_COMMIT_TARGET_BRANCH", "DRONE_TARGET_BRANCH",
	} {
		if variable == "DRONE_TARGET_BRANCH" && s.getenv("DRONE_BUILD_EVENT") != "pull_request" {
			continue // there it is the branch itself
		}
		list = append(list, originBranch(s.getenv(variable)))
	}
	return list
}
