// Package profile reads the files that the AWS SDKs share, ~/.aws/config and
// ~/.aws/credentials, and keeps the file and line of everything it finds.
//
// The SDKs do not agree on the syntax: what one ignores stops another, and a
// section that one reads is invisible to the next. So [Parse] takes a
// [Dialect], which says in data how an SDK reads. What an SDK refuses is a
// [ParseError]; what it tolerates, and a person should know about, becomes a
// [Note].
//
// The package is pure: it opens no file and reads no variable. Secrets are held
// in [redact.Secret]; no error and no note quotes a line.
package profile
