package directory

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"sourcier/internal/account"
	"sourcier/internal/message"
	"sourcier/internal/network"
	"sourcier/internal/registration"
	"sourcier/internal/store"
	"sourcier/internal/structure"
	"sourcier/internal/territory"
)

// Member is a structure as its network sees it: never a draft, never an answer.
type Member struct {
	network.Membership
	Shown     structure.Structure // the zero value when it is not in the directory any more
	Owner     string              // name of the organisation that writes the sheet, "" for none
	Asking    map[string]string   // names of the organisations whose request is open, by id
	Published *registration.Version
	Complete  registration.Measure
}

// Measuring is what the completeness of sheets is measured by.
func (s *Service) Measuring(home territory.Territory) registration.Measuring {
	return registration.Measuring{Atlas: s.Atlas, Home: home, Day: structure.DateOf(s.Now())}
}

// Members lists what a network says of structures, by name.
func (s *Service) Members(ctx context.Context, w Who, home territory.Territory) ([]Member, error) {
	docs, err := s.Memberships.FindLookup(ctx, store.MembersOf(w.Organisation), network.MaxMembers)
	if err != nil {
		return nil, err
	}
	list := make([]network.Membership, 0, len(docs))
	for _, d := range docs {
		if d.Value.LeftAt.IsZero() {
			list = append(list, d.Value)
		}
	}
	return s.describe(ctx, list, home)
}

// Member reads one, of this network. store.ErrNotFound.
func (s *Service) Member(ctx context.Context, w Who, id string, home territory.Territory) (*Member, error) {
	d, err := s.membership(ctx, w, id)
	if err != nil {
		return nil, err
	}
	list, err := s.describe(ctx, []network.Membership{d.Value}, home)
	if err != nil {
		return nil, err
	}
	return &list[0], nil
}

func (s *Service) membership(ctx context.Context, w Who, id string) (store.Doc[network.Membership], error) {
	d, err := s.Memberships.Get(ctx, id)
	if err == nil && (w.Organisation == "" || d.Value.Network != w.Organisation || !d.Value.LeftAt.IsZero()) {
		return d, fmt.Errorf("membership %s of %q: %w", id, w.Organisation, store.ErrNotFound)
	}
	return d, err
}

// describe adds to members what anybody may know of their sheets, and who asks for them.
func (s *Service) describe(ctx context.Context, list []network.Membership, home territory.Territory) ([]Member, error) {
	ids := make([]string, len(list))
	for i := range list {
		ids[i] = list[i].Structure
	}
	shown, err := some(ctx, s.Structures, ids)
	if err != nil {
		return nil, err
	}
	begun, err := some(ctx, s.Registrations.Collection, ids)
	if err != nil {
		return nil, err
	}
	var orgs []string
	for _, r := range begun {
		orgs = append(orgs, r.Organisations()...)
	}
	names, err := some(ctx, s.People.Organisations.Collection, orgs)
	if err != nil {
		return nil, err
	}
	by, out := s.Measuring(home), make([]Member, len(list))
	for i, m := range list {
		x := Member{Membership: m, Shown: shown[m.Structure], Asking: map[string]string{}}
		if r, ok := begun[m.Structure]; ok {
			x.Owner, x.Published = names[r.Owner].Name, r.Last()
			for id := range r.Asking() {
				x.Asking[id] = names[id].Name
			}
		}
		x.Complete = registration.Complete(&x.Shown, by)
		out[i] = x
	}
	slices.SortStableFunc(out, func(a, b Member) int {
		return cmp.Compare(territory.Fold(a.Called()), territory.Fold(b.Called()))
	})
	return out, nil
}

// Called is the name of the structure.
func (m *Member) Called() string { return cmp.Or(m.Shown.Name, m.Name) }

// some reads documents by id, a page at a time.
func some[T any](ctx context.Context, c *store.Collection[T], ids []string) (map[string]T, error) {
	const page = 200
	out := map[string]T{}
	ids = slices.DeleteFunc(slices.Clone(ids), func(id string) bool { return id == "" })
	for part := range slices.Chunk(ids, page) {
		docs, err := c.GetSome(ctx, part)
		if err != nil {
			return nil, err
		}
		for _, d := range docs {
			out[d.ID] = d.Value
		}
	}
	return out, nil
}

// Declare says that a structure of the directory is a member of the network; who writes
// its sheet is told. network.ErrRefused, network.ErrFull.
func (s *Service) Declare(ctx context.Context, w Who, structureID string) error {
	st, err := s.standingOne(ctx, structureID)
	if err != nil {
		return err
	}
	if st.ID == "" || !st.Shown() {
		return fmt.Errorf("structure %s: %w", structureID, store.ErrNotFound)
	}
	structureID = st.ID
	n, err := s.Memberships.CountLookup(ctx, store.MembersOf(w.Organisation))
	if err != nil {
		return err
	}
	mails, err := s.memberMails(ctx, w, &st)
	if err != nil {
		return err
	}
	ch := store.Change{Actor: w.Person, At: s.Now().UTC(), Audit: true, What: "network.declare", Effects: mails}
	if ch.Patch, err = store.Patch(ctx, s.People.Keys, store.Changed{Field: "structure", After: structureID}); err != nil {
		return err
	}
	_, err = store.UpdateOrInsert(ctx, s.Memberships, network.ID(w.Organisation, structureID), func(m *network.Membership) (store.Change, error) {
		if m.ID == "" {
			if n >= network.MaxMembers {
				return store.Change{}, network.ErrFull
			}
			*m = network.Declare(w.Organisation, structureID, st.Name, s.Now())
			return ch, nil
		}
		changed, err := m.Return(s.Now())
		if err == nil && !changed {
			err = errUnchanged
		}
		return ch, err
	})
	if errors.Is(err, errUnchanged) {
		return nil
	}
	return err
}

// ownersOf are the persons who write a sheet, none while nobody does.
func (s *Service) ownersOf(ctx context.Context, id string) (persons []string, err error) {
	r, err := s.Registrations.Get(ctx, id)
	if errors.Is(err, store.ErrNotFound) || err == nil && r.Value.Owner == "" {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	o, err := s.People.Organisations.Get(ctx, r.Value.Owner)
	if err != nil {
		return nil, err
	}
	for _, m := range o.Value.Members {
		persons = append(persons, m.Person)
	}
	return persons, nil
}

func (s *Service) memberMails(ctx context.Context, w Who, st *structure.Structure) ([]store.Effect, error) {
	persons, err := s.ownersOf(ctx, st.ID)
	if err != nil || len(persons) == 0 {
		return nil, err
	}
	o, err := s.People.Organisations.Get(ctx, w.Organisation)
	if err != nil {
		return nil, err
	}
	return s.People.MailPersons(ctx, message.Order{
		Key:     message.Key{Kind: message.NetworkMember, Object: network.ID(w.Organisation, st.ID)},
		Details: map[string]string{message.DetailOrganisation: o.Value.Name, message.DetailStructure: st.Name},
	}, persons...)
}

// changeMembership carries out an action of the network on a member.
func (s *Service) changeMembership(ctx context.Context, actor, id, what string, mails []store.Effect, do func(*network.Membership) error) error {
	_, err := store.Update(ctx, s.Memberships, id, func(m *network.Membership) (store.Change, error) {
		if err := do(m); err != nil {
			return store.Change{}, err
		}
		patch, err := store.Patch(ctx, s.People.Keys, store.Changed{Field: "structure", After: m.Structure})
		return store.Change{Actor: actor, At: s.Now().UTC(), Audit: true, What: what, Patch: patch, Effects: mails}, err
	})
	if errors.Is(err, errUnchanged) {
		return nil
	}
	return err
}

// RemoveMember takes a structure out of the network, by the network.
func (s *Service) RemoveMember(ctx context.Context, w Who, id string) error {
	if _, err := s.membership(ctx, w, id); err != nil {
		return err
	}
	return s.changeMembership(ctx, w.Person, id, "network.leave", nil, func(m *network.Membership) error { return m.Leave(s.Now()) })
}

// Nudge reminds who writes the sheet of a member, or its public address while nobody
// does, in the words of the network. network.ErrNudged and the others of its rule.
func (s *Service) Nudge(ctx context.Context, w Who, id, text string) error {
	d, err := s.membership(ctx, w, id)
	if err != nil {
		return err
	}
	trial := d.Value
	if text, err = trial.Nudge(text, s.Now()); err != nil {
		return err
	}
	st, err := s.shown(ctx, d.Value.Structure)
	if err != nil {
		return err
	}
	mails, err := s.nudgeMails(ctx, w, &st, text)
	if err != nil {
		return err
	}
	return s.changeMembership(ctx, w.Person, id, "network.nudge", mails, func(m *network.Membership) error {
		_, err := m.Nudge(text, s.Now())
		return err
	})
}

// ErrUnreachable is said of a structure that no mail reaches.
const ErrUnreachable = account.Fault("Personne ne tient cette fiche et elle ne donne pas d’adresse e-mail : le portail ne peut pas écrire à cette structure.")

func (s *Service) nudgeMails(ctx context.Context, w Who, st *structure.Structure, text string) ([]store.Effect, error) {
	o, err := s.People.Organisations.Get(ctx, w.Organisation)
	if err != nil {
		return nil, err
	}
	order := message.Order{
		Key: message.Key{Kind: message.Nudge, Object: st.ID}, Sender: w.Person,
		Details: map[string]string{message.DetailOrganisation: o.Value.Name, message.DetailStructure: st.Name, message.DetailText: text},
	}
	persons, err := s.ownersOf(ctx, st.ID)
	if err != nil {
		return nil, err
	}
	if len(persons) > 0 {
		return s.People.MailPersons(ctx, order, persons...)
	}
	to, err := account.ParseEmail(strings.TrimSpace(st.Contact.Email))
	if st.ID == "" || err != nil {
		return nil, ErrUnreachable
	}
	// One mail a month to the address, whichever network writes it.
	now := s.Now().UTC()
	order.Key.Recipient, order.Key.Version, order.To = to.Key(), int64(now.Year()*12+int(now.Month())), string(to)
	return s.People.MailTo(order)
}

// VouchFor grants the sheet of a member to an organisation that asks for it, by the word
// of the network.
func (s *Service) VouchFor(ctx context.Context, w Who, id, organisation string) error {
	d, err := s.membership(ctx, w, id)
	if err != nil {
		return err
	}
	if !d.Value.Holds() {
		return network.ErrGone
	}
	return s.Vouch(ctx, account.Actor{Person: w.Person}, w.Organisation, d.Value.Structure, organisation)
}

// Affiliation is what a network says of a sheet, as who writes the sheet sees it.
type Affiliation struct {
	network.Membership
	By    string // name of the network
	Sheet string // name of the structure
}

// Affiliations lists what networks say of the sheets that an organisation holds.
func (s *Service) Affiliations(ctx context.Context, w Who) (out []Affiliation, err error) {
	held, err := s.Sheets(ctx, w)
	if err != nil {
		return nil, err
	}
	for _, own := range held {
		if !own.Value.Holds(w.Organisation) {
			continue
		}
		docs, err := s.Memberships.FindLookup(ctx, store.NetworksOf(own.ID), maxShared)
		if err != nil {
			return nil, err
		}
		for _, d := range docs {
			if !d.Value.LeftAt.IsZero() {
				continue
			}
			o, err := s.People.Organisations.Get(ctx, d.Value.Network)
			if err != nil {
				return nil, err
			}
			out = append(out, Affiliation{d.Value, o.Value.Name, own.Name()})
		}
	}
	return out, nil
}

// AnswerNetwork is what a structure that holds its sheet says of a network that calls it
// a member. store.ErrNotFound for the sheet of anybody else.
func (s *Service) AnswerNetwork(ctx context.Context, w Who, id string, member bool) error {
	d, err := s.Memberships.Get(ctx, id)
	if err != nil {
		return err
	}
	own, err := s.Own(ctx, w, d.Value.Structure)
	if err != nil {
		return err
	}
	if !own.Value.Holds(w.Organisation) {
		return fmt.Errorf("membership %s: %w", id, store.ErrNotFound)
	}
	what := "network.refuse"
	if member {
		what = "network.accept"
	}
	return s.changeMembership(ctx, w.Person, id, what, nil, func(m *network.Membership) error {
		changed, err := m.Answer(member, s.Now())
		if err == nil && !changed {
			err = errUnchanged
		}
		return err
	})
}
