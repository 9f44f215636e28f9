package people

import (
	"context"
	"errors"
	"strings"

	"sourcier/internal/account"
	"sourcier/internal/message"
	"sourcier/internal/store"
)

// ErrSending says that a mail leaves at this moment: what was to be done about it is asked
// for again.
const ErrSending = account.Fault("Un courriel part en ce moment même : recommencez dans une minute.")

// ScrubMails removes the content of the mails to an address that are about something: whose
// object begins so. One that waits leaves no more. ErrSending.
func (s *Service) ScrubMails(ctx context.Context, to account.Email, about string) error {
	return s.mailsAbout(ctx, to, about, func(d store.Doc[message.Message]) error {
		if !d.Value.ScrubbedAt.IsZero() {
			return nil
		}
		err := s.scrub(ctx, d.ID)
		if errors.Is(err, errUnderWay) {
			return ErrSending
		}
		return err
	})
}

// DropMails deletes them, whatever their state.
func (s *Service) DropMails(ctx context.Context, to account.Email, about string) error {
	return s.mailsAbout(ctx, to, about, func(d store.Doc[message.Message]) error { return store.Drop(ctx, s.Messages.Collection, d.ID) })
}

func (s *Service) mailsAbout(ctx context.Context, to account.Email, about string, do func(store.Doc[message.Message]) error) error {
	return s.eachMessage(ctx, store.MessagesTo(message.AddressHash(to.Key())), func(d store.Doc[message.Message]) error {
		if !strings.HasPrefix(d.Value.Object, about) {
			return nil
		}
		return do(d)
	})
}
