package code

import (
	"strings"

	"github.com/awscred/awscred/resolver"
)

// The packages of the SDKs for the JVM.
const (
	javaV2 = "software.amazon.awssdk"
	javaV1 = "com.amazonaws"
	kotlin = "aws.s"
)

// jvmRow makes a row with an example that imports each class from a package.
// Body holds the statements; the other example is the same without the import.
func jvmRow(c constructor, pkg, body string) constructor {
	var imports strings.Builder
	seen := make(map[string]bool)
	for _, name := range c.names {
		class, _, _ := strings.Cut(name, ".")
		class = strings.Replace(class, "*", "S3", 1)
		if !seen[class] {
			seen[class] = true
			imports.WriteString("import " + pkg + "." + class + "\n")
		}
	}
	c.match = imports.String() + body + "\n"
	c.miss = strings.ReplaceAll(imports.String(), pkg, "com.example") + body + "\n"
	return c
}

// jvmProviders are rows of providers that are made in one of several ways.
func jvmProviders(sdk, in, pkg string, ways []string, sources map[string][]resolver.Source) []constructor {
	var rows []constructor
	for _, class := range sortedKeys(sources) {
		c := constructor{sdks: []string{sdk}, in: []string{in}, sets: Provider, sources: sources[class], args: []argument{
			{names: []string{"profileName", "withProfileName"}, is: asProfile},
		}}
		var body strings.Builder
		for _, way := range ways {
			name := strings.ReplaceAll(way, "NAME", class)
			c.names = append(c.names, name)
			body.WriteString(name + "()\n")
		}
		rows = append(rows, jvmRow(c, pkg, body.String()))
	}
	return rows
}

func javaV2Table() []constructor {
	sdks, in := []string{"java-v2"}, []string{javaV2}
	auth := javaV2 + ".auth.credentials"
	client := []argument{
		{names: []string{"credentialsProvider"}, is: asProvider},
		{names: []string{"endpointOverride"}, is: asEndpoint},
	}
	keys := []argument{
		{names: []string{"accessKeyId"}, pos: 1, is: asKeyID},
		{names: []string{"secretAccessKey"}, pos: 2, is: asSecret},
		{names: []string{"sessionToken"}, pos: 3, is: asToken},
	}
	profile := []argument{{names: []string{"profileName"}, pos: 1, is: asProfile}}
	row := func(sets Setting, args []argument, pkg, body string, names ...string) constructor {
		return jvmRow(constructor{sdks: sdks, in: in, names: names, args: args, sets: sets}, pkg, body)
	}
	profiles := row(Provider, profile, auth, "ProfileCredentialsProvider.create()\nProfileCredentialsProvider.builder().build()", "ProfileCredentialsProvider.create", "ProfileCredentialsProvider.builder")
	profiles.sources = fileSources()
	standard := row(Nothing, []argument{{names: []string{"profileName"}, is: asProfile}}, auth, "DefaultCredentialsProvider.create()\nDefaultCredentialsProvider.builder().build()", "DefaultCredentialsProvider.create", "DefaultCredentialsProvider.builder")
	standard.gives = true
	clients := []string{javaV2 + ".services"}
	rows := []constructor{
		row(Nothing, client, javaV2+".services.s3", "S3Client.builder().build()\nS3Client.create()", "*Client.builder", "*Client.create"),
		row(Nothing, client, javaV2+".services.s3.presigner", "S3Presigner.builder().build()\nS3Presigner.create()", "S3Presigner.builder", "S3Presigner.create"),
		row(StaticKey, keys, auth, "AwsBasicCredentials.create(a, b)\nAwsBasicCredentials.builder().accessKeyId(a).build()", "AwsBasicCredentials.create", "AwsBasicCredentials.builder"),
		row(StaticKey, keys, auth, "AwsSessionCredentials.create(a, b, c)\nAwsSessionCredentials.builder().accessKeyId(a).build()", "AwsSessionCredentials.create", "AwsSessionCredentials.builder"),
		profiles, standard,
		row(Role, nil, javaV2+".services.sts.auth", "StsAssumeRoleCredentialsProvider.builder().build()", "StsAssumeRoleCredentialsProvider.builder"),
		row("", []argument{{names: []string{"roleArn"}, is: asRole}}, javaV2+".services.sts.model", "AssumeRoleRequest.builder().roleArn(x).build()\nAssumeRoleWithWebIdentityRequest.builder().roleArn(x).build()", "AssumeRoleRequest.builder", "AssumeRoleWithWebIdentityRequest.builder"),
		row("", []argument{{names: []string{"defaultProfileName"}, is: asProfile}}, javaV2+".core.client.config", "ClientOverrideConfiguration.builder().defaultProfileName(x).build()", "ClientOverrideConfiguration.builder"),
	}
	rows[0].in, rows[1].in = clients, clients
	rows[0].names, rows[0].built = rows[0].names[:1], true
	made := row(Nothing, client, javaV2+".services.s3", "S3Client.create()", "*Client.create")
	made.in = clients
	given := row("", []argument{{pos: 1, is: asProvider}}, javaV2+".services.s3", "S3Client.builder()\nx.credentialsProvider(y)", "credentialsProvider")
	given.how, given.miss = method, "x.credentialsProvider(y)"
	given.match = "import " + javaV2 + ".services.s3.S3Client\nx.credentialsProvider(y)"
	moved := given
	moved.names, moved.args = []string{"endpointOverride"}, []argument{{pos: 1, is: asEndpoint}}
	moved.match, moved.miss = strings.ReplaceAll(given.match, "credentialsProvider", "endpointOverride"), "x.endpointOverride(y)"
	rows = append(rows, made, given, moved)
	rows[6].args = []argument{{names: []string{"roleArn"}, is: asRole}}
	ways := []string{"NAME.create", "NAME.builder"}
	rows = append(rows, jvmProviders("java-v2", javaV2, auth, ways, map[string][]resolver.Source{
		"EnvironmentVariableCredentialsProvider":  {resolver.FromEnv},
		"SystemPropertyCredentialsProvider":       {resolver.FromEnv},
		"InstanceProfileCredentialsProvider":      {resolver.FromIMDS},
		"ContainerCredentialsProvider":            {resolver.FromContainer},
		"WebIdentityTokenFileCredentialsProvider": {resolver.FromWebIdentity},
		"AnonymousCredentialsProvider":            nil,
	})...)
	rows = append(rows, jvmProviders("java-v2", javaV2, auth, ways[1:], map[string][]resolver.Source{
		"ProcessCredentialsProvider":                 {resolver.FromProcess},
		"SsoCredentialsProvider":                     {resolver.FromSSO},
		"StsWebIdentityTokenFileCredentialsProvider": {resolver.FromWebIdentity},
	})...)
	return append(rows, systemProperties()...)
}

// systemProperties are what the SDKs for Java read before the environment.
func systemProperties() []constructor {
	sdks := []string{"java-v2", "java-v1", "kotlin"}
	var rows []constructor
	for _, name := range []string{"aws.accessKeyId", "aws.secretAccessKey", "aws.secretKey", "aws.profile"} {
		is := map[string]part{"aws.accessKeyId": asKeyID, "aws.profile": asProfile}[name]
		if strings.Contains(name, "secret") {
			is = asSecret
		}
		rows = append(rows, constructor{
			sdks: sdks, names: []string{"System.setProperty"}, first: name, args: []argument{{pos: 2, is: is}}, global: true,
			match: `System.setProperty("` + name + `", x)`, miss: `System.setProperty("aws.region", x)`,
		})
	}
	return rows
}

func javaV1Table() []constructor {
	sdks, in := []string{"java-v1"}, []string{javaV1}
	auth := javaV1 + ".auth"
	client := []argument{
		{names: []string{"withCredentials", "setCredentials"}, is: asProvider},
	}
	keys := []argument{{pos: 1, is: asKeyID}, {pos: 2, is: asSecret}, {pos: 3, is: asToken}}
	row := func(sets Setting, args []argument, pkg, body string, names ...string) constructor {
		return jvmRow(constructor{sdks: sdks, in: in, names: names, args: args, sets: sets}, pkg, body)
	}
	profiles := row(Provider, []argument{{pos: 1, is: asProfile}, {pos: 2, is: asProfile}}, auth+".profile", "new ProfileCredentialsProvider(x)", "ProfileCredentialsProvider")
	profiles.sources = []resolver.Source{resolver.FromProfile, resolver.FromAssumeRole, resolver.FromProcess}
	profiles.shape = lastProfile
	standard := row(Nothing, nil, auth, "new DefaultAWSCredentialsProviderChain()\nDefaultAWSCredentialsProviderChain.getInstance()", "DefaultAWSCredentialsProviderChain", "DefaultAWSCredentialsProviderChain.getInstance")
	standard.gives = true
	direct := row(Nothing, []argument{{pos: 1, is: asProvider}}, javaV1+".services.s3", "new AmazonS3Client(x)\nnew AWSS3Client(x)", "Amazon*Client", "AWS*Client")
	direct.made, direct.shape, direct.except = true, givenCredentials, []string{"AmazonDynamoDBLockClient"}
	with := row("", []argument{{pos: 1, is: asProvider}}, auth, "", "withCredentials", "setCredentials")
	with.how = method
	with.match = "import " + javaV1 + ".services.s3.AmazonS3ClientBuilder\nx.withCredentials(y)\nx.setCredentials(y)"
	with.miss = "x.withCredentials(y)"
	rows := []constructor{
		with,
		row(Nothing, client, javaV1+".services.s3", "S3ClientBuilder.standard().build()\nS3ClientBuilder.defaultClient()\nS3Client.builder().build()", "*ClientBuilder.standard", "*ClientBuilder.defaultClient", "*Client.builder"),
		direct,
		row("", []argument{{pos: 1, is: asEndpoint}}, javaV1+".client.builder.AwsClientBuilder", "new EndpointConfiguration(\"http://x\", r)", "EndpointConfiguration"),
		row(StaticKey, keys, auth, "new BasicAWSCredentials(a, b)", "BasicAWSCredentials"),
		row(StaticKey, keys, auth, "new BasicSessionCredentials(a, b, c)", "BasicSessionCredentials"),
		row(Options, nil, auth, "new PropertiesCredentials(f)\nnew PropertiesFileCredentialsProvider(f)\nnew ClasspathPropertiesFileCredentialsProvider()", "PropertiesCredentials", "PropertiesFileCredentialsProvider", "ClasspathPropertiesFileCredentialsProvider"),
		profiles, standard,
		row(Role, []argument{{pos: 1, is: asRole}}, auth, "new STSAssumeRoleSessionCredentialsProvider(x, y)\nnew STSAssumeRoleSessionCredentialsProvider.Builder(x, y)", "STSAssumeRoleSessionCredentialsProvider", "STSAssumeRoleSessionCredentialsProvider.Builder"),
		row("", []argument{{names: []string{"withRoleArn"}, is: asRole}}, javaV1+".services.securitytoken.model", "new AssumeRoleRequest().withRoleArn(x)\nnew AssumeRoleWithWebIdentityRequest().withRoleArn(x)", "AssumeRoleRequest", "AssumeRoleWithWebIdentityRequest"),
	}
	rows = append(rows, jvmProviders("java-v1", javaV1, auth, []string{"NAME"}, map[string][]resolver.Source{
		"EnvironmentVariableCredentialsProvider": {resolver.FromEnv, resolver.FromEnvLegacy},
		"SystemPropertiesCredentialsProvider":    {resolver.FromEnv},
		"EC2ContainerCredentialsProviderWrapper": {resolver.FromContainer, resolver.FromIMDS},
		"ContainerCredentialsProvider":           {resolver.FromContainer},
		"AnonymousAWSCredentials":                nil,
	})...)
	rows = append(rows, jvmProviders("java-v1", javaV1, auth, []string{"NAME.create", "NAME.builder"}, map[string][]resolver.Source{
		"WebIdentityTokenCredentialsProvider": {resolver.FromWebIdentity},
	})...)
	return append(rows, jvmProviders("java-v1", javaV1, auth, []string{"NAME", "NAME.getInstance", "NAME.createAsyncRefreshingProvider"}, map[string][]resolver.Source{
		"InstanceProfileCredentialsProvider": {resolver.FromIMDS},
	})...)
}

// lastProfile leaves the last of the arguments: a file may stand before the name
// of the profile.
func lastProfile(_ *source, args []arg) []arg {
	if len(args) > 1 && args[0].pos == 1 && args[1].pos == 2 {
		return args[1:]
	}
	return args
}

// givenCredentials leaves the first argument only if it is one of credentials: a
// client may be given options as well.
func givenCredentials(s *source, args []arg) []arg {
	if len(args) == 0 || !s.holds(args[0].value, 0) && !s.mentions(args[0].value, "cred", "provider", "auth") {
		return nil
	}
	return args
}

func kotlinTable() []constructor {
	sdks, in := []string{"kotlin"}, []string{kotlin}
	auth, smithy := "aws.sdk.kotlin.runtime.auth.credentials", "aws.smithy.kotlin.runtime.auth.awscredentials"
	keys := []argument{
		{names: []string{"accessKeyId"}, pos: 1, is: asKeyID},
		{names: []string{"secretAccessKey"}, pos: 2, is: asSecret},
		{names: []string{"sessionToken"}, pos: 3, is: asToken},
	}
	client := []argument{
		{names: []string{"credentialsProvider"}, is: asProvider},
		{names: []string{"endpointUrl"}, is: asEndpoint},
	}
	row := func(sets Setting, args []argument, pkg, body string, names ...string) constructor {
		return jvmRow(constructor{sdks: sdks, in: in, names: names, args: args, sets: sets}, pkg, body)
	}
	profiles := row(Provider, []argument{{names: []string{"profileName"}, pos: 1, is: asProfile}}, auth, "ProfileCredentialsProvider(profileName = x)", "ProfileCredentialsProvider")
	profiles.sources = fileSources()
	standard := row(Nothing, []argument{{names: []string{"profileName"}, pos: 1, is: asProfile}}, auth, "DefaultChainCredentialsProvider()", "DefaultChainCredentialsProvider")
	standard.gives = true
	rows := []constructor{
		row(Nothing, client, "aws.sdk.kotlin.services.s3", "S3Client(config)\nS3Client.fromEnvironment()", "*Client", "*Client.fromEnvironment"),
		row("", keys, auth, "StaticCredentialsProvider(accessKeyId = a)", "StaticCredentialsProvider"),
		row(StaticKey, keys, smithy, "Credentials(a, b)", "Credentials"),
		profiles, standard,
		row(Role, []argument{{names: []string{"roleArn", "bootstrapRoleArn"}, is: asRole}}, auth, "StsAssumeRoleCredentialsProvider(roleArn = x)", "StsAssumeRoleCredentialsProvider"),
	}
	rows[0].in = []string{"aws.sdk.kotlin.services"}
	return append(rows, jvmProviders("kotlin", kotlin, auth, []string{"NAME"}, map[string][]resolver.Source{
		"EnvironmentCredentialsProvider":    {resolver.FromEnv},
		"SystemPropertyCredentialsProvider": {resolver.FromEnv},
		"ImdsCredentialsProvider":           {resolver.FromIMDS},
		"EcsCredentialsProvider":            {resolver.FromContainer},
		"StsWebIdentityCredentialsProvider": {resolver.FromWebIdentity},
		"SsoCredentialsProvider":            {resolver.FromSSO},
		"ProcessCredentialsProvider":        {resolver.FromProcess},
	})...)
}
