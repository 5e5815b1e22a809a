package code

import (
	"strings"

	"github.com/awscred/awscred/resolver"
)

// javascriptDialect is JavaScript and TypeScript with the AWS SDK for
// JavaScript v3 and v2.
func javascriptDialect() *dialect {
	return &dialect{
		syntax: syntax{
			lineComment:  []string{"//", "#!"},
			blockComment: [2]string{"/*", "*/"},
			wordStart:    "$#",
			literal: quotes(
				quote{open: "`", end: "`", lines: true, holes: []string{"${"}},
				quote{open: `"`, end: `"`, lenient: true},
				quote{open: "'", end: "'", lenient: true},
			),
			regular: true,
		},
		sdks:     []string{"js-v3", "js-v2"},
		imports:  javascriptImports,
		assigns:  unpackedEnvironment,
		joins:    "+",
		imported: true,
		reads:    []access{{"process.env", byIndex}, {"process.env", byMember}, {"import.meta.env", byMember}},
		writes: []writing{
			{"process.env", setIndex}, {"process.env", setMember}, {"process.env", unsetBefore},
			{"@actions/core.exportVariable", setCall},
		},
		table: newTable(append(javascriptV3Table(), javascriptV2Table()...)),
	}
}

// javascriptImports reads import declarations and require.
func javascriptImports(s *source) {
	for i := range s.tokens {
		switch {
		case s.is(i, "import") && !s.isDot(i-1):
			s.javascriptImport(i)
		case s.is(i, "require", "import") && s.is(i+1, "(") && s.isKind(i+2, text):
			s.required(i, s.tokens[i+2].text)
		}
	}
}

// javascriptImport reads: import a, {b as c} from "x"; import * as d from "x".
func (s *source) javascriptImport(i int) {
	from := i + 1
	for from < min(i+400, len(s.tokens)) && !s.is(from, "from") {
		if s.isKind(from, text) || s.is(from, "(", ";", "=") {
			return
		}
		from++
	}
	if !s.isKind(from+1, text) {
		return
	}
	pkg := s.tokens[from+1].text
	s.packages = append(s.packages, pkg)
	for n := i + 1; n < from; n++ {
		switch {
		case s.is(n, "{"):
			s.importNames(n, pkg)
			n = s.after(n) - 1
		case s.is(n, "*") && s.is(n+1, "as") && s.isKind(n+2, word):
			s.imports[s.tokens[n+2].text] = pkg
			n += 2
		case s.isKind(n, word) && !s.is(n, "type"):
			s.imports[s.tokens[n].text] = pkg
		}
	}
}

// required reads: const a = require("x"), {b: c} = require("x").d.
func (s *source) required(i int, pkg string) {
	s.packages = append(s.packages, pkg)
	full := pkg
	for n := i + 4; s.is(n, ".") && s.isKind(n+1, word); n += 2 {
		full += "." + s.tokens[n+1].text
	}
	n := i - 1
	for s.is(n, "await", "(") {
		n--
	}
	if !s.is(n, "=") {
		return
	}
	switch {
	case s.isKind(n-1, word):
		s.imports[s.tokens[n-1].text] = full
	case s.is(n-1, "}") && s.pair[n-1] >= 0:
		s.importNames(s.pair[n-1], full)
	}
}

// unpackedEnvironment reads: const {A, B: c = "x"} = process.env.
func unpackedEnvironment(s *source) {
	for i := range s.tokens {
		if !s.is(i, "=") || !s.is(i-1, "}") || s.pair[i-1] < 0 {
			continue
		}
		p, ok := s.pathAt(i + 1)
		if !ok || s.resolve(p) != "process.env" {
			continue
		}
		for _, r := range s.split(span{s.pair[i-1] + 1, i - 1}, false) {
			if !s.isKind(r.start, word) {
				continue
			}
			name := s.tokens[r.start].text
			local := name
			if s.is(r.start+1, ":") && s.isKind(r.start+2, word) {
				local = s.tokens[r.start+2].text
			}
			s.assign(local, assignment{at: i, value: span{i + 1, p.end}, env: name})
		}
	}
}

// fileSources are what a provider of a profile reads.
func fileSources() []resolver.Source {
	return []resolver.Source{resolver.FromProfile, resolver.FromAssumeRole, resolver.FromWebIdentity, resolver.FromSSO, resolver.FromLogin, resolver.FromProcess}
}

// given are rows of providers that read one source each. The row is a pattern
// for all of them; NAME in its examples stands for the last part of a name.
func given(row constructor, sources map[string][]resolver.Source) []constructor {
	var rows []constructor
	for _, name := range sortedKeys(sources) {
		last := name[strings.LastIndexByte(name, '.')+1:]
		row.names, row.sets, row.sources = []string{name}, Provider, sources[name]
		if row.args == nil {
			row.args = []argument{{names: []string{"profile"}, is: asProfile}}
		}
		rows = append(rows, row)
		added := &rows[len(rows)-1]
		added.match, added.miss = strings.ReplaceAll(row.match, "NAME", last), strings.ReplaceAll(row.miss, "NAME", last)
	}
	return rows
}

// javascriptV3Table is that of @aws-sdk/client-* and
// @aws-sdk/credential-providers.
func javascriptV3Table() []constructor {
	sdks := []string{"js-v3"}
	clients, providers := []string{"@aws-sdk/client-"}, []string{"@aws-sdk/credential-provider", "@aws-sdk/client-"}
	keys := []argument{
		{names: []string{"credentials.accessKeyId"}, is: asKeyID},
		{names: []string{"credentials.secretAccessKey"}, is: asSecret},
		{names: []string{"credentials.sessionToken"}, is: asToken},
		{names: []string{"credentials", "credentialDefaultProvider"}, is: asProvider},
		{names: []string{"profile"}, is: asProfile},
		{names: []string{"endpoint", "endpoint.url"}, is: asEndpoint},
	}
	whole := append([]argument{{pos: 1, is: asOptions}}, keys...)
	profile := []argument{{names: []string{"profile"}, is: asProfile}}
	rows := []constructor{
		{
			sdks: sdks, in: clients, names: []string{"*Client"}, made: true, args: whole, sets: Nothing,
			match: "import { S3Client } from '@aws-sdk/client-s3';\nnew S3Client({});\n", miss: "import { S3Client } from './s3';\nnew S3Client({});\n",
		},
		{
			sdks: sdks, in: clients, names: []string{"*"}, made: true, args: whole, sets: Nothing,
			except: []string{"*Client", "*Command", "*Exception", "*Error", "*Fault", "*Filter*"},
			match:  "import { S3 } from '@aws-sdk/client-s3';\nnew S3({});\n", miss: "import { PutObjectCommand } from '@aws-sdk/client-s3';\nnew PutObjectCommand(x);\n",
		},
		{
			sdks: sdks, in: []string{"@aws-sdk/client-sts"}, names: []string{"AssumeRoleCommand", "AssumeRoleWithWebIdentityCommand", "AssumeRoleWithSAMLCommand"}, made: true, sets: Role,
			args: []argument{{names: []string{"RoleArn"}, is: asRole}},
			match: "const { AssumeRoleCommand, AssumeRoleWithWebIdentityCommand, AssumeRoleWithSAMLCommand } = require('@aws-sdk/client-sts');\n" +
				"new AssumeRoleCommand({ RoleArn: x });\nnew AssumeRoleWithWebIdentityCommand({ RoleArn: x });\nnew AssumeRoleWithSAMLCommand({ RoleArn: x });\n", miss: "new AssumeRoleCommand({ RoleArn: x });\n",
		},
		{
			sdks: sdks, in: providers, names: []string{"fromNodeProviderChain", "defaultProvider"}, args: profile, sets: Nothing, gives: true,
			match: "import { fromNodeProviderChain } from '@aws-sdk/credential-providers';\nimport { defaultProvider } from '@aws-sdk/credential-provider-node';\nfromNodeProviderChain();\ndefaultProvider();\n",
			miss:  "import { defaultProvider } from './auth';\ndefaultProvider();\n",
		},
		{
			sdks: sdks, in: providers, names: []string{"fromTemporaryCredentials"}, sets: Role,
			args:  []argument{{names: []string{"params.RoleArn"}, is: asRole}},
			match: "import { fromTemporaryCredentials } from '@aws-sdk/credential-providers';\nfromTemporaryCredentials({ params: { RoleArn: 'x' } });\n",
			miss:  "function fromTemporaryCredentials() {}\nfromTemporaryCredentials({});\n",
		},
		{
			sdks: sdks, in: providers, names: []string{"fromCognitoIdentity", "fromCognitoIdentityPool"}, sets: Options,
			match: "import { fromCognitoIdentity, fromCognitoIdentityPool } from '@aws-sdk/credential-providers';\nfromCognitoIdentity({});\nfromCognitoIdentityPool({});\n",
			miss:  "fromCognitoIdentity({});\n",
		},
	}
	return append(rows, given(constructor{
		sdks: sdks, in: providers,
		match: "import { NAME } from '@aws-sdk/credential-providers';\nconst c = NAME({});\n", miss: "import { NAME } from './auth';\nNAME({});\n",
	}, map[string][]resolver.Source{
		"fromIni":               fileSources(),
		"fromEnv":               {resolver.FromEnv},
		"fromSSO":               {resolver.FromSSO},
		"fromLoginCredentials":  {resolver.FromLogin},
		"fromProcess":           {resolver.FromProcess},
		"fromTokenFile":         {resolver.FromWebIdentity},
		"fromWebToken":          {resolver.FromWebIdentity},
		"fromContainerMetadata": {resolver.FromContainer},
		"fromHttp":              {resolver.FromContainer},
		"fromInstanceMetadata":  {resolver.FromIMDS},
	})...)
}
