package directory_test

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"sourcier/internal/account"
	"sourcier/internal/directory"
	"sourcier/internal/groupement"
	"sourcier/internal/registration"
	"sourcier/internal/store"
	"sourcier/internal/structure"
)

// suspends has a moderator suspend a sheet, or lift that.
func (w *world) suspends(t *testing.T, id string, suspended bool) {
	t.Helper()
	d, err := w.Structures.Get(t.Context(), id)
	if err != nil {
		t.Fatal(err)
	}
	if suspended {
		err = w.Suspend(t.Context(), moderator, id, d.Version, "Cette fiche n’est pas celle d’une structure.")
	} else {
		err = w.Unsuspend(t.Context(), moderator, id, d.Version)
	}
	if err := errors.Join(err, w.CarryGroupements(t.Context())); err != nil {
		t.Fatal(err)
	}
}

// merges has a moderator make one sheet stand for another, or take that back.
func (w *world) merges(t *testing.T, kept, duplicate string, merged bool) {
	t.Helper()
	a, err := w.Structures.Get(t.Context(), kept)
	b, other := w.Structures.Get(t.Context(), duplicate)
	if err := errors.Join(err, other); err != nil {
		t.Fatal(err)
	}
	if merged {
		err = w.Merge(t.Context(), moderator, directory.Merging{Kept: kept, Duplicate: duplicate, KeptVersion: a.Version, OtherVersion: b.Version})
	} else {
		err = w.Unmerge(t.Context(), moderator, kept, duplicate, a.Version)
	}
	if err := errors.Join(err, w.CarryGroupements(t.Context())); err != nil {
		t.Fatal(err)
	}
}

// TestSuspendedMembersLeaveTheirGroupement: no name and no agreement of a suspended
// structure is in the sheet that buyers see, and it does nothing there meanwhile.
func TestSuspendedMembersLeaveTheirGroupement(t *testing.T) {
	onBoth(t, func(t *testing.T, w *world) {
		ctx := t.Context()
		a, b := w.party(t, "ESAT du Lac", structure.ESAT, "espaces-verts"), w.party(t, "EA des Pins", structure.EA, "traiteur")
		c := w.party(t, "EI du Val", structure.EI, "nettoyage")
		id := w.together(t, a, "espaces-verts", b, c)
		if err := w.PublishGroupement(ctx, a.Who, id, a.id, true); err != nil {
			t.Fatal(err)
		}
		w.suspends(t, b.id, true)
		if v := w.sheet(t, id).Value; v.Withdrawn() || len(v.Groupement.Members) != 2 || strings.Contains(asText(v), "Pins") {
			t.Errorf("with a suspended member: %s", asText(v))
		}
		if _, err := w.Groupement(ctx, b.Who, id, ""); !errors.Is(err, store.ErrNotFound) {
			t.Errorf("a suspended member reads: %v", err)
		}
		if err := w.SetBrings(ctx, b.Who, id, b.id, groupement.Brings{Words: "tout"}); !errors.Is(err, store.ErrNotFound) {
			t.Errorf("a suspended member writes: %v", err)
		}
		if seen, err := w.Groupement(ctx, a.Who, id, ""); err != nil || strings.Contains(asText(*seen.Sheets[b.id]), "Pins") {
			t.Errorf("what its mandataire sees of it: %v", err)
		}
		var fault account.Fault
		other := w.together(t, c, "nettoyage")
		if _, err := w.InviteStructure(ctx, c.Who, other, c.id, b.id); !errors.As(err, &fault) {
			t.Errorf("a suspended structure is invited: %v", err)
		}
		w.suspends(t, b.id, false)
		w.suspends(t, a.id, true)
		if v := w.sheet(t, id).Value; !v.Withdrawn() || strings.Contains(asText(v), "Lac") {
			t.Errorf("with a suspended mandataire: %s", asText(v))
		}
		w.suspends(t, a.id, false)
		if v := w.sheet(t, id).Value; v.Withdrawn() || len(v.Groupement.Members) != 3 {
			t.Errorf("with nobody suspended: %s", asText(v))
		}
	})
}

// TestSuspendedGroupement: its mandataire is written to, and it stays suspended whatever
// its members do.
func TestSuspendedGroupement(t *testing.T) {
	onBoth(t, func(t *testing.T, w *world) {
		ctx := t.Context()
		a, b := w.party(t, "ESAT du Lac", structure.ESAT, "espaces-verts"), w.party(t, "EA des Pins", structure.EA, "traiteur")
		id := w.together(t, a, "espaces-verts", b)
		if err := w.PublishGroupement(ctx, a.Who, id, a.id, true); err != nil {
			t.Fatal(err)
		}
		w.suspends(t, structure.GroupementStructureID(id), true)
		if err := w.SetBrings(ctx, b.Who, id, b.id, groupement.Brings{Words: "la livraison"}); err != nil {
			t.Fatal(err)
		}
		v := w.sheet(t, id).Value
		if v.Shown() || !v.Suspended.Told {
			t.Errorf("after a member wrote: %+v", v.Suspended)
		}
		if _, err := w.PresentedGroupement(ctx, id); !errors.Is(err, store.ErrNotFound) {
			t.Errorf("presented: %v", err)
		}
	})
}

// TestMergedMembersStayInTheirGroupement under the sheet that stands for them, until the
// merge is taken back.
func TestMergedMembersStayInTheirGroupement(t *testing.T) {
	onBoth(t, func(t *testing.T, w *world) {
		ctx := t.Context()
		a, b := w.party(t, "ESAT du Lac", structure.ESAT, "espaces-verts"), w.party(t, "EA des Pins", structure.EA, "traiteur")
		id := w.together(t, a, "espaces-verts", b)
		if err := w.PublishGroupement(ctx, a.Who, id, a.id, true); err != nil {
			t.Fatal(err)
		}
		kept := w.registered(t, b.Who, siretOf(77))
		if _, err := w.Structures.Insert(ctx, structure.Structure{ID: kept, SIRET: siretOf(77), Name: "EA des Sapins"}, store.Change{}); err != nil {
			t.Fatal(err)
		}
		w.merges(t, kept, b.id, true)
		members := func() (ids []string) {
			for _, m := range w.sheet(t, id).Value.Groupement.Members {
				ids = append(ids, m.ID)
			}
			return ids
		}
		if got := members(); !slices.Equal(got, []string{a.id, kept}) {
			t.Errorf("members %q", got)
		}
		if seen, err := w.Groupement(ctx, b.Who, id, ""); err != nil || seen.As != b.id {
			t.Errorf("the member finds it: %v", err)
		}
		if err := w.SetBrings(ctx, b.Who, id, b.id, groupement.Brings{Words: "la livraison"}); err != nil {
			t.Errorf("the member writes: %v", err)
		}
		w.merges(t, kept, b.id, false)
		if got := members(); !slices.Equal(got, []string{a.id, b.id}) {
			t.Errorf("members after the undo %q", got)
		}
	})
}

// TestListsHoldNothingOfWhatIsHidden: a suspended structure is on its lists without its
// name, a duplicate as the sheet that stands for it.
func TestListsHoldNothingOfWhatIsHidden(t *testing.T) {
	onBoth(t, func(t *testing.T, w *world) {
		ctx := t.Context()
		d, _ := w.desk(t)
		ada, list := w.member(t, "ada", account.Buyer), account.NewID()
		ids := w.structures(t, "Lac", "Pins", "Val")
		if err := d.CreateList(ctx, ada, list, "Marché"); err != nil {
			t.Fatal(err)
		}
		if _, err := d.AddToList(ctx, ada, list, ids); err != nil {
			t.Fatal(err)
		}
		w.suspends(t, ids[0], true)
		w.merges(t, ids[1], ids[2], true)
		_, l, err := d.List(ctx, ada, list)
		if err != nil {
			t.Fatal(err)
		}
		there, err := d.Listed(ctx, &l)
		if err != nil || there[ids[0]] == nil || there[ids[0]].Shown() || strings.Contains(asText(*there[ids[0]]), "Lac") {
			t.Errorf("the suspended one: %+v, %v", there[ids[0]], err)
		}
		if v := there[ids[2]]; v == nil || v.ID != ids[1] {
			t.Errorf("the duplicate: %+v", v)
		}
		other := account.NewID()
		if err := d.CreateList(ctx, ada, other, "Autre"); err != nil {
			t.Fatal(err)
		}
		if _, err := d.AddToList(ctx, ada, other, ids[:1]); !errors.Is(err, store.ErrNotFound) {
			t.Errorf("a suspended one is added: %v", err)
		}
		if n, err := d.AddToList(ctx, ada, other, ids[1:]); err != nil || n != 1 {
			t.Errorf("a sheet and its duplicate are added as %d, %v", n, err)
		}
	})
}

// TestHiddenSheetsAreNotClaimed: the number of a duplicate leads to the sheet that stands
// for it, that of a suspended one to nobody.
func TestHiddenSheetsAreNotClaimed(t *testing.T) {
	onBoth(t, func(t *testing.T, w *world) {
		ctx := t.Context()
		kept, duplicate := siretOf(81), siretOf(82)
		for _, n := range []string{kept, duplicate} {
			if _, err := w.Structures.Insert(ctx, structure.Structure{ID: idOf(n), SIRET: n, Name: "Atelier " + n}, store.Change{}); err != nil {
				t.Fatal(err)
			}
		}
		w.merges(t, idOf(kept), idOf(duplicate), true)
		found, err := w.Find(ctx, registration.Number{SIRET: duplicate})
		if err != nil || len(found) != 1 || found[0].ID != idOf(kept) {
			t.Errorf("by the number of the duplicate: %+v, %v", found, err)
		}
		if c, err := w.Candidate(ctx, idOf(duplicate)); err != nil || c.ID != idOf(kept) {
			t.Errorf("by the id of the duplicate: %+v, %v", c, err)
		}
		w.suspends(t, idOf(kept), true)
		c, err := w.Candidate(ctx, idOf(duplicate))
		if err != nil || c.Claimable() == nil || strings.Contains(c.Name(), "Atelier") {
			t.Errorf("the suspended one: %+v, %v", c, err)
		}
	})
}
