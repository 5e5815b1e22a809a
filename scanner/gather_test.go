package scanner_test

import (
	"context"
	"slices"
	"testing"

	"github.com/awscred/awscred/scanner"
)

// A forgedSource shows other content under the name of a blob before the blob.
type forgedSource struct{ *source }

func (s forgedSource) Sweep(_ context.Context, visit scanner.Visitor) error {
	for _, b := range [][2]string{{"pw-decoy", "b"}, {"pw-real", "a"}, {"pw-decoy", "b"}} {
		ref := scanner.BlobRef{ID: "a", Field: scanner.Content}
		visit(&scanner.Blob{BlobRef: ref, Data: []byte(b[0]), Verify: func() string { return b[1] }})
	}
	return nil
}

// Content that stands under another's name does not hide what the other holds.
func TestForgedNameHidesNothing(t *testing.T) {
	s := forgedSource{newSource(map[string]file{"a": {}, "b": {}})}
	r, err := scanner.Scan(t.Context(), s, matcher{rules: testRules()}, options())
	if err != nil {
		t.Fatal(err)
	}
	var objects []string
	for _, f := range r.Findings {
		for _, oc := range f.Occurrences {
			objects = append(objects, oc.Object)
		}
	}
	if slices.Sort(objects); !slices.Equal(objects, []string{"a", "b"}) {
		t.Errorf("found in %q", objects)
	}
}
