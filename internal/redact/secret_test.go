package redact

import (
	"bytes"
	"encoding/gob"
	"encoding/json"
	"encoding/xml"
	"errors"
	"fmt"
	"log/slog"
	"reflect"
	"strings"
	"testing"
	"text/template"
)

// A holder holds a secret in every position that fmt treats differently.
type holder struct {
	Exported  Secret
	hidden    Secret
	Pointer   *Secret
	any       any
	List      []Secret
	array     [1]Secret
	Map       map[string]Secret
	keys      map[Secret]bool
	deep      *holder
	Embedded  embedded
	embeddedP *embedded
	fn        func() Secret
}

type embedded struct{ Secret }

type inner struct{ s Secret }

// canary is assembled so that no scanner takes it for a key.
func canary() string { return strings.Repeat("cAn4ry/", 5) + "+tail" }

func holders() []any {
	s := New(canary())
	h := holder{
		Exported: s, hidden: s, Pointer: &s, any: s, List: []Secret{s}, array: [1]Secret{s},
		Map: map[string]Secret{"k": s}, keys: map[Secret]bool{s: true},
		Embedded: embedded{s}, embeddedP: &embedded{s}, fn: func() Secret { return s },
	}
	h.deep = &holder{hidden: s, any: &s}
	p := &s
	return []any{
		s, p, &p, h, &h, []any{s, p, h}, []Secret{s}, []*Secret{p}, [1]Secret{s}, map[string]Secret{"a": s},
		map[Secret]string{s: "a"}, inner{s}, &inner{s}, []inner{{s}}, map[inner]int{{s}: 1}, embedded{s}, &embedded{s},
		struct{ error }{fmt.Errorf("wrapped: %v", s)}, errors.Join(fmt.Errorf("%w: %s", errors.ErrUnsupported, s)), reflect.ValueOf(s), reflect.ValueOf(h),
		s.String, any(s), chanOf(s),
	}
}

func chanOf(s Secret) chan Secret {
	c := make(chan Secret, 1)
	c <- s
	return c
}

// leaks lists the ways in which the canary can be recognised in output.
func leaks(out string) bool {
	c := canary()
	forms := []string{c, fmt.Sprintf("%x", c), fmt.Sprintf("%X", c), fmt.Sprintf("% x", c), fmt.Sprint([]byte(c)), fmt.Sprintf("%q", c), fmt.Sprintf("%#v", []byte(c))}
	for _, f := range forms {
		f = strings.Trim(f, `[]"`)
		if strings.Contains(out, f[:12]) {
			return true
		}
	}
	return strings.Contains(out, c[8:20])
}

func TestFormattingMasks(t *testing.T) {
	var formats []string
	for _, flags := range []string{"", "+", "#", "-20", "0", " ", "40.3", "+#"} {
		for _, verb := range "vsqxXdTtpbcoOeEfFgGUwz!" {
			formats = append(formats, "%"+flags+string(verb))
		}
	}
	for i, v := range holders() {
		for _, format := range formats {
			if out := fmt.Sprintf(format, v); leaks(out) {
				t.Errorf("holder %d (%T) leaks with %s: %s", i, v, format, out)
			}
		}
		for _, out := range []string{fmt.Sprint(v), fmt.Sprintln(v), fmt.Errorf("x: %v", v).Error()} {
			if leaks(out) {
				t.Errorf("holder %d (%T) leaks: %s", i, v, out)
			}
		}
	}
}

// The test above would pass if leaks never found anything.
func TestLeaksAreSeen(t *testing.T) {
	for _, format := range []string{"%s", "%v", "%x", "%X", "% x", "%q", "%#v"} {
		if out := fmt.Sprintf(format, canary()); !leaks(out) {
			t.Errorf("%s is not recognised: %s", format, out)
		}
		if out := fmt.Sprintf(format, []byte(canary())); !leaks(out) {
			t.Errorf("%s of bytes is not recognised: %s", format, out)
		}
	}
}

func TestMarshalingMasks(t *testing.T) {
	s := New(canary())
	values := []any{
		s, &s, []Secret{s}, map[string]Secret{"a": s}, map[Secret]string{s: "a"}, embedded{s},
		struct {
			S Secret
			P *Secret
			A any
			h Secret
		}{s, &s, s, s},
	}
	for i, v := range values {
		out, err := json.Marshal(v)
		if err != nil {
			t.Errorf("value %d: %v", i, err)
		}
		if leaks(string(out)) {
			t.Errorf("value %d leaks as JSON: %s", i, out)
		}
		if x, err := xml.Marshal(v); err == nil && leaks(string(x)) {
			t.Errorf("value %d leaks as XML: %s", i, x)
		}
		var g bytes.Buffer
		if err := gob.NewEncoder(&g).Encode(v); err == nil && leaks(g.String()) {
			t.Errorf("value %d leaks as gob", i)
		}
		for _, h := range []slog.Handler{slog.NewTextHandler(&g, nil), slog.NewJSONHandler(&g, nil)} {
			g.Reset()
			slog.New(h).Info("message", "value", v, "group", slog.GroupValue(slog.Any("s", v)))
			if leaks(g.String()) {
				t.Errorf("value %d leaks in a log: %s", i, g.String())
			}
		}
		g.Reset()
		if err := template.Must(template.New("").Parse("{{.}} {{printf \"%s\" .}}")).Execute(&g, v); err != nil || leaks(g.String()) {
			t.Errorf("value %d leaks in a template: %s %v", i, g.String(), err)
		}
	}
}

func TestMask(t *testing.T) {
	tests := []struct {
		secret     Secret
		text, json string
	}{
		{Secret{}, "[no secret]", "null"},
		{New(""), "[no secret]", "null"},
		{New([]byte{}), "[no secret]", "null"},
		{New("x"), "[secret, 1 byte]", `"[secret, 1 byte]"`},
		{New(canary()), "[secret, 40 bytes]", `"[secret, 40 bytes]"`},
	}
	for _, tt := range tests {
		if got := fmt.Sprintf("%+q", tt.secret); got != tt.text {
			t.Errorf("formatted %s, want %s", got, tt.text)
		}
		if got, err := json.Marshal(tt.secret); err != nil || string(got) != tt.json {
			t.Errorf("marshaled %s, %v, want %s", got, err, tt.json)
		}
		if tt.secret.IsZero() != (tt.secret.Len() == 0) {
			t.Errorf("%v: IsZero is %v", tt.secret, tt.secret.IsZero())
		}
	}
	out, err := json.Marshal(struct {
		S Secret `json:",omitzero"`
	}{})
	if err != nil || string(out) != "{}" {
		t.Errorf("omitzero gives %s, %v", out, err)
	}
}

func TestSecretIsACopy(t *testing.T) {
	b := []byte(canary())
	s := New(b)
	clear(b)
	if got := string(s.Reveal()); got != canary() {
		t.Error("changing the argument changed the secret")
	}
	clear(s.Reveal())
	if got := string(s.Reveal()); got != canary() {
		t.Error("changing what Reveal returned changed the secret")
	}
	if (Secret{}).Reveal() != nil {
		t.Error("no secret reveals something")
	}
}

func TestEqual(t *testing.T) {
	a := New(canary())
	if !a.Equal(New([]byte(canary()))) || a.Equal(New(canary()+"x")) || a.Equal(Secret{}) || !New("").Equal(Secret{}) {
		t.Error("Equal does not compare contents")
	}
	if !a.Contains(New(canary()[3:9])) || a.Contains(New(canary()+"x")) || !a.Contains(Secret{}) {
		t.Error("Contains does not look for contents")
	}
}

// The values are fixed for ever: baselines hold them. They were computed with
// printf 'KIND\0VALUE' | openssl dgst -sha256 -hmac KEY.
func TestFingerprint(t *testing.T) {
	id, secret := New("an id"), New("a secret")
	tests := []struct{ got, want string }{
		{id.Fingerprint(nil, "kind"), "ccbbf52d846aec2e2f22dc369bc1e240"},
		{id.Fingerprint([]byte("awscred/v1"), "kind"), "ccbbf52d846aec2e2f22dc369bc1e240"},
		{id.Fingerprint([]byte("own"), "kind"), "f9296bcf0e6f94abc20bc29fa58d77b4"},
		{id.Fingerprint(nil, "kind", secret), "06e4fc51f73ea581d8ed54757b2330d5"},
		{New("value").Fingerprint(nil, "kind"), "0ecb2bae4f2500b09d87988c18f975e9"},
		{New("an id\x00a secret").Fingerprint(nil, "kind"), id.Fingerprint(nil, "kind", secret)},
		{Secret{}.Fingerprint(nil, "kind"), "2e85b791ec18b26d23b84a80a1c039f9"},
	}
	for i, tt := range tests {
		if tt.got != tt.want {
			t.Errorf("%d: %s, want %s", i, tt.got, tt.want)
		}
	}
}
