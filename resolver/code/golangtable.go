package code

import (
	"maps"
	"slices"
	"strings"

	"github.com/awscred/awscred/resolver"
)

// The modules of the AWS SDKs for Go.
const (
	goV2 = "github.com/aws/aws-sdk-go-v2/"
	goV1 = "github.com/aws/aws-sdk-go/"
)

func goTable() []constructor { return slices.Concat(goV2Table(), goV1Table(), goBaseTable()) }

// inGo are two examples for a row: one in which the package is the SDK's, one in
// which it is another of the same name.
func inGo(pkg, body string) (match, miss string) {
	name := strings.TrimSuffix(pkg, "*")
	if strings.HasSuffix(pkg, "**") || strings.HasSuffix(pkg, "*") {
		name = strings.TrimRight(pkg, "*") + "s3"
	}
	local := name[strings.LastIndexByte(name, '/')+1:]
	text := func(path string) string {
		return "package p\n\nimport \"" + path + "\"\n\nfunc f(cfg " + local + ".Config, o *" + local + ".Options) {\n" + strings.ReplaceAll(body, "PKG", local) + "\n}\n"
	}
	return text(name), text("example.com/" + local)
}

// goRow makes a row with examples made of a body, in which PKG stands for the
// package.
func goRow(sdk, pkg string, how use, body string, sets Setting, sources []resolver.Source, names []string, args ...argument) constructor {
	c := constructor{sdks: []string{sdk}, in: []string{pkg}, how: how, sets: sets, sources: sources, names: names, args: args}
	c.match, c.miss = inGo(pkg, body)
	return c
}

func keyArguments(first int) []argument {
	return []argument{
		{names: []string{"AccessKeyID", "AccessKeyId"}, pos: first, is: asKeyID},
		{names: []string{"SecretAccessKey"}, pos: first + 1, is: asSecret},
		{names: []string{"SessionToken"}, pos: first + 2, is: asToken},
	}
}

func goV2Table() []constructor {
	const sdk = "go-v2"
	all := argument{pos: 2, is: asOptions}
	credentials := []argument{{names: []string{"Credentials"}, is: asProvider}, {names: []string{"BaseEndpoint"}, is: asEndpoint}}
	rows := []constructor{
		goRow(sdk, goV2+"config", called, "PKG.LoadDefaultConfig(ctx)", Nothing, nil, []string{"LoadDefaultConfig"}, all),
		goRow(sdk, goV2+"config", called, `PKG.WithSharedConfigProfile(x)`, "", nil, []string{"WithSharedConfigProfile"}, argument{pos: 1, is: asProfile}),
		goRow(sdk, goV2+"config", called, `PKG.LoadSharedConfigProfile(ctx, x)`, "", nil, []string{"LoadSharedConfigProfile"}, argument{pos: 2, is: asProfile}),
		goRow(sdk, goV2+"config", called, `PKG.WithCredentialsProvider(x)`, "", nil, []string{"WithCredentialsProvider"}, argument{pos: 1, is: asProvider}),
		goRow(sdk, goV2+"config", called, `PKG.WithBaseEndpoint("http://x")`, "", nil, []string{"WithBaseEndpoint"}, argument{pos: 1, is: asEndpoint}),
		goRow(sdk, goV2+"config", called, "PKG.WithEndpointResolver(x)\nPKG.WithEndpointResolverWithOptions(x)", "", nil, []string{"WithEndpointResolver", "WithEndpointResolverWithOptions"}, argument{pos: 1, is: asEndpoint}),
		goRow(sdk, goV2+"config", called, "PKG.WithSharedConfigFiles(x)\nPKG.WithSharedCredentialsFiles(x)", Options, nil, []string{"WithSharedConfigFiles", "WithSharedCredentialsFiles"}),
		goRow(sdk, goV2+"credentials", called, "PKG.NewStaticCredentialsProvider(a, b, \"\")", StaticKey, nil, []string{"NewStaticCredentialsProvider"}, keyArguments(1)...),
		goRow(sdk, goV2+"aws", composite, "_ = PKG.Credentials{AccessKeyID: a, SecretAccessKey: b}", StaticKey, nil, []string{"Credentials"}, keyArguments(0)...),
		goRow(sdk, goV2+"aws", composite, "_ = PKG.AnonymousCredentials{}", Provider, nil, []string{"AnonymousCredentials"}),
		goRow(sdk, goV2+"aws", composite, "_ = PKG.Config{Credentials: x}", "", nil, []string{"Config"}, credentials...),
		goRow(sdk, goV2+"aws.Config", member, "cfg.Credentials = x", "", nil, []string{"Credentials"}, credentials...),
		goRow(sdk, goV2+"aws.Config", member, "cfg.BaseEndpoint = x", "", nil, []string{"BaseEndpoint"}, credentials...),
		goRow(sdk, goV2+"aws", called, "PKG.CredentialsProviderFunc(x)", Options, nil, []string{"CredentialsProviderFunc"}),
		goRow(sdk, goV2+"credentials/stscreds", called, "PKG.NewAssumeRoleProvider(c, x)", Role, nil, []string{"NewAssumeRoleProvider"}, argument{pos: 2, is: asRole}),
		goRow(sdk, goV2+"service/sts", composite, "_ = PKG.AssumeRoleInput{RoleArn: x}\n_ = PKG.AssumeRoleWithWebIdentityInput{RoleArn: x}", "", nil, []string{"AssumeRoleInput", "AssumeRoleWithWebIdentityInput"}, argument{names: []string{"RoleArn"}, is: asRole}),
		goRow(sdk, goV2+"service/**", composite, "_ = PKG.Options{Credentials: x}", "", nil, []string{"Options"}, credentials...),
		goRow(sdk, goV2+"service/**", member, "o.Credentials = x", "", nil, []string{"Credentials"}, credentials...),
		goRow(sdk, goV2+"service/**", member, "o.BaseEndpoint = x", "", nil, []string{"BaseEndpoint"}, credentials...),
	}
	rows = append(rows, goProviders(sdk, goV2+"credentials/", map[string][]resolver.Source{
		"ec2rolecreds.New":                    {resolver.FromIMDS},
		"endpointcreds.New":                   {resolver.FromContainer},
		"processcreds.NewProvider":            {resolver.FromProcess},
		"processcreds.NewProviderCommand":     {resolver.FromProcess},
		"ssocreds.New":                        {resolver.FromSSO},
		"logincreds.New":                      {resolver.FromLogin},
		"stscreds.NewWebIdentityRoleProvider": {resolver.FromWebIdentity},
	})...)
	return withFieldTypes(rows)
}

func goV1Table() []constructor {
	const sdk = "go-v1"
	credentials := []argument{{names: []string{"Credentials"}, is: asProvider}, {names: []string{"Endpoint"}, is: asEndpoint}}
	rows := []constructor{
		goRow(sdk, goV1+"aws/session", called, "PKG.NewSession()\nPKG.New()\nPKG.NewSessionWithOptions(x)", Nothing, nil, []string{"NewSession", "New", "NewSessionWithOptions"}, argument{pos: 1, is: asOptions}),
		goRow(sdk, goV1+"aws/session", composite, "_ = PKG.Options{Profile: x}", "", nil, []string{"Options"}, argument{names: []string{"Profile"}, is: asProfile}),
		goRow(sdk, goV1+"aws/session.Options", member, "o.Profile = x", "", nil, []string{"Profile"}, argument{names: []string{"Profile"}, is: asProfile}),
		goRow(sdk, goV1+"aws/credentials", called, "PKG.NewStaticCredentials(a, b, \"\")", StaticKey, nil, []string{"NewStaticCredentials"}, keyArguments(1)...),
		goRow(sdk, goV1+"aws/credentials", composite, "_ = PKG.Value{AccessKeyID: a, SecretAccessKey: b}", StaticKey, nil, []string{"Value"}, keyArguments(0)...),
		goRow(sdk, goV1+"aws/credentials", called, "PKG.NewSharedCredentials(\"\", x)", Provider, []resolver.Source{resolver.FromProfile}, []string{"NewSharedCredentials"}, argument{pos: 2, is: asProfile}),
		goRow(sdk, goV1+"aws/credentials", composite, "_ = PKG.SharedCredentialsProvider{Profile: x}", Provider, []resolver.Source{resolver.FromProfile}, []string{"SharedCredentialsProvider"}, argument{names: []string{"Profile"}, is: asProfile}),
		goRow(sdk, goV1+"aws/credentials", composite, "_ = PKG.EnvProvider{}", Provider, []resolver.Source{resolver.FromEnv, resolver.FromEnvLegacy}, []string{"EnvProvider"}),
		goRow(sdk, goV1+"aws/credentials", called, "PKG.NewEnvCredentials()", Provider, []resolver.Source{resolver.FromEnv, resolver.FromEnvLegacy}, []string{"NewEnvCredentials"}),
		goRow(sdk, goV1+"aws/credentials", named, "_ = PKG.AnonymousCredentials", Provider, nil, []string{"AnonymousCredentials"}),
		goRow(sdk, goV1+"aws/credentials/ec2rolecreds", composite, "_ = PKG.EC2RoleProvider{}", Provider, []resolver.Source{resolver.FromIMDS}, []string{"EC2RoleProvider"}),
		goRow(sdk, goV1+"aws/credentials/stscreds", called, "PKG.NewCredentials(s, x)\nPKG.NewCredentialsWithClient(s, x)", Role, nil, []string{"NewCredentials", "NewCredentialsWithClient"}, argument{pos: 2, is: asRole}),
		goRow(sdk, goV1+"aws/credentials/stscreds", composite, "_ = PKG.AssumeRoleProvider{RoleARN: x}", Role, nil, []string{"AssumeRoleProvider"}, argument{names: []string{"RoleARN"}, is: asRole}),
		goRow(sdk, goV1+"service/sts", composite, "_ = PKG.AssumeRoleInput{RoleArn: x}\n_ = PKG.AssumeRoleWithWebIdentityInput{RoleArn: x}", "", nil, []string{"AssumeRoleInput", "AssumeRoleWithWebIdentityInput"}, argument{names: []string{"RoleArn"}, is: asRole}),
		goRow(sdk, goV1+"aws/defaults", called, "PKG.RemoteCredProvider(a, b)", Provider, []resolver.Source{resolver.FromContainer, resolver.FromIMDS}, []string{"RemoteCredProvider"}),
		goRow(sdk, goV1+"aws", composite, "_ = PKG.Config{Credentials: x}", "", nil, []string{"Config"}, credentials...),
		goRow(sdk, goV1+"aws.Config", member, "cfg.Credentials = x", "", nil, []string{"Credentials"}, credentials...),
		goRow(sdk, goV1+"aws.Config", member, "cfg.Endpoint = x", "", nil, []string{"Endpoint"}, credentials...),
		goRow(sdk, goV1+"aws", method, "PKG.NewConfig().WithCredentials(x)", "", nil, []string{"WithCredentials"}, argument{pos: 1, is: asProvider}),
		goRow(sdk, goV1+"aws", method, "PKG.NewConfig().WithEndpoint(x)", "", nil, []string{"WithEndpoint"}, argument{pos: 1, is: asEndpoint}),
	}
	rows[0].args = append(rows[0].args, credentials...)
	return withFieldTypes(append(rows, goProviders(sdk, goV1+"aws/credentials/", map[string][]resolver.Source{
		"ec2rolecreds.NewCredentials":           {resolver.FromIMDS},
		"ec2rolecreds.NewCredentialsWithClient": {resolver.FromIMDS},
		"endpointcreds.NewCredentialsClient":    {resolver.FromContainer},
		"processcreds.NewCredentials":           {resolver.FromProcess},
		"processcreds.NewCredentialsCommand":    {resolver.FromProcess},
		"ssocreds.NewCredentials":               {resolver.FromSSO},
		"stscreds.NewWebIdentityCredentials":    {resolver.FromWebIdentity},
		"stscreds.NewWebIdentityRoleProvider":   {resolver.FromWebIdentity},
	})...))
}

// goBaseTable is that of the library which Terraform's provider is built on.
func goBaseTable() []constructor {
	const pkg = "github.com/hashicorp/aws-sdk-go-base/v2"
	row := goRow("terraform", pkg, composite, "", "", nil, []string{"Config"},
		argument{names: []string{"AccessKey"}, is: asKeyID}, argument{names: []string{"SecretKey"}, is: asSecret},
		argument{names: []string{"Token"}, is: asToken}, argument{names: []string{"Profile"}, is: asProfile})
	row.match = "package p\n\nimport awsbase \"" + pkg + "\"\n\nvar c = awsbase.Config{Profile: x}\n"
	row.miss = "package p\n\nimport awsbase \"example.com/awsbase\"\n\nvar c = awsbase.Config{Profile: x}\n"
	role := goRow("terraform", pkg, composite, "", "", nil, []string{"AssumeRole"}, argument{names: []string{"RoleARN"}, is: asRole})
	role.match = strings.ReplaceAll(row.match, "awsbase.Config{Profile", "awsbase.AssumeRole{RoleARN")
	role.miss = strings.ReplaceAll(row.miss, "awsbase.Config{Profile", "awsbase.AssumeRole{RoleARN")
	return []constructor{row, role}
}

func goProviders(sdk, below string, sources map[string][]resolver.Source) []constructor {
	var rows []constructor
	for _, full := range slices.Sorted(maps.Keys(sources)) {
		pkg, name, _ := strings.Cut(full, ".")
		rows = append(rows, goRow(sdk, below+pkg, called, "PKG."+name+"(x)", Provider, sources[full], []string{name}))
	}
	return rows
}

// withFieldTypes gives the examples of fields the type that they are fields of.
func withFieldTypes(rows []constructor) []constructor {
	for i := range rows {
		c := &rows[i]
		if pkg, ok := strings.CutSuffix(c.in[0], ".Config"); ok && c.how == member {
			c.match, c.miss = inGo(pkg, "cfg."+c.names[0]+" = x")
		}
		if pkg, ok := strings.CutSuffix(c.in[0], ".Options"); ok && c.how == member {
			c.match, c.miss = inGo(pkg, "o."+c.names[0]+" = x")
		}
	}
	return rows
}
