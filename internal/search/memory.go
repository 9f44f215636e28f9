package search

import (
	"os"
	"runtime/debug"
)

// servingGC is how much garbage, in percent of what lives, a process that serves
// an index lets grow. Columns are large and hold no pointers: to collect often
// costs little, and doubling them before each collection would cost a machine.
const servingGC = 20

// TuneMemory sets the collector for a process that serves an index, unless GOGC
// says otherwise.
func TuneMemory() {
	if os.Getenv("GOGC") == "" {
		debug.SetGCPercent(servingGC)
	}
}
