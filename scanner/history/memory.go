package history

import (
	"runtime"

	"github.com/awscred/awscred/scanner/files"
	"github.com/awscred/awscred/scanner/objects"
)

// memory is how much all buffers together may take, in bytes.
func (o *Options) memory() int64 {
	if o.Memory > 0 {
		return o.Memory
	}
	return objects.DefaultMemory
}

// store are the options of the object store: five eighths of the memory, of which
// two objects of a quarter and the delta between them need nearly all.
func (o *Options) store(root string) objects.Options {
	return objects.Options{Root: root, FollowAlternates: o.FollowAlternates, Quarantine: o.Quarantine, Memory: o.memory() / 8 * 5, MaxObjectSize: o.memory() / 4}
}

// archives is the budget for what is unpacked: a quarter of the memory. The rest
// is for what is found.
func (o *Options) archives() *files.Budget {
	jobs := o.Jobs
	if jobs <= 0 {
		jobs = runtime.GOMAXPROCS(0)
	}
	return files.NewBudget(o.memory()/4, jobs)
}

// notes is how much the notes of a sweep may take: a quarter, as archives, which are
// mostly closed by the time that the first tree is read.
func (o *Options) notes() int64 { return o.memory() / 4 }
