package directory_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"sourcier/internal/account"
	"sourcier/internal/buyer"
	"sourcier/internal/directory"
	"sourcier/internal/message"
	"sourcier/internal/people"
	"sourcier/internal/store"
	"sourcier/internal/structure"
)

// found is a search that answers what a test says.
type found struct {
	mu   sync.Mutex
	ids  map[string][]string // by query
	errs map[string]error
}

func (f *found) Find(_ context.Context, query string, limit int) ([]string, int, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	ids := f.ids[query]
	return ids[:min(limit, len(ids))], len(ids), f.errs[query]
}

func (f *found) set(query string, ids ...string) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.ids[query] = ids
}

// desk opens the desk of a world.
func (w *world) desk(t *testing.T) (*directory.Desk, *found) {
	t.Helper()
	f := &found{ids: map[string][]string{}, errs: map[string]error{}}
	d, err := directory.OpenDesk(t.Context(), w.db, directory.Desk{
		People: w.People, Structures: w.Structures, Find: f, Describe: func(v *structure.Structure) string { return v.Address.City }, Now: w.now,
	})
	if err != nil {
		t.Fatal(err)
	}
	w.People.Holders = []people.Holder{d.Holder()}
	return d, f
}

// member makes a person of the town, in a role.
func (w *world) member(t *testing.T, name string, role account.Role) buyer.Member {
	t.Helper()
	const town = "ville"
	if _, err := w.People.Organisations.Get(t.Context(), town); errors.Is(err, store.ErrNotFound) {
		_, err := w.People.Organisations.Insert(t.Context(), account.Organisation{ID: town, Kind: account.KindPublic, Name: "Ville", CreatedAt: noon, ConfirmedAt: noon}, store.Change{})
		if err != nil {
			t.Fatal(err)
		}
	}
	d, err := w.People.Ensure(t.Context(), account.Email(name+"@ville.example"), "")
	if err != nil {
		t.Fatal(err)
	}
	_, err = store.Update(t.Context(), w.People.Organisations.Collection, town, func(o *account.Organisation) (store.Change, error) {
		return store.Change{}, o.Enrol(d.ID, []account.Role{role}, true, noon)
	})
	if err != nil {
		t.Fatal(err)
	}
	return buyer.Member{Person: d.ID, Organisation: town, Kind: account.KindPublic, Role: role}
}

// structures makes some, by name, and gives their ids.
func (w *world) structures(t *testing.T, names ...string) (ids []string) {
	t.Helper()
	for _, name := range names {
		s := structure.Structure{ID: structure.NewID("rna:" + name), Name: name, Address: structure.Address{City: "Orly"}}
		if _, err := w.Structures.Insert(t.Context(), s, store.Change{}); err != nil {
			t.Fatal(err)
		}
		ids = append(ids, s.ID)
	}
	return ids
}

func TestListsOfAnOrganisation(t *testing.T) {
	onBoth(t, func(t *testing.T, w *world) {
		d, _ := w.desk(t)
		ctx, ada, ben := t.Context(), w.member(t, "ada", account.Buyer), w.member(t, "ben", account.Prescripteur)
		ids := w.structures(t, "Un", "Deux")
		for range 2 { // a form sent twice
			if err := d.CreateList(ctx, ada, "liste", "Nettoyage"); err != nil {
				t.Fatal(err)
			}
		}
		if err := d.CreateList(ctx, ben, "autre", "Autre"); !errors.Is(err, account.ErrNotAllowed) {
			t.Errorf("a prescripteur makes a list: %v", err)
		}
		if n, err := d.AddToList(ctx, ada, "liste", ids); n != 2 || err != nil {
			t.Errorf("%d added, %v", n, err)
		}
		if n, err := d.AddToList(ctx, ada, "liste", ids[:1]); n != 0 || err != nil {
			t.Errorf("again: %d added, %v", n, err)
		}
		if _, err := d.AddToList(ctx, ada, "liste", []string{"aaaaaaaaaaaaaaaa"}); !errors.Is(err, store.ErrNotFound) {
			t.Errorf("what is no structure: %v", err)
		}
		other := ada
		other.Organisation = "ailleurs"
		if _, _, err := d.List(ctx, other, "liste"); !errors.Is(err, store.ErrNotFound) {
			t.Errorf("the list of another organisation: %v", err)
		}
		if _, err := d.AddToList(ctx, other, "liste", ids); !errors.Is(err, store.ErrNotFound) {
			t.Errorf("adding to the list of another organisation: %v", err)
		}
		if err := d.WriteNote(ctx, ben, "liste", ids[0], "Bon travail.", 0); err != nil {
			t.Fatal(err)
		}
		if err := d.WriteNote(ctx, ada, "liste", ids[0], "À revoir.", 0); !errors.Is(err, buyer.ErrStale) {
			t.Errorf("a note over another that was not seen: %v", err)
		}
		if err := d.WriteNote(ctx, ben, "liste", ids[0], "Bon travail.", 0); err != nil {
			t.Errorf("the same note sent again: %v", err)
		}
		_, l, err := d.List(ctx, ben, "liste")
		if err != nil || l.Entry(ids[0]).Noted().Text != "Bon travail." || l.Entry(ids[0]).Note.By != ben.Person {
			t.Errorf("%+v, %v", l, err)
		}
		if err := d.DeleteList(ctx, ada, "liste"); err != nil {
			t.Fatal(err)
		}
		if _, _, err := d.List(ctx, ada, "liste"); !errors.Is(err, store.ErrNotFound) {
			t.Errorf("a deleted list: %v", err)
		}
		if err := d.RestoreList(ctx, ada, "liste"); err != nil {
			t.Fatal(err)
		}
		if _, l, err := d.List(ctx, ada, "liste"); err != nil || len(l.Entries) != 2 {
			t.Errorf("back with %d structures, %v", len(l.Entries), err)
		}
		deletedForGood(t, w, d, ada)
	})
}

func deletedForGood(t *testing.T, w *world, d *directory.Desk, ada buyer.Member) {
	t.Helper()
	ctx := t.Context()
	if err := d.DeleteList(ctx, ada, "liste"); err != nil {
		t.Fatal(err)
	}
	w.move(buyer.DeletedFor - time.Minute)
	if n, err := d.SweepLists(ctx); n != 0 || err != nil {
		t.Errorf("%d lists swept too early, %v", n, err)
	}
	w.move(time.Hour)
	if err := d.RestoreList(ctx, ada, "liste"); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("back after 30 days: %v", err)
	}
	if n, err := d.SweepLists(ctx); n != 1 || err != nil {
		t.Errorf("%d lists swept, %v", n, err)
	}
	if _, err := d.Lists.Get(ctx, "liste"); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("what it held: %v", err)
	}
}

// Several colleagues add at once to a list that has room for some of what they add:
// nothing is lost, nothing is beyond the bound.
func TestManyAddAtOnce(t *testing.T) {
	onBoth(t, func(t *testing.T, w *world) {
		d, _ := w.desk(t)
		ctx, ada := t.Context(), w.member(t, "ada", account.Buyer)
		if err := d.CreateList(ctx, ada, "liste", "Nettoyage"); err != nil {
			t.Fatal(err)
		}
		full := buyer.List{ID: "liste", Organisation: ada.Organisation}
		for i := range buyer.MaxEntries - 6 {
			full.Entries = append(full.Entries, buyer.Entry{Structure: fmt.Sprint("s", i), At: noon})
		}
		if _, err := d.Lists.Insert(ctx, full, store.Change{}); err != nil {
			t.Fatal(err)
		}
		ids := w.structures(t, "1", "2", "3", "4", "5", "6", "7", "8")
		var wg sync.WaitGroup
		errs := make([]error, len(ids))
		for i, id := range ids {
			wg.Go(func() { _, errs[i] = d.AddToList(ctx, ada, "liste", []string{id}) })
		}
		wg.Wait()
		var fault account.Fault
		refused := 0
		for _, err := range errs {
			if errors.As(err, &fault) {
				refused++
			} else if err != nil {
				t.Error(err)
			}
		}
		_, l, err := d.List(ctx, ada, "liste")
		if err != nil || len(l.Entries) != buyer.MaxEntries || refused != 2 {
			t.Errorf("%d structures, %d refused, %v", len(l.Entries), refused, err)
		}
		lists := make([]error, 8)
		for i := range lists { // as many lists of one name
			wg.Go(func() { lists[i] = d.CreateList(ctx, ada, fmt.Sprint("autre", i), "Espaces verts") })
		}
		wg.Wait()
		made := 0
		for _, err := range lists {
			if err == nil {
				made++
			}
		}
		if made != 1 {
			t.Errorf("%d lists of one name", made)
		}
	})
}

// dawn is when the alerts of the day after are due.
func (w *world) dawn(t *testing.T) {
	t.Helper()
	now := w.now().In(structure.Paris)
	next := time.Date(now.Year(), now.Month(), now.Day()+1, directory.AlertHour, 5, 0, 0, structure.Paris)
	w.move(next.Sub(w.now()))
}

// alerts are those that were queued, the newest last.
func (w *world) alerts(t *testing.T) []message.Message {
	t.Helper()
	if _, err := store.NewRelay(w.db, slog.New(slog.DiscardHandler), people.Sources...).Once(t.Context()); err != nil {
		t.Fatal(err)
	}
	docs, err := w.People.Messages.FindLookup(t.Context(), store.MessagesAbout(message.Alert), 100)
	if err != nil {
		t.Fatal(err)
	}
	var out []message.Message
	for _, d := range docs {
		out = append(out, d.Value)
	}
	slices.SortFunc(out, func(a, b message.Message) int { return a.QueuedAt.Compare(b.QueuedAt) })
	return out
}

func run(t *testing.T, d *directory.Desk) directory.AlertRun {
	t.Helper()
	r, err := d.RunAlerts(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func TestAlertsTellOnce(t *testing.T) {
	onBoth(t, func(t *testing.T, w *world) {
		d, f := w.desk(t)
		ctx, ada, ben := t.Context(), w.member(t, "ada", account.Buyer), w.member(t, "ben", account.Prescripteur)
		ids := w.structures(t, "Ancienne", "Nouvelle", "Autre")
		f.set("q=nettoyage", ids[0])
		f.set("q=tonte", ids[0])
		for i, q := range []string{"q=nettoyage", "q=tonte"} {
			err := d.SaveSearch(ctx, ada, directory.Saving{ID: fmt.Sprint("r", i), Name: "Recherche " + q[2:], Query: q, Shared: i == 0, Alert: true})
			if err != nil {
				t.Fatal(err)
			}
		}
		if err := d.FollowSearch(ctx, ben, "r1", true); !errors.Is(err, store.ErrNotFound) {
			t.Errorf("the search of another: %v", err)
		}
		if err := d.FollowSearch(ctx, ben, "r0", true); err != nil {
			t.Fatal(err)
		}
		w.dawn(t)
		if r := run(t, d); r.Judged != 2 || r.Digests != 0 || len(w.alerts(t)) != 0 {
			t.Errorf("nothing new: %+v", r)
		}
		f.set("q=nettoyage", ids[0], ids[1])
		f.set("q=tonte", ids[1], ids[2])
		w.dawn(t)
		if r := run(t, d); r.Digests != 2 {
			t.Errorf("%+v", r)
		}
		for range 3 { // run again, by this portal or another
			if r := run(t, d); r != (directory.AlertRun{}) {
				t.Errorf("again: %+v", r)
			}
		}
		mails := w.alerts(t)
		if len(mails) != 2 {
			t.Fatalf("%d mails", len(mails))
		}
		for _, m := range mails {
			text := fmt.Sprint(m.Details)
			if !strings.Contains(text, "Nouvelle") || strings.Contains(text, "Ancienne") || strings.Contains(text, "Autre") != (m.Person == ada.Person) || !strings.Contains(text, "Orly") {
				t.Errorf("%s: %v", m.Person, m.Details)
			}
		}
		// One that leaves and comes back is no news for 30 days.
		f.set("q=nettoyage", ids[1])
		w.dawn(t)
		run(t, d)
		f.set("q=nettoyage", ids[1], ids[0])
		w.dawn(t)
		if r := run(t, d); r.Digests != 0 || len(w.alerts(t)) != 2 {
			t.Errorf("back after a day: %+v", r)
		}
		stopped(t, w, d, f, ada, ben, ids)
	})
}

// stopped is who gets no alert any more: by the link of a search, by that of the kind,
// by leaving the organisation.
func stopped(t *testing.T, w *world, d *directory.Desk, f *found, ada, ben buyer.Member, ids []string) {
	t.Helper()
	ctx := t.Context()
	fresh := w.structures(t, "Du lendemain", "Du surlendemain")
	f.set("q=nettoyage", append(ids, fresh[0])...)
	for range 2 {
		if err := d.StopAlert(ctx, ben.Person, "r0"); err != nil {
			t.Fatal(err)
		}
	}
	w.dawn(t)
	if r := run(t, d); r.Digests != 1 {
		t.Errorf("after the alert of one was stopped: %+v", r)
	}
	if err := d.FollowSearch(ctx, ben, "r0", true); err != nil {
		t.Fatal(err)
	}
	if err := w.People.Mute(ctx, ada.Person, message.Alert); err != nil {
		t.Fatal(err)
	}
	_, err := store.Update(ctx, w.People.Organisations.Collection, "ville", func(o *account.Organisation) (store.Change, error) {
		return store.Change{}, o.Remove(account.Actor{Person: ada.Person}, ben.Person)
	})
	if err != nil {
		t.Fatal(err)
	}
	f.set("q=nettoyage", append(ids, fresh...)...)
	w.dawn(t)
	if r := run(t, d); r.Digests != 0 || len(w.alerts(t)) != 3 {
		t.Errorf("muted, and no member any more: %+v, %d mails", r, len(w.alerts(t)))
	}
}

// Killed between any two steps, a run that is run again loses nothing and tells nothing
// twice; so does one that is only run again the day after.
func TestAlertsAreCarriedOn(t *testing.T) {
	steps := []string{"computed", "noted", "judged", "told"}
	for _, step := range steps {
		for _, later := range []bool{false, true} {
			t.Run(fmt.Sprint(step, later), func(t *testing.T) {
				onBoth(t, func(t *testing.T, w *world) {
					d, f := w.desk(t)
					ada, ids := w.member(t, "ada", account.Buyer), w.structures(t, "Ancienne", "Nouvelle")
					f.set("q=a", ids[0])
					if err := d.SaveSearch(t.Context(), ada, directory.Saving{ID: "r", Name: "A", Query: "q=a", Alert: true}); err != nil {
						t.Fatal(err)
					}
					f.set("q=a", ids...)
					w.dawn(t)
					killed(t, d, step)
					if later {
						w.dawn(t)
					}
					run(t, d)
					run(t, d)
					if mails := w.alerts(t); len(mails) != 1 || !strings.Contains(fmt.Sprint(mails[0].Details), "Nouvelle") {
						t.Errorf("%d mails", len(mails))
					}
				})
			})
		}
	}
	t.Logf("figure: killed after each of %d steps, run again the same day or the day after, on both stores: one mail each", len(steps))
}

// killed runs the alerts until a step, and no further.
func killed(t *testing.T, d *directory.Desk, step string) {
	t.Helper()
	defer func() {
		if r := recover(); r != step {
			t.Fatalf("the run passed no %q: %v", step, r)
		}
		d.Passing(func(string) {})
	}()
	d.Passing(func(s string) {
		if s == step {
			panic(s)
		}
	})
	_, _ = d.RunAlerts(t.Context())
}

// Two portals at once write one digest.
func TestTwoPortalsOneDigest(t *testing.T) {
	onBoth(t, func(t *testing.T, w *world) {
		d, f := w.desk(t)
		ada, ids := w.member(t, "ada", account.Buyer), w.structures(t, "Ancienne", "Nouvelle")
		f.set("q=a", ids[0])
		for i := range 3 {
			if err := d.SaveSearch(t.Context(), ada, directory.Saving{ID: fmt.Sprint("r", i), Name: fmt.Sprint("A", i), Query: "q=a", Alert: true}); err != nil {
				t.Fatal(err)
			}
		}
		f.set("q=a", ids...)
		w.dawn(t)
		var wg sync.WaitGroup
		for range 3 {
			wg.Go(func() {
				if _, err := d.RunAlerts(t.Context()); err != nil {
					t.Error(err)
				}
			})
		}
		wg.Wait()
		if mails := w.alerts(t); len(mails) != 1 {
			t.Errorf("%d mails", len(mails))
		}
	})
}

// A search that can be read no more, or that finds too much, is told to who follows
// it, once; one that fails keeps the digests waiting for two hours, no longer.
func TestAlertsThatCannotBe(t *testing.T) {
	onBoth(t, func(t *testing.T, w *world) {
		d, f := w.desk(t)
		ada, ids := w.member(t, "ada", account.Buyer), w.structures(t, "Ancienne", "Nouvelle")
		for _, q := range []string{"q=a", "q=b"} {
			f.set(q, ids[0])
			if err := d.SaveSearch(t.Context(), ada, directory.Saving{ID: q[2:], Name: "Recherche " + q[2:], Query: q, Alert: true}); err != nil {
				t.Fatal(err)
			}
		}
		f.errs["q=a"] = directory.ErrUnreadable
		for range 2 {
			w.dawn(t)
			run(t, d)
		}
		mails := w.alerts(t)
		if len(mails) != 1 || !strings.Contains(mails[0].Details[message.DetailAlert(1)], message.AlertUnreadable) {
			t.Fatalf("%d mails", len(mails))
		}
		f.errs["q=a"] = errors.New("no index")
		f.set("q=b", ids...)
		w.dawn(t)
		if _, err := d.RunAlerts(t.Context()); err == nil || len(w.alerts(t)) != 1 {
			t.Errorf("a search failed, and the digest is written: %v", err)
		}
		w.move(2 * time.Hour)
		if r := run(t, d); r.Digests != 1 || r.Failed != 1 {
			t.Errorf("two hours later: %+v", r)
		}
		// What that search brings the same day is told the day after, with all the rest.
		f.errs["q=a"] = nil
		late := w.structures(t, "Tardive")
		f.set("q=a", ids[0], late[0])
		if r := run(t, d); r.Digests != 0 || r.Judged != 1 {
			t.Errorf("a second digest of one day: %+v", r)
		}
		w.dawn(t)
		if r, mails := run(t, d), w.alerts(t); r.Digests != 1 || len(mails) != 3 || !strings.Contains(fmt.Sprint(mails[2].Details), "Tardive") {
			t.Errorf("the day after: %+v, %d mails", r, len(mails))
		}
		many := make([]string, buyer.MaxMatches+1)
		for i := range many {
			many[i] = fmt.Sprint(i)
		}
		f.set("q=c", many...)
		var fault account.Fault
		if err := d.SaveSearch(t.Context(), ada, directory.Saving{ID: "c", Name: "C", Query: "q=c", Alert: true}); !errors.As(err, &fault) {
			t.Errorf("an alert on %d structures: %v", len(many), err)
		}
	})
}

func TestAlertsAreDueInParis(t *testing.T) {
	for at, want := range map[string]structure.Date{
		"2026-11-28T05:59:59Z": "", "2026-11-28T06:00:00Z": "2026-11-28", // winter
		"2026-07-01T04:59:59Z": "", "2026-07-01T05:00:00Z": "2026-07-01", // summer
		"2027-03-28T04:59:59Z": "", "2027-03-28T05:00:00Z": "2027-03-28", // the day on which it begins
		"2026-10-25T05:59:59Z": "", "2026-10-25T06:00:00Z": "2026-10-25", // and ends
		"2026-11-28T23:30:00Z": "",
	} {
		now, err := time.Parse(time.RFC3339, at)
		if err != nil {
			t.Fatal(err)
		}
		if got := directory.AlertsDue(now); got != want {
			t.Errorf("%s: %q, want %q", at, got, want)
		}
	}
}

// Who is erased leaves lists and notes to the organisation, without a name; searches of
// the person's own go.
func TestDeskForgets(t *testing.T) {
	onBoth(t, func(t *testing.T, w *world) {
		d, f := w.desk(t)
		ctx, ada, ben := t.Context(), w.member(t, "ada", account.Buyer), w.member(t, "ben", account.Buyer)
		ids := w.structures(t, "Un")
		f.set("q=a", ids...)
		must := func(err error) {
			t.Helper()
			if err != nil {
				t.Fatal(err)
			}
		}
		must(d.CreateList(ctx, ada, "liste", "Nettoyage"))
		_, err := d.AddToList(ctx, ada, "liste", ids)
		must(err)
		must(d.WriteNote(ctx, ada, "liste", ids[0], "Bon travail.", 0))
		must(d.SaveSearch(ctx, ada, directory.Saving{ID: "mienne", Name: "Mienne", Query: "q=a", Alert: true}))
		must(d.SaveSearch(ctx, ada, directory.Saving{ID: "commune", Name: "Commune", Query: "q=a", Shared: true, Alert: true}))
		must(d.FollowSearch(ctx, ben, "commune", true))
		told, err := w.People.Tell(ctx, ada.Person, 100)
		must(err)
		if n := len(told.More["desk"]); n != 7 {
			t.Errorf("%d things told: %+v", n, told.More)
		}
		must(w.People.Erase(ctx, ada.Person, ada.Person))
		_, l, err := d.List(ctx, ben, "liste")
		must(err)
		if n := l.Entries[0].Noted(); n.Text != "Bon travail." || n.By != "" || l.Entries[0].By != "" {
			t.Errorf("%+v", l.Entries[0])
		}
		if _, err := d.Searches.Get(ctx, "mienne"); !errors.Is(err, store.ErrNotFound) {
			t.Errorf("a search of her own: %v", err)
		}
		s, err := d.SavedSearch(ctx, ben, "commune")
		must(err)
		if s.Person != "" || s.Follows(ada.Person) || !s.Follows(ben.Person) || !s.Changes(ben) {
			t.Errorf("%+v", s)
		}
	})
}
