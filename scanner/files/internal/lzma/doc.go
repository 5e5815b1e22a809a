// Package lzma decompresses LZMA and LZMA2, of input that is whole in memory
// and not to be trusted.
//
// It was written because the window is what a header can make a decoder
// allocate: up to four gigabytes for a dozen bytes. Here the window grows with
// what comes out, up to a limit; a header costs nothing, and content whose
// matches reach no further than the limit is read whatever its header says.
//
// Source: https://www.7-zip.org/sdk.html, DOC/lzma-specification.txt of the
// LZMA SDK; LZMA2 as xz of https://tukaani.org/xz/ writes it.
package lzma
