package sdk

import "github.com/awscred/awscred/resolver"

// DotNetV3 is the AWS SDK for .NET, version 3. It tries its sources in turn, the
// profile before the environment, and rethrows only what says that a
// credential_process failed (Credentials/FallbackCredentialsFactory.cs@13bd83ed).
func DotNetV3() *resolver.SDK {
	s := dotNet()
	s.Name, s.Title, s.Version = "dotnet-v3", "AWS SDK for .NET v3", "3.x (13bd83ed)"
	passes := Passes{Broken: true, Failed: true}
	env, container := dotNetEnv(), dotNetContainer()
	container.NoFull = true
	web := webLink()
	web.NeedsRole = true
	s.Links = []resolver.Link{
		Code{},
		web,
		SDKStore{dotNetProfile(env, container, dotNetInstance(nil))},
		passes.Link(env),
		passes.Link(container),
		passes.Link(dotNetInstance(RelativeConfigured)),
	}
	const chain = netDir + "Credentials/FallbackCredentialsFactory.cs@13bd83ed"
	s.Deviations = append(dotNetDeviations(),
		resolver.Deviation{ID: "profile-before-env", Text: "the profile, default included, comes before environment keys", Source: chain},
		resolver.Deviation{ID: "web-identity-first", Text: "web identity in the environment comes before everything else", Source: chain, Since: "a version after e7932173"},
		resolver.Deviation{ID: "process-failure-stops", Text: "a credential_process that fails ends the chain; other failures of a profile are passed over", Source: chain},
		resolver.Deviation{ID: "token-file-unseen", Text: "web identity in the environment wins without a look at the token file, so that a missing one is an error", Source: chain},
		resolver.Deviation{ID: "relative-uri-alone", Text: "AWS_CONTAINER_CREDENTIALS_FULL_URI is not read", Source: chain},
		resolver.Deviation{ID: "container-or-instance", Text: "a container that fails hides the instance role", Source: chain},
	)
	return s
}
