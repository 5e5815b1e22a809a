// Package history reads a git repository as a source of a scan: every object,
// every ref name, reflog and other file of the git directory, the index and
// the work tree; and it finds out which commits, paths and refs hold a secret,
// when it came and when it went, and whether it was ever pushed.
//
// Object bytes come from package objects, which runs nothing and trusts no
// index. The sweep notes what trees and commits name. If a secret was found,
// package history builds from the notes, or from a second reading where they do
// not do, a graph of the commits and a forest of the trees that lead to wanted
// blobs, in which trees with equal wanted contents under equal paths are one
// node. A commit's tree is then one number, and what a commit changed is the
// difference of two nodes. Of the objects that a reported place relies on, the
// names are computed.
//
// A commit has a secret if any blob in its tree has it. A secret comes with a
// commit that has it while no parent has; it goes with a commit that has it
// not while all parents had. Commits are ordered by ancestry, then by
// committer time.
//
// Nothing in the repository is trusted: replace refs, grafts, attributes and
// its configuration hide nothing, and no file outside its top directory is read
// unless the caller allows it.
package history
