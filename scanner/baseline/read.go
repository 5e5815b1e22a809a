package baseline

import (
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"unicode/utf8"
)

// version is that of the file's form.
const version = 1

// Longest texts of an entry, in bytes. Whoever writes more writes it elsewhere.
const maxText = 4096

// Read reads a baseline that [Baseline.Write] wrote, perhaps edited since. It
// takes nothing that could silently mean something else than it says: unknown
// and repeated keys, repeated fingerprints and invalid UTF-8 are errors. Errors
// begin with name and the line.
func Read(name string, data []byte) (*Baseline, error) {
	r := &reader{name: name, data: data, dec: json.NewDecoder(bytes.NewReader(data))}
	r.dec.UseNumber()
	if i := invalid(data); i >= 0 {
		return nil, r.failAt(int64(i), errors.New("a byte that is no UTF-8"))
	}
	b := new(Baseline)
	if err := r.document(b); err != nil {
		return nil, err
	}
	slices.SortFunc(b.Entries, func(x, y Entry) int { return cmp.Compare(x.Fingerprint, y.Fingerprint) })
	return b, nil
}

// invalid is where the first byte stands that is no UTF-8, or -1.
func invalid(data []byte) int {
	for i := 0; i < len(data); {
		r, n := utf8.DecodeRune(data[i:])
		if r == utf8.RuneError && n == 1 {
			return i
		}
		i += n
	}
	return -1
}

// A reader reads the tokens of one document.
type reader struct {
	name string
	data []byte
	dec  *json.Decoder
}

func (r *reader) fail(format string, args ...any) error {
	return r.failAt(r.dec.InputOffset(), fmt.Errorf(format, args...))
}

func (r *reader) failAt(offset int64, err error) error {
	line := 1 + bytes.Count(r.data[:min(offset, int64(len(r.data)))], []byte{'\n'})
	return fmt.Errorf("reading baseline %q, line %d: %w", r.name, line, err)
}

func (r *reader) token() (json.Token, error) {
	t, err := r.dec.Token()
	var syntax *json.SyntaxError
	switch {
	case errors.As(err, &syntax):
		return nil, r.failAt(syntax.Offset, errors.New(strings.TrimPrefix(syntax.Error(), "json: ")))
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
		return nil, r.failAt(int64(len(r.data)), errors.New("it ends too early"))
	case err != nil:
		return nil, r.fail("%w", err)
	}
	return t, nil
}

// open reads an opening bracket.
func (r *reader) open(bracket json.Delim, what string) error {
	t, err := r.token()
	if err != nil {
		return err
	}
	if t != bracket {
		return r.fail("%s must begin with %s", what, bracket)
	}
	return nil
}

// object reads an object, whose members each reads by its key.
func (r *reader) object(what string, member func(key string) error) error {
	if err := r.open('{', what); err != nil {
		return err
	}
	seen := map[string]bool{}
	for r.dec.More() {
		t, err := r.token()
		if err != nil {
			return err
		}
		key, _ := t.(string) // anything else is a syntax error
		if seen[key] {
			return r.fail("%s has %q twice", what, key)
		}
		seen[key] = true
		if err := member(key); err != nil {
			return err
		}
	}
	_, err := r.token()
	return err
}

func (r *reader) document(b *Baseline) error {
	known := false
	err := r.object("a baseline", func(key string) error {
		switch key {
		case "version":
			t, err := r.token()
			if err != nil {
				return err
			}
			if t != json.Number(fmt.Sprint(version)) {
				return r.fail("its version is %v, this program reads version %d", t, version)
			}
			known = true
			return nil
		case "keyed":
			t, err := r.token()
			if err != nil {
				return err
			}
			keyed, ok := t.(bool)
			if !ok {
				return r.fail("keyed is neither true nor false")
			}
			b.Keyed = keyed
			return nil
		case "accepted":
			return r.entries(b)
		}
		return r.fail("unknown key %q", key)
	})
	if err != nil {
		return err
	}
	if !known {
		return r.fail("it has no version: this is no baseline of awscred")
	}
	if _, err := r.dec.Token(); !errors.Is(err, io.EOF) {
		return r.fail("something follows it")
	}
	return nil
}

func (r *reader) entries(b *Baseline) error {
	if err := r.open('[', "accepted"); err != nil {
		return err
	}
	seen := map[string]bool{}
	for r.dec.More() {
		e, err := r.entry()
		if err != nil {
			return err
		}
		if seen[e.Fingerprint] {
			return r.fail("fingerprint %s is accepted twice", e.Fingerprint)
		}
		seen[e.Fingerprint] = true
		b.Entries = append(b.Entries, e)
	}
	_, err := r.token()
	return err
}

func (r *reader) entry() (Entry, error) {
	var e Entry
	fields := map[string]*string{"fingerprint": &e.Fingerprint, "rule": &e.Rule, "what": &e.What, "reason": &e.Reason, "until": &e.Until}
	err := r.object("an accepted finding", func(key string) error {
		field, ok := fields[key]
		if !ok {
			return r.fail("unknown key %q", key)
		}
		t, err := r.token()
		if err != nil {
			return err
		}
		if *field, ok = t.(string); !ok {
			return r.fail("%s is no string", key)
		}
		if len(*field) > maxText {
			return r.fail("%s is longer than %d bytes", key, maxText)
		}
		return nil
	})
	switch {
	case err != nil:
		return e, err
	case len(e.Fingerprint) != 32 || strings.Trim(e.Fingerprint, "0123456789abcdef") != "":
		return e, r.fail("a fingerprint is 32 hexadecimal digits, as awscred scan --format json has them")
	case e.Until != "" && Day(e.Until) != nil:
		return e, r.fail("until: %w", Day(e.Until))
	}
	return e, nil
}
