// Package files reads what is no repository: a directory, one file, standard
// input. It also looks into archives, for itself and for other sources.
//
// Nothing that is read is trusted. Symbolic links are not followed; only
// regular files are opened, without waiting for anybody; an archive is known by
// its content, never by its name, and is unpacked in memory, within limits.
// What could not be read goes to the coverage.
package files
