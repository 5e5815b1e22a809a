// Package redact is the only code that can turn secret bytes, or bytes that a
// stranger wrote, into text.
//
// A [Secret] does not print, whatever formats it. [Text] and [Path] make
// untrusted text safe for one line of a terminal or a log.
package redact
