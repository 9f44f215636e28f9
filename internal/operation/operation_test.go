package operation_test

import (
	"errors"
	"testing"

	"sourcier/internal/account"
	"sourcier/internal/buyer"
	"sourcier/internal/message"
	"sourcier/internal/store"
)

func TestRequestsGoToAllAtOnce(t *testing.T) {
	onBoth(t, func(t *testing.T, w *world) {
		o := w.opened(t)
		mails := w.mails(t, message.SourcingRequest)
		if len(mails) != 3 {
			t.Fatalf("%d requests", len(mails))
		}
		for _, m := range mails {
			if !m.QueuedAt.Equal(mails[0].QueuedAt) || m.Details[message.DetailText] != mails[0].Details[message.DetailText] {
				t.Errorf("%s: another time or text", m.To)
			}
		}
		r, err := w.ByLink(t.Context(), w.LinkToken(o.ID, &o.Suppliers[1]))
		if err != nil || r.Supplier.Name != "Beta" {
			t.Errorf("%v, %v", r, err)
		}
		if _, err := w.ByLink(t.Context(), "AAAAAAAAAAAAAAAAAAAAAAAAAA"); !errors.Is(err, store.ErrNotFound) {
			t.Errorf("a link of nobody: %v", err)
		}
		foreign := buyer.Member{Person: w.lead.Person, Organisation: account.NewID(), Kind: account.KindPublic, Role: account.Buyer}
		if _, err := w.Operation(t.Context(), foreign, o.ID); !errors.Is(err, store.ErrNotFound) {
			t.Errorf("another organisation reads it: %v", err)
		}
	})
}
