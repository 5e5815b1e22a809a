package profile_test

import (
	"bufio"
	"bytes"
	"encoding/json"
	"io"
	"math/rand/v2"
	"os/exec"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/awscred/awscred/resolver/profile"
)

// botocoreVersion is the botocore whose parser the dialect follows.
const botocoreVersion = "1.43.11"

// A botocoreOracle asks botocore's own parser, in a Python process.
type botocoreOracle struct {
	in  io.Writer
	out *bufio.Reader
}

// botocoreProgram answers each line [kind, text in base64] with a line: what the
// file says, or "refused".
const botocoreProgram = `
import base64, json, os, sys, tempfile
import botocore
from botocore import configloader
print(json.dumps(botocore.__version__), flush=True)
path = os.path.join(tempfile.mkdtemp(), "f")
try:
    for line in sys.stdin:
        kind, text = json.loads(line)
        with open(path, "wb") as f:
            f.write(base64.b64decode(text))
        try:
            if kind == "config":
                whole = configloader.load_config(path)
                is_ = {"profiles": whole["profiles"], "sessions": whole.get("sso_sessions", {})}
            else:
                is_ = {"profiles": configloader.raw_config_parse(path), "sessions": {}}
            is_ = {k: {n: v for n, v in m.items() if n != ""} for k, m in is_.items()}
        except Exception:
            is_ = "refused"
        print(json.dumps(is_), flush=True)
finally:
    os.remove(path)
    os.rmdir(os.path.dirname(path))
`

// newBotocoreOracle starts the process, or skips the test where that botocore
// is not installed.
func newBotocoreOracle(t testing.TB) *botocoreOracle {
	t.Helper()
	python, err := exec.LookPath("python3")
	if err != nil {
		t.Skip("python3 is not installed")
	}
	cmd := exec.Command(python, "-c", botocoreProgram)
	in, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { in.Close(); cmd.Wait() })
	o := &botocoreOracle{in, bufio.NewReader(out)}
	var version string
	if line, err := o.out.ReadBytes('\n'); err != nil || json.Unmarshal(line, &version) != nil || version != botocoreVersion {
		t.Skipf("botocore %s is not importable (%q)", botocoreVersion, version)
	}
	return o
}

// compare checks that both parsers say the same of a file.
func (o *botocoreOracle) compare(t *testing.T, kind profile.Kind, text []byte) {
	t.Helper()
	word := "credentials"
	if kind == profile.ConfigFile {
		word = "config"
	}
	question, err := json.Marshal([]any{word, text})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := o.in.Write(append(question, '\n')); err != nil {
		t.Fatal(err)
	}
	line, err := o.out.ReadBytes('\n')
	if err != nil {
		t.Fatal(err)
	}
	f, err := profile.Parse("f", kind, text, profile.Botocore())
	if refused := bytes.Equal(bytes.TrimSpace(line), []byte(`"refused"`)); refused || err != nil {
		if refused != (err != nil) {
			t.Errorf("botocore refuses the %s file: %v; we say %v\n%q", word, refused, err, text)
		}
		return
	}
	var want sections
	if err := json.Unmarshal(line, &want); err != nil {
		t.Fatal(err)
	}
	got := sectionsOf(f)
	if len(got.Sessions) == 0 {
		got.Sessions = want.empty()
	}
	if diff := cmp.Diff(want.comparable(), got.comparable()); diff != "" {
		t.Errorf("the %s file is read otherwise (-botocore +ours):\n%s\n%q", word, diff, text)
	}
}

// empty is how s says that there are no sessions.
func (s sections) empty() map[string]map[string]any {
	if len(s.Sessions) > 0 {
		return nil
	}
	return s.Sessions
}

// Random files, in the same run, against the real parser.
func TestBotocoreAgrees(t *testing.T) {
	o := newBotocoreOracle(t)
	w := writer{rand.New(rand.NewPCG(11, 12))}
	for range 1500 {
		text := w.file()
		o.compare(t, profile.ConfigFile, text)
		o.compare(t, profile.CredentialsFile, text)
	}
}

func FuzzBotocore(f *testing.F) {
	w := writer{rand.New(rand.NewPCG(13, 14))}
	for range 50 {
		f.Add(w.file())
	}
	o := newBotocoreOracle(f)
	f.Fuzz(func(t *testing.T, text []byte) {
		o.compare(t, profile.ConfigFile, text)
		o.compare(t, profile.CredentialsFile, text)
	})
}
