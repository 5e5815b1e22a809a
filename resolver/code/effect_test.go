package code_test

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/awscred/awscred/internal/keytest"
	"github.com/awscred/awscred/resolver"
	"github.com/awscred/awscred/resolver/chaintest"
	"github.com/awscred/awscred/resolver/code"
	"github.com/awscred/awscred/resolver/sdk"
)

// What a program sets is folded into the chain of its SDK, one effect for each
// distinct thing, and the SDK's own model says what comes of it. The Host has
// keys in the environment and a profile "deploy".
func TestEffects(t *testing.T) {
	const noEnv = "-AWS_ACCESS_KEY_ID"
	for _, test := range []struct {
		name, sdk string
		files     map[string]string
		env       []string
		want      []string
	}{
		{
			name: "a static key", sdk: "python",
			files: map[string]string{"a.py": "import boto3\nboto3.client('s3', aws_access_key_id='{{aws-key-id 1}}', aws_secret_access_key='x')\n"},
			want:  []string{"passes a static key: credentials code {{aws-key-id 1}} at a.py:2"},
		},
		{
			name: "one effect for two calls", sdk: "python",
			files: map[string]string{
				"a.py": "import boto3\nboto3.Session(profile_name='deploy')\n",
				"b.py": "import boto3\nboto3.Session(profile_name='deploy')\nboto3.Session()\n",
			},
			want: []string{
				`passes profile "deploy": credentials profile {{aws-key-id 5}} at a.py:2 b.py:2`,
				"sets no credentials: credentials env {{aws-key-id 4}} at b.py:3",
			},
		},
		{
			name: "the environment beats a profile in code", sdk: "rust",
			files: map[string]string{"a.rs": "fn f() { aws_config::from_env().profile_name(\"deploy\").load(); }\n"},
			want:  []string{`passes profile "deploy": credentials env {{aws-key-id 4}} at a.rs:1`},
		},
		{
			name: "a key from a variable that is set", sdk: "ruby", env: []string{"APP_KEY={{aws-key-id 6}}"},
			files: map[string]string{"a.rb": "Aws::S3::Client.new(access_key_id: ENV['APP_KEY'], secret_access_key: ENV['APP_SECRET'])\n"},
			want:  []string{"passes a key from the environment variable APP_KEY: credentials code {{aws-key-id 6}} at a.rb:1"},
		},
		{
			name: "a key from a variable that is not set: the chain goes on", sdk: "ruby",
			files: map[string]string{"a.rb": "Aws::S3::Client.new(access_key_id: ENV['APP_KEY'], secret_access_key: ENV['APP_SECRET'])\n"},
			want:  []string{"passes a key from the environment variable APP_KEY: credentials env {{aws-key-id 4}} at a.rb:1"},
		},
		{
			name: "a key from a variable that is not set: the SDK fails", sdk: "go-v2",
			files: map[string]string{"a.go": "package a\nimport (\n\"os\"\n\"github.com/aws/aws-sdk-go-v2/credentials\"\n)\nvar p = credentials.NewStaticCredentialsProvider(os.Getenv(\"K\"), os.Getenv(\"S\"), \"\")\n"},
			want:  []string{"passes a key from the environment variable K: error code at a.go:6"},
		},
		{
			name: "a key that is not known", sdk: "php",
			files: map[string]string{"a.php": "<?php\nuse Aws\\Credentials\\Credentials;\nnew Credentials($a, $b);\n"},
			want:  []string{"passes a key that is set in code, value unknown: unknown code at a.php:3"},
		},
		{
			name: "a provider in place of the chain", sdk: "js-v3", env: []string{noEnv, "AWS_SECRET_ACCESS_KEY="},
			files: map[string]string{"a.js": "const { fromEnv } = require('@aws-sdk/credential-providers');\nfromEnv();\n"},
			want:  []string{"names its own provider: env: none at a.js:2"},
		},
		{
			name: "a provider of the environment, with AWS_PROFILE", sdk: "js-v3", env: []string{"AWS_PROFILE=deploy"},
			files: map[string]string{"a.js": "const { fromEnv } = require('@aws-sdk/credential-providers');\nfromEnv();\n"},
			want:  []string{"names its own provider: env: credentials env {{aws-key-id 4}} at a.js:2"},
		},
		{
			name: "a provider of a profile", sdk: "java-v2",
			files: map[string]string{"A.java": "import software.amazon.awssdk.auth.credentials.ProfileCredentialsProvider;\nclass A { Object p = ProfileCredentialsProvider.create(\"deploy\"); }\n"},
			want:  []string{`names its own provider: profile, assume-role, web-identity, sso, login, process, profile "deploy": credentials profile {{aws-key-id 5}} at A.java:2`},
		},
		{
			name: "requests that are not signed", sdk: "cpp",
			files: map[string]string{"a.cpp": "#include <aws/core/Aws.h>\nvoid f() { Aws::Auth::AnonymousAWSCredentialsProvider p; }\n"},
			want:  []string{"signs no requests: none at a.cpp:2"},
		},
		{
			name: "a role over the chain", sdk: "go-v2",
			files: map[string]string{"a.go": "package a\nimport \"github.com/aws/aws-sdk-go-v2/credentials/stscreds\"\nvar p = stscreds.NewAssumeRoleProvider(c, \"arn:aws:iam::123456789012:role/x\")\n"},
			want:  []string{`assumes role "arn:aws:iam::123456789012:role/x": credentials assume-role arn:aws:iam::123456789012:role/x over env at a.go:3`},
		},
		{
			name: "a variable that is written", sdk: "kotlin",
			files: map[string]string{"a.kt": "import aws.sdk.kotlin.services.s3.S3Client\nval c = S3Client { region = \"x\" }\n"},
			want:  []string{"sets no credentials: credentials env {{aws-key-id 4}} at a.kt:2"},
		},
		{
			name: "variables that are written", sdk: "python",
			files: map[string]string{"a.py": "import os, boto3\nos.environ['AWS_PROFILE'] = 'deploy'\ndel os.environ['AWS_ACCESS_KEY_ID']\nboto3.client('s3')\n"},
			want:  []string{"sets AWS_PROFILE, AWS_ACCESS_KEY_ID: credentials profile {{aws-key-id 5}} at a.py:2 a.py:3"},
		},
		{
			name: "a variable whose value is not known", sdk: "swift",
			files: map[string]string{"a.swift": "import AWSS3\nsetenv(\"AWS_PROFILE\", name, 1)\n"},
			want:  []string{"sets AWS_PROFILE: unknown code at a.swift:2"},
		},
		{
			name: "a variable of one command, and a command without", sdk: "cli-v2",
			files: map[string]string{"a.sh": "AWS_PROFILE=deploy AWS_ACCESS_KEY_ID= aws s3 ls\naws s3 ls\n"},
			want: []string{
				"sets AWS_ACCESS_KEY_ID, AWS_PROFILE: credentials profile {{aws-key-id 5}} at a.sh:1 a.sh:1",
				"sets no credentials: credentials env {{aws-key-id 4}} at a.sh:1 a.sh:2",
			},
		},
		{
			name: "scripts that set one variable differently", sdk: "cli-v2", env: []string{"-AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY="},
			files: map[string]string{"a.sh": "export AWS_PROFILE=deploy\n", "b.sh": "export AWS_PROFILE=other\n"},
			want: []string{
				"sets AWS_PROFILE: credentials profile {{aws-key-id 5}} at a.sh:1",
				"sets AWS_PROFILE: error profile at b.sh:1",
			},
		},
		{
			name: "a script that sets one variable differently", sdk: "cli-v2",
			files: map[string]string{"a.sh": "if x; then export AWS_PROFILE=deploy; else export AWS_PROFILE=other; fi\n"},
			want:  []string{"sets AWS_PROFILE: unknown code at a.sh:1 a.sh:1"},
		},
		{
			name: "keys that are written into the shared files", sdk: "cli-v2",
			files: map[string]string{"a.sh": "aws configure set aws_access_key_id {{aws-key-id 1}}\n"},
			want:  []string{"writes a key into the shared files with aws configure set: credentials env {{aws-key-id 4}} at a.sh:1"},
		},
		{
			name: "options that are not followed", sdk: "dotnet-v4",
			files: map[string]string{"a.cs": "using Amazon.S3;\nvar c = new AmazonS3Client(given);\n"},
			want:  []string{"passes options that are set in code, value unknown: unknown code at a.cs:2"},
		},
		{
			name: "what holds for all leaves no client to the chain", sdk: "python",
			files: map[string]string{"a.py": "import boto3\nboto3.setup_default_session(profile_name='deploy')\nboto3.client('s3')\n"},
			want:  []string{`passes profile "deploy": credentials profile {{aws-key-id 5}} at a.py:2`},
		},
		{
			name: "tests do not count", sdk: "python",
			files: map[string]string{"tests/test_a.py": "import boto3\nboto3.Session(profile_name='deploy')\n"},
		},
		{
			name: "another SDK is not concerned", sdk: "go-v2",
			files: map[string]string{"a.py": "import boto3\nboto3.Session(profile_name='deploy')\n"},
		},
	} {
		t.Run(test.name, func(t *testing.T) {
			h := effectHost(t, test.files, test.env)
			p, err := code.Look(context.Background(), h, ".")
			if err != nil {
				t.Fatal(err)
			}
			var got []string
			for _, e := range p.Effects(test.sdk, h) {
				got = append(got, hideIDs(outcome(h, test.sdk, e)))
			}
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

// outcome is what comes of an effect, and where it stands.
func outcome(h *resolver.Host, name string, e code.Effect) string {
	trace := resolver.Resolve(context.Background(), h, sdk.Find(name), resolver.Options{Code: e.Code})
	text := e.Summary + ": " + string(trace.Outcome())
	if s := trace.Ended(); s != nil {
		text += " " + string(s.Source)
		for _, part := range []string{s.RoleARN, s.KeyID} {
			if part != "" {
				text += " " + part
			}
		}
		for _, hop := range s.Via {
			text += " over " + string(hop.Source)
		}
	}
	text += " at"
	for _, w := range e.Code.Where {
		text += fmt.Sprintf(" %s:%d", w.Name, w.Line)
	}
	return text
}

func effectHost(t *testing.T, files map[string]string, env []string) *resolver.Host {
	t.Helper()
	expand := func(text string) string {
		out, err := keytest.ExpandString(text)
		if err != nil {
			t.Fatal(err)
		}
		return out
	}
	h := &resolver.Host{
		OS: "linux", Home: "/home/u", Dir: "/src",
		Env: map[string]string{
			"HOME": "/home/u", "AWS_REGION": "eu-west-1", "AWS_EC2_METADATA_DISABLED": "true",
			"AWS_ACCESS_KEY_ID": keytest.ID(4), "AWS_SECRET_ACCESS_KEY": keytest.Secret(4),
		},
	}
	memory := chaintest.Memory{
		"/home/u/.aws/credentials": []byte(expand("[deploy]\naws_access_key_id = {{aws-key-id 5}}\naws_secret_access_key = {{aws-secret 5}}\n")),
	}
	for name, text := range files {
		memory["/src/"+name] = []byte(expand(text))
	}
	h.Files = memory
	for _, line := range env {
		if name, ok := strings.CutPrefix(line, "-"); ok {
			delete(h.Env, name)
			continue
		}
		name, value, _ := strings.Cut(line, "=")
		h.Env[name] = expand(value)
	}
	return h
}
