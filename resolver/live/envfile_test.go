package live

import (
	"bytes"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/awscred/awscred/internal/keytest"
	"github.com/awscred/awscred/resolver"
)

func TestEnvFiles(t *testing.T) {
	current := []string{"HERE=from here", "EMPTY=", "AWS_PROFILE=mine"}
	tests := []struct {
		name  string
		files []string
		want  []string
	}{
		{"docker", []string{"A=1\nB=a=b\n# comment\n\nC=\n"}, []string{"A=1", "B=a=b", "C="}},
		{"name alone", []string{"HERE\nEMPTY\nNOT_HERE\nexport AWS_PROFILE # mine"}, []string{"AWS_PROFILE=mine", "EMPTY=", "HERE=from here"}},
		{"export", []string{"export A=1\nexport\tB=2\nexportC=3\n  export D = 4"}, []string{"A=1", "B=2", "D=4", "exportC=3"}},
		{"double quotes", []string{`A="x y # z" # comment` + "\n" + `B="q\"\\n\$\tx\z"`}, []string{"A=x y # z", "B=q\"\\n$\tx\\z"}},
		{"single quotes", []string{`A='x "y" \n $z'`}, []string{`A=x "y" \n $z`}},
		{"empty quotes", []string{"A=\"\"\nB=''"}, []string{"A=", "B="}},
		{"over lines", []string{"A=\"one  \n two\\\"\"\nB=2"}, []string{"A=one  \n two\"", "B=2"}},
		{"comments", []string{"; systemd\nA=1 # x\nB=1#x\nC=#x\nD= # x"}, []string{"A=1", "B=1#x", "C=", "D="}},
		{"CRLF and BOM", []string{"\ufeffA=1\r\nB=\"2\"\r\n\r\n"}, []string{"A=1", "B=2"}},
		{"dollar", []string{"A=$HERE\nB=\"${HERE}\""}, []string{"A=$HERE", "B=${HERE}"}},
		{"not UTF-8", []string{"A=\xff\xfe"}, []string{"A=\xff\xfe"}},
		{"odd names", []string{"ProgramFiles(x86)=C:\\P\na.b-c=1"}, []string{"ProgramFiles(x86)=C:\\P", "a.b-c=1"}},
		{"later lines", []string{"A=1\nA=2"}, []string{"A=2"}},
		{"later files", []string{"A=1\nB=1", "A=2\nHERE", ""}, []string{"A=2", "B=1", "HERE=from here"}},
		{"nothing", []string{""}, []string{}},
		{"no end of line", []string{"A=1"}, []string{"A=1"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got, err := EnvFiles(writeAll(t, tt.files), current)
			if err != nil || !slices.Equal(got, tt.want) {
				t.Errorf("EnvFiles = %q, %v, want %q", got, err, tt.want)
			}
		})
	}
}

func writeAll(t *testing.T, contents []string) []string {
	t.Helper()
	dir := t.TempDir()
	var names []string
	for i, content := range contents {
		name := filepath.Join(dir, string(rune('a'+i))+".env")
		if err := os.WriteFile(name, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
		names = append(names, name)
	}
	return names
}

// Errors name file and line, and repeat nothing of the line: what is not
// understood may be a secret.
func TestEnvFileErrors(t *testing.T) {
	secret := keytest.Secret(1)
	tests := []struct {
		name, file string
		line       string
		want       error
	}{
		{"secret alone", "A=1\n" + "x/" + secret, ":2:", errEnvLine},
		{"YAML", "A: " + secret, ":1:", errEnvLine},
		{"JSON", `{"SecretAccessKey": "` + secret + `"}`, ":1:", errEnvLine},
		{"no name", "\n\n=" + secret, ":3:", errEnvName},
		{"space in name", "A B=" + secret, ":1:", errEnvName},
		{"quote in name", `"A"=` + secret, ":1:", errEnvName},
		{"name not UTF-8", "A\xff=" + secret, ":1:", errEnvName},
		{"open double quote", "A=1\nB=\"" + secret + "\nC=3", ":2:", errEnvQuote},
		{"open single quote", "A='" + secret, ":1:", errEnvQuote},
		{"after lines", "A=\"1\n2\"\nB='" + secret, ":3:", errEnvQuote},
		{"protected quote", `A="` + secret + `\"`, ":1:", errEnvQuote},
		{"text behind", `A="1"` + secret, ":1:", errEnvBehind},
		{"NUL", "A=" + secret + "\x00", ":1:", errEnvNUL},
		{"NUL in quotes", "A=\"\n" + secret + "\x00\"", ":1:", errEnvNUL},
		{"UTF-16", "\xff\xfeA\x00=\x00", ":1:", errEnvUnicode},
		{"UTF-16 big endian", "\xfe\xff\x00A\x00=", ":1:", errEnvUnicode},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			names := writeAll(t, []string{"OK=1", tt.file})
			vars, err := EnvFiles(names, nil)
			if !errors.Is(err, tt.want) || vars != nil {
				t.Fatalf("EnvFiles = %q, %v, want %v", vars, err, tt.want)
			}
			if text := err.Error(); !strings.Contains(text, names[1]+tt.line) || strings.Contains(text, "\n") {
				t.Errorf("error %q does not name %s on one line", text, names[1]+tt.line)
			}
			if leaks := keytest.Leaks([]byte(err.Error()), secret); leaks != nil {
				t.Errorf("the error leaks: %v", leaks)
			}
		})
	}
}

func TestEnvFileRefused(t *testing.T) {
	dir := t.TempDir()
	large := filepath.Join(dir, "large.env")
	if err := os.WriteFile(large, bytes.Repeat([]byte("A=1\n"), maxEnvFile/4+1), 0o600); err != nil {
		t.Fatal(err)
	}
	tests := append([]fileTest{
		{name: "missing", path: filepath.Join(dir, "missing"), err: fs.ErrNotExist},
		{name: "directory", path: dir, err: resolver.ErrNotRegular},
		{name: "too large", path: large, err: resolver.ErrTooLarge},
	}, specialFiles(t, dir)...)
	for _, tt := range tests {
		if tt.name == "file of no size" { // small enough here, and no text
			tt.err = errAny
		}
		if vars, err := EnvFiles([]string{tt.path}, nil); !matches(err, tt.err) || vars != nil {
			t.Errorf("%s: %q, %v, want %v", tt.name, vars, err, tt.err)
		} else if !strings.Contains(err.Error(), tt.path) {
			t.Errorf("%s: error %q does not name the file", tt.name, err)
		}
	}
}

func FuzzEnvFile(f *testing.F) {
	for _, seed := range []string{"A=1\nB\n", "export A=\"x\\\"\ny\" # c\n", "A='", "\ufeff\x00", ";x\r\n=\n"} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		lines := 1 + bytes.Count(data, []byte("\n"))
		p := envParser{rest: data, current: map[string]string{"B": "1"}, vars: map[string]string{}}
		if err := p.parse(); err == nil && len(p.rest) > 0 {
			t.Error("not read to the end")
		}
		if p.line < 1 || p.line > lines {
			t.Errorf("line %d of %d", p.line, lines)
		}
		for name, value := range p.vars {
			if !isEnvName(name) || strings.Contains(value, "\x00") {
				t.Errorf("variable %q=%q", name, value)
			}
		}
	})
}
