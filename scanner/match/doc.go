// Package match runs a set of rules over bytes: bytes in, matches out. It knows
// no files and keeps no state that a caller could see.
//
// # How it searches
//
// A regular expression of a rule is hardly ever run. From its syntax the package
// derives literals of which every match holds one, at a known distance from the
// start of the match. All literals of all rules make one Aho-Corasick automaton,
// which reads the text once, case-insensitively, as four interleaved streams; if
// they are few, and the processor can look at many bytes at once, a Teddy finds them
// in its place. A literal that is found is tested by the byte before and the byte
// behind it, by a DFA of what must come before it, and then by one of the rest of the
// pattern. A DFA is built as it goes and stops at the first proof. Only what is left is
// matched exactly, by a DFA of the whole pattern with the leftmost-first semantics of
// package regexp; package regexp itself is asked for the groups of a match that has been
// found.
//
// The result is exact: for every rule the set of matches is that of
// regexp.Regexp.FindAllIndex over the whole text, if one of the rule's keywords
// stands in it. To these are added matches that FindAll steps over because an
// earlier, longer match covers their beginning.
//
// # What an edit can change
//
// Content derived from other content by an edit need not be searched whole. A
// literal is a candidate if the eight bytes before it do not rule a match out, and the
// rest of its pattern matches behind it or is not yet ruled out after 64 bytes, or as
// many as the longest keyword has. That depends on nothing farther away than a margin.
// So if no candidate stands in the base, a match in the derived content has its literal
// inside the edit, widened by the margin: [Matcher.Find] needs to read no more.
//
// # What a match is
//
// Secret group, entropy, allowlists, stopwords, required rules, the precedence
// of specific rules over generic ones and inline comments have the semantics of
// gitleaks v8.30.1 (detect/detect.go).
package match
