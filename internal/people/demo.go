package people

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"sourcier/internal/account"
	"sourcier/internal/message"
	"sourcier/internal/store"
)

// FillDemo stores the crowd of the demonstration. What is there already stays as it
// is; an administrator is not put into the team of a real portal.
func (s *Service) FillDemo(ctx context.Context, people []account.Person, organisations []account.Organisation) error {
	if err := store.PutNew(ctx, s.People.Collection, people, store.ActorDemo); err != nil {
		return err
	}
	return store.PutNew(ctx, s.Organisations.Collection, organisations, store.ActorDemo)
}

// DemoRemoved says what RemoveDemo did, and what it left to a person.
type DemoRemoved struct {
	People, Organisations int
	Kept                  []string // French: who or what, and why
}

// isFictional reports whether nobody real has made the account theirs: its address
// is still one that no mail is delivered to, and no provider's identity is linked.
func isFictional(p *account.Person) bool {
	return p.Demo && strings.HasSuffix(p.Email.Domain(), ".example") && len(p.Identities) == 0
}

// RemoveDemo takes the crowd of the demonstration out, and nothing else: accounts
// and organisations that somebody real has made theirs stay, and are told. What an
// organisation keeps elsewhere is dropped before it, what a person does as at an erasure.
// Cut short, it is run again.
func (s *Service) RemoveDemo(ctx context.Context, drop func(ctx context.Context, organisation string) error) (out DemoRemoved, err error) {
	gone := map[string]*account.Person{}
	err = s.EachPerson(ctx, func(d store.Doc[account.Person]) error {
		switch {
		case isFictional(&d.Value):
			gone[d.ID] = &d.Value
		case d.Value.Demo:
			out.Kept = append(out.Kept, fmt.Sprintf("le compte %s, dont l’adresse ou l’identité a été changée", d.Value.Email))
		}
		return nil
	})
	if err != nil {
		return out, err
	}
	err = s.Organisations.All(ctx, func(d store.Doc[account.Organisation]) error {
		return s.leaveDemo(ctx, d, leavingDemo{gone, drop, &out})
	})
	if err != nil {
		return out, err
	}
	for id, p := range gone {
		if err := s.dropDemo(ctx, id, p); err != nil {
			return out, err
		}
		out.People++
	}
	return out, nil
}

// leavingDemo is a removal under way.
type leavingDemo struct {
	gone map[string]*account.Person
	drop func(ctx context.Context, organisation string) error
	out  *DemoRemoved
}

// leaveDemo takes the fictional members out of an organisation, and deletes it when
// it is of the demonstration and nobody real is left. Who alone administers a real
// portal stays.
func (s *Service) leaveDemo(ctx context.Context, d store.Doc[account.Organisation], l leavingDemo) error {
	for {
		err := s.leaveDemoOnce(ctx, d, l)
		if errors.Is(err, store.ErrConflict) { // changed meanwhile
			if d, err = s.Organisations.Get(ctx, d.ID); err == nil {
				continue
			}
		}
		if errors.Is(err, store.ErrNotFound) {
			return nil
		}
		return err
	}
}

func (s *Service) leaveDemoOnce(ctx context.Context, d store.Doc[account.Organisation], l leavingDemo) error {
	o := d.Value
	if o.Demo && !slices.ContainsFunc(o.Members, func(m account.Member) bool { return l.gone[m.Person] == nil }) {
		if err := l.drop(ctx, d.ID); err != nil {
			return err
		}
		if err := s.Organisations.Delete(ctx, d); err != nil {
			return err
		}
		l.out.Organisations++
		return nil
	}
	err := s.forgetDemo(ctx, d, l)
	if err == nil && o.Demo {
		l.out.Kept = append(l.out.Kept, "l’organisation « "+o.Name+" », dont quelqu’un d’autre est membre : elle ne compte plus comme fictive")
	}
	return err
}

func (s *Service) forgetDemo(ctx context.Context, d store.Doc[account.Organisation], l leavingDemo) error {
	o, changed := &d.Value, d.Value.Demo
	o.Demo = false
	for id, p := range l.gone {
		before := *o
		before.Members, before.Requests, before.Invitations = slices.Clone(o.Members), slices.Clone(o.Requests), slices.Clone(o.Invitations)
		if o.Member(id) == nil && !asks(o, id) {
			continue
		}
		if err := o.Forget(id, p.Email); err != nil { // the last to administer
			*o = before
			delete(l.gone, id)
			l.out.Kept = append(l.out.Kept, fmt.Sprintf("le compte %s, seul à administrer le portail", p.Email))
			continue
		}
		changed = true
	}
	if !changed {
		return nil
	}
	_, err := s.Organisations.Replace(ctx, d, store.Change{Actor: store.ActorDemo, At: s.Now().UTC(), Audit: true, What: "organisation.demo.remove"})
	return err
}

func asks(o *account.Organisation, person string) bool {
	for _, r := range o.Requests {
		if r.Person == person {
			return true
		}
	}
	return false
}

// dropDemo deletes an account with what was sent to it, its sessions and what else is
// held on it.
func (s *Service) dropDemo(ctx context.Context, id string, p *account.Person) error {
	for _, h := range s.Holders {
		if err := h.Forget(ctx, p, []account.Email{p.Email}); err != nil {
			return fmt.Errorf("%s of a fictional account: %w", h.Name, err)
		}
	}
	if err := s.dropSessions(ctx, id); err != nil {
		return err
	}
	mails, err := s.Messages.FindLookup(ctx, store.MessagesTo(message.AddressHash(p.Email.Key())), messagePage)
	if err != nil {
		return err
	}
	for _, m := range mails {
		if err := s.Messages.Delete(ctx, m); err != nil && !errors.Is(err, store.ErrNotFound) && !errors.Is(err, store.ErrConflict) {
			return err
		}
	}
	d, err := s.People.Get(ctx, id)
	if err == nil {
		err = s.People.Delete(ctx, d)
	}
	if errors.Is(err, store.ErrNotFound) {
		return nil
	}
	return err
}
