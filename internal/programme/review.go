package programme

import (
	"cmp"
	"context"
	"errors"
	"slices"

	"sourcier/internal/account"
	"sourcier/internal/buyer"
	"sourcier/internal/sourcing"
	"sourcier/internal/store"
	"sourcier/internal/structure"
)

// reviewPage is how many reviews are read at a time: each may be large.
const reviewPage = 20

// maxMembers bounds the persons who are offered as present.
const maxMembers = 200

// Reviews lists those that the member sees, the newest first, without what was noted.
func (s *Service) Reviews(ctx context.Context, m buyer.Member) (out []sourcing.Review, set sourcing.Programme, err error) {
	if set, err = s.Of(ctx, m); err != nil {
		return nil, set, err
	}
	for after := ""; len(out) < sourcing.MaxReviews; {
		docs, err := s.Planning.Reviews.PageLookup(ctx, store.ReviewsOf(m.Organisation), after, reviewPage)
		if err != nil {
			return nil, set, err
		}
		for i := range docs {
			after = docs[i].ID
			r := docs[i].Value
			if !set.Sees(m, r.Service) {
				continue
			}
			for j := range r.Items {
				r.Items[j].Note = "" // a list is no place for them
			}
			out = append(out, r)
		}
		if len(docs) < reviewPage {
			break
		}
	}
	slices.SortFunc(out, func(a, b sourcing.Review) int {
		return cmp.Or(cmp.Compare(b.On, a.On), b.CreatedAt.Compare(a.CreatedAt), cmp.Compare(a.ID, b.ID))
	})
	return out, set, nil
}

// Review reads one that the member sees. store.ErrNotFound for any other.
func (s *Service) Review(ctx context.Context, m buyer.Member, id string) (sourcing.Review, sourcing.Programme, error) {
	set, err := s.Of(ctx, m)
	if err != nil {
		return sourcing.Review{}, set, err
	}
	d, err := s.Planning.Reviews.Get(ctx, id)
	if err == nil && (d.Value.Organisation != m.Organisation || !set.Sees(m, d.Value.Service)) {
		err = store.ErrNotFound
	}
	return d.Value, set, err
}

// BeginReview stores a new review over the purchases of a service; the same form sent
// twice is one. An account.Fault.
func (s *Service) BeginReview(ctx context.Context, m buyer.Member, r sourcing.Review) error {
	if !sourcing.Buys(m) {
		return account.ErrNotAllowed
	}
	list, set, err := s.List(ctx, m)
	if err != nil {
		return err
	}
	if r.ServiceName, err = reviewed(&set, r.Service); err != nil {
		return err
	}
	if err := s.members(ctx, m, r.Present); err != nil {
		return err
	}
	for _, fault := range r.Check() {
		return fault // pages ask Check before, and say them all at their fields
	}
	n, err := s.Planning.Reviews.CountLookup(ctx, store.ReviewsOf(m.Organisation))
	if err != nil {
		return err
	}
	if n >= sourcing.MaxReviews {
		return sourcing.ErrManyReviews
	}
	r.Begin(m, list, s.Now())
	ch, err := s.change(m, "review.begin", r.ID, store.Changed{Field: "service", After: r.ServiceName})
	if err != nil {
		return err
	}
	_, err = s.Planning.Reviews.Insert(ctx, r, ch)
	if errors.Is(err, store.ErrDuplicate) {
		old, _, err := s.Review(ctx, m, r.ID)
		if err == nil && old.CreatedBy != m.Person {
			err = store.ErrNotFound
		}
		return err
	}
	return err
}

// reviewed names what a review looks at: a service, or what has none.
func reviewed(set *sourcing.Programme, service string) (string, error) {
	if service == "" {
		return "Achats sans service", nil
	}
	s := set.Service(service)
	if s == nil {
		return "", account.Fault("Choisissez un service de votre organisation.")
	}
	return s.Name, nil
}

// members refuses who is not of the organisation.
func (s *Service) members(ctx context.Context, m buyer.Member, ids []string) error {
	d, err := s.People.Organisations.Get(ctx, m.Organisation)
	if err != nil {
		return err
	}
	for _, id := range ids {
		if d.Value.Member(id) == nil {
			return account.Fault("Une des personnes cochées n’est plus membre de l’organisation.")
		}
	}
	return nil
}

// Members are those of the member's organisation who may be at a review, by name: who
// buys, advises or leads, and the prescripteurs of its services.
func (s *Service) Members(ctx context.Context, m buyer.Member) ([]account.Person, error) {
	set, err := s.Of(ctx, m)
	if err != nil {
		return nil, err
	}
	d, err := s.People.Organisations.Get(ctx, m.Organisation)
	if err != nil {
		return nil, err
	}
	var ids []string
	for _, x := range d.Value.Members {
		leads := slices.ContainsFunc(x.Roles, func(r account.Role) bool {
			return r == account.Buyer || r == account.Facilitateur || r == account.SpaserLead
		})
		serves := slices.ContainsFunc(set.Services, func(v sourcing.Service) bool { return slices.Contains(v.Persons, x.Person) })
		if (leads || serves) && len(ids) < maxMembers {
			ids = append(ids, x.Person)
		}
	}
	return s.persons(ctx, ids)
}

// NoteReview says something of a purchase of a review, over the revision that the page
// showed. sourcing.ErrStale, an account.Fault.
func (s *Service) NoteReview(ctx context.Context, m buyer.Member, id, purchase string, o sourcing.Outcome, note string, rev int64) error {
	return s.onReview(ctx, m, id, "review.note", func(r *sourcing.Review) error {
		return r.Note(m, purchase, o, note, rev, s.Now())
	})
}

// MeetReview writes who is there.
func (s *Service) MeetReview(ctx context.Context, m buyer.Member, id string, present, others []string) error {
	if err := s.members(ctx, m, present); err != nil {
		return err
	}
	return s.onReview(ctx, m, id, "review.meet", func(r *sourcing.Review) error { return r.Meet(m, present, others) })
}

// CloseReview ends one.
func (s *Service) CloseReview(ctx context.Context, m buyer.Member, id string) error {
	return s.onReview(ctx, m, id, "review.close", func(r *sourcing.Review) error { return r.Close(m, s.Now()) })
}

func (s *Service) onReview(ctx context.Context, m buyer.Member, id, what string, do func(*sourcing.Review) error) error {
	set, err := s.Of(ctx, m)
	if err != nil {
		return err
	}
	_, err = store.Update(ctx, s.Planning.Reviews, id, func(r *sourcing.Review) (store.Change, error) {
		if r.Organisation != m.Organisation || !set.Sees(m, r.Service) {
			return store.Change{}, store.ErrNotFound
		}
		if err := do(r); err != nil {
			return store.Change{}, err
		}
		return s.change(m, what, id)
	})
	return settled(err)
}

// SweepReviews removes the names that were typed into minutes, sourcing.PresentMonths
// after the day of the review, and says of how many reviews. Twice, it does nothing.
func (s *Service) SweepReviews(ctx context.Context) (n int, err error) {
	today := structure.DateOf(s.Now())
	for after := ""; ; {
		docs, err := s.Planning.Reviews.PageLookup(ctx, store.NamedReviews, after, reviewPage)
		if err != nil || len(docs) == 0 {
			return n, err
		}
		for i := range docs {
			after = docs[i].ID
			if !docs[i].Value.Lapsed(today) {
				continue
			}
			_, err := store.Update(ctx, s.Planning.Reviews, docs[i].ID, func(r *sourcing.Review) (store.Change, error) {
				if !r.Lapsed(today) {
					return store.Change{}, sourcing.ErrUnchanged
				}
				r.Others = nil
				return store.Change{Actor: store.ActorSystem, At: s.Now().UTC(), Audit: true, What: "review.lapse", Subject: r.ID}, nil
			})
			if err = settled(err); err != nil {
				return n, err
			}
			n++
		}
	}
}
