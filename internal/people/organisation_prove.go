package people

import (
	"context"
	"errors"

	"sourcier/internal/account"
	"sourcier/internal/store"
)

// FoundOwner makes the organisation that will hold the sheet of a structure, by who
// claims it: nobody has confirmed it yet. A number that another organisation has is left
// out, since establishments of one legal unit may be run apart.
func (s *Service) FoundOwner(ctx context.Context, p *account.Person, f account.Founding) (id string, err error) {
	f.Kind = account.KindOwner
	id, err = s.Propose(ctx, p, f)
	if errors.Is(err, errSameSIREN) {
		f.SIREN = ""
		return s.Propose(ctx, p, f)
	}
	return id, err
}

// ProveOrganisation makes the roles of the members of an organisation count because
// it holds a sheet by a proof. Done again it changes nothing; a number that is
// another's by now is left out.
func (s *Service) ProveOrganisation(ctx context.Context, actor, id, siren, name string) error {
	prove := func(siren string) error {
		return s.changeOrganisation(ctx, actor, id, func(o *account.Organisation) (organisationChange, error) {
			before := o.State()
			changed, err := o.Prove(siren, name, s.Now())
			if err == nil && !changed {
				err = errUnchanged
			}
			return stateChange("prove", before, o), err
		})
	}
	err := prove(siren)
	if errors.Is(err, store.ErrDuplicate) {
		return prove("")
	}
	return err
}

// CountMail counts a mail that somebody has sent to an address which is not theirs, as
// a request to sign in is counted. *TooManyError, ErrUncounted.
func (s *Service) CountMail(ctx context.Context, e account.Email, network string) error {
	return s.countRequest(ctx, e, network)
}
