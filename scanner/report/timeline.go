package report

import (
	"fmt"
	"time"

	"github.com/awscred/awscred/scanner"
)

// The measures of a timeline, in units of its drawing.
const (
	timelineWidth = 1000
	barsBegin     = 22  // below the axis
	barHeight     = 24  // with the name above it
	maxLines      = 6   // of refs
	maxBars       = 200 // on all of them
	maxMarks      = 100
	maxYears      = 12
	maxRefName    = 40
)

// A timeline is the drawing of one secret's life: a bar for each stretch of a
// ref's history that had it, and a mark for each commit that brought it.
type timeline struct {
	Height int
	Label  string
	Years  []timelineYear
	Bars   []timelineBar
	Marks  []timelineMark
}

type timelineYear struct{ X, TextX, Text string }

type timelineBar struct{ X, Y, Width, Class, Text, TextY, Name string }

type timelineMark struct{ X, Text string }

// A scale is the time that all timelines of a report share.
type scale struct {
	from, to time.Time
	opts     Options
}

// scaleOf spans all times of a report, to when it was written.
func scaleOf(r *scanner.Report, opts Options) scale {
	s := scale{to: opts.Now, opts: opts}
	for _, f := range r.Findings {
		for i := range f.Occurrences {
			s.include(f.Occurrences[i].Time)
		}
		for _, iv := range f.Intervals {
			s.include(iv.FromTime)
			s.include(iv.ToTime)
		}
	}
	if s.from.IsZero() || !s.to.After(s.from) {
		s.to = s.from.Add(24 * time.Hour)
	}
	return s
}

func (s *scale) include(rfc3339 string) {
	t, err := time.Parse(time.RFC3339, rfc3339)
	if err != nil {
		return
	}
	if s.from.IsZero() || t.Before(s.from) {
		s.from = t
	}
	if t.After(s.to) {
		s.to = t
	}
}

// at is where a time stands on the scale; false if it is no time.
func (s scale) at(rfc3339 string) (x float64, ok bool) {
	t, err := time.Parse(time.RFC3339, rfc3339)
	if err != nil || s.from.IsZero() {
		return 0, false
	}
	return s.place(t), true
}

func (s scale) place(t time.Time) float64 {
	return timelineWidth * t.Sub(s.from).Seconds() / s.to.Sub(s.from).Seconds()
}

// timeline draws the life of f, or nothing if no time is known.
func (s scale) timeline(f *scanner.Finding) *timeline {
	t := &timeline{Height: barsBegin}
	lines := map[string]int{}
	for _, iv := range f.Intervals {
		at, known := lines[iv.Ref]
		if !known {
			at = len(lines)
		}
		bar, ok := s.bar(iv, at)
		if !ok || at == maxLines || len(t.Bars) == maxBars {
			continue
		}
		if known {
			bar.Name = ""
		}
		lines[iv.Ref] = at
		t.Bars = append(t.Bars, bar)
	}
	t.Height += len(lines) * barHeight
	told := map[string]bool{}
	for i := range f.Occurrences {
		oc := &f.Occurrences[i]
		x, ok := s.at(oc.Time)
		if !ok || told[oc.Time] || len(t.Marks) == maxMarks {
			continue
		}
		told[oc.Time] = true
		t.Marks = append(t.Marks, timelineMark{units(x), joinNonEmpty(" ", date(oc.Time, s.opts.Location), line(where(oc)))})
	}
	if len(t.Bars)+len(t.Marks) == 0 {
		return nil
	}
	t.Years = s.years()
	t.Label = "when the secret was there: " + joinNonEmpty(", ", count(len(t.Marks), "time")+" brought in", count(len(t.Bars), "period")+" of history")
	return t
}

// bar draws one stretch on a line, below the name of its ref.
func (s scale) bar(iv scanner.Interval, at int) (timelineBar, bool) {
	from, ok := s.at(iv.FromTime)
	if !ok {
		return timelineBar{}, false
	}
	to, ended := float64(timelineWidth), false
	if iv.To != nil {
		if to, ended = s.at(iv.ToTime); !ended {
			return timelineBar{}, false
		}
	}
	width := max(4, to-from) // commits can have any dates
	from = min(from, timelineWidth-width)
	y := barsBegin + at*barHeight
	b := timelineBar{X: units(from), Y: fmt.Sprint(y + 12), Width: units(width), Class: "bar there", Name: cut(line(refName(iv.Ref)), maxRefName), TextY: fmt.Sprint(y + 9)}
	b.Text = b.Name + ": since " + date(iv.FromTime, s.opts.Location)
	if ended {
		b.Class = "bar"
		b.Text = b.Name + ": " + date(iv.FromTime, s.opts.Location) + " to " + date(iv.ToTime, s.opts.Location)
	}
	return b, true
}

// years are the lines of the scale: each year, or each so many if there are
// many.
func (s scale) years() []timelineYear {
	first, last := s.from.Year()+1, s.to.Year()
	step := max(1, (last-first)/maxYears+1)
	var list []timelineYear
	for y := first; y <= last && y-first < step*(maxYears+1); y += step {
		x := s.place(time.Date(y, 1, 1, 0, 0, 0, 0, time.UTC))
		list = append(list, timelineYear{units(x), units(min(x+3, timelineWidth-30)), fmt.Sprint(y)})
	}
	return list
}

// units writes a number of the drawing.
func units(x float64) string { return fmt.Sprintf("%.1f", min(max(x, 0), timelineWidth)) }
