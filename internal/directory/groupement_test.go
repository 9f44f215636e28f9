package directory_test

import (
	"context"
	"errors"
	"slices"
	"sync"
	"testing"

	"sourcier/internal/account"
	"sourcier/internal/directory"
	"sourcier/internal/groupement"
	"sourcier/internal/message"
	"sourcier/internal/registration"
	"sourcier/internal/store"
	"sourcier/internal/structure"
)

// party is a structure, and who acts for it.
type party struct {
	directory.Who
	id string
}

// party makes a structure with an agreement and an activity, held by an organisation of
// its own.
func (w *world) party(t *testing.T, name string, kind structure.Kind, sector string) party {
	t.Helper()
	who := w.employer(t, name)
	id := structure.NewID("test:" + name)
	v := structure.Structure{
		ID: id, Name: name, Agreements: []structure.Agreement{{Kind: kind, Source: structure.SourceASP, AsOf: "2026-11-01", End: "2027-12-31"}},
		Activities: []structure.Activity{{Sectors: []string{sector}, Zone: structure.Zone{RadiusKM: 20}}},
		Address:    structure.Address{Commune: "94081", City: "Vitry-sur-Seine", Point: structure.Point{Lat: 48.788, Lon: 2.394, Precision: structure.PrecisionCommune}}, CreatedAt: noon, UpdatedAt: noon,
	}
	if _, err := w.Structures.Insert(t.Context(), v, store.Change{}); err != nil {
		t.Fatal(err)
	}
	r := registration.New(id, "", "", name, noon)
	if _, err := r.Ask(who.Organisation, who.Person, noon); err != nil {
		t.Fatal(err)
	}
	if err := r.Grant(who.Organisation, registration.ProofMail, noon); err != nil {
		t.Fatal(err)
	}
	if _, err := w.Registrations.Insert(t.Context(), r, store.Change{}); err != nil {
		t.Fatal(err)
	}
	return party{who, id}
}

func brings(sectors ...string) groupement.Brings { return groupement.Brings{Sectors: sectors} }

// together is a groupement of a mandataire and of others that have accepted.
func (w *world) together(t *testing.T, lead party, sector string, others ...party) string {
	t.Helper()
	id, err := w.Found(t.Context(), lead.Who, groupement.Founder{Structure: lead.id, Brings: brings(sector)}, groupement.Draft{Name: "Propreté du Val", About: "Ensemble."}, structure.Conjoint)
	if err != nil {
		t.Fatal(err)
	}
	for _, o := range others {
		w.joins(t, id, lead, o)
	}
	return id
}

func (w *world) joins(t *testing.T, id string, lead, o party) {
	t.Helper()
	held, err := w.InviteStructure(t.Context(), lead.Who, id, lead.id, o.id)
	if err != nil || !held {
		t.Fatalf("invite: held %v, %v", held, err)
	}
	if err := w.AcceptGroupement(t.Context(), o.Who, id, o.id, w.terms(t, id), groupement.Brings{Words: "le reste"}); err != nil {
		t.Fatal(err)
	}
}

func (w *world) group(t *testing.T, id string) *groupement.Groupement {
	t.Helper()
	d, err := w.Groupements.Get(t.Context(), id)
	if err != nil {
		t.Fatal(err)
	}
	return &d.Value
}

func (w *world) terms(t *testing.T, id string) string { return w.group(t, id).Terms() }

// sheet is what the directory shows of a groupement, with its version.
func (w *world) sheet(t *testing.T, id string) *store.Doc[structure.Structure] {
	t.Helper()
	d, err := w.Structures.Get(t.Context(), structure.GroupementStructureID(id))
	if err != nil && !errors.Is(err, store.ErrNotFound) {
		t.Fatal(err)
	}
	return &d
}

func TestGroupementLives(t *testing.T) {
	onBoth(t, func(t *testing.T, w *world) {
		ctx := t.Context()
		a, b, c := w.party(t, "ESAT du Lac", structure.ESAT, "espaces-verts"), w.party(t, "EA des Pins", structure.EA, "traiteur"), w.party(t, "EI du Pont", structure.EI, "traiteur")
		id := w.together(t, a, "espaces-verts", b)
		if got := w.sheet(t, id); got.ID != "" {
			t.Errorf("shown before it is published: %+v", got.Value)
		}
		if err := w.PublishGroupement(ctx, a.Who, id, a.id, true); err != nil {
			t.Fatal(err)
		}
		rules := structure.DefaultBasisRules()
		v := w.sheet(t, id).Value
		if v.Closed || v.Name != "Propreté du Val" || v.Address.Commune != "94081" || len(v.Groupement.Members) != 2 || v.Groupement.Members[0].ID != a.id || len(v.Activities) != 2 || v.Activities[1].Offer != "le reste" || v.Activities[1].Zone.Territories[0] != "94081" ||
			!slices.Equal(rules.BasisValues(&v, "2026-11-28"), []structure.Basis{structure.L2113_12, structure.L2113_14}) {
			t.Fatalf("shown as %+v", v)
		}
		if len(v.NameKeys()) > 0 || v.Identity() != "" {
			t.Error("an import could take it for a structure")
		}
		w.joins(t, id, a, c)
		if v = w.sheet(t, id).Value; !slices.Equal(rules.BasisValues(&v, "2026-11-28"), []structure.Basis{structure.L2113_14}) {
			t.Errorf("with insertion beside disability: %v", rules.BasisValues(&v, "2026-11-28"))
		}
		if err := w.LeaveGroupement(ctx, a.Who, id, a.id, b.id); err != nil {
			t.Fatal(err)
		}
		if v = w.sheet(t, id).Value; v.Groupement.Mandataire != b.id || len(v.Groupement.Members) != 2 {
			t.Errorf("after the mandataire left: %+v", v.Groupement)
		}
		if err := w.DissolveGroupement(ctx, b.Who, id, b.id); err != nil {
			t.Fatal(err)
		}
		if v = w.sheet(t, id).Value; !v.Withdrawn() || len(v.Activities)+len(v.Groupement.Members) > 0 {
			t.Errorf("once dissolved: %+v", v)
		}
		if docs, err := w.Groupements.Followed(ctx, "", 10); err != nil || len(docs) > 0 {
			t.Errorf("still followed: %d, %v", len(docs), err)
		}
	})
}

// TestGroupementIsOnlyItsMembers: to others, and to who holds no sheet, it is not there.
func TestGroupementIsOnlyItsMembers(t *testing.T) {
	onBoth(t, func(t *testing.T, w *world) {
		ctx := t.Context()
		a, b, x := w.party(t, "ESAT du Lac", structure.ESAT, "espaces-verts"), w.party(t, "EA des Pins", structure.EA, "traiteur"), w.party(t, "Passant", structure.EI, "traiteur")
		id := w.together(t, a, "espaces-verts")
		if _, err := w.InviteStructure(ctx, a.Who, id, a.id, b.id); err != nil {
			t.Fatal(err)
		}
		borrowed := directory.Who{Person: x.Person, Organisation: a.Organisation} // no member of it
		for name, err := range map[string]error{
			"a stranger reads":             second(w.Groupement(ctx, x.Who, id, "")),
			"a stranger reads as a member": second(w.Groupement(ctx, x.Who, id, a.id)),
			"by another's organisation":    second(w.Groupement(ctx, borrowed, id, "")),
			"a stranger accepts":           w.AcceptGroupement(ctx, x.Who, id, x.id, w.terms(t, id), brings("traiteur")),
			"accepts for who is invited":   w.AcceptGroupement(ctx, x.Who, id, b.id, w.terms(t, id), brings("traiteur")),
			"the mandataire accepts":       w.AcceptGroupement(ctx, a.Who, id, b.id, w.terms(t, id), brings("traiteur")),
			"a stranger dissolves":         w.DissolveGroupement(ctx, x.Who, id, a.id),
			"founds for another":           second(w.Found(ctx, x.Who, groupement.Founder{Structure: a.id, Brings: brings("espaces-verts")}, groupement.Draft{Name: "x"}, structure.Conjoint)),
			"none such":                    second(w.Groupement(ctx, a.Who, "absent", "")),
		} {
			if !errors.Is(err, store.ErrNotFound) {
				t.Errorf("%s: %v", name, err)
			}
		}
		var fault account.Fault
		if err := w.AcceptGroupement(ctx, b.Who, id, b.id, w.terms(t, id), brings("nettoyage")); !errors.As(err, &fault) {
			t.Errorf("brings what is not on its sheet: %v", err)
		}
		if err := w.PublishGroupement(ctx, a.Who, id, a.id, true); !errors.Is(err, groupement.ErrTooFew) {
			t.Errorf("presented alone: %v", err)
		}
		if err := w.DeclineGroupement(ctx, b.Who, id, b.id, "plus tard"); err != nil {
			t.Fatal(err)
		}
		if _, err := w.Groupement(ctx, b.Who, id, ""); !errors.Is(err, store.ErrNotFound) {
			t.Errorf("who declined still reads: %v", err)
		}
	})
}

func second[T any](_ T, err error) error { return err }

// TestGroupementLetters: the organisation that holds the sheet is told, nobody else; an
// invitation to a sheet that nobody holds waits there.
func TestGroupementLetters(t *testing.T) {
	onBoth(t, func(t *testing.T, w *world) {
		ctx := t.Context()
		a, b := w.party(t, "ESAT du Lac", structure.ESAT, "espaces-verts"), w.party(t, "EA des Pins", structure.EA, "traiteur")
		id := w.together(t, a, "espaces-verts", b)
		free := structure.Structure{ID: structure.NewID("free"), Name: "Libre", CreatedAt: noon}
		if _, err := w.Structures.Insert(ctx, free, store.Change{}); err != nil {
			t.Fatal(err)
		}
		if held, err := w.InviteStructure(ctx, a.Who, id, a.id, free.ID); err != nil || held {
			t.Errorf("a sheet that nobody holds: held %v, %v", held, err)
		}
		if err := w.SetForm(ctx, a.Who, id, a.id, structure.Solidaire, a.id, w.terms(t, id)); err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, p := range w.pending(t, id) {
			m, err := w.People.Messages.Decode(store.Envelope{ID: p.ID, Doc: p.Doc})
			if err != nil {
				t.Fatal(err)
			}
			to := map[string]string{a.Person: "a", b.Person: "b"}[m.Value.Person]
			got = append(got, string(m.Value.Kind)+" to "+to)
		}
		want := []string{string(message.GroupementInvitation) + " to b", string(message.GroupementNews) + " to a", string(message.GroupementNews) + " to b"}
		if !slices.Equal(got, want) {
			t.Errorf("%v, want %v", got, want)
		}
	})
}

// pending are the mails that wait in a groupement for the relay.
func (w *world) pending(t *testing.T, id string) (out []store.Effect) {
	t.Helper()
	e, err := w.Groupements.Raw().Get(t.Context(), id)
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range e.Pending {
		if p.Effect.To == store.MessageCollection {
			out = append(out, p.Effect)
		}
	}
	return out
}

// TestGroupementCutShort stops a portal before each of the two writes that follow a
// change: whoever comes next does the rest, and doing it again changes nothing.
func TestGroupementCutShort(t *testing.T) {
	onBoth(t, func(t *testing.T, w *world) {
		ctx := t.Context()
		a, b := w.party(t, "ESAT du Lac", structure.ESAT, "espaces-verts"), w.party(t, "EA des Pins", structure.EA, "traiteur")
		id := w.together(t, a, "espaces-verts", b)
		write := func(do func(*groupement.Groupement) error) {
			t.Helper()
			_, err := store.Update(ctx, w.Groupements.Collection, id, func(g *groupement.Groupement) (store.Change, error) { return store.Change{}, do(g) })
			if err != nil {
				t.Fatal(err)
			}
		}
		write(func(g *groupement.Groupement) error { return g.Publish(a.id, noon) }) // and dies
		if w.sheet(t, id).ID != "" || !w.group(t, id).Pending() {
			t.Fatal("nothing is left to carry: the test proves nothing")
		}
		if err := w.CarryGroupements(ctx); err != nil {
			t.Fatal(err)
		}
		first := w.sheet(t, id)
		if first.ID == "" || first.Value.Closed || w.group(t, id).Pending() {
			t.Fatalf("not carried: %+v", first.Value)
		}
		write(func(g *groupement.Groupement) error { g.Shown = 0; return nil }) // dies between sheet and mark
		for range 2 {
			if err := w.CarryGroupements(ctx); err != nil {
				t.Fatal(err)
			}
		}
		if again := w.sheet(t, id); again.Version != first.Version || w.group(t, id).Pending() {
			t.Errorf("carried again: version %d, then %d", first.Version, again.Version)
		}
		write(func(g *groupement.Groupement) error { return g.Dissolve(a.id, noon) }) // and dies
		if err := w.CarryGroupements(ctx); err != nil {
			t.Fatal(err)
		}
		if !w.sheet(t, id).Value.Withdrawn() {
			t.Error("a dissolved groupement is still shown")
		}
	})
}

// TestGroupementFollowsItsMembers: what the sheets of its members say, and that they
// are there at all.
func TestGroupementFollowsItsMembers(t *testing.T) {
	onBoth(t, func(t *testing.T, w *world) {
		ctx, rules := t.Context(), structure.DefaultBasisRules()
		a, b := w.party(t, "ESAT du Lac", structure.ESAT, "espaces-verts"), w.party(t, "EA des Pins", structure.EA, "traiteur")
		id := w.together(t, a, "espaces-verts", b)
		if err := w.PublishGroupement(ctx, a.Who, id, a.id, true); err != nil {
			t.Fatal(err)
		}
		change := func(p party, do func(*structure.Structure)) {
			t.Helper()
			_, err := store.Update(ctx, w.Structures, p.id, func(v *structure.Structure) (store.Change, error) { do(v); return store.Change{}, nil })
			if err := errors.Join(err, w.CarryGroupements(ctx)); err != nil {
				t.Fatal(err)
			}
		}
		change(b, func(v *structure.Structure) { v.Agreements[0].End = "2026-11-27"; v.Name = "EA des Sapins" })
		v := w.sheet(t, id).Value
		if len(rules.BasisValues(&v, "2026-11-28")) > 0 || len(rules.BasisValues(&v, "2026-11-27")) == 0 || v.Groupement.Members[1].Name != "EA des Sapins" {
			t.Errorf("after an agreement ended: %+v", v.Groupement.Members)
		}
		change(a, func(v *structure.Structure) { v.Closed = true })
		if !w.sheet(t, id).Value.Withdrawn() {
			t.Error("shown with a mandataire that has ceased")
		}
		change(a, func(v *structure.Structure) { v.Closed = false })
		d, err := w.Structures.Get(ctx, b.id)
		if err = errors.Join(err, w.Structures.Delete(ctx, d), w.CarryGroupements(ctx)); err != nil {
			t.Fatal(err)
		}
		if !w.sheet(t, id).Value.Withdrawn() {
			t.Error("shown with one member left in the directory")
		}
	})
}

// TestGroupementRaces: two accept while the mandataire leaves and the sheet follows from
// everywhere; what is shown at the end is what is stored.
func TestGroupementRaces(t *testing.T) {
	onBoth(t, func(t *testing.T, w *world) {
		ctx := t.Context()
		lead, next := w.party(t, "ESAT du Lac", structure.ESAT, "espaces-verts"), w.party(t, "EA des Pins", structure.EA, "traiteur")
		others := []party{w.party(t, "EI un", structure.EI, "traiteur"), w.party(t, "EI deux", structure.EI, "traiteur")}
		id := w.together(t, lead, "espaces-verts", next)
		for _, o := range others {
			if _, err := w.InviteStructure(ctx, lead.Who, id, lead.id, o.id); err != nil {
				t.Fatal(err)
			}
		}
		if err := w.PublishGroupement(ctx, lead.Who, id, lead.id, true); err != nil {
			t.Fatal(err)
		}
		var all sync.WaitGroup
		errs := make(chan error, 8)
		run := func(do func(context.Context) error) { all.Go(func() { errs <- do(ctx) }) }
		for _, o := range others {
			run(func(ctx context.Context) error {
				for { // the mandataire may change between reading and accepting
					d, err := w.Groupements.Get(ctx, id)
					if err != nil {
						return err
					}
					err = w.AcceptGroupement(ctx, o.Who, id, o.id, d.Value.Terms(), brings("traiteur"))
					if !errors.Is(err, groupement.ErrStale) {
						return err
					}
				}
			})
		}
		run(func(ctx context.Context) error { return w.LeaveGroupement(ctx, lead.Who, id, lead.id, next.id) })
		run(w.CarryGroupements)
		all.Wait()
		close(errs)
		for err := range errs {
			if err != nil {
				t.Error(err)
			}
		}
		g, v := w.group(t, id), w.sheet(t, id).Value
		var shown []string
		for _, m := range v.Groupement.Members {
			shown = append(shown, m.ID)
		}
		if len(g.Accepted()) != 3 || g.Mandataire != next.id || g.Pending() || !slices.Equal(shown, g.Accepted()) {
			t.Errorf("accepted %v, shown %v, %d of %d", g.Accepted(), shown, g.Shown, g.Rev)
		}
	})
}

// TestRadiusOfAMember: who works around its own place serves the same communes in a
// groupement that another leads.
func TestRadiusOfAMember(t *testing.T) {
	onBoth(t, func(t *testing.T, w *world) {
		lead := w.party(t, "Propreté", structure.ESAT, "nettoyage-locaux")
		green := w.party(t, "Jardins", structure.ESAT, "espaces-verts")
		id := w.together(t, lead, "nettoyage-locaux")
		if _, err := w.InviteStructure(t.Context(), lead.Who, id, lead.id, green.id); err != nil {
			t.Fatal(err)
		}
		if err := w.AcceptGroupement(t.Context(), green.Who, id, green.id, w.terms(t, id), brings("espaces-verts")); err != nil {
			t.Fatal(err)
		}
		if err := w.PublishGroupement(t.Context(), lead.Who, id, lead.id, true); err != nil {
			t.Fatal(err)
		}
		v := w.sheet(t, id).Value
		at := slices.IndexFunc(v.Activities, func(a structure.Activity) bool { return slices.Contains(a.Sectors, "espaces-verts") })
		if at < 0 || !slices.Contains(v.Activities[at].Zone.Territories, "94041") || v.Activities[at].Zone.RadiusKM != 0 {
			t.Errorf("activities: %+v", v.Activities)
		}
	})
}
