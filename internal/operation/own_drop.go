package operation

import (
	"context"
	"errors"
	"strings"

	"sourcier/internal/account"
	"sourcier/internal/message"
	"sourcier/internal/sourcing"
	"sourcier/internal/store"
)

// dropPage is how many documents are read at a time to be taken out.
const dropPage = 50

// DropOrganisation takes out the sourçages of an organisation, with the mails that they
// sent. Cut short, it is run again: an operation goes after what hangs on it.
func (s *Service) DropOrganisation(ctx context.Context, organisation string) error {
	return dropAll(ctx, s.Operations, store.OperationsOf(organisation), func(o *sourcing.Operation) error {
		of := store.AnswersIn(o.ID)
		return errors.Join(s.dropMails(ctx, o), dropAll(ctx, s.Answers, of, nil), dropAll(ctx, s.Sourcing.Exchanges, of, nil), dropAll(ctx, s.Longlists, of, nil))
	})
}

// dropMails takes out what was sent to the suppliers of an operation.
func (s *Service) dropMails(ctx context.Context, o *sourcing.Operation) error {
	for i := range o.Suppliers {
		to := store.MessagesTo(message.AddressHash(account.Email(o.Suppliers[i].Email).Key()))
		docs, err := s.Messages.FindLookup(ctx, to, messagesTo)
		if err != nil {
			return err
		}
		for _, d := range docs {
			if !strings.HasPrefix(d.Value.Object, o.ID+".") {
				continue
			}
			if err := s.Messages.Delete(ctx, d); err != nil && !errors.Is(err, store.ErrNotFound) && !errors.Is(err, store.ErrConflict) {
				return err
			}
		}
	}
	return nil
}

// messagesTo bounds the mails to an address that are looked through.
const messagesTo = 1000

// dropAll deletes the documents of a lookup key, each after what hangs on it.
func dropAll[T any](ctx context.Context, c *store.Collection[T], key string, before func(*T) error) error {
	for after := ""; ; {
		docs, err := c.PageLookup(ctx, key, after, dropPage)
		if err != nil || len(docs) == 0 {
			return err
		}
		for _, d := range docs {
			after = d.ID
			if before != nil {
				if err := before(&d.Value); err != nil {
					return err
				}
			}
			if err := c.Delete(ctx, d); err != nil && !errors.Is(err, store.ErrNotFound) {
				return err
			}
		}
	}
}
