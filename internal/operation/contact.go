package operation

import (
	"context"

	"sourcier/internal/buyer"
	"sourcier/internal/message"
	"sourcier/internal/sourcing"
	"sourcier/internal/store"
)

// maxAnswers bounds the answers of an operation: one a supplier.
const maxAnswers = sourcing.MaxSuppliers + 1

// AnswersBySupplier are the answers of an operation, by the id of the supplier.
func (s *Service) AnswersBySupplier(ctx context.Context, operation string) (map[string]*sourcing.Answer, error) {
	docs, err := s.Answers.FindLookup(ctx, store.AnswersIn(operation), maxAnswers)
	if err != nil {
		return nil, err
	}
	out := make(map[string]*sourcing.Answer, len(docs))
	for i := range docs {
		out[docs[i].Value.Supplier] = &docs[i].Value
	}
	return out, nil
}

// Remind writes once to everybody who has not answered.
func (s *Service) Remind(ctx context.Context, m buyer.Member, id, text string) error {
	answers, err := s.AnswersBySupplier(ctx, id)
	if err != nil {
		return err
	}
	answered := map[string]bool{}
	for supplier, a := range answers {
		answered[supplier] = a.Newest() != nil
	}
	return s.On(ctx, m, id, "operation.remind", func(o *sourcing.Operation) ([]sourcing.Dispatch, error) { return o.Remind(m, answered, text, s.Now()) })
}

// Letter is the message that a supplier gets, or is to get: what is shown before a sending
// is what is sent.
func (s *Service) Letter(ctx context.Context, m buyer.Member, o *sourcing.Operation, v *sourcing.Supplier, d sourcing.Dispatch) (message.Message, error) {
	org, err := s.People.Organisations.Get(ctx, o.Organisation)
	if err != nil {
		return message.Message{}, err
	}
	d.Supplier = v.ID
	order := s.order(m, o, org.Value.Name, d)
	order.QueuedAt = s.Now().UTC()
	return message.New(order)
}

// Delivery is how far a mail to a supplier has come.
type Delivery struct {
	Message *message.Message // nil while it waits in the operation
	Sending sourcing.Sending
}

// Deliveries tell, by supplier, how far the newest of its request and its reminder has
// come.
func (s *Service) Deliveries(ctx context.Context, o *sourcing.Operation) (map[string]Delivery, error) {
	const chunk = 100
	out := map[string]Delivery{}
	of := map[string]string{} // supplier by message
	var ids []string
	for _, v := range o.Contacts() {
		kind, number := sourcing.SendRequest, v.Request
		if v.Reminder > v.Request {
			kind, number = sourcing.SendReminder, v.Reminder
		}
		id := s.mailKey(o, v, kind, number).ID()
		of[id], out[v.ID] = v.ID, Delivery{Sending: kind}
		ids = append(ids, id)
	}
	for len(ids) > 0 {
		n := min(len(ids), chunk)
		docs, err := s.Messages.GetSome(ctx, ids[:n])
		if err != nil {
			return nil, err
		}
		for i := range docs {
			d := out[of[docs[i].ID]]
			d.Message = &docs[i].Value
			out[of[docs[i].ID]] = d
		}
		ids = ids[n:]
	}
	return out, nil
}
