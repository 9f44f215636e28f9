package programme_test

import (
	"errors"
	"sync"
	"testing"

	"sourcier/internal/account"
	"sourcier/internal/sourcing"
	"sourcier/internal/store"
)

func TestPurchase(t *testing.T) {
	onBoth(t, func(t *testing.T, w *world) {
		ctx, town := t.Context(), w.town(t, "Mairie")
		buys, sees := w.member(t, town, account.Buyer), w.member(t, town, account.Prescripteur)
		foreign := w.member(t, w.town(t, "Autre mairie"), account.Buyer)
		p := cleaning()
		if err := w.Create(ctx, sees, p); !errors.Is(err, account.ErrNotAllowed) {
			t.Fatalf("a prescripteur creates: %v", err)
		}
		for range 2 { // the same form sent twice
			if err := w.Create(ctx, buys, p); err != nil {
				t.Fatal(err)
			}
		}
		if err := w.Create(ctx, foreign, p); !errors.Is(err, store.ErrNotFound) {
			t.Errorf("an id that is another's: %v", err)
		}
		if _, _, err := w.Purchase(ctx, foreign, p.ID); !errors.Is(err, store.ErrNotFound) {
			t.Errorf("a foreign purchase is read: %v", err)
		}
		if _, _, err := w.Purchase(ctx, sees, p.ID); !errors.Is(err, store.ErrNotFound) {
			t.Errorf("a prescripteur sees another service: %v", err)
		}
		if err := w.Move(ctx, foreign, p.ID, sourcing.Programmed, ""); !errors.Is(err, store.ErrNotFound) {
			t.Errorf("a foreign purchase is moved: %v", err)
		}
		if list, _, err := w.List(ctx, buys); err != nil || len(list) != 1 || list[0].State() != sourcing.Idea {
			t.Fatalf("%+v %v", list, err)
		}
	})
}

func TestTwoWriters(t *testing.T) {
	onBoth(t, func(t *testing.T, w *world) {
		ctx := t.Context()
		buys := w.member(t, w.town(t, "Mairie"), account.Buyer)
		p := cleaning()
		if err := w.Create(ctx, buys, p); err != nil {
			t.Fatal(err)
		}
		var wg sync.WaitGroup
		errs := make([]error, 4)
		for i := range errs {
			wg.Go(func() {
				in := cleaning()
				in.Object = "Nettoyage, version " + string(rune('A'+i))
				errs[i] = w.Write(ctx, buys, p.ID, in, 1)
			})
		}
		wg.Wait()
		won := 0
		for _, err := range errs {
			switch {
			case err == nil:
				won++
			case !errors.Is(err, sourcing.ErrStale):
				t.Error(err)
			}
		}
		if won != 1 {
			t.Errorf("%d writers won over one revision", won)
		}
	})
}
