package bench

import (
	"fmt"
	"strings"
)

// Markdown is the record as a page.
func (r *Record) Markdown() string {
	var b strings.Builder
	fmt.Fprintf(&b, "# %s\n\n", r.Repository)
	fmt.Fprintf(&b, "Measured on %s with %s.\nMachine: %s.\n", r.Date, r.Awscred, r.Machine)
	fmt.Fprintf(&b, "CPU seconds are user and system; each figure is the median of %s, the programs taking turns. README.md says what it means.\n\n", times(r.Runs))
	r.bytes(&b)
	r.ratios(&b)
	r.commands(&b)
	r.steps(&b)
	return b.String()
}

func times(n int) string {
	if n == 1 {
		return "one run"
	}
	return fmt.Sprintf("%d runs", n)
}

func (r *Record) bytes(b *strings.Builder) {
	s := r.Stored
	fmt.Fprintf(b, "| what | |\n|---|---:|\n")
	fmt.Fprintf(b, "| objects | %d, of them %d deltas, %d loose; %d packs |\n", s.Objects, s.Deltas, s.Loose, s.Packs)
	fmt.Fprintf(b, "| stored | %s |\n| inflated | %s |\n", mb(s.Bytes), mb(s.Inflated))
	if f := r.figures(StepScanAll); f != nil && f.Result != nil {
		fmt.Fprintf(b, "| text of all objects | %s |\n", mb(f.Result.Text))
		fmt.Fprintf(b, "| scanned, all rules | %s in windows; texts with candidates are %s |\n", mb(f.Result.Windows), mb(f.Result.Whole))
	}
	if f := r.figures(StepScanAWS); f != nil && f.Result != nil {
		fmt.Fprintf(b, "| scanned, AWS rules | %s in windows; texts with candidates are %s |\n", mb(f.Result.Windows), mb(f.Result.Whole))
	}
	b.WriteByte('\n')
	for i, m := range r.Missing {
		const most = 10
		if i == most {
			fmt.Fprintf(b, "Missing: %d more.\n", len(r.Missing)-most)
			break
		}
		fmt.Fprintf(b, "Missing: %s.  \n", m)
	}
	if len(r.Missing) > 0 {
		b.WriteByte('\n')
	}
}

func (r *Record) ratios(b *strings.Builder) {
	fmt.Fprintf(b, "| ratio of CPU seconds | measured | limit | aim | held |\n|---|---:|---:|---:|---|\n")
	for _, x := range r.Ratios {
		value, aim, sign := "not measured", "", "≤"
		if x.Value > 0 {
			value = fmt.Sprintf("%s%.2f", x.Sign, x.Value)
		}
		if x.AtLeast {
			sign = "≥"
		}
		if x.Aim > 0 {
			aim = fmt.Sprintf("%.2f", x.Aim)
		}
		fmt.Fprintf(b, "| %s | %s | %s %.2f | %s | %s |\n", x.Name, value, sign, x.Limit, aim, x.Held())
	}
	b.WriteByte('\n')
}

func (r *Record) commands(b *strings.Builder) {
	fmt.Fprintf(b, "| command | CPU s | wall s | most resident | most anonymous |\n|---|---:|---:|---:|---:|\n")
	var notes []string
	for _, f := range r.Commands {
		if f.Absent != "" {
			fmt.Fprintf(b, "| %s | not measured | | | |\n", f.Name)
			notes = append(notes, fmt.Sprintf("%s was not measured: %s.", f.Name, f.Absent))
			continue
		}
		sign := ""
		if f.Bound != "" {
			sign = ">"
			notes = append(notes, fmt.Sprintf("%s: a lower bound, %s.", f.Name, f.Bound))
		}
		u := f.Median
		fmt.Fprintf(b, "| `%s` | %s%.2f | %s%.2f | %s | %s |\n", f.Command, sign, u.CPU, sign, u.Wall, memoryText(u.Peak), memoryText(u.Anon))
	}
	b.WriteByte('\n')
	for _, n := range notes {
		fmt.Fprintf(b, "%s  \n", n)
	}
	if len(notes) > 0 {
		b.WriteByte('\n')
	}
}

func (r *Record) steps(b *strings.Builder) {
	fmt.Fprintf(b, "| step | CPU s | wall s | most resident | most anonymous | phases, CPU s | |\n|---|---:|---:|---:|---:|---|---|\n")
	for _, f := range r.Steps {
		var phases []string
		for _, p := range f.Result.Phases {
			phases = append(phases, fmt.Sprintf("%s %.2f", p.Name, p.CPU))
		}
		u := f.Median
		fmt.Fprintf(b, "| %s | %.2f | %.2f | %s | %s | %s | %s |\n", f.Name, u.CPU, u.Wall, memoryText(u.Peak), memoryText(u.Anon),
			strings.Join(phases, ", "), f.Result.remark(f.Name))
	}
}

// remark is what else is worth knowing of a step.
func (r *Result) remark(step string) string {
	switch step {
	case StepOpen:
		return ""
	case StepLocate, StepSurvey:
		return fmt.Sprintf("%d of %d in history", r.Located, r.Findings)
	case StepScanAWS, StepScanAll:
		text := fmt.Sprintf("%d findings; texts with candidates took %.2f s of all goroutines", r.Findings, r.Confirm)
		if r.First > 0 {
			text += fmt.Sprintf("; the first after %.2f s", r.First)
		}
		return text
	}
	return fmt.Sprintf("%s in windows", mb(r.Windows))
}

func mb(n int64) string { return fmt.Sprintf("%.1f MB", float64(n)/1e6) }

func memoryText(n int64) string {
	if n == 0 {
		return "not measured"
	}
	return fmt.Sprintf("%.0f MB", float64(n)/1e6)
}
