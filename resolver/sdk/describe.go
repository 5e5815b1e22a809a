package sdk

import (
	"context"
	"slices"
	"strings"

	"github.com/awscred/awscred/resolver"
	"github.com/awscred/awscred/resolver/profile"
)

// A Description is what the documentation says about a link. It is made of the
// link's own options, so that there is nothing to keep in step.
type Description struct {
	// Title is the source in a word or two.
	Title string
	// Reads are the variables, or what is looked for in a profile, in the
	// order of the link.
	Reads []string
	// Notes are what is particular about the link, a clause each.
	Notes []string
}

// Describe returns what the documentation says about a link: of links that do
// not describe themselves no more than which source they are.
func Describe(link resolver.Link) Description {
	if l, ok := link.(interface{ describe() Description }); ok {
		return l.describe()
	}
	offers := link.Offers(context.Background(), imagined()[0])
	return Description{Title: string(offers[0].Step.Source)}
}

// imagined are situations in which Conditions give their reasons: one in which
// nothing is set, and two in which everything is, the profile by a variable or
// by the program.
func imagined() []*resolver.Situation {
	everything := map[string]string{"AWS_WEB_IDENTITY_TOKEN_FILE": "FILE", relativeURI: "/URI", "AWS_PROFILE": "NAME"}
	dialect := &profile.Dialect{}
	situation := func(env map[string]string, choice resolver.ProfileChoice) *resolver.Situation {
		return &resolver.Situation{
			Host:    &resolver.Host{Env: env},
			SDK:     &resolver.SDK{Dialect: dialect},
			Shared:  profile.Merge(dialect, nil, nil),
			Profile: choice,
		}
	}
	return []*resolver.Situation{
		situation(nil, resolver.ProfileChoice{Name: "default"}),
		situation(everything, resolver.ProfileChoice{Name: "NAME", By: "AWS_PROFILE"}),
		situation(everything, resolver.ProfileChoice{Name: "NAME", By: resolver.ByCode}),
	}
}

// notes returns the reason of a Condition as a note, or nothing.
func (c Condition) notes() []string {
	for _, s := range imagined() {
		if reason := c.holds(s); reason != "" {
			return []string{"may be " + strings.TrimPrefix(reason, "may be ")}
		}
	}
	return nil
}

// when returns the texts whose condition is true. Texts and conditions
// alternate.
func when(pairs ...any) []string {
	var list []string
	for i := 0; i+1 < len(pairs); i += 2 {
		if text, ok := pairs[i].(string); ok && pairs[i+1] == true {
			list = append(list, text)
		}
	}
	return list
}

// either joins names of which the first that is set counts.
func either(names []string) []string {
	if len(names) == 0 {
		return nil
	}
	return []string{strings.Join(names, " or ")}
}

func (Code) describe() Description {
	return Description{Title: "code"}
}

func (l SystemProperties) describe() Description {
	return Description{
		Title: "system properties",
		Reads: []string{l.ID, l.Secret, l.Token},
		Notes: []string{"seen only if " + javaToolOptions + " or " + jdkJavaOptions + " set them"},
	}
}

func (l Env) describe() Description {
	return Description{
		Title: "environment",
		Reads: slices.Concat(either(l.IDs), either(l.Secrets), either(l.Tokens), when(l.Account, l.Account != "", l.Expires, l.Expires != "")),
		Notes: append(when(
			"blanks count as not set", l.BlankIsUnset,
			"a key id alone ends the chain", l.Half == IDStops,
			"half a pair ends the chain", l.Half == HalfStops,
		), l.Unless.notes()...),
	}
}

func (l WebIdentity) describe() Description {
	return Description{
		Title: "web identity",
		Reads: append([]string{l.TokenFile, l.Role, l.Session}, when("the profile's "+tokenFileKey+" and "+roleKey, l.OrProfile)...),
		Notes: append(when("a token file without a role counts as none", l.NeedsRole), l.Unless.notes()...),
	}
}

func (l Profile) describe() Description {
	d := Description{Title: "profile", Reads: names(l.Methods)}
	if source := l.source(); source != resolver.FromProfile {
		d.Title = "profile: " + string(source)
	}
	if l.Name != "" {
		d.Title += " " + quote(l.Name)
	}
	d.Notes = when(
		"in the credentials file", l.Files == CredentialsOnly,
		"in the config file", l.Files == ConfigOnly,
		"in the config file, under [profile NAME]", l.Files == ConfigPrefixed,
		"in the credentials file, and in the config file too if "+loadNondefault+" is set", l.Files == CredentialsOrLoaded,
		"a method that fails is followed by the next", l.EveryMethod,
		"a shared file that cannot be parsed makes it fail", l.FaultyFiles && !l.FaultyStops,
		"a shared file that cannot be parsed ends the chain", l.FaultyStops,
		"a missing profile ends the chain", l.MissingEnds,
		"role_arn is assumed with whatever keys this gives", l.RoleOver,
	)
	if source := names(l.SourceMethods); len(source) > 0 && !slices.Equal(source, d.Reads) {
		d.Notes = append(d.Notes, "in a source profile: "+strings.Join(source, ", "))
	}
	d.Notes = append(d.Notes, l.Unless.notes()...)
	return d
}

// names are those of methods, each in its first place.
func names(methods []Method) []string {
	var list []string
	for _, m := range methods {
		if m.Name != "" && !slices.Contains(list, m.Name) {
			list = append(list, m.Name)
		}
	}
	return list
}

func (l Container) describe() Description {
	reads := []string{relativeURI, fullURI}
	if l.FullFirst {
		slices.Reverse(reads)
	}
	tokens := []string{authTokenFile, authToken}
	if l.Token.ValueFirst {
		slices.Reverse(tokens)
	}
	return Description{
		Title: "container",
		Reads: append(slices.DeleteFunc(reads, func(name string) bool { return l.NoFull && name == fullURI }),
			slices.DeleteFunc(tokens, func(name string) bool { return l.Token.NoFile && name == authTokenFile })...),
		Notes: append(when(
			l.Service+" names the host of the relative URI", l.Service != "",
			"the relative URI must begin with a slash", l.NeedSlash,
			"no token for the relative URI", l.Token.OnlyFull,
		), when("hosts: "+l.Hosts.describe(), !l.NoFull)...),
	}
}

func (l Instance) describe() Description {
	keys := []string{l.DisabledKey, l.EndpointKey, l.ModeKey, l.V1DisabledKey}
	variables := append([]string{metadataDisabled, metadataEndpoint}, l.MoreEndpoints...)
	variables = append(variables, metadataMode)
	switch {
	case l.Fixed:
		variables = variables[:1]
	case l.NeverDisabled:
		variables = variables[1:]
	}
	keys = slices.DeleteFunc(keys, func(key string) bool { return key == "" })
	return Description{
		Title: "instance role",
		Reads: append(variables, keys...),
		Notes: append(when(
			"switched off by true in lower case", l.Switch == SwitchExact,
			"fails if the switch is neither true nor false", l.Switch == SwitchStrict,
			"switched off by anything but false", l.Switch == SwitchNotFalse || l.Switch == SwitchNotExactFalse,
			"never without a session token", l.V1Never,
		), l.Unless.notes()...),
	}
}

func (l SDKStore) describe() Description {
	d := l.Profile.describe()
	d.Notes = append(d.Notes, "on Windows behind the encrypted store")
	return d
}

func (l passingLink) describe() Description {
	d := Describe(l.link)
	d.Notes = append(d.Notes, when(
		"any failure is passed over", l.passes.Broken && l.passes.Failed,
		"passed over if it is seen to be broken", l.passes.Broken && !l.passes.Failed,
		"passed over if a request fails", !l.passes.Broken && l.passes.Failed,
	)...)
	return d
}

func (l ifNoneEmpty) describe() Description {
	d := Describe(l.link)
	d.Notes = append(d.Notes, "fails if one of its variables is empty")
	return d
}
