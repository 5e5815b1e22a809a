package code

import (
	"strings"

	"github.com/awscred/awscred/resolver"
)

// pythonDialect is Python with boto3, botocore, aioboto3 and aiobotocore.
func pythonDialect() *dialect {
	return &dialect{
		syntax:   syntax{lineComment: []string{"#"}, literal: pythonLiteral},
		sdks:     []string{"python"},
		imports:  pythonImports,
		joins:    "+",
		indented: true,
		imported: true,
		reads: []access{
			{"os.environ", byIndex}, {"os.environ.get", byCall}, {"os.getenv", byCall}, {"os.environ.pop", byCall},
			{"environ.Env", byCall}, {"decouple.config", byCall}, {"environs.Env.str", byCall},
		},
		writes: []writing{
			{"os.environ", setIndex}, {"os.environ.setdefault", setCall}, {"os.putenv", setCall}, {"os.environ.update", setMany},
			{"os.environ.pop", unsetCall}, {"os.environ", unsetBefore}, {"os.unsetenv", unsetCall},
		},
		table: newTable(pythonTable()),
	}
}

func pythonLiteral(l *lexer) (lexeme, bool) {
	n := l.prefixed("rRbBuUfFtT", `"'`)
	if n < 0 {
		return lexeme{}, false
	}
	prefix := strings.ToLower(l.src[l.at : l.at+n])
	q := quote{open: l.src[l.at+n : l.at+n+1], raw: strings.Contains(prefix, "r")}
	if triple := strings.Repeat(q.open, 3); strings.HasPrefix(l.src[l.at+n:], triple) {
		q.open, q.lines = triple, true
	}
	q.end = q.open
	if strings.ContainsAny(prefix, "ft") {
		q.holes = []string{"{"}
	}
	return q.read(l, n), true
}

// pythonImports reads "import a.b as c" and "from a.b import c as d, e".
func pythonImports(s *source) {
	for i := range s.tokens {
		switch {
		case s.is(i, "import") && (i == 0 || s.tokens[i-1].line < s.tokens[i].line || s.is(i-1, ";", ":")):
			s.pythonImport(i + 1)
		case s.is(i, "from") && (i == 0 || s.tokens[i-1].line < s.tokens[i].line || s.is(i-1, ";", ":")):
			p, ok := s.pathAt(i + 1)
			if !ok || !s.is(p.end, "import") {
				continue
			}
			s.packages = append(s.packages, p.String())
			s.importNames(p.end+1, p.String())
		}
	}
}

func (s *source) pythonImport(i int) {
	for {
		p, ok := s.pathAt(i)
		if !ok {
			return
		}
		s.packages = append(s.packages, p.String())
		if s.is(p.end, "as") && s.isKind(p.end+1, word) {
			s.imports[s.tokens[p.end+1].text] = p.String()
			p.end += 2
		} else {
			s.imports[p.parts[0]] = p.parts[0]
		}
		if !s.is(p.end, ",") {
			return
		}
		i = p.end + 1
	}
}

// importNames reads "a, b as c", with or without brackets, as names of a
// package.
func (s *source) importNames(i int, pkg string) {
	if s.is(i, "(", "{") {
		i++
	}
	for s.isKind(i, word) {
		name, local := s.tokens[i].text, s.tokens[i].text
		i++
		if s.is(i, "as", ":") && s.isKind(i+1, word) {
			local = s.tokens[i+1].text
			i += 2
		}
		s.imports[local] = pkg + "." + name
		if !s.is(i, ",") {
			return
		}
		i++
	}
}

// pythonKeys are the arguments that boto3 and botocore have in common,
// boto3/session.py:27 and botocore/session.py:869.
func pythonKeys(more ...argument) []argument {
	return append([]argument{
		{names: []string{"aws_access_key_id"}, is: asKeyID},
		{names: []string{"aws_secret_access_key"}, is: asSecret},
		{names: []string{"aws_session_token"}, is: asToken},
		{names: []string{"endpoint_url"}, is: asEndpoint},
	}, more...)
}

func pythonTable() []constructor {
	python := []string{"python"}
	boto := []string{"boto3", "aioboto3", "aiobotocore", "botocore"}
	keys := func(first int) []argument {
		return []argument{
			{names: []string{"aws_access_key_id"}, pos: first, is: asKeyID},
			{names: []string{"aws_secret_access_key"}, pos: first + 1, is: asSecret},
			{names: []string{"aws_session_token"}, pos: first + 2, is: asToken},
			{names: []string{"profile_name"}, pos: first + 5, is: asProfile},
		}
	}
	botocoreKeys := []argument{
		{names: []string{"access_key"}, pos: 1, is: asKeyID},
		{names: []string{"secret_key"}, pos: 2, is: asSecret},
		{names: []string{"token"}, pos: 3, is: asToken},
	}
	return []constructor{
		{
			sdks: python, in: []string{"boto3"}, names: []string{"boto3.client", "boto3.resource"}, sets: Nothing,
			args:  pythonKeys(),
			match: "import boto3\nboto3.client('s3')\nboto3.resource('s3')\n", miss: "boto3.client('s3')\n",
		},
		{
			sdks: python, in: []string{"boto3", "aioboto3"}, names: []string{"boto3.Session", "boto3.session.Session", "aioboto3.Session", "aioboto3.session.Session"}, sets: Nothing,
			args:  keys(1),
			match: "import boto3, aioboto3\nboto3.Session()\nboto3.session.Session()\naioboto3.Session()\naioboto3.session.Session()\n",
			miss:  "from requests import Session\nSession()\n",
		},
		{
			sdks: python, in: []string{"boto3"}, names: []string{"boto3.setup_default_session"}, sets: Nothing, global: true,
			args:  keys(1),
			match: "import boto3\nboto3.setup_default_session()\n", miss: "import boto3\nsetup_default_session()\n",
		},
		{
			sdks: python, in: boto, names: []string{"client", "resource", "create_client"}, how: method,
			args:  pythonKeys(),
			match: "import boto3\ndef f(s):\n    s.client('s3', aws_access_key_id=a)\n    s.resource('s3', aws_access_key_id=a)\n    s.create_client('s3', aws_access_key_id=a)\n",
			miss:  "import redis\ns.client('s3', aws_access_key_id=a)\n",
		},
		{
			sdks: python, in: []string{"botocore", "aiobotocore"}, names: []string{"botocore.session.Session", "botocore.session.get_session", "aiobotocore.session.get_session", "aiobotocore.session.AioSession"}, sets: Nothing,
			args:  []argument{{names: []string{"profile"}, is: asProfile}},
			match: "import botocore.session\nimport aiobotocore.session\nbotocore.session.Session()\nbotocore.session.get_session()\naiobotocore.session.get_session()\naiobotocore.session.AioSession()\n",
			miss:  "import requests\nrequests.session.Session()\n",
		},
		{
			sdks: python, in: boto, names: []string{"set_credentials"}, how: method, sets: StaticKey,
			args:  botocoreKeys,
			match: "import botocore.session\nbotocore.session.get_session().set_credentials(a, b)\n", miss: "import jira\njira.set_credentials(a, b)\n",
		},
		{
			sdks: python, in: []string{"botocore"}, names: []string{"botocore.credentials.Credentials"}, sets: StaticKey,
			args:  botocoreKeys,
			match: "from botocore.credentials import Credentials\nCredentials(a, b)\n", miss: "from google.oauth2.credentials import Credentials\nCredentials(a, b)\n",
		},
		{
			sdks: python, in: []string{"botocore"}, names: []string{"botocore.credentials.AssumeRoleCredentialFetcher"}, sets: Role,
			args:  []argument{{names: []string{"role_arn"}, pos: 3, is: asRole}},
			match: "from botocore.credentials import AssumeRoleCredentialFetcher\nAssumeRoleCredentialFetcher(c, s, r)\n", miss: "AssumeRoleCredentialFetcher(c, s, r)\n",
		},
		{
			sdks: python, in: boto, names: []string{"assume_role", "assume_role_with_web_identity", "assume_role_with_saml"}, how: method, sets: Role,
			args:  []argument{{names: []string{"RoleArn"}, is: asRole}},
			match: "import boto3\nsts = boto3.client('sts')\nsts.assume_role(RoleArn=r)\nsts.assume_role_with_web_identity(RoleArn=r)\nsts.assume_role_with_saml(RoleArn=r)\n", miss: "import flask\nsts.assume_role(RoleArn=r)\n",
		},
		{
			sdks: python, in: []string{"botocore"}, names: []string{
				"botocore.credentials.InstanceMetadataProvider",
			}, sets: Provider, sources: []resolver.Source{resolver.FromIMDS},
			match: "from botocore.credentials import InstanceMetadataProvider\nInstanceMetadataProvider(f)\n", miss: "class InstanceMetadataProvider: pass\n",
		},
		{
			sdks: python, in: []string{"botocore"}, names: []string{"botocore.credentials.RefreshableCredentials.create_from_metadata", "botocore.credentials.DeferredRefreshableCredentials"}, sets: Options,
			match: "from botocore.credentials import RefreshableCredentials, DeferredRefreshableCredentials\nRefreshableCredentials.create_from_metadata(m)\nDeferredRefreshableCredentials(f)\n",
			miss:  "RefreshableCredentials.create_from_metadata(m)\n",
		},
		{
			sdks: python, in: boto, names: []string{"set_config_variable"}, first: "profile", how: method,
			args:  []argument{{names: nil, pos: 2, is: asProfile}},
			match: "import botocore.session\ns = botocore.session.get_session()\ns.set_config_variable('profile', 'dev')\n", miss: "import app\napp.set_config_variable('profile', 'dev')\n",
		},
	}
}
