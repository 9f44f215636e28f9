package directory

import (
	"context"
	"errors"
	"time"

	"sourcier/internal/account"
	"sourcier/internal/buyer"
	"sourcier/internal/people"
	"sourcier/internal/store"
	"sourcier/internal/structure"
)

// Holder tells what the desk holds on a person, and forgets it: searches of the
// person's own go, lists and notes of an organisation stay with it, without the name.
func (d *Desk) Holder() people.Holder {
	return people.Holder{
		Name: "desk", Title: "Vos listes, vos notes et vos recherches",
		Why:    "Partager avec vos collègues les structures que vous avez repérées, et vous prévenir quand il y en a de nouvelles.",
		Tell:   d.tellHeld,
		Forget: d.forget,
	}
}

// What is told, a line each.
type (
	toldSearch struct {
		What   string    `json:"what"` // "saved_search" or "followed_search"
		ID     string    `json:"id"`
		Name   string    `json:"name"`
		Query  string    `json:"query"`
		Shared string    `json:"shared_with,omitempty"` // organisation
		At     time.Time `json:"at"`
	}
	toldList struct {
		What         string    `json:"what"` // "list", "list_entry" or "note"
		Organisation string    `json:"organisation"`
		List         string    `json:"list"`
		Name         string    `json:"name,omitempty"`
		Structure    string    `json:"structure,omitempty"`
		Text         string    `json:"text,omitempty"`
		At           time.Time `json:"at"`
	}
	toldDigest struct {
		What string         `json:"what"` // "last_digest"
		Day  structure.Date `json:"day"`
	}
)

func (d *Desk) tellHeld(ctx context.Context, p *account.Person, limit int) ([]any, error) {
	var out []any
	add := func(line any) error {
		if out = append(out, line); len(out) >= limit {
			return errEnoughHeld
		}
		return nil
	}
	err := errors.Join(
		eachOf(ctx, d.Searches, p.ID, func(doc store.Doc[buyer.Search]) error { return tellSearch(&doc.Value, p.ID, add) }),
		eachOf(ctx, d.Binders, p.ID, func(doc store.Doc[buyer.Binder]) error { return tellBinder(&doc.Value, p.ID, add) }),
		eachOf(ctx, d.Lists, p.ID, func(doc store.Doc[buyer.List]) error { return tellList(&doc.Value, p.ID, add) }),
	)
	if err != nil && !errors.Is(err, errEnoughHeld) {
		return nil, err
	}
	g, err := d.Digests.Get(ctx, p.ID)
	if err == nil && len(out) < limit {
		out = append(out, toldDigest{"last_digest", g.Value.Day})
	}
	if errors.Is(err, store.ErrNotFound) {
		err = nil
	}
	return out, err
}

// errEnoughHeld ends a reading at the bound.
var errEnoughHeld = errors.New("enough")

// eachOf tells the documents that name a person.
func eachOf[T any](ctx context.Context, c *store.Collection[T], person string, tell func(store.Doc[T]) error) error {
	return store.EachFound(ctx, c, store.DeskOf(person), tell)
}

func tellSearch(s *buyer.Search, person string, add func(any) error) error {
	if s.Person == person {
		if err := add(toldSearch{"saved_search", s.ID, s.Name, s.Query, s.Organisation, s.At}); err != nil {
			return err
		}
	}
	for _, f := range s.Followers {
		if f.Person == person {
			return add(toldSearch{"followed_search", s.ID, s.Name, s.Query, s.Organisation, f.At})
		}
	}
	return nil
}

func tellBinder(b *buyer.Binder, person string, add func(any) error) error {
	for _, r := range b.Lists {
		if r.By == person {
			if err := add(toldList{What: "list", Organisation: b.Organisation, List: r.ID, Name: r.Name, At: r.At}); err != nil {
				return err
			}
		}
	}
	return nil
}

func tellList(l *buyer.List, person string, add func(any) error) error {
	for _, e := range l.Entries {
		if e.By == person {
			if err := add(toldList{What: "list_entry", Organisation: l.Organisation, List: l.ID, Structure: e.Structure, At: e.At}); err != nil {
				return err
			}
		}
		if n := e.Noted(); n.By == person {
			if err := add(toldList{What: "note", Organisation: l.Organisation, List: l.ID, Structure: e.Structure, Text: n.Text, At: n.At}); err != nil {
				return err
			}
		}
	}
	return nil
}

// forget is done again when it was stopped: what was dealt with is not found again.
func (d *Desk) forget(ctx context.Context, p *account.Person, _ []account.Email) error {
	err := eachOf(ctx, d.Searches, p.ID, func(doc store.Doc[buyer.Search]) error {
		if doc.Value.Person == p.ID && !doc.Value.Shared() {
			return errors.Join(remove(ctx, d.Searches, doc.ID), remove(ctx, d.Known, doc.ID))
		}
		return forgetIn(ctx, d, d.Searches, doc.ID, p.ID, (*buyer.Search).Forget)
	})
	if err != nil {
		return err
	}
	err = eachOf(ctx, d.Binders, p.ID, func(doc store.Doc[buyer.Binder]) error {
		return forgetIn(ctx, d, d.Binders, doc.ID, p.ID, (*buyer.Binder).Forget)
	})
	if err != nil {
		return err
	}
	err = eachOf(ctx, d.Lists, p.ID, func(doc store.Doc[buyer.List]) error {
		return forgetIn(ctx, d, d.Lists, doc.ID, p.ID, (*buyer.List).Forget)
	})
	if err != nil {
		return err
	}
	return remove(ctx, d.Digests, p.ID)
}

// forgetIn takes a person off one document.
func forgetIn[T any](ctx context.Context, d *Desk, c *store.Collection[T], id, person string, forget func(*T, string) bool) error {
	_, err := store.Update(ctx, c, id, func(v *T) (store.Change, error) {
		if !forget(v, person) {
			return store.Change{}, buyer.ErrUnchanged
		}
		return store.Change{Actor: store.ActorSystem, At: d.Now().UTC(), Audit: true, What: "list.forget", Subject: person}, nil
	})
	if errors.Is(err, store.ErrNotFound) {
		return nil
	}
	return settled(err)
}
