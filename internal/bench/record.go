package bench

import (
	"cmp"
	"slices"
)

// A Record is what one run of [Measure] found out.
type Record struct {
	Repository string  `json:"repository"` // a name, no path
	Awscred    string  `json:"awscred"`    // its version
	Date       string  `json:"date"`       // RFC 3339, the day
	Machine    Machine `json:"machine"`
	Runs       int     `json:"runs"`
	Stored     Stored  `json:"stored"`
	// Missing says what the repository lacks, in a scan's words; empty means
	// that it is whole.
	Missing  []string  `json:"missing"`
	Steps    []Figures `json:"steps"`
	Commands []Figures `json:"commands"`
	Ratios   []Ratio   `json:"ratios"`
}

// Figures are what one step or command took: of several runs, the one with the
// median CPU time, with the most memory that any took.
type Figures struct {
	Name    string    `json:"name"`
	Command string    `json:"command,omitempty"` // as typed, REPO for the repository
	Median  Usage     `json:"median"`
	CPUs    []float64 `json:"cpu_seconds_of_runs"`
	Result  *Result   `json:"result,omitempty"` // of a step
	// Bound says why the figures are only a lower bound: it did not do all the
	// work. Empty means that it did.
	Bound string `json:"lower_bound_because,omitempty"`
	// Absent says why there are no figures at all.
	Absent string `json:"not_measured_because,omitempty"`
}

// A Ratio compares the CPU seconds of two Figures.
type Ratio struct {
	Name  string  `json:"name"`
	Value float64 `json:"value"` // 0 if it was not measured
	// Limit is what must hold: at most, or, if AtLeast, at least.
	Limit   float64 `json:"limit"`
	Aim     float64 `json:"aim,omitempty"`
	AtLeast bool    `json:"at_least,omitempty"`
	// Sign is "<" or ">" if one of the two is only a lower bound.
	Sign string `json:"sign,omitempty"`
}

// Held is "yes", "no", or "not known": not measured, or only bounded.
func (r Ratio) Held() string {
	within := r.Value <= r.Limit
	if r.AtLeast {
		within = r.Value >= r.Limit
	}
	switch {
	case r.Value == 0:
		return "not known"
	case within && (r.Sign == "" || (r.Sign == ">") == r.AtLeast):
		return "yes"
	case !within && (r.Sign == "" || (r.Sign == ">") != r.AtLeast):
		return "no"
	}
	return "not known"
}

// summary makes figures of the runs of one program.
func summary(name string, runs []Usage, results []*Result) Figures {
	f := Figures{Name: name}
	if len(runs) == 0 {
		return f
	}
	order := make([]int, len(runs))
	for i := range order {
		order[i] = i
		f.CPUs = append(f.CPUs, runs[i].CPU)
	}
	slices.SortFunc(order, func(a, b int) int { return cmp.Compare(runs[a].CPU, runs[b].CPU) })
	mid := order[(len(order)-1)/2]
	f.Median = runs[mid]
	for _, u := range runs {
		f.Median.Peak, f.Median.Anon = max(f.Median.Peak, u.Peak), max(f.Median.Anon, u.Anon)
	}
	if mid < len(results) {
		f.Result = results[mid]
	}
	return f
}

// ratio compares a to b.
func ratio(r Ratio, a, b *Figures) Ratio {
	if a == nil || b == nil || a.Absent != "" || b.Absent != "" || b.Median.CPU == 0 {
		return r
	}
	r.Value = a.Median.CPU / b.Median.CPU
	switch {
	case a.Bound != "" && b.Bound != "":
		r.Value = 0
	case a.Bound != "":
		r.Sign = ">"
	case b.Bound != "":
		r.Sign = "<"
	}
	return r
}

// figures finds figures by their name.
func (r *Record) figures(name string) *Figures {
	for _, list := range [][]Figures{r.Steps, r.Commands} {
		for i := range list {
			if list[i].Name == name {
				return &list[i]
			}
		}
	}
	return nil
}

// phase is what a phase of a step took, in the run with the median of the step.
func (r *Record) phase(step, phase string) *Figures {
	f := r.figures(step)
	if f == nil || f.Result == nil {
		return f
	}
	part := *f
	part.Median.CPU = 0
	for _, p := range f.Result.Phases {
		if p.Name == phase {
			part.Median.CPU += p.CPU
		}
	}
	return &part
}

// The limits that the project holds itself to.
func (r *Record) compare() {
	cat, raw := r.figures(gitCatFile), r.figures(gitLogRaw)
	for _, x := range []struct {
		Ratio
		a, b *Figures
	}{
		{Ratio{Name: "all rules / cat-file", Limit: 1, Aim: 0.6}, r.figures(ourAll), cat},
		{Ratio{Name: "AWS rules / cat-file", Limit: 0.5, Aim: 0.35}, r.figures(ourAWS), cat},
		{Ratio{Name: "all rules, --verify-names / cat-file", Limit: 1.5}, r.figures(ourVerify), cat},
		{Ratio{Name: "gitleaks / all rules", Limit: 20, AtLeast: true}, r.figures(gitleaksName), r.figures(ourAll)},
		{Ratio{Name: "locating ten secrets in a scan / log --raw", Limit: 0.4, Aim: 0.25}, r.phase(StepLocate, phaseLocate), raw},
		{Ratio{Name: "locating ten secrets without a sweep / log --raw", Limit: 0.4, Aim: 0.25}, r.figures(StepSurvey), raw},
	} {
		r.Ratios = append(r.Ratios, ratio(x.Ratio, x.a, x.b))
	}
}
