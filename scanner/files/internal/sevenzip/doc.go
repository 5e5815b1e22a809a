// Package sevenzip reads the 7z format, of input that is whole in memory and not
// to be trusted.
//
// It was written because a header can make a reader allocate: for so many
// folders, streams and files as it claims, for a dictionary of four gigabytes,
// for a header that is itself compressed. Here every count is bounded by the
// bytes that are there, and every size by [Limits].
//
// A folder is what was compressed as one, often many files (a solid archive).
// Folders are read from their start to their end; there is no random access.
//
// Source: https://www.7-zip.org/sdk.html, DOC/7zFormat.txt and DOC/Methods.txt of
// the LZMA SDK.
package sevenzip
