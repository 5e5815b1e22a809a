// Package bench measures what awscred costs on a repository, step by step, and
// beside it, in the same run and in turn, what git and gitleaks cost.
//
// What counts is the CPU time, user and system, that the kernel reports for a
// process which has ended: it hardly depends on what else the machine does. Each
// figure is the median of several runs. A process that did not do all its work
// is never taken for one that did: what it cost is then a lower bound, and the
// record says so.
//
// [Step] is one step of awscred in a process of its own; [Measure] runs steps
// and contenders and returns a [Record], which prints itself as Markdown or
// JSON. Nothing here is linked into the product. docs/bench/README.md says what
// each figure means.
package bench
