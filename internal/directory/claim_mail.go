package directory

import (
	"context"
	"errors"
	"fmt"
	"time"

	"sourcier/internal/account"
	"sourcier/internal/message"
	"sourcier/internal/people"
	"sourcier/internal/registration"
	"sourcier/internal/store"
)

// SendProof has a mail with a link and a code sent to the official address of the
// structure, counted as a request to sign in is. registration.ErrNoAddress,
// *people.TooManyError, people.ErrUncounted.
func (s *Service) SendProof(ctx context.Context, w Who, p *account.Person, id, network string) error {
	own, err := s.Own(ctx, w, id)
	if err != nil {
		return err
	}
	to, _, ok := registration.OfficialEmail(&own.Shown)
	if !ok {
		return registration.ErrNoAddress
	}
	if err := (&Candidate{Shown: own.Shown}).Claimable(); err != nil {
		return err
	}
	if err := s.People.CountMail(ctx, to, network); err != nil {
		return err
	}
	o, err := s.People.Organisations.Get(ctx, w.Organisation)
	if err != nil {
		return err
	}
	by := p.Email.String()
	if p.Name != "" {
		by = p.Name + " (" + by + ")"
	}
	mail, now := account.NewID(), s.Now().UTC()
	effects, err := s.People.MailTo(message.Order{
		Key: message.Key{Kind: message.ClaimProof, Object: mail, Recipient: to.Key()}, To: string(to), Sender: w.Person, ExpiresAt: now.Add(registration.ProofLife),
		Details: map[string]string{message.DetailBy: by, message.DetailStructure: own.Name(), message.DetailOrganisation: o.Value.Name},
	})
	if err != nil {
		return err
	}
	_, err = s.change(ctx, w.Person, id, func(r *registration.Registration) (action, error) {
		return action{What: "claim.mail", Subject: w.Person, Mails: effects}, r.Send(w.Organisation, mail, s.linkOf(mail), to, now)
	})
	return err
}

// linkOf is the hash of the link of a mail.
func (s *Service) linkOf(mail string) string {
	return account.HashToken(s.People.Secret.Token(message.PurposeClaim, mail, 0))
}

// ProveCode grants the sheet by the code of the mail, typed by who asks. A wrong one is
// stored before it is told, and counted for its network.
func (s *Service) ProveCode(ctx context.Context, w Who, id, network, code string) error {
	own, err := s.Own(ctx, w, id)
	if err != nil {
		return err
	}
	left := 0
	err = s.People.Guess(ctx, network, func() (wrong bool, err error) {
		right, n, err := s.tryCode(ctx, w, own, code)
		left = n
		return err == nil && !right, err
	})
	if errors.Is(err, people.ErrWrong) {
		return registration.WrongCode(left)
	}
	return err
}

// tryCode compares a code, and stores what comes of it in the same write.
func (s *Service) tryCode(ctx context.Context, w Who, own *Own, code string) (right bool, left int, err error) {
	if err := (&Candidate{Shown: own.Shown}).Claimable(); err != nil {
		return false, 0, err
	}
	_, err = s.change(ctx, w.Person, own.ID, func(r *registration.Registration) (action, error) {
		asked, want := r.Asking(), ""
		if q := r.Request(w.Organisation); q != nil && q.Mail != "" {
			want = s.People.Secret.Code(q.Mail)
		}
		right, left, err = r.TryCode(w.Organisation, code, want, s.Now())
		switch {
		case err != nil:
			return action{}, err
		case !right:
			return action{What: "claim.guess", Subject: w.Person}, nil
		}
		return s.granted(ctx, w.Person, own, w.Organisation, registration.ProofMail, asked)
	})
	if err != nil || !right {
		return false, left, err
	}
	return true, 0, s.carry(ctx, own.ID)
}

// Proof is a claim as who reads the official address is shown it.
type Proof struct {
	Sheet, Name  string // id and name of the sheet
	Organisation string
	By           string // who asks
	Until        time.Time
}

// Proof reads the claim that a link is of, without using it. registration.ErrNoProof
// for any that does not serve, whatever the reason.
func (s *Service) Proof(ctx context.Context, token string) (*Proof, error) {
	own, q, err := s.mailed(ctx, token)
	if err != nil {
		return nil, err
	}
	o, err := s.People.Organisations.Get(ctx, q.Organisation)
	if err != nil {
		return nil, err
	}
	p, err := s.People.People.Get(ctx, q.Person)
	if err != nil {
		return nil, err
	}
	by := p.Value.Shown()
	if p.Value.Name != "" {
		by += " (" + p.Value.Email.String() + ")"
	}
	return &Proof{own.ID, own.Name(), o.Value.Name, by, q.SentAt.Add(registration.ProofLife)}, nil
}

func (s *Service) mailed(ctx context.Context, token string) (*Own, *registration.Request, error) {
	if !account.IsToken(token) {
		return nil, nil, registration.ErrNoProof
	}
	link := account.HashToken(token)
	d, err := s.Registrations.ByLink(ctx, link)
	if errors.Is(err, store.ErrNotFound) {
		return nil, nil, registration.ErrNoProof
	}
	if err != nil {
		return nil, nil, err
	}
	q := d.Value.Mailed(link, s.Now())
	if q == nil {
		return nil, nil, registration.ErrNoProof
	}
	p, err := s.People.People.Get(ctx, q.Person)
	if err != nil && !errors.Is(err, store.ErrNotFound) {
		return nil, nil, err
	}
	if err != nil || !p.Value.Active() {
		return nil, nil, registration.ErrNoProof // who asked is suspended, or gone
	}
	shown, err := s.shown(ctx, d.ID)
	return &Own{d, shown}, q, err
}

// UseProof grants the sheet by the link of the mail: who reads the official address
// need not have an account. Of two uses at once one serves.
func (s *Service) UseProof(ctx context.Context, token string) (*Proof, error) {
	p, err := s.Proof(ctx, token)
	if err != nil {
		return nil, err
	}
	own, _, err := s.mailed(ctx, token)
	if err != nil {
		return nil, err
	}
	return p, s.grant(ctx, store.ActorVisitor, own, registration.ProofMail, func(r *registration.Registration) (string, error) {
		return r.UseLink(account.HashToken(token), s.Now())
	})
}

// DenyProof refuses the claim by who reads the official address.
func (s *Service) DenyProof(ctx context.Context, token string) (*Proof, error) {
	p, err := s.Proof(ctx, token)
	if err != nil {
		return nil, err
	}
	own, _, err := s.mailed(ctx, token)
	if err != nil {
		return nil, fmt.Errorf("proof: %w", err)
	}
	return p, s.refuse(ctx, store.ActorVisitor, own, func(r *registration.Registration) (string, error) {
		return r.DenyLink(account.HashToken(token), s.Now())
	})
}
