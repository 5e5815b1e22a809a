// Package scanner is the model of a scan: what is read (a [Source] of [Blob]s),
// what is looked for ([Rule]s, run by a [Matcher]), what was found ([Finding]s)
// and what could not be looked at ([Coverage]).
//
// [Scan] does three things, each only for what the one before left:
//
//  1. sweep: the source hands over every piece of content once, wherever it
//     stands, and the matcher decides on the whole of it;
//  2. gather: matches are paired (a key id with its secret) and joined, so that
//     one secret is one finding however often it occurs;
//  3. locate: only for blobs that hold a secret the source is asked which
//     commits, paths and refs hold them, and when the secret came and went.
//     Halves of keys that have no partner in their own text find one by their
//     places, and are located together.
//
// A matcher knows no files, a source knows no rules, and a report knows
// neither: a git object, a file, a member of an archive and a revision of a
// wiki page are all Blobs. The package imports nothing but the standard
// library and internal/redact; git, rules and formats are packages below it.
//
// What a scan did not read is a result, not a log line: a report without
// findings is clean only if [Coverage.Complete] says so.
package scanner
