package sdk

import (
	"errors"
	"io/fs"
	"net/url"
	"strconv"
	"strings"

	"github.com/awscred/awscred/resolver"
)

// quote quotes a name for a reason.
func quote(name string) string { return strconv.Quote(name) }

// envs returns the evidence of variables.
func envs(names ...string) []resolver.Evidence {
	list := make([]resolver.Evidence, len(names))
	for i, name := range names {
		list[i] = resolver.Env(name)
	}
	return list
}

// setEnvs returns the evidence of those variables that are set, be it to
// nothing.
func setEnvs(h *resolver.Host, names ...string) []resolver.Evidence {
	var list []resolver.Evidence
	for _, name := range names {
		if v, ok := h.LookupEnv(name); ok {
			e := resolver.Env(name)
			if v == "" {
				e.Note = "empty"
			}
			list = append(list, e)
		}
	}
	return list
}

// firstEnv returns the first variable that is not empty, and its value.
func firstEnv(h *resolver.Host, names []string) (name, value string) {
	for _, name := range names {
		if v := h.Getenv(name); v != "" {
			return name, v
		}
	}
	return "", ""
}

// firstSet returns the first variable that is set, and its value; no name if
// that is empty.
func firstSet(h *resolver.Host, names []string) (name, value string) {
	for _, name := range names {
		if v, ok := h.LookupEnv(name); ok && v != "" {
			return name, v
		} else if ok {
			return "", ""
		}
	}
	return "", ""
}

// endpoint is the evidence of a URL, without its user, query and fragment.
func endpoint(raw string) resolver.Evidence {
	e := resolver.Evidence{Kind: resolver.AtEndpoint, Name: raw}
	u, err := url.Parse(raw)
	if err != nil {
		e.Name, _, _ = strings.Cut(raw, "?")
		return e
	}
	u.User, u.RawQuery, u.Fragment = nil, "", ""
	e.Name = u.String()
	return e
}

// why says in a clause why a file cannot be read.
func why(err error) string {
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return "does not exist"
	case errors.Is(err, fs.ErrPermission):
		return "may not be read"
	case errors.Is(err, resolver.ErrNotRegular):
		return "is not a regular file"
	case errors.Is(err, resolver.ErrTooLarge):
		return "is too large"
	}
	return "cannot be read: " + err.Error()
}

// plural returns "1 argument", "2 arguments".
func plural(n int, noun string) string {
	if n != 1 {
		noun += "s"
	}
	return strconv.Itoa(n) + " " + noun
}
