package code

import (
	"strconv"
	"strings"

	"github.com/awscred/awscred/resolver"
	"github.com/awscred/awscred/resolver/code/internal/tree"
)

// githubFormat is that of GitHub Actions.
// https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-syntax
func githubFormat() *format {
	return &format{
		name: "github-actions", read: githubValue, scripts: []string{"run"}, expressions: [2]string{"${{", "}}"},
		place: func(p []crumb) (Environment, bool) {
			name := everyJob
			if len(p) > 1 && p[0].key == "jobs" {
				name = "job " + p[1].key
			}
			for i := len(p) - 1; i > 0; i-- {
				if p[i].key == "" && p[i-1].key == "steps" {
					return ciJob(step(p[i].node)+" of "+name, name, everyJob), true
				}
			}
			return ciJob(name, everyJob), inEnvironment(p)
		},
		visit: githubStep,
	}
}

// everyJob is the environment of what stands at the top of a file.
const everyJob = "every job"

// step names a step as its file does.
func step(n *tree.Node) string {
	for _, key := range []string{"name", "id"} {
		if name := n.Get(key).String(); name != "" {
			return "step " + strconv.Quote(name)
		}
	}
	return "the step in line " + strconv.Itoa(n.Line)
}

// githubStep reads the action that gives a job its credentials, also where it is
// used under the name of a copy: its inputs have names of their own.
// https://github.com/aws-actions/configure-aws-credentials/blob/main/action.yml
func githubStep(w *treeWalk, n *tree.Node, p []crumb) bool {
	if run := n.Get("run"); run != nil {
		w.githubEnv(run, p)
	}
	with := n.Get("with")
	if n.Get("uses").String() == "" || with == nil {
		return false
	}
	e := w.jobOf(p)
	key, role := with.Get("aws-access-key-id"), with.Get("role-to-assume")
	at := func(n *tree.Node) int { return n.Line }
	switch {
	case key != nil:
		w.sets(e, at(key), "configure-aws-credentials", "AWS_ACCESS_KEY_ID", githubValue(key))
		if secret := with.Get("aws-secret-access-key"); secret != nil {
			w.sets(e, at(secret), "configure-aws-credentials", "AWS_SECRET_ACCESS_KEY", githubValue(secret))
		}
		if token := with.Get("aws-session-token"); token != nil {
			w.sets(e, at(token), "configure-aws-credentials", "AWS_SESSION_TOKEN", githubValue(token))
		}
		if role != nil {
			w.add(Site{Line: at(role), Call: "configure-aws-credentials", Sets: GivenRole, Role: valueOf(asRole, githubValue(role)), For: e})
		}
	case role != nil:
		site := Site{Line: at(role), Call: "configure-aws-credentials", Sets: GivenRole, Role: valueOf(asRole, githubValue(role)), For: e}
		site.Sources = []resolver.Source{resolver.FromWebIdentity}
		if chained := with.Get("role-chaining").String(); chained == "true" {
			site.Sources = nil
		}
		w.add(site)
	}
	return false
}

// jobOf is the job of a step: the steps behind it have what it is given.
func (w *treeWalk) jobOf(p []crumb) Environment {
	e, _ := w.place(p)
	if i := strings.LastIndex(e.Name, " of "); i >= 0 {
		e = ciJob(e.Name[i+len(" of "):], everyJob)
	}
	if len(p) == 0 || !strings.HasPrefix(e.Name, "job ") {
		e = ciJob("jobs with this action")
	}
	return e
}

// githubEnv reads lines that write into the file of variables for the steps
// behind: echo "NAME=value" >> "$GITHUB_ENV".
func (w *treeWalk) githubEnv(run *tree.Node, p []crumb) {
	line := run.Line
	if run.Block {
		line++
	}
	for text := range strings.SplitSeq(run.String(), "\n") {
		_, rest, ok := strings.Cut(text, "echo ")
		rest, file, redirected := strings.Cut(rest, ">>")
		if ok && redirected && strings.Contains(file, "GITHUB_ENV") {
			name, value, found := strings.Cut(strings.Trim(strings.TrimSpace(rest), `"'`), "=")
			v := githubValue(&tree.Node{Text: value, Line: line})
			if v.state == Literal {
				v = dollarText(value)
			}
			if found {
				w.sets(w.jobOf(p), line, "GITHUB_ENV", name, v)
			}
		}
		line++
	}
}

// githubValue reads a value with expressions.
func githubValue(n *tree.Node) reading {
	v := plainText(n)
	if v.state != Literal || !strings.Contains(v.text, "${{") {
		return v
	}
	inner, ok := whole(v.text, "${{", "}}")
	if !ok {
		return unknownValue()
	}
	inner, _, _ = strings.Cut(inner, "||")
	context, name, _ := strings.Cut(strings.TrimSpace(inner), ".")
	switch context {
	case "secrets":
		return fromStore("GitHub secret " + name)
	case "vars":
		return fromStore("GitHub variable " + name)
	case "inputs":
		return fromStore("input " + name)
	case "env":
		return reading{state: FromEnv, variable: name}
	case "steps", "needs":
		return fromStore("output " + name)
	}
	return unknownValue()
}

// gitlabFormat is that of GitLab CI. https://docs.gitlab.com/ci/yaml/
func gitlabFormat() *format {
	place := func(p []crumb) (Environment, bool) {
		if len(p) == 0 || p[0].key == "variables" || p[0].key == "default" || p[0].key == "before_script" || p[0].key == "after_script" {
			return ciJob(everyJob), true
		}
		return ciJob("job "+p[0].key, everyJob), true
	}
	return &format{
		name: "gitlab-ci", read: gitlabValue, place: place, scripts: []string{"script", "before_script", "after_script"},
		visit: func(w *treeWalk, n *tree.Node, p []crumb) bool {
			return len(p) > 0 && (p[len(p)-1].key == "rules" || p[len(p)-1].key == "spec")
		},
	}
}

// gitlabValue reads "$NAME", which is a variable of the project or of the job.
func gitlabValue(n *tree.Node) reading {
	v := dollars(n)
	if v.state == FromEnv && v.text == "" {
		return fromStore("CI variable " + v.variable)
	}
	return v
}

// circleFormat is that of CircleCI.
// https://circleci.com/docs/reference/configuration-reference/
func circleFormat() *format {
	return &format{
		name: "circleci", read: circleValue, scripts: []string{"run", "command"}, expressions: [2]string{"<<", ">>"},
		place: func(p []crumb) (Environment, bool) {
			name := everyJob
			if len(p) > 1 {
				switch p[0].key {
				case "jobs", "executors", "commands":
					name = strings.TrimSuffix(p[0].key, "s") + " " + p[1].key
				}
			}
			for i := len(p) - 1; i > 0; i-- {
				if p[i].key == "run" {
					return ciJob(step(p[i].node)+" of "+name, name), true
				}
			}
			return ciJob(name), true
		},
		visit: func(w *treeWalk, n *tree.Node, p []crumb) bool {
			return circleOrb(w, n, p)
		},
	}
}

// circleOrb reads the orb that gives a job its credentials.
// https://circleci.com/developer/orbs/orb/circleci/aws-cli
func circleOrb(w *treeWalk, n *tree.Node, p []crumb) bool {
	if len(p) == 0 || !strings.HasPrefix(p[len(p)-1].key, "aws-") || !strings.HasSuffix(p[len(p)-1].key, "/setup") || n.Kind != tree.Map {
		return false
	}
	e, _ := w.place(p)
	if role := cmpNode(n.Get("role_arn"), n.Get("role-arn")); role != nil {
		w.add(Site{Line: role.Line, Call: p[len(p)-1].key, Sets: GivenRole, Role: valueOf(asRole, circleValue(role)),
			Sources: []resolver.Source{resolver.FromWebIdentity}, For: e})
	}
	for key, name := range map[string]string{"aws_access_key_id": "AWS_ACCESS_KEY_ID", "aws-access-key-id": "AWS_ACCESS_KEY_ID",
		"aws_secret_access_key": "AWS_SECRET_ACCESS_KEY", "aws-secret-access-key": "AWS_SECRET_ACCESS_KEY"} {
		if v := n.Get(key); v != nil {
			r := circleValue(v)
			if r.state == Literal && isVariableName(r.text) {
				r = reading{state: FromEnv, variable: r.text} // an env_var_name
			}
			w.sets(e, v.Line, p[len(p)-1].key, name, r)
		}
	}
	return true
}

func cmpNode(list ...*tree.Node) *tree.Node {
	for _, n := range list {
		if n != nil {
			return n
		}
	}
	return nil
}

// circleValue reads "<< parameters.x >>" and "$NAME".
func circleValue(n *tree.Node) reading {
	if n != nil && n.Kind == tree.Scalar {
		if inner, ok := whole(n.Text, "<<", ">>"); ok {
			return fromStore(inner)
		}
	}
	v := dollars(n)
	if v.state == FromEnv {
		return fromStore("CI variable " + v.variable)
	}
	return v
}

// isPairOfKeys reports whether a map has both halves of a key, and no text for
// people in their place.
func isPairOfKeys(n *tree.Node) bool {
	id, secret := n.Get("AWS_ACCESS_KEY_ID").String(), n.Get("AWS_SECRET_ACCESS_KEY").String()
	return id != "" && secret != "" && !strings.ContainsAny(id+secret, " \t\n")
}

// otherFormat is that of files whose keys say that they hold variables: other
// build services, Ansible, and settings that a framework puts into the
// environment.
func otherFormat(base string) *format {
	e := Environment{Name: "the environment in " + base, Instead: insteadHere}
	switch base {
	case ".travis.yml", "bitbucket-pipelines.yml", "azure-pipelines.yml", "buildspec.yml", "buildspec.yaml", ".drone.yml", ".woodpecker.yml", "appveyor.yml", "cloudbuild.yaml", "amplify.yml":
		e = ciJob("builds by " + base)
	}
	return &format{
		name: "settings", read: dollars,
		place: func(p []crumb) (Environment, bool) {
			return e, inEnvironment(p) || len(p) == 0 || isPairOfKeys(p[len(p)-1].node)
		},
		scripts: []string{"script", "before_script", "after_script", "commands", "cmds", "cmd", "shell", "before_install", "install", "deploy"},
	}
}
