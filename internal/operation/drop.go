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
