package gitleaks

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"

	"github.com/awscred/awscred/internal/redact"
)

// A Finding is one element of a report of gitleaks.
type Finding struct {
	Rule string
	// File is the path, with ! before each member of an archive; Commit is empty
	// in a report on files.
	File, Commit string
	// StartLine and StartColumn are where the match begins, as gitleaks counts:
	// columns from 1 in the first line of a text and from 2 in others.
	StartLine, StartColumn int
	EndLine                int
	// Secret and Match do not print. They are zero if the report was redacted.
	Secret, Match redact.Secret
}

// place names a finding as an ignore file does, without the commit.
func (f *Finding) place() string { return f.File + ":" + f.Rule + ":" + strconv.Itoa(f.StartLine) }

// IsReport reports whether data looks like a report of gitleaks in JSON: a list.
func IsReport(data []byte) bool {
	data = bytes.TrimLeft(data, " \t\r\n")
	return len(data) > 0 && data[0] == '['
}

// ReadReport reads a report that gitleaks wrote as JSON. Errors begin with name
// and the line. They hold nothing of the report, which holds secrets.
func ReadReport(name string, data []byte) ([]Finding, error) {
	dec := json.NewDecoder(bytes.NewReader(data))
	fail := func(offset int64, err error) error {
		line := 1 + bytes.Count(data[:min(offset, int64(len(data)))], []byte{'\n'})
		return fmt.Errorf("reading report %q, line %d: %w", name, line, err)
	}
	if !IsReport(data) {
		return nil, fail(0, errors.New("it is no list: only gitleaks' report in JSON is read (gitleaks --report-format json)"))
	}
	if _, err := dec.Token(); err != nil {
		return nil, fail(dec.InputOffset(), errors.New("it is no JSON"))
	}
	var list []Finding
	for dec.More() {
		at := dec.InputOffset()
		at += int64(bytes.IndexFunc(data[at:], func(r rune) bool { return !strings.ContainsRune(", \t\r\n", r) }))
		f, err := readFinding(dec)
		if err != nil {
			return nil, fail(offset(err, at), plain(err))
		}
		list = append(list, f)
	}
	if _, err := dec.Token(); err != nil {
		return nil, fail(int64(len(data)), errors.New("it ends too early"))
	}
	if _, err := dec.Token(); !errors.Is(err, io.EOF) {
		return nil, fail(dec.InputOffset(), errors.New("something follows it"))
	}
	return list, nil
}

func readFinding(dec *json.Decoder) (Finding, error) {
	var raw struct {
		RuleID                 string
		StartLine, StartColumn int
		EndLine                int
		Match, Secret          string
		File, Commit           string
	}
	if err := dec.Decode(&raw); err != nil {
		return Finding{}, err
	}
	if raw.RuleID == "" {
		return Finding{}, errors.New("a finding has no RuleID: this is no report of gitleaks")
	}
	f := Finding{Rule: raw.RuleID, File: raw.File, Commit: raw.Commit, StartLine: raw.StartLine, StartColumn: raw.StartColumn, EndLine: raw.EndLine}
	if !redacted(raw.Secret) {
		f.Secret, f.Match = redact.New(raw.Secret), redact.New(raw.Match)
	}
	return f, nil
}

// redacted recognises what gitleaks --redact leaves of a secret: the word, or
// its beginning and dots (report/finding.go, maskSecret).
func redacted(secret string) bool { return secret == "REDACTED" || strings.HasSuffix(secret, "...") }

// offset is where an error of the decoder stands.
func offset(err error, begin int64) int64 {
	if syntax := (*json.SyntaxError)(nil); errors.As(err, &syntax) {
		return syntax.Offset
	}
	return begin
}

// plain takes what was read out of an error.
func plain(err error) error {
	var wrong *json.UnmarshalTypeError
	switch {
	case errors.As(err, &wrong) && wrong.Field != "":
		return fmt.Errorf("%s is of a wrong type", wrong.Field)
	case errors.As(err, &wrong):
		return errors.New("it is no list of findings")
	case errors.Is(err, io.ErrUnexpectedEOF), errors.Is(err, io.EOF):
		return errors.New("it ends too early")
	case errors.As(err, new(*json.SyntaxError)):
		return errors.New("it is no JSON")
	}
	return err
}
