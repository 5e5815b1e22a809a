package torture

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"encoding/xml"
	"fmt"
	"io"
	"math/rand/v2"
	"regexp"
	"strings"
	"testing"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/awscred/awscred/internal/redact"
	"github.com/awscred/awscred/scanner"
	written "github.com/awscred/awscred/scanner/report"
)

// A hostile writer makes texts of pieces that move a cursor, reorder a line,
// command a runner, or end a cell, an element or a string.
type hostile struct{ *rand.Rand }

func pieces() []string {
	return []string{"\x1b[2J", "\x1b]8;;http://x\x07", "\x1b]52;c;eA==\x07", "\x1bP", "\x9b31m", "\u009b31m", "\u0085", "\x00", "\x07", "\x08\x08", "\x7f", "\r", "\n", "\r\n", "\t", "\v\f",
		"\u202e", "\u2066", "\u200b", "\u200f", "\ufeff", "\u2028", "\u2029", "\u061c", "\U000e0041", "\u3164", "\u115f", "\xff\xfe", "\xed\xa0\x80", "\xc0\x80", "\ufffe", "\U0010ffff",
		"\n::error::x", "::add-mask::e", "\n  ::set-output name=x::y", "::stop-commands::x", "##[error]x", "##vso[task.setvariable variable=x]y", "##[", "%0A::warning::x", "%0D", "%3A", "\nEOF\nx=y",
		"=cmd|' /C calc'!A0", "@SUM(1+1)", "+1", "-1", "\t=1", "\u00a0=1", ",", ";", `"`, "'", "`", "|", "\\", "]]>", "<!--", "<img src=x onerror=alert(1)>", "</script>", "&lt;", "&#27;", "{{.}}", "](javascript:x)", "@everyone", "*_~",
		"a", "path/to/x.env", "refs/heads/main", " ", "é", "界", "🙂", "%s%n", "${x}", "$(x)"}
}

func (h hostile) text() string {
	list := pieces()
	var b strings.Builder
	for range 1 + h.IntN(6) {
		switch h.IntN(8) {
		case 0:
			b.WriteRune(rune(h.IntN(0x11_0000)))
		case 1:
			b.WriteByte(byte(h.IntN(256)))
		default:
			b.WriteString(list[h.IntN(len(list))])
		}
	}
	return b.String()
}

// report makes a report whose findings have nothing but such texts, and returns
// how many there are.
func (h hostile) report(text func() string) (r *scanner.Report, texts int) {
	next := func() string { texts++; return text() }
	ref := func() *string { s := next(); return &s }
	r = &scanner.Report{Version: 1, Tool: scanner.Tool{Name: "awscred", Version: "x"}, Coverage: &scanner.Coverage{}, Policy: scanner.Policy{FailOn: scanner.Medium}}
	r.Target.Kind, r.Target.Name, r.Config.From = "git", next(), next()
	for i := range 40 {
		o := scanner.Occurrence{Part: scanner.SecretPart, Path: next(), Line: 1, EndLine: 1, Column: 1, EndColumn: 2, Field: scanner.Content, Place: scanner.InHistory,
			Ref: ref(), Author: next(), Page: ref(), Via: []string{next(), next()}, Decoded: []string{"base64"}}
		f := &scanner.Finding{Fingerprint: fmt.Sprintf("%032d", i), Rule: "x", Title: next(), Severity: scanner.High, Confidence: "certain", First: &o, Last: &o, Occurrences: []scanner.Occurrence{o}, Count: 1,
			Secret: &scanner.SecretInfo{Kind: "x", Length: 40}, Refs: []string{next()}, RefCount: 1, Identity: ref(), VerifiedNote: next(), Verified: "active",
			Intervals: []scanner.Interval{{Ref: next(), From: "x"}}, UsedHere: []scanner.UsedHere{{Source: next(), Where: next()}}}
		if i%4 == 0 {
			f.Suppressed = &scanner.Suppression{By: "baseline", Reason: next()}
		}
		r.Findings = append(r.Findings, f)
		r.Coverage.AddLost(scanner.Gap{What: next(), Why: next(), Fix: next()})
		r.Coverage.AddNote(next())
	}
	r.Coverage.Close(false)
	r.Close(r.Policy)
	return r, texts
}

// annotation is a command that the format for GitHub may give: its properties
// hold no separator but its own.
var annotation = regexp.MustCompile(`^::(error|warning) (file=[^:,]+,line=\d+,endLine=\d+,)?title=[^:,]+::[^\n]*\n$`)

// commands are the lines that a runner of GitHub or Azure would act on.
func commands(format, out string) []string {
	var all []string
	for line := range strings.Lines(out) {
		if format == "github" && annotation.MatchString(line) {
			continue
		}
		if strings.HasPrefix(strings.TrimSpace(line), "::") || strings.Contains(line, "##[") || strings.Contains(line, "##vso[") {
			all = append(all, line)
		}
	}
	return all
}

// moves reports whether a character can move a cursor, end a line or reorder it:
// controls, formats, separators of lines.
func moves(c rune) bool { return unicode.In(c, unicode.Cc, unicode.Cf, unicode.Zl, unicode.Zp) }

// fills reports whether a character shows as nothing. Formats for programs say
// what a name is, and leave it.
func fills(c rune) bool {
	return unicode.Is(unicode.Other_Default_Ignorable_Code_Point, c) || c >= 0xe0000 && c <= 0xe0fff
}

// wrong says what is wrong with an output, or nothing.
func wrong(format, out string) string {
	if !utf8.ValidString(out) {
		return "not UTF-8"
	}
	for i, c := range out {
		if c != '\n' && moves(c) || fills(c) && !strings.HasPrefix(format, "json") {
			return fmt.Sprintf("%U in %.60q", c, out[max(0, i-20):])
		}
	}
	if all := commands(format, out); len(all) > 0 {
		return fmt.Sprintf("a runner would act on %.200q", all[0])
	}
	var err error
	switch format {
	case "json", "sarif", "gitlab", "jsonl":
		for d := json.NewDecoder(strings.NewReader(out)); err == nil; {
			var v any
			err = d.Decode(&v)
		}
	case "junit":
		for d := xml.NewDecoder(strings.NewReader(out)); err == nil; {
			_, err = d.Token()
		}
	case "csv":
		var rows [][]string
		if rows, err = csv.NewReader(strings.NewReader(out)).ReadAll(); err == nil {
			err = formula(rows)
		}
	}
	if err != nil && err != io.EOF {
		return err.Error()
	}
	return ""
}

// formula is an error if a cell is one to a spreadsheet.
func formula(rows [][]string) error {
	for _, row := range rows {
		for _, cell := range row {
			if begin := strings.TrimLeft(cell, " \u00a0"); begin != "" && strings.Contains("=+-@\t\r|%", begin[:1]) {
				return fmt.Errorf("the cell %.60q is a formula", cell)
			}
		}
	}
	return nil
}

// Texts by chance, as paths, people, refs, pages, titles, reasons and gaps: every
// format stays what it is, without a control character, without a command of a
// runner, and, in HTML, without an element that harmless texts do not make.
func TestHostileTexts(t *testing.T) {
	h := hostile{rand.New(rand.NewPCG(31, 32))}
	options := written.Options{All: true, Verbose: true, Now: time.Unix(1_700_000_000, 0)}
	out := func(format string, r *scanner.Report) string {
		var b bytes.Buffer
		check(t, written.Write(&b, format, r, options))
		return b.String()
	}
	harmless := 0
	plain, _ := h.report(func() string { harmless++; return fmt.Sprintf("x%d", harmless) })
	texts, wanted, size, began := 0, rounds(20_000, 1_000_000), 0, time.Now()
	for texts < wanted && !over(t, began, texts, wanted) {
		calm()
		seed := rand.NewPCG(uint64(texts), 33)
		r, n := hostile{rand.New(seed)}.report(hostile{rand.New(seed)}.text)
		texts += n
		for _, format := range written.Formats() {
			text := out(format, r)
			size += len(text)
			if why := wrong(format, text); why != "" {
				t.Errorf("texts from %d on, %s: %s", texts-n, format, why)
			}
			if format == "html" && strings.Count(text, "<") > strings.Count(out(format, plain), "<") {
				t.Errorf("texts from %d on: html has %d marks, harmless texts give %d", texts-n, strings.Count(text, "<"), strings.Count(out(format, plain), "<"))
			}
		}
		if t.Failed() {
			return
		}
	}
	for range wanted {
		s := h.text()
		for _, safe := range []string{redact.Text(s), redact.Path(s)} {
			if why := wrong("", safe); why != "" && !strings.HasPrefix(why, "a runner") || strings.Contains(safe, "\n") {
				t.Fatalf("%q became %q: %s", s, safe, why)
			}
		}
	}
	told(t, "text", "texts by chance in reports, each in all of these formats; bytes that were read", fmt.Sprintf("%d, %d, %d", texts, len(written.Formats()), size))
	told(t, "text", "texts by chance made safe for one line and as a path, without a control character", wanted)
}

// What the test looks for is seen.
func TestWrongIsSeen(t *testing.T) {
	for format, out := range map[string]string{"text": "a\x1b[2J\n", "csv": "a\n=1\n", "json": "{", "junit": "<a>", "github": " ::set-output name=x::y\n", "markdown": "x ##[error]y", "html": "\xff", "jsonl": "{}\n{"} {
		if wrong(format, out) == "" {
			t.Errorf("%s: nothing is wrong with %q", format, out)
		}
	}
	for format, out := range map[string]string{"text": "a ::b\n", "csv": "a\n'=1\n", "json": "{}", "github": "::error title=x::y\n"} {
		if why := wrong(format, out); why != "" {
			t.Errorf("%s: %s", format, why)
		}
	}
}
