package code_test

import (
	"context"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/awscred/awscred/resolver"
	"github.com/awscred/awscred/resolver/code"
	"github.com/awscred/awscred/resolver/sdk"
)

// What a file gives an environment is an effect of its own, and the chain in it
// knows nothing of this machine where the program runs elsewhere. The Host has
// keys in the environment and a profile "deploy".
func TestGiven(t *testing.T) {
	const keys = "AWS_ACCESS_KEY_ID: {{aws-key-id 1}}, AWS_SECRET_ACCESS_KEY: x"
	for _, test := range []struct {
		name, sdk string
		files     map[string]string
		want      []string
	}{
		{
			name: "keys of a service", sdk: "python",
			files: map[string]string{"docker-compose.yml": "services:\n  web:\n    image: x\n    environment: {" + keys + "}\n"},
			want:  []string{"gives service web AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY: credentials env {{aws-key-id 1}} at docker-compose.yml:4 docker-compose.yml:4"},
		},
		{
			name: "two services that are given the same are one effect", sdk: "go-v2",
			files: map[string]string{"docker-compose.yml": "x-e: &e {" + keys + "}\nservices:\n  web: {image: x, environment: *e}\n  cron: {image: x, environment: *e}\n"},
			want:  []string{"gives service cron, service web AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY: credentials env {{aws-key-id 1}} at docker-compose.yml:1 docker-compose.yml:1 docker-compose.yml:1 docker-compose.yml:1"},
		},
		{
			name: "variables that a service takes from here", sdk: "python",
			files: map[string]string{"compose.yml": "services:\n  web:\n    environment: [AWS_ACCESS_KEY_ID, \"AWS_SECRET_ACCESS_KEY=${AWS_SECRET_ACCESS_KEY}\", AWS_SESSION_TOKEN]\n"},
			want:  []string{"gives service web AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_SESSION_TOKEN: credentials env {{aws-key-id 4}} at compose.yml:3 compose.yml:3 compose.yml:3"},
		},
		{
			name: "a profile where no files of this machine are", sdk: "python",
			files: map[string]string{"Dockerfile": "FROM x\nENV AWS_PROFILE=deploy\n"},
			want:  []string{"gives the image AWS_PROFILE: unknown code at Dockerfile:2"},
		},
		{
			name: "a profile on this machine", sdk: "rust",
			files: map[string]string{".env": "AWS_PROFILE=deploy\nAWS_ACCESS_KEY_ID=\n"},
			want:  []string{"gives programs that load .env AWS_PROFILE, AWS_ACCESS_KEY_ID: credentials profile {{aws-key-id 5}} at .env:1 .env:2"},
		},
		{
			name: "a step has what its job has", sdk: "cli-v2",
			files: map[string]string{".github/workflows/x.yml": "on: push\nenv:\n  AWS_ACCESS_KEY_ID: {{aws-key-id 2}}\njobs:\n  a:\n    steps:\n      - name: s\n        run: x\n        env: {AWS_SECRET_ACCESS_KEY: \"${{ secrets.S }}\"}\n"},
			want: []string{
				"gives every job AWS_ACCESS_KEY_ID: error env {{aws-key-id 2}} at .github/workflows/x.yml:3",
				"gives step \"s\" of job a AWS_SECRET_ACCESS_KEY: credentials env {{aws-key-id 2}} at .github/workflows/x.yml:9",
			},
		},
		{
			name: "a role by OIDC needs no mending", sdk: "cli-v2",
			files: map[string]string{".github/workflows/x.yml": "on: push\njobs:\n  a:\n    steps:\n      - uses: aws-actions/configure-aws-credentials@v4\n        with: {role-to-assume: \"arn:aws:iam::123456789012:role/x\"}\n      - run: aws s3 ls\n"},
		},
		{
			name: "a profile of a job's command", sdk: "cli-v2",
			files: map[string]string{".gitlab-ci.yml": "deploy:\n  script: [aws s3 ls --profile deploy]\n"},
			want:  []string{`passes profile "deploy": unknown code at .gitlab-ci.yml:2`},
		},
		{
			name: "values that are not known, and keys that hide them", sdk: "js-v3",
			files: map[string]string{
				"a.tf": "resource \"aws_lambda_function\" \"f\" {\n environment {\n variables = { AWS_PROFILE = upper(var.x) }\n }\n}\n",
				"b.tf": "resource \"aws_lambda_function\" \"g\" {\n environment {\n variables = { AWS_CONFIG_FILE = upper(var.x), AWS_ACCESS_KEY_ID = \"{{aws-key-id 3}}\", AWS_SECRET_ACCESS_KEY = var.s }\n }\n}\n",
			},
			want: []string{
				"gives function aws_lambda_function.f AWS_PROFILE: unknown code at a.tf:3",
				"gives function aws_lambda_function.g AWS_ACCESS_KEY_ID, AWS_CONFIG_FILE, AWS_SECRET_ACCESS_KEY: credentials env {{aws-key-id 3}} at b.tf:3 b.tf:3 b.tf:3",
			},
		},
		{
			name: "the shared files of a provider", sdk: "terraform",
			files: map[string]string{"main.tf": "provider \"aws\" {\n  shared_credentials_files = [\"/nowhere\"]\n  profile = \"deploy\"\n}\n"},
			want:  []string{`passes profile "deploy": error profile at main.tf:3`},
		},
		{
			name: "what a service is given is nothing to the tool that deploys it", sdk: "terraform",
			files: map[string]string{
				"main.tf": "provider \"aws\" {}\n", "a.py": "import boto3\nboto3.client('s3')\n",
				"docker-compose.yml": "services:\n  web:\n    image: x\n    environment: {" + keys + "}\n",
			},
			want: []string{"sets no credentials: credentials env {{aws-key-id 4}} at main.tf:1"},
		},
		{
			name: "Secrets and the pods that load them", sdk: "java-v2",
			files: map[string]string{
				"s.yaml": "apiVersion: v1\nkind: Secret\nmetadata: {name: aws}\nstringData: {" + keys + "}\n",
				"p.yaml": "apiVersion: v1\nkind: Pod\nmetadata: {name: p}\nspec:\n  containers:\n    - name: c\n      envFrom: [{secretRef: {name: aws}}]\n",
			},
			want: []string{"gives container c of Pod p AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY: credentials env {{aws-key-id 1}} at p.yaml:7 p.yaml:7"},
		},
	} {
		t.Run(test.name, func(t *testing.T) {
			h := effectHost(t, test.files, nil)
			p, err := code.Look(context.Background(), h, ".")
			if err != nil {
				t.Fatal(err)
			}
			var got []string
			for _, e := range p.Effects(test.sdk, h) {
				got = append(got, hideIDs(outcome(e.Host(h), test.sdk, e)))
			}
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

// Keys in the environment win in every SDK where nothing else of this machine
// is.
func TestGivenKeysWinEverywhere(t *testing.T) {
	h := effectHost(t, map[string]string{"Dockerfile": "FROM x\nENV AWS_ACCESS_KEY_ID={{aws-key-id 1}} AWS_SECRET_ACCESS_KEY={{aws-secret 1}}\n"}, nil)
	p, err := code.Look(context.Background(), h, ".")
	if err != nil {
		t.Fatal(err)
	}
	for _, x := range sdk.All() {
		effects := p.Effects(x.Name, h)
		if len(effects) != 1 {
			t.Fatalf("%s: %d effects; want 1", x.Name, len(effects))
		}
		trace := resolver.Resolve(context.Background(), effects[0].Host(h), x, resolver.Options{Code: effects[0].Code})
		if s := trace.Winner(); s == nil || s.Source != resolver.FromEnv && s.Source != resolver.FromEnvLegacy {
			t.Errorf("%s: %v wins; want the environment", x.Name, s)
		}
	}
}
