package code

import (
	"bytes"
	"regexp"
	"slices"
	"strings"

	"github.com/awscred/awscred/resolver/code/internal/tree"
)

// yamlLanguage is YAML. What a file is for shows in its name and in its keys.
func yamlLanguage() language {
	return language{name: "yaml", reads: suffixes(".yml", ".yaml", ".yml.tpl", ".yaml.tpl", ".yaml.gotmpl", ".template"), marks: append(settingsMarks(), "profile:"), scan: scanYAML}
}

// jsonLanguage is JSON, with comments or without.
func jsonLanguage() language {
	return language{name: "json", reads: suffixes(".json", ".jsonc", ".json5"), marks: settingsMarks(), scan: func(f *file) error {
		base := f.name[strings.LastIndexByte(f.name, '/')+1:]
		if slices.Contains([]string{"package-lock.json", "composer.lock", "tsconfig.json"}, base) {
			return nil
		}
		root, err := readJSON(f.data)
		if root == nil {
			return err
		}
		if strings.HasSuffix(base, ".tf.json") {
			f.terraform(terraformJSON(root))
			return err
		}
		f.scanTrees([]*tree.Node{root}, f.kind)
		return err
	}}
}

// readJSON reads a file of JSON. Members without the braces around them, which
// programs put together, are read as if those stood there. Of several values, as
// data and logs have them, there is nothing to tell.
func readJSON(data []byte) (*tree.Node, error) {
	root, err := tree.JSON(data)
	if root == nil || err == nil {
		return root, err
	}
	if text := bytes.TrimSpace(data); len(text) > 0 && text[0] == '"' {
		if root, err = tree.JSON(slices.Concat([]byte("{"), data, []byte("}"))); err == nil {
			return root, nil
		}
	}
	return nil, nil
}

// settingsMarks are texts of which a configuration file has one if it sets
// something: a variable, an action, a property, a profile of the AWS CLI.
func settingsMarks() []string {
	return append(variableMarks(), "aws-access", "aws:", "aws.", "--profile", "aws configure", "configure-aws", "role-arn", "role_arn", "role-to-assume", "env_file", "envFrom", `"aws"`, `"s3"`, "withAWS")
}

// variableMarks are the beginnings of the variables that matter.
func variableMarks() []string {
	return []string{"AWS_ACCESS_KEY", "AWS_SE", "AWS_PROFILE", "AWS_DEFAULT_PROFILE", "AWS_SHARED", "AWS_CONFIG", "AWS_SDK_LOAD", "AWS_ROLE",
		"AWS_WEB", "AWS_EC2", "AWS_CONTAINER", "AWS_CREDENTIAL", "AWS_ENDPOINT", "BOTO_CONFIG"}
}

func scanYAML(f *file) error {
	roots, err := tree.YAML(f.data)
	if err != nil && bytes.Contains(f.data, []byte("{{")) || err == nil && strings.HasSuffix(f.name, ".tpl") {
		// A template, of Helm or another engine: what it puts in is not known.
		if blank, again := tree.YAML(withoutTemplates(f.data)); again == nil {
			roots, err = blank, nil
		} else {
			f.language = "template"
			f.scanLines()
			return nil
		}
	}
	f.scanTrees(roots, f.kind)
	return err
}

var (
	templateLine = regexp.MustCompile(`(?m)^[ \t]*\{\{[^{}\n]*\}\}[ \t]*\r?$`)
	templatePart = regexp.MustCompile(`\{\{[^{}\n]*\}\}`)
)

// withoutTemplates puts a hole in place of what a template computes, and takes
// its control lines out. Lines stay where they are.
func withoutTemplates(data []byte) []byte {
	data = templateLine.ReplaceAll(data, nil)
	return templatePart.ReplaceAll(data, []byte(hole))
}

// kind returns the format of a document, or nil.
func (f *file) kind(root *tree.Node) *format {
	base := f.name[strings.LastIndexByte(f.name, '/')+1:]
	name := "/" + f.name
	switch {
	case strings.Contains(name, "/.github/workflows/"), base == "action.yml", base == "action.yaml":
		return githubFormat()
	case strings.HasSuffix(base, ".gitlab-ci.yml"), strings.HasSuffix(base, ".gitlab-ci.yaml"), strings.Contains(name, "/.gitlab/"):
		return gitlabFormat()
	case strings.Contains(name, "/.circleci/"):
		return circleFormat()
	case strings.Contains(base, "devcontainer") && strings.HasSuffix(base, ".json"), strings.Contains(name, "/.devcontainer/") && strings.HasSuffix(base, ".json"):
		return devcontainerFormat()
	case base == "package.json":
		return npmFormat()
	case root.Get("apiVersion") != nil && root.Get("kind") != nil:
		return kubernetesFormat(root)
	case strings.HasPrefix(base, "serverless."), root.Get("functions") != nil && root.At("provider", "name") != nil:
		return serverlessFormat()
	case root.Get("AWSTemplateFormatVersion") != nil, root.Get("Transform") != nil && root.Get("Resources") != nil, isCloudFormation(root.Get("Resources")):
		return cloudFormationFormat()
	case root.Get("containerDefinitions") != nil, root.At("taskDefinition", "containerDefinitions") != nil:
		return taskFormat()
	case isCompose(base, root):
		return composeFormat()
	case strings.HasPrefix(base, "values") || strings.HasSuffix(base, "values.yaml") || strings.HasSuffix(base, "values.yml"):
		return valuesFormat()
	case isSpring(base):
		return springFormat()
	}
	return otherFormat(base)
}

// isCompose reports whether a document is one of Docker Compose.
func isCompose(base string, root *tree.Node) bool {
	if strings.HasPrefix(base, "docker-compose") || strings.HasPrefix(base, "compose.") || strings.HasPrefix(base, "compose-") || strings.HasPrefix(base, "docker-stack") {
		return true
	}
	services := root.Get("services")
	if services == nil || services.Kind != tree.Map {
		return false
	}
	return slices.ContainsFunc(services.Entries, func(e tree.Entry) bool {
		return e.Value.Get("image") != nil || e.Value.Get("build") != nil || e.Value.Get("env_file") != nil
	})
}

func isCloudFormation(resources *tree.Node) bool {
	return resources != nil && slices.ContainsFunc(resources.Entries, func(e tree.Entry) bool {
		return strings.HasPrefix(e.Value.Get("Type").String(), "AWS::")
	})
}
