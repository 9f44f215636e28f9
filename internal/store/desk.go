package store

import (
	"context"

	"sourcier/internal/buyer"
)

// Collections of the desk of who buys.
const (
	BinderCollection = "binder"
	ListCollection   = "list"
	SearchCollection = "search"
	KnownCollection  = "known"
	DigestCollection = "digest"
)

// Desk is what buyers keep: the lists of each organisation, saved searches, what their
// alerts know, and how far each person was told.
type Desk struct {
	Binders  *Collection[buyer.Binder]
	Lists    *Collection[buyer.List]
	Searches *Collection[buyer.Search]
	Known    *Collection[buyer.Known]
	Digests  *Collection[buyer.Digest]
}

// Lookup keys of the desk.
func namedBy(persons []string) (keys []string) {
	for _, p := range persons {
		keys = append(keys, DeskOf(p))
	}
	return keys
}

// DeskOf is the lookup key of binders, lists and searches that name a person.
func DeskOf(person string) string { return "person:" + person }

// SearchesOf is the lookup key of the searches that a person has saved.
func SearchesOf(person string) string { return "own:" + person }

// SearchesShared is the lookup key of the searches that an organisation shares.
func SearchesShared(organisation string) string { return "organisation:" + organisation }

// FollowedSearches is the lookup key of the searches that somebody is told of.
const FollowedSearches = "followed"

// TrashedLists is the lookup key of the binders that hold a deleted list.
const TrashedLists = "trashed"

var (
	binderCodec = Codec[buyer.Binder]{Schema: 1,
		ID: func(b *buyer.Binder) string { return b.Organisation },
		Keys: func(b *buyer.Binder) Keys {
			keys := namedBy(b.Persons())
			for i := range b.Lists {
				if b.Lists[i].Deleted() {
					keys = append(keys, TrashedLists)
				}
			}
			return Keys{Lookup: keys}.Normal()
		},
	}
	listCodec = Codec[buyer.List]{Schema: 1,
		ID:   func(l *buyer.List) string { return l.ID },
		Keys: func(l *buyer.List) Keys { return Keys{Lookup: namedBy(l.Persons())}.Normal() },
	}
	searchCodec = Codec[buyer.Search]{Schema: 1,
		ID:   func(s *buyer.Search) string { return s.ID },
		Keys: searchKeys,
	}
	knownCodec = Codec[buyer.Known]{Schema: 1,
		ID:   func(k *buyer.Known) string { return k.Search },
		Keys: func(*buyer.Known) Keys { return Keys{} },
	}
	digestCodec = Codec[buyer.Digest]{Schema: 1,
		ID:   func(d *buyer.Digest) string { return d.Person },
		Keys: func(*buyer.Digest) Keys { return Keys{} },
	}
)

func searchKeys(s *buyer.Search) Keys {
	var keys []string
	if s.Person != "" {
		keys = append(keys, SearchesOf(s.Person), DeskOf(s.Person))
	}
	if s.Shared() {
		keys = append(keys, SearchesShared(s.Organisation))
	}
	for _, f := range s.Followers {
		keys = append(keys, FollowedSearches, DeskOf(f.Person))
	}
	return Keys{Lookup: keys}.Normal()
}

// OpenDesk opens them.
func OpenDesk(ctx context.Context, db DB) (*Desk, error) {
	d := &Desk{}
	for _, open := range []func() error{
		func() error { return openInto(ctx, db, BinderCollection, binderCodec, &d.Binders) },
		func() error { return openInto(ctx, db, ListCollection, listCodec, &d.Lists) },
		func() error { return openInto(ctx, db, SearchCollection, searchCodec, &d.Searches) },
		func() error { return openInto(ctx, db, KnownCollection, knownCodec, &d.Known) },
		func() error { return openInto(ctx, db, DigestCollection, digestCodec, &d.Digests) },
	} {
		if err := open(); err != nil {
			return nil, err
		}
	}
	return d, nil
}

// openInto opens a collection into its place.
func openInto[T any](ctx context.Context, db DB, name string, codec Codec[T], into **Collection[T]) error {
	raw, err := db.Collection(ctx, name)
	if err == nil {
		*into = NewCollection(raw, codec)
	}
	return err
}
