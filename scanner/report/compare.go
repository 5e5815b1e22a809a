package report

import (
	"fmt"

	"github.com/awscred/awscred/scanner"
)

// comparison returns a copy of c that may be shown.
func (p *presenter) comparison(c *scanner.Comparison) *scanner.Comparison {
	if c == nil {
		return nil
	}
	out := *c
	out.File = p.text(c.File)
	out.Plus, out.Minus = p.differences(c.Plus), p.differences(c.Minus)
	return &out
}

func (p *presenter) differences(list []scanner.Difference) []scanner.Difference {
	out := make([]scanner.Difference, len(list))
	for i, d := range list {
		d.Path, d.Because = p.text(d.Path), p.text(d.Because)
		out[i] = d
	}
	return out
}

// comparison says in one line how the report differs from another scanner's,
// and names the differences below.
func (p *printer) comparison() {
	c := p.r.Compare
	if c == nil {
		return
	}
	what := ""
	if c.Redacted {
		what = ", by place, since it is redacted"
	}
	p.line("")
	p.line(fmt.Sprintf("the same %s as %s, plus %s, minus %s (%s%s)", number(int64(c.Same)), safe(c.With),
		number(int64(len(c.Plus))), number(int64(len(c.Minus))), safePath(c.File), what))
	rows := append(p.differenceRows("plus", c.Plus), p.differenceRows("minus", c.Minus)...)
	if len(rows) > 0 {
		p.rows(rows, true)
	}
}

// differenceRows lists differences, at most so many unless all are wanted.
func (p *printer) differenceRows(word string, list []scanner.Difference) []row {
	var rows []row
	for i, d := range list {
		if i == maxGaps && len(list) > maxGaps+1 && !p.opts.Verbose {
			return append(rows, row{when: word, note: "and " + number(int64(len(list)-i)) + " more (--verbose)"})
		}
		at := safe(d.Path)
		if at == "" {
			at = short(d.Commit)
		}
		if d.Line > 0 {
			at = fmt.Sprintf("%s:%d", at, d.Line)
		}
		rows = append(rows, row{when: word, where: at, note: safe(d.Rule) + ", because " + safe(d.Because)})
	}
	return rows
}
