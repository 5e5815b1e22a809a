package sdk

import (
	"context"
	"slices"
	"strings"

	"github.com/awscred/awscred/internal/redact"
	"github.com/awscred/awscred/resolver"
)

// The variables that hand options to every Java virtual machine
// (docs.oracle.com/en/java/javase/21/docs/specs/man/java.html): the first to
// the machine itself, the second to its launcher, which reads it later, so that
// it wins.
const (
	javaToolOptions = "JAVA_TOOL_OPTIONS"
	jdkJavaOptions  = "JDK_JAVA_OPTIONS"
)

// SystemProperties is the link of a key pair in the system properties of a Java
// virtual machine. Only those that variables hand to it can be seen from
// outside; those of its command line and those that the program sets itself
// cannot.
type SystemProperties struct {
	// ID, Secret and Token are the properties of each part.
	ID, Secret, Token string
	// Others are properties that the SDK reads for what is not a key, such as
	// the profile's name. They are not followed, but said.
	Others []string
}

// Offers returns what the properties hold, as far as they can be seen.
func (l SystemProperties) Offers(_ context.Context, s *resolver.Situation) []resolver.Offer {
	step := resolver.Step{Source: resolver.FromEnv}
	values := map[string]string{}
	var others []string
	for _, name := range []string{javaToolOptions, jdkJavaOptions} {
		found := properties(s.Host.Getenv(name), l.ID, l.Secret, l.Token)
		for key, value := range found {
			values[key] = value
		}
		if len(found) > 0 {
			step.Where = append(step.Where, resolver.Env(name))
		}
		for key := range properties(s.Host.Getenv(name), l.Others...) {
			others = append(others, key+" in "+name)
		}
	}
	slices.Sort(others)
	id, secret, token := values[l.ID], values[l.Secret], values[l.Token]
	step.KeyID = id
	switch {
	case len(step.Where) == 0:
		step.Status = resolver.Absent
		step.Reason = "no system property " + l.ID + " is seen; the command line of java was not looked at"
		if others != nil {
			step.Reason = "not followed here: " + strings.Join(others, ", ")
			step.Where = setEnvs(s.Host, javaToolOptions, jdkJavaOptions)
		}
		return one(step, nil)
	case id == "" || secret == "":
		step.Status = resolver.Partial
		step.Reason = "not both of the system properties " + l.ID + " and " + l.Secret + " are set"
		return one(step, nil)
	}
	step.Status = resolver.Usable
	step.Reason = "the system properties " + l.ID + " and " + l.Secret + " are set"
	return one(step, &resolver.StaticPlan{Keys: resolver.Keys{
		ID:     id,
		Secret: redact.New([]byte(secret)),
		Token:  redact.New([]byte(token)),
	}})
}

// properties returns those of the named system properties that options set,
// without white space around their values. The last of a name wins.
func properties(options string, names ...string) map[string]string {
	found := map[string]string{}
	for _, option := range javaWords(options) {
		definition, ok := strings.CutPrefix(option, "-D")
		if !ok {
			continue
		}
		key, value, _ := strings.Cut(definition, "=")
		for _, name := range names {
			if key == name && name != "" {
				found[key] = strings.TrimSpace(value)
			}
		}
	}
	return found
}

// javaWords splits options at white space outside of quotes, as the machine
// does with the variables: single and double quotes group and are removed, and
// there is no way to escape one.
func javaWords(text string) []string {
	var words []string
	var word strings.Builder
	var quote rune
	inWord := false
	for _, c := range text {
		switch {
		case quote != 0 && c == quote:
			quote = 0
		case quote != 0:
			word.WriteRune(c)
		case c == '"' || c == '\'':
			quote, inWord = c, true
		case strings.ContainsRune(" \t\n\v\f\r", c):
			if inWord {
				words = append(words, word.String())
				word.Reset()
			}
			inWord = false
		default:
			word.WriteRune(c)
			inWord = true
		}
	}
	if inWord {
		words = append(words, word.String())
	}
	return words
}
