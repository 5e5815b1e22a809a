// Package live is the real machine: [Machine] makes it a [resolver.Host], and
// [Carrier], [Prober] and [Identity] ask the world for what local evidence
// cannot tell. [Process] and [Rooted] make Hosts of another process and of the
// root of another system.
//
// It is the only package below resolver that touches the operating system, the
// network and the clock. What a Carrier or a Prober does goes through the Host
// all the same: its round-tripper, its runner, its files. Nothing is written,
// ever: where an SDK would renew a cached token and store it, a Carrier keeps
// the new one in memory and says so.
//
// Everything that answers is taken for hostile. Each request has a time limit,
// each answer a size limit, redirects are not followed, and no error holds a
// secret or repeats what the other side said, apart from the messages of AWS's
// own services.
package live
