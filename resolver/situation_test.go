package resolver_test

import (
	"context"
	"io/fs"
	"testing"

	"github.com/awscred/awscred/resolver"
	"github.com/awscred/awscred/resolver/profile"
)

// failing are files that all fail in one way.
type failing struct {
	err  error
	mode fs.FileMode
}

func (f failing) ReadFile(string, int64) ([]byte, error) { return nil, f.err }
func (f failing) Stat(string) (resolver.FileInfo, error) { return resolver.FileInfo{Mode: f.mode}, nil }
func (f failing) ReadDir(string) ([]string, error)       { return nil, f.err }
func (f failing) Readlink(string) (string, error)        { return "", f.err }

func look(h *resolver.Host, sdk *resolver.SDK) (s *resolver.Situation, t *resolver.Trace) {
	sdk.Dialect = profile.GoV2()
	sdk.Load = []resolver.Check{func(found *resolver.Situation) *resolver.Step { s = found; return nil }}
	t = resolver.Resolve(context.Background(), h, sdk, resolver.Options{})
	return s, t
}

func TestPaths(t *testing.T) {
	unix := resolver.HomeRules{Unix: []string{"HOME"}, Windows: []string{"USERPROFILE", "HOMEDRIVE+HOMEPATH"}}
	vars := resolver.FileRules{ConfigVars: []string{"AWS_CONFIG_FILE"}, CredentialsVars: []string{"AWS_SHARED_CREDENTIALS_FILE"}}
	with := func(change func(*resolver.FileRules)) resolver.FileRules {
		r := vars
		change(&r)
		return r
	}
	for _, c := range []struct {
		name                string
		host                resolver.Host
		rules               resolver.FileRules
		config, credentials string
	}{
		{"home", resolver.Host{OS: "linux", Home: "/root", Env: map[string]string{"HOME": "/home/me"}}, vars, "/home/me/.aws/config", "/home/me/.aws/credentials"},
		{"account's home", resolver.Host{OS: "linux", Home: "/root"}, vars, "/root/.aws/config", "/root/.aws/credentials"},
		{"no home", resolver.Host{OS: "linux", Dir: "/work/dir"}, vars, "/work/dir/.aws/config", "/work/dir/.aws/credentials"},
		{"windows", resolver.Host{OS: "windows", Env: map[string]string{"UserProfile": `C:\Users\me`, "HOME": "/home/me"}}, vars, `C:\Users\me\.aws\config`, `C:\Users\me\.aws\credentials`},
		{"windows drive and path", resolver.Host{OS: "windows", Env: map[string]string{"HOMEDRIVE": "D:", "HomePath": `\me`}}, vars, `D:\me\.aws\config`, `D:\me\.aws\credentials`},
		{"windows without path", resolver.Host{OS: "windows", Home: `C:\me`, Env: map[string]string{"HOMEDRIVE": "D:"}}, vars, `C:\me\.aws\config`, `C:\me\.aws\credentials`},
		{"windows variable", resolver.Host{OS: "windows", Dir: `C:\dir`, Home: `C:\me`, Env: map[string]string{"aws_config_file": "x/y"}}, vars, `C:\dir\x/y`, `C:\me\.aws\credentials`},
		{"windows share", resolver.Host{OS: "windows", Home: `\\server\me`}, vars, `\\server\me\.aws\config`, `\\server\me\.aws\credentials`},
		{"relative variable", resolver.Host{OS: "linux", Dir: "/d", Home: "/h", Env: map[string]string{"AWS_CONFIG_FILE": "c"}}, vars, "/d/c", "/h/.aws/credentials"},
		{"empty variable", resolver.Host{OS: "linux", Home: "/h", Env: map[string]string{"AWS_CONFIG_FILE": ""}}, vars, "/h/.aws/config", "/h/.aws/credentials"},
		{"empty is no file", resolver.Host{OS: "linux", Home: "/h", Env: map[string]string{"AWS_CONFIG_FILE": ""}},
			with(func(r *resolver.FileRules) { r.EmptyIsNoFile = true }), "", "/h/.aws/credentials"},
		{"tilde kept", resolver.Host{OS: "linux", Dir: "/d", Home: "/h", Env: map[string]string{"AWS_CONFIG_FILE": "~/c"}}, vars, "/d/~/c", "/h/.aws/credentials"},
		{"tilde", resolver.Host{OS: "linux", Dir: "/d", Home: "/h", Env: map[string]string{"AWS_CONFIG_FILE": "~/c", "AWS_SHARED_CREDENTIALS_FILE": "~x/c"}},
			with(func(r *resolver.FileRules) { r.Tilde = true }), "/h/c", "/d/~x/c"},
		{"dollar", resolver.Host{OS: "linux", Dir: "/d", Env: map[string]string{"HOME": "/h", "AWS_CONFIG_FILE": "$HOME/$NO/${HOME}x${", "AWS_SHARED_CREDENTIALS_FILE": "/$/${NO}$"}},
			with(func(r *resolver.FileRules) { r.Dollar = true }), "/h/$NO//hx${", "/$/${NO}$"},
		{"only existing", resolver.Host{OS: "linux", Home: "/h", Env: map[string]string{"AWS_CONFIG_FILE": "/no"}},
			with(func(r *resolver.FileRules) { r.OnlyExisting = true }), "/h/.aws/config", "/h/.aws/credentials"},
		{"no config", resolver.Host{OS: "linux", Home: "/h"}, with(func(r *resolver.FileRules) { r.NoConfig = true }), "", "/h/.aws/credentials"},
	} {
		t.Run(c.name, func(t *testing.T) {
			s, tr := look(&c.host, &resolver.SDK{Home: unix, Files: c.rules})
			if s.ConfigPath != c.config || s.CredentialsPath != c.credentials {
				t.Errorf("files are %q and %q, want %q and %q", s.ConfigPath, s.CredentialsPath, c.config, c.credentials)
			}
			if tr.ConfigPath != c.config || tr.CredentialsPath != c.credentials {
				t.Errorf("the trace has other files: %q and %q", tr.ConfigPath, tr.CredentialsPath)
			}
			if tr.Home != s.Home {
				t.Errorf("the trace has home %q, not %q", tr.Home, s.Home)
			}
			if s.Shared == nil {
				t.Errorf("there is no merged set")
			}
		})
	}
}

func TestProfileChoice(t *testing.T) {
	rules := resolver.ProfileRules{
		Vars:       []string{"AWS_PROFILE", "AWS_DEFAULT_PROFILE"},
		MissingFor: map[string]resolver.MissingProfile{"AWS_DEFAULT_PROFILE": resolver.MissingPasses},
	}
	emptyIsSet := rules
	emptyIsSet.EmptyIsSet = true
	for _, c := range []struct {
		name  string
		env   map[string]string
		code  string
		rules resolver.ProfileRules
		want  resolver.ProfileChoice
		stops bool
	}{
		{"default", nil, "", rules, resolver.ProfileChoice{Name: "default"}, false},
		{"first variable", map[string]string{"AWS_PROFILE": "a", "AWS_DEFAULT_PROFILE": "b"}, "", rules, resolver.ProfileChoice{Name: "a", By: "AWS_PROFILE"}, true},
		{"second variable", map[string]string{"AWS_PROFILE": "", "AWS_DEFAULT_PROFILE": "b"}, "", rules, resolver.ProfileChoice{Name: "b", By: "AWS_DEFAULT_PROFILE"}, false},
		{"empty is set", map[string]string{"AWS_PROFILE": "", "AWS_DEFAULT_PROFILE": "b"}, "", emptyIsSet, resolver.ProfileChoice{Name: "", By: "AWS_PROFILE"}, true},
		{"code", map[string]string{"AWS_PROFILE": "a"}, "c", rules, resolver.ProfileChoice{Name: "c", By: resolver.ByCode}, true},
	} {
		t.Run(c.name, func(t *testing.T) {
			var s *resolver.Situation
			sdk := &resolver.SDK{Dialect: profile.GoV2(), Profiles: c.rules, Load: []resolver.Check{
				func(found *resolver.Situation) *resolver.Step { s = found; return nil },
			}}
			resolver.Resolve(context.Background(), &resolver.Host{Env: c.env}, sdk, resolver.Options{Code: resolver.Code{Profile: c.code}})
			if s.Profile != c.want || s.MissingStops() != c.stops {
				t.Errorf("chose %+v, stops %t; want %+v, stops %t", s.Profile, s.MissingStops(), c.want, c.stops)
			}
		})
	}
}

// A file that cannot be read is an error where the SDK takes it for one, and is
// named in any case; only a file that does not exist is silently absent.
func TestUnreadableFiles(t *testing.T) {
	for _, c := range []struct {
		name      string
		files     failing
		directory bool // DirectoryStops
		failed    bool
		notLooked bool
		unread    int
	}{
		{"missing", failing{fs.ErrNotExist, 0}, true, false, false, 0},
		{"forbidden", failing{fs.ErrPermission, 0}, true, false, false, 2},
		{"directory stops", failing{resolver.ErrNotRegular, fs.ModeDir}, true, true, false, 0},
		{"directory passes", failing{resolver.ErrNotRegular, fs.ModeDir}, false, false, false, 2},
		{"pipe", failing{resolver.ErrNotRegular, fs.ModeNamedPipe}, false, true, true, 0},
		{"too large", failing{resolver.ErrTooLarge, 0}, false, true, true, 0},
	} {
		t.Run(c.name, func(t *testing.T) {
			s, _ := look(&resolver.Host{OS: "linux", Home: "/h", Files: c.files}, &resolver.SDK{Files: resolver.FileRules{DirectoryStops: c.directory}})
			if failed := s.FileError != nil; failed != c.failed || len(s.Unread) != c.unread || s.FileNotLooked != c.notLooked {
				t.Errorf("error %v, unread %v, not looked %t", s.FileError, s.Unread, s.FileNotLooked)
			}
			if c.failed && (s.FileErrorAt.Name != "/h/.aws/config" || s.FileErrorAt.Note == "") {
				t.Errorf("error at %+v", s.FileErrorAt)
			}
		})
	}
}

// The null device is no file, not one that could not be looked at.
func TestNullDevice(t *testing.T) {
	rules := resolver.FileRules{ConfigVars: []string{"AWS_CONFIG_FILE"}, CredentialsVars: []string{"AWS_SHARED_CREDENTIALS_FILE"}}
	for os, name := range map[string]string{"linux": "/dev/null", "windows": "nul"} {
		h := &resolver.Host{OS: os, Dir: "/d", Files: failing{resolver.ErrNotRegular, fs.ModeCharDevice},
			Env: map[string]string{"AWS_CONFIG_FILE": name, "AWS_SHARED_CREDENTIALS_FILE": name}}
		if s, _ := look(h, &resolver.SDK{Files: rules}); s.FileError != nil || s.Unread != nil {
			t.Errorf("%s: error %v, unread %v", os, s.FileError, s.Unread)
		}
	}
}
