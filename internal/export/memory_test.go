package export

import (
	"context"
	"fmt"
	"runtime"
	"sync/atomic"
	"testing"

	"sourcier/internal/store"
	"sourcier/internal/structure"
)

// endless is a store of as many structures as are asked for, and remembers how
// much memory lived while they were.
type endless struct {
	of   structure.Structure
	peak *atomic.Uint64
	n    *int
}

func (e endless) GetSome(_ context.Context, ids []string) ([]store.Doc[structure.Structure], error) {
	if *e.n++; *e.n%25 == 0 {
		runtime.GC()
		var m runtime.MemStats
		runtime.ReadMemStats(&m)
		e.peak.Store(max(e.peak.Load(), m.HeapAlloc))
	}
	out := make([]store.Doc[structure.Structure], len(ids))
	for i, id := range ids {
		out[i] = store.Doc[structure.Structure]{ID: id, Value: e.of}
	}
	return out, nil
}

// TestMemory: the largest export lives in some megabytes, of which 16 are what
// excelize holds before it turns to the disk.
func TestMemory(t *testing.T) {
	if testing.Short() {
		t.Skip("writes 100,000 rows")
	}
	for name, tt := range map[string]struct {
		write func(context.Context, *Request) (*Done, error)
		most  uint64
	}{"CSV": {CSV, 8 << 20}, "XLSX": {XLSX, 64 << 20}} {
		t.Run(name, func(t *testing.T) {
			r := request(t)
			for i := range MaxRows {
				r.List.IDs = append(r.List.IDs, fmt.Sprintf("%016d", i))
			}
			r.List.Total = MaxRows
			var before runtime.MemStats
			runtime.GC()
			runtime.ReadMemStats(&before)
			e := endless{of: full(), peak: &atomic.Uint64{}, n: new(int)}
			r.Structures = e
			done, err := tt.write(t.Context(), r)
			if err != nil {
				t.Fatal(err)
			}
			defer func() { _ = done.Close() }()
			grown := int64(e.peak.Load()) - int64(before.HeapAlloc)
			if done.Rows != MaxRows || grown > int64(tt.most) {
				t.Errorf("%d rows with %d MB more alive, at most %d", done.Rows, grown>>20, tt.most>>20)
			}
			t.Logf("%d rows, %d MB written, %d MB more alive", done.Rows, done.Size>>20, grown>>20)
		})
	}
}
