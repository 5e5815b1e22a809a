package baseline

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"unicode"
)

// Write writes the baseline, one entry a line. Equal baselines are equal bytes.
func (b *Baseline) Write(w io.Writer) error {
	var out bytes.Buffer
	fmt.Fprintf(&out, "{\n  \"version\": %d,\n  \"keyed\": %t,\n  \"accepted\": [", version, b.Keyed)
	for i := range b.Entries {
		if i > 0 {
			out.WriteByte(',')
		}
		out.WriteString("\n    {")
		e := &b.Entries[i]
		for k, field := range [...][2]string{{"fingerprint", e.Fingerprint}, {"rule", e.Rule}, {"what", e.What}, {"reason", e.Reason}, {"until", e.Until}} {
			if field[0] == "until" && field[1] == "" {
				continue
			}
			if k > 0 {
				out.WriteString(", ")
			}
			fmt.Fprintf(&out, "%q: %s", field[0], quote(field[1]))
		}
		out.WriteByte('}')
	}
	if len(b.Entries) > 0 {
		out.WriteString("\n  ")
	}
	out.WriteString("]\n}\n")
	if _, err := w.Write(out.Bytes()); err != nil {
		return fmt.Errorf("writing the baseline: %w", err)
	}
	return nil
}

// quote writes a string of JSON in which everything that a terminal would act
// on, or that hides text, is an escape.
func quote(s string) string {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	_ = e.Encode(s) // a string and a buffer do not fail
	var out bytes.Buffer
	for _, r := range string(bytes.TrimSuffix(b.Bytes(), []byte{'\n'})) {
		switch {
		case unicode.IsPrint(r):
			out.WriteRune(r)
		case r > 0xFFFF:
			r -= 0x10000
			fmt.Fprintf(&out, `\u%04x\u%04x`, 0xD800+r>>10, 0xDC00+r&0x3FF)
		default:
			fmt.Fprintf(&out, `\u%04x`, r)
		}
	}
	return out.String()
}
