package sdk

import (
	"context"

	"github.com/awscred/awscred/resolver"
)

// rubyRole is role_arn in the SDK for Ruby, in one file at a time
// (shared_config.rb:244).
type rubyRole struct{ sources NamedSources }

func (r rubyRole) method() Method {
	return Method{
		Name:      "role_arn with source_profile or credential_source",
		TakesRole: true,
		Offer: func(ctx context.Context, v *visit) (resolver.Offer, bool) {
			return r.offer(ctx, v, map[string]bool{})
		},
	}
}

// offer offers the role of a section. seen are the source profiles on the way.
func (r rubyRole) offer(ctx context.Context, v *visit, seen map[string]bool) (resolver.Offer, bool) {
	step := v.step(resolver.FromAssumeRole, roleKey, "source_profile", "credential_source")
	step.RoleARN = v.value(roleKey)
	source, named := v.value("source_profile"), v.value("credential_source")
	var base resolver.Offer
	switch {
	case source != "" && named != "":
		return stopping(step, "source_profile and credential_source exclude each other"), true
	case source != "":
		base = r.source(ctx, v, source, seen)
	case named == "Environment":
		return stopping(step, "credential_source Environment is not supported"), true
	case named != "":
		base = r.sources.offer(ctx, v, named)
	case step.RoleARN != "":
		return stopping(step, "role_arn is set, but neither source_profile nor credential_source"), true
	default:
		return resolver.Offer{}, false
	}
	if step.RoleARN == "" && base.Step.Offered() {
		return stopping(step, "source_profile or credential_source is set, but no role_arn"), true
	}
	return v.assume(base), true
}

// source offers the keys of a source profile: static ones, else those of its own
// role, token, process or session (shared_config.rb:297).
func (r rubyRole) source(ctx context.Context, v *visit, name string, seen map[string]bool) resolver.Offer {
	step := v.step(resolver.FromAssumeRole, "source_profile")
	next, exists := v.source(name)
	switch {
	case seen[name]:
		return stopping(step, "source_profile leads back to "+quote(name))
	case len(seen) > maxRoles:
		step.Status, step.Reason = resolver.Unknown, tooLong
		return resolver.Offer{Step: step}
	case !exists:
		return stopping(step, "source_profile "+quote(name)+" does not exist")
	}
	seen[name] = true
	for _, files := range []FileChoice{CredentialsOnly, ConfigOnly} {
		if o, ok := Static(StaticRules{In: files}).Offer(ctx, next); ok {
			return o
		}
	}
	if next.inFirstFile().value("source_profile") != "" {
		role := inEachFile(Method{Offer: func(ctx context.Context, v *visit) (resolver.Offer, bool) {
			return r.offer(ctx, v, seen)
		}})
		if o, ok := role.Offer(ctx, next); ok {
			return o
		}
	}
	for _, m := range []Method{rubyToken(), inEachFile(rubyProcess()), inEachFile(rubySSO())} {
		if o, ok := m.Offer(ctx, next); ok {
			return o
		}
	}
	return stopping(step, "source_profile "+quote(name)+" has no credentials")
}

// inFirstFile is the section of the profile in the first file that has it.
func (v *visit) inFirstFile() section {
	if p := CredentialsOnly.section(v.situation, v.name); p.exists() {
		return p
	}
	return ConfigOnly.section(v.situation, v.name)
}

func rubyDeviations() []resolver.Deviation {
	chain, config := rubyCore+"credential_provider_chain.rb:", rubyCore+"shared_config.rb:"
	return []resolver.Deviation{
		{ID: "tries-in-turn", Text: "an error of a source ends the chain; only the metadata services keep theirs to themselves", Source: chain + "11"},
		{ID: "legacy-env-names", Text: "reads AMAZON_ACCESS_KEY_ID and AWS_ACCESS_KEY and their like as further names", Source: chain + "95"},
		{ID: "empty-env-hides", Text: "an empty variable hides those of the same meaning behind it", Source: chain + "109"},
		{ID: "profile-in-code-first", Text: "a profile that the program names comes before environment keys, and a missing one is passed over", Source: chain + "24"},
		{ID: "default-profile-variable", Text: "reads AWS_DEFAULT_PROFILE after AWS_PROFILE, but not for a token file in a profile", Source: chain + "115"},
		{ID: "empty-profile-variable", Text: "takes an empty AWS_PROFILE for a profile without a name", Source: chain + "115"},
		{ID: "missing-profile-passes", Text: "goes on from a profile that does not exist", Source: chain + "121"},
		{ID: "files-never-merged", Text: "looks for credentials in each file by itself, the credentials file first", Source: config + "107"},
		{ID: "config-opt-out", Text: "AWS_SDK_CONFIG_OPT_OUT hides the config file, and all but static keys of the credentials file", Source: "aws-sdk-ruby@bac3491f/gems/aws-sdk-core/lib/aws-sdk-core.rb:87"},
		{ID: "unprefixed-config-profile", Text: "takes [dev] in the config file and [profile dev] in the credentials file for profiles", Source: rubyCore + "ini_parser.rb:18"},
		{ID: "indented-line-fails", Text: "fails over an indented assignment behind a line that is none", Source: rubyCore + "ini_parser.rb:28"},
		{ID: "sso-over-static", Text: "SSO and role_arn come before static keys of the same profile", Source: chain + "31"},
		{ID: "role-needs-source", Text: "role_arn without a source is an error, even beside static keys", Source: config + "291"},
		{ID: "no-environment-source", Text: "credential_source = Environment is an error", Source: config + "333"},
		{ID: "source-static-first", Text: "static keys of a source profile are used without its own role", Source: config + "308"},
		{ID: "token-file-in-config", Text: "web_identity_token_file counts in the config file only", Source: config + "133"},
		{ID: "container-or-instance", Text: "if a container is configured, the instance is not asked, even if the container fails", Source: chain + "171"},
		{ID: "full-uri-ignored", Text: "ignores AWS_CONTAINER_CREDENTIALS_FULL_URI, so that the instance is asked", Source: "aws-sdk-ruby@bac3491f/gems/aws-sdk-core/CHANGELOG.md:544", Until: "3.171.0"},
		{ID: "token-file-ignored", Text: "ignores AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE", Source: "aws-sdk-ruby@bac3491f/gems/aws-sdk-core/CHANGELOG.md:372", Until: "3.188.0"},
		{ID: "v1-disabled-ignored", Text: "ignores AWS_EC2_METADATA_V1_DISABLED", Source: "aws-sdk-ruby@bac3491f/gems/aws-sdk-core/CHANGELOG.md:389", Until: "3.186.0"},
		{ID: "metadata-port-ignored", Text: "ignores the port of AWS_EC2_METADATA_SERVICE_ENDPOINT", Source: "aws-sdk-ruby@bac3491f/gems/aws-sdk-core/CHANGELOG.md:303", Until: "3.191.5"},
	}
}
