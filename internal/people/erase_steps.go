package people

import (
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"maps"
	"slices"
	"time"

	"sourcier/internal/account"
	"sourcier/internal/message"
	"sourcier/internal/store"
	"sourcier/internal/structure"
)

// leaving reads who goes. Former addresses lie in the audit, to which what was just
// changed may still be on its way.
func (s *Service) leaving(ctx context.Context, p *account.Person) (*leaver, error) {
	if err := s.carryPending(ctx, nil); err != nil {
		return nil, err
	}
	addresses, err := s.addressesOf(ctx, p)
	return &leaver{id: p.ID, person: *p, addresses: addresses}, err
}

// leaver is a person whose erasure is under way.
type leaver struct {
	id        string
	person    account.Person  // as it was when the pass began
	addresses []account.Email // that of the account first, then those it had
}

type eraseStep struct {
	name string
	do   func(ctx context.Context, l *leaver) error
}

// erasure lists the steps, in their order.
//
// The team of the portal comes first, since it alone may refuse. What is pending is
// carried before the mails are scrubbed, that of deleted requests to sign in too: it
// would bring the address back. The last message is
// queued when nothing can refuse any more, and before the address is gone; it is left
// out by the step of mails, and scrubbed once it has left, after a day at most
// (scrubFarewells). The key goes late, since former addresses are read with it, and
// the person last: until then the erasure is found again.
func (s *Service) erasure() []eraseStep {
	steps := []eraseStep{
		{"portal", s.leavePortal},
		{"organisations", s.leaveOrganisations},
		{"sessions", func(ctx context.Context, l *leaver) error {
			return exhaust(
				func() ([]store.Doc[account.Session], error) { return s.Sessions.Of(ctx, l.id) },
				func(d store.Doc[account.Session]) error { return gone(s.Sessions.Delete(ctx, d)) })
		}},
		{"sign-ins", s.dropSignIns},
		{"carry", s.carryPending},
		{"goodbye", s.queueGoodbye},
		{"mails", s.scrubMails},
		{"suppressions", s.dropSuppressions},
		{"reports", s.forgetReports},
		{"files", func(ctx context.Context, l *leaver) error {
			_, err := s.Blobs.Erase(ctx, BlobOwner(l.id))
			return err
		}},
	}
	for _, h := range s.Holders {
		steps = append(steps, eraseStep{h.Name, func(ctx context.Context, l *leaver) error {
			return h.Forget(ctx, &l.person, l.addresses)
		}})
	}
	return append(steps,
		eraseStep{"key", func(ctx context.Context, l *leaver) error { return s.Keys.Destroy(ctx, l.id) }},
		eraseStep{"person", s.erasePerson},
	)
}

// addressesOf is every address that was proved to be the person's, and is nobody else's
// now. One that was only asked for, or written as a name, may be anybody's.
func (s *Service) addressesOf(ctx context.Context, p *account.Person) ([]account.Email, error) {
	former, err := s.formerAddresses(ctx, p)
	if err != nil {
		return nil, err
	}
	list := []account.Email{p.Email}
	for _, key := range slices.Sorted(maps.Keys(former)) {
		_, err := s.People.ByEmail(ctx, former[key])
		switch {
		case errors.Is(err, store.ErrNotFound):
			list = append(list, former[key])
		case err != nil:
			return nil, err
		}
	}
	return list, nil
}

// formerAddresses reads in the audit, with the person's key, which addresses the account
// has had.
func (s *Service) formerAddresses(ctx context.Context, p *account.Person) (map[string]account.Email, error) {
	former := map[string]account.Email{}
	about := store.AuditFilter{Collection: store.PersonCollection, Document: p.ID}
	err := s.Audit.Export(ctx, about, func(line store.AuditLine) error {
		fields, err := store.ReadPatch(ctx, s.Keys, line.Patch)
		if err != nil {
			return err
		}
		for _, f := range fields {
			for _, value := range []json.RawMessage{f.Before, f.After} {
				var text string
				if f.Field != fieldEmail || f.Person != p.ID || json.Unmarshal(value, &text) != nil {
					continue
				}
				if e, err := account.ParseEmail(text); err == nil {
					former[e.Key()] = e
				}
			}
		}
		return nil
	})
	return former, err
}

// leave takes a person out of an organisation.
func (s *Service) leave(ctx context.Context, organisation string, l *leaver) error {
	now := s.Now().UTC()
	_, err := store.Update(ctx, s.Organisations.Collection, organisation, func(o *account.Organisation) (store.Change, error) {
		for _, e := range l.addresses {
			if err := o.Forget(l.id, e); err != nil {
				return store.Change{}, err
			}
		}
		return store.Change{Actor: store.ActorSystem, At: now, Audit: true, What: "organisation.forget", Subject: l.id}, nil
	})
	return err
}

// leavePortal: the portal keeps one administrator, whoever else leaves at that moment.
func (s *Service) leavePortal(ctx context.Context, l *leaver) error {
	d, err := s.Organisations.Get(ctx, store.Portal)
	switch {
	case errors.Is(err, store.ErrNotFound):
		return nil
	case err != nil || d.Value.Member(l.id) == nil && !d.Value.KeepsOut(l.id):
		return err
	}
	return s.leave(ctx, store.Portal, l)
}

// carryPending brings every pending mail to where the mails are.
func (s *Service) carryPending(ctx context.Context, _ *leaver) error {
	_, err := store.NewRelay(s.db, slog.New(slog.DiscardHandler), slices.Concat(Sources, s.Pending)...).Once(ctx)
	return err
}

// leaveOrganisations: one may lose its last manager by it.
func (s *Service) leaveOrganisations(ctx context.Context, l *leaver) error {
	finds := []func() ([]store.Doc[account.Organisation], error){
		func() ([]store.Doc[account.Organisation], error) { return s.Organisations.Of(ctx, l.id) },
		func() ([]store.Doc[account.Organisation], error) { return s.Organisations.AskedBy(ctx, l.id) },
	}
	for _, e := range l.addresses {
		finds = append(finds, func() ([]store.Doc[account.Organisation], error) { return s.Organisations.Inviting(ctx, e) })
	}
	for _, find := range finds {
		err := exhaust(find, func(d store.Doc[account.Organisation]) error { return s.leave(ctx, d.ID, l) })
		if err != nil {
			return err
		}
	}
	return nil
}

// exhaust does something about everything that find gives until it gives nothing: what
// was dealt with must not be given again.
func exhaust[T any](find func() ([]store.Doc[T], error), do func(store.Doc[T]) error) error {
	for {
		docs, err := find()
		if err != nil || len(docs) == 0 {
			return err
		}
		for _, d := range docs {
			if err := do(d); err != nil {
				return err
			}
		}
	}
}

// gone forgives that a document was deleted by somebody else, or changed by who used it:
// exhaust then finds it again.
func gone(err error) error {
	if errors.Is(err, store.ErrNotFound) || errors.Is(err, store.ErrConflict) {
		return nil
	}
	return err
}

// dropSignIns deletes the requests to sign in and the counters of the address.
func (s *Service) dropSignIns(ctx context.Context, l *leaver) error {
	for _, e := range l.addresses {
		err := exhaust(
			func() ([]store.Doc[account.SignIn], error) { return s.SignIns.Of(ctx, e) },
			func(d store.Doc[account.SignIn]) error { return gone(s.SignIns.Delete(ctx, d)) })
		if err != nil {
			return err
		}
		for _, id := range []string{addressCounter(e), sendingCounter("invited", e.Mailbox().Hash())} {
			d, err := s.Throttles.Get(ctx, id)
			if err == nil {
				err = s.Throttles.Delete(ctx, d)
			}
			if gone(err) != nil {
				return err
			}
		}
	}
	return nil
}

// goodbyeLife is how long the last message may take to leave.
const goodbyeLife = 24 * time.Hour

// queueGoodbye queues the message that says that the account is gone; the same once
// more is one message. An address that takes no mail gets none.
func (s *Service) queueGoodbye(ctx context.Context, l *leaver) error {
	key := message.Key{Kind: message.Erased, Object: l.id, Recipient: l.person.Email.Key()}
	held, err := s.Suppressions.Holds(ctx, message.AddressHash(key.Recipient))
	if err != nil || held {
		return err
	}
	// By the date of the intent: a pass that comes again makes the same message. Its
	// name is left out, since a mail that waits is the last place to hold it.
	at := l.person.ErasingAt
	m, err := message.New(message.Order{Key: key, To: string(l.person.Email), Person: l.id, QueuedAt: at, ExpiresAt: at.Add(goodbyeLife)})
	if err != nil {
		return err
	}
	return s.Messages.Queue(ctx, m)
}

// errUnderWay says that a message is being sent at this moment: its outcome is awaited.
var errUnderWay = errors.New("a message is being sent")

// scrubMails removes the content of every mail to the person, to an address of the
// person, or caused by the person. One that waits is refused by it, so that nothing
// leaves any more.
func (s *Service) scrubMails(ctx context.Context, l *leaver) error {
	keys := []string{store.MessagesOf(l.id), store.MessagesFrom(l.id)}
	for _, e := range l.addresses {
		keys = append(keys, store.MessagesTo(message.AddressHash(e.Key())))
	}
	goodbye := message.Key{Kind: message.Erased, Object: l.id, Recipient: l.person.Email.Key()}.ID()
	var waits error
	for _, key := range keys {
		err := s.eachMessage(ctx, key, func(d store.Doc[message.Message]) error {
			if d.ID == goodbye || !d.Value.ScrubbedAt.IsZero() {
				return nil
			}
			err := s.scrub(ctx, d.ID)
			if errors.Is(err, errUnderWay) {
				waits = err // the others need not wait for it
				return nil
			}
			return err
		})
		if err != nil {
			return err
		}
	}
	return waits
}

const messagePage = 200

// eachMessage tells the messages that hold a lookup key.
func (s *Service) eachMessage(ctx context.Context, key string, tell func(store.Doc[message.Message]) error) error {
	for after := ""; ; {
		docs, err := s.Messages.PageLookup(ctx, key, after, messagePage)
		if err != nil {
			return err
		}
		for _, d := range docs {
			after = d.ID
			if err := tell(d); err != nil {
				return err
			}
		}
		if len(docs) < messagePage {
			return nil
		}
	}
}

// scrub removes the content of a message that nobody is sending. errUnderWay.
func (s *Service) scrub(ctx context.Context, id string) error {
	now := s.Now()
	_, err := store.Update(ctx, s.Messages.Collection, id, func(m *message.Message) (store.Change, error) {
		m.Recover(now)
		if m.State(now) == message.Leased {
			return store.Change{}, errUnderWay
		}
		m.Scrub(now)
		return store.Change{}, nil
	})
	if errors.Is(err, store.ErrNotFound) {
		return nil
	}
	return err
}

// scrubFarewells removes the address of the last messages that have left, were
// refused, or have waited for a day.
func (s *Service) scrubFarewells(ctx context.Context) error {
	now := s.Now()
	return s.eachMessage(ctx, store.UnscrubbedFarewells, func(d store.Doc[message.Message]) error {
		m := &d.Value
		waits := m.State(now) == message.Queued || m.State(now) == message.Leased
		if waits && !m.ExpiredAt(now) {
			return nil
		}
		hash := m.ToHash
		err := s.scrub(ctx, d.ID)
		if errors.Is(err, errUnderWay) {
			return nil // the next pass
		}
		if err == nil { // the server may have refused the address meanwhile
			err = s.dropSuppression(ctx, hash)
		}
		return err
	})
}

func (s *Service) dropSuppressions(ctx context.Context, l *leaver) error {
	for _, e := range l.addresses {
		if err := s.dropSuppression(ctx, message.AddressHash(e.Key())); err != nil {
			return err
		}
	}
	return nil
}

func (s *Service) dropSuppression(ctx context.Context, hash string) error {
	d, err := s.Suppressions.Get(ctx, hash)
	if err == nil {
		err = s.Suppressions.Delete(ctx, d)
	}
	if errors.Is(err, store.ErrNotFound) {
		return nil
	}
	return err
}

// forgetReports takes the address off the open reports that ask for an answer to it.
func (s *Service) forgetReports(ctx context.Context, l *leaver) error {
	docs, err := s.Reports.Pending(ctx)
	if err != nil {
		return err
	}
	for _, d := range docs {
		if !wrote(d.Value.Email, l.addresses) {
			continue
		}
		_, err := store.Update(ctx, s.Reports.Collection, d.ID, func(r *structure.Report) (store.Change, error) {
			r.Email = ""
			return store.Change{Actor: store.ActorSystem, At: s.Now()}, nil
		})
		if err != nil && !errors.Is(err, store.ErrNotFound) {
			return err
		}
	}
	return nil
}

// wrote reports whether an address, as somebody has typed it, is one of the person.
func wrote(typed string, addresses []account.Email) bool {
	e, err := account.ParseEmail(typed)
	return err == nil && slices.ContainsFunc(addresses, func(own account.Email) bool { return own.Key() == e.Key() })
}

// erasePerson leaves the id and the dates, and frees the address. What the store
// replaced lies in no file of it any more.
func (s *Service) erasePerson(ctx context.Context, l *leaver) error {
	now := s.Now().UTC()
	_, err := store.Update(ctx, s.People.Collection, l.id, func(p *account.Person) (store.Change, error) {
		if p.Erased() {
			return store.Change{}, errUnchanged
		}
		p.Erase(now)
		return store.Change{Actor: store.ActorSystem, At: now, Audit: true, What: "person.erased", Subject: l.id}, nil
	})
	if err != nil && !errors.Is(err, errUnchanged) {
		return err
	}
	return s.db.Scrub(ctx)
}
