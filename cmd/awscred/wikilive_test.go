package main

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"mime/multipart"
	"net"
	"net/http"
	"net/http/cookiejar"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/awscred/awscred/internal/keytest"
	"github.com/awscred/awscred/scanner"
)

// Real wikis, of Debian's packages, which scripts/wiki-live unpacks below the
// directory that AWSCRED_WIKI_LIVE names: filled through their own interfaces and
// scanned over the network, on disk and by dump.
func TestWikiLive(t *testing.T) {
	root := os.Getenv("AWSCRED_WIKI_LIVE")
	if root == "" {
		t.Skip("AWSCRED_WIKI_LIVE is not set: make wiki-live")
	}
	t.Run("MediaWiki", func(t *testing.T) { testLiveMediaWiki(t, root) })
	t.Run("DokuWiki", func(t *testing.T) { testLiveDokuWiki(t, root) })
}

// serve starts PHP's own server and returns its URL.
func serve(t *testing.T, dir string, env ...string) string {
	t.Helper()
	address := freeAddress(t)
	c := exec.Command("php", "-q", "-S", address, "-t", dir)
	c.Dir, c.Env = dir, append(os.Environ(), env...)
	var log bytes.Buffer
	c.Stderr = &log
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		c.Process.Kill()
		c.Wait()
		if t.Failed() {
			t.Logf("the server says\n%.4000s", log.String())
		}
	})
	for range 100 {
		if conn, err := net.Dial("tcp", address); err == nil {
			conn.Close()
			return "http://" + address
		}
		time.Sleep(50 * time.Millisecond)
	}
	t.Fatal("the server does not start")
	return ""
}

func freeAddress(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return l.Addr().String()
}

func livePair(n int) string {
	return "AWS_ACCESS_KEY_ID=" + keytest.ID(n) + "\nAWS_SECRET_ACCESS_KEY=" + keytest.Secret(n) + "\n"
}

// places lists where a report says that ids of keys are.
func places(r *scanner.Report) []string {
	list := []string{}
	for _, f := range r.Findings {
		for _, oc := range f.Occurrences {
			if oc.Part != scanner.SecretPart {
				list = append(list, strings.Join([]string{f.KeyID, *oc.Page, *oc.Revision, oc.Author, oc.Time, string(oc.Field), fmt.Sprint(oc.Line), *oc.State}, " | "))
			}
		}
	}
	slices.Sort(list)
	return list
}

// only are the places of one key.
func only(list []string, n int) []string {
	return slices.DeleteFunc(slices.Clone(list), func(s string) bool { return !strings.HasPrefix(s, keytest.ID(n)) })
}

// without are the places of all keys but some.
func without(list []string, keys ...int) []string {
	return slices.DeleteFunc(slices.Clone(list), func(s string) bool {
		return slices.ContainsFunc(keys, func(n int) bool { return strings.HasPrefix(s, keytest.ID(n)) })
	})
}

func same(t *testing.T, what string, got, want []string) {
	t.Helper()
	if !slices.Equal(got, want) {
		t.Errorf("%s: got\n  %s\nwant\n  %s", what, strings.Join(got, "\n  "), strings.Join(want, "\n  "))
	}
}

// A liveMediaWiki is a real one.
type liveMediaWiki struct {
	t      *testing.T
	dir    string
	env    []string
	api    string
	client *http.Client
	token  string
}

// Bot passwords have digits and the letters a to w.
const livePassword = "correcthorseonastaple4711livebutnotforreal"

func (m *liveMediaWiki) php(stdin, out string, args ...string) {
	m.t.Helper()
	c := exec.Command("php", args...)
	c.Dir, c.Env, c.Stdin = m.dir, append(os.Environ(), m.env...), strings.NewReader(stdin)
	var log bytes.Buffer
	c.Stdout, c.Stderr = &log, &log
	if out != "" {
		f, err := os.Create(out)
		if err != nil {
			m.t.Fatal(err)
		}
		defer f.Close()
		c.Stdout = f
	}
	if err := c.Run(); err != nil {
		m.t.Fatalf("php %v: %v\n%.3000s", args, err, log.String())
	}
}

// install makes a new wiki and logs in.
func (m *liveMediaWiki) install() {
	m.t.Helper()
	conf, db := m.t.TempDir(), m.t.TempDir()
	address := freeAddress(m.t)
	m.php("", "", "maintenance/install.php", "--dbtype=sqlite", "--dbname=live", "--dbpath="+db, "--confpath="+conf,
		"--server=http://"+address, "--scriptpath=", "--lang=en", "--pass="+livePassword, "Ops Wiki", "Admin")
	file := filepath.Join(conf, "LocalSettings.php")
	settings, err := os.ReadFile(file)
	if err != nil {
		m.t.Fatal(err)
	}
	images := filepath.Join(m.t.TempDir(), "images")
	if err := os.Mkdir(images, 0o700); err != nil {
		m.t.Fatal(err)
	}
	settings = append(settings, `
$wgEnableUploads = true;
$wgUploadDirectory = '`+images+`';
$wgFileExtensions[] = 'txt';
$wgVerifyMimeType = false;
$wgRateLimits = [];
$wgJobRunRate = 0;
$wgServer = 'http://' . ( $_SERVER['HTTP_HOST'] ?? '`+address+`' );
$wgGroupPermissions['sysop']['deleterevision'] = true;
`...)
	if err := os.WriteFile(file, settings, 0o600); err != nil {
		m.t.Fatal(err)
	}
	m.env = []string{"MW_CONFIG_FILE=" + file}
	m.php("", "", "maintenance/createAndPromote.php", "Bob", livePassword)
	m.php("", "", "maintenance/createBotPassword.php", "--appid=live", "--grants=basic,highvolume,editpage,createeditmovepage,delete,viewdeleted,uploadfile,uploadeditmovefile", "Admin", livePassword)
	if err := os.RemoveAll(filepath.Join(m.dir, "images")); err != nil {
		m.t.Fatal(err)
	}
	if err := os.Symlink(images, filepath.Join(m.dir, "images")); err != nil {
		m.t.Fatal(err)
	}
	m.api = serve(m.t, m.dir, m.env...) + "/api.php"
	jar, _ := cookiejar.New(nil)
	m.client = &http.Client{Jar: jar}
	m.call("login", "lgname", "Admin@live", "lgpassword", livePassword, "lgtoken", m.tokenOf("login"))
	m.token = m.tokenOf("csrf")
}

func (m *liveMediaWiki) tokenOf(kind string) string {
	m.t.Helper()
	var v struct {
		Query struct{ Tokens map[string]string }
	}
	if err := json.Unmarshal(m.call("query", "meta", "tokens", "type", kind), &v); err != nil {
		m.t.Fatal(err)
	}
	return v.Query.Tokens[kind+"token"]
}

// call calls the API with names and values; a name that begins with "@" is that of
// a file.
func (m *liveMediaWiki) call(action string, parameters ...string) []byte {
	m.t.Helper()
	var body bytes.Buffer
	w := multipart.NewWriter(&body)
	for _, p := range [][2]string{{"action", action}, {"format", "json"}, {"formatversion", "2"}} {
		w.WriteField(p[0], p[1])
	}
	if m.token != "" {
		w.WriteField("token", m.token)
	}
	for i := 0; i < len(parameters); i += 2 {
		if name, ok := strings.CutPrefix(parameters[i], "@"); ok {
			part, _ := w.CreateFormFile(name, "upload.txt")
			io.WriteString(part, parameters[i+1])
			continue
		}
		w.WriteField(parameters[i], parameters[i+1])
	}
	w.Close()
	res, err := m.client.Post(m.api, w.FormDataContentType(), &body)
	if err != nil {
		m.t.Fatal(err)
	}
	defer res.Body.Close()
	out, err := io.ReadAll(res.Body)
	if err != nil || res.StatusCode != http.StatusOK || bytes.Contains(out, []byte(`"error"`)) || bytes.Contains(out, []byte(`"Failed"`)) {
		m.t.Fatalf("%s %.200q: %v, status %d\n%.2000s", action, parameters, err, res.StatusCode, out)
	}
	return out
}

func (m *liveMediaWiki) edit(title, text, summary string) (revision string) {
	m.t.Helper()
	var v struct{ Edit struct{ NewRevID int64 } }
	if err := json.Unmarshal(m.call("edit", "title", title, "text", text, "summary", summary), &v); err != nil {
		m.t.Fatal(err)
	}
	return fmt.Sprint(v.Edit.NewRevID)
}

// fill makes pages with a history: each number is that of a key.
func (m *liveMediaWiki) fill() {
	m.t.Helper()
	m.edit("Deploy", "use the role", "first")
	m.php("until SSO works\n\n"+livePair(1), "", "maintenance/edit.php", "-u", "Bob", "-s", "temporary", "Deploy")
	time.Sleep(1100 * time.Millisecond)
	m.edit("Deploy", "use the role, really", "gone")
	m.edit("Backup", "a\n"+livePair(2), "")
	m.edit("Talk:Deploy", livePair(3), "")
	m.edit("Lambda", "nothing", "key "+keytest.ID(4)+" "+keytest.Secret(4))
	m.edit("Old notes", livePair(5), "notes") // without a summary the wiki makes one of the text
	m.call("delete", "title", "Old notes", "reason", "obsolete")
	hidden := m.edit("Batch", livePair(6), "batch")
	m.edit("Batch", "use the role", "")
	m.call("revisiondelete", "type", "revision", "target", "Batch", "ids", hidden, "hide", "content")
	m.edit("Draft", livePair(7), "")
	m.call("move", "from", "Draft", "to", "Final")
	m.edit("Final", "nothing", "")
	m.call("upload", "filename", "Keys.txt", "comment", "first", "ignorewarnings", "1", "@file", livePair(8))
	time.Sleep(1100 * time.Millisecond)
	m.call("upload", "filename", "Keys.txt", "comment", "blank", "ignorewarnings", "1", "@file", "nothing here\n")
	m.call("upload", "filename", "Live.txt", "comment", "x", "ignorewarnings", "1", "@file", livePair(9))
	for n := range 60 { // more than one answer of the API
		m.edit("Long", fmt.Sprintf("line %d\n%s", n, strings.Repeat("text\n", n)), "")
	}
	m.edit("Long", livePair(10), "")
	m.edit("Long", "at last nothing", "")
}

func testLiveMediaWiki(t *testing.T, root string) {
	m := &liveMediaWiki{t: t, dir: filepath.Join(root, "usr/share/mediawiki")}
	m.install()
	m.fill()
	dumps := t.TempDir()
	dump, logs := filepath.Join(dumps, "full.xml"), filepath.Join(dumps, "logs.xml")
	m.php("", dump, "maintenance/dumpBackup.php", "--full", "--uploads", "--include-files", "--quiet")
	m.php("", logs, "maintenance/dumpBackup.php", "--logs", "--quiet")

	code, byDump, errs := scanned(t, nil, "--wiki", dump, "--wiki", logs)
	if code != exitFound {
		t.Fatalf("by dump: code %d\n%s", code, errs)
	}
	inDump := places(byDump)
	for _, n := range []int{1, 2, 3, 4, 7, 8, 9, 10} {
		if len(only(inDump, n)) == 0 {
			t.Errorf("by dump: key %d is missing", n)
		}
	}
	_, byAPI, errs := scanned(t, nil, "--wiki", m.api)
	same(t, "over the API as against the dump", places(byAPI), inDump)
	lost := fmt.Sprint(byAPI.Coverage.Lost)
	if byAPI.Complete() || !strings.Contains(lost, "the deleted pages") || !strings.Contains(lost, "hidden by an administrator") {
		t.Errorf("over the API: lost %s\n%s", lost, errs)
	}
	env := []string{"AWSCRED_WIKI_USER=Admin@live", "AWSCRED_WIKI_PASSWORD=" + livePassword}
	_, byAdmin, errs := scanned(t, env, "--wiki", m.api)
	all := places(byAdmin)
	same(t, "an administrator as against the dump", without(all, 5, 6), inDump)
	if d := only(all, 5); len(d) != 1 || !strings.HasSuffix(d[0], "deleted") || !strings.Contains(d[0], "Old notes") {
		t.Errorf("the deleted page: %v", d)
	}
	if h := only(all, 6); len(h) != 1 || !strings.HasSuffix(h[0], "hidden") || !strings.Contains(h[0], "Batch") {
		t.Errorf("the hidden revision: %v", h)
	}
	if !byAdmin.Complete() {
		t.Errorf("an administrator: lost %v\n%s", byAdmin.Coverage.Lost, errs)
	}
	t.Logf("MediaWiki: %d keys in %d places by dump, %d in %d over the API, %d in %d for an administrator; %d pages, %d revisions",
		len(byDump.Findings), len(inDump), len(byAPI.Findings), len(places(byAPI)), len(byAdmin.Findings), len(all), byAdmin.Coverage.Pages, byAdmin.Coverage.Revisions)
}

// A liveDokuWiki is a real one.
type liveDokuWiki struct {
	t   *testing.T
	api string
}

// call calls a method as a user; parameters are XML.
func (d *liveDokuWiki) call(user, method string, parameters ...string) string {
	d.t.Helper()
	body := "<methodCall><methodName>" + method + "</methodName><params>"
	for _, p := range parameters {
		body += "<param><value>" + p + "</value></param>"
	}
	r, err := http.NewRequest(http.MethodPost, d.api, strings.NewReader(body+"</params></methodCall>"))
	if err != nil {
		d.t.Fatal(err)
	}
	r.SetBasicAuth(user, livePassword)
	r.Header.Set("Content-Type", "text/xml")
	res, err := http.DefaultClient.Do(r)
	if err != nil {
		d.t.Fatal(err)
	}
	defer res.Body.Close()
	out, err := io.ReadAll(res.Body)
	if err != nil || res.StatusCode != http.StatusOK || !bytes.Contains(out, []byte("<methodResponse>")) || bytes.Contains(out, []byte("<fault>")) || bytes.Contains(out, []byte("<struct>\n</struct>")) {
		d.t.Fatalf("%s: %v, status %d\n%.2000s", method, err, res.StatusCode, out)
	}
	return string(out)
}

func (d *liveDokuWiki) put(user, id, text, summary string) {
	d.t.Helper()
	d.call(user, "wiki.putPage", id, "<string>"+text+"</string>", "<struct><member><name>sum</name><value><string>"+summary+"</string></value></member></struct>")
	time.Sleep(1100 * time.Millisecond) // versions are named by the second
}

func (d *liveDokuWiki) attach(user, id, data string) {
	d.t.Helper()
	d.call(user, "wiki.putAttachment", id, "<base64>"+base64.StdEncoding.EncodeToString([]byte(data))+"</base64>",
		"<struct><member><name>ow</name><value><boolean>1</boolean></value></member></struct>")
	time.Sleep(1100 * time.Millisecond)
}

// configure writes what the package asks its administrator for.
func configureDokuWiki(t *testing.T, root string) (data string) {
	t.Helper()
	data = t.TempDir()
	for _, dir := range []string{"pages", "attic", "media", "media_attic", "media_meta", "meta", "cache", "index", "locks", "tmp", "log"} {
		if err := os.Mkdir(filepath.Join(data, dir), 0o700); err != nil {
			t.Fatal(err)
		}
	}
	out, err := exec.Command("php", "-r", `echo password_hash($argv[1], PASSWORD_BCRYPT);`, livePassword).Output()
	if err != nil {
		t.Fatal(err)
	}
	users := ""
	for _, user := range []string{"alice", "bob"} {
		users += user + ":" + string(out) + ":" + user + ":" + user + "@example.com:admin,user\n"
	}
	acl := filepath.Join(root, "var/lib/dokuwiki/acl")
	if err := os.MkdirAll(acl, 0o700); err != nil {
		t.Fatal(err)
	}
	for name, text := range map[string]string{
		filepath.Join(root, "etc/dokuwiki/local.php"): "<?php\n$conf['title'] = 'Ops';\n$conf['savedir'] = '" + data +
			"';\n$conf['useacl'] = 1;\n$conf['superuser'] = '@admin';\n$conf['remote'] = 1;\n$conf['remoteuser'] = '';\n$conf['mediarevisions'] = 1;\n",
		filepath.Join(root, "etc/dokuwiki/mime.local.conf"): "txt text/plain\n",
		filepath.Join(acl, "users.auth.php"):                users,
		filepath.Join(acl, "acl.auth.php"):                  "* @ALL 1\n* @user 16\n",
	} {
		os.Remove(name)
		if err := os.WriteFile(name, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return data
}

func testLiveDokuWiki(t *testing.T, root string) {
	data := configureDokuWiki(t, root)
	dir := filepath.Join(root, "usr/share/dokuwiki")
	d := &liveDokuWiki{t, serve(t, dir) + "/lib/exe/xmlrpc.php"}
	d.put("alice", "ops:deploy", "====== Deploy ======\nuse the role", "created")
	d.put("bob", "ops:deploy", "====== Deploy ======\n"+livePair(21), "until SSO")
	d.put("alice", "ops:deploy", "====== Deploy ======\nuse the role", "removed")
	d.put("bob", "ops:backup", livePair(22), "")
	d.put("bob", "old", livePair(23), "")
	d.put("alice", "old", "", "not needed")
	d.put("alice", "lambda", "nothing", "key "+keytest.ID(24)+" "+keytest.Secret(24))
	for n := range 23 { // more than one list of versions
		d.put("alice", "long", fmt.Sprintf("line %d", n), "")
		if n == 1 {
			d.put("bob", "long", livePair(25), "")
		}
	}
	d.attach("bob", "ops:keys.txt", livePair(26))
	d.attach("alice", "ops:keys.txt", "nothing here")
	d.attach("alice", "ops:live.txt", livePair(27))
	d.attach("bob", "ops:env.txt", livePair(28))
	d.call("bob", "wiki.deleteAttachment", "ops:env.txt")

	code, onDisk, errs := scanned(t, nil, "--wiki", data)
	disk := places(onDisk)
	for n := 21; n <= 28; n++ {
		if len(only(disk, n)) == 0 {
			t.Errorf("on disk: key %d is missing", n)
		}
	}
	if code != exitFound || !onDisk.Complete() {
		t.Errorf("on disk: code %d, lost %v\n%s", code, onDisk.Coverage.Lost, errs)
	}
	for name, env := range map[string][]string{"anonymous": nil, "with a login": {"AWSCRED_WIKI_USER=bob", "AWSCRED_WIKI_PASSWORD=" + livePassword}} {
		_, byRPC, errs := scanned(t, env, "--wiki", d.api)
		// The interface has no older versions of files, and says so of deleted ones.
		same(t, name+" over XML-RPC as against the disk", places(byRPC), without(disk, 26, 28))
		if lost := fmt.Sprint(byRPC.Coverage.Lost); !strings.Contains(lost, "ops:env.txt") || len(byRPC.Coverage.Lost) != 1 {
			t.Errorf("%s: lost %s\n%s", name, lost, errs)
		}
		t.Logf("DokuWiki, %s: %d keys in %d places on disk, %d in %d over XML-RPC; %d pages, %d revisions",
			name, len(onDisk.Findings), len(disk), len(byRPC.Findings), len(places(byRPC)), byRPC.Coverage.Pages, byRPC.Coverage.Revisions)
	}
}
