package doctor

import (
	"context"
	"io/fs"
	"strings"

	"github.com/awscred/awscred/resolver"
)

// EnvironmentBeatsProfile reports whether an SDK takes the keys of the
// environment although the program names a profile that has keys. The SDK's own
// model says so: it is asked on a Host that has both.
func EnvironmentBeatsProfile(sdk *resolver.SDK) bool {
	const name = "named-in-code"
	section := "[" + name + "]\naws_access_key_id = PROFILE\naws_secret_access_key = secret\n"
	h := &resolver.Host{
		OS: "linux", Home: "/home/u", Dir: "/home/u",
		Env: map[string]string{
			"HOME": "/home/u", "AWS_ACCESS_KEY_ID": "ENVIRONMENT", "AWS_SECRET_ACCESS_KEY": "secret",
			"AWS_REGION": "us-east-1", "AWS_SDK_LOAD_CONFIG": "1",
		},
		Files: oneFile{"/home/u/.aws/credentials", section},
	}
	t := resolver.Resolve(context.Background(), h, sdk, resolver.Options{Code: resolver.Code{Profile: name}})
	w := t.Winner()
	return w != nil && w.Source == resolver.FromEnv
}

// oneFile is a file system of one file.
type oneFile struct{ name, content string }

// ReadFile returns the file.
func (f oneFile) ReadFile(name string, _ int64) ([]byte, error) {
	if name != f.name {
		return nil, f.missing("open", name)
	}
	return []byte(f.content), nil
}

// Stat describes the file.
func (f oneFile) Stat(name string) (resolver.FileInfo, error) {
	switch {
	case name == f.name:
		return resolver.FileInfo{Mode: 0o600, Size: int64(len(f.content))}, nil
	case strings.HasPrefix(f.name, name+"/"):
		return resolver.FileInfo{Mode: fs.ModeDir | 0o700}, nil
	}
	return resolver.FileInfo{}, f.missing("stat", name)
}

// ReadDir knows of no directory.
func (f oneFile) ReadDir(name string) ([]string, error) { return nil, f.missing("open", name) }

// Readlink knows of no link.
func (f oneFile) Readlink(name string) (string, error) { return "", f.missing("readlink", name) }

func (oneFile) missing(op, name string) error {
	return &fs.PathError{Op: op, Path: name, Err: fs.ErrNotExist}
}
