// Package oracle compares the models of SDKs with the SDKs themselves, in
// situations that nobody thought of.
//
// [Generate] makes situations from a seed: variables, shared files, caches,
// endpoints, and slips in the syntax of files. A real SDK, the judge, and our
// model of it are put into the same one; [Answer.Differs] compares what they
// say. [Shrink] takes away what does not matter until what is left is a case for
// testdata/chain, and [Situation.Encode] writes it down. [Quirks] are the
// differences that stay, each with the reason.
//
// The judges are programs that answer one situation a line: the test binary of
// this package is that of go-v2, those of the others stand in judges. "make
// oracle" prepares and asks all of them; ORACLE_SEED, ORACLE_COUNT and
// ORACLE_SDK choose the situations and the judges. A situation leads to loopback
// only, apart from those that say so (see [Situation.Alone]).
package oracle
