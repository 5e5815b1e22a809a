package history_test

import (
	"context"
	"math/rand/v2"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/awscred/awscred/scanner"
	"github.com/awscred/awscred/scanner/history"
)

// What is located from the notes of a sweep is what is located without one:
// blobs, and names of files and directories.
func TestRecall(t *testing.T) {
	for seed := range uint64(20) {
		t.Run(strconv.FormatUint(seed, 10), func(t *testing.T) {
			t.Parallel()
			g := newGit(t, "--bare")
			r := rand.New(rand.NewPCG(seed, 11))
			g.importStream(stream(r))
			switch r.IntN(3) {
			case 0:
				g.run("repack", "-adfq", "--depth=20")
			case 1:
				g.run("repack", "-aq") // loose and packed
			}
			var held []scanner.Held
			for _, ref := range look(t, g.dir, history.Options{Margin: 1}).refs {
				held = append(held, scanner.Held{Blobs: []scanner.HeldBlob{{BlobRef: ref}}})
			}
			compareRecall(t, g.dir, held)
			held = slices.DeleteFunc(held, func(scanner.Held) bool { return r.IntN(4) > 0 }) // few trees lead to few blobs
			compareRecall(t, g.dir, held)
			for _, name := range []string{"a", "sub", "f"} {
				ref := scanner.BlobRef{Field: scanner.Name, Path: name}
				held = append(held, scanner.Held{Blobs: []scanner.HeldBlob{{BlobRef: ref}}})
			}
			compareRecall(t, g.dir, held)
		})
	}
}

// Trees that lie so deep that not all rounds are made are taken for ones that lead.
func TestRecallDeep(t *testing.T) {
	g := newGit(t)
	for _, levels := range []int{3, 60, 150} {
		g.write(strings.Repeat("d/", levels)+"f", needle+strconv.Itoa(levels)+"\n")
		g.write(strings.Repeat("e/", levels)+"f", "nothing "+strconv.Itoa(levels)+"\n")
		g.commit(strconv.Itoa(levels))
	}
	g.run("repack", "-adfq")
	var held []scanner.Held
	for _, ref := range look(t, g.dir, history.Options{Margin: 1}).refs {
		if ref.Field == scanner.Content && ref.Place == "" {
			held = append(held, scanner.Held{Blobs: []scanner.HeldBlob{{BlobRef: ref}}})
		}
	}
	if len(held) < 3 {
		t.Fatalf("%d blobs", len(held))
	}
	compareRecall(t, g.dir, held)
}

// compareRecall holds that what is located from the notes is what a survey locates.
func compareRecall(t *testing.T, dir string, held []scanner.Held) {
	t.Helper()
	swept := located(t, dir, held, func(r *history.Repository) {
		if !r.Noted(held) {
			t.Error("it needs a survey")
		}
	})
	if cold := located(t, dir, held, nil); !reflect.DeepEqual(swept, cold) {
		t.Errorf("after a sweep\n%+v\nwithout\n%+v", swept, cold)
	}
}

// located locates secrets, after a sweep that finds them, which is then told of, or
// without one.
func located(t *testing.T, dir string, held []scanner.Held, swept func(*history.Repository)) []scanner.Life {
	t.Helper()
	r, err := history.Open(dir, history.Options{Margin: 1})
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	if swept != nil {
		err := r.Sweep(context.Background(), func(b *scanner.Blob) scanner.Candidates {
			finds := slices.ContainsFunc(held, func(h scanner.Held) bool {
				ref := h.Blobs[0].BlobRef
				return ref.ID == b.ID && ref.Field == b.Field && (ref.ID != "" || ref.Path == b.Path)
			})
			if finds && b.Verify != nil && b.Verify() != b.ID {
				t.Errorf("%s has another name", b.ID)
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		swept(r)
	}
	lives, err := r.Locate(context.Background(), held)
	if err != nil {
		t.Fatal(err)
	}
	return lives
}
