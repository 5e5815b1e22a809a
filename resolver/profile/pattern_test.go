package profile_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/awscred/awscred/resolver/profile"
)

// What the SDK for Ruby and the Common Runtime make of odd files. The answers
// follow from ini_parser.rb and aws_profile.c, which the dialects name.
func TestRubyAndCRT(t *testing.T) {
	type keys = map[string]string
	none := keys(nil)
	for _, test := range []struct {
		name, text string
		kind       profile.Kind
		// ruby and crt are the keys of profile "dev", nil if there is none.
		// rubyFails is set if the SDK fails over the file; the CRT takes one
		// that it refuses for none.
		ruby, crt keys
		rubyFails bool
	}{
		{name: "plain", text: "[dev]\nk = v\n", kind: profile.CredentialsFile, ruby: keys{"k": "v"}, crt: keys{"k": "v"}},
		{name: "no prefix in the config file", text: "[dev]\nk = v\n", ruby: keys{"k": "v"}, crt: none},
		{name: "prefix in the credentials file", text: "[profile dev]\nk = v\n", kind: profile.CredentialsFile, ruby: keys{"k": "v"}, crt: none},
		{name: "with and without prefix", text: "[profile dev]\nk = 1\nj = 1\n[dev]\nk = 2\n", ruby: keys{"k": "2", "j": "1"}, crt: keys{"k": "1", "j": "1"}},
		{name: "no keys", text: "[profile dev]\n", ruby: none, crt: keys{}},
		{name: "empty value", text: "[profile dev]\nk =\n", ruby: none, crt: keys{"k": ""}},
		{name: "empty value and a blank", text: "[profile dev]\nk = \n", ruby: keys{"k": " "}, crt: keys{"k": ""}},
		{name: "case of keys", text: "[profile dev]\nK = v\n", ruby: keys{"K": "v"}, crt: keys{"K": "v"}},
		{name: "hash behind a value", text: "[profile dev]\nk = v # c\n", ruby: keys{"k": "v # c"}, crt: keys{"k": "v"}},
		{name: "semicolon behind a value", text: "[profile dev]\nk = v ;c\n", ruby: keys{"k": "v"}, crt: keys{"k": "v"}},
		{name: "semicolon behind a header", text: "[profile dev];c\nk = v\n", ruby: none, crt: keys{"k": "v"}},
		{name: "text behind a header", text: "[profile dev] x\nk = v\n", ruby: none, crt: keys{"k": "v"}},
		{name: "blanks in a header", text: "[ profile dev ]\nk = v\n", ruby: none, crt: keys{"k": "v"}},
		{name: "unclosed header", text: "[profile dev]\nk = v\n[x\n", ruby: keys{"k": "v"}, crt: none},
		{name: "words", text: "[profile dev]\nk = v\ntwo words\n", ruby: keys{"k": "v"}, crt: keys{"k": "v"}},
		{name: "a word", text: "[profile dev]\nk = v\nword\n", ruby: keys{"k": "v"}, crt: none},
		{name: "a key before any header", text: "k = v\n[profile dev]\nk = v\n", ruby: keys{"k": "v"}, crt: none},
		{name: "indented first", text: "[profile dev]\n  k = v\n", rubyFails: true, crt: none},
		{name: "indented behind a key", text: "[profile dev]\nk = v\n  j = w\n", ruby: keys{"k": "v"}, crt: keys{"k": "v\nj = w"}},
		{name: "indented behind an empty line", text: "[profile dev]\nk = v\n\n  j = w\n", rubyFails: true, crt: keys{"k": "v\nj = w"}},
		{name: "nested", text: "[profile dev]\ns3 =\n  j = w\nk = v\n", ruby: keys{"s3": "", "k": "v"}, crt: keys{"s3": "\nj = w", "k": "v"}},
		{name: "carriage returns", text: "[profile dev]\r\nk = v\r\n", ruby: keys{"k": "v"}, crt: keys{"k": "v"}},
		{name: "byte order mark", text: "\ufeff[profile dev]\nk = v\n", ruby: none, crt: none},
		{name: "no UTF-8", text: "[profile dev]\nk = \xff\n", rubyFails: true, crt: keys{"k": "\xff"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			f, err := profile.Parse("f", test.kind, []byte(test.text), profile.Ruby())
			if (err != nil) != test.rubyFails {
				t.Errorf("ruby: error %v", err)
			}
			if diff := cmp.Diff(test.ruby, plainKeys(f.Profile("dev"))); diff != "" {
				t.Errorf("ruby (-want +got):\n%s", diff)
			}
			f, err = profile.Parse("f", test.kind, []byte(test.text), profile.CRT())
			if err != nil {
				t.Errorf("crt: error %v", err)
			}
			if diff := cmp.Diff(test.crt, plainKeys(f.Profile("dev"))); diff != "" {
				t.Errorf("crt (-want +got):\n%s", diff)
			}
		})
	}
}

// plainKeys returns the keys of a section, or nil if there is none.
func plainKeys(s *profile.Section) map[string]string {
	if s == nil {
		return nil
	}
	keys := map[string]string{}
	for p := range s.All() {
		keys[p.Name] = p.Text
	}
	return keys
}
