package input

import (
	"io"
	"sync/atomic"
)

// Limits against decompression bombs. Deflate cannot exceed 1,032 to 1; tables
// of an official register reach about 20, those of a spreadsheet about 40.
const (
	// MaxPlain bounds what a compressed file may hold unless its format is known
	// to be larger.
	MaxPlain = 2 << 30
	// MaxRegister bounds a register such as the Sirene stock, whose files of
	// establishments hold about 12 GB.
	MaxRegister = 64 << 30
	maxRatio    = 200
	freeOfRatio = 32 << 20 // small files may be as repetitive as they like
	maxMembers  = 1000     // of an archive
	maxWorkbook = 64 << 20 // compressed: an XLSX file is indexed in memory
	maxSheets   = 1 << 30  // all the parts of a workbook, uncompressed; see also weigh.go
)

// Counter counts the bytes read from files, for progress. It is safe for
// concurrent use.
type Counter struct{ n atomic.Int64 }

// Add counts n bytes more.
func (c *Counter) Add(n int64) { c.n.Add(n) }

// Total is what was counted so far.
func (c *Counter) Total() int64 { return c.n.Load() }

// counted counts what passes.
type counted struct {
	io.Reader
	counter *Counter
}

func (c counted) Read(p []byte) (int, error) {
	n, err := c.Reader.Read(p)
	c.counter.Add(int64(n))
	return n, err
}

// limited is a decompressed stream that stops when it grows beyond reason.
type limited struct {
	src    io.Reader
	packed func() int64 // compressed bytes read so far
	max    int64
	read   int64
}

func (l *limited) Read(p []byte) (int, error) {
	n, err := l.src.Read(p)
	l.read += int64(n)
	switch {
	case l.read > l.max:
		return 0, refuse(TooLarge, nil, "le fichier décompressé dépasse %d Go", l.max>>30)
	case l.read > freeOfRatio && l.read > maxRatio*max(1, l.packed()):
		return 0, refuse(TooLarge, nil, "le fichier se décompresse à plus de %d fois sa taille : il n’est pas lu", maxRatio)
	}
	return n, err
}
