package operation

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"time"

	"sourcier/internal/account"
	"sourcier/internal/buyer"
	"sourcier/internal/message"
	"sourcier/internal/sourcing"
	"sourcier/internal/store"
)

// maxCalls is how many published sourçages a list reads.
const maxCalls = 500

// Call is what the public page of a sourçage says, and all that it says: never who is
// asked, nor how many.
type Call struct {
	ID           string
	Title        string
	Organisation string // its name
	Notice       string
	Deadline     time.Time
	PublishedAt  time.Time
	Open         bool // it takes candidates
	Demo         bool
}

func callOf(o *sourcing.Operation, organisation string, at time.Time) Call {
	return Call{o.ID, o.Title, organisation, o.Notice, o.Deadline, o.PublishedAt, o.Calls(at), o.Demo}
}

// CallsOpen lists the sourçages that take candidates, the newest first.
func (s *Service) CallsOpen(ctx context.Context) (out []Call, err error) {
	docs, err := s.Operations.FindLookup(ctx, store.OpenOperations, maxCalls)
	if err != nil {
		return nil, err
	}
	names := map[string]string{}
	for i := range docs {
		o := &docs[i].Value
		if !o.Calls(s.Now()) {
			continue
		}
		name, known := names[o.Organisation]
		if !known {
			org, err := s.People.Organisations.Get(ctx, o.Organisation)
			if err != nil {
				return nil, err
			}
			name = org.Value.Name
			names[o.Organisation] = name
		}
		out = append(out, callOf(o, name, s.Now()))
	}
	slices.SortFunc(out, func(a, b Call) int {
		return cmp.Or(b.PublishedAt.Compare(a.PublishedAt), cmp.Compare(a.ID, b.ID))
	})
	return out, nil
}

// CallOf is the public page of one sourçage. store.ErrNotFound for what is not published.
func (s *Service) CallOf(ctx context.Context, id string) (*Call, error) {
	d, err := s.Operations.Get(ctx, id)
	if err != nil {
		return nil, err
	}
	if d.Value.PublishedAt.IsZero() {
		return nil, fmt.Errorf("call %s: %w", id, store.ErrNotFound)
	}
	org, err := s.People.Organisations.Get(ctx, d.Value.Organisation)
	if err != nil {
		return nil, err
	}
	call := callOf(&d.Value, org.Value.Name, s.Now())
	return &call, nil
}

// Publish puts a sourçage on the public page, or writes its notice anew.
func (s *Service) Publish(ctx context.Context, m buyer.Member, id, notice string, rev int64) error {
	return s.On(ctx, m, id, "operation.publish", func(o *sourcing.Operation) ([]sourcing.Dispatch, error) {
		return nil, o.Publish(m, notice, rev, s.Now())
	})
}

// Unpublish takes it off.
func (s *Service) Unpublish(ctx context.Context, m buyer.Member, id string) error {
	return s.On(ctx, m, id, "operation.unpublish", func(o *sourcing.Operation) ([]sourcing.Dispatch, error) { return nil, o.Unpublish(m, s.Now()) })
}

// Hear asks a spontaneous candidate as the others were, or refuses it for a reason that
// it is told.
func (s *Service) Hear(ctx context.Context, m buyer.Member, id, supplier string, yes bool, reason string) error {
	return s.On(ctx, m, id, "operation.hear", func(o *sourcing.Operation) ([]sourcing.Dispatch, error) {
		return o.Hear(m, supplier, yes, reason, s.Now())
	})
}

// Knock keeps what somebody wrote on the public page and writes to the address, which is
// counted as a request to sign in is: what it confirms counts, nothing else does. The
// same form sent twice is one mail. *people.TooManyError, people.ErrUncounted.
func (s *Service) Knock(ctx context.Context, id string, k sourcing.Candidacy, network string) error {
	call, err := s.CallOf(ctx, id)
	if err != nil {
		return err
	}
	if !call.Open {
		return sourcing.ErrNoCall
	}
	if err := s.People.CountMail(ctx, account.Email(k.Email), network); err != nil {
		return err
	}
	object := message.CandidacyObject(id, k.ID)
	k.Link = account.HashToken(s.People.Secret.Token(message.PurposeCandidacy, object, 0))
	now := s.Now()
	effects, err := s.People.MailTo(message.Order{
		Key: message.Key{Kind: message.SourcingCandidacy, Object: object, Recipient: account.Email(k.Email).Key()}, To: k.Email, ExpiresAt: now.UTC().Add(sourcing.CandidacyLife),
		Details: map[string]string{message.DetailPurchase: call.Title, message.DetailOrganisation: call.Organisation, message.DetailStructure: k.Name},
	})
	if err != nil {
		return err
	}
	return s.visited(ctx, id, "operation.knock", effects, func(o *sourcing.Operation) error { return o.Knock(k, now) })
}

// visited is a write of somebody who has no account.
func (s *Service) visited(ctx context.Context, id, what string, effects []store.Effect, do func(*sourcing.Operation) error) error {
	_, err := store.Update(ctx, s.Operations, id, func(o *sourcing.Operation) (store.Change, error) {
		if err := do(o); err != nil {
			return store.Change{}, err
		}
		ch, err := s.change(ctx, buyer.Member{Person: store.ActorVisitor}, what, o, nil)
		ch.Effects = append(ch.Effects, effects...)
		return ch, err
	})
	return unchanged(err)
}

// Knocked is what a link of a mail confirms. store.ErrNotFound for one that confirms
// nothing, any more or ever.
func (s *Service) Knocked(ctx context.Context, id, token string) (*Call, *sourcing.Candidacy, error) {
	none := fmt.Errorf("candidacy: %w", store.ErrNotFound)
	if !account.IsToken(token) {
		return nil, nil, none
	}
	call, err := s.CallOf(ctx, id)
	if err != nil {
		return nil, nil, err
	}
	d, err := s.Operations.Get(ctx, id)
	if err != nil {
		return nil, nil, err
	}
	k := d.Value.Knocked(account.HashToken(token), s.Now())
	if k == nil {
		return nil, nil, none
	}
	return call, k, nil
}

// ConfirmCandidacy makes a candidate of what a link confirms. The second time it confirms
// nothing any more: store.ErrNotFound.
func (s *Service) ConfirmCandidacy(ctx context.Context, id, token string) error {
	if _, _, err := s.Knocked(ctx, id, token); err != nil {
		return err
	}
	return s.visited(ctx, id, "operation.apply", nil, func(o *sourcing.Operation) error {
		return o.Confirm(account.HashToken(token), s.Now())
	})
}

// ApplyFor makes a candidate of the structure of somebody who is signed in, whose address
// is known to be theirs.
func (s *Service) ApplyFor(ctx context.Context, m buyer.Member, id string, v sourcing.Supplier) error {
	call, err := s.CallOf(ctx, id)
	if err != nil {
		return err
	}
	if !call.Open {
		return sourcing.ErrNoCall
	}
	return s.on(ctx, m, id, "operation.apply", func(o *sourcing.Operation) ([]sourcing.Dispatch, error) { return nil, o.Apply(v, s.Now()) })
}
