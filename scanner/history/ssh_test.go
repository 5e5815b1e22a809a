package history

import (
	"context"
	"crypto/ed25519"
	"crypto/rand"
	"errors"
	"io"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"golang.org/x/crypto/ssh"
	"golang.org/x/crypto/ssh/agent"
	"golang.org/x/crypto/ssh/knownhosts"
)

func newKey(t *testing.T) (ed25519.PrivateKey, ssh.Signer) {
	t.Helper()
	_, key, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	signer, err := ssh.NewSignerFromKey(key)
	if err != nil {
		t.Fatal(err)
	}
	return key, signer
}

// sshServer serves the repositories below a directory to whom has a key. It
// returns its address and its own key.
func sshServer(t *testing.T, dir string, user ssh.PublicKey) (address string, host ssh.PublicKey) {
	t.Helper()
	_, signer := newKey(t)
	config := &ssh.ServerConfig{PublicKeyCallback: func(_ ssh.ConnMetadata, key ssh.PublicKey) (*ssh.Permissions, error) {
		if !slices.Equal(key.Marshal(), user.Marshal()) {
			return nil, errors.New("not this key")
		}
		return nil, nil
	}}
	config.AddHostKey(signer)
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	go func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			go serveSSH(c, config, dir)
		}
	}()
	return l.Addr().String(), signer.PublicKey()
}

func serveSSH(c net.Conn, config *ssh.ServerConfig, dir string) {
	conn, channels, requests, err := ssh.NewServerConn(c, config)
	if err != nil {
		return
	}
	defer conn.Close()
	go ssh.DiscardRequests(requests)
	for n := range channels {
		ch, requests, err := n.Accept()
		if err != nil {
			return
		}
		go func() {
			defer ch.Close()
			for r := range requests {
				if r.Type != "exec" {
					r.Reply(false, nil)
					continue
				}
				r.Reply(true, nil)
				path := strings.Trim(strings.TrimPrefix(string(r.Payload[4:]), "git-upload-pack "), "'")
				git := exec.Command("git", "upload-pack", filepath.Join(dir, path))
				git.Stdout, git.Stderr = ch, ch.Stderr()
				in, _ := git.StdinPipe()
				go func() { io.Copy(in, ch); in.Close() }()
				status := byte(0)
				if git.Run() != nil {
					status = 128
				}
				ch.SendRequest("exit-status", false, []byte{0, 0, 0, status})
				return
			}
		}()
	}
}

// sshAgent has a key, and is the one of this process.
func sshAgent(t *testing.T, key ed25519.PrivateKey) {
	t.Helper()
	ring := agent.NewKeyring()
	if err := ring.Add(agent.AddedKey{PrivateKey: key}); err != nil {
		t.Fatal(err)
	}
	socket := filepath.Join(t.TempDir(), "a")
	l, err := net.Listen("unix", socket)
	if err != nil {
		t.Skipf("no sockets of files: %v", err)
	}
	t.Cleanup(func() { l.Close() })
	go func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			go agent.ServeAgent(ring, c)
		}
	}()
	t.Setenv("SSH_AUTH_SOCK", socket)
}

// A repository over ssh is the same as over http; a host that is not known, or
// another than it was, is not talked to.
func TestCloneSSH(t *testing.T) {
	dir := served(t)
	key, signer := newKey(t)
	address, host := sshServer(t, dir, signer.PublicKey())
	known := filepath.Join(t.TempDir(), "known_hosts")
	knows := func(keys ...ssh.PublicKey) {
		text := ""
		for _, k := range keys {
			text += knownhosts.Line([]string{knownhosts.Normalize(address)}, k) + "\n"
		}
		if err := os.WriteFile(known, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	t.Setenv("HOME", t.TempDir())
	t.Setenv("SSH_KNOWN_HOSTS", known)
	tmp := t.TempDir()
	t.Setenv("TMPDIR", tmp)
	open := func(path string) (*Clone, error) {
		return OpenClone(context.Background(), "ssh://git@"+address+path, CloneOptions{Stall: 5 * time.Second})
	}
	knows(host)
	t.Setenv("SSH_AUTH_SOCK", "")
	if _, err := open("/x.wiki.git"); !errors.Is(err, ErrDenied) {
		t.Errorf("without an agent: %v", err)
	}
	sshAgent(t, key)
	c, err := open("/x.wiki.git")
	if err != nil {
		t.Fatal(err)
	}
	bundle, err := OpenBundle(filepath.Join(dir, "all.bundle"), Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer bundle.Close()
	if got, want := contents(t, c), contents(t, bundle); !slices.Equal(got, want) || c.refs.headRef != "refs/heads/trunk" {
		t.Errorf("got %d texts, want %d; HEAD is %q", len(got), len(want), c.refs.headRef)
	}
	c.Close()
	for path, want := range map[string]error{"/nothing.git": ErrNoRemote, "/empty.git": ErrEmptyRemote} {
		if _, err := open(path); !errors.Is(err, want) {
			t.Errorf("%s: %v, want %v", path, err, want)
		}
	}
	_, another := newKey(t)
	for name, keys := range map[string][]ssh.PublicKey{"another key": {another.PublicKey()}, "not known": nil} {
		knows(keys...)
		if _, err := open("/x.wiki.git"); err == nil || !strings.Contains(err.Error(), "known_hosts") {
			t.Errorf("%s: %v", name, err)
		}
	}
	knows(host)
	stranger, _ := newKey(t)
	sshAgent(t, stranger)
	if _, err := open("/x.wiki.git"); !errors.Is(err, ErrDenied) {
		t.Errorf("with a key that the host does not know: %v", err)
	}
	if left, err := os.ReadDir(tmp); err != nil || len(left) > 0 {
		t.Errorf("left on the disk: %v, %v", left, err)
	}
}

// Who does not answer is not waited for.
func TestCloneSSHSilent(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	key, _ := newKey(t)
	sshAgent(t, key)
	known := filepath.Join(t.TempDir(), "known_hosts")
	if err := os.WriteFile(known, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	t.Setenv("SSH_KNOWN_HOSTS", known)
	_, err = OpenClone(context.Background(), "ssh://git@"+l.Addr().String()+"/x.git", CloneOptions{Stall: 200 * time.Millisecond})
	if !errors.Is(err, errSilent) {
		t.Errorf("got %v", err)
	}
}
