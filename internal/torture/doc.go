// Package torture holds tests of the whole program against hostile input: of a
// repository, a home, a file system and a machine that wish it ill. It runs the
// program as it is released, from outside, and looks at what it did.
//
// The tests have a short form, which go test ./... runs and which leaves out by
// name what it has no tool for, and a long one, make torture, in which a missing
// tool is a failure. The long form writes its figures into docs/reliability.md.
package torture
