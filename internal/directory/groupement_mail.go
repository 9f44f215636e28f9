package directory

import (
	"context"
	"slices"
	"strings"

	"sourcier/internal/groupement"
	"sourcier/internal/message"
	"sourcier/internal/store"
	"sourcier/internal/taxonomy"
)

// order is a letter about a groupement; each of its revisions is another letter.
func (s *Service) order(ctx context.Context, w Who, g *groupement.Groupement, kind message.Kind, as string) (message.Order, error) {
	by, err := s.shown(ctx, as)
	return message.Order{
		Key:    message.Key{Kind: kind, Object: g.ID, Version: g.Rev},
		Sender: w.Person, QueuedAt: s.Now().UTC(),
		Details: map[string]string{message.DetailStructure: by.Name, message.DetailGroupement: g.Name},
	}, err
}

// invitation is the letter to the organisation that holds the sheet of who is invited:
// none where nobody does.
func (s *Service) invitation(ctx context.Context, w Who, g *groupement.Groupement, as, owner string) ([]store.Effect, error) {
	if owner == "" {
		return nil, nil
	}
	o, err := s.order(ctx, w, g, message.GroupementInvitation, as)
	if err != nil {
		return nil, err
	}
	o.Details[message.DetailForm] = strings.ToLower(taxonomy.FormName(g.Form).Long)
	return s.People.LettersTo(ctx, owner, o)
}

// news tells the structures of a groupement what one of them did, each organisation
// once and never the one that acts.
func (s *Service) news(ctx context.Context, w Who, g *groupement.Groupement, as, event, text string, to []string) ([]store.Effect, error) {
	o, err := s.order(ctx, w, g, message.GroupementNews, as)
	if err != nil {
		return nil, err
	}
	o.Details[message.DetailEvent] = event
	if text != "" {
		o.Details[message.DetailText] = text
	}
	told := []string{"", w.Organisation}
	var out []store.Effect
	for _, id := range to {
		owner, err := s.owner(ctx, id)
		if err != nil {
			return nil, err
		}
		if slices.Contains(told, owner) {
			continue
		}
		told = append(told, owner)
		mails, err := s.People.LettersTo(ctx, owner, o)
		if err != nil {
			return nil, err
		}
		out = append(out, mails...)
	}
	return out, nil
}
