package operation

import (
	"context"
	"errors"
	"time"

	"sourcier/internal/account"
	"sourcier/internal/people"
	"sourcier/internal/sourcing"
	"sourcier/internal/store"
	"sourcier/internal/structure"
)

// Holder tells what sourçages hold on a person, and forgets it.
func (s *Service) Holder() people.Holder {
	return people.Holder{
		Name: "sourcages", Title: "Votre part dans les sourçages",
		Why:    "Montrer qu’une consultation a été préparée avec équité : qui était de l’équipe, avec quels intérêts déclarés, et qui a répondu pour une structure.",
		Tell:   s.tellHeld,
		Forget: s.forget,
	}
}

// toldOperation is a line of what is told.
type toldOperation struct {
	What         string    `json:"what"` // "team", "note", "answer", "exchange", or the code of a step
	Organisation string    `json:"organisation"`
	Operation    string    `json:"operation"`
	Text         string    `json:"text,omitempty"`
	At           time.Time `json:"at,omitzero"`
}

func (s *Service) tellHeld(ctx context.Context, p *account.Person, limit int) (out []any, err error) {
	add := func(line toldOperation) {
		if len(out) < limit {
			out = append(out, line)
		}
	}
	err = errors.Join(
		store.EachFound(ctx, s.Operations, store.PlansNaming(p.ID), func(d store.Doc[sourcing.Operation]) error { tellOperation(&d.Value, p.ID, add); return nil }),
		store.EachFound(ctx, s.Answers, store.PlansNaming(p.ID), func(d store.Doc[sourcing.Answer]) error { tellAnswer(&d.Value, p.ID, add); return nil }),
		store.EachFound(ctx, s.Exchanges, store.PlansNaming(p.ID), func(d store.Doc[sourcing.Exchange]) error {
			add(toldOperation{"exchange", d.Value.Organisation, d.Value.Operation, d.Value.Kind.Label(), d.Value.CreatedAt})
			return nil
		}),
	)
	return out, err
}

func tellOperation(o *sourcing.Operation, person string, add func(toldOperation)) {
	for i := range o.Team {
		if t := &o.Team[i]; t.Person == person {
			add(toldOperation{"team", o.Organisation, o.ID, t.Part.Label() + ", " + t.Interests, t.AddedAt})
		}
	}
	for i := range o.Notes {
		if n := &o.Notes[i]; n.By == person {
			add(toldOperation{"note", o.Organisation, o.ID, n.Text, n.At})
		}
	}
	for i := range o.History {
		if h := &o.History[i]; h.By == person {
			add(toldOperation{h.What, o.Organisation, o.ID, h.Note, h.At})
		}
	}
}

func tellAnswer(a *sourcing.Answer, person string, add func(toldOperation)) {
	for i := range a.Submissions {
		if x := &a.Submissions[i]; x.Account == person || x.By == person {
			add(toldOperation{"answer", a.Organisation, a.Operation, x.Name, x.At})
		}
	}
}

// forget is done again when it was stopped: what was dealt with has nothing more to take.
func (s *Service) forget(ctx context.Context, p *account.Person, _ []account.Email) error {
	return errors.Join(
		store.EachFound(ctx, s.Operations, store.PlansNaming(p.ID), func(d store.Doc[sourcing.Operation]) error {
			return changed(ctx, s.Operations, d.ID, s.byPortal("operation.forget", p.ID), func(o *sourcing.Operation) error { return unlessDone(o.Forget(p.ID, s.Now())) })
		}),
		store.EachFound(ctx, s.Answers, store.PlansNaming(p.ID), func(d store.Doc[sourcing.Answer]) error {
			return changed(ctx, s.Answers, d.ID, s.byPortal("operation.forget", p.ID), func(a *sourcing.Answer) error { return unlessDone(a.Forget(p.ID)) })
		}),
	)
}

func unlessDone(did bool) error {
	if did {
		return nil
	}
	return sourcing.ErrUnchanged
}

// byPortal is what the portal does by itself, for the audit.
func (s *Service) byPortal(what, subject string) store.Change {
	return store.Change{Actor: store.ActorSystem, At: s.Now().UTC(), Audit: true, What: what, Subject: subject}
}

// SweepContacts empties the addresses and typed names of operations that have been over for
// sourcing.ContactMonths, and says of how many. Exchanges and answers go before their
// operation, by which they are found: cut short, it is run again; twice, it does nothing.
func (s *Service) SweepContacts(ctx context.Context) (n int, err error) {
	today := structure.DateOf(s.Now())
	err = store.EachFound(ctx, s.Operations, store.LapsingOperations, func(d store.Doc[sourcing.Operation]) error {
		if !d.Value.Lapsed(today) {
			return nil
		}
		err := store.EachFound(ctx, s.Exchanges, store.AnswersIn(d.ID), func(x store.Doc[sourcing.Exchange]) error {
			return changed(ctx, s.Exchanges, x.ID, store.Change{Actor: store.ActorSystem, At: s.Now().UTC()}, (*sourcing.Exchange).Lapse)
		})
		if err != nil {
			return err
		}
		err = store.EachFound(ctx, s.Answers, store.AnswersIn(d.ID), func(a store.Doc[sourcing.Answer]) error {
			return changed(ctx, s.Answers, a.ID, store.Change{Actor: store.ActorSystem, At: s.Now().UTC()}, (*sourcing.Answer).Lapse)
		})
		if err != nil {
			return err
		}
		err = changed(ctx, s.Operations, d.ID, s.byPortal("operation.lapse", d.ID), func(o *sourcing.Operation) error {
			if !o.Lapsed(today) {
				return sourcing.ErrUnchanged
			}
			o.Lapse(s.Now())
			return nil
		})
		if err == nil {
			n++
		}
		return err
	})
	return n, err
}

// SweepCandidacies takes out what was written on public pages and nobody confirmed in time.
func (s *Service) SweepCandidacies(ctx context.Context) error {
	ch := store.Change{Actor: store.ActorSystem, At: s.Now().UTC()}
	return store.EachFound(ctx, s.Operations, store.AwaitingOperations, func(d store.Doc[sourcing.Operation]) error {
		return changed(ctx, s.Operations, d.ID, ch, func(o *sourcing.Operation) error { return o.Fade(s.Now()) })
	})
}

// DropOrganisation takes out the sourçages of an organisation, with what hangs on them
// first, the mails that they sent too: cut short, it is run again. Their files are released by the sweep of files whose
// owner is gone.
func (s *Service) DropOrganisation(ctx context.Context, organisation string) error {
	return store.EachFound(ctx, s.Operations, store.OperationsOf(organisation), func(d store.Doc[sourcing.Operation]) error {
		if d.Value.Organisation != organisation {
			return nil
		}
		in := store.AnswersIn(d.ID)
		err := errors.Join(s.dropMails(ctx, &d.Value), dropFound(ctx, s.Answers, in), dropFound(ctx, s.Exchanges, in), dropFound(ctx, s.Longlists, in))
		if err != nil {
			return err
		}
		return store.Drop(ctx, s.Operations, d.ID)
	})
}

// changed writes one document, unless there is nothing to do or it is gone.
func changed[T any](ctx context.Context, c *store.Collection[T], id string, ch store.Change, do func(*T) error) error {
	_, err := store.Update(ctx, c, id, func(v *T) (store.Change, error) { return ch, do(v) })
	if errors.Is(err, sourcing.ErrUnchanged) || errors.Is(err, store.ErrNotFound) {
		return nil
	}
	return err
}

func dropFound[T any](ctx context.Context, c *store.Collection[T], key string) error {
	return store.EachFound(ctx, c, key, func(d store.Doc[T]) error { return store.Drop(ctx, c, d.ID) })
}
