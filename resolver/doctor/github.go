package doctor

import (
	"fmt"
	"path"
	"strings"

	"github.com/awscred/awscred/resolver"
)

// githubLeftover finds variables in a job of GitHub Actions that fight with its
// role: a profile that no file of the runner has, or that keys hide, and
// long-term keys where the job may get a role by OpenID Connect
// (configure-aws-credentials issue 962).
func githubLeftover(v *view) []Warning {
	if v.Host.Getenv("GITHUB_ACTIONS") != "true" {
		return nil
	}
	var o once
	for _, t := range v.Traces {
		w := t.Winner()
		byEnv := w != nil && (w.Source == resolver.FromEnv || w.Source == resolver.FromEnvLegacy)
		if by := t.Profile.By; by != "" && by != resolver.ByCode && t.Profile.Name != "" && (byEnv || len(v.usedBy(t)) == 0) {
			where, from := v.githubOrigin(by)
			o.add(Warning{
				Message: fmt.Sprintf("%s=%s stands in the way of the keys of this job; it was set by %s", by, word(t.Profile.Name), from),
				// Not by GITHUB_ENV, which can only empty it: Python fails over an
				// empty name.
				Fix:   "take it out of env: there, or begin the step with: unset " + by,
				Where: where,
			})
		}
		if !byEnv || !longTerm(w.KeyID) {
			continue
		}
		role, ok := v.jobRole(t)
		if !ok {
			continue
		}
		where, from := v.githubOrigin(keyIDVar)
		o.add(Warning{
			Message: fmt.Sprintf("a long-term key in the environment hides the role that this job can have; it was set by %s", from),
			Fix:     `printf '%s=\n' ` + strings.Join(v.keysSet(), " ") + ` >> "$GITHUB_ENV", before aws-actions/configure-aws-credentials`,
			Where:   append(where, role...),
		})
	}
	return o.list
}

// jobRole reports whether a role is configured behind the keys, or the job has
// the permission id-token: write, and by what that is seen
// (docs.github.com/actions/reference/security/oidc).
func (v *view) jobRole(t *resolver.Trace) (where []resolver.Evidence, ok bool) {
	if what, where := v.roleBehind(t); what != "" {
		return where, true
	}
	const permission = "ACTIONS_ID_TOKEN_REQUEST_URL"
	return envs(permission), v.Host.Getenv(permission) != ""
}

// githubOrigin tells what of a workflow set a variable.
func (v *view) githubOrigin(variable string) (where []resolver.Evidence, from string) {
	where = envs(variable)
	if v.Origin != nil {
		if e, ok := v.Origin(variable); ok && e.Line > 0 {
			where = append(where, e)
			if v.inGitHubEnv(e.Name) {
				return where, fmt.Sprintf("an earlier step, by line %d of GITHUB_ENV", e.Line)
			}
			return where, fmt.Sprintf("line %d of %s", e.Line, v.shell.tilde(e.Name))
		}
	}
	return where, "an earlier step, or by env: of the step, the job or the workflow"
}

// inGitHubEnv reports whether a file is one by which steps set variables. Each
// step has one of its own, of that name.
func (v *view) inGitHubEnv(name string) bool {
	file := v.Host.Getenv("GITHUB_ENV")
	return file != "" && (name == v.Host.Abs(file) || strings.HasPrefix(path.Base(strings.ReplaceAll(name, `\`, "/")), "set_env_"))
}
