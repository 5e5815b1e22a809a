package main

import (
	"encoding/csv"
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/rogpeppe/go-internal/testscript"
)

// annotation is the one command that awscred may give to a runner: its properties
// hold no separator but their own.
var annotation = regexp.MustCompile(`^::(error|warning|notice) (file=[^:,]+,line=\d+,endLine=\d+,)?title=[^:,]+::[^\n]*$`)

// tame fails if a file has what a terminal, a CI runner, a spreadsheet or a
// browser would act on. The first argument is the format: github, csv, html, or
// any other text.
func tame(ts *testscript.TestScript, neg bool, args []string) {
	if len(args) < 2 || neg {
		ts.Fatalf("usage: tame FORMAT FILE...")
	}
	for _, name := range args[1:] {
		text := ts.ReadFile(name)
		if text == "" {
			ts.Fatalf("%s is empty", name)
		}
		if !utf8.ValidString(text) {
			ts.Fatalf("%s is not UTF-8", name)
		}
		for _, r := range text {
			if r != '\n' && !unicode.IsPrint(r) && !(r == '\t' && args[0] == "html") {
				ts.Fatalf("%s holds %U", name, r)
			}
		}
		for line := range strings.Lines(text) {
			line = strings.TrimSuffix(line, "\n")
			if (strings.HasPrefix(strings.TrimSpace(line), "::") || strings.Contains(line, "##[") || strings.Contains(line, "##vso[")) &&
				!(args[0] == "github" && annotation.MatchString(line)) {
				ts.Fatalf("%s: a runner would act on %q", name, line)
			}
		}
		switch args[0] {
		case "csv":
			tameCells(ts, text)
		case "html":
			if n := strings.Count(text, "<script"); n != 1 {
				ts.Fatalf("%s has %d scripts", name, n)
			}
		}
	}
}

// tameCells fails if a cell begins as a formula.
func tameCells(ts *testscript.TestScript, text string) {
	rows, err := csv.NewReader(strings.NewReader(text)).ReadAll()
	ts.Check(err)
	for _, row := range rows {
		for _, cell := range row {
			if strings.ContainsAny(strings.TrimLeft(cell, " ")[:min(1, len(strings.TrimLeft(cell, " ")))], "=+-@") {
				ts.Fatalf("a cell begins as a formula: %q", cell)
			}
		}
	}
}
