package chaintest

import (
	"fmt"
	"slices"
	"strings"

	"github.com/awscred/awscred/resolver"
)

// wantLine reads "NAME [VARIABLE=VALUE]: OUTCOME [WORD=VALUE]...".
func (c *Case) wantLine(line string) error {
	who, what, ok := strings.Cut(line, ": ")
	if !ok {
		return fmt.Errorf("no answer")
	}
	names := strings.Fields(who)
	if len(names) == 0 || !knownSDK(names[0]) {
		return fmt.Errorf("unknown SDK")
	}
	w := Want{SDK: names[0]}
	for _, set := range names[1:] {
		name, value, ok := strings.Cut(set, "=")
		if !ok {
			return fmt.Errorf("no variable: %q", set)
		}
		if w.Env == nil {
			w.Env = map[string]string{}
		}
		w.Env[name] = value
	}
	outcome, words, _ := strings.Cut(what, " ")
	w.Outcome = resolver.Outcome(outcome)
	if !slices.Contains([]resolver.Outcome{resolver.HasCredentials, resolver.HasNone, resolver.HasError}, w.Outcome) {
		return fmt.Errorf("unknown outcome")
	}
	for words != "" {
		var err error
		if words, err = w.word(words); err != nil {
			return err
		}
	}
	if (w.Outcome == resolver.HasCredentials) != (w.Source != "") || w.Selected != "" && w.Source == w.Selected {
		return fmt.Errorf("outcome and source do not fit")
	}
	c.Wants = append(c.Wants, w)
	return nil
}

// word reads the first WORD=VALUE of a line and returns the rest of it. A value
// in quotes may contain spaces.
func (w *Want) word(line string) (rest string, err error) {
	name, value, ok := strings.Cut(line, "=")
	if !ok {
		return "", fmt.Errorf("no value in %q", line)
	}
	if strings.HasPrefix(value, `"`) {
		end := strings.IndexByte(value[1:], '"')
		for end > 0 && value[end] == '\\' {
			next := strings.IndexByte(value[end+2:], '"')
			if next < 0 {
				end = -1
				break
			}
			end += next + 1
		}
		if end < 0 {
			return "", fmt.Errorf("open quote in %q", line)
		}
		value, rest = value[:end+2], strings.TrimPrefix(value[end+2:], " ")
	} else if !strings.HasPrefix(value, "{{") {
		value, rest, _ = strings.Cut(value, " ")
	} else {
		end := strings.Index(value, "}}") + 2
		value, rest = value[:end], strings.TrimPrefix(value[end:], " ")
	}
	if value, err = unquote(value); err != nil {
		return "", fmt.Errorf("quotes in %q: %w", line, err)
	}
	return rest, w.set(name, value)
}

func (w *Want) set(name, value string) error {
	switch name {
	case "source":
		w.Source = resolver.Source(value)
		return knownSource(w.Source)
	case "selected":
		w.Selected = resolver.Source(value)
		return knownSource(w.Selected)
	case "key":
		w.Key = &value
	case "where":
		w.Where = value
	case "via":
		for s := range strings.SplitSeq(value, ",") {
			if err := knownSource(resolver.Source(s)); err != nil {
				return err
			}
			w.Via = append(w.Via, resolver.Source(s))
		}
	default:
		return fmt.Errorf("unknown word %q", name)
	}
	return nil
}

func knownSource(s resolver.Source) error {
	if slices.Contains([]resolver.Source{
		resolver.FromCode, resolver.FromEnv, resolver.FromEnvLegacy, resolver.FromProfile, resolver.FromAssumeRole,
		resolver.FromWebIdentity, resolver.FromSSO, resolver.FromLogin, resolver.FromProcess, resolver.FromContainer,
		resolver.FromIMDS, resolver.FromBotoConfig, resolver.FromCredentialFile,
	}, s) {
		return nil
	}
	return fmt.Errorf("unknown source %q", s)
}

// knownSDK reports whether a name is one of the contract.
func knownSDK(name string) bool {
	return slices.Contains(strings.Fields(`go-v2 go-v1 terraform python cli-v1 cli-v2 js-v3 rust java-v2 java-v1
		kotlin dotnet-v4 dotnet-v3 php ruby cpp swift crt powershell`), name)
}

// WantsOf returns what the case says about an SDK, in the order of the file.
func (c *Case) WantsOf(sdk string) []Want {
	var list []Want
	for _, w := range c.Wants {
		if w.SDK == sdk {
			list = append(list, w)
		}
	}
	return list
}
