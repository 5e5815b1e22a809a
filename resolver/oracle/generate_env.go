package oracle

// environment adds variables: keys, and the sources behind the shared files.
func (g *generator) environment() {
	if g.in(28) {
		g.envKeys()
	}
	if g.in(9) {
		g.envWebIdentity()
	}
	if g.in(14) {
		g.container()
	}
	g.instance()
	if g.in(4) {
		g.region()
	}
	if g.in(4) {
		v := one(g.dice, checked()...)
		g.set(v.Name, v.Value)
	}
	if g.in(3) {
		g.set("AWS_STS_REGIONAL_ENDPOINTS", one(g.dice, "legacy", "regional", "x"))
	}
	if g.in(3) {
		g.set("AWS_SDK_LOAD_CONFIG", one(g.dice, "1", "0", ""))
	}
}

// envKeys adds a pair, mostly whole.
func (g *generator) envKeys() {
	id, secret := g.key(), "envSecretFake"
	switch n := g.IntN(100); {
	case n < 55:
		g.set("AWS_ACCESS_KEY_ID", id)
		g.set("AWS_SECRET_ACCESS_KEY", secret)
	case n < 63:
		g.set("AWS_ACCESS_KEY", id)
		g.set("AWS_SECRET_KEY", secret)
	case n < 68:
		g.set(one(g.dice, "AWS_ACCESS_KEY_ID", "AWS_ACCESS_KEY"), id)
		g.set(one(g.dice, "AWS_SECRET_ACCESS_KEY", "AWS_SECRET_KEY"), secret)
	case n < 75:
		g.set("AWS_ACCESS_KEY_ID", id)
	case n < 80:
		g.set("AWS_SECRET_ACCESS_KEY", secret)
	case n < 92:
		g.set("AWS_ACCESS_KEY_ID", one(g.dice, id, "", " ", " "+id))
		g.set("AWS_SECRET_ACCESS_KEY", one(g.dice, secret, "", " ", secret+" "))
	}
	if g.in(30) {
		g.set("AWS_SESSION_TOKEN", one(g.dice, "envTokenFake", "envTokenFake", ""))
	}
	if g.in(8) {
		g.set("AWS_SECURITY_TOKEN", one(g.dice, "oldTokenFake", ""))
	}
	if g.in(5) {
		g.set("AWS_CREDENTIAL_EXPIRATION", one(g.dice, "2099-01-01T00:00:00Z", "2020-01-01T00:00:00Z", "soon", ""))
	}
	if g.in(6) {
		g.set("AWS_ACCOUNT_ID", one(g.dice, "123456789012", ""))
	}
}

const roleWeb = "arn:aws:iam::123456789012:role/web"

func (g *generator) envWebIdentity() {
	g.set("AWS_WEB_IDENTITY_TOKEN_FILE", g.tokenFile())
	if g.in(85) {
		g.set("AWS_ROLE_ARN", one(g.dice, roleWeb, roleWeb, roleWeb, roleWeb, roleWeb, "arn:aws:iam::123456789012:role/denied", ""))
	}
	if g.in(30) {
		g.set("AWS_ROLE_SESSION_NAME", one(g.dice, "me", "", "a b"))
	}
}

// tokenFile returns the name of a web identity token.
func (g *generator) tokenFile() string {
	switch n := g.IntN(100); {
	case n < 85:
		g.put("tok", one(g.dice, "fake.jwt.token", "fake.jwt.token\n"))
		return "{{HOME}}/tok"
	case n < 90:
		g.put("tok-empty", "")
		return "{{HOME}}/tok-empty"
	case n < 93:
		return one(g.dice, "", "~/tok", "tok")
	}
	return "{{HOME}}/no-such-token"
}

// container adds the variables of a container.
func (g *generator) container() {
	n := g.IntN(100)
	if n < 35 || n >= 95 {
		g.s.Alone = true
		g.set("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI", one(g.dice, "/ecs", "/ecs", "/ecs", "/ecs-auth", "/ecs-500", "", "ecs", "http://127.0.0.1:1/ecs"))
	}
	if n >= 35 {
		g.fullURI()
	}
	if g.in(35) {
		g.set("AWS_CONTAINER_AUTHORIZATION_TOKEN", one(g.dice, "Bearer good", "Bearer good", "bad", "", "a\nb", " "))
	}
	if g.in(20) {
		g.set("AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE", one(g.dice, "{{HOME}}/at", "{{HOME}}/at", "{{HOME}}/no-such-token", ""))
		g.put("at", one(g.dice, "Bearer good", "Bearer good", "bad", "Bearer good\n", ""))
	}
}

func (g *generator) fullURI() {
	switch n := g.IntN(100); {
	case n < 50:
		g.set("AWS_CONTAINER_CREDENTIALS_FULL_URI", one(g.dice, "{{ECS}}/ecs-full", "{{ECS}}/ecs-full", "{{LOCALHOST}}/ecs-full", "{{ECS}}/ecs?x=y"))
	case n < 75:
		g.set("AWS_CONTAINER_CREDENTIALS_FULL_URI", "{{ECS}}/ecs-auth")
	case n < 92:
		g.set("AWS_CONTAINER_CREDENTIALS_FULL_URI", one(g.dice, "{{ECS}}/ecs-500", "{{ECS}}/none", "{{DEAD}}/ecs", "", "ftp://127.0.0.1/ecs", "127.0.0.1/ecs", "/ecs", "http://[::1", " "))
	default:
		g.s.Alone = true
		g.set("AWS_CONTAINER_CREDENTIALS_FULL_URI", one(g.dice, "http://169.254.170.23/ecs", "http://169.254.170.2/ecs", "http://169.254.169.254/ecs", "http://[fd00:ec2::23]/ecs", "http://192.0.2.1/ecs"))
	}
}

// instance adds what tells where the metadata service is and how it may be
// asked; the base has one that answers.
func (g *generator) instance() {
	const endpoint = "AWS_EC2_METADATA_SERVICE_ENDPOINT"
	switch n := g.IntN(100); {
	case n < 16:
		g.set(endpoint, one(g.dice, "{{IMDS_V1ONLY}}", "{{IMDS_V2ONLY}}", "{{IMDS_NOROLE}}", "{{IMDS_TOK403}}", "{{IMDS_TOK400}}"))
	case n < 24:
		g.set(endpoint, "{{DEAD}}")
	case n < 26:
		g.set(endpoint, one(g.dice, "{{IMDS_HOST}}", "{{IMDS}}/", "{{LOCALHOST}}", "{{IMDS}}/x"))
	case n < 31:
		g.s.Alone = true
		if g.in(50) {
			g.unset(endpoint)
		} else {
			g.set(endpoint, "")
		}
	}
	if g.in(10) {
		g.set("AWS_EC2_METADATA_DISABLED", one(g.dice, "true", "true", "TRUE", "false", "1", "", "yes"))
	}
	if g.in(6) {
		g.set("AWS_EC2_METADATA_V1_DISABLED", one(g.dice, "true", "true", "True", "false", "false", "", "", one(g.dice, "1", "no", "0")))
	}
	if g.in(4) {
		g.set("AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE", one(g.dice, "IPv4", "IPv6", "ipv6", "IPV4", "", "foo"))
	}
	if g.in(1) {
		g.set("AWS_METADATA_URL", "{{IMDS_V1ONLY}}")
	}
}

func (g *generator) region() {
	if g.in(50) {
		g.unset("AWS_REGION")
		if g.in(70) {
			g.unset("AWS_DEFAULT_REGION")
		}
		return
	}
	g.set("AWS_REGION", one(g.dice, "", "eu-west-1", "us-gov-west-1", "x y"))
	if g.in(50) {
		g.set("AWS_DEFAULT_REGION", one(g.dice, "", "eu-west-1"))
	}
}

// checked are variables that some SDKs check when they are loaded.
func checked() []Setting {
	return []Setting{
		{Name: "AWS_MAX_ATTEMPTS", Value: "three"},
		{Name: "AWS_MAX_ATTEMPTS", Value: "0"},
		{Name: "AWS_MAX_ATTEMPTS", Value: "-1"},
		{Name: "AWS_MAX_ATTEMPTS", Value: ""},
		{Name: "AWS_RETRY_MODE", Value: "standard"},
		{Name: "AWS_RETRY_MODE", Value: "legacy"},
		{Name: "AWS_RETRY_MODE", Value: "STANDARD"},
		{Name: "AWS_DEFAULTS_MODE", Value: "auto"},
		{Name: "AWS_DEFAULTS_MODE", Value: "fast"},
		{Name: "AWS_S3_USE_ARN_REGION", Value: "yes"},
		{Name: "AWS_S3_USE_ARN_REGION", Value: "TRUE"},
		{Name: "AWS_USE_DUALSTACK_ENDPOINT", Value: "1"},
		{Name: "AWS_USE_FIPS_ENDPOINT", Value: "maybe"},
		{Name: "AWS_ENABLE_ENDPOINT_DISCOVERY", Value: "auto"},
		{Name: "AWS_ENABLE_ENDPOINT_DISCOVERY", Value: "x"},
		{Name: "AWS_DISABLE_REQUEST_COMPRESSION", Value: "x"},
		{Name: "AWS_REQUEST_MIN_COMPRESSION_SIZE_BYTES", Value: "-1"},
		{Name: "AWS_REQUEST_CHECKSUM_CALCULATION", Value: "WHEN_REQUIRED"},
		{Name: "AWS_RESPONSE_CHECKSUM_VALIDATION", Value: "never"},
		{Name: "AWS_ACCOUNT_ID_ENDPOINT_MODE", Value: "required"},
		{Name: "AWS_ACCOUNT_ID_ENDPOINT_MODE", Value: "Preferred"},
		{Name: "AWS_CA_BUNDLE", Value: "{{HOME}}/no-such-bundle"},
		{Name: "AWS_CA_BUNDLE", Value: "{{HOME}}/.aws/config"},
		{Name: "AWS_CA_BUNDLE", Value: ""},
		{Name: "AWS_ENDPOINT_URL", Value: "{{DEAD}}"},
		{Name: "AWS_ENDPOINT_URL_STS", Value: "{{DEAD}}"},
		{Name: "AWS_ENDPOINT_URL_SSO", Value: "{{DEAD}}"},
		{Name: "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS", Value: "false"},
		{Name: "AWS_RESTRICT_FILE_PERMISSIONS", Value: "x"},
		{Name: "AWS_SDK_UA_APP_ID", Value: "x"},
		{Name: "AWS_EC2_METADATA_V1_DISABLED", Value: "0"},
	}
}
