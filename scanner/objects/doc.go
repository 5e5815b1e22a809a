// Package objects reads a git object store completely, without running git and
// without trusting the repository.
//
// # Use
//
//	store, err := objects.Open(gitDir, objects.Options{Root: top})
//	defer store.Close()
//	err = store.Sweep(ctx, objects.SweepOptions{Margin: 256}, func(worker int, o *objects.Object) any {
//		return search(o.Data, o.Fresh, o.Base, o.Copies) // what the deltas on o get as their Base
//	})
//	lost := store.Lost() // not empty: not everything could be read
//
// The calls:
//
//   - Open lists packs, loose objects and alternates.
//   - Store.Sweep shows every stored object once, in the order that costs least: a
//     base, then the deltas on it, each entry inflated once. SweepOptions.Types and
//     Only narrow it down; trees and commits alone cost a fraction.
//   - Store.Len, Has, Type, All and Ordinal answer from the indexes and inflate
//     nothing but headers. An Ordinal is a dense number for an object, to index
//     slices and bit sets with.
//   - Store.Read fetches one object by name and verifies the name.
//   - Store.Lost says what could not be read or trusted, and Notes what git ignores.
//   - ParseCommit, ParseTag and TreeEntries take objects apart without losing a byte.
//
// An object that is stored twice is shown twice, under the same ID: whoever must
// not count it twice keeps a set of Ordinals.
//
// # Windows
//
// A delta's target consists of parts copied from its base and of inserted bytes.
// With SweepOptions.Margin, Object.Fresh covers only the inserts and the seams,
// widened by the margin: a match that is not inside Fresh lies, with its context,
// inside one copied part, and was seen in the base. But then it was only seen as
// a candidate: an edit elsewhere can make real what its context ruled out. So the
// visitor returns the candidates of every object, in whatever form it likes; its
// deltas come with that as Base and with Copies, which say where in Data the
// candidates stand now, and only the whole Data decides about them.
//
// # Completeness
//
// Every entry of every pack is found by its offset in the pack. Whenever a pack
// and its index disagree – in number, in an offset, in a checksum – the pack is
// walked and named from its content. Replace refs, grafts and everything else in
// the configuration but extensions.objectFormat are ignored. What is missing,
// corrupt, over a limit, or outside the target ends up in Lost, and the sweep
// goes on.
//
// # Hostile input
//
// Nothing is allocated by a declared size before that is checked against
// Options.MaxObjectSize; buffers of all goroutines stay within Options.Memory;
// nothing recurses; cycles of deltas are found beforehand; reading a pack that
// shrinks or fails under our hands is an error, not a crash. A program that wants
// the whole process bounded sets runtime/debug.SetMemoryLimit as well.
//
// The formats are those of git's own documentation: gitformat-pack(5),
// gitformat-chunk(5), gitrepository-layout(5).
package objects
