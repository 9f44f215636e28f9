package gathering

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"sourcier/internal/account"
	"sourcier/internal/buyer"
	"sourcier/internal/event"
	"sourcier/internal/sourcing"
	"sourcier/internal/store"
)

var errManyEncounters = account.Fault(fmt.Sprintf("On note déjà %d rencontres.", event.MaxEncounters))

// Encounters are the rencontres of an event, the newest first. The organiser's own people
// alone see them.
func (s *Service) Encounters(ctx context.Context, seen *Seen) ([]event.Encounter, error) {
	if seen.Side != "" {
		return nil, fmt.Errorf("rencontres of event %s: %w", seen.Event.ID, store.ErrNotFound)
	}
	return s.encounters(ctx, store.GuestsOf(seen.Event.ID))
}

func (s *Service) encounters(ctx context.Context, key string) ([]event.Encounter, error) {
	docs, err := s.Events.Encounters.FindLookup(ctx, key, event.MaxEncounters)
	if err != nil {
		return nil, err
	}
	out := make([]event.Encounter, len(docs))
	for i := range docs {
		out[i] = docs[i].Value
	}
	slices.SortStableFunc(out, func(a, b event.Encounter) int {
		if c := b.Day.Compare(a.Day); c != 0 {
			return c
		}
		return strings.Compare(a.ID, b.ID)
	})
	return out, nil
}

// EncountersOf are those that a guest is in.
func (s *Service) EncountersOf(ctx context.Context, r *Reached) ([]event.Encounter, error) {
	return s.encounters(ctx, store.ScansOf(r.Guest.ID))
}

// Encounter reads one of an event that the member sees.
func (s *Service) Encounter(ctx context.Context, seen *Seen, id string) (*event.Encounter, error) {
	x, err := s.encounterOf(ctx, seen.Event.ID, id)
	if err == nil && seen.Side != "" {
		err = fmt.Errorf("rencontre %s: %w", id, store.ErrNotFound)
	}
	return x, err
}

func (s *Service) encounterOf(ctx context.Context, e, id string) (*event.Encounter, error) {
	d, err := s.Events.Encounters.Get(ctx, id)
	if err == nil && d.Value.Event != e {
		err = fmt.Errorf("rencontre %s of %s: %w", id, e, store.ErrNotFound)
	}
	return &d.Value, err
}

// MetAs is a side of a rencontre as its guest is known.
func MetAs(g *event.Guest) event.Met {
	return event.Met{Guest: g.ID, Structure: g.Structure, Body: g.Body, Name: g.Name}
}

// NoteEncounter stores one that a member notes; the same form sent twice is one.
func (s *Service) NoteEncounter(ctx context.Context, m buyer.Member, id string, x event.Encounter) error {
	seen, err := s.Event(ctx, m, id)
	if err != nil {
		return err
	}
	if err := x.Begin(m, &seen.Event, s.Now()); err != nil {
		return err
	}
	return s.keepEncounter(ctx, x, m.Person)
}

// TellEncounter stores one that the guest of a link tells.
func (s *Service) TellEncounter(ctx context.Context, r *Reached, x event.Encounter) error {
	if err := x.Tell(r.Guest.ID, &r.Event, s.Now()); err != nil {
		return err
	}
	n, err := s.Events.Encounters.CountLookup(ctx, store.ScansOf(r.Guest.ID))
	if err != nil {
		return err
	}
	if n >= event.MaxGuestEncounters {
		return account.Fault("Vous avez déjà noté vingt rencontres.")
	}
	return s.keepEncounter(ctx, x, r.Guest.Person)
}

func (s *Service) keepEncounter(ctx context.Context, x event.Encounter, by string) error {
	n, err := s.Events.Encounters.CountLookup(ctx, store.GuestsOf(x.Event))
	if err != nil {
		return err
	}
	if n >= event.MaxEncounters {
		return errManyEncounters
	}
	_, err = s.Events.Encounters.Insert(ctx, x, store.Change{Actor: by, At: s.Now().UTC(), Audit: by != "", What: "event.encounter", Subject: x.Event})
	if errors.Is(err, store.ErrDuplicate) {
		_, err = s.encounterOf(ctx, x.Event, x.ID)
	}
	return err
}

// MatchEncounter says which guest a side is.
func (s *Service) MatchEncounter(ctx context.Context, m buyer.Member, id, encounter, side, guest string, rev int64) error {
	seen, err := s.Event(ctx, m, id)
	if err != nil {
		return err
	}
	d, err := s.Guests.Get(ctx, guest)
	if err != nil && !errors.Is(err, store.ErrNotFound) {
		return err
	}
	if err != nil || d.Value.Event != id {
		return account.Fault("Cette personne n’est pas sur la liste des invités.")
	}
	return s.onEncounter(ctx, id, encounter, m.Person, func(x *event.Encounter) error {
		return x.Match(m, &seen.Event, side, MetAs(&d.Value), rev, s.Now())
	})
}

// JudgeEncounter notes what the guest of a link says of one.
func (s *Service) JudgeEncounter(ctx context.Context, r *Reached, encounter string, agrees bool) error {
	x, err := s.encounterOf(ctx, r.Event.ID, encounter)
	if err != nil {
		return err
	}
	if own, _ := x.SideOf(r.Guest.ID); own == nil {
		return fmt.Errorf("rencontre %s of guest %s: %w", encounter, r.Guest.ID, store.ErrNotFound)
	}
	return s.onEncounter(ctx, r.Event.ID, encounter, r.Guest.Person, func(x *event.Encounter) error { return x.Judge(r.Guest.ID, agrees, s.Now()) })
}

func (s *Service) onEncounter(ctx context.Context, id, encounter, by string, do func(*event.Encounter) error) error {
	_, err := store.Update(ctx, s.Events.Encounters, encounter, func(x *event.Encounter) (store.Change, error) {
		if x.Event != id {
			return store.Change{}, fmt.Errorf("rencontre %s of %s: %w", encounter, id, store.ErrNotFound)
		}
		return store.Change{Actor: by, At: s.Now().UTC(), Audit: by != "", What: "event.encounter", Subject: id}, do(x)
	})
	if errors.Is(err, sourcing.ErrUnchanged) {
		return nil
	}
	return err
}

// Destination is a sourçage that a rencontre may enter: it has asked the structure that was
// met.
type Destination struct {
	Operation, Title, Supplier, Name string
}

// Destinations are the sourçages of the member that have asked the structure of a
// rencontre.
func (s *Service) Destinations(ctx context.Context, m buyer.Member, x *event.Encounter) (out []Destination, err error) {
	if x.Supplier.Structure == "" || !sourcing.Plans(m) {
		return nil, nil
	}
	all, err := s.Operation.List(ctx, m)
	if err != nil {
		return nil, err
	}
	for i := range all {
		o := &all[i]
		if o.Meets(m) != nil || o.OpenedAt.IsZero() {
			continue
		}
		for _, v := range o.Contacts() {
			if v.Structure == x.Supplier.Structure {
				out = append(out, Destination{o.ID, o.Title, v.ID, v.Name})
			}
		}
	}
	return out, nil
}

// EnterEncounter makes of a rencontre that both sides have confirmed an exchange of a
// sourçage. The exchange has an id that follows from both: done twice, it is one.
func (s *Service) EnterEncounter(ctx context.Context, m buyer.Member, id, encounter, operation string) error {
	seen, err := s.Event(ctx, m, id)
	if err != nil {
		return err
	}
	x, err := s.Encounter(ctx, seen, encounter)
	if err == nil {
		err = seen.Event.Meets() // it may have become discreet since
	}
	if err != nil {
		return err
	}
	list, err := s.Destinations(ctx, m, x)
	if err != nil {
		return err
	}
	i := slices.IndexFunc(list, func(d Destination) bool { return d.Operation == operation })
	if i < 0 {
		return account.Fault("Choisissez un sourçage ouvert qui consulte cette structure.")
	}
	exchange := account.HashToken(x.ID + "\x00" + operation)[:26]
	trial := *x
	trial.Uses = slices.Clone(x.Uses)
	if err := trial.Enters(operation, exchange, m.Person, s.Now()); err != nil && !errors.Is(err, sourcing.ErrUnchanged) {
		return err
	}
	if err := s.Operation.Meet(ctx, m, operation, x.Exchange(exchange, list[i].Supplier, seen.Event.Title)); err != nil {
		return err
	}
	if err := s.passed("exchange"); err != nil {
		return err
	}
	return s.onEncounter(ctx, id, encounter, m.Person, func(x *event.Encounter) error {
		return x.Enters(operation, exchange, m.Person, s.Now())
	})
}

// MaxTraining is how much a guest writes of a training asked for, in letters.
const MaxTraining = 500

// AskTraining notes what the guest of a link asks to be trained in; "" takes it back.
func (s *Service) AskTraining(ctx context.Context, r *Reached, text string) error {
	if len([]rune(text)) > MaxTraining {
		return account.Fault("500 caractères au plus.")
	}
	_, err := store.Update(ctx, s.Guests, r.Guest.ID, func(g *event.Guest) (store.Change, error) {
		if g.Training == text {
			return store.Change{}, sourcing.ErrUnchanged
		}
		g.Training, g.TrainingAt = text, s.Now().UTC()
		if text == "" {
			g.TrainingAt = time.Time{}
		}
		g.UpdatedAt, g.Rev = s.Now().UTC(), g.Rev+1
		return store.Change{At: s.Now().UTC(), Actor: g.Person}, nil
	})
	if errors.Is(err, sourcing.ErrUnchanged) {
		return nil
	}
	return err
}
