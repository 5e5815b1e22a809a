package sdk

import "github.com/awscred/awscred/resolver"

// DotNetV4 is the AWS SDK for .NET, version 4. It tries its sources in turn, and
// rethrows what says that a credential_process failed or that a profile does not
// exist (Credentials/DefaultAWSCredentialsIdentityResolver.cs@0934adc2).
func DotNetV4() *resolver.SDK {
	s := dotNet()
	s.Name, s.Title, s.Version = "dotnet-v4", "AWS SDK for .NET v4", "4.x (0934adc2)"
	s.Profiles.Missing = resolver.MissingStops
	passes := Passes{Broken: true, Failed: true}
	env, container := dotNetEnv(), dotNetContainer()
	files := dotNetProfile(env, container, dotNetInstance(nil))
	files.MissingEnds = true
	env.Unless = ProfileInCode
	web := webLink()
	web.NeedsRole = true
	web.Unless = ProfileInCode
	s.Links = []resolver.Link{
		Code{},
		passes.Link(env),
		web,
		SDKStore{files},
		passes.Link(container),
		passes.Link(dotNetInstance(ContainerConfigured)),
	}
	const chain = netDir + "Credentials/DefaultAWSCredentialsIdentityResolver.cs@0934adc2"
	s.Deviations = append(dotNetDeviations(),
		resolver.Deviation{ID: "missing-profile-stops", Text: "a profile that does not exist ends the chain once it comes to the files, unless it is called default", Source: chain},
		resolver.Deviation{ID: "process-failure-stops", Text: "a credential_process that fails ends the chain; other failures of a profile are passed over", Source: chain},
		resolver.Deviation{ID: "token-file-unseen", Text: "web identity in the environment wins without a look at the token file, so that a missing one is an error", Source: chain},
		resolver.Deviation{ID: "blank-env-used", Text: "environment keys of nothing but white space are used as they are", Source: netDir + "Credentials/EnvironmentVariablesAWSCredentials.cs@123255c6"},
		resolver.Deviation{ID: "web-identity-before-profile", Text: "web identity in the environment comes before the profile, AWS_PROFILE included", Source: chain},
		resolver.Deviation{ID: "container-or-instance", Text: "a container that fails hides the instance role", Source: chain},
	)
	return s
}
