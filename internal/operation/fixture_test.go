package operation_test

import (
	"context"
	"crypto/rand"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"sourcier/internal/account"
	"sourcier/internal/buyer"
	"sourcier/internal/message"
	"sourcier/internal/operation"
	"sourcier/internal/people"
	"sourcier/internal/programme"
	"sourcier/internal/sourcing"
	"sourcier/internal/store"
	"sourcier/internal/store/mongo"
	"sourcier/internal/store/sqlite"
	"sourcier/internal/structure"
	"sourcier/internal/survey"
)

var noon = time.Date(2026, 11, 28, 11, 0, 0, 0, time.UTC) // 12 h 00 in Paris

// world is the sourçages of a portal, and its clock.
type world struct {
	*operation.Service
	db   store.DB
	same store.DB // another portal's connection to the same store
	town string   // id of a public buyer
	lead buyer.Member
	mu   sync.Mutex
	at   time.Time
}

func (w *world) now() time.Time {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.at
}

func (w *world) move(d time.Duration) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.at = w.at.Add(d)
}

// onBoth runs a test on each store: on MongoDB only where a server is, which CI has.
func onBoth(t *testing.T, test func(*testing.T, *world)) {
	t.Helper()
	t.Run("sqlite", func(t *testing.T) {
		db, err := sqlite.Open(t.Context(), filepath.Join(t.TempDir(), "test.db"))
		test(t, newWorld(t, db, err))
	})
	t.Run("mongo", func(t *testing.T) {
		server := os.Getenv("SOURCIER_TEST_MONGO")
		if server == "" {
			if os.Getenv("CI") == "true" {
				t.Fatal("SOURCIER_TEST_MONGO is not set")
			}
			t.Skip("SKIPPED, sourçages on MongoDB are untested: set SOURCIER_TEST_MONGO")
		}
		address := strings.TrimSuffix(server, "/") + "/operation_" + strings.ToLower(rand.Text())
		db, err := mongo.Open(t.Context(), address)
		w := newWorld(t, db, err)
		if w.same, err = mongo.Open(t.Context(), address); err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = w.same.Close() })
		test(t, w)
	})
}

func newWorld(t *testing.T, db store.DB, err error) *world {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	w := &world{db: db, same: db, at: noon}
	w.Service = w.portal(t, db)
	o := account.Organisation{ID: account.NewID(), Kind: account.KindPublic, Name: "Ville de Test", CreatedAt: noon, ConfirmedAt: noon}
	if _, err := w.People.Organisations.Insert(t.Context(), o, store.Change{}); err != nil {
		t.Fatal(err)
	}
	w.town = o.ID
	w.lead = w.member(t, account.Buyer)
	return w
}

// portal is another portal on the same store, with the same clock.
func (w *world) portal(t *testing.T, db store.DB) *operation.Service {
	t.Helper()
	p, err := people.Open(t.Context(), db, account.Secret(strings.Repeat("k", account.SecretSize)), w.now)
	if err != nil {
		t.Fatal(err)
	}
	plans, err := programme.Open(t.Context(), db, p, w.now)
	if err != nil {
		t.Fatal(err)
	}
	s, err := operation.Open(t.Context(), db, plans, w.now)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// member makes a person who has a role in the town.
func (w *world) member(t *testing.T, role account.Role) buyer.Member {
	t.Helper()
	p := account.Person{ID: account.NewID(), Email: account.Email(account.NewID() + "@ville.example"), Name: "Camille " + string(role), CreatedAt: noon}
	if _, err := w.People.People.Insert(t.Context(), p, store.Change{}); err != nil {
		t.Fatal(err)
	}
	_, err := store.Update(t.Context(), w.People.Organisations.Collection, w.town, func(o *account.Organisation) (store.Change, error) {
		return store.Change{}, o.Enrol(p.ID, []account.Role{role}, false, noon)
	})
	if err != nil {
		t.Fatal(err)
	}
	return buyer.Member{Person: p.ID, Organisation: w.town, Kind: account.KindPublic, Role: role}
}

// structure puts one into the directory.
func (w *world) structure(t *testing.T, name string) structure.Structure {
	t.Helper()
	v := structure.Structure{ID: account.NewID(), Name: name, Contact: structure.Contact{Email: strings.ToLower(name) + "@structure.example"}}
	if _, err := w.Structures.Insert(t.Context(), v, store.Change{}); err != nil {
		t.Fatal(err)
	}
	return v
}

// purchase is one of the town, programmed.
func (w *world) purchase(t *testing.T) sourcing.Purchase {
	t.Helper()
	p := sourcing.Purchase{ID: account.NewID(), Organisation: w.town, Object: "Nettoyage des locaux", Nature: sourcing.Services, CPV: "90911200", Lots: []sourcing.Lot{{ID: "l1"}}, ProgrammedAt: noon, Rev: 1}
	if _, err := w.Programme.Purchases.Insert(t.Context(), p, store.Change{}); err != nil {
		t.Fatal(err)
	}
	return p
}

// questions is a questionnaire of one question of each kind.
func questions() *survey.Questionnaire {
	return &survey.Questionnaire{Title: "Nettoyage", Questions: []survey.Question{
		{ID: "k1", Kind: survey.Number, Text: "Effectif", Unit: "personnes", Required: true},
		{ID: "k2", Kind: survey.YesNo, Text: "Travaillez-vous le samedi ?"},
		{ID: "k3", Kind: survey.Choice, Text: "Produits", Options: []string{"Écolabel", "Autres"}},
		{ID: "k4", Kind: survey.Text, Text: "Prix au mètre carré", Confidential: true, Rationale: "Secret des affaires"},
		{ID: "k5", Kind: survey.File, Text: "Plaquette"},
	}}
}

// opened makes an operation that three structures were asked in.
func (w *world) opened(t *testing.T) *sourcing.Operation {
	t.Helper()
	ctx, m := t.Context(), w.lead
	o := sourcing.Operation{ID: account.NewID(), Purchase: w.purchase(t).ID, Title: "Sourçage nettoyage", Message: "Bonjour, nous préparons un marché.", Deadline: noon.AddDate(0, 0, 14)}
	if err := w.Create(ctx, m, o); err != nil {
		t.Fatal(err)
	}
	var l sourcing.Longlist
	var chosen []sourcing.Supplier
	for _, name := range []string{"Alpha", "Beta", "Gamma", "Delta"} {
		v := w.structure(t, name)
		l.Rows = append(l.Rows, operation.RowOf(&v, "Nettoyage", "2026-11-28"))
		chosen = append(chosen, sourcing.Supplier{Structure: v.ID, Name: v.Name, Email: v.Contact.Email})
	}
	if err := w.Freeze(ctx, m, o.ID, l); err != nil {
		t.Fatal(err)
	}
	err := w.On(ctx, m, o.ID, "operation.write", func(o *sourcing.Operation) ([]sourcing.Dispatch, error) {
		panel, err := w.Panel(ctx, o)
		if err != nil {
			return nil, err
		}
		if err := o.Declare(m, "", w.now()); err != nil {
			return nil, err
		}
		if err := o.Choose(m, panel, chosen[:3], []sourcing.Exclusion{{Structure: chosen[3].Structure, Code: sourcing.TooSmall}}, o.Rev, w.now()); err != nil {
			return nil, err
		}
		o.Draft = questions()
		_, err = o.Approve(m, o.Rev, w.now())
		return nil, err
	})
	if err != nil {
		t.Fatal(err)
	}
	if err := w.Open(ctx, m, o.ID, w.read(t, o.ID).Rev); err != nil {
		t.Fatal(err)
	}
	return w.read(t, o.ID)
}

// read reads an operation.
func (w *world) read(t *testing.T, id string) *sourcing.Operation {
	t.Helper()
	d, err := w.Operations.Get(t.Context(), id)
	if err != nil {
		t.Fatal(err)
	}
	return &d.Value
}

// mails carries what waits, and gives the messages of a kind.
func (w *world) mails(t *testing.T, kind message.Kind) (out []message.Message) {
	t.Helper()
	if _, err := store.NewRelay(w.db, slog.New(slog.DiscardHandler), operation.Sources...).Once(context.Background()); err != nil {
		t.Fatal(err)
	}
	docs, err := w.Messages.Scan(t.Context(), "", 1000)
	if err != nil {
		t.Fatal(err)
	}
	for _, d := range docs {
		if d.Value.Kind == kind {
			out = append(out, d.Value)
		}
	}
	return out
}
