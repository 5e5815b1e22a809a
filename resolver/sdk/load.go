package sdk

import (
	"crypto/x509"
	"slices"
	"strconv"
	"strings"

	"github.com/awscred/awscred/resolver"
)

// A Value is a setting whose value must be one of a kind, or loading fails.
type Value struct {
	// Name is the variable or the profile's key.
	Name string
	// Valid reports whether a value will do, and Need says which would.
	Valid func(string) bool
	Need  string
}

// wrong says what is wrong with a value. It shows the value only if it is as
// short as those that would do: a longer one may be a slip with a secret in it.
func (v Value) wrong(text string) string {
	const most = 16
	if len(text) > most {
		return v.Name + " must be " + v.Need
	}
	return v.Name + " is " + quote(text) + " and must be " + v.Need
}

// EnvValues is the Check of variables that must be valid when they are not
// empty, whether or not they bear on credentials.
func EnvValues(values []Value) resolver.Check {
	return func(s *resolver.Situation) *resolver.Step {
		for _, v := range values {
			if text := s.Host.Getenv(v.Name); text != "" && !v.Valid(text) {
				return blocked(v.wrong(text), resolver.Env(v.Name))
			}
		}
		return nil
	}
}

// FilesLoad is the Check that the shared files can be read and parsed.
func FilesLoad(s *resolver.Situation) *resolver.Step {
	if s.FileError == nil {
		return nil
	}
	step := blocked(s.FileErrorAt.Name+": "+s.FileErrorAt.Note, s.FileErrorAt)
	if s.FileNotLooked {
		step.Status = resolver.Unknown
	}
	return step
}

// ProfileExists is the Check that a profile exists that was asked for by name.
func ProfileExists(s *resolver.Situation) *resolver.Step {
	if !s.MissingStops() || chosen(s).exists() {
		return nil
	}
	step := missingProfile(s)
	step.Status = resolver.Broken
	step.Stops = true
	return &step
}

// CABundle is the Check of the file that a variable, or else a key of the
// profile, names: it must hold certificates.
func CABundle(variable, key string) resolver.Check {
	return func(s *resolver.Situation) *resolver.Step {
		name, at := s.Host.Getenv(variable), resolver.Env(variable)
		if name == "" {
			p := chosen(s)
			if name = p.value(key); name == "" {
				return nil
			}
			at = p.at(key)
		}
		name = s.Host.Abs(name)
		data, err := s.Host.ReadFile(name, maxBundle)
		if err != nil {
			return blocked("the CA bundle "+name+" "+why(err), at, resolver.File(name, 0))
		}
		if !x509.NewCertPool().AppendCertsFromPEM(data) {
			return blocked("the CA bundle "+name+" holds no certificate", at, resolver.File(name, 0))
		}
		return nil
	}
}

// maxBundle is the size above which a CA bundle is not read; those of systems
// have a few hundred kilobytes.
const maxBundle = 16 << 20

// blocked is a Step that ends the chain before it begins.
func blocked(reason string, where ...resolver.Evidence) *resolver.Step {
	return &resolver.Step{Status: resolver.Broken, Stops: true, Reason: reason, Where: where}
}

// anyCase accepts words in any case.
func anyCase(words ...string) func(string) bool {
	return func(v string) bool {
		return slices.ContainsFunc(words, func(w string) bool { return strings.EqualFold(v, w) })
	}
}

// exactly accepts words as they are.
func exactly(words ...string) func(string) bool {
	return func(v string) bool { return slices.Contains(words, v) }
}

// integer accepts whole numbers from low to high.
func integer(low, high int64) func(string) bool {
	return func(v string) bool {
		n, err := strconv.ParseInt(v, 10, 64)
		return err == nil && n >= low && n <= high
	}
}
