package doctor

import (
	"fmt"
	"slices"
	"strings"

	"github.com/awscred/awscred/resolver"
)

// Instead is what a program on a Host should use in place of long-term keys: in
// a few words, and as a line that says how. The order of preference is AWS's,
// docs.aws.amazon.com/IAM/latest/UserGuide/best-practices.html.
func Instead(h *resolver.Host) (what, how string) {
	switch Look(h).Name {
	case "lambda":
		return "the execution role of this function", "allow the function's execution role what the program needs, and pass no credentials"
	case "ecs":
		return "the role of this task", "give the task definition a taskRoleArn, and pass no credentials"
	case "eks":
		return "the pod's own role (EKS Pod Identity or IRSA)", "aws eks create-pod-identity-association (or IRSA) for the pod's service account, and pass no credentials"
	case "codebuild":
		return "the service role of this build project", "allow the project's service role what the program needs, and pass no credentials"
	case "cloudshell":
		return "the credentials that CloudShell gives", "pass no credentials: CloudShell has those of the console's user"
	}
	switch {
	case h.Getenv("GITHUB_ACTIONS") != "":
		return "a role by OIDC", "aws-actions/configure-aws-credentials with role-to-assume and the permission id-token: write, and pass no credentials"
	case isCI(h):
		return "a role by OIDC", "let the job assume a role with its OIDC token (AWS_ROLE_ARN, AWS_WEB_IDENTITY_TOKEN_FILE), and pass no credentials"
	case Look(h).Name == "ec2":
		return "the role of this instance", "aws ec2 associate-iam-instance-profile, and pass no credentials"
	case h.Getenv(kubernetesVar) != "":
		return "the pod's own role (EKS Pod Identity or IRSA)", "aws eks create-pod-identity-association (or IRSA) for the pod's service account, and pass no credentials"
	}
	return "IAM Identity Center (SSO) or aws login here, a role where it is deployed", "aws configure sso or aws login for people, a role on the machine that runs it, and pass no credentials"
}

// isCI reads the variable that build services set.
func isCI(h *resolver.Host) bool {
	return !slices.Contains([]string{"", "0", "false"}, strings.ToLower(h.Getenv("CI")))
}

// keyInCode finds programs that pass keys themselves: AWS advises against it,
// docs.aws.amazon.com/IAM/latest/UserGuide/securing_access-keys.html.
func keyInCode(v *view) []Warning {
	var list []Warning
	for _, t := range v.Traces {
		w := t.Winner()
		if w == nil || w.Source != resolver.FromCode || len(w.Where) == 0 || w.Status != resolver.Usable {
			continue
		}
		_, how := Instead(v.Host)
		message := fmt.Sprintf("this program %s; AWS advises against access keys in code, which everybody sees who has the source", w.Reason)
		i := slices.IndexFunc(list, func(w Warning) bool { return w.Message == message })
		if i < 0 {
			i = len(list)
			list = append(list, Warning{Message: message, Fix: "take the key out, then deactivate it; " + how})
		}
		list[i].Where = append(list[i].Where, w.Where...)
	}
	return list
}

// setByCode reports whether a trace is that of a program whose source sets
// something.
func setByCode(t *resolver.Trace) bool {
	return len(t.Steps) > 0 && t.Steps[0].Source == resolver.FromCode && len(t.Steps[0].Where) > 0
}

// profileInCode tells what a profile that the program names does to the keys of
// the environment, for the SDKs of the program differ in it.
func profileInCode(v *view) []Warning {
	type named struct {
		ignored, used []string
		where         []resolver.Evidence
	}
	by := make(map[string]*named)
	var names []string
	for _, t := range v.Traces {
		if t.Profile.By != resolver.ByCode || !setByCode(t) {
			continue
		}
		n := by[t.Profile.Name]
		if n == nil {
			n = &named{}
			by[t.Profile.Name] = n
			names = append(names, t.Profile.Name)
		}
		n.where = append(n.where, t.Steps[0].Where...)
		if EnvironmentBeatsProfile(t.SDK) {
			n.used = append(n.used, t.SDK.Title)
		} else {
			n.ignored = append(n.ignored, t.SDK.Title)
		}
	}
	var list []Warning
	for _, name := range names {
		n := by[name]
		text := fmt.Sprintf("the program passes profile %q: environment keys are then ", name)
		switch {
		case len(n.used) == 0:
			text += "ignored"
		case len(n.ignored) == 0:
			text += "still used"
		default:
			text += "ignored in " + titles(n.ignored) + ", still used in " + titles(n.used)
		}
		list = append(list, Warning{
			Message: text,
			Fix:     "leave the profile to AWS_PROFILE, so that each machine can choose it",
			Where:   n.where,
		})
	}
	return list
}
