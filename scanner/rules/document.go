package rules

import (
	"bytes"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/BurntSushi/toml"
)

// maxConfig is the largest configuration that is read.
const maxConfig = 4 << 20

// A document is a configuration as it is written. The names are gitleaks'
// (config/config.go:28, ViperConfig); they are read in any case, as there.
type document struct {
	Title       string
	Description string
	MinVersion  string
	Extend      extendTable
	Rules       []ruleTable
	AllowList   *allowTable // the older form of Allowlists
	Allowlists  []allowTable
	Awscred     awscredTable
}

type extendTable struct {
	Path          string
	URL           string
	UseDefault    bool
	DisabledRules []string
}

type ruleTable struct {
	ID          string
	Description string
	Path        string
	Regex       string
	SecretGroup int
	Entropy     float64
	Keywords    []string
	Tags        []string
	AllowList   *allowTable // the older form of Allowlists
	Allowlists  []allowTable
	Required    []requiredTable
	SkipReport  bool
}

type allowTable struct {
	Description string
	Condition   string
	Commits     []string
	Paths       []string
	RegexTarget string
	Regexes     []string
	StopWords   []string
	TargetRules []string // of allowlists outside a rule only
}

type requiredTable struct {
	ID            string
	WithinLines   *int
	WithinColumns *int
}

// awscredTable is the part of a configuration that gitleaks does not know.
type awscredTable struct {
	// Disable lists rules that are not to run.
	Disable []string
	// Severity sets the severity of rules by their id.
	Severity map[string]string
	// FailOn is what --fail-on is if it is not given.
	FailOn string `toml:"fail-on"`
	// Baseline is the path of the baseline in the repository.
	Baseline string
}

// decode reads a configuration and refuses keys that mean nothing: a misspelt
// "regexs" would otherwise allow or forbid nothing, silently.
func decode(name string, data []byte) (*document, error) {
	if len(data) > maxConfig {
		return nil, fmt.Errorf("reading rules %q: larger than %d bytes", name, maxConfig)
	}
	var d document
	meta, err := toml.NewDecoder(bytes.NewReader(data)).Decode(&d)
	if err != nil {
		return nil, fmt.Errorf("reading rules %q: %w", name, err)
	}
	if unknown := meta.Undecoded(); len(unknown) > 0 {
		keys := make([]string, 0, len(unknown))
		for _, k := range unknown {
			keys = append(keys, strconv.Quote(k.String()))
		}
		slices.Sort(keys)
		keys = slices.Compact(keys)
		list := strings.Join(keys[:min(len(keys), maxUnknown)], ", ")
		if more := len(keys) - maxUnknown; more > 0 {
			list += fmt.Sprintf(" and %d more", more)
		}
		return nil, fmt.Errorf("reading rules %q: unknown key %s%s", name, list, meaning(keys))
	}
	return &d, nil
}

// maxUnknown is how many unknown keys an error names.
const maxUnknown = 5

// meaning says what was probably meant by keys that people write and that mean
// nothing, not in gitleaks either.
func meaning(keys []string) string {
	for _, key := range keys {
		switch top, _, _ := strings.Cut(strings.ToLower(strings.Trim(key, `"`)), "."); top {
		case "usedefault", "disabledrules":
			return ", which belongs under [extend]; without that the built-in rules are not part of this"
		case "regexes", "whitelist", "misc":
			return ", the form of gitleaks before its version 7"
		}
	}
	return ""
}
