package sdk_test

import (
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/awscred/awscred/resolver"
	"github.com/awscred/awscred/resolver/sdk"
)

const chainDoc = "../../docs/chain.md"

// TestChainDoc compares docs/chain.md with what the values say.
func TestChainDoc(t *testing.T) {
	got := chainMarkdown()
	if *update {
		if err := os.WriteFile(chainDoc, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(chainDoc)
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(string(want), got); d != "" {
		t.Errorf("docs/chain.md is stale, run go test ./resolver/sdk -run TestChainDoc -update (-want +got):\n%s", d)
	}
}

// TestDescriptions checks what the documentation rests on.
func TestDescriptions(t *testing.T) {
	texts := map[string]string{}
	for _, s := range sdk.All() {
		if s.Name == "" || s.Title == "" || s.Version == "" || s.Basis == "" {
			t.Errorf("%q has no name, title, version or basis", s.Name)
		}
		for _, link := range s.Links {
			d := sdk.Describe(link)
			if d.Title == "" || len(d.Reads) == 0 && len(d.Notes) == 0 && d.Title != "code" && !reads(d.Title) {
				t.Errorf("%s: link %T is described by %+v", s.Name, link, d)
			}
		}
		seen := map[string]bool{}
		for _, d := range s.Deviations {
			if d.ID == "" || d.Text == "" || d.Source == "" || strings.HasSuffix(d.Text, ".") {
				t.Errorf("%s: deviation %+v", s.Name, d)
			}
			if seen[d.ID] {
				t.Errorf("%s: deviation %q stands there twice", s.Name, d.ID)
			}
			seen[d.ID] = true
			texts[d.ID] = d.Text
		}
	}
	if len(texts) < 40 {
		t.Errorf("only %d deviations", len(texts))
	}
}

// reads reports whether the title of a link says by itself what it reads.
func reads(title string) bool {
	return title == string(resolver.FromCredentialFile) || title == string(resolver.FromBotoConfig)
}

// chainMarkdown is the document.
func chainMarkdown() string {
	var b strings.Builder
	b.WriteString(`# What each SDK does

<!-- Made of the values in resolver/sdk: go test ./resolver/sdk -run TestChainDoc -update -->

Every SDK asks its sources in an order of its own. A chain *picks one* source by what is configured and lives with it, or it *tries
its sources in turn*. How we know it: *run* (its real answers are recorded or asked in our tests), *suite* (its own test data passes
here), or *read, not run* (the sources were read in the version that is named, and nothing more).

`)
	for _, s := range sdk.All() {
		fmt.Fprintf(&b, "* [%s](#%s) `%s`: %s\n", s.Title, anchor(s.Title), s.Name, basis(s.Basis))
	}
	for _, s := range sdk.All() {
		sdkSection(&b, s)
	}
	differences(&b)
	return b.String()
}

// anchor is the address of a heading, as GitHub makes it.
func anchor(title string) string {
	keep := func(c rune) rune {
		switch {
		case c == ' ':
			return '-'
		case c >= 'a' && c <= 'z', c >= '0' && c <= '9', c == '-', c == '_':
			return c
		}
		return -1
	}
	return strings.Map(keep, strings.ToLower(title))
}

func basis(b resolver.Basis) string {
	switch b {
	case resolver.Executed:
		return "run"
	case resolver.Suite:
		return "suite"
	}
	return "read, not run"
}

// sdkSection writes what one SDK does.
func sdkSection(b *strings.Builder, s *resolver.SDK) {
	fmt.Fprintf(b, "\n## %s\n\n", s.Title)
	kind := "tries its sources in turn"
	if s.Kind == resolver.PickOne {
		kind = "picks one source and lives with it"
	}
	fmt.Fprintf(b, "`%s`, version %s, %s; %s.", s.Name, s.Version, basis(s.Basis), kind)
	if s.EndOfLife {
		b.WriteString(" End of life.")
	}
	b.WriteString("\n\n")
	fmt.Fprintf(b, "* profile: %s\n", profileRules(&s.Profiles))
	fmt.Fprintf(b, "* credentials file: %s\n", file(s.Files.CredentialsVars, "credentials"))
	if s.Files.CredentialsElse != "" {
		fmt.Fprintf(b, "  and where there is none `~/.aws/%s`\n", s.Files.CredentialsElse)
	}
	switch {
	case s.Files.NoConfig:
		b.WriteString("* config file: not read\n")
	case s.Files.ConfigBeside:
		fmt.Fprintf(b, "* config file: %s, or where the credentials file is\n", file(s.Files.ConfigVars, "config"))
	default:
		fmt.Fprintf(b, "* config file: %s\n", file(s.Files.ConfigVars, "config"))
	}
	b.WriteString("\n| | source | what it reads, in this order | |\n|--:|---|---|---|\n")
	for i, link := range s.Links {
		d := sdk.Describe(link)
		fmt.Fprintf(b, "| %d | %s | %s | %s |\n", i+1, d.Title, escape(strings.Join(d.Reads, ", ")), escape(strings.Join(d.Notes, "; ")))
	}
	b.WriteString("\n| difference | | source |\n|---|---|---|\n")
	for _, d := range s.Deviations {
		text := d.Text
		if d.Since != "" {
			text += "; since " + d.Since
		}
		if d.Until != "" {
			text += "; until " + d.Until
		}
		fmt.Fprintf(b, "| %s | %s | %s |\n", d.ID, escape(text), escape(d.Source))
	}
}

func profileRules(r *resolver.ProfileRules) string {
	names := slices.Clone(r.Vars)
	for i, name := range names {
		names[i] = "`" + name + "`"
		if r.EmptyIsSet {
			names[i] += " (even empty)"
		}
	}
	return strings.Join(append(names, "`default`"), ", else ")
}

func file(variables []string, name string) string {
	var list []string
	for _, v := range variables {
		list = append(list, "`"+v+"`")
	}
	return strings.Join(append(list, "`~/.aws/"+name+"`"), ", else ")
}

func escape(text string) string { return strings.ReplaceAll(text, "|", `\|`) }

// differences writes which SDK differs in what.
func differences(b *strings.Builder) {
	b.WriteString("\n## Differences\n\n|")
	var ids []string
	has := map[string]bool{}
	for _, s := range sdk.All() {
		fmt.Fprintf(b, " | %s", s.Name)
		for _, d := range s.Deviations {
			ids = append(ids, d.ID)
			has[d.ID+" "+s.Name] = true
		}
	}
	b.WriteString(" |\n|---" + strings.Repeat("|:-:", len(sdk.All())) + "|\n")
	slices.Sort(ids)
	for _, id := range slices.Compact(ids) {
		fmt.Fprintf(b, "| %s", id)
		for _, s := range sdk.All() {
			mark := " "
			if has[id+" "+s.Name] {
				mark = " ● "
			}
			fmt.Fprintf(b, " |%s", strings.TrimRight(mark, " "))
		}
		b.WriteString(" |\n")
	}
}
