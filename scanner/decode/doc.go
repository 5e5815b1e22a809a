// Package decode takes encodings off: it finds the stretches of a text that are
// in base64, hexadecimal, percent or backslash escapes, HTML entities or
// quoted-printable, compressed or not, and gives the text as it reads without
// them. It is pure: bytes in, bytes out.
//
// # Runs and texts
//
// A run is a longest stretch in one encoding: a token of base64 or hexadecimal
// digits, a base64 text over several lines, or one escape. What is decoded
// replaces its run where it stands, among some bytes of what is around it,
// because a rule wants context: the name before an encoded value, the rest of a
// key of which one letter is escaped. The result is a [Text]. Runs near each
// other share one, so that an id and a secret which are two values of a
// Kubernetes Secret are neighbours in the Text as well. A Text is searched for
// runs again, but only where something was decoded, up to a depth.
//
// Every text that gitleaks v8.30.1 decodes (detect/codec) is decoded here, with
// these differences: an escape that gives no printable character does not keep
// its neighbours from being decoded, base64 may lack its padding, mix its two
// alphabets, or hold UTF-8, UTF-16 and compressed text, and runs of different
// encodings that do not touch are decoded in one step.
//
// # What an edit can change
//
// A run depends on nothing but the bytes of itself and of [Reach] bytes around
// it; one of lines of equal length is all of these. A Text depends on nothing but
// its runs and their context. So for content that
// was derived from other content by an edit, [Decoder.Texts] can be asked for the
// spans that are new: it gives the Texts with all runs that touch a span or have
// it in their context, grown to the ends of the runs.
//
// # Cost
//
// Text without encodings is passed over at more than a gigabyte a second: 64 bytes
// at a time are asked where a token of 16 begins (where the processor cannot, eight
// at every ninth, since a token covers one of these), and a token is rejected by the
// first few bytes it decodes to. In the worst case the time is linear in the input
// and in what decompression is allowed to add.
package decode
