package code

import "github.com/awscred/awscred/resolver"

// javascriptV2Table is that of the package aws-sdk, which is at the end of its
// life.
func javascriptV2Table() []constructor {
	sdks, in := []string{"js-v2"}, []string{"aws-sdk"}
	keys := []argument{
		{names: []string{"accessKeyId", "credentials.accessKeyId"}, is: asKeyID},
		{names: []string{"secretAccessKey", "credentials.secretAccessKey"}, is: asSecret},
		{names: []string{"sessionToken", "credentials.sessionToken"}, is: asToken},
		{names: []string{"credentials", "credentialProvider"}, is: asProvider},
		{names: []string{"endpoint"}, is: asEndpoint},
		{pos: 1, is: asOptions},
	}
	role := []argument{{names: []string{"RoleArn", "params.RoleArn"}, is: asRole}}
	rows := []constructor{
		{
			sdks: sdks, in: in, names: []string{"aws-sdk.config.update", "aws-sdk/global.config.update"}, args: keys, global: true,
			match: "const AWS = require('aws-sdk');\nimport G from 'aws-sdk/global';\nAWS.config.update({ accessKeyId: a });\nG.config.update({ accessKeyId: a });\n", miss: "app.config.update({ accessKeyId: a });\n",
		},
		{
			sdks: sdks, in: in, names: []string{"aws-sdk.config.loadFromPath"}, sets: Options, global: true,
			match: "const AWS = require('aws-sdk');\nAWS.config.loadFromPath('./config.json');\n", miss: "config.loadFromPath('./config.json');\n",
		},
		{
			sdks: sdks, in: in, names: []string{"aws-sdk.config.credentials"}, how: assigned, global: true,
			args: []argument{
				{names: []string{"accessKeyId"}, is: asKeyID}, {names: []string{"secretAccessKey"}, is: asSecret}, {pos: 1, is: asProvider},
			},
			match: "const AWS = require('aws-sdk');\nAWS.config.credentials = { accessKeyId: a, secretAccessKey: b };\n", miss: "app.config.credentials = { accessKeyId: a };\n",
		},
		{
			sdks: sdks, in: in, names: []string{"aws-sdk.config.accessKeyId"}, how: assigned, global: true,
			args:  []argument{{pos: 1, is: asKeyID}},
			match: "const AWS = require('aws-sdk');\nAWS.config.accessKeyId = a;\n", miss: "const AWS = require('aws-sdk');\nif (AWS.config.accessKeyId == a) {}\n",
		},
		{
			sdks: sdks, in: in, names: []string{"aws-sdk.Credentials"}, made: true, sets: StaticKey,
			args: []argument{
				{names: []string{"accessKeyId"}, pos: 1, is: asKeyID}, {names: []string{"secretAccessKey"}, pos: 2, is: asSecret}, {names: []string{"sessionToken"}, pos: 3, is: asToken},
			},
			match: "import AWS from 'aws-sdk';\nnew AWS.Credentials(a, b);\n", miss: "import { Credentials } from './c';\nnew Credentials(a, b);\n",
		},
		{
			sdks: sdks, in: in, names: []string{"aws-sdk.TemporaryCredentials", "aws-sdk.ChainableTemporaryCredentials"}, made: true, args: role, sets: Role,
			match: "import * as AWS from 'aws-sdk';\nnew AWS.TemporaryCredentials({ RoleArn: x });\nnew AWS.ChainableTemporaryCredentials({ params: { RoleArn: x } });\n",
			miss:  "new TemporaryCredentials({ RoleArn: x });\n",
		},
		{
			sdks: sdks, in: in, names: []string{"aws-sdk.CognitoIdentityCredentials", "aws-sdk.CredentialProviderChain"}, made: true, sets: Options,
			match: "import AWS from 'aws-sdk';\nnew AWS.CognitoIdentityCredentials({});\nnew AWS.CredentialProviderChain([]);\n", miss: "new CredentialProviderChain([]);\n",
		},
		{
			sdks: sdks, in: in, names: []string{"assumeRole", "assumeRoleWithWebIdentity"}, how: method, args: role,
			match: "const AWS = require('aws-sdk');\nsts.assumeRole({ RoleArn: 'x' });\nsts.assumeRoleWithWebIdentity({ RoleArn: 'x' });\n", miss: "sts.assumeRole({ RoleArn: 'x' });\n",
		},
	}
	rows = append(rows, given(constructor{
		sdks: sdks, in: in, made: true,
		match: "import { NAME } from 'aws-sdk';\nnew NAME({ profile: 'x' });\n", miss: "new NAME({ profile: 'x' });\n",
	}, map[string][]resolver.Source{
		"aws-sdk.SharedIniFileCredentials":        {resolver.FromProfile, resolver.FromAssumeRole},
		"aws-sdk.EnvironmentCredentials":          {resolver.FromEnv},
		"aws-sdk.ProcessCredentials":              {resolver.FromProcess},
		"aws-sdk.SsoCredentials":                  {resolver.FromSSO},
		"aws-sdk.ECSCredentials":                  {resolver.FromContainer},
		"aws-sdk.RemoteCredentials":               {resolver.FromContainer},
		"aws-sdk.EC2MetadataCredentials":          {resolver.FromIMDS},
		"aws-sdk.TokenFileWebIdentityCredentials": {resolver.FromWebIdentity},
		"aws-sdk.WebIdentityCredentials":          {resolver.FromWebIdentity},
	})...)
	return append(rows, constructor{
		sdks: sdks, in: in, names: []string{"aws-sdk.*", "aws-sdk.*.DocumentClient", "aws-sdk/clients/*", "aws-sdk/clients/*.*"}, made: true, args: keys, sets: Nothing,
		except: []string{"*Credentials", "Endpoint", "HttpRequest", "*Chain", "Service", "EventListeners"},
		match: "const AWS = require('aws-sdk');\nconst SQS = require('aws-sdk/clients/sqs');\nimport { DocumentClient } from 'aws-sdk/clients/dynamodb';\n" +
			"new AWS.S3();\nnew AWS.DynamoDB.DocumentClient();\nnew SQS();\nnew DocumentClient();\n",
		miss: "const AWS = require('aws-sdk');\nnew AWS.Endpoint('x');\nnew S3();\n",
	})
}
