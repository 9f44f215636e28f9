package people

import (
	"context"
	"errors"
	"slices"
	"strconv"
	"time"

	"sourcier/internal/account"
	"sourcier/internal/message"
	"sourcier/internal/reach"
	"sourcier/internal/store"
	"sourcier/internal/structure"
)

// Keeping is for how many months things are kept.
type Keeping struct {
	Accounts int // since an account was last used
	Messages int // the content of a mail, since it was queued
	Audit    int // lines of the audit, and what is left of a mail
}

// DefaultKeeping is what no setting changes.
var DefaultKeeping = Keeping{Accounts: 24, Messages: 12, Audit: 60}

// What an application of the periods does, by the keys of store.RetentionRun.Counts.
const (
	RetainWarned      = "accounts.warned"
	RetainErased      = "accounts.erased"
	RetainSpared      = "accounts.spared" // of the last administrator
	RetainScrubbed    = "messages.scrubbed"
	RetainDeleted     = "messages.deleted"
	RetainAudit       = "lines.purged"
	RetainSessions    = "sessions.deleted"
	RetainSignIns     = "signins.deleted"
	RetainThrottles   = "throttles.deleted"
	RetainInvitations = "invitations.dropped"
	RetainAddresses   = "addresses.dropped"
	RetainReports     = "reports.deleted"
	RetainReach       = "visits.deleted"
)

// Retained lists them in the order in which they are told and done.
var Retained = []string{
	RetainWarned, RetainErased, RetainSpared, RetainScrubbed, RetainDeleted, RetainAudit,
	RetainSessions, RetainSignIns, RetainThrottles, RetainInvitations, RetainAddresses, RetainReports, RetainReach,
}

// retaining is one application of the periods, or the count of what one would do.
type retaining struct {
	*Service
	now    time.Time
	dry    bool
	counts map[string]int
	leaves []string // who is erased by this run: the portal's team is judged without them
}

// Retain applies the periods once. Each thing is done by a write of its own that looks
// again whether it is due: stopped, it is run again; twice, it does nothing. Accounts
// come last, since an erasure removes what the counts before it are of.
func (s *Service) Retain(ctx context.Context) (store.RetentionRun, error) {
	r := &retaining{Service: s, now: s.Now(), counts: map[string]int{}}
	err := r.run(ctx)
	run := store.RetentionRun{At: r.now.UTC(), Counts: r.counts, Failed: err != nil}
	return run, errors.Join(err, s.purgeTombstones(ctx), s.db.Scrub(ctx), s.Retention.Note(context.WithoutCancel(ctx), run))
}

// RetainDry counts what Retain would do at this moment, and writes nothing.
func (s *Service) RetainDry(ctx context.Context) (store.RetentionRun, error) {
	r := &retaining{Service: s, now: s.Now(), dry: true, counts: map[string]int{}}
	err := r.run(ctx)
	return store.RetentionRun{At: r.now.UTC(), Counts: r.counts}, err
}

// run does one part after the other; one that fails does not keep the next back.
func (r *retaining) run(ctx context.Context) error {
	var errs []error
	for _, part := range []func(context.Context) error{
		r.mails, r.audit, r.sessions, r.signIns, r.throttles, r.reports, r.reach, r.invitations, r.accounts,
	} {
		if err := ctx.Err(); err != nil {
			return errors.Join(append(errs, err)...)
		}
		errs = append(errs, part(ctx))
	}
	return errors.Join(errs...)
}

// done counts one thing that write did; in a count nothing is written. What somebody
// else has dealt with meanwhile is not counted.
func (r *retaining) done(what string, write func() error) error {
	if !r.dry {
		err := write()
		if errors.Is(err, errUnchanged) || errors.Is(err, errSpared) || errors.Is(err, store.ErrNotFound) || errors.Is(err, store.ErrConflict) {
			return nil
		}
		if err != nil {
			return err
		}
	}
	r.counts[what]++
	return nil
}

// mails: the content goes first, the line that is counted with those of the audit.
func (r *retaining) mails(ctx context.Context) error {
	scrub, drop := r.now.AddDate(0, -r.Keep.Messages, 0), r.now.AddDate(0, -r.Keep.Audit, 0)
	return r.Messages.All(ctx, func(d store.Doc[message.Message]) error {
		m := &d.Value
		switch {
		case m.State(r.now) == message.Leased: // the next run
			return nil
		case m.QueuedAt.Before(drop):
			return r.done(RetainDeleted, func() error { return r.Messages.Delete(ctx, d) })
		case m.QueuedAt.Before(scrub) && m.ScrubbedAt.IsZero():
			return r.done(RetainScrubbed, func() error { return r.scrub(ctx, d.ID) })
		}
		return nil
	})
}

func (r *retaining) audit(ctx context.Context) error {
	day := structure.DateOf(r.now.AddDate(0, -r.Keep.Audit, 0))
	var n int64
	var err error
	if r.dry {
		n, err = r.Audit.CountBefore(ctx, day)
	} else {
		n, err = r.Audit.Purge(ctx, day, r.now)
	}
	if n > 0 {
		r.counts[RetainAudit] = int(n)
	}
	return err
}

// sweep deletes what has lapsed of a collection.
func sweep[T any](ctx context.Context, r *retaining, c *store.Collection[T], what string, lapsed func(*T) bool) error {
	return c.All(ctx, func(d store.Doc[T]) error {
		if !lapsed(&d.Value) {
			return nil
		}
		return r.done(what, func() error { return c.Delete(ctx, d) })
	})
}

func (r *retaining) sessions(ctx context.Context) error {
	return sweep(ctx, r, r.Sessions.Collection, RetainSessions, func(v *account.Session) bool { return v.Lapsed(r.now) })
}

func (r *retaining) signIns(ctx context.Context) error {
	return sweep(ctx, r, r.SignIns.Collection, RetainSignIns, func(v *account.SignIn) bool { return v.Lapsed(r.now) })
}

func (r *retaining) throttles(ctx context.Context) error {
	return sweep(ctx, r, r.Throttles.Collection, RetainThrottles, func(v *account.Throttle) bool { return v.Lapsed(r.now) })
}

func (r *retaining) reports(ctx context.Context) error {
	today := structure.DateOf(r.now)
	return sweep(ctx, r, r.Reports.Collection, RetainReports, func(v *structure.Report) bool { return v.Lapsed(today) })
}

// reach: months of what the portal brought structures.
func (r *retaining) reach(ctx context.Context) error {
	return r.Reaches.Lapsed(ctx, structure.DateOf(r.now), func(d store.Doc[reach.Month]) error {
		return r.done(RetainReach, func() error { return r.Reaches.Delete(ctx, d) })
	})
}

// invitations that can be accepted no more leave their organisation: they hold an
// address.
func (r *retaining) invitations(ctx context.Context) error {
	return r.Organisations.All(ctx, func(d store.Doc[account.Organisation]) error {
		n := d.Value.DropLapsedInvitations(r.now)
		if n == 0 {
			return nil
		}
		before := r.counts[RetainInvitations]
		err := r.done(RetainInvitations, func() error {
			_, err := store.Update(ctx, r.Organisations.Collection, d.ID, func(o *account.Organisation) (store.Change, error) {
				if n = o.DropLapsedInvitations(r.now); n == 0 {
					return store.Change{}, errUnchanged
				}
				return store.Change{Actor: store.ActorSystem, At: r.now, Audit: true, What: "organisation.invitation.lapse"}, nil
			})
			return err
		})
		if r.counts[RetainInvitations] > before {
			r.counts[RetainInvitations] = before + n
		}
		return err
	})
}

// accounts that nobody uses are told so, then erased; and an address that was not
// confirmed in time is forgotten.
func (r *retaining) accounts(ctx context.Context) error {
	var errs []error
	err := r.People.Collection.All(ctx, func(d store.Doc[account.Person]) error {
		if d.Value.Erased() {
			return nil
		}
		if err := r.account(ctx, d); err != nil {
			if ctx.Err() != nil {
				return err
			}
			errs = append(errs, err) // the others need not wait for it
		}
		return nil
	})
	return errors.Join(append(errs, err)...)
}

func (r *retaining) account(ctx context.Context, d store.Doc[account.Person]) error {
	fate := d.Value.Fate(r.now, r.Keep.Accounts)
	if fate != account.Kept {
		last, err := r.lastAdministrator(ctx, d.ID)
		if err != nil {
			return err
		}
		if last {
			r.counts[RetainSpared]++
			return nil
		}
	}
	switch fate {
	case account.ToWarn:
		if err := r.done(RetainWarned, func() error { return r.warn(ctx, d.ID) }); err != nil {
			return err
		}
	case account.Lapsed:
		r.leaves = append(r.leaves, d.ID)
		return r.done(RetainErased, func() error { return r.lapse(ctx, d.ID) })
	}
	if !d.Value.DropStaleEmail(r.now) {
		return nil
	}
	return r.done(RetainAddresses, func() error {
		_, err := store.Update(ctx, r.People.Collection, d.ID, func(p *account.Person) (store.Change, error) {
			if !p.DropStaleEmail(r.now) {
				return store.Change{}, errUnchanged
			}
			return store.Change{Actor: store.ActorSystem, At: r.now}, nil
		})
		return err
	})
}

// lastAdministrator reports whether the portal would be left without anybody.
func (r *retaining) lastAdministrator(ctx context.Context, person string) (bool, error) {
	d, err := r.Organisations.Get(ctx, store.Portal)
	if errors.Is(err, store.ErrNotFound) {
		return false, nil
	}
	if err != nil || d.Value.Member(person) == nil {
		return false, err
	}
	d.Value.Members = slices.DeleteFunc(d.Value.Members, func(m account.Member) bool {
		return m.Person != person && slices.Contains(r.leaves, m.Person)
	})
	return errors.Is(d.Value.Remove(account.Actor{Person: person}, person), account.ErrLastAdmin), nil
}

// warn tells a person once for each time of absence: the mail has the last use in its
// key. Who is suspended cannot come back, and gets none.
func (r *retaining) warn(ctx context.Context, person string) error {
	_, err := store.Update(ctx, r.People.Collection, person, func(p *account.Person) (store.Change, error) {
		if p.Fate(r.now, r.Keep.Accounts) != account.ToWarn {
			return store.Change{}, errUnchanged
		}
		p.WarnedAt = r.now.UTC()
		ends := p.EndsAt(r.now, r.Keep.Accounts)
		mails, err := Notify(p, message.Order{
			Key:      message.Key{Kind: message.Inactive, Object: p.ID, Version: p.UsedAt().UnixMilli()},
			Details:  map[string]string{message.DetailDay: string(structure.DateOf(ends))},
			QueuedAt: r.now, ExpiresAt: ends,
		})
		return store.Change{Actor: store.ActorSystem, At: r.now, Audit: true, What: "person.warn", Subject: person, Effects: mails}, err
	})
	return err
}

// lapse erases a person who has not come back meanwhile.
func (r *retaining) lapse(ctx context.Context, person string) error {
	_, err := r.beginErasure(ctx, person, store.ActorSystem, func(p *account.Person) bool {
		return !p.ErasingAt.IsZero() || p.Fate(r.now, r.Keep.Accounts) == account.Lapsed
	})
	if err == nil {
		err = r.finishErasure(ctx, person)
	}
	if errors.Is(err, ErrErasing) { // begun, and carried on by FinishErasures
		return nil
	}
	return err
}

// Ages of deletions that are no longer told. Ids of counters and of refused addresses
// are hashes of addresses, and nothing follows these collections. A mail that was
// deleted must not be carried anew, so that its deletion is kept for longer.
const (
	shortTombstones = 24 * time.Hour
	longTombstones  = 30 * 24 * time.Hour
)

func (s *Service) purgeTombstones(ctx context.Context) error {
	var errs []error
	purge := func(raw store.Raw, age time.Duration) {
		_, err := raw.PurgeTombstones(ctx, age)
		errs = append(errs, err)
	}
	purge(s.Sessions.Raw(), shortTombstones)
	purge(s.SignIns.Raw(), shortTombstones)
	purge(s.Throttles.Raw(), shortTombstones)
	purge(s.Suppressions.Raw(), shortTombstones)
	purge(s.Reaches.Raw(), shortTombstones)
	purge(s.Messages.Raw(), longTombstones)
	purge(s.Reports.Raw(), longTombstones)
	return errors.Join(errs...)
}

// retainedWords name what was done to one and to several, in French.
var retainedWords = map[string][2]string{
	RetainWarned:      {"compte prévenu de son effacement dans 30 jours", "comptes prévenus de leur effacement dans 30 jours"},
	RetainErased:      {"compte inactif effacé", "comptes inactifs effacés"},
	RetainSpared:      {"compte inactif gardé : le portail n’a pas d’autre administration", "comptes inactifs gardés : le portail n’a pas d’autre administration"},
	RetainScrubbed:    {"courriel vidé de son contenu", "courriels vidés de leur contenu"},
	RetainDeleted:     {"courriel effacé", "courriels effacés"},
	RetainAudit:       {"ligne du journal effacée", "lignes du journal effacées"},
	RetainSessions:    {"connexion terminée effacée", "connexions terminées effacées"},
	RetainSignIns:     {"demande de connexion effacée", "demandes de connexion effacées"},
	RetainThrottles:   {"compteur de demandes effacé", "compteurs de demandes effacés"},
	RetainInvitations: {"invitation expirée effacée", "invitations expirées effacées"},
	RetainAddresses:   {"adresse jamais confirmée effacée", "adresses jamais confirmées effacées"},
	RetainReports:     {"signalement clos effacé", "signalements clos effacés"},
	RetainReach:       {"mois de fréquentation d’une fiche effacé", "mois de fréquentation de fiches effacés"},
}

// RetainedText says how many of what, « 3 comptes inactifs effacés ».
func RetainedText(what string, n int) string {
	words := retainedWords[what]
	if n < 2 {
		return strconv.Itoa(n) + " " + words[0]
	}
	return strconv.Itoa(n) + " " + words[1]
}
