package resolver_test

import (
	"io/fs"
	"strings"
	"testing"

	"github.com/awscred/awscred/resolver"
)

// passwd is a file system with one file: the user database.
type passwd string

func (p passwd) ReadFile(name string, max int64) ([]byte, error) {
	if name != "/etc/passwd" || p == "" {
		return nil, fs.ErrNotExist
	}
	if int64(len(p)) > max {
		return nil, resolver.ErrTooLarge
	}
	return []byte(p), nil
}

func (passwd) Stat(string) (resolver.FileInfo, error) { return resolver.FileInfo{}, fs.ErrNotExist }
func (passwd) ReadDir(string) ([]string, error)       { return nil, fs.ErrNotExist }
func (passwd) Readlink(string) (string, error)        { return "", fs.ErrNotExist }

func TestAccounts(t *testing.T) {
	const file = "# comment:x:1:1::/nowhere:\n" +
		"root:x:0:0:root:/root:/bin/sh\r\n" +
		"\n:x:5:5::/unnamed:\nshort:x:6:6\nbad:x:six:6::/bad:\nneg:x:-1:6::/neg:\n+::::::\n+nis:x:7:7::/nis:\n" +
		"me:x:1000:1000:Me,,,:/home/me:/bin/zsh\n" +
		"twin:x:1000:1000::/home/twin:/bin/sh\n" +
		"rel:x:1001:1001::home/rel:/bin/sh\n" +
		"nobody:x:65534:65534::/:/bin/false\n" +
		"odd\xff:x:1002:1002::/home/odd\xff:\n" +
		"huge:x:99999999999999999999:1::/huge:\n" +
		"last:x:4294967294:1::/home/last"
	byID := map[int]string{0: "/root", 1000: "/home/me", 1001: "", 65534: "/", 1002: "/home/odd\xff", 4294967294: "/home/last"}
	h := &resolver.Host{OS: "linux", Files: passwd(file)}
	for uid, home := range byID {
		if a, ok := h.AccountByID(uid); !ok || a.Home != home || a.UID != uid {
			t.Errorf("AccountByID(%d) = %+v, %v, want home %q", uid, a, ok, home)
		}
	}
	for _, uid := range []int{-1, 1, 5, 6, 7, 1003} {
		if a, ok := h.AccountByID(uid); ok {
			t.Errorf("AccountByID(%d) = %+v", uid, a)
		}
	}
	if a, ok := h.AccountByName("twin"); !ok || a.UID != 1000 || a.Home != "/home/twin" {
		t.Errorf("AccountByName = %+v, %v", a, ok)
	}
	for _, name := range []string{"", "# comment", "+", "+nis", "short", "bad", "neg", "huge", "nobody "} {
		if a, ok := h.AccountByName(name); ok {
			t.Errorf("AccountByName(%q) = %+v", name, a)
		}
	}
}

func TestAccountsElsewhere(t *testing.T) {
	root := "root:x:0:0:root:/root:/bin/sh\n"
	for name, h := range map[string]*resolver.Host{
		"no files":    {OS: "linux"},
		"no database": {OS: "linux", Files: passwd("")},
		"too large":   {OS: "linux", Files: passwd(root + strings.Repeat("x", 16<<20))},
		"Windows":     {OS: "windows", Files: passwd(root)},
	} {
		if a, ok := h.AccountByID(0); ok {
			t.Errorf("%s: %+v", name, a)
		}
	}
}
