package report_test

import (
	"bufio"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"golang.org/x/net/websocket"

	"github.com/awscred/awscred/scanner/report"
)

// TestBrowser opens pages in a headless Chromium, as AWSCRED_CHROMIUM names it
// (make html-live): no error on the console, no request, nothing wider than a
// telephone, and filters that work by keyboard, in both colour schemes. The
// pictures go to AWSCRED_PICTURES, to be looked at.
func TestBrowser(t *testing.T) {
	chromium := os.Getenv("AWSCRED_CHROMIUM")
	if chromium == "" {
		t.Skip("AWSCRED_CHROMIUM names no browser: make html-live")
	}
	dir := t.TempDir()
	b := startBrowser(t, chromium)
	for _, g := range goldens(t) {
		for option, o := range map[string]report.Options{"": {Now: time.Unix(1.8e9, 0)}, "all": {All: true, Verbose: true, Now: time.Unix(1.8e9, 0)}} {
			name := filepath.Base(g.name) + option
			file := filepath.Join(dir, name+".html")
			check(t, os.WriteFile(file, []byte(write(t, "html", g.report, o)), 0o600))
			b.open(file)
			b.lookAll(name)
			if name == "every-kind" {
				b.keyboard()
			}
		}
	}
	audits(t, func(t *testing.T, format, out string, g golden) {
		if format == "html" {
			name := "audit-" + filepath.Base(g.name)
			file := filepath.Join(dir, name+".html")
			check(t, os.WriteFile(file, []byte(out), 0o600))
			b.open(file)
			b.lookAll(name)
		}
	})
}

// lookAll looks at a page in both schemes, on a telephone and on a desk.
func (b *browser) lookAll(name string) {
	b.t.Helper()
	for _, scheme := range []string{"light", "dark"} {
		for _, width := range []int{360, 1200} {
			b.look(name, scheme, width)
		}
	}
}

// A browser speaks the DevTools protocol with one page.
// Source: https://chromedevtools.github.io/devtools-protocol/
type browser struct {
	t        *testing.T
	conn     *websocket.Conn
	session  string
	id       int
	requests []string
	file     string
}

type message struct {
	ID        int             `json:"id,omitempty"`
	SessionID string          `json:"sessionId,omitempty"`
	Method    string          `json:"method,omitempty"`
	Params    any             `json:"params,omitempty"`
	Result    json.RawMessage `json:"result,omitempty"`
	Error     json.RawMessage `json:"error,omitempty"`
}

func startBrowser(t *testing.T, chromium string) *browser {
	cmd := exec.Command(chromium, "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run",
		"--host-resolver-rules=MAP * ~NOTFOUND", "--remote-debugging-port=0", "--remote-allow-origins=http://127.0.0.1", "--user-data-dir="+t.TempDir(), "about:blank")
	stderr, err := cmd.StderrPipe()
	check(t, err)
	check(t, cmd.Start())
	t.Cleanup(func() {
		_ = cmd.Process.Kill()
		_ = cmd.Wait()
	})
	address := ""
	for lines := bufio.NewScanner(stderr); address == "" && lines.Scan(); {
		if m := regexp.MustCompile(`DevTools listening on (ws://127\.0\.0\.1\S+)`).FindStringSubmatch(lines.Text()); m != nil {
			address = m[1]
		}
	}
	go func() { // or it blocks
		for lines := bufio.NewScanner(stderr); lines.Scan(); {
		}
	}()
	b := &browser{t: t}
	b.conn, err = websocket.Dial(address, "", "http://127.0.0.1")
	check(t, err)
	b.conn.MaxPayloadBytes = 64 << 20
	t.Cleanup(func() { b.conn.Close() })
	var target struct{ TargetID string }
	b.call("Target.createTarget", map[string]any{"url": "about:blank"}, &target)
	var session struct{ SessionID string }
	b.call("Target.attachToTarget", map[string]any{"targetId": target.TargetID, "flatten": true}, &session)
	b.session = session.SessionID
	for _, domain := range []string{"Page", "Runtime", "Log", "Network"} {
		b.call(domain+".enable", nil, nil)
	}
	return b
}

// call sends a command and waits for its result; events that come first are
// noticed.
func (b *browser) call(method string, params, result any) {
	b.t.Helper()
	b.id++
	check(b.t, websocket.JSON.Send(b.conn, message{ID: b.id, SessionID: b.session, Method: method, Params: params}))
	for {
		m := b.receive()
		if m.ID != b.id {
			b.notice(m)
			continue
		}
		if m.Error != nil {
			b.t.Fatalf("%s: %s", method, m.Error)
		}
		if result != nil {
			check(b.t, json.Unmarshal(m.Result, result))
		}
		return
	}
}

func (b *browser) receive() message {
	b.t.Helper()
	check(b.t, b.conn.SetDeadline(time.Now().Add(30*time.Second)))
	var m message
	check(b.t, websocket.JSON.Receive(b.conn, &m))
	return m
}

// notice fails on an error of the page and notes its requests.
func (b *browser) notice(m message) {
	switch m.Method {
	case "Runtime.consoleAPICalled", "Runtime.exceptionThrown", "Log.entryAdded":
		b.t.Errorf("%s: %s: %v", b.file, m.Method, m.Params)
	case "Network.requestWillBeSent":
		p, _ := m.Params.(map[string]any)
		r, _ := p["request"].(map[string]any)
		b.requests = append(b.requests, fmt.Sprint(r["url"]))
	case "Page.javascriptDialogOpening":
		b.t.Errorf("%s: a dialog opens", b.file)
	}
}

// open loads a page and checks that it loads nothing else.
func (b *browser) open(file string) {
	b.t.Helper()
	b.file, b.requests = filepath.Base(file), nil
	address := (&url.URL{Scheme: "file", Path: file}).String()
	b.call("Page.navigate", map[string]any{"url": address}, nil)
	for {
		m := b.receive()
		b.notice(m)
		if m.Method == "Page.loadEventFired" {
			break
		}
	}
	for _, r := range b.requests {
		if r != address && r != "data:," {
			b.t.Errorf("%s requests %s", b.file, r)
		}
	}
}

// look sees that a page fits into a width, and keeps a picture of it.
func (b *browser) look(name, scheme string, width int) {
	b.t.Helper()
	b.call("Emulation.setEmulatedMedia", map[string]any{"features": []any{map[string]any{"name": "prefers-color-scheme", "value": scheme}}}, nil)
	b.call("Emulation.setDeviceMetricsOverride", map[string]any{"width": width, "height": 900, "deviceScaleFactor": 1, "mobile": false}, nil)
	if got := b.number("document.documentElement.scrollWidth"); got > width {
		b.t.Errorf("%s is %d wide at a width of %d", name, got, width)
	}
	dir := os.Getenv("AWSCRED_PICTURES")
	if dir == "" {
		return
	}
	var picture struct{ Data string }
	b.call("Page.captureScreenshot", map[string]any{"format": "png"}, &picture)
	data, err := base64.StdEncoding.DecodeString(picture.Data)
	check(b.t, err)
	check(b.t, os.MkdirAll(dir, 0o755))
	check(b.t, os.WriteFile(filepath.Join(dir, fmt.Sprintf("%s-%s-%d.png", name, scheme, width)), data, 0o600))
}

// value evaluates an expression in the page.
func (b *browser) value(expression string) string {
	b.t.Helper()
	var v struct{ Result struct{ Value any } }
	b.call("Runtime.evaluate", map[string]any{"expression": "String(" + expression + ")", "returnByValue": true}, &v)
	return fmt.Sprint(v.Result.Value)
}

func (b *browser) number(expression string) int {
	b.t.Helper()
	var n int
	if _, err := fmt.Sscan(b.value(expression), &n); err != nil {
		b.t.Fatalf("%s is no number: %v", expression, err)
	}
	return n
}

// press presses and releases a key; a text is what it types.
func (b *browser) press(key, text string, modifiers int) {
	b.t.Helper()
	code := map[string]int{"Tab": 9, "Enter": 13, " ": 32}[key]
	down := map[string]any{"type": "keyDown", "key": key, "text": text, "modifiers": modifiers, "windowsVirtualKeyCode": code}
	b.call("Input.dispatchKeyEvent", down, nil)
	b.call("Input.dispatchKeyEvent", map[string]any{"type": "keyUp", "key": key, "modifiers": modifiers, "windowsVirtualKeyCode": code}, nil)
}

// keyboard filters without a mouse.
func (b *browser) keyboard() {
	b.t.Helper()
	const shown = `[...document.querySelectorAll("article")].filter((f) => !f.hidden).length`
	all := b.number(shown)
	b.press("/", "/", 0)
	if got := b.value("document.activeElement.name"); got != "text" {
		b.t.Errorf("after / the focus is on %q", got)
	}
	path := "prod.env"
	for _, c := range strings.Split(path, "") {
		b.press(c, c, 0)
	}
	if got := b.number(shown); got == 0 || got >= all {
		b.t.Errorf("%d of %d are shown for the path %q", got, all, path)
	}
	b.press("Tab", "", 0) // Show all
	b.press("Enter", "\r", 0)
	b.wait(shown, all)
	const shift = 8
	for range 5 { // path, author, exposure, rule, severity
		b.press("Tab", "", shift)
	}
	if got := b.value("document.activeElement.name"); got != "severity" {
		b.t.Errorf("the focus is on %q", got)
	}
	b.press("c", "c", 0) // critical
	b.wait(shown, b.number(`document.querySelectorAll("article.critical").length`))
}

// wait waits for an expression to become n.
func (b *browser) wait(expression string, n int) {
	b.t.Helper()
	for range 50 {
		if b.number(expression) == n {
			return
		}
		time.Sleep(20 * time.Millisecond)
	}
	b.t.Errorf("%s is %d, want %d", expression, b.number(expression), n)
}
