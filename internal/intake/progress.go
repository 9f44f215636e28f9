package intake

import (
	"time"

	"sourcier/internal/intake/input"
)

// Progress is how far a run is.
type Progress struct {
	File       string        // being read, "" while facts are joined
	Rows       int64         // records read or joined so far
	Bytes      int64         // worked through: of the files, and of what a join set aside
	TotalBytes int64         // grows while a join sets aside
	Rate       float64       // records a second since the start
	Remaining  time.Duration // 0 when not known
}

// progressEvery is the pace at which progress is told.
const progressEvery = 200 * time.Millisecond

// meter follows the run.
type meter struct {
	now   func() time.Time
	tell  func(Progress)
	start time.Time
	last  time.Time
	file  string
	rows  int64
	bytes input.Counter
	total int64
}

func newMeter(now func() time.Time, tell func(Progress)) *meter {
	t := now()
	return &meter{now: now, tell: tell, start: t, last: t}
}

// joined counts a record that was set aside and is read back.
func (m *meter) joined(r setAside) {
	size := 0
	for _, f := range r.fields {
		size += len(f)
	}
	m.bytes.Add(int64(size))
	m.row()
}

// row counts one record; the clock is looked at once in a while only.
func (m *meter) row() {
	m.rows++
	if m.tell == nil || m.rows&0x3f != 0 {
		return
	}
	if t := m.now(); t.Sub(m.last) >= progressEvery {
		m.last = t
		m.tell(m.progress(t))
	}
}

func (m *meter) progress(t time.Time) Progress {
	p := Progress{File: m.file, Rows: m.rows, Bytes: min(m.bytes.Total(), m.total), TotalBytes: m.total}
	elapsed := t.Sub(m.start)
	if elapsed > 0 {
		p.Rate = float64(m.rows) / elapsed.Seconds()
	}
	if p.Bytes > 0 {
		p.Remaining = time.Duration(float64(elapsed) * float64(p.TotalBytes-p.Bytes) / float64(p.Bytes))
	}
	return p
}

// finish tells the end.
func (m *meter) finish() {
	if m.tell != nil {
		m.tell(m.progress(m.now()))
	}
}
