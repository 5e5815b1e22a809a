package main

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/pflag"

	"github.com/awscred/awscred/internal/spelling"
)

// newFlags returns an empty set that prints nothing itself.
func newFlags(name string) *pflag.FlagSet {
	f := pflag.NewFlagSet(name, pflag.ContinueOnError)
	f.SortFlags = false
	f.Usage = func() {}
	return f
}

// commonFlags are the flags of every command.
type commonFlags struct {
	quiet, verbose bool
	color          string
}

func defineCommon(f *pflag.FlagSet) *commonFlags {
	c := new(commonFlags)
	f.BoolVarP(&c.quiet, "quiet", "q", false, "print the result only: no progress, no notes")
	f.BoolVarP(&c.verbose, "verbose", "v", false, "print more")
	f.StringVar(&c.color, "color", "auto", "use colour: auto, always or never")
	return c
}

func (c *commonFlags) apply(s *session) error {
	if err := oneOf("color", c.color, "auto", "always", "never"); err != nil {
		return err
	}
	if c.quiet && c.verbose {
		return usagef("--quiet and --verbose contradict each other")
	}
	s.say.quiet, s.say.verbose, s.say.colorMode = c.quiet, c.verbose, c.color
	return nil
}

// parse reads args into flags. A flag that takes one value must not be given
// twice: the second would silently hide the first.
func parse(flags *pflag.FlagSet, args []string) error {
	flags.VisitAll(func(f *pflag.Flag) {
		if !strings.HasSuffix(f.Value.Type(), "Array") {
			f.Value = &onceValue{Value: f.Value}
		}
	})
	return flags.Parse(args)
}

// onceValue is a flag's value that may be set once.
type onceValue struct {
	pflag.Value
	set bool
}

var errTwice = errors.New("given twice")

// Set stores the value, or fails if it has one.
func (v *onceValue) Set(s string) error {
	if v.set {
		return errTwice
	}
	v.set = true
	return v.Value.Set(s)
}

// flagError turns an error of pflag into one line for the user.
func (c command) flagError(flags *pflag.FlagSet, err error) error {
	var missing *pflag.NotExistError
	if errors.As(err, &missing) {
		name := missing.GetSpecifiedName()
		u := usagef("awscred %s has no flag %s", c.name, dashed(name))
		var names []string
		flags.VisitAll(func(f *pflag.Flag) { names = append(names, f.Name) })
		if near := spelling.Nearest(name, names); near != "" {
			u.hints = []string{fmt.Sprintf("did you mean --%s?", near)}
		} else {
			u.hints = []string{fmt.Sprintf("awscred help %s lists the flags", c.name)}
		}
		return u
	}
	var invalid *pflag.InvalidValueError
	if errors.As(err, &invalid) {
		name := "--" + invalid.GetFlag().Name
		if errors.Is(err, errTwice) {
			return usagef("the flag %s is given twice", name)
		}
		return usagef("the flag %s cannot be %q: %s", name, invalid.GetValue(), reason(invalid))
	}
	return usagef("%s", err)
}

// reason is the last part of a pflag message, which says what was wrong.
func reason(err error) string {
	text := err.Error()
	if i := strings.LastIndex(text, ": "); i >= 0 {
		return text[i+2:]
	}
	return text
}

func dashed(name string) string {
	if len(name) == 1 {
		return "-" + name
	}
	return "--" + name
}

// wordList names the words that a flag takes, for its help.
func wordList(words []string) string {
	last := len(words) - 1
	return strings.Join(words[:last], ", ") + " or " + words[last]
}

// oneOf checks the value of a flag against the words it takes.
func oneOf(flag, value string, words ...string) error {
	if slices.Contains(words, value) {
		return nil
	}
	u := usagef("the flag --%s cannot be %q: it is one of %s", flag, value, strings.Join(words, ", "))
	if near := spelling.Nearest(value, words); near != "" {
		u.hints = []string{fmt.Sprintf("did you mean --%s %s?", flag, near)}
	}
	return u
}

// onlyOne checks that at most one of several flags was given.
func onlyOne(flags *pflag.FlagSet, names ...string) error {
	var given []string
	for _, n := range names {
		if flags.Changed(n) {
			given = append(given, "--"+n)
		}
	}
	if len(given) > 1 {
		return usagef("%s exclude each other", strings.Join(given, " and "))
	}
	return nil
}
