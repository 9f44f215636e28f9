package people

import (
	"context"
	"crypto/rand"
	"errors"
	"maps"
	"path/filepath"
	"testing"
	"time"

	"sourcier/internal/account"
	"sourcier/internal/message"
	"sourcier/internal/store"
	"sourcier/internal/structure"
)

// older makes an account that was last used so many months and days ago.
func (h *household) older(e account.Email, months, days int) string {
	h.Helper()
	now := h.now
	h.now = now.AddDate(0, -months, -days)
	id := h.person(e, "Personne "+string(e[:1]))
	_, err := h.Enter(h.Context(), e, Arrival{Method: account.ByLink})
	h.must(err)
	h.now = now
	return id
}

// mailOf makes a mail of so many months ago.
func (h *household) mailOf(object string, months, days int) string {
	h.Helper()
	o := h.order(message.RoleChanged, object, "bob@ville.example", h.bob)
	o.QueuedAt = h.now.AddDate(0, -months, -days)
	m, err := message.New(o)
	h.must(err)
	_, err = h.Messages.Insert(h.Context(), m, store.Change{})
	h.must(err)
	return m.ID
}

// oldHousehold has something of everything that ends.
func oldHousehold(t *testing.T, where string) *household {
	t.Helper()
	h := newHousehold(t, where)
	ctx := t.Context()
	h.Keep = Keeping{Accounts: 24, Messages: 12, Audit: 36}
	h.older("a@ville.example", 24, -29) // to be warned
	h.older("b@ville.example", 22, 0)   // not yet
	c := h.older("c@ville.example", 26, 0)
	_, err := store.Update(ctx, h.People.Collection, c, func(p *account.Person) (store.Change, error) {
		p.WarnedAt = h.now.Add(-account.WarnBefore)
		return store.Change{}, nil
	})
	h.must(err)
	d := h.older("d@ville.example", 25, 0)
	_, err = store.Update(ctx, h.People.Collection, d, func(p *account.Person) (store.Change, error) {
		p.SuspendedAt = h.now.AddDate(0, -20, 0)
		p.AskNewEmail("dd@ville.example", h.now.AddDate(0, 0, -2))
		return store.Change{}, nil
	})
	h.must(err)
	h.mailOf("kept", 12, -1)
	h.mailOf("scrubbed", 12, 1)
	h.mailOf("deleted", 36, 1)
	_, err = store.Update(ctx, h.Organisations.Collection, "agglo", func(o *account.Organisation) (store.Change, error) {
		o.Invitations[0].At, o.Invitations[2].At = h.now.Add(-account.InvitationLife), h.now.Add(-account.InvitationLife)
		return store.Change{}, nil
	})
	h.must(err)
	h.must(insertOld(ctx, h))
	_, err = h.Throttles.Insert(ctx, account.Throttle{ID: "address:old", Hits: []time.Time{h.now.Add(-time.Hour)}}, store.Change{})
	h.must(err)
	report := structure.Report{Ref: "abcdefghij", Structure: "abcdefghij234567", Reason: structure.ReportWrong, At: h.now.AddDate(-2, 0, 0)}
	report.Close(h.now.AddDate(0, -structure.ReportKeptMonths, -2), "corrigé")
	_, err = h.Reports.Insert(ctx, report, store.Change{})
	h.must(err)
	at := h.now
	h.now = at.AddDate(0, -37, 0)
	h.rename(h.bob, "Bob M.")
	h.now = at
	h.must(h.carryPending(ctx, nil))
	return h
}

// What a dry run counts is what the run then does, and a run after it does nothing.
func TestRetention(t *testing.T) {
	eachStore(t, func(t *testing.T, where string) {
		h := oldHousehold(t, where)
		ctx := t.Context()
		before := h.everything()
		dry, err := h.RetainDry(ctx)
		h.must(err)
		if after := h.everything(); len(after) != len(before) {
			t.Error("a dry run opened collections")
		} else {
			for name, docs := range before {
				for i, e := range docs {
					if e.Version != after[name][i].Version {
						t.Errorf("a dry run wrote %s/%s", name, e.ID)
					}
				}
			}
		}
		want := map[string]int{
			RetainWarned: 2, RetainErased: 1, RetainScrubbed: 1, RetainDeleted: 1, RetainAudit: 1, RetainSessions: 4,
			RetainSignIns: 1, RetainThrottles: 1, RetainInvitations: 2, RetainAddresses: 1, RetainReports: 1,
		}
		if !maps.Equal(dry.Counts, want) {
			t.Errorf("a dry run counts\n%v, want\n%v", dry.Counts, want)
		}
		run, err := h.Retain(ctx)
		if err != nil || !maps.Equal(run.Counts, dry.Counts) {
			t.Errorf("the run did %v, %v; its dry run said %v", run.Counts, err, dry.Counts)
		}
		last, ok, err := h.Retention.Last(ctx)
		if err != nil || !ok || !maps.Equal(last.Counts, run.Counts) || last.Failed {
			t.Errorf("the last run is told as %+v, %v, %v", last, ok, err)
		}
		h.must(h.carryPending(ctx, nil))
		again, err := h.Retain(ctx)
		if err != nil || len(again.Counts) != 0 {
			t.Errorf("a second run did %v, %v", again.Counts, err)
		}
		h.afterRetention()
	})
}

// insertOld makes a request to sign in that has lapsed.
func insertOld(ctx context.Context, h *household) error {
	old := account.SignIn{ID: account.NewID(), Email: "bob@ville.example", Link: account.HashToken(rand.Text()), Browser: "x", At: h.now.AddDate(0, 0, -2)}
	_, err := h.SignIns.Insert(ctx, old, store.Change{})
	return err
}

// afterRetention: who was warned has a mail, who was erased is, the others are there.
func (h *household) afterRetention() {
	h.Helper()
	ctx := h.Context()
	for e, there := range map[account.Email]bool{"a@ville.example": true, "b@ville.example": true, "c@ville.example": false, "d@ville.example": true, "bob@ville.example": true} {
		if _, err := h.People.ByEmail(ctx, e); (err == nil) != there {
			h.Errorf("%s: %v", e, err)
		}
	}
	warned := map[string]string{}
	h.must(h.eachMessage(ctx, store.MessagesAbout(message.Inactive), func(d store.Doc[message.Message]) error {
		warned[d.Value.To] = d.Value.Details[message.DetailDay]
		return nil
	}))
	if want := string(structure.DateOf(h.now.Add(account.WarnBefore))); len(warned) != 1 || warned["a@ville.example"] != want {
		h.Errorf("warned %v, want a@ville.example alone, for %s: who is suspended could not come back", warned, want)
	}
	lines := 0
	h.must(h.Audit.Export(ctx, store.AuditFilter{Collection: store.AuditCollection}, func(store.AuditLine) error {
		lines++
		return nil
	}))
	if lines != 1 {
		h.Errorf("the purge of the audit left %d lines", lines)
	}
}

// A sign-in after the warning takes it back; the next absence is told anew.
func TestASignInAfterTheWarning(t *testing.T) {
	h := newHousehold(t, filepath.Join(t.TempDir(), "sourcier.db"))
	ctx := t.Context()
	id := h.older("a@ville.example", 24, 0)
	count := func(run store.RetentionRun, err error) (warned, erased int) {
		t.Helper()
		h.must(err)
		return run.Counts[RetainWarned], run.Counts[RetainErased]
	}
	if warned, erased := count(h.Retain(ctx)); warned != 1 || erased != 0 {
		t.Fatalf("%d warned, %d erased", warned, erased)
	}
	h.now = h.now.Add(account.WarnBefore - time.Hour)
	_, err := h.Enter(ctx, "a@ville.example", Arrival{Method: account.ByLink})
	h.must(err)
	h.now = h.now.Add(2 * time.Hour)
	if warned, erased := count(h.Retain(ctx)); warned != 0 || erased != 0 {
		t.Errorf("after a sign-in %d warned, %d erased", warned, erased)
	}
	// Two years later everybody of the store is warned once more, and a second mail
	// goes to who had one.
	h.now = h.now.AddDate(2, 0, 0)
	_, _ = count(h.Retain(ctx))
	h.must(h.carryPending(ctx, nil))
	mails := 0
	h.must(h.eachMessage(ctx, store.MessagesOf(id), func(d store.Doc[message.Message]) error {
		if d.Value.Kind == message.Inactive {
			mails++
		}
		return nil
	}))
	if mails != 2 {
		t.Errorf("%d mails for two absences", mails)
	}
}

// The portal keeps its last administrator, however long the absence. Of two who are
// absent, the dry run spares the one that the run spares.
func TestTheLastAdministratorIsSpared(t *testing.T) {
	h := newHousehold(t, filepath.Join(t.TempDir(), "sourcier.db"))
	ctx := t.Context()
	h.now = h.now.AddDate(3, 0, 0)
	_, err := h.Retain(ctx) // warns everybody, both administrators included
	h.must(err)
	h.now = h.now.Add(account.WarnBefore)
	dry, err := h.RetainDry(ctx)
	h.must(err)
	run, err := h.Retain(ctx)
	if err != nil || !maps.Equal(dry.Counts, run.Counts) || run.Counts[RetainErased] != 2 || run.Counts[RetainSpared] != 1 {
		t.Errorf("did %v, %v; the dry run said %v", run.Counts, err, dry.Counts)
	}
	if _, err := h.FinishErasures(ctx); err != nil {
		t.Error(err)
	}
	o, err := h.Organisations.Get(ctx, store.Portal)
	if err != nil || len(o.Value.Members) != 1 {
		t.Errorf("the portal has %v, %v", o.Value.Members, err)
	}
}

// An account that is used at the moment at which it would be erased is not.
func TestLapseLooksAgain(t *testing.T) {
	h := newHousehold(t, filepath.Join(t.TempDir(), "sourcier.db"))
	r := &retaining{Service: h.Service, now: h.now, counts: map[string]int{}}
	if err := r.lapse(t.Context(), h.bob); !errors.Is(err, errSpared) {
		t.Errorf("erased though it is used: %v", err)
	}
	if d, err := h.People.Get(t.Context(), h.bob); err != nil || !d.Value.Active() {
		t.Errorf("%+v, %v", d.Value, err)
	}
}
