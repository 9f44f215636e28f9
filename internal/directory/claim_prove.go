package directory

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"sourcier/internal/account"
	"sourcier/internal/message"
	"sourcier/internal/registration"
	"sourcier/internal/store"
)

// Way is one way to prove a claim, as it is offered.
type Way struct {
	Kind registration.ProofKind
	Why  error  // why it cannot serve, nil when it can
	What string // the address, masked; the domain; the SIRET
	From string // which source says so, "" when none does
}

// Ways lists the ways to prove the claim of an organisation, those that serve first,
// the quickest before the others. carried is the SIRET of the identity by which the
// person signed in, "" for none.
func (s *Service) Ways(ctx context.Context, w Who, p *account.Person, id, carried string) ([]Way, error) {
	own, err := s.Own(ctx, w, id)
	if err != nil {
		return nil, err
	}
	unit, err := s.HoldsUnit(ctx, w.Organisation, own.SIRET())
	if err != nil {
		return nil, err
	}
	var out []Way
	if unit {
		out = append(out, Way{Kind: registration.ProofUnit})
	}
	out = append(out, Way{Kind: registration.ProofIdentity, Why: registration.ProvesByIdentity(own.SIRET(), carried), What: carried})
	domain, from, err := registration.ProvesByDomain(&own.Shown, p.Email)
	out = append(out, Way{Kind: registration.ProofDomain, Why: err, What: domain, From: from.Source.Label()})
	mail := Way{Kind: registration.ProofMail, Why: registration.ErrNoAddress}
	if e, from, ok := registration.OfficialEmail(&own.Shown); ok {
		mail = Way{Kind: registration.ProofMail, What: registration.MaskedEmail(e), From: from.Source.Label()}
	}
	out = append(out, mail, Way{Kind: registration.ProofVoucher}, Way{Kind: registration.ProofModerator})
	slices.SortStableFunc(out, func(a, b Way) int { return serves(b) - serves(a) })
	return out, nil
}

func serves(w Way) int {
	if w.Why == nil {
		return 1
	}
	return 0
}

// SIRET is that of the sheet, "" for none.
func (o *Own) SIRET() string {
	if o.Shown.SIRET != "" {
		return o.Shown.SIRET
	}
	return o.Value.SIRET
}

// HoldsUnit reports whether an organisation holds a sheet of the legal unit of a SIRET.
func (s *Service) HoldsUnit(ctx context.Context, organisation, siret string) (bool, error) {
	docs, err := s.Registrations.Of(ctx, organisation)
	held := make([]*registration.Registration, len(docs))
	for i := range docs {
		held[i] = &docs[i].Value
	}
	return registration.ProvesByUnit(siret, held, organisation), err
}

// ProveUnit grants the sheet to an organisation that holds another of the legal unit.
func (s *Service) ProveUnit(ctx context.Context, w Who, id string) error {
	own, err := s.Own(ctx, w, id)
	if err != nil {
		return err
	}
	same, err := s.HoldsUnit(ctx, w.Organisation, own.SIRET())
	switch {
	case err != nil:
		return err
	case !same:
		return account.Fault("Votre organisation ne tient aucune autre fiche de cette entreprise.")
	}
	return s.grantTo(ctx, w, own, registration.ProofUnit)
}

// ProveIdentity grants the sheet by the SIRET that the person's identity carries.
func (s *Service) ProveIdentity(ctx context.Context, w Who, id, carried string) error {
	own, err := s.Own(ctx, w, id)
	if err != nil {
		return err
	}
	if err := registration.ProvesByIdentity(own.SIRET(), carried); err != nil {
		return err
	}
	return s.grantTo(ctx, w, own, registration.ProofIdentity)
}

// ProveAtOnce grants a sheet that is being begun by what needs no step of its own: the
// legal unit, or the person's identity. Where neither serves the request stays open.
func (s *Service) ProveAtOnce(ctx context.Context, w Who, id, carried string) error {
	own, err := s.Own(ctx, w, id)
	if err != nil || own.Value.Holds(w.Organisation) {
		return err
	}
	unit, err := s.HoldsUnit(ctx, w.Organisation, own.SIRET())
	switch {
	case err != nil:
		return err
	case unit:
		return s.grantTo(ctx, w, own, registration.ProofUnit)
	case registration.ProvesByIdentity(own.SIRET(), carried) == nil:
		return s.grantTo(ctx, w, own, registration.ProofIdentity)
	}
	return nil
}

// ProveDomain grants the sheet by the domain of the person's address, as it is now.
func (s *Service) ProveDomain(ctx context.Context, w Who, id string) error {
	own, err := s.Own(ctx, w, id)
	if err != nil {
		return err
	}
	p, err := s.People.People.Get(ctx, w.Person)
	if err != nil {
		return err
	}
	if _, _, err := registration.ProvesByDomain(&own.Shown, p.Value.Email); err != nil {
		return err
	}
	return s.grantTo(ctx, w, own, registration.ProofDomain)
}

// Vouch grants the sheet by the word of a network (registration.Vouch).
func (s *Service) Vouch(ctx context.Context, by account.Actor, network, id, organisation string) error {
	d, err := s.People.Organisations.Get(ctx, network)
	if err != nil {
		return err
	}
	own, err := s.candidateOf(ctx, id)
	if err != nil {
		return err
	}
	return s.grant(ctx, by.Person, own, registration.ProofVoucher, func(r *registration.Registration) (string, error) {
		return organisation, r.Vouch(&d.Value, by, organisation, s.Now())
	})
}

// Grant gives the sheet to who asks by the word of the portal's team.
func (s *Service) Grant(ctx context.Context, a account.Actor, id, organisation string) error {
	if !a.Administrator {
		return account.ErrNotAllowed
	}
	own, err := s.candidateOf(ctx, id)
	if err != nil {
		return err
	}
	return s.grant(ctx, a.Person, own, registration.ProofModerator, func(r *registration.Registration) (string, error) {
		return organisation, r.Grant(organisation, registration.ProofModerator, s.Now())
	})
}

// Deny refuses who asks, with a reason that the mail tells.
func (s *Service) Deny(ctx context.Context, a account.Actor, id, organisation, reason string) error {
	if !a.Administrator {
		return account.ErrNotAllowed
	}
	if len([]rune(reason)) < registration.MinReason {
		return account.Fault(fmt.Sprintf("Donnez une raison de %d lettres au moins : elle est envoyée à qui demande.", registration.MinReason))
	}
	own, err := s.candidateOf(ctx, id)
	if err != nil {
		return err
	}
	return s.refuse(ctx, a.Person, own, func(r *registration.Registration) (string, error) {
		return organisation, r.Deny(organisation, reason, s.Now())
	})
}

func (s *Service) candidateOf(ctx context.Context, id string) (*Own, error) {
	d, err := s.Registrations.Get(ctx, id)
	if err != nil {
		return nil, err
	}
	shown, err := s.shown(ctx, id)
	return &Own{d, shown}, err
}

func (s *Service) grantTo(ctx context.Context, w Who, own *Own, proof registration.ProofKind) error {
	return s.grant(ctx, w.Person, own, proof, func(r *registration.Registration) (string, error) {
		return w.Organisation, r.Grant(w.Organisation, proof, s.Now())
	})
}

// grant gives the sheet to an organisation in one write, with its mails: to who asked
// when somebody else gave it, to those who are too late, and, unless it was by a mail
// to it, to the official address. Then the organisation is made to count.
func (s *Service) grant(ctx context.Context, actor string, own *Own, proof registration.ProofKind, do func(*registration.Registration) (string, error)) error {
	if err := (&Candidate{Shown: own.Shown}).Claimable(); err != nil {
		return err
	}
	_, err := s.change(ctx, actor, own.ID, func(r *registration.Registration) (action, error) {
		asked, before := r.Asking(), r.Owner
		organisation, err := do(r)
		if err != nil {
			return action{}, err
		}
		if before == organisation {
			return action{}, errUnchanged
		}
		return s.granted(ctx, actor, own, organisation, proof, asked)
	})
	if err != nil {
		return err
	}
	return s.carry(ctx, own.ID)
}

// granted is the audit line of a grant, with its mails.
func (s *Service) granted(ctx context.Context, actor string, own *Own, organisation string, proof registration.ProofKind, asked map[string]string) (a action, err error) {
	a = action{What: "claim.grant", Subject: asked[organisation], Fields: []store.Changed{{Field: "owner", After: organisation}, {Field: "proof", After: proof.Label()}}}
	a.Mails, err = s.grantMails(ctx, actor, own, organisation, proof, asked)
	return a, err
}

// grantMails are the letters of a grant; asked is who asked, by organisation.
func (s *Service) grantMails(ctx context.Context, actor string, own *Own, organisation string, proof registration.ProofKind, asked map[string]string) ([]store.Effect, error) {
	o, err := s.People.Organisations.Get(ctx, organisation)
	if err != nil {
		return nil, err
	}
	details := map[string]string{message.DetailStructure: own.Name(), message.DetailOrganisation: o.Value.Name, message.DetailProof: proof.Label()}
	var out []store.Effect
	if person := asked[organisation]; person != actor && person != "" {
		if out, err = s.letter(ctx, message.ClaimGranted, own.ID, details, person); err != nil {
			return nil, err
		}
	}
	for other, person := range asked {
		if other == organisation || person == asked[organisation] {
			continue
		}
		late, err := s.letter(ctx, message.ClaimRefused, own.ID, map[string]string{message.DetailStructure: own.Name(), message.DetailText: string(registration.ErrOwned)}, person)
		if err != nil {
			return nil, err
		}
		out = append(out, late...)
	}
	if e, _, ok := registration.OfficialEmail(&own.Shown); ok && proof != registration.ProofMail {
		notice, err := s.People.MailTo(message.Order{
			Key: message.Key{Kind: message.ClaimNotice, Object: own.ID, Recipient: e.Key(), Version: own.Version}, To: string(e), Details: details,
		})
		if err != nil {
			return nil, err
		}
		out = append(out, notice...)
	}
	return out, nil
}

// Name is that of the sheet as it is known.
func (o *Own) Name() string { return (&Candidate{Shown: o.Shown, Registration: &o.Value}).Name() }

// refuse ends a request, and tells who asked.
func (s *Service) refuse(ctx context.Context, actor string, own *Own, do func(*registration.Registration) (string, error)) error {
	_, err := s.change(ctx, actor, own.ID, func(r *registration.Registration) (a action, err error) {
		asked := r.Asking()
		organisation, err := do(r)
		if err != nil {
			return a, err
		}
		reason := ""
		for _, q := range r.Requests {
			if q.Organisation == organisation && !q.Open() {
				reason = q.Reason
			}
		}
		a = action{What: "claim.refuse", Subject: asked[organisation], Fields: []store.Changed{{Field: "reason", After: reason}}}
		a.Mails, err = s.letter(ctx, message.ClaimRefused, own.ID, map[string]string{message.DetailStructure: own.Name(), message.DetailText: reason}, asked[organisation])
		return a, err
	})
	return err
}

// vest makes the organisation that holds a sheet count, then notes it: the intent is
// that the registration has an owner. A closed organisation stays closed.
func (s *Service) vest(ctx context.Context, r *registration.Registration) error {
	owner := r.Owner
	var fault account.Fault
	err := s.People.ProveOrganisation(ctx, "claim:"+r.ID, owner, r.SIREN(), r.Name)
	if err != nil && !errors.As(err, &fault) && !errors.Is(err, store.ErrNotFound) {
		return fmt.Errorf("owner of %s: %w", r.ID, err)
	}
	_, err = store.Update(ctx, s.Registrations.Collection, r.ID, func(r *registration.Registration) (store.Change, error) {
		if r.Owner != owner || r.Vested == owner {
			return store.Change{}, errUnchanged
		}
		r.Vested = owner
		return store.Change{At: s.Now().UTC()}, nil
	})
	if errors.Is(err, errUnchanged) {
		return nil
	}
	return err
}
