package report

import (
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
func jsonDocument(w io.Writer, r *scanner.Report, _ Options) error {
	return encode(w, r, "  ")
}

// jsonLines writes one finding a line, then {"summary":…} with everything that
// is not a finding.
func jsonLines(w io.Writer, r *scanner.Report, _ Options) error {
	for _, f := range r.Findings {
		if err := encode(w, f, ""); err != nil {
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
	}{r.Summary, r.Version, r.Tool, r.Target, r.Config, r.Coverage, r.Interrupted}, "")
}

// encode writes a value as JSON that can be looked at in a terminal and in the
// log of a CI runner.
func encode(w io.Writer, v any, indent string) error {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	e.SetIndent("", indent)
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
	var out bytes.Buffer
	out.Grow(len(data))
	for i := 0; i < len(data); {
		r, n := utf8.DecodeRune(data[i:])
		switch {
		case r == '#' && i > 0 && data[i-1] == '#':
			out.WriteString(`\u0023`)
		case r == '\n' || unicode.IsPrint(r):
			out.Write(data[i : i+n])
		case r > 0xFFFF:
			r -= 0x10000
			fmt.Fprintf(&out, `\u%04x\u%04x`, 0xD800+r>>10, 0xDC00+r&0x3FF)
		default:
			fmt.Fprintf(&out, `\u%04x`, r)
		}
		i += n
	}
	return out.Bytes()
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
