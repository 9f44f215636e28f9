package directory_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"sourcier/internal/account"
	"sourcier/internal/directory"
	"sourcier/internal/message"
	"sourcier/internal/registration"
	"sourcier/internal/store"
	"sourcier/internal/structure"
)

// colleague enrols a person in the organisation.
func (w *world) colleague(t *testing.T, who directory.Who, name string) string {
	t.Helper()
	p := account.Person{ID: account.NewID(), Email: account.Email(account.NewID() + "@structure.example"), Name: name, CreatedAt: noon}
	if _, err := w.People.People.Insert(t.Context(), p, store.Change{}); err != nil {
		t.Fatal(err)
	}
	_, err := store.Update(t.Context(), w.People.Organisations.Collection, who.Organisation, func(o *account.Organisation) (store.Change, error) {
		return store.Change{}, o.Enrol(p.ID, []account.Role{account.Structure}, false, noon)
	})
	if err != nil {
		t.Fatal(err)
	}
	return p.ID
}

// available publishes a sheet that says so today.
func (w *world) available(t *testing.T, who directory.Who, siret string) (id string) {
	t.Helper()
	id = w.registered(t, who, siret)
	rev, err := w.Save(t.Context(), who, id, registration.PartActivities, 0, func(s *registration.Sheet) error {
		if err := ready(s); err != nil {
			return err
		}
		s.Activities[0].Availability = structure.Availability{State: structure.Available, DeclaredOn: structure.DateOf(w.now())}
		return nil
	})
	if err == nil {
		_, err = w.Publish(t.Context(), who, id, rev)
	}
	if err != nil {
		t.Fatal(err)
	}
	return id
}

// mails are the ids of the messages that a registration has yet to send.
func (w *world) mails(t *testing.T, id string) (ids []string) {
	t.Helper()
	raw, err := w.db.Collection(t.Context(), store.RegistrationCollection)
	if err != nil {
		t.Fatal(err)
	}
	d, err := raw.Get(t.Context(), id)
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range d.Pending {
		if p.Effect.To == store.MessageCollection {
			ids = append(ids, p.Effect.ID)
		}
	}
	return ids
}

// Two portals look for what lapses at once, and again the next day: each member is
// told once.
func TestOwnersAreToldOnce(t *testing.T) {
	onBoth(t, func(t *testing.T, w *world) {
		who := w.employer(t, "Les Jardins")
		w.colleague(t, who, "Yann")
		muted := w.colleague(t, who, "Zoé")
		if err := w.People.Mute(t.Context(), muted, message.AvailabilityEnding); err != nil {
			t.Fatal(err)
		}
		id := w.available(t, who, "20005801400019")
		if n, err := w.RemindAvailabilities(t.Context()); n != 0 || err != nil {
			t.Errorf("three months before: %d, %v", n, err)
		}
		w.move(85 * 24 * time.Hour)
		told := 0
		var mu sync.Mutex
		var together sync.WaitGroup
		for range 6 {
			together.Go(func() {
				n, err := w.RemindAvailabilities(t.Context())
				mu.Lock()
				defer mu.Unlock()
				if told += n; err != nil {
					t.Error(err)
				}
			})
		}
		together.Wait()
		if list := w.mails(t, id); told != 1 || len(list) != 2 {
			t.Errorf("told %d times, mails %v: want one to each of two", told, list)
		}
		w.move(24 * time.Hour)
		if n, err := w.RemindAvailabilities(t.Context()); n != 0 || err != nil {
			t.Errorf("the next day: %d, %v", n, err)
		}
	})
}

func TestRenewalByLetter(t *testing.T) {
	onBoth(t, func(t *testing.T, w *world) {
		ctx, who := t.Context(), w.employer(t, "Les Jardins")
		id := w.available(t, who, "20005801400019")
		last := structure.DateOf(noon).AddMonths(3)
		word := func(person string, day structure.Date) string {
			number := strings.ReplaceAll(string(day), "-", "")
			var n int64
			_, _ = fmt.Sscan(number, &n)
			return strings.Join([]string{id, person, number, w.People.Secret.Token(message.PurposeRenew, message.RenewObject(id, person), n)}, ".")
		}
		for _, wrong := range []string{"", "a.b.c.d", word(who.Person, last) + "A", strings.Replace(word(who.Person, last), who.Person, account.NewID(), 1), strings.Replace(word(who.Person, last), "2027", "2028", 1), strings.Repeat("a", 500)} {
			if _, ok := w.ReadRenewal(wrong); ok {
				t.Errorf("%q is believed", wrong)
			}
		}
		r, ok := w.ReadRenewal(word(who.Person, last))
		if !ok || r.ID != id || r.Day != last || r.Person != who.Person {
			t.Fatalf("%+v %v", r, ok)
		}
		other, _ := w.ReadRenewal(word(w.employer(t, "Autre").Person, last))
		if err := w.Renew(ctx, other); !errors.Is(err, store.ErrNotFound) {
			t.Errorf("somebody else: %v", err)
		}
		w.move(85 * 24 * time.Hour)
		failures, renewed := 0, 0
		var mu sync.Mutex
		var together sync.WaitGroup
		for range 5 {
			together.Go(func() {
				err := w.Renew(ctx, r)
				mu.Lock()
				defer mu.Unlock()
				switch {
				case err == nil:
					renewed++
				case errors.Is(err, registration.ErrRenewed):
					failures++
				default:
					t.Error(err)
				}
			})
		}
		together.Wait()
		own, err := w.Own(ctx, who, id)
		if err != nil {
			t.Fatal(err)
		}
		if renewed != 1 || failures != 4 || len(own.Value.Versions) != 2 {
			t.Errorf("%d renewals, %d versions", renewed, len(own.Value.Versions))
		}
		if a := own.Shown.Activities[0].Availability; a.DeclaredOn != structure.DateOf(w.now()) {
			t.Errorf("on line: %+v", a)
		}
	})
}

// Anybody may ask for a sheet that nobody holds: who only asks names no contacts, which
// would be those of whoever is granted it.
func TestWhoAsksNamesNoContacts(t *testing.T) {
	onBoth(t, func(t *testing.T, w *world) {
		ctx, id := t.Context(), w.known(t, seat)
		mine, theirs := w.person(t, "camille@esat-du-lac.fr"), w.person(t, "pirate@x.example")
		owner, pirate := w.asks(t, &mine, id), w.asks(t, &theirs, id)
		named := []registration.Contact{{Topic: registration.TopicSourcing, Name: "Pirate", Email: "pirate@x.example", Frequency: registration.Daily}}
		if err := w.SetContacts(ctx, pirate, id, 0, named); !errors.Is(err, registration.ErrNotYours) {
			t.Errorf("while it asks: %v", err)
		}
		if err := w.ProveDomain(ctx, owner, id); err != nil {
			t.Fatal(err)
		}
		if list, err := w.ContactsOf(ctx, id); err != nil || len(list) != 0 {
			t.Errorf("contacts of whoever asked: %v, %v", list, err)
		}
	})
}

// TestWhoObjectsIsNotShownAgain: no way to publish leads around the opposition list.
func TestWhoObjectsIsNotShownAgain(t *testing.T) {
	onBoth(t, func(t *testing.T, w *world) {
		ctx, who := t.Context(), w.employer(t, "Les Jardins")
		id := w.available(t, who, siret)
		own, err := w.Own(ctx, who, id)
		if err != nil {
			t.Fatal(err)
		}
		rev, err := w.Save(ctx, who, id, registration.PartPresentation, own.Rev(who.Organisation), func(s *registration.Sheet) error {
			s.Description, s.Kinds = "Autre", []registration.Declared{{Kind: structure.ESAT}}
			return nil
		})
		if err == nil {
			own, err = w.Publish(ctx, who, id, rev)
		}
		if err != nil {
			t.Fatal(err)
		}
		shown, err := w.Structures.Get(ctx, id)
		if err == nil {
			err = w.Structures.Delete(ctx, shown)
		}
		if err != nil {
			t.Fatal(err)
		}
		w.Objects = func(context.Context, string) (bool, error) { return true, nil }
		day := registration.Lapses(own.Value.Last().Sheet.Activities[0].Availability)
		for name, err := range map[string]error{
			"restored": w.Restore(ctx, who, id, 1),
			"renewed":  w.Renew(ctx, directory.Renewal{Who: who, ID: id, Day: day}),
			"accepted": w.Decide(ctx, account.Actor{Person: "root", Administrator: true}, id, own.Value.Submission.ID, registration.Accepted, ""),
		} {
			if !errors.Is(err, directory.ErrOpposed) {
				t.Errorf("%s: %v", name, err)
			}
		}
		if err := w.Decide(ctx, account.Actor{Person: "root", Administrator: true}, id, own.Value.Submission.ID, registration.Refused, "Le titulaire s’y oppose."); err != nil {
			t.Errorf("refused: %v", err)
		}
		if _, err := w.Structures.Get(ctx, id); !errors.Is(err, store.ErrNotFound) {
			t.Errorf("it is shown again: %v", err)
		}
	})
}

// A named contact is told to its person, and goes with the account: the registration,
// its keys and its history have nothing of the person.
func TestANamedContactIsErasedWithItsPerson(t *testing.T) {
	onBoth(t, func(t *testing.T, w *world) {
		ctx, who := t.Context(), w.employer(t, "Les Jardins")
		id := w.available(t, who, "20005801400019")
		zoe := account.Person{ID: account.NewID(), Email: "zoe.marchand@structure.example", Name: "Zoé Marchand", CreatedAt: noon}
		if _, err := w.People.People.Insert(ctx, zoe, store.Change{}); err != nil {
			t.Fatal(err)
		}
		err := w.SetContacts(ctx, who, id, 0, []registration.Contact{
			{Topic: registration.TopicSourcing, Name: "Zoé Marchand", Email: "Zoe.Marchand@structure.example", Phone: "0611111111", Frequency: registration.Daily},
			{Topic: registration.TopicNews, Name: "Yann Petit", Email: "yann@structure.example", Frequency: registration.Never},
		})
		if err != nil {
			t.Fatal(err)
		}
		told, err := w.People.Tell(ctx, zoe.ID, 10)
		if err != nil || len(told.More["sheet_contacts"]) != 1 {
			t.Errorf("told %v, %v", told.More, err)
		}
		if list, err := w.ContactsOf(ctx, id); err != nil || len(list) != 2 {
			t.Errorf("contacts %v, %v", list, err)
		}
		if err := w.People.Erase(ctx, zoe.ID, zoe.ID); err != nil {
			t.Fatal(err)
		}
		if _, err := w.People.FinishErasures(ctx); err != nil {
			t.Fatal(err)
		}
		raw, err := w.db.Collection(ctx, store.RegistrationCollection)
		if err != nil {
			t.Fatal(err)
		}
		d, err := raw.Get(ctx, id)
		if err != nil {
			t.Fatal(err)
		}
		left := strings.ToLower(fmt.Sprintf("%s %v %v", d.Doc, d.Keys, d.Pending))
		for _, trace := range []string{"marchand", "0611111111", message.AddressHash("zoe.marchand@structure.example")} {
			if strings.Contains(left, trace) {
				t.Errorf("%q is left", trace)
			}
		}
		if list, _ := w.ContactsOf(ctx, id); len(list) != 1 || list[0].Name != "Yann Petit" {
			t.Errorf("left %+v", list)
		}
	})
}
