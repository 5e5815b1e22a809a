package objects

import (
	"os"
	"sync/atomic"
	"testing"
)

// BenchmarkSweep sweeps the bare repository or git directory that
// AWSCRED_BENCH_REPO names, or else a small one of its own.
func BenchmarkSweep(b *testing.B) {
	dir := os.Getenv("AWSCRED_BENCH_REPO")
	if dir == "" {
		r := newRepo(b)
		r.commits("main", 1, 2000).git("repack", "-adfq")
		dir = r.dir
	}
	for _, c := range []struct {
		name string
		opts SweepOptions
	}{
		{"whole", SweepOptions{Jobs: 1}},
		{"windows", SweepOptions{Jobs: 1, Margin: 256}},
		{"without-trees", SweepOptions{Jobs: 1, Margin: 256, Types: []Type{TypeCommit, TypeBlob, TypeTag}}},
		{"trees", SweepOptions{Jobs: 1, Types: []Type{TypeTree}}},
		{"names", SweepOptions{Jobs: 1, VerifyNames: true}},
	} {
		b.Run(c.name, func(b *testing.B) {
			b.ReportAllocs()
			var size, fresh, objects atomic.Int64
			for b.Loop() {
				s, err := Open(dir, Options{})
				if err != nil {
					b.Fatal(err)
				}
				err = s.Sweep(b.Context(), c.opts, func(_ int, o *Object) any {
					objects.Add(1)
					size.Add(int64(len(o.Data)))
					for _, f := range o.Fresh {
						fresh.Add(int64(f.End - f.Start))
					}
					return nil
				})
				if err != nil {
					b.Fatal(err)
				}
				s.Close()
			}
			b.SetBytes(size.Load() / int64(b.N))
			b.ReportMetric(float64(objects.Load())/float64(b.N), "objects")
			b.ReportMetric(float64(fresh.Load())/float64(size.Load()), "fresh/byte")
		})
	}
}

// BenchmarkRead reads objects by name in the order of the index, which jumps
// about in the pack.
func BenchmarkRead(b *testing.B) {
	dir := os.Getenv("AWSCRED_BENCH_REPO")
	if dir == "" {
		r := newRepo(b)
		r.commits("main", 1, 2000).git("repack", "-adfq")
		dir = r.dir
	}
	s := open(b, dir, Options{})
	var ids []ID
	for id, typ := range s.All() {
		if typ == TypeTree && len(ids) < 20_000 {
			ids = append(ids, id)
		}
	}
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		if _, _, err := s.Read(ids[i%len(ids)]); err != nil {
			b.Fatal(err)
		}
	}
}
