package intake

import (
	"runtime"
	"runtime/debug"
	"testing"
	"time"
)

// BenchmarkSireneSift reads a stock of which one row in a thousand is kept.
func BenchmarkSireneSift(b *testing.B) {
	const rows = 500_000
	etab, units := sireneStock(b, sireneSize{rows: rows, keep: 1000})
	b.ResetTimer()
	for range b.N {
		imp := newImporter(b, mustStore(b))
		mustRun(b, imp, RunOptions{}, etab, units)
	}
	b.ReportMetric(float64(rows*b.N)/b.Elapsed().Seconds(), "rows/s")
}

// BenchmarkSireneKeep stores every row.
func BenchmarkSireneKeep(b *testing.B) {
	const rows = 20_000
	etab, units := sireneStock(b, sireneSize{rows: rows, keep: 1})
	b.ResetTimer()
	for range b.N {
		mustRun(b, newImporter(b, mustStore(b)), RunOptions{}, etab, units)
	}
	b.ReportMetric(float64(rows*b.N)/b.Elapsed().Seconds(), "rows/s")
}

// BenchmarkGeneric stores every row of a table in our own format.
func BenchmarkGeneric(b *testing.B) {
	const rows = 20_000
	file := genericFile(b, rows)
	b.ResetTimer()
	for range b.N {
		mustRun(b, newImporter(b, mustStore(b)), RunOptions{}, file)
	}
	b.ReportMetric(float64(rows*b.N)/b.Elapsed().Seconds(), "rows/s")
}

// BenchmarkGenericAgain reads a file whose structures are all known.
func BenchmarkGenericAgain(b *testing.B) {
	const rows = 20_000
	file := genericFile(b, rows)
	structures := mustStore(b)
	mustRun(b, newImporter(b, structures), RunOptions{}, file)
	b.ResetTimer()
	for range b.N {
		mustRun(b, newImporter(b, structures), RunOptions{}, file)
	}
	b.ReportMetric(float64(rows*b.N)/b.Elapsed().Seconds(), "rows/s")
}

// TestMemoryDoesNotGrow reads 10,000 and then 1,000,000 rows of the Sirene
// stock: a hundred times the lines may not need much more memory.
func TestMemoryDoesNotGrow(t *testing.T) {
	if testing.Short() {
		t.Skip("generates 150 MB")
	}
	defer debug.SetGCPercent(debug.SetGCPercent(20))
	small := peak(t, sireneSize{rows: 10_000, keep: 100})
	large := peak(t, sireneSize{rows: 1_000_000, keep: 100})
	t.Logf("peak heap: %d MB for 10,000 rows, %d MB for 1,000,000", small>>20, large>>20)
	const allowed = 32 << 20
	if large > small+allowed {
		t.Errorf("peak heap grew from %d MB to %d MB", small>>20, large>>20)
	}
}

// peak is the largest heap seen while a stock is read.
func peak(t *testing.T, size sireneSize) (most uint64) {
	t.Helper()
	etab, units := sireneStock(t, size)
	imp := newImporter(t, mustStore(t))
	imp.opts.Now = time.Now // progress follows the clock
	runtime.GC()
	look := func() {
		var m runtime.MemStats
		runtime.ReadMemStats(&m)
		most = max(most, m.HeapAlloc)
	}
	mustRun(t, imp, RunOptions{Progress: func(Progress) { look() }}, etab, units)
	look()
	return most
}
