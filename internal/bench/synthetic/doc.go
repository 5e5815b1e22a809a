// Package synthetic builds git repositories of any size from a seed and texts of
// the module cache: thousands of versions of source files, made by inserting
// lines of other files, deleting, moving, renaming; with branches, merges, tags,
// and, if asked for, keys whose lives are known.
//
// [ReadCorpus] collects the texts. [Build] makes a repository like a project's
// own history. [Versions] makes one file with many versions, and [Findings] many
// keys: they show how the cost of a scan grows.
//
// The same texts, seed and sizes give the same objects everywhere; which of them
// git then stores as deltas of which others is git's decision. Keys come from
// package keytest, so they were never issued by AWS.
package synthetic
