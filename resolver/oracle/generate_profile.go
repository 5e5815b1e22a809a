package oracle

import "slices"

// A section of a shared file, before it becomes text.
type section struct {
	header string
	lines  []string
}

// A sheet is a shared file, before it becomes text.
type sheet []section

const (
	configPath      = ".aws/config"
	credentialsPath = ".aws/credentials"
)

// shared writes the two shared files.
func (g *generator) shared() {
	var config, credentials sheet
	for _, name := range g.profiles {
		inConfig, inCredentials := g.profile(name)
		if inConfig != nil || g.in(10) || inCredentials == nil && g.in(80) {
			config = append(config, section{configHeader(name), inConfig})
		}
		if inCredentials != nil || g.in(5) {
			credentials = append(credentials, section{"[" + name + "]", inCredentials})
		}
	}
	for _, name := range g.sessions {
		if g.in(96) {
			config = append(config, section{"[" + one(g.dice, "sso-session "+name, "sso-session "+name, "sso-session "+name, "sso-session  "+name, `sso-session "`+name+`"`) + "]", g.ssoSession()})
		}
	}
	g.sections(&config)
	g.sections(&credentials)
	g.place(configPath, "AWS_CONFIG_FILE", config)
	g.place(credentialsPath, "AWS_SHARED_CREDENTIALS_FILE", credentials)
}

func configHeader(name string) string {
	if name == "default" {
		return "[default]"
	}
	return "[profile " + name + "]"
}

// place writes a file where a variable, or nothing, says.
func (g *generator) place(path, variable string, s sheet) {
	text := g.text(s)
	switch n := g.IntN(100); {
	case n < 88:
	case n < 92:
		path = "own" + path[len(".aws/"):]
		g.set(variable, "{{HOME}}/"+path)
	case n < 93:
		g.set(variable, "{{HOME}}/nosuch")
	case n < 94:
		g.set(variable, "")
	case n < 95:
		g.set(variable, one(g.dice, "~/c", "$HOME/c", "c"))
		path = "c"
	case n < 96:
		g.set(variable, "{{HOME}}/"+one(g.dice, configPath, credentialsPath))
	case n < 97:
		path += "/keep" // a directory in the file's place
	case n < 98:
		g.set(variable, "/dev/null")
	}
	if len(s) > 0 || g.in(15) {
		g.put(path, text)
	}
}

// profile returns what a profile has in the two files.
func (g *generator) profile(name string) (config, credentials []string) {
	to := func(percent int, lines []string) {
		if g.in(percent) {
			config = append(config, lines...)
		} else {
			credentials = append(credentials, lines...)
		}
	}
	ways := one(g.dice, 1, 1, 1, 1, 1, 1, 1, 2, 2, 0)
	if name != g.chosen {
		ways = one(g.dice, 1, 1, 1, 1, 0)
	}
	for range ways {
		n := g.IntN(100)
		if name != g.chosen && g.in(45) {
			n = 0 // something to build roles on
		}
		switch {
		case n < 34:
			to(45, g.pair())
		case n < 60:
			to(85, g.role(name))
		case n < 68:
			to(85, g.process())
		case n < 75:
			to(90, g.webIdentity())
		case n < 87:
			to(93, g.sso())
		case n < 92:
			to(93, g.login())
		case n < 96:
			g.halves(&config, &credentials)
		default:
			to(80, g.bystanders())
		}
	}
	if g.in(12) {
		to(80, g.bystanders())
	}
	if g.in(6) {
		to(50, g.pair())
	}
	return config, credentials
}

// pair returns static keys.
func (g *generator) pair() []string {
	lines := []string{"aws_access_key_id = " + g.key(), "aws_secret_access_key = fileSecretFake"}
	if g.in(25) {
		lines = append(lines, one(g.dice, "aws_session_token = fileTokenFake", "aws_session_token = fileTokenFake",
			"aws_session_token =", "aws_security_token = oldTokenFake"))
	}
	if g.in(5) {
		lines = append(lines, "aws_account_id = 123456789012")
	}
	return lines
}

// halves returns a pair of which something is missing, blank, or in the other
// file.
func (g *generator) halves(config, credentials *[]string) {
	id, secret := "aws_access_key_id = "+g.key(), "aws_secret_access_key = fileSecretFake"
	file := one(g.dice, config, credentials)
	switch g.IntN(7) {
	case 0:
		*config, *credentials = append(*config, id), append(*credentials, secret)
	case 1:
		*config, *credentials = append(*config, secret), append(*credentials, id)
	case 2:
		*file = append(*file, id)
	case 3:
		*file = append(*file, secret)
	case 4:
		*file = append(*file, "aws_access_key_id =", "aws_secret_access_key =")
	case 5:
		*file = append(*file, id, "aws_secret_access_key =")
	case 6:
		*file = append(*file, "aws_session_token = fileTokenFake")
	}
}

const roleARN = "arn:aws:iam::123456789012:role/r"

func (g *generator) role(name string) []string {
	var lines []string
	if g.in(96) {
		lines = append(lines, "role_arn = "+one(g.dice, roleARN, roleARN, roleARN, roleARN, roleARN, roleARN, roleARN, roleARN, "arn:aws:iam::123456789012:role/other", "", "arn:x"))
	}
	switch n := g.IntN(100); {
	case n < 68:
		lines = append(lines, "source_profile = "+g.sourceOf(name))
	case n < 84:
		lines = append(lines, "credential_source = "+g.credentialSource())
	case n < 87:
		lines = append(lines, "source_profile = "+g.sourceOf(name), "credential_source = "+g.credentialSource())
	}
	for _, extra := range [][2]string{
		{"role_session_name", one(g.dice, "me", "", "a b")},
		{"external_id", one(g.dice, "x", "")},
		{"duration_seconds", one(g.dice, "900", "3600", "899", "x", "", "-1", "1e3")},
		{"mfa_serial", one(g.dice, "arn:aws:iam::123456789012:mfa/me", "")},
	} {
		if g.in(4) {
			lines = append(lines, extra[0]+" = "+extra[1])
		}
	}
	return lines
}

// sourceOf returns a source profile: mostly one that exists.
func (g *generator) sourceOf(name string) string {
	switch n := g.IntN(100); {
	case n < 8:
		return name
	case n < 12:
		return one(g.dice, "nosuch", "", "Base", "profile base", "default")
	}
	return one(g.dice, g.profiles...)
}

func (g *generator) credentialSource() string {
	return one(g.dice, "Environment", "Environment", "Ec2InstanceMetadata", "Ec2InstanceMetadata", "EcsContainer", "EcsContainer", "environment", "Foo", "")
}

// process returns a credential_process that prints a file, or does not.
func (g *generator) process() []string {
	path := "proc.json"
	answer := `{"Version": 1, "AccessKeyId": "` + g.key() + `", "SecretAccessKey": "s", "SessionToken": "t", "Expiration": "2099-01-01T00:00:00Z"}`
	if g.in(22) {
		path = one(g.dice, "proc2.json", "proc3.json")
		answer = one(g.dice,
			`{"Version": 1, "AccessKeyId": "`+g.key()+`", "SecretAccessKey": "s"}`,
			`{"Version": 1, "AccessKeyId": "`+g.key()+`", "SecretAccessKey": "s", "Expiration": "2020-01-01T00:00:00Z"}`,
			`{"Version": 1, "AccessKeyId": "`+g.key()+`", "SecretAccessKey": "s", "Expiration": "soon"}`,
			`{"Version": 1, "AccessKeyId": "`+g.key()+`", "SecretAccessKey": "s", "Expiration": null, "SessionToken": null}`,
			`{"AccessKeyId": "`+g.key()+`", "SecretAccessKey": "s"}`,
			`{"Version": 2, "AccessKeyId": "`+g.key()+`", "SecretAccessKey": "s"}`,
			`{"Version": "1", "AccessKeyId": "`+g.key()+`", "SecretAccessKey": "s"}`,
			`{"Version": 1, "AccessKeyId": "`+g.key()+`"}`,
			`{"Version": 1, "AccessKeyId": "", "SecretAccessKey": ""}`,
			`{"version": 1, "accesskeyid": "`+g.key()+`", "secretaccesskey": "s"}`,
			"nothing", "", "[]", "null")
	}
	g.put(path, answer)
	command := "cat {{HOME}}/" + path
	if g.in(12) {
		command = one(g.dice, "false", "cat {{HOME}}/nosuch", `cat "{{HOME}}/`+path+`"`, "cat '{{HOME}}/"+path+"'", "nosuchcommand", "", "cat $HOME/"+path, "cat {{HOME}}/"+path+" # x", "cat ~/"+path)
	}
	return []string{"credential_process = " + command}
}

func (g *generator) webIdentity() []string {
	lines := []string{"web_identity_token_file = " + g.tokenFile()}
	if g.in(94) {
		lines = append(lines, "role_arn = "+one(g.dice, roleWeb, roleWeb, roleWeb, roleWeb, roleWeb, roleWeb, "arn:aws:iam::123456789012:role/denied", ""))
	}
	if g.in(20) {
		lines = append(lines, "role_session_name = "+one(g.dice, "me", "a b", ""))
	}
	if g.in(4) {
		g.set("AWS_ROLE_ARN", "arn:aws:iam::123456789012:role/env")
	}
	return lines
}

// bystanders are keys that have nothing to do with credentials, or that some
// SDKs check.
func (g *generator) bystanders() []string {
	return slices.Clone(one(g.dice,
		[]string{"region = us-west-2", "output = json"},
		[]string{"region ="},
		[]string{"s3 =", "  addressing_style = path", "  max_concurrent_requests = 20"},
		[]string{"s3 =", "  aws_access_key_id = {{key NESTED0000000000}}", "  aws_secret_access_key = fileSecretFake"},
		[]string{"ec2_metadata_service_endpoint = {{IMDS_V1ONLY}}"},
		[]string{"ec2_metadata_service_endpoint = {{DEAD}}"},
		[]string{"ec2_metadata_service_endpoint_mode = " + one(g.dice, "IPv4", "ipv4", "foo", "")},
		[]string{"ec2_metadata_v1_disabled = " + one(g.dice, "true", "True", "1", "false", "x")},
		[]string{"max_attempts = " + one(g.dice, "3", "three", "0", "0x3", "")},
		[]string{"retry_mode = " + one(g.dice, "standard", "legacy", "Standard", "")},
		[]string{"defaults_mode = " + one(g.dice, "auto", "AUTO", "fast", "")},
		[]string{"disable_request_compression = " + one(g.dice, "true", "TRUE", "1", "")},
		[]string{"request_min_compression_size_bytes = " + one(g.dice, "1", "-1", "x")},
		[]string{"account_id_endpoint_mode = " + one(g.dice, "preferred", "x")},
		[]string{"request_checksum_calculation = " + one(g.dice, "when_required", "WHEN_SUPPORTED", "x")},
		[]string{"response_checksum_validation = " + one(g.dice, "when_required", "x")},
		[]string{"s3_use_arn_region = " + one(g.dice, "true", "x")},
		[]string{"use_dualstack_endpoint = " + one(g.dice, "false", "x")},
		[]string{"endpoint_discovery_enabled = " + one(g.dice, "auto", "x")},
		[]string{"services = " + one(g.dice, "s", "none", "")},
		[]string{"endpoint_url = {{DEAD}}"},
		[]string{"ignore_configured_endpoint_urls = " + one(g.dice, "false", "x")},
		[]string{"ca_bundle = " + one(g.dice, "{{HOME}}/nosuch", "{{HOME}}/.aws/config", "{{HOME}}", "")},
		[]string{"use_fips_endpoint = " + one(g.dice, "false", "x", "")},
		[]string{"sigv4a_signing_region_set = *"},
		[]string{"mfa_serial = x"},
		[]string{"external_id = x", "duration_seconds = 60"},
		[]string{"aws_account_id = 1"},
		[]string{"sts_regional_endpoints = " + one(g.dice, "legacy", "x")},
		[]string{"cli_pager ="},
	))
}
