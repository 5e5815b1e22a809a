package main

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// The base of an event is what was there before the change, never the change.
func TestEventBase(t *testing.T) {
	a, b, zeros := strings.Repeat("a", 40), strings.Repeat("b", 40), strings.Repeat("0", 40)
	repository := `"repository":{"default_branch":"main"}`
	for name, c := range map[string]struct {
		event string // the file of GITHUB_EVENT_PATH
		env   []string
		want  []string
	}{
		"no CI":                           {},
		"pull request":                    {`{"pull_request":{"base":{"sha":"` + a + `"},"head":{"sha":"` + b + `"}},` + repository + `}`, []string{"GITHUB_EVENT_NAME=pull_request", "GITHUB_BASE_REF=main", "GITHUB_SHA=" + b}, []string{a, "refs/remotes/origin/main"}},
		"of a fork":                       {`{"pull_request":{"base":{"sha":"` + a + `"}}}`, []string{"GITHUB_EVENT_NAME=pull_request_target", "GITHUB_BASE_REF=release/1"}, []string{a, "refs/remotes/origin/release/1"}},
		"no event":                        {"", []string{"GITHUB_EVENT_NAME=pull_request", "GITHUB_BASE_REF=main"}, []string{"refs/remotes/origin/main"}},
		"half an event":                   {`{"pull_request":{"base":{"sha":"` + a + `"}}`, []string{"GITHUB_EVENT_NAME=pull_request"}, nil},
		"merge queue":                     {`{"merge_group":{"base_sha":"` + a + `","head_sha":"` + b + `"}}`, []string{"GITHUB_EVENT_NAME=merge_group"}, []string{a}},
		"push":                            {`{"before":"` + a + `","after":"` + b + `",` + repository + `}`, []string{"GITHUB_EVENT_NAME=push", "GITHUB_REF=refs/heads/x"}, []string{a, "refs/remotes/origin/main"}},
		"new branch":                      {`{"before":"` + zeros + `",` + repository + `}`, []string{"GITHUB_EVENT_NAME=push", "GITHUB_REF=refs/heads/x"}, []string{"refs/remotes/origin/main"}},
		"push to the default branch":      {`{"before":"` + a + `",` + repository + `}`, []string{"GITHUB_EVENT_NAME=push", "GITHUB_REF=refs/heads/main", "GITHUB_SHA=" + b}, []string{a}},
		"first push":                      {`{"before":"` + zeros + `",` + repository + `}`, []string{"GITHUB_EVENT_NAME=push", "GITHUB_REF=refs/heads/main", "GITHUB_SHA=" + b}, nil},
		"schedule":                        {`{` + repository + `}`, []string{"GITHUB_EVENT_NAME=schedule", "GITHUB_REF=refs/heads/main", "GITHUB_SHA=" + b}, []string{b}},
		"by hand":                         {`{` + repository + `}`, []string{"GITHUB_EVENT_NAME=workflow_dispatch", "GITHUB_REF=refs/heads/main", "GITHUB_SHA=" + b}, []string{b}},
		"by hand on another branch":       {`{` + repository + `}`, []string{"GITHUB_EVENT_NAME=workflow_dispatch", "GITHUB_REF=refs/heads/x", "GITHUB_SHA=" + b}, nil},
		"GitLab merge request":            {"", []string{"GITLAB_CI=true", "CI_MERGE_REQUEST_DIFF_BASE_SHA=" + a, "CI_COMMIT_BEFORE_SHA=" + zeros, "CI_MERGE_REQUEST_TARGET_BRANCH_NAME=dev", "CI_DEFAULT_BRANCH=main"}, []string{a, "refs/remotes/origin/dev", "refs/remotes/origin/main"}},
		"GitLab push":                     {"", []string{"GITLAB_CI=true", "CI_COMMIT_BEFORE_SHA=" + a, "CI_COMMIT_BRANCH=main", "CI_DEFAULT_BRANCH=main", "CI_COMMIT_SHA=" + b}, []string{a}},
		"GitLab new branch":               {"", []string{"GITLAB_CI=true", "CI_COMMIT_BEFORE_SHA=" + zeros, "CI_COMMIT_BRANCH=x", "CI_DEFAULT_BRANCH=main", "CI_COMMIT_SHA=" + b}, []string{"refs/remotes/origin/main"}},
		"GitLab schedule":                 {"", []string{"GITLAB_CI=true", "CI_PIPELINE_SOURCE=schedule", "CI_COMMIT_BEFORE_SHA=" + zeros, "CI_COMMIT_BRANCH=main", "CI_DEFAULT_BRANCH=main", "CI_COMMIT_SHA=" + b}, []string{b}},
		"GitLab schedule on another":      {"", []string{"GITLAB_CI=true", "CI_PIPELINE_SOURCE=schedule", "CI_COMMIT_BRANCH=x", "CI_DEFAULT_BRANCH=main", "CI_COMMIT_SHA=" + b}, []string{"refs/remotes/origin/main"}},
		"a variable of GitLab without it": {"", []string{"CI_COMMIT_BEFORE_SHA=" + a}, nil},
		"Bitbucket":                       {"", []string{"BITBUCKET_PR_DESTINATION_COMMIT=" + a[:12], "BITBUCKET_PR_DESTINATION_BRANCH=main"}, []string{a[:12], "refs/remotes/origin/main"}},
		"Azure":                           {"", []string{"SYSTEM_PULLREQUEST_TARGETBRANCH=refs/heads/main"}, []string{"refs/remotes/origin/main"}},
		"Jenkins":                         {"", []string{"CHANGE_TARGET=main"}, []string{"refs/remotes/origin/main"}},
		"Buildkite":                       {"", []string{"BUILDKITE_PULL_REQUEST_BASE_BRANCH=main"}, []string{"refs/remotes/origin/main"}},
		"Woodpecker":                      {"", []string{"CI_COMMIT_TARGET_BRANCH=main"}, []string{"refs/remotes/origin/main"}},
		"Drone":                           {"", []string{"DRONE_TARGET_BRANCH=main", "DRONE_BUILD_EVENT=pull_request"}, []string{"refs/remotes/origin/main"}},
		"Drone, a push":                   {"", []string{"DRONE_TARGET_BRANCH=x", "DRONE_BUILD_EVENT=push"}, nil},
	} {
		env := c.env
		if c.event != "" {
			file := filepath.Join(t.TempDir(), "event.json")
			if err := os.WriteFile(file, []byte(c.event), 0o600); err != nil {
				t.Fatal(err)
			}
			env = append(slices.Clone(env), "GITHUB_EVENT_PATH="+file)
		}
		s := &session{env: env}
		if got := s.eventBase(); !slices.Equal(got, c.want) {
			t.Errorf("%s: %v, want %v", name, got, c.want)
		}
	}
}

func TestCI(t *testing.T) {
	for value, want := range map[string]bool{"": false, "0": false, "false": false, "1": true, "true": true, "no": true, "False": true} {
		if got := (&session{env: []string{"CI=" + value}}).ci(); got != want {
			t.Errorf("CI=%s: %v", value, got)
		}
	}
}
