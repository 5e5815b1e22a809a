// Package audit says whether a repository may be published.
//
// A [Watch] looks at everything that a scan reads, for what gives away more than
// its authors want although it is no secret: their addresses, the names of
// internal hosts, AWS accounts, pointers to private places, files that nobody
// can review. [Judge] puts that and the findings of the scan into one verdict,
// and tells for each key what to do, in order.
//
// It knows no machine: which of the found keys this one uses it is told, in the
// findings.
package audit
