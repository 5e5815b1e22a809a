package oracle_test

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/awscred/awscred/resolver"
)

// prepared returns the judges that scripts/oracle has prepared in ORACLE_DIR
// and ORACLE_SDK names. Others are reported, and fail the test if
// ORACLE_STRICT is 1.
func (f *field) prepared(t *testing.T) []judge {
	dir := os.Getenv("ORACLE_DIR")
	asked := strings.FieldsFunc(os.Getenv("ORACLE_SDK"), func(c rune) bool { return c == ',' || c == ' ' })
	var list []judge
	for _, j := range []judge{
		goV2(),
		{sdk: "terraform", command: []string{filepath.Join(dir, "terraform")}, source: goSource, same: sameEnv},
		{sdk: "js-v3", command: []string{"node", filepath.Join(dir, "js", "main.js")}, source: jsSource, same: sameSource},
		{sdk: "python", command: []string{"python3", "judges/python/main.py"}, source: pythonSource, same: sameSource},
		{sdk: "cli-v1", command: []string{"python3", "judges/python/main.py", "cli-v1"}, source: pythonSource, same: sameSource},
	} {
		if len(asked) > 0 && !slices.Contains(asked, j.sdk) {
			continue
		}
		if reason, err := os.ReadFile(filepath.Join(dir, j.sdk+".not")); err == nil {
			fmt.Printf("%s: not run: %s\n", j.sdk, strings.TrimSpace(string(reason)))
			if os.Getenv("ORACLE_STRICT") == "1" {
				t.Errorf("%s was not run", j.sdk)
			}
			continue
		}
		list = append(list, j)
	}
	return list
}

func sameSource(s resolver.Source) resolver.Source { return s }

// jsSource translates the mark of the SDK for JavaScript.
func jsSource(mark string) resolver.Source {
	return map[string]resolver.Source{
		"CREDENTIALS_CODE":                   resolver.FromCode,
		"CREDENTIALS_ENV_VARS":               resolver.FromEnv,
		"CREDENTIALS_PROFILE":                resolver.FromProfile,
		"CREDENTIALS_STS_ASSUME_ROLE":        resolver.FromAssumeRole,
		"CREDENTIALS_STS_ASSUME_ROLE_WEB_ID": resolver.FromWebIdentity,
		"CREDENTIALS_SSO":                    resolver.FromSSO,
		"CREDENTIALS_SSO_LEGACY":             resolver.FromSSO,
		"CREDENTIALS_LOGIN":                  resolver.FromLogin,
		"CREDENTIALS_PROCESS":                resolver.FromProcess,
		"CREDENTIALS_HTTP":                   resolver.FromContainer,
		"CREDENTIALS_IMDS":                   resolver.FromIMDS,
	}[mark]
}

// pythonSource translates the method of botocore.
func pythonSource(method string) resolver.Source {
	return map[string]resolver.Source{
		"explicit":                      resolver.FromCode,
		"env":                           resolver.FromEnv,
		"shared-credentials-file":       resolver.FromProfile,
		"config-file":                   resolver.FromProfile,
		"assume-role":                   resolver.FromAssumeRole,
		"assume-role-with-web-identity": resolver.FromWebIdentity,
		"sso":                           resolver.FromSSO,
		"login":                         resolver.FromLogin,
		"custom-process":                resolver.FromProcess,
		"container-role":                resolver.FromContainer,
		"iam-role":                      resolver.FromIMDS,
		"boto-config":                   resolver.FromBotoConfig,
		"ec2-credentials-file":          resolver.FromCredentialFile,
	}[method]
}
