package people

import (
	"cmp"
	"context"
	"encoding/base64"
	"fmt"
	"slices"
	"strings"
	"time"

	"sourcier/internal/account"
	"sourcier/internal/message"
	"sourcier/internal/store"
	"sourcier/internal/territory"
)

// The store lists documents by id, which says nothing to people: lists are read and
// put in order here, up to a bound that is said where it is reached.
const (
	MaxListed = 10_000
	listBatch = 500
)

// Listing is some documents of a list.
type Listing[T any] struct {
	Docs    []store.Doc[T]
	Next    string // place of the next page, "" when nothing follows
	Found   int    // that the filter finds
	Partial bool   // the list is longer than MaxListed: what came after was not looked at
}

// read collects what a lookup lists, up to the bound.
func read[T any](ctx context.Context, page func(after string, limit int) ([]store.Doc[T], error)) (list []store.Doc[T], partial bool, err error) {
	for after := ""; ; {
		docs, err := page(after, listBatch)
		if err != nil {
			return nil, false, err
		}
		list = append(list, docs...)
		switch {
		case len(docs) < listBatch:
			return list, false, nil
		case len(list) >= MaxListed:
			return list[:MaxListed], true, nil
		case ctx.Err() != nil:
			return nil, false, ctx.Err()
		}
		after = docs[len(docs)-1].ID
	}
}

// placed is a document with its place in the order.
type placed[T any] struct {
	place string
	doc   store.Doc[T]
}

// list orders what the filter keeps and cuts one page out of it. A place is a key and
// the id, so that what comes or goes meanwhile neither repeats nor skips a document
// that stays.
func list[T any](docs []store.Doc[T], keep func(*T) bool, key func(*T) string, after string, limit int) (l Listing[T], err error) {
	from, err := base64.RawURLEncoding.DecodeString(after)
	if err != nil || limit < 1 {
		return l, fmt.Errorf("list after %.40q: %w", after, store.ErrInvalid)
	}
	var all []placed[T]
	for _, d := range docs {
		if keep == nil || keep(&d.Value) {
			all = append(all, placed[T]{key(&d.Value) + "\x00" + d.ID, d})
		}
	}
	l.Found = len(all)
	slices.SortFunc(all, func(a, b placed[T]) int { return cmp.Compare(a.place, b.place) })
	first, _ := slices.BinarySearchFunc(all, string(from)+"\x00", func(p placed[T], at string) int { return cmp.Compare(p.place, at) })
	if len(from) == 0 {
		first = 0
	}
	for i, p := range all[first:] {
		if i == limit {
			l.Next = base64.RawURLEncoding.EncodeToString([]byte(all[first+i-1].place))
			break
		}
		l.Docs = append(l.Docs, p.doc)
	}
	return l, nil
}

// newest is a key that puts the latest first.
func newest(t time.Time) string {
	const end = 1 << 52 // ms, far beyond any date of ours
	return fmt.Sprintf("%016x", end-max(0, t.UnixMilli()))
}

// Chosen chooses accounts.
type Chosen struct {
	Text   string // part of the name or of the address
	ByName bool   // else the newest first
}

// ListPeople lists accounts that are not erased.
func (s *Service) ListPeople(ctx context.Context, f Chosen, after string, limit int) (Listing[account.Person], error) {
	docs, partial, err := read(ctx, func(after string, limit int) ([]store.Doc[account.Person], error) {
		return s.People.All(ctx, after, limit)
	})
	if err != nil {
		return Listing[account.Person]{}, err
	}
	wanted := territory.Fold(f.Text)
	keep := func(p *account.Person) bool {
		return strings.Contains(territory.Fold(p.Name), wanted) || strings.Contains(territory.Fold(p.Email.String()), wanted) || strings.Contains(p.Email.Key(), wanted)
	}
	key := func(p *account.Person) string { return newest(p.CreatedAt) }
	if f.ByName {
		key = func(p *account.Person) string { return territory.Fold(p.Shown()) }
	}
	l, err := list(docs, keep, key, after, limit)
	l.Partial = partial
	return l, err
}

// OrganisationFilter chooses organisations.
type OrganisationFilter struct {
	Kind  account.OrganisationKind // "" = all
	State account.State            // "" = all
	Text  string                   // part of the name, or of the SIREN

	PendingDomains bool // has a domain to be confirmed
}

// ListOrganisations lists organisations, those that await an administrator first.
func (s *Service) ListOrganisations(ctx context.Context, f OrganisationFilter, after string, limit int) (Listing[account.Organisation], error) {
	docs, partial, err := read(ctx, func(after string, limit int) ([]store.Doc[account.Organisation], error) {
		if f.Kind == "" {
			return s.Organisations.Scan(ctx, after, limit)
		}
		return s.Organisations.OfKind(ctx, f.Kind, after, limit)
	})
	if err != nil {
		return Listing[account.Organisation]{}, err
	}
	wanted, digits := territory.Fold(f.Text), strings.Join(strings.Fields(f.Text), "")
	keep := func(o *account.Organisation) bool {
		return (f.State == "" || o.State() == f.State) && (!f.PendingDomains || hasPendingDomain(o)) &&
			(strings.Contains(territory.Fold(o.Name), wanted) || o.SIREN != "" && strings.Contains(o.SIREN, digits))
	}
	key := func(o *account.Organisation) string {
		first := "1"
		if o.State() == account.StateProposed || hasPendingDomain(o) {
			first = "0"
		}
		return first + territory.Fold(o.Name)
	}
	l, err := list(docs, keep, key, after, limit)
	l.Partial = partial
	return l, err
}

func hasPendingDomain(o *account.Organisation) bool {
	return slices.ContainsFunc(o.Domains, func(d account.Domain) bool { return d.ConfirmedAt.IsZero() })
}

// ListMessages lists the messages of a lookup key of store.Messages, the newest first.
func (s *Service) ListMessages(ctx context.Context, key, after string, limit int) (Listing[message.Message], error) {
	docs, partial, err := read(ctx, func(after string, limit int) ([]store.Doc[message.Message], error) {
		return s.Messages.PageLookup(ctx, key, after, limit)
	})
	if err != nil {
		return Listing[message.Message]{}, err
	}
	l, err := list(docs, nil, func(m *message.Message) string { return newest(m.QueuedAt) }, after, limit)
	l.Partial = partial
	return l, err
}
