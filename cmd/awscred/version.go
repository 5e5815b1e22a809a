package main

import (
	"context"
	"encoding/json"
	"fmt"
	"runtime"
	"runtime/debug"

	"github.com/spf13/pflag"
)

// version is set when a release is built: -ldflags "-X main.version=1.2.3".
var version string

// programVersion is the version of this program: the release, else what the go
// command recorded, else "devel".
func programVersion() string {
	if version != "" {
		return version
	}
	if b, ok := debug.ReadBuildInfo(); ok && b.Main.Version != "" && b.Main.Version != "(devel)" {
		return b.Main.Version
	}
	return "devel"
}

func versionCommand() command {
	return command{
		name: "version", summary: "print the version",
		define: func(f *pflag.FlagSet) execFunc {
			format := f.String("format", "text", "text or json")
			return func(_ context.Context, s *session, args []string) (int, error) {
				if len(args) > 0 {
					return exitUsage, usagef("awscred version takes no argument, not %q", args[0])
				}
				if err := oneOf("format", *format, "text", "json"); err != nil {
					return exitUsage, err
				}
				return exitOK, s.writeVersion(*format)
			}
		},
	}
}

func (s *session) writeVersion(format string) error {
	v := struct {
		Name    string `json:"name"`
		Version string `json:"version"`
		Go      string `json:"go"`
		OS      string `json:"os"`
		Arch    string `json:"arch"`
	}{"awscred", programVersion(), runtime.Version(), runtime.GOOS, runtime.GOARCH}
	if format == "json" {
		return json.NewEncoder(s.stdout).Encode(v)
	}
	_, err := fmt.Fprintf(s.stdout, "awscred %s (%s, %s/%s)\n", v.Version, v.Go, v.OS, v.Arch)
	return err
}
