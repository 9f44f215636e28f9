package programme_test

import (
	"errors"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"sourcier/internal/account"
	"sourcier/internal/buyer"
	"sourcier/internal/directory"
	"sourcier/internal/message"
	"sourcier/internal/programme"
	"sourcier/internal/registration"
	"sourcier/internal/sourcing"
	"sourcier/internal/store"
	"sourcier/internal/structure"
)

// market is a world with structures that follow the forward programme.
type market struct {
	*world
	*testing.T
	sheets *directory.Service
	buys   buyer.Member
}

func newMarket(t *testing.T, w *world) *market {
	t.Helper()
	sheets, err := directory.Open(t.Context(), w.db, w.People, w.now)
	if err != nil {
		t.Fatal(err)
	}
	w.Sheets = sheets
	return &market{w, t, sheets, w.member(t, w.town(t, "Mairie"), account.Buyer)}
}

// sheet makes a structure of Vitry that cleans there, its organisation and a member.
func (m *market) sheet(name string) (string, buyer.Member) {
	m.Helper()
	o := account.Organisation{ID: account.NewID(), Kind: account.KindOwner, Name: name, CreatedAt: noon, ConfirmedAt: noon}
	_, err := m.People.Organisations.Insert(m.Context(), o, store.Change{})
	m.must(err)
	who := m.member(m.T, o.ID, account.Structure)
	who.Kind = account.KindOwner
	id := structure.NewID("forward:" + name)
	v := structure.Structure{ID: id, Name: name, Address: structure.Address{Commune: "94081"}, Activities: []structure.Activity{{Sectors: []string{"nettoyage-locaux"}, Zone: structure.Zone{Territories: []string{"94081"}}}}}
	_, err = m.sheets.Structures.Insert(m.Context(), v, store.Change{})
	m.must(err)
	r := registration.New(id, "", "", name, noon)
	_, err = r.Ask(o.ID, who.Person, noon)
	m.must(err)
	m.must(r.Grant(o.ID, registration.ProofMail, noon))
	_, err = m.sheets.Registrations.Insert(m.Context(), r, store.Change{})
	m.must(err)
	return id, who
}

func (m *market) must(err error) {
	m.Helper()
	if err != nil {
		m.Fatal(err)
	}
}

// programmed makes a purchase that may be published, and what would be.
func (m *market) programmed() (string, sourcing.Ahead) {
	m.Helper()
	p := cleaning()
	p.Lots[0].Sectors, p.Lots[1].Sectors, p.Places = []string{"nettoyage-locaux"}, []string{"nettoyage-vitres"}, []string{"94081"}
	m.must(m.Create(m.Context(), m.buys, p))
	m.must(m.Move(m.Context(), m.buys, p.ID, sourcing.Programmed, ""))
	return p.ID, m.Draft(&p)
}

func (m *market) publish() string {
	m.Helper()
	id, a := m.programmed()
	m.must(m.Publish(m.Context(), m.buys, id, a, 0))
	return id
}

func (m *market) listed() (ids []string) {
	m.Helper()
	list, err := m.Announced(m.Context())
	m.must(err)
	for _, a := range list {
		ids = append(ids, a.ID)
	}
	return ids
}

func TestPublish(t *testing.T) {
	onBoth(t, func(t *testing.T, w *world) {
		m := newMarket(t, w)
		ctx := t.Context()
		id, a := m.programmed()
		if a.Band != "b4" || len(a.Lots) != 2 || !slices.Equal(a.Sectors, []string{"nettoyage-locaux", "nettoyage-vitres"}) || a.Quarter != "2027-T1" {
			t.Errorf("the draft is %+v", a)
		}
		foreign := w.member(t, w.town(t, "Autre mairie"), account.Buyer)
		if err := w.Publish(ctx, foreign, id, a, 0); !errors.Is(err, store.ErrNotFound) {
			t.Errorf("a foreign buyer publishes: %v", err)
		}
		if err := w.Retract(ctx, foreign, id); !errors.Is(err, store.ErrNotFound) {
			t.Errorf("a foreign buyer withdraws: %v", err)
		}
		errs := make([]error, 4) // the same form sent at once
		var wg sync.WaitGroup
		for i := range errs {
			wg.Go(func() { errs[i] = w.Publish(ctx, m.buys, id, a, 0) })
		}
		wg.Wait()
		m.must(errors.Join(errs...))
		d, _, err := w.Purchase(ctx, m.buys, id)
		m.must(err)
		if p := d.Value; p.State() != sourcing.Published || p.ForwardRev() != 1 || len(p.History) != 3 {
			t.Errorf("published once: %s, revision %d, %d steps", p.State(), p.ForwardRev(), len(p.History))
		}
		other := a
		other.Object = "Autre objet"
		if err := w.Publish(ctx, m.buys, id, other, 0); !errors.Is(err, sourcing.ErrStale) {
			t.Errorf("over a revision that is gone: %v", err)
		}
		m.must(w.Publish(ctx, m.buys, id, other, 1))
		if got := m.listed(); !slices.Equal(got, []string{id}) {
			t.Errorf("the list is %v", got)
		}
		for range 2 {
			m.must(w.Retract(ctx, m.buys, id))
		}
		if _, err := w.Announcement(ctx, id); !errors.Is(err, store.ErrNotFound) || len(m.listed()) != 0 {
			t.Errorf("withdrawn, it is read: %v, %v", err, m.listed())
		}
		if err := w.Publish(ctx, m.buys, id, a, 2); !errors.Is(err, sourcing.ErrStale) {
			t.Errorf("a form of before the withdrawal publishes: %v", err)
		}
		m.must(w.Publish(ctx, m.buys, id, a, 3))
		m.must(w.Move(ctx, m.buys, id, sourcing.Launched, ""))
		one, err := w.Announcement(ctx, id)
		if err != nil || one.Launched.IsZero() || len(m.listed()) != 0 {
			t.Errorf("launched: %+v, %v, listed %v", one.Launched, err, m.listed())
		}
		m.must(w.Move(ctx, m.buys, id, sourcing.Abandoned, "Sans suite"))
		if _, err := w.Announcement(ctx, id); !errors.Is(err, store.ErrNotFound) {
			t.Errorf("abandoned, it is read: %v", err)
		}
	})
}

func TestInterest(t *testing.T) {
	onBoth(t, func(t *testing.T, w *world) {
		m := newMarket(t, w)
		ctx := t.Context()
		id := m.publish()
		sheet, who := m.sheet("Atelier")
		otherSheet, other := m.sheet("Autre atelier")
		var wg sync.WaitGroup
		errs := make([]error, 4)
		for i := range errs {
			wg.Go(func() { errs[i] = w.ShowInterest(ctx, who, id, sheet) })
		}
		wg.Wait()
		m.must(errors.Join(errs...))
		list, err := w.InterestsIn(ctx, m.buys, id)
		if err != nil || len(list) != 1 || list[0].Structure != sheet || list[0].By != who.Person {
			t.Errorf("%+v, %v", list, err)
		}
		for name, err := range map[string]error{
			"a foreign sheet":              w.ShowInterest(ctx, other, id, sheet),
			"a sheet that is not there":    w.ShowInterest(ctx, who, id, "aaaaaaaaaaaaaaaa"),
			"a purchase that is not there": w.ShowInterest(ctx, who, "nulle", sheet),
			"the interest of another":      w.TakeBack(ctx, other, id, sheet),
			"an interest never shown":      w.TakeBack(ctx, other, id, otherSheet),
		} {
			if !errors.Is(err, store.ErrNotFound) {
				t.Errorf("%s: %v", name, err)
			}
		}
		if _, err := w.InterestsIn(ctx, w.member(t, w.town(t, "Autre mairie"), account.Buyer), id); !errors.Is(err, store.ErrNotFound) {
			t.Errorf("a foreign buyer sees who is interested: %v", err)
		}
		_, err = store.Update(ctx, m.sheets.Structures, otherSheet, func(v *structure.Structure) (store.Change, error) {
			v.Suspended = &structure.Suspension{At: noon, Reason: "Doute"}
			return store.Change{}, nil
		})
		m.must(err)
		var fault account.Fault
		if err := w.ShowInterest(ctx, other, id, otherSheet); !errors.As(err, &fault) {
			t.Errorf("a suspended sheet: %v", err)
		}
		for range 2 {
			m.must(w.TakeBack(ctx, who, id, sheet))
		}
		if list, err := w.InterestsIn(ctx, m.buys, id); err != nil || len(list) != 0 {
			t.Errorf("taken back: %+v, %v", list, err)
		}
		m.must(w.ShowInterest(ctx, who, id, sheet))
		m.must(w.Move(ctx, m.buys, id, sourcing.Launched, ""))
		if err := w.ShowInterest(ctx, other, id, otherSheet); !errors.As(err, &fault) {
			t.Errorf("after the launch: %v", err)
		}
		m.must(w.TakeBack(ctx, who, id, sheet))
		held, err := w.ForwardHolder().Tell(ctx, &account.Person{ID: who.Person}, 10)
		if err != nil || len(held) != 1 {
			t.Errorf("told %+v, %v", held, err)
		}
		m.must(w.ForwardHolder().Forget(ctx, &account.Person{ID: who.Person}, nil))
		if held, err := w.ForwardHolder().Tell(ctx, &account.Person{ID: who.Person}, 10); err != nil || len(held) != 0 {
			t.Errorf("forgotten, told %+v, %v", held, err)
		}
	})
}

// letters are the purchases of the mails that wait for a person, one text a mail.
func (m *market) letters(person string) (texts []string) {
	m.Helper()
	messages, err := store.OpenMessages(m.Context(), m.db)
	m.must(err)
	_, err = store.NewRelay(m.db, nil, programme.Sources...).Once(m.Context())
	m.must(err)
	docs, err := messages.FindLookup(m.Context(), store.MessagesOf(person), 100)
	m.must(err)
	for _, d := range docs {
		if d.Value.Kind == message.AheadNews {
			texts = append(texts, d.Value.Details[message.DetailAhead])
		}
	}
	return texts
}

// tomorrow is seven o'clock of the next day, at which its digests are due.
func (m *market) tomorrow() time.Time {
	m.move(24 * time.Hour)
	return directory.DueAt(m.now())
}

func TestDigestOfAnnouncements(t *testing.T) {
	onBoth(t, func(t *testing.T, w *world) {
		m := newMarket(t, w)
		ctx := t.Context()
		old := m.publish()
		w.move(time.Minute)
		sheet, who := m.sheet("Atelier")
		m.must(w.Follow(ctx, who, sourcing.Watch{Structure: sheet, Like: true}))
		chosenSheet, chooses := m.sheet("Choisit")
		m.must(w.Follow(ctx, chooses, sourcing.Watch{Structure: chosenSheet, Sectors: []string{"nettoyage-locaux"}, Places: []string{"dep:94"}}))
		elseSheet, elsewhere := m.sheet("Ailleurs")
		m.must(w.Follow(ctx, elsewhere, sourcing.Watch{Structure: elseSheet, Places: []string{"dep:77"}}))
		if err := w.Follow(ctx, who, sourcing.Watch{Structure: elseSheet, Like: true}); !errors.Is(err, store.ErrNotFound) {
			t.Errorf("a foreign sheet is followed: %v", err)
		}
		w.move(time.Minute)
		fresh, gone := m.publish(), m.publish()
		m.must(w.Retract(ctx, m.buys, gone))
		due := m.tomorrow()
		late := m.publish() // after the moment of the run: for everybody the day after
		_, err := w.TellAhead(ctx, due)
		m.must(err)
		w.move(-23 * time.Hour) // another portal, whose clock or write is late
		delayed := m.publish()
		w.move(23 * time.Hour)
		_, err = w.TellAhead(ctx, due)
		m.must(err)
		for name, person := range map[string]string{"like its sheet": who.Person, "by choice": chooses.Person} {
			got := m.letters(person)
			if len(got) != 1 || !strings.Contains(got[0], fresh) || strings.Contains(got[0], old) || strings.Contains(got[0], gone) || strings.Contains(got[0], late) {
				t.Errorf("%s: told %q", name, got)
			}
		}
		if got := m.letters(elsewhere.Person); len(got) != 0 {
			t.Errorf("who follows another territory is told %q", got)
		}
		d, _, err := w.Purchase(ctx, m.buys, fresh)
		m.must(err)
		edited := *d.Value.Forward
		edited.Object = "Nettoyage, autrement dit"
		m.must(w.Publish(ctx, m.buys, fresh, edited, 1))
		m.must(errors.Join(w.Retract(ctx, m.buys, late), w.Retract(ctx, m.buys, delayed)))
		_, err = w.TellAhead(ctx, m.tomorrow())
		m.must(err)
		if got := m.letters(who.Person); len(got) != 1 {
			t.Errorf("an edit is told again: %q", got)
		}
		m.must(w.Unfollow(ctx, who))
		m.publish()
		_, err = w.TellAhead(ctx, m.tomorrow())
		m.must(err)
		if a, b := m.letters(who.Person), m.letters(chooses.Person); len(a) != 1 || len(b) != 2 {
			t.Errorf("after one stopped: %q, %q", a, b)
		}
	})
}

// A run that is stopped between any two steps is done again: everybody who matches is
// told of the same purchases, once.
func TestDigestStopped(t *testing.T) {
	onBoth(t, func(t *testing.T, w *world) {
		m := newMarket(t, w)
		ctx := t.Context()
		var persons []string
		for _, name := range []string{"A", "B", "C"} {
			sheet, who := m.sheet(name)
			m.must(w.Follow(ctx, who, sourcing.Watch{Structure: sheet, Like: true}))
			persons = append(persons, who.Person)
		}
		w.move(time.Minute)
		id := m.publish()
		due := m.tomorrow()
		killed := errors.New("killed")
		for stop := 1; stop <= 7; stop++ {
			n := 0
			w.StopAt(func(string) error {
				if n++; n == stop {
					return killed
				}
				return nil
			})
			if _, err := w.TellAhead(ctx, due); err != nil && !errors.Is(err, killed) {
				t.Fatal(err)
			}
			m.publish() // meanwhile: must not reach some and not others
		}
		for _, person := range persons {
			if got := m.letters(person); len(got) != 1 || strings.Count(got[0], "\n") != 1 || !strings.Contains(got[0], id) {
				t.Errorf("told %q", got)
			}
		}
	})
}
