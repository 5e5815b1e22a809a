// Package verify asks AWS whether a key that a scan found can still be used, and
// whose it is. It is the one part of a scan that talks to anybody, and does so
// only if the user asked for it.
//
// It makes one kind of request, GetCallerIdentity of STS, which needs no
// permission and changes nothing
// (https://docs.aws.amazon.com/STS/latest/APIReference/API_GetCallerIdentity.html).
// The owner of the key sees it in CloudTrail.
//
// Where a request goes is a constant of this package: one host of STS for each
// partition of AWS. No variable, no configuration file and nothing that was
// scanned can change it; no proxy is used and no redirect followed. A secret key
// is not sent, only a signature made with it; a session token is sent, which is
// why the host must not be anybody's choice.
//
// Keys of known canary accounts and documented examples are never asked about.
package verify
