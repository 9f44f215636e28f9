package intake

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"sourcier/internal/store"
)

// table names the structures from one number to another.
func table(from, to int, name string) (rows string) {
	for n := from; n < to; n++ {
		rows += fmt.Sprintf("%s;%s %d\n", fictionalSIRET(n), name, n)
	}
	return rows
}

const tableHead = "siret;nom\n"

// once reading reaches a number of rows, a multiple of 64, do is called, by who reads.
func onceReading(imp *Importer, reached int64, do func()) RunOptions {
	clock := noon
	imp.opts.Now = func() time.Time { clock = clock.Add(progressEvery); return clock }
	return RunOptions{Progress: func(p Progress) {
		if p.Rows == reached {
			do()
		}
	}}
}

func await(t *testing.T, read chan struct{}) {
	t.Helper()
	select {
	case <-read:
	case <-time.After(10 * time.Second):
		t.Error("nothing is read while the store takes a batch")
	}
}

// told adds up what became of records.
func told(c Counts) int64 { return c.Created + c.Updated + c.Unchanged + c.Joined + c.leftOut() }

// TestReadMeanwhile has the store wait for the rows of the second batch to be read
// before it takes the first. What a batch has made is found by the next one, and not
// looked for before it is there.
func TestReadMeanwhile(t *testing.T) {
	db, structures := mustFaulty(t)
	imp := newImporter(t, structures)
	imp.batchSize = 64
	read := make(chan struct{})
	opts := onceReading(imp, 128, func() { close(read) })
	var putting atomic.Bool
	db.before = func(int, []store.Envelope) error {
		putting.Store(true)
		await(t, read)
		return nil
	}
	db.after = func() { putting.Store(false) }
	db.looking = func() {
		if putting.Load() {
			t.Error("a batch is looked up before the one before it is in the store")
		}
	}
	r := mustRun(t, imp, opts, write(t, "a.csv", tableHead+table(0, 64, "Atelier")+table(0, 64, "Autrement")+table(64, 128, "Atelier")))
	if c := r.Total(); c.Created != 128 || c.Updated != 64 || c.Read != 192 || told(c) != c.Read {
		t.Errorf("%s", r.Explain())
	}
	if s := bySIRET(t, structures, fictionalSIRET(63)); s.Value.Name != "Autrement 63" || s.Version != 2 {
		t.Errorf("stored %+v", s)
	}
}

// TestDrained ends a run in several ways while the store takes a batch: what is told
// is what the store holds at the end of the run.
func TestDrained(t *testing.T) {
	const size = 300 // above the 256 rows after which who reads looks at the context
	for name, c := range map[string]struct {
		put     func(*store.Structures, []store.Envelope) error // before the store takes the first batch
		stopped bool                                            // by who runs the command, meanwhile
		rejects bool                                            // cannot be written, which is known before the second batch
		want    error
		created int64
	}{
		"stopped":                   {stopped: true, want: context.Canceled, created: size},
		"stopped on a full disk":    {stopped: true, want: context.Canceled, put: fullDisk},
		"full disk":                 {want: store.ErrFull, put: fullDisk},
		"rejects":                   {rejects: true, want: syscall.ENOTDIR, created: size},
		"rejects and a full disk":   {rejects: true, want: store.ErrFull, put: fullDisk},
		"stopped, one is not taken": {stopped: true, want: context.Canceled, created: size - 1, put: insertFirst},
	} {
		t.Run(name, func(t *testing.T) {
			db, structures := mustFaulty(t)
			imp := newImporter(t, structures)
			imp.batchSize = size
			ctx, cancel := context.WithCancel(t.Context())
			defer cancel()
			read := make(chan struct{})
			opts := onceReading(imp, 320, func() {
				if c.stopped {
					cancel()
				}
				close(read)
			})
			opts.RejectsDir = t.TempDir()
			rows := table(0, 400, "Atelier")
			if c.rejects {
				opts.RejectsDir = filepath.Join(write(t, "file", ""), "folder")
				rows += "12;Sans numéro\n"
			} else {
				rows += table(400, 2*size, "Atelier")
			}
			inTheWay := 0
			db.before = func(n int, batch []store.Envelope) error {
				if n > 1 {
					t.Error("another batch is begun")
				}
				await(t, read)
				time.Sleep(50 * time.Millisecond) // for a run that does not wait to end before
				if c.put == nil {
					return nil
				}
				err := c.put(structures, batch)
				if err == nil {
					inTheWay++
				}
				return err
			}
			r, err := imp.Run(ctx, []string{write(t, "a.csv", tableHead+rows)}, opts)
			if !errors.Is(err, c.want) {
				t.Errorf("error %v, want %v", err, c.want)
			}
			if stored := len(content(t, structures)) - inTheWay; r.Total().Created != c.created || stored != int(c.created) || !r.Stopped {
				t.Errorf("%d stored, want %d\n%s", stored, c.created, r.Explain())
			}
		})
	}
}

func fullDisk(*store.Structures, []store.Envelope) error {
	return fmt.Errorf("put: %w", store.ErrFull)
}

// insertFirst makes the first structure of a batch before the batch does.
func insertFirst(structures *store.Structures, batch []store.Envelope) error {
	doc, err := structures.Decode(batch[0])
	if err == nil {
		_, err = structures.Insert(context.Background(), doc.Value, store.Change{Actor: "someone"})
	}
	return err
}
