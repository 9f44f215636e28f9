package intake

import (
	"os"
	"runtime"
	"runtime/debug"
)

// An import makes garbage faster than a portal that answers queries. It may let
// this much lie, and no more than mostGC percent of what lives.
const (
	headroom = 96 << 20 // bytes
	mostGC   = 400
)

// roomy sets the collector for an import, unless GOGC says otherwise, and gives
// what sets it back.
func roomy() (back func()) {
	if os.Getenv("GOGC") != "" {
		return func() {}
	}
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	percent := min(mostGC, headroom*100/max(m.HeapAlloc, 1))
	before := debug.SetGCPercent(int(percent)) // #nosec G115 -- bounded
	if before > int(percent) {                 // #nosec G115 -- bounded
		debug.SetGCPercent(before)
	}
	return func() { debug.SetGCPercent(before) }
}
