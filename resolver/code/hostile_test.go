package code

import (
	"strings"
	"testing"
	"time"
)

// Texts that make a careless parser take the square of their length, or nest as
// deep as a stack is. Each is read in seconds; what is not looked at is open.
func TestHostileTexts(t *testing.T) {
	const size, limit = 1 << 16, Slower * 20 * time.Second
	for name, text := range map[string]string{
		"assignments of assignments": repeat("a = ", size),
		"nested calls":               repeat("boto3.client(", size),
		"nested brackets":            repeat("([{", size),
		"nested maps":                repeat("x = {a: ", size),
		"unclosed strings":           repeat("\"'`", size),
		"unclosed comments":          repeat("/*(*", size),
		"unclosed substitutions":     repeat("$(", size),
		"unclosed parameters":        repeat("${", size),
		"substitutions":              repeat("$(a)", size),
		"documents":                  repeat("<<A ", size),
		"documents of lines":         repeat("x(<<~A)\n", size),
		"slashes":                    repeat("(/[", size),
		"a name of many parts":       repeat("a.", size),
		"names that stand for names": repeat("a = b\nb = a\nboto3.client(aws_access_key_id=a)\n", size),
		"functions":                  repeat("def f(a):\n boto3.client(aws_access_key_id=a)\n", size),
		"functions in functions":     repeat("function f(a) { g(a); ", size),
		"chains":                     repeat("f()", size/2) + repeat(".g()", size/2),
		"imports":                    repeat("import {a, ", size),
		"uses":                       repeat("use a::{", size),
		"one line":                   repeat("def f(): boto3.client(aws_access_key_id=x); ", size),
		"verbatim":                   repeat("@\"\"", size),
		"lifetimes":                  repeat("'a ", size),
		"types":                      repeat("A<", size),
		"options":                    repeat("options.a = options\nnew S3Client(options)\n", size),
	} {
		for _, l := range languages() {
			if l.table == nil && l.name != "shell" && l.name != "powershell" {
				continue
			}
			head := map[string]string{
				"go":         "package a\nimport \"github.com/aws/aws-sdk-go-v2/config\"\nvar x = ",
				"python":     "import boto3\n",
				"javascript": "import { S3Client } from '@aws-sdk/client-s3';\n",
				"php":        "<?php use Aws\\S3\\S3Client;\n",
				"csharp":     "using Amazon.S3;\n",
			}[l.name]
			start := time.Now()
			f := scan(&l, "main.x", []byte(head+text))
			if took := time.Since(start); took > limit {
				t.Errorf("%s takes %v in %s", name, took, l.name)
			}
			if f.err != nil && strings.Contains(f.err.Error(), "could not be parsed:") {
				t.Errorf("%s in %s: %v", name, l.name, f.err)
			}
		}
	}
}

func repeat(text string, size int) string { return strings.Repeat(text, size/len(text)) }
