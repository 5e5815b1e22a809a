// Package filter undoes what archivers do to data before they compress it:
// xz and 7z use the same filters.
package filter
