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
// docs/schema/scan.schema.json describe it. Findings are encoded one by one: all
// of them at once would take several times the memory of the scan.
func jsonDocument(w io.Writer, r *scanner.Report, _ Options) error {
	frame := *r
	frame.Findings = []*scanner.Finding{}
	var doc bytes.Buffer
	if err := encode(&doc, &frame, "", "  "); err != nil {
		return err
	}
	const empty = "\n  \"findings\": []"
	before, after, ok := bytes.Cut(doc.Bytes(), []byte(empty))
	if !ok || len(r.Findings) == 0 {
		_, err := w.Write(doc.Bytes())
		return err
	}
	e := bufio.NewWriter(w) // which keeps the first error
	e.Write(before)
	e.WriteString("\n  \"findings\": [")
	var one bytes.Buffer
	for i, f := range r.Findings {
		if i > 0 {
			e.WriteByte(',')
		}
		one.Reset()
		if err := encode(&one, f, "    ", "  "); err != nil {
			return err
		}
		e.WriteString("\n    ")
		e.Write(bytes.TrimSuffix(one.Bytes(), []byte("\n")))
	}
	e.WriteString("\n  ]")
	e.Write(after)
	return e.Flush()
}

// jsonLines writes one finding a line, then {"summary":…} with everything that
// is not a finding.
func jsonLines(w io.Writer, r *scanner.Report, _ Options) error {
	for _, f := range r.Findings {
		if err := encode(w, f, "", ""); err != nil {
			return err
		}
	}
	return encode(w, struct {
		Summary     scanner.Summary    `json:"summary"`
		Version     int                `json:"version"`
		Tool        scanner.Tool       `json:"tool"`
		Target      scanner.Target     `json:"target"`
		Config      scanner.RuleConfig `json:"config"`
		Coverage    *scanner.Coverage  `json:"coverage"`
		Interrupted string             `json:"interrupted,omitempty"`
		Policy      scanner.Policy     `json:"policy"`

		Compare *scanner.Comparison `json:"compare,omitempty"`
	}{r.Summary, r.Version, r.Tool, r.Target, r.Config, r.Coverage, r.Interrupted, r.Policy, r.Compare}, "", "")
}

// encode writes a value as JSON that can be looked at in a terminal and in the
// log of a CI runner. Every line but the first begins with prefix.
func encode(w io.Writer, v any, prefix, indent string) error {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	e.SetIndent(prefix, indent)
	if err := e.Encode(v); err != nil {
		return fmt.Errorf("encoding the report: %w", err)
	}
	_, err := w.Write(escapeJSON(b.Bytes()))
	return err
}

// escapeJSON writes \u escapes for what a terminal would act on, and for the
// second of two # signs: runners take "##[" anywhere in a line for the beginning
// of a command (actions/runner src/Runner.Common/ActionCommand.cs). Both occur
// in JSON only within strings, where an escape means the same.
func escapeJSON(data []byte) []byte {
	kept := 0 // what of data is in out
	var out []byte
	for i := 0; i < len(data); {
		c := data[i]
		if c == '\n' || c >= ' ' && c <= '~' && (c != '#' || i == 0 || data[i-1] != '#') {
			i++
			continue
		}
		r, n := utf8.DecodeRune(data[i:])
		if c == '#' || !unicode.IsPrint(r) {
			out = appendEscape(append(out, data[kept:i]...), r)
			kept = i + n
		}
		i += n
	}
	if kept == 0 {
		return data
	}
	return append(out, data[kept:]...)
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
