package scanner

import "time"

// A Clue is what a scan knows of a secret when it writes its finding.
type Clue struct {
	Secret []byte
	Paths  []string // where the secret stands, in the order of the occurrences
	Now    time.Time
}

// Told is what a secret says about itself. An empty field says nothing, and
// leaves the finding as its rule has it.
type Told struct {
	Title      string
	Severity   Severity
	Confidence Confidence
	KeyID      string    // of the key that made the secret, or that it belongs to
	Account    string    // twelve digits
	Expires    time.Time // until when it can be used
}

// clue gathers the paths of at most so many occurrences as a finding lists.
func clue(secret []byte, all []Occurrence, now time.Time) Clue {
	c := Clue{Secret: secret, Now: now}
	for i := range all[:min(len(all), maxOccurrences)] {
		c.Paths = append(c.Paths, all[i].Path)
	}
	return c
}

// add puts what a secret tells into its finding.
func (f *Finding) add(t Told) {
	if t.Title != "" {
		f.Title = t.Title
	}
	if t.Severity != "" {
		f.Severity = t.Severity
	}
	if t.Confidence != "" {
		f.Confidence = t.Confidence
	}
	if t.KeyID != "" {
		f.KeyID = t.KeyID
	}
	if t.Account != "" {
		f.Account, f.AccountNote = &t.Account, "decoded"
	}
	if !t.Expires.IsZero() {
		end := t.Expires.UTC().Format(time.RFC3339)
		f.Expires = &end
	}
}
