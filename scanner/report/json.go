package report

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"unicode"
	"unicode/utf8"

	"github.com/awscred/awscred/scanner"
)

// jsonDocument writes a report as one JSON document, as docs/output.md and
// docs/schema/scan.schema.json describe it.
func jsonDocument(w io.Writer, p *presenter) error {
	e := newEncoder("  ")
	frame, err := e.encode(p.frame(), 0)
	if err != nil {
		return err
	}
	const empty = "\n  \"findings\": []"
	before, after, _ := bytes.Cut(bytes.Clone(frame), []byte(empty))
	out := bufio.NewWriter(w) // which keeps the first error
	out.Write(before)
	out.WriteString("\n  \"findings\": [")
	end := "]"
	for f := range p.findings() {
		if end != "]" {
			out.WriteByte(',')
		}
		one, err := e.encode(f, 2)
		if err != nil {
			return err
		}
		out.WriteString("\n    ")
		out.Write(one)
		end = "\n  ]"
	}
	out.WriteString(end)
	out.Write(after)
	out.WriteByte('\n')
	return out.Flush()
}

// jsonLines writes one finding a line, then {"summary":…} with everything that
// is not a finding.
func jsonLines(w io.Writer, p *presenter) error {
	e := newEncoder("")
	for f := range p.findings() {
		if err := e.write(w, f); err != nil {
			return err
		}
	}
	r := p.frame()
	return e.write(w, struct {
		Summary     scanner.Summary    `json:"summary"`
		Version     int                `json:"version"`
		Tool        scanner.Tool       `json:"tool"`
		Target      scanner.Target     `json:"target"`
		Config      scanner.RuleConfig `json:"config"`
		Coverage    *scanner.Coverage  `json:"coverage"`
		Interrupted string             `json:"interrupted,omitempty"`
		Policy      scanner.Policy     `json:"policy"`

		Compare *scanner.Comparison `json:"compare,omitempty"`
	}{r.Summary, r.Version, r.Tool, r.Target, r.Config, r.Coverage, r.Interrupted, r.Policy, r.Compare})
}

// encode writes a value as an indented JSON document.
func encode(w io.Writer, v any) error { return newEncoder("  ").write(w, v) }

// An encoder encodes values as JSON that can be looked at in a terminal and in
// the log of a CI runner. Its buffers serve for one value after the other.
type encoder struct {
	indent  string // of each level; without one a value is one line
	json    *json.Encoder
	compact bytes.Buffer
	out     []byte
}

func newEncoder(indent string) *encoder {
	e := &encoder{indent: indent}
	e.json = json.NewEncoder(&e.compact)
	e.json.SetEscapeHTML(false)
	return e
}

func (e *encoder) write(w io.Writer, v any) error {
	data, err := e.encode(v, 0)
	if err != nil {
		return err
	}
	_, err = w.Write(append(data, '\n'))
	return err
}

// encode returns a value that stands so many levels deep in its document,
// without a line break behind it. The bytes are valid until the next call.
func (e *encoder) encode(v any, level int) ([]byte, error) {
	e.compact.Reset()
	if err := e.json.Encode(v); err != nil {
		return nil, fmt.Errorf("encoding the report: %w", err)
	}
	e.out = e.layOut(e.out[:0], bytes.TrimSuffix(e.compact.Bytes(), []byte("\n")), level)
	return e.out, nil
}

// layOut appends compact JSON to out as [json.Indent] lays it out, with the
// strings in it as appendString has them.
func (e *encoder) layOut(out, compact []byte, level int) []byte {
	for i := 0; i < len(compact); i++ {
		c := compact[i]
		switch {
		case c == '"':
			n := stringLen(compact[i:])
			out = appendString(out, compact[i:i+n])
			i += n - 1
		case e.indent == "":
			out = append(out, c)
		case c == '{' || c == '[':
			out = append(out, c)
			if next := compact[i+1]; next == '}' || next == ']' {
				out = append(out, next)
				i++
				continue
			}
			level++
			out = e.appendBreak(out, level)
		case c == '}' || c == ']':
			level--
			out = append(e.appendBreak(out, level), c)
		case c == ',':
			out = e.appendBreak(append(out, c), level)
		case c == ':':
			out = append(out, ": "...)
		default:
			out = append(out, c)
		}
	}
	return out
}

func (e *encoder) appendBreak(out []byte, level int) []byte {
	out = append(out, '\n')
	for range level {
		out = append(out, e.indent...)
	}
	return out
}

// stringLen is the length of the JSON string with which data begins.
func stringLen(data []byte) int {
	end := 1
	for data[end] != '"' {
		if data[end] == '\\' {
			end++
		}
		end++
	}
	return end + 1
}

// appendString appends a JSON string with \u escapes for what a terminal would
// act on, and for the second of two # signs: runners take "##[" anywhere in a
// line for the beginning of a command (actions/runner
// src/Runner.Common/ActionCommand.cs).
func appendString(out, text []byte) []byte {
	kept := 0 // what of text is in out
	for i := 0; i < len(text); {
		c := text[i]
		if c >= ' ' && c <= '~' && (c != '#' || text[i-1] != '#') {
			i++
			continue
		}
		r, n := utf8.DecodeRune(text[i:])
		if c == '#' || !unicode.IsPrint(r) {
			out = appendEscape(append(out, text[kept:i]...), r)
			kept = i + n
		}
		i += n
	}
	return append(out, text[kept:]...)
}

// appendEscape appends r as JSON escapes it: in units of UTF-16.
func appendEscape(out []byte, r rune) []byte {
	if r > 0xFFFF {
		r -= 0x10000
		return fmt.Appendf(out, `\u%04x\u%04x`, 0xD800+r>>10, 0xDC00+r&0x3FF)
	}
	return fmt.Appendf(out, `\u%04x`, r)
}

// Read reads a report that [Write] wrote as JSON. The report counts its
// findings as the summary of the document does, and what it was written without
// is not there: secrets, and findings that only [Options.All] shows. It returns
// an error for anything that is no such document.
func Read(data []byte) (*scanner.Report, error) {
	r := new(scanner.Report)
	if err := json.Unmarshal(data, r); err != nil {
		return nil, fmt.Errorf("reading a report: %w", err)
	}
	if err := valid(r); err != nil {
		return nil, fmt.Errorf("reading a report: %w", err)
	}
	if r.Policy.FailOn == "" { // an older report
		r.Policy.FailOn = scanner.Medium
	}
	return r, nil
}

// valid checks what the formats rely on.
func valid(r *scanner.Report) error {
	switch {
	case r.Version != 1:
		return fmt.Errorf("its version is %d, this program reads version 1", r.Version)
	case r.Coverage == nil:
		return errors.New("it has no coverage: this is no report of awscred scan")
	}
	for i, f := range r.Findings {
		if f == nil || f.First == nil || f.Last == nil || f.Fingerprint == "" || f.Rule == "" {
			return fmt.Errorf("finding %d is not complete", i+1)
		}
	}
	return nil
}
