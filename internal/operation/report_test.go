package operation_test

import (
	"errors"
	"strings"
	"sync"
	"testing"
	"time"

	"sourcier/internal/account"
	"sourcier/internal/buyer"
	"sourcier/internal/message"
	"sourcier/internal/operation"
	"sourcier/internal/sourcing"
	"sourcier/internal/store"
)

// inAnalysis is an operation whose answers are read.
func (w *world) inAnalysis(t *testing.T) *sourcing.Operation {
	t.Helper()
	o := w.opened(t)
	w.mails(t, message.SourcingRequest)
	w.move(15 * 24 * time.Hour)
	err := w.On(t.Context(), w.lead, o.ID, "operation.analyse", func(o *sourcing.Operation) ([]sourcing.Dispatch, error) { return nil, o.Analyse(w.lead, w.now()) })
	if err != nil {
		t.Fatal(err)
	}
	return w.read(t, o.ID)
}

func TestReportIsFrozenOnce(t *testing.T) {
	onBoth(t, func(t *testing.T, w *world) {
		ctx, early := t.Context(), w.opened(t)
		var fault account.Fault
		if err := w.Report(ctx, w.lead, early.ID, early.Rev); !errors.As(err, &fault) {
			t.Errorf("a report while answers are awaited: %v", err)
		}
		o := w.inAnalysis(t)
		if err := w.Report(ctx, w.lead, o.ID, o.Rev-1); !errors.Is(err, sourcing.ErrStale) {
			t.Errorf("over another revision: %v", err)
		}
		other := w.member(t, account.Buyer)
		if err := w.Report(ctx, other, o.ID, o.Rev); !errors.Is(err, sourcing.ErrNotInTeam) {
			t.Errorf("outside the team: %v", err)
		}
		foreign := buyer.Member{Person: w.lead.Person, Organisation: account.NewID(), Kind: account.KindPublic, Role: account.Buyer}
		if err := w.Report(ctx, foreign, o.ID, o.Rev); !errors.Is(err, store.ErrNotFound) {
			t.Errorf("of another organisation: %v", err)
		}
		var wg sync.WaitGroup
		var errs [2]error
		for i, s := range []*operation.Service{w.Service, w.portal(t, w.db)} {
			wg.Go(func() { errs[i] = s.Report(ctx, w.lead, o.ID, o.Rev) })
		}
		wg.Wait()
		if (errs[0] == nil) == (errs[1] == nil) {
			t.Errorf("of two at once: %v", errs)
		}
		o = w.read(t, o.ID)
		if len(o.Reports) != 1 || o.State() != sourcing.Reported {
			t.Fatalf("%+v", o.Reports)
		}
		_, snap, kept, err := w.Snapshot(ctx, w.lead, o.ID, 1)
		if err != nil || kept.Hash != o.Reports[0].Hash || snap.Organisation != "Ville de Test" || snap.Purchase != "Nettoyage des locaux" || len(snap.Suppliers) != 3 || len(snap.Panel.Rows) != 4 || snap.Suppliers[0].Delivery != "queued" {
			t.Errorf("%+v, %v", snap, err)
		}
		if _, hash, err := snap.Canonical(); err != nil || hash != kept.Hash {
			t.Errorf("what is read has another hash: %s, %s, %v", hash, kept.Hash, err)
		}
		if _, _, err := w.Frozen(ctx, other, o.ID, 1); !errors.Is(err, sourcing.ErrNotInTeam) {
			t.Errorf("who is not of the team reads it: %v", err)
		}
		if _, _, err := w.Frozen(ctx, w.lead, o.ID, 2); !errors.Is(err, store.ErrNotFound) {
			t.Errorf("a report that is not: %v", err)
		}
	})
}

// A snapshot that was stored and never named is let go; one that a report names stays.
func TestReportNeverNamedIsReleased(t *testing.T) {
	onBoth(t, func(t *testing.T, w *world) {
		ctx, o := t.Context(), w.inAnalysis(t)
		if _, err := w.Blobs.Put(ctx, strings.NewReader("{}"), store.BlobUpload{Owner: operation.FileOwner(o.ID), Media: "application/json", Limit: 10}); err != nil {
			t.Fatal(err)
		}
		if err := w.Report(ctx, w.lead, o.ID, o.Rev); err != nil {
			t.Fatal(err)
		}
		sweep := func(want int) {
			t.Helper()
			if n, err := w.SweepReports(ctx, store.SweepAge); n != want || err != nil {
				t.Errorf("%d released, %v; want %d", n, err, want)
			}
		}
		sweep(0) // it may still be named
		w.move(48 * time.Hour)
		sweep(1)
		sweep(0)
		if _, _, err := w.Frozen(ctx, w.lead, o.ID, 1); err != nil {
			t.Errorf("the report is gone: %v", err)
		}
	})
}
