package operation

import (
	"context"
	"errors"
	"slices"

	"sourcier/internal/account"
	"sourcier/internal/buyer"
	"sourcier/internal/sourcing"
	"sourcier/internal/store"
	"sourcier/internal/survey"
)

// Express is all that the express form says of a new operation: what a member does page
// by page on the full path.
type Express struct {
	Operation sourcing.Operation // id, purchase, lots, title, message, deadline
	Panel     sourcing.Longlist  // sources and rows
	Chosen    []sourcing.Supplier
	Excluded  []sourcing.Exclusion
	Questions survey.Questionnaire
	Interests string // declared, "" none
}

// Express prepares an operation up to the preview of its first message: its panel is
// frozen, who is contacted is chosen, the interests are declared and the questionnaire is
// approved. The same form sent twice is one operation; sent again with other words before
// the opening, it says them. An account.Fault.
func (s *Service) Express(ctx context.Context, m buyer.Member, in Express) error {
	id := in.Operation.ID
	in.Operation.Express = true
	d, err := s.Operations.Get(ctx, id)
	switch {
	case errors.Is(err, store.ErrNotFound):
		if err := s.insertExpress(ctx, m, in); !errors.Is(err, store.ErrDuplicate) {
			return err
		}
	case err != nil:
		return err
	case d.Value.Organisation != m.Organisation || d.Value.CreatedBy != m.Person || d.Value.Purchase != in.Operation.Purchase:
		return store.ErrNotFound
	}
	l, err := s.keep(ctx, m, id, in.Panel)
	if err != nil {
		return err
	}
	return s.On(ctx, m, id, "operation.write", func(o *sourcing.Operation) ([]sourcing.Dispatch, error) {
		if in.says(o, l) {
			return nil, sourcing.ErrUnchanged
		}
		return nil, in.prepare(o, m, l, s)
	})
}

// insertExpress stores the operation with all that is said of it, in one write.
func (s *Service) insertExpress(ctx context.Context, m buyer.Member, in Express) error {
	if err := s.takes(ctx, m, in.Operation.Purchase); err != nil {
		return err
	}
	o := in.Operation
	if err := o.Begin(m, s.Now()); err != nil {
		return err
	}
	l, err := s.keep(ctx, m, o.ID, in.Panel)
	if err != nil {
		return err
	}
	if err := in.prepare(&o, m, l, s); err != nil {
		return err
	}
	ch, err := s.change(ctx, m, "operation.create", &o, nil)
	if err != nil {
		return err
	}
	_, err = s.Operations.Insert(ctx, o, ch)
	return err
}

// prepare says all of it on an operation that is not open.
func (in *Express) prepare(o *sourcing.Operation, m buyer.Member, l *sourcing.Longlist, s *Service) error {
	now := s.Now()
	for _, do := range []func() error{
		func() error { return o.Write(m, in.Operation, o.Rev, now) },
		func() error { return o.Freeze(m, l, now) },
		func() error { return o.Choose(m, l, in.Chosen, in.Excluded, o.Rev, now) },
		func() error { return o.Declare(m, in.Interests, now) },
		func() error {
			q := in.Questions
			o.Draft = &q
			_, err := o.Approve(m, o.Rev, now)
			return err
		},
	} {
		if err := do(); err != nil && !errors.Is(err, sourcing.ErrUnchanged) {
			return err
		}
	}
	o.Draft = nil
	for _, fault := range o.Missing(l, now) {
		return fault // pages say each at its field before
	}
	return nil
}

// says reports whether the operation says the same already.
func (in *Express) says(o *sourcing.Operation, l *sourcing.Longlist) bool {
	return o.State() != sourcing.Drafted || o.Title == in.Operation.Title && o.Message == in.Operation.Message && o.Deadline.Equal(in.Operation.Deadline) &&
		o.Panel != nil && o.Panel.Hash == l.Hash && in.chooses(o) && slices.Equal(o.Excluded, in.Excluded) &&
		o.Approved != nil && survey.Same(o.Approved, &in.Questions)
}

// chooses reports whether the operation contacts the same already, at the same addresses.
func (in *Express) chooses(o *sourcing.Operation) bool {
	chosen := func(s sourcing.Supplier) [2]string { return [2]string{s.Structure, s.Email} }
	var before, now [][2]string
	for _, s := range o.Suppliers {
		if !s.Spontaneous {
			before = append(before, chosen(s))
		}
	}
	for _, s := range in.Chosen {
		now = append(now, chosen(s))
	}
	return slices.Equal(before, now)
}

// takes refuses a sourçage on a purchase that the member does not see, or that is past it.
func (s *Service) takes(ctx context.Context, m buyer.Member, purchase string) error {
	p, _, err := s.Programme.Purchase(ctx, m, purchase)
	if err != nil {
		return err
	}
	switch state := p.Value.State(); {
	case p.Value.External != nil:
		return sourcing.ErrExternal
	case state.Ended():
		return sourcing.ErrEnded
	case state == sourcing.Launched:
		return errAfterLaunch
	}
	n, err := s.Operations.CountLookup(ctx, store.OperationsOf(m.Organisation))
	if err == nil && n >= sourcing.MaxOperations {
		err = account.Fault("Votre organisation garde déjà 2 000 sourçages.")
	}
	return err
}
