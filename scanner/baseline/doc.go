// Package baseline keeps the findings that somebody has accepted, and why, and
// until when.
//
// A baseline is a JSON file with one accepted finding a line, sorted, so that
// two branches that add to it merge. A finding is named by its fingerprint and
// by nothing else: no path, commit or line goes into that, so rebase, squash
// and rename change nothing, and a pair is not accepted with its half. For
// people each line also says what it is about. It holds no secret, no author,
// no message, and of a key's id only the ends: a whole one would itself be
// found, by awscred and by others.
package baseline
