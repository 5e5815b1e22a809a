package code

import (
	"os"
	slash "path"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/txtar"
)

// fuzzSettings is fuzz for configuration, which is read by its name: no text
// makes a format panic, loop, or report a place that is not there.
func fuzzSettings(f *testing.F, groups []string, names ...string) {
	for _, group := range groups {
		cases, err := filepath.Glob("../../testdata/code/" + group + "/*.txtar")
		if err != nil || len(cases) == 0 {
			f.Fatalf("no cases of %s: %v", group, err)
		}
		for _, c := range cases {
			data, err := os.ReadFile(c)
			if err != nil {
				f.Fatal(err)
			}
			for _, file := range txtar.Parse(data).Files {
				if file.Name != "want" {
					f.Add(file.Data)
				}
			}
		}
	}
	w := &walk{languages: languages()}
	for _, name := range names {
		if w.language(name, slash.Base(name)) == nil {
			f.Fatalf("no language reads %s", name)
		}
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		for _, name := range names {
			l := w.language(name, slash.Base(name))
			file := &file{name: name, data: data, language: l.name}
			_ = l.scan(file) // may refuse the text, may not panic
			p := &Program{Sites: file.sites}
			p.join(&gathered{loadings: file.loadings, named: file.named})
			lines := 1 + strings.Count(string(data), "\n")
			for j := range p.Sites {
				if s := &p.Sites[j]; s.Line < 1 || s.Line > lines {
					t.Fatalf("%s is in line %d of %d", s.Trace(), s.Line, lines)
				}
			}
		}
	})
}

func FuzzCompose(f *testing.F) {
	fuzzSettings(f, []string{"docker"}, "docker-compose.yml", ".devcontainer/devcontainer.json")
}
func FuzzDockerfile(f *testing.F) { fuzzSettings(f, []string{"docker"}, "Dockerfile") }
func FuzzKubernetes(f *testing.F) {
	fuzzSettings(f, []string{"kubernetes"}, "deploy.yaml", "values.yaml", "chart/templates/x.yaml.tpl")
}
func FuzzPipelines(f *testing.F) {
	fuzzSettings(f, []string{"ci"}, ".github/workflows/x.yml", ".gitlab-ci.yml", ".circleci/config.yml", "package.json", "buildspec.yml")
}
func FuzzJenkins(f *testing.F)   { fuzzSettings(f, []string{"ci"}, "Jenkinsfile") }
func FuzzTerraform(f *testing.F) { fuzzSettings(f, []string{"terraform"}, "main.tf", "main.tf.json") }
func FuzzFunctions(f *testing.F) {
	fuzzSettings(f, []string{"functions"}, "template.yaml", "stack.json", "serverless.yml")
}
func FuzzVariables(f *testing.F) {
	fuzzSettings(f, []string{"variables"}, ".env", ".envrc", "Procfile", "app.service", "Makefile", "pool.conf", "settings.yml")
}
func FuzzSettings(f *testing.F) {
	fuzzSettings(f, []string{"settings"}, "application.properties", "application.yml", ".s3cfg", "rclone.conf")
}

// Files that would take a parser's memory, time or stack are refused, and what
// they cost is bounded.
func TestHostileSettings(t *testing.T) {
	w := &walk{languages: languages()}
	const many, limit = 1 << 18, Slower * 10 * time.Second
	for _, test := range []struct{ name, data string }{
		{"a.yml", "AWS_: " + strings.Repeat("[", many)},
		{"b.yml", "AWS_: " + strings.Repeat("{a: ", many/4)},
		{"c.yml", strings.Repeat("- AWS_\n", many/7)},
		{"d.yml", strings.Repeat("AWS_PROFILE: x\n---\n", many/20)},
		{"e.yml", "{{AWS_" + strings.Repeat("{{ x }}\n", many/8)},
		{"f.json", `{"AWS_":` + strings.Repeat(`[`, many)},
		{"g.json", `{"AWS_":` + strings.Repeat(`{"a":`, many/5)},
		{"h.tf", "aws = " + strings.Repeat("[", many)},
		{"i.tf", "aws = " + strings.Repeat("!", many)},
		{"j.tf", "aws = " + strings.Repeat("a ? b : ", many/8)},
		{"k.tf", "aws = " + strings.Repeat("-", many)},
		{"l.tf", "aws = \"" + strings.Repeat("${\"", many/3)},
		{"m.tf", strings.Repeat("aws {\n", many/6)},
		{"n.tf", "aws = " + strings.Repeat("a + ", many/4) + "a"},
		{"o.tf", "aws = a" + strings.Repeat(".b", many/2)},
		{"p.tf", "aws = a" + strings.Repeat("[0]", many/3)},
		{"Dockerfile", strings.Repeat("ENV AWS_PROFILE=x \\\n", many/20)},
		{"Makefile", strings.Repeat("export AWS_PROFILE \\\n", many/21)},
		{"Jenkinsfile", "AWS" + strings.Repeat("withEnv([", many/9)},
		{".env", strings.Repeat("AWS_PROFILE=x\\\n", many/15)},
		{"app.service", strings.Repeat("Environment=\"AWS_PROFILE=x\" \\\n", many/30)},
		{"application.properties", strings.Repeat("aws.profile=x\\\n", many/15)},
		{"docker-compose.yml", "services:\n  a:\n    image: AWS_\n    command: " + strings.Repeat("sh -c '", many/7)},
	} {
		t.Run(test.name, func(t *testing.T) {
			l := w.language(test.name, slash.Base(test.name))
			start := time.Now()
			f := scan(l, test.name, []byte(test.data))
			if took := time.Since(start); took > limit {
				t.Errorf("it took %v; at most %v", took, limit)
			}
			if f.err != nil && strings.Contains(f.err.Error(), "could not be parsed") {
				t.Errorf("%v", f.err)
			}
		})
	}
}

// Every variable that matters is one for which a configuration file is looked
// at.
func TestVariableMarks(t *testing.T) {
	l := yamlLanguage()
	for _, name := range []string{"AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN", "AWS_SECURITY_TOKEN", "AWS_ACCESS_KEY", "AWS_SECRET_KEY",
		"AWS_PROFILE", "AWS_DEFAULT_PROFILE", "AWS_SHARED_CREDENTIALS_FILE", "AWS_CONFIG_FILE", "AWS_SDK_LOAD_CONFIG", "AWS_ROLE_ARN",
		"AWS_WEB_IDENTITY_TOKEN_FILE", "AWS_ROLE_SESSION_NAME", "AWS_EC2_METADATA_DISABLED", "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI",
		"AWS_CONTAINER_CREDENTIALS_FULL_URI", "AWS_CREDENTIAL_FILE", "BOTO_CONFIG", "AWS_CREDENTIAL_EXPIRATION", "AWS_ENDPOINT_URL", "AWS_ENDPOINT_URL_STS"} {
		if !matters(name) || !l.marked([]byte(name)) {
			t.Errorf("%s: matters %v, marked %v; want both", name, matters(name), l.marked([]byte(name)))
		}
	}
}
