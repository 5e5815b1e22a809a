package main

import (
	"context"
	"fmt"
	"io"
	"time"

	"github.com/spf13/pflag"

	"github.com/awscred/awscred/scanner"
	"github.com/awscred/awscred/scanner/files"
	"github.com/awscred/awscred/scanner/report"
)

// maxReport is the size of the largest report that is read.
const maxReport = 1 << 30

// reportFlags are the flags of awscred report, as they were given.
type reportFlags struct {
	all, mask, showSecrets bool
	format, output         string
}

func reportCommand() command {
	return command{
		name: "report", args: "FILE", summary: "write the JSON report of a scan again, in another format",
		long: `FILE is what awscred scan --format json wrote, or - for standard input. Nothing is scanned again:
one scan in CI can feed the code scanning of GitHub, the dashboard of GitLab, and a page for people.

Exit codes: 0 the report was written, whatever it says; 2 wrong usage or a failure.`,
		example: `awscred scan --format json -o scan.json
awscred report scan.json --format html -o scan.html
awscred report scan.json --format sarif -o scan.sarif`,
		define: func(f *pflag.FlagSet) execFunc {
			o := new(reportFlags)
			f.StringVar(&o.format, "format", "text", wordList(report.Formats()))
			f.StringVarP(&o.output, "output", "o", "", "write the report to this `file`, whole or not at all")
			f.BoolVar(&o.all, "all", false, "also show suppressed findings, and what the scan wrote with its --all")
			f.BoolVar(&o.mask, "mask", false, "shorten the ids of keys")
			f.BoolVar(&o.showSecrets, "show-secrets", false, "print the secrets that the scan wrote with its --show-secrets; refused when CI is set")
			return o.run
		},
	}
}

func (o *reportFlags) run(_ context.Context, s *session, args []string) (int, error) {
	if len(args) != 1 {
		return exitUsage, usagef("awscred report takes one file, not %d", len(args)).with("awscred scan --format json -o scan.json writes one; - is standard input")
	}
	if err := oneOf("format", o.format, report.Formats()...); err != nil {
		return exitUsage, err
	}
	if err := mayShowSecrets(s, o.showSecrets); err != nil {
		return exitUsage, err
	}
	if err := writable(o.output); err != nil {
		return exitUsage, err
	}
	r, err := readReport(s, args[0])
	if err != nil {
		return exitUsage, err
	}
	opts := report.Options{All: o.all, Mask: o.mask, ShowSecrets: o.showSecrets, Verbose: s.say.verbose, Location: time.Local, Now: time.Now()}
	if err := writeReport(s, r, o.format, o.output, opts); err != nil && !brokenPipe(err) {
		return exitUsage, err
	}
	return exitOK, nil
}

// readReport reads the report of a scan from a file or standard input.
func readReport(s *session, name string) (*scanner.Report, error) {
	var data []byte
	var err error
	if name == "-" {
		data, err = io.ReadAll(io.LimitReader(s.stdin, maxReport))
	} else {
		data, err = files.ReadNamed(name, maxReport)
	}
	if err != nil {
		return nil, fmt.Errorf("reading the report: %w", err)
	}
	r, err := report.Read(data)
	if err != nil {
		return nil, &hintError{err, []string{"awscred scan --format json -o scan.json writes a report that can be read"}}
	}
	return r, nil
}

// mayShowSecrets refuses to print secrets into the log of a CI job.
func mayShowSecrets(s *session, show bool) error {
	if ci := s.getenv("CI"); show && ci != "" && ci != "0" && ci != "false" {
		return usagef("--show-secrets is refused when CI is set: the secrets would stand in the log")
	}
	return nil
}

// writeReport writes a report to a file or, if that is empty, to standard
// output, in colour and as wide as that is.
func writeReport(s *session, r *scanner.Report, format, file string, opts report.Options) error {
	if file != "" {
		return writeWhole(file, func(w io.Writer) error { return report.Write(w, format, r, opts) })
	}
	opts.Color, opts.Width = s.say.color(s.stdout), width(s.stdout)
	return report.Write(s.stdout, format, r, opts)
}
