package directory_test

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"sourcier/internal/account"
	"sourcier/internal/directory"
	"sourcier/internal/intake"
	"sourcier/internal/registration"
	"sourcier/internal/store"
	"sourcier/internal/structure"
)

var moderator = account.Actor{Person: "moderator", Administrator: true}

// twins are the numbers of two sheets of one structure.
type twins struct{ a, b string }

func idOf(siret string) string { return structure.NewID("siret:" + siret) }

// siretOf makes the nth number.
func siretOf(n int) string {
	return structure.WithLuhnKey(structure.WithLuhnKey(fmt.Sprintf("982%05d", n)) + "0001")
}

// pairs puts random sheets two by two.
func (w *world) pairs(t *testing.T, r *rand.Rand, n int) (out []twins) {
	t.Helper()
	rules := structure.Rules{Atlas: w.Atlas, Sold: w.Taxonomy.Sold}
	for i := range n {
		p := twins{siretOf(2 * i), siretOf(2*i + 1)}
		for _, siret := range []string{p.a, p.b} {
			s := structure.Structure{ID: idOf(siret), SIRET: siret, CreatedAt: noon, UpdatedAt: noon}
			for range 1 + r.IntN(3) {
				rules.Merge(&s, anyRecord(r))
			}
			if _, err := w.Structures.Insert(t.Context(), s, store.Change{}); err != nil {
				t.Fatal(err)
			}
		}
		out = append(out, p)
	}
	return out
}

// anyRecord is what some source says.
func anyRecord(r *rand.Rand) structure.Claim {
	one := func(list ...string) string { return list[r.IntN(len(list))] }
	facts := structure.Structure{
		Name: one("Les Lilas", "LES LILAS", "Lilas Services"), Description: one("", "Une blanchisserie."),
		Contact: structure.Contact{Phone: one("", "0199000001", "0199000002"), Email: one("", "a@lilas.example", "b@lilas.example")},
		Address: structure.Address{PostalCode: "94400", City: "Vitry-sur-Seine", Commune: "94081"}, NAF: one("", "8121Z", "8130Z"),
	}
	if r.IntN(3) == 0 {
		facts.Agreements = []structure.Agreement{{Kind: structure.Kind(one("EI", "AI")), Number: one("", "7")}}
	}
	source := []structure.Source{structure.SourceLeMarche, structure.SourceSIRENE, structure.SourceModerator, structure.SourceASP}[r.IntN(4)]
	return structure.NewClaim(structure.Origin{Source: source, AsOf: structure.Date(fmt.Sprintf("2026-0%d-01", 1+r.IntN(9)))}, &facts, nil, "")
}

// news is a file on every sheet, of after the merges.
func news(t *testing.T, pairs []twins) string {
	t.Helper()
	text := "siret;nom;type;code_postal;site_web\n"
	for i, p := range pairs {
		text += fmt.Sprintf("%s;Les Lilas;EI;94400;https://a%d.lilas.example\n%s;Lilas Services;EI;94400;https://b%d.lilas.example\n", p.a, i, p.b, i)
	}
	path := filepath.Join(t.TempDir(), "nouvelles.csv")
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Chtimes(path, noon, noon); err != nil {
		t.Fatal(err)
	}
	return path
}

func (w *world) imports(t *testing.T, path string) {
	t.Helper()
	imp := intake.New(intake.Options{Structures: w.Structures, Provenance: w.Provenance, Atlas: w.Atlas, Taxonomy: w.Taxonomy, Now: w.now, TempDir: t.TempDir()})
	if r, err := imp.Run(t.Context(), []string{path}, intake.RunOptions{RejectsDir: t.TempDir()}); err != nil {
		t.Fatalf("%v\n%s", err, r.Explain())
	}
}

// withoutPast leaves the history out, and when a fact changed.
func (w *world) withoutPast(t *testing.T, siret string) structure.Structure {
	t.Helper()
	d, err := w.Structures.Get(t.Context(), idOf(siret))
	if err != nil {
		t.Fatal(err)
	}
	d.Value.History = nil
	return d.Value
}

func (w *world) mergeThem(t *testing.T, p twins, picks structure.Picks) error {
	t.Helper()
	pair, err := w.Pair(t.Context(), idOf(p.a), idOf(p.b))
	if err != nil {
		t.Fatal(err)
	}
	return w.Merge(t.Context(), moderator, directory.Merging{Kept: idOf(p.a), Duplicate: idOf(p.b), KeptVersion: pair.Kept.Version, OtherVersion: pair.Duplicate.Version, Picks: picks})
}

func (w *world) unmergeThem(t *testing.T, p twins) error {
	t.Helper()
	d, err := w.Structures.Get(t.Context(), idOf(p.a))
	if err != nil {
		t.Fatal(err)
	}
	return w.Unmerge(t.Context(), moderator, idOf(p.a), idOf(p.b), d.Version)
}

var errStopped = errors.New("killed")

// killer stops the actions of a service at a step of its choice, and counts.
func (w *world) killer(kills *int) (at func(step string)) {
	next := ""
	w.StopAt(func(step string) error {
		if step == next {
			next = ""
			*kills++
			return errStopped
		}
		return nil
	})
	return func(step string) { next = step }
}

// TestMergeUndo merges random sheets, killed between every two writes, has a file
// speak of them, and takes the merges back, killed again: everything is then what it
// would be had nobody merged anything.
func TestMergeUndo(t *testing.T) {
	const n = 40
	merged, kills := 0, 0
	onBoth(t, func(t *testing.T, w *world) {
		r := rand.New(rand.NewPCG(28, 11)) // #nosec G404 -- a test
		pairs := w.pairs(t, r, n)
		before := map[string]structure.Structure{}
		for _, p := range pairs {
			before[p.a], before[p.b] = w.withoutPast(t, p.a), w.withoutPast(t, p.b)
		}
		plain := newPlain(t, w, pairs)
		file := news(t, pairs)
		plain.imports(t, file)
		kill := w.killer(&kills)
		for i, p := range pairs {
			pair, err := w.Pair(t.Context(), idOf(p.a), idOf(p.b))
			if err != nil {
				t.Fatal(err)
			}
			picks := structure.Picks{}
			for _, f := range pair.Facts {
				if !f.Both && r.IntN(2) == 0 {
					picks[f.Field] = []structure.Side{structure.OfKept, structure.OfDuplicate}[r.IntN(2)]
				}
			}
			kill([]string{"", "merge.intent", "merge.hidden"}[i%3])
			if err := w.mergeThem(t, p, picks); err != nil && !errors.Is(err, errStopped) {
				t.Fatal(err)
			}
			if i%4 == 3 { // no import between: exactly what was there, at once
				w.takeBack(t, kill, p, i)
				for _, siret := range []string{p.a, p.b} {
					if got := w.withoutPast(t, siret); !reflect.DeepEqual(got, before[siret]) {
						t.Errorf("pair %d taken back:\n%s\nwant\n%s", i, asText(got), asText(before[siret]))
					}
				}
			}
		}
		w.imports(t, file) // some merges are not at their end
		if err := w.Carry(t.Context()); err != nil {
			t.Fatal(err)
		}
		for i, p := range pairs {
			if i%4 == 3 {
				continue
			}
			a, b := w.withoutPast(t, p.a), w.withoutPast(t, p.b)
			if b.MergedInto != a.ID || a.MergedInto != "" || len(a.Absorbed) != 1 || a.Absorbed[0].Pending() || !strings.Contains(a.Contact.Website, ".lilas.example") {
				t.Fatalf("pair %d: %s\n%s", i, asText(a), asText(b))
			}
			merged++
			w.takeBack(t, kill, p, i)
		}
		for i, p := range pairs {
			for _, siret := range []string{p.a, p.b} {
				got, want := w.withoutPast(t, siret), plain.withoutPast(t, siret)
				if got.UpdatedAt = want.UpdatedAt; !reflect.DeepEqual(got, want) {
					t.Errorf("pair %d, after the import:\n%s\nwant\n%s", i, asText(got), asText(want))
				}
			}
		}
		merged += n / 4
	})
	t.Logf("figure: %d merges taken back, %d kills between two writes, an import between: every document as if nobody had merged", merged, kills)
}

// newPlain is a directory of its own with the same sheets.
func newPlain(t *testing.T, w *world, pairs []twins) *world {
	t.Helper()
	db, err := openSQLite(t)
	plain := newWorld(t, db, err)
	for _, p := range pairs {
		for _, siret := range []string{p.a, p.b} {
			d, err := w.Structures.Get(t.Context(), idOf(siret))
			if err != nil {
				t.Fatal(err)
			}
			if _, err := plain.Structures.Insert(t.Context(), d.Value, store.Change{}); err != nil {
				t.Fatal(err)
			}
		}
	}
	return plain
}

func (w *world) takeBack(t *testing.T, kill func(string), p twins, i int) {
	t.Helper()
	kill("")
	if err := w.Carry(t.Context()); err != nil {
		t.Fatal(err)
	}
	kill([]string{"unmerge.intent", "", "unmerge.shown"}[i%3])
	if err := w.unmergeThem(t, p); err != nil && !errors.Is(err, errStopped) {
		t.Fatal(err)
	}
	kill("")
	for range 2 { // whoever comes next, and once more
		if err := w.Carry(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
}

func asText(s structure.Structure) string {
	body, _ := json.Marshal(s)
	return string(body)
}

// TestMergeRefusals leaves alone what a moderator may not join.
func TestMergeRefusals(t *testing.T) {
	onBoth(t, func(t *testing.T, w *world) {
		ctx, r := t.Context(), rand.New(rand.NewPCG(1, 2)) // #nosec G404 -- a test
		pairs := w.pairs(t, r, 3)
		p := pairs[0]
		stale, err := w.Pair(ctx, idOf(p.a), idOf(p.b))
		if err != nil {
			t.Fatal(err)
		}
		m := directory.Merging{Kept: idOf(p.a), Duplicate: idOf(p.b), KeptVersion: stale.Kept.Version, OtherVersion: stale.Duplicate.Version}
		if err := w.Merge(ctx, account.Actor{Person: "p"}, m); !errors.Is(err, account.ErrNotAllowed) {
			t.Errorf("anybody merges: %v", err)
		}
		if err := w.Unmerge(ctx, account.Actor{Person: "p"}, m.Kept, m.Duplicate, 1); !errors.Is(err, account.ErrNotAllowed) {
			t.Errorf("anybody takes a merge back: %v", err)
		}
		gone := m
		gone.Duplicate = "aaaaaaaaaaaaaaaa"
		if err := w.Merge(ctx, moderator, gone); !errors.Is(err, store.ErrNotFound) {
			t.Errorf("nothing merged: %v", err)
		}
		who, other := w.employer(t, "Lilas"), w.employer(t, "Autre")
		w.registered(t, who, p.b)
		var fault account.Fault
		if err := w.Merge(ctx, moderator, m); !errors.As(err, &fault) {
			t.Errorf("a sheet that somebody holds is hidden: %v", err)
		}
		w.registered(t, other, p.a)
		if err := w.Merge(ctx, moderator, m); !errors.As(err, &fault) {
			t.Errorf("sheets of two organisations are joined: %v", err)
		}
		q := pairs[1]
		if err := w.mergeThem(t, q, nil); err != nil {
			t.Fatal(err)
		}
		if err := w.mergeThem(t, q, nil); !errors.As(err, &fault) {
			t.Errorf("merged twice: %v", err)
		}
		if err := w.mergeThem(t, twins{q.b, pairs[2].a}, nil); !errors.As(err, &fault) {
			t.Errorf("merged into what is hidden: %v", err)
		}
		if err := w.Unmerge(ctx, moderator, idOf(q.a), idOf(q.b), 1); !errors.Is(err, store.ErrConflict) {
			t.Errorf("taken back from an old page: %v", err)
		}
		now, err := w.Structures.Get(ctx, idOf(q.a))
		if err != nil {
			t.Fatal(err)
		}
		if err := w.Unmerge(ctx, moderator, idOf(q.a), idOf(p.a), now.Version); !errors.Is(err, store.ErrNotFound) {
			t.Errorf("taken back what was not merged: %v", err)
		}
		m = directory.Merging{Kept: idOf(pairs[2].a), Duplicate: idOf(pairs[2].b), KeptVersion: 7, OtherVersion: 1}
		if err := w.Merge(ctx, moderator, m); !errors.Is(err, store.ErrConflict) {
			t.Errorf("merged from an old page: %v", err)
		}
	})
}

// TestMergesOfMergedSheets follow one another and are taken back in turn.
func TestMergesOfMergedSheets(t *testing.T) {
	onBoth(t, func(t *testing.T, w *world) {
		pairs := w.pairs(t, rand.New(rand.NewPCG(3, 4)), 2) // #nosec G404 -- a test
		first, second := pairs[0], twins{pairs[1].a, pairs[0].a}
		before := []structure.Structure{w.withoutPast(t, first.a), w.withoutPast(t, first.b), w.withoutPast(t, second.a)}
		var fault account.Fault
		if err := cmp.Or(w.mergeThem(t, first, nil), w.mergeThem(t, second, nil)); err != nil {
			t.Fatal(err)
		}
		w.imports(t, news(t, pairs[:1])) // of the two that are hidden
		if a := w.withoutPast(t, second.a); !strings.Contains(a.Contact.Website, ".lilas.example") {
			t.Errorf("the sheet that stands for both does not know what their file says: %s", asText(a))
		}
		if err := w.unmergeThem(t, first); !errors.As(err, &fault) {
			t.Errorf("a merge is taken back under another: %v", err)
		}
		if err := cmp.Or(w.unmergeThem(t, second), w.unmergeThem(t, first)); err != nil {
			t.Fatal(err)
		}
		for i, siret := range []string{first.a, first.b, second.a} {
			got := w.withoutPast(t, siret)
			if !got.Shown() || got.Name != before[i].Name && got.Origins[structure.FieldName].Source != structure.SourceGeneric {
				t.Errorf("%s: %s", siret, asText(got))
			}
			if i == 2 && !reflect.DeepEqual(got, before[i]) {
				t.Errorf("no file spoke of it: %s\nwant %s", asText(got), asText(before[i]))
			}
		}
	})
}

// TestMergesAtOnce has two moderators merge two sheets each into the other, and the same
// way round: they end as one sheet or as two, with nothing under way.
func TestMergesAtOnce(t *testing.T) {
	onBoth(t, func(t *testing.T, w *world) {
		for i, p := range w.pairs(t, rand.New(rand.NewPCG(5, 6)), 6) { // #nosec G404 -- a test
			other := p
			if i%2 == 0 {
				other = twins{p.b, p.a}
			}
			var wait sync.WaitGroup
			for _, way := range []twins{p, other} {
				wait.Go(func() { _ = w.mergeThem(t, way, nil) }) // either may be refused
			}
			wait.Wait()
			if err := w.Carry(t.Context()); err != nil {
				t.Fatal(err)
			}
			a, b := w.withoutPast(t, p.a), w.withoutPast(t, p.b)
			pending := slices.ContainsFunc(slices.Concat(a.Absorbed, b.Absorbed), func(x structure.Absorbed) bool { return x.Pending() })
			if pending || !a.Shown() && !b.Shown() || len(a.Absorbed)+len(b.Absorbed) > 1 || a.Shown() && b.Shown() != (len(a.Absorbed)+len(b.Absorbed) == 0) {
				t.Errorf("pair %d: %s\n%s", i, asText(a), asText(b))
			}
		}
	})
}

// TestSuspendIsTold writes to who holds the sheet, once, with the reason.
func TestSuspendIsTold(t *testing.T) {
	onBoth(t, func(t *testing.T, w *world) {
		ctx, p := t.Context(), w.pairs(t, rand.New(rand.NewPCG(7, 8)), 1)[0] // #nosec G404 -- a test
		who, id := w.employer(t, "Lilas"), idOf(p.a)
		w.registered(t, who, p.a)
		var fault account.Fault
		if err := w.Suspend(ctx, moderator, id, 1, "court"); !errors.As(err, &fault) {
			t.Errorf("no reason: %v", err)
		}
		if err := w.Suspend(ctx, account.Actor{Person: who.Person}, id, 1, "Parce que je le veux."); !errors.Is(err, account.ErrNotAllowed) {
			t.Errorf("anybody suspends: %v", err)
		}
		if err := w.Suspend(ctx, moderator, id, 1, "Cette fiche n’est pas celle d’une structure."); err != nil {
			t.Fatal(err)
		}
		if err := w.Suspend(ctx, moderator, id, 1, "Cette fiche n’est pas celle d’une structure."); !errors.Is(err, store.ErrConflict) {
			t.Errorf("twice from one page: %v", err)
		}
		d, err := w.Structures.Get(ctx, id)
		if err != nil || d.Value.Suspended == nil || !d.Value.Suspended.Told || d.Value.Suspended.By != "moderator" {
			t.Fatalf("%+v, %v", d.Value.Suspended, err)
		}
		if err := w.Suspend(ctx, moderator, id, d.Version, "Encore une fois la même chose."); !errors.As(err, &fault) {
			t.Errorf("suspended twice: %v", err)
		}
		if err := w.Unsuspend(ctx, moderator, id, d.Version); err != nil {
			t.Fatal(err)
		}
		if got := w.letters(t); !slices.Equal(got, []string{"sheet-restored", "sheet-suspended"}) {
			t.Errorf("letters %q", got)
		}
	})
}

// letters carries what waits and lists the kinds of mails, sorted.
func (w *world) letters(t *testing.T) (kinds []string) {
	t.Helper()
	relay := store.NewRelay(w.db, quiet(), "structure", store.RegistrationCollection, store.ReportCollection)
	if _, err := relay.Once(t.Context()); err != nil {
		t.Fatal(err)
	}
	docs, err := w.People.Messages.Scan(t.Context(), "", 100)
	if err != nil {
		t.Fatal(err)
	}
	for _, d := range docs {
		kinds = append(kinds, string(d.Value.Kind))
	}
	slices.Sort(kinds)
	return kinds
}

// TestDecisionsAreTold: of two moderators the second is told that the first was
// quicker; the draft lives on; the mail has the reason.
func TestDecisionsAreTold(t *testing.T) {
	onBoth(t, func(t *testing.T, w *world) {
		ctx, who := t.Context(), w.employer(t, "Jardins")
		id := w.registered(t, who, siret)
		send := func(kind structure.Kind) string {
			t.Helper()
			own, err := w.Own(ctx, who, id)
			if err != nil {
				t.Fatal(err)
			}
			rev, err := w.Save(ctx, who, id, registration.PartKinds, own.Rev(who.Organisation), func(s *registration.Sheet) error {
				s.Kinds = []registration.Declared{{Kind: kind}}
				return ready(s)
			})
			if err != nil {
				t.Fatal(err)
			}
			if own, err = w.Publish(ctx, who, id, rev); err != nil || own.Value.Submission == nil {
				t.Fatalf("%+v %v", own, err)
			}
			return own.Value.Submission.ID
		}
		first := send(structure.EA)
		own, err := w.Own(ctx, who, id)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := w.Save(ctx, who, id, registration.PartPresentation, own.Rev(who.Organisation), func(s *registration.Sheet) error { s.Description = "En cours."; return nil }); err != nil {
			t.Fatal(err)
		}
		var fault account.Fault
		if err := w.Decide(ctx, moderator, id, first, registration.Refused, "non"); !errors.As(err, &fault) {
			t.Errorf("no reason: %v", err)
		}
		if err := w.Decide(ctx, moderator, id, first, registration.Refused, "L’agrément n’est pas au nom de la structure."); err != nil {
			t.Fatal(err)
		}
		if err := w.Decide(ctx, moderator, id, first, registration.Accepted, ""); !errors.Is(err, registration.ErrDecided) {
			t.Errorf("the second moderator: %v", err)
		}
		if own, err = w.Own(ctx, who, id); err != nil || own.Value.Draft == nil || own.Value.Draft.Sheet.Description != "En cours." {
			t.Errorf("the draft is gone: %+v %v", own.Value.Draft, err)
		}
		if err := w.Decide(ctx, moderator, id, send(structure.EA), registration.ToChange, "Joignez la décision d’agrément."); err != nil {
			t.Fatal(err)
		}
		w.move(time.Second)
		if err := w.Decide(ctx, moderator, id, send(structure.ESAT), registration.Accepted, ""); err != nil {
			t.Fatal(err)
		}
		if own, err = w.Own(ctx, who, id); err != nil || !slices.Contains(own.Shown.KindsInForce("2026-11-28"), structure.ESAT) {
			t.Errorf("accepted: %+v %v", own.Shown, err)
		}
		if got := w.letters(t); !slices.Equal(got, []string{"sheet-accepted", "sheet-refused", "sheet-to-change"}) {
			t.Errorf("letters %q", got)
		}
	})
}

// TestSettle makes the value of a source the word of the portal, until it says
// something else.
func TestSettle(t *testing.T) {
	onBoth(t, func(t *testing.T, w *world) {
		ctx := t.Context()
		rules := structure.Rules{Atlas: w.Atlas, Sold: w.Taxonomy.Sold}
		said := func(source structure.Source, on structure.Date, phone string) structure.Claim {
			return structure.NewClaim(structure.Origin{Source: source, AsOf: on}, &structure.Structure{Name: "Les Lilas", Contact: structure.Contact{Phone: phone}}, nil, "")
		}
		st := structure.Structure{ID: idOf(siret), SIRET: siret}
		rules.Merge(&st, said(structure.SourceSIRENE, "2026-11-01", "0199000001"), said(structure.SourceLeMarche, "2026-11-02", "0199000002"))
		if _, err := w.Structures.Insert(ctx, st, store.Change{}); err != nil {
			t.Fatal(err)
		}
		disputed := func() int64 {
			n, err := w.Structures.CountLookup(ctx, store.DisputedKey)
			if err != nil {
				t.Fatal(err)
			}
			return n
		}
		if disputed() != 1 {
			t.Fatal("no conflict")
		}
		var fault account.Fault
		if err := w.SettleConflict(ctx, account.Actor{Person: "p"}, st.ID, 1, structure.FieldPhone, structure.SourceLeMarche); !errors.Is(err, account.ErrNotAllowed) {
			t.Errorf("anybody settles: %v", err)
		}
		if err := w.SettleConflict(ctx, moderator, st.ID, 1, structure.FieldEmail, structure.SourceLeMarche); !errors.As(err, &fault) {
			t.Errorf("settled what nobody disputes: %v", err)
		}
		if err := w.SettleConflict(ctx, moderator, st.ID, 1, structure.FieldPhone, structure.SourceLeMarche); err != nil {
			t.Fatal(err)
		}
		if err := w.SettleConflict(ctx, moderator, st.ID, 1, structure.FieldPhone, structure.SourceSIRENE); !errors.Is(err, store.ErrConflict) {
			t.Errorf("settled from an old page: %v", err)
		}
		d, err := w.Structures.Get(ctx, st.ID)
		if err != nil || d.Value.Contact.Phone != "0199000002" || d.Value.Origins[structure.FieldPhone].Source != structure.SourceModerator || disputed() != 0 {
			t.Fatalf("%+v, %d, %v", d.Value, disputed(), err)
		}
		rules.Merge(&d.Value, said(structure.SourceSIRENE, "2026-11-29", "0199000003"))
		if _, err := w.Structures.Replace(ctx, d, store.Change{}); err != nil {
			t.Fatal(err)
		}
		if disputed() != 1 {
			t.Error("what a source says since is not told")
		}
	})
}
