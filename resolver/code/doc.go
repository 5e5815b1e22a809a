// Package code reads what a program's source sets itself: static keys, a
// profile, a provider, a role, an endpoint, or a variable of the environment.
// That is the first link of every SDK's chain, and it hides all others.
//
// [Look] walks the files of a directory and hands each to the language that
// reads it. What a language finds are [Site] values: one call, with its line, the
// SDKs it concerns and what it sets. [Program.Effects] folds the sites of one
// SDK into what its chain is to be resolved with.
//
// A call counts only where the file shows the SDK, by an import or a name that
// no other library has. Comments and strings are no calls. Constants and simple
// assignments of the same file are followed; what cannot be followed is "set in
// code, value unknown", and never dropped.
//
// The source may be hostile: reads are bounded, nothing recurses as deep as the
// input does, and nothing is run. A Site holds no secret that prints.
package code
