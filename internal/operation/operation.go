// Package operation holds what pages and commands do with sourcing operations: prepare,
// open, tell, answer, report, launch. The rules of internal/sourcing are carried out on
// the store. Every mail to a supplier follows from a write of its operation, so that the
// version of one document orders it against the silence of the launch. A refusal that a
// person may read is an account.Fault; what is not theirs is store.ErrNotFound.
package operation

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"sourcier/internal/account"
	"sourcier/internal/buyer"
	"sourcier/internal/message"
	"sourcier/internal/people"
	"sourcier/internal/programme"
	"sourcier/internal/sourcing"
	"sourcier/internal/store"
	"sourcier/internal/structure"
	"sourcier/internal/taxonomy"
)

// Service does it. Safe for concurrent use.
type Service struct {
	*store.Sourcing
	People     *people.Service
	Programme  *programme.Service
	Structures *store.Structures
	Messages   *store.Messages
	Blobs      *store.Blobs
	Now        func() time.Time

	passed func(step string) error // told of the steps of what takes two writes, by its test
}

// Sources are the collections whose documents hold effects, for the relay.
var Sources = []string{store.OperationCollection, store.AnswerCollection, store.ExchangeCollection, store.LonglistCollection}

// Open opens the collections that it works on.
func Open(ctx context.Context, db store.DB, p *programme.Service, now func() time.Time) (*Service, error) {
	all, err := store.OpenSourcing(ctx, db)
	if err != nil {
		return nil, err
	}
	structures, err := store.OpenStructures(ctx, db)
	if err != nil {
		return nil, err
	}
	messages, err := store.OpenMessages(ctx, db)
	if err != nil {
		return nil, err
	}
	blobs, err := store.OpenBlobs(ctx, db, now)
	if err != nil {
		return nil, err
	}
	s := &Service{Sourcing: all, People: p.People, Programme: p, Structures: structures, Messages: messages, Blobs: blobs, Now: now, passed: func(string) error { return nil }}
	p.People.Pending = append(p.People.Pending, Sources...)
	p.Moving = s.moving
	p.People.Holders = append(p.People.Holders, s.Holder())
	return s, nil
}

// Seen is an operation that a member sees, with its purchase.
type Seen struct {
	Operation sourcing.Operation
	Purchase  sourcing.Purchase
	Settings  sourcing.Programme
	Visible   bool // the member sees the purchase itself
}

// Operation reads one that the member sees. store.ErrNotFound for any other.
func (s *Service) Operation(ctx context.Context, m buyer.Member, id string) (*Seen, error) {
	d, err := s.Operations.Get(ctx, id)
	if err != nil {
		return nil, err
	}
	none := fmt.Errorf("operation %s of %s: %w", id, m.Organisation, store.ErrNotFound)
	if d.Value.Organisation != m.Organisation {
		return nil, none
	}
	out := &Seen{Operation: d.Value}
	p, set, err := s.Programme.Purchase(ctx, m, d.Value.Purchase)
	switch {
	case err == nil:
		out.Visible = true
	case !errors.Is(err, store.ErrNotFound):
		return nil, err
	}
	out.Purchase, out.Settings = p.Value, set
	if !d.Value.Sees(m, out.Visible) {
		return nil, none
	}
	return out, nil
}

// List gives the operations that the member sees, the newest first.
func (s *Service) List(ctx context.Context, m buyer.Member) ([]sourcing.Operation, error) {
	purchases, _, err := s.Programme.List(ctx, m)
	if err != nil {
		return nil, err
	}
	visible := map[string]bool{}
	for i := range purchases {
		visible[purchases[i].ID] = true
	}
	docs, err := s.Operations.FindLookup(ctx, store.OperationsOf(m.Organisation), sourcing.MaxOperations)
	if err != nil {
		return nil, err
	}
	var out []sourcing.Operation
	for i := range docs {
		if o := &docs[i].Value; o.Organisation == m.Organisation && o.Sees(m, visible[o.Purchase]) {
			out = append(out, *o)
		}
	}
	slices.SortFunc(out, newestFirst)
	return out, nil
}

// Create stores a new operation on a purchase that the member sees; the same form sent
// twice is one. An account.Fault.
func (s *Service) Create(ctx context.Context, m buyer.Member, o sourcing.Operation) error {
	if err := s.takes(ctx, m, o.Purchase); err != nil {
		return err
	}
	if err := o.Begin(m, s.Now()); err != nil {
		return err
	}
	ch, err := s.change(ctx, m, "operation.create", &o, nil)
	if err != nil {
		return err
	}
	_, err = s.Operations.Insert(ctx, o, ch)
	if errors.Is(err, store.ErrDuplicate) {
		d, err := s.Operations.Get(ctx, o.ID)
		if err == nil && (d.Value.Organisation != m.Organisation || d.Value.CreatedBy != m.Person) {
			err = store.ErrNotFound
		}
		return err
	}
	return err
}

// On carries out an action on an operation that the member sees, in one write: what do
// sends is sent with it. An action that has nothing to do is done.
func (s *Service) On(ctx context.Context, m buyer.Member, id, what string, do func(*sourcing.Operation) ([]sourcing.Dispatch, error)) error {
	seen, err := s.Operation(ctx, m, id)
	if err != nil {
		return err
	}
	if err := s.on(ctx, m, id, what, within(do)); err != nil {
		return err
	}
	if o := &seen.Operation; !o.OpenedAt.IsZero() && o.SourcedAt.IsZero() { // a portal was stopped between the two
		return s.carryOpening(ctx, id)
	}
	return nil
}

// within is an action that leaves its operation as large as people may make it.
func within(do func(*sourcing.Operation) ([]sourcing.Dispatch, error)) func(*sourcing.Operation) ([]sourcing.Dispatch, error) {
	return func(o *sourcing.Operation) ([]sourcing.Dispatch, error) {
		sent, err := do(o)
		if err != nil {
			return nil, err
		}
		text, err := json.Marshal(o)
		if err == nil && len(text) > sourcing.MaxOperationBytes {
			err = errFull
		}
		return sent, err
	}
}

const (
	errFull    = account.Fault("Ce sourçage tient tout ce qu’il peut tenir : raccourcissez ce que vous écrivez, ou retirez des notes et des constats.")
	errWaiting = account.Fault("Trop de messages de ce sourçage sont encore en chemin : recommencez dans un instant, ou raccourcissez celui-ci.")
)

// on is On of an operation of which is known that the member, or a supplier, may act on it.
func (s *Service) on(ctx context.Context, m buyer.Member, id, what string, do func(*sourcing.Operation) ([]sourcing.Dispatch, error)) error {
	_, err := store.Update(ctx, s.Operations, id, func(o *sourcing.Operation) (store.Change, error) {
		sent, err := do(o)
		if err != nil {
			return store.Change{}, err
		}
		return s.change(ctx, m, what, o, sent)
	})
	return unchanged(err)
}

// unchanged takes what had nothing to do for done, and words what cannot be stored whole.
func unchanged(err error) error {
	switch {
	case errors.Is(err, sourcing.ErrUnchanged):
		return nil
	case errors.Is(err, store.ErrTooLarge):
		return errWaiting
	}
	return err
}

// change is what an action does to an operation, for the audit, with the mails that it
// sends: each supplier's link is made before its mail is.
func (s *Service) change(ctx context.Context, m buyer.Member, what string, o *sourcing.Operation, sent []sourcing.Dispatch) (store.Change, error) {
	ch := store.Change{Actor: m.Person, At: s.Now().UTC(), Audit: true, What: what, Subject: o.ID}
	if o.LapsedAt.IsZero() { // else nobody is written to any more
		s.Link(o)
	}
	if len(sent) == 0 {
		return ch, nil
	}
	org, err := s.People.Organisations.Get(ctx, o.Organisation)
	if err != nil {
		return ch, err
	}
	for _, d := range sent {
		effects, err := s.People.MailTo(s.order(m, o, org.Value.Name, d))
		if err != nil {
			return ch, err
		}
		ch.Effects = append(ch.Effects, effects...)
	}
	return ch, nil
}

// kinds says what mail each sending is.
var kinds = map[sourcing.Sending]message.Kind{
	sourcing.SendRequest: message.SourcingRequest, sourcing.SendNews: message.SourcingNews, sourcing.SendReminder: message.SourcingReminder, sourcing.SendReceipt: message.SourcingReceipt,
	sourcing.SendMinutes: message.SourcingMinutes, sourcing.SendCode: message.SourcingCode, sourcing.SendLast: message.SourcingLast, sourcing.SendRefusal: message.SourcingRefusal,
}

// order is the mail of a sending to a supplier.
func (s *Service) order(m buyer.Member, o *sourcing.Operation, organisation string, d sourcing.Dispatch) message.Order {
	v := o.Supplier(d.Supplier)
	out := message.Order{
		Key: s.mailKey(o, v, d.Sending, d.Number), To: v.Email, ToName: v.Name, Sender: m.Person,
		Details: map[string]string{
			message.DetailPurchase: o.Title, message.DetailOrganisation: organisation, message.DetailText: d.Text, message.DetailDeadline: sourcing.Moment(o.Deadline),
		},
	}
	if !v.Contacted() { // a candidate: the personal link leads nowhere
		out.Details[message.DetailNoPage] = "1"
	}
	return out
}

// mailKey says which mail a sending to a supplier is: whoever asks for its delivery makes
// it again.
func (s *Service) mailKey(o *sourcing.Operation, v *sourcing.Supplier, kind sourcing.Sending, number int64) message.Key {
	return message.Key{Kind: kinds[kind], Object: message.SupplierObject(o.ID, v.ID, v.LinkNumber), Recipient: account.Email(v.Email).Key(), Version: number}
}

// LinkToken is the token of the personal link of a supplier.
func (s *Service) LinkToken(operation string, v *sourcing.Supplier) string {
	return s.People.Secret.Token(message.PurposeSourcing, message.SupplierObject(operation, v.ID, v.LinkNumber), 0)
}

// Reached is what a personal link leads to.
type Reached struct {
	Operation sourcing.Operation
	Supplier  sourcing.Supplier
}

// ByLink finds what a personal link leads to. store.ErrNotFound for one that leads nowhere,
// any more or ever.
func (s *Service) ByLink(ctx context.Context, token string) (*Reached, error) {
	none := fmt.Errorf("personal link: %w", store.ErrNotFound)
	if !account.IsToken(token) {
		return nil, none
	}
	hash := account.HashToken(token)
	docs, err := s.Operations.FindLookup(ctx, store.OperationByLink(hash), 1)
	if err != nil {
		return nil, err
	}
	if len(docs) == 0 {
		return nil, none
	}
	v := docs[0].Value.ByLink(hash)
	if v == nil || !v.Contacted() {
		return nil, none
	}
	return &Reached{docs[0].Value, *v}, nil
}

// Panel reads the frozen panel of an operation; nil when there is none yet.
func (s *Service) Panel(ctx context.Context, o *sourcing.Operation) (*sourcing.Longlist, error) {
	if o.Panel == nil {
		return nil, nil //nolint:nilnil // an operation that is being prepared has no panel
	}
	d, err := s.Longlists.Get(ctx, o.Panel.Longlist)
	if err != nil {
		return nil, err
	}
	if d.Value.Organisation != o.Organisation || d.Value.Seal() != o.Panel.Hash {
		return nil, fmt.Errorf("panel of %s: it is not what was frozen", o.ID)
	}
	return &d.Value, nil
}

// Freeze stores a long list and makes it the panel of an operation.
func (s *Service) Freeze(ctx context.Context, m buyer.Member, id string, l sourcing.Longlist) error {
	seen, err := s.Operation(ctx, m, id)
	if err != nil {
		return err
	}
	sealed := s.sealed(m, id, l)
	trial := seen.Operation
	if err := trial.Freeze(m, sealed, s.Now()); err != nil {
		return err
	}
	if sealed, err = s.keep(ctx, m, id, l); err != nil {
		return err
	}
	return s.on(ctx, m, id, "operation.panel", func(o *sourcing.Operation) ([]sourcing.Dispatch, error) { return nil, o.Freeze(m, sealed, s.Now()) })
}

// sealed is a long list of an operation with its hash, by which it is named.
func (s *Service) sealed(m buyer.Member, id string, l sourcing.Longlist) *sourcing.Longlist {
	l.Organisation, l.Operation, l.By, l.At = m.Organisation, id, m.Person, s.Now().UTC()
	l.Hash = l.Seal()
	l.ID = id + "." + l.Hash[:16]
	return &l
}

// keep stores a long list; the same one twice is one.
func (s *Service) keep(ctx context.Context, m buyer.Member, id string, list sourcing.Longlist) (*sourcing.Longlist, error) {
	if n := len(list.Rows); n > sourcing.MaxPanel {
		return nil, account.Fault(fmt.Sprintf("Ce panel compte plus de %d structures : resserrez la recherche.", sourcing.MaxPanel))
	}
	l := s.sealed(m, id, list)
	_, err := s.Longlists.Insert(ctx, *l, store.Change{Actor: m.Person, At: l.At})
	if errors.Is(err, store.ErrDuplicate) {
		err = nil
	}
	return l, err
}

// RowOf is a structure as a panel keeps it: its kind is that of the day.
func RowOf(v *structure.Structure, why string, on structure.Date) sourcing.Row {
	return sourcing.Row{Structure: v.ID, Name: v.Name, SIREN: v.SIREN(), Kind: KindOf(v, on), City: v.Address.City, Why: why}
}

// KindOf is the kind of a structure as a panel keeps it, "" when none is known.
func KindOf(v *structure.Structure, on structure.Date) string {
	kind := v.MainKind(on)
	if kind == "" {
		return ""
	}
	return taxonomy.TypeName(kind).Short
}

// OnPurchase gives the operations on a purchase that the member sees, the newest first.
func (s *Service) OnPurchase(ctx context.Context, m buyer.Member, purchase string) ([]sourcing.Operation, error) {
	docs, err := s.Operations.FindLookup(ctx, store.OperationsOn(purchase), maxOnPurchase)
	if err != nil {
		return nil, err
	}
	var out []sourcing.Operation
	for i := range docs {
		if docs[i].Value.Organisation == m.Organisation && docs[i].Value.Sees(m, true) {
			out = append(out, docs[i].Value)
		}
	}
	slices.SortFunc(out, newestFirst)
	return out, nil
}

// maxOnPurchase bounds the operations of one purchase that a page lists.
const maxOnPurchase = 50

func newestFirst(a, b sourcing.Operation) int {
	if c := b.CreatedAt.Compare(a.CreatedAt); c != 0 {
		return c
	}
	return strings.Compare(a.ID, b.ID)
}
