package files

import (
	"archive/tar"
	"archive/zip"
	"bytes"
	"compress/bzip2"
	"encoding/base64"
	"encoding/binary"
	"fmt"
	"hash/crc32"
	"io"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/klauspost/compress/gzip"
	"github.com/klauspost/compress/zstd"

	"github.com/awscred/awscred/scanner"
)

// A file is a member of an archive that a test makes.
type file struct{ name, text string }

func zipOf(t testing.TB, files ...file) string {
	t.Helper()
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	for _, f := range files {
		m, err := w.Create(f.name)
		must(t, err)
		if !strings.HasSuffix(f.name, "/") {
			_, err = io.WriteString(m, f.text)
			must(t, err)
		}
	}
	must(t, w.Close())
	return b.String()
}

func tarOf(t testing.TB, files ...file) string {
	t.Helper()
	var b bytes.Buffer
	w := tar.NewWriter(&b)
	for _, f := range files {
		h := &tar.Header{Name: f.name, Mode: 0o644, Size: int64(len(f.text)), Typeflag: tar.TypeReg}
		if to, ok := strings.CutPrefix(f.text, "-> "); ok {
			h.Typeflag, h.Linkname, h.Size = tar.TypeSymlink, to, 0
		}
		must(t, w.WriteHeader(h))
		if h.Size > 0 {
			_, err := io.WriteString(w, f.text)
			must(t, err)
		}
	}
	must(t, w.Close())
	return b.String()
}

func gzOf(t testing.TB, text string) string { return namedGz(t, "", text) }

func namedGz(t testing.TB, name, text string) string {
	t.Helper()
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	w.Name = name
	_, err := io.WriteString(w, text)
	must(t, err)
	must(t, w.Close())
	return b.String()
}

func zstOf(t testing.TB, text string) string {
	t.Helper()
	w, err := zstd.NewWriter(nil)
	must(t, err)
	return string(w.EncodeAll([]byte(text), nil))
}

// bz2Of returns a stream that holds "the needle\n" (made by bzip2 -9).
func bz2Of(t testing.TB) string {
	t.Helper()
	b, err := base64.StdEncoding.DecodeString(bz2Needle)
	must(t, err)
	return string(b)
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// members unpacks data and returns what was shown, and the coverage.
func members(t testing.TB, data string, l Limits) (*seen, *scanner.Coverage) {
	t.Helper()
	v, c := new(seen), new(scanner.Coverage)
	b := &scanner.Blob{BlobRef: scanner.BlobRef{Path: "a", Field: scanner.Content}, Data: []byte(data)}
	Members(b, l, c, v.visit)
	c.Close(false)
	if v.twice != nil {
		t.Errorf("shown twice: %q", v.twice)
	}
	return v, c
}

func TestMembers(t *testing.T) {
	const x, refs = "the needle\n", "ref: refs/heads/main\n"
	const inArchive = "an archive is read here, not the history of the repositories in it"
	flagged := []byte(zipOf(t, file{"s", x}))
	flagged[6] |= 1 // local header, bit 0: encrypted
	flagged[bytes.Index(flagged, []byte("PK\x01\x02"))+8] |= 1
	tests := map[string]struct {
		data         string
		want         map[string]string
		lost, opaque []string
	}{
		"text":             {data: "PK is how this text begins", want: map[string]string{}},
		"empty":            {data: "", want: map[string]string{}},
		"zip":              {data: zipOf(t, file{"d/", ""}, file{"d/x", x}, file{"y", "other"}), want: map[string]string{"a!/d/x": x, "a!/y": "other"}},
		"empty zip":        {data: zipOf(t), want: map[string]string{}},
		"tar":              {data: tarOf(t, file{"x", x}, file{"l", "-> ../../etc/passwd"}), want: map[string]string{"a!/x": x, "a!/l": "../../etc/passwd"}},
		"gz":               {data: gzOf(t, x), want: map[string]string{"a!/content": x}},
		"named gz":         {data: namedGz(t, "app.log", x), want: map[string]string{"a!/app.log": x}},
		"two gz":           {data: gzOf(t, "the ") + gzOf(t, "needle\n"), want: map[string]string{"a!/content": x}},
		"bz2":              {data: bz2Of(t), want: map[string]string{"a!/content": x}},
		"zst":              {data: zstOf(t, x), want: map[string]string{"a!/content": x}},
		"zst behind skip":  {data: "\x50\x2a\x4d\x18\x04\x00\x00\x00skip" + zstOf(t, x), want: map[string]string{"a!/content": x}},
		"tar.gz":           {data: gzOf(t, tarOf(t, file{"x", x})), want: map[string]string{"a!/x": x}},
		"tar.zst":          {data: zstOf(t, tarOf(t, file{"x", x})), want: map[string]string{"a!/x": x}},
		"zip in zip":       {data: zipOf(t, file{"i.zip", zipOf(t, file{"x", x})}), want: map[string]string{"a!/i.zip": "*", "a!/i.zip!/x": x}},
		"gz in tar in zip": {data: zipOf(t, file{"t", tarOf(t, file{"x.gz", gzOf(t, x)})}), want: map[string]string{"a!/t": "*", "a!/t!/x.gz": "*", "a!/t!/x.gz!/x": x}},
		"executable zip":   {data: "#!/bin/sh\nexec java -jar $0\n" + zipOf(t, file{"x", x}), want: map[string]string{"a!/x": x}},
		"climbing names":   {data: zipOf(t, file{"../../x", x}, file{"/etc/x", x}, file{`..\x`, x}), want: map[string]string{"a!/../../x": x, "a!//etc/x": x, `a!/..\x`: x}},
		"equal names":      {data: zipOf(t, file{"x", "one"}, file{"x (2)", "two"}, file{"x", x}), want: map[string]string{"a!/x": "one", "a!/x (2)": "two", "a!/x (3)": x}},
		"no name":          {data: zipOf(t, file{"", x}), want: map[string]string{"a!/no name": x}},
		"NUL in a name":    {data: zipOf(t, file{"x\x00y", x}), want: map[string]string{"a!/x\uFFFDy": x}},
		"behind a tar":     {data: gzOf(t, tarOf(t, file{"y", "y"})+x), want: map[string]string{"a!/y": "y", "a!/behind the end": x}},
		"tar behind a tar": {data: gzOf(t, tarOf(t, file{"y", "y"})+tarOf(t, file{"y", x})), want: map[string]string{"a!/y": "y", "a!/y (2)": x}},
		"encrypted":        {data: string(flagged), want: map[string]string{}, opaque: []string{"a!/s: encrypted"}},
		"method":           {data: withMethod(t, 98), want: map[string]string{}, opaque: []string{"a!/s: compression method 98"}},
		"xz in zip":        {data: zipOf(t, file{"x.xz", "\xfd7zXZ\x00\x00\x00"}), want: map[string]string{"a!/x.xz": "*"}, lost: []string{"a!/x.xz!/x: archive is truncated"}},
		"xz":               {data: xzOf(t, x), want: map[string]string{"a!/content": x}},
		"two xz and zeros": {data: xzOf(t, "the ") + strings.Repeat("\x00", 8) + xzOf(t, "needle\n"), want: map[string]string{"a!/content": x}},
		"tar.xz":           {data: xzOf(t, tarOf(t, file{"x", x})), want: map[string]string{"a!/x": x}},
		"garbage after xz": {data: xzOf(t, x) + "garbage of some length", want: map[string]string{"a!/content": x}, lost: []string{"a!/content: archive is damaged: xz data is corrupt: something else follows"}},
		"lzma":             {data: lzmaOf(t, x), want: map[string]string{"a!/content": x}},
		"lz":               {data: lzOf(t, "the ") + lzOf(t, "needle\n"), want: map[string]string{"a!/content": x}},
		"7z":               {data: sevenZipOf(file{"d/x", x}, file{"empty", ""}, file{"y", "other"}), want: map[string]string{"a!/d/x": x, "a!/y": "other"}},
		"empty 7z":         {data: sevenZipOf(), want: map[string]string{}},
		"7z in 7z":         {data: sevenZipOf(file{"i", sevenZipOf(file{"x", x})}), want: map[string]string{"a!/i": "*", "a!/i!/x": x}},
		"truncated 7z":     {data: "7z\xbc\xaf\x27\x1c\x00\x04", want: map[string]string{}, lost: []string{"a: archive is truncated"}},
		"ar":               {data: arOf(file{"x.o", x}, file{"y.gz", gzOf(t, x)}), want: map[string]string{"a!/y.gz!/y": x}},
		"deb":              {data: arOf(file{"debian-binary", "2.0\n"}, file{"control.tar.xz", xzOf(t, tarOf(t, file{"./postinst", x}))}, file{"data.tar.zst", zstOf(t, tarOf(t, file{"./x", x}))}), want: map[string]string{"a!/control.tar.xz!/./postinst": x, "a!/data.tar.zst!/./x": x}},
		"zip behind zip":   {data: zipOf(t, file{"h", x}) + zipOf(t, file{"x", "other"}), want: map[string]string{"a!/x": "other", "a!/h (not in the directory)": x}},
		"lying directory":  {data: withListedSize(t, x, 3), want: map[string]string{"a!/x (not in the directory)": x}, lost: []string{"a!/x: archive is truncated"}},
		"vault":            {data: "$ANSIBLE_VAULT;1.1;AES256\n", want: map[string]string{}, opaque: []string{"a: encrypted by ansible-vault"}},
		"pack":             {data: "PACK\x00\x00\x00\x02", want: map[string]string{}, opaque: []string{"a: git pack"}},
		"bundle":           {data: zipOf(t, file{"b", "# v2 git bundle\n"}), want: map[string]string{"a!/b": "*"}, opaque: []string{"a!/b: git bundle"}},
		"repository":       {data: tarOf(t, file{"r/.git/HEAD", refs}, file{"r/.git/refs/remotes/o/HEAD", refs}, file{"r/.git/worktrees/w/HEAD", refs}), want: map[string]string{"a!/r/.git/HEAD": refs, "a!/r/.git/refs/remotes/o/HEAD": refs, "a!/r/.git/worktrees/w/HEAD": refs}, opaque: []string{"repository at a!/r: " + inArchive}},
		"bare repository":  {data: gzOf(t, tarOf(t, file{"./HEAD", refs})), want: map[string]string{"a!/./HEAD": refs}, opaque: []string{"repository at a: " + inArchive}},
		"no repository":    {data: tarOf(t, file{"HEAD", "words"}), want: map[string]string{"a!/HEAD": "words"}},
		"truncated gz":     {data: gzOf(t, x)[:20], want: map[string]string{"a!/content": "the n"}, lost: []string{"a!/content: archive is truncated"}},
		"truncated zip":    {data: zipOf(t, file{"x", x})[:60], want: map[string]string{"a!/x": x}, lost: []string{"a: archive is truncated"}},
		"truncated tar":    {data: tarOf(t, file{"y", "y"}, file{"x", x})[:1030+512], want: map[string]string{"a!/y": "y", "a!/x": "the ne"}, lost: []string{"a!/x: archive is truncated", "a: archive is truncated"}},
		"garbage behind":   {data: gzOf(t, x) + "garbage of some length", want: map[string]string{"a!/content": x}, lost: []string{"a!/content: archive is damaged: gzip: invalid header"}},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			v, c := members(t, tt.data, DefaultLimits())
			got := v.of(scanner.Content)
			for k, want := range tt.want {
				if want == "*" && got[k] != "" {
					tt.want[k] = got[k]
				}
			}
			diff(t, "contents", got, tt.want)
			diff(t, "lost", gaps(c.Lost), tt.lost)
			diff(t, "opaque", gaps(c.Opaque), tt.opaque)
		})
	}
}

// bz2Needle is the output of: echo the needle | bzip2 -9 | base64 -w0
const bz2Needle = "QlpoOTFBWSZTWYHyXPAAAAVRgAAQQAAGRQQAIAAiBpp6EMCFbe+AQXckU4UJCB8lzwA="

func TestBz2Fixture(t *testing.T) {
	got, err := io.ReadAll(bzip2.NewReader(strings.NewReader(bz2Of(t))))
	if err != nil || string(got) != "the needle\n" {
		t.Errorf("%q, %v", got, err)
	}
}

// withMethod returns a zip of one member with an unknown compression method.
func withMethod(t testing.TB, method byte) string {
	data := []byte(zipOf(t, file{"s", "text"}))
	data[8] = method
	data[bytes.Index(data, []byte("PK\x01\x02"))+10] = method
	return string(data)
}

// Member names are handed over too: keys stand in names.
func TestMemberNames(t *testing.T) {
	v, _ := members(t, gzOf(t, tarOf(t, file{"key-in-name/x", "x"}, file{"l", "-> y"})), DefaultLimits())
	diff(t, "names", v.of(scanner.Name), map[string]string{"a!/key-in-name/x": "key-in-name/x", "a!/l": "l"})
}

// The names of members are verified with that of the archive.
func TestVerifyMembers(t *testing.T) {
	data := []byte(zipOf(t, file{"a", "nothing"}, file{"i.zip", zipOf(t, file{"x", "a needle"})}))
	shown := 0
	Members(&scanner.Blob{Data: data, Verify: func() string { return "real" }}, DefaultLimits(), new(scanner.Coverage), func(b *scanner.Blob) scanner.Candidates {
		shown++
		if b.Verify == nil || b.Verify() != "real" {
			t.Errorf("%q cannot be verified", b.Via)
		}
		return nil
	})
	if shown == 0 {
		t.Error("nothing was shown")
	}
}

func TestBlobRefOfMembers(t *testing.T) {
	ref := scanner.BlobRef{ID: "1f2e", Field: scanner.Content, Place: scanner.InIndex, Path: "p", Ref: "r", Target: 3, Via: "outer"}
	var got []scanner.BlobRef
	Members(&scanner.Blob{BlobRef: ref, Data: []byte(zipOf(t, file{"x", "x"}))}, DefaultLimits(), new(scanner.Coverage), func(b *scanner.Blob) scanner.Candidates {
		got = append(got, b.BlobRef)
		return nil
	})
	content, name := ref, ref
	content.Via = scanner.JoinVia("outer", "x")
	name.Via, name.Field = content.Via, scanner.Name
	diff(t, "refs", got, []scanner.BlobRef{name, content})
}

// Every limit holds, and says so; the rest of the target goes on.
func TestLimits(t *testing.T) {
	zeros := strings.Repeat("\x00", 3<<20)
	nest := "the needle"
	for range 5 {
		nest = zipOf(t, file{"i.zip", nest})
	}
	deepTar := "the needle"
	for range 5 {
		deepTar = gzOf(t, tarOf(t, file{"i.tgz", deepTar}))
	}
	var many []file
	for i := range 20 {
		many = append(many, file{fmt.Sprint(i), "x"})
	}
	small := Limits{Depth: 4, Entries: 10, Member: 1 << 20, Total: 3 << 20, Ratio: 1000}
	tests := map[string]struct {
		data  string
		bytes int64 // at most
		lost  string
	}{
		"member":      {zipOf(t, file{"z", zeros}), 1<<20 + 1, "a!/z: over the limit of 1 MiB"},
		"total":       {zipOf(t, file{"z1", zeros[:1<<20-1]}, file{"z2", zeros[:1<<20-1]}, file{"z3", zeros[:1<<20-1]}, file{"z4", zeros[:1<<20-1]}), 3<<20 + 8, "a!/z4: over the limit of 3 MiB unpacked"},
		"tar.gz":      {gzOf(t, tarOf(t, file{"z1", zeros[:3<<19]})), 1<<20 + 2, "a!/z1: over the limit of 1 MiB"},
		"entries":     {zipOf(t, many...), 0, "a: over the limit of 10 members"},
		"tar entries": {tarOf(t, many...), 25, "a: over the limit of 10 members"},
		"depth":       {nest, 4 << 10, "a!/i.zip!/i.zip!/i.zip!/i.zip: over the limit: archives nested more than 4 deep"},
		"tgz depth":   {deepTar, 4 << 10, "a!/i.tgz!/i.tgz!/i.tgz!/i.tgz: over the limit: archives nested more than 4 deep"},
		"overlap":     {overlapping(t, 1000), 4 << 10, "a: over the limit of 10 members"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			v, c := members(t, tt.data, small)
			if v.bytes > tt.bytes {
				t.Errorf("%d bytes came out, at most %d may", v.bytes, tt.bytes)
			}
			diff(t, "lost", gaps(c.Lost)[:1], []string{tt.lost})
			if slices.Contains(slices.Collect(maps.Values(v.blobs)), "the needle") {
				t.Error("what lies too deep was shown")
			}
		})
	}
}

// overlapping returns a zip whose directory names one member n times.
func overlapping(t testing.TB, n int) string {
	one := zipOf(t, file{"x", strings.Repeat("x", 1000)})
	at, end := strings.Index(one, "PK\x01\x02"), strings.Index(one, "PK\x05\x06")
	dir := strings.Repeat(one[at:end], n)
	tail := []byte(one[end:])
	binary.LittleEndian.PutUint16(tail[8:], uint16(n))
	binary.LittleEndian.PutUint16(tail[10:], uint16(n))
	binary.LittleEndian.PutUint32(tail[12:], uint32(len(dir)))
	return one[:at] + dir + string(tail)
}

func TestOverlapping(t *testing.T) {
	v, c := members(t, overlapping(t, 50), DefaultLimits())
	if len(v.of(scanner.Content)) != 50 || len(c.Lost) != 0 {
		t.Errorf("%d members, lost %v", len(v.of(scanner.Content)), c.Lost)
	}
}

// 42.zip and its like: a gigabyte in every leaf, and sixteen to the fourth
// leaves.
func TestBomb(t *testing.T) {
	level := gzOf(t, strings.Repeat("\x00", 16<<20))
	for range 3 {
		var same []file
		for i := range 16 {
			same = append(same, file{fmt.Sprint(i), level})
		}
		level = zipOf(t, same...)
	}
	start := time.Now()
	v, c := members(t, level, DefaultLimits())
	if len(c.Lost) == 0 || !strings.Contains(gaps(c.Lost)[0], "over the limit") {
		t.Errorf("lost %v", gaps(c.Lost))
	}
	if d := time.Since(start); v.bytes > 2<<30 || d > 10*time.Second {
		t.Errorf("%d bytes of %d in %v", v.bytes, len(level), d)
	}
}

// A sparse tar claims any size for a few bytes.
func TestSparse(t *testing.T) {
	var b bytes.Buffer
	h := make([]byte, 512)
	copy(h, "sparse")
	copy(h[100:], "0000644\x00")
	copy(h[124:], "00000000000\x00")
	copy(h[257:], "ustar  \x00")
	h[156] = 'S'
	copy(h[386:], "77777777777\x0000000000000\x00") // one empty piece at the far end
	copy(h[483:], "77777777777\x00")                // the size that is claimed
	copy(h[148:], "        ")
	sum := 0
	for _, c := range h {
		sum += int(c)
	}
	copy(h[148:], fmt.Sprintf("%06o\x00 ", sum))
	b.Write(h)
	b.Write(make([]byte, 1024))
	limits := DefaultLimits()
	limits.Member = 1 << 20
	v, c := members(t, b.String(), limits)
	if len(c.Lost) == 0 || v.bytes > 1<<20+100 {
		t.Errorf("%d bytes, lost %v", v.bytes, gaps(c.Lost))
	}
}

func TestDone(t *testing.T) {
	done := make(chan struct{})
	close(done)
	limits := DefaultLimits()
	limits.Done = done
	v, c := members(t, zipOf(t, file{"x", "x"}, file{"y", "y"}), limits)
	if len(v.of(scanner.Content)) != 0 || len(c.Lost) != 0 {
		t.Errorf("%v, %v", v.blobs, c.Lost)
	}
}

// What is cut anywhere is never silently clean.
func TestCuts(t *testing.T) {
	const x = "a needle that takes some room: 0123456789 abcdefghijklmnopqrstuvwxyz"
	archives := map[string]string{
		"zip": zipOf(t, file{"x", x}), "tar": tarOf(t, file{"x", x}), "gz": gzOf(t, x), "zst": zstOf(t, x), "tgz": gzOf(t, tarOf(t, file{"x", x})),
		"zip in zip": zipOf(t, file{"i", zipOf(t, file{"x", x})}), "xz": xzOf(t, x), "lz": lzOf(t, x), "7z": sevenZipOf(file{"x", x}),
	}
	for name, whole := range archives {
		for n := range len(whole) {
			v, c := members(t, whole[:n], DefaultLimits())
			found := slices.Contains(slices.Collect(maps.Values(v.blobs)), x)
			if identify([]byte(whole[:n])) != plain && !found && len(c.Lost) == 0 {
				t.Errorf("%s cut at %d of %d: nothing found, nothing lost", name, n, len(whole))
			}
		}
	}
}

// A flipped bit is either harmless or lost; the check sums see to that.
func TestFlips(t *testing.T) {
	const x = "a needle that takes some room: 0123456789 abcdefghijklmnopqrstuvwxyz"
	for name, whole := range map[string]string{"zip": zipOf(t, file{"x", x}), "gz": gzOf(t, x), "zst": zstOf(t, x), "tgz": gzOf(t, tarOf(t, file{"x", x})), "xz": xzOf(t, x), "lz": lzOf(t, x), "7z": sevenZipOf(file{"x", x})} {
		for i := range 8 * len(whole) {
			flipped := []byte(whole)
			flipped[i/8] ^= 1 << (i % 8)
			if identify(flipped) == plain {
				continue
			}
			v, c := members(t, string(flipped), DefaultLimits())
			found := slices.Contains(slices.Collect(maps.Values(v.of(scanner.Content))), x)
			if !found && len(c.Lost) == 0 && len(c.Opaque) == 0 {
				t.Errorf("%s with bit %d flipped: nothing found, nothing lost: %q", name, i, v.blobs)
			}
		}
	}
}

func TestIdentifyIsCheap(t *testing.T) {
	text := []byte(strings.Repeat("int main(void) { return 0; }\n", 100))
	if n := testing.AllocsPerRun(100, func() {
		Members(&scanner.Blob{Data: text}, DefaultLimits(), nil, nil)
	}); n > 0 {
		t.Errorf("%v allocations for text", n)
	}
}

func BenchmarkIdentify(b *testing.B) {
	text := []byte(strings.Repeat("int main(void) { return 0; }\n", 100))
	for b.Loop() {
		identify(text)
	}
}

func FuzzMembers(f *testing.F) {
	const x = "needle"
	for _, seed := range []string{zipOf(f, file{"x", x}), tarOf(f, file{"x", x}, file{"l", "-> y"}), gzOf(f, x), zstOf(f, x), bz2Of(f),
		gzOf(f, tarOf(f, file{"x", x})), zipOf(f, file{"i", zipOf(f, file{"x", x})}), xzOf(f, x), lzmaOf(f, x), lzOf(f, x), sevenZipOf(file{"x", x}, file{"y", ""}), arOf(file{"x.gz", gzOf(f, x)}), withMethod(f, 12), withMethod(f, 93), overlapping(f, 5)} {
		f.Add([]byte(seed))
		fixed := []byte(seed)
		if len(fixed) > 18 {
			binary.LittleEndian.PutUint32(fixed[14:], crc32.ChecksumIEEE([]byte(x)))
		}
		f.Add(fixed)
	}
	limits := Limits{Depth: 3, Entries: 100, Member: 1 << 16, Total: 1 << 18, Ratio: 100}
	f.Fuzz(func(t *testing.T, data []byte) {
		before := bytes.Clone(data)
		v, c := new(seen), new(scanner.Coverage)
		Members(&scanner.Blob{Data: data}, limits, c, v.visit)
		if !bytes.Equal(before, data) {
			t.Error("the blob was changed")
		}
		// Names and links are not metered; archives bound them by themselves.
		if v.bytes > limits.Total+int64(limits.Entries)*(2<<20) || len(v.blobs) > 3*limits.Entries {
			t.Errorf("%d bytes in %d blobs", v.bytes, len(v.blobs))
		}
		if v.twice != nil {
			t.Errorf("shown twice: %q", v.twice)
		}
	})
}
