package report

import (
	"encoding/xml"
	"fmt"
	"io"
	"strings"

	"github.com/awscred/awscred/scanner"
)

// The elements of JUnit's report, as Jenkins reads them.
// Source: https://github.com/jenkinsci/xunit-plugin/blob/master/src/main/resources/org/jenkinsci/plugins/xunit/types/model/xsd/junit-10.xsd
type (
	junitSuites struct {
		XMLName  xml.Name     `xml:"testsuites"`
		Name     string       `xml:"name,attr"`
		Tests    int          `xml:"tests,attr"`
		Failures int          `xml:"failures,attr"`
		Errors   int          `xml:"errors,attr"`
		Time     string       `xml:"time,attr"`
		Suites   []junitSuite `xml:"testsuite"`
	}
	junitSuite struct {
		Name     string      `xml:"name,attr"`
		Tests    int         `xml:"tests,attr"`
		Failures int         `xml:"failures,attr"`
		Errors   int         `xml:"errors,attr"`
		Skipped  int         `xml:"skipped,attr"`
		Time     string      `xml:"time,attr"`
		Cases    []junitCase `xml:"testcase"`
	}
	junitCase struct {
		Name    string      `xml:"name,attr"`
		Class   string      `xml:"classname,attr"`
		Time    string      `xml:"time,attr"`
		Skipped *junitSkip  `xml:"skipped"`
		Error   *junitFault `xml:"error"`
		Failure *junitFault `xml:"failure"`
		Out     string      `xml:"system-out,omitempty"`
	}
	junitSkip struct {
		Message string `xml:"message,attr"`
	}
	junitFault struct {
		Message string `xml:"message,attr"`
		Type    string `xml:"type,attr"`
		Text    string `xml:",chardata"`
	}
)

// junit writes one suite a rule with a test a finding: failed if the finding
// fails, skipped if it is suppressed, else passed with a note. The first suite
// has one test, whether everything was read, so that a report is never empty:
// runners take an empty one for a broken job.
func junit(w io.Writer, r *scanner.Report, _ Options) error {
	doc := junitSuites{Name: "awscred", Time: fmt.Sprintf("%.3f", r.Summary.Seconds), Suites: []junitSuite{coverageSuite(r)}}
	index := map[string]int{}
	for _, f := range r.Findings {
		i, known := index[f.Rule]
		if !known {
			i = len(doc.Suites)
			index[f.Rule] = i
			doc.Suites = append(doc.Suites, junitSuite{Name: "awscred." + line(f.Rule), Time: "0"})
		}
		doc.Suites[i].add(junitCaseOf(r, f))
	}
	for _, s := range doc.Suites {
		doc.Tests += s.Tests
		doc.Failures += s.Failures
		doc.Errors += s.Errors
	}
	body, err := xml.MarshalIndent(doc, "", "  ")
	if err != nil {
		return fmt.Errorf("encoding the report: %w", err)
	}
	_, err = fmt.Fprintf(w, "%s%s\n", xml.Header, body)
	return err
}

// line is a text from outside as it may stand in a line of any report.
func line(s string) string { return noCommand(safe(s)) }

func (s *junitSuite) add(c junitCase) {
	s.Cases = append(s.Cases, c)
	s.Tests++
	switch {
	case c.Failure != nil:
		s.Failures++
	case c.Error != nil:
		s.Errors++
	case c.Skipped != nil:
		s.Skipped++
	}
}

// coverageSuite tests that everything was read.
func coverageSuite(r *scanner.Report) junitSuite {
	s := junitSuite{Name: "awscred.coverage", Time: fmt.Sprintf("%.3f", r.Summary.Seconds)}
	c := junitCase{Name: "everything was read", Class: s.Name, Time: "0"}
	gaps := strings.Join(gapLines(r, maxNotifications), "\n")
	if r.Complete() {
		c.Out = gaps
	} else {
		c.Error = &junitFault{Message: "not everything could be read", Type: "incomplete", Text: gaps}
	}
	s.add(c)
	return s
}

// gapLines says what was not read and what cannot be looked into, in at most so
// many lines.
func gapLines(r *scanner.Report, most int) []string {
	var lines []string
	if r.Interrupted != "" {
		lines = append(lines, "the scan was stopped: "+line(r.Interrupted))
	}
	for _, list := range []struct {
		what string
		gaps []scanner.Gap
	}{{"not read: ", r.Coverage.Lost}, {"cannot be looked into: ", r.Coverage.Opaque}} {
		for i, g := range list.gaps {
			if len(lines) >= most {
				lines = append(lines, list.what+number(int64(total(list.gaps[i:])))+" more")
				break
			}
			lines = append(lines, list.what+gapText(g))
		}
	}
	return lines
}

// gapText is a gap in one line, with what mends it.
func gapText(g scanner.Gap) string {
	text := line(g.What) + ": " + line(g.Why)
	if g.Count > 1 {
		text += " (" + number(int64(g.Count)) + " times)"
	}
	return joinNonEmpty("; ", text, line(g.Fix))
}

func junitCaseOf(r *scanner.Report, f *scanner.Finding) junitCase {
	at := primaryOf(f)
	text := noCommand(plainSummary(f, at))
	c := junitCase{Name: joinNonEmpty(", ", line(where(at)), f.Fingerprint[:min(8, len(f.Fingerprint))]), Class: "awscred." + line(f.Rule), Time: "0"}
	switch {
	case f.Suppressed != nil:
		c.Skipped = &junitSkip{line(joinNonEmpty(": ", "suppressed by "+f.Suppressed.By, f.Suppressed.Reason))}
	case r.Failing(f):
		c.Failure = &junitFault{Message: noCommand(name(f)), Type: line(string(f.Severity)), Text: text}
	default:
		c.Out = text
	}
	return c
}
