package operation

import (
	"context"

	"sourcier/internal/account"
	"sourcier/internal/sourcing"
)

// dropMails takes out what was sent to the suppliers of an operation.
func (s *Service) dropMails(ctx context.Context, o *sourcing.Operation) error {
	for i := range o.Suppliers {
		if err := s.People.DropMails(ctx, account.Email(o.Suppliers[i].Email), o.ID+"."); err != nil {
			return err
		}
	}
	return nil
}
