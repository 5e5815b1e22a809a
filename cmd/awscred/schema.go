package main

import (
	"context"
	"strings"

	"github.com/spf13/pflag"

	"github.com/awscred/awscred/docs/schema"
	"github.com/awscred/awscred/internal/spelling"
)

func schemaCommand() command {
	return command{
		name: "schema", args: "NAME", summary: "print the JSON schema of what awscred writes or reads",
		long: "Without a name it lists them.",
		example: `awscred schema
awscred schema scan > scan.schema.json`,
		define: func(*pflag.FlagSet) execFunc { return writeSchema },
	}
}

func writeSchema(_ context.Context, s *session, args []string) (int, error) {
	names, err := schema.Names()
	if err != nil {
		return exitUsage, err
	}
	switch len(args) {
	case 0:
		_, err := s.stdout.Write([]byte(strings.Join(names, "\n") + "\n"))
		return exitOK, err
	case 1:
	default:
		return exitUsage, usagef("awscred schema takes one name, not %d", len(args))
	}
	data, err := schema.Read(args[0])
	if err != nil {
		u := usagef("there is no schema %q", args[0])
		if near := spelling.Nearest(args[0], names); near != "" {
			return exitUsage, u.with("did you mean awscred schema " + near + "?")
		}
		return exitUsage, u.with("one of " + strings.Join(names, ", "))
	}
	_, err = s.stdout.Write(data)
	return exitOK, err
}
