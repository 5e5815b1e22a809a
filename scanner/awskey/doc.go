// Package awskey knows what AWS credentials look like: the unique ids that IAM
// and STS hand out, the account number inside an access key id, the shape of
// secret access keys and session tokens, presigned URLs and the other secrets
// derived from a key, the examples of AWS's documentation, and the accounts of
// known canary services.
//
// It is pure: bytes in, facts out. It opens nothing, asks nobody, keeps no
// state, and takes the time as an argument. Whether a string that has the shape
// of a secret is one depends on what stands around it; that is for the caller.
//
// Two words are kept apart throughout. A credential id (AKIA, ASIA, ABIA, ACCA)
// names a key that can be used and revoked. An identifier (AIDA, AROA and so
// on) names a user, a role or another entity: it grants nothing.
//
// The Find functions look at the bytes they are given and nothing else, so the
// ends of the data count as boundaries. A caller that searches a window of a
// larger text must confirm each hit in the whole text.
package awskey
