package engine

import (
	"fmt"
	"os"
	"runtime"
	"strconv"
	"strings"
)

// Memory of a process, in bytes. RssAnon is what is its own; the rest of RSS
// are pages of files, which the kernel takes back when it needs them.
type Memory struct {
	RSS     int64 `json:"rss"`
	RssAnon int64 `json:"rss_anon"`
	Peak    int64 `json:"peak"` // of RSS
	Heap    int64 `json:"heap"` // in use by Go
}

// ReadMemory reads that of this process.
func ReadMemory() (Memory, error) {
	status, err := os.ReadFile("/proc/self/status")
	if err != nil {
		return Memory{}, err
	}
	var m Memory
	for field, into := range map[string]*int64{"VmRSS:": &m.RSS, "RssAnon:": &m.RssAnon, "VmHWM:": &m.Peak} {
		_, rest, ok := strings.Cut(string(status), field)
		if !ok {
			return m, fmt.Errorf("the kernel does not tell %s", field)
		}
		kilobytes, err := strconv.ParseInt(strings.Fields(rest)[0], 10, 64)
		if err != nil {
			return m, err
		}
		*into = kilobytes << 10
	}
	var stats runtime.MemStats
	runtime.ReadMemStats(&stats)
	m.Heap = int64(stats.HeapInuse) // #nosec G115 -- below the memory of the machine
	return m, nil
}
