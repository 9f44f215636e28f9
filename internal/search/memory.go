package search

import (
	"os"
	"runtime"
	"runtime/debug"
)

// Garbage that a process that serves an index lets grow before it is collected:
// headroom, and leastGC percent of what lives at least. Columns are large and
// hold no pointers, so that to collect often costs little where they are many,
// and to double them first would cost a machine.
const (
	headroom = 24 << 20 // bytes
	leastGC  = 12
	mostGC   = 200
)

// tuneMemory sets the collector for what lives now, unless GOGC says otherwise.
func tuneMemory() {
	if os.Getenv("GOGC") != "" {
		return
	}
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	percent := headroom * 100 / max(m.HeapAlloc, 1)
	debug.SetGCPercent(int(min(max(percent, leastGC), mostGC))) // #nosec G115 -- bounded
	debug.FreeOSMemory()
}
