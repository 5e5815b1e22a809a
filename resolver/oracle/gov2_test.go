package oracle_test

import (
	"bufio"
	"context"
	"encoding/json"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/credentials"

	"github.com/awscred/awscred/resolver"
)

// goV2Judge, as the first argument, makes the test binary a judge: a program
// that asks the real SDK for credentials, as any program would.
const goV2Judge = "judge-go-v2"

func TestMain(m *testing.M) {
	if len(os.Args) == 2 && os.Args[1] == goV2Judge {
		if err := judgeGoV2(); err != nil {
			os.Exit(1)
		}
		return
	}
	os.Exit(m.Run())
}

// judgeGoV2 answers one question a line.
func judgeGoV2() error {
	scan := bufio.NewScanner(os.Stdin)
	scan.Buffer(nil, 1<<20)
	out := json.NewEncoder(os.Stdout)
	for scan.Scan() {
		var q question
		if err := json.Unmarshal(scan.Bytes(), &q); err != nil {
			return err
		}
		if err := become(q); err != nil {
			return err
		}
		if err := out.Encode(askGoV2(q)); err != nil {
			return err
		}
	}
	return scan.Err()
}

// become gives this process another environment and directory.
func become(q question) error {
	os.Clearenv()
	for name, value := range q.Env {
		if err := os.Setenv(name, value); err != nil {
			return err
		}
	}
	// The SDK looks for its files once, when the process starts.
	config.DefaultSharedConfigFiles = []string{config.DefaultSharedConfigFilename()}
	config.DefaultSharedCredentialsFiles = []string{config.DefaultSharedCredentialsFilename()}
	return os.Chdir(q.Dir)
}

func askGoV2(q question) reply {
	ctx, cancel := context.WithTimeout(context.Background(), 20*time.Second)
	defer cancel()
	options := []func(*config.LoadOptions) error{
		// Trying again changes no answer of the stub; it only takes seconds.
		config.WithRetryer(func() aws.Retryer { return aws.NopRetryer{} }),
	}
	if q.Profile != "" {
		options = append(options, config.WithSharedConfigProfile(q.Profile))
	}
	if q.Key != "" {
		options = append(options, config.WithCredentialsProvider(credentials.NewStaticCredentialsProvider(q.Key, "x", "")))
	}
	cfg, err := config.LoadDefaultConfig(ctx, options...)
	var v aws.Credentials
	if err == nil {
		v, err = cfg.Credentials.Retrieve(ctx)
	}
	switch {
	case err == nil:
		return reply{Outcome: resolver.HasCredentials, Provider: v.Source, Key: v.AccessKeyID, Token: v.SessionToken != ""}
	case strings.Contains(err.Error(), "no EC2 IMDS role found"): // the end of the chain
		return reply{Outcome: resolver.HasNone, Error: err.Error()}
	}
	return reply{Outcome: resolver.HasError, Error: err.Error()}
}

// goSource translates the name of a provider of the SDKs for Go.
func goSource(provider string) resolver.Source {
	name, _, _ := strings.Cut(provider, ":")
	return map[string]resolver.Source{
		"StaticCredentials":           resolver.FromCode,
		"EnvConfigCredentials":        resolver.FromEnv,
		"SharedConfigCredentials":     resolver.FromProfile,
		"AssumeRoleProvider":          resolver.FromAssumeRole,
		"WebIdentityCredentials":      resolver.FromWebIdentity,
		"SSOProvider":                 resolver.FromSSO,
		"LoginProvider":               resolver.FromLogin,
		"ProcessProvider":             resolver.FromProcess,
		"CredentialsEndpointProvider": resolver.FromContainer,
		"EC2RoleProvider":             resolver.FromIMDS,
	}[name]
}

// sameEnv takes the two spellings of the variables for one.
func sameEnv(s resolver.Source) resolver.Source {
	if s == resolver.FromEnvLegacy {
		return resolver.FromEnv
	}
	return s
}

func goV2() judge {
	exe, err := os.Executable()
	if err != nil {
		exe = os.Args[0]
	}
	return judge{sdk: "go-v2", command: []string{exe, goV2Judge}, source: goSource, same: sameEnv}
}
