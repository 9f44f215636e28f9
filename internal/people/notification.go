package people

import (
	"context"
	"crypto/subtle"
	"errors"
	"slices"
	"strings"

	"sourcier/internal/account"
	"sourcier/internal/message"
	"sourcier/internal/store"
)

// Wanted sets which of the optional kinds of mails a person gets.
func (s *Service) Wanted(ctx context.Context, person string, kinds []message.Kind) error {
	return s.mute(ctx, person, func([]string) []string {
		var off []string
		for _, t := range message.Traits() {
			if t.Optional && !slices.Contains(kinds, t.Kind) {
				off = append(off, string(t.Kind))
			}
		}
		return off
	})
}

// Mute switches a kind of mails off for a person; once more does nothing.
func (s *Service) Mute(ctx context.Context, person string, kind message.Kind) error {
	if !kind.Optional() {
		return account.Fault("Ces messages ne peuvent pas être arrêtés.")
	}
	return s.mute(ctx, person, func(off []string) []string { return append(slices.Clone(off), string(kind)) })
}

func (s *Service) mute(ctx context.Context, person string, change func(off []string) []string) error {
	_, err := store.Update(ctx, s.People.Collection, person, func(p *account.Person) (store.Change, error) {
		before := p.Muted
		p.Muted = slices.Compact(slices.Sorted(slices.Values(change(before))))
		if p.Erased() || slices.Equal(before, p.Muted) {
			return store.Change{}, errUnchanged
		}
		patch, err := store.Patch(ctx, s.Keys, store.Changed{Field: "muted", Before: before, After: p.Muted})
		return s.own(person, "person.notifications", patch), err
	})
	if errors.Is(err, errUnchanged) {
		return nil
	}
	return err
}

// ReadUnsubscribe tells who switches which kind off by the word of a letter
// (PERSON.KIND.TOKEN); false when no letter carried it. Nothing is looked up: a letter
// can be answered however old it is.
func (s *Service) ReadUnsubscribe(word string) (person string, kind message.Kind, ok bool) {
	parts := strings.Split(word, ".")
	if len(word) > 400 || len(parts) != 3 {
		return "", "", false
	}
	person, kind = parts[0], message.Kind(parts[1])
	want := s.Secret.Token(message.PurposeUnsubscribe, message.UnsubscribeObject(person, kind), 0)
	if person == "" || !kind.Optional() || subtle.ConstantTimeCompare([]byte(want), []byte(parts[2])) != 1 {
		return "", "", false
	}
	return person, kind, true
}

// ReadStopAlert tells who ends the alert of which saved search by the word of a letter
// (PERSON.SEARCH.TOKEN); false when no letter carried it.
func (s *Service) ReadStopAlert(word string) (person, search string, ok bool) {
	parts := strings.Split(word, ".")
	if len(word) > 400 || len(parts) != 3 || parts[0] == "" || parts[1] == "" {
		return "", "", false
	}
	want := s.Secret.Token(message.PurposeStopAlert, message.StopAlertObject(parts[0], parts[1]), 0)
	return parts[0], parts[1], subtle.ConstantTimeCompare([]byte(want), []byte(parts[2])) == 1
}
