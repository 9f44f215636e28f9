package directory

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"sourcier/internal/account"
	"sourcier/internal/message"
	"sourcier/internal/registration"
	"sourcier/internal/store"
	"sourcier/internal/structure"
)

// Publish puts a draft on line, or submits it (registration.Publish), and gives the
// sheet as it then is.
func (s *Service) Publish(ctx context.Context, w Who, id string, rev int64) (*Own, error) {
	own, err := s.toShow(ctx, w, id)
	if err != nil {
		return nil, err
	}
	_, err = s.change(ctx, w.Person, id, func(r *registration.Registration) (action, error) {
		err := r.Publish(w.Organisation, w.Person, rev, &own.Shown, s.Now())
		return published("sheet.publish", r), err
	})
	if err != nil {
		return nil, err
	}
	if err := s.carry(ctx, id); err != nil {
		return nil, err
	}
	return s.Own(ctx, w, id)
}

// toShow is Own of a sheet that is about to be published. ErrOpposed.
func (s *Service) toShow(ctx context.Context, w Who, id string) (*Own, error) {
	own, err := s.Own(ctx, w, id)
	if err == nil {
		err = s.objects(ctx, own.numbers())
	}
	return own, err
}

// published is the audit of a new version: its number, and what awaits a moderator.
func published(what string, r *registration.Registration) action {
	a := action{What: what}
	if last := r.Last(); last != nil && last.N > r.Applied {
		a.Fields = append(a.Fields, store.Changed{Field: "version", After: last.N})
	}
	if r.Submission != nil {
		a.Fields = append(a.Fields, store.Changed{Field: "submission", After: r.Submission.ID})
	}
	return a
}

// Restore publishes an earlier version again. ErrOpposed.
func (s *Service) Restore(ctx context.Context, w Who, id string, n int64) error {
	if _, err := s.toShow(ctx, w, id); err != nil {
		return err
	}
	_, err := s.change(ctx, w.Person, id, func(r *registration.Registration) (action, error) {
		err := r.Restore(w.Organisation, w.Person, n, s.Now())
		return published("sheet.restore", r), err
	})
	if err != nil {
		return err
	}
	return s.carry(ctx, id)
}

// answers are the mails of decisions.
var answers = map[registration.Outcome]message.Kind{
	registration.Accepted: message.SheetAccepted, registration.ToChange: message.SheetToChange, registration.Refused: message.SheetRefused,
}

// answer is the mail of a decision: to who manages the organisation, and who sent it.
func (s *Service) answer(ctx context.Context, kind message.Kind, id string, sent *registration.Submission, by, reason string) ([]store.Effect, error) {
	o, err := s.People.Organisations.Get(ctx, sent.Organisation)
	if err != nil {
		return nil, err
	}
	out, err := s.lettersTo(ctx, kind, sent.Organisation, id, sent.Sheet.Name, by, reason)
	if m := o.Value.Member(sent.By); err != nil || m == nil || m.Manager || !slices.ContainsFunc(o.Value.Members, func(m account.Member) bool { return m.Manager }) {
		return out, err // the mail above is to the author too
	}
	more, err := s.letter(ctx, kind, id, map[string]string{message.DetailStructure: sent.Sheet.Name, message.DetailText: reason}, sent.By)
	return append(out, more...), err
}

// Decide answers a submission, as a moderator, and writes so to its author. ErrOpposed
// of an acceptance.
func (s *Service) Decide(ctx context.Context, a account.Actor, id, submission string, outcome registration.Outcome, reason string) error {
	if !a.Administrator {
		return account.ErrNotAllowed
	}
	if outcome == registration.Accepted {
		own, err := s.candidateOf(ctx, id)
		if err == nil {
			err = s.objects(ctx, own.numbers())
		}
		if err != nil {
			return err
		}
	}
	_, err := s.change(ctx, a.Person, id, func(r *registration.Registration) (action, error) {
		sent := r.Submission
		if err := r.Decide(submission, outcome, reason, a.Person, s.Now()); err != nil {
			return action{}, err
		}
		done := published("sheet.decide", r)
		done.Fields = append(done.Fields, store.Changed{Field: "outcome", After: outcome.Label()}, store.Changed{Field: "reason", After: reason})
		var err error
		done.Mails, err = s.answer(ctx, answers[outcome], id, sent, a.Person, reason)
		return done, err
	})
	if err != nil {
		return err
	}
	return s.carry(ctx, id)
}

// carry brings the newest version of a registration to its structure, then marks it
// as applied. Anybody may, at any time and again: an older version never replaces a
// newer one (Structure.OwnVersion), and cut short between the two writes it is done
// by whoever comes next.
func (s *Service) carry(ctx context.Context, id string) error {
	d, err := s.Registrations.Get(ctx, id)
	if err == nil && d.Value.Vests() {
		err = s.vest(ctx, &d.Value)
	}
	if err != nil || !d.Value.Publishes() {
		return err
	}
	return s.show(ctx, id, &d.Value)
}

// show brings the newest version to the structure, and marks it.
func (s *Service) show(ctx context.Context, id string, r *registration.Registration) error {
	rules, err := s.rules(ctx)
	if err != nil {
		return err
	}
	version := r.Last()
	_, err = store.UpdateOrInsert(ctx, s.Structures, id, func(st *structure.Structure) (store.Change, error) {
		if st.ID == "" {
			*st = *r.Identity()
		}
		if st.OwnVersion >= version.N {
			return store.Change{}, errUnchanged
		}
		apply(rules, st, version)
		return store.Change{Actor: version.By, At: s.Now().UTC()}, nil
	})
	if err != nil && !errors.Is(err, errUnchanged) {
		return fmt.Errorf("version %d of %s: %w", version.N, id, err)
	}
	if err := errors.Join(s.tellKept(ctx, id), s.applied(ctx, id, version)); err != nil {
		return err
	}
	return s.written(ctx)
}

// applied notes that a version has reached its structure.
func (s *Service) applied(ctx context.Context, id string, version *registration.Version) error {
	_, err := store.Update(ctx, s.Registrations.Collection, id, func(r *registration.Registration) (store.Change, error) {
		if r.Applied >= version.N {
			return store.Change{}, errUnchanged
		}
		r.Applied = version.N
		return store.Change{Actor: version.By, At: s.Now().UTC()}, nil
	})
	if err != nil && !errors.Is(err, errUnchanged) {
		return fmt.Errorf("version %d of %s: %w", version.N, id, err)
	}
	return nil
}

// writtenWait bounds how long an answer waits for the search (DESIGN, Columns).
const writtenWait = time.Second

func (s *Service) written(ctx context.Context) error {
	if s.Written == nil {
		return nil
	}
	ctx, cancel := context.WithTimeout(ctx, writtenWait)
	defer cancel()
	if err := s.Written(ctx); err != nil && ctx.Err() == nil {
		return err
	}
	return nil // the follower of the index takes it in
}

// apply shows a version on its structure: as what the structure says beside other
// sources, and the agreements that were checked as what the portal's team says.
func apply(rules *structure.Rules, st *structure.Structure, v *registration.Version) {
	before, on := *st, structure.DateOf(v.At)
	rules.Set(st, structure.Claim{Source: structure.SourceSelf})
	rules.Set(st, v.Sheet.Claim(on).Beyond(st))
	if unconfirmed := unconfirmed(st, v.Checked, on); len(unconfirmed) > 0 {
		set := structure.Structure{Agreements: slices.Concat(st.Agreements, unconfirmed)}
		team := st.ClaimOf(structure.SourceModerator)
		team.Take(structure.FieldAgreements, &set, structure.Origin{Source: structure.SourceModerator, AsOf: on})
		rules.Set(st, team)
	}
	st.OwnVersion, st.UpdatedAt = v.N, v.At
	st.Note(&before, structure.Compare(&before, st), on, structure.SourceSelf, "")
}

// unconfirmed are the checked agreements that no source confirms on the day.
func unconfirmed(st *structure.Structure, checked []registration.Declared, on structure.Date) (out []structure.Agreement) {
	held := st.KindsInForce(on)
	for _, d := range checked {
		if !slices.Contains(held, d.Kind) {
			out = append(out, structure.Agreement{Kind: d.Kind, Number: d.Number, End: d.End})
		}
	}
	return out
}

// Carry brings to their structures the versions and the labels that have not reached
// them, a page at a time, and ends the merges under way: those of a portal that was
// stopped.
func (s *Service) Carry(ctx context.Context) error {
	return errors.Join(s.CarryMerges(ctx), s.carryVersions(ctx), s.carryLabels(ctx))
}

// carryVersions does so for versions, a page at a time.
func (s *Service) carryVersions(ctx context.Context) error {
	const page = 100
	var errs []error
	for after := ""; ; {
		docs, err := s.Registrations.Pending(ctx, after, page)
		if err != nil {
			return errors.Join(append(errs, err)...)
		}
		for _, d := range docs {
			after = d.ID
			if err := s.carry(ctx, d.ID); err != nil {
				errs = append(errs, err)
			}
		}
		if len(docs) < page || ctx.Err() != nil {
			return errors.Join(errs...)
		}
	}
}
