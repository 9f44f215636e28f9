package programme

import (
	"context"
	"errors"
	"slices"
	"strconv"
	"strings"
	"time"

	"sourcier/internal/account"
	"sourcier/internal/buyer"
	"sourcier/internal/message"
	"sourcier/internal/people"
	"sourcier/internal/sourcing"
	"sourcier/internal/store"
	"sourcier/internal/structure"
	"sourcier/internal/territory"
)

// Watch is the alert of a person, the zero value when there is none.
func (s *Service) Watch(ctx context.Context, person string) (sourcing.Watch, error) {
	d, err := s.Watches.Get(ctx, person)
	if errors.Is(err, store.ErrNotFound) || err == nil && !d.Value.StoppedAt.IsZero() {
		return sourcing.Watch{}, nil
	}
	return d.Value, err
}

// Follow tells a member of a structure, from now on, of what is published.
// store.ErrNotFound for a sheet of another, an account.Fault.
func (s *Service) Follow(ctx context.Context, m buyer.Member, in sourcing.Watch) error {
	if _, err := s.Sheets.SheetFor(ctx, m.Person, m.Organisation, in.Structure); err != nil {
		return err
	}
	in.Person, in.Organisation = m.Person, m.Organisation
	_, err := store.UpdateOrInsert(ctx, s.Watches, m.Person, func(w *sourcing.Watch) (store.Change, error) {
		if err := w.Follow(in, s.Now()); err != nil {
			return store.Change{}, err
		}
		return s.change(m, "forward.follow", "")
	})
	return settled(err)
}

// Unfollow ends the alert of a person; one that is over is done too.
func (s *Service) Unfollow(ctx context.Context, m buyer.Member) error {
	_, err := store.Update(ctx, s.Watches, m.Person, func(w *sourcing.Watch) (store.Change, error) {
		if err := w.Stop(s.Now()); err != nil {
			return store.Change{}, err
		}
		return s.change(m, "forward.unfollow", "")
	})
	if errors.Is(err, store.ErrNotFound) {
		return nil
	}
	return settled(err)
}

// watchPage is how many watches are read at a time.
const watchPage = 100

// TellAhead writes the digests of a day to everybody whose alert wants something new,
// once to each. due is the moment at which the day's digests are due: what was
// published before it is told to all in the run of that day, whether the run is stopped
// and done again or not, and what came after it to nobody (equal treatment). That a
// person was told and the letter are one write.
func (s *Service) TellAhead(ctx context.Context, due time.Time) (queued int, err error) {
	list, err := s.Announced(ctx)
	if err != nil || s.Sheets == nil {
		return 0, err
	}
	for after := ""; ; {
		docs, err := s.Watches.PageLookup(ctx, store.FollowedAhead, after, watchPage)
		if err != nil {
			return queued, err
		}
		for i := range docs {
			after = docs[i].ID
			told, err := s.tellOne(ctx, &docs[i].Value, list, due)
			if err != nil {
				return queued, err
			}
			if told {
				queued++
			}
		}
		if len(docs) < watchPage {
			return queued, nil
		}
	}
}

// tellOne writes the digest of one person, when there is something to tell.
func (s *Service) tellOne(ctx context.Context, seen *sourcing.Watch, list []sourcing.Announcement, due time.Time) (told bool, err error) {
	wants, err := s.wants(ctx, seen)
	if err != nil || wants == nil || len(seen.News(list, due, wants)) == 0 {
		return false, err
	}
	person, err := s.People.People.Get(ctx, seen.Person)
	if errors.Is(err, store.ErrNotFound) || err == nil && !person.Value.Active() {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	if err := s.passed("read"); err != nil {
		return false, err
	}
	told, err = s.writeDigest(ctx, &person.Value, list, due, wants)
	if err == nil && told {
		err = s.passed("told")
	}
	return told && err == nil, err
}

// writeDigest notes that a person is told, with the letter that tells it.
func (s *Service) writeDigest(ctx context.Context, p *account.Person, list []sourcing.Announcement, due time.Time, wants func(*sourcing.Announcement) bool) (told bool, err error) {
	day := structure.DateOf(due)
	_, err = store.Update(ctx, s.Watches, p.ID, func(w *sourcing.Watch) (store.Change, error) {
		told = false
		if w.Day >= day || !w.StoppedAt.IsZero() {
			return store.Change{}, sourcing.ErrUnchanged
		}
		news := w.News(list, due, wants)
		if len(news) == 0 {
			return store.Change{}, sourcing.ErrUnchanged
		}
		w.Tell(news, day, due)
		effects, err := s.aheadLetter(p, news, day)
		told = len(effects) > 0
		return store.Change{Effects: effects, At: s.Now().UTC()}, err
	})
	if errors.Is(err, store.ErrNotFound) { // erased meanwhile
		return false, nil
	}
	return told && err == nil, settled(err)
}

// wants says what a watch follows; nil for who no longer acts for the structure, or
// whose sheet is not shown.
func (s *Service) wants(ctx context.Context, w *sourcing.Watch) (func(*sourcing.Announcement) bool, error) {
	var fault account.Fault
	sheet, err := s.Sheets.SheetFor(ctx, w.Person, w.Organisation, w.Structure)
	switch {
	case errors.Is(err, store.ErrNotFound), errors.As(err, &fault):
		return nil, nil
	case err != nil:
		return nil, err
	case w.Like:
		return func(a *sourcing.Announcement) bool { return a.ConcernsSheet(s.Atlas, &sheet) }, nil
	}
	var places []territory.Territory
	for _, value := range w.Places {
		if t, err := s.Atlas.Resolve(value); err == nil {
			places = append(places, t)
		}
	}
	if len(places) == 0 && len(w.Places) > 0 {
		return nil, nil // it names no place that is known: not everywhere
	}
	return func(a *sourcing.Announcement) bool { return a.Concerns(s.Atlas, w.Sectors, places) }, nil
}

const (
	// maxNamedAhead is how many purchases a letter names.
	maxNamedAhead = 15
	maxAheadWord  = 70 // letters
)

// aheadLetter is the digest of a day: its key is the person and the day.
func (s *Service) aheadLetter(p *account.Person, news []sourcing.Announcement, day structure.Date) ([]store.Effect, error) {
	var text strings.Builder
	for i := range news[:min(len(news), maxNamedAhead)] {
		a := &news[i]
		text.WriteString(message.AlertLine(message.AheadPurchase, a.ID, cutAhead(a.Object), cutAhead(a.Buyer), a.Quarter.Label()))
	}
	version, err := strconv.ParseInt(strings.ReplaceAll(string(day), "-", ""), 10, 64)
	if err != nil {
		return nil, err
	}
	return people.Notify(p, message.Order{
		Key: message.Key{Kind: message.AheadNews, Object: p.ID, Version: version}, QueuedAt: s.Now().UTC(),
		Details: map[string]string{message.DetailDay: string(day), message.DetailAhead: text.String(), message.DetailTotal: strconv.Itoa(len(news))},
	})
}

func cutAhead(text string) string {
	letters := []rune(text)
	if len(letters) <= maxAheadWord {
		return text
	}
	return string(letters[:maxAheadWord-1]) + "…"
}

// ForwardHolder tells what the public forward programme holds on a person, and forgets
// it: the alert goes, the interest of a structure stays with it, without the name.
func (s *Service) ForwardHolder() people.Holder {
	return people.Holder{
		Name: "forward", Title: "Vos achats à venir",
		Why:    "Vous prévenir des achats annoncés, et dire aux acheteurs quelle structure s’y intéresse.",
		Tell:   s.tellForward,
		Forget: s.forgetForward,
	}
}

type (
	toldWatch struct {
		What      string         `json:"what"` // "forward_alert"
		Structure string         `json:"structure,omitempty"`
		Like      bool           `json:"like_its_sheet,omitempty"`
		Sectors   []string       `json:"sectors,omitempty"`
		Places    []string       `json:"places,omitempty"`
		Since     time.Time      `json:"since"`
		Stopped   time.Time      `json:"stopped_at,omitzero"`
		Told      []string       `json:"told,omitempty"` // ids of purchases
		LastMail  structure.Date `json:"last_mail,omitempty"`
	}
	toldInterest struct {
		What      string    `json:"what"` // "interest"
		Purchase  string    `json:"purchase"`
		Structure string    `json:"structure"`
		At        time.Time `json:"at"`
		Withdrawn time.Time `json:"withdrawn_at,omitzero"`
	}
)

func (s *Service) tellForward(ctx context.Context, p *account.Person, limit int) (out []any, err error) {
	d, err := s.Watches.Get(ctx, p.ID)
	switch {
	case err == nil:
		w := &d.Value
		out = append(out, toldWatch{"forward_alert", w.Structure, w.Like, w.Sectors, w.Places, w.Since, w.StoppedAt, w.Told, w.Day})
	case !errors.Is(err, store.ErrNotFound):
		return nil, err
	}
	docs, err := s.Interests.FindLookup(ctx, store.PlansNaming(p.ID), max(limit-len(out), 1))
	for _, d := range docs {
		out = append(out, toldInterest{"interest", d.Value.Purchase, d.Value.Structure, d.Value.At, d.Value.WithdrawnAt})
	}
	return out[:min(len(out), limit)], err
}

// forgetForward is done again when it was stopped: what was dealt with is not found
// again.
func (s *Service) forgetForward(ctx context.Context, p *account.Person, _ []account.Email) error {
	for {
		docs, err := s.Interests.FindLookup(ctx, store.PlansNaming(p.ID), watchPage)
		if err != nil {
			return err
		}
		for _, d := range docs {
			_, err := store.Update(ctx, s.Interests, d.ID, func(i *sourcing.Interest) (store.Change, error) {
				if i.By != p.ID {
					return store.Change{}, sourcing.ErrUnchanged
				}
				i.By = ""
				return store.Change{Actor: store.ActorSystem, At: s.Now().UTC()}, nil
			})
			if err := settled(err); err != nil {
				return err
			}
		}
		if len(docs) < watchPage {
			break
		}
	}
	for {
		d, err := s.Watches.Get(ctx, p.ID)
		if err == nil {
			err = s.Watches.Delete(ctx, d)
		}
		if !errors.Is(err, store.ErrConflict) {
			if errors.Is(err, store.ErrNotFound) {
				return nil
			}
			return err
		}
	}
}

// Wanted are those of the announcements that a watch follows, old or new.
func (s *Service) Wanted(ctx context.Context, w *sourcing.Watch, list []sourcing.Announcement) ([]sourcing.Announcement, error) {
	wants, err := s.wants(ctx, w)
	if err != nil || wants == nil {
		return nil, err
	}
	return slices.DeleteFunc(slices.Clone(list), func(a sourcing.Announcement) bool { return !wants(&a) }), nil
}
