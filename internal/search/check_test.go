package search

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"sourcier/internal/store"
	"sourcier/internal/structure"
)

// churn inserts, replaces and deletes structures until its context ends, at ids
// that lie before, among and behind those of the others. It counts the writes.
func churn(ctx context.Context, t *testing.T, structures *store.Structures, writes *atomic.Int64) {
	t.Helper()
	const lot = 26
	for n := 0; ctx.Err() == nil; n++ {
		batch := make([]store.Envelope, lot)
		for i := range batch {
			s := structure.Structure{ID: fmt.Sprintf("%c%d", 'a'+i, n), Name: "Nouvelle"}
			batch[i], _ = structures.Encode(store.Doc[structure.Structure]{Value: s}, store.Change{Actor: "test"})
		}
		_, err := structures.Raw().BulkPut(ctx, batch)
		for i := range batch {
			batch[i].Version = 1
		}
		if err == nil {
			_, err = structures.Raw().BulkPut(ctx, batch)
		}
		if err == nil {
			err = structures.Raw().Delete(ctx, batch[n%lot].ID, 2)
		}
		if err != nil && ctx.Err() == nil {
			t.Error(err)
			return
		}
		writes.Add(2*lot + 1)
	}
}

// A check that runs while structures are written, and followed, tells no
// difference that is only a matter of when it looked, and counts both sides as
// they were at one point; what is really missing it tells all the same.
func TestCheckWhileWritesGoOn(t *testing.T) {
	e := newEngine(t, 10, time.Now)
	if err := errors.Join(bulk(t.Context(), e.options.Structures, "m", 3000), e.Sync(t.Context())); err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(t.Context())
	var working sync.WaitGroup
	var writes atomic.Int64
	working.Go(func() { churn(ctx, t, e.options.Structures, &writes) })
	working.Go(func() {
		for ctx.Err() == nil {
			if err := e.Sync(ctx); err != nil && ctx.Err() == nil {
				t.Error(err)
			}
			time.Sleep(5 * time.Millisecond)
		}
	})
	for checks := 0; checks < 10 || writes.Load() < 500; checks++ {
		report, err := e.Check(t.Context())
		if err != nil || len(report.Differences) > 0 || report.Stored != report.Indexed {
			t.Fatalf("%+v, %v", report, err)
		}
	}
	e.writing.Lock()
	lose(t, e.core, "id7", "m2999")
	e.writing.Unlock()
	report, err := e.Check(t.Context())
	if err != nil || strings.Join(report.Differences, "; ") != "id7\u202f: absente de l’index; m2999\u202f: absente de l’index" || report.Stored != report.Indexed+2 {
		t.Errorf("%+v, %v", report, err)
	}
	stop()
	working.Wait()
}

// A check that is interrupted ends.
func TestCheckEndsWithItsContext(t *testing.T) {
	e := newEngine(t, 10, time.Now)
	ctx, stop := context.WithCancel(t.Context())
	stop()
	if _, err := e.Check(ctx); !errors.Is(err, context.Canceled) {
		t.Errorf("a check that nobody waits for: %v", err)
	}
}

// bulk writes n new structures in one commit, as an import does.
func bulk(ctx context.Context, structures *store.Structures, prefix string, n int) error {
	batch := make([]store.Envelope, n)
	for i := range batch {
		s := structure.Structure{ID: fmt.Sprintf("%s%d", prefix, i), Name: "Venue par lot"}
		e, err := structures.Encode(store.Doc[structure.Structure]{Value: s}, store.Change{Actor: "test"})
		if err != nil {
			return err
		}
		batch[i] = e
	}
	_, err := structures.Raw().BulkPut(ctx, batch)
	return err
}

// What an import writes shows batch by batch, and Sync ends although more comes
// than it can apply.
func TestSyncUnderAFasterWriter(t *testing.T) {
	e := newEngine(t, 10, time.Now)
	for i := range 3 {
		if err := bulk(t.Context(), e.options.Structures, fmt.Sprintf("lot%d-", i), feedPage); err != nil {
			t.Fatal(err)
		}
	}
	before := e.Generation()
	if err := e.Sync(t.Context()); err != nil || e.Generation() < before+3 {
		t.Errorf("%d generations for three batches, %v", e.Generation()-before, err)
	}
	ctx, stop := context.WithCancel(t.Context())
	var writing sync.WaitGroup
	var batches atomic.Int64
	writing.Go(func() {
		for ctx.Err() == nil && batches.Add(1) < 200 {
			if err := bulk(ctx, e.options.Structures, fmt.Sprintf("suite%d-", batches.Load()), feedPage); err != nil && ctx.Err() == nil {
				t.Error(err)
			}
		}
	})
	for batches.Load() < 3 {
		time.Sleep(time.Millisecond)
	}
	for range 3 {
		if err := e.Sync(t.Context()); err != nil {
			t.Error(err)
		}
	}
	if batches.Load() >= 200 {
		t.Error("Sync returned only once the writer had ended")
	}
	stop()
	writing.Wait()
	t.Logf("%d batches written", batches.Load())
}
