package programme_test

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"

	"sourcier/internal/account"
	"sourcier/internal/programme"
	"sourcier/internal/sourcing"
	"sourcier/internal/store"
	"sourcier/internal/structure"
)

// planned makes purchases that differ in what filters ask about.
func planned() []sourcing.Purchase {
	lot := []sourcing.Lot{{ID: "l1"}}
	a := cleaning()
	b := sourcing.Purchase{ID: "b", Object: "Élagage", Service: "verts", Nature: sourcing.Services, Publication: "2026-10-01", Places: []string{"94081"}, Lots: lot, Facilitateur: "f"}
	c := sourcing.Purchase{ID: "c", Object: "Voirie", Service: "voirie", Nature: sourcing.Works, Euros: 2_000_000, Publication: "2027-02-01", Places: []string{"dep:13"}, Lots: lot}
	d := sourcing.Purchase{ID: "d", Object: "Papier", Nature: sourcing.Supplies, Euros: 39_999, Reference: "A-7", Lots: lot}
	a.ID = "a"
	return []sourcing.Purchase{a, b, c, d}
}

func TestFind(t *testing.T) {
	onBoth(t, func(t *testing.T, w *world) {
		for _, c := range []struct {
			name   string
			filter programme.Filter
			want   string
		}{
			{"everything", programme.Filter{}, "abcd"},
			{"words of the object", programme.Filter{Text: "elag"}, "b"},
			{"of a lot", programme.Filter{Text: "lot SUD"}, "a"},
			{"a reference", programme.Filter{Text: "a-7"}, "d"},
			{"a service", programme.Filter{Service: "verts"}, "b"},
			{"no service", programme.Filter{Service: programme.NoService}, "ad"},
			{"a nature", programme.Filter{Nature: sourcing.Works}, "c"},
			{"a year", programme.Filter{Period: "2027"}, "ac"},
			{"a quarter", programme.Filter{Period: "2026-T4"}, "b"},
			{"no date", programme.Filter{Period: programme.NoPeriod}, "d"},
			{"a small amount", programme.Filter{Amount: "0-40"}, "d"},
			{"no amount", programme.Filter{Amount: programme.NoAmount}, "b"},
			{"a commune", programme.Filter{Place: "94081"}, "ab"},
			{"a department that shares a commune", programme.Filter{Place: "dep:94"}, "ab"},
			{"behind its days", programme.Filter{Late: true}, "b"},
			{"one's own", programme.Filter{Facilitateur: "f"}, "b"},
			{"two at once", programme.Filter{Period: "2027", Nature: sourcing.Works}, "c"},
			{"nothing", programme.Filter{Service: "verts", Nature: sourcing.Works}, ""},
		} {
			found := w.Find(planned(), c.filter, structure.DateOf(noon))
			got := ""
			for _, p := range found.List {
				got += p.ID
			}
			if got != c.want || found.All != 4 {
				t.Errorf("%s: %q of %d, want %q", c.name, got, found.All, c.want)
			}
		}
		// A count is what the value alone in its group would find.
		found := w.Find(planned(), programme.Filter{Nature: sourcing.Works, Period: "2027"}, structure.DateOf(noon))
		for _, c := range []struct {
			d     programme.Dimension
			value string
			want  int
		}{{programme.ByNature, "services", 1}, {programme.ByNature, "travaux", 1}, {programme.ByNature, "fournitures", 0}, {programme.ByPeriod, "2027", 1}, {programme.ByPeriod, "2026-T4", 0}, {programme.ByState, "idee", 1}} {
			if got := found.Count(c.d, c.value); got != c.want {
				t.Errorf("%s %s: %d, want %d", c.d, c.value, got, c.want)
			}
		}
		if found.Euros != 2_000_000 || found.Lots != 1 {
			t.Errorf("%+v", found)
		}
		// A project of the State is listed: it is nothing that the organisation buys.
		afar := sourcing.Purchase{ID: "x", Object: "Papier de l’État", Nature: sourcing.Works, Euros: 700_000_000, Lots: []sourcing.Lot{{ID: "l1"}}, External: &sourcing.Afar{URL: "u"}}
		found = w.Find(append(planned(), afar, sourcing.Purchase{ID: "y", External: &sourcing.Afar{}}), programme.Filter{}, structure.DateOf(noon))
		if len(found.List) != 6 || found.External != 2 || found.Euros != 2_279_999 || found.Lots != 5 || found.Unsaid != 1 {
			t.Errorf("with projects of elsewhere: %d, %d of elsewhere, %d €, %d lots, %d unsaid", len(found.List), found.External, found.Euros, found.Lots, found.Unsaid)
		}
	})
}

func TestSettingsOfAProgramme(t *testing.T) {
	onBoth(t, func(t *testing.T, w *world) {
		ctx, town := t.Context(), w.town(t, "Mairie")
		buys, sees, advises := w.member(t, town, account.Buyer), w.member(t, town, account.Prescripteur), w.member(t, town, account.Facilitateur)
		foreign := w.member(t, w.town(t, "Autre mairie"), account.Prescripteur)
		must := func(err error) {
			t.Helper()
			if err != nil {
				t.Fatal(err)
			}
		}
		must(w.AddService(ctx, buys, "moyens", "Moyens généraux"))
		if err := w.AddService(ctx, sees, "x", "X"); !errors.Is(err, account.ErrNotAllowed) {
			t.Errorf("a prescripteur adds a service: %v", err)
		}
		if err := w.Enlist(ctx, buys, "moyens", foreign.Person); err == nil {
			t.Error("somebody of another organisation is of a service")
		}
		if err := w.RenameService(ctx, buys, "absent", "Y"); !errors.Is(err, store.ErrNotFound) {
			t.Errorf("a service that is not there: %v", err)
		}
		p := cleaning()
		p.Service = "absent"
		if err := w.Create(ctx, buys, p); err == nil {
			t.Error("a purchase of a service that is not there")
		}
		p.Service, p.Facilitateur = "moyens", sees.Person
		if err := w.Create(ctx, buys, p); err == nil {
			t.Error("a facilitateur who is none")
		}
		p.Facilitateur = advises.Person
		must(w.Create(ctx, buys, p))
		if _, _, err := w.Purchase(ctx, sees, p.ID); !errors.Is(err, store.ErrNotFound) {
			t.Errorf("seen before the person is of the service: %v", err)
		}
		must(w.Enlist(ctx, buys, "moyens", sees.Person))
		if list, _, err := w.List(ctx, sees); err != nil || len(list) != 1 {
			t.Errorf("the own service: %v %v", list, err)
		}
		var fault account.Fault
		if err := w.RemoveService(ctx, buys, "moyens"); !errors.As(err, &fault) || !strings.Contains(fault.Error(), "1 achats") {
			t.Errorf("a service that a purchase names goes: %v", err)
		}
		must(w.SetFigures(ctx, buys, sourcing.Figures{Threshold: 4, RenewalMonths: 6}, 2))
		if err := w.SetFigures(ctx, buys, sourcing.Figures{Threshold: 5}, 2); !errors.Is(err, sourcing.ErrStale) {
			t.Errorf("over another revision: %v", err)
		}
	})
}

func TestMoveFromAnotherState(t *testing.T) {
	onBoth(t, func(t *testing.T, w *world) {
		ctx := t.Context()
		buys := w.member(t, w.town(t, "Mairie"), account.Buyer)
		p := cleaning()
		for _, err := range []error{
			w.Create(ctx, buys, p), w.MoveFrom(ctx, buys, p.ID, sourcing.Idea, sourcing.Programmed, ""),
			w.MoveFrom(ctx, buys, p.ID, sourcing.Idea, sourcing.Programmed, ""), // the same form again
		} {
			if err != nil {
				t.Fatal(err)
			}
		}
		if err := w.MoveFrom(ctx, buys, p.ID, sourcing.Idea, sourcing.Abandoned, "x"); !errors.Is(err, sourcing.ErrStale) {
			t.Errorf("from a state that has passed: %v", err)
		}
	})
}

func TestHolder(t *testing.T) {
	onBoth(t, func(t *testing.T, w *world) {
		ctx, town := t.Context(), w.town(t, "Mairie")
		buys, sees, advises := w.member(t, town, account.Buyer), w.member(t, town, account.Prescripteur), w.member(t, town, account.Facilitateur)
		p := cleaning()
		p.Service, p.Facilitateur = "moyens", advises.Person
		for _, err := range []error{w.AddService(ctx, buys, "moyens", "Moyens généraux"), w.Enlist(ctx, buys, "moyens", sees.Person), w.Create(ctx, buys, p)} {
			if err != nil {
				t.Fatal(err)
			}
		}
		h := w.Holder()
		for person, what := range map[string]string{buys.Person: `"purchase.create"`, sees.Person: `"Moyens généraux"`, advises.Person: `"facilitateur"`} {
			who := account.Person{ID: person}
			told, err := h.Tell(ctx, &who, 10)
			text, _ := json.Marshal(told)
			if err != nil || len(told) != 1 || !strings.Contains(string(text), what) {
				t.Errorf("told %s, %v, want %s", text, err, what)
			}
			if none, err := h.Tell(ctx, &account.Person{ID: "nobody"}, 10); err != nil || len(none) != 0 {
				t.Errorf("told of nobody: %v, %v", none, err)
			}
			for range 2 { // stopped, and done again
				if err := h.Forget(ctx, &who, nil); err != nil {
					t.Fatal(err)
				}
			}
		}
		d, set, err := w.Purchase(ctx, buys, p.ID)
		if err != nil || d.Value.Facilitateur != "" || len(set.Persons()) != 0 {
			t.Errorf("still named: %+v %+v %v", d.Value, set, err)
		}
		if len(d.Value.History) != 1 || d.Value.History[0].By != buys.Person {
			t.Errorf("the history has changed: %+v", d.Value.History)
		}
		w.dropped(t, town, p.ID)
	})
}

func TestContractsHoldTheirAuthor(t *testing.T) {
	onBoth(t, func(t *testing.T, w *world) {
		ctx, town := t.Context(), w.town(t, "Mairie")
		buys := w.member(t, town, account.Buyer)
		k := sourcing.Contract{ID: account.NewID(), Object: "Gardiennage", End: "2030-06-30"}
		if err := w.CreateContract(ctx, buys, k); err != nil {
			t.Fatal(err)
		}
		h, who := w.Holder(), account.Person{ID: buys.Person}
		told, err := h.Tell(ctx, &who, 10)
		if text, _ := json.Marshal(told); err != nil || len(told) != 1 || !strings.Contains(string(text), `"contract.create"`) || !strings.Contains(string(text), k.ID) {
			t.Errorf("told %s, %v", text, err)
		}
		for range 2 { // stopped, and done again
			if err := h.Forget(ctx, &who, nil); err != nil {
				t.Fatal(err)
			}
		}
		if d, err := w.Contracts.Get(ctx, k.ID); err != nil || d.Value.CreatedBy != "" || d.Value.Object != k.Object {
			t.Errorf("%+v, %v", d.Value, err)
		}
	})
}

// dropped holds that nothing of an organisation is left, nor of what hangs on its
// purchases, and that what is another's stays.
func (w *world) dropped(t *testing.T, town, purchase string) {
	t.Helper()
	ctx := t.Context()
	other := w.town(t, "Autre mairie")
	for n, o := range []string{town, other} {
		id := []string{purchase, account.NewID()}[n]
		_, err1 := w.Dossiers.Insert(ctx, sourcing.NewDossier(o, id, "l1"), store.Change{})
		_, err2 := w.Planning.Reviews.Insert(ctx, sourcing.Review{ID: account.NewID(), Organisation: o}, store.Change{})
		_, err3 := w.Interests.Insert(ctx, sourcing.Interest{Purchase: id, Structure: "a", At: noon}, store.Change{})
		_, err4 := w.Interests.Insert(ctx, sourcing.Interest{Purchase: id, Structure: "b", At: noon, WithdrawnAt: noon}, store.Change{})
		_, err5 := w.Imports.Insert(ctx, sourcing.Import{ID: account.NewID(), Organisation: o, At: noon}, store.Change{})
		if err := errors.Join(err1, err2, err3, err4, err5); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.DropOrganisation(ctx, town); err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]store.Raw{"purchase": w.Purchases.Raw(), "dossier": w.Dossiers.Raw(), "review": w.Planning.Reviews.Raw(), "interest": w.Interests.Raw(), "import": w.Imports.Raw()} {
		want := map[string]int64{"dossier": 1, "review": 1, "interest": 2, "import": 1}[name]
		if n, err := c.Count(ctx); err != nil || n != want {
			t.Errorf("%d of %s are left, want %d, %v", n, name, want, err)
		}
	}
}
