package operation

import (
	"time"

	"sourcier/internal/account"
	"sourcier/internal/buyer"
	"sourcier/internal/message"
	"sourcier/internal/sourcing"
)

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
	if err != nil {
		return m, err
	}
	m.TriedAt, m.SentAt, m.Tries = at, at, 1
	m.Attempts = []message.Attempt{{At: at, Stage: "reply", Code: 250, Enhanced: "2.0.0"}}
	if wrong {
		m.BouncedAt, m.Diagnostic = at.Add(2*time.Minute), "550 5.1.1 User unknown"
	}
	return m, nil
}
