package chaintest

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"encoding/json"
	"encoding/pem"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"strings"
)

// A Place is where a case happens: a home directory, and services.
type Place struct {
	// Home is the home directory.
	Home string
	// Services are the addresses of the services.
	Services Services
}

// Services are the addresses of the stubs, as URLs without a final slash.
type Services struct {
	// IMDS are instance metadata services: with a role, and in the modes of
	// that name. The first is the container, STS, SSO and sign-in service as
	// well.
	IMDS, V1Only, V2Only, NoRole, Token403, Token400 string
	// Dead refuses connections.
	Dead string
}

// A World is a case in its place, placeholders expanded.
type World struct {
	Env map[string]string
	// Files are the contents by path, relative to the home directory and
	// with slashes.
	Files map[string][]byte
	// Profile and KeyID are set in code.
	Profile, KeyID string
}

// BaseEnv are the variables that every case starts from.
func BaseEnv(p Place) map[string]string {
	return map[string]string{
		"PATH":                              "/usr/local/bin:/usr/bin:/bin",
		"LANG":                              "C.UTF-8",
		"HOME":                              p.Home,
		"AWS_REGION":                        "us-east-1",
		"AWS_DEFAULT_REGION":                "us-east-1",
		"AWS_ENDPOINT_URL_STS":              p.Services.IMDS,
		"AWS_ENDPOINT_URL_SSO":              p.Services.IMDS,
		"AWS_ENDPOINT_URL_SSO_OIDC":         p.Services.IMDS,
		"AWS_ENDPOINT_URL_SIGNIN":           p.Services.IMDS,
		"AWS_EC2_METADATA_SERVICE_ENDPOINT": p.Services.IMDS,
		"AWS_METADATA_SERVICE_TIMEOUT":      "1",
		"AWS_METADATA_SERVICE_NUM_ATTEMPTS": "1",
		"AWS_MAX_ATTEMPTS":                  "1",
		"AWS_STS_REGIONAL_ENDPOINTS":        "regional",
	}
}

// In puts the case in a place.
func (c *Case) In(p Place) (*World, error) {
	x := expander{place: p, windows: c.OS == "windows"}
	w := &World{
		Env:     BaseEnv(p),
		Files:   map[string][]byte{},
		Profile: x.expand(c.Profile),
		KeyID:   x.expand(c.KeyID),
	}
	if x.windows {
		delete(w.Env, "HOME")
		w.Env["UserProfile"] = p.Home
	}
	for _, s := range c.env {
		if s.unset {
			delete(w.Env, s.name)
			continue
		}
		w.Env[s.name] = x.expand(s.value)
	}
	for _, f := range c.files {
		w.Files[f.path] = []byte(x.expand(f.content))
	}
	for _, want := range c.Wants {
		if want.Key != nil {
			x.expand(*want.Key)
		}
	}
	if x.err != nil {
		return nil, fmt.Errorf("case %s: %w", c.Name, x.err)
	}
	return w, nil
}

// For returns the world with the variables that a want adds.
func (w *World) For(want Want) *World {
	copied := *w
	copied.Env = maps.Clone(w.Env)
	for name, value := range want.Env {
		if _, set := copied.Env[name]; !set {
			copied.Env[name] = value
		}
	}
	return &copied
}

// WriteHome writes the files to a directory.
func (w *World) WriteHome(dir string) error {
	for name, content := range w.Files {
		path := filepath.Join(dir, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			return fmt.Errorf("writing home: %w", err)
		}
		if err := os.WriteFile(path, content, 0o600); err != nil {
			return fmt.Errorf("writing home: %w", err)
		}
	}
	return nil
}

// KeyOf expands the key id of a want. It returns "" if none is known.
func (w Want) KeyOf() string {
	if w.Key == nil {
		return ""
	}
	x := expander{}
	return x.expand(*w.Key)
}

// An expander replaces placeholders; the first error stands.
type expander struct {
	place   Place
	windows bool
	err     error
}

func (x *expander) expand(text string) string {
	var b strings.Builder
	for {
		before, rest, open := strings.Cut(text, "{{")
		b.WriteString(before)
		if !open {
			return b.String()
		}
		name, after, closed := strings.Cut(rest, "}}")
		if !closed {
			x.fail("open placeholder %q", rest)
			return b.String()
		}
		b.WriteString(x.value(name))
		text = after
	}
}

func (x *expander) fail(format string, args ...any) {
	if x.err == nil {
		x.err = fmt.Errorf(format, args...)
	}
}

func (x *expander) value(name string) string {
	s := &x.place.Services
	kind, arg, _ := strings.Cut(name, " ")
	switch kind {
	case "key", "asia":
		if len(arg) != 16 {
			x.fail("key id of %d characters: %q", 4+len(arg), name)
		}
		// Assembled, so that this file holds no prefix of a key.
		return map[string]string{"key": "AK", "asia": "AS"}[kind] + "IA" + arg
	case "HOME":
		return x.place.Home
	case "IMDS", "ECS", "STS":
		return s.IMDS
	case "IMDS_V1ONLY":
		return s.V1Only
	case "IMDS_V2ONLY":
		return s.V2Only
	case "IMDS_NOROLE":
		return s.NoRole
	case "IMDS_TOK403":
		return s.Token403
	case "IMDS_TOK400":
		return s.Token400
	case "IMDS_HOST":
		return strings.TrimPrefix(s.IMDS, "http://")
	case "LOCALHOST":
		return strings.Replace(s.IMDS, "127.0.0.1", "localhost", 1)
	case "DEAD":
		return s.Dead
	case "ECPEM":
		return x.key()
	}
	x.fail("unknown placeholder %q", name)
	return ""
}

// key returns a new P-256 key in PEM, as the inside of a JSON string.
func (x *expander) key() string {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		x.fail("making a key: %w", err)
		return ""
	}
	der, err := x509.MarshalECPrivateKey(key)
	if err != nil {
		x.fail("making a key: %w", err)
		return ""
	}
	text, err := json.Marshal(string(pem.EncodeToMemory(&pem.Block{Type: "EC PRIVATE KEY", Bytes: der})))
	if err != nil {
		x.fail("making a key: %w", err)
		return ""
	}
	return string(text[1 : len(text)-1])
}
