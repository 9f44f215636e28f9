package operation

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"sourcier/internal/account"
	"sourcier/internal/buyer"
	"sourcier/internal/message"
	"sourcier/internal/sourcing"
	"sourcier/internal/store"
)

// MaxRequests bounds the sourçages that a structure is shown.
const MaxRequests = 200

// Request is what a structure is asked in a sourçage, or has asked to be, as it may know it.
type Request struct {
	Reached
	Ref          string // by which its page is known
	Organisation string // who asks, its name
}

// Requests lists what some structures are asked, the newest first. Nothing of whom else
// is asked decides what is read.
func (s *Service) Requests(ctx context.Context, structures []string) ([]Request, error) {
	var out []Request
	seen := map[string]bool{}
	for _, id := range structures {
		docs, err := s.Operations.FindLookup(ctx, store.OperationsAsking(id), MaxRequests)
		if err != nil {
			return nil, err
		}
		for i := range docs {
			o := &docs[i].Value
			for k := range o.Suppliers {
				v := &o.Suppliers[k]
				if v.Structure != id || !v.Contacted() && !v.Spontaneous {
					continue
				}
				if ref := s.requestRef(o, v); !seen[ref] {
					seen[ref] = true
					out = append(out, Request{Reached: Reached{*o, *v}, Ref: ref})
				}
			}
		}
	}
	if err := s.nameBuyers(ctx, out); err != nil {
		return nil, err
	}
	slices.SortFunc(out, func(a, b Request) int { return cmp.Or(b.Since().Compare(a.Since()), cmp.Compare(a.Ref, b.Ref)) })
	return out, nil
}

// Since is when the request came, or the structure asked.
func (r *Request) Since() time.Time {
	if r.Supplier.Contacted() {
		return r.Supplier.ContactedAt
	}
	return r.Supplier.AddedAt
}

// requestRef names what a supplier is asked: the id of the operation would let two
// suppliers find that they are asked the same, and those within it count.
func (s *Service) requestRef(o *sourcing.Operation, v *sourcing.Supplier) string {
	return s.People.Secret.Token(message.PurposeRequest, o.ID+"."+v.ID, 0)
}

func (s *Service) nameBuyers(ctx context.Context, list []Request) error {
	var ids []string
	for i := range list {
		ids = append(ids, list[i].Operation.Organisation)
	}
	slices.Sort(ids)
	docs, err := s.People.Organisations.GetSome(ctx, slices.Compact(ids))
	for _, d := range docs {
		for i := range list {
			if list[i].Operation.Organisation == d.ID {
				list[i].Organisation = d.Value.Name
			}
		}
	}
	return err
}

// Detail is a request with what its supplier has answered, and the minutes it was sent.
type Detail struct {
	Request
	Answer    sourcing.Answer // the zero value when there is none
	Exchanges []sourcing.Exchange
}

// Request reads one of those of some structures. store.ErrNotFound for any other.
func (s *Service) Request(ctx context.Context, structures []string, ref string) (*Detail, error) {
	all, err := s.Requests(ctx, structures)
	if err != nil {
		return nil, err
	}
	i := slices.IndexFunc(all, func(r Request) bool { return r.Ref == ref })
	if i < 0 {
		return nil, fmt.Errorf("request of %d structures: %w", len(structures), store.ErrNotFound)
	}
	out := &Detail{Request: all[i]}
	d, err := s.Answers.Get(ctx, sourcing.AnswerID(out.Operation.ID, out.Supplier.ID))
	if err != nil && !errors.Is(err, store.ErrNotFound) {
		return nil, err
	}
	out.Answer = d.Value
	out.Exchanges, err = s.SupplierExchanges(ctx, &out.Reached)
	return out, err
}

// Told is what a supplier was told, and when.
type Told struct {
	Info *sourcing.Info
	At   time.Time
}

// Told lists what the supplier was told, the newest first: what others know and it does not
// is not there, nor where it will stand.
func (r *Reached) Told() (out []Told) {
	for i := range r.Operation.Ledger {
		it := &r.Operation.Ledger[i]
		if state, at := it.Of(&r.Supplier); state == sourcing.CellGiven && it.Origin != sourcing.FromMessage {
			out = append(out, Told{it, at})
		}
	}
	slices.SortStableFunc(out, func(a, b Told) int { return b.At.Compare(a.At) })
	return out
}

// Link makes the personal links of the suppliers of an operation known to it.
func (s *Service) Link(o *sourcing.Operation) {
	for i := range o.Suppliers {
		v := &o.Suppliers[i]
		v.Link = account.HashToken(s.LinkToken(o.ID, v))
	}
}

// Delivered is the mail of a sending as one that has gone: of the demonstration, which
// sends none. wrong is one whose address does not exist.
func (s *Service) Delivered(o *sourcing.Operation, organisation, sender string, d sourcing.Dispatch, at time.Time, wrong bool) (message.Message, error) {
	order := s.order(buyer.Member{Person: sender}, o, organisation, d)
	order.QueuedAt = at
	m, err := message.New(order)
	if err == nil {
		m.Delivered(at, wrong)
	}
	return m, err
}

// Answered are the ids of the structures that have answered a sourçage of the member's
// organisation.
func (s *Service) Answered(ctx context.Context, m buyer.Member) ([]string, error) {
	docs, err := s.Operations.FindLookup(ctx, store.OperationsOf(m.Organisation), sourcing.MaxOperations)
	var ids []string
	for i := range docs {
		for k := range docs[i].Value.Suppliers {
			if v := &docs[i].Value.Suppliers[k]; v.Structure != "" && !v.AnsweredAt.IsZero() {
				ids = append(ids, v.Structure)
			}
		}
	}
	slices.Sort(ids)
	return slices.Compact(ids), err
}
