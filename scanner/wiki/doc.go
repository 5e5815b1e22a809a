// Package wiki reads wikis that are no git repositories: every revision of every
// page, its title and its comment, and the files that hang on it.
//
// A [Reader] knows one form in which a wiki comes (a dump, a data directory, an
// export, an interface) and hands over one [Revision] at a time. A [Source] makes
// a [scanner.Source] of any Reader. It does what all forms have in common: equal
// texts are scanned once, a revision is compared with the one before it so that
// only what changed is searched, attached archives are opened, and the places of
// a secret are remembered without remembering the wiki.
package wiki
