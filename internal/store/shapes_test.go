package store_test

import (
	"bytes"
	"context"
	"encoding/json"
	"flag"
	"os"
	"path/filepath"
	"reflect"
	"testing"
	"time"

	"sourcier/internal/account"
	"sourcier/internal/buyer"
	"sourcier/internal/event"
	"sourcier/internal/groupement"
	"sourcier/internal/label"
	"sourcier/internal/message"
	"sourcier/internal/network"
	"sourcier/internal/reach"
	"sourcier/internal/registration"
	"sourcier/internal/sourcing"
	"sourcier/internal/store"
	"sourcier/internal/structure"
	"sourcier/internal/upload"
)

var update = flag.Bool("update", false, "write the documents of the present schema anew")

// TestStoredShapes reads a document of every field of who uses the portal, as the
// releases of schema 1 write it, and finds in it what it writes today: whoever renames
// a field, or gives it another meaning, raises the schema and writes an Upgrade
// (DESIGN rule 1). -update is for a field that was added.
func TestStoredShapes(t *testing.T) {
	db := opened(t)
	shape(t, db, store.PersonCollection, store.OpenPeople, func(c *store.People) *store.Collection[account.Person] { return c.Collection })
	shape(t, db, store.OrganisationCollection, store.OpenOrganisations, func(c *store.Organisations) *store.Collection[account.Organisation] { return c.Collection })
	shape(t, db, store.SessionCollection, store.OpenSessions, func(c *store.Sessions) *store.Collection[account.Session] { return c.Collection })
	shape(t, db, store.SignInCollection, store.OpenSignIns, func(c *store.SignIns) *store.Collection[account.SignIn] { return c.Collection })
	shape(t, db, store.ThrottleCollection, store.OpenThrottles, func(c *store.Throttles) *store.Collection[account.Throttle] { return c.Collection })
	shape(t, db, store.GroupementCollection, store.OpenGroupements, func(c *store.Groupements) *store.Collection[groupement.Groupement] { return c.Collection })
	shape(t, db, store.MessageCollection, store.OpenMessages, func(c *store.Messages) *store.Collection[message.Message] { return c.Collection })
	shape(t, db, store.ReachCollection, store.OpenReaches, func(c *store.Reaches) *store.Collection[reach.Month] { return c.Collection })
	shape(t, db, store.BinderCollection, store.OpenDesk, func(d *store.Desk) *store.Collection[buyer.Binder] { return d.Binders })
	shape(t, db, store.ListCollection, store.OpenDesk, func(d *store.Desk) *store.Collection[buyer.List] { return d.Lists })
	shape(t, db, store.SearchCollection, store.OpenDesk, func(d *store.Desk) *store.Collection[buyer.Search] { return d.Searches })
	shape(t, db, store.KnownCollection, store.OpenDesk, func(d *store.Desk) *store.Collection[buyer.Known] { return d.Known })
	shape(t, db, store.DigestCollection, store.OpenDesk, func(d *store.Desk) *store.Collection[buyer.Digest] { return d.Digests })
	shape(t, db, store.RegistrationCollection, store.OpenRegistrations, func(c *store.Registrations) *store.Collection[registration.Registration] { return c.Collection })
	shape(t, db, store.UploadCollection, store.OpenUploads, func(c *store.Uploads) *store.Collection[upload.Upload] { return c.Collection })
	shape(t, db, store.ApartCollection, store.OpenApart, func(c *store.Apart) *store.Collection[structure.Apart] { return c.Collection })
	shape(t, db, store.LabelCollection, store.OpenLabels, func(c *store.Collection[label.Label]) *store.Collection[label.Label] { return c })
	shape(t, db, store.MembershipCollection, store.OpenMemberships, func(c *store.Collection[network.Membership]) *store.Collection[network.Membership] { return c })
	shape(t, db, store.PurchaseCollection, store.OpenPlanning, func(p *store.Planning) *store.Collection[sourcing.Purchase] { return p.Purchases })
	shape(t, db, store.ContractCollection, store.OpenPlanning, func(p *store.Planning) *store.Collection[sourcing.Contract] { return p.Contracts })
	shape(t, db, store.ProgrammeCollection, store.OpenPlanning, func(p *store.Planning) *store.Collection[sourcing.Programme] { return p.Programmes })
	shape(t, db, store.LawCollection, store.OpenPlanning, func(p *store.Planning) *store.Collection[sourcing.LawBook] { return p.LawBook })
	shape(t, db, store.ImportCollection, store.OpenPlanning, func(p *store.Planning) *store.Collection[sourcing.Import] { return p.Imports })
	shape(t, db, store.DossierCollection, store.OpenPlanning, func(p *store.Planning) *store.Collection[sourcing.Dossier] { return p.Dossiers })
	shape(t, db, store.ReviewCollection, store.OpenPlanning, func(p *store.Planning) *store.Collection[sourcing.Review] { return p.Reviews })
	shape(t, db, store.InterestCollection, store.OpenPlanning, func(p *store.Planning) *store.Collection[sourcing.Interest] { return p.Interests })
	shape(t, db, store.WatchCollection, store.OpenPlanning, func(p *store.Planning) *store.Collection[sourcing.Watch] { return p.Watches })
	shape(t, db, store.OperationCollection, store.OpenSourcing, func(p *store.Sourcing) *store.Collection[sourcing.Operation] { return p.Operations })
	shape(t, db, store.LonglistCollection, store.OpenSourcing, func(p *store.Sourcing) *store.Collection[sourcing.Longlist] { return p.Longlists })
	shape(t, db, store.AnswerCollection, store.OpenSourcing, func(p *store.Sourcing) *store.Collection[sourcing.Answer] { return p.Answers })
	shape(t, db, store.ExchangeCollection, store.OpenSourcing, func(p *store.Sourcing) *store.Collection[sourcing.Exchange] { return p.Exchanges })
	shape(t, db, store.EventCollection, store.OpenEvents, func(p *store.Events) *store.Collection[event.Event] { return p.Events })
	shape(t, db, store.GuestCollection, store.OpenEvents, func(p *store.Events) *store.Collection[event.Guest] { return p.Guests })
	shape(t, db, store.CheckinCollection, store.OpenEvents, func(p *store.Events) *store.Collection[event.Checkin] { return p.Checkins })
	shape(t, db, store.FeedbackCollection, store.OpenEvents, func(p *store.Events) *store.Collection[event.Feedback] { return p.Feedbacks })
	shape(t, db, store.EncounterCollection, store.OpenEvents, func(p *store.Events) *store.Collection[event.Encounter] { return p.Encounters })
	shape(t, db, store.SuppressionCollection, store.OpenSuppressions, func(c *store.Suppressions) *store.Collection[store.Suppression] { return c.Collection })
}

func shape[C, T any](t *testing.T, db store.DB, name string, open func(context.Context, store.DB) (C, error), of func(C) *store.Collection[T]) {
	t.Helper()
	list, err := open(t.Context(), db)
	if err != nil {
		t.Fatal(err)
	}
	c, file := of(list), filepath.Join("testdata", name+"_schema1.json")
	var full T
	fill(reflect.ValueOf(&full).Elem())
	now, err := c.Encode(store.Doc[T]{Value: full}, store.Change{})
	if err != nil {
		t.Fatal(err)
	}
	if *update {
		if err := os.WriteFile(file, append(bytes.Clone(now.Doc), '\n'), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	kept, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	kept = bytes.TrimSpace(kept)
	if !bytes.Equal(now.Doc, kept) {
		t.Errorf("%s: every field is now written as\n%s\nand the fixture has\n%s", name, now.Doc, kept)
	}
	d, err := c.Decode(store.Envelope{ID: now.ID, Version: 1, Doc: json.RawMessage(kept)})
	if err != nil {
		t.Fatal(err)
	}
	again, err := c.Encode(d, store.Change{})
	if err != nil || !bytes.Equal(again.Doc, kept) {
		t.Errorf("%s: read, it is written as\n%s\n%v", name, again.Doc, err)
	}
}

// fill gives every field a value, lists and maps one of theirs.
func fill(v reflect.Value) {
	switch {
	case v.Type() == reflect.TypeFor[time.Time]():
		v.Set(reflect.ValueOf(time.Date(2026, 11, 28, 12, 0, 0, 0, time.UTC)))
	case v.Type() == reflect.TypeFor[json.RawMessage]():
		v.SetBytes([]byte(`{"x":1}`))
	case v.Kind() == reflect.Struct:
		for i := range v.NumField() {
			fill(v.Field(i))
		}
	case v.Kind() == reflect.Pointer:
		v.Set(reflect.New(v.Type().Elem()))
		fill(v.Elem())
	case v.Kind() == reflect.Slice:
		v.Set(reflect.MakeSlice(v.Type(), 1, 1))
		fill(v.Index(0))
	case v.Kind() == reflect.Map:
		key, value := reflect.New(v.Type().Key()).Elem(), reflect.New(v.Type().Elem()).Elem()
		fill(key)
		fill(value)
		v.Set(reflect.MakeMap(v.Type()))
		v.SetMapIndex(key, value)
	case v.Kind() == reflect.String:
		v.SetString("x@ville.fr")
	case v.CanInt():
		v.SetInt(1)
	case v.CanUint():
		v.SetUint(1)
	case v.CanFloat():
		v.SetFloat(1.5)
	case v.Kind() == reflect.Bool:
		v.SetBool(true)
	default:
		panic("a field of kind " + v.Kind().String())
	}
}
