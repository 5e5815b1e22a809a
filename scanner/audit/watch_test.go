package audit

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/awscred/awscred/scanner"
)

// texts is a source of texts that stand in files of their own.
type texts []scanner.Blob

func (t texts) Target() scanner.Target      { return scanner.Target{Kind: "git", Name: "."} }
func (t texts) Coverage() *scanner.Coverage { return new(scanner.Coverage) }
func (t texts) Sweep(_ context.Context, visit scanner.Visitor) error {
	for i := range t {
		visit(&t[i])
	}
	return nil
}

func (t texts) Locate(_ context.Context, held []scanner.Held) ([]scanner.Life, error) {
	lives := make([]scanner.Life, len(held))
	for i, h := range held {
		lives[i].Spots = [][]scanner.Spot{{{Place: scanner.InHistory, Path: "file-" + h.Blobs[0].ID, Commit: "c-" + h.Blobs[0].ID}}}
	}
	return lives, nil
}

func watched(t *testing.T, blobs ...scanner.Blob) *Watch {
	t.Helper()
	w := NewWatch(texts(blobs))
	if err := w.Sweep(t.Context(), func(*scanner.Blob) scanner.Candidates { return nil }); err != nil {
		t.Fatal(err)
	}
	if err := w.Find(t.Context()); err != nil {
		t.Fatal(err)
	}
	return w
}

func noted(w *Watch, check string) []string {
	var list []string
	items, _ := w.Items(check)
	for _, item := range items {
		list = append(list, item.Value)
	}
	slices.Sort(list)
	return list
}

// Account numbers are put together here: they are of nobody.
const account = "49382" + "7165" + "043"

// What a check notices in a text, and what it does not.
func TestChecks(t *testing.T) {
	binary := string(make([]byte, 1<<20))
	cases := []struct {
		check string
		field scanner.Field
		text  string
		want  []string
	}{
		{Addresses, scanner.Header, "tree x\nauthor Ann <ann@corp.internal> 1 +0000\ncommitter Bob <Bob@Example-Company.com> 1 +0000\n", []string{"ann@corp.internal", "bob@example-company.com"}},
		{Addresses, scanner.Header, "author A <1+a@users.noreply.github.com> 1 +0000\ncommitter GitHub <noreply@github.com> 1 +0000\n", nil},
		{Addresses, scanner.Header, "author A <a@example.com> 1 +0000\ncommitter <> 1 +0000\n", nil},
		{Addresses, scanner.Header, "author A <b@c.d> <root@build-7> 1 +0000\n", []string{"root@build-7"}},
		{Addresses, scanner.Header, "tagger T <t@web.(none)> 1 +0000\nencoding x <y@z.internal>\n", []string{"t@web.(none)"}},
		{Addresses, scanner.Content, "author Ann <ann@corp.internal> 1 +0000\n", nil},

		{Hosts, scanner.Content, "url = https://wiki.corp.intranet/x and http://u:p@db.lan:5432/", []string{"db.lan", "wiki.corp.intranet"}},
		{Hosts, scanner.Content, "import com.sun.internal.Foo; x.local; config.private; https://go.dev/internal", nil},
		{Hosts, scanner.Content, "http://host.docker.internal http://api.default.svc.cluster.local http://foo.internal http://x.test.local", nil},
		{Hosts, scanner.Content, "DB=orders.c9akciq32abc.eu-west-1.rds.amazonaws.com:5432", []string{"orders.c9akciq32abc.eu-west-1.rds.amazonaws.com"}},
		{Hosts, scanner.Content, "mydb.123456789012.us-east-1.rds.amazonaws.com and .rds.amazonaws.com and rds.amazonaws.com.example", nil},
		{Hosts, scanner.Message, "see http://jira.corp/browse/X-1", []string{"jira.corp"}},

		{Accounts, scanner.Content, "arn:aws:iam::" + account + ":role/deploy", []string{account}},
		{Accounts, scanner.Content, "arn:aws-cn:s3:eu:" + account + ":x", []string{account}},
		{Accounts, scanner.Content, "image: 1" + account + ".dkr.ecr.eu-west-1.amazonaws.com/x", nil},
		{Accounts, scanner.Content, "image: " + account + ".dkr.ecr.eu-west-1.amazonaws.com/x", []string{account}},
		{Accounts, scanner.Content, "account_id = \"" + account + "\"", []string{account}},
		{Accounts, scanner.Content, "AccountId: " + account, []string{account}},
		{Accounts, scanner.Content, "arn:aws:iam::123456789012:user/x arn:aws:s3:::bucket arn:aws:iam::aws:policy/X account 111111111111", nil},
		{Hosts, scanner.Content, "x.y.us-west-2.redshift.amazonaws.com terraform-1.abcdefghijkl.us-east-1.rds.amazonaws.com http://cluster.local ip-127-0-0-2.eu-west-3.compute.internal ip-1-1-1-1.ec2.compute.internal", nil},
		{Hosts, scanner.Content, "ip-172-31-6-109.eu-west-3.compute.internal cluster1.cluster-ro-csf1if1wwrox.us-east-1.neptune.amazonaws.com",
			[]string{"cluster1.cluster-ro-csf1if1wwrox.us-east-1.neptune.amazonaws.com", "ip-172-31-6-109.eu-west-3.compute.internal"}},
		{Accounts, scanner.Content, "account_id 123456789342 account_id 123123123123 account_id 000123456789 account_id 123456789876 account_id 987654321098 account_id 111111222222 account_id 000008047983 account_id 111222333444", nil},
		{Accounts, scanner.Content, "account\n" + account + " account " + account + "7 " + account, nil},

		{GitConfig, scanner.Config, "[remote \"origin\"]\n\turl = https://me:pass@host.example/x.git\n[credential]\n\thelper = store\n", []string{"credential.helper: passwords are stored in plain text", "remote.origin.url: an address with a password"}},
		{GitConfig, scanner.Config, "[http \"https://github.com/\"]\n\textraheader = AUTHORIZATION: basic eDp5\n", []string{"http.https://github.com/.extraheader: a header that carries credentials"}},
		{GitConfig, scanner.Config, "[url \"https://me:pass@host/\"]\n\tinsteadOf = gh:\n[remote \"o\"]\n\turl = git@github.com:x/y.git\n", nil},

		{Pointers, scanner.Content, "[submodule \"a\"]\n\tpath = a\n\turl = git@git.corp.internal:x/a.git\n", []string{"git@git.corp.internal:x/a.git (an internal host, over SSH, which needs an account)"}},
		{Pointers, scanner.Content, "[submodule \"a\"]\n\turl = ../a.git\n[submodule \"b\"]\n\turl = https://github.com/x/b\n[submodule \"c\"]\n\turl = /srv/git/c\n", []string{"/srv/git/c (a directory of one machine)"}},
		{Pointers, scanner.Content, "[lfs]\n\turl = https://lfs.corp/x\n[other]\n\turl = https://y.corp/\n", []string{"https://lfs.corp/x (an internal host)"}},
		{Pointers, scanner.Content, "how to:\n[submodule \"a\"]\n\turl = /srv/a\n", nil},
		{Pointers, scanner.Content, "# modules\n\n[submodule \"a\"]\n\turl = /srv/a\n", []string{"/srv/a (a directory of one machine)"}},
		{Pointers, scanner.Content, "see [lfs] url = https://lfs.corp/x", nil},

		{Names, scanner.Name, ".env", []string{".env"}},
		{Names, scanner.Name, "prod.tfstate", []string{"prod.tfstate"}},
		{Names, scanner.Name, ".aws", []string{".aws"}},
		{Names, scanner.Name, ".env.example", nil},
		{Names, scanner.Name, "environment.go", nil},

		{Binaries, scanner.Content, binary, []string{"0"}},
		{Binaries, scanner.Content, binary[1:], nil},
		{Binaries, scanner.Content, "\x89PNG\r\n\x1a\n" + binary, nil},
		{Binaries, scanner.Content, "0000ftypmp42" + binary, nil},
		{Names, scanner.Name, "debug.keystore", nil},
		{Binaries, scanner.Content, strings.Repeat("text\n", 1<<18), nil},
	}
	for i, c := range cases {
		t.Run(fmt.Sprint(c.check, i), func(t *testing.T) {
			w := watched(t, scanner.Blob{BlobRef: scanner.BlobRef{ID: "0", Field: c.field, Path: ".git/config"}, Data: []byte(c.text)})
			if got := noted(w, c.check); !slices.Equal(got, c.want) {
				t.Errorf("noticed %q, want %q", got, c.want)
			}
		})
	}
}

// A text that was made from another is looked at where it is new, with what
// stands around it.
func TestDerived(t *testing.T) {
	before := "see https://wiki.corp.intranet/ and " + strings.Repeat("more words ", 100)
	after := before + "role arn:aws:iam::" + account + ":role/x"
	at := strings.Index(after, account) + 4 // within the number
	w := watched(t, scanner.Blob{BlobRef: scanner.BlobRef{ID: "1", Field: scanner.Content}, Data: []byte(after),
		From: &scanner.Derivation{Base: 1, Fresh: []scanner.Span{{Start: at, End: at + 1}}}})
	if got := noted(w, Accounts); !slices.Equal(got, []string{account}) {
		t.Errorf("accounts %q", got)
	}
	if got := noted(w, Hosts); got != nil {
		t.Errorf("hosts %q stand in what the base has", got)
	}
}

// What a text has twice counts once, as an author who is the committer, too.
func TestCount(t *testing.T) {
	w := watched(t, scanner.Blob{BlobRef: scanner.BlobRef{ID: "1", Field: scanner.Header}, Data: []byte("author A <a@b.lan> 1 +0000\ncommitter A <a@b.lan> 1 +0000\n")},
		scanner.Blob{BlobRef: scanner.BlobRef{ID: "2", Field: scanner.Header}, Data: []byte("tagger A <a@b.lan> 1 +0000\n")})
	if items, _ := w.Items(Addresses); len(items) != 1 || items[0].Count != 2 {
		t.Errorf("items are %+v", items)
	}
}

// Items name the same place whichever text came first, and are bounded.
func TestItems(t *testing.T) {
	blob := func(id string) scanner.Blob {
		return scanner.Blob{BlobRef: scanner.BlobRef{ID: id, Field: scanner.Content}, Data: []byte("http://a.lan/")}
	}
	for _, blobs := range [][]scanner.Blob{{blob("1"), blob("2")}, {blob("2"), blob("1")}} {
		items, _ := watched(t, blobs...).Items(Hosts)
		if len(items) != 1 || items[0].Count != 2 || items[0].Where.Path != "file-1" {
			t.Errorf("items are %+v", items[0])
		}
	}
	var text strings.Builder
	for i := range maxItems + 5 {
		fmt.Fprintf(&text, "http://h%d.lan/\n", i)
	}
	items, more := watched(t, scanner.Blob{BlobRef: scanner.BlobRef{Field: scanner.Content}, Data: []byte(text.String())}).Items(Hosts)
	if len(items) != maxItems || more != 5 {
		t.Errorf("%d items and %d more", len(items), more)
	}
}
